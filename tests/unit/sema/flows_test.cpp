#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

constexpr std::string_view kTables = R"(
table trip owned by user
table log owned by user
table site owned by business_unit
table city owned by organization
)";

std::string flow_problems(std::string_view text, std::string_view rule_book = "guide") {
  return problems(std::string(kTables) + std::string(text), rule_book);
}

TEST(Flows, AreResolved) {
  Checked checked = check_text(std::string(kTables) + R"(
flow audit "Audit" on create, update of trip {
  owner soul
  trigger via roohi run as record_owner
  write_log: create log as invoker
  touch: write city via roohi
})");
  EXPECT_EQ(listed(checked), "");
  ASSERT_TRUE(checked.result.policy);
  const Flow& flow = checked.result.policy->flows[FlowId{0}];
  EXPECT_EQ(flow.events, bit(Right::Create) | bit(Right::Write));
  EXPECT_EQ(flow.owner, "soul");
  EXPECT_EQ(flow.trigger_connection, "roohi");
  EXPECT_EQ(flow.run_as, RunAs::RecordOwner);
  ASSERT_EQ(flow.steps.size(), 2u);
  EXPECT_EQ(flow.steps[0].identity, StepIdentity::Invoker);
  EXPECT_EQ(flow.steps[1].identity, StepIdentity::Connection);
  EXPECT_EQ(flow.steps[1].connection, "roohi");
}

TEST(Flows, EveryStepActsInSomeName) {
  EXPECT_EQ(flow_problems("flow f on create of trip { owner a trigger via b s: create log }"),
            "E5003 `s` step `s` names neither `as invoker` nor `via CONNECTION`\n");
}

TEST(Flows, RunAsNeedsAnInvoker) {
  EXPECT_EQ(
      flow_problems("flow f on create of trip { owner a trigger via b run as triggering_user s: create log via b }"),
      "W5002 `triggering_user` run as has no effect: no step of `f` runs as invoker\n");
  EXPECT_EQ(flow_problems("flow f on create of trip { owner a trigger via b s: create log as invoker }"),
            "W5007 `s` run as is left out, and step `s` runs as invoker\n");
}

TEST(Flows, LeftOutRunAsSaysWhoItIs) {
  std::string text =
      std::string(kTables) + "flow f on create of trip { owner a trigger via b s: create log as invoker }";
  EXPECT_EQ(details(text),
            "label `f` no `run as` in this flow\n"
            "note it runs as the user who sets the flow off (`run_as_left_out: triggering_user`)\n");
  EXPECT_EQ(details(text, "dataverse"),
            "label `f` no `run as` in this flow\n"
            "note it runs as the flow's owner, `a` (`run_as_left_out: flow_owner`)\n");
}

TEST(Flows, RecordOwnerNeedsAnOwner) {
  for (std::string_view table : {"city", "site"}) {
    std::string text = flow_problems("flow f on create of " + std::string(table) +
                                     " { owner a trigger via b run as record_owner s: create log as invoker }");
    EXPECT_EQ(text.substr(0, 20), "E5004 `record_owner`") << text;
  }
}

TEST(Flows, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(flow_problems("flow f on write of trp { owner a trigger via b run as owner s: update lg as invoker }"),
            "E5005 `write` unknown event `write`\nE2001 `trp` unknown table `trp`\n"
            "E5001 `owner` unknown run as `owner`\nE3004 `update` unknown right `update`\n"
            "E2001 `lg` unknown table `lg`\n");
  EXPECT_EQ(flow_problems("flow f on create of trip { }"),
            "E5006 `f` flow `f` has no owner\nE5006 `f` flow `f` has no trigger\nE5006 `f` flow `f` has no step\n");
  EXPECT_EQ(flow_problems("flow f on create of trip { owner a trigger via b s: assign city via b s: read log via b }"),
            "E3005 `assign` right `assign` on organization-owned table `city`\nE2002 `s` step `s` is declared twice\n");
}

TEST(Plugins, AreResolved) {
  Checked checked = check_text(std::string(kTables) + R"(
plugin stamp on update of trip {
  run as soul
  note: create log as invoker
  fix: write site as system elevated
  mark: create log as initiating_user
}
plugin plain on create of trip { note: create log as invoker }
)");
  EXPECT_EQ(listed(checked), "");
  ASSERT_TRUE(checked.result.policy);
  const Flow& plugin = checked.result.policy->flows[FlowId{0}];
  EXPECT_TRUE(plugin.is_plugin);
  EXPECT_EQ(plugin.run_as, RunAs::NamedUser);
  EXPECT_EQ(plugin.run_as_user, "soul");
  ASSERT_EQ(plugin.steps.size(), 3u);
  EXPECT_EQ(plugin.steps[0].identity, StepIdentity::Invoker);
  EXPECT_EQ(plugin.steps[1].identity, StepIdentity::System);
  EXPECT_TRUE(plugin.steps[1].elevated);
  EXPECT_EQ(plugin.steps[2].identity, StepIdentity::InitiatingUser);
  EXPECT_EQ(checked.result.policy->flows[FlowId{1}].run_as, RunAs::LeftOut);
}

