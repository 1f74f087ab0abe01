// A user as checks see it: what every slot reaches, all roles and teams taken together; and, for explanations, the
// pieces that this was put together from.
//
//   policy_subject view = subject.view();      // points into `subject`
//
// Move it, do not copy it while views are in use. Constant after it was resolved; any number of threads may read it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/organization/program_tables.h"

namespace policy {

// One grant, held once: through one role, by one holder, for one unit.
struct Piece {
  uint32_t slot = 0;
  uint32_t grant = POLICY_NONE;
  policy_principal holder = 0;  // the user, a team or the unit
  uint32_t role = POLICY_NONE;  // the role held
  policy_level level = POLICY_LEVEL_none;
  policy_interval anchor{POLICY_NONE, 0};  // the unit's number and its subtree's last
  bool reaches_own = false;                // rows that the user owns, and shares with the user personally
};

class Subject {
 public:
  policy_subject view() const;

  // Of one slot, in the order in which explanations name them: by grant, then the user before teams and those before
  // the unit, then by role. Two pointers, begin and end.
  std::pair<const Piece*, const Piece*> pieces(uint32_t slot) const;

  bool holds_privilege(uint32_t privilege) const;
  // What rows of this principal give through hierarchy security, as bits of rights.
  uint32_t report_rights(policy_principal principal) const;
  // The flags of all slots of a decision together (policy_reach_flags).
  uint32_t reach_flags(const DecisionEntry& entry) const;
  bool is_member(policy_principal team) const;

  // The user's attributes as the program lays them out; empty where conditions read none.
  std::vector<uint64_t> attributes;

 private:
  friend class Organization;
  void build_reaches(const ProgramTables& tables);
  void build_reach(const ProgramTables& tables, uint32_t slot, policy_reach& reach);
  void add_owners(const ProgramTables& tables, const Piece& piece, std::vector<policy_principal>& owners) const;

  policy_principal user_ = 0;
  policy_interval unit_{POLICY_NONE, 0};
  uint32_t unit_index_ = POLICY_NONE;
  std::vector<policy_reach> reaches_;
  std::vector<policy_interval> intervals_;
  std::vector<policy_principal> owners_;
  std::vector<policy_away> aways_;
  std::vector<policy_principal> teams_;
  std::vector<policy_report> reports_;
  std::vector<Piece> pieces_;           // by slot, then in naming order
  std::vector<uint32_t> piece_begins_;  // slot_count + 1 of them
  std::vector<bool> privileges_;
};

}  // namespace policy
