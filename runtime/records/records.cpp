// Lists of children and heirs are left by moving their last entry into the gap; each entry's row is told its new place.
#include "runtime/records/records.h"

#include <algorithm>
#include <unordered_set>

namespace policy {

namespace {

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

Row no_row() {
  Row row;
  row.exists = false;
  return row;
}

auto share_place(std::vector<RowShare>& shares, policy_principal principal) {
  return std::lower_bound(shares.begin(), shares.end(), principal,
                          [](const RowShare& share, policy_principal p) { return share.principal < p; });
}

const RowShare* find_share(const std::vector<RowShare>& shares, policy_principal principal) {
  auto place = std::lower_bound(shares.begin(), shares.end(), principal,
                                [](const RowShare& share, policy_principal p) { return share.principal < p; });
  return place != shares.end() && place->principal == principal ? &*place : nullptr;
}

RowShare& find_or_make_share(std::vector<RowShare>& shares, policy_principal principal) {
  auto place = share_place(shares, principal);
  if (place == shares.end() || place->principal != principal) place = shares.insert(place, {principal, 0, {}});
  return *place;
}

void drop_if_empty(std::vector<RowShare>& shares, policy_principal principal) {
  auto place = share_place(shares, principal);
  bool there = place != shares.end() && place->principal == principal;
  if (there && place->rights == 0 && place->parts.empty()) shares.erase(place);
}

auto find_part(std::vector<Part>& parts, uint32_t from, bool from_owner) {
  return std::find_if(parts.begin(), parts.end(),
                      [&](const Part& part) { return part.from == from && part.from_owner == from_owner; });
}

// Takes the entry at `place` out of `list`; `tell` gets the entry that has moved there.
template <typename T, typename Tell>
void take_out(std::vector<T>& list, uint32_t place, Tell tell) {
  if (place >= list.size()) return;
  list[place] = list.back();
  list.pop_back();
  if (place < list.size()) tell(list[place]);
}

}  // namespace

uint32_t Records::add(Row row) {
  uint32_t index = size32(rows_.size());
  std::vector<RowLink> links = std::move(row.links);
  row.links.clear();
  RecordBytes record({}, row.attributes);
  row.attributes = {};
  rows_.push_back({std::move(row), {}, {}, {}, {}, {}, std::move(record)});
  enter_lists(index);
  note_undo([this, index] {
    leave_list(by_owner_, rows_[index].row.owner, index, &Stored::owner_place);
    leave_list(by_unit_, rows_[index].row.unit, index, &Stored::unit_place);
    rows_.pop_back();
  });
  refresh_header(index);
  for (const RowLink& made : links) link(index, made.relationship, made.parent);
  return index;
}

// A table's numbers come in runs of as many as readers keep together; places that wait are rows of no table.
uint32_t Records::add_beside(Row row) {
  constexpr uint32_t kRun = 256;
  policy_interval& run = runs_.try_emplace(row.table, policy_interval{1, 0}).first->second;
  if (run.first > run.last) {
    while (rows_.size() % kRun != 0) add(no_row());
    run = {size32(rows_.size()), size32(rows_.size()) + kRun - 1};
    for (uint32_t place = 0; place < kRun; ++place) add(no_row());
    uint32_t table = row.table;
    note_undo([this, table] { runs_.erase(table); });
  }
  uint32_t index = run.first++;
  fill(index, std::move(row));
  return index;
}

// A number that waited becomes a row.
void Records::fill(uint32_t index, Row row) {
  uint32_t table = row.table;
  note_undo([this, index, table] {
    empty(index);
    auto run = runs_.find(table);
    if (run != runs_.end()) --run->second.first;
  });
  std::vector<RowLink> links = std::move(row.links);
  row.links.clear();
  Stored& stored = rows_[index];
  stored.record = RecordBytes({}, row.attributes);
  row.attributes = {};
  stored.row = std::move(row);
  enter_lists(index);
  refresh_header(index);
  for (const RowLink& made : links) link(index, made.relationship, made.parent);
}

void Records::empty(uint32_t index) {
  leave_list(by_owner_, rows_[index].row.owner, index, &Stored::owner_place);
  leave_list(by_unit_, rows_[index].row.unit, index, &Stored::unit_place);
  rows_[index].row = no_row();
  rows_[index].record = RecordBytes();
}

// --- rows of one owner, and of one unit

std::span<const uint32_t> Records::list_of(const RowLists& lists, uint32_t key) {
  auto found = lists.find(key);
  if (found == lists.end()) return {};
  return found->second;
}

void Records::enter_list(RowLists& lists, uint32_t key, uint32_t row, uint32_t Stored::* place) {
  std::vector<uint32_t>& list = lists[key];
  rows_[row].*place = size32(list.size());
  list.push_back(row);
}

void Records::leave_list(RowLists& lists, uint32_t key, uint32_t row, uint32_t Stored::* place) {
  auto found = lists.find(key);
  if (found == lists.end()) return;
  uint32_t left = rows_[row].*place;
  take_out(found->second, left, [&](uint32_t moved) { rows_[moved].*place = left; });
  if (found->second.empty()) lists.erase(found);
}

void Records::enter_lists(uint32_t row) {
  if (rows_[row].row.table == POLICY_NONE) return;
  enter_list(by_owner_, rows_[row].row.owner, row, &Stored::owner_place);
  enter_list(by_unit_, rows_[row].row.unit, row, &Stored::unit_place);
}

// --- questions

policy_record Records::header_of(const Row& row) const {
  policy_record header{};
  header.owner = row.owner;
  header.owning_unit = organization_.unit_interval(row.unit).first;
  if (row.unit != organization_.unit_of(row.owner)) header.shares = POLICY_AWAY;
  return header;
}

RecordBytes Records::record_of(const Row& row) const { return {header_of(row), row.attributes}; }

policy_principal Records::owner_of(const Row& row) const {
  if (row.table >= tables_.tables.size()) return POLICY_NOBODY;
  switch (tables_.tables[row.table].ownership) {
    case Ownership::User:
      return row.owner;
    case Ownership::BusinessUnit: {
      if (!tables_.unit_as_principal || !organization_.has_unit(row.unit)) return POLICY_NOBODY;
      return POLICY_PRINCIPAL(POLICY_UNIT, row.unit);
    }
    case Ownership::Organization:
      break;
  }
  return POLICY_NOBODY;
}

RightSet Records::share_rights(uint32_t row, policy_principal principal) const {
  const RowShare* share = find_share(rows_[row].shares, principal);
  return share == nullptr ? RightSet{0} : share->rights;
}

RightSet Records::part_rights(uint32_t row, policy_principal principal, uint32_t from, bool from_owner) const {
  const RowShare* share = find_share(rows_[row].shares, principal);
  if (share == nullptr) return 0;
  for (const Part& part : share->parts) {
    if (part.from == from && part.from_owner == from_owner) return part.rights;
  }
  return 0;
}

bool Records::is_associated(uint32_t relationship, uint32_t first, uint32_t second) const {
  return by_first_.contains({first, relationship, second});
}

bool Records::lies_at_or_below(uint32_t row, uint32_t root) const {
  std::vector<uint32_t> pending = {row};
  std::unordered_set<uint32_t> seen = {row};
  while (!pending.empty()) {
    uint32_t at = pending.back();
    pending.pop_back();
    if (at == root) return true;
    for (const RowLink& link : rows_[at].row.links) {
      bool goes_up = tables_.relationships[link.relationship].is_parental && exists(link.parent);
      if (goes_up && seen.insert(link.parent).second) pending.push_back(link.parent);
    }
  }
  return false;
}

// --- what a header says

void Records::refresh_header(uint32_t row) {
  Stored& stored = rows_[row];
  policy_record header = header_of(stored.row);
  header.shares |= stored.share_list.address();
  stored.record.set_header(header);
  note(row);
}

void Records::refresh_shares(uint32_t row) {
  std::vector<policy_share> shares;
  shares.reserve(rows_[row].shares.size());
  for (const RowShare& share : rows_[row].shares) {
    RightSet inherited = 0;
    for (const Part& part : share.parts) inherited |= part.rights;
    shares.push_back({share.principal, share.rights, inherited});
  }
  rows_[row].share_list.assign(shares);
  refresh_header(row);
}

void Records::refresh(uint32_t row) {
  if (row < rows_.size()) refresh_shares(row);
}

void Records::owner_moved(policy_principal owner) {
  for (uint32_t row : rows_of_owner(owner)) refresh_header(row);
}

void Records::unit_renumbered(uint32_t unit) {
  for (uint32_t row : rows_of_unit(unit)) refresh_header(row);
}

// --- rows

bool Records::create(uint32_t row) {
  if (!is_row(row) || rows_[row].row.exists) return false;
  set_exists(row, true);
  return true;
}

// A row that is not there is among nobody's children, and keeps its links.
void Records::set_exists(uint32_t row, bool exists) {
  for (RowLink& link : rows_[row].row.links) {
    if (exists) {
      enter_children(row, link);
    } else {
      leave_children(link);
    }
  }
  rows_[row].row.exists = exists;
  note(row);
  note_undo([this, row, exists] { set_exists(row, !exists); });
}

bool Records::remove(uint32_t row) {
  if (!exists(row)) return false;
  std::vector<RowLink> links = rows_[row].row.links;
  for (const RowLink& link : links) unlink(row, link.relationship);
  drop_own_shares(row);
  std::vector<ColumnOpening> openings = rows_[row].openings;
  for (const ColumnOpening& opening : openings) set_opening(row, {opening.column, opening.principal, false, false});
  std::vector<Child> children = rows_[row].children;
  for (const Child& child : children) unlink(child.row, child.relationship);
  drop_heirs(row);
  drop_associations(row);
  set_exists(row, false);
  return true;
}

void Records::drop_own_shares(uint32_t row) {
  while (!rows_[row].shares.empty()) {
    const RowShare& share = rows_[row].shares.back();
    if (share.parts.empty()) {
      set_share(row, share.principal, 0);
    } else {
      const Part& part = share.parts.back();
      set_part(row, share.principal, {.from = part.from, .from_owner = part.from_owner, .rights = 0});
    }
  }
}

bool Records::set_owner(uint32_t row, policy_principal owner) {
  if (!is_row(row)) return false;
  policy_principal before = rows_[row].row.owner;
  leave_list(by_owner_, before, row, &Stored::owner_place);
  rows_[row].row.owner = owner;
  enter_list(by_owner_, owner, row, &Stored::owner_place);
  refresh_header(row);
  if (journal_ != nullptr) journal_->row_owners.push_back({row, before});
  return true;
}

bool Records::set_unit(uint32_t row, uint32_t unit) {
  if (!is_row(row)) return false;
  uint32_t before = rows_[row].row.unit;
  leave_list(by_unit_, before, row, &Stored::unit_place);
  rows_[row].row.unit = unit;
  enter_list(by_unit_, unit, row, &Stored::unit_place);
  refresh_header(row);
  if (journal_ != nullptr) journal_->row_units.push_back({row, before});
  return true;
}

bool Records::set_active(uint32_t row, bool active) {
  if (!is_row(row)) return false;
  bool before = std::exchange(rows_[row].row.active, active);
  note_undo([this, row, before] { set_active(row, before); });
  return true;
}

bool Records::set_values(uint32_t row, std::span<const uint64_t> attributes, uint64_t secured_values) {
  if (!is_row(row)) return false;
  RecordBytes before = std::exchange(rows_[row].record, RecordBytes({}, attributes));
  uint64_t secured_before = std::exchange(rows_[row].row.secured_values, secured_values);
  refresh_header(row);
  if (journal_ == nullptr) return true;
  note_undo([this, row, secured_before, before = std::move(before)] {
    rows_[row].record = before;
    rows_[row].row.secured_values = secured_before;
  });
  return true;
}

// --- links

void Records::enter_children(uint32_t row, RowLink& link) {
  std::vector<Child>& children = rows_[link.parent].children;
  link.place = size32(children.size());
  children.push_back({link.relationship, row});
}

void Records::leave_children(const RowLink& link) {
  take_out(rows_[link.parent].children, link.place, [&](const Child& moved) {
    for (RowLink& other : rows_[moved.row].row.links) {
      if (other.relationship == moved.relationship) other.place = link.place;
    }
  });
}

bool Records::link(uint32_t row, uint32_t relationship, uint32_t parent) {
  bool known = is_row(row) && is_row(parent) && relationship < tables_.relationships.size();
  if (!known || tables_.relationships[relationship].many_to_many) return false;
  std::vector<RowLink>& links = rows_[row].row.links;
  uint32_t lookup = tables_.relationships[relationship].lookup;
  auto before = std::find_if(links.begin(), links.end(), [&](const RowLink& link) {
    return tables_.relationships[link.relationship].lookup == lookup;
  });
  if (before != links.end()) unlink(row, before->relationship);
  links.push_back({relationship, parent, POLICY_NONE});
  if (rows_[row].row.exists) enter_children(row, links.back());
  note_undo([this, row, relationship] { unlink(row, relationship); });
  return true;
}

bool Records::unlink(uint32_t row, uint32_t relationship) {
  if (!is_row(row)) return false;
  std::vector<RowLink>& links = rows_[row].row.links;
  auto found =
      std::find_if(links.begin(), links.end(), [&](const RowLink& link) { return link.relationship == relationship; });
  if (found == links.end()) return false;
  if (rows_[row].row.exists) leave_children(*found);
  uint32_t parent = found->parent;
  links.erase(found);
  note_undo([this, row, relationship, parent] { link(row, relationship, parent); });
  return true;
}

// --- shares

bool Records::set_share(uint32_t row, policy_principal principal, RightSet rights) {
  if (!is_row(row) || principal == POLICY_NOBODY) return false;
  std::vector<RowShare>& shares = rows_[row].shares;
  RightSet before = std::exchange(find_or_make_share(shares, principal).rights, rights);
  drop_if_empty(shares, principal);
  refresh_shares(row);
  note_undo([this, row, principal, before] { set_share(row, principal, before); });
  return true;
}

void Records::enter_heirs(uint32_t row, policy_principal principal, Part& part) {
  if (part.from >= rows_.size()) return;
  std::vector<Heir>& heirs = rows_[part.from].heirs;
  part.place = size32(heirs.size());
  heirs.push_back({row, principal, part.from_owner});
}

void Records::leave_heirs(const Part& part) {
  if (part.from >= rows_.size()) return;
  take_out(rows_[part.from].heirs, part.place, [&](const Heir& moved) {
    std::vector<Part>& parts = find_or_make_share(rows_[moved.row].shares, moved.principal).parts;
    auto other = find_part(parts, part.from, moved.from_owner);
    if (other != parts.end()) other->place = part.place;
  });
}

bool Records::set_part(uint32_t row, policy_principal principal, const Part& part) {
  if (!is_row(row) || principal == POLICY_NOBODY) return false;
  if (journal_ != nullptr) {
    Part before{part.from, part.from_owner, part_rights(row, principal, part.from, part.from_owner)};
    note_undo([this, row, principal, before] { set_part(row, principal, before); });
  }
  RowShare& share = find_or_make_share(rows_[row].shares, principal);
  auto there = find_part(share.parts, part.from, part.from_owner);
  if (part.rights != 0 && there != share.parts.end()) {
    there->rights = part.rights;
  } else if (part.rights != 0) {
    share.parts.push_back({part.from, part.from_owner, part.rights, POLICY_NONE});
    enter_heirs(row, principal, share.parts.back());
  } else if (there != share.parts.end()) {
    leave_heirs(*there);
    share.parts.erase(there);
  }
  drop_if_empty(rows_[row].shares, principal);
  refresh_shares(row);
  return true;
}

void Records::drop_heirs(uint32_t row) {
  while (!rows_[row].heirs.empty()) {
    Heir heir = rows_[row].heirs.back();
    set_part(heir.row, heir.principal, {.from = row, .from_owner = heir.from_owner, .rights = 0});
  }
}

bool Records::set_opening(uint32_t row, const ColumnOpening& opening) {
  if (!is_row(row)) return false;
  std::vector<ColumnOpening>& openings = rows_[row].openings;
  if (journal_ != nullptr) journal_->openings.push_back({row, opening.column, opening.principal});
  note_undo([this, row, before = openings] { rows_[row].openings = before; });
  std::erase_if(openings, [&](const ColumnOpening& other) {
    return other.column == opening.column && other.principal == opening.principal;
  });
  if (opening.read || opening.update) openings.push_back(opening);
  return true;
}

// --- associations

bool Records::set_association(uint32_t relationship, uint32_t first, uint32_t second, bool there) {
  bool known = relationship < tables_.relationships.size() && is_row(first) && is_row(second);
  if (!known || !tables_.relationships[relationship].many_to_many) return false;
  if (is_associated(relationship, first, second) == there) return true;
  note_undo([this, relationship, first, second, there] { set_association(relationship, first, second, !there); });
  if (there) {
    by_first_.insert({first, relationship, second});
    by_second_.insert({second, relationship, first});
  } else {
    by_first_.erase({first, relationship, second});
    by_second_.erase({second, relationship, first});
  }
  return true;
}

void Records::drop_associations(uint32_t row) {
  std::vector<std::array<uint32_t, 3>> pairs;  // relationship, first, second
  for (auto at = by_first_.lower_bound({row, 0, 0}); at != by_first_.end() && (*at)[0] == row; ++at) {
    pairs.push_back({(*at)[1], row, (*at)[2]});
  }
  for (auto at = by_second_.lower_bound({row, 0, 0}); at != by_second_.end() && (*at)[0] == row; ++at) {
    pairs.push_back({(*at)[1], (*at)[2], row});
  }
  for (auto [relationship, first, second] : pairs) set_association(relationship, first, second, false);
}

}  // namespace policy
