// Ast to canonical text. print(parse(print(ast))) == print(ast); this is the formatter and the importer's writer.
#pragma once

#include <string>

#include "compiler/syntax/ast.h"

namespace policyc {

std::string print(const ast::Ast& ast);
std::string print(const ast::Expression& expression);

}  // namespace policyc
