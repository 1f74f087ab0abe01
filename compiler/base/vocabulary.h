// The field's words: rights, levels, ownership, reasons. One enum each, with its spelling in the language.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/layout.h"

namespace policyc {

enum class Right : uint8_t {
#define RIGHT(word, Name, bit) Name,
#include "policy/rights.def"
#undef RIGHT
};
inline constexpr size_t kRightCount = POLICY_RIGHT_COUNT;
inline constexpr std::array<Right, kRightCount> kAllRights = {
#define RIGHT(word, Name, bit) Right::Name,
#include "policy/rights.def"
#undef RIGHT
};

// A set of rights, one bit for each: 1 << right.
using RightSet = uint16_t;
constexpr RightSet bit(Right right) { return static_cast<RightSet>(1u << static_cast<unsigned>(right)); }
constexpr bool has(RightSet set, Right right) { return (set & bit(right)) != 0; }

enum class Level : uint8_t { None, User, BusinessUnit, ParentChild, Organization };
enum class Ownership : uint8_t { User, BusinessUnit, Organization };

enum class Reason : uint8_t {
#define REASON(word, Name, meaning) Name,
#include "policy/reasons.def"
#undef REASON
};

std::string_view word(Right right);
std::string_view word(Level level);
std::string_view word(Ownership ownership);
std::string_view word(Reason reason);
std::string_view meaning(Reason reason);

std::optional<Right> right_from_word(std::string_view word);
std::optional<Level> level_from_word(std::string_view word);
std::optional<Reason> reason_from_word(std::string_view word);

constexpr bool allows(Reason reason) { return reason >= Reason::Owner && reason <= Reason::Hierarchy; }

}  // namespace policyc
