// What the parts of the Node addon share: arguments in, handles, errors out.
//
//   static napi_value holds(napi_env env, napi_callback_info info) {
//     Args args = args_of(env, info);
//     policy_program* program = handle_at(&args, 0, kProgram);
//     const uint32_t privilege = number_at(&args, 1);
//     if (args.failed) return done(&args, NULL);                       // a JavaScript exception is pending
//     return done(&args, boolean(env, policy_subject_holds(program, ...)));
//   }
//
// lib/index.js is what hosts see; it alone calls these functions, with the right number of arguments.
#ifndef POLICYC_NODE_ADDON_H
#define POLICYC_NODE_ADDON_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/jit.h"

enum { kMostArguments = 16 };

typedef enum Kind {
  kProgram = 1,
  kSubject,
  kBlock,           // a record, or attributes of a user or of the context
  kBorrowedRecord,  // a reader's
  kBatch,
  kStrings,
  kStore,
  kTransaction,
  kReader,
  kLog
} Kind;

// A thing of the library in JavaScript's hands: closed when it says so, or when nothing refers to it any more. `below`
// and `log` are kept open as long as this one is. `look` counts how often a reader has looked; what it lends is of one
// look, and gone with that.
typedef struct Handle {
  Kind kind;
  void* it;  // null: closed
  uint32_t references;
  uint64_t look;
  struct Handle* below;
  struct Handle* log;
} Handle;

// Memory for attributes, behind the header of a record where it is one, and what they point to.
typedef struct Block {
  policy_context context;
  uint8_t* bytes;
  size_t size;
  size_t attributes_at;
  char** texts;  // one for each attribute; null where it has none
  uint32_t text_count;
  void* shares;
} Block;

typedef struct Batch {
  const policy_record** records;
  uint64_t count;
} Batch;

typedef struct Strings {
  policy_string* strings;
  char* bytes;
  uint64_t count;
} Strings;

// Of one environment (each worker thread has its own): there are no globals.
typedef struct Addon {
  napi_ref error_class;
  struct Jit* jit;
} Addon;

// The arguments of one call; memory from room() goes with done().
typedef struct Args {
  napi_env env;
  size_t count;
  napi_value at[kMostArguments];
  void* data;
  void* rooms;
  bool failed;
} Args;

Args args_of(napi_env env, napi_callback_info info);
napi_value done(Args* args, napi_value result);

// Each sets `failed`, and throws, where the argument is something else.
uint32_t number_at(Args* args, size_t index);
int32_t flag_at(Args* args, size_t index);
uint64_t big_at(Args* args, size_t index);
const char* text_at(Args* args, size_t index, size_t* size);  // null for undefined and null; `size` may be null
const uint32_t* numbers_at(Args* args, size_t index, size_t* count);
uint8_t* bytes_at(Args* args, size_t index, size_t least);  // an Uint8Array of at least that many bytes
bool is_given(Args* args, size_t index);
// What the handle is of; a closed one is refused. Null where it may be left out and is.
void* handle_at(Args* args, size_t index, Kind kind);
void* optional_handle_at(Args* args, size_t index, Kind kind);
Handle* whole_handle_at(Args* args, size_t index, Kind kind);
const policy_record* record_at(Args* args, size_t index);
const policy_context* context_at(Args* args, size_t index);
void* room(Args* args, size_t size);  // zeroed; null and `failed` where there is none

// A pending PolicyError. `what` is said where the library gave no sentence.
void fail(Args* args, policy_status status, const policy_error* error, const char* what);
void fail_type(Args* args, const char* what);
// True where it is POLICY_OK.
bool must(Args* args, policy_status status, const policy_error* error, const char* what);
// The same of a fact of a transaction, whose call is said with its numbers.
bool must_fact(Args* args, policy_status status, const char* call, const uint32_t* numbers, size_t count);

// `it` becomes JavaScript's; closed at once where that fails.
napi_value new_handle(Args* args, Kind kind, void* it, Handle* below);
void close_handle(Handle* handle);
Handle* keep_handle(Handle* handle);
void release_handle(Handle* handle);

napi_value boolean(napi_env env, bool value);
napi_value number(napi_env env, uint32_t value);
napi_value big(napi_env env, uint64_t value);
napi_value text(napi_env env, const char* value);  // null for null
napi_value nothing(napi_env env);
void set(napi_env env, napi_value object, const char* name, napi_value value);
napi_value copied_bytes(napi_env env, const void* bytes, size_t size);       // an ArrayBuffer
napi_value bits_as_bytes(napi_env env, const uint64_t* bits, size_t count);  // an Uint8Array of 0 and 1
policy_value* values_at(Args* args, size_t index, uint32_t* count);  // [attribute, isSet, number, high, text, ...]

Addon* addon_of(napi_env env);
void add_function(napi_env env, napi_value exports, const char* name, napi_callback function, void* data);

// One for each file: adds its functions.
void add_program_functions(napi_env env, napi_value exports);
void add_record_functions(napi_env env, napi_value exports);
void add_question_functions(napi_env env, napi_value exports);
void add_store_functions(napi_env env, napi_value exports);
void add_operation_functions(napi_env env, napi_value exports);
void add_reader_functions(napi_env env, napi_value exports);
void add_log_functions(napi_env env, napi_value exports);
void add_jit_functions(napi_env env, napi_value exports);

#define POLICYC_ERROR() {.struct_size = sizeof(policy_error), .message = {0}}

#endif
