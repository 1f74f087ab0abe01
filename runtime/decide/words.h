// The field's words for the numbers of layout.h: what names, logs and explanations say.
//
//   words::kRights[POLICY_RIGHT_read]                     // "read"
//   words::kReasons[POLICY_REASON_owner].meaning          // "the user owns the row"
#pragma once

#include <array>

#include "policy/layout.h"

namespace policy::words {

inline constexpr std::array<const char*, POLICY_RIGHT_COUNT> kRights = {
#define RIGHT(word, Name, bit) #word,
#include "policy/rights.def"
#undef RIGHT
};

struct Reason {
  const char* word;
  const char* meaning;
};
inline constexpr std::array<Reason, POLICY_REASON_COUNT> kReasons = {{
#define REASON(word, Name, meaning) {#word, meaning},
#include "policy/reasons.def"
#undef REASON
}};

inline constexpr std::array<const char*, POLICY_LEVEL_organization + 1> kLevels = {"none", "user", "business_unit",
                                                                                   "parent_child", "organization"};

}  // namespace policy::words
