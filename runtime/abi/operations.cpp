// Operations: what somebody asks to do, planned or carried out in a transaction; and whom steps of flows run as.
#include <algorithm>

#include "runtime/abi/row_facts.h"
#include "runtime/operations/plan.h"
#include "runtime/run_as/run_as.h"

namespace policy {

namespace {

static_assert(static_cast<int>(OperationKind::MoveTeam) == POLICY_OPERATION_MOVE_TEAM);
static_assert(static_cast<int>(OperationKind::Merge) == POLICY_OPERATION_MERGE);
static_assert(static_cast<int>(Effect::Kind::RolesMoved) == POLICY_CHANGE_ROLES_MOVED);
static_assert(static_cast<int>(Effect::Kind::Inherited) == POLICY_CHANGE_INHERITED);

// The transaction's context, while something is asked in it.
class InContext {
 public:
  explicit InContext(policy_transaction& transaction)
      : change_(transaction.change), before_(transaction.change.facts().context) {
    if (transaction.context.is_set()) change_.set_context(transaction.context.context());
  }
  ~InContext() { change_.set_context(before_); }
  InContext(const InContext&) = delete;
  InContext& operator=(const InContext&) = delete;

 private:
  Transaction& change_;
  policy_context before_;
};

// --- what is asked

policy_status read_proposed(policy_transaction& transaction, const policy_operation& given, Operation& operation,
                            policy_error* why) {
  if (given.proposed == nullptr) return fail(why, POLICY_INVALID, "policy_operation.proposed of a create is null");
  const World& world = transaction.change.facts();
  Row row;
  policy_status status = read_row(world, *given.proposed, transaction.asked_strings, row, why);
  if (status != POLICY_OK) return status;
  // Who may own what is the operation's to say; a row that has no place at all is nobody's to create.
  const bool has_owner = world.tables.tables[row.table].ownership == Ownership::User;
  if (!has_owner) status = check_owner(world, row.table, row.owner, why);
  if (!has_owner && status == POLICY_OK) status = check_unit(world, row.table, row.owner, row.unit, why);
  operation.proposed = std::move(row);
  return status;
}

policy_status read_update(policy_transaction& transaction, const policy_operation& given, Operation& operation,
                          policy_error* why) {
  const World& world = transaction.change.facts();
  for (const policy_link& link : std::span(given.links, given.link_count)) {
    operation.links.push_back({link.relationship, link.parent, POLICY_NONE});
  }
  operation.sets_values = given.value_count != 0 || given.columns_named != 0;
  operation.secured_set = given.columns_named;
  if (!operation.sets_values || !world.records.exists(given.row)) return POLICY_OK;  // the answer: there is no such row
  const policy_status status =
      merge_columns(world, given.row, given.columns_named, given.columns, operation.secured_values, why);
  if (status != POLICY_OK) return status;
  return merge_values(world, given.row, {given.values, given.value_count}, transaction.asked_strings,
                      operation.attributes, why);
}

// Whether the struct by itself makes sense.
policy_status check_given(const policy_operation& given, policy_error* why) {
  if (given.kind > POLICY_OPERATION_MOVE_TEAM) {
    return refuse(why, POLICY_INVALID, "policy_operation.kind {} is none", given.kind);
  }
  if (given.rights >> POLICY_RIGHT_COUNT != 0) {
    return refuse(why, POLICY_INVALID, "policy_operation.rights {:#x} has bits that are no rights", given.rights);
  }
  if (given.ignores_sign_in > 1) {
    return fail(why, POLICY_INVALID, "policy_operation.ignores_sign_in is neither 0 nor 1");
  }
  if (!has_values(given.values, given.value_count)) {
    return fail(why, POLICY_INVALID, "policy_operation.values is null, and value_count is not 0");
  }
  if (has_values(given.links, given.link_count)) return POLICY_OK;
  return fail(why, POLICY_INVALID, "policy_operation.links is null, and link_count is not 0");
}

policy_status read_operation(policy_transaction& transaction, const policy_operation& given, Operation& operation,
                             policy_error* why) {
  transaction.asked_strings.clear();
  if (const policy_status status = check_given(given, why); status != POLICY_OK) return status;
  operation.kind = static_cast<OperationKind>(given.kind);
  operation.user = given.user;
  operation.impersonator = given.impersonator;
  operation.record = given.row;
  operation.principal = given.principal;
  operation.rights = static_cast<RightSet>(given.rights);
  operation.other = given.other;
  operation.relationship = given.relationship;
  operation.unit = given.unit;
  operation.team = given.team;
  operation.asks_sign_in = given.ignores_sign_in == 0;
  if (operation.kind == OperationKind::Create) {
    operation.record = POLICY_NONE;
    return read_proposed(transaction, given, operation, why);
  }
  return operation.kind == OperationKind::Update ? read_update(transaction, given, operation, why) : POLICY_OK;
}

// --- what came of it

policy_answer to_answer(const ProgramTables& tables, const Answer& answer) {
  policy_answer out{.allowed = answer.allowed ? 1u : 0u,
                    .reason = static_cast<uint32_t>(answer.reason),
                    .party = answer.party,
                    .right = answer.right,
                    .table = answer.table,
                    .row = answer.record,
                    .privilege = answer.privilege,
                    .column = POLICY_NONE,
                    .decision = answer.decision};
  if (answer.column == POLICY_NONE || answer.table >= tables.tables.size()) return out;
  const std::vector<uint32_t>& secured = tables.tables[answer.table].secured;
  const auto found = std::ranges::find(secured, answer.column);
  if (found != secured.end()) out.column = static_cast<uint32_t>(found - secured.begin());
  return out;
}

policy_change to_change(const Effect& effect) {
  return {.kind = static_cast<uint32_t>(effect.kind),
          .row = effect.record,
          .principal = effect.principal,
          .relationship = effect.relationship,
          .team = effect.team,
          .from = effect.from,
          .from_owner = effect.from_owner ? 1u : 0u,
          .before = effect.before,
          .after = effect.after,
          .through = effect.through,
          .above = effect.above};
}

void show(policy_transaction& transaction, const Outcome& outcome, policy_outcome& out) {
  transaction.changes.clear();
  transaction.changes.reserve(outcome.effects.size());
  for (const Effect& effect : outcome.effects) transaction.changes.push_back(to_change(effect));
  out.answer = to_answer(transaction.change.facts().tables, outcome.answer);
  out.change_count = transaction.changes.size();
  out.changes = transaction.changes.empty() ? nullptr : transaction.changes.data();
  out.hidden_columns = outcome.hidden_columns;
  out.unmasked_columns = outcome.unmasked_columns;
}

// --- asked, and carried out

// A row that is not there yet is asked about first, so that a denial leaves nothing of it.
Outcome create(Transaction& change, Operation& operation, uint32_t& number) {
  Outcome outcome = plan(change.world(), operation);
  if (!outcome.answer.allowed) return outcome;
  Row row = std::move(*operation.proposed);
  row.exists = false;
  operation.proposed.reset();
  operation.record = change.add_row(std::move(row));
  outcome = change.perform(operation);
  if (outcome.answer.allowed) number = operation.record;
  return outcome;
}

policy_status perform(policy_transaction& transaction, const policy_operation& given, policy_outcome& out,
                      policy_error* why) {
  Operation operation;
  const policy_status status = read_operation(transaction, given, operation, why);
  if (status != POLICY_OK) return status;
  InContext asking(transaction);
  uint32_t number = POLICY_NONE;
  const bool creates = operation.kind == OperationKind::Create;
  transaction.strings.make_room(transaction.asked_strings);
  const Outcome outcome =
      creates ? create(transaction.change, operation, number) : transaction.change.perform(operation);
  if (outcome.answer.allowed) transaction.strings.take(transaction.asked_strings);
  show(transaction, outcome, out);
  out.row = number;
  return POLICY_OK;
}

policy_status plan_only(policy_transaction& transaction, const policy_operation& given, policy_outcome& out,
                        policy_error* why) {
  Operation operation;
  const policy_status status = read_operation(transaction, given, operation, why);
  if (status != POLICY_OK) return status;
  InContext asking(transaction);
  Outcome outcome = plan(transaction.change.world(), operation);
  const bool creates = operation.kind == OperationKind::Create && outcome.answer.allowed;
  if (creates) outcome.effects.insert(outcome.effects.begin(), {.kind = Effect::Kind::Create});
  show(transaction, outcome, out);
  return POLICY_OK;
}

policy_status run_as(policy_transaction& transaction, uint32_t flow, uint32_t step, uint32_t triggering, uint32_t row,
                     policy_run_as_answer& out, policy_error* why) {
  const World& world = transaction.change.world();
  const std::vector<FlowEntry>& flows = world.tables.flows;
  if (flow >= flows.size()) return no_such(why, "flow", flow);
  if (step >= flows[flow].steps.size()) return no_such(why, "step", step);
  if (!world.organization.has_user(triggering)) return no_such(why, "user", triggering);
  if (!world.records.exists(row)) return no_such(why, "row", row);
  if (world.records[row].table != flows[flow].table) {
    return refuse(why, POLICY_REFUSED, "flow `{}` is not of this row's table", flows[flow].name);
  }
  InContext asking(transaction);
  const RunAsAnswer answer = runs_as(world, flow, step, triggering, {world.records[row], row});
  out.is_system = answer.system ? 1 : 0;
  out.user = answer.user;
  out.impersonator = answer.impersonator;
  out.escalates = answer.escalates ? 1 : 0;
  out.answer = to_answer(world.tables, answer.answer);
  return POLICY_OK;
}

// --- the boundary

constexpr policy_decision kNothingAsked = {POLICY_DENY, POLICY_REASON_unknown, 0, 0, POLICY_NONE, POLICY_NONE, 0};
constexpr policy_answer kNoAnswer = {0,           POLICY_REASON_unknown, 0,           POLICY_NONE,  POLICY_NONE,
                                     POLICY_NONE, POLICY_NONE,           POLICY_NONE, kNothingAsked};

template <typename Work>
policy_status operate(policy_transaction* transaction, const policy_operation* operation, policy_outcome* out,
                      policy_error* error, Work work) {
  clear_error(error);
  const bool has_place = has_size(out);
  if (has_place) {
    clear(*out);
    out->row = POLICY_NONE;
    out->answer = kNoAnswer;
  }
  if (!is_handle(transaction)) return fail(error, POLICY_INVALID, "`transaction` is none");
  transaction->changes.clear();
  const policy_status status = change_facts(transaction, [&](Transaction&, policy_error* why) {
    if (!has_place) return fail(why, POLICY_INVALID, "`out` is null, or its struct_size is too small");
    const policy_status given = accept(operation, why, "operation");
    return given != POLICY_OK ? given : work(*transaction, *operation, *out, why);
  });
  return status == POLICY_OK ? status : fail(error, status, transaction->refusal.message);
}

}  // namespace

}  // namespace policy

