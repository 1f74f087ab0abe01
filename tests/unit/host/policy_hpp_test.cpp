// policy/policy.hpp: the same questions through its handles, and that a handle which is gone denies.
#include "policy/policy.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "tests/unit/host/host_support.h"

namespace policyc::test {
namespace {

static_assert(std::is_copy_constructible_v<policy::Program> && !std::is_copy_constructible_v<policy::Store>);
static_assert(!std::is_convertible_v<policy::Table, policy::Role> && !std::is_convertible_v<uint32_t, policy::Table>);
static_assert(POLICY_RIGHT_share == static_cast<uint32_t>(policy::Right::Share));
static_assert(POLICY_REASON_access_mode == static_cast<uint32_t>(policy::Reason::AccessMode));

policy::Program compiled(const char* text = kCrm) {
  OwnedProgram program(text);
  return policy::Program(policy_program_retain(program));
}

TEST(PolicyHpp, ThinChecks) {
  const policy::Program crm = compiled();
  policy::Result<policy::Subject> ana =
      crm.resolve({.user = 1, .roles = {{.role = crm.role("rep"), .anchor = {1, 1}}}});
  ASSERT_TRUE(ana) << ana.error().message;
  const policy_record own{policy::Principal(policy::User(1)).value, 1, 0};
  const policy_record others{policy::Principal(policy::User(2)).value, 1, 0};
  const policy::Table account = crm.table("account");
  EXPECT_TRUE(crm.check(*ana, account, policy::Right::Write, own));
  EXPECT_FALSE(crm.check(*ana, account, policy::Right::Write, others));
  EXPECT_EQ(crm.decide(*ana, account, policy::Right::Write, own).why(), policy::Reason::Owner);
  EXPECT_NE(crm.explain(account, policy::Right::Write, crm.decide(*ana, account, policy::Right::Write, own))
                .find("crm.policy:11:"),
            std::string::npos);
  const std::array<const policy_record*, 2> rows = {&others, &own};
  policy::Result<policy::Bitmap> allowed = crm.check_many(*ana, account, policy::Right::Read, rows);
  ASSERT_TRUE(allowed);
  EXPECT_FALSE((*allowed)[0]);
  EXPECT_TRUE((*allowed)[1]);
  EXPECT_FALSE(crm.table("no such table"));
  EXPECT_EQ(crm.name(POLICY_NAME_TABLE, account.number), "account");
}

TEST(PolicyHpp, ErrorsComeAsValues) {
  policy::Result<policy::Program> none = policy::Program::open("no/such/image.so");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().status, POLICY_NOT_READABLE);
  EXPECT_NE(none.error().message.find("no/such/image.so"), std::string::npos);
  policy::Result<policy::Program> odd = policy::Program::open("x", {.policy_hash = "not a hash"});
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().status, POLICY_INVALID);
}

TEST(PolicyHpp, ValuesThatAreNotThereHaveAnother) {
  const policy::Result<policy::Revision> none = policy::Error{POLICY_STALE, "stale"};
  const policy::Result<policy::Revision> third = policy::Revision{3};
  EXPECT_EQ(none.value_or(policy::Revision{7}).number, 7u);
  EXPECT_EQ(third.value_or(policy::Revision{7}).number, 3u);
  policy::Result<std::unique_ptr<int>> moved = std::make_unique<int>(5);
  EXPECT_EQ(*std::move(moved).value_or(nullptr), 5);
}

