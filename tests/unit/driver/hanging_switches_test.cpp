#include "compiler/driver/hanging_switches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "compiler/driver/compile.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/inherit.h"

namespace policyc {
namespace {

// A world in which every kind of part is inherited.
constexpr std::string_view kPolicy = R"(policy club follows guide
table trip owned by user
table dock owned by business_unit
table entry owned by user
table note owned by user
relationship trip_log: entry.trip -> trip parental
relationship dock_note: note.dock -> dock parental
role skipper {
  trip: read at user
  entry: read at user
  note: read at user
}
scenario "s" {
  unit club
  user sam in club: skipper, ana in club: skipper
  record t: trip owned by sam
  record e: entry owned by ana { trip: t }
  record d: dock in club
  record n: note owned by ana { dock: d }
  sam can read t
}
)";

class HangingSwitches : public testing::Test {
 protected:
  void SetUp() override {
    compiled_ = compile_text("club.policy", std::string(kPolicy), ".");
    for (const Diagnostic& diagnostic : compiled_.diagnostics) ADD_FAILURE() << diagnostic.message;
    ASSERT_TRUE(compiled_.policy);
    facts_ = compiled_.policy->scenarios[0].facts;
    facts_.shares.push_back({RecordId{0}, Principal::of(UserId{1}), bit(Right::Read), {}});
  }

  Compilation compiled_;
  Facts facts_;
};

// Those that the explanation takes to shape what is inherited are those that do.
TEST_F(HangingSwitches, OnlyThreeShapeWhatIsInherited) {
  auto parts = [&](const Policy& policy) {
    std::multiset<std::pair<RecordId, InheritedRights>> found;
    Facts inherited = inherit_from_links(policy, facts_);
    for (const Share& share : inherited.shares) {
      for (const InheritedRights& part : share.inherited) found.emplace(share.record, part);
    }
    return found;
  };
  const auto now = parts(*compiled_.policy);
  ASSERT_FALSE(now.empty());
  for (size_t i = 0; i < switches().size(); ++i) {
    if (switches()[i].kind != SwitchKind::Word) continue;
    for (std::string_view word : switches()[i].values) {
      Policy changed = *compiled_.policy;
      changed.settings.value(static_cast<Switch>(i)).word = word;
      bool may_differ = static_cast<Switch>(i) == Switch::on_link ||
                        static_cast<Switch>(i) == Switch::new_child_inherits_shares ||
                        static_cast<Switch>(i) == Switch::unit_as_principal;
      EXPECT_TRUE(may_differ || parts(changed) == now) << switches()[i].name;
    }
  }
}

TEST_F(HangingSwitches, OtherValuesWithOneAnswerShareALine) {
  auto ask = [](const Policy& policy, const Facts&) {
    return policy.settings.word(Switch::manager_unit) == "parent" ? std::string("allow") : std::string("deny");
  };
  std::vector<std::string> lines =
      hanging_switches(*compiled_.policy, compiled_.sources, facts_, InheritedParts::AsTheyAre, {}, ask);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0],
            "switch: `manager_unit` is parent (rule book guide): with same or ancestor or any the answer would be deny "
            "(where a manager's unit must lie, seen from the report's)");
}

TEST_F(HangingSwitches, EveryKindOfSwitchIsTried) {
  std::set<std::string> seen;
  auto ask = [&](const Policy& policy, const Facts&) {
    const Settings& settings = policy.settings;
    seen.insert(std::to_string(settings.value(Switch::hierarchy_write_levels).number));
    seen.insert("rights " + std::to_string(settings.value(Switch::assign_needs).rights));
    seen.insert("tables " + std::to_string(settings.value(Switch::hierarchy_excluded_tables).tables.size()));
    EXPECT_FALSE(settings.modern_units());
    return std::string("allow");
  };
  EXPECT_TRUE(hanging_switches(*compiled_.policy, compiled_.sources, facts_, InheritedParts::FromLinks, TableId{0}, ask)
                  .empty());
  EXPECT_TRUE(seen.contains("1") && seen.contains("100"));
  EXPECT_TRUE(seen.contains("tables 0") && seen.contains("tables 1"));
  EXPECT_EQ(std::ranges::count_if(seen, [](const std::string& s) { return s.starts_with("rights "); }), 2);
}

TEST_F(HangingSwitches, WhatIsLeftOverIsTakenAway) {
  EXPECT_FALSE(has_left_overs(facts_));
  facts_.shares.push_back({RecordId{1}, Principal::of(UserId{0}), 0, {{RecordId{}, false, bit(Right::Read)}}});
  EXPECT_TRUE(has_left_overs(facts_));
  auto ask = [](const Policy& policy, const Facts& facts) {
    return std::string(evaluate(policy, facts, UserId{0}, Right::Read, RecordId{1}).allowed ? "allow" : "deny");
  };
  EXPECT_EQ(ask(*compiled_.policy, facts_), "allow");
  EXPECT_EQ(without_left_overs(*compiled_.policy, facts_, ask), "deny");
}

}  // namespace
}  // namespace policyc
