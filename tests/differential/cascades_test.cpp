// All small worlds of cascades: a row, one below it and one below that; every behaviour on both links, every owner and
// state of the three, shared above or not; and every operation that can cascade. A budget smaller than all takes worlds
// evenly spread over all.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

constexpr std::string_view kReach[] = {"none", "cascade", "active", "user_owned"};
constexpr std::string_view kDelete[] = {"cascade", "remove_link", "restrict", "none"};

std::string behaviours(size_t reach, size_t on_delete) {
  return fmt::format("{{ assign: {0} share: {0} unshare: {0} reparent: {0} delete: {1} merge: {2} }}", kReach[reach],
                     kDelete[on_delete], on_delete % 2 == 0 ? "cascade" : "none");
}

std::string policy_text(std::string_view book, std::string_view settings, size_t first, size_t second) {
  std::string text = fmt::format("policy small follows {}\n{}\nprivilege merge\n", book, settings);
  text += "table p owned by user\ntable c owned by user\ntable g owned by user\n";
  text += "table businessunit owned by business_unit\n";
  text += fmt::format("relationship r1: c.up -> p {}\n", behaviours(first, (first + second) % 4));
  text += fmt::format("relationship r2: g.up -> c {}\n", behaviours(second, (first + 2 * second + 1) % 4));
  text += "role ruler { every table: all at organization\n  every privilege }\n";
  text += "role reader { p: read, write at user\n  c: read, write at user\n  g: read at user }\n";
  text += "role half { p: read at user\n  c: read, delete at user }\n";
  return text;
}

uint64_t take(uint64_t& number, uint64_t size) {
  uint64_t taken = number % size;
  number /= size;
  return taken;
}

constexpr RecordId kTop{0}, kBelow{1}, kLowest{2}, kOther{3};
constexpr RelationshipId kFirst{0}, kSecond{1};
constexpr UserId kRuler{0}, kReader{1};

class Chains {
 public:
  explicit Chains(const Policy& policy) : policy_(policy) {}

  static constexpr uint64_t kCount = 27 * 4 * 4 * 3;

  Facts world(uint64_t number) const {
    Facts facts;
    UnitId root = facts.units.add({"root", {}, {}}), side = facts.units.add({"side", root, {}});
    RoleId ruler = find_role(policy_, "ruler"), reader = find_role(policy_, "reader"),
           half = find_role(policy_, "half");
    facts.users.add({"ruler", root, false, {{ruler, root}}, {}});
    facts.users.add({"reader", side, false, {{reader, side}}, {}});
    facts.teams.add({"team", side, {kReader}, {{take(number, 2) == 0 ? reader : half, side}}});
    Principal owners[] = {Principal::of(kRuler), Principal::of(kReader), Principal::of(TeamId{0})};
    auto add = [&](std::string name, uint32_t table, std::vector<Link> links) {
      Record record{std::move(name), TableId{table}, owners[take(number, 3)], {}, {}, std::move(links)};
      record.unit = unit_of(facts, record.owner);
      facts.records.add(std::move(record));
    };
    add("top", 0, {});
    add("below", 1, {{kFirst, kTop}});
    add("lowest", 2, {{kSecond, kBelow}});
    facts.records.add({"other", TableId{0}, owners[1], side, {}, {}});
    facts.records[kBelow].active = take(number, 2) == 0;
    facts.records[kLowest].active = take(number, 2) == 0;
    add_shares(facts, take(number, 6));
    facts.context = {Value::null(ValueType::DateTime), Value::null(ValueType::Date)};
    return facts;
  }

  std::vector<Operation> operations() const {
    Principal reader = Principal::of(kReader), team = Principal::of(TeamId{0});
    RightSet some = bit(Right::Read) | bit(Right::Write);
    std::vector<Operation> all = {
        {.kind = OperationKind::Assign, .record = kTop, .principal = reader},
        {.kind = OperationKind::Assign, .record = kTop, .principal = team},
        {.kind = OperationKind::Assign, .record = kBelow, .principal = Principal::of(kRuler)},
        {.kind = OperationKind::Share, .record = kTop, .principal = team, .rights = some},
        {.kind = OperationKind::Modify, .record = kTop, .principal = reader, .rights = bit(Right::Write)},
        {.kind = OperationKind::Revoke, .record = kTop, .principal = reader},
        {.kind = OperationKind::Revoke, .record = kBelow, .principal = reader},
        {.kind = OperationKind::Link, .record = kBelow, .other = kOther, .relationship = kFirst},
        {.kind = OperationKind::Unlink, .record = kBelow, .relationship = kFirst},
        {.kind = OperationKind::Unlink, .record = kLowest, .relationship = kSecond},
        {.kind = OperationKind::Merge, .record = kTop, .other = kOther},
        {.kind = OperationKind::Delete, .record = kTop},
        {.kind = OperationKind::Delete, .record = kBelow},
        {.kind = OperationKind::SetUnit, .record = kTop, .unit = UnitId{1}},
        {.kind = OperationKind::Deactivate, .record = kBelow},
        {.kind = OperationKind::Activate, .record = kBelow},
        {.kind = OperationKind::Deactivate, .record = kLowest},
        {.kind = OperationKind::Activate, .record = kLowest},
        {.kind = OperationKind::Share, .record = kTop, .principal = reader, .rights = some},
        {.kind = OperationKind::Share, .record = kBelow, .principal = reader, .rights = bit(Right::Read)},
        {.kind = OperationKind::Link, .record = kBelow, .other = kTop, .relationship = kFirst},
        {.kind = OperationKind::Link, .record = kLowest, .other = kBelow, .relationship = kSecond},
        {.kind = OperationKind::Assign, .record = kLowest, .principal = reader},
    };
    for (Operation& operation : all) operation.user = kRuler;
    return all;
  }

