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
  EXPECT_TRUE(flow.steps[0].as_invoker);
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
