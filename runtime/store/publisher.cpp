#include "runtime/store/publisher.h"

#include <algorithm>

namespace policy {

namespace {

void sort_once(auto& values) {
  if (!std::is_sorted(values.begin(), values.end())) std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// What is in one ascending list of principals alone: calls `gone` and `come`.
template <typename T, typename Key, typename Gone, typename Come>
void compare(std::span<const T> before, std::span<const T> after, Key key, Gone gone, Come come) {
  size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    bool only_before = j == after.size() || (i < before.size() && key(before[i]) < key(after[j]));
    bool only_after = i == before.size() || (j < after.size() && key(after[j]) < key(before[i]));
    if (only_before) {
      gone(key(before[i++]));
    } else if (only_after) {
      come(key(after[j++]));
    } else {
      ++i, ++j;
    }
  }
}

}  // namespace

// --- keys

void KeyChanges::apply(KeySet& set, Edit& edit) {
  constexpr size_t kFew = 1000;
  sort_once(gone_);
  sort_once(come_);
  size_t count = gone_.size() + come_.size();
  if (count > kFew && count > set.size() / 8) {
    rebuild(set, edit);
  } else {
    for (uint64_t key : gone_) erase_key(set, key, edit);
    for (uint64_t key : come_) insert_key(set, key, edit);
  }
  gone_.clear();
  come_.clear();
}

void KeyChanges::rebuild(KeySet& set, Edit& edit) const {
  std::vector<uint64_t> kept;
  kept.reserve(set.size());
  auto gone = gone_.begin();
  for (KeyCursor at = set.from(0); !at.at_end(); at.next()) {
    while (gone != gone_.end() && *gone < at.key()) ++gone;
    if (gone == gone_.end() || *gone != at.key()) kept.push_back(at.key());
  }
  std::vector<uint64_t> all;
  all.reserve(kept.size() + come_.size());
  std::set_union(kept.begin(), kept.end(), come_.begin(), come_.end(), std::back_inserter(all));
  KeySet made = build_keys(all, edit);
  drop_keys(set, edit);
  set = made;
}

// --- rows

// Mostly of the same table as before.
Publisher::Table& Publisher::keys_of(uint32_t table) {
  if (last_keys_ == nullptr || table != last_table_) last_keys_ = &row_keys_[table];
  last_table_ = table;
  return *last_keys_;
}

void Publisher::change_row_keys(const RowPlace& before, const RowPlace& after, uint32_t row) {
  bool same_table = before.table == after.table;
  auto change = [&](const RowPlace& place, auto member, size_t kind, uint32_t first, bool is_absent) {
    if (!is_absent) (keys_of(place.table)[kind].*member)(pair_key(first, row));
  };
  bool same_unit = same_table && before.record->owning_unit == after.record->owning_unit;
  bool same_owner = same_table && before.record->owner == after.record->owner;
  auto share_key = [](const policy_share& share) { return share.principal; };
  auto both = [&](const RowPlace& place, auto member) {
    if (place.record == nullptr) return;
    if (!same_unit) change(place, member, 0, place.record->owning_unit, false);
    if (!same_owner) change(place, member, 1, place.record->owner, place.record->owner == POLICY_NOBODY);
  };
  both(before, &KeyChanges::erase);
  both(after, &KeyChanges::insert);
  compare(
      published_shares(before.record), published_shares(after.record), share_key,
      [&](policy_principal with) { change(before, &KeyChanges::erase, 2, with, false); },
      [&](policy_principal with) { change(after, &KeyChanges::insert, 2, with, false); });
}

void Publisher::publish_row(const Records& records, uint32_t row, Edit& edit) {
  RowPlace before = rows_.view().find(row);
  bool is_there = records.exists(row) && records[row].table != POLICY_NONE;
  if (!is_there && before.record == nullptr) return;
  // Keys are changed before what readers saw is given up: shares of the row before are read.
  RowPlace after;
  if (is_there) after = {&records.header(row), records[row].table};
  if (options_.keeps_lists) change_row_keys(before, after, row);
  if (is_there) {
    rows_.put(row, records[row].table, records.record_bytes(row), records.host_shares(row), edit);
  } else {
    rows_.erase(row, edit);
  }
}

void Publisher::apply_row_keys(const ProgramTables& tables, Edit& edit) {
  tables_.grow(tables.tables.size(), edit);
  for (auto& [table, changes] : row_keys_) {
    if (table >= tables_.size()) continue;
    TableKeys& keys = tables_.change(table, edit);
    changes[0].apply(keys.by_unit, edit);
    changes[1].apply(keys.by_owner, edit);
    changes[2].apply(keys.by_share, edit);
  }
  row_keys_.clear();
  last_keys_ = nullptr;
}

void Publisher::publish_rows(const World& world, std::vector<uint32_t> rows, Edit& edit) {
  sort_once(rows);
  for (uint32_t row : rows) publish_row(world.records, row, edit);
  apply_row_keys(world.tables, edit);
}

// --- users

void Publisher::change_sign_in(const Organization& organization, uint32_t user) {
  const KeyCursor before = now_.sign_ins.from(pair_key(user, 0));
  if (!before.at_end() && upper_half(before.key()) == user) sign_ins_.erase(before.key());
  const uint32_t how = sign_in_number(organization.sign_in(user));
  if (how != 0) sign_ins_.insert(pair_key(user, how));
}

void Publisher::publish_user(const World& world, uint32_t user, Edit& edit) {
  const policy_subject before = subjects_[user];
  policy_subject after = world.subject(user).view();
  subjects_.change(user, edit) = after;
  change_sign_in(world.organization, user);
  if (!options_.keeps_lists) return;
  auto teams = [](const policy_subject& subject) {
    return std::span<const uint32_t>(subject.lists, subject.team_count);
  };
  auto reports = [](const policy_subject& subject) {
    return std::span<const policy_report>(subject.reports, subject.report_count);
  };
  compare(
      teams(before), teams(after), [](uint32_t team) { return team; },
      [&](policy_principal team) { members_.erase(pair_key(team, user)); },
      [&](policy_principal team) { members_.insert(pair_key(team, user)); });
  compare(
      reports(before), reports(after), [](const policy_report& report) { return report.principal; },
      [&](policy_principal report) { superiors_.erase(pair_key(report, user)); },
      [&](policy_principal report) { superiors_.insert(pair_key(report, user)); });
  bool was_there = before.struct_size != 0;
  if (was_there && before.unit_index == after.unit_index) return;
  if (was_there) users_by_unit_.erase(pair_key(before.unit_index, user));
  users_by_unit_.insert(pair_key(after.unit_index, user));
}

void Publisher::publish_users(const World& world, const Journal& journal, Edit& edit) {
  std::vector<uint32_t> users;
  users.reserve(journal.replaced.size());
  for (const Journal::Replaced& replaced : journal.replaced) users.push_back(replaced.user);
  sort_once(users);
  subjects_.grow(world.organization.user_count(), edit);
  for (uint32_t user : users) publish_user(world, user, edit);
  members_.apply(now_.members, edit);
  superiors_.apply(now_.superiors, edit);
  users_by_unit_.apply(now_.users_by_unit, edit);
  sign_ins_.apply(now_.sign_ins, edit);
}

void Publisher::publish_holders(const World& world, const Journal& journal, Edit& edit) {
  std::unordered_map<uint32_t, KeyChanges> roles;
  for (const Journal::HeldBefore& held : journal.held_before) {
    roles[held.role].erase(pair_key(held.unit_number, held.holder));
  }
  std::vector<policy_principal> holders = journal.holders;
  sort_once(holders);
  for (policy_principal holder : holders) {
    for (const Journal::HeldBefore& held : world.organization.held_by(holder)) {
      roles[held.role].insert(pair_key(held.unit_number, held.holder));
    }
  }
  holders_.grow(world.tables.roles.size(), edit);
  for (auto& [role, changes] : roles) {
    if (role < holders_.size()) changes.apply(holders_.change(role, edit), edit);
  }
}

void Publisher::publish_units(const Organization& organization, const Journal& journal, Edit& edit) {
  KeyChanges above;
  auto is_below = [](uint32_t number, uint32_t parent) { return number != POLICY_NONE && parent != POLICY_NONE; };
  for (const Journal::NumberBefore& before : journal.numbers) {
    if (is_below(before.number, before.parent_number)) above.erase(pair_key(before.number, before.parent_number));
    uint32_t number = organization.unit_interval(before.unit).first, parent = organization.parent_number(before.unit);
    if (is_below(number, parent)) above.insert(pair_key(number, parent));
  }
  above.apply(now_.units_above, edit);
}

// --- columns

void Publisher::publish_profiles(const Organization& organization, const Journal& journal, Edit& edit) {
  KeyChanges changes;
  for (policy_principal holder : journal.profile_holders) {
    KeyCursor at = now_.column_profiles.from(pair_key(holder, 0));
    for (; !at.at_end() && upper_half(at.key()) == holder; at.next()) changes.erase(at.key());
    for (uint32_t profile : organization.profiles_held(holder)) changes.insert(pair_key(holder, profile));
  }
  changes.apply(now_.column_profiles, edit);
}

void Publisher::publish_openings(const Records& records, const Journal& journal, Edit& edit) {
  if (journal.openings.empty()) return;
  openings_.grow(2 * PublishedWorld::kMostColumns, edit);
  std::array<KeyChanges, 2 * PublishedWorld::kMostColumns> changes;
  std::vector<uint32_t> rows;
  for (const Journal::Opening& changed : journal.openings) {
    rows.push_back(changed.row);
    if (changed.column >= PublishedWorld::kMostColumns) continue;
    for (uint32_t i : {0u, 1u}) changes[2 * changed.column + i].erase(pair_key(changed.row, changed.principal));
  }
  sort_once(rows);
  for (uint32_t row : rows) {
    for (const ColumnOpening& opening : records.column_openings(row)) {
      if (opening.column >= PublishedWorld::kMostColumns) continue;
      if (opening.read) changes[2 * opening.column].insert(pair_key(row, opening.principal));
      if (opening.update) changes[2 * opening.column + 1].insert(pair_key(row, opening.principal));
    }
  }
  for (uint32_t i = 0; i < changes.size(); ++i) {
    if (!changes[i].empty()) changes[i].apply(openings_.change(i, edit), edit);
  }
}

// --- all of it

void Publisher::publish_all(const World& world, const Journal& journal, Edit& edit) {
  publish_rows(world, journal.rows, edit);
  publish_users(world, journal, edit);
  if (options_.keeps_lists) {
    publish_holders(world, journal, edit);
    publish_units(world.organization, journal, edit);
  }
  publish_profiles(world.organization, journal, edit);
  publish_openings(world.records, journal, edit);
  now_.program = &world.tables;
  now_.context = world.context;
  now_.nobody = world.nobody().view();
  now_.rows = rows_.view();
  now_.subjects = subjects_.view();
  now_.tables = tables_.view();
  now_.holders = holders_.view();
  now_.openings = openings_.view();
}

const PublishedWorld* Publisher::publish(const World& world, const Journal& journal, Revision revision, Edit& edit,
                                         const std::function<void()>& last) {
  PublishedWorld before = now_;
  try {
    publish_all(world, journal, edit);
    now_.revision = revision;
    const PublishedWorld* made = edit.make<PublishedWorld>(now_);
    if (last != nullptr) last();
    return made;
  } catch (const std::bad_alloc&) {
    now_ = before;
    rows_.restore(before.rows);
    subjects_.restore(before.subjects);
    tables_.restore(before.tables);
    holders_.restore(before.holders);
    openings_.restore(before.openings);
    row_keys_.clear();
    last_keys_ = nullptr;
    members_ = users_by_unit_ = superiors_ = sign_ins_ = {};
    throw;
  }
}

void Publisher::drop(Edit& edit) {
  for (size_t table = 0; table < tables_.size(); ++table) {
    TableKeys keys = tables_[table];
    drop_keys(keys.by_unit, edit);
    drop_keys(keys.by_owner, edit);
    drop_keys(keys.by_share, edit);
  }
  for (size_t role = 0; role < holders_.size(); ++role) {
    KeySet keys = holders_[role];
    drop_keys(keys, edit);
  }
  for (size_t i = 0; i < openings_.size(); ++i) {
    KeySet keys = openings_[i];
    drop_keys(keys, edit);
  }
  for (KeySet* keys : {&now_.members, &now_.users_by_unit, &now_.superiors, &now_.units_above, &now_.column_profiles,
                       &now_.sign_ins}) {
    drop_keys(*keys, edit);
  }
  rows_.drop(edit);
  subjects_.drop(edit);
  tables_.drop(edit);
  holders_.drop(edit);
  openings_.drop(edit);
}

StoreMemory Publisher::memory() const {
  StoreMemory memory;
  const RowsView& rows = rows_.view();
  for (size_t row = 0; row < rows.chunks.size * kRowsOfAChunk; ++row) {
    RowPlace place = rows.find(static_cast<uint32_t>(row));
    if (place.record == nullptr) continue;
    ++memory.rows;
    std::span<const policy_share> shares = published_shares(place.record);
    memory.shares += shares.size();
    if (!shares.empty()) memory.share_bytes += sizeof(policy_share_list) + shares.size_bytes();
  }
  memory.rows_bytes = rows_.bytes();
  memory.attribute_bytes = rows_.attribute_bytes();
  memory.users = subjects_.size();
  constexpr size_t kPage = PublishedWorld::kSubjectsOfAPage;
  size_t free_places = (kPage - subjects_.size() % kPage) % kPage;
  memory.user_bytes = subjects_.bytes() - free_places * sizeof(policy_subject);
  return memory;
}

}  // namespace policy
