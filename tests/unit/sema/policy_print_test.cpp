#include "compiler/sema/policy_print.h"

#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

TEST(PolicyPrint, OneLineForEachFact) {
  Checked checked = check_text(R"(
organization { business_units: modern }
settings { assign_needs: assign, write }
user { region: string }
privilege go "Go Offline"
table trip "Boat Trip" owned by user { fee: money secured status: choice { open, closed } }
table city owned by organization
relationship visit: trip.city -> city restrict_delete
relationship seen: trip <-> city
role reader { trip: read at user when record.status == open privilege go }
role writer "Writer" includes reader { trip: write at parent_child }
column_profile money { trip.fee: read, update, read_one_unmasked }
flow audit on create, update of trip { owner soul trigger via roohi run as record_owner log: create city as invoker }
scenario "empty" { }
)");
  ASSERT_TRUE(checked.result.policy) << listed(checked);
  std::string text = print(*checked.result.policy);
  size_t settings_end = text.find("\nuser.region");
  ASSERT_NE(settings_end, std::string::npos);
  std::string settings = text.substr(0, settings_end);
  EXPECT_NE(settings.find("  business_units: modern (set here)\n"), std::string::npos);
  EXPECT_NE(settings.find("  assign_needs: write, assign (set here)\n"), std::string::npos);
  EXPECT_NE(settings.find("  on_link: take_owner\n"), std::string::npos);
  EXPECT_NE(settings.find("  hierarchy: off\n"), std::string::npos);
  EXPECT_EQ(text.substr(settings_end), R"(
user.region: string
context.now: datetime
context.today: date
privilege go "Go Offline"

table trip "Boat Trip" owned by user
  fee: money secured
  status: choice { open, closed }

table city owned by organization

relationship visit: trip.city -> city
  assign: none
  share: none
  unshare: none
  reparent: none
  delete: restrict
  merge: none

relationship seen: trip <-> city

role reader
  trip: read at user when record.status == open
  privilege go

role writer "Writer" includes reader
  trip: read at user when record.status == open (from reader)
  trip: write at parent_child
  privilege go

column_profile money
  trip.fee: read, update, read_one_unmasked

flow audit on create, update of trip
  owner soul
  trigger via roohi
  run as record_owner
  log: create city as invoker

scenario "empty"
)");
}

TEST(PolicyPrint, PluginsHaveNeitherOwnerNorTrigger) {
  Checked checked = check_text(R"(
table trip owned by user
plugin stamp on create of trip { run as sam log: create trip as invoker elevated fix: write trip as system elevated }
)");
  ASSERT_TRUE(checked.result.policy) << listed(checked);
  std::string text = print(*checked.result.policy);
  EXPECT_EQ(text.substr(text.find("\nplugin")), R"(
plugin stamp on create of trip
  run as sam
  log: create trip as invoker elevated
  fix: write trip as system elevated
)");
}

}  // namespace
}  // namespace policyc::test
