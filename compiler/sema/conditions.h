// Conditions of grants: paths resolved, types exact, `in` written out.
#pragma once

#include "compiler/sema/checking.h"

namespace policyc {

// `text` as a condition on rows of `table`; none where a mistake was reported.
std::optional<Expression> check_condition(Checking& checking, const ast::Expression& text, TableId table);

// The first place where a condition reads the row itself; null where it reads user and context alone.
const ast::Operand* first_record_operand(const ast::Expression& text);

}  // namespace policyc
