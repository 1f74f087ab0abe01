// Another version of a policy in the place of the one before, while it is asked: what the facts say stays the same by
// whatever numbers things have, no answer is of neither version, and what would be lost is not taken.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "compiler/driver/native_world_state.h"
#include "compiler/facts/facts_json.h"
#include "compiler/ir/attribute_layout.h"
#include "runtime/operations/inheritance.h"
#include "runtime/store/store.h"
#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

// The declarations of a policy, each with the lines that belong to it.
std::vector<std::string> declarations(const std::string& text) {
  std::vector<std::string> blocks;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    std::string line = text.substr(begin, end - begin);
    bool goes_on = line[0] == ' ' || line[0] == '}' || line[0] == '\n';
    if (goes_on && !blocks.empty()) {
      blocks.back() += line;
    } else {
      blocks.push_back(line);
    }
    begin = end;
  }
  return blocks;
}

// The same policy in another order, with a table, a role and labels more: everything has other numbers.
std::string written_otherwise(const std::string& text) {
  std::vector<std::string> blocks = declarations(text);
  auto movable = std::stable_partition(blocks.begin(), blocks.end(), [](const std::string& block) {
    return !block.starts_with("table ") && !block.starts_with("role ") && !block.starts_with("relationship ");
  });
  auto late = std::stable_partition(movable, blocks.end(),
                                    [](const std::string& block) { return !block.starts_with("relationship "); });
  std::reverse(movable, late);
  std::string result;
  for (auto block = blocks.begin(); block != blocks.end(); ++block) {
    if (block == movable) {
      result += "table first owned by user { state: choice { lost, sold, open } }\n";
      result += "role first { first: read at user when record.state == open }\n";
    }
    result += *block;
  }
  return result;
}

// What everybody may do with everything, a line each. Which grant is named hangs on the order of the text.
using Answers = std::vector<std::string>;

Answers answers(const policy::Snapshot& snapshot, uint32_t rows) {
  Answers all;
  for (uint32_t user = 0; user < snapshot.user_count(); ++user) {
    for (uint32_t row = 0; row < rows; ++row) {
      for (uint32_t right = POLICY_RIGHT_read; right < POLICY_RIGHT_COUNT; ++right) {
        policy_decision decision = snapshot.decide(user, right, row);
        all.push_back(fmt::format("user {} right {} row {}: effect {} reason {} gap {}", user, right, row,
                                  decision.effect, decision.reason, decision.needed - decision.held));
        EXPECT_EQ(snapshot.check(user, right, row), decision.effect == POLICY_ALLOW);
      }
    }
  }
  return all;
}

std::string first_difference(const Answers& a, const Answers& b) {
  if (a.size() != b.size()) return "not as many";
  auto [one, other] = std::mismatch(a.begin(), a.end(), b.begin());
  return one == a.end() ? "" : *one + ", and before: " + *other;
}

struct World {
  World(const Engine& engine, const Facts& facts) : native(engine.program.tables(), engine.ir, facts) {
    policy::inherit_from_links(native.world);
  }
  NativeWorld::Impl native;
};

std::vector<uint64_t> attribute_bytes(const AttributeLayout& layout, const std::vector<Value>& values) {
  std::vector<uint64_t> words(layout.size / sizeof(uint64_t));
  for (const Field& field : layout.fields) {
    write_value(field, values[field.attribute], reinterpret_cast<uint8_t*>(words.data()));
  }
  return words;
}

// The host's own: where things have other numbers it lays the context out anew.
std::vector<Value> context_of(const Engines& before, const Engines& after, const Facts& facts) {
  std::vector<Value> values = facts.context;
  const std::vector<std::string>& labels = after.engine.ir.choice_labels;
  for (Value& value : values) {
    if (value.type != ValueType::Choice || value.is_null) continue;
    const std::string& label = before.engine.ir.choice_labels[static_cast<size_t>(value.number)];
    value.number = std::find(labels.begin(), labels.end(), label) - labels.begin();
  }
  return values;
}

