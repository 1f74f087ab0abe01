// All small worlds: three units, a user and a team that may be in any of them, every role at every level held or not,
// every kind of owner, share and condition value. A budget smaller than all takes worlds evenly spread over all.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/differential/engines.h"

namespace policyc::test {
namespace {

constexpr std::string_view kLevels[] = {"user", "business_unit", "parent_child", "organization"};

// A role for each level, each held in the three ways that matter: direct_user, team_privileges_only, and on a
// condition.
std::string policy_text(std::string_view rule_book, std::string_view units, std::string_view settings) {
  std::string text = fmt::format("policy small follows {}\norganization {{ business_units: {} }}\nsettings {{ {} }}\n",
                                 rule_book, units, settings);
  text += "privilege go\ntable t owned by user { flag: boolean }\ntable b owned by business_unit\n";
  text += "table o owned by organization\n";
  for (std::string_view level : kLevels) {
    std::string unit_level = level == "user" ? "" : fmt::format("  b: all at {}\n", level);
    std::string rest = level == "organization" ? "  o: all at organization\n  privilege go\n" : "";
    text += fmt::format("role plain_{0} {{\n  t: all at {0}\n{1}{2}}}\n", level, unit_level, rest);
    text += fmt::format("role team_{0} team_privileges_only {{\n  t: all at {0}\n}}\n", level);
    text += fmt::format(
        "role flagged_{0} {{\n  t: read, write, delete, append, append_to, assign, share at {0} when record.flag\n"
        "     create at {0}\n}}\n",
        level);
  }
  text += "role reader { t: read at business_unit }\nrole deleter { t: delete at parent_child }\n";
  return text;
}

// A number below `size`, and the rest of the world's number.
uint64_t take(uint64_t& number, uint64_t size) {
  uint64_t taken = number % size;
  number /= size;
  return taken;
}

class SmallWorlds {
 public:
  explicit SmallWorlds(const Policy& policy) : policy_(policy), roles_(policy.roles.size() + 1) {}

  // Roles of the user and the team, their units, membership, and the unit that a role held in modern mode comes from.
  uint64_t count() const { return roles_ * roles_ * 3 * 3 * 2 * anchors(); }

  Facts world(uint64_t number) const {
    Facts facts;
    UnitId root = facts.units.add({"root", {}, {}});
    facts.units.add({"a", root, {}});
    facts.units.add({"b", root, {}});
    uint64_t user_role = take(number, roles_), team_role = take(number, roles_);
    UnitId user_unit{static_cast<uint32_t>(take(number, 3))}, team_unit{static_cast<uint32_t>(take(number, 3))};
    bool member = take(number, 2) == 1;
    bool from_own_unit = anchors() == 1;
    UnitId anchor{static_cast<uint32_t>(take(number, anchors()))};
    UserId user = facts.users.add({"u", user_unit, false, held(user_role, from_own_unit ? user_unit : anchor), {}});
    facts.users.add({"v", {1}, false, {}, {}});
    facts.teams.add({"team", team_unit, {}, held(team_role, from_own_unit ? team_unit : anchor)});
    facts.teams.add({"other", {2}, {}, {}});
    if (member) facts.teams[TeamId{0}].members.push_back(user);
    add_records(facts);
    facts.context = {Value::null(ValueType::DateTime), Value::null(ValueType::Date)};
    return facts;
  }

 private:
  uint64_t anchors() const { return policy_.settings.modern_units() ? 3 : 1; }

  std::vector<RoleHeld> held(uint64_t role, UnitId anchor) const {
    if (role == 0) return {};
    return {{RoleId{static_cast<uint32_t>(role - 1)}, anchor}};
  }

  void add_records(Facts& facts) const {
    std::vector<Principal> owners = {Principal::of(UserId{0}), Principal::of(UserId{1}), Principal::of(TeamId{0}),
                                     Principal::of(TeamId{1})};
    if (policy_.settings.is(Switch::unit_as_principal)) owners.push_back(Principal::of(UnitId{1}));
    for (Principal owner : owners) {
      UnitId home = unit_of(facts, owner);
      add_rows(facts, owner, home);
      if (policy_.settings.modern_units()) add_rows(facts, owner, UnitId{(home.index + 1) % 3});
    }
    for (UnitId unit : facts.units.ids()) facts.records.add({"b", TableId{1}, {}, unit, {}, {}});
    facts.records.add({"o", TableId{2}, {}, {}, {}, {}});
  }

  // For each value of the condition one row that is not shared and one for each way of sharing.
  void add_rows(Facts& facts, Principal owner, UnitId unit) const {
    std::vector<Principal> with = {{}, Principal::of(UserId{0}), Principal::of(TeamId{0}), Principal::organization()};
    if (policy_.settings.is(Switch::unit_as_principal)) with.push_back(Principal::of(UnitId{1}));
    const Value values[] = {Value::null(ValueType::Boolean), Value::of(ValueType::Boolean, 0),
                            Value::of(ValueType::Boolean, 1)};
    for (const Value& value : values) {
      for (Principal principal : with) {
        RecordId id =
            facts.records.add({fmt::format("t{}", facts.records.size()), TableId{0}, owner, unit, {value}, {}});
        if (!principal.is_nobody()) facts.shares.push_back({id, principal, bit(Right::Read), {}});
      }
    }
  }

  const Policy& policy_;
  uint64_t roles_;
};

void compare_all(const std::string& text, size_t budget) {
  std::unique_ptr<Engines> engines = Engines::of(text);
  ASSERT_TRUE(engines);
  SmallWorlds worlds(engines->policy());
  // A step that shares no factor with the count visits every world once before it comes round.
  constexpr uint64_t kStep = 1'000'003;
  size_t decisions = 0, allowed = 0;
  for (uint64_t i = 0; i < worlds.count() && decisions < budget; ++i) {
    uint64_t number = i * kStep % worlds.count();
    Comparison seen = compare_engines(*engines, worlds.world(number));
    ASSERT_TRUE(seen.disagreement.empty()) << "world " << number << "\n" << seen.disagreement;
    decisions += seen.decisions;
    allowed += seen.allowed;
  }
  EXPECT_GE(decisions, std::min<size_t>(budget, 10'000));
  EXPECT_GT(allowed, decisions / 100) << "worlds in which nothing is allowed show nothing";
  EXPECT_LT(allowed, decisions - decisions / 100) << "worlds in which everything is allowed show nothing";
  ::testing::Test::RecordProperty("decisions", std::to_string(decisions));
}

TEST(Exhaustive, GuideWithClassicUnits) {
  compare_all(policy_text("guide", "classic", ""), decision_budget(240'000) / 6);
}
TEST(Exhaustive, GuideWithModernUnits) {
  compare_all(policy_text("guide", "modern", ""), decision_budget(240'000) / 6);
}
TEST(Exhaustive, GuideWithUnitsAtUserLevel) {
  compare_all(policy_text("guide", "classic", "unit_principal_level: user"), decision_budget(240'000) / 6);
}
TEST(Exhaustive, DataverseWithClassicUnits) {
  compare_all(policy_text("dataverse", "classic", ""), decision_budget(240'000) / 6);
}
TEST(Exhaustive, DataverseWithOwnershipRecomputed) {
  compare_all(policy_text("dataverse", "modern", "ownership_recomputed: true"), decision_budget(240'000) / 6);
}
TEST(Exhaustive, DataverseWithSharesThatReachTeamOnlyRoles) {
  compare_all(policy_text("dataverse", "classic", "share_reaches_team_only_basic: true  delete_needs_read: true"),
              decision_budget(240'000) / 6);
}

}  // namespace
}  // namespace policyc::test
