// In whose name a step of a flow acts, and whether it may.
//
//   policy::RunAsAnswer answer = policy::runs_as(world, flow, step, sam, {trip_row, trip});
//   if (answer.system) ... else if (answer.answer.allowed) act_as(answer.user, answer.impersonator);
//
// Which user a step names was decided when the policy was compiled; names of users are looked up in the organization,
// and a name that it does not know is nobody, who may do nothing.
#pragma once

#include "runtime/operations/operation.h"
#include "runtime/world/world.h"

namespace policy {

struct RunAsAnswer {
  bool system = false;  // bypasses security
  uint32_t user = POLICY_NONE;
  uint32_t impersonator = POLICY_NONE;  // whose rights bound those of `user`; none: nobody's
  Answer answer;                        // whether the step may be carried out
  bool escalates = false;               // it may, and whoever set the flow off could not have done it
};

// The row that set the flow off, as it was then; `stored` is its index where it is one of the world's rows.
struct TriggerRow {
  const Row& row;
  uint32_t stored = POLICY_NONE;
};

RunAsAnswer runs_as(const World& world, uint32_t flow, uint32_t step, uint32_t triggering, const TriggerRow& trigger);

}  // namespace policy
