// Which policyc this is.
//
//   compiler_name()    "policyc 0.1.0": what images say of who built them
//   version_line()     "policyc 0.1.0 (LLVM 19.1.7, ABI 1)"
#pragma once

#include <string>

namespace policyc {

std::string compiler_name();
std::string version_line();

}  // namespace policyc
