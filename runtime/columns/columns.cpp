#include "runtime/columns/columns.h"

#include <algorithm>

namespace policy {

namespace {

void add_profiles(const World& world, uint32_t user, uint32_t table, ColumnRights& rights) {
  for (uint32_t profile : world.organization.profiles_of(user)) {
    for (const ProfileColumns& opened : world.tables.profiles[profile].tables) {
      if (opened.table != table) continue;
      rights.read |= opened.read;
      rights.create |= opened.create;
      rights.update |= opened.update;
      rights.read_unmasked |= opened.read_unmasked;
      rights.read_one_unmasked |= opened.read_one_unmasked;
    }
  }
}

void add_openings(const World& world, uint32_t user, uint32_t row, ColumnRights& rights) {
  for (const ColumnOpening& opening : world.records.column_openings(row)) {
    uint32_t index = POLICY_PRINCIPAL_INDEX(opening.principal);
    bool is_user = opening.principal == POLICY_PRINCIPAL(POLICY_USER, user);
    bool is_team = POLICY_PRINCIPAL_KIND(opening.principal) == POLICY_TEAM && world.organization.is_member(user, index);
    if ((!is_user && !is_team) || opening.column >= 64) continue;
    uint64_t bit = uint64_t{1} << opening.column;
    if (opening.read) rights.read |= bit;
    if (opening.update) rights.update |= bit;
  }
}

}  // namespace

ColumnRights column_rights(const World& world, uint32_t user, uint32_t table, uint32_t row) {
  ColumnRights rights;
  if (table >= world.tables.tables.size()) return rights;
  rights.secured = world.tables.tables[table].secured_set();
  if (!world.organization.has_user(user) || rights.secured == 0) return rights;
  add_profiles(world, user, table, rights);
  if (world.records.exists(row) && world.records[row].table == table) add_openings(world, user, row, rights);
  // Without its mask everywhere is also without it where the row is read by itself; and both are ways of reading.
  rights.read_unmasked &= rights.read;
  rights.read_one_unmasked = (rights.read_one_unmasked | rights.read_unmasked) & rights.read;
  return rights;
}

ColumnRights both(const ColumnRights& a, const ColumnRights& b) {
  return {.secured = a.secured | b.secured,
          .read = a.read & b.read,
          .create = a.create & b.create,
          .update = a.update & b.update,
          .read_unmasked = a.read_unmasked & b.read_unmasked,
          .read_one_unmasked = a.read_one_unmasked & b.read_one_unmasked};
}

}  // namespace policy
