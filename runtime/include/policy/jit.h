/* Policies compiled at run time, for editors and services with policies that their users write: text in, a program or
 * diagnostics out. The program is as one from an image; everything of policy/policy.h takes it.
 *
 *   policy_diagnostics* told = NULL;
 *   policy_program* crm = NULL;
 *   policy_status status = policy_jit_compile("crm.policy", text, strlen(text), NULL, &crm, &told, NULL);
 *   for (size_t i = 0; i < policy_diagnostics_count(told); ++i) ...       // warnings come with a program too
 *   policy_diagnostics_free(told);
 *
 * In libpolicy_jit, which brings LLVM and the compiler. It answers at once, interpreting, and compiles in the
 * background when that will pay; policy_jit_wait has it done now.
 *
 * Compiles as C11 and C++20.
 */
#ifndef POLICY_JIT_H
#define POLICY_JIT_H

#include "policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct policy_jit_options {
  uint32_t struct_size;
  uint32_t reserved;
  const char* folder;       /* where `use` looks beside the library of policies; null: nowhere else */
  const char* cache_folder; /* keeps machine code for later runs; null: none. A folder of this user's own that nobody
                               else may enter; where it is not, none is kept, and a warning says so */
} policy_jit_options;

typedef struct policy_diagnostics policy_diagnostics;

enum policy_severity { POLICY_SEVERITY_WARNING = 1, POLICY_SEVERITY_ERROR = 2 };

/* Strings belong to the policy_diagnostics. Lines and columns count from 1, columns in bytes. */
typedef struct policy_diagnostic {
  uint32_t struct_size;
  uint32_t severity; /* policy_severity */
  const char* code;  /* "E2001", explained in docs/diagnostics.md; "" of a remark that has no place either */
  const char* message;
  const char* file;
  uint32_t line;
  uint32_t column;
  uint32_t end_line; /* of the last byte */
  uint32_t end_column;
  const char* rendered; /* with the lines of the text, notes and help, as `policyc check` shows it */
} policy_diagnostic;

/* POLICY_NOT_COMPILED where the text has mistakes: then `diagnostics` says which, the first hundred errors and the
 * first hundred warnings; a remark ("and 3 more errors") counts the rest. `name` is what they call it. Any number of
 * threads may compile. `options`, `diagnostics` and `error` may be null, and `text` where `size` is 0. */
POLICY_API policy_status policy_jit_compile(const char* name, const char* text, size_t size,
                                            const policy_jit_options* options, policy_program** out,
                                            policy_diagnostics** diagnostics, policy_error* error);
/* The same of a file; `use` looks in its folder. */
POLICY_API policy_status policy_jit_compile_file(const char* path, const policy_jit_options* options,
                                                 policy_program** out, policy_diagnostics** diagnostics,
                                                 policy_error* error);
/* Comes back when every decision has its machine code; helps. POLICY_INVALID for a program that is none of these. */
POLICY_API policy_status policy_jit_wait(const policy_program* program, policy_error* error);

POLICY_API size_t policy_diagnostics_count(const policy_diagnostics* diagnostics);
POLICY_API policy_status policy_diagnostics_at(const policy_diagnostics* diagnostics, size_t index,
                                               policy_diagnostic* out);
/* Null is fine. */
POLICY_API void policy_diagnostics_free(policy_diagnostics* diagnostics);

#ifdef __cplusplus
}
#endif

#endif
