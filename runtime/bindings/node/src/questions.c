// The thin way: subjects, and what is asked about records.
#include <string.h>

#include "addon.h"

// resolve(program, user, unit, teams, [holder, role, first, last, ...], [principal, rights, ...], attributes): a
// subject. The caller keeps the attributes.
static napi_value resolve(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_standing standing = {.struct_size = sizeof standing};
  standing.user = number_at(&args, 1);
  standing.unit = number_at(&args, 2);
  size_t teams = 0, roles = 0, reports = 0;
  standing.teams = numbers_at(&args, 3, &teams);
  standing.roles = (const policy_role_held*)numbers_at(&args, 4, &roles);
  standing.reports = (const policy_report*)numbers_at(&args, 5, &reports);
  const Block* attributes = optional_handle_at(&args, 6, kBlock);
  if (args.failed) return done(&args, NULL);
  standing.team_count = (uint32_t)teams;
  standing.role_count = (uint32_t)(roles / 4);
  standing.report_count = (uint32_t)(reports / 2);
  standing.attributes = attributes == NULL ? NULL : attributes->bytes;
  const policy_subject* subject = NULL;
  policy_error error = POLICYC_ERROR();
  if (!must(&args, policy_subject_resolve(program, &standing, &subject, &error), &error, "subject"))
    return done(&args, NULL);
  return done(&args, new_handle(&args, kSubject, (void*)subject, NULL));
}
_Static_assert(sizeof(policy_role_held) == 16 && sizeof(policy_report) == 8, "as in an Uint32Array");

// holds(program, subject, privilege)
static napi_value holds(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_subject* subject = handle_at(&args, 1, kSubject);
  const uint32_t privilege = number_at(&args, 2);
  return done(&args, args.failed ? NULL : boolean(env, policy_subject_holds(program, subject, privilege) != 0));
}

// check(program, subject, table, right, record, context)
static napi_value check(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_subject* subject = handle_at(&args, 1, kSubject);
  const uint32_t table = number_at(&args, 2), right = number_at(&args, 3);
  const policy_record* record = record_at(&args, 4);
  const policy_context* context = context_at(&args, 5);
  if (args.failed) return NULL;
  return boolean(env, policy_check(program, subject, table, right, record, context) != 0);
}

// decide(program, subject, table, right, record, context, bytes): a policy_decision to `bytes`
static napi_value decide(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_subject* subject = handle_at(&args, 1, kSubject);
  const uint32_t table = number_at(&args, 2), right = number_at(&args, 3);
  const policy_record* record = record_at(&args, 4);
  const policy_context* context = context_at(&args, 5);
  uint8_t* bytes = bytes_at(&args, 6, sizeof(policy_decision));
  if (args.failed) return done(&args, NULL);
  policy_decision decision;
  const policy_status status = policy_decide(program, subject, table, right, record, context, &decision);
  memcpy(bytes, &decision, sizeof decision);
  must(&args, status, NULL, status == POLICY_ILLEGAL ? "the table does not take this right" : "no decision");
  return done(&args, nothing(env));
}
_Static_assert(sizeof(policy_decision) == 16, "as lib/index.js reads it");

// explain(program, table, right, bytes): a text
static napi_value explain(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t table = number_at(&args, 1), right = number_at(&args, 2);
  const uint8_t* bytes = bytes_at(&args, 3, sizeof(policy_decision));
  if (args.failed) return done(&args, NULL);
  policy_decision decision;
  memcpy(&decision, bytes, sizeof decision);
  char most[512];
  size_t needed = 0;
  policy_status status = policy_explain(program, table, right, &decision, most, sizeof most, &needed);
  char* said = most;
  if (status == POLICY_SHORT) {
    said = room(&args, needed);
    if (said != NULL) status = policy_explain(program, table, right, &decision, said, needed, NULL);
  }
  if (args.failed || !must(&args, status, NULL, "explain")) return done(&args, NULL);
  return done(&args, text(env, said));
}

// checkMany(program, subject, table, right, batch, context): an Uint8Array of 0 and 1
static napi_value check_many(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_subject* subject = handle_at(&args, 1, kSubject);
  const uint32_t table = number_at(&args, 2), right = number_at(&args, 3);
  const Batch* batch = handle_at(&args, 4, kBatch);
  const policy_context* context = context_at(&args, 5);
  if (args.failed) return done(&args, NULL);
  uint64_t* bits = room(&args, POLICY_BITMAP_WORDS(batch->count) * sizeof(uint64_t) + 8);
  if (bits == NULL) return done(&args, NULL);
  const policy_status status =
      policy_check_many(program, subject, table, right, batch->records, batch->count, context, bits);
  if (!must(&args, status, NULL, "checkMany")) return done(&args, NULL);
  return done(&args, bits_as_bytes(env, bits, batch->count));
}

// --- filters