TEST(PolicyHpp, ACreateHasItsRowWithIt) {
  std::string text = kCrm;
  text.insert(text.find("read, write at user"), "create, ");
  policy::Store store = *policy::Store::create(compiled(text.c_str()));
  policy::Transaction change = *store.begin();
  const policy::Program crm = store.program();
  const policy::Unit company = *change.add_unit(), north = *change.add_unit(company);
  const policy::User ana = *change.add_user(north);
  ASSERT_TRUE(change.give_role(ana, crm.role("rep"), north));
  policy_row unsized = policy::NewRow(crm.table("account"), ana);
  unsized.struct_size = 0;
  policy::Operation kept = policy::Operation::read(ana, {});
  {
    const policy::Operation made = policy::Operation::create(ana, unsized);
    kept = policy::Operation(made);
    EXPECT_NE(kept.proposed, made.proposed);
  }
  policy::Result<policy_outcome> outcome = change.perform(kept);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->answer.allowed, 1u) << "it lies in its owner's unit";
  outcome = change.plan(policy::Operation::create(ana, policy::NewRow(crm.table("account"), ana)).on_behalf_by(ana));
  ASSERT_TRUE(outcome) << outcome.error().message;
}

TEST(PolicyHpp, OrganizationFromTransactionsToReaders) {
  const policy::Program crm = compiled();
  policy::Result<policy::Store> store = policy::Store::create(crm);
  ASSERT_TRUE(store) << store.error().message;
  policy::Result<policy::Transaction> change = store->begin();
  ASSERT_TRUE(change);
  const policy::Unit company = *change->add_unit();
  const policy::User ana = *change->add_user(company), bo = *change->add_user(company);
  ASSERT_TRUE(change->give_role(ana, crm.role("rep"), company));
  policy::Result<policy::Row> acme = change->add_row(policy::NewRow(crm.table("account"), ana));
  ASSERT_TRUE(acme) << acme.error().message;
  policy::Result<policy::Revision> revision = change->commit();
  ASSERT_TRUE(revision);

  policy::Result<policy::Reader> reader = store->reader();
  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->check(ana, policy::Right::Read, *acme)) << "it looks at nothing yet";
  ASSERT_TRUE(reader->begin(*revision));
  EXPECT_TRUE(reader->check(ana, policy::Right::Read, *acme));
  EXPECT_FALSE(reader->check(bo, policy::Right::Read, *acme));
  std::array<uint32_t, 4> page;
  policy_cursor cursor{};
  std::vector<uint32_t> found;
  while (!POLICY_CURSOR_AT_END(cursor)) {
    policy::Result<std::span<uint32_t>> rows =
        reader->list(ana, policy::Right::Read, crm.table("account"), cursor, page);
    ASSERT_TRUE(rows);
    found.insert(found.end(), rows->begin(), rows->end());
  }
  EXPECT_EQ(found, std::vector<uint32_t>{acme->number});
  reader->end();

  policy::Transaction second = *store->begin();
  policy::Result<policy_outcome> shared = second.perform(policy::Operation::assign(ana, *acme, bo));
  ASSERT_TRUE(shared) << shared.error().message;
  EXPECT_EQ(shared->answer.allowed, 0u) << "reps do not assign";
  second.abandon();
  EXPECT_EQ(second.commit().error().status, POLICY_INVALID) << "it is over";
}

TEST(PolicyHpp, ReplaceTellsWhatWouldBeLost) {
  policy::Result<policy::Store> store = policy::Store::create(compiled());
  ASSERT_TRUE(store);
  {
    policy::Transaction change = *store->begin();
    const policy::Unit company = *change.add_unit();
    ASSERT_TRUE(change.give_role(*change.add_user(company), store->program().role("rep"), company));
    ASSERT_TRUE(change.commit());
  }
  std::string text = kCrm;
  text.replace(text.find("role rep"), 8, "role rip");
  const policy::Program next = compiled(text.c_str());
  policy::Store::Told told;
  policy::Result<policy::Revision> refused = store->replace(next, 0, &told);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, POLICY_LOSSY);
  EXPECT_EQ(told.lost, std::vector<std::string>{"role `rep`"});
  EXPECT_TRUE(store->replace(next, POLICY_REPLACE_MAY_LOSE));
  EXPECT_TRUE(store->program().role("rip"));
}

}  // namespace
}  // namespace policyc::test
