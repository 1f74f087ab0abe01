#include "runtime/log/log_values.h"

#include <chrono>
#include <cstring>
#include <iterator>

namespace policy {

namespace {

using Int128 = __int128;
using UnsignedInt128 = unsigned __int128;

constexpr int64_t kMicrosecondsPerDay = 86'400'000'000;

template <typename... Args>
void print(fmt::memory_buffer& out, fmt::format_string<Args...> pattern, Args&&... args) {
  fmt::format_to(std::back_inserter(out), pattern, std::forward<Args>(args)...);
}

// --- strings

bool continues(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80;
}

// How many bytes the character at `at` takes; 0 where there is none: overlong forms, surrogates and numbers past the
// last character are none.
size_t character_size(std::string_view text, size_t at) {
  const auto first = static_cast<uint8_t>(text[at]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4 || !continues(text, at + 1)) return 0;
  const auto second = static_cast<uint8_t>(text[at + 1]);
  if (first < 0xe0) return 2;
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  if (!continues(text, at + 2)) return 0;
  if (first < 0xf0) return 3;
  return continues(text, at + 3) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t size = character_size(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

bool is_plain(char c) {
  return static_cast<uint8_t>(c) >= 0x20 && static_cast<uint8_t>(c) < 0x7f && c != '"' && c != '\\';
}

void append_escaped(fmt::memory_buffer& out, char c) {
  switch (c) {
    case '"':
      return append(out, "\\\"");
    case '\\':
      return append(out, "\\\\");
    case '\n':
      return append(out, "\\n");
    case '\t':
      return append(out, "\\t");
    default:
      print(out, "\\u{:04x}", static_cast<uint8_t>(c));
  }
}

void append_string_value(fmt::memory_buffer& out, std::string_view text) {
  if (is_utf8(text)) return append_text(out, text);
  append(out, R"({"hex":")");
  for (char c : text) print(out, "{:02x}", static_cast<uint8_t>(c));
  append(out, "\"}");
}

// --- numbers

template <typename T>
T read(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// As the language writes it, in quotes: a reader takes JSON's numbers for floating point ones.
void append_scaled(fmt::memory_buffer& out, Int128 number, int decimals) {
  UnsignedInt128 unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const auto bits = static_cast<UnsignedInt128>(number);
  const UnsignedInt128 magnitude = number < 0 ? 0 - bits : bits;
  print(out, "\"{}{}", number < 0 ? "-" : "", magnitude / unit);
  std::string digits = fmt::format("{:0{}}", static_cast<uint64_t>(magnitude % unit), decimals);
  digits.erase(digits.find_last_not_of('0') + 1);
  print(out, "{}{}\"", digits.empty() ? "" : ".", digits);
}

// False where the year does not have four digits.
bool append_day(fmt::memory_buffer& out, int64_t days) {
  constexpr int64_t kFirst = -719'162;  // 0001-01-01
  constexpr int64_t kLast = 2'932'896;  // 9999-12-31
  if (days < kFirst || days > kLast) return false;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  print(out, "\"{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()));
  return true;
}

void append_date(fmt::memory_buffer& out, int64_t days) {
  if (!append_day(out, days)) return print(out, "{}", days);
  append(out, "\"");
}

void append_choice(fmt::memory_buffer& out, const ProgramTables& tables, uint32_t number) {
  if (number >= tables.choice_labels.size()) return print(out, "{}", number);
  append_text(out, tables.choice_labels[number]);
}

void append_value(fmt::memory_buffer& out, const ProgramTables& tables, uint8_t type, const uint8_t* from,
                  std::string_view text) {
  switch (type) {
    case POLICY_TYPE_BOOLEAN:
      return append(out, *from != 0 ? "true" : "false");
    case POLICY_TYPE_INTEGER:
      return print(out, "{}", read<int64_t>(from));
    case POLICY_TYPE_DECIMAL:
      return append_scaled(out, read<Int128>(from), 10);
    case POLICY_TYPE_MONEY:
      return append_scaled(out, read<int64_t>(from), 4);
    case POLICY_TYPE_STRING:
      return append_string_value(out, text);
    case POLICY_TYPE_DATE:
      return append_date(out, read<int32_t>(from));
    case POLICY_TYPE_DATETIME:
      return append_time(out, read<int64_t>(from), false);
    case POLICY_TYPE_CHOICE:
      return append_choice(out, tables, read<uint32_t>(from));
    default:
      append(out, "null");
  }
}

}  // namespace

void append_text(fmt::memory_buffer& out, std::string_view text) {
  append(out, "\"");
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    append(out, text.substr(at, end - at));
    at = end;
    if (at == text.size()) break;
    const size_t size = character_size(text, at);
    if (size > 1) {
      append(out, text.substr(at, size));
    } else if (size == 1) {
      append_escaped(out, text[at]);
    } else {
      append(out, "\\ufffd");
    }
    at += size == 0 ? 1 : size;
  }
  append(out, "\"");
}

void append_time(fmt::memory_buffer& out, int64_t microseconds, bool always_with_fraction) {
  int64_t days = microseconds / kMicrosecondsPerDay;
  if (microseconds % kMicrosecondsPerDay < 0) --days;
  const int64_t rest = microseconds - days * kMicrosecondsPerDay;
  const int64_t seconds = rest / 1'000'000;
  if (!append_day(out, days)) return print(out, "{}", microseconds);
  print(out, "T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string digits = fmt::format("{:06}", rest % 1'000'000);
  if (!always_with_fraction) digits.erase(digits.find_last_not_of('0') + 1);
  print(out, "{}{}Z\"", digits.empty() ? "" : ".", digits);
}

void append_attributes(fmt::memory_buffer& out, const ProgramTables& tables, const std::vector<AttributeEntry>& entries,
                       const UnpackedAttributes& attributes) {
  append(out, "{");
  size_t texts = 0;
  for (size_t number = 0; number < entries.size(); ++number) {
    const AttributeEntry& entry = entries[number];
    if (number != 0) append(out, ",");
    append_text(out, entry.name);
    append(out, ":");
    const bool has_value = attributes.bytes != nullptr && (attributes.bytes[number / 8] >> number % 8 & 1) != 0;
    if (!has_value) {
      append(out, "null");
      continue;
    }
    const std::string_view text = entry.type == POLICY_TYPE_STRING ? attributes.texts[texts++] : std::string_view();
    append_value(out, tables, entry.type, attributes.bytes + entry.offset, text);
  }
  append(out, "}");
}

}  // namespace policy
