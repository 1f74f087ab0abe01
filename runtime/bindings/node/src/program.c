// Programs: opening, names and what is written about them.
#include "addon.h"

// The options from `at` on: keys (an Uint8Array or null), policy hash, layout hash.
static policy_open_options options_at(Args* args, size_t at) {
  policy_open_options options = {.struct_size = sizeof options};
  if (is_given(args, at)) {
    size_t size = 0;
    napi_typedarray_type type = napi_int8_array;
    void* data = NULL;
    if (napi_get_typedarray_info(args->env, args->at[at], &type, &size, &data, NULL, NULL) != napi_ok ||
        type != napi_uint8_array || size == 0 || size % POLICY_KEY_BYTES != 0)
      fail_type(args, "a key is 32 bytes");
    options.keys = data;
    options.key_count = (uint32_t)(size / POLICY_KEY_BYTES);
  }
  options.policy_hash = text_at(args, at + 1, NULL);
  options.layout_hash = text_at(args, at + 2, NULL);
  return options;
}

// open(path, keys, policyHash, layoutHash): a program
static napi_value open(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  const char* path = text_at(&args, 0, NULL);
  const policy_open_options options = options_at(&args, 1);
  if (args.failed) return done(&args, NULL);
  policy_program* program = NULL;
  policy_error error = POLICYC_ERROR();
  if (!must(&args, policy_program_open(path, &options, &program, &error), &error, "open")) return done(&args, NULL);
  return done(&args, new_handle(&args, kProgram, program, NULL));
}

// openBytes(bytes, keys, policyHash, layoutHash): a program
static napi_value open_bytes(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  napi_typedarray_type type = napi_int8_array;
  size_t size = 0;
  void* bytes = NULL;
  if (napi_get_typedarray_info(env, args.at[0], &type, &size, &bytes, NULL, NULL) != napi_ok ||
      type != napi_uint8_array)
    fail_type(&args, "an Uint8Array is needed");
  const policy_open_options options = options_at(&args, 1);
  if (args.failed) return done(&args, NULL);
  policy_program* program = NULL;
  policy_error error = POLICYC_ERROR();
  static const uint8_t kEmpty[1] = {0};
  const void* image = size == 0 ? kEmpty : bytes;
  const policy_status status = policy_program_open_memory(image, size, &options, &program, &error);
  if (!must(&args, status, &error, "open")) return done(&args, NULL);
  return done(&args, new_handle(&args, kProgram, program, NULL));
}

// describe(program): what it says of itself
static napi_value describe(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_program_info told = {.struct_size = sizeof told};
  if (args.failed || !must(&args, policy_program_describe(program, &told), NULL, "describe")) return done(&args, NULL);
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "kind", number(env, told.kind));
  set(env, made, "abiVersion", number(env, told.abi_version));
  set(env, made, "slotCount", number(env, told.slot_count));
  set(env, made, "policyName", text(env, told.policy_name));
  set(env, made, "policyHash", text(env, told.policy_hash));
  set(env, made, "layoutHash", text(env, told.layout_hash));
  set(env, made, "compiler", text(env, told.compiler));
  set(env, made, "llvm", text(env, told.llvm));
  set(env, made, "target", text(env, told.target));
  set(env, made, "cpu", text(env, told.cpu));
  set(env, made, "signer", text(env, told.signer));
  return done(&args, made);
}

// count(program, kind, of), find(program, kind, of, name), name(program, kind, of, number)
static napi_value count(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t kind = number_at(&args, 1), of = number_at(&args, 2);
  return done(&args, args.failed ? NULL : number(env, policy_count(program, kind, of)));
}

static napi_value find(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t kind = number_at(&args, 1), of = number_at(&args, 2);
  const char* name = text_at(&args, 3, NULL);
  return done(&args, args.failed ? NULL : number(env, policy_find(program, kind, of, name)));
}

static napi_value name(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t kind = number_at(&args, 1), of = number_at(&args, 2), which = number_at(&args, 3);
  return done(&args, args.failed ? NULL : text(env, policy_name(program, kind, of, which)));
}

// describeTable(program, table)
static napi_value describe_table(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t table = number_at(&args, 1);
  policy_table_info told = {.struct_size = sizeof told};
  if (args.failed || !must(&args, policy_table_describe(program, table, &told), NULL, "table"))
    return done(&args, NULL);
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "ownership", number(env, told.ownership));
  set(env, made, "rights", number(env, told.rights));
  set(env, made, "attributeBytes", number(env, told.attribute_bytes));
  return done(&args, made);
}

// describeAttribute(program, kind, of, number)
static napi_value describe_attribute(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t kind = number_at(&args, 1), of = number_at(&args, 2), which = number_at(&args, 3);
  policy_attribute_info told = {.struct_size = sizeof told};
  if (args.failed || !must(&args, policy_attribute_describe(program, kind, of, which, &told), NULL, "attribute"))
    return done(&args, NULL);
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "type", number(env, told.type));
  set(env, made, "offset", number(env, told.offset));
  set(env, made, "size", number(env, told.size));
  return done(&args, made);
}

// describeGrant(program, grant)
static napi_value describe_grant(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t grant = number_at(&args, 1);
  policy_grant_info told = {.struct_size = sizeof told};
  if (args.failed || !must(&args, policy_grant_describe(program, grant, &told), NULL, "no such grant"))
    return done(&args, NULL);
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "role", number(env, told.role));
  set(env, made, "table", number(env, told.table));
  set(env, made, "right", number(env, told.right));
  set(env, made, "level", number(env, told.level));
  set(env, made, "line", number(env, told.line));
  set(env, made, "column", number(env, told.column));
  set(env, made, "conditional", boolean(env, told.conditional != 0));
  set(env, made, "file", text(env, told.file));
  return done(&args, made);
}

// describeStep(program, flow, step)
static napi_value describe_step(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  policy_program* program = handle_at(&args, 0, kProgram);
  const uint32_t flow = number_at(&args, 1), step = number_at(&args, 2);
  policy_step_info told = {.struct_size = sizeof told};
  if (args.failed || !must(&args, policy_step_describe(program, flow, step, &told), NULL, "no such step"))
    return done(&args, NULL);
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "right", number(env, told.right));
  set(env, made, "table", number(env, told.table));
  set(env, made, "bounded", boolean(env, told.bounded != 0));
  set(env, made, "namedUser", text(env, told.named_user));
  set(env, made, "boundedBy", text(env, told.bounded_by));
  return done(&args, made);
}

void add_program_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "open", open, NULL);
  add_function(env, exports, "openBytes", open_bytes, NULL);
  add_function(env, exports, "describe", describe, NULL);
  add_function(env, exports, "count", count, NULL);
  add_function(env, exports, "find", find, NULL);
  add_function(env, exports, "name", name, NULL);
  add_function(env, exports, "describeTable", describe_table, NULL);
  add_function(env, exports, "describeAttribute", describe_attribute, NULL);
  add_function(env, exports, "describeGrant", describe_grant, NULL);
  add_function(env, exports, "describeStep", describe_step, NULL);
}
