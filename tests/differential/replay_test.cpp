// Decisions of random worlds, logged as a host logs them and asked again: under the same policy nothing changes, under
// another exactly what changes when it is asked itself.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "compiler/driver/replay.h"
#include "runtime/abi/handles.h"
#include "runtime/decide/decide.h"
#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

class LogFolder {
 public:
  LogFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "policy_replay_XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~LogFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string path() const { return (folder_ / "log").string(); }

 private:
  std::filesystem::path folder_;
};

// Every question that there is, in this order.
template <typename Ask>
void for_each_question(const Facts& facts, Ask ask) {
  for (UserId user : facts.users.ids()) {
    for (RecordId record : facts.records.ids()) {
      if (!facts.records[record].exists) continue;
      for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) ask(user, static_cast<Right>(right), record);
    }
  }
}

// Asks everything and logs it; the answers, in their order.
std::vector<policy_decision> log_all(const Engine& engine, const Facts& facts, const std::string& path) {
  const policy::ProgramTables& tables = engine.program.tables();
  policy_program* program = policy::new_program({.kind = POLICY_PROGRAM_JIT,
                                                 .tables = {std::shared_ptr<const void>(), &tables},
                                                 .build = {.policy_hash = std::string(64, '0')}});
  policy_log_options options{.struct_size = sizeof options, .ring_size = 1u << 16};
  policy_log* log = nullptr;
  EXPECT_EQ(policy_log_open(path.c_str(), &options, &log, nullptr), POLICY_OK);
  const NativeWorld world(engine.program, engine.ir, facts);
  std::vector<policy_decision> answers;
  for_each_question(facts, [&](UserId user, Right right, RecordId record) {
    const NativeWorld::Call call = world.call(user, right, record);
    const uint32_t table = facts.records[record].table.index;
    const auto number = static_cast<uint32_t>(right);
    answers.push_back(policy::decide(tables, *call.subject, table, number, *call.record, *call.context));
    const std::string row = fmt::format("{}", record.index);
    EXPECT_EQ(policy_log_decision(log, program, call.subject, table, number, call.record, call.context, &answers.back(),
                                  facts.users[user].name.c_str(), row.c_str()),
              POLICY_OK);
  });
  EXPECT_EQ(policy_log_flush(log), POLICY_OK);
  policy_log_close(log);
  policy_program_close(program);
  return answers;
}

struct Again {
  LoggedDecision decision;
  Replayed answer;
};

std::vector<Again> replay_all(const Policy& policy, const Engine& engine, const std::string& path) {
  Replay replay(policy, engine);
  std::vector<Again> all;
  std::ifstream file(path);
  for (std::string text; std::getline(file, text);) {
    Result<LoggedLine> line = read_logged_line(text);
    if (!line) {
      ADD_FAILURE() << line.error() << "\n" << text;
    } else if (const auto* subject = std::get_if<LoggedSubject>(&*line)) {
      replay.know(*subject);
    } else if (const auto* decision = std::get_if<LoggedDecision>(&*line)) {
      all.push_back({*decision, replay.ask(*decision)});
    }
  }
  return all;
}

struct World {
  explicit World(uint64_t seed) : random(seed), compiled(compile_text("generated.policy", random_policy(random), ".")) {
    facts = inherit_from_links(*compiled.policy, random_facts(random, *compiled.policy, {}));
  }
  Random random;
  Compilation compiled;
  Facts facts;
};

