// What every engine answers, in the compiler's ids; the same as `policy_decision` (runtime/include/policy/layout.h).
#pragma once

#include "compiler/base/ids.h"
#include "compiler/base/vocabulary.h"

namespace policyc {

// Allow: `grant`, the role that is held (the grant may be written in one that it includes), and the principal that
// holds it: the user, or a team of the user. Deny `level`: the nearest miss. `grant` and who holds it, the level held,
// and the level that would have reached. Deny `condition`: the grant whose condition is false, and who holds it. Other
// denials name no grant.
struct Decision {
  bool allowed = false;
  Reason reason = Reason::None;
  Level held = Level::None;
  Level needed = Level::None;
  GrantId grant;
  RoleId role;
  policy_principal through = 0;
  friend bool operator==(const Decision&, const Decision&) = default;
};

}  // namespace policyc
