#include "compiler/base/value.h"

#include <gtest/gtest.h>

namespace policyc {
namespace {

std::string number_text(std::string_view text, ValueType type) {
  std::optional<Value> value = parse_number(text, type);
  return value ? to_text(*value) : "nothing";
}

TEST(Value, NumbersAreReadAndWrittenExactly) {
  struct Case {
    ValueType type;
    std::string_view text;
    std::string_view expected;
  };
  const Case cases[] = {
      {ValueType::Integer, "0", "0"},
      {ValueType::Integer, "-0", "0"},
      {ValueType::Integer, "007", "7"},
      {ValueType::Integer, "9223372036854775807", "9223372036854775807"},
      {ValueType::Integer, "9223372036854775808", "nothing"},
      {ValueType::Integer, "-9223372036854775808", "-9223372036854775808"},
      {ValueType::Integer, "-9223372036854775809", "nothing"},
      {ValueType::Integer, "1.0", "nothing"},
      {ValueType::Integer, "", "nothing"},
      {ValueType::Integer, "-", "nothing"},
      {ValueType::Integer, "12x", "nothing"},
      {ValueType::Integer, "99999999999999999999999999999999999999999999", "nothing"},
      {ValueType::Decimal, "500", "500"},
      {ValueType::Decimal, "-0.5", "-0.5"},
      {ValueType::Decimal, "0.0000000001", "0.0000000001"},
      {ValueType::Decimal, "0.00000000010", "0.0000000001"},
      {ValueType::Decimal, "0.00000000001", "nothing"},
      {ValueType::Decimal, "100000000000", "100000000000"},
      {ValueType::Decimal, "-100000000000.0", "-100000000000"},
      {ValueType::Decimal, "100000000000.0000000001", "nothing"},
      {ValueType::Decimal, "1.", "nothing"},
      {ValueType::Decimal, ".5", "nothing"},
      {ValueType::Money, "12.50", "12.5"},
      {ValueType::Money, "0.00001", "nothing"},
      {ValueType::Money, "922337203685477", "922337203685477"},
      {ValueType::Money, "922337203685477.0001", "nothing"},
  };
  for (const Case& c : cases) EXPECT_EQ(number_text(c.text, c.type), c.expected) << word(c.type) << " " << c.text;
}

TEST(Value, NumbersAreScaled) {
  EXPECT_EQ(parse_number("12.50", ValueType::Money), Value::of(ValueType::Money, 125000));
  EXPECT_EQ(parse_number("-1", ValueType::Decimal), Value::of(ValueType::Decimal, Int128{-10'000'000'000}));
}

TEST(Value, DatesAreDaysSince1970) {
  EXPECT_EQ(parse_date("1970-01-01"), Value::of(ValueType::Date, 0));
  EXPECT_EQ(parse_date("1969-12-31"), Value::of(ValueType::Date, -1));
  EXPECT_EQ(parse_date("2000-03-01"), Value::of(ValueType::Date, 11017));
  for (std::string_view text : {"0001-01-01", "1600-02-29", "1900-02-28", "2024-02-29", "9999-12-31"}) {
    ASSERT_TRUE(parse_date(text)) << text;
    EXPECT_EQ(to_text(*parse_date(text)), text);
  }
  for (std::string_view text : {"0000-01-01", "1900-02-29", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00",
                                "2024-04-31", "2024-1-1", "2024-01-01Z", "24-01-01", ""}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

TEST(Value, DatetimesAreMicrosecondsSince1970) {
  EXPECT_EQ(parse_datetime("1970-01-01T00:00:01Z"), Value::of(ValueType::DateTime, 1'000'000));
  EXPECT_EQ(parse_datetime("1969-12-31T23:59:59.999999Z"), Value::of(ValueType::DateTime, -1));
  EXPECT_EQ(parse_datetime("1970-01-01T00:00:00.5Z"), Value::of(ValueType::DateTime, 500'000));
  for (std::string_view text : {"2026-01-31T12:00:00Z", "1969-12-31T23:59:59.5Z", "0001-01-01T00:00:00.000001Z"}) {
    ASSERT_TRUE(parse_datetime(text)) << text;
    EXPECT_EQ(to_text(*parse_datetime(text)), text);
  }
  for (std::string_view text :
       {"2026-01-31", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:60Z", "2026-01-31T12:00:00",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.1234567Z", "2026-01-31T12:00:00Z "}) {
    EXPECT_FALSE(parse_datetime(text)) << text;
  }
}

TEST(Value, TextIsWrittenAsTheLanguageWritesIt) {
  EXPECT_EQ(to_text(Value::null(ValueType::Money)), "null");
  EXPECT_EQ(to_text(Value::of(ValueType::Boolean, 1)), "true");
  EXPECT_EQ(to_text(Value::string("a \"b\"\\\n\t")), "\"a \\\"b\\\"\\\\\\n\\t\"");
}

TEST(Value, TypesHaveOneWordEach) {
  for (ValueType type : {ValueType::Boolean, ValueType::Integer, ValueType::Decimal, ValueType::Money,
                         ValueType::String, ValueType::Date, ValueType::DateTime, ValueType::Choice}) {
    EXPECT_EQ(value_type_from_word(word(type)), type);
  }
  EXPECT_FALSE(value_type_from_word("float"));
}

}  // namespace
}  // namespace policyc
