// What names one checked policy, everything that decides included and nothing of how its text was laid out.
//
//   policyc build club.policy --emit=policy | sha256sum         // the same 64 digits
#pragma once

#include <string>

#include "compiler/sema/policy.h"

namespace policyc {

// 64 hexadecimal digits.
std::string policy_hash(const Policy& policy);

}  // namespace policyc
