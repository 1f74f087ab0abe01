// DecisionIR to machine code, loaded in this process (LLVM's ORC JIT).
//
//   Result<Program> program = compile_program(ir);
//   if (!program) fail(program.error());
//   policy::Organization organization(program->tables());
//
// A Program owns its code and its tables; both live as long as it does. Any number of threads may use it.
#pragma once

#include <memory>
#include <string>

#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"
#include "runtime/organization/program_tables.h"

namespace policyc {

class Program {
 public:
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  const policy::ProgramTables& tables() const;

 private:
  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);
  friend Result<Program> compile_program(const DecisionIR& ir);
  std::unique_ptr<Impl> impl_;
};

Result<Program> compile_program(const DecisionIR& ir);

// The same module as text, for `policyc build --emit=llvm` and `--emit=asm`.
Result<std::string> llvm_text(const DecisionIR& ir);
Result<std::string> assembly_text(const DecisionIR& ir);

// "19.1.7"
std::string llvm_version();

}  // namespace policyc
