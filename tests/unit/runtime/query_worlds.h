// Worlds for tests of queries: one table, a role for each level, and a check written by hand as a compiled one would
// be.
//
//   QueryWorld made({.users = 500, .rows = 5'000, .seed = 1});
//   WorldView view(made.world);
//   EXPECT_EQ(in_pages<ListCursor>(7, [&](auto& cursor, auto page) {
//     return list(view, user, POLICY_RIGHT_read, kVisit, cursor, page);
//   }), made.rows_of(user));
#pragma once

#include <algorithm>
#include <random>

#include "runtime/decide/decide.h"
#include "runtime/records/record_bytes.h"
#include "runtime/world/world.h"

namespace policy::test {

inline constexpr uint32_t kVisit = 0;
inline constexpr uint32_t kFlagged = 4;  // the roles: one for each level, and those on the condition

inline bool has_row(const policy_subject& subject, const policy_reach& reach, const policy_record& record) {
  auto listed = [&](uint32_t begin, uint32_t count, uint32_t value) {
    const uint32_t* from = subject.lists + begin;
    return std::find(from, from + count, value) != from + count;
  };
  if ((reach.flags & POLICY_REACH_HELD) == 0) return false;
  if (record.owning_unit - reach.first < reach.count) return true;
  for (uint32_t i = 0; i < reach.interval_count; ++i) {
    const uint32_t* interval = subject.lists + reach.lists + 2 * i;
    if (record.owning_unit - interval[0] < interval[1]) return true;
  }
  if (reach.own == 1 && record.owner == subject.user) return true;
  if (listed(reach.lists + 2 * reach.interval_count, reach.owner_count, record.owner)) return true;
  if (report_rights(subject, record.owner) != 0) return true;
  for (const policy_share& share : shares_of(record)) {
    if ((share.rights & right_bit(POLICY_RIGHT_read)) == 0) continue;
    if (report_rights(subject, share.principal) != 0) return true;
    if (share.principal == POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0)) return true;
    if (share.principal == subject.user && (reach.flags & POLICY_REACH_SHARE_USER) != 0) return true;
    if (listed(0, subject.team_count, share.principal)) return true;
  }
  return false;
}

// Slot 0 without a condition; slot 1 where the row's only attribute is not 0.
inline int32_t check_visit(const policy_subject* subject, const policy_reach* reaches, const policy_record* record,
                           const policy_context*) {
  const auto* flag = reinterpret_cast<const uint64_t*>(record + 1);
  return has_row(*subject, reaches[0], *record) || (*flag != 0 && has_row(*subject, reaches[1], *record));
}

inline ProgramTables query_tables() {
  ProgramTables tables;
  tables.slot_count = 2;
  tables.hierarchy = {
      .model = HierarchyModel::Manager, .depth = 2, .manager_unit = ManagerUnit::Any, .disabled_reports_count = true};
  TableEntry visit;
  visit.name = "visit";
  visit.in_hierarchy = true;
  DecisionEntry& read = visit.decisions[POLICY_RIGHT_read];
  read.check = check_visit;
  read.slot_count = 2;
  tables.tables.push_back(visit);
  for (uint32_t role = 0; role < 2 * kFlagged; ++role) {
    uint32_t grant = static_cast<uint32_t>(tables.grants.size());
    tables.grants.push_back({role, static_cast<policy_level>(POLICY_LEVEL_user + role % kFlagged), role / kFlagged});
    tables.roles.push_back({"role", false, {grant}, {}});
  }
  return tables;
}

struct QuerySizes {
  uint32_t units = 30;
  uint32_t users = 200;
  uint32_t teams = 20;
  uint32_t rows = 2'000;
  uint32_t shares = 800;
  uint32_t role_one_in = 2;  // users who hold a role themselves
  uint32_t widest = POLICY_LEVEL_organization;
  uint64_t seed = 1;
};

