// The inside of `plan`: one operation on its way through its questions, and the changes that it would make. Functions
// that ask give false where the answer is a denial.
#pragma once

#include "runtime/operations/asking.h"
#include "runtime/operations/changes.h"
#include "runtime/operations/inheritance.h"
#include "runtime/operations/plan.h"

namespace policy {

class Planning {
 public:
  Planning(const World& world, const Operation& operation);
  Outcome run();

 private:
  // A lookup that is set: which row is linked to what, and what it is linked to now.
  struct Linking {
    const Row& child;
    Asked asked;  // `child`, as needs name it
    uint32_t row = POLICY_NONE;
    uint32_t relationship = POLICY_NONE;
    uint32_t parent = POLICY_NONE;
    const RowLink* before = nullptr;
    Hop hop;
  };

  // plan.cpp: what is named, and the operations that touch one row
  bool who();
  bool ask();
  bool create();
  bool read();
  bool update();
  bool set_active(bool active);
  bool associate(bool there);
  bool may_own(policy_principal owner, uint32_t table);
  Outcome& show_columns(Outcome& outcome) const;

  // naming.cpp: whether rows, people and relationships that the operation names are there, and fit each other
  bool names_what_is_there() const;
  bool names_row() const { return world_.records.exists(op_.record); }
  bool names_created() const;
  bool names_user_and(bool other) const;
  bool fits(uint32_t relationship, uint32_t child_table) const;
  bool fits(uint32_t relationship, uint32_t child_table, uint32_t parent) const;
  bool fits_updates() const;
  bool fits_association() const;

  // linking.cpp
  bool link();
  bool unlink();
  bool merge();
  bool link_row(const Linking& linking);
  bool make_link(const Linking& linking);
  bool unlink_row(uint32_t row, uint32_t relationship);
  void cut_link(uint32_t row, const RowLink& link, Hop hop);
  bool take_owner(const Linking& linking);
  const RowLink* linked(const Row& row, uint32_t relationship) const;

  // sharing.cpp
  bool share();
  bool can_be_shared() const;
  bool ask_to_share(RightSet given);

  // cascading.cpp
  bool assign();
  bool set_unit();
  bool remove();
  bool ask_to_assign(uint32_t row);
  bool hand_over(uint32_t root, policy_principal owner, Hop hop, bool asks_caller);
  void re_own(uint32_t row, policy_principal owner, Hop hop);
  bool may_choose_unit(uint32_t table, uint32_t record);
  bool owner_reads_at(policy_principal owner, uint32_t table, uint32_t unit);
  void move_row(uint32_t row, uint32_t unit, Hop hop);
  bool find_what_goes(std::vector<uint32_t>& going);
  void cut_survivors(uint32_t row);

  // people.cpp
  bool change_member(bool joins);
  bool move_user();
  bool move_team();
  void move_roles(policy_principal holder, uint32_t from);
  void move_owned_rows(policy_principal owner);

  const Row& row() const { return records_[op_.record]; }
  const TableEntry& table_of(const Row& row) const { return world_.tables.tables[row.table]; }

  const World& world_;
  const Records& records_;
  const Operation& op_;
  const OperationRules& rules_;
  Asking asking_;
  Changes changes_;
  Inheritance inheritance_;
  const Row* created_ = nullptr;
};

}  // namespace policy
