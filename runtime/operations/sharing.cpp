// Sharing, changing what is shared, and taking it back.
#include "runtime/operations/planning.h"

namespace policy {

bool Planning::can_be_shared() const {
  switch (POLICY_PRINCIPAL_KIND(op_.principal)) {
    case POLICY_USER:
    case POLICY_TEAM:
    case POLICY_ORGANIZATION:
      return true;
    case POLICY_UNIT:
      return world_.tables.unit_as_principal;
    default:
      return false;
  }
}

// `given`: rights that the recipient did not have from this row before, which nobody gives who lacks them.
bool Planning::ask_to_share(RightSet given) {
  if (!can_be_shared()) return asking_.deny(POLICY_REASON_other_party, op_.principal);
  Asked asked = asking_.stored(op_.record);
  if (!asking_.need(POLICY_RIGHT_share, asked)) return false;
  if (!asking_.need(POLICY_RIGHT_read, asked, POLICY_REASON_needs_read)) return false;
  if (rules_.share_rights_not_held) return true;
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if (has_right(given, right) && !asking_.need(right, asked, POLICY_REASON_not_held)) return false;
  }
  return true;
}

bool Planning::share() {
  uint32_t table = row().table;
  if (!table_of(row()).takes(POLICY_RIGHT_share)) {
    return asking_.deny_on(POLICY_REASON_illegal, table, op_.record, POLICY_RIGHT_share);
  }
  bool revokes = op_.kind == OperationKind::Revoke;
  RightSet asked_for = revokes ? RightSet{0} : op_.rights;
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    bool shareable = right != POLICY_RIGHT_create && table_of(row()).takes(right);
    if (has_right(asked_for, right) && !shareable) {
      return asking_.deny_on(POLICY_REASON_illegal, table, op_.record, right);
    }
  }
  RightSet before = records_.share_rights(op_.record, op_.principal);
  bool adds = op_.kind == OperationKind::Share;
  RightSet given = adds ? asked_for : static_cast<RightSet>(asked_for & ~before);
  if (!ask_to_share(given)) return false;
  RightSet after = adds ? static_cast<RightSet>(before | asked_for) : asked_for;
  // What is taken back as a whole is taken back wherever it came to.
  constexpr RightSet kAll = (1u << POLICY_RIGHT_COUNT) - 1;
  RightSet taken = revokes ? kAll : static_cast<RightSet>(before & ~after);
  changes_.set_share(op_.record, op_.principal, after, {});
  inheritance_.unshare(op_.record, op_.principal, taken);
  inheritance_.share(op_.record, op_.principal, given);
  asking_.allow();
  return true;
}

}  // namespace policy
