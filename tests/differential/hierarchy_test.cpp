// All small hierarchies: three users above one another or not, in any of three units, with every kind of privilege;
// rows of each of them, of a team and of somebody else, shared or not; under every setting that hierarchy security has.
// A budget smaller than all takes worlds evenly spread over all.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/differential/engines.h"

namespace policyc::test {
namespace {

std::string policy_text(std::string_view model, uint32_t depth, std::string_view settings) {
  return fmt::format(
      "policy small follows dataverse\n"
      "organization {{ hierarchy: {} {{ depth: {} }} }}\n"
      "settings {{ {} }}\n"
      "table t owned by user {{ flag: boolean }}\ntable left_out owned by user\ntable o owned by organization\n"
      "role reads {{ t: read at user  left_out: read at user }}\n"
      "role writes {{ t: read, write, append, append_to, delete, assign, share at user }}\n"
      "role writes_blindly {{ t: write at user }}\n"
      "role reads_unit {{ t: read at business_unit  t: write at user }}\n"
      "role reads_flagged {{ t: read, write at user when record.flag }}\n"
      "role team_only team_privileges_only {{ t: read, write at user }}\n",
      model, depth, settings);
}

uint64_t take(uint64_t& number, uint64_t size) {
  uint64_t taken = number % size;
  number /= size;
  return taken;
}

class Hierarchies {
 public:
  explicit Hierarchies(const Policy& policy) : policy_(policy) {}

  static constexpr uint64_t kCount = 27 * 7 * 2 * 2 * 3 * 2;

  Facts world(uint64_t number) const {
    Facts facts;
    UnitId root = facts.units.add({"root", {}, {}});
    facts.units.add({"a", root, {}});
    facts.units.add({"a1", UnitId{1}, {}});
    facts.positions.add({"top", {}});
    facts.positions.add({"middle", PositionId{0}});
    facts.positions.add({"bottom", PositionId{1}});
    for (uint32_t i = 0; i < 3; ++i) {
      User user{fmt::format("u{}", i), UnitId{static_cast<uint32_t>(take(number, 3))}, false, {}, {}};
      user.position = {i};
      facts.users.add(std::move(user));
    }
    facts.users.add({"other", UnitId{1}, false, {}, {}});
    add_role(facts, static_cast<uint32_t>(take(number, 7)));
    facts.users[UserId{1}].disabled = take(number, 2) == 1;
    bool middle_manages = take(number, 2) == 1;
    uint64_t top_manages = take(number, 3);
    if (middle_manages) facts.users[UserId{2}].manager = {1};
    if (top_manages == 1) facts.users[UserId{1}].manager = {0};
    if (top_manages == 2) facts.users[UserId{2}].manager = {0};
    if (take(number, 2) == 1) facts.users[UserId{2}].position = {1};
    facts.teams.add({"team", UnitId{2}, {UserId{2}}, {}});
    add_rows(facts);
    facts.context = {Value::null(ValueType::DateTime), Value::null(ValueType::Date)};
    return facts;
  }

 private:
  // The top user's privilege: none, each role by itself, or the last one through a team.
  void add_role(Facts& facts, uint32_t number) const {
    constexpr std::string_view kRoles[] = {"reads",      "writes",        "writes_blindly",
                                           "reads_unit", "reads_flagged", "team_only"};
    User& top = facts.users[UserId{0}];
    if (number == 0) return;
    RoleHeld held{find_role(policy_, kRoles[number - 1]), top.unit};
    if (number < 6) top.roles.push_back(held);
    if (number == 6) facts.teams.add({"of_top", top.unit, {UserId{0}}, {held}});
  }

  static void add_rows(Facts& facts) {
    std::vector<Principal> owners = {Principal::of(UserId{1}), Principal::of(UserId{2}), Principal::of(UserId{3}),
                                     Principal::of(TeamId{static_cast<uint32_t>(facts.teams.size()) - 1})};
    for (Principal owner : owners) {
      for (uint32_t shared = 0; shared < 4; ++shared) {
        Record record{fmt::format("t{}", facts.records.size()), TableId{0}, owner, unit_of(facts, owner), {}, {}};
        record.attributes = {Value::of(ValueType::Boolean, shared % 2)};
        RecordId id = facts.records.add(std::move(record));
        if (shared == 1) facts.shares.push_back({id, Principal::of(UserId{2}), bit(Right::Read), {}});
        if (shared == 2) facts.shares.push_back({id, owners[3], bit(Right::Write), {}});
        if (shared == 3) facts.shares.push_back({id, Principal::of(UserId{1}), 0, {{{}, false, bit(Right::Read)}}});
      }
      facts.records.add({"left_out", TableId{1}, owner, unit_of(facts, owner), {}, {}});
    }
    facts.records.add({"o", TableId{2}, {}, {}, {}, {}});
  }

  const Policy& policy_;
};

void compare_all(const std::string& text, size_t budget) {
  std::unique_ptr<Engines> engines = Engines::of(text);
  ASSERT_TRUE(engines);
  Hierarchies hierarchies(engines->policy());
  // A step that shares no factor with the count visits every world once before it comes round.
  constexpr uint64_t kStep = 1'000'003;
  size_t decisions = 0;
  for (uint64_t i = 0; i < Hierarchies::kCount && decisions < budget; ++i) {
    uint64_t number = i * kStep % Hierarchies::kCount;
    Comparison seen = compare_engines(*engines, hierarchies.world(number));
    ASSERT_TRUE(seen.disagreement.empty()) << "world " << number << "\n" << seen.disagreement;
    decisions += seen.decisions;
  }
  ::testing::Test::RecordProperty("decisions", std::to_string(decisions));
}

TEST(SmallHierarchies, Managers) {
  for (std::string_view where : {"same", "parent", "ancestor", "any"}) {
    for (uint32_t depth : {1u, 2u, 3u}) {
      compare_all(policy_text("manager", depth, fmt::format("manager_unit: {}", where)), decision_budget(120'000) / 24);
    }
  }
}
TEST(SmallHierarchies, ManagersWithOtherSettings) {
  for (std::string_view settings :
       {"hierarchy_write_levels: 2", "hierarchy_needs: business_unit_level  manager_unit: any",
        "hierarchy_disabled_reports: false  manager_unit: any",
        "hierarchy_excluded_tables: left_out  manager_unit: any"}) {
    compare_all(policy_text("manager", 2, std::string(settings)), decision_budget(120'000) / 24);
  }
}
TEST(SmallHierarchies, Positions) {
  for (uint32_t depth : {1u, 2u}) {
    for (std::string_view settings : {"hierarchy_write_levels: 1", "hierarchy_write_levels: 2"}) {
      compare_all(policy_text("position", depth, std::string(settings)), decision_budget(120'000) / 24);
    }
  }
}

}  // namespace
}  // namespace policyc::test
