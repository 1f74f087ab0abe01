// Rows that are added, operations, and what comes of them.
#include <string.h>

#include "addon.h"

// What both take from `at` on: table, owner, unit, inactive, columns, values, links ([relationship, parent, ...]).
static policy_row row_at(Args* args, size_t at) {
  policy_row row = {.struct_size = sizeof row};
  row.table = number_at(args, at);
  row.owner = number_at(args, at + 1);
  row.unit = number_at(args, at + 2);
  row.is_inactive = (uint32_t)flag_at(args, at + 3);
  row.columns = big_at(args, at + 4);
  row.values = values_at(args, at + 5, &row.value_count);
  size_t links = 0;
  row.links = (const policy_link*)numbers_at(args, at + 6, &links);
  row.link_count = (uint32_t)(links / 2);
  return row;
}
_Static_assert(sizeof(policy_link) == 8, "two entries of an Uint32Array");

// addRow(transaction, table, owner, unit, inactive, columns, values, links): its number
static napi_value add_row(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const policy_row row = row_at(&args, 1);
  if (args.failed) return done(&args, NULL);
  uint32_t added = POLICY_NONE;
  const uint32_t said[] = {row.table, row.owner, row.unit};
  if (!must_fact(&args, policy_add_row(transaction, &row, &added), "addRow", said, 3)) return done(&args, NULL);
  return done(&args, number(env, added));
}

// An answer's numbers, in the order of policy_answer, and its decision's bytes.
static napi_value answer_of(napi_env env, const policy_answer* answer) {
  napi_value made = NULL;
  napi_create_object(env, &made);
  const uint32_t numbers[] = {answer->allowed, answer->reason, answer->party,     answer->right,
                              answer->table,   answer->row,    answer->privilege, answer->column};
  set(env, made, "numbers", copied_bytes(env, numbers, sizeof numbers));
  set(env, made, "decision", copied_bytes(env, &answer->decision, sizeof answer->decision));
  return made;
}

static napi_value outcome_of(napi_env env, const policy_outcome* outcome) {
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "row", number(env, outcome->row));
  set(env, made, "answer", answer_of(env, &outcome->answer));
  set(env, made, "changes", copied_bytes(env, outcome->changes, outcome->change_count * sizeof(policy_change)));
  set(env, made, "hidden", big(env, outcome->hidden_columns));
  set(env, made, "unmasked", big(env, outcome->unmasked_columns));
  return made;
}
_Static_assert(sizeof(policy_change) == 44, "as lib/operations.js reads it");

// operate(transaction, isPlan, numbers, columnsNamed, columns, values, links,
//         table, owner, unit, inactive, columns, values, links of a row that is created):
// numbers: kind, user, impersonator, row, principal, rights, other, relationship, unit, team, ignoresSignIn
static napi_value operate(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const bool is_plan = flag_at(&args, 1) != 0;
  size_t count = 0, links = 0;
  const uint32_t* n = numbers_at(&args, 2, &count);
  if (args.failed || count < 11) return done(&args, NULL);
  policy_operation operation = POLICY_OPERATION(n[0], n[1]);
  operation.impersonator = n[2], operation.row = n[3], operation.principal = n[4], operation.rights = n[5];
  operation.other = n[6], operation.relationship = n[7], operation.unit = n[8], operation.team = n[9];
  operation.ignores_sign_in = n[10];
  operation.columns_named = big_at(&args, 3);
  operation.columns = big_at(&args, 4);
  operation.values = values_at(&args, 5, &operation.value_count);
  operation.links = (const policy_link*)numbers_at(&args, 6, &links);
  operation.link_count = (uint32_t)(links / 2);
  policy_row row = {.struct_size = sizeof row};
  if (n[0] == POLICY_OPERATION_CREATE) {
    row = row_at(&args, 7);
    operation.proposed = &row;
  }
  if (args.failed) return done(&args, NULL);
  policy_outcome outcome = {.struct_size = sizeof outcome};
  policy_error error = POLICYC_ERROR();
  const policy_status status = is_plan ? policy_transaction_plan(transaction, &operation, &outcome, &error)
                                       : policy_transaction_perform(transaction, &operation, &outcome, &error);
  if (!must(&args, status, &error, "operation")) return done(&args, NULL);
  return done(&args, outcome_of(env, &outcome));
}

// setTransactionContext(transaction, values)
static napi_value set_context(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  uint32_t count = 0;
  const policy_value* values = values_at(&args, 1, &count);
  if (!args.failed) must(&args, policy_transaction_set_context(transaction, values, count), NULL, "setContext");
  return done(&args, nothing(env));
}

// transactionRunAs(transaction, flow, step, triggering, row)
static napi_value run_as(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const uint32_t flow = number_at(&args, 1), step = number_at(&args, 2);
  const uint32_t triggering = number_at(&args, 3), row = number_at(&args, 4);
  if (args.failed) return done(&args, NULL);
  policy_run_as_answer answer = {.struct_size = sizeof answer};
  const uint32_t said[] = {flow, step, triggering, row};
  const policy_status status = policy_transaction_run_as(transaction, flow, step, triggering, row, &answer);
  if (!must_fact(&args, status, "runAs", said, 4)) return done(&args, NULL);
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "isSystem", boolean(env, answer.is_system != 0));
  set(env, made, "user", number(env, answer.user));
  set(env, made, "impersonator", number(env, answer.impersonator));
  set(env, made, "escalates", boolean(env, answer.escalates != 0));
  set(env, made, "answer", answer_of(env, &answer.answer));
  return done(&args, made);
}

void add_operation_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "addRow", add_row, NULL);
  add_function(env, exports, "operate", operate, NULL);
  add_function(env, exports, "setTransactionContext", set_context, NULL);
  add_function(env, exports, "transactionRunAs", run_as, NULL);
}
