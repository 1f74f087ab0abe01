// What `list` and `who` cost: by the size of the answer, and not of the table or the organization.
//
//   std::optional<std::string> failure = measure_list({.records = 10'000'000, .users = 1'000'000}, report);
//
// The organizations are its own: units of 1,000 rows, so that an answer is as large whatever the size of the table.
#pragma once

#include <optional>
#include <string>

#include "bench/report.h"

namespace policyc::bench {

struct ListSizes {
  uint32_t records = 10'000'000;  // a million or more; the small table has a thousand
  uint32_t users = 1'000'000;     // ten thousand or more
  size_t rounds = 9;
};

// Why it was given up, where answers are not those that they must be.
std::optional<std::string> measure_list(const ListSizes& sizes, Report& report);

}  // namespace policyc::bench
