// Ast to Policy: the whole static meaning of the language.
//
//   CheckResult checked = check(modules);
//   for (const Diagnostic& d : checked.diagnostics) ...
//   if (checked.policy) ...                    // no policy where any diagnostic is an error, or a file is damaged
//
// All mistakes are found in one run, each reported once. A name that the parser could not read, and whatever hangs on
// it, is passed over in silence. Files reached by `use` come first in `modules`, the policy itself last.
#pragma once

#include <optional>

#include "compiler/base/diagnostic.h"
#include "compiler/sema/policy.h"
#include "compiler/syntax/ast.h"

namespace policyc {

struct CheckResult {
  std::optional<Policy> policy;
  Diagnostics diagnostics;
};

CheckResult check(const std::vector<const ast::Ast*>& modules);

}  // namespace policyc
