// The solution of tests/solutions/boat_club, and small ones made here for what it does not have.
#include "compiler/dataverse/import.h"

#include <gtest/gtest.h>

#include "tests/unit/dataverse/imported.h"
#include "tests/unit/dataverse/scratch_folder.h"

namespace policyc {
namespace {

class BoatClub : public testing::Test {
 protected:
  void SetUp() override {
    Result<ImportResult> imported = import_solution(POLICYC_SOURCE_DIR "/tests/solutions/boat_club");
    ASSERT_TRUE(imported) << imported.error();
    result_ = std::move(*imported);
  }

  const ast::Role& role(std::string_view name) const {
    static const ast::Role kNone;
    const ast::Role* found = named<ast::Role>(result_.ast, name);
    EXPECT_TRUE(found) << name;
    return found ? *found : kNone;
  }

  std::string ownership(std::string_view table) const {
    const ast::Table* found = named<ast::Table>(result_.ast, table);
    return found ? found->ownership.text : "undeclared";
  }

  std::string reason(std::string_view what) const {
    const Listed* found = listed_about(result_.report.listed, what);
    return found ? found->reason : "not listed";
  }

  ImportResult result_;
};

TEST_F(BoatClub, Compiles) {
  EXPECT_EQ(result_.ast.header->name.text, "boatclub");
  EXPECT_EQ(result_.ast.header->follows.text, "dataverse");
  EXPECT_EQ(errors_of(result_.ast), "");
}

TEST_F(BoatClub, AccountsForEveryPrivilege) {
  const PrivilegeCounts& p = result_.report.privileges;
  EXPECT_EQ(p.in, 55u);
  EXPECT_TRUE(p.is_complete());
  EXPECT_EQ(p.copies, 2u);
  EXPECT_EQ(p.miscellaneous, 5u);
  EXPECT_EQ(p.listed, 7u);
  size_t lines =
      std::ranges::count_if(result_.report.listed, [](const Listed& l) { return l.what.starts_with("privilege `"); });
  EXPECT_EQ(lines, p.listed);
}

TEST_F(BoatClub, GroupsGrantsAsAPersonWould) {
  const ast::Role& skipper = role("skipper");
  EXPECT_EQ(grants_on(skipper, "boat_trip"),
            "create write delete share at user; read append append_to at business_unit");
  EXPECT_EQ(grants_on(skipper, "boat_logentry"), "all at user");
  EXPECT_EQ(grants_on(skipper, "boat_harbour"), "read append_to at organization");
  EXPECT_EQ(grants_on(role("harbour_master"), "boat_harbour"), "all at organization");
}

TEST_F(BoatClub, ActivityPrivilegesReachEveryActivityTable) {
  for (const char* table : {"task", "email", "activitypointer", "boat_radio"}) {
    EXPECT_EQ(grants_on(role("skipper"), table), "create at user; read at business_unit") << table;
  }
}

TEST_F(BoatClub, ReadsARoleInUtf16) {
  const ast::Role& crew = role("crew");
  EXPECT_EQ(crew.title, "Crew");
  EXPECT_EQ(grants_on(crew, "boat_trip"), "read append_to at user");
  EXPECT_EQ(reason("role `Crew` with 2 privileges"),
            "differs from the one in Roles/Crew.xml, which has 7; the first in path order counts");
}

TEST_F(BoatClub, InheritanceComesFromTheFileOrIsAssumed) {
  EXPECT_TRUE(role("crew").team_privileges_only);
  EXPECT_FALSE(role("skipper").team_privileges_only);
  EXPECT_FALSE(role("harbour_master").team_privileges_only);
  EXPECT_EQ(result_.report.roles_without_inheritance, 1u);
}

TEST_F(BoatClub, MiscellaneousPrivilegesAreDeclaredAndHeld) {
  const ast::Privilege* excel = named<ast::Privilege>(result_.ast, "export_to_excel");
  ASSERT_TRUE(excel);
  EXPECT_EQ(excel->title, "prvExportToExcel");
  ASSERT_EQ(role("skipper").privileges.size(), 1u);
  EXPECT_EQ(joined(role("skipper").privileges[0].names),
            "export_to_excel go_offline read_compass read_share_point_data");
}

TEST_F(BoatClub, OwnershipComesFromTheSolutionThenOutOfTheBoxThenFromTheRule) {
  EXPECT_EQ(ownership("boat_trip"), "user");
  EXPECT_EQ(ownership("boat_harbour"), "organization");
  EXPECT_EQ(ownership("boat_locker"), "business_unit");
  EXPECT_EQ(ownership("contact"), "user");             // a shell of an out-of-box table
  EXPECT_EQ(ownership("salesorder"), "user");          // named by prvReadOrder alone
  EXPECT_EQ(ownership("boat_notice"), "user");         // a shell; a role holds it at Basic
  EXPECT_EQ(ownership("tide_table"), "organization");  // named by a role alone, at Global
}

TEST_F(BoatClub, ListsWhatTheLanguageCannotSay) {
  EXPECT_EQ(reason("prvWriteboat_Locker"), "business_unit-owned table `boat_locker` takes no level user");
  EXPECT_EQ(reason("prvAssignboat_Flag"), "organization-owned table `boat_flag` takes no right assign");
  EXPECT_EQ(reason("`prvReadboat_Flag` (Local)"), "organization-owned table `boat_flag` takes no level business_unit");
  EXPECT_EQ(reason("(RecordFilter)"), "a record filter may open rows that no policy names");
  EXPECT_EQ(reason("(Sideways)"), "level is none of Basic, Local, Deep, Global");
  EXPECT_EQ(reason("prvReadboat_trip"), "covered by `prvReadboat_Trip` (Deep)");
  EXPECT_EQ(reason("(None)"), "level `None` grants nothing");
  EXPECT_EQ(reason("boat_lost_relationship"), "named in Relationships.xml and defined nowhere");
}

TEST_F(BoatClub, Relationships) {
  auto find = [&](std::string_view name) { return named<ast::Relationship>(result_.ast, name); };
  ASSERT_TRUE(find("boat_trip_logentry"));
  EXPECT_EQ(find("boat_trip_logentry")->preset.text, "parental");
  EXPECT_EQ(find("boat_trip_logentry")->child.text, "boat_logentry");
  EXPECT_EQ(find("boat_trip_logentry")->lookup.text, "boat_tripid");
  EXPECT_EQ(find("boat_harbour_logentry")->preset.text, "restrict_delete");
  EXPECT_EQ(find("boat_harbour_locker")->preset.text, "referential");
  EXPECT_TRUE(find("boat_trip_harbour")->many_to_many);
  EXPECT_EQ(find("boat_vessel_logentry")->preset.text, "referential");  // a second parental lookup
  EXPECT_TRUE(reason("cascades of relationship `boat_vessel_logentry`").starts_with("`boat_logentry` is parental"));
  std::string behaviours;
  for (const ast::Behaviour& b : find("boat_trip_radio")->behaviours)
    behaviours += b.action.text + ":" + b.value.text + " ";
  EXPECT_EQ(behaviours, "assign:user_owned share:active unshare:cascade reparent:none delete:restrict merge:none ");
  EXPECT_EQ(find("owner_boat_trip"), nullptr);
  EXPECT_EQ(result_.report.relationships.skipped, 6u);
  EXPECT_TRUE(result_.report.relationships.is_complete());
}

TEST_F(BoatClub, ColumnProfiles) {
  const ast::Table* trip = named<ast::Table>(result_.ast, "boat_trip");
  ASSERT_EQ(trip->attributes.size(), 2u);
  EXPECT_EQ(trip->attributes[0].name.text, "boat_fee");
  EXPECT_EQ(trip->attributes[0].type.text, "money");
  EXPECT_EQ(trip->attributes[1].type.text, "date");
  const ast::ColumnProfile* treasurer = named<ast::ColumnProfile>(result_.ast, "treasurer");
  ASSERT_TRUE(treasurer);
  ASSERT_EQ(treasurer->columns.size(), 2u);
  EXPECT_EQ(joined(treasurer->columns[0].permissions), "read create update read_unmasked");
  EXPECT_EQ(joined(treasurer->columns[1].permissions), "read read_one_unmasked");
  EXPECT_EQ(reason("update `boat_trip.boat_paidon`"), "value `1` is not 4 (allowed) or 0; not granted");
  EXPECT_TRUE(result_.report.permissions.is_complete());
}

TEST_F(BoatClub, FlowsSayInWhoseNameEachStepActs) {
  const ast::Flow* audit = named<ast::Flow>(result_.ast, "audit_trip");
  ASSERT_TRUE(audit);
  EXPECT_EQ(joined(audit->events), "create update");
  EXPECT_EQ(audit->table.text, "boat_trip");
  EXPECT_EQ(audit->owner.text, "flow_owner");
  EXPECT_EQ(audit->trigger_connection.text, "boat_soul");
  EXPECT_EQ(audit->run_as.text, "record_owner");
  std::string steps;
  for (const ast::FlowStep& step : audit->steps) {
    steps += step.name.text + "=" + step.right.text + " " + step.table.text + " " +
             (step.identity.missing() ? step.connection.text : step.identity.text) + "; ";
  }
  EXPECT_EQ(steps,
            "write_log=create boat_logentry invoker; update_trip=write boat_trip boat_roohi; "
            "update_trip_create=create boat_trip boat_roohi; remove_log=delete boat_logentry boat_roohi; ");
  EXPECT_EQ(reason("step `Tell_harbour`"), "operation `PerformBoundAction` is no right on one table's rows");
  EXPECT_EQ(reason("flow `Owner of harbour`"), "it runs as the record's owner, and rows of `boat_harbour` have none");
  EXPECT_EQ(named<ast::Flow>(result_.ast, "greet_guest")->run_as.text, "triggering_user");
  EXPECT_EQ(result_.report.flows.skipped, 1u);
  EXPECT_TRUE(result_.report.flows.is_complete() && result_.report.steps.is_complete());
}

TEST_F(BoatClub, TheReportSaysTheCounts) {
  std::string report = render(result_.report);
  EXPECT_NE(report.find("55 = 41 granted + 5 miscellaneous + 2 copies + 7 listed"), std::string::npos) << report;
  EXPECT_NE(report.find("1 do not say whether members inherit"), std::string::npos);
}

// --- small solutions

std::string entity(const std::string& name, const std::string& mask) {
  return "<Entity><Name>" + name + "</Name><EntityInfo><entity Name=\"" + name + "\"><OwnershipTypeMask>" + mask +
         "</OwnershipTypeMask></entity></EntityInfo></Entity>";
}

std::string role(const std::string& id, const std::string& name, const std::string& privileges) {
  return "<Role id=\"" + id + "\" name=\"" + name + "\"><RolePrivileges>" + privileges + "</RolePrivileges></Role>";
}

std::string privilege(const std::string& name, const std::string& level) {
  return "<RolePrivilege name=\"" + name + "\" level=\"" + level + "\"/>";
}

ImportResult imported(const ScratchFolder& folder) {
  Result<ImportResult> result = import_solution(folder.path());
  EXPECT_TRUE(result) << (result ? "" : result.error());
  return result ? std::move(*result) : ImportResult{};
}

TEST(Import, ReadsAPackedSolution) {
  ScratchFolder folder;
  folder.write("customizations.xml",
               "<ImportExportXml><Entities>" + entity("x_Box", "UserOwned") + "</Entities><Roles>" +
                   role("{1}", "Clerk", privilege("prvReadx_Box", "Deep")) + "</Roles></ImportExportXml>");
  folder.write(
      "solution.xml",
      "<ImportExportXml><SolutionManifest><UniqueName>Boxes</UniqueName></SolutionManifest></ImportExportXml>");
  ImportResult result = imported(folder);
  EXPECT_EQ(result.ast.header->name.text, "boxes");
  ASSERT_TRUE(named<ast::Role>(result.ast, "clerk"));
  EXPECT_EQ(grants_on(*named<ast::Role>(result.ast, "clerk"), "x_box"), "read at parent_child");
}

TEST(Import, FolderNamesMayBeWrittenInAnyCase) {
  ScratchFolder folder;
  folder.write("roles/Clerk.XML", role("{1}", "Clerk", privilege("prvReadAccount", "Global")));
  folder.write("ENTITIES/x_Box/entity.xml", entity("x_Box", "OrgOwned"));
  ImportResult result = imported(folder);
  EXPECT_TRUE(named<ast::Role>(result.ast, "clerk"));
  EXPECT_TRUE(named<ast::Table>(result.ast, "x_box"));
}

TEST(Import, TheFirstSolutionInPathOrderCounts) {
  ScratchFolder folder;
  folder.write("b/Entities/x_Box/Entity.xml", entity("x_Box", "OrgOwned"));
  folder.write("a/Entities/x_Box/Entity.xml", entity("x_Box", "UserOwned"));
  folder.write("b/Roles/Clerk.xml", role("{1}", "Clerk", privilege("prvReadx_Box", "Basic")));
  folder.write("a/Roles/Clerk.xml", role("{1}", "Clerk", privilege("prvReadx_Box", "Basic")));
  folder.write("a/Roles/Clerk2.xml", role("{2}", "Clerk", privilege("prvWritex_Box", "Global")));
  ImportResult result = imported(folder);
  EXPECT_EQ(result.report.solutions.size(), 2u);
  EXPECT_EQ(named<ast::Table>(result.ast, "x_box")->ownership.text, "user");
  ASSERT_TRUE(listed_about(result.report.listed, "ownership `OrgOwned`"));
  EXPECT_EQ(result.report.privileges.copies, 1u);
  EXPECT_EQ(result.report.privileges.in, 3u);
  EXPECT_FALSE(listed_about(result.report.listed, "role `Clerk`"));  // the copy is the same
  ASSERT_TRUE(named<ast::Role>(result.ast, "clerk_2"));              // another role of the same name
  EXPECT_EQ(errors_of(result.ast), "");
}

TEST(Import, EveryUnreadableFileIsNamedAndNothingIsImported) {
  ScratchFolder folder;
  folder.write("Roles/Good.xml", role("{1}", "Good", ""));
  folder.write("Roles/Latin.xml", "<Role name=\"caf\xE9\"/>");
  folder.write("Roles/Cut.xml", "<Role><RolePrivileges>");
  folder.write("Workflows/Broken.json", "{\"properties\":");
  Result<ImportResult> result = import_solution(folder.path());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().find("Roles/Latin.xml: byte 15 (0xe9)"), std::string::npos) << result.error();
  EXPECT_NE(result.error().find("Roles/Cut.xml: not XML"), std::string::npos);
  EXPECT_NE(result.error().find("Workflows/Broken.json: not JSON"), std::string::npos);
}

TEST(Import, AFolderWithoutASolutionFails) {
  ScratchFolder folder;
  EXPECT_FALSE(import_solution(folder.path()));
  EXPECT_FALSE(import_solution(folder.path() / "missing"));
  folder.write("readme.txt", "nothing");
  EXPECT_FALSE(import_solution(folder.path()));
}

TEST(Import, OddElementsAreListedAndNeverStopTheImport) {
  ScratchFolder folder;
  folder.write("Roles/Odd.xml",
               role("", "",
                    privilege("", "Global") + privilege("prvReadAccount", "") + privilege("prvExportToExcel", "None") +
                        privilege("prvGoOffline", "Global") + privilege("PRVGOOFFLINE", "Global")));
  folder.write(
      "Other/Relationships/x.xml",
      "<EntityRelationships><EntityRelationship Name=\"no_child\"><ReferencedEntityName>account"
      "</ReferencedEntityName></EntityRelationship><EntityRelationship Name=\"odd\"><ReferencingEntityName>contact"
      "</ReferencingEntityName><ReferencedEntityName>account</ReferencedEntityName><ReferencingAttributeName>"
      "parentid</ReferencingAttributeName><CascadeAssign>Sometimes</CascadeAssign></EntityRelationship>"
      "</EntityRelationships>");
  folder.write("Workflows/Empty.json", "{}");
  folder.write("Workflows/List.json", "[1, [2], null]");
  ImportResult result = imported(folder);
  EXPECT_EQ(result.report.privileges.in, 5u);
  EXPECT_EQ(result.report.privileges.listed, 4u);
  EXPECT_TRUE(result.report.privileges.is_complete());
  EXPECT_TRUE(listed_about(result.report.listed, "relationship `no_child`"));
  EXPECT_TRUE(listed_about(result.report.listed, "`Sometimes` for assign"));
  EXPECT_EQ(named<ast::Relationship>(result.ast, "odd")->preset.text, "referential");
  EXPECT_EQ(errors_of(result.ast), "");
}

TEST(Import, NamesCannotLeaveTheirPlace) {
  ScratchFolder folder;
  folder.write("Roles/a.xml", role("{1}", "a&quot; { }&#10;role b { every table: all at organization }", ""));
  folder.write(
      "solution.xml",
      "<ImportExportXml><SolutionManifest><UniqueName>x\npolicy y follows guide</UniqueName></SolutionManifest>"
      "</ImportExportXml>");
  ImportResult result = imported(folder);
  EXPECT_EQ(errors_of(result.ast), "");
  SourceMap sources;
  ParseResult parsed = parse(sources, sources.add("imported.policy", print(result.ast)));
  EXPECT_EQ(all_of<ast::Role>(parsed.ast).size(), 1u);
  EXPECT_EQ(parsed.ast.header->follows.text, "dataverse");
}

TEST(Import, FileNamesNeedNotBeText) {
  ScratchFolder folder;
  folder.write("caf\xE9/Roles/clerk.xml", role("{1}", "Clerk", privilege("prvReadAccount", "Global")));
  ImportResult result = imported(folder);
  ASSERT_EQ(result.report.solutions.size(), 1u);
  EXPECT_EQ(result.report.solutions[0], "caf?");
  EXPECT_EQ(errors_of(result.ast), "");
}

TEST(Import, DeeplyNestedStepsAreBounded) {
  std::string actions = "{}";
  for (int i = 0; i < 2000; ++i) actions = "{\"s\":{\"type\":\"Scope\",\"actions\":" + actions + "}}";
  ScratchFolder folder;
  folder.write("Workflows/Deep.json",
               "{\"properties\":{\"definition\":{\"triggers\":{},\"actions\":" + actions + "}}}");
  EXPECT_EQ(imported(folder).report.flows.skipped, 1u);
}

}  // namespace
}  // namespace policyc