 private:
  static void add_shares(Facts& facts, uint64_t number) {
    Principal reader = Principal::of(kReader);
    if (number % 2 == 1) facts.shares.push_back({kTop, reader, bit(Right::Read) | bit(Right::Delete), {}});
    if (number / 2 == 1) facts.shares.push_back({kBelow, reader, bit(Right::Write), {}});
    if (number / 2 == 2) facts.shares.push_back({kOther, Principal::organization(), bit(Right::Read), {}});
  }

  const Policy& policy_;
};

void compare_all(std::string_view book, std::string_view settings, size_t budget) {
  size_t decisions = 0, allowed = 0;
  for (size_t behaviour = 0; behaviour < 16; ++behaviour) {
    std::unique_ptr<Engines> engines = Engines::of(policy_text(book, settings, behaviour % 4, behaviour / 4));
    ASSERT_TRUE(engines);
    Chains chains(engines->policy());
    std::vector<Operation> operations = chains.operations();
    // A step that shares no factor with the count visits every world once before it comes round.
    constexpr uint64_t kStep = 1'000'003;
    size_t until = budget * (behaviour + 1) / 16;
    for (uint64_t i = 0; i < Chains::kCount && decisions < until; ++i) {
      uint64_t number = i * kStep % Chains::kCount;
      for (const Operation& operation : operations) {
        Worlds worlds(*engines, chains.world(number));
        worlds.carry_out(operation);
        allowed += worlds.seen().allowed;
        worlds.compare_decisions();
        ASSERT_TRUE(worlds.seen().disagreement.empty()) << "world " << number << "\n" << worlds.seen().disagreement;
        decisions += worlds.seen().decisions;
      }
    }
  }
  EXPECT_GT(allowed, 0u);
  ::testing::Test::RecordProperty("decisions", std::to_string(decisions));
}

// The same operations one after the other, so that what an earlier one left behind meets a later one.
TEST(SmallCascades, LongSequences) {
  size_t budget = decision_budget(120'000), decisions = 0;
  constexpr std::string_view kSettings[] = {"", "settings { on_link: inherit_access }",
                                            "settings { on_link: take_owner }"};
  for (uint64_t seed = first_seed(); decisions < budget; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(policy_text(
        random.one_in(2) ? "guide" : "dataverse", kSettings[random.below(3)], random.below(4), random.below(4)));
    ASSERT_TRUE(engines);
    Chains chains(engines->policy());
    std::vector<Operation> operations = chains.operations();
    std::erase_if(operations, [](const Operation& op) { return op.kind == OperationKind::Delete; });
    for (int world = 0; world < 20; ++world) {
      Worlds worlds(*engines, chains.world(random.below(Chains::kCount)));
      for (int i = 0; i < 40; ++i) {
        worlds.carry_out(operations[random.below(static_cast<uint32_t>(operations.size()))]);
      }
      worlds.compare_decisions();
      ASSERT_TRUE(worlds.seen().disagreement.empty()) << worlds.seen().disagreement;
      decisions += worlds.seen().decisions;
    }
  }
  RecordProperty("decisions", std::to_string(decisions));
}

TEST(SmallCascades, Guide) { compare_all("guide", "", decision_budget(120'000) / 4); }
TEST(SmallCascades, GuideWithAccessInheritedOnLink) {
  compare_all("guide", "settings { on_link: inherit_access  share_to_previous_owner: true }",
              decision_budget(120'000) / 4);
}
TEST(SmallCascades, Dataverse) {
  compare_all("dataverse", "organization { business_units: modern }", decision_budget(120'000) / 4);
}
TEST(SmallCascades, DataverseWithOwnersTakenOnLink) {
  compare_all(
      "dataverse",
      "organization { business_units: modern }\n"
      "settings { on_link: take_owner  always_move_record_to_owner_unit: false  new_child_inherits_shares: false\n"
      "  delete_cascade_needs_child_delete: true }",
      decision_budget(120'000) / 4);
}

}  // namespace
}  // namespace policyc::test
