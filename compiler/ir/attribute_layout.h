// Where a host puts attributes, so that compiled conditions find them.
//
//   AttributeLayout layout = lay_out({{"distance_km", ValueType::Decimal, 0}, {"status", ValueType::Choice, 1}});
//   std::vector<uint8_t> bytes(layout.size);
//   write_value(layout.fields[1], Value::of(ValueType::Choice, 3), bytes.data());
//
// Bytes that were never written hold no values: every presence bit is 0.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/decision_ir.h"

namespace policyc {

// Gives the fields their offsets and presence bits, largest alignment first. The order of the fields stays.
AttributeLayout lay_out(std::vector<Field> fields);

uint32_t size_of(ValueType type);

// A string's bytes are not copied: `value.text` must outlive the record. Null clears the presence bit.
void write_value(const Field& field, const Value& value, uint8_t* attributes);

}  // namespace policyc
