// Values of attributes, and their types. Exact: no floating point anywhere.
//
//   Value fee = *parse_decimal("12.50", ValueType::Money);   // number == 125000
//
// decimal   number x 10^10, the platform's largest precision     money   number x 10^4
// date      days since 1970-01-01                                 datetime   microseconds since 1970-01-01T00:00:00Z
// choice    index of the label in Policy::choice_labels           boolean   0 or 1
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace policyc {

enum class ValueType : uint8_t { Boolean, Integer, Decimal, Money, String, Date, DateTime, Choice };

std::string_view word(ValueType type);  // boolean integer decimal money string date datetime choice
std::optional<ValueType> value_type_from_word(std::string_view word);

using Int128 = __int128;

struct Value {
  ValueType type = ValueType::Boolean;
  bool is_null = true;
  Int128 number = 0;
  std::string text;  // of a string

  static Value null(ValueType type) { return {type, true, 0, {}}; }
  static Value of(ValueType type, Int128 number) { return {type, false, number, {}}; }
  static Value string(std::string text) { return {ValueType::String, false, 0, std::move(text)}; }
  friend bool operator==(const Value&, const Value&) = default;
};

// Each gives nothing where the text is no such value or does not fit: `integer` 64 bits, `decimal` 10 decimal places
// and 100,000,000,000 either way, `money` 4 decimal places and 922,337,203,685,477 either way, dates 0001 to 9999.
std::optional<Value> parse_number(std::string_view text, ValueType type);  // Integer, Decimal, Money
std::optional<Value> parse_date(std::string_view text);                    // 2026-01-31
std::optional<Value> parse_datetime(std::string_view text);                // 2026-01-31T12:00:00Z, with .ffffff
std::string to_text(const Value& value);  // as the language writes it, but `choice` as its number

}  // namespace policyc
