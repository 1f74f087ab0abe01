// Diagnostics as text, in three forms.
//
//   frame   error[E2001]: unknown role `skiper`          for people
//             --> club.policy:15:8
//              |
//           15 | role mate includes skiper {
//              |                    ^^^^^^
//              = help: did you mean `skipper`?
//   short   club.policy:15:8: error[E2001]: unknown role `skiper`      a line for each fact; editors and golden files
//   json    one object for each diagnostic, in an array                machines
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/diagnostic.h"

namespace policyc {

std::string render_frame(const Diagnostic& diagnostic, const SourceMap& sources, bool colour = false);
std::string render_short(const Diagnostic& diagnostic, const SourceMap& sources);
std::string render_json(const Diagnostics& diagnostics, const SourceMap& sources);

// Text from outside as part of one line: what is no text, would move a terminal's cursor, end the line or turn the
// direction of what follows, becomes U+FFFD.
std::string printable(std::string_view text);

}  // namespace policyc
