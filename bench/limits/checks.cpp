// The checks alone, in a file of their own: a caller elsewhere in a program calls them, as it calls compiled code.
#include "bench/limits/handwritten.h"

namespace policyc::bench {

namespace {

constexpr policy_principal kFirstTeam = POLICY_PRINCIPAL(POLICY_TEAM, 0);

inline bool contains(const uint32_t* list, uint32_t count, uint32_t x) {
  for (uint32_t i = 0; i < count; ++i) {
    if (list[i] >= x) return list[i] == x;
  }
  return false;
}

// Rows whose unit is not their owner's are rare.
[[gnu::noinline]] bool anchored_there(const uint32_t* aways, uint32_t count, const HandRecord& record) {
  for (uint32_t i = 0; i < count; ++i) {
    if (aways[2 * i] == record.unit && aways[2 * i + 1] == record.owner) return true;
  }
  return false;
}

[[gnu::noinline]] bool is_shared(const HandUser& user, const HandReach& reach, const HandRecord& record,
                                 uint32_t right) {
  const HandShare* share = user.shares + record.shares_begin;
  for (const HandShare* end = share + record.share_count; share != end; ++share) {
    if ((share->rights >> right & 1) == 0) continue;
    if (share->principal == user.user) return true;
    if (share->principal == user.unit && reach.unit_share != 0) return true;
    if (contains(user.teams, user.team_count, share->principal)) return true;
  }
  return false;
}

inline bool reaches(const HandUser& user, const HandReach& reach, const HandRecord& record, uint32_t right) {
  if (record.unit - reach.first <= reach.span) return true;
  if (reach.own == POLICY_NONE) return false;
  const uint32_t* list = user.lists + reach.lists;
  for (uint32_t i = 0; i < reach.more_intervals; ++i, list += 2) {
    if (record.unit - list[0] <= list[1]) return true;
  }
  const bool owned =
      record.owner == reach.own || (record.owner >= kFirstTeam && contains(list, reach.owners, record.owner));
  if (owned && (record.away == 0 || anchored_there(list + reach.owners, reach.aways, record))) return true;
  return record.share_count != 0 && is_shared(user, reach, record, right);
}

constexpr int32_t kEndOfJanuary = 20'484;  // 2026-01-31

inline bool holds(uint32_t condition, const HandUser& user, const HandRecord& record) {
  switch (static_cast<Condition>(condition)) {
    case Condition::None:
      return true;
    case Condition::Amount:
      return record.amount_cents < 500'00;
    case Condition::Status:
      return record.status == 1;
    case Condition::Due:
      return record.due < kEndOfJanuary;
    case Condition::Region:
      return record.region == 0;
    case Condition::Grade:
      return record.grade <= user.grade;
    case Condition::ClosedAndSmall:
      return record.status == 1 && record.amount_cents < 500'00;
  }
  return false;
}

inline bool reaches_somehow(const HandUser& user, const HandReach& reach, const HandRecord& record, uint32_t right) {
  if (reaches(user, reach, record, right)) return true;
  const HandReach* conditional = user.conditional + reach.conditional;
  for (uint32_t left = reach.conditions; left != 0; left &= left - 1, ++conditional) {
    const uint32_t condition = static_cast<uint32_t>(__builtin_ctz(left));
    if (holds(condition, user, record) && reaches(user, *conditional, record, right)) return true;
  }
  return false;
}

static_assert(POLICY_RIGHT_delete == POLICY_RIGHT_read + 1);

}  // namespace

bool check_plain(const HandUser& user, const HandReach& reach, const HandRecord& record, uint32_t right) {
  if (!reaches(user, reach, record, right)) return false;
  return right != POLICY_RIGHT_delete || reaches(user, *(&reach - 1), record, POLICY_RIGHT_read);
}

bool check_conditions(const HandUser& user, const HandReach& reach, const HandRecord& record, uint32_t right) {
  if (!reaches_somehow(user, reach, record, right)) return false;
  return right != POLICY_RIGHT_delete || reaches_somehow(user, *(&reach - 1), record, POLICY_RIGHT_read);
}

}  // namespace policyc::bench
