// policy/jit.h: the compiler behind a C interface, and programs of it behind the handles of libpolicy.
#include "policy/jit.h"

#include <filesystem>
#include <vector>

#include "compiler/base/diagnostic_render.h"
#include "compiler/base/limits.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/policy_hash.h"
#include "compiler/driver/version.h"
#include "compiler/native/cache.h"
#include "runtime/abi/adopt.h"
#include "runtime/image/layout_hash.h"

// What was reported, with texts that end with a zero byte.
struct policy_diagnostics {
  struct Told {
    policyc::Severity severity;
    std::string code, message, file, rendered;
    policyc::LineColumn begin, end;
  };

  policy::HandleKind kind = policy::HandleKind::Diagnostics;
  std::vector<Told> list;
};

namespace policyc {

namespace {

bool is_handle(const policy_diagnostics* diagnostics) {
  return diagnostics != nullptr && diagnostics->kind == policy::HandleKind::Diagnostics;
}

policy_diagnostics::Told told_of(const Diagnostic& diagnostic, const SourceMap& sources) {
  policy_diagnostics::Told one{.severity = diagnostic.severity(),
                               .code = std::string(diagnostic_code(diagnostic.kind)),
                               .message = diagnostic.message,
                               .file = {},
                               .rendered = render_frame(diagnostic, sources),
                               .begin = {0, 0},
                               .end = {0, 0}};
  if (!diagnostic.span.is_known()) return one;
  const Span& span = diagnostic.span;
  one.file = sources.name(span.source);
  one.begin = sources.line_column(span);
  one.end = sources.line_column(span.source, span.end > span.begin ? span.end - 1 : span.begin);
  return one;
}

// Of no place and no kind.
policy_diagnostics::Told remark(Severity severity, const std::string& message) {
  return {.severity = severity,
          .code = {},
          .message = message,
          .file = {},
          .rendered = fmt::format("{}: {}\n", severity == Severity::Error ? "error" : "warning", message),
          .begin = {0, 0},
          .end = {0, 0}};
}

std::unique_ptr<policy_diagnostics> told_by(const Compilation& compiled) {
  auto told = std::make_unique<policy_diagnostics>();
  size_t errors = 0, warnings = 0;
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    size_t& count = diagnostic.severity() == Severity::Error ? errors : warnings;
    if (++count <= limits::kToldDiagnostics) told->list.push_back(told_of(diagnostic, compiled.sources));
  }
  auto tell_rest = [&](Severity severity, size_t count, const char* what) {
    if (count <= limits::kToldDiagnostics) return;
    told->list.push_back(remark(severity, fmt::format("and {} more {}", count - limits::kToldDiagnostics, what)));
  };
  tell_rest(Severity::Error, errors, "errors");
  tell_rest(Severity::Warning, warnings, "warnings");
  return told;
}

// Where no code is kept although somebody wants it.
void tell_of_cache(const policy_jit_options* options, policy_diagnostics& told) {
  if (options == nullptr || options->cache_folder == nullptr || CodeCache::open(options->cache_folder)) return;
  told.list.push_back(remark(Severity::Warning, fmt::format("no machine code is kept in `{}`: it is no folder of this "
                                                            "user's own, closed to everybody else",
                                                            options->cache_folder)));
}

// The program, which its tables keep.
policy::ProgramSource source_of(const Compilation& compiled, Engine engine) {
  auto program = std::make_shared<Program>(std::move(engine.program));
  policy::ProgramSource source;
  source.kind = POLICY_PROGRAM_JIT;
  source.tables = std::shared_ptr<const policy::ProgramTables>(program, &program->tables());
  source.build = {.abi_version = POLICY_ABI_VERSION,
                  .policy_hash = policy_hash(*compiled.policy),
                  .compiler = compiler_name(),
                  .llvm = llvm_version(),
                  .target = host_target(),
                  .cpu = "native",
                  .features = 0};
  source.layout_hash = policy::layout_hash(*source.tables);
  source.wait = [program] {
    Result<CompileReport> report = program->wait();
    return report ? std::string() : report.error();
  };
  return source;
}

policy_status to_program(const Compilation& compiled, const policy_jit_options* options, policy_program** out,
                         policy_error* error) {
  if (!compiled.policy) {
    return policy::fail(error, POLICY_NOT_COMPILED,
                        fmt::format("the policy has {} {}", compiled.diagnostics.error_count(),
                                    compiled.diagnostics.error_count() == 1 ? "mistake" : "mistakes"));
  }
  CompileOptions how;
  if (options != nullptr && options->cache_folder != nullptr) how.cache_folder = options->cache_folder;
  Result<Engine> engine = build_engine(*compiled.policy, compiled.sources, std::move(how));
  if (!engine) return policy::fail(error, POLICY_NOT_COMPILED, engine.error());
  policy::ProgramSource source = source_of(compiled, std::move(*engine));
  *out = policy_program_adopt(POLICYC_VERSION, __VERSION__, &source);
  if (*out != nullptr) return POLICY_OK;
  return policy::fail(error, POLICY_MISMATCH, "libpolicy and libpolicy_jit are of different versions");
}

policy_status refuse_text(const char* why, policy_program** out, policy_diagnostics** diagnostics,
                          policy_error* error) {
  if (out != nullptr) *out = nullptr;
  if (diagnostics != nullptr) *diagnostics = nullptr;
  return policy::fail(error, POLICY_INVALID, why);
}

// Compiles what `read` gives, and tells of it.
template <typename Read>
policy_status compile_given(const policy_jit_options* options, policy_program** out, policy_diagnostics** diagnostics,
                            policy_error* error, Read read) {
  policy::clear_error(error);
  if (diagnostics != nullptr) *diagnostics = nullptr;
  if (out == nullptr) return policy::fail(error, POLICY_INVALID, "there is no place for the program: `out` is null");
  *out = nullptr;
  return policy::guarded(error, [&] {
    if (options != nullptr) {
      const policy_status given = policy::accept(options, error, "options");
      if (given != POLICY_OK) return given;
      if (options->reserved != 0) {
        return policy::fail(error, POLICY_INVALID, "policy_jit_options.reserved is not 0");
      }
    }
    Result<Compilation> compiled = read();
    if (!compiled) return policy::fail(error, POLICY_NOT_READABLE, compiled.error());
    const policy_status status = to_program(*compiled, options, out, error);
    if (diagnostics == nullptr) return status;
    std::unique_ptr<policy_diagnostics> told = told_by(*compiled);
    if (compiled->policy) tell_of_cache(options, *told);
    *diagnostics = told.release();
    return status;
  });
}

}  // namespace

}  // namespace policyc

