// Policies compiled at run time: libpolicy_jit, loaded when it is first asked for.
#include <dlfcn.h>
#include <stdlib.h>

#include "addon.h"

typedef struct Jit {
  __typeof__(&policy_jit_compile) compile;
  __typeof__(&policy_jit_compile_file) compile_file;
  __typeof__(&policy_jit_wait) wait;
  __typeof__(&policy_diagnostics_count) count;
  __typeof__(&policy_diagnostics_at) at;
  __typeof__(&policy_diagnostics_free) free;
} Jit;

static bool load(void* library, Jit* jit) {
  jit->compile = (__typeof__(jit->compile))dlsym(library, "policy_jit_compile");
  jit->compile_file = (__typeof__(jit->compile_file))dlsym(library, "policy_jit_compile_file");
  jit->wait = (__typeof__(jit->wait))dlsym(library, "policy_jit_wait");
  jit->count = (__typeof__(jit->count))dlsym(library, "policy_diagnostics_count");
  jit->at = (__typeof__(jit->at))dlsym(library, "policy_diagnostics_at");
  jit->free = (__typeof__(jit->free))dlsym(library, "policy_diagnostics_free");
  return jit->compile && jit->compile_file && jit->wait && jit->count && jit->at && jit->free;
}

// loadJit(path): null where it is loaded, else why not
static napi_value load_jit(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Addon* addon = addon_of(env);
  const char* path = text_at(&args, 0, NULL);
  if (args.failed || addon->jit != NULL) return done(&args, nothing(env));
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return done(&args, text(env, dlerror()));
  Jit* jit = calloc(1, sizeof *jit);
  if (jit == NULL || !load(library, jit)) {
    free(jit);
    return done(&args, text(env, "it is another library"));
  }
  addon->jit = jit;
  return done(&args, nothing(env));
}

static napi_value diagnostic_of(napi_env env, const policy_diagnostic* told) {
  napi_value made = NULL;
  napi_create_object(env, &made);
  set(env, made, "isError", boolean(env, told->severity == POLICY_SEVERITY_ERROR));
  set(env, made, "code", text(env, told->code));
  set(env, made, "message", text(env, told->message));
  set(env, made, "file", text(env, told->file));
  set(env, made, "line", number(env, told->line));
  set(env, made, "column", number(env, told->column));
  set(env, made, "endLine", number(env, told->end_line));
  set(env, made, "endColumn", number(env, told->end_column));
  set(env, made, "rendered", text(env, told->rendered));
  return made;
}

static void add_diagnostics(napi_env env, const Jit* jit, policy_diagnostics* told, napi_value list) {
  const size_t count = jit->count(told);
  for (size_t i = 0; i < count; ++i) {
    policy_diagnostic one = {.struct_size = sizeof one};
    if (jit->at(told, i, &one) == POLICY_OK) napi_set_element(env, list, (uint32_t)i, diagnostic_of(env, &one));
  }
  jit->free(told);
}

// compile(isFile, name or path, text, folder, cacheFolder, diagnostics): a program; `diagnostics` is filled
static napi_value compile(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  const Jit* jit = addon_of(env)->jit;
  const bool is_file = flag_at(&args, 0) != 0;
  const char* name = text_at(&args, 1, NULL);
  size_t size = 0;
  const char* policy = text_at(&args, 2, &size);
  policy_jit_options options = {.struct_size = sizeof options};
  options.folder = text_at(&args, 3, NULL);
  options.cache_folder = text_at(&args, 4, NULL);
  if (jit == NULL) fail(&args, POLICY_NOT_READABLE, NULL, "libpolicy_jit is not loaded");
  if (args.failed) return done(&args, NULL);
  policy_program* program = NULL;
  policy_diagnostics* told = NULL;
  policy_error error = POLICYC_ERROR();
  const policy_status status = is_file ? jit->compile_file(name, &options, &program, &told, &error)
                                       : jit->compile(name, policy, size, &options, &program, &told, &error);
  add_diagnostics(env, jit, told, args.at[5]);
  if (!must(&args, status, &error, "compile")) return done(&args, NULL);
  return done(&args, new_handle(&args, kProgram, program, NULL));
}

// wait(program)
static napi_value wait_for(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  const Jit* jit = addon_of(env)->jit;
  policy_program* program = handle_at(&args, 0, kProgram);
  policy_error error = POLICYC_ERROR();
  if (jit == NULL) fail(&args, POLICY_INVALID, NULL, "the program is none that was compiled here");
  if (!args.failed) must(&args, jit->wait(program, &error), &error, "wait");
  return done(&args, nothing(env));
}

void add_jit_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "loadJit", load_jit, NULL);
  add_function(env, exports, "compile", compile, NULL);
  add_function(env, exports, "wait", wait_for, NULL);
}
