// What happens in a scenario: each event is checked as the platform would, then changes the scenario's facts.
#include <algorithm>

#include "compiler/driver/scenario_runner.h"

namespace policyc {

bool ScenarioRunner::happen(const Event& event) {
  bool names_record = event.record.is_some() && event.kind != Event::Kind::Creates;
  if (names_record && !exists(event.record)) return refuse(event, fmt::format("there is no `{}`", name(event.record)));
  if (!can_act(event)) return false;
  bool done = false;
  switch (event.kind) {
    case Event::Kind::IsGiven:
    case Event::Kind::Loses:
      done = change_roles(event);
      break;
    case Event::Kind::Joins:
    case Event::Kind::Leaves:
      done = change_membership(event);
      break;
    case Event::Kind::MovesTo:
      done = move_user(event);
      break;
    case Event::Kind::Shares:
      done = share(event);
      break;
    case Event::Kind::Revokes:
      done = revoke(event);
      break;
    case Event::Kind::Assigns:
      done = assign(event);
      break;
    case Event::Kind::Creates:
      done = create(event);
      break;
    case Event::Kind::Updates:
      done = update(event);
      break;
    case Event::Kind::Deletes:
      done = remove(event);
      break;
  }
  facts_changed();
  return done;
}

// Being given a role or moved is done to a user; everything else the user does, and a disabled one cannot sign in.
bool ScenarioRunner::can_act(const Event& event) {
  switch (event.kind) {
    case Event::Kind::IsGiven:
    case Event::Kind::Loses:
    case Event::Kind::Joins:
    case Event::Kind::Leaves:
    case Event::Kind::MovesTo:
      return true;
    default:
      break;
  }
  if (!facts_.users[event.user].disabled) return true;
  return refuse(event, fmt::format("`{}` is disabled", name(event.user)));
}

bool ScenarioRunner::refuse(const Event& event, const std::string& why) {
  result_.diagnostics.report(DiagnosticKind::EventRefused, event.span, sources_.text(event.span), why);
  return false;
}

bool ScenarioRunner::refuse(const Event& event, UserId user, Right right, const Record& record,
                            const Decision& decision) {
  auto report = result_.diagnostics.report(DiagnosticKind::EventRefused, event.span, sources_.text(event.span),
                                           meaning(decision.reason));
  for (std::string& line : words(user, right, record, decision)) report.note(std::move(line));
  return false;
}

// --- people

bool ScenarioRunner::change_roles(const Event& event) {
  Principal holder = event.holder.is_nobody() ? Principal::of(event.user) : event.holder;
  std::vector<RoleHeld>& roles = holder.team() ? facts_.teams[holder.team()].roles : facts_.users[holder.user()].roles;
  auto held = std::ranges::find(roles, event.role);
  if (event.kind == Event::Kind::IsGiven) {
    if (held == roles.end()) roles.push_back(event.role);
    return true;
  }
  if (held == roles.end()) {
    return refuse(event,
                  fmt::format("`{}` does not hold `{}`", name_of(facts_, holder), policy_.roles[event.role.role].name));
  }
  roles.erase(held);
  return true;
}

bool ScenarioRunner::change_membership(const Event& event) {
  Team& team = facts_.teams[event.team];
  auto member = std::ranges::find(team.members, event.user);
  bool is_member = member != team.members.end();
  if (event.kind == Event::Kind::Joins) {
    if (is_member) return refuse(event, fmt::format("`{}` is a member of `{}` already", name(event.user), team.name));
    team.members.push_back(event.user);
    return true;
  }
  if (!is_member) return refuse(event, fmt::format("`{}` is no member of `{}`", name(event.user), team.name));
  team.members.erase(member);
  return true;
}

// Roles stay behind unless the switch says otherwise; under classic units a role, and the rows, go where the user goes.
bool ScenarioRunner::move_user(const Event& event) {
  User& user = facts_.users[event.user];
  user.unit = event.unit;
  bool modern = policy_.settings.modern_units();
  if (!policy_.settings.is(Switch::keep_roles_on_move)) user.roles.clear();
  if (!modern) {
    for (RoleHeld& held : user.roles) held.anchor = event.unit;
  }
  if (modern && !policy_.settings.is(Switch::always_move_record_to_owner_unit)) return true;
  for (RecordId id : facts_.records.ids()) {
    Record& record = facts_.records[id];
    // A row that is created later lies where its own line says.
    if (exists(id) && record.owner == Principal::of(event.user)) record.unit = event.unit;
  }
  return true;
}

// --- rows

bool ScenarioRunner::has_child_with(RecordId parent, Action action, Behaviour behaviour) const {
  for (RecordId id : facts_.records.ids()) {
    if (!exists(id)) continue;
    for (const Link& link : facts_.records[id].links) {
      if (link.parent == parent && policy_.relationships[link.relationship].on(action) == behaviour) return true;
    }
  }
  return false;
}

bool ScenarioRunner::cascades(const Event& event, Action action) {
  bool reaches = has_child_with(event.record, action, Behaviour::Cascade) ||
                 has_child_with(event.record, action, Behaviour::Active) ||
                 has_child_with(event.record, action, Behaviour::UserOwned);
  if (!reaches) return false;
  result_.diagnostics.report(DiagnosticKind::CascadingEvent, event.span, word(action), name(event.record));
  return true;
}

void ScenarioRunner::add_share(RecordId record, Principal principal, RightSet rights) {
  auto shared = std::ranges::find_if(
      facts_.shares, [&](const Share& share) { return share.record == record && share.principal == principal; });
  if (shared != facts_.shares.end()) {
    shared->rights |= rights;
  } else {
    facts_.shares.push_back({record, principal, rights});
  }
}

bool ScenarioRunner::share(const Event& event) {
  const Record& record = facts_.records[event.record];
  Decision decision = decide_share(event.user, event.record, event.rights, event.span);
  if (!decision.allowed) return refuse(event, event.user, Right::Share, record, decision);
  if (cascades(event, Action::Share)) return false;
  add_share(event.record, event.recipient, event.rights);
  return true;
}

bool ScenarioRunner::revoke(const Event& event) {
  const Record& record = facts_.records[event.record];
  Decision decision = decide(event.user, Right::Share, event.record, event.span);
  if (!decision.allowed) return refuse(event, event.user, Right::Share, record, decision);
  size_t removed = std::erase_if(facts_.shares, [&](const Share& share) {
    return share.record == event.record && share.principal == event.recipient;
  });
  if (removed == 0) {
    return refuse(event, fmt::format("`{}` is not shared with `{}`", record.name, name_of(facts_, event.recipient)));
  }
  return !cascades(event, Action::Unshare);
}

bool ScenarioRunner::assign(const Event& event) {
  Record& record = facts_.records[event.record];
  Decision decision = decide_assign(event.user, event.record, event.recipient, event.span);
  if (!decision.allowed) return refuse(event, event.user, Right::Assign, record, decision);
  if (record.owner == event.recipient) return true;  // changes nothing, whatever lies below
  if (cascades(event, Action::Assign)) return false;
  Principal previous = record.owner;
  give_record(record, event.recipient);
  if (policy_.settings.is(Switch::share_to_previous_owner)) {
    RightSet all = rights_of(policy_.tables[record.table].ownership, policy_.settings.rule_book());
    add_share(event.record, previous, static_cast<RightSet>(all & ~bit(Right::Create)));
  }
  return true;
}

void ScenarioRunner::give_record(Record& record, Principal new_owner) {
  record.owner = new_owner;
  bool moves = !policy_.settings.modern_units() || policy_.settings.is(Switch::always_move_record_to_owner_unit);
  if (moves) record.unit = unit_of(facts_, new_owner);
}

bool ScenarioRunner::create(const Event& event) {
  if (exists(event.record)) return refuse(event, fmt::format("`{}` is there already", name(event.record)));
  const Record& record = facts_.records[event.record];
  Decision decision = decide(event.user, Right::Create, record, event.span);
  if (!decision.allowed) return refuse(event, event.user, Right::Create, record, decision);
  exists_[event.record.index] = true;
  if (!links_allowed(event, record)) return false;
  trigger(event, Right::Create);
  return true;
}

// A new row that is linked asks append on itself and append_to on the row above.
bool ScenarioRunner::links_allowed(const Event& event, const Record& record) {
  for (const Link& link : record.links) {
    const Record& parent = facts_.records[link.parent];
    if (!exists(link.parent)) return refuse(event, fmt::format("there is no `{}`", parent.name));
    Decision append = decide(event.user, Right::Append, event.record, event.span);
    if (!append.allowed) return refuse(event, event.user, Right::Append, record, append);
    Decision append_to = decide(event.user, Right::AppendTo, link.parent, event.span);
    if (!append_to.allowed) return refuse(event, event.user, Right::AppendTo, parent, append_to);
    if (policy_.relationships[link.relationship].on(Action::Reparent) == Behaviour::None) continue;
    result_.diagnostics.report(DiagnosticKind::CascadingEvent, event.span, word(Action::Reparent), record.name);
    return false;
  }
  return true;
}

bool ScenarioRunner::update(const Event& event) {
  Decision decision = decide(event.user, Right::Write, event.record, event.span);
  if (!decision.allowed) {
    return refuse(event, event.user, Right::Write, facts_.records[event.record], decision);
  }
  trigger(event, Right::Write);
  return true;
}

bool ScenarioRunner::remove(const Event& event) {
  Decision decision = decide(event.user, Right::Delete, event.record, event.span);
  if (!decision.allowed) {
    return refuse(event, event.user, Right::Delete, facts_.records[event.record], decision);
  }
  if (has_child_with(event.record, Action::Delete, Behaviour::Restrict)) {
    return refuse(event, std::string(meaning(Reason::Restrict)));
  }
  if (cascades(event, Action::Delete)) return false;
  trigger(event, Right::Delete);
  exists_[event.record.index] = false;
  std::erase_if(facts_.shares, [&](const Share& share) { return share.record == event.record; });
  for (Record& record : facts_.records) {
    std::erase_if(record.links, [&](const Link& link) { return link.parent == event.record; });
  }
  return true;
}

void ScenarioRunner::trigger(const Event& event, Right event_right) {
  const Record& record = facts_.records[event.record];
  for (FlowId id : policy_.flows.ids()) {
    const Flow& flow = policy_.flows[id];
    if (flow.table == record.table && has(flow.events, event_right)) triggers_[id] = {event.user, record};
  }
}

}  // namespace policyc
