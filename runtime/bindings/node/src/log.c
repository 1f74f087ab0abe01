// Decision logs.
#include <string.h>

#include "addon.h"

// openLog(path, ringSize, fileBytes, filesKept, denialsOnly)
static napi_value open_log(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  const char* path = text_at(&args, 0, NULL);
  policy_log_options options = {.struct_size = sizeof options};
  options.ring_size = number_at(&args, 1);
  options.file_bytes = big_at(&args, 2);
  options.files_kept = number_at(&args, 3);
  options.denials_only = (uint32_t)flag_at(&args, 4);
  if (args.failed) return done(&args, NULL);
  policy_log* log = NULL;
  policy_error error = POLICYC_ERROR();
  if (!must(&args, policy_log_open(path, &options, &log, &error), &error, "log")) return done(&args, NULL);
  return done(&args, new_handle(&args, kLog, log, NULL));
}

// closeLog(log): refused while readers log to it
static napi_value close_log(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* handle = whole_handle_at(&args, 0, kLog);
  if (args.failed) return done(&args, NULL);
  if (handle->it != NULL && handle->references > 1) fail(&args, POLICY_BUSY, NULL, "readers still log to it");
  if (!args.failed) close_handle(handle);
  return done(&args, nothing(env));
}

static napi_value flush_log(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_log* log = handle_at(&args, 0, kLog);
  if (!args.failed) must(&args, policy_log_flush(log), NULL, "flush");
  return done(&args, nothing(env));
}

// countLog(log): [written, dropped, failed]
static napi_value count_log(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_log* log = handle_at(&args, 0, kLog);
  policy_log_counts counts = {.struct_size = sizeof counts};
  if (args.failed || !must(&args, policy_log_count(log, &counts), NULL, "counts")) return done(&args, NULL);
  napi_value made = NULL;
  napi_create_array(env, &made);
  napi_set_element(env, made, 0, big(env, counts.written));
  napi_set_element(env, made, 1, big(env, counts.dropped));
  napi_set_element(env, made, 2, big(env, counts.failed));
  return done(&args, made);
}

// setLog(reader, log): null: no more
static napi_value set_log(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Handle* handle = whole_handle_at(&args, 0, kReader);
  policy_reader* reader = handle_at(&args, 0, kReader);
  policy_log* log = optional_handle_at(&args, 1, kLog);
  if (args.failed || !must(&args, policy_reader_set_log(reader, log), NULL, "setLog")) return done(&args, NULL);
  Handle* const former = handle->log;
  handle->log = log == NULL ? NULL : keep_handle(whole_handle_at(&args, 1, kLog));
  release_handle(former);
  return done(&args, nothing(env));
}

// logDecision(log, program, subject, table, right, record, context, bytes, userName, rowName): whether it was logged
static napi_value log_decision(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_log* log = handle_at(&args, 0, kLog);
  policy_program* program = handle_at(&args, 1, kProgram);
  policy_subject* subject = handle_at(&args, 2, kSubject);
  const uint32_t table = number_at(&args, 3), right = number_at(&args, 4);
  const policy_record* record = record_at(&args, 5);
  const policy_context* context = context_at(&args, 6);
  const uint8_t* bytes = bytes_at(&args, 7, sizeof(policy_decision));
  const char* user_name = text_at(&args, 8, NULL);
  const char* row_name = text_at(&args, 9, NULL);
  if (args.failed) return done(&args, NULL);
  policy_decision decision;
  memcpy(&decision, bytes, sizeof decision);
  const policy_status status =
      policy_log_decision(log, program, subject, table, right, record, context, &decision, user_name, row_name);
  if (status != POLICY_BUSY) must(&args, status, NULL, "logDecision");
  return done(&args, boolean(env, status == POLICY_OK));
}

void add_log_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "openLog", open_log, NULL);
  add_function(env, exports, "closeLog", close_log, NULL);
  add_function(env, exports, "flushLog", flush_log, NULL);
  add_function(env, exports, "countLog", count_log, NULL);
  add_function(env, exports, "setLog", set_log, NULL);
  add_function(env, exports, "logDecision", log_decision, NULL);
}
