// What a fuzzer asserts: ends the process with the reason and the text that shows it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace policyc::fuzz {

inline void require(bool condition, const char* what, const std::string& text) {
  if (condition) return;
  std::fprintf(stderr, "%s\n%s\n", what, text.c_str());
  std::abort();
}

}  // namespace policyc::fuzz
