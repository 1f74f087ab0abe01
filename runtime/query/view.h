// What `list` and `who` read: users, rows and the sets by which they find them, at one moment.
//
//   const policy_record* found[2];
//   view.find_records(rows, found);                    // null where there is no such row
//   for (KeyCursor at = view.rows(trip).by_unit.from(pair_key(north, 0)); ...)
//
// Many are asked for at once, so that their memory is on its way together. Reading from any number of threads is safe;
// a view does not change.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/organization/subject.h"
#include "runtime/store/key_set.h"

namespace policy {

// The rows of one table.
struct RowKeys {
  KeySet by_unit;   // number of the owning unit, row
  KeySet by_owner;  // owner, row
  KeySet by_share;  // principal, row
};

// Everybody.
struct PeopleKeys {
  KeySet members;        // team as a principal, user; default teams too
  KeySet users_by_unit;  // unit by index, user
  KeySet superiors;      // report or a team of one as a principal, user who has their rows
  KeySet units_above;    // number of a unit, number of its parent
};

// The roles that grant a right on a table, and how wide each does at most.
class GrantingRoles {
 public:
  struct Entry {
    uint32_t role = POLICY_NONE;
    policy_level level = POLICY_LEVEL_none;
  };
  explicit GrantingRoles(const ProgramTables& tables);
  // Ascending by role.
  std::span<const Entry> of(uint32_t table, uint32_t right) const;

 private:
  std::vector<uint32_t> begins_;  // by table and right, and the end
  std::vector<Entry> entries_;
};

// Whether reports' rows may count for the right on the table, which has to be there.
bool opens_through_hierarchy(const ProgramTables& tables, uint32_t table, uint32_t right);

class QueryView {
 public:
  virtual ~QueryView() = default;
  virtual const ProgramTables& tables() const = 0;
  virtual const GrantingRoles& granting_roles() const = 0;
  virtual const policy_context& context() const = 0;

  // One for each that is asked for: null where there is no such row, a subject that holds nothing where no such user.
  virtual void find_records(std::span<const uint32_t> rows, const policy_record** found) const = 0;
  virtual void find_subjects(std::span<const uint32_t> users, policy_subject* found) const = 0;
  // POLICY_NONE where there is no such row.
  virtual uint32_t table_of(uint32_t row) const = 0;

  // Empty where there is no such table, no such role.
  virtual RowKeys rows(uint32_t table) const = 0;
  virtual KeySet holders(uint32_t role) const = 0;  // number of the anchor unit, holder as a principal
  virtual PeopleKeys people() const = 0;
};

}  // namespace policy