// The bytes of a typed array (or a column of strings), at least `least`; null where it is left out.
static const void* column_bytes(Args* args, napi_value value, size_t least) {
  Args one = {.env = args->env, .at = {value}};
  if (!is_given(&one, 0)) return NULL;
  void* data = NULL;
  size_t size = 0, width = 0;
  if (napi_get_value_external(args->env, value, &data) == napi_ok) {
    const Strings* strings = handle_at(&one, 0, kStrings);
    args->failed = args->failed || one.failed;
    if (one.failed) return NULL;
    data = strings->strings;
    size = strings->count * sizeof(policy_string);
  } else {
    napi_typedarray_type type = napi_int8_array;
    if (napi_get_typedarray_info(args->env, value, &type, &size, &data, NULL, NULL) != napi_ok) {
      fail_type(args, "a typed array is needed");
      return NULL;
    }
    static const uint8_t kWidths[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
    width = (size_t)type < sizeof kWidths ? kWidths[type] : 0;
    size *= width;
  }
  if (size < least) fail_type(args, "a column has an entry for each row");
  static const uint64_t kNothing = 0;
  return data == NULL ? &kNothing : data;
}

static bool shares_in_order(const uint32_t* begin, uint64_t count, size_t share_count) {
  for (uint64_t i = 0; i < count; ++i) {
    if (begin[i] > begin[i + 1]) return false;
  }
  return begin[count] <= share_count;
}

static napi_value element(Args* args, napi_value array, uint32_t index) {
  napi_value made = NULL;
  napi_get_element(args->env, array, index, &made);
  return made;
}

// [values, present, bytes of an entry] of each attribute
static policy_column* attribute_columns(Args* args, napi_value list, uint64_t count, uint32_t* out_count) {
  uint32_t length = 0;
  *out_count = 0;
  if (napi_get_array_length(args->env, list, &length) != napi_ok) fail_type(args, "an array of columns is needed");
  policy_column* columns = room(args, (length / 3 + 1) * sizeof(policy_column));
  for (uint32_t i = 0; i < length / 3 && !args->failed; ++i) {
    Args one = {.env = args->env, .at = {element(args, list, 3 * i + 2)}};
    const size_t width = number_at(&one, 0);
    columns[i].values = column_bytes(args, element(args, list, 3 * i), width * count);
    columns[i].present = column_bytes(args, element(args, list, 3 * i + 1), POLICY_BITMAP_WORDS(count) * 8);
    args->failed = args->failed || one.failed;
  }
  *out_count = length / 3;
  return columns;
}

// filter(program, subject, table, right, context, count, owner, owningUnit, away, shareBegin, shares, attributes)
static napi_value filter(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_subject* subject = handle_at(&args, 1, kSubject);
  const uint32_t table = number_at(&args, 2), right = number_at(&args, 3);
  const policy_context* context = context_at(&args, 4);
  policy_columns rows = {.struct_size = sizeof rows, .count = number_at(&args, 5)};
  const uint64_t words = POLICY_BITMAP_WORDS(rows.count);
  rows.owner = column_bytes(&args, args.at[6], rows.count * 4);
  rows.owning_unit = column_bytes(&args, args.at[7], rows.count * 4);
  rows.away = column_bytes(&args, args.at[8], words * 8);
  rows.share_begin = column_bytes(&args, args.at[9], (rows.count + 1) * 4);
  rows.shares = column_bytes(&args, args.at[10], 0);
  rows.attributes = attribute_columns(&args, args.at[11], rows.count, &rows.attribute_count);
  uint64_t* bits = room(&args, words * 8 + 8);
  if (args.failed) return done(&args, NULL);
  size_t share_words = 0;
  if (rows.share_begin != NULL && rows.shares != NULL)
    napi_get_typedarray_info(env, args.at[10], NULL, &share_words, NULL, NULL, NULL);
  if (rows.share_begin != NULL && !shares_in_order(rows.share_begin, rows.count, share_words / 2))
    fail_type(&args, "shareBegin has an entry more than there are rows, does not descend, and ends in shares");
  if (args.failed) return done(&args, NULL);
  const policy_status status = policy_filter(program, subject, table, right, &rows, context, bits, words);
  const char* what = status == POLICY_MISSING ? "a column that the decision reads is not there" : "filter";
  if (!must(&args, status, NULL, what)) return done(&args, NULL);
  return done(&args, bits_as_bytes(env, bits, rows.count));
}
_Static_assert(sizeof(policy_share) == 8, "two entries of an Uint32Array");

// runAs(program, flow, step, triggering, recordOwner, named): a principal
static napi_value run_as(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t flow = number_at(&args, 1), step = number_at(&args, 2);
  const uint32_t triggering = number_at(&args, 3), owner = number_at(&args, 4), named = number_at(&args, 5);
  if (args.failed) return done(&args, NULL);
  return done(&args, number(env, policy_run_as(program, flow, step, triggering, owner, named)));
}

void add_question_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "resolve", resolve, NULL);
  add_function(env, exports, "holds", holds, NULL);
  add_function(env, exports, "check", check, NULL);
  add_function(env, exports, "decide", decide, NULL);
  add_function(env, exports, "explain", explain, NULL);
  add_function(env, exports, "checkMany", check_many, NULL);
  add_function(env, exports, "filter", filter, NULL);
  add_function(env, exports, "runAs", run_as, NULL);
}
