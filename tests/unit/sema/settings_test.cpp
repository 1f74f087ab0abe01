#include "compiler/sema/settings.h"

#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

TEST(Settings, DefaultsAreLegalValuesOfTheirSwitch) {
  for (const SwitchInfo& info : switches()) {
    if (info.kind != SwitchKind::Word) continue;
    for (std::string_view value : {info.guide, info.dataverse}) {
      EXPECT_NE(std::find(info.values.begin(), info.values.end(), value), info.values.end()) << info.name;
    }
  }
}

TEST(Settings, RuleBooksDiffer) {
  Settings guide(RuleBook::Guide);
  Settings dataverse(RuleBook::Dataverse);
  EXPECT_TRUE(guide.is(Switch::delete_needs_read));
  EXPECT_FALSE(dataverse.is(Switch::delete_needs_read));
  EXPECT_EQ(guide.value(Switch::assign_needs).rights, bit(Right::Assign));
  EXPECT_EQ(dataverse.value(Switch::assign_needs).rights, bit(Right::Assign) | bit(Right::Write) | bit(Right::Read));
  EXPECT_EQ(guide.value(Switch::hierarchy_write_levels).number, 1u);
  EXPECT_FALSE(guide.value(Switch::delete_needs_read).overridden.is_known());
}

TEST(Settings, APolicyOverridesByName) {
  Checked checked = check_text(R"(
organization { business_units: modern hierarchy: off }
settings {
  delete_needs_read: false
  assign_needs: assign, write
  hierarchy_write_levels: 3
  hierarchy_excluded_tables: trip, city
}
table trip owned by user
table city owned by organization
)");
  EXPECT_EQ(listed(checked), "");
  ASSERT_TRUE(checked.result.policy);
  const Settings& settings = checked.result.policy->settings;
  EXPECT_TRUE(settings.modern_units());
  EXPECT_FALSE(settings.is(Switch::delete_needs_read));
  EXPECT_TRUE(settings.value(Switch::delete_needs_read).overridden.is_known());
  EXPECT_EQ(settings.value(Switch::assign_needs).rights, bit(Right::Assign) | bit(Right::Write));
  EXPECT_EQ(settings.value(Switch::hierarchy_write_levels).number, 3u);
  EXPECT_EQ(settings.value(Switch::hierarchy_excluded_tables).tables.size(), 2u);
}

TEST(Settings, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(problems("settings { delete_need_read: true }"),
            "E2005 `delete_need_read` unknown setting `delete_need_read` in `settings`\n");
  EXPECT_EQ(details("settings { delete_need_read: true }"), "help did you mean `delete_needs_read`?\n");
  EXPECT_EQ(problems("organization { on_link: take_owner }"),
            "E2005 `on_link` unknown setting `on_link` in `organization`\n");
  EXPECT_EQ(problems("settings { hierarchy: off }"), "E2005 `hierarchy` unknown setting `hierarchy` in `settings`\n");
  EXPECT_EQ(problems("settings { business_units: modrn }"),
            "E2006 `modrn` setting `business_units` does not take `modrn`\n");
  EXPECT_EQ(problems("settings { delete_needs_read: true, false }"),
            "E2006 `true, false` setting `delete_needs_read` does not take `true, false`\n");
  EXPECT_EQ(problems("settings { hierarchy_write_levels: 0 }"),
            "E2006 `0` setting `hierarchy_write_levels` does not take `0`\n");
  EXPECT_EQ(problems("settings { assign_needs: asign, create }"),
            "E3004 `asign` unknown right `asign`\nE2006 `create` setting `assign_needs` does not take `create`\n");
  EXPECT_EQ(problems("settings { hierarchy_excluded_tables: trip }"), "E2001 `trip` unknown table `trip`\n");
  EXPECT_EQ(problems("settings { on_link: take_owner on_link: take_owner }"),
            "E2002 `on_link` setting `on_link` is declared twice\n");
  EXPECT_EQ(problems("organization { business_units: classic } settings { business_units: modern }"),
            "E2002 `business_units` setting `business_units` is declared twice\n");
  EXPECT_EQ(problems("settings { } settings { }"), "E2007 `settings { }` `settings { }` is written twice\n");
}

TEST(Settings, HierarchySaysItsDepth) {
  EXPECT_EQ(problems("organization { hierarchy: manager { depth: 3 } }"), "");
  EXPECT_NE(problems("organization { hierarchy: position }").find("E2006 `position` setting `hierarchy` does not take"),
            std::string::npos);
  EXPECT_NE(problems("organization { hierarchy: manager { depth: 0 } }").find("E2006 `0` setting `depth`"),
            std::string::npos);
  EXPECT_NE(problems("organization { hierarchy: manager { depth: 1 width: 2 } }").find("E2005 `width`"),
            std::string::npos);
  EXPECT_EQ(problems("organization { hierarchy: boss }"), "E2006 `boss` setting `hierarchy` does not take `boss`\n");
}

}  // namespace
}  // namespace policyc::test
