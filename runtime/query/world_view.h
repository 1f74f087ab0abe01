// A World as queries read it: sets for everything, built from it at once.
//
//   WorldView view(world);
//   size_t count = who(view, POLICY_RIGHT_read, trip, cursor, page);
//
// For one look at facts that do not change. `world` must outlive it, and must not change meanwhile.
#pragma once

#include <memory>

#include "runtime/query/view.h"
#include "runtime/world/world.h"

namespace policy {

class WorldView final : public QueryView {
 public:
  explicit WorldView(const World& world);
  WorldView(const WorldView&) = delete;
  WorldView& operator=(const WorldView&) = delete;

  const ProgramTables& tables() const override { return world_.tables; }
  const GrantingRoles& granting_roles() const override { return granting_roles_; }
  const policy_context& context() const override { return world_.context; }
  void find_records(std::span<const uint32_t> rows, const policy_record** found) const override;
  void find_subjects(std::span<const uint32_t> users, policy_subject* found) const override;
  uint32_t table_of(uint32_t row) const override;
  RowKeys rows(uint32_t table) const override { return table < rows_.size() ? rows_[table] : RowKeys{}; }
  KeySet holders(uint32_t role) const override { return role < holders_.size() ? holders_[role] : KeySet{}; }
  PeopleKeys people() const override { return people_; }

 private:
  void add_rows();
  void add_people();
  void add_units();
  void add_holders();

  const World& world_;
  GrantingRoles granting_roles_;
  Edit edit_{1};  // of all nodes; it frees them
  std::vector<RowKeys> rows_;
  std::vector<KeySet> holders_;
  PeopleKeys people_;
};

}  // namespace policy
