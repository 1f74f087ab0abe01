// Parse tree to Ast, one small function for each rule of the grammar.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/syntax_errors.h"
#include "policyc_grammar/PolicyParser.h"

namespace policyc::syntax {

// Adds what `file` holds to `ast`. Parts that could not be read are missing names; `misread` are the tokens that were
// read as a name by mistake.
void build_ast(grammar::PolicyParser::FileContext& file, const std::set<size_t>& misread, ErrorSink& errors,
               ast::Ast& ast);

}  // namespace policyc::syntax