TEST(Replay, TheSamePolicyGivesTheSameAnswersDownToTheGrant) {
  size_t decisions = 0;
  for (uint64_t seed = first_seed(); seed < first_seed() + 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    const LogFolder folder;
    World world(seed);
    Result<Engine> engine = build_engine(*world.compiled.policy, world.compiled.sources);
    ASSERT_TRUE(engine);
    const std::vector<policy_decision> answers = log_all(*engine, world.facts, folder.path());
    const std::vector<Again> again = replay_all(*world.compiled.policy, *engine, folder.path());
    ASSERT_EQ(again.size(), answers.size());
    for (const Again& one : again) {
      ASSERT_EQ(one.answer.outcome, ReplayOutcome::Same) << one.decision.answer.reason << one.answer.now.reason;
      ASSERT_TRUE(one.decision.answer == one.answer.now) << one.decision.answer.place << one.answer.now.place;
      ASSERT_TRUE(one.answer.missing.empty()) << one.answer.missing[0];
    }
    decisions += again.size();
  }
  EXPECT_GT(decisions, 5'000u);
}

TEST(Replay, ThingsAreFoundByTheirNames) {
  for (uint64_t seed = first_seed(); seed < first_seed() + 6; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    const LogFolder folder;
    World world(seed);
    Result<Engine> engine = build_engine(*world.compiled.policy, world.compiled.sources);
    ASSERT_TRUE(engine);
    log_all(*engine, world.facts, folder.path());
    Random again(seed);
    std::string text = random_policy(again);
    // Before all others: every table, role and label has another number.
    text.insert(text.find("\ntable ") + 1,
                "table first owned by user { state: choice { lost, sold } }\n"
                "role first { first: read at user when record.state == lost }\n");
    Compilation compiled = compile_text("generated.policy", text, ".");
    ASSERT_TRUE(compiled.policy) << text;
    Result<Engine> other = build_engine(*compiled.policy, compiled.sources);
    ASSERT_TRUE(other);
    for (const Again& one : replay_all(*compiled.policy, *other, folder.path())) {
      ASSERT_EQ(one.answer.outcome, ReplayOutcome::Same) << one.decision.answer.reason << one.answer.now.reason;
      ASSERT_TRUE(one.answer.missing.empty()) << one.answer.missing[0];
      ASSERT_TRUE(one.answer.notes.empty()) << one.answer.notes[0];
    }
  }
}

TEST(Replay, UnderOtherLevelsExactlyThatChangesWhatChanges) {
  size_t changed = 0;
  for (uint64_t seed = first_seed(); seed < first_seed() + 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    const LogFolder folder;
    World world(seed);
    Result<Engine> engine = build_engine(*world.compiled.policy, world.compiled.sources);
    ASSERT_TRUE(engine);
    const std::vector<policy_decision> answers = log_all(*engine, world.facts, folder.path());
    Policy other = *world.compiled.policy;
    for (Grant& grant : other.grants) {
      const bool takes_levels = other.tables[grant.table].ownership != Ownership::Organization;
      if (takes_levels && world.random.one_in(3)) grant.level = static_cast<Level>(1 + world.random.below(4));
    }
    Result<Engine> others = build_engine(other, world.compiled.sources);
    ASSERT_TRUE(others);
    const NativeWorld asked(others->program, others->ir, world.facts);
    const std::vector<Again> again = replay_all(other, *others, folder.path());
    ASSERT_EQ(again.size(), answers.size());
    size_t i = 0;
    for_each_question(world.facts, [&](UserId user, Right right, RecordId record) {
      const Decision now = asked.decide(user, right, record);
      const policy_decision& before = answers[i];
      const Replayed& seen = again[i++].answer;
      ASSERT_EQ(seen.now.allowed, now.allowed);
      ASSERT_EQ(seen.now.reason, word(now.reason));
      const bool is_same = before.reason == static_cast<uint8_t>(now.reason);
      ASSERT_EQ(seen.outcome == ReplayOutcome::Same, is_same);
      ASSERT_EQ(seen.outcome == ReplayOutcome::Denied, before.effect == POLICY_ALLOW && !now.allowed);
      ASSERT_EQ(seen.outcome == ReplayOutcome::Allowed, before.effect == POLICY_DENY && now.allowed);
      changed += !is_same;
    });
  }
  EXPECT_GT(changed, 100u) << "levels that change nothing show nothing";
}

}  // namespace
}  // namespace policyc::test
