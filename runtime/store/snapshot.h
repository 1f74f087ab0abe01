// An organization and its rows at one moment, as any number of threads read them while others are written.
//
//   std::optional<Reader> reader = store.reader();                // once for each thread
//   Snapshot snapshot = reader->snapshot();                       // now; costs a few nanoseconds and never waits
//   bool may = snapshot.check(sam, POLICY_RIGHT_read, trip);
//   const policy_subject& subject = snapshot.subject(sam);        // valid as long as `snapshot` is
//
// All that a snapshot says is of one revision. What it looks at is kept while it is there, so do not keep one for long.
// A reader and its snapshots are one thread's own; readers end before their store does.
#pragma once

#include <chrono>
#include <optional>

#include "runtime/decide/decide.h"
#include "runtime/organization/organization.h"
#include "runtime/store/epochs.h"
#include "runtime/store/key_set.h"
#include "runtime/store/rows.h"

namespace policy {

// How often the facts have changed: what `commit` gives, and what a host may ask a snapshot for at least.
struct Revision {
  uint64_t number = 0;
  friend auto operator<=>(const Revision&, const Revision&) = default;
};

// How somebody signs in, in a number; 0: without any bound.
constexpr uint32_t sign_in_number(const SignIn& how) {
  return static_cast<uint32_t>(how.reason) << 8 | static_cast<uint32_t>(how.mode);
}

// The keys of one table's rows: (unit number, row), (owner, row) and (principal, row shared with it).
struct TableKeys {
  KeySet by_unit;
  KeySet by_owner;
  KeySet by_share;
};

// What readers see of one revision; all that it points to is constant.
struct PublishedWorld {
  static constexpr size_t kSubjectsOfAPage = 256;
  static constexpr size_t kTablesOfAPage = 16;
  static constexpr size_t kRolesOfAPage = 32;

  static constexpr size_t kOpeningsOfAPage = 16;
  static constexpr uint32_t kMostColumns = 64;  // secured ones of a table

  uint64_t edit = 0;
  Revision revision;
  const ProgramTables* program = nullptr;
  const void* program_owner = nullptr;
  policy_context context{};
  policy_subject nobody{};
  RowsView rows;
  PagedView<policy_subject, kSubjectsOfAPage> subjects;
  PagedView<TableKeys, kTablesOfAPage> tables;
  PagedView<KeySet, kRolesOfAPage> holders;
  KeySet members;
  KeySet users_by_unit;
  KeySet superiors;
  KeySet units_above;
  KeySet column_profiles;
  KeySet sign_ins;  // (user, how) of those who may not just sign in and do everything: see sign_in_number
  PagedView<KeySet, kOpeningsOfAPage> openings;
};

class Reader;

class Snapshot {
 public:
  Snapshot(Snapshot&& other) noexcept : reader_(std::exchange(other.reader_, nullptr)), seen_(other.seen_) {}
  Snapshot& operator=(Snapshot&& other) noexcept;
  ~Snapshot();

  Revision revision() const { return seen_->revision; }
  const ProgramTables& tables() const { return *seen_->program; }
  const policy_context& context() const { return seen_->context; }
  // What was given to the store with the program's tables; null where the world alone was.
  const void* program_owner() const { return seen_->program_owner; }

  size_t user_count() const { return seen_->subjects.size; }
  bool has_user(uint32_t user) const { return user < seen_->subjects.size; }
  // One that holds nothing where there is no such user.
  const policy_subject& subject(uint32_t user) const { return has_user(user) ? seen_->subjects[user] : seen_->nobody; }
  // As Organization::sign_in says of the user.
  SignIn sign_in(uint32_t user) const;
  // Null and no table where there is no such row.
  RowPlace find(uint32_t row) const { return seen_->rows.find(row); }
  const policy_record* record(uint32_t row) const { return find(row).record; }
  uint32_t table_of(uint32_t row) const { return find(row).table; }

  bool check(uint32_t user, uint32_t right, uint32_t row) const {
    RowPlace place = find(row);
    if (place.record == nullptr || !has_user(user)) return false;
    return policy::check(tables(), seen_->subjects[user], place.table, right, *place.record, context());
  }
  policy_decision decide(uint32_t user, uint32_t right, uint32_t row) const {
    RowPlace place = find(row);
    if (place.record == nullptr || !has_user(user)) return kUnknown;
    return policy::decide(tables(), seen_->subjects[user], place.table, right, *place.record, context());
  }

  // --- what somebody may do with secured columns: see column_rights

  // (holder, column profile).
  const KeySet& column_profiles() const { return seen_->column_profiles; }
  // (row, principal that the column of the row is opened to).
  KeySet column_readers(uint32_t column) const { return opening(2 * column); }
  KeySet column_updaters(uint32_t column) const { return opening(2 * column + 1); }

  // --- what lists of rows and of people are made from; empty where the store keeps none

  // (unit number, row); rows of no unit are under POLICY_NONE.
  KeySet rows_by_unit(uint32_t table) const { return keys(table).by_unit; }
  // (owner, row); rows of nobody are not in it.
  KeySet rows_by_owner(uint32_t table) const { return keys(table).by_owner; }
  // (principal, row).
  KeySet rows_by_share(uint32_t table) const { return keys(table).by_share; }
  // (team principal, user), default teams as well.
  const KeySet& members() const { return seen_->members; }
  // (unit by index, user).
  const KeySet& users_by_unit() const { return seen_->users_by_unit; }
  // (report principal, user who has its rows through hierarchy security).
  const KeySet& superiors() const { return seen_->superiors; }
  // (number of a unit, number of its parent).
  const KeySet& units_above() const { return seen_->units_above; }
  // (number of the unit where the role counts, principal who holds it).
  KeySet holders(uint32_t role) const { return role < seen_->holders.size ? seen_->holders[role] : KeySet{}; }

 private:
  friend class Reader;
  Snapshot(Reader& reader, const PublishedWorld& seen) : reader_(&reader), seen_(&seen) {}
  KeySet opening(uint32_t index) const { return index < seen_->openings.size ? seen_->openings[index] : KeySet{}; }
  TableKeys keys(uint32_t table) const { return table < seen_->tables.size ? seen_->tables[table] : TableKeys{}; }

  Reader* reader_;  // null: moved away
  const PublishedWorld* seen_;
};

// One thread's way to snapshots.
class Reader {
 public:
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  // Only while it has no snapshots.
  Reader(Reader&& other) noexcept;

  Snapshot snapshot() {
    if (snapshots_++ == 0) epochs_->pin(slot_);
    return {*this, *root_->load(std::memory_order_seq_cst)};
  }
  // At least as new; nothing where the store has not come so far after `wait`.
  std::optional<Snapshot> snapshot(Revision at_least, std::chrono::nanoseconds wait = std::chrono::nanoseconds(0));

 private:
  friend class Snapshot;
  friend class Store;
  Reader(Epochs& epochs, const std::atomic<const PublishedWorld*>& root, uint32_t slot)
      : epochs_(&epochs), root_(&root), slot_(slot) {}
  void release() {
    if (--snapshots_ == 0) epochs_->unpin(slot_);
  }

  Epochs* epochs_;  // null: moved away
  const std::atomic<const PublishedWorld*>* root_;
  uint32_t slot_;
  uint32_t snapshots_ = 0;
};

inline Snapshot::~Snapshot() {
  if (reader_ != nullptr) reader_->release();
}

}  // namespace policy
