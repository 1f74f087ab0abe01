// A policy as text: resolved, one line for each fact, for people and for golden files.
//
//   policyc build --emit=policy club.policy
#pragma once

#include <string>

#include "compiler/sema/policy.h"

namespace policyc {

std::string print(const Policy& policy);

// A condition as the language writes it; `in` and bare attributes stand written out.
std::string print(const Policy& policy, const Condition& condition);

}  // namespace policyc
