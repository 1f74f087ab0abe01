#include "runtime/operations/changes.h"

#include <algorithm>
#include <tuple>

namespace policy {

namespace {

bool is_always_told(Effect::Kind kind) {
  return kind == Effect::Kind::Create || kind == Effect::Kind::Values || kind == Effect::Kind::Delete;
}

bool comes_before(const Effect& a, const Effect& b) {
  if (a.record != b.record) return a.record < b.record;
  auto key = [](const Effect& e) {
    return std::tie(e.kind, e.principal, e.relationship, e.team, e.from, e.from_owner, e.before, e.after);
  };
  return key(a) < key(b);
}

size_t mix(size_t seed, size_t value) { return (seed ^ value) * 0x9e3779b97f4a7c15ull + (seed >> 29); }

size_t hash_of(const Effect& e) {
  size_t hash = mix(static_cast<size_t>(e.kind) << 1 | static_cast<size_t>(e.from_owner), e.record);
  hash = mix(hash, uint64_t{e.principal} << 32 | e.from);
  hash = mix(hash, e.relationship);
  return hash ^ hash >> 32;
}

bool is_owner_or_unit(Effect::Kind kind) { return kind == Effect::Kind::Owner || kind == Effect::Kind::Unit; }

// Of one thing, whatever happens to it.
bool same_identity(const Effect& a, const Effect& b) {
  return a.record == b.record && a.kind == b.kind && a.principal == b.principal && a.relationship == b.relationship &&
         a.from == b.from && a.from_owner == b.from_owner;
}

}  // namespace

// --- where a change is

uint32_t Changes::Lines::find(uint32_t row, bool unit) const {
  uint32_t line = last_line_;
  if (row / kRows != last_block_) {
    auto found = line_of_.find(row / kRows);
    if (found == line_of_.end()) return POLICY_NONE;
    line = found->second;
  }
  return lines_[line][row % kRows * 2 + (unit ? 1 : 0)];
}

uint32_t& Changes::Lines::at(uint32_t row, bool unit) {
  if (row / kRows != last_block_) {
    auto [found, is_new] = line_of_.try_emplace(row / kRows, static_cast<uint32_t>(lines_.size()));
    if (is_new) lines_.emplace_back().fill(POLICY_NONE);
    last_block_ = row / kRows;
    last_line_ = found->second;
  }
  return lines_[last_line_][row % kRows * 2 + (unit ? 1 : 0)];
}

size_t Changes::probe(const Effect& identity) const {
  size_t mask = table_.size() - 1, place = hash_of(identity) & mask;
  while (table_[place] != POLICY_NONE && !same_identity(changes_[table_[place]], identity)) place = (place + 1) & mask;
  return place;
}

uint32_t Changes::find(const Effect& identity) const {
  if (is_owner_or_unit(identity.kind)) return lines_.find(identity.record, identity.kind == Effect::Kind::Unit);
  return table_.empty() ? POLICY_NONE : table_[probe(identity)];
}

// At most half full; twice as large each time.
void Changes::grow() {
  table_.assign(table_.empty() ? 64 : table_.size() * 2, POLICY_NONE);
  for (uint32_t place = 0; place < changes_.size(); ++place) {
    if (!is_owner_or_unit(changes_[place].kind)) table_[probe(changes_[place])] = place;
  }
}

uint32_t& Changes::place_of(const Effect& identity) {
  if (is_owner_or_unit(identity.kind)) return lines_.at(identity.record, identity.kind == Effect::Kind::Unit);
  if (table_.size() <= ++in_table_ * 2) grow();
  return table_[probe(identity)];
}

Effect& Changes::change(const Effect& identity, uint32_t before, Hop hop) {
  uint32_t& place = place_of(identity);
  if (place == POLICY_NONE) {
    place = static_cast<uint32_t>(changes_.size());
    Effect& added = changes_.emplace_back(identity);
    added.before = added.after = before;
    added.through = hop.through;
    added.above = hop.above;
    return added;
  }
  return changes_[place];
}

// --- what changes

void Changes::create(uint32_t row) {
  if (row != POLICY_NONE) change({.kind = Effect::Kind::Create, .record = row}, POLICY_NONE, {});
}

void Changes::set_values(uint32_t row) { change({.kind = Effect::Kind::Values, .record = row}, POLICY_NONE, {}); }

void Changes::remove(uint32_t row, Hop hop) {
  some_go_ = true;
  change({.kind = Effect::Kind::Delete, .record = row}, POLICY_NONE, hop);
}

void Changes::set_owner(uint32_t row, policy_principal owner, Hop hop) {
  if (row == POLICY_NONE) return;
  change({.kind = Effect::Kind::Owner, .record = row}, records_[row].owner, hop).after = owner;
}

void Changes::set_unit(uint32_t row, uint32_t unit, Hop hop) {
  if (row == POLICY_NONE) return;
  change({.kind = Effect::Kind::Unit, .record = row}, records_[row].unit, hop).after = unit;
}

void Changes::set_active(uint32_t row, bool active, Hop hop) {
  change({.kind = Effect::Kind::State, .record = row}, records_[row].active ? 1 : 0, hop).after = active ? 1 : 0;
}

void Changes::link(uint32_t row, uint32_t relationship, uint32_t parent, Hop hop) {
  if (row == POLICY_NONE) return;
  uint32_t before = POLICY_NONE;
  for (const RowLink& link : records_[row].links) {
    if (link.relationship == relationship) before = link.parent;
  }
  change({.kind = Effect::Kind::Link, .record = row, .relationship = relationship}, before, hop).after = parent;
}

void Changes::set_share(uint32_t row, policy_principal principal, RightSet rights, Hop hop) {
  if (row == POLICY_NONE) return;
  Effect identity{.kind = Effect::Kind::Share, .record = row, .principal = principal};
  change(identity, records_.share_rights(row, principal), hop).after = rights;
}

Effect& Changes::part(uint32_t row, policy_principal principal, Source source, Hop hop) {
  Effect identity{.kind = Effect::Kind::Inherited, .record = row, .principal = principal};
  identity.from = source.from;
  identity.from_owner = source.from_owner;
  return change(identity, records_.part_rights(row, principal, source.from, source.from_owner), hop);
}

void Changes::add_part(uint32_t row, policy_principal principal, Source source, RightSet rights, Hop hop) {
  if (row != POLICY_NONE) part(row, principal, source, hop).after |= rights;
}

void Changes::take_part(uint32_t row, policy_principal principal, Source source, RightSet rights, Hop hop) {
  if (row != POLICY_NONE) part(row, principal, source, hop).after &= ~uint32_t{rights};
}

void Changes::associate(uint32_t relationship, uint32_t first, uint32_t second, bool there) {
  Effect identity{.kind = Effect::Kind::Association, .record = first, .relationship = relationship};
  identity.from = second;
  uint32_t before = records_.is_associated(relationship, first, second) ? 1 : 0;
  change(identity, before, {}).after = there ? 1 : 0;
}

void Changes::add(const Effect& effect) { people_.push_back(effect); }

policy_principal Changes::owner(uint32_t row) const {
  uint32_t found = find({.kind = Effect::Kind::Owner, .record = row});
  return found == POLICY_NONE ? records_[row].owner : changes_[found].after;
}

bool Changes::goes(uint32_t row) const {
  return some_go_ && find({.kind = Effect::Kind::Delete, .record = row}) != POLICY_NONE;
}

std::vector<Effect> Changes::take_effects() {
  changes_.insert(changes_.end(), people_.begin(), people_.end());
  auto is_told = [&](const Effect& effect) {
    if (effect.before == effect.after && !is_always_told(effect.kind)) return false;
    return effect.kind == Effect::Kind::Delete || effect.record == POLICY_NONE || !goes(effect.record);
  };
  std::vector<Effect> told;
  if (some_go_) {
    std::copy_if(changes_.begin(), changes_.end(), std::back_inserter(told), is_told);
    changes_.clear();
  } else {
    std::erase_if(changes_, [&](const Effect& effect) { return !is_told(effect); });
    told.swap(changes_);
  }
  if (!std::is_sorted(told.begin(), told.end(), comes_before)) std::sort(told.begin(), told.end(), comes_before);
  return told;
}

}  // namespace policy
