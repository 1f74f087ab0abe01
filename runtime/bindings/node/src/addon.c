// Arguments, handles and errors, and the addon's beginning.
#include "addon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- arguments

typedef struct Room {
  struct Room* next;
  uint64_t bytes[];
} Room;

Args args_of(napi_env env, napi_callback_info info) {
  Args args = {.env = env, .count = kMostArguments};
  args.failed = napi_get_cb_info(env, info, &args.count, args.at, NULL, &args.data) != napi_ok;
  return args;
}

napi_value done(Args* args, napi_value result) {
  Room* room = args->rooms;
  while (room != NULL) {
    Room* next = room->next;
    free(room);
    room = next;
  }
  return args->failed ? NULL : result;
}

void* room(Args* args, size_t size) {
  Room* made = calloc(1, sizeof(Room) + size);
  if (made == NULL) {
    fail(args, POLICY_NO_MEMORY, NULL, "no memory");
    return NULL;
  }
  made->next = args->rooms;
  args->rooms = made;
  return made->bytes;
}

uint32_t number_at(Args* args, size_t index) {
  double value = -1;
  const bool is_number = napi_get_value_double(args->env, args->at[index], &value) == napi_ok;
  if (!is_number || !(value >= 0 && value <= 4294967295.0) || value != (double)(uint32_t)value) {
    fail_type(args, "a number from 0 to 2^32 - 1 is needed");
    return 0;
  }
  return (uint32_t)value;
}

int32_t flag_at(Args* args, size_t index) {
  bool value = false;
  if (napi_get_value_bool(args->env, args->at[index], &value) != napi_ok) fail_type(args, "a boolean is needed");
  return value ? 1 : 0;
}

uint64_t big_at(Args* args, size_t index) {
  uint64_t value = 0;
  bool is_exact = false;
  if (napi_get_value_bigint_uint64(args->env, args->at[index], &value, &is_exact) != napi_ok || !is_exact)
    fail_type(args, "a BigInt from 0n to 2n ** 64n - 1n is needed");
  return value;
}

bool is_given(Args* args, size_t index) {
  napi_valuetype type = napi_undefined;
  napi_typeof(args->env, args->at[index], &type);
  return type != napi_undefined && type != napi_null;
}

const char* text_at(Args* args, size_t index, size_t* size) {
  if (size != NULL) *size = 0;
  if (!is_given(args, index)) return NULL;
  size_t length = 0;
  if (napi_get_value_string_utf8(args->env, args->at[index], NULL, 0, &length) != napi_ok) {
    fail_type(args, "a string is needed");
    return NULL;
  }
  char* copy = room(args, length + 1);
  if (copy == NULL) return NULL;
  napi_get_value_string_utf8(args->env, args->at[index], copy, length + 1, &length);
  if (size != NULL) *size = length;
  if (size == NULL && memchr(copy, 0, length) != NULL) fail_type(args, "a string without zero bytes is needed");
  return copy;
}

const uint32_t* numbers_at(Args* args, size_t index, size_t* count) {
  napi_typedarray_type type = napi_int8_array;
  void* data = NULL;
  *count = 0;
  if (napi_get_typedarray_info(args->env, args->at[index], &type, count, &data, NULL, NULL) != napi_ok ||
      type != napi_uint32_array) {
    fail_type(args, "an Uint32Array is needed");
    *count = 0;
    return NULL;
  }
  return data;
}

uint8_t* bytes_at(Args* args, size_t index, size_t least) {
  napi_typedarray_type type = napi_int8_array;
  void* data = NULL;
  size_t size = 0;
  if (napi_get_typedarray_info(args->env, args->at[index], &type, &size, &data, NULL, NULL) != napi_ok ||
      type != napi_uint8_array || size < least) {
    fail_type(args, "an Uint8Array of another size is needed");
    return NULL;
  }
  return data;
}

