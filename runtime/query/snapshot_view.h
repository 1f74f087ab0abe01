// A snapshot of a store as queries read it.
//
//   Snapshot snapshot = reader.snapshot();
//   GrantingRoles roles(snapshot.tables());                    // once for a program
//   size_t count = list(SnapshotView(snapshot, roles), sam, POLICY_RIGHT_read, trip, cursor, page);
//
// Costs nothing to make, and lives no longer than the snapshot. With the roles of another program than the snapshot's
// `who` finds fewer users, and none who may not.
#pragma once

#include "runtime/query/view.h"
#include "runtime/store/snapshot.h"

namespace policy {

class SnapshotView final : public QueryView {
 public:
  SnapshotView(const Snapshot& snapshot, const GrantingRoles& granting_roles)
      : SnapshotView(snapshot, granting_roles, snapshot.context()) {}
  // With another context than the store's.
  SnapshotView(const Snapshot& snapshot, const GrantingRoles& granting_roles, const policy_context& context)
      : snapshot_(snapshot), granting_roles_(granting_roles), context_(context) {}

  const ProgramTables& tables() const override { return snapshot_.tables(); }
  const GrantingRoles& granting_roles() const override { return granting_roles_; }
  const policy_context& context() const override { return context_; }
  void find_records(std::span<const uint32_t> rows, const policy_record** found) const override {
    for (size_t i = 0; i < rows.size(); ++i) found[i] = snapshot_.record(rows[i]);
  }
  void find_subjects(std::span<const uint32_t> users, policy_subject* found) const override {
    for (size_t i = 0; i < users.size(); ++i) found[i] = snapshot_.subject(users[i]);
  }
  uint32_t table_of(uint32_t row) const override { return snapshot_.table_of(row); }
  RowKeys rows(uint32_t table) const override {
    return {snapshot_.rows_by_unit(table), snapshot_.rows_by_owner(table), snapshot_.rows_by_share(table)};
  }
  KeySet holders(uint32_t role) const override { return snapshot_.holders(role); }
  PeopleKeys people() const override {
    return {snapshot_.members(), snapshot_.users_by_unit(), snapshot_.superiors(), snapshot_.units_above()};
  }

 private:
  const Snapshot& snapshot_;
  const GrantingRoles& granting_roles_;
  const policy_context& context_;
};

}  // namespace policy
