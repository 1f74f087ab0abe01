#include "compiler/dataverse/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace policyc::dataverse {
namespace {

// Not the functions of <cctype>: those ask the machine's locale.
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

std::string identifier(std::string_view text) {
  std::string out;
  bool gap = false;
  for (char c : text) {
    if (!is_upper(c) && !is_lower(c) && !is_digit(c) && c != '_') {
      gap = true;
      continue;
    }
    if (gap && !out.empty() && out.back() != '_' && c != '_') out.push_back('_');
    gap = false;
    out.push_back(to_lower(c));
  }
  if (out.empty()) return "unnamed";
  return is_digit(out.front()) ? "_" + out : out;
}

std::string snake_case(std::string_view camel) {
  std::string out;
  for (size_t i = 0; i < camel.size(); ++i) {
    bool after_lower = i > 0 && (is_lower(camel[i - 1]) || is_digit(camel[i - 1]));
    bool ends_capitals = i > 0 && is_upper(camel[i - 1]) && i + 1 < camel.size() && is_lower(camel[i + 1]);
    if (is_upper(camel[i]) && (after_lower || ends_capitals)) out.push_back('_');
    out.push_back(camel[i]);
  }
  return identifier(out);
}

std::string UniqueNames::take(std::string wanted) {
  std::string name = wanted;
  for (size_t number = 2; !taken_.insert(name).second; ++number) name = fmt::format("{}_{}", wanted, number);
  return name;
}

}  // namespace policyc::dataverse
