#include "compiler/driver/version.h"

#include <fmt/format.h>

#include "compiler/native/program.h"
#include "policy/policy.h"

namespace policyc {

std::string compiler_name() { return "policyc " POLICYC_VERSION; }

std::string version_line() {
  return fmt::format("{} (LLVM {}, ABI {})", compiler_name(), llvm_version(), POLICY_ABI_VERSION);
}

}  // namespace policyc
