// The rules in the words of the platform's documentation, one function for each, with no thought of speed.
//
// A user's *candidates* are all (grant, role held, holder) for one table and right: the roles that the user, the user's
// teams and (where units are principals) the user's unit hold. A decision is the first candidate that gives access,
// looked at by reason and then in the order of the text, or the reason why none does. Sources: docs/semantics.md.
#include "compiler/reference/evaluate.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "compiler/reference/people.h"

namespace policyc {

namespace {

constexpr std::array kWays = {Reason::Owner, Reason::TeamOwner,      Reason::RoleLevel,
                              Reason::Share, Reason::InheritedShare, Reason::Hierarchy};

struct Candidate {
  GrantId grant;
  Principal holder;  // the user, a team or a unit
  RoleId role;       // the role held
  UnitId anchor;     // the unit whose copy of the role is held
};

// --- one question

class Evaluation {
 public:
  Evaluation(const Policy& policy, const Facts& facts, UserId user, Right right, const Record& record, RecordId stored)
      : policy_(policy), facts_(facts), user_(user), right_(right), record_(record), stored_(stored) {
    teams_ = teams_of(facts_, user_);
    find_candidates();
  }

  Decision decide() const {
    if (candidates_.empty()) return deny(Reason::NoPrivilege);
    Decision decision = decide_access();
    if (decision.allowed && !has_needed_read()) return deny(Reason::NeedsRead);
    return decision;
  }

  bool holds_privilege() const { return !candidates_.empty(); }

  // The first report whose row it is, whatever the user's own privileges are.
  UserId report() const {
    for (UserId report : facts_.users.ids()) {
      if (stands_above(policy_, facts_, user_, report, right_) && has_row(report)) return report;
    }
    return {};
  }

 private:
  const Grant& grant_of(const Candidate& c) const { return policy_.grants[c.grant]; }
  bool is_set(Switch which) const { return policy_.settings.is(which); }
  Ownership ownership() const { return policy_.tables[record_.table].ownership; }

  void find_candidates() {
    for (const HeldBy& held : roles_of(policy_, facts_, Principal::of(user_))) add_candidates(held);
    std::stable_sort(candidates_.begin(), candidates_.end(), [this](const Candidate& a, const Candidate& b) {
      return std::make_tuple(condition_text(a), a.grant, a.holder, a.role) <
             std::make_tuple(condition_text(b), b.grant, b.holder, b.role);
    });
  }

  // Empty where there is none, which comes first.
  std::string_view condition_text(const Candidate& c) const {
    ConditionId condition = grant_of(c).condition;
    return condition ? std::string_view(policy_.conditions[condition].text) : std::string_view();
  }

  void add_candidates(const HeldBy& held) {
    for (GrantId id : policy_.roles[held.role.role].grants) {
      const Grant& grant = policy_.grants[id];
      if (grant.table != record_.table || grant.right != right_ || grant.level == Level::None) continue;
      candidates_.push_back({id, held.holder, held.role.role, held.role.anchor});
    }
  }

  bool through_group(const Candidate& c) const { return !c.holder.user(); }

  // Held through a team, "team privileges only", at user level: not for rows that the member owns.
  bool is_for_the_team_alone(const Candidate& c) const {
    return through_group(c) && policy_.roles[c.role].team_privileges_only && grant_of(c).level == Level::User;
  }

  // Modern business units: a row that lies in another unit than its owner's is reached as one's own only through a role
  // of that very unit, unless ownership was recomputed.
  bool owning_counts(const Candidate& c) const {
    if (!policy_.settings.modern_units() || is_set(Switch::ownership_recomputed)) return true;
    return record_.unit == unit_of(facts_, record_.owner) || record_.unit == c.anchor;
  }

  bool owns(const Candidate& c) const {
    return ownership() == Ownership::User && record_.owner == Principal::of(user_) && !is_for_the_team_alone(c) &&
           owning_counts(c);
  }

  bool is_team_of_user(Principal principal) const {
    return principal.team() && std::find(teams_.begin(), teams_.end(), principal.team()) != teams_.end();
  }

