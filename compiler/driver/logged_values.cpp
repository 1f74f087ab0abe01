#include "compiler/driver/logged_values.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "compiler/ir/attribute_layout.h"

namespace policyc {

namespace {

using nlohmann::json;

// {"hex":"ff00"}: a string that is no UTF-8.
std::optional<Value> string_of(const json& logged) {
  if (logged.is_string()) return Value::string(logged.get<std::string>());
  if (!logged.is_object() || !logged.contains("hex") || !logged["hex"].is_string()) return std::nullopt;
  const auto& digits = logged["hex"].get_ref<const std::string&>();
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    uint8_t byte = 0;
    const char* end = digits.data() + i + 2;
    if (std::from_chars(digits.data() + i, end, byte, 16).ptr != end) return std::nullopt;
    bytes.push_back(static_cast<char>(byte));
  }
  if (digits.size() % 2 != 0) return std::nullopt;
  return Value::string(std::move(bytes));
}

std::optional<int64_t> integer_of(const json& logged) {
  if (logged.is_number_unsigned() && logged.get<uint64_t>() > INT64_MAX) return std::nullopt;
  if (!logged.is_number_integer()) return std::nullopt;
  return logged.get<int64_t>();
}

std::optional<Value> number_of(const json& logged, ValueType type) {
  if (logged.is_string()) return parse_number(logged.get_ref<const std::string&>(), type);
  const std::optional<int64_t> number = integer_of(logged);
  return number ? parse_number(std::to_string(*number), type) : std::nullopt;
}

// In text, or, where the year does not have four digits, by its number.
std::optional<Value> time_of(const json& logged, ValueType type) {
  if (logged.is_string()) {
    const auto& text = logged.get_ref<const std::string&>();
    return type == ValueType::Date ? parse_date(text) : parse_datetime(text);
  }
  const std::optional<int64_t> number = integer_of(logged);
  if (!number || (type == ValueType::Date && *number != static_cast<int32_t>(*number))) return std::nullopt;
  return Value::of(type, *number);
}

std::optional<Value> value_of(const json& logged, ValueType type, ChoiceNumbers& choices) {
  if (logged.is_null()) return Value::null(type);
  switch (type) {
    case ValueType::Boolean:
      return logged.is_boolean() ? std::optional(Value::of(type, logged.get<bool>() ? 1 : 0)) : std::nullopt;
    case ValueType::Integer:
    case ValueType::Decimal:
    case ValueType::Money:
      return number_of(logged, type);
    case ValueType::String:
      return string_of(logged);
    case ValueType::Date:
    case ValueType::DateTime:
      return time_of(logged, type);
    case ValueType::Choice:
      if (!logged.is_string()) return std::nullopt;
      return Value::of(type, choices.number_of(logged.get<std::string>()));
  }
  return std::nullopt;
}

bool is_lost(const Value& value, const Attribute& attribute) {
  if (value.type != ValueType::Choice || value.is_null) return false;
  return std::ranges::find(attribute.choices, static_cast<uint32_t>(value.number)) == attribute.choices.end();
}

}  // namespace

ChoiceNumbers::ChoiceNumbers(const std::vector<std::string>& labels) {
  for (const std::string& label : labels) number_of(label);
}

uint32_t ChoiceNumbers::number_of(const std::string& label) {
  return numbers_.try_emplace(label, static_cast<uint32_t>(numbers_.size())).first->second;
}

LoggedValues::LoggedValues(const AttributeLayout& layout, const std::vector<Attribute>& attributes, const json& logged,
                           ChoiceNumbers& choices)
    : words_(layout.size / 8),
      values_(layout.fields.size()),
      missing_(layout.fields.size()),
      lost_labels_(layout.fields.size()) {
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    const Field& field = layout.fields[i];
    const auto found = logged.find(field.name);
    std::optional<Value> value;
    if (found != logged.end()) value = value_of(*found, field.type, choices);
    missing_[field.presence] = !value;
    if (value && is_lost(*value, attributes[field.attribute])) {
      lost_labels_[field.presence] = found->get<std::string>();
    }
    values_[i] = value ? std::move(*value) : Value::null(field.type);
    write_value(field, values_[i], reinterpret_cast<uint8_t*>(words_.data()));
  }
}

}  // namespace policyc
