// Readers: questions about one revision of a store.
#include <string.h>

#include "addon.h"

// openReader(store)
static napi_value open_reader(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* below = whole_handle_at(&args, 0, kStore);
  policy_store* store = handle_at(&args, 0, kStore);
  if (args.failed) return done(&args, NULL);
  policy_reader* reader = NULL;
  policy_error error = POLICYC_ERROR();
  if (!must(&args, policy_reader_open(store, &reader, &error), &error, "reader")) return done(&args, NULL);
  return done(&args, new_handle(&args, kReader, reader, below));
}

// look(reader, atLeast, waitNs): the revision
static napi_value look(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* handle = whole_handle_at(&args, 0, kReader);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint64_t at_least = big_at(&args, 1), wait = big_at(&args, 2);
  if (args.failed) return done(&args, NULL);
  uint64_t revision = 0;
  ++handle->look;
  const policy_status status = policy_reader_begin(reader, at_least, wait, &revision);
  const char* what = status == POLICY_STALE ? "the revision has not come" : "reader";
  if (!must(&args, status, NULL, what)) return done(&args, NULL);
  return done(&args, big(env, revision));
}

// setReaderContext(reader, values)
static napi_value set_context(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  uint32_t count = 0;
  const policy_value* values = values_at(&args, 1, &count);
  if (!args.failed) must(&args, policy_reader_set_context(reader, values, count), NULL, "setContext");
  return done(&args, nothing(env));
}

// readerCheck(reader, user, right, row)
static napi_value check(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t user = number_at(&args, 1), right = number_at(&args, 2), row = number_at(&args, 3);
  if (args.failed) return NULL;
  return boolean(env, policy_reader_check(reader, user, right, row) != 0);
}

// readerDecide(reader, user, right, row, bytes)
static napi_value decide(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t user = number_at(&args, 1), right = number_at(&args, 2), row = number_at(&args, 3);
  uint8_t* bytes = bytes_at(&args, 4, sizeof(policy_decision));
  if (args.failed) return done(&args, NULL);
  policy_decision decision;
  const policy_status status = policy_reader_decide(reader, user, right, row, &decision);
  memcpy(bytes, &decision, sizeof decision);
  must(&args, status, NULL, status == POLICY_UNKNOWN ? "no such user or row" : "no decision");
  return done(&args, nothing(env));
}

// readerCheckMany(reader, user, right, rows): an Uint8Array of 0 and 1
static napi_value check_many(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t user = number_at(&args, 1), right = number_at(&args, 2);
  size_t count = 0;
  const uint32_t* rows = numbers_at(&args, 3, &count);
  if (args.failed) return done(&args, NULL);
  uint64_t* bits = room(&args, POLICY_BITMAP_WORDS(count) * sizeof(uint64_t) + 8);
  if (bits == NULL) return done(&args, NULL);
  static const uint32_t kNone = POLICY_NONE;
  const policy_status status = policy_reader_check_many(reader, user, right, count == 0 ? &kNone : rows, count, bits);
  if (!must(&args, status, NULL, "checkMany")) return done(&args, NULL);
  return done(&args, bits_as_bytes(env, bits, count));
}

// list(reader, user, right, table, cursor, page): how many are on the page; cursor is an Uint8Array of 24
static napi_value list(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t user = number_at(&args, 1), right = number_at(&args, 2), table = number_at(&args, 3);
  uint8_t* at = bytes_at(&args, 4, sizeof(policy_cursor));
  size_t size = 0, count = 0;
  uint32_t* page = (uint32_t*)numbers_at(&args, 5, &size);
  if (args.failed) return done(&args, NULL);
  policy_cursor cursor;
  memcpy(&cursor, at, sizeof cursor);
  const policy_status status = policy_reader_list(reader, user, right, table, &cursor, page, size, &count);
  memcpy(at, &cursor, sizeof cursor);
  if (!must(&args, status, NULL, "list")) return done(&args, NULL);
  return done(&args, number(env, (uint32_t)count));
}
_Static_assert(sizeof(policy_cursor) == 24, "as lib/store.js makes it");

