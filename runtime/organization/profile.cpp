// The rules of reach, all in ProfileBuilder; their reading in plain form is compiler/reference.
#include "runtime/organization/profile.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace policy {

namespace {

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

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

size_t mix(size_t seed, size_t value) { return (seed ^ value) * 0x9e3779b97f4a7c15ull + (seed >> 29); }

class ProfileBuilder {
 public:
  ProfileBuilder(const ProgramTables& tables, const Standing& standing) : tables_(tables), standing_(standing) {}

  Profile build() {
    profile_.program = &tables_;
    profile_.standing = standing_;
    profile_.unit = standing_.unit;
    profile_.team_count = size32(standing_.teams.size());
    profile_.lists = standing_.teams;
    profile_.privileges.resize(tables_.privileges.size());
    for (const Holding& holding : standing_.holdings) add_pieces(holding);
    sort_pieces();
    build_reaches();
    return std::move(profile_);
  }

 private:
  void add_pieces(const Holding& holding) {
    const RoleEntry& role = tables_.roles[holding.role];
    for (uint32_t privilege : role.privileges) profile_.privileges[privilege] = true;
    if (holding.anchor.first == POLICY_NONE) return;
    for (uint32_t index : role.grants) {
      const GrantEntry& grant = tables_.grants[index];
      if (grant.level == POLICY_LEVEL_none) continue;
      bool team_rows_only =
          holding.holder != POLICY_SELF && role.team_privileges_only && grant.level == POLICY_LEVEL_user;
      profile_.all_pieces.push_back(
          {grant.slot, index, holding.holder, holding.role, grant.level, holding.anchor, !team_rows_only});
    }
  }

  // By slot first, counting how many each has; the few of one slot by comparing them.
  void sort_pieces() {
    std::vector<uint32_t>& begins = profile_.piece_begins;
    begins.assign(size_t{tables_.slot_count} + 1, 0);
    for (const Piece& piece : profile_.all_pieces) ++begins[piece.slot + 1];
    for (uint32_t slot = 0; slot < tables_.slot_count; ++slot) begins[slot + 1] += begins[slot];
    std::vector<Piece> sorted(profile_.all_pieces.size());
    std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
    for (const Piece& piece : profile_.all_pieces) sorted[next[piece.slot]++] = piece;
    for (uint32_t slot = 0; slot < tables_.slot_count; ++slot) {
      if (begins[slot + 1] - begins[slot] < 2) continue;
      std::sort(sorted.begin() + begins[slot], sorted.begin() + begins[slot + 1], comes_before);
    }
    profile_.all_pieces = std::move(sorted);
  }

  // POLICY_SELF + 1 is 0: the user comes before teams, and those before the unit.
  static bool comes_before(const Piece& a, const Piece& b) {
    return std::tuple(a.grant, a.holder + 1, a.role, a.anchor.first) <
           std::tuple(b.grant, b.holder + 1, b.role, b.anchor.first);
  }

  // Most slots are reached by the same roles as another one, and reach the same: that is found out once.
  void build_reaches() {
    profile_.reaches.assign(tables_.slot_count, policy_reach{});
    std::unordered_map<size_t, uint32_t> built;  // slots by what reaches them
    for (uint32_t slot = 0; slot < tables_.slot_count; ++slot) {
      std::span<const Piece> pieces = pieces_of(slot);
      if (pieces.empty()) continue;
      auto [found, is_new] = built.try_emplace(hash_of(pieces), slot);
      bool is_known = !is_new && reach_alike(pieces, pieces_of(found->second));
      if (is_known) {
        profile_.reaches[slot] = profile_.reaches[found->second];
      } else {
        build_reach(pieces, profile_.reaches[slot]);
      }
    }
  }

  std::span<const Piece> pieces_of(uint32_t slot) const {
    auto [begin, end] = profile_.pieces(slot);
    return {begin, end};
  }

