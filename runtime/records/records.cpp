// Lists of children and heirs are left by moving their last entry into the gap; each entry's row is told its new place.
#include "runtime/records/records.h"

#include <algorithm>

namespace policy {

namespace {

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

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
  refresh(rows_.back());
  for (const RowLink& made : links) link(index, made.relationship, made.parent);
  return index;
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

// --- what a header says

void Records::refresh(Stored& stored) {
  std::vector<policy_share> shares;
  for (const RowShare& share : stored.shares) {
    RightSet inherited = 0;
    for (const Part& part : share.parts) inherited |= part.rights;
    shares.push_back({share.principal, share.rights, inherited});
  }
  stored.share_list.assign(shares);
  policy_record header = header_of(stored.row);
  header.shares |= stored.share_list.address();
  stored.record.set_header(header);
}

void Records::owner_moved(policy_principal owner) {
  for (Stored& stored : rows_) {
    if (stored.row.owner == owner) refresh(stored);
  }
}

// --- rows

bool Records::create(uint32_t row) {
  if (row >= rows_.size() || rows_[row].row.exists) return false;
  rows_[row].row.exists = true;
  for (RowLink& link : rows_[row].row.links) enter_children(row, link);
  return true;
}

bool Records::remove(uint32_t row) {
  if (!exists(row)) return false;
  Stored& stored = rows_[row];
  for (const RowLink& link : stored.row.links) leave_children(link);
  stored.row.links.clear();
  for (const RowShare& share : stored.shares) {
    for (const Part& part : share.parts) leave_heirs(part);
  }
  stored.shares.clear();
  stored.openings.clear();
  stored.row.exists = false;
  cut_children(row);
  drop_heirs(row);
  drop_associations(row);
  refresh(stored);
  return true;
}

bool Records::set_owner(uint32_t row, policy_principal owner) {
  if (row >= rows_.size()) return false;
  rows_[row].row.owner = owner;
  refresh(rows_[row]);
  return true;
}

bool Records::set_unit(uint32_t row, uint32_t unit) {
  if (row >= rows_.size()) return false;
  rows_[row].row.unit = unit;
  refresh(rows_[row]);
  return true;
}

bool Records::set_active(uint32_t row, bool active) {
  if (row >= rows_.size()) return false;
  rows_[row].row.active = active;
  return true;
}

bool Records::set_values(uint32_t row, std::span<const uint64_t> attributes, uint64_t secured_values) {
  if (row >= rows_.size()) return false;
  rows_[row].record = RecordBytes({}, attributes);
  rows_[row].row.secured_values = secured_values;
  refresh(rows_[row]);
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
  bool known = row < rows_.size() && parent < rows_.size() && relationship < tables_.relationships.size();
  if (!known || tables_.relationships[relationship].many_to_many) return false;
  std::vector<RowLink>& links = rows_[row].row.links;
  uint32_t lookup = tables_.relationships[relationship].lookup;
  auto before = std::find_if(links.begin(), links.end(), [&](const RowLink& link) {
    return tables_.relationships[link.relationship].lookup == lookup;
  });
  if (before != links.end()) unlink(row, before->relationship);
  links.push_back({relationship, parent, POLICY_NONE});
  if (rows_[row].row.exists) enter_children(row, links.back());
  return true;
}

bool Records::unlink(uint32_t row, uint32_t relationship) {
  if (row >= rows_.size()) return false;
  std::vector<RowLink>& links = rows_[row].row.links;
  auto found =
      std::find_if(links.begin(), links.end(), [&](const RowLink& link) { return link.relationship == relationship; });
  if (found == links.end()) return false;
  if (rows_[row].row.exists) leave_children(*found);
  links.erase(found);
  return true;
}

void Records::cut_children(uint32_t row) {
  std::vector<Child> children = std::move(rows_[row].children);
  rows_[row].children.clear();
  for (const Child& child : children) {
    std::erase_if(rows_[child.row].row.links,
                  [&](const RowLink& link) { return link.relationship == child.relationship && link.parent == row; });
  }
}

// --- shares

bool Records::set_share(uint32_t row, policy_principal principal, RightSet rights) {
  if (row >= rows_.size() || principal == POLICY_NOBODY) return false;
  std::vector<RowShare>& shares = rows_[row].shares;
  find_or_make_share(shares, principal).rights = rights;
  drop_if_empty(shares, principal);
  refresh(rows_[row]);
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
  if (row >= rows_.size() || principal == POLICY_NOBODY) return false;
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
  refresh(rows_[row]);
  return true;
}

void Records::drop_heirs(uint32_t row) {
  while (!rows_[row].heirs.empty()) {
    Heir heir = rows_[row].heirs.back();
    set_part(heir.row, heir.principal, {.from = row, .from_owner = heir.from_owner, .rights = 0});
  }
}

bool Records::set_opening(uint32_t row, const ColumnOpening& opening) {
  if (row >= rows_.size()) return false;
  std::vector<ColumnOpening>& openings = rows_[row].openings;
  std::erase_if(openings, [&](const ColumnOpening& other) {
    return other.column == opening.column && other.principal == opening.principal;
  });
  if (opening.read || opening.update) openings.push_back(opening);
  return true;
}

// --- associations

bool Records::set_association(uint32_t relationship, uint32_t first, uint32_t second, bool there) {
  bool known = relationship < tables_.relationships.size() && first < rows_.size() && second < rows_.size();
  if (!known || !tables_.relationships[relationship].many_to_many) return false;
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
  for (auto place = by_first_.lower_bound({row, 0, 0}); place != by_first_.end() && (*place)[0] == row;) {
    by_second_.erase({(*place)[2], (*place)[1], row});
    place = by_first_.erase(place);
  }
  for (auto place = by_second_.lower_bound({row, 0, 0}); place != by_second_.end() && (*place)[0] == row;) {
    by_first_.erase({(*place)[2], (*place)[1], row});
    place = by_second_.erase(place);
  }
}

}  // namespace policy
