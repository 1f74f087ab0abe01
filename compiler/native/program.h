// DecisionIR to a program of this process: it answers at once, and gets machine code (LLVM's ORC JIT) while it does.
//
//   Result<Program> program = compile_program(ir);
//   if (!program) fail(program.error());
//   policy::Organization organization(program->tables());     // asks may begin
//   Result<CompileReport> report = program->wait();           // from here on every answer is machine code's
//
// Until a decision has its code it is interpreted (interpret.h), with the same answer. Compiling begins when so many
// questions were interpreted that it will pay, or when somebody waits for it; it takes place on a thread of its own and
// hands over each decision that is ready. Where it fails, `wait` says why and the rest goes on being interpreted.
//
// A Program owns its code and its tables; both live as long as it does. Any number of threads may use it.
#pragma once

#include <memory>
#include <string>

#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"
#include "runtime/organization/program_tables.h"

namespace policyc {

struct CompileOptions {
  // Interpreted questions after which compiling begins. What LLVM costs at least, some 50 ms, is as much as half a
  // million of them; a thread of its own disturbs little, so it begins long before that. Commands that ask a few
  // questions never start it.
  static constexpr uint32_t kNever = UINT32_MAX;
  uint32_t patience = 10'000;  // kNever: only for who waits
  uint32_t threads = 1;        // beside the one that waits, which helps
  std::string cache_folder;    // keeps machine code for later runs (cache.h); empty: no cache
};

struct CompileReport {
  size_t functions = 0;
  size_t code_bytes = 0;
  size_t parts_compiled = 0;
  size_t parts_from_cache = 0;
  double milliseconds = 0;  // from the start of the first to the end of the last
};

class Program {
 public:
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  // Waits for the parts that are being compiled, a fraction of a second.
  ~Program();

  const policy::ProgramTables& tables() const;
  // Compiles what has no code yet, on this thread too, and comes back when all has.
  Result<CompileReport> wait() const;
  // Compiles the filter of one decision (policy/columns.h) on this thread, sooner than it would come by itself. False
  // where there is none: the table does not take the right, or the decision is too large.
  Result<bool> compile_filter(TableId table, Right right) const;

 private:
  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);
  friend Result<Program> compile_program(const DecisionIR& ir, CompileOptions options);
  std::unique_ptr<Impl> impl_;
};

// `ir` is sound (compiler/ir/verify.h) and need not outlive the call.
Result<Program> compile_program(const DecisionIR& ir, CompileOptions options = {});

// All code in one module as text, for `policyc build --emit=llvm` and `--emit=asm`.
Result<std::string> llvm_text(const DecisionIR& ir);
Result<std::string> assembly_text(const DecisionIR& ir);

// "19.1.7"
std::string llvm_version();
// "x86_64-pc-linux-gnu"
std::string host_target();

}  // namespace policyc