// The next value of a list [attribute, isSet, number, high, text, ...].
static void read_value(Args* args, napi_value list, uint32_t at, policy_value* out) {
  napi_value parts[5];
  for (uint32_t i = 0; i < 5; ++i) napi_get_element(args->env, list, at + i, &parts[i]);
  Args one = {.env = args->env, .rooms = args->rooms};
  memcpy(one.at, parts, sizeof parts);
  out->attribute = number_at(&one, 0);
  out->is_set = (uint32_t)flag_at(&one, 1);
  out->number = big_at(&one, 2);
  out->high = (int64_t)big_at(&one, 3);
  size_t size = 0;
  out->text = text_at(&one, 4, &size);
  out->text_size = size;
  args->rooms = one.rooms;
  args->failed = args->failed || one.failed;
}

policy_value* values_at(Args* args, size_t index, uint32_t* count) {
  uint32_t length = 0;
  *count = 0;
  if (napi_get_array_length(args->env, args->at[index], &length) != napi_ok) {
    fail_type(args, "an array of values is needed");
    return NULL;
  }
  policy_value* values = room(args, (size_t)(length / 5 + 1) * sizeof(policy_value));
  if (values == NULL) return NULL;
  for (uint32_t i = 0; i < length / 5 && !args->failed; ++i) read_value(args, args->at[index], i * 5, &values[i]);
  *count = length / 5;
  return values;
}

// --- handles

static void free_block(Block* block) {
  for (uint32_t i = 0; i < block->text_count; ++i) free(block->texts[i]);
  free(block->texts);
  free(block->shares);
  free(block->bytes);
  free(block);
}

void close_handle(Handle* handle) {
  void* it = handle->it;
  handle->it = NULL;
  if (it == NULL) return;
  switch (handle->kind) {
    case kProgram:
      policy_program_close(it);
      break;
    case kSubject:
      if (handle->below == NULL) policy_subject_free(it);  // a reader's is the reader's
      break;
    case kBlock:
      free_block(it);
      break;
    case kBorrowedRecord:
      break;
    case kBatch:
      free(((Batch*)it)->records);
      free(it);
      break;
    case kStrings:
      free(((Strings*)it)->strings);
      free(((Strings*)it)->bytes);
      free(it);
      break;
    case kStore:
      policy_store_close(it);
      break;
    case kTransaction:
      policy_transaction_abandon(it);
      break;
    case kReader:
      policy_reader_close(it);
      break;
    case kLog:
      policy_log_close(it);
      break;
  }
  Handle* const below = handle->below;
  Handle* const log = handle->log;
  handle->below = NULL;
  handle->log = NULL;
  release_handle(below);
  release_handle(log);
}

Handle* keep_handle(Handle* handle) {
  if (handle != NULL) ++handle->references;
  return handle;
}

void release_handle(Handle* handle) {
  if (handle == NULL || --handle->references != 0) return;
  close_handle(handle);
  free(handle);
}

static void finalize(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  release_handle(data);
}

napi_value new_handle(Args* args, Kind kind, void* it, Handle* below) {
  napi_value made = NULL;
  Handle* handle = calloc(1, sizeof *handle);
  if (handle == NULL) {
    Handle gone = {.kind = kind, .it = it};
    close_handle(&gone);
    fail(args, POLICY_NO_MEMORY, NULL, "no memory");
    return NULL;
  }
  *handle = (Handle){.kind = kind, .it = it, .references = 1, .below = keep_handle(below)};
  handle->look = below == NULL ? 0 : below->look;
  if (napi_create_external(args->env, handle, finalize, NULL, &made) != napi_ok) {
    release_handle(handle);
    fail(args, POLICY_NO_MEMORY, NULL, "no memory");
  }
  return made;
}

static bool is_lent(const Handle* handle) {
  return handle->kind == kBorrowedRecord || (handle->kind == kSubject && handle->below != NULL);
}

static bool is_gone(const Handle* handle) {
  if (handle->it == NULL) return true;
  return is_lent(handle) && (handle->below->it == NULL || handle->below->look != handle->look);
}

