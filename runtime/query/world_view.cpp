#include "runtime/query/world_view.h"

#include <algorithm>
#include <unordered_set>

namespace policy {

namespace {

using Keys = std::vector<uint64_t>;

KeySet built(Keys& keys, Edit& edit) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return build_keys(keys, edit);
}

}  // namespace

WorldView::WorldView(const World& world) : world_(world), granting_roles_(world.tables) {
  add_rows();
  add_people();
  add_units();
  add_holders();
}

void WorldView::add_rows() {
  size_t tables = world_.tables.tables.size();
  std::vector<Keys> by_unit(tables), by_owner(tables), by_share(tables);
  for (uint32_t row = 0; row < world_.records.size(); ++row) {
    uint32_t table = table_of(row);
    if (table >= tables) continue;
    const policy_record& header = world_.records.header(row);
    by_unit[table].push_back(pair_key(header.owning_unit, row));
    if (header.owner != POLICY_NOBODY) by_owner[table].push_back(pair_key(header.owner, row));
    for (const policy_share& share : shares_of(header)) by_share[table].push_back(pair_key(share.principal, row));
  }
  for (size_t table = 0; table < tables; ++table) {
    rows_.push_back({built(by_unit[table], edit_), built(by_owner[table], edit_), built(by_share[table], edit_)});
  }
}

void WorldView::add_people() {
  const Organization& organization = world_.organization;
  Keys members, by_unit, superiors;
  for (uint32_t team = 0; organization.has_team(team); ++team) {
    policy_principal principal = POLICY_PRINCIPAL(POLICY_TEAM, team);
    for (uint32_t user : organization.members_of(team)) members.push_back(pair_key(principal, user));
  }
  for (uint32_t user = 0; user < organization.user_count(); ++user) {
    by_unit.push_back(pair_key(organization.unit_of(POLICY_PRINCIPAL(POLICY_USER, user)), user));
    for (const policy_report& report : world_.subject(user).reports()) {
      superiors.push_back(pair_key(report.principal, user));
    }
  }
  people_.members = built(members, edit_);
  people_.users_by_unit = built(by_unit, edit_);
  people_.superiors = built(superiors, edit_);
}

// In the order of their numbers the units above the current one are those whose intervals are still open.
void WorldView::add_units() {
  std::vector<policy_interval> units, open;
  for (uint32_t unit = 0; world_.organization.has_unit(unit); ++unit) {
    policy_interval interval = world_.organization.unit_interval(unit);
    if (interval.first != POLICY_NONE) units.push_back(interval);
  }
  std::sort(units.begin(), units.end(),
            [](const policy_interval& a, const policy_interval& b) { return a.first < b.first; });
  Keys above;
  for (const policy_interval& unit : units) {
    while (!open.empty() && open.back().last < unit.first) open.pop_back();
    if (!open.empty()) above.push_back(pair_key(unit.first, open.back().first));
    open.push_back(unit);
  }
  people_.units_above = built(above, edit_);
}

// What is held for somebody stands in the pieces of their profile.
void WorldView::add_holders() {
  std::vector<Keys> holders(world_.tables.roles.size());
  std::unordered_set<const Profile*> seen;
  for (uint32_t user = 0; user < world_.organization.user_count(); ++user) {
    const Profile* profile = world_.subject(user).profile().get();
    if (profile == nullptr) continue;
    bool is_new = seen.insert(profile).second;
    for (const Piece& piece : profile->all_pieces) {
      if (piece.role >= holders.size() || (piece.holder != POLICY_SELF && !is_new)) continue;
      policy_principal holder = piece.holder == POLICY_SELF ? POLICY_PRINCIPAL(POLICY_USER, user) : piece.holder;
      Keys& keys = holders[piece.role];
      uint64_t key = pair_key(piece.anchor.first, holder);
      if (keys.empty() || keys.back() != key) keys.push_back(key);
    }
  }
  for (Keys& keys : holders) holders_.push_back(built(keys, edit_));
}

void WorldView::find_records(std::span<const uint32_t> rows, const policy_record** found) const {
  for (size_t i = 0; i < rows.size(); ++i) {
    found[i] = world_.records.exists(rows[i]) ? &world_.records.header(rows[i]) : nullptr;
  }
}

void WorldView::find_subjects(std::span<const uint32_t> users, policy_subject* found) const {
  for (size_t i = 0; i < users.size(); ++i) found[i] = world_.subject(users[i]).view();
}

uint32_t WorldView::table_of(uint32_t row) const {
  return world_.records.exists(row) ? world_.records[row].table : POLICY_NONE;
}

}  // namespace policy
