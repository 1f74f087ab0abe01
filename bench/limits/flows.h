// In whose name a flow's step acts, and whether it may, as somebody would write it by hand: names of users were looked
// up, who a step runs as is a switch over four cases, and rights on rows are the hand-written checks.
//
//   HandFlows flows(made, hand_world);
//   HandRunAs answer = flows.run(trigger);
#pragma once

#include <vector>

#include "bench/flows.h"
#include "bench/limits/handwritten.h"

namespace policyc::bench {

enum class HandBy : uint8_t { Triggering, RecordOwner, Named, System };

struct HandStep {
  HandBy by = HandBy::Named;
  bool bounded = false;
  uint16_t right = 0;
  uint32_t table = 0;
  policy_principal named = POLICY_NOBODY;  // of RecordOwner: where no user owns the row
  policy_principal owner = POLICY_NOBODY;  // the flow's, where it bounds the step
};

struct HandRunAs {
  policy_principal user = POLICY_NOBODY;
  policy_principal impersonator = POLICY_NOBODY;
  bool allowed = false;
  bool escalates = false;
  friend bool operator==(const HandRunAs&, const HandRunAs&) = default;
};

// The switch alone; what a compiled step's `run_as` gives.
policy_principal who_runs(const HandStep& step, policy_principal triggering, policy_principal record_owner);

class HandFlows {
 public:
  // Keeps a reference to the world.
  HandFlows(const FlowsWorkload& made, const HandWorld& world);

  const HandStep& step(const Trigger& trigger) const { return flows_[trigger.flow].steps[trigger.step]; }
  HandRunAs run(const Trigger& trigger) const;

 private:
  struct Flow {
    uint32_t table = 0;
    std::vector<HandStep> steps;
  };
  struct User {
    bool enabled = false;
    bool delegate = false;
  };

  HandStep resolve(const FlowsWorkload& made, const PlannedFlow& flow, const PlannedStep& step) const;
  void add_users(const FlowsWorkload& made);
  bool may(const HandStep& step, uint32_t user, uint32_t row_owner, const Trigger& trigger) const;

  const HandWorld& world_;
  uint32_t tables_;
  std::vector<User> users_;
  std::vector<uint16_t> held_;  // rights, by user and table
  std::vector<Flow> flows_;
};

}  // namespace policyc::bench
