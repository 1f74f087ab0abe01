#include "runtime/columns/columns.h"

#include <span>

namespace policy {

namespace {

void add_profile(const ProfileEntry& profile, uint32_t table, ColumnRights& rights) {
  for (const ProfileColumns& opened : profile.tables) {
    if (opened.table != table) continue;
    rights.read |= opened.read;
    rights.create |= opened.create;
    rights.update |= opened.update;
    rights.read_unmasked |= opened.read_unmasked;
    rights.read_one_unmasked |= opened.read_one_unmasked;
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

// The user, and every team of the user.
template <typename Visit>
void each_principal(const policy_subject& subject, Visit visit) {
  visit(subject.user);
  for (policy_principal team : std::span(subject.lists, subject.team_count)) visit(team);
}

void add_profiles(const Snapshot& snapshot, const policy_subject& subject, uint32_t table, ColumnRights& rights) {
  const KeySet& held = snapshot.column_profiles();
  if (held.empty()) return;
  const std::vector<ProfileEntry>& profiles = snapshot.tables().profiles;
  each_principal(subject, [&](policy_principal holder) {
    KeyCursor at = held.from(pair_key(holder, 0));
    for (; !at.at_end() && upper_half(at.key()) == holder; at.next()) {
      const uint32_t profile = lower_half(at.key());
      if (profile < profiles.size()) add_profile(profiles[profile], table, rights);
    }
  });
}

bool is_opened(const KeySet& opened, const policy_subject& subject, uint32_t row) {
  if (opened.empty()) return false;
  bool is_found = false;
  each_principal(subject, [&](policy_principal with) { is_found = is_found || opened.contains(pair_key(row, with)); });
  return is_found;
}

void add_openings(const Snapshot& snapshot, const policy_subject& subject, uint32_t row, ColumnRights& rights) {
  for (uint32_t column = 0; column < PublishedWorld::kMostColumns; ++column) {
    const uint64_t bit = uint64_t{1} << column;
    if (is_opened(snapshot.column_readers(column), subject, row)) rights.read |= bit;
    if (is_opened(snapshot.column_updaters(column), subject, row)) rights.update |= bit;
  }
}

// Without its mask everywhere is also without it where the row is read by itself; and both are ways of reading.
void narrow_unmasked(ColumnRights& rights) {
  rights.read_unmasked &= rights.read;
  rights.read_one_unmasked = (rights.read_one_unmasked | rights.read_unmasked) & rights.read;
}

}  // namespace

ColumnRights column_rights(const World& world, uint32_t user, uint32_t table, uint32_t row) {
  ColumnRights rights;
  if (table >= world.tables.tables.size()) return rights;
  rights.secured = world.tables.tables[table].secured_set();
  if (!world.organization.has_user(user) || rights.secured == 0) return rights;
  for (uint32_t profile : world.organization.profiles_of(user)) {
    add_profile(world.tables.profiles[profile], table, rights);
  }
  if (world.records.exists(row) && world.records[row].table == table) add_openings(world, user, row, rights);
  narrow_unmasked(rights);
  return rights;
}

ColumnRights column_rights(const Snapshot& snapshot, uint32_t user, uint32_t table, uint32_t row) {
  ColumnRights rights;
  if (table >= snapshot.tables().tables.size()) return rights;
  rights.secured = snapshot.tables().tables[table].secured_set();
  if (!snapshot.has_user(user) || rights.secured == 0) return rights;
  const policy_subject& subject = snapshot.subject(user);
  add_profiles(snapshot, subject, table, rights);
  if (snapshot.table_of(row) == table) add_openings(snapshot, subject, row, rights);
  narrow_unmasked(rights);
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
