#include "compiler/driver/policy_hash.h"

#include "compiler/sema/policy_print.h"
#include "runtime/image/digest.h"

namespace policyc {

std::string policy_hash(const Policy& policy) {
  const std::string text = print(policy);
  return policy::hexadecimal(policy::sha256({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
}

}  // namespace policyc
