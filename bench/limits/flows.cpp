#include "bench/limits/flows.h"

#include <algorithm>

namespace policyc::bench {

policy_principal who_runs(const HandStep& step, policy_principal triggering, policy_principal record_owner) {
  switch (step.by) {
    case HandBy::Triggering:
      return triggering;
    case HandBy::RecordOwner:
      return POLICY_PRINCIPAL_KIND(record_owner) == POLICY_USER ? record_owner : step.named;
    case HandBy::Named:
      return step.named;
    case HandBy::System:
      return POLICY_PRINCIPAL(POLICY_SYSTEM, 0);
  }
  return POLICY_NOBODY;
}

HandFlows::HandFlows(const FlowsWorkload& made, const HandWorld& world)
    : world_(world), tables_(static_cast<uint32_t>(made.world.policy.tables.size())) {
  add_users(made);
  for (const PlannedFlow& flow : made.flows) {
    Flow& resolved = flows_.emplace_back();
    resolved.table = flow.table;
    for (const PlannedStep& step : flow.steps) resolved.steps.push_back(resolve(made, flow, step));
  }
}

void HandFlows::add_users(const FlowsWorkload& made) {
  held_.resize(made.world.users.size() * tables_);
  for (uint32_t u = 0; u < made.world.users.size(); ++u) {
    const PlannedUser& user = made.world.users[u];
    users_.push_back({.enabled = !user.disabled, .delegate = std::ranges::count(user.roles, made.delegate) != 0});
    auto add = [&](const std::vector<uint32_t>& roles) {
      for (uint32_t role : roles) {
        for (const PlannedGrant& grant : made.world.policy.roles[role].grants) {
          held_[u * tables_ + grant.table] |= grant.rights;
        }
      }
    };
    add(user.roles);
    for (uint32_t team : user.teams) add(made.world.teams[team].roles);
  }
}

HandStep HandFlows::resolve(const FlowsWorkload& made, const PlannedFlow& flow, const PlannedStep& step) const {
  const bool guide = made.rules == FlowRules::Guide;
  auto named = [&](uint32_t user) {
    return user < users_.size() ? POLICY_PRINCIPAL(POLICY_USER, user) : policy_principal{POLICY_NOBODY};
  };
  const policy_principal process_owner = named(guide ? flow.trigger_connection : flow.owner);
  HandStep hand{.right = static_cast<uint16_t>(step.right), .table = step.table};
  auto runs_as = [&](HandBy by, policy_principal user = POLICY_NOBODY) { hand.by = by, hand.named = user; };
  if (step.by == StepBy::System) runs_as(HandBy::System);
  if (step.by == StepBy::InitiatingUser) runs_as(HandBy::Triggering);
  if (step.by == StepBy::Connection) runs_as(HandBy::Named, named(step.connection));
  if (step.by != StepBy::Invoker) return hand;
  switch (flow.run_as) {
    case RunAsWord::TriggeringUser:
      runs_as(HandBy::Triggering);
      break;
    case RunAsWord::RecordOwner:
      runs_as(HandBy::RecordOwner, process_owner);
      break;
    case RunAsWord::ProcessOwner:
      runs_as(HandBy::Named, process_owner);
      break;
    case RunAsWord::NamedUser:
      runs_as(HandBy::Named, named(flow.run_as_user));
      break;
    case RunAsWord::LeftOut:
      if (guide || flow.is_plugin) runs_as(HandBy::Triggering);
      if (!guide && !flow.is_plugin) runs_as(HandBy::Named, named(flow.owner));
      break;
  }
  hand.bounded = !guide && !flow.is_plugin;
  if (hand.bounded) hand.owner = named(flow.owner);
  return hand;
}

HandRunAs HandFlows::run(const Trigger& trigger) const {
  const HandStep& step = this->step(trigger);
  const HandRecord& record = *world_.call({trigger.user, trigger.record, step.right}).record;
  const policy_principal triggering = POLICY_PRINCIPAL(POLICY_USER, trigger.user);
  HandRunAs answer{.user = who_runs(step, triggering, record.owner)};
  if (step.by == HandBy::System) {
    answer.allowed = true;
  } else {
    if (answer.user == POLICY_NOBODY || (step.bounded && step.owner == POLICY_NOBODY)) return answer;
    const uint32_t user = POLICY_PRINCIPAL_INDEX(answer.user), owner = POLICY_PRINCIPAL_INDEX(step.owner);
    const bool impersonates = step.bounded && step.owner != answer.user;
    if (impersonates) answer.impersonator = step.owner;
    answer.allowed = users_[user].enabled && may(step, user, user, trigger);
    if (impersonates && answer.allowed) {
      answer.allowed = users_[owner].delegate && users_[owner].enabled && may(step, owner, user, trigger);
    }
  }
  if (!answer.allowed || answer.user == triggering) return answer;
  answer.escalates = !users_[trigger.user].enabled || !may(step, trigger.user, trigger.user, trigger);
  return answer;
}

bool HandFlows::may(const HandStep& step, uint32_t user, uint32_t row_owner, const Trigger& trigger) const {
  if (step.right == POLICY_RIGHT_create) {
    const HandUser& asking = *world_.call({user, trigger.record, step.right}).user;
    const HandReach& reach = asking.reaches[step.table * POLICY_RIGHT_COUNT + step.right];
    return check_plain(asking, reach, world_.row_of(row_owner), step.right);
  }
  if (step.table == flows_[trigger.flow].table) {
    const HandCall call = world_.call({user, trigger.record, step.right});
    return check_plain(*call.user, *call.reach, *call.record, call.right);
  }
  return policy::has_right(held_[user * tables_ + step.table], step.right);
}

}  // namespace policyc::bench