TEST(Replace, TheSamePolicyWrittenOtherwiseGivesTheSameAnswers) {
  Random random(first_seed());
  size_t budget = decision_budget(10'000), compared = 0;
  while (compared < budget && !testing::Test::HasFailure()) {
    std::unique_ptr<Engines> before = Engines::of(random_policy(random));
    std::shared_ptr<Engines> after = Engines::of(written_otherwise(before->text));
    ASSERT_TRUE(before && after);
    Facts facts = random_facts(random, before->policy(), {});
    World world(before->engine, facts);
    auto rows = static_cast<uint32_t>(world.native.world.records.size());
    policy::Store store(world.native.world);
    policy::Reader reader = *store.reader();
    policy::Snapshot old = reader.snapshot();
    Answers expected = answers(old, rows);
    std::vector<Value> context_values = context_of(*before, *after, facts);
    std::vector<uint64_t> context = attribute_bytes(after->engine.ir.context_layout, context_values);
    policy::Translation told;
    auto ready = [&](policy::World& next, const policy::Translation& translation) {
      told = translation;
      next.context.attributes = reinterpret_cast<const uint8_t*>(context.data());
      return true;
    };
    std::optional<policy::Revision> revision = store.replace(after->engine.program.tables(), after, ready);
    ASSERT_TRUE(revision);
    EXPECT_TRUE(told.lost.empty()) << told.lost.front();
    for (const std::string& name : told.missing) EXPECT_TRUE(name.starts_with("context ")) << name;
    EXPECT_EQ(first_difference(answers(old, rows), expected), "") << "a snapshot goes on as it was";
    EXPECT_EQ(first_difference(answers(*reader.snapshot(*revision), rows), expected), "") << before->text;
    compared += expected.size();
  }
}

constexpr const char* kClub = R"(policy club follows guide
table trip owned by user { fee: money }
role skipper { trip: read, write, delete at user  trip: read at business_unit when record.fee < 5 }
role auditor { trip: read at organization }
)";
// Nobody may delete; auditors see less.
constexpr const char* kStricter = R"(policy club follows guide
role auditor { trip: read at organization when record.fee < 3 }
role skipper { trip: read, write at user }
table boat owned by user
table trip owned by user { fee: money }
)";
constexpr const char* kFacts = R"({
  "units": [{"name": "club"}, {"name": "north", "parent": "club"}],
  "users": [{"name": "sam", "unit": "north", "roles": ["skipper"]},
            {"name": "ana", "unit": "north", "roles": ["skipper"]},
            {"name": "eva", "unit": "club", "roles": ["auditor"]}],
  "records": [{"table": "trip", "id": "t1", "owner": "sam", "attributes": {"fee": 2}},
              {"table": "trip", "id": "t2", "owner": "ana", "attributes": {"fee": 4}},
              {"table": "trip", "id": "t3", "owner": "ana"}]})";

Facts club_facts(const Engines& engines) {
  SourceMap sources;
  FactsResult read = read_facts(engines.policy(), sources, sources.add("org.json", kFacts));
  EXPECT_TRUE(read.facts) << "the facts do not read";
  return read.facts ? *read.facts : Facts{};
}

TEST(Replace, ReadersSeeOneVersionOrTheOtherAndNothingElse) {
  std::unique_ptr<Engines> first = Engines::of(kClub);
  World world(first->engine, club_facts(*first));
  policy::Store store(world.native.world);
  std::array<Answers, 2> expected;
  std::vector<std::weak_ptr<Engines>> versions;
  auto replace_by = [&](const char* text) {
    std::shared_ptr<Engines> next = Engines::of(text);
    versions.push_back(next);
    return store.replace(next->engine.program.tables(), next);
  };
  policy::Reader mine = *store.reader();
  expected[0] = answers(mine.snapshot(), 3);
  ASSERT_TRUE(replace_by(kStricter));
  expected[1] = answers(mine.snapshot(), 3);
  ASSERT_NE(expected[0], expected[1]);
  std::atomic<bool> is_over = false;
  std::atomic<size_t> wrong = 0, asked = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      policy::Reader reader = *store.reader();
      policy::Revision last;
      while (!is_over) {
        policy::Snapshot snapshot = reader.snapshot();
        size_t version = snapshot.tables().tables.size() == 2 ? 1 : 0;
        wrong += answers(snapshot, 3) != expected[version] || snapshot.revision() < last ? 1 : 0;
        last = snapshot.revision();
        ++asked;
      }
    });
  }
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(replace_by(i % 2 == 0 ? kClub : kStricter));
  is_over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(asked, 0u);
  ASSERT_TRUE(replace_by(kClub));
  versions.pop_back();
  for (const std::weak_ptr<Engines>& version : versions) EXPECT_TRUE(version.expired()) << "nobody reads it";
}

