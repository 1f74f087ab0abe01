// The words of one line of the text form, for its reader (parse.cpp).
//
//   Words words("graph g0 check %7");
//   words.expect("graph");
//   uint32_t graph = words.number("g");
//   if (words.failed()) ...
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "compiler/base/value.h"

namespace policyc {

// The words of one line. A mistake is remembered, and every later word is empty or 0.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) { skip_spaces(); }

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view peek() const { return rest_.substr(0, rest_.find(' ')); }

  std::string_view next() {
    std::string_view word = peek();
    if (word.empty()) failed_ = true;
    rest_.remove_prefix(word.size());
    skip_spaces();
    return word;
  }

  void expect(std::string_view word) {
    if (next() != word) failed_ = true;
  }

  uint32_t number(std::string_view prefix = "") {
    std::string_view word = next();
    if (!word.starts_with(prefix)) return fail();
    word.remove_prefix(prefix.size());
    uint32_t value = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) return fail();
    return value;
  }

  uint64_t set() {
    std::string_view word = next();
    uint64_t value = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) return fail();
    return value;
  }

  bool flag() {
    uint32_t value = number();
    if (value > 1) failed_ = true;
    return value == 1;
  }

  Int128 wide_number() {
    std::string_view word = next();
    bool negative = word.starts_with('-');
    if (negative) word.remove_prefix(1);
    if (word.empty() || word.size() > 38) return fail();
    Int128 value = 0;
    for (char c : word) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
  }

  std::string quoted() {
    std::string text;
    if (!rest_.starts_with('"')) return fail(), text;
    size_t i = 1;
    while (i < rest_.size() && rest_[i] != '"') {
      if (rest_[i] != '\\') {
        text += rest_[i++];
      } else if (!escape(i, text)) {
        return fail(), text;
      }
    }
    if (i >= rest_.size()) return fail(), text;
    rest_.remove_prefix(i + 1);
    skip_spaces();
    return text;
  }

  // The enum value, up to `last`, whose spelling is the next word.
  template <typename Enum>
  Enum one_of(Enum last) {
    std::string_view found = next();
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
      if (word(static_cast<Enum>(i)) == found) return static_cast<Enum>(i);
    }
    failed_ = true;
    return Enum{};
  }

  uint32_t fail() {
    failed_ = true;
    return 0;
  }

 private:
  void skip_spaces() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  bool escape(size_t& i, std::string& text) const {
    if (i + 1 >= rest_.size()) return false;
    char c = rest_[i + 1];
    if (c == '"' || c == '\\') {
      text += c;
      i += 2;
      return true;
    }
    unsigned byte = 0;
    if (c != 'x' || i + 3 >= rest_.size()) return false;
    auto [end, error] = std::from_chars(rest_.data() + i + 2, rest_.data() + i + 4, byte, 16);
    if (error != std::errc() || end != rest_.data() + i + 4) return false;
    text += static_cast<char>(byte);
    i += 4;
    return true;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace policyc
