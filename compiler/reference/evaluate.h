// The plain meaning of a policy: slow, short, and the standard that every other engine is held to.
//
//   Decision decision = evaluate(policy, facts, sam, Right::Read, trip);
//   decision.allowed, decision.reason, decision.grant ...
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

bool holds_privilege(const Policy& policy, const Facts& facts, UserId user, PrivilegeId privilege);

// Whether a condition holds for a row: unknown counts as no.
bool condition_holds(const Policy& policy, const Facts& facts, UserId user, const Condition& condition,
                     const Record& record);

// Whose row it is, where hierarchy security opens it to the user: the first report that has it.
UserId report_with_row(const Policy& policy, const Facts& facts, UserId user, Right right, RecordId record);

// Whether the principal has some grant of the right on the table, at any level and whatever its condition: a user's
// own, their teams' and their unit's; a team's own; a unit's own and its default team's.
bool holds_right(const Policy& policy, const Facts& facts, Principal principal, Right right, TableId table);

SignIn sign_in(const Policy& policy, const Facts& facts, UserId user);

// `record` none: of a row that is not stored. Says nothing of whether the row itself may be read.
ColumnRights column_rights(const Policy& policy, const Facts& facts, UserId user, TableId table, RecordId record);

// Who a flow's step runs as, when `triggering_user` set it off with `record` (as it was then; `stored` is its id), and
// whether it may be done now.
RunAsAnswer runs_as(const Policy& policy, const Facts& facts, FlowId flow, uint32_t step, UserId triggering_user,
                    const Record& record, RecordId stored);

}  // namespace policyc
