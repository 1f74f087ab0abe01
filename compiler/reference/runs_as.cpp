// Whose name an automation step carries: the five cases of run-as, with the switches where sources differ.
#include "compiler/reference/evaluate.h"

namespace policyc {

namespace {

class RunAsReading {
 public:
  RunAsReading(const Policy& policy, const Facts& facts, const Flow& flow, UserId triggering_user, const Record& record)
      : settings_(policy.settings), facts_(facts), flow_(flow), triggering_user_(triggering_user), record_(record) {}

  UserId invoker() const {
    switch (flow_.run_as) {
      case RunAs::TriggeringUser:
        return triggering_user_;
      case RunAs::RecordOwner:
        return record_owner();
      case RunAs::ProcessOwner:
        return process_owner();
      case RunAs::LeftOut:
        return settings_.word(Switch::run_as_left_out) == "triggering_user" ? triggering_user_ : flow_owner();
    }
    return {};
  }

 private:
  UserId flow_owner() const { return find_user(facts_, flow_.owner); }

  UserId process_owner() const {
    bool of_trigger = settings_.word(Switch::process_owner) == "trigger_connection";
    return of_trigger ? find_user(facts_, flow_.trigger_connection) : flow_owner();
  }

  // A team, a unit or nobody cannot act; the switch names who does instead.
  UserId record_owner() const {
    if (record_.owner.user()) return record_.owner.user();
    return settings_.word(Switch::record_owner_is_team) == "process_owner" ? process_owner() : flow_owner();
  }

  const Settings& settings_;
  const Facts& facts_;
  const Flow& flow_;
  UserId triggering_user_;
  const Record& record_;
};

}  // namespace

UserId runs_as(const Policy& policy, const Facts& facts, FlowId flow, uint32_t step, UserId triggering_user,
               const Record& record) {
  if (!policy.flows.contains(flow) || step >= policy.flows[flow].steps.size()) return {};
  const Flow& found = policy.flows[flow];
  if (!found.steps[step].as_invoker) return find_user(facts, found.steps[step].connection);
  return RunAsReading(policy, facts, found, triggering_user, record).invoker();
}

}  // namespace policyc