// who(reader, right, row, cursor, page): likewise
static napi_value who(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t right = number_at(&args, 1), row = number_at(&args, 2);
  uint8_t* at = bytes_at(&args, 3, sizeof(policy_cursor));
  size_t size = 0, count = 0;
  uint32_t* page = (uint32_t*)numbers_at(&args, 4, &size);
  if (args.failed) return done(&args, NULL);
  policy_cursor cursor;
  memcpy(&cursor, at, sizeof cursor);
  const policy_status status = policy_reader_who(reader, right, row, &cursor, page, size, &count);
  memcpy(at, &cursor, sizeof cursor);
  if (!must(&args, status, NULL, "who")) return done(&args, NULL);
  return done(&args, number(env, (uint32_t)count));
}

// columns(reader, user, table, row): [secured, read, create, update, readUnmasked, readOneUnmasked]
static napi_value columns(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t user = number_at(&args, 1), table = number_at(&args, 2), row = number_at(&args, 3);
  if (args.failed) return done(&args, NULL);
  policy_column_rights rights = {.struct_size = sizeof rights};
  if (!must(&args, policy_reader_columns(reader, user, table, row, &rights), NULL, "columns")) return done(&args, NULL);
  const uint64_t bits[] = {rights.secured, rights.read,          rights.create,
                           rights.update,  rights.read_unmasked, rights.read_one_unmasked};
  napi_value made = NULL;
  napi_create_array(env, &made);
  for (uint32_t i = 0; i < 6; ++i) napi_set_element(env, made, i, big(env, bits[i]));
  return done(&args, made);
}

// tableOf(reader, row)
static napi_value table_of(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t row = number_at(&args, 1);
  return done(&args, args.failed ? NULL : number(env, policy_reader_table(reader, row)));
}

// readerProgram(reader): another owner of the program
static napi_value reader_program(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_reader* reader = handle_at(&args, 0, kReader);
  if (args.failed) return done(&args, NULL);
  policy_program* program = (policy_program*)policy_reader_program(reader);
  if (program == NULL) fail(&args, POLICY_STALE, NULL, "the reader looks at nothing");
  return done(&args, args.failed ? NULL : new_handle(&args, kProgram, policy_program_retain(program), NULL));
}

// lendSubject(reader, user), lendRecord(reader, row): null where there is none
static napi_value lend_subject(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* below = whole_handle_at(&args, 0, kReader);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t user = number_at(&args, 1);
  if (args.failed) return done(&args, NULL);
  const policy_subject* subject = policy_reader_subject(reader, user);
  return done(&args, subject == NULL ? nothing(env) : new_handle(&args, kSubject, (void*)subject, below));
}

static napi_value lend_record(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* below = whole_handle_at(&args, 0, kReader);
  policy_reader* reader = handle_at(&args, 0, kReader);
  const uint32_t row = number_at(&args, 1);
  if (args.failed) return done(&args, NULL);
  const policy_record* record = policy_reader_record(reader, row);
  return done(&args, record == NULL ? nothing(env) : new_handle(&args, kBorrowedRecord, (void*)record, below));
}

void add_reader_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "openReader", open_reader, NULL);
  add_function(env, exports, "look", look, NULL);
  add_function(env, exports, "setReaderContext", set_context, NULL);
  add_function(env, exports, "readerCheck", check, NULL);
  add_function(env, exports, "readerDecide", decide, NULL);
  add_function(env, exports, "readerCheckMany", check_many, NULL);
  add_function(env, exports, "list", list, NULL);
  add_function(env, exports, "who", who, NULL);
  add_function(env, exports, "columns", columns, NULL);
  add_function(env, exports, "tableOf", table_of, NULL);
  add_function(env, exports, "readerProgram", reader_program, NULL);
  add_function(env, exports, "lendSubject", lend_subject, NULL);
  add_function(env, exports, "lendRecord", lend_record, NULL);
}
