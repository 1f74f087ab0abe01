// What rows inherit through the links that the facts hold, as if each link had just been made, from the top down.
//
//   Facts facts = inherit_from_links(policy, scenario.facts);
//
// Parts of shares that come from a row above are made anew; parts left over, which no link accounts for, stay.
#pragma once

#include "compiler/sema/policy.h"

namespace policyc {

Facts inherit_from_links(const Policy& policy, Facts facts);

}  // namespace policyc