extern "C" {

policy_status policy_jit_compile(const char* name, const char* text, size_t size, const policy_jit_options* options,
                                 policy_program** out, policy_diagnostics** diagnostics, policy_error* error) {
  if (text == nullptr && size != 0) return policyc::refuse_text("`text` is null", out, diagnostics, error);
  return policyc::compile_given(options, out, diagnostics, error, [&]() -> policyc::Result<policyc::Compilation> {
    std::optional<std::string> folder;
    if (options != nullptr && options->folder != nullptr) folder = options->folder;
    std::string given = size == 0 ? std::string() : std::string(text, size);
    return policyc::compile_text(name == nullptr ? "policy" : name, std::move(given), std::move(folder));
  });
}

policy_status policy_jit_compile_file(const char* path, const policy_jit_options* options, policy_program** out,
                                      policy_diagnostics** diagnostics, policy_error* error) {
  if (path == nullptr) return policyc::refuse_text("`path` is null", out, diagnostics, error);
  return policyc::compile_given(options, out, diagnostics, error, [path] { return policyc::compile_file(path); });
}

policy_status policy_jit_wait(const policy_program* program, policy_error* error) {
  policy::clear_error(error);
  if (!policy::is_handle(program) || program->source.wait == nullptr) {
    return policy::fail(error, POLICY_INVALID, "`program` was not compiled in this process");
  }
  return policy::guarded(error, [&] {
    const std::string problem = program->source.wait();
    return problem.empty() ? POLICY_OK : policy::fail(error, POLICY_INTERNAL, problem);
  });
}

size_t policy_diagnostics_count(const policy_diagnostics* diagnostics) {
  return policyc::is_handle(diagnostics) ? diagnostics->list.size() : 0;
}

policy_status policy_diagnostics_at(const policy_diagnostics* diagnostics, size_t index, policy_diagnostic* out) {
  if (!policy::has_size(out)) return POLICY_INVALID;
  policy::clear(*out);
  if (!policyc::is_handle(diagnostics)) return POLICY_INVALID;
  if (index >= diagnostics->list.size()) return POLICY_UNKNOWN;
  const policy_diagnostics::Told& told = diagnostics->list[index];
  out->severity = told.severity == policyc::Severity::Error ? POLICY_SEVERITY_ERROR : POLICY_SEVERITY_WARNING;
  out->code = told.code.c_str();
  out->message = told.message.c_str();
  out->file = told.file.c_str();
  out->line = told.begin.line;
  out->column = told.begin.column;
  out->end_line = told.end.line;
  out->end_column = told.end.column;
  out->rendered = told.rendered.c_str();
  return POLICY_OK;
}

void policy_diagnostics_free(policy_diagnostics* diagnostics) {
  if (!policyc::is_handle(diagnostics)) return;
  diagnostics->kind = policy::HandleKind::Closed;
  delete diagnostics;
}
}