TEST(Replace, AVersionIsKeptAsLongAsSomebodyReadsIt) {
  std::unique_ptr<Engines> first = Engines::of(kClub);
  World world(first->engine, club_facts(*first));
  policy::Store store(world.native.world);
  policy::Reader reader = *store.reader();
  std::shared_ptr<Engines> second = Engines::of(kStricter);
  std::weak_ptr<Engines> watched = second;
  ASSERT_TRUE(store.replace(second->engine.program.tables(), second));
  second.reset();
  {
    policy::Snapshot of_the_second = reader.snapshot();
    Answers seen = answers(of_the_second, 3);
    std::shared_ptr<Engines> third = Engines::of(kClub);
    ASSERT_TRUE(store.replace(third->engine.program.tables(), third));
    EXPECT_FALSE(watched.expired());
    EXPECT_EQ(answers(of_the_second, 3), seen);
  }
  std::shared_ptr<Engines> fourth = Engines::of(kStricter);
  ASSERT_TRUE(store.replace(fourth->engine.program.tables(), fourth));
  EXPECT_TRUE(watched.expired());
}

TEST(Replace, WhatWouldLoseFactsLeavesAllAsItWas) {
  std::unique_ptr<Engines> first = Engines::of(kClub);
  World world(first->engine, club_facts(*first));
  policy::Store store(world.native.world);
  policy::Reader reader = *store.reader();
  policy::Revision revision = store.revision();
  Answers expected = answers(reader.snapshot(), 3);
  const std::pair<const char*, const char*> others[] = {
      {"policy club follows guide\ntable trip owned by user { fee: money }\nrole skipper { trip: read at user when "
       "record.fee < 5 }\n",
       "role `auditor`"},
      {"policy club follows guide\ntable boat owned by user\nrole skipper { boat: read at user }\nrole auditor { boat: "
       "read at user }\n",
       "table `trip`"},
  };
  for (const auto& [text, lost] : others) {
    std::shared_ptr<Engines> next = Engines::of(text);
    EXPECT_FALSE(store.replace(next->engine.program.tables(), next)) << text;
    EXPECT_EQ(store.revision(), revision);
    EXPECT_EQ(answers(reader.snapshot(), 3), expected);
    policy::Translation told;
    auto look = [&](policy::World&, const policy::Translation& translation) { return told = translation, false; };
    EXPECT_FALSE(store.replace(next->engine.program.tables(), next, look));
    EXPECT_EQ(told.lost, std::vector<std::string>{lost});
    EXPECT_EQ(next.use_count(), 1);
  }
}

TEST(Replace, WhatIsAskedForTheFirstTimeIsMissingUntilItIsSet) {
  std::unique_ptr<Engines> first = Engines::of(kStricter);
  World world(first->engine, club_facts(*first));
  policy::Store store(world.native.world);
  std::shared_ptr<Engines> next = Engines::of(
      "policy club follows guide\nuser { senior: boolean }\ntable boat owned by user\n"
      "table trip owned by user { fee: money }\nrole skipper { trip: read at user when user.senior }\n"
      "role auditor { trip: read at organization when record.fee < 3 }\n");
  EXPECT_FALSE(store.replace(next->engine.program.tables(), next));
  auto accept = [](policy::World&, const policy::Translation& told) {
    return told.missing == std::vector<std::string>{"attribute `user.senior`"};
  };
  ASSERT_TRUE(store.replace(next->engine.program.tables(), next, accept));
  policy::Reader reader = *store.reader();
  EXPECT_FALSE(reader.snapshot().check(0, POLICY_RIGHT_read, 0)) << "nobody is known to be senior";
  policy::Transaction change = store.begin();
  std::vector<uint64_t> senior = attribute_bytes(next->engine.ir.user_layout, {Value::of(ValueType::Boolean, 1)});
  ASSERT_TRUE(change.organization().set_attributes(0, senior));
  change.commit();
  EXPECT_TRUE(reader.snapshot().check(0, POLICY_RIGHT_read, 0));
}

}  // namespace
}  // namespace policyc::test
