// The rows: who owns them, where they lie, what they are linked to, what is shared, and what they inherit.
//
//   policy::Records records(tables, organization);
//   uint32_t trip = records.add({.table = boat_trip, .owner = sam, .unit = north});
//   records.set_share(trip, POLICY_PRINCIPAL(POLICY_USER, ana), right_bit(POLICY_RIGHT_read));
//   bool may = policy::check(tables, view, boat_trip, POLICY_RIGHT_read, records.header(trip), context);
//
// Rows count up from 0 in the order of adding and keep their index when they are deleted. A row knows its children and
// those that inherit from it, so that a cascade costs what it reaches. Whatever names something that is not there
// changes nothing and gives false. Reading from any number of threads is safe while nobody changes it; `tables` and
// `organization` must outlive it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "runtime/organization/organization.h"
#include "runtime/records/record_bytes.h"

namespace policy {

// A row linked to a row above it.
struct RowLink {
  uint32_t relationship = POLICY_NONE;
  uint32_t parent = POLICY_NONE;
  uint32_t place = POLICY_NONE;  // among the parent's children; kept by Records
};

struct Row {
  uint32_t table = POLICY_NONE;
  policy_principal owner = 0;        // nobody on tables without owners
  uint32_t unit = POLICY_NONE;       // the owning unit, by index
  bool active = true;                // its state is one of those that count as active
  bool exists = true;                // false: not created yet, or deleted
  uint64_t secured_values = 0;       // secured columns that have a value
  std::vector<uint64_t> attributes;  // at the program's offsets; of a stored row they are behind its header
  std::vector<RowLink> links;        // at most one for each lookup column
};

// Rights that a row has through a row above it: because that row's owner has it, or because it is shared there.
struct Part {
  uint32_t from = POLICY_NONE;  // none: left over, no link accounts for it
  bool from_owner = false;
  RightSet rights = 0;
  uint32_t place = POLICY_NONE;  // among the heirs of `from`; kept by Records
};

// What a row is shared with one principal for: given on the row itself, and inherited.
struct RowShare {
  policy_principal principal = 0;
  RightSet rights = 0;
  std::vector<Part> parts;
};

struct ColumnOpening {
  uint32_t column = 0;  // bit among the secured columns of the table
  policy_principal principal = 0;
  bool read = false;
  bool update = false;
};

struct Child {
  uint32_t relationship = POLICY_NONE;
  uint32_t row = POLICY_NONE;
  friend auto operator<=>(const Child&, const Child&) = default;
};

// A part that some row has from this one.
struct Heir {
  uint32_t row = POLICY_NONE;
  policy_principal principal = 0;
  bool from_owner = false;
};

class Records {
 public:
  Records(const ProgramTables& tables, const Organization& organization)
      : tables_(tables), organization_(organization) {}

  // Links to rows that are not there yet are left out; make them when they are.
  uint32_t add(Row row);
  // Likewise, with a number beside those of other rows of its table: readers keep those together. Numbers that are left
  // out on the way are of no row.
  uint32_t add_beside(Row row);

  // Notes every change from now on, or no more (null).
  void keep_journal(Journal* journal) { journal_ = journal; }

  // --- questions

  size_t size() const { return rows_.size(); }
  bool exists(uint32_t row) const { return row < rows_.size() && rows_[row].row.exists; }
  // Valid rows only, as for what follows.
  const Row& operator[](uint32_t row) const { return rows_[row].row; }
  const policy_record& header(uint32_t row) const { return rows_[row].record.header(); }
  // Of a row as it would be: nothing is shared.
  RecordBytes record_of(const Row& row) const;
  // Whom the row belongs to: on tables owned by business units the unit, where units are principals; 0 for nobody.
  policy_principal owner_of(const Row& row) const;
  const std::vector<RowShare>& shares(uint32_t row) const { return rows_[row].shares; }
  RightSet share_rights(uint32_t row, policy_principal principal) const;
  RightSet part_rights(uint32_t row, policy_principal principal, uint32_t from, bool from_owner) const;
  // In no order.
  std::span<const Child> children(uint32_t row) const { return rows_[row].children; }
  std::span<const Heir> heirs(uint32_t row) const { return rows_[row].heirs; }
  std::span<const ColumnOpening> column_openings(uint32_t row) const { return rows_[row].openings; }
  bool is_associated(uint32_t relationship, uint32_t first, uint32_t second) const;
  // Through links of parental relationships.
  bool lies_at_or_below(uint32_t row, uint32_t root) const;
  // first, relationship, second
  const std::set<std::array<uint32_t, 3>>& associations() const { return by_first_; }
  // Header and attributes, and what is shared.
  std::span<const std::byte> record_bytes(uint32_t row) const { return rows_[row].record.bytes(); }
  std::span<const policy_share> host_shares(uint32_t row) const { return shares_of(header(row)); }
  // In no order, and also those that are not there.
  std::span<const uint32_t> rows_of_owner(policy_principal owner) const { return list_of(by_owner_, owner); }
  std::span<const uint32_t> rows_of_unit(uint32_t unit) const { return list_of(by_unit_, unit); }

