// Transactions: committed ones are what readers see, and equal what would be resolved from scratch; abandoned ones
// leave nothing behind; older snapshots stay as they were.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "runtime/columns/columns.h"
#include "tests/unit/runtime/store_world.h"

namespace policy::test {
namespace {

std::string in_words(const Records& records, uint32_t row) {
  const Row& r = records[row];
  std::string text =
      fmt::format("row {}: {} {:x} {} {} {} {}", row, r.table, r.owner, r.unit, r.active, r.exists, r.secured_values);
  std::set<std::string> parts;
  for (const RowLink& link : r.links) parts.insert(fmt::format(" link {} {}", link.relationship, link.parent));
  for (const Child& child : records.children(row)) {
    parts.insert(fmt::format(" child {} {}", child.relationship, child.row));
  }
  for (const Heir& heir : records.heirs(row)) {
    parts.insert(fmt::format(" heir {} {:x} {}", heir.row, heir.principal, heir.from_owner));
  }
  for (const RowShare& share : records.shares(row)) {
    parts.insert(fmt::format(" share {:x} {:x}", share.principal, share.rights));
    for (const Part& part : share.parts) {
      parts.insert(fmt::format(" part {:x} {} {} {:x}", share.principal, part.from, part.from_owner, part.rights));
    }
  }
  for (const ColumnOpening& opening : records.column_openings(row)) {
    parts.insert(
        fmt::format(" opening {} {:x} {} {}", opening.column, opening.principal, opening.read, opening.update));
  }
  for (uint32_t other = 0; other < std::min<size_t>(records.size(), 60); ++other) {
    if (records.is_associated(kBoth, row, other)) parts.insert(fmt::format(" with {}", other));
  }
  for (std::byte byte : records.record_bytes(row).subspan(sizeof(policy_record))) {
    text += fmt::format(" {:x}", static_cast<int>(byte));
  }
  policy_record header = records.header(row);
  text += fmt::format(" header {:x} {:x} {}", header.owner, header.owning_unit, header.shares & POLICY_AWAY);
  for (const policy_share& share : records.host_shares(row)) {
    text += fmt::format(" {:x}:{:x}:{:x}", share.principal, share.rights, share.inherited);
  }
  for (const std::string& part : parts) text += part;
  return text + "\n";
}

std::string in_words(const policy_subject& s) {
  std::string text = fmt::format("{:x} {} {}:", s.user, s.unit_index, s.team_count);
  const Profile* profile = profile_of(s);
  if (profile == nullptr) return text;
  for (uint32_t value : profile->lists) text += fmt::format(" {:x}", value);
  for (const policy_reach& reach : profile->reaches) {
    text += fmt::format(" {:x}+{:x} {} {} {} {}", reach.first, reach.count, reach.own, reach.flags,
                        reach.interval_count, reach.owner_count);
  }
  for (uint32_t i = 0; i < s.report_count; ++i) {
    text += fmt::format(" report {:x} {:x}", s.reports[i].principal, s.reports[i].rights);
  }
  return text;
}

std::string in_words(const World& world) {
  std::string text;
  const Organization& organization = world.organization;
  for (uint32_t unit = 0; unit < organization.unit_count(); ++unit) {
    policy_interval interval = organization.unit_interval(unit);
    text +=
        fmt::format("unit {}: {} {} above {}\n", unit, interval.first, interval.last, organization.parent_number(unit));
  }
  for (uint32_t user = 0; user < organization.user_count(); ++user) {
    SignIn sign_in = organization.sign_in(user);
    text += fmt::format("user {}: {} {} {} profiles {} reports {}\n", user, sign_in.allowed,
                        static_cast<int>(sign_in.reason), static_cast<int>(sign_in.mode),
                        organization.profiles_of(user).size(), in_words(world.subject(user).view()));
    for (const Journal::HeldBefore& held : organization.held_by(POLICY_PRINCIPAL(POLICY_USER, user))) {
      text += fmt::format("  holds {} in {}\n", held.role, held.unit_number);
    }
  }
  for (uint32_t team = 0; team < organization.team_count(); ++team) {
    text += fmt::format("team {} of {}:", team, organization.unit_of(POLICY_PRINCIPAL(POLICY_TEAM, team)));
    for (uint32_t member : organization.members_of(team)) text += fmt::format(" {}", member);
    text += "\n";
  }
  for (uint32_t name = 0; name < 20; ++name) {
    text += fmt::format("{} is {}\n", name, organization.find_user(std::to_string(name)));
  }
  for (uint32_t row = 0; row < world.records.size(); ++row) text += in_words(world.records, row);
  return text;
}

std::vector<bool> decisions_of(const Snapshot& snapshot, size_t rows) {
  std::vector<bool> decisions;
  for (uint32_t user = 0; user < snapshot.user_count(); ++user) {
    for (uint32_t row = 0; row < rows; ++row) decisions.push_back(snapshot.check(user, POLICY_RIGHT_read, row));
  }
  return decisions;
}

// What is in the world is what would be resolved from scratch, and what readers see.
void expect_shown(const World& world, const Snapshot& snapshot) {
  ASSERT_EQ(snapshot.user_count(), world.organization.user_count());
  ProfilePool pool(world.tables);
  for (uint32_t user = 0; user < world.organization.user_count(); ++user) {
    Subject fresh = world.organization.resolve(user, pool);
    ASSERT_EQ(in_words(world.subject(user).view()), in_words(fresh.view())) << user;
    ASSERT_EQ(in_words(snapshot.subject(user)), in_words(fresh.view())) << user;
    ASSERT_EQ(std::vector(fresh.attributes()).size(), world.subject(user).attributes().size());
    const SignIn expected = world.organization.sign_in(user), shown = snapshot.sign_in(user);
    ASSERT_EQ(shown.allowed, expected.allowed) << user;
    ASSERT_EQ(shown.reason, expected.reason) << user;
    ASSERT_EQ(shown.mode, expected.mode) << user;
  }
  for (uint32_t row = 0; row < world.records.size(); ++row) {
    RowPlace place = snapshot.find(row);
    ASSERT_EQ(place.record != nullptr, world.records.exists(row)) << row;
    if (place.record == nullptr) continue;
    ASSERT_EQ(place.table, world.records[row].table);
    RecordBytes fresh = world.records.record_of(world.records[row]);
    ASSERT_EQ(place.record->owner, fresh.header().owner);
    ASSERT_EQ(place.record->owning_unit, fresh.header().owning_unit);
    ASSERT_EQ(place.record->shares & POLICY_AWAY, fresh.header().shares & POLICY_AWAY);
    std::span<const std::byte> bytes = world.records.record_bytes(row).subspan(sizeof(policy_record));
    ASSERT_TRUE(std::equal(bytes.begin(), bytes.end(), reinterpret_cast<const std::byte*>(place.record + 1)));
    for (uint32_t user = 0; user < snapshot.user_count(); ++user) {
      ASSERT_EQ(snapshot.decide(user, POLICY_RIGHT_write, row).reason,
                world.decide(user, POLICY_RIGHT_write, row).reason);
    }
  }
}

std::vector<uint64_t> keys_of(const KeySet& set) {
  std::vector<uint64_t> keys;
  for (KeyCursor at = set.from(0); !at.at_end(); at.next()) keys.push_back(at.key());
  return keys;
}

std::vector<uint64_t> holders_of(const Organization& organization, uint32_t role) {
  std::set<uint64_t> keys;
  auto add = [&](policy_principal_kind kind, size_t count) {
    for (uint32_t index = 0; index < count; ++index) {
      for (const Journal::HeldBefore& held : organization.held_by(POLICY_PRINCIPAL(kind, index))) {
        if (held.role == role) keys.insert(pair_key(held.unit_number, held.holder));
      }
    }
  };
  add(POLICY_USER, organization.user_count());
  add(POLICY_TEAM, organization.team_count());
  add(POLICY_UNIT, organization.unit_count());
  return {keys.begin(), keys.end()};
}

// Of every user, on every row and on none.
void expect_columns(const World& world, const Snapshot& snapshot) {
  for (uint32_t user = 0; user <= world.organization.user_count(); ++user) {
    for (uint32_t row = 0; row <= world.records.size(); ++row) {
      for (uint32_t table : {0u, 1u, 2u}) {
        const uint32_t asked = row == world.records.size() ? POLICY_NONE : row;
        const ColumnRights expected = column_rights(world, user, table, asked);
        const ColumnRights shown = column_rights(snapshot, user, table, asked);
        ASSERT_EQ(shown.secured, expected.secured);
        ASSERT_EQ(shown.read, expected.read) << user << ' ' << row;
        ASSERT_EQ(shown.create, expected.create);
        ASSERT_EQ(shown.update, expected.update) << user << ' ' << row;
        ASSERT_EQ(shown.read_unmasked, expected.read_unmasked);
        ASSERT_EQ(shown.read_one_unmasked, expected.read_one_unmasked);
      }
    }
  }
}

void expect_keys(const World& world, const Snapshot& snapshot) {
  WorldView view(world);
  for (uint32_t table = 0; table < world.tables.tables.size(); ++table) {
    RowKeys rows = view.rows(table);
    ASSERT_EQ(keys_of(snapshot.rows_by_unit(table)), keys_of(rows.by_unit));
    ASSERT_EQ(keys_of(snapshot.rows_by_owner(table)), keys_of(rows.by_owner));
    ASSERT_EQ(keys_of(snapshot.rows_by_share(table)), keys_of(rows.by_share));
  }
  for (uint32_t role = 0; role < world.tables.roles.size(); ++role) {
    ASSERT_EQ(keys_of(snapshot.holders(role)), holders_of(world.organization, role)) << role;
  }
  PeopleKeys people = view.people();
  ASSERT_EQ(keys_of(snapshot.members()), keys_of(people.members));
  ASSERT_EQ(keys_of(snapshot.users_by_unit()), keys_of(people.users_by_unit));
  ASSERT_EQ(keys_of(snapshot.superiors()), keys_of(people.superiors));
  ASSERT_EQ(keys_of(snapshot.units_above()), keys_of(people.units_above));
}

TEST(Transactions, OfEverythingRandomly) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Yard yard(seed);
    Reader reader = *yard.store.reader();
    std::vector<std::pair<Snapshot, std::vector<bool>>> kept;
    for (int round = 0; round < 40; ++round) {
      std::string before = in_words(yard.world);
      Revision revision = yard.store.revision();
      bool abandons = yard.one_in(3);
      {
        Transaction change = yard.store.begin();
        for (uint32_t i = yard.below(6); i > 0; --i) yard.change_something(change);
        if (!abandons) revision = change.commit();
      }
      Snapshot snapshot = reader.snapshot();
      ASSERT_EQ(snapshot.revision(), revision);
      if (abandons) {
        ASSERT_EQ(in_words(yard.world), before) << "round " << round;
      }
      ASSERT_NO_FATAL_FAILURE(expect_shown(yard.world, snapshot)) << "round " << round;
      ASSERT_NO_FATAL_FAILURE(expect_keys(yard.world, snapshot)) << "round " << round;
      if (round % 4 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_columns(yard.world, snapshot)) << "round " << round;
      }
      if (round % 10 == 0) {
        std::vector<bool> decisions = decisions_of(snapshot, yard.world.records.size());
        kept.emplace_back(std::move(snapshot), std::move(decisions));
      }
    }
    for (const auto& [snapshot, decisions] : kept) {
      size_t rows = decisions.size() / snapshot.user_count();
      ASSERT_EQ(decisions_of(snapshot, rows), decisions);
    }
  }
}

