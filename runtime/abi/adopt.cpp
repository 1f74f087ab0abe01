// In a file of its own: libpolicy_jit takes it from libpolicy, and the rest from its own copy.
#include "runtime/abi/adopt.h"

#include <cstring>

// The inside of a handle is of one version and of one C++ compiler, whatever the ABI of its outside.
extern "C" policy_program* policy_program_adopt(const char* version, const char* compiler,
                                                policy::ProgramSource* source) {
  policy_build_info build{};
  build.struct_size = sizeof(build);
  if (policy_build(&build) != POLICY_OK || std::strcmp(build.version, version) != 0) return nullptr;
  if (std::strcmp(compiler, __VERSION__) != 0) return nullptr;
  return policy::new_program(std::move(*source));
}