using policy::change_facts;
using policy::fail;
using policy::Transaction;

extern "C" {

policy_status policy_transaction_plan(policy_transaction* transaction, const policy_operation* operation,
                                      policy_outcome* out, policy_error* error) {
  return policy::operate(transaction, operation, out, error, policy::plan_only);
}

policy_status policy_transaction_perform(policy_transaction* transaction, const policy_operation* operation,
                                         policy_outcome* out, policy_error* error) {
  return policy::operate(transaction, operation, out, error, policy::perform);
}

policy_status policy_transaction_set_context(policy_transaction* transaction, const policy_value* values,
                                             uint32_t count) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    if (!policy::has_values(values, count))
      return fail(why, POLICY_INVALID, "`values` is null, and its count is not 0");
    return transaction->context.set(change.facts().tables, {values, count}, why);
  });
}

policy_status policy_transaction_run_as(policy_transaction* transaction, uint32_t flow, uint32_t step,
                                        uint32_t triggering, uint32_t row, policy_run_as_answer* out) {
  const bool has_place = policy::has_size(out);
  if (has_place) {
    policy::clear(*out);
    out->user = POLICY_NONE;
    out->impersonator = POLICY_NONE;
    out->answer = policy::kNoAnswer;
  }
  return change_facts(transaction, [&](Transaction&, policy_error* why) {
    if (!has_place) return fail(why, POLICY_INVALID, "`out` is null, or its struct_size is too small");
    return policy::run_as(*transaction, flow, step, triggering, row, *out, why);
  });
}
}
