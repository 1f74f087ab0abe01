// Programs run as a person would run them.
//
//   Ran ran = run("nm -D --defined-only libpolicy.so");
//   EXPECT_EQ(ran.code, 0) << ran.output;
#pragma once

#include <string>

namespace policyc::testing {

struct Ran {
  int code = -1;
  std::string output;  // what it printed, mistakes included
};

// By the shell, in the root of the sources.
Ran run(const std::string& command);
bool is_there(const std::string& tool);
std::string quoted(const std::string& word);

}  // namespace policyc::testing
