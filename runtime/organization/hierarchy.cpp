// Hierarchy security: whose rows a user has as their superior, and how far. Walks go level by level, so that each
// report is met at its least distance, and a ring of managers or positions ends where it closes.
#include <algorithm>
#include <map>

#include "runtime/organization/organization.h"

namespace policy {

namespace {

// Goes from `start` along `next_of` for at most `depth` levels, each place once; tells what is met, and how far away.
template <typename NextOf, typename Meet>
void walk_levels(uint32_t start, uint32_t depth, NextOf next_of, Meet meet) {
  std::vector<uint32_t> level = {start}, seen = {start};
  for (uint32_t distance = 1; distance <= depth && !level.empty(); ++distance) {
    std::vector<uint32_t> next;
    for (uint32_t place : level) {
      for (uint32_t below : next_of(place)) next.push_back(below);
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    std::erase_if(next, [&](uint32_t place) { return std::binary_search(seen.begin(), seen.end(), place); });
    for (uint32_t place : next) meet(place, distance);
    size_t before = seen.size();
    seen.insert(seen.end(), next.begin(), next.end());
    std::inplace_merge(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(before), seen.end());
    level = std::move(next);
  }
}

// Ascending, each principal once, its rights together.
std::vector<policy_report> joined(std::vector<policy_report> reports) {
  std::sort(reports.begin(), reports.end(),
            [](const policy_report& a, const policy_report& b) { return a.principal < b.principal; });
  size_t kept = 0;
  for (const policy_report& report : reports) {
    if (kept > 0 && reports[kept - 1].principal == report.principal) {
      reports[kept - 1].rights |= report.rights;
    } else {
      reports[kept++] = report;
    }
  }
  reports.resize(kept);
  return reports;
}

}  // namespace

// Where a manager's unit must lie, seen from the report's.
bool Organization::is_unit_above(uint32_t manager, uint32_t report) const {
  switch (tables_.hierarchy.manager_unit) {
    case ManagerUnit::Same:
      return manager == report;
    case ManagerUnit::Parent:
      return manager == report || manager == units_[report].parent;
    case ManagerUnit::Ancestor: {
      policy_interval above = unit_interval(manager), below = unit_interval(report);
      return manager == report ||
             (below.first != POLICY_NONE && below.first >= above.first && below.first <= above.last);
    }
    case ManagerUnit::Any:
      return true;
  }
  return false;
}

void Organization::add_report(uint32_t user, uint32_t report, uint32_t distance,
                              std::vector<policy_report>& reports) const {
  const HierarchyRules& rules = tables_.hierarchy;
  const User& found = users_[report];
  if (found.disabled && !rules.disabled_reports_count) return;
  if (rules.model == HierarchyModel::Manager && !is_unit_above(users_[user].unit, found.unit)) return;
  uint32_t rights = right_bit(POLICY_RIGHT_read);
  if (distance <= rules.write_levels) {
    rights |= right_bit(POLICY_RIGHT_write) | right_bit(POLICY_RIGHT_append) | right_bit(POLICY_RIGHT_append_to);
  }
  reports.push_back({POLICY_PRINCIPAL(POLICY_USER, report), rights});
  for (uint32_t team : teams_of(report)) reports.push_back({POLICY_PRINCIPAL(POLICY_TEAM, team), rights});
}

void Organization::add_managed(uint32_t user, std::vector<policy_report>& reports) const {
  walk_levels(
      user, tables_.hierarchy.depth,
      [&](uint32_t manager) -> const std::vector<uint32_t>& { return users_[manager].managed; },
      [&](uint32_t report, uint32_t distance) { add_report(user, report, distance, reports); });
}

void Organization::add_positions_below(uint32_t user, std::vector<policy_report>& reports) const {
  if (users_[user].position == POLICY_NONE) return;
  walk_levels(
      users_[user].position, tables_.hierarchy.depth,
      [&](uint32_t position) -> const std::vector<uint32_t>& { return positions_[position].below; },
      [&](uint32_t position, uint32_t distance) {
        for (uint32_t report : positions_[position].users) add_report(user, report, distance, reports);
      });
}

std::vector<policy_report> Organization::reports_of(uint32_t user) const {
  std::vector<policy_report> reports;
  switch (tables_.hierarchy.model) {
    case HierarchyModel::Off:
      break;
    case HierarchyModel::Manager:
      add_managed(user, reports);
      break;
    case HierarchyModel::Position:
      add_positions_below(user, reports);
      break;
  }
  return joined(std::move(reports));
}

// Users whose reports hang on who stands above the position.
void Organization::note_positions_above(uint32_t position) {
  if (journal_ == nullptr) return;
  auto one = [](uint32_t above) { return above == POLICY_NONE ? std::vector<uint32_t>{} : std::vector{above}; };
  walk_levels(
      position, tables_.hierarchy.depth, [&](uint32_t at) { return one(positions_[at].parent); },
      [&](uint32_t above, uint32_t) {
        for (uint32_t user : positions_[above].users) note_user(user);
      });
}

std::vector<uint32_t> Organization::superiors_of(uint32_t user) const {
  std::vector<uint32_t> superiors;
  if (!has_user(user)) return superiors;
  auto one = [](uint32_t above) { return above == POLICY_NONE ? std::vector<uint32_t>{} : std::vector{above}; };
  uint32_t depth = tables_.hierarchy.depth;
  if (tables_.hierarchy.model == HierarchyModel::Manager) {
    walk_levels(
        user, depth, [&](uint32_t report) { return one(users_[report].manager); },
        [&](uint32_t manager, uint32_t) { superiors.push_back(manager); });
  } else if (tables_.hierarchy.model == HierarchyModel::Position && users_[user].position != POLICY_NONE) {
    walk_levels(
        users_[user].position, depth, [&](uint32_t position) { return one(positions_[position].parent); },
        [&](uint32_t position, uint32_t) {
          superiors.insert(superiors.end(), positions_[position].users.begin(), positions_[position].users.end());
        });
  }
  return superiors;
}

}  // namespace policy
