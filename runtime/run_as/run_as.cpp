#include "runtime/run_as/run_as.h"

#include "runtime/operations/asking.h"

namespace policy {

namespace {

class RunningStep {
 public:
  RunningStep(const World& world, const FlowEntry& flow, const StepEntry& step, uint32_t triggering,
              const TriggerRow& trigger)
      : world_(world), flow_(flow), step_(step), triggering_(triggering), trigger_(trigger) {}

  RunAsAnswer run() const {
    RunAsAnswer result;
    policy_principal who = step_.run_as(principal_of(triggering_), trigger_.row.owner, named(step_.named_user));
    result.system = POLICY_PRINCIPAL_KIND(who) == POLICY_SYSTEM;
    if (result.system) {
      result.answer.allowed = true;
      result.answer.reason = POLICY_REASON_role_level;
    } else {
      result.answer.reason = POLICY_REASON_unknown;
      if (POLICY_PRINCIPAL_KIND(who) != POLICY_USER) return result;
      result.user = POLICY_PRINCIPAL_INDEX(who);
      uint32_t bound = step_.bounded ? world_.organization.find_user(step_.bounded_by) : result.user;
      if (bound == POLICY_NONE) return result;  // the facts do not know the flow's owner
      if (bound != result.user) result.impersonator = bound;
      result.answer = ask(result.user, result.impersonator);
    }
    bool same = result.user == triggering_ && result.impersonator == POLICY_NONE;
    result.escalates = result.answer.allowed && !same && !ask(triggering_, POLICY_NONE).allowed;
    return result;
  }

 private:
  policy_principal principal_of(uint32_t user) const {
    return world_.organization.has_user(user) ? POLICY_PRINCIPAL(POLICY_USER, user) : policy_principal{POLICY_NOBODY};
  }
  policy_principal named(const std::string& name) const { return principal_of(world_.organization.find_user(name)); }

  Answer ask(uint32_t user, uint32_t impersonator) const {
    Asking asking(world_, user, impersonator);
    if (asking.are_known() && asking.may_act_on_behalf() && asking.are_enabled() && may(user, asking)) asking.allow();
    return asking.answer();
  }

  bool may(uint32_t user, Asking& asking) const {
    if (step_.right == POLICY_RIGHT_create) return may_create(user, asking);
    if (step_.table == flow_.table) return may_on_trigger(asking);
    if (!asking.holds(step_.right, step_.table)) return false;
    asking.allow_by_right(step_.right, step_.table);
    return true;
  }

  // A row of the user's own, without values.
  bool may_create(uint32_t user, Asking& asking) const {
    if (step_.table >= world_.tables.tables.size()) return asking.deny(POLICY_REASON_unknown);
    Ownership ownership = world_.tables.tables[step_.table].ownership;
    Row row;
    row.table = step_.table;
    if (ownership == Ownership::User) row.owner = principal_of(user);
    if (ownership != Ownership::Organization) row.unit = world_.organization.unit_of(principal_of(user));
    RecordBytes record = world_.records.record_of(row);
    return asking.need(POLICY_RIGHT_create, {step_.table, POLICY_NONE, &record.header()});
  }

  // The row as it is now; one that is gone is unknown.
  bool may_on_trigger(Asking& asking) const {
    if (world_.records.exists(trigger_.stored)) return asking.need(step_.right, trigger_.stored);
    return asking.need(step_.right, {step_.table, trigger_.stored, nullptr});
  }

  const World& world_;
  const FlowEntry& flow_;
  const StepEntry& step_;
  uint32_t triggering_;
  const TriggerRow& trigger_;
};

}  // namespace

RunAsAnswer runs_as(const World& world, uint32_t flow, uint32_t step, uint32_t triggering, const TriggerRow& trigger) {
  const std::vector<FlowEntry>& flows = world.tables.flows;
  bool known = flow < flows.size() && step < flows[flow].steps.size() && flows[flow].steps[step].run_as != nullptr;
  if (known) return RunningStep(world, flows[flow], flows[flow].steps[step], triggering, trigger).run();
  RunAsAnswer unknown;
  unknown.answer.reason = POLICY_REASON_unknown;
  return unknown;
}

}  // namespace policy
