// Whose name an automation step carries, and whether it may be done: the cases of run-as, with the switches where
// sources differ.
#include "compiler/reference/evaluate.h"
#include "compiler/reference/people.h"

namespace policyc {

namespace {

class RunAsReading {
 public:
  RunAsReading(const Policy& policy, const Facts& facts, const Flow& flow, const FlowStep& step, UserId triggering_user,
               const Record& record, RecordId stored)
      : policy_(policy),
        facts_(facts),
        flow_(flow),
        step_(step),
        triggering_user_(triggering_user),
        record_(record),
        stored_(stored) {}

  RunAsAnswer run() const {
    RunAsAnswer result;
    result.system = step_.identity == StepIdentity::System;
    if (!result.system) result.user = user();
    bool bounded = is_bounded() && result.user && result.user != flow_owner();
    if (bounded) result.impersonator = flow_owner();
    if (bounded && !result.impersonator) {
      result.answer.reason = Reason::Unknown;  // whose rights would bound it is not known
      return result;
    }
    result.answer = may(result);
    bool by_itself = !result.system && result.user == triggering_user_;
    result.escalates = result.answer.allowed && !by_itself && !alone(triggering_user_).allowed;
    return result;
  }

 private:
  const Settings& settings() const { return policy_.settings; }
  UserId flow_owner() const { return find_user(facts_, flow_.owner); }

  UserId process_owner() const {
    bool of_trigger = settings().word(Switch::process_owner) == "trigger_connection";
    return of_trigger ? find_user(facts_, flow_.trigger_connection) : flow_owner();
  }

  // A team, a unit or nobody cannot act; the switch names who does instead.
  UserId record_owner() const {
    if (record_.owner.user()) return record_.owner.user();
    return settings().word(Switch::record_owner_is_team) == "process_owner" ? process_owner() : flow_owner();
  }

  UserId user() const {
    switch (step_.identity) {
      case StepIdentity::Connection:
        return find_user(facts_, step_.connection);
      case StepIdentity::Invoker:
        return invoker();
      case StepIdentity::InitiatingUser:
        return triggering_user_;
      case StepIdentity::System:
        return {};
    }
    return {};
  }

  UserId invoker() const {
    switch (flow_.run_as) {
      case RunAs::TriggeringUser:
        return triggering_user_;
      case RunAs::RecordOwner:
        return record_owner();
      case RunAs::ProcessOwner:
        return process_owner();
      case RunAs::NamedUser:
        return find_user(facts_, flow_.run_as_user);
      case RunAs::LeftOut:
        if (flow_.is_plugin) return triggering_user_;
        return settings().word(Switch::run_as_left_out) == "triggering_user" ? triggering_user_ : flow_owner();
    }
    return {};
  }

  bool is_bounded() const {
    return !flow_.is_plugin && step_.identity == StepIdentity::Invoker &&
           settings().is(Switch::run_as_bounded_by_owner);
  }

  Answer may(const RunAsAnswer& who) const {
    if (who.system) return {.allowed = true, .reason = Reason::RoleLevel};
    if (!facts_.users.contains(who.user)) return {.reason = Reason::Unknown};
    if (who.impersonator) {
      PrivilegeId privilege = find_privilege(policy_, kActOnBehalfPrivilege);
      if (!holds_privilege(policy_, facts_, who.impersonator, privilege)) {
        return {.reason = Reason::NoActOnBehalf, .party = Principal::of(who.impersonator), .privilege = privilege};
      }
    }
    for (UserId user : {who.user, who.impersonator}) {
      if (user && facts_.users[user].disabled) return {.reason = Reason::Disabled, .party = Principal::of(user)};
    }
    Answer answer = asked_of(who.user, who.user);
    if (!answer.allowed || !who.impersonator) return answer;
    Answer bound = asked_of(who.impersonator, who.user);
    return bound.allowed ? answer : bound;
  }

  Answer alone(UserId user) const {
    if (!facts_.users.contains(user)) return {.reason = Reason::Unknown};
    if (facts_.users[user].disabled) return {.reason = Reason::Disabled, .party = Principal::of(user)};
    return asked_of(user, user);
  }

  // The step's right, of `user`; a row that it creates would belong to `owner`.
  Answer asked_of(UserId user, UserId owner) const {
    Answer answer{.party = Principal::of(user), .right = step_.right, .table = step_.table};
    if (step_.right == Right::Create) {
      answer.decision = evaluate(policy_, facts_, user, Right::Create, row_of(owner));
    } else if (step_.table == flow_.table) {
      answer.record = stored_;
      answer.decision = evaluate(policy_, facts_, user, step_.right, stored_);
    } else {
      answer.allowed = holds_right(policy_, facts_, Principal::of(user), step_.right, step_.table);
      answer.reason = answer.allowed ? Reason::RoleLevel : Reason::NoPrivilege;
      return answer;
    }
    answer.allowed = answer.decision.allowed;
    answer.reason = answer.decision.reason;
    return answer;
  }

  Record row_of(UserId owner) const {
    Record row = blank_record(policy_, step_.table);
    Ownership ownership = policy_.tables[step_.table].ownership;
    if (ownership == Ownership::User) row.owner = Principal::of(owner);
    if (ownership != Ownership::Organization) row.unit = facts_.users[owner].unit;
    return row;
  }

  const Policy& policy_;
  const Facts& facts_;
  const Flow& flow_;
  const FlowStep& step_;
  UserId triggering_user_;
  const Record& record_;
  RecordId stored_;
};

}  // namespace

RunAsAnswer runs_as(const Policy& policy, const Facts& facts, FlowId flow, uint32_t step, UserId triggering_user,
                    const Record& record, RecordId stored) {
  if (!policy.flows.contains(flow) || step >= policy.flows[flow].steps.size()) {
    return {.answer = {.reason = Reason::Unknown}};
  }
  const Flow& found = policy.flows[flow];
  return RunAsReading(policy, facts, found, found.steps[step], triggering_user, record, stored).run();
}

}  // namespace policyc
