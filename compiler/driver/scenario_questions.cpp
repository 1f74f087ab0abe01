// What a scenario asks, answered by both engines.
#include "compiler/driver/scenario_runner.h"
#include "compiler/reference/evaluate.h"

namespace policyc {

NativeWorld& ScenarioRunner::native() {
  if (!native_) native_ = std::make_unique<NativeWorld>(engine_.program, engine_.ir, facts_);
  return *native_;
}

namespace {

// Every part of a decision, so that a difference shows.
std::string in_full(const Policy& policy, const Facts& facts, const Decision& decision) {
  std::string text = verdict(decision);
  if (decision.held != Level::None || decision.needed != Level::None) {
    text += fmt::format(", held {}, needed {}", word(decision.held), word(decision.needed));
  }
  if (decision.role) text += fmt::format(", role `{}`", policy.roles[decision.role].name);
  if (decision.grant) text += fmt::format(", grant {}", decision.grant.index);
  if (decision.through) text += fmt::format(", through `{}`", name_of(facts, Principal{decision.through}));
  return text;
}

Decision denied(Reason reason) {
  Decision decision;
  decision.reason = reason;
  return decision;
}

}  // namespace

Decision ScenarioRunner::agreed(const Decision& reference, const Decision& native, Span asked_by) {
  if (reference == native) return reference;
  result_.diagnostics.report(DiagnosticKind::EnginesDisagree, asked_by, in_full(policy_, facts_, reference),
                             in_full(policy_, facts_, native));
  return reference;
}

Decision ScenarioRunner::decide(UserId user, Right right, RecordId record, Span asked_by) {
  if (!exists(record)) return denied(Reason::Unknown);
  return agreed(evaluate(policy_, facts_, user, right, record), native().decide(user, right, record), asked_by);
}

Decision ScenarioRunner::decide(UserId user, Right right, const Record& record, Span asked_by) {
  return agreed(evaluate(policy_, facts_, user, right, record), native().decide(user, right, record), asked_by);
}

// The reference knows the whole operation; native code answers its parts, and the operation is allowed where all are.
Decision ScenarioRunner::decide_share(UserId user, RecordId record, RightSet given, Span asked_by) {
  if (!exists(record)) return denied(Reason::Unknown);
  Decision decision = evaluate_share(policy_, facts_, user, record, given);
  RightSet asked = bit(Right::Share) | bit(Right::Read);
  if (!policy_.settings.is(Switch::share_rights_not_held)) asked |= given;
  bool native_allows = true;
  for (Right right : kAllRights) {
    if (has(asked, right)) native_allows = native().decide(user, right, record).allowed && native_allows;
  }
  if (decision.allowed != native_allows) {
    result_.diagnostics.report(DiagnosticKind::EnginesDisagree, asked_by, in_full(policy_, facts_, decision),
                               native_allows ? "allow" : "deny");
  }
  return decision;
}

Decision ScenarioRunner::decide_assign(UserId user, RecordId record, Principal new_owner, Span asked_by) {
  if (!exists(record)) return denied(Reason::Unknown);
  Decision assign = decide(user, Right::Assign, record, asked_by);
  if (!assign.allowed) return assign;
  for (Right right : kAllRights) {
    if (right == Right::Assign || !has(policy_.settings.value(Switch::assign_needs).rights, right)) continue;
    Decision decision = decide(user, right, record, asked_by);
    if (!decision.allowed) return decision;
  }
  if (!holds_read(new_owner, facts_.records[record], asked_by)) return denied(Reason::OtherParty);
  return assign;
}

// Whether the principal holds read on the row's table at some level. A team or unit holds what its roles hold; a unit's
// are those of its teams.
bool ScenarioRunner::holds_read(Principal principal, const Record& record, Span asked_by) {
  if (principal.user()) {
    Record owned = record;
    owned.owner = principal;
    owned.unit = unit_of(facts_, principal);
    return decide(principal.user(), Right::Read, owned, asked_by).reason != Reason::NoPrivilege;
  }
  for (TeamId id : facts_.teams.ids()) {
    const Team& team = facts_.teams[id];
    if (id != principal.team() && team.unit != principal.unit()) continue;
    for (const RoleHeld& held : team.roles) {
      for (GrantId grant_id : policy_.roles[held.role].grants) {
        const Grant& grant = policy_.grants[grant_id];
        if (grant.table == record.table && grant.right == Right::Read && grant.level != Level::None) return true;
      }
    }
  }
  return false;
}

}  // namespace policyc
