// Any bytes: parsing comes back, within its bounds, and what was read without an error prints to text that reads back
// the same. The places of all diagnostics lie in the text, and every form of them can be rendered.
#include <string>

#include "compiler/base/diagnostic_render.h"
#include "compiler/base/limits.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace policyc;
  using fuzz::require;
  SourceMap sources;
  SourceId id = sources.add("input.policy", std::string(reinterpret_cast<const char*>(data), size));
  ParseResult parsed = parse(sources, id);
  require(parsed.diagnostics.size() <= limits::kSyntaxErrors + 1, "too many diagnostics", {});
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    bool inside = diagnostic.span.begin <= diagnostic.span.end && diagnostic.span.end <= size;
    require(inside, "place outside the text", diagnostic.message);
    require(!render_frame(diagnostic, sources).empty(), "empty frame", diagnostic.message);
    require(!render_short(diagnostic, sources).empty(), "empty line", diagnostic.message);
  }
  render_json(parsed.diagnostics, sources);
  std::string printed = print(parsed.ast);
  if (parsed.diagnostics.has_errors()) return 0;

  SourceMap again;
  ParseResult reparsed = parse(again, again.add("printed.policy", printed));
  require(!reparsed.diagnostics.has_errors(), "printed text has errors", printed);
  require(print(reparsed.ast) == printed, "printed text prints differently", printed);
  return 0;
}
