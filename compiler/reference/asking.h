// What an operation asks, one need after the other; the first that is not met is the answer.
//
//   Asking asking(policy, facts, operation, /*asks_rights=*/true);
//   if (asking.who() && asking.main_need(Right::Write, trip) && ...) change();
//   asking.answer()
//
// Every function says whether to go on. Answers are those of docs/semantics.md, "Operations".
#pragma once

#include "compiler/reference/changing.h"

namespace policyc {

class Asking {
 public:
  Asking(const Policy& policy, const Facts& facts, const Operation& operation, bool asks_rights)
      : policy_(policy), facts_(facts), operation_(operation), asks_rights_(asks_rights) {}

  // The answer as it stands: allowed unless something was denied.
  const Answer& answer() const { return answer_; }

  bool who();
  bool there(RecordId record);      // known and existing; otherwise `unknown`
  bool known(Principal principal);  // a user, team or unit of the facts, or the organization
  bool deny(Reason reason, Principal party = {}, TableId table = {}, RecordId record = {});

  // A right on a row, of the user and the impersonator. The main need is what an allow reports.
  bool main_need(Right right, RecordId record);
  bool main_need(Right right, const Record& proposed);
  bool need(Right right, RecordId record);
  bool need(Right right, const Record& proposed);
  // Read that another right asks for, denied as `needs_read`.
  bool need_read(RecordId record);
  // Rights that the user gives away, and so must have.
  bool has_to_give(RightSet rights, RecordId record);
  bool privilege(std::string_view name, Reason lacking = Reason::NoPrivilege);
  bool holds_on_table(Right right, TableId table);
  bool deny_illegal(Right right, RecordId record);
  // For an allow that no row decides.
  void allow_by_privilege(std::optional<Right> right, PrivilegeId privilege = {});

  bool takes(Right right, RecordId record);  // the table takes the right
  bool can_own(Principal owner, TableId table);
  bool other_party_holds(Principal party, Right right, TableId table);
  bool can_be_shared_with(Principal recipient);
  // What setting the owning unit asks beside write.
  bool unit_can_be_set(const Record& record, RecordId stored, UnitId unit);
  bool columns_open(ColumnPermission permission, TableId table, RecordId record, const std::vector<uint32_t>& columns);

  bool asks_rights() const { return asks_rights_; }

 private:
  std::vector<UserId> callers() const;
  RecordId named_record(RecordId stored) const;
  bool signs_in(UserId user);
  bool need(Right right, const Record& row, RecordId stored, bool is_main, Reason as);
  Decision decide(UserId user, Right right, const Record& row, RecordId stored) const;
  bool holds_level_on_units(UserId user);
  bool owner_can_read_in(Principal owner, TableId table, UnitId unit) const;

  const Policy& policy_;
  const Facts& facts_;
  const Operation& operation_;
  bool asks_rights_;
  Answer answer_{.allowed = true};
};

}  // namespace policyc
