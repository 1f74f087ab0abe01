#include "compiler/ir/attribute_layout.h"

#include <cstring>

#include "policy/layout.h"

namespace policyc {

uint32_t size_of(ValueType type) {
  switch (type) {
    case ValueType::Boolean:
      return 1;
    case ValueType::Date:
    case ValueType::Choice:
      return 4;
    case ValueType::Integer:
    case ValueType::Money:
    case ValueType::DateTime:
      return 8;
    case ValueType::Decimal:
    case ValueType::String:
      return 16;
  }
  return 0;
}

AttributeLayout lay_out(std::vector<Field> fields) {
  AttributeLayout layout{std::move(fields), 0};
  uint32_t next = static_cast<uint32_t>((layout.fields.size() + 7) / 8);
  if (layout.fields.empty()) return layout;
  next = (next + 7) & ~7u;
  for (uint32_t size : {16u, 8u, 4u, 1u}) {
    for (Field& field : layout.fields) {
      if (size_of(field.type) != size) continue;
      field.offset = next;
      next += size;
    }
  }
  for (uint32_t i = 0; i < layout.fields.size(); ++i) layout.fields[i].presence = i;
  layout.size = (next + 7) & ~7u;
  return layout;
}

void write_value(const Field& field, const Value& value, uint8_t* attributes) {
  uint8_t mask = static_cast<uint8_t>(1u << (field.presence % 8));
  if (value.is_null) {
    attributes[field.presence / 8] &= static_cast<uint8_t>(~mask);
    return;
  }
  attributes[field.presence / 8] |= mask;
  if (field.type == ValueType::String) {
    policy_string string{value.text.data(), value.text.size()};
    std::memcpy(attributes + field.offset, &string, sizeof(string));
    return;
  }
  std::memcpy(attributes + field.offset, &value.number, size_of(field.type));  // little-endian, two's complement
}

}  // namespace policyc
