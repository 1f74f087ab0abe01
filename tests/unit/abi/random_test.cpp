// Random facts and operations through the C ABI and, by the side, through the runtime's own C++: everything that either
// says is the same, after commits, abandoned transactions and other versions of the policy.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/columns/columns.h"
#include "runtime/operations/plan.h"
#include "runtime/run_as/run_as.h"
#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

ProgramTables random_tables(bool is_modern) {
  ProgramTables tables = club_tables();
  tables.modern_units = is_modern;
  for (TableEntry& table : tables.tables) table.in_hierarchy = true;
  tables.hierarchy.manager_unit = ManagerUnit::Any;
  tables.profiles.push_back({"clerk", {{.table = kTrip, .read = 2, .create = 3, .read_one_unmasked = 2}}});
  return tables;
}

std::string in_words(const policy_decision& d) {
  return fmt::format("{} {} {} {} {} {} {:x}", d.effect, d.reason, d.held, d.needed, d.grant, d.role, d.through);
}

std::string in_words(const Effect& e) {
  return fmt::format("{} {} {:x} {} {} {} {} {} {} {} {}", static_cast<int>(e.kind), e.record, e.principal,
                     e.relationship, e.team, e.from, e.from_owner ? 1 : 0, e.before, e.after, e.through, e.above);
}
std::string in_words(const policy_change& c) {
  return fmt::format("{} {} {:x} {} {} {} {} {} {} {} {}", c.kind, c.row, c.principal, c.relationship, c.team, c.from,
                     c.from_owner, c.before, c.after, c.through, c.above);
}

// What of an answer is said the same way by both.
std::string in_words(const Answer& a) {
  return fmt::format("{} {} {:x} {} {} {} {} {}", a.allowed ? 1 : 0, static_cast<uint32_t>(a.reason), a.party, a.right,
                     a.table, a.record, a.privilege, in_words(a.decision));
}
std::string in_words(const policy_answer& a) {
  return fmt::format("{} {} {:x} {} {} {} {} {}", a.allowed, a.reason, a.party, a.right, a.table, a.row, a.privilege,
                     in_words(a.decision));
}

// Both ways, side by side. `plain` is a world that is set up anew for questions: nothing of a store is in its answers.
class BothWays {
 public:
  BothWays(uint32_t seed, bool is_modern)
      : random_(seed), program_(std::make_unique<Program>(random_tables(is_modern))), world_(*program_->tables()) {
    EXPECT_EQ(policy_store_create(*program_, nullptr, &store_, nullptr), POLICY_OK);
    EXPECT_EQ(policy_reader_open(store_, &reader_, nullptr), POLICY_OK);
    context_.assign(program_->tables()->context_attribute_bytes, 0);
    world_.context.attributes = context_.data();
    facts_ = std::make_unique<Store>(world_);
    set_up();
  }
  ~BothWays() {
    policy_reader_close(reader_);
    EXPECT_EQ(policy_store_close(store_), POLICY_OK);
  }
  BothWays(const BothWays&) = delete;
  BothWays& operator=(const BothWays&) = delete;

  void transact() {
    Writing change(store_);
    Transaction by_hand = facts_->begin();
    for (uint32_t i = 1 + below(6); i > 0; --i) change_something(change, by_hand);
    if (one_in(4)) {
      by_hand.abandon();
    } else {
      change.commit();
      by_hand.commit();
    }
  }

