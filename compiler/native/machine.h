// LLVM for one kind of processor: modules to object files in memory. One for each thread that compiles.
//
//   Result<std::unique_ptr<Machine>> machine = Machine::of_host();          // that we run on, with all that it can do
//   Result<std::unique_ptr<Machine>> machine = Machine::of(*find_target("aarch64", ""));
//   Result<EmittedModule> emitted = emit(ir, request);
//   Result<std::string> object = (*machine)->compile(*emitted, Effort::Full);
//   Result<std::vector<void*>> functions = loader->load(*object, {"check_g0", "decide_g0"});
#pragma once

#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/native/emit.h"
#include "compiler/native/target.h"
#include "runtime/image/image_format.h"

namespace llvm::orc {
class LLJIT;
}

namespace policyc {

// What code generation may cost. Little: a sixth of the time, for code that is half as large again; a decide, which
// mostly calls, is hardly slower by it.
enum class Effort : uint8_t { Full, Little };

class Machine {
 public:
  static Result<std::unique_ptr<Machine>> of_host();
  static Result<std::unique_ptr<Machine>> of(const Target& target);

  // The bytes of an object file; the module is optimised in place.
  Result<std::string> compile(EmittedModule& emitted, Effort effort) const;
  void optimize(EmittedModule& emitted) const;
  Result<std::string> assembly(EmittedModule& emitted) const;
  // Everything beside the module that the code depends on: LLVM, the processor, what it can do.
  std::string identity() const;
  // Those that code may use, the ones that others bring with them included.
  policy::CpuFeatures features() const;

 private:
  explicit Machine(std::unique_ptr<llvm::TargetMachine> target, std::string tuned_for = {})
      : target_(std::move(target)), tuned_for_(std::move(tuned_for)) {}
  std::unique_ptr<llvm::TargetMachine> target_;
  std::string tuned_for_;
};

// The module before it is optimised, as bytes: equal ones become equal code.
std::string bytes_of(const EmittedModule& emitted);

// Bytes of machine code in an object file; 0 where it is none.
size_t code_size(const std::string& object);

// Object files become functions of this process. Symbols from outside come from an allow-list, not from the whole
// process. Any number of threads may load; code lives as long as its loader.
class Loader {
 public:
  static Result<std::unique_ptr<Loader>> create();
  ~Loader();

  // The addresses of these symbols, which the object defines.
  Result<std::vector<void*>> load(const std::string& object, const std::vector<std::string>& symbols);

 private:
  explicit Loader(std::unique_ptr<llvm::orc::LLJIT> jit);
  std::unique_ptr<llvm::orc::LLJIT> jit_;
};

}  // namespace policyc
