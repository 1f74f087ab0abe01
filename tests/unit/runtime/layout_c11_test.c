/* layout.h is C11 as well; the sizes that C++ sees are those that C sees. */
#include "policy/layout.h"

_Static_assert(sizeof(policy_reach) == 32, "policy_reach");
_Static_assert(sizeof(policy_subject) == 64, "policy_subject");
_Static_assert(sizeof(policy_report) == 8, "policy_report");
_Static_assert(sizeof(policy_record) == 16, "policy_record");
_Static_assert(sizeof(policy_decision) == 16, "policy_decision");
_Static_assert(POLICY_DENY == 0, "zeroed memory denies");
