// The rules in the words of the platform's documentation, one function for each, with no thought of speed.
//
// A user's *candidates* are all (grant, role held, holder) for one table and right: the roles the user holds, and the
// roles that the user's teams hold. A decision is the first candidate that gives access, looked at by reason and then
// in the order of the text, or the reason why none does. Sources: docs/semantics.md.
#include "compiler/reference/evaluate.h"

#include <algorithm>
#include <tuple>

namespace policyc {

namespace {

struct Candidate {
  GrantId grant;
  Principal holder;  // the user or a team
  RoleId role;       // the role held
  UnitId anchor;     // the unit whose copy of the role is held
};

enum class Truth : uint8_t { False, True, Unknown };

Truth negate(Truth truth) {
  if (truth == Truth::Unknown) return truth;
  return truth == Truth::True ? Truth::False : Truth::True;
}

// --- conditions

class ConditionReader {
 public:
  ConditionReader(const Facts& facts, UserId user, const Record& record)
      : facts_(facts), user_(user), record_(record) {}

  Truth read(const Expression& e) const {
    switch (e.kind) {
      case Expression::Kind::Or:
        return join(e, Truth::True);
      case Expression::Kind::And:
        return join(e, Truth::False);
      case Expression::Kind::Not:
        return negate(read(e.children.front()));
      case Expression::Kind::Compare:
        return compare(e);
      case Expression::Kind::IsNull:
        return value(e.left).is_null ? Truth::True : Truth::False;
    }
    return Truth::Unknown;
  }

 private:
  // One child of the deciding value decides; otherwise an unknown child makes the whole unknown.
  Truth join(const Expression& e, Truth deciding) const {
    Truth joined = negate(deciding);
    for (const Expression& child : e.children) {
      Truth truth = read(child);
      if (truth == deciding) return deciding;
      if (truth == Truth::Unknown) joined = Truth::Unknown;
    }
    return joined;
  }

  Truth compare(const Expression& e) const {
    Value left = value(e.left), right = value(e.right);
    if (left.is_null || right.is_null) return Truth::Unknown;
    int order = left.type == ValueType::String ? left.text.compare(right.text)
                                               : (left.number > right.number) - (left.number < right.number);
    bool holds = false;
    switch (e.comparison) {
      case Comparison::Equal:
        holds = order == 0;
        break;
      case Comparison::NotEqual:
        holds = order != 0;
        break;
      case Comparison::Less:
        holds = order < 0;
        break;
      case Comparison::LessEqual:
        holds = order <= 0;
        break;
      case Comparison::Greater:
        holds = order > 0;
        break;
      case Comparison::GreaterEqual:
        holds = order >= 0;
        break;
    }
    return holds ? Truth::True : Truth::False;
  }

  Value value(const Operand& operand) const {
    if (operand.is_literal) return operand.literal;
    const std::vector<Value>* values = &record_.attributes;
    if (operand.of == AttributeOf::User) values = &facts_.users[user_].attributes;
    if (operand.of == AttributeOf::Context) values = &facts_.context;
    return operand.attribute < values->size() ? (*values)[operand.attribute] : Value::null(operand.type);
  }

  const Facts& facts_;
  UserId user_;
  const Record& record_;
};

// --- one question

class Evaluation {
 public:
  Evaluation(const Policy& policy, const Facts& facts, UserId user, Right right, const Record& record, RecordId stored)
      : policy_(policy), facts_(facts), user_(user), right_(right), record_(record), stored_(stored) {
    find_teams();
    find_candidates();
  }

  Decision decide() const {
    if (candidates_.empty()) return deny(Reason::NoPrivilege);
    Decision decision = decide_access();
    if (decision.allowed && !has_needed_read()) return deny(Reason::NeedsRead);
    return decision;
  }

  bool holds_privilege() const { return !candidates_.empty(); }

 private:
  const Grant& grant_of(const Candidate& c) const { return policy_.grants[c.grant]; }
  bool is_set(Switch which) const { return policy_.settings.is(which); }
  Ownership ownership() const { return policy_.tables[record_.table].ownership; }

  void find_teams() {
    for (TeamId team : facts_.teams.ids()) {
      const std::vector<UserId>& members = facts_.teams[team].members;
      if (std::find(members.begin(), members.end(), user_) != members.end()) teams_.push_back(team);
    }
  }

