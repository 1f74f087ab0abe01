// Filters at their limits: a loop that only reads columns, and the filter that somebody would write by hand who knows
// the policy's shape (handwritten.h) and this processor. Nothing here comes from the compiler.
//
//   uint64_t sum = scan({owners.data(), owners.size() * 4});
//   filter_by_hand(*call.user, *call.reach, call.right, columns, bitmap);     // as check_conditions for each row
//
// What is exploited beyond handwritten.h: 64 rows are asked at once, and the shares of all of them; attributes are as
// narrow as their values.
#pragma once

#include <span>

#include "bench/limits/handwritten.h"

namespace policyc::bench {

// Adds up the words of a column.
uint64_t scan(std::span<const uint64_t> words);

// A null as a number for which every comparison is false, strings as numbers. Behind each column 64 entries more may be
// read.
struct HandColumns {
  uint64_t count = 0;
  const policy_principal* owner = nullptr;
  const uint32_t* unit = nullptr;
  const uint64_t* away = nullptr;
  const uint32_t* share_begin = nullptr;
  const policy_share* shares = nullptr;
  const int64_t* amount_cents = nullptr;
  const int32_t* due = nullptr;
  const int16_t* grade = nullptr;
  const uint8_t* status = nullptr;
  const uint8_t* region = nullptr;
};

// Right is `read`, or `delete`, which asks read too; other rights stand for themselves.
void filter_by_hand(const HandUser& user, const HandReach& reach, uint32_t right, const HandColumns& rows,
                    uint64_t* bitmap);

}  // namespace policyc::bench
