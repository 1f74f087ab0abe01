#include "compiler/driver/console.h"

#include "compiler/base/diagnostic_render.h"

namespace policyc {

void Console::complain(std::string_view message) { err << "policyc: " << message << '\n'; }

void Console::line(std::string_view text) { out << printable(text) << '\n'; }

std::string Console::paint(Style style, std::string_view text) const {
  if (!colour_out || style == Style::Plain) return printable(text);
  std::string_view code = style == Style::Good    ? "32"
                          : style == Style::Bad   ? "1;31"
                          : style == Style::Faint ? "2"
                                                  : "1";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, printable(text));
}

void Console::show(const Diagnostics& diagnostics, const SourceMap& sources) {
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string frame = render_frame(diagnostic, sources, colour_err);
    err << frame << (frame.ends_with("\n\n") ? "" : frame.ends_with('\n') ? "\n" : "\n\n");
  }
}

std::string counted(size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace policyc