TEST(Transactions, SeeTheirOwnChangesAndNobodyElseDoes) {
  Yard yard(1);
  Reader reader = *yard.store.reader();
  Transaction change = yard.store.begin();
  uint32_t unit = *change.add_unit(0);
  uint32_t user = *change.organization().add_user(unit);
  EXPECT_TRUE(change.organization().give_role(POLICY_PRINCIPAL(POLICY_USER, user), 1, unit));
  Row row;
  row.table = kTrip;
  row.unit = unit;
  uint32_t trip = change.add_row(row);
  EXPECT_TRUE(change.world().decide(user, POLICY_RIGHT_read, trip).effect);
  EXPECT_FALSE(reader.snapshot().check(user, POLICY_RIGHT_read, trip));
  EXPECT_FALSE(reader.snapshot().has_user(user));
  Revision revision = change.commit();
  EXPECT_TRUE(reader.snapshot(revision)->check(user, POLICY_RIGHT_read, trip));
}

TEST(Transactions, ThatChangeNothingAreNoRevision) {
  Yard yard(1);
  Revision before = yard.store.revision();
  Transaction change = yard.store.begin();
  EXPECT_EQ(change.commit(), before);
  Transaction refused = yard.store.begin();
  EXPECT_FALSE(refused.perform({.kind = OperationKind::Read, .user = 1'000}).answer.allowed);
  EXPECT_EQ(refused.commit(), before);
}

}  // namespace
}  // namespace policy::test