  void compare() {
    ASSERT_EQ(policy_reader_begin(reader_, 0, 0, nullptr), POLICY_OK);
    const World& world = facts_->world();
    for (uint32_t user = 0; user < world.organization.user_count(); ++user) {
      for (uint32_t row = 0; row < world.records.size(); ++row) {
        for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) compare(world, user, right, row);
        compare_columns(world, user, row);
      }
      compare_list(world, user);
    }
    for (uint32_t row = 0; row < world.records.size(); row += 1 + below(5)) compare_who(world, row);
  }

  uint32_t allowed() const { return allowed_; }

  // The same policy again, as another program.
  void replace() {
    auto next = std::make_unique<Program>(*program_->tables());
    ASSERT_EQ(policy_store_replace(store_, *next, 0, nullptr, nullptr, nullptr, nullptr), POLICY_OK);
    ASSERT_EQ(policy_reader_begin(reader_, 0, 0, nullptr), POLICY_OK);
    ASSERT_TRUE(facts_->replace(*next->tables(), next->tables()));
    if (first_ == nullptr) first_ = std::move(program_);  // of the world at the side
    program_ = std::move(next);
  }

 private:
  uint32_t below(size_t bound) { return static_cast<uint32_t>(random_() % bound); }
  bool one_in(uint32_t n) { return below(n) == 0; }
  // Now and then one that is not there.
  uint32_t any_user() { return below(facts_->world().organization.user_count() + 1); }
  uint32_t any_unit() { return below(facts_->world().organization.unit_count() + 1); }
  uint32_t any_team() { return below(facts_->world().organization.team_count() + 1); }
  uint32_t any_row() { return rows_.empty() || one_in(20) ? below(400) : rows_[below(rows_.size())]; }
  policy_principal any_principal() { return one_in(3) ? team_of(any_team()) : user_of(any_user()); }

  void set_up() {
    Writing change(store_);
    Transaction by_hand = facts_->begin();
    uint32_t number = 0;
    EXPECT_EQ(policy_add_unit(change, POLICY_NONE, &number), POLICY_OK);
    EXPECT_EQ(by_hand.add_unit(POLICY_NONE), number);
    for (int i = 0; i < 40; ++i) change_people(change, by_hand);
    for (int i = 0; i < 60; ++i) change_roles(change, by_hand);
    for (int i = 0; i < 30; ++i) add_row(change, by_hand);
    change.commit();
    by_hand.commit();
  }

  void change_something(policy_transaction* change, Transaction& by_hand) {
    switch (below(4)) {
      case 0:
        return change_people(change, by_hand);
      case 1:
        return change_roles(change, by_hand);
      case 2:
        return change_rows(change, by_hand);
      default:
        return operate(change, by_hand);
    }
  }

  void change_people(policy_transaction* change, Transaction& by_hand) {
    Organization& organization = by_hand.organization();
    const uint32_t user = any_user(), unit = any_unit(), team = any_team();
    uint32_t number = 0;
    switch (below(8)) {
      case 0:
        if (policy_add_unit(change, unit, &number) == POLICY_OK) {
          EXPECT_EQ(by_hand.add_unit(unit), number);
        }
        return;
      case 1:
        if (policy_add_user(change, unit, &number) != POLICY_OK) return;
        EXPECT_EQ(organization.add_user(unit), number);
        return;
      case 2: {
        const uint32_t kind = one_in(2) ? 0 : below(4);
        if (policy_add_team(change, unit, kind, &number) != POLICY_OK) return;
        EXPECT_EQ(organization.add_team(unit, static_cast<TeamKind>(kind)), number);
        return;
      }
      case 3:
        if (policy_join(change, user, team) == POLICY_OK) {
          EXPECT_TRUE(organization.join(user, team));
        }
        return;
      case 4:
        if (policy_leave(change, user, team) == POLICY_OK) (void)organization.leave(user, team);
        return;
      case 5: {
        const uint32_t manager = any_user();
        if (policy_set_user_manager(change, user, manager) != POLICY_OK) return;
        EXPECT_TRUE(organization.set_manager(user, manager));
        return;
      }
      case 6: {
        const uint32_t parent = any_unit();
        if (policy_move_unit(change, unit, parent) == POLICY_OK) {
          EXPECT_TRUE(by_hand.move_unit(unit, parent));
        }
        return;
      }
      default: {
        const policy_principal holder = any_principal();
        const uint32_t profile = below(3);
        if (one_in(3)) {
          if (policy_take_column_profile(change, holder, profile) != POLICY_OK) return;
          EXPECT_TRUE(organization.take_profile(holder, profile));
          return;
        }
        if (policy_give_column_profile(change, holder, profile) != POLICY_OK) return;
        EXPECT_TRUE(organization.give_profile(holder, profile));
      }
    }
  }

  void change_roles(policy_transaction* change, Transaction& by_hand) {
    const policy_principal holder = any_principal();
    if (one_in(5)) {
      if (policy_drop_roles(change, holder) == POLICY_OK) {
        EXPECT_TRUE(by_hand.organization().drop_roles(holder));
      }
      return;
    }
    const uint32_t role = below(kLevels);
    const uint32_t unit = one_in(3) ? any_unit() : by_hand.organization().unit_of(holder);
    if (one_in(4)) {
      if (policy_take_role(change, holder, role, unit) == POLICY_OK) {
        EXPECT_TRUE(by_hand.organization().take_role(holder, role, unit));
      }
      return;
    }
    if (policy_give_role(change, holder, role, unit) != POLICY_OK) return;
    EXPECT_TRUE(by_hand.organization().give_role(holder, role, unit));
  }

  policy_row any_new_row() {
    policy_row row = row_of(below(4), POLICY_NOBODY);
    if (row.table <= kBoat) row.owner = any_principal();
    if (row.table == kPort || (row.table <= kBoat && one_in(5))) row.unit = any_unit();
    row.columns = row.table == kTrip ? below(4) : 0;
    return row;
  }
  Row as_stored(const policy_row& row, const World& world) const {
    const bool has_owner = world.tables.tables[row.table].ownership == Ownership::User;
    Row stored;
    stored.table = row.table;
    stored.owner = row.owner;
    stored.unit = has_owner && row.unit == POLICY_NONE ? world.organization.unit_of(row.owner) : row.unit;
    stored.secured_values = row.columns;
    stored.attributes.resize(world.tables.tables[row.table].attribute_bytes / 8);
    return stored;
  }

  void change_rows(policy_transaction* change, Transaction& by_hand) {
    Records& records = by_hand.records();
    const uint32_t row = any_row(), other = any_row();
    const policy_principal with = any_principal();
    const uint32_t rights = below(uint32_t{kAllButCreate} + 1) & kAllButCreate;
    switch (below(8)) {
      case 0:
      case 1:
        return add_row(change, by_hand);
      case 2:
        if (policy_remove_row(change, row) == POLICY_OK) {
          EXPECT_TRUE(records.remove(row));
        }
        return;
      case 3:
        if (policy_set_row_owner(change, row, with) != POLICY_OK) return;
        EXPECT_TRUE(records.set_owner(row, with));
        if (!by_hand.facts().tables.modern_units) records.set_unit(row, by_hand.organization().unit_of(with));
        return;
      case 4:
        if (policy_set_share(change, row, with, rights) != POLICY_OK) return;
        EXPECT_TRUE(records.set_share(row, with, static_cast<RightSet>(rights)));
        return;
      case 5: {
        const ColumnOpening opening{below(3), with, one_in(2), one_in(2)};
        const policy_status status =
            policy_set_column_share(change, row, opening.column, with, opening.read ? 1 : 0, opening.update ? 1 : 0);
        if (status == POLICY_OK) {
          EXPECT_TRUE(records.set_opening(row, opening));
        }
        return;
      }
      case 6: {
        const uint32_t unit = any_unit();
        if (policy_set_row_unit(change, row, unit) == POLICY_OK) {
          EXPECT_TRUE(records.set_unit(row, unit));
        }
        return;
      }
      default:
        if (policy_set_row_link(change, row, kUp, other) == POLICY_OK) {
          EXPECT_TRUE(records.link(row, kUp, other));
        }
    }
  }

  void add_row(policy_transaction* change, Transaction& by_hand) {
    const policy_row row = any_new_row();
    uint32_t number = 0;
    if (policy_add_row(change, &row, &number) != POLICY_OK) return;
    EXPECT_EQ(by_hand.add_row(as_stored(row, by_hand.facts())), number);
    rows_.push_back(number);
  }

  void operate(policy_transaction* change, Transaction& by_hand) {
    policy_operation asked = POLICY_OPERATION(below(20), any_user());
    if (one_in(6)) asked.impersonator = any_user();
    asked.row = any_row();
    asked.other = any_row();
    asked.principal = any_principal();
    asked.rights = below(uint32_t{kAllButCreate} + 1) & kAllButCreate;
    asked.relationship = below(4);
    asked.unit = any_unit();
    asked.team = any_team();
    const policy_row row = any_new_row();
    const policy_link link{below(4), one_in(3) ? POLICY_NONE : any_row()};
    if (asked.kind == POLICY_OPERATION_CREATE) asked.proposed = &row;
    if (asked.kind == POLICY_OPERATION_UPDATE && one_in(2)) asked.links = &link, asked.link_count = 1;
    policy_outcome planned{}, outcome{};
    planned.struct_size = outcome.struct_size = sizeof outcome;
    const policy_status status = policy_transaction_plan(change, &asked, &planned, nullptr);
    ASSERT_EQ(policy_transaction_perform(change, &asked, &outcome, nullptr), status);
    if (status != POLICY_OK) return;
    const Outcome expected = operate_by_hand(by_hand, asked);
    ASSERT_EQ(in_words(outcome.answer), in_words(expected.answer)) << "operation " << asked.kind;
    ASSERT_EQ(outcome.change_count, expected.effects.size());
    for (uint64_t i = 0; i < outcome.change_count; ++i) {
      ASSERT_EQ(in_words(outcome.changes[i]), in_words(expected.effects[i]));
    }
    EXPECT_EQ(outcome.hidden_columns, expected.hidden_columns);
    EXPECT_EQ(outcome.unmasked_columns, expected.unmasked_columns);
    if (outcome.row != POLICY_NONE) rows_.push_back(outcome.row);
    allowed_ += outcome.answer.allowed;
  }

  Outcome operate_by_hand(Transaction& by_hand, const policy_operation& asked) {
    Operation operation;
    operation.kind = static_cast<OperationKind>(asked.kind);
    operation.user = asked.user;
    operation.impersonator = asked.impersonator;
    operation.record = asked.kind == POLICY_OPERATION_CREATE ? POLICY_NONE : asked.row;
    operation.principal = asked.principal;
    operation.rights = static_cast<RightSet>(asked.rights);
    operation.other = asked.other;
    operation.relationship = asked.relationship;
    operation.unit = asked.unit;
    operation.team = asked.team;
    if (asked.link_count != 0) operation.links.push_back({asked.links->relationship, asked.links->parent, POLICY_NONE});
    if (asked.proposed == nullptr) return by_hand.perform(operation);
    operation.proposed = as_stored(*asked.proposed, by_hand.facts());
    Outcome outcome = plan(by_hand.world(), operation);
    if (!outcome.answer.allowed) return outcome;
    Row row = *operation.proposed;
    row.exists = false;
    operation.proposed.reset();
    operation.record = by_hand.add_row(std::move(row));
    return by_hand.perform(operation);
  }

  void compare(const World& world, uint32_t user, uint32_t right, uint32_t row) {
    const policy_decision expected = world.decide(user, right, row);
    policy_decision decision{};
    (void)policy_reader_decide(reader_, user, right, row, &decision);
    ASSERT_EQ(in_words(decision), in_words(expected)) << user << ' ' << right << ' ' << row;
    EXPECT_EQ(policy_reader_check(reader_, user, right, row), decision.effect);
  }

  void compare_columns(const World& world, uint32_t user, uint32_t row) {
    if (!world.records.exists(row)) return;
    const uint32_t table = world.records[row].table;
    const ColumnRights expected = column_rights(world, user, table, row);
    policy_column_rights rights{};
    rights.struct_size = sizeof rights;
    ASSERT_EQ(policy_reader_columns(reader_, user, table, row, &rights), POLICY_OK);
    EXPECT_EQ(rights.secured, expected.secured);
    EXPECT_EQ(rights.read, expected.read) << user << ' ' << row;
    EXPECT_EQ(rights.create, expected.create);
    EXPECT_EQ(rights.update, expected.update);
    EXPECT_EQ(rights.read_unmasked, expected.read_unmasked);
    EXPECT_EQ(rights.read_one_unmasked, expected.read_one_unmasked);
  }

  template <typename Ask>
  std::vector<uint32_t> pages(Ask ask) {
    std::vector<uint32_t> found, page(1 + below(5));
    policy_cursor cursor{};
    while (!POLICY_CURSOR_AT_END(cursor)) {
      size_t count = 0;
      if (ask(&cursor, page.data(), page.size(), &count) != POLICY_OK) break;
      found.insert(found.end(), page.begin(), page.begin() + static_cast<ptrdiff_t>(count));
    }
    std::ranges::sort(found);
    return found;
  }

  void compare_list(const World& world, uint32_t user) {
    const uint32_t table = kTrip, right = POLICY_RIGHT_read;
    std::vector<uint32_t> expected;
    for (uint32_t row = 0; row < world.records.size(); ++row) {
      const bool is_of_table = world.records.exists(row) && world.records[row].table == table;
      if (is_of_table && policy_reader_check(reader_, user, right, row) == 1) expected.push_back(row);
    }
    EXPECT_EQ(pages([&](auto... page) { return policy_reader_list(reader_, user, right, table, page...); }), expected);
  }

  void compare_who(const World& world, uint32_t row) {
    const uint32_t right = POLICY_RIGHT_write;
    if (policy_reader_table(reader_, row) == kBoat) return;  // its code looks at the context, as no slot says
    std::vector<uint32_t> expected;
    for (uint32_t user = 0; user < world.organization.user_count(); ++user) {
      if (policy_reader_check(reader_, user, right, row) == 1) expected.push_back(user);
    }
    EXPECT_EQ(pages([&](auto... page) { return policy_reader_who(reader_, right, row, page...); }), expected);
  }

  std::mt19937 random_;
  std::unique_ptr<Program> first_, program_;
  World world_;
  std::vector<uint8_t> context_;
  std::unique_ptr<Store> facts_;
  policy_store* store_ = nullptr;
  policy_reader* reader_ = nullptr;
  std::vector<uint32_t> rows_;
  uint32_t allowed_ = 0;  // operations
};

TEST(AbiRandom, SaysWhatTheRuntimeSays) {
  uint32_t allowed = 0;
  for (uint32_t seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    BothWays both(seed, seed % 2 == 0);
    for (int i = 0; i < 25; ++i) {
      both.transact();
      if (i % 5 == 4) both.compare();
      if (i == 14) both.replace();
      if (::testing::Test::HasFatalFailure()) return;
    }
    allowed += both.allowed();
  }
  EXPECT_GT(allowed, 50u) << "denials alone say little";
}

}  // namespace
}  // namespace policy::test
