// Units are numbered in pre-order, and a unit's subtree is an interval: a level asks whether a number lies in it.
// Numbers can be far apart, so that a unit that moves, or is added, finds room below its new parent and only what moves
// gets other numbers. Where there is no room, all are numbered again, apart.
#include <algorithm>
#include <cmath>

#include "runtime/organization/organization.h"

namespace policy {

namespace {

// The last two numbers mean "no unit" and, in a reach of everything, nobody's rows.
constexpr policy_interval kAllNumbers = {0, POLICY_NONE - 3};

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

uint64_t size_of(policy_interval interval) { return uint64_t{interval.last} - interval.first + 1; }

// Of free numbers, what `count` units take: some room for each, and much is left for those that come later.
policy_interval share_of(policy_interval free, uint32_t count) {
  auto each = static_cast<uint64_t>(std::sqrt(static_cast<double>(size_of(free) / count)));
  return {free.first, static_cast<uint32_t>(free.first + std::max<uint64_t>(each, 1) * count - 1)};
}

}  // namespace

// In pre-order, with a stack of its own. Units that go round are below no root.
std::vector<uint32_t> Organization::subtree_of(std::vector<uint32_t> roots) const {
  std::vector<uint32_t> pending(roots.rbegin(), roots.rend()), units;
  while (!pending.empty()) {
    uint32_t unit = pending.back();
    pending.pop_back();
    units.push_back(unit);
    const std::vector<uint32_t>& children = units_[unit].children;
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  return units;
}

uint32_t Organization::parent_number(uint32_t unit) const {
  return unit < units_.size() ? unit_interval(units_[unit].parent).first : POLICY_NONE;
}

std::vector<uint32_t> Organization::all_units() const {
  std::vector<uint32_t> roots;
  for (uint32_t unit = 0; unit < units_.size(); ++unit) {
    if (units_[unit].parent == POLICY_NONE) roots.push_back(unit);
  }
  return subtree_of(std::move(roots));
}

// Evenly over the room, each unit's spare numbers between its own and its first child's.
void Organization::spread(const std::vector<uint32_t>& subtree, policy_interval room) {
  if (subtree.empty()) return;
  uint64_t each = size_of(room) / subtree.size();
  for (uint32_t place = 0; place < subtree.size(); ++place) {
    uint64_t first = room.first + each * place;
    units_[subtree[place]].interval = {static_cast<uint32_t>(first), static_cast<uint32_t>(first + each - 1)};
  }
  for (size_t place = subtree.size(); place-- > 0;) {
    const Unit& unit = units_[subtree[place]];
    if (place == 0 || unit.parent == POLICY_NONE) continue;
    uint32_t& last = units_[unit.parent].interval.last;
    last = std::max(last, unit.interval.last);
  }
}

void Organization::number_units() {
  for (Unit& unit : units_) unit.interval = {POLICY_NONE, 0};
  std::vector<uint32_t> units = all_units();
  if (!units.empty()) spread(units, {0, size32(units.size()) - 1});
}

std::vector<uint32_t> Organization::number_apart() {
  std::vector<uint32_t> units = all_units();
  note_numbers(units);
  spread(units, kAllNumbers);
  return units;
}

// The longest run of numbers below the parent that no child has, for `count` units; `without` does not count, it is
// about to move. Nothing where there is none.
policy_interval Organization::room_below(uint32_t parent, uint32_t count, uint32_t without) const {
  const Unit& above = units_[parent];
  std::vector<policy_interval> taken;
  for (uint32_t child : above.children) {
    if (child != without) taken.push_back(units_[child].interval);
  }
  std::sort(taken.begin(), taken.end(),
            [](const policy_interval& a, const policy_interval& b) { return a.first < b.first; });
  uint64_t next = uint64_t{above.interval.first} + 1, best = 0, length = 0;
  auto consider = [&](uint64_t end) {
    if (end > next && end - next > length) best = next, length = end - next;
  };
  for (const policy_interval& child : taken) {
    consider(child.first);
    next = uint64_t{child.last} + 1;
  }
  consider(uint64_t{above.interval.last} + 1);
  if (length < count) return {POLICY_NONE, 0};
  return {static_cast<uint32_t>(best), static_cast<uint32_t>(best + length - 1)};
}

// Those who are seen through the unit's number: whose roles count there, and its users.
std::vector<uint32_t> Organization::concerned_by(uint32_t unit) const {
  std::vector<uint32_t> users = units_[unit].users;
  for (const auto& [holder, count] : units_[unit].anchored) {
    std::vector<uint32_t> dependents = dependents_of(holder);
    users.insert(users.end(), dependents.begin(), dependents.end());
  }
  return users;
}

void Organization::note_numbers(const std::vector<uint32_t>& units) {
  if (journal_ == nullptr) return;
  std::vector<std::pair<uint32_t, policy_interval>> before;
  for (uint32_t unit : units) {
    before.emplace_back(unit, units_[unit].interval);
    journal_->numbers.push_back({unit, units_[unit].interval.first, parent_number(unit)});
    for (const auto& [holder, count] : units_[unit].anchored) note_roles(holder);
    for (uint32_t user : units_[unit].users) note_user(user);
  }
  note_undo([this, before = std::move(before)] {
    for (const auto& [unit, interval] : before) units_[unit].interval = interval;
  });
}

void Organization::hang_below(uint32_t unit, uint32_t parent) {
  uint32_t before = std::exchange(units_[unit].parent, parent);
  std::erase(units_[before].children, unit);
  units_[parent].children.push_back(unit);
  note_undo([this, unit, before] { hang_below(unit, before); });
}

void Organization::number_again(const std::vector<uint32_t>& subtree, policy_interval room,
                                std::vector<uint32_t>& renumbered) {
  if (room.first != POLICY_NONE) {
    spread(subtree, share_of(room, size32(subtree.size())));
    renumbered = subtree;
  } else {
    renumbered = number_apart();
  }
}

std::optional<uint32_t> Organization::add_numbered_unit(uint32_t parent, std::vector<uint32_t>& renumbered) {
  std::optional<uint32_t> unit = add_unit(parent);
  if (!unit) return unit;
  bool is_root = parent == POLICY_NONE;
  if (is_root) {
    renumbered = number_apart();
  } else if (units_[parent].interval.first != POLICY_NONE) {
    note_numbers({*unit});
    number_again({*unit}, room_below(parent, 1, *unit), renumbered);
  }
  return unit;
}

bool Organization::move_unit(uint32_t unit, uint32_t parent, std::vector<uint32_t>& renumbered) {
  if (!has_unit(unit) || !has_unit(parent) || units_[unit].parent == POLICY_NONE) return false;
  policy_interval moved = units_[unit].interval, target = units_[parent].interval;
  bool is_numbered = moved.first != POLICY_NONE && target.first != POLICY_NONE;
  bool goes_round = target.first >= moved.first && target.first <= moved.last;
  if (!is_numbered || goes_round) return false;
  renumbered.clear();
  if (units_[unit].parent == parent) return true;
  std::vector<uint32_t> subtree = subtree_of({unit});
  note_numbers(subtree);
  hang_below(unit, parent);
  number_again(subtree, room_below(parent, size32(subtree.size()), unit), renumbered);
  return true;
}

}  // namespace policy
