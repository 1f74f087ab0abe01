// Filters against checks: every user, table and right of random worlds, compiled and row by row.
#include "tests/differential/filters.h"

#include <gtest/gtest.h>

#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

TEST(Filters, AgreeWithChecks) {
  const size_t budget = decision_budget(200'000);
  size_t decisions = 0, allowed = 0;
  for (uint64_t seed = first_seed(); decisions < budget && !HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    for (TableId table : engines->engine.ir.tables.ids()) {
      for (Right right : kAllRights) ASSERT_TRUE(engines->engine.program.compile_filter(table, right));
    }
    for (int i = 0; i < 4; ++i) {
      Facts facts = inherit_from_links(engines->policy(), random_facts(random, engines->policy(), {.records = 40}));
      const FiltersSeen seen = compare_filters(*engines, engines->engine.program.tables(), facts);
      decisions += seen.decisions;
      allowed += seen.allowed;
    }
  }
  EXPECT_GT(allowed, decisions / 50);
  RecordProperty("decisions", std::to_string(decisions));
}

}  // namespace
}  // namespace policyc::test
