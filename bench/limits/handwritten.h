// The same checks as somebody would write them by hand who knows the policy's shape and wants them fast: the limit that
// compiled code is held against. Nothing here comes from the compiler or the runtime but the words for rights and
// principals; what a user reaches is resolved from the plain workload by code of its own.
//
//   HandWorld world(crm);
//   HandCall call = world.call({.user = 3, .record = 17, .right = POLICY_RIGHT_read});
//   bool may = check_plain(*call.user, *call.reach, *call.record, call.right);
//
// What is exploited: a user's first interval of units lies in the reach itself and one subtraction asks it, every right
// included ("the organization" is the interval of all numbers); grants of one table and right with equal conditions are
// one; attributes lie in the record, a null as a number for which every comparison is false, strings as numbers.
#pragma once

#include <vector>

#include "bench/workloads.h"

namespace policyc::bench {

struct HandShare {
  policy_principal principal;
  uint32_t rights;
};

struct HandRecord {
  policy_principal owner;
  uint32_t unit;  // pre-order number
  uint32_t shares_begin;
  uint16_t share_count;
  uint8_t away;  // the unit is not the owner's
  uint8_t region;
  int64_t amount_cents;
  int32_t due;
  int16_t grade;
  uint8_t status;
};
static_assert(sizeof(HandRecord) == 32);

// What a user's grants of one (table, right) and condition reach. Nothing held: `own` is nobody, the interval is of no
// unit.
struct alignas(32) HandReach {
  uint32_t first = POLICY_NONE - 1;
  uint32_t span = 0;
  policy_principal own = POLICY_NONE;  // the user, where rows of the user are reached
  uint32_t lists = 0;                  // begin of: more intervals, owners, (unit, owner) of rows away from home
  uint32_t conditional = 0;            // begin of the reaches with a condition, one for each bit of `conditions`
  uint16_t more_intervals = 0;
  uint16_t owners = 0;
  uint16_t aways = 0;
  uint8_t unit_share = 0;  // a share with the user's unit counts
  uint8_t conditions = 0;  // bits of 1 << Condition
};
static_assert(sizeof(HandReach) == 32);

struct HandUser {
  const HandReach* reaches;  // POLICY_RIGHT_COUNT for each table
  const HandReach* conditional;
  const uint32_t* lists;
  const policy_principal* teams;  // ascending
  const HandShare* shares;        // of all records
  policy_principal user;
  policy_principal unit;
  uint32_t team_count;
  int32_t grade;
};

// For policies without conditions, and for those with. Under this rule book delete asks read as well.
bool check_plain(const HandUser& user, const HandReach& reach, const HandRecord& record, uint32_t right);
bool check_conditions(const HandUser& user, const HandReach& reach, const HandRecord& record, uint32_t right);

struct HandCall {
  const HandUser* user;
  const HandReach* reach;
  const HandRecord* record;
  uint32_t right;
};

class HandWorld {
 public:
  explicit HandWorld(const Workload& workload);
  HandWorld(const HandWorld&) = delete;
  HandWorld& operator=(const HandWorld&) = delete;

  HandCall call(const Question& question) const {
    const HandUser& user = users_[question.user];
    const uint32_t slot = tables_[question.record] * POLICY_RIGHT_COUNT + question.right;
    return {&user, user.reaches + slot, &records_[question.record], question.right};
  }
  // A row of the user's own that is not stored, without values.
  HandRecord row_of(uint32_t user) const;
  // Resolves a user anew; gives how much is reached, so that the work is not left out.
  size_t resolve(uint32_t user) const;

 private:
  struct Subject {
    std::vector<HandReach> reaches, conditional;
    std::vector<uint32_t> lists;
    std::vector<policy_principal> teams;
  };
  class Resolver;

  void number_units();
  void add_records();
  uint32_t unit_of(policy_principal principal) const;

  const Workload& workload_;
  std::vector<uint32_t> unit_first_, unit_last_;  // of each unit: its number, the last of its subtree
  std::vector<Subject> subjects_;
  std::vector<HandUser> users_;
  std::vector<HandShare> shares_;
  std::vector<HandRecord> records_;
  std::vector<uint16_t> tables_;
};

}  // namespace policyc::bench
