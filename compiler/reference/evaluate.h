// The plain meaning of a policy: slow, short, and the standard that every other engine is held to.
//
//   Decision decision = evaluate(policy, facts, {sam, Right::Read, trip});
//   decision.effect, decision.reason, decision.grant ...
//
// Reads Policy and Facts directly and shares no code with lowering or the runtime. Unknown ids deny.
#pragma once

#include "compiler/base/decision.h"
#include "compiler/sema/policy.h"

namespace policyc {

// The rights on one row. `create` takes the row as it would be, which need not be among the facts' records.
Decision evaluate(const Policy& policy, const Facts& facts, UserId user, Right right, const Record& record);

// Shares in force are those of facts.shares for `record`; a record that is not among the facts has none.
Decision evaluate(const Policy& policy, const Facts& facts, UserId user, Right right, RecordId record);

// `user` shares `record` with somebody for `given`: share and read on the row, and each given right held by the sharer
// unless the policy's switch says otherwise (`share_rights_not_held`). Same form of answer; `not_held` where only that
// is missing.
Decision evaluate_share(const Policy& policy, const Facts& facts, UserId user, RecordId record, RightSet given);

bool holds_privilege(const Policy& policy, const Facts& facts, UserId user, PrivilegeId privilege);

// Whether a condition holds for a row: unknown counts as no.
bool condition_holds(const Policy& policy, const Facts& facts, UserId user, const Condition& condition,
                     const Record& record);

// Who a flow's step runs as, when `triggering_user` set it off with `record`. None where the facts do not know the
// user that the flow names.
UserId runs_as(const Policy& policy, const Facts& facts, FlowId flow, uint32_t step, UserId triggering_user,
               const Record& record);

}  // namespace policyc
