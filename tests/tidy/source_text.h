// C++ source read as text: enough to count functions and to find words, not a parser.
#pragma once

#include <string>
#include <vector>

namespace policyc::testing {

// The text with comments and the insides of literals blanked; lines and columns stay.
std::string code_alone(const std::string& source);

struct Function {
  std::string name;
  size_t line = 0;   // where its declaration begins
  size_t lines = 0;  // to its closing brace
};
std::vector<Function> functions_of(const std::string& source);

struct Finding {
  size_t line = 0;
  std::string text;
};
// Variables of static storage, in or outside functions, that are neither const nor constexpr.
std::vector<Finding> mutable_statics(const std::string& source);

// Characters, not bytes.
size_t columns(const std::string& line);

}  // namespace policyc::testing
