// policy/policy.hpp: the same questions through its handles, and that a handle which is gone denies.
#include "policy/policy.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <type_traits>

#include "policy/jit.hpp"
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

// A service whose list of keys came out empty trusts nobody, not everybody.
TEST(PolicyHpp, AListWithoutAKeyOpensNothing) {
  const policy::Result<policy::Program> none = policy::Program::open("x", {.keys = std::vector<policy::PublicKey>()});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().status, POLICY_INVALID);
  EXPECT_NE(none.error().message.find("without a key"), std::string::npos) << none.error().message;
  EXPECT_EQ(policy::Program::open("x").error().status, POLICY_NOT_READABLE) << "nothing asked";
}

TEST(PolicyHpp, ATransactionKnowsItsProgramAndTables) {
  policy::Store store = *policy::Store::create(compiled());
  policy::Transaction change = *store.begin();
  EXPECT_EQ(change.program().get(), store.program().get());
  const policy::Unit company = *change.add_unit();
  const policy::User ana = *change.add_user(company);
  const policy::Table account = change.program().table("account");
  const policy::Row row = *change.add_row(policy::NewRow(account, ana));
  EXPECT_EQ(change.table(row).number, account.number);
  EXPECT_EQ(change.table(policy::Row(row.number + 1)).number, POLICY_NONE);
  EXPECT_EQ(store.try_begin(std::chrono::seconds(0)).error().status, POLICY_BUSY);
  ASSERT_TRUE(change.commit());
  EXPECT_TRUE(store.try_begin(std::chrono::seconds(1)));
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

TEST(PolicyHpp, RefusalsAreInWords) {
  policy::Store store = *policy::Store::create(compiled());
  policy::Transaction change = *store.begin();
  EXPECT_EQ(change.add_user(policy::Unit(7)).error().message, "there is no unit 7");
  const policy::Unit company = *change.add_unit();
  EXPECT_EQ(change.add_unit().error().message, "there is a root unit already");
  const policy::User ana = *change.add_user(company);
  EXPECT_EQ(change.give_role(ana, policy::Role(99), company).error().message, "there is no role 99");
  const policy::Status fine = change.set_name(ana, "ana");
  EXPECT_TRUE(fine);
  EXPECT_EQ(fine.error().message, "");
  EXPECT_EQ(change.run_as(policy::Flow(9), 0, ana, policy::Row(0)).error().message, "there is no flow 9");
  EXPECT_EQ(policy::Transaction(nullptr).set_name(ana, "ana").error().message, "`transaction` is none");
}

TEST(PolicyHpp, AStoreGoesWithTheLastWhoUsesIt) {
  policy::Program crm = compiled();
  std::optional<policy::Store> store = *policy::Store::create(crm);
  std::optional<policy::Reader> reader = *store->reader(), second = *store->reader();
  std::optional<policy::Transaction> change = *store->begin();
  const auto handle = std::weak_ptr(store->shared());
  store.reset();
  ASSERT_TRUE(change->add_unit());
  ASSERT_TRUE(change->commit());
  ASSERT_TRUE(reader->begin());
  EXPECT_EQ(reader->program().name(POLICY_NAME_TABLE, 0), "account");
  second = *std::move(reader);  // closes the one it was, and then lets go
  reader.reset();
  EXPECT_FALSE(handle.expired());
  second.reset();
  EXPECT_TRUE(handle.expired());
}

TEST(PolicyHpp, ThereIsAnOperationOfEachKind) {
  const policy::User ana(1), bo(2);
  const policy::Row row(3), other(4);
  const policy::Relationship link(5);
  const policy::Team team(6);
  const policy::Unit unit(7);
  const policy_value value = {.attribute = 1, .is_set = 0, .number = 0, .high = 0, .text = nullptr, .text_size = 0};
  using policy::Operation;
  const std::vector<Operation> all = {Operation::create(ana, policy::NewRow(policy::Table(0), ana)),
                                      Operation::read(ana, row),
                                      Operation::update(ana, row, {&value, 1}, {}, 3, 1),
                                      Operation::remove(ana, row),
                                      Operation::assign(ana, row, bo),
                                      Operation::share(ana, row, bo, 2),
                                      Operation::modify(ana, row, bo, 2),
                                      Operation::revoke(ana, row, bo),
                                      Operation::link(ana, row, link, other),
                                      Operation::unlink(ana, row, link),
                                      Operation::associate(ana, row, link, other),
                                      Operation::disassociate(ana, row, link, other),
                                      Operation::merge(ana, row, other),
                                      Operation::set_unit(ana, row, unit),
                                      Operation::deactivate(ana, row),
                                      Operation::activate(ana, row),
                                      Operation::add_member(ana, bo, team),
                                      Operation::remove_member(ana, bo, team),
                                      Operation::move_user(ana, bo, unit),
                                      Operation::move_team(ana, team, unit)};
  ASSERT_EQ(all.size(), size_t{POLICY_OPERATION_MOVE_TEAM + 1});
  for (uint32_t kind = 0; kind < all.size(); ++kind) EXPECT_EQ(all[kind].kind, kind);
  const policy_principal to_bo = policy::Principal(bo).value;
  EXPECT_EQ(all[POLICY_OPERATION_UPDATE].values, &value);
  EXPECT_EQ(all[POLICY_OPERATION_UPDATE].columns_named, 3u);
  EXPECT_EQ(all[POLICY_OPERATION_MODIFY].principal, to_bo);
  EXPECT_EQ(all[POLICY_OPERATION_MODIFY].rights, 2u);
  EXPECT_EQ(all[POLICY_OPERATION_ASSOCIATE].other, 4u);
  EXPECT_EQ(all[POLICY_OPERATION_ASSOCIATE].relationship, 5u);
  EXPECT_EQ(all[POLICY_OPERATION_UNLINK].other, POLICY_NONE);
  EXPECT_EQ(all[POLICY_OPERATION_SET_UNIT].unit, 7u);
  EXPECT_EQ(all[POLICY_OPERATION_ADD_MEMBER].principal, to_bo);
  EXPECT_EQ(all[POLICY_OPERATION_ADD_MEMBER].team, 6u);
  EXPECT_EQ(all[POLICY_OPERATION_MOVE_USER].unit, 7u);
  EXPECT_EQ(all[POLICY_OPERATION_MOVE_TEAM].principal, policy_principal{POLICY_NOBODY});
}

TEST(PolicyHpp, ProgramsDescribeThemselves) {
  const policy::Program crm = compiled();
  policy::Result<policy::Subject> ana =
      crm.resolve({.user = 1, .roles = {{.role = crm.role("rep"), .anchor = {1, 1}}}});
  ASSERT_TRUE(ana);
  EXPECT_TRUE(crm.holds(*ana, crm.privilege("export")));
  EXPECT_FALSE(crm.holds(*ana, policy::Privilege()));
  EXPECT_EQ(crm.describe(crm.table("account"))->columns, 1u);
  EXPECT_EQ(crm.describe(policy::Table()).error().status, POLICY_UNKNOWN);
  EXPECT_EQ(crm.describe_attribute(POLICY_NAME_ATTRIBUTE, 0, crm.table("deal").number)->size, 4u);
  EXPECT_EQ(crm.describe_grant(0)->line, 11u);
  EXPECT_EQ(crm.describe_step(crm.flow("follow_up"), 0)->right, uint32_t{POLICY_RIGHT_create});
}

TEST(PolicyHpp, LogsTakeDecisionsAndOutliveTheirReaders) {
  const std::string path = std::string(POLICYC_BINARY_DIR) + "/policy_hpp_test.log";
  std::filesystem::remove(path);
  const policy::Program crm = compiled();
  policy::Result<policy::Subject> ana =
      crm.resolve({.user = 1, .roles = {{.role = crm.role("rep"), .anchor = {1, 1}}}});
  const policy_record own{policy::Principal(policy::User(1)).value, 1, 0};
  std::optional<policy::Log> log = *policy::Log::open(path.c_str());
  const policy::Table account = crm.table("account");
  const policy::Decision decision = crm.decide(*ana, account, policy::Right::Read, own);
  EXPECT_TRUE(log->decision(crm, *ana, account, policy::Right::Read, own, decision, "ana"));
  EXPECT_TRUE(log->flush());
  EXPECT_EQ(log->counts().written, 1u);
  policy::Store store = *policy::Store::create(crm);
  policy::Reader reader = *store.reader();
  ASSERT_TRUE(reader.set_log(&*log));
  log.reset();
  ASSERT_TRUE(reader.begin());
  EXPECT_FALSE(reader.check(policy::User(0), policy::Right::Read, policy::Row(0))) << "and is logged";
}

TEST(PolicyHpp, TextIsCompiledOrToldAbout) {
  policy::Diagnostics told;
  policy::Result<policy::Program> crm = policy::compile("crm.policy", kCrm, {}, &told);
  ASSERT_TRUE(crm) << crm.error().message;
  EXPECT_TRUE(policy::wait(*crm));
  EXPECT_EQ(policy::wait(policy::Program(nullptr)).error().status, POLICY_INVALID);
  EXPECT_FALSE(policy::compile("none", {}));
  crm = policy::compile("crm.policy", "policy crm follows guide\nrole mate includes skiper {\n}\n", {}, &told);
  ASSERT_FALSE(crm);
  EXPECT_EQ(crm.error().message, "the policy has 1 mistake");
  ASSERT_EQ(told.list().size(), 1u);
  EXPECT_STREQ(told[0].code, "E2001");
  EXPECT_EQ(policy::compile_file("no/such.policy").error().status, POLICY_NOT_READABLE);
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
