// Text to Ast. Never fails hard: whatever the bytes are, an Ast and diagnostics come back.
//
//   SourceMap sources;
//   SourceId id = sources.add("club.policy", text);
//   ParseResult parsed = parse(sources, id);
//   if (!parsed.diagnostics.has_errors()) ...
//
// Bounds (base/limits.h): size of the text, nesting, number of errors. Each ends in a diagnostic.
#pragma once

#include "compiler/base/diagnostic.h"
#include "compiler/syntax/ast.h"

namespace policyc {

struct ParseResult {
  ast::Ast ast;
  Diagnostics diagnostics;
};

ParseResult parse(const SourceMap& sources, SourceId source);

}  // namespace policyc
