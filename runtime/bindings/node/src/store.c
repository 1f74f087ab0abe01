// Stores, and the facts that a transaction sets.
#include "addon.h"

// createStore(program, noLists)
static napi_value create_store(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_store_options options = {.struct_size = sizeof options, .no_lists = (uint32_t)flag_at(&args, 1)};
  if (args.failed) return done(&args, NULL);
  policy_store* store = NULL;
  policy_error error = POLICYC_ERROR();
  if (!must(&args, policy_store_create(program, &options, &store, &error), &error, "store")) return done(&args, NULL);
  return done(&args, new_handle(&args, kStore, store, NULL));
}

// closeStore(store)
static napi_value close_store(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* handle = whole_handle_at(&args, 0, kStore);
  if (args.failed || handle->it == NULL) return done(&args, nothing(env));
  const policy_status status = policy_store_close(handle->it);
  if (status == POLICY_OK) handle->it = NULL;
  must(&args, status, NULL, "the store is in use: readers or a transaction are open");
  return done(&args, nothing(env));
}

// storeProgram(store): another owner of the program
static napi_value store_program(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_store* store = handle_at(&args, 0, kStore);
  if (args.failed) return done(&args, NULL);
  return done(&args, new_handle(&args, kProgram, policy_store_program(store), NULL));
}

static napi_value store_revision(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_store* store = handle_at(&args, 0, kStore);
  return done(&args, args.failed ? NULL : big(env, policy_store_revision(store)));
}

typedef struct Told {
  napi_env env;
  napi_value list;
  uint32_t count;
} Told;

static void tell(void* self, int32_t is_lost, const char* what) {
  Told* told = self;
  napi_set_element(told->env, told->list, told->count++, boolean(told->env, is_lost != 0));
  napi_set_element(told->env, told->list, told->count++, text(told->env, what));
}

// replace(store, program, flags, told): its revision; `told` is filled with isLost, what, ...
static napi_value replace(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_store* store = handle_at(&args, 0, kStore);
  policy_program* program = handle_at(&args, 1, kProgram);
  const uint32_t flags = number_at(&args, 2);
  if (args.failed) return done(&args, NULL);
  Told told = {env, args.at[3], 0};
  uint64_t revision = 0;
  policy_error error = POLICYC_ERROR();
  const policy_status status = policy_store_replace(store, program, flags, tell, &told, &revision, &error);
  if (!must(&args, status, &error, "replace")) return done(&args, NULL);
  return done(&args, big(env, revision));
}

// begin(store): a transaction; BUSY while one is under way, which nobody would end while it is waited for
static napi_value begin(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* below = whole_handle_at(&args, 0, kStore);
  policy_store* store = handle_at(&args, 0, kStore);
  if (args.failed) return done(&args, NULL);
  policy_transaction* transaction = NULL;
  policy_error error = POLICYC_ERROR();
  const policy_status status = policy_transaction_try_begin(store, 0, &transaction, &error);
  if (!must(&args, status, &error, "begin")) return done(&args, NULL);
  return done(&args, new_handle(&args, kTransaction, transaction, below));
}

// transactionProgram(transaction): another owner of the program
static napi_value transaction_program(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  if (args.failed) return done(&args, NULL);
  policy_program* program = (policy_program*)policy_transaction_program(transaction);
  return done(&args, new_handle(&args, kProgram, policy_program_retain(program), NULL));
}

// transactionTable(transaction, row)
static napi_value transaction_table(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const uint32_t row = number_at(&args, 1);
  return done(&args, args.failed ? NULL : number(env, policy_transaction_table(transaction, row)));
}

// commit(transaction): its revision
static napi_value commit(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* handle = whole_handle_at(&args, 0, kTransaction);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  if (args.failed) return done(&args, NULL);
  uint64_t revision = 0;
  policy_error error = POLICYC_ERROR();
  handle->it = NULL;
  release_handle(handle->below);
  handle->below = NULL;
  if (!must(&args, policy_transaction_commit(transaction, &revision, &error), &error, "commit"))
    return done(&args, NULL);
  return done(&args, big(env, revision));
}

// --- facts: functions of the interface that take numbers alone

