// Where the tool writes, and in which dress.
#pragma once

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <string_view>

#include "compiler/base/diagnostic.h"

namespace policyc {

// What a command ends with.
enum ExitCode : int { kFine = 0, kInputWrong = 1, kWrongUse = 2 };

enum class Style { Plain, Good, Bad, Faint, Bold };

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colour_out = false;
  bool colour_err = false;
  std::string cache_folder;  // keeps machine code for later runs; empty: nothing is kept

  template <typename... Args>
  void print(fmt::format_string<Args...> pattern, Args&&... args) {
    out << fmt::format(pattern, std::forward<Args>(args)...);
  }
  // "policyc: ..." on the error stream, a line.
  void complain(std::string_view message);
  // A line of text that names of other people's making stand in (`printable`).
  void line(std::string_view text);
  // `text`, printable, in the style where the output takes colours.
  std::string paint(Style style, std::string_view text) const;
  // Each as a frame, on the error stream.
  void show(const Diagnostics& diagnostics, const SourceMap& sources);
};

// "1 error", "3 errors"
std::string counted(size_t count, std::string_view thing);

}  // namespace policyc