  // All of a piece that its reach hangs on.
  static auto reach_key(const Piece& piece) {
    return std::tuple(piece.holder, piece.level, piece.anchor.first, piece.anchor.last, piece.reaches_own);
  }
  static bool reach_alike(std::span<const Piece> a, std::span<const Piece> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Piece& one, const Piece& other) { return reach_key(one) == reach_key(other); });
  }
  static size_t hash_of(std::span<const Piece> pieces) {
    size_t hash = pieces.size();
    for (const Piece& piece : pieces) {
      hash = mix(hash, uint64_t{piece.holder} << 32 | piece.anchor.first);
      hash = mix(hash, static_cast<size_t>(piece.level) << 1 | static_cast<size_t>(piece.reaches_own));
    }
    return hash;
  }

  // Teams and units whose rows a piece reaches as its user's own. Held directly, at any level: every team of the user.
  // Held through a team or the unit at user level: that one alone; at a wider level every team, since the privilege is
  // held.
  // A unit's rows reach the users of the unit who hold the right at the level that the rule book asks.
  void add_owners(const Piece& piece) {
    if (piece.holder != POLICY_SELF && piece.level == POLICY_LEVEL_user) {
      owners_.push_back(piece.holder);
    } else {
      owners_.insert(owners_.end(), standing_.teams.begin(), standing_.teams.end());
    }
    if (unit_counts(piece)) owners_.push_back(POLICY_PRINCIPAL(POLICY_UNIT, standing_.unit));
  }

  bool unit_counts(const Piece& piece) const {
    return tables_.unit_as_principal && piece.level >= tables_.unit_principal_level;
  }

  static bool reaches_everything(const Piece& piece) { return piece.level == POLICY_LEVEL_organization; }

  void build_reach(std::span<const Piece> pieces, policy_reach& reach) {
    intervals_.clear();
    owners_.clear();
    aways_.clear();
    reach.flags = POLICY_REACH_HELD;
    for (const Piece& piece : pieces) {
      if (piece.reaches_own) reach.own = 1;
      if (piece.reaches_own || tables_.share_reaches_team_only_basic) reach.flags |= POLICY_REACH_SHARE_USER;
      if (unit_counts(piece)) reach.flags |= POLICY_REACH_SHARE_UNIT;
      if (piece.level >= POLICY_LEVEL_business_unit) reach.flags |= POLICY_REACH_UNIT_LEVEL;
      if (piece.level == POLICY_LEVEL_business_unit) intervals_.push_back({piece.anchor.first, piece.anchor.first});
      if (piece.level == POLICY_LEVEL_parent_child) intervals_.push_back(piece.anchor);
      size_t before = owners_.size();
      add_owners(piece);
      if (!tables_.modern_units || tables_.ownership_recomputed) continue;
      if (piece.reaches_own) aways_.push_back({piece.anchor.first, POLICY_SELF});
      for (size_t i = before; i < owners_.size(); ++i) aways_.push_back({piece.anchor.first, owners_[i]});
    }
    if (std::any_of(pieces.begin(), pieces.end(), reaches_everything)) return set_everywhere(reach);
    join_intervals(intervals_);
    sort_once(owners_);
    write_lists(reach);
  }

  // What else is reached makes no difference to a yes or no; it does to the reason, which looks at ownership first.
  void set_everywhere(policy_reach& reach) {
    sort_once(owners_);
    intervals_.clear();
    write_lists(reach);
    reach.first = POLICY_EVERYWHERE_FIRST;
    reach.count = POLICY_EVERYWHERE_COUNT;
  }

  void write_lists(policy_reach& reach) {
    std::vector<uint32_t>& lists = profile_.lists;
    reach.lists = size32(lists.size());
    for (size_t i = 0; i < intervals_.size(); ++i) {
      uint32_t count = intervals_[i].last - intervals_[i].first + 1;
      if (i == 0) {
        reach.first = intervals_[i].first;
        reach.count = count;
      } else {
        lists.insert(lists.end(), {intervals_[i].first, count});
        ++reach.interval_count;
      }
    }
    lists.insert(lists.end(), owners_.begin(), owners_.end());
    reach.owner_count = size32(owners_.size());
    std::sort(aways_.begin(), aways_.end());
    aways_.erase(std::unique(aways_.begin(), aways_.end()), aways_.end());
    for (auto [unit, owner] : aways_) lists.insert(lists.end(), {unit, owner});
    reach.away_count = size32(aways_.size());
  }

  const ProgramTables& tables_;
  const Standing& standing_;
  Profile profile_;
  // Of the slot that is being built.
  std::vector<policy_interval> intervals_;
  std::vector<policy_principal> owners_;
  std::vector<std::pair<uint32_t, policy_principal>> aways_;
};

}  // namespace

std::pair<const Piece*, const Piece*> Profile::pieces(uint32_t slot) const {
  if (slot >= reaches.size()) return {nullptr, nullptr};
  return {all_pieces.data() + piece_begins[slot], all_pieces.data() + piece_begins[slot + 1]};
}

uint32_t Profile::reach_flags(const DecisionEntry& entry) const {
  uint32_t flags = 0;
  for (uint32_t i = 0; i < entry.slot_count && entry.first_slot + i < reaches.size(); ++i) {
    flags |= reaches[entry.first_slot + i].flags;
  }
  return flags;
}

bool Profile::is_member(policy_principal team) const {
  return std::binary_search(lists.begin(), lists.begin() + team_count, team);
}

Profile build_profile(const ProgramTables& tables, const Standing& standing) {
  return ProfileBuilder(tables, standing).build();
}

size_t ProfilePool::Hash::operator()(const Standing& standing) const {
  size_t hash = standing.unit;
  for (policy_principal team : standing.teams) hash = mix(hash, team);
  for (const Holding& holding : standing.holdings) {
    hash = mix(mix(hash, holding.holder), uint64_t{holding.role} << 32 | holding.anchor.first);
  }
  return hash;
}

std::shared_ptr<const Profile> ProfilePool::profile_of(const Standing& standing) {
  auto found = profiles_.find(standing);
  if (found != profiles_.end()) {
    if (std::shared_ptr<const Profile> profile = found->second.lock()) return profile;
  }
  auto profile = std::make_shared<const Profile>(build_profile(tables_, standing));
  if (found != profiles_.end()) {
    found->second = profile;
  } else {
    if (profiles_.size() >= forget_at_) forget_unused();
    profiles_.emplace(standing, profile);
  }
  return profile;
}

void ProfilePool::forget_unused() {
  std::erase_if(profiles_, [](const auto& entry) { return entry.second.expired(); });
  forget_at_ = std::max<size_t>(64, profiles_.size() * 2);
}

}  // namespace policy