TEST(Plugins, HaveNoOwnerAndNoConnections) {
  EXPECT_EQ(flow_problems("plugin p on create of trip { owner a trigger via b s: create log via c }"),
            "E5011 `a` `owner` in plug-in `p`\nE5011 `trigger via b` `trigger` in plug-in `p`\n"
            "E5011 `c` `via` in plug-in `p`\n");
  EXPECT_EQ(flow_problems("flow p on create of trip { owner a trigger via b run as c s: create log as system }"),
            "E5001 `c` unknown run as `c`\nE5011 `system` `as system` in flow `p`\n");
  EXPECT_EQ(flow_problems("flow p on create of trip { owner a run as c trigger via b s: create log as invoker }"),
            "E5011 `c` `run as` in flow `p`\n");
  EXPECT_EQ(flow_problems("plugin p on create of trip { }"), "E5006 `p` plug-in `p` has no step\n");
  EXPECT_EQ(flow_problems("plugin p on create of trip { s: create log }"),
            "E5003 `s` step `s` names neither `as invoker` nor `as initiating_user` nor `as system`\n");
  EXPECT_EQ(flow_problems("plugin p on create of trip { s: create log as sistem }"),
            "E5010 `sistem` unknown identity `sistem`\n");
  EXPECT_EQ(flow_problems("plugin p on create of trip { run as a s: create log as system elevated }"),
            "W5002 `a` run as has no effect: no step of `p` runs as invoker\n");
  EXPECT_EQ(
      flow_problems("flow p on create of trip { owner a trigger via b s: create log via b } plugin p on create of "
                    "trip { s: create log as invoker }"),
      "E2002 `p` plug-in `p` is declared twice\n");
}

TEST(Escalations, StepsThatDoMoreThanWhoeverSetsThemOff) {
  constexpr std::string_view kRoles =
      "role both { trip: write at user log: create at user } role lacks { trip: write, create at user } "
      "role other { city: read at organization } role has_it includes lacks { log: create at user } ";
  auto flow = [&](std::string_view text, std::string_view rule_book = "guide") {
    return flow_problems(std::string(kRoles) + std::string(text), rule_book);
  };
  std::string_view warning =
      "W5008 `s` step `s` of `f` lets holders of `lacks` create `log`, which the role does not give\n";
  EXPECT_EQ(flow("flow f on update of trip { owner a trigger via b s: create log via c }"), warning);
  EXPECT_EQ(flow("flow f on update of trip { owner a trigger via b s: create log via c elevated }"), "");
  EXPECT_EQ(flow("flow f on delete of trip { owner a trigger via b s: create log via c }"), "") << "nobody sets it off";
  for (std::string_view run_as : {"record_owner", "process_owner"}) {
    EXPECT_EQ(flow("flow f on update of trip { owner a trigger via b run as " + std::string(run_as) +
                   " s: create log as invoker }"),
              warning);
  }
  EXPECT_EQ(flow("flow f on update of trip { owner a trigger via b run as triggering_user s: create log as invoker }"),
            "");
  constexpr std::string_view kLeftOut = "flow f on update of trip { owner a trigger via b s: create log as invoker }";
  EXPECT_EQ(flow(kLeftOut), "W5007 `s` run as is left out, and step `s` runs as invoker\n");
  EXPECT_EQ(flow(kLeftOut, "dataverse"),
            "W5007 `s` run as is left out, and step `s` runs as invoker\n" + std::string(warning));
  EXPECT_EQ(flow("plugin f on update of trip { run as a s: create log as invoker }"), warning);
  EXPECT_EQ(flow("plugin f on update of trip { s: create log as invoker t: create log as initiating_user }"), "");
  EXPECT_EQ(flow("plugin f on update of trip { s: create log as system }"),
            "W5009 `s` step `s` of `f` runs as system: nobody's rights bound it\n");
}

TEST(ColumnProfiles, EveryColumn) {
  Checked checked = check_text(
      "table trip owned by user { fee: money secured name: string due: date secured } table t owned by user { x: date "
      "secured } column_profile p { trip.due: update every column: read, read_one_unmasked }");
  ASSERT_TRUE(checked.result.policy) << listed(checked);
  const std::vector<ColumnGrant>& columns = checked.result.policy->profiles[ProfileId{0}].columns;
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].attribute, 2u);
  EXPECT_EQ(columns[0].permissions, 1u << 0 | 1u << 2 | 1u << 4);
  EXPECT_EQ(columns[1].permissions, 1u << 0 | 1u << 4);
  EXPECT_EQ(columns[2].table, TableId{1});
  EXPECT_EQ(problems("column_profile p { every column: read every column: update }"),
            "E2007 `every column: update` `every column` is written twice\n");
}

TEST(ColumnProfiles, OpenSecuredColumnsOnly) {
  constexpr std::string_view kTrip = "table trip owned by user { fee: money secured name: string } ";
  auto profile = [&](std::string_view text) { return problems(std::string(kTrip) + std::string(text)); };
  EXPECT_EQ(profile("column_profile p { trip.fee: read, create, update, read_unmasked }"), "");
  EXPECT_EQ(profile("column_profile p { trip.name: read }"), "E7003 `name` column `name` of `trip` is not secured\n");
  EXPECT_EQ(profile("column_profile p { trip.fees: read }"), "E2001 `fees` unknown column `fees`\n");
  EXPECT_EQ(profile("column_profile p { trp.fee: write }"),
            "E2001 `trp` unknown table `trp`\nE7004 `write` unknown column permission `write`\n");
  EXPECT_EQ(profile("column_profile p { trip.fee: read trip.fee: update }"),
            "E2007 `fee` column `trip.fee` is written twice\n");
  EXPECT_EQ(profile("column_profile p { } column_profile p { }"), "E2002 `p` column profile `p` is declared twice\n");
}

}  // namespace
}  // namespace policyc::test
