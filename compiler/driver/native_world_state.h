// The inside of NativeWorld: the runtime's world, filled from facts, and the values that its rows point to.
#pragma once

#include "compiler/driver/native_world.h"
#include "runtime/operations/operation.h"
#include "runtime/world/world.h"

namespace policyc {

struct NativeWorld::Impl {
  Impl(const policy::ProgramTables& tables, const DecisionIR& ir, const Facts& facts);

  // --- in the runtime's terms; what they return points into their argument

  policy::Row to_row(const Record& record) const;
  policy::Operation to_operation(const Operation& operation) const;
  bool names_columns_that_are_there(const Operation& operation) const;
  uint64_t secured_set(TableId table, const std::vector<ColumnValue>& columns) const;
  uint64_t secured_values(TableId table, const std::vector<Value>& values) const;

  // The values of an update become those of the row.
  void write_values(const Operation& operation, policy::Operation& native);
  void view_subjects();

  bool knows(UserId user) const { return user.index < views.size(); }
  bool knows(RecordId record) const { return world.records.exists(record.index); }

  const DecisionIR& ir;
  policy::World world;
  std::vector<policy_subject> views;
  std::vector<std::vector<Value>> values;  // of each row; the bytes of its strings are here
  std::vector<std::vector<Value>> user_values;
  std::vector<Value> context_values;
  std::vector<uint64_t> context_bytes;
  std::vector<std::string> record_names;

 private:
  void add_units(const Facts& facts);
  void add_positions(const Facts& facts);
  void add_users(const Facts& facts);
  void add_teams(const Facts& facts);
  void give_roles(Principal holder, const std::vector<RoleHeld>& roles);
  void give_profiles(Principal holder, const std::vector<ProfileId>& profiles);
  void add_records(const Facts& facts);
  void add_shares(const Facts& facts);
};

Decision to_decision(const policy_decision& decision);

}  // namespace policyc
