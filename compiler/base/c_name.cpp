#include "compiler/base/c_name.h"

#include <algorithm>

namespace policyc {

namespace {

// Of C11, C++20 and what compilers add in their default mode, ascending.
constexpr std::string_view kKeywords[] = {
    "alignas",     "alignof",      "and",       "and_eq",   "asm",       "auto",         "bitand",   "bitor",
    "bool",        "break",        "case",      "catch",    "char",      "char16_t",     "char32_t", "char8_t",
    "class",       "co_await",     "co_return", "co_yield", "compl",     "concept",      "const",    "const_cast",
    "consteval",   "constexpr",    "constinit", "continue", "decltype",  "default",      "delete",   "do",
    "double",      "dynamic_cast", "else",      "enum",     "explicit",  "export",       "extern",   "false",
    "float",       "for",          "friend",    "goto",     "if",        "inline",       "int",      "linux",
    "long",        "mutable",      "namespace", "new",      "noexcept",  "not",          "not_eq",   "nullptr",
    "operator",    "or",           "or_eq",     "private",  "protected", "public",       "register", "reinterpret_cast",
    "requires",    "restrict",     "return",    "short",    "signed",    "sizeof",       "static",   "static_assert",
    "static_cast", "struct",       "switch",    "template", "this",      "thread_local", "throw",    "true",
    "try",         "typedef",      "typeid",    "typename", "typeof",    "union",        "unix",     "unsigned",
    "using",       "virtual",      "void",      "volatile", "wchar_t",   "while",        "xor",      "xor_eq"};
static_assert(std::ranges::is_sorted(kKeywords));

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_of_names(char c) { return (c >= 'a' && c <= 'z') || is_upper(c) || is_digit(c) || c == '_'; }
// `_Bool`, `__attribute__`: compilers may have a meaning for them.
bool is_reserved(std::string_view name) {
  return name == "NULL" || (name.size() > 1 && name[0] == '_' && (is_upper(name[1]) || name[1] == '_'));
}

}  // namespace

std::string c_name(std::string_view name) {
  std::string made;
  if (name.empty() || is_digit(name.front())) made = "_";
  for (const char c : name) made += is_of_names(c) ? c : '_';
  if (std::ranges::binary_search(kKeywords, made) || is_reserved(made)) made += '_';
  return made;
}

std::string c_prefix(std::string_view policy_name) {
  std::string prefix = c_name(policy_name);
  std::string lower = prefix;
  for (char& c : lower) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "policy" || lower.starts_with("policy_") || prefix.starts_with('_')) return "of_" + prefix;
  return prefix;
}

std::string image_symbol(std::string_view policy_name) { return c_prefix(policy_name) + "_image"; }

}  // namespace policyc
