// What users of one unit who hold the same roles and belong to the same teams have in common: what every slot reaches,
// all roles and teams taken together, and, for explanations, the pieces that this was put together from.
//
//   std::shared_ptr<const Profile> profile = pool.profile_of(standing);
//   profile->reaches[slot];
//
// Constant once built, so any number of threads may read it. A pool is its writer's alone.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/organization/program_tables.h"

namespace policy {

// A role that counts for a user: theirs (POLICY_SELF), or through a team or the unit.
struct Holding {
  policy_principal holder = POLICY_SELF;
  uint32_t role = POLICY_NONE;
  policy_interval anchor{POLICY_NONE, 0};  // the unit whose copy of the role it is, and its subtree's last
  friend bool operator==(const Holding& a, const Holding& b) {
    return a.holder == b.holder && a.role == b.role && a.anchor.first == b.anchor.first &&
           a.anchor.last == b.anchor.last;
  }
};

// All that a profile is made of.
struct Standing {
  uint32_t unit = POLICY_NONE;          // by index
  std::vector<policy_principal> teams;  // ascending
  std::vector<Holding> holdings;
  friend bool operator==(const Standing&, const Standing&) = default;
};

// One grant, held once: through one role, by one holder, for one unit.
struct Piece {
  uint32_t slot = 0;
  uint32_t grant = POLICY_NONE;
  policy_principal holder = POLICY_SELF;
  uint32_t role = POLICY_NONE;  // the role held
  policy_level level = POLICY_LEVEL_none;
  policy_interval anchor{POLICY_NONE, 0};
  bool reaches_own = false;  // rows that the user owns, and shares with the user personally
};

struct Profile {
  const ProgramTables* program = nullptr;  // whose slots these are
  Standing standing;                       // what it was made of
  uint32_t unit = POLICY_NONE;
  uint32_t team_count = 0;
  std::vector<policy_reach> reaches;   // one for each slot
  std::vector<uint32_t> lists;         // policy_subject::lists
  std::vector<Piece> all_pieces;       // by slot, then in naming order
  std::vector<uint32_t> piece_begins;  // one more than slots
  std::vector<bool> privileges;

  // Of one slot, in the order in which explanations name them: by grant, then the user before teams and those before
  // the unit, then by role. Two pointers, begin and end.
  std::pair<const Piece*, const Piece*> pieces(uint32_t slot) const;
  // The flags of all slots of a decision together (policy_reach_flags).
  uint32_t reach_flags(const DecisionEntry& entry) const;
  bool is_member(policy_principal team) const;
};

Profile build_profile(const ProgramTables& tables, const Standing& standing);

// One profile for each standing, for as long as somebody has it.
class ProfilePool {
 public:
  explicit ProfilePool(const ProgramTables& tables) : tables_(tables) {}
  std::shared_ptr<const Profile> profile_of(const Standing& standing);
  // Those in use, and perhaps some that no longer are.
  size_t size() const { return profiles_.size(); }

 private:
  struct Hash {
    size_t operator()(const Standing& standing) const;
  };
  void forget_unused();

  const ProgramTables& tables_;
  std::unordered_map<Standing, std::weak_ptr<const Profile>, Hash> profiles_;
  size_t forget_at_ = 64;  // so that forgetting costs less than building
};

}  // namespace policy
