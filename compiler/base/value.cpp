// Values from text and back, in whole numbers throughout.
#include "compiler/base/value.h"

#include <fmt/format.h>

namespace policyc {

namespace {

constexpr std::string_view kTypeWords[] = {"boolean", "integer", "decimal",  "money",
                                           "string",  "date",    "datetime", "choice"};

constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;

// How a number of a type is stored: digits after the point, and the greatest magnitude in units of 1.
struct Scale {
  int decimals;
  Int128 greatest;
};

Scale scale_of(ValueType type) {
  if (type == ValueType::Decimal) return {10, Int128{100'000'000'000}};
  if (type == ValueType::Money) return {4, Int128{922'337'203'685'477}};
  return {0, Int128{INT64_MAX}};
}

Int128 power_of_ten(int exponent) {
  Int128 result = 1;
  while (exponent-- > 0) result *= 10;
  return result;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads digits from the front of a text.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}

  bool skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits, or nothing.
  std::optional<int> fixed(size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[i])) return std::nullopt;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  // As many digits as there are.
  std::string_view run() {
    size_t length = 0;
    while (length < text_.size() && is_digit(text_[length])) ++length;
    std::string_view digits = text_.substr(0, length);
    text_.remove_prefix(length);
    return digits;
  }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

struct Civil {
  int64_t year;
  int month;
  int day;
};

// Days since 1970-01-01 in the Gregorian calendar, by counting years from March (so that a leap day comes last).
int64_t days_from_civil(Civil date) {
  int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t month_from_march = (date.month + 9) % 12;
  int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Civil civil_from_days(int64_t days) {
  days += 719'468;
  int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  int64_t day_of_era = days - era * 146'097;
  int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  int month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

std::optional<int64_t> read_date(Digits& digits) {
  std::optional<int> year = digits.fixed(4);
  if (!year || *year < 1 || !digits.skip('-')) return std::nullopt;
  std::optional<int> month = digits.fixed(2);
  if (!month || *month < 1 || *month > 12 || !digits.skip('-')) return std::nullopt;
  std::optional<int> day = digits.fixed(2);
  if (!day || *day < 1 || *day > days_in_month(*year, *month)) return std::nullopt;
  return days_from_civil({*year, *month, *day});
}

// Microseconds since midnight, up to the `Z`.
std::optional<int64_t> read_time(Digits& digits) {
  std::optional<int> hour = digits.fixed(2);
  if (!hour || *hour > 23 || !digits.skip(':')) return std::nullopt;
  std::optional<int> minute = digits.fixed(2);
  if (!minute || *minute > 59 || !digits.skip(':')) return std::nullopt;
  std::optional<int> second = digits.fixed(2);
  if (!second || *second > 59) return std::nullopt;
  int64_t fraction = 0;
  if (digits.skip('.')) {
    std::string_view written = digits.run();
    if (written.empty() || written.size() > 6) return std::nullopt;
    for (size_t i = 0; i < 6; ++i) fraction = fraction * 10 + (i < written.size() ? written[i] - '0' : 0);
  }
  if (!digits.skip('Z')) return std::nullopt;
  return (int64_t{*hour} * 3600 + *minute * 60 + *second) * kMicrosecondsPerSecond + fraction;
}

std::string scaled_text(Int128 number, int decimals) {
  bool negative = number < 0;
  Int128 magnitude = negative ? -number : number;
  Int128 unit = power_of_ten(decimals);
  std::string text = fmt::format("{}{}", negative ? "-" : "", static_cast<uint64_t>(magnitude / unit));
  Int128 fraction = magnitude % unit;
  if (fraction == 0) return text;
  std::string digits = fmt::format("{:0{}}", static_cast<uint64_t>(fraction), decimals);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits;
}

std::string date_text(int64_t days) {
  Civil date = civil_from_days(days);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string datetime_text(int64_t microseconds) {
  int64_t days = microseconds / kMicrosecondsPerDay;
  if (microseconds % kMicrosecondsPerDay < 0) --days;
  int64_t rest = microseconds - days * kMicrosecondsPerDay;
  int64_t seconds = rest / kMicrosecondsPerSecond;
  std::string text =
      fmt::format("{}T{:02}:{:02}:{:02}", date_text(days), seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (int64_t fraction = rest % kMicrosecondsPerSecond) {
    std::string digits = fmt::format("{:06}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "Z";
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

std::string_view word(ValueType type) { return kTypeWords[static_cast<size_t>(type)]; }

std::optional<ValueType> value_type_from_word(std::string_view word) {
  for (size_t i = 0; i < std::size(kTypeWords); ++i) {
    if (kTypeWords[i] == word) return static_cast<ValueType>(i);
  }
  return std::nullopt;
}

std::optional<Value> parse_number(std::string_view text, ValueType type) {
  Scale scale = scale_of(type);
  Digits digits(text);
  bool negative = digits.skip('-');
  std::string_view whole = digits.run();
  std::string_view fraction;
  if (whole.empty()) return std::nullopt;
  if (digits.skip('.')) {
    fraction = digits.run();
    if (fraction.empty() || type == ValueType::Integer) return std::nullopt;
  }
  if (!digits.at_end()) return std::nullopt;
  // The least integer has a magnitude one above the greatest.
  Int128 greatest = scale.greatest + (type == ValueType::Integer && negative ? 1 : 0);
  Int128 number = 0;
  for (char c : whole) {
    number = number * 10 + (c - '0');
    if (number > greatest) return std::nullopt;
  }
  Int128 unit = power_of_ten(scale.decimals);
  number *= unit;
  for (char c : fraction) {
    unit /= 10;
    if (unit == 0 && c != '0') return std::nullopt;
    number += unit * (c - '0');
  }
  if (number > greatest * power_of_ten(scale.decimals)) return std::nullopt;
  return Value::of(type, negative ? -number : number);
}

std::optional<Value> parse_date(std::string_view text) {
  Digits digits(text);
  std::optional<int64_t> days = read_date(digits);
  if (!days || !digits.at_end()) return std::nullopt;
  return Value::of(ValueType::Date, *days);
}

std::optional<Value> parse_datetime(std::string_view text) {
  Digits digits(text);
  std::optional<int64_t> days = read_date(digits);
  if (!days || !digits.skip('T')) return std::nullopt;
  std::optional<int64_t> time = read_time(digits);
  if (!time || !digits.at_end()) return std::nullopt;
  return Value::of(ValueType::DateTime, *days * kMicrosecondsPerDay + *time);
}

std::string to_text(const Value& value) {
  if (value.is_null) return "null";
  switch (value.type) {
    case ValueType::Boolean:
      return value.number != 0 ? "true" : "false";
    case ValueType::Integer:
      return fmt::format("{}", static_cast<int64_t>(value.number));
    case ValueType::Decimal:
    case ValueType::Money:
      return scaled_text(value.number, scale_of(value.type).decimals);
    case ValueType::String:
      return quoted(value.text);
    case ValueType::Date:
      return date_text(static_cast<int64_t>(value.number));
    case ValueType::DateTime:
      return datetime_text(static_cast<int64_t>(value.number));
    case ValueType::Choice:
      return fmt::format("{}", static_cast<int64_t>(value.number));
  }
  return {};
}

}  // namespace policyc