Handle* whole_handle_at(Args* args, size_t index, Kind kind) {
  void* data = NULL;
  if (napi_get_value_external(args->env, args->at[index], &data) != napi_ok || ((Handle*)data)->kind != kind) {
    fail(args, POLICY_INVALID, NULL, "a handle of another kind");
    return NULL;
  }
  return data;
}

void* handle_at(Args* args, size_t index, Kind kind) {
  Handle* handle = whole_handle_at(args, index, kind);
  if (handle == NULL) return NULL;
  if (!is_gone(handle)) return handle->it;
  const bool is_of_reader = handle->it != NULL;
  fail(args, POLICY_INVALID, NULL,
       is_of_reader ? "of a reader that looks elsewhere, or was closed" : "used after it was closed");
  return NULL;
}

void* optional_handle_at(Args* args, size_t index, Kind kind) {
  return is_given(args, index) ? handle_at(args, index, kind) : NULL;
}

const policy_record* record_at(Args* args, size_t index) {
  void* data = NULL;
  if (napi_get_value_external(args->env, args->at[index], &data) == napi_ok) {
    const Handle* handle = data;
    if (!is_gone(handle) && handle->kind == kBlock) return (const policy_record*)((Block*)handle->it)->bytes;
    if (!is_gone(handle) && handle->kind == kBorrowedRecord) return handle->it;
  }
  fail(args, POLICY_INVALID, NULL, "no record, or one of a reader that looks elsewhere");
  return NULL;
}

const policy_context* context_at(Args* args, size_t index) {
  Block* block = optional_handle_at(args, index, kBlock);
  return block == NULL ? NULL : &block->context;
}

// --- errors

void fail_type(Args* args, const char* what) {
  if (!args->failed) napi_throw_type_error(args->env, "ERR_INVALID_ARG_TYPE", what);
  args->failed = true;
}

void fail(Args* args, policy_status status, const policy_error* error, const char* what) {
  if (args->failed) return;
  args->failed = true;
  const napi_env env = args->env;
  const bool has_sentence = error != NULL && error->message[0] != 0;
  napi_value arguments[2], kind = NULL, made = NULL;
  if (napi_get_reference_value(env, addon_of(env)->error_class, &kind) != napi_ok || kind == NULL) {
    napi_throw_error(env, NULL, what);
    return;
  }
  arguments[0] = number(env, (uint32_t)status);
  arguments[1] = text(env, has_sentence ? error->message : what);
  if (napi_new_instance(env, kind, 2, arguments, &made) == napi_ok) napi_throw(env, made);
}

bool must(Args* args, policy_status status, const policy_error* error, const char* what) {
  if (status != POLICY_OK) fail(args, status, error, what);
  return status == POLICY_OK && !args->failed;
}

// `user 3`, `none`, `12`: principals lie above all numbers that people count up to.
static int say_number(char* to, size_t size, uint32_t number) {
  static const char* const kKinds[] = {"", "user ", "team ", "unit ", "organization ", "system "};
  const uint32_t kind = number >> 29;
  if (number == POLICY_NONE) return snprintf(to, size, "none");
  if (kind >= sizeof kKinds / sizeof *kKinds) return snprintf(to, size, "%u", number);
  return snprintf(to, size, "%s%u", kKinds[kind], number & ((1u << 29) - 1));
}

static const char* said_of_fact(policy_status status) {
  if (status == POLICY_UNKNOWN) return "not all of these are there";
  if (status == POLICY_REFUSED) return "the facts do not allow it";
  if (status == POLICY_INVALID) return "a value that its type does not have, or that is too long";
  return policy_status_name(status);
}

bool must_fact(Args* args, policy_status status, const char* call, const uint32_t* numbers, size_t count) {
  if (status == POLICY_OK) return !args->failed;
  char said[256];
  int at = snprintf(said, sizeof said, "%s(", call);
  for (size_t i = 0; i < count; ++i) {
    if (i != 0) at += snprintf(said + at, sizeof said - (size_t)at, ", ");
    at += say_number(said + at, sizeof said - (size_t)at, numbers[i]);
  }
  snprintf(said + at, sizeof said - (size_t)at, "): %s", said_of_fact(status));
  fail(args, status, NULL, said);
  return false;
}

