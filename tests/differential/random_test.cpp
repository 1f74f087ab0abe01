// Random policies over random organizations: every engine, and the properties that hold whatever the policy is.
// POLICYC_SEED starts elsewhere; a failure names the seed that repeats it.
#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "compiler/ir/simplify.h"
#include "compiler/ir/verify.h"
#include "compiler/lower/lower.h"
#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

constexpr int kWorldsOfAPolicy = 8;

TEST(RandomWorlds, EnginesAgree) {
  size_t budget = decision_budget(200'000), decisions = 0, allowed = 0;
  for (uint64_t seed = first_seed(); decisions < budget; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    for (int i = 0; i < kWorldsOfAPolicy; ++i) {
      Facts facts = inherit_from_links(engines->policy(), random_facts(random, engines->policy(), {}));
      Comparison seen = compare_engines(*engines, facts);
      ASSERT_TRUE(seen.disagreement.empty()) << seen.disagreement;
      decisions += seen.decisions;
      allowed += seen.allowed;
    }
  }
  EXPECT_GT(allowed, decisions / 50);
  EXPECT_LT(allowed, decisions - decisions / 50);
  RecordProperty("decisions", std::to_string(decisions));
}

TEST(RandomWorlds, TextOfTheIRReadsBackAsTheSame) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 100; ++seed) {
    Random random(seed);
    Compilation compiled = compile_text("generated.policy", random_policy(random), ".");
    ASSERT_TRUE(compiled.policy) << "POLICYC_SEED=" << seed;
    DecisionIR ir = lower(*compiled.policy, compiled.sources);
    ASSERT_EQ(verify(ir), std::nullopt);
    Result<DecisionIR> again = parse_ir(print(ir));
    ASSERT_TRUE(again) << again.error();
    EXPECT_TRUE(*again == ir) << "POLICYC_SEED=" << seed;
    DecisionIR simple = simplify(ir);
    ASSERT_EQ(verify(simple), std::nullopt);
    EXPECT_TRUE(simplify(simple) == simple) << "POLICYC_SEED=" << seed;
    EXPECT_LE(simple.nodes.size(), ir.nodes.size());
  }
}

// The set of what is allowed before must still be allowed after.
void expect_nothing_lost(const Policy& before_policy, const Facts& before, const Policy& after_policy,
                         const Facts& after) {
  for (UserId user : before.users.ids()) {
    for (RecordId record : before.records.ids()) {
      for (Right right : kAllRights) {
        if (!evaluate(before_policy, before, user, right, record).allowed) continue;
        ASSERT_TRUE(evaluate(after_policy, after, user, right, record).allowed)
            << before.users[user].name << " loses " << word(right) << " on " << before.records[record].name;
      }
    }
  }
}

TEST(RandomWorlds, AddedRolesAndSharesTakeNothingAway) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    Compilation compiled = compile_text("generated.policy", random_policy(random), ".");
    ASSERT_TRUE(compiled.policy);
    Facts facts = random_facts(random, *compiled.policy, {});
    Facts more = facts;
    UserId user{random.below(static_cast<uint32_t>(facts.users.size()))};
    RoleId role{random.below(static_cast<uint32_t>(compiled.policy->roles.size()))};
    more.users[user].roles.push_back({role, more.users[user].unit});
    more.shares.push_back({RecordId{0}, Principal::of(user), bit(Right::Read), {}});
    facts = inherit_from_links(*compiled.policy, facts);
    more = inherit_from_links(*compiled.policy, more);
    expect_nothing_lost(*compiled.policy, facts, *compiled.policy, more);
  }
}

TEST(RandomWorlds, WiderLevelsTakeNothingAway) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    Compilation compiled = compile_text("generated.policy", random_policy(random), ".");
    ASSERT_TRUE(compiled.policy);
    Policy wider = *compiled.policy;
    for (Grant& grant : wider.grants) {
      bool takes_levels = wider.tables[grant.table].ownership != Ownership::Organization;
      if (takes_levels && grant.level < Level::Organization && random.one_in(2)) {
        grant.level = static_cast<Level>(static_cast<int>(grant.level) + 1);
      }
    }
    Facts facts = random_facts(random, *compiled.policy, {});
    expect_nothing_lost(*compiled.policy, facts, wider, facts);
  }
}

}  // namespace
}  // namespace policyc::test
