#include "compiler/dataverse/privileges.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

class PrivilegesTest : public testing::Test {
 protected:
  PrivilegesTest() : catalog_({}, report_) {
    for (const char* table : {"boat_Trip", "ToDo", "boat_Radio"}) catalog_.declare(table, "");
  }

  // "append_to boat_trip", "misc", "new read x_y"
  std::string meaning(std::string_view privilege) {
    PrivilegeMeaning m = meaning_of(privilege, catalog_);
    if (!m.right) return m.reads_like_right ? "misc like a right" : "misc";
    return (m.table_is_new ? "new " : "") + std::string(word(*m.right)) + " " + m.stem;
  }

  ImportReport report_;
  TableCatalog catalog_;
};

TEST_F(PrivilegesTest, TakesTheLongerVerbFirst) {
  EXPECT_EQ(meaning("prvAppendToboat_Trip"), "append_to boat_trip");
  EXPECT_EQ(meaning("prvAppendboat_Trip"), "append boat_trip");
}

TEST_F(PrivilegesTest, ResolvesAgainstTheTablesThatAreKnown) {
  EXPECT_EQ(meaning("prvAppendToDo"), "append todo");
  EXPECT_EQ(meaning("prvAppendToToDo"), "append_to todo");
}

TEST_F(PrivilegesTest, IgnoresCase) { EXPECT_EQ(meaning("PRVAPPENDTOBOAT_TRIP"), "append_to boat_trip"); }

TEST_F(PrivilegesTest, KnowsTheIrregularStems) {
  EXPECT_EQ(catalog_.govern("note", ""), (std::vector<std::string>{"annotation"}));
  EXPECT_EQ(catalog_.govern("order", ""), (std::vector<std::string>{"salesorder"}));
  EXPECT_EQ(meaning("prvReadUser"), "read user");
  EXPECT_EQ(catalog_.govern("user", ""), (std::vector<std::string>{"systemuser"}));
}

TEST_F(PrivilegesTest, OneActivityPrivilegeGovernsEveryActivityTable) {
  std::vector<std::string> tables = catalog_.govern("activity", "");
  EXPECT_TRUE(std::ranges::count(tables, "task"));
  EXPECT_TRUE(std::ranges::count(tables, "activitypointer"));
  EXPECT_FALSE(std::ranges::count(tables, "campaignresponse"));  // its app is often not there
  catalog_.declare("campaignresponse", "");
  EXPECT_TRUE(std::ranges::count(catalog_.govern("activity", ""), "campaignresponse"));
}

TEST_F(PrivilegesTest, LeavesMiscellaneousPrivilegesAlone) {
  EXPECT_EQ(meaning("prvExportToExcel"), "misc");
  EXPECT_EQ(meaning("prvReadSharePointData"), "misc");
  EXPECT_EQ(meaning("prvAssignPosition"), "misc");
  EXPECT_EQ(meaning("prvReadCompass"), "misc like a right");
  EXPECT_EQ(meaning("prvRead"), "misc");
  EXPECT_EQ(meaning("read"), "misc");
  EXPECT_EQ(meaning(""), "misc");
}

TEST_F(PrivilegesTest, APublishersPrefixMakesATable) {
  EXPECT_EQ(meaning("prvReadtide_Table"), "new read tide_table");
  EXPECT_EQ(meaning("prvRead_x"), "misc like a right");
}

TEST_F(PrivilegesTest, ReadsLevels) {
  EXPECT_EQ(level_from_export("Basic"), Level::User);
  EXPECT_EQ(level_from_export("local"), Level::BusinessUnit);
  EXPECT_EQ(level_from_export("Deep"), Level::ParentChild);
  EXPECT_EQ(level_from_export("Global"), Level::Organization);
  EXPECT_EQ(level_from_export("None"), Level::None);
  EXPECT_FALSE(level_from_export("Sideways"));
}

TEST(Names, BecomeIdentifiers) {
  EXPECT_EQ(identifier("Compliance - Intake Manager"), "compliance_intake_manager");
  EXPECT_EQ(identifier("3rd party"), "_3rd_party");
  EXPECT_EQ(identifier("\xC3\xA9"), "unnamed");
  EXPECT_EQ(identifier("Crew (old)"), "crew_old");
  EXPECT_EQ(snake_case("ExportToExcel"), "export_to_excel");
  EXPECT_EQ(snake_case("SLAStart"), "sla_start");
  UniqueNames names;
  EXPECT_EQ(names.take("clerk"), "clerk");
  EXPECT_EQ(names.take("clerk"), "clerk_2");
  EXPECT_EQ(names.take("clerk_2"), "clerk_2_2");
}

}  // namespace
}  // namespace policyc::dataverse