  // --- changes

  bool create(uint32_t row);
  bool remove(uint32_t row);
  bool set_owner(uint32_t row, policy_principal owner);
  bool set_unit(uint32_t row, uint32_t unit);
  bool set_active(uint32_t row, bool active);
  bool set_values(uint32_t row, std::span<const uint64_t> attributes, uint64_t secured_values);
  bool link(uint32_t row, uint32_t relationship, uint32_t parent);
  bool unlink(uint32_t row, uint32_t relationship);
  bool set_share(uint32_t row, policy_principal principal, RightSet rights);
  bool set_part(uint32_t row, policy_principal principal, const Part& part);  // no rights: takes it away
  bool set_opening(uint32_t row, const ColumnOpening& opening);
  bool set_association(uint32_t relationship, uint32_t first, uint32_t second, bool there);
  // After the owner's unit changed: rows of this owner may be away from home now, or back.
  void owner_moved(policy_principal owner);
  // After the unit's number changed.
  void unit_renumbered(uint32_t unit);
  // After anything else that the row's header hangs on.
  void refresh(uint32_t row);

 private:
  struct Stored {
    Row row;
    std::vector<RowShare> shares;  // ascending by principal
    std::vector<Child> children;
    std::vector<Heir> heirs;
    std::vector<ColumnOpening> openings;
    ShareList share_list;  // what the header points to
    RecordBytes record;
    uint32_t owner_place = POLICY_NONE;  // among the rows of its owner, and of its unit
    uint32_t unit_place = POLICY_NONE;
  };
  using RowLists = std::unordered_map<uint32_t, std::vector<uint32_t>>;

  policy_record header_of(const Row& row) const;
  static std::span<const uint32_t> list_of(const RowLists& lists, uint32_t key);
  void refresh_header(uint32_t row);
  void refresh_shares(uint32_t row);
  void enter_lists(uint32_t row);
  void fill(uint32_t index, Row row);
  void empty(uint32_t index);
  void enter_list(RowLists& lists, uint32_t key, uint32_t row, uint32_t Stored::* place);
  void leave_list(RowLists& lists, uint32_t key, uint32_t row, uint32_t Stored::* place);
  // A number that waits for a row is none.
  bool is_row(uint32_t row) const { return row < rows_.size() && rows_[row].row.table != POLICY_NONE; }
  void set_exists(uint32_t row, bool exists);
  void drop_own_shares(uint32_t row);
  void note(uint32_t row) {
    if (journal_ != nullptr) journal_->rows.push_back(row);
  }
  template <typename TakeBack>
  void note_undo(TakeBack take_back) {
    if (journal_ != nullptr) journal_->undo.push_back(std::move(take_back));
  }
  void enter_children(uint32_t row, RowLink& link);
  void leave_children(const RowLink& link);
  void enter_heirs(uint32_t row, policy_principal principal, Part& part);
  void leave_heirs(const Part& part);
  void drop_heirs(uint32_t row);
  void drop_associations(uint32_t row);

  const ProgramTables& tables_;
  const Organization& organization_;
  Journal* journal_ = nullptr;
  std::vector<Stored> rows_;
  RowLists by_owner_;
  RowLists by_unit_;
  std::unordered_map<uint32_t, policy_interval> runs_;  // of each table: numbers that wait for its rows
  std::set<std::array<uint32_t, 3>> by_first_;          // first, relationship, second
  std::set<std::array<uint32_t, 3>> by_second_;         // second, relationship, first
};

}  // namespace policy
