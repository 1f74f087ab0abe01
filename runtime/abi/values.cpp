#include "runtime/abi/values.h"

#include <cstring>
#include <string_view>

#include "runtime/abi/refusal.h"

namespace policy {

namespace {

using Int128 = __int128;

// The years 1 to 9999.
constexpr int64_t kFirstDay = -719162;
constexpr int64_t kLastDay = 2932896;
constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
// 100,000,000,000 with ten decimal places.
constexpr Int128 kMostDecimal = Int128{100'000'000'000} * 10'000'000'000;

bool lies_between(int64_t number, int64_t first, int64_t last) { return number >= first && number <= last; }

Int128 decimal_of(const policy_value& value) { return (static_cast<Int128>(value.high) << 64) | value.number; }

// Whether the value is one of the type.
bool is_of_type(const policy_value& value, uint8_t type, size_t choice_count) {
  const auto number = static_cast<int64_t>(value.number);
  if (type != POLICY_TYPE_DECIMAL && value.high != 0) return false;
  switch (type) {
    case POLICY_TYPE_BOOLEAN:
      return value.number <= 1;
    case POLICY_TYPE_INTEGER:
    case POLICY_TYPE_MONEY:
      return true;
    case POLICY_TYPE_DECIMAL:
      return decimal_of(value) >= -kMostDecimal && decimal_of(value) <= kMostDecimal;
    case POLICY_TYPE_STRING:
      return value.text_size <= POLICY_TEXT_LIMIT && (value.text != nullptr || value.text_size == 0);
    case POLICY_TYPE_DATE:
      return lies_between(number, kFirstDay, kLastDay);
    case POLICY_TYPE_DATETIME:
      return lies_between(number, kFirstDay * kDay, (kLastDay + 1) * kDay - 1);
    case POLICY_TYPE_CHOICE:
      return value.number < choice_count;
    default:
      return false;
  }
}

void write_value(const AttributeEntry& entry, uint32_t number, const policy_value& value, StringPool& strings,
                 std::byte* bytes) {
  const auto bit = static_cast<std::byte>(1u << number % 8);
  if (value.is_set == 0) {
    bytes[number / 8] &= ~bit;
    return;
  }
  bytes[number / 8] |= bit;
  if (entry.type == POLICY_TYPE_STRING) {
    const policy_string text =
        strings.keep(value.text_size == 0 ? std::string_view() : std::string_view(value.text, value.text_size));
    std::memcpy(bytes + entry.offset, &text, sizeof text);
    return;
  }
  const Int128 whole = decimal_of(value);  // little-endian, two's complement: narrower types are its first bytes
  std::memcpy(bytes + entry.offset, &whole, entry.size);
}

}  // namespace

const std::string* StringPool::find(std::string_view text) const {
  const auto found = strings_.find(text);
  if (found != strings_.end()) return &*found;
  return below_ == nullptr ? nullptr : below_->find(text);
}

policy_string StringPool::keep(std::string_view text) {
  const std::string* kept = find(text);
  if (kept == nullptr) kept = &*strings_.emplace(text).first;
  return {kept->data(), kept->size()};
}

policy_status write_values(const std::vector<AttributeEntry>& attributes, size_t choice_count,
                           std::span<const policy_value> values, StringPool& strings, std::vector<uint64_t>& words,
                           policy_error* why) {
  const size_t size = words.size() * sizeof(uint64_t);
  for (const policy_value& value : values) {
    if (value.attribute >= attributes.size()) return no_such(why, "attribute", value.attribute);
    const AttributeEntry& entry = attributes[value.attribute];
    const bool is_value = value.is_set == 0 || (value.is_set == 1 && is_of_type(value, entry.type, choice_count));
    if (!is_value) return refuse(why, POLICY_INVALID, "`{}` has no such value: it is not of its type", entry.name);
    if (entry.offset + entry.size > size || entry.size > sizeof(Int128)) {
      return refuse(why, POLICY_INTERNAL, "`{}` lies past the attributes; please report it", entry.name);
    }
  }
  for (const policy_value& value : values) {
    write_value(attributes[value.attribute], value.attribute, value, strings,
                reinterpret_cast<std::byte*>(words.data()));
  }
  return POLICY_OK;
}

policy_status ContextValues::set(const ProgramTables& tables, std::span<const policy_value> values, policy_error* why) {
  auto strings = std::make_unique<StringPool>();
  std::vector<uint64_t> words((tables.context_attribute_bytes + 7) / 8);
  const policy_status status =
      write_values(tables.context_attributes, tables.choice_labels.size(), values, *strings, words, why);
  if (status != POLICY_OK) return status;
  strings_ = std::move(strings);
  words_ = std::move(words);
  context_.attributes = reinterpret_cast<const uint8_t*>(words_.data());
  return POLICY_OK;
}

}  // namespace policy
