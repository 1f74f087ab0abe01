// For the tests of this folder: text in, Ast, diagnostics and canonical text out.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/diagnostic_render.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"

namespace policyc {

struct Parsed {
  SourceMap sources;
  ParseResult result;
  std::string short_form;  // every diagnostic, a line for each fact

  explicit Parsed(std::string text) {
    SourceId id = sources.add("p", std::move(text));
    result = parse(sources, id);
    for (const Diagnostic& diagnostic : result.diagnostics) short_form += render_short(diagnostic, sources);
  }
  const ast::Ast& ast() const { return result.ast; }
};

inline constexpr std::string_view kHeader = "policy a follows guide\n";

// With a header in line 1, so that `body` starts in line 2.
inline Parsed parse_body(std::string_view body) { return Parsed(std::string(kHeader) + std::string(body)); }

}  // namespace policyc
