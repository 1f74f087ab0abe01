// The thin way of policy/policy.h against the reference: subjects resolved from standings that a host puts together,
// records that it lays out, and nothing of the runtime's own organization.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/driver/native_world_state.h"
#include "runtime/abi/handles.h"
#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

// What a host would know of a user, read off a world that knows it.
class Standings {
 public:
  explicit Standings(const policy::World& world) : world_(world) {}

  const policy_subject* resolve(const policy_program* program, uint32_t user) {
    const policy::Standing known = world_.organization.standing(user);
    const policy::Subject& subject = world_.subject(user);
    std::vector<policy_role_held> roles;
    for (const policy::Holding& held : known.holdings) roles.push_back({held.holder, held.role, held.anchor});
    // In any order, and some twice: the library sorts.
    std::vector<policy_principal> teams(known.teams.rbegin(), known.teams.rend());
    if (!teams.empty()) teams.push_back(teams.front());
    std::vector<policy_report> reports(subject.reports().rbegin(), subject.reports().rend());
    policy_standing standing{};
    standing.struct_size = sizeof standing;
    standing.user = POLICY_PRINCIPAL(POLICY_USER, user);
    standing.unit = known.unit;
    standing.team_count = static_cast<uint32_t>(teams.size());
    standing.role_count = static_cast<uint32_t>(roles.size());
    standing.report_count = static_cast<uint32_t>(reports.size());
    standing.teams = teams.data();
    standing.roles = roles.data();
    standing.reports = reports.data();
    standing.attributes = subject.attributes().data();
    const policy_subject* resolved = nullptr;
    policy_error error{};
    error.struct_size = sizeof error;
    EXPECT_EQ(policy_subject_resolve(program, &standing, &resolved, &error), POLICY_OK) << error.message;
    return resolved;
  }

 private:
  const policy::World& world_;
};

struct Counts {
  size_t decisions = 0;
  size_t allowed = 0;
};

// The first disagreement in words; empty: there is none.
std::string compare(const Engines& engines, const Facts& facts, Counts& counts) {
  NativeWorld::Impl world(engines.engine.program.tables(), engines.engine.ir, facts);
  policy::ProgramSource source;
  source.kind = POLICY_PROGRAM_JIT;
  source.tables = {std::shared_ptr<const void>(), &engines.engine.program.tables()};
  policy_program* program = policy::new_program(std::move(source));
  Standings standings(world.world);
  std::string disagreement;
  for (UserId user : facts.users.ids()) {
    const policy_subject* subject = standings.resolve(program, user.index);
    for (RecordId record : facts.records.ids()) {
      if (!world.knows(record)) continue;
      for (Right right : kAllRights) {
        const Decision expected = evaluate(engines.policy(), facts, user, right, record);
        policy_decision found;
        (void)policy_decide(program, subject, facts.records[record].table.index, static_cast<uint32_t>(right),
                            &world.world.records.header(record.index), &world.world.context, &found);
        ++counts.decisions;
        counts.allowed += expected.allowed;
        if (to_decision(found) == expected || !disagreement.empty()) continue;
        disagreement =
            fmt::format("{} {} {}: {} instead of {}", facts.users[user].name, word(right), facts.records[record].name,
                        word(static_cast<Reason>(found.reason)), word(expected.reason));
      }
    }
    policy_subject_free(subject);
  }
  policy_program_close(program);
  return disagreement;
}

TEST(Thin, DecidesAsTheReferenceDoes) {
  Counts counts;
  const size_t budget = decision_budget(60'000);
  for (uint64_t seed = first_seed(); counts.decisions < budget; ++seed) {
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    for (int i = 0; i < 4; ++i) {
      const Facts facts = random_facts(random, engines->policy(), {});
      const std::string disagreement = compare(*engines, facts, counts);
      ASSERT_EQ(disagreement, "") << "seed " << seed << "\n" << engines->text;
    }
  }
  EXPECT_GT(counts.allowed, counts.decisions / 20);
  EXPECT_LT(counts.allowed, counts.decisions);
}

}  // namespace
}  // namespace policyc::test
