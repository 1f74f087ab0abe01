// The questions of one operation: each is asked of the user, then of whoever acts on the user's behalf. The first that
// is denied is the answer.
//
//   Asking asking(world, operation);
//   if (!asking.who() || !asking.need(POLICY_RIGHT_write, row)) return asking.answer();
//
// For operations/plan.cpp and run_as; each question gives false where the answer is a denial.
#pragma once

#include <optional>

#include "runtime/columns/columns.h"
#include "runtime/operations/operation.h"
#include "runtime/world/world.h"

namespace policy {

// A row that is asked about: stored, or as it would be.
struct Asked {
  uint32_t table = POLICY_NONE;
  uint32_t record = POLICY_NONE;          // as the answer names it
  const policy_record* header = nullptr;  // null: it is not there, which denies
};

// Why whoever signs in like that may do nothing of the kind, whatever the row; none where nothing stands against it.
policy_reason reason_against(const SignIn& how, OperationKind kind);

class Asking {
 public:
  Asking(const World& world, uint32_t user, uint32_t impersonator);

  const Answer& answer() const { return answer_; }
  Asked stored(uint32_t row) const { return {world_.records[row].table, row, &world_.records.header(row)}; }

  // --- who

  bool are_known();
  bool may_act_on_behalf();
  bool may_sign_in(OperationKind kind);
  bool are_enabled();

  // --- questions

  bool need(uint32_t right, const Asked& row);
  bool need(uint32_t right, uint32_t row) { return need(right, stored(row)); }
  // Denied as `reason`, whatever the row decision says.
  bool need(uint32_t right, const Asked& row, policy_reason reason);
  bool privilege(uint32_t privilege);
  bool holds(uint32_t right, uint32_t table);
  bool holds_at_unit_level(uint32_t right, uint32_t table);
  // Of each column of the set, by its permission.
  bool columns(const Asked& row, uint64_t set, uint64_t ColumnRights::* permission);
  // Of somebody else: some grant of the right on the table.
  bool other_party(policy_principal party, uint32_t right, uint32_t table);

  // --- answers

  bool deny(policy_reason reason);
  bool deny(policy_reason reason, policy_principal party);
  bool deny_on(policy_reason reason, uint32_t table, uint32_t record, uint32_t right = POLICY_NONE);
  bool deny_party(policy_reason reason, policy_principal party, uint32_t table, uint32_t right = POLICY_NONE);
  // Everything is granted: told is what was asked of the user about a row first, or the right or privilege.
  void allow();
  void allow_by_privilege(uint32_t privilege);
  void allow_by_right(uint32_t right, uint32_t table = POLICY_NONE);

  // What all who act may do with the columns of a row, and whether all of them may read it.
  ColumnRights column_rights_of_all(uint32_t table, uint32_t row) const;
  bool all_may_read(const Asked& row) const;

 private:
  template <typename Visit>
  bool each(Visit visit);
  bool all_may(uint32_t right, const Asked& row) const;
  Answer of_row(uint32_t user, uint32_t right, const Asked& row, const policy_decision& decision) const;

  const World& world_;
  uint32_t people_[2];  // the user; whoever acts on the user's behalf
  policy_subject subjects_[2];
  size_t count_ = 1;
  Answer answer_;
  std::optional<Answer> first_;
};

}  // namespace policy
