// Filters against checks: every user, table and right of one set of facts, compiled and row by row.
//
//   FiltersSeen seen = compare_filters(engines, engines.engine.program.tables(), facts);    // failures are the test's
#pragma once

#include "tests/differential/engines.h"

namespace policyc::test {

struct FiltersSeen {
  size_t decisions = 0;
  size_t allowed = 0;
};

// `tables` have code of the engines' policy.
FiltersSeen compare_filters(const Engines& engines, const policy::ProgramTables& tables, const Facts& facts);

}  // namespace policyc::test
