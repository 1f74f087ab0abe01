// The rules of reach, all in build_reach and add_owners; their reading in plain form is compiler/reference.
#include "runtime/organization/subject.h"

#include <algorithm>
#include <tuple>

namespace policy {

namespace {

// Sorted, overlapping and touching intervals joined.
void join_intervals(std::vector<policy_interval>& intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const policy_interval& a, const policy_interval& b) { return a.first < b.first; });
  size_t kept = 0;
  for (const policy_interval& next : intervals) {
    if (kept > 0 && next.first <= intervals[kept - 1].last + 1) {
      intervals[kept - 1].last = std::max(intervals[kept - 1].last, next.last);
    } else {
      intervals[kept++] = next;
    }
  }
  intervals.resize(kept);
}

void sort_once(std::vector<policy_principal>& principals) {
  std::sort(principals.begin(), principals.end());
  principals.erase(std::unique(principals.begin(), principals.end()), principals.end());
}

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

}  // namespace

policy_subject Subject::view() const {
  policy_subject view{};
  view.struct_size = sizeof(policy_subject);
  view.user = user_;
  view.unit = unit_.first;
  view.unit_index = unit_index_;
  view.slot_count = size32(reaches_.size());
  view.team_count = size32(teams_.size());
  view.reaches = reaches_.data();
  view.intervals = intervals_.data();
  view.owners = owners_.data();
  view.aways = aways_.data();
  view.teams = teams_.data();
  view.attributes = reinterpret_cast<const uint8_t*>(attributes.data());
  view.reports = reports_.data();
  view.report_count = size32(reports_.size());
  return view;
}

std::pair<const Piece*, const Piece*> Subject::pieces(uint32_t slot) const {
  if (slot + 1 >= piece_begins_.size()) return {nullptr, nullptr};
  return {pieces_.data() + piece_begins_[slot], pieces_.data() + piece_begins_[slot + 1]};
}

bool Subject::holds_privilege(uint32_t privilege) const {
  return privilege < privileges_.size() && privileges_[privilege];
}

bool Subject::is_member(policy_principal team) const { return std::binary_search(teams_.begin(), teams_.end(), team); }

uint32_t Subject::report_rights(policy_principal principal) const {
  auto found = std::lower_bound(reports_.begin(), reports_.end(), principal,
                                [](const policy_report& report, policy_principal p) { return report.principal < p; });
  return found != reports_.end() && found->principal == principal ? found->rights : 0;
}

uint32_t Subject::reach_flags(const DecisionEntry& entry) const {
  uint32_t flags = 0;
  for (uint32_t i = 0; i < entry.slot_count && entry.first_slot + i < reaches_.size(); ++i) {
    flags |= reaches_[entry.first_slot + i].flags;
  }
  return flags;
}

void Subject::build_reaches(const ProgramTables& tables) {
  std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) {
    return std::tie(a.slot, a.grant, a.holder, a.role, a.anchor.first) <
           std::tie(b.slot, b.grant, b.holder, b.role, b.anchor.first);
  });
  piece_begins_.assign(size_t{tables.slot_count} + 1, 0);
  for (const Piece& piece : pieces_) ++piece_begins_[piece.slot + 1];
  for (uint32_t slot = 0; slot < tables.slot_count; ++slot) piece_begins_[slot + 1] += piece_begins_[slot];
  reaches_.assign(tables.slot_count, policy_reach{});
  for (uint32_t slot = 0; slot < tables.slot_count; ++slot) {
    if (piece_begins_[slot] != piece_begins_[slot + 1]) build_reach(tables, slot, reaches_[slot]);
  }
}

// Teams and units whose rows a piece reaches as its user's own. Held directly, at any level: every team of the user.
// Held through a team or the unit at user level: that one alone; at a wider level every team, since the privilege is
// held.
// A unit's rows reach the users of the unit who hold the right at the level that the rule book asks.
void Subject::add_owners(const ProgramTables& tables, const Piece& piece, std::vector<policy_principal>& owners) const {
  bool direct = POLICY_PRINCIPAL_KIND(piece.holder) == POLICY_USER;
  if (!direct && piece.level == POLICY_LEVEL_user) {
    owners.push_back(piece.holder);
  } else {
    owners.insert(owners.end(), teams_.begin(), teams_.end());
  }
  if (tables.unit_as_principal && piece.level >= tables.unit_principal_level) {
    owners.push_back(POLICY_PRINCIPAL(POLICY_UNIT, unit_index_));
  }
}

void Subject::build_reach(const ProgramTables& tables, uint32_t slot, policy_reach& reach) {
  std::vector<policy_interval> intervals;
  std::vector<policy_principal> owners;
  reach.flags = POLICY_REACH_HELD;
  reach.away_begin = size32(aways_.size());
  for (auto [piece, end] = pieces(slot); piece != end; ++piece) {
    if (piece->reaches_own) reach.flags |= POLICY_REACH_OWN | POLICY_REACH_SHARE_USER;
    if (tables.share_reaches_team_only_basic) reach.flags |= POLICY_REACH_SHARE_USER;
    if (tables.unit_as_principal && piece->level >= tables.unit_principal_level) reach.flags |= POLICY_REACH_SHARE_UNIT;
    if (piece->level >= POLICY_LEVEL_business_unit) reach.flags |= POLICY_REACH_UNIT_LEVEL;
    if (piece->level == POLICY_LEVEL_organization) reach.flags |= POLICY_REACH_ORGANIZATION;
    if (piece->level == POLICY_LEVEL_business_unit) intervals.push_back({piece->anchor.first, piece->anchor.first});
    if (piece->level == POLICY_LEVEL_parent_child) intervals.push_back(piece->anchor);
    std::vector<policy_principal> reached;
    add_owners(tables, *piece, reached);
    owners.insert(owners.end(), reached.begin(), reached.end());
    if (!tables.modern_units || tables.ownership_recomputed) continue;
    if (piece->reaches_own) aways_.push_back({piece->anchor.first, user_});
    for (policy_principal owner : reached) aways_.push_back({piece->anchor.first, owner});
  }
  reach.away_count = size32(aways_.size()) - reach.away_begin;
  join_intervals(intervals);
  sort_once(owners);
  reach.interval_begin = size32(intervals_.size());
  reach.interval_count = size32(intervals.size());
  intervals_.insert(intervals_.end(), intervals.begin(), intervals.end());
  reach.owner_begin = size32(owners_.size());
  reach.owner_count = size32(owners.size());
  owners_.insert(owners_.end(), owners.begin(), owners.end());
}

}  // namespace policy