// --- results

napi_value boolean(napi_env env, bool value) {
  napi_value made = NULL;
  napi_get_boolean(env, value, &made);
  return made;
}

napi_value number(napi_env env, uint32_t value) {
  napi_value made = NULL;
  napi_create_uint32(env, value, &made);
  return made;
}

napi_value big(napi_env env, uint64_t value) {
  napi_value made = NULL;
  napi_create_bigint_uint64(env, value, &made);
  return made;
}

napi_value nothing(napi_env env) {
  napi_value made = NULL;
  napi_get_null(env, &made);
  return made;
}

napi_value text(napi_env env, const char* value) {
  napi_value made = NULL;
  if (value == NULL) return nothing(env);
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &made);
  return made;
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

napi_value copied_bytes(napi_env env, const void* bytes, size_t size) {
  napi_value made = NULL;
  void* data = NULL;
  if (napi_create_arraybuffer(env, size, &data, &made) == napi_ok && size != 0) memcpy(data, bytes, size);
  return made;
}

napi_value bits_as_bytes(napi_env env, const uint64_t* bits, size_t count) {
  napi_value buffer = NULL, made = NULL;
  uint8_t* data = NULL;
  if (napi_create_arraybuffer(env, count, (void**)&data, &buffer) != napi_ok) return NULL;
  for (size_t i = 0; i < count; ++i) data[i] = (uint8_t)(bits[i / 64] >> (i % 64) & 1);
  napi_create_typedarray(env, napi_uint8_array, count, buffer, 0, &made);
  return made;
}

// --- beginning

Addon* addon_of(napi_env env) {
  void* data = NULL;
  napi_get_instance_data(env, &data);
  return data;
}

void add_function(napi_env env, napi_value exports, const char* name, napi_callback function, void* data) {
  napi_value made = NULL;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, data, &made) == napi_ok)
    set(env, exports, name, made);
}

// setErrorClass(PolicyError): what is thrown from now on.
static napi_value set_error_class(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Addon* addon = addon_of(env);
  if (addon->error_class != NULL) napi_delete_reference(env, addon->error_class);
  addon->error_class = NULL;
  napi_create_reference(env, args.at[0], 1, &addon->error_class);
  return done(&args, nothing(env));
}

// versions(): [of the interface that is loaded, of the one compiled with, the library's own]
static napi_value versions(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_build_info build = {.struct_size = sizeof build};
  if (!must(&args, policy_build(&build), NULL, "no version")) return done(&args, NULL);
  napi_value made = NULL;
  napi_create_array(env, &made);
  napi_set_element(env, made, 0, number(env, policy_abi_version()));
  napi_set_element(env, made, 1, number(env, POLICY_ABI_VERSION));
  napi_set_element(env, made, 2, text(env, build.version));
  return done(&args, made);
}

// close(handle): nothing where it is closed already.
static napi_value close_it(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  void* data = NULL;
  if (napi_get_value_external(env, args.at[0], &data) != napi_ok) fail_type(&args, "a handle is needed");
  if (!args.failed) close_handle(data);
  return done(&args, nothing(env));
}

static void free_addon(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  free(((Addon*)data)->jit);
  free(data);
}

NAPI_MODULE_INIT() {
  Addon* addon = calloc(1, sizeof *addon);
  if (addon == NULL || napi_set_instance_data(env, addon, free_addon, NULL) != napi_ok) {
    free(addon);
    napi_throw_error(env, NULL, "policyc: no memory");
    return NULL;
  }
  add_function(env, exports, "setErrorClass", set_error_class, NULL);
  add_function(env, exports, "versions", versions, NULL);
  add_function(env, exports, "close", close_it, NULL);
  add_program_functions(env, exports);
  add_record_functions(env, exports);
  add_question_functions(env, exports);
  add_store_functions(env, exports);
  add_operation_functions(env, exports);
  add_reader_functions(env, exports);
  add_log_functions(env, exports);
  add_jit_functions(env, exports);
  return exports;
}
