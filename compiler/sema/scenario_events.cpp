// What happens in a `when`: each event is checked against the facts; carrying it out is the runner's.
#include "compiler/sema/scenario_checker.h"

namespace policyc {

void ScenarioChecker::add_event(const ast::Event& text) {
  Event event;
  event.span = text.span;
  switch (text.kind) {
    case ast::Event::Kind::IsGiven:
    case ast::Event::Kind::Loses:
      add_role_event(text, event);
      break;
    case ast::Event::Kind::Joins:
    case ast::Event::Kind::Leaves:
    case ast::Event::Kind::MovesTo:
      add_team_or_unit_event(text, event);
      break;
    case ast::Event::Kind::Operates:
      add_operation_event(text, event);
      break;
  }
  scenario_.steps.emplace_back(std::move(event));
}

void ScenarioChecker::add_role_event(const ast::Event& text, Event& event) {
  bool given = text.kind == ast::Event::Kind::IsGiven;
  event.kind = given ? Event::Kind::IsGiven : Event::Kind::Loses;
  unsigned accepted = 1u << POLICY_USER | 1u << POLICY_TEAM | 1u << POLICY_UNIT;
  event.holder = resolve_principal(text.who, accepted, units_are_principals() ? "user, team or unit" : "user or team");
  if (event.holder.unit() && !units_are_principals()) {
    report_unit_as_principal(text.who);
    event.holder = {};
  }
  event.user = event.holder.user();
  if (!event.holder.is_nobody()) check_role_or_profile(text.role, event);
}

// Names of roles win.
void ScenarioChecker::check_role_or_profile(const ast::HeldRole& text, Event& event) {
  const ast::Name& name = text.role;
  if (name.missing()) return;
  const auto* profile = c_.roles.find(name.text) ? nullptr : c_.profiles.find(name.text);
  if (!profile && !c_.roles.find(name.text)) {
    std::vector<std::string_view> known = c_.roles.names();
    known.insert(known.end(), c_.profiles.names().begin(), c_.profiles.names().end());
    c_.report_unknown(DiagnosticKind::UnknownName, name, known, "role", name.text);
    return;
  }
  if (!profile) {
    event.role = check_held_role(text, event.holder);
    return;
  }
  event.profile = profile->id;
  if (!text.unit.missing()) {
    c_.diagnostics.report(DiagnosticKind::PartNotTaken, text.unit.span, "from", "roles")
        .note("a column profile belongs to no unit");
  }
  if (event.holder.unit()) {
    c_.diagnostics.report(DiagnosticKind::PartNotTaken, name.span, name.text, "users and teams")
        .note("column profiles are given to users and teams");
  }
}

void ScenarioChecker::add_team_or_unit_event(const ast::Event& text, Event& event) {
  event.user = resolve_user(text.who);
  if (text.kind == ast::Event::Kind::MovesTo) {
    event.kind = Event::Kind::MovesTo;
    event.unit = resolve_unit(text.target);
    if (event.user && event.unit) units_now_[event.user.index] = event.unit;
    return;
  }
  event.kind = text.kind == ast::Event::Kind::Joins ? Event::Kind::Joins : Event::Kind::Leaves;
  event.team = resolve_team(text.target);
  check_membership_event(text, event);
}

void ScenarioChecker::check_membership_event(const ast::Event& text, const Event& event) {
  if (!event.team || scenario_.facts.teams[event.team].kind != TeamKind::Default) return;
  UnitId unit = scenario_.facts.teams[event.team].unit;
  std::string name = unit ? scenario_.facts.units[unit].name : "its unit";
  c_.diagnostics.report(DiagnosticKind::DefaultTeamMember, text.target.span, text.who.text, text.target.text)
      .note(fmt::format("its members are the users of `{}`, always", name))
      .help(fmt::format("users come and go with their unit: `{} moves to {}`", text.who.text, name));
}

// A row that is created gets its place among the facts now, and does not exist until the event.
void ScenarioChecker::add_operation_event(const ast::Event& text, Event& event) {
  UserId agent = text.agent.missing() ? UserId::none() : resolve_user(text.agent);
  UserId user = resolve_user(text.who);
  event.operation = check_operation({text.operation, Person::Third, std::nullopt}, user, agent);
  const Operation& done = event.operation;
  bool of_column = done.kind == OperationKind::Share || done.kind == OperationKind::Revoke;
  if (of_column && !text.operation.column.missing() && !text.operation.other.missing()) {
    event.column_share =
        check_column_share(text.operation.target, text.operation.column, text.operation.other, text.operation.rights);
    if (event.column_share) event.operation.principal = event.column_share->principal;
  } else if (done.kind == OperationKind::MoveUser && done.principal.user() && done.unit) {
    units_now_[done.principal.index()] = done.unit;
  } else if (done.kind == OperationKind::MoveTeam && done.team && done.unit) {
    team_units_now_[done.team.index] = done.unit;
  }
}

}  // namespace policyc