struct QueryWorld {
  explicit QueryWorld(const QuerySizes& sizes_) : sizes(sizes_), random(sizes.seed) {
    add_people();
    add_rows();
    world.resolve_users();
  }

  std::vector<uint32_t> rows_of(uint32_t user) const {
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < world.records.size(); ++row) {
      if (may(user, row)) rows.push_back(row);
    }
    return rows;
  }
  std::vector<uint32_t> users_of(uint32_t row) const {
    std::vector<uint32_t> users;
    for (uint32_t user = 0; user < sizes.users; ++user) {
      if (may(user, row)) users.push_back(user);
    }
    return users;
  }
  bool may(uint32_t user, uint32_t row) const {
    if (!world.records.exists(row)) return false;
    return check(tables, world.subject(user).view(), kVisit, POLICY_RIGHT_read, world.records.header(row),
                 world.context);
  }

  QuerySizes sizes;
  std::mt19937_64 random;
  ProgramTables tables = query_tables();
  World world{tables};

 private:
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random() % bound); }
  uint32_t some_role() { return below(std::min<uint32_t>(sizes.widest, kFlagged)) + (below(3) == 0 ? kFlagged : 0); }
  policy_principal some_user() { return POLICY_PRINCIPAL(POLICY_USER, below(sizes.users)); }
  policy_principal some_team() { return POLICY_PRINCIPAL(POLICY_TEAM, below(sizes.teams)); }

  void give(policy_principal holder) {
    Organization& organization = world.organization;
    (void)organization.give_role(holder, some_role(), organization.unit_of(holder));
  }

  void add_people() {
    Organization& organization = world.organization;
    for (uint32_t unit = 0; unit < sizes.units; ++unit)
      (void)organization.add_unit(unit == 0 ? POLICY_NONE : below(unit));
    organization.number_units();
    for (uint32_t user = 0; user < sizes.users; ++user) {
      (void)organization.add_user(below(sizes.units));
      if (below(sizes.role_one_in) == 0) give(POLICY_PRINCIPAL(POLICY_USER, user));
      if (user > 0 && below(3) == 0) (void)organization.set_manager(user, below(user));
    }
    for (uint32_t team = 0; team < sizes.teams; ++team) {
      (void)organization.add_team(below(sizes.units), team % 4 == 0 ? TeamKind::Default : TeamKind::Owner);
      if (below(3) == 0) give(POLICY_PRINCIPAL(POLICY_TEAM, team));
      for (uint32_t i = 0; i < sizes.users / 10; ++i) (void)organization.join(below(sizes.users), team);
    }
  }

  void add_rows() {
    for (uint32_t i = 0; i < sizes.rows; ++i) {
      Row row;
      row.table = kVisit;
      row.owner = below(4) == 0 ? some_team() : some_user();
      row.unit = world.organization.unit_of(row.owner);
      row.attributes = {below(2)};
      row.exists = below(20) != 0;
      (void)world.records.add(std::move(row));
    }
    for (uint32_t i = 0; i < sizes.shares; ++i) {
      uint32_t kind = below(100);
      policy_principal with = kind == 0   ? POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0)
                              : kind < 30 ? some_team()
                                          : some_user();
      RightSet rights = right_bit(below(4) == 0 ? POLICY_RIGHT_write : POLICY_RIGHT_read);
      (void)world.records.set_share(below(sizes.rows), with, rights);
    }
  }
};

// Page by page until the end, in ascending order. Gives up where a call gets no further.
template <typename Cursor, typename Ask>
std::vector<uint32_t> in_pages(size_t size, Ask ask) {
  std::vector<uint32_t> all, page(size);
  Cursor cursor;
  while (!cursor.at_end()) {
    Cursor before = cursor;
    size_t count = ask(cursor, std::span(page));
    if (count > size || cursor == before) return {};
    all.insert(all.end(), page.begin(), page.begin() + static_cast<std::ptrdiff_t>(count));
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace policy::test