typedef policy_status (*Function1)(policy_transaction*, uint32_t);
typedef policy_status (*Function2)(policy_transaction*, uint32_t, uint32_t);
typedef policy_status (*Function3)(policy_transaction*, uint32_t, uint32_t, uint32_t);
typedef policy_status (*Function5)(policy_transaction*, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
typedef policy_status (*Add1)(policy_transaction*, uint32_t, uint32_t*);
typedef policy_status (*Add2)(policy_transaction*, uint32_t, uint32_t, uint32_t*);

typedef struct Fact {
  const char* name;
  Function1 one;
  Function2 two;
  Function3 three;
  Function5 five;
  Add1 add_one;
  Add2 add_two;
} Fact;

static policy_status set_user_disabled(policy_transaction* t, uint32_t user, uint32_t disabled) {
  return policy_set_user_disabled(t, user, (int32_t)disabled);
}
static policy_status set_row_active(policy_transaction* t, uint32_t row, uint32_t active) {
  return policy_set_row_active(t, row, (int32_t)active);
}
static policy_status set_association(policy_transaction* t, uint32_t relationship, uint32_t first, uint32_t second,
                                     uint32_t there, uint32_t unused) {
  (void)unused;
  return policy_set_association(t, relationship, first, second, (int32_t)there);
}
static policy_status set_column_share(policy_transaction* t, uint32_t row, uint32_t column, uint32_t principal,
                                      uint32_t read, uint32_t update) {
  return policy_set_column_share(t, row, column, principal, (int32_t)read, (int32_t)update);
}

static const Fact kFacts[] = {
    {.name = "addUnit", .add_one = policy_add_unit},
    {.name = "moveUnit", .two = policy_move_unit},
    {.name = "addUser", .add_one = policy_add_user},
    {.name = "addTeam", .add_two = policy_add_team},
    {.name = "addPosition", .add_one = policy_add_position},
    {.name = "setUserDisabled", .two = set_user_disabled},
    {.name = "setUserMode", .two = policy_set_user_mode},
    {.name = "setUserManager", .two = policy_set_user_manager},
    {.name = "setUserPosition", .two = policy_set_user_position},
    {.name = "moveUser", .two = policy_move_user},
    {.name = "moveTeam", .two = policy_move_team},
    {.name = "join", .two = policy_join},
    {.name = "leave", .two = policy_leave},
    {.name = "giveRole", .three = policy_give_role},
    {.name = "dropRoles", .one = policy_drop_roles},
    {.name = "giveColumnProfile", .two = policy_give_column_profile},
    {.name = "removeRow", .one = policy_remove_row},
    {.name = "setRowOwner", .two = policy_set_row_owner},
    {.name = "setRowUnit", .two = policy_set_row_unit},
    {.name = "setRowActive", .two = set_row_active},
    {.name = "setRowLink", .three = policy_set_row_link},
    {.name = "setAssociation", .five = set_association},
    {.name = "setShare", .three = policy_set_share},
    {.name = "setColumnShare", .five = set_column_share},
};

static policy_status carry_out(const Fact* fact, policy_transaction* t, const uint32_t* n, uint32_t* added) {
  if (fact->one != NULL) return fact->one(t, n[0]);
  if (fact->two != NULL) return fact->two(t, n[0], n[1]);
  if (fact->three != NULL) return fact->three(t, n[0], n[1], n[2]);
  if (fact->five != NULL) return fact->five(t, n[0], n[1], n[2], n[3], n[4]);
  if (fact->add_one != NULL) return fact->add_one(t, n[0], added);
  return fact->add_two(t, n[0], n[1], added);
}

static napi_value set_fact(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  const Fact* fact = args.data;
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  uint32_t numbers[5] = {0};
  const size_t count = args.count == 0 ? 0 : args.count > 6 ? 5 : args.count - 1;
  for (size_t i = 0; i < count; ++i) numbers[i] = number_at(&args, i + 1);
  if (args.failed) return done(&args, NULL);
  uint32_t added = POLICY_NONE;
  const policy_status status = carry_out(fact, transaction, numbers, &added);
  if (!must_fact(&args, status, fact->name, numbers, count)) return done(&args, NULL);
  return done(&args, number(env, added));
}

// setUserName(transaction, user, name)
static napi_value set_user_name(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const uint32_t user = number_at(&args, 1);
  const char* name = text_at(&args, 2, NULL);
  if (!args.failed) must_fact(&args, policy_set_user_name(transaction, user, name), "setUserName", &user, 1);
  return done(&args, nothing(env));
}

// setUserValues(transaction, user, values)
static napi_value set_user_values(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const uint32_t user = number_at(&args, 1);
  uint32_t count = 0;
  const policy_value* values = values_at(&args, 2, &count);
  if (!args.failed)
    must_fact(&args, policy_set_user_values(transaction, user, values, count), "setUserValues", &user, 1);
  return done(&args, nothing(env));
}

// setRowValues(transaction, row, values, columnsNamed, columns)
static napi_value set_row_values(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_transaction* transaction = handle_at(&args, 0, kTransaction);
  const uint32_t row = number_at(&args, 1);
  uint32_t count = 0;
  const policy_value* values = values_at(&args, 2, &count);
  const uint64_t named = big_at(&args, 3), columns = big_at(&args, 4);
  if (args.failed) return done(&args, NULL);
  const policy_status status = policy_set_row_values(transaction, row, values, count, named, columns);
  must_fact(&args, status, "setRowValues", &row, 1);
  return done(&args, nothing(env));
}

void add_store_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "createStore", create_store, NULL);
  add_function(env, exports, "closeStore", close_store, NULL);
  add_function(env, exports, "storeProgram", store_program, NULL);
  add_function(env, exports, "storeRevision", store_revision, NULL);
  add_function(env, exports, "replace", replace, NULL);
  add_function(env, exports, "begin", begin, NULL);
  add_function(env, exports, "transactionProgram", transaction_program, NULL);
  add_function(env, exports, "transactionTable", transaction_table, NULL);
  add_function(env, exports, "commit", commit, NULL);
  for (size_t i = 0; i < sizeof kFacts / sizeof *kFacts; ++i)
    add_function(env, exports, kFacts[i].name, set_fact, (void*)&kFacts[i]);
  add_function(env, exports, "setUserName", set_user_name, NULL);
  add_function(env, exports, "setUserValues", set_user_values, NULL);
  add_function(env, exports, "setRowValues", set_row_values, NULL);
}
