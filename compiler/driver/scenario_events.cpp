// What happens in a scenario: what is done to people changes the facts at once; what they do themselves is asked of
// both engines as a whole operation, and then changes the facts, cascades included.
#include <algorithm>

#include "compiler/driver/scenario_runner.h"
#include "compiler/reference/perform.h"

namespace policyc {

bool ScenarioRunner::happen(const Event& event) {
  bool done = false;
  switch (event.kind) {
    case Event::Kind::IsGiven:
    case Event::Kind::Loses:
      done = event.profile ? change_profiles(event) : change_roles(event);
      break;
    case Event::Kind::Joins:
    case Event::Kind::Leaves:
      done = change_membership(event);
      break;
    case Event::Kind::MovesTo:
      done = move_user(event);
      break;
    case Event::Kind::Operates:
      done = event.column_share ? share_column(event) : operate(event);
      break;
  }
  facts_changed();
  return done;
}

bool ScenarioRunner::refuse(const Event& event, const std::string& why) {
  result_.diagnostics.report(DiagnosticKind::EventRefused, event.span, sources_.text(event.span), why);
  return false;
}

bool ScenarioRunner::refuse(const Event& event, const Outcome& outcome) {
  auto report = result_.diagnostics.report(DiagnosticKind::EventRefused, event.span, sources_.text(event.span),
                                           meaning(outcome.answer.reason));
  note_answer(report, event.operation, outcome);
  return false;
}

// --- people

bool ScenarioRunner::change_roles(const Event& event) {
  Principal holder = event.holder;
  std::vector<RoleHeld>& roles = holder.team()   ? facts_.teams[holder.team()].roles
                                 : holder.unit() ? facts_.units[holder.unit()].roles
                                                 : facts_.users[holder.user()].roles;
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

bool ScenarioRunner::change_profiles(const Event& event) {
  Principal holder = event.holder;
  std::vector<ProfileId>& profiles =
      holder.team() ? facts_.teams[holder.team()].profiles : facts_.users[holder.user()].profiles;
  auto held = std::ranges::find(profiles, event.profile);
  if (event.kind == Event::Kind::IsGiven) {
    if (held == profiles.end()) profiles.push_back(event.profile);
    return true;
  }
  if (held == profiles.end()) {
    return refuse(event, fmt::format("`{}` does not have profile `{}`", name_of(facts_, holder),
                                     policy_.profiles[event.profile].name));
  }
  profiles.erase(held);
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

// By an administrator: nobody's rights are asked.
bool ScenarioRunner::move_user(const Event& event) {
  Operation move{.kind = OperationKind::MoveUser, .principal = Principal::of(event.user), .unit = event.unit};
  Outcome outcome = perform_unasked(policy_, facts_, move);
  apply(move, outcome.effects, facts_);
  return true;
}

// --- rows

// What the actor could not even try, said in the scenario's own words.
bool ScenarioRunner::can_start(const Event& event) {
  const Operation& op = event.operation;
  bool creates = op.kind == OperationKind::Create;
  if (creates && exists(op.record)) return refuse(event, fmt::format("`{}` is there already", name(op.record)));
  if (op.record && !creates && !exists(op.record)) {
    return refuse(event, fmt::format("there is no `{}`", name(op.record)));
  }
  if (op.kind != OperationKind::Revoke || event.column_share) return true;
  bool shared = std::ranges::any_of(facts_.shares, [&](const Share& share) {
    return share.record == op.record && share.principal == op.principal && share.rights != 0;
  });
  if (shared) return true;
  return refuse(event, fmt::format("`{}` is not shared with `{}`", name(op.record), name_of(facts_, op.principal)));
}

bool ScenarioRunner::operate(const Event& event) {
  const Operation& operation = event.operation;
  if (!can_start(event)) return false;
  Outcome outcome = perform_on_both(operation, event.span);
  if (!outcome.answer.allowed) return refuse(event, outcome);
  if (operation.kind == OperationKind::Delete) trigger(operation);
  apply(operation, outcome.effects, facts_);
  if (operation.kind != OperationKind::Delete) trigger(operation);
  return true;
}

// Sharing a column asks what sharing the row asks; who shares may give only what they have.
bool ScenarioRunner::share_column(const Event& event) {
  if (!can_start(event)) return false;
  Outcome outcome = perform_on_both(event.operation, event.span);
  if (!outcome.answer.allowed) return refuse(event, outcome);
  const ColumnShare& share = *event.column_share;
  TableId table = facts_.records[share.record].table;
  std::vector<uint32_t> secured = secured_attributes(policy_.tables[table]);
  auto bit = static_cast<size_t>(std::ranges::find(secured, share.attribute) - secured.begin());
  ColumnRights held = columns(event.operation.user, table, share.record, event.span);
  bool gives = event.operation.kind == OperationKind::Share;
  bool lacks = (share.read && (held.read >> bit & 1) == 0) || (share.update && (held.update >> bit & 1) == 0);
  if (gives && lacks) return refuse(event, std::string(meaning(Reason::NotHeld)));
  set_column_share(share, gives);
  return true;
}

void ScenarioRunner::set_column_share(const ColumnShare& share, bool given) {
  std::erase_if(facts_.column_shares, [&](const ColumnShare& other) {
    return other.record == share.record && other.attribute == share.attribute && other.principal == share.principal;
  });
  if (given) facts_.column_shares.push_back(share);
}

// Flows that the operation sets off: whatever changes a row's columns updates it.
void ScenarioRunner::trigger(const Operation& operation) {
  std::optional<Right> event;
  switch (operation.kind) {
    case OperationKind::Create:
      event = Right::Create;
      break;
    case OperationKind::Delete:
      event = Right::Delete;
      break;
    case OperationKind::Update:
    case OperationKind::Assign:
    case OperationKind::Link:
    case OperationKind::Unlink:
    case OperationKind::SetUnit:
    case OperationKind::Deactivate:
    case OperationKind::Activate:
      event = Right::Write;
      break;
    case OperationKind::Read:
    case OperationKind::Share:
    case OperationKind::Modify:
    case OperationKind::Revoke:
    case OperationKind::Associate:
    case OperationKind::Disassociate:
    case OperationKind::Merge:
    case OperationKind::AddMember:
    case OperationKind::RemoveMember:
    case OperationKind::MoveUser:
    case OperationKind::MoveTeam:
      break;
  }
  if (!event) return;
  const Record& record = facts_.records[operation.record];
  for (FlowId id : policy_.flows.ids()) {
    const Flow& flow = policy_.flows[id];
    bool set_off = flow.table == record.table && has(flow.events, *event);
    if (set_off) triggers_[id] = {operation.user, record, operation.record};
  }
}

}  // namespace policyc
