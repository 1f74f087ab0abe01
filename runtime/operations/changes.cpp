#include "runtime/operations/changes.h"

#include <algorithm>
#include <tuple>

namespace policy {

namespace {

bool is_always_told(Effect::Kind kind) {
  return kind == Effect::Kind::Create || kind == Effect::Kind::Values || kind == Effect::Kind::Delete;
}

bool comes_before(const Effect& a, const Effect& b) {
  auto key = [](const Effect& e) {
    return std::tie(e.record, e.kind, e.principal, e.relationship, e.team, e.from, e.from_owner, e.before, e.after);
  };
  return key(a) < key(b);
}

size_t mix(size_t seed, size_t value) { return (seed ^ value) * 0x9e3779b97f4a7c15ull + (seed >> 29); }

}  // namespace

size_t Changes::KeyHash::operator()(const Key& key) const {
  size_t hash = mix(static_cast<size_t>(key.kind) << 1 | static_cast<size_t>(key.from_owner), key.record);
  return mix(mix(mix(hash, key.principal), key.relationship), key.from);
}

Changes::Key Changes::key_of(const Effect& e) {
  return {e.kind, e.record, e.principal, e.relationship, e.from, e.from_owner};
}

Effect& Changes::change(Effect identity, uint32_t before, Hop hop) {
  auto [found, is_new] = changes_.try_emplace(key_of(identity), identity);
  if (is_new) {
    found->second.before = found->second.after = before;
    found->second.through = hop.through;
    found->second.above = hop.above;
  }
  return found->second;
}

void Changes::create(uint32_t row) {
  if (row != POLICY_NONE) change({.kind = Effect::Kind::Create, .record = row}, POLICY_NONE, {});
}

void Changes::set_values(uint32_t row) { change({.kind = Effect::Kind::Values, .record = row}, POLICY_NONE, {}); }

void Changes::remove(uint32_t row, Hop hop) { change({.kind = Effect::Kind::Delete, .record = row}, POLICY_NONE, hop); }

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
  auto found = changes_.find(key_of({.kind = Effect::Kind::Owner, .record = row}));
  return found == changes_.end() ? records_[row].owner : found->second.after;
}

bool Changes::goes(uint32_t row) const {
  return changes_.contains(key_of({.kind = Effect::Kind::Delete, .record = row}));
}

std::vector<Effect> Changes::effects() const {
  std::vector<Effect> told;
  for (const Effect& effect : people_) {
    if (effect.before != effect.after) told.push_back(effect);
  }
  for (const auto& [key, effect] : changes_) {
    if (effect.before == effect.after && !is_always_told(effect.kind)) continue;
    if (effect.kind == Effect::Kind::Delete || !goes(effect.record)) told.push_back(effect);
  }
  std::sort(told.begin(), told.end(), comes_before);
  return told;
}

}  // namespace policy