  // A unit stands for its users who hold the right at the level that the rule book asks.
  bool is_unit_of_user(const Candidate& c, Principal principal) const {
    if (!is_set(Switch::unit_as_principal) || principal != Principal::of(facts_.users[user_].unit)) return false;
    Level least = policy_.settings.word(Switch::unit_principal_level) == "user" ? Level::User : Level::BusinessUnit;
    return grant_of(c).level >= least;
  }

  bool team_owns(const Candidate& c) const {
    if (ownership() != Ownership::User || !owning_counts(c)) return false;
    if (is_unit_of_user(c, record_.owner)) return true;
    bool through_group_at_user_level = through_group(c) && grant_of(c).level == Level::User;
    return through_group_at_user_level ? record_.owner == c.holder : is_team_of_user(record_.owner);
  }

  bool level_reaches(const Candidate& c) const {
    switch (grant_of(c).level) {
      case Level::Organization:
        return true;
      case Level::ParentChild:
        return record_.unit && lies_within(facts_, record_.unit, c.anchor);
      case Level::BusinessUnit:
        return record_.unit && record_.unit == c.anchor;
      case Level::User:
      case Level::None:
        return false;
    }
    return false;
  }

  bool share_counts(const Candidate& c, Principal with) const {
    if (with == Principal::organization() || is_team_of_user(with) || is_unit_of_user(c, with)) return true;
    if (with != Principal::of(user_)) return false;
    return !is_for_the_team_alone(c) || is_set(Switch::share_reaches_team_only_basic);
  }

  bool takes_shares() const {
    RightSet rights = rights_of(policy_.tables[record_.table].ownership, policy_.settings.rule_book());
    return stored_ && right_ != Right::Create && has(rights, Right::Share);
  }

  template <typename RightsOf>
  bool is_shared(const Candidate& c, RightsOf rights) const {
    return takes_shares() && std::any_of(facts_.shares.begin(), facts_.shares.end(), [&](const Share& share) {
             return share.record == stored_ && has(rights(share), right_) && share_counts(c, share.principal);
           });
  }
  bool is_shared(const Candidate& c) const {
    return is_shared(c, [](const Share& share) { return share.rights; });
  }
  bool inherits_share(const Candidate& c) const {
    return is_shared(c, [](const Share& share) { return share.inherited_rights(); });
  }

  bool gives(const Candidate& c, Reason reason) const {
    switch (reason) {
      case Reason::Owner:
        return owns(c);
      case Reason::TeamOwner:
        return team_owns(c);
      case Reason::RoleLevel:
        return level_reaches(c);
      case Reason::Share:
        return is_shared(c);
      case Reason::InheritedShare:
        return inherits_share(c);
      case Reason::Hierarchy:
        return hierarchy_opens();
      default:
        return false;
    }
  }

  bool gives_somehow(const Candidate& c) const {
    return std::any_of(kWays.begin(), kWays.end(), [&](Reason reason) { return gives(c, reason); });
  }

  // A report's own rows and teams' rows, and what is shared with them; not what they see through roles.
  bool has_row(UserId report) const {
    auto is_report = [&](Principal p) {
      return p == Principal::of(report) || (p.team() && is_member(facts_, report, p.team()));
    };
    if (ownership() == Ownership::User && is_report(record_.owner)) return true;
    return takes_shares() && std::any_of(facts_.shares.begin(), facts_.shares.end(), [&](const Share& share) {
             RightSet rights = share.rights | share.inherited_rights();
             return share.record == stored_ && has(rights, right_) && is_report(share.principal);
           });
  }

  bool hierarchy_opens() const {
    if (policy_.settings.hierarchy.model == HierarchyModel::Off) return false;
    const std::vector<TableId>& excluded = policy_.settings.value(Switch::hierarchy_excluded_tables).tables;
    if (std::find(excluded.begin(), excluded.end(), record_.table) != excluded.end()) return false;
    return holds_read_for_hierarchy() && report();
  }

