// Operations on both engines: sequences in random organizations, each engine with its own state, and what holds
// whatever the policy is. POLICYC_SEED starts elsewhere; a failure names the seed that repeats it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

constexpr int kWorldsOfAPolicy = 8;
constexpr int kOperationsOfAWorld = 60;
constexpr int kOperationsBetweenDecisions = 20;

TEST(RandomOperations, EnginesAgreeOnOutcomesAndOnWhatIsThereAfterwards) {
  size_t budget = decision_budget(200'000), decisions = 0;
  size_t asked[kOperationCount] = {}, allowed[kOperationCount] = {};
  for (uint64_t seed = first_seed(); decisions < budget; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    for (int world = 0; world < kWorldsOfAPolicy; ++world) {
      Worlds worlds(*engines, random_facts(random, engines->policy(), {}));
      for (int i = 0; i < kOperationsOfAWorld; ++i) {
        Operation operation = random_operation(random, engines->policy(), worlds.facts());
        size_t before = worlds.seen().allowed;
        worlds.carry_out(operation);
        ++asked[static_cast<size_t>(operation.kind)];
        allowed[static_cast<size_t>(operation.kind)] += worlds.seen().allowed - before;
        if (i % kOperationsBetweenDecisions == 0) worlds.compare_decisions();
      }
      worlds.compare_decisions();
      ASSERT_TRUE(worlds.seen().disagreement.empty()) << worlds.seen().disagreement;
      decisions += worlds.seen().decisions;
    }
  }
  for (size_t kind = 0; kind < kOperationCount; ++kind) {
    std::string_view name = word(static_cast<OperationKind>(kind));
    EXPECT_GT(allowed[kind], asked[kind] / 100) << name << ": hardly ever allowed shows nothing";
    EXPECT_LT(allowed[kind], asked[kind]) << name << ": always allowed shows nothing";
  }
  RecordProperty("decisions", std::to_string(decisions));
}

// With one setting for all actions, what rows inherit after any number of events is what it would be if every link had
// just been made.
TEST(RandomOperations, InheritedSharesEqualTheirRecomputation) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::string text = fmt::format(
        "policy even follows dataverse\n"
        "settings {{ on_link: {} }}\n"
        "privilege merge\nprivilege reparent_user\nprivilege reparent_team\n"
        "table t0 owned by user\ntable t1 owned by user\ntable t2 owned by user\n"
        "relationship a: t1.up -> t0 parental\nrelationship b: t2.up -> t1 parental\nrelationship c: t0.up -> t0 "
        "parental\n"
        "role ruler {{ every table: all at organization\n  every privilege }}\n",
        random.one_in(2) ? "inherit_access" : "take_owner");
    Compilation compiled = compile_text("even.policy", text, ".");
    ASSERT_TRUE(compiled.policy);
    const Policy& policy = *compiled.policy;
    Facts facts = inherit_from_links(policy, random_facts(random, policy, {.records = 30}));
    for (int i = 0; i < 80; ++i) {
      Operation operation = random_operation(random, policy, facts);
      if (operation.proposed) continue;
      apply(operation, perform(policy, facts, operation).effects, facts);
    }
    Facts again = inherit_from_links(policy, facts);
    auto parts = [](const Facts& of) {
      std::vector<std::tuple<RecordId, Principal, InheritedRights>> all;
      for (const Share& share : of.shares) {
        for (const InheritedRights& part : share.inherited) all.emplace_back(share.record, share.principal, part);
      }
      std::sort(all.begin(), all.end());
      return all;
    };
    EXPECT_EQ(parts(facts).size(), parts(again).size());
    EXPECT_TRUE(parts(facts) == parts(again));
  }
}

// A denial changes nothing; what an allow changes is what its effects say, so doing it again changes nothing more.
TEST(RandomOperations, AllOrNothing) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    Compilation compiled = compile_text("generated.policy", random_policy(random), ".");
    ASSERT_TRUE(compiled.policy);
    const Policy& policy = *compiled.policy;
    Facts facts = inherit_from_links(policy, random_facts(random, policy, {}));
    for (int i = 0; i < 100; ++i) {
      Operation operation = random_operation(random, policy, facts);
      Outcome outcome = perform(policy, facts, operation);
      EXPECT_TRUE(outcome.answer.allowed || outcome.effects.empty());
      bool once = operation.kind == OperationKind::Create || operation.kind == OperationKind::Delete;
      if (!outcome.answer.allowed || once || operation.proposed) continue;
      apply(operation, outcome.effects, facts);
      Outcome again = perform_unasked(policy, facts, operation);
      std::erase_if(again.effects, [](const Effect& e) { return e.kind == Effect::Kind::Values; });
      EXPECT_TRUE(again.effects.empty()) << word(operation.kind);
    }
  }
}

// Names are labels: the same policy and organization under other names give the same decisions and outcomes.
TEST(RandomOperations, RenamingChangesNothing) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed), other_random(seed);
    Compilation compiled = compile_text("generated.policy", random_policy(random), ".");
    Compilation renamed = compile_text("generated.policy", random_policy(other_random, "other_"), ".");
    ASSERT_TRUE(compiled.policy && renamed.policy);
    Facts facts = inherit_from_links(*compiled.policy, random_facts(random, *compiled.policy, {}));
    Facts other = inherit_from_links(*renamed.policy, random_facts(other_random, *renamed.policy, {}, "other_"));
    for (UserId user : facts.users.ids()) {
      for (RecordId record : facts.records.ids()) {
        for (Right right : kAllRights) {
          ASSERT_TRUE(evaluate(*compiled.policy, facts, user, right, record) ==
                      evaluate(*renamed.policy, other, user, right, record));
        }
      }
    }
    for (int i = 0; i < 100; ++i) {
      Operation operation = random_operation(random, *compiled.policy, facts);
      Outcome here = perform(*compiled.policy, facts, operation), there = perform(*renamed.policy, other, operation);
      ASSERT_TRUE(here.answer == there.answer && here.effects == there.effects) << word(operation.kind);
    }
  }
}

}  // namespace
}  // namespace policyc::test