  void find_candidates() {
    add_candidates(Principal::of(user_), facts_.users[user_].roles);
    for (TeamId team : teams_) add_candidates(Principal::of(team), facts_.teams[team].roles);
    std::stable_sort(candidates_.begin(), candidates_.end(), [this](const Candidate& a, const Candidate& b) {
      return std::make_tuple(grant_of(a).condition.is_some(), a.grant, a.holder, a.role) <
             std::make_tuple(grant_of(b).condition.is_some(), b.grant, b.holder, b.role);
    });
  }

  void add_candidates(Principal holder, const std::vector<RoleHeld>& roles) {
    for (const RoleHeld& held : roles) {
      for (GrantId id : policy_.roles[held.role].grants) {
        const Grant& grant = policy_.grants[id];
        if (grant.table != record_.table || grant.right != right_ || grant.level == Level::None) continue;
        candidates_.push_back({id, holder, held.role, held.anchor});
      }
    }
  }

  // Held through a team, "team privileges only", at user level: not for rows that the member owns. semantics-facts 3.2
  bool is_for_the_team_alone(const Candidate& c) const {
    return c.holder.team() && policy_.roles[c.role].team_privileges_only && grant_of(c).level == Level::User;
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
    bool through_team_at_user_level = c.holder.team() && grant_of(c).level == Level::User;
    return through_team_at_user_level ? record_.owner == c.holder : is_team_of_user(record_.owner);
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

  bool is_shared(const Candidate& c) const {
    if (!stored_ || right_ == Right::Create) return false;
    return std::any_of(facts_.shares.begin(), facts_.shares.end(), [&](const Share& share) {
      return share.record == stored_ && has(share.rights, right_) && share_counts(c, share.principal);
    });
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
      default:
        return false;
    }
  }

  bool gives_somehow(const Candidate& c) const { return owns(c) || team_owns(c) || level_reaches(c) || is_shared(c); }

  bool applies(const Candidate& c) const {
    ConditionId condition = grant_of(c).condition;
    return !condition || condition_holds(policy_, facts_, user_, policy_.conditions[condition], record_);
  }

  Decision decide_access() const {
    for (Reason reason : {Reason::Owner, Reason::TeamOwner, Reason::RoleLevel, Reason::Share}) {
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
  if (!facts.records.contains(record)) return {.reason = Reason::Unknown};
  return evaluate_row(policy, facts, user, right, facts.records[record], record);
}

Decision evaluate_share(const Policy& policy, const Facts& facts, UserId user, RecordId record, RightSet given) {
  Decision share = evaluate(policy, facts, user, Right::Share, record);
  if (!share.allowed) return share;
  if (!evaluate(policy, facts, user, Right::Read, record).allowed) return {.reason = Reason::NeedsRead};
  if (policy.settings.is(Switch::share_rights_not_held)) return share;
  for (Right right : kAllRights) {
    if (has(given, right) && !evaluate(policy, facts, user, right, record).allowed) return {.reason = Reason::NotHeld};
  }
  return share;
}

bool holds_privilege(const Policy& policy, const Facts& facts, UserId user, PrivilegeId privilege) {
  if (!facts.users.contains(user)) return false;
  auto gives = [&](const RoleHeld& held) {
    const std::vector<PrivilegeId>& privileges = policy.roles[held.role].privileges;
    return std::find(privileges.begin(), privileges.end(), privilege) != privileges.end();
  };
  const std::vector<RoleHeld>& direct = facts.users[user].roles;
  if (std::any_of(direct.begin(), direct.end(), gives)) return true;
  return std::any_of(facts.teams.begin(), facts.teams.end(), [&](const Team& team) {
    bool member = std::find(team.members.begin(), team.members.end(), user) != team.members.end();
    return member && std::any_of(team.roles.begin(), team.roles.end(), gives);
  });
}

bool condition_holds(const Policy& policy, const Facts& facts, UserId user, const Condition& condition,
                     const Record& record) {
  if (!facts.users.contains(user) || !policy.tables.contains(record.table)) return false;
  return ConditionReader(facts, user, record).read(condition.expression) == Truth::True;
}

}  // namespace policyc