  bool holds_read_for_hierarchy() const {
    Level least = policy_.settings.word(Switch::hierarchy_needs) == "user_read" ? Level::User : Level::BusinessUnit;
    Evaluation read(policy_, facts_, user_, Right::Read, record_, stored_);
    return std::any_of(read.candidates_.begin(), read.candidates_.end(),
                       [&](const Candidate& c) { return grant_of(c).level >= least; });
  }

  bool applies(const Candidate& c) const {
    ConditionId condition = grant_of(c).condition;
    return !condition || condition_holds(policy_, facts_, user_, policy_.conditions[condition], record_);
  }

  Decision decide_access() const {
    for (Reason reason : kWays) {
      for (const Candidate& c : candidates_) {
        if (applies(c) && gives(c, reason)) return name(c, {.allowed = true, .reason = reason});
      }
    }
    for (const Candidate& c : candidates_) {
      if (gives_somehow(c)) return name(c, {.reason = Reason::Condition});
    }
    return nearest_miss();
  }

  Level level_needed(const Candidate& c) const {
    if (!record_.unit) return Level::Organization;
    if (record_.unit == c.anchor) return Level::BusinessUnit;
    return lies_within(facts_, record_.unit, c.anchor) ? Level::ParentChild : Level::Organization;
  }

  Decision nearest_miss() const {
    auto gap = [this](const Candidate& c) {
      return static_cast<int>(level_needed(c)) - static_cast<int>(grant_of(c).level);
    };
    const Candidate& nearest =
        *std::min_element(candidates_.begin(), candidates_.end(),
                          [&](const Candidate& a, const Candidate& b) { return gap(a) < gap(b); });
    return name(nearest, {.reason = Reason::Level, .held = grant_of(nearest).level, .needed = level_needed(nearest)});
  }

  // Create asks the read privilege at any level; under the guide, delete asks read on the row.
  bool has_needed_read() const {
    if (right_ == Right::Create) {
      return Evaluation(policy_, facts_, user_, Right::Read, record_, stored_).holds_privilege();
    }
    if (right_ != Right::Delete || !is_set(Switch::delete_needs_read)) return true;
    return Evaluation(policy_, facts_, user_, Right::Read, record_, stored_).decide().allowed;
  }

  static Decision deny(Reason reason) { return {.reason = reason}; }

  static Decision name(const Candidate& c, Decision decision) {
    decision.grant = c.grant;
    decision.role = c.role;
    decision.through = c.holder.value;
    return decision;
  }

  const Policy& policy_;
  const Facts& facts_;
  UserId user_;
  Right right_;
  const Record& record_;
  RecordId stored_;  // none for a row that does not exist yet
  std::vector<TeamId> teams_;
  std::vector<Candidate> candidates_;
};

Decision evaluate_row(const Policy& policy, const Facts& facts, UserId user, Right right, const Record& record,
                      RecordId stored) {
  if (!facts.users.contains(user) || !policy.tables.contains(record.table)) return {.reason = Reason::Unknown};
  RightSet rights = rights_of(policy.tables[record.table].ownership, policy.settings.rule_book());
  if (!has(rights, right)) return {.reason = Reason::Illegal};
  return Evaluation(policy, facts, user, right, record, stored).decide();
}

}  // namespace

Decision evaluate(const Policy& policy, const Facts& facts, UserId user, Right right, const Record& record) {
  return evaluate_row(policy, facts, user, right, record, {});
}

Decision evaluate(const Policy& policy, const Facts& facts, UserId user, Right right, RecordId record) {
  if (!facts.records.contains(record) || !facts.records[record].exists) return {.reason = Reason::Unknown};
  return evaluate_row(policy, facts, user, right, facts.records[record], record);
}

UserId report_with_row(const Policy& policy, const Facts& facts, UserId user, Right right, RecordId record) {
  if (!facts.users.contains(user) || !facts.records.contains(record)) return {};
  return Evaluation(policy, facts, user, right, facts.records[record], record).report();
}

}  // namespace policyc
