// The keys that an object of the facts takes, and their values.
//
//   constexpr KeyRule kTeamKeys[] = {{"name", kJsonString, true}, {"members", kJsonList, false}};
//   std::optional<JsonFields> team = read_fields(value, "team", kTeamKeys, diagnostics);
//   if (const JsonValue* members = team->find("members")) ...
//
// Unknown, repeated and missing keys and values of a wrong type are reported; such a value is left out.
#pragma once

#include <algorithm>
#include <span>

#include "compiler/facts/json_tree.h"

namespace policyc {

// Kinds that a key takes, one bit for each JsonKind.
using JsonKinds = uint8_t;
constexpr JsonKinds json_bit(JsonKind kind) { return static_cast<JsonKinds>(1u << static_cast<unsigned>(kind)); }
inline constexpr JsonKinds kJsonObject = json_bit(JsonKind::Object);
inline constexpr JsonKinds kJsonList = json_bit(JsonKind::List);
inline constexpr JsonKinds kJsonString = json_bit(JsonKind::String);
inline constexpr JsonKinds kJsonBoolean = json_bit(JsonKind::True) | json_bit(JsonKind::False);
inline constexpr JsonKinds kJsonNull = json_bit(JsonKind::Null);

struct KeyRule {
  std::string_view name;
  JsonKinds kinds;
  bool required;
};

class JsonFields {
 public:
  // Null where the key is absent, or where its value was reported as wrong.
  const JsonValue* find(std::string_view key) const {
    for (const auto& [name, value] : values_) {
      if (name == key) return &value;
    }
    return nullptr;
  }
  // Likewise; the value's text, or nothing.
  std::string text(std::string_view key) const {
    const JsonValue* value = find(key);
    return value ? value->text() : std::string();
  }
  bool is_true(std::string_view key) const {
    const JsonValue* value = find(key);
    return value && value->kind() == JsonKind::True;
  }
  // Whether the key is there with a value of a wrong type, which was reported.
  bool is_mistyped(std::string_view key) const { return std::ranges::find(mistyped_, key) != mistyped_.end(); }

 private:
  friend std::optional<JsonFields> read_fields(JsonValue, std::string_view, std::span<const KeyRule>, Diagnostics&);
  std::vector<std::pair<std::string_view, JsonValue>> values_;
  std::vector<std::string_view> mistyped_;
};

// Nothing where `value` is no object. `what` is what the object stands for: "team".
std::optional<JsonFields> read_fields(JsonValue value, std::string_view what, std::span<const KeyRule> keys,
                                      Diagnostics& diagnostics);

// "an object or a string"
std::string describe(JsonKinds kinds);

// Whether `value` is of one of `kinds`; reported where it is not.
bool expect_kind(JsonValue value, std::string_view name, JsonKinds kinds, Diagnostics& diagnostics);

}  // namespace policyc
