// Shows readers what a transaction has changed: writes rows, subjects and key sets anew, as far as they are others.
//
//   Publisher publisher({.keeps_lists = true}, program.get());
//   const PublishedWorld* next = publisher.publish(world, journal, revision, edit);
//   root.store(next); epochs.advance(edit.commit());
//
// What was published before stays as it is, for those who still read it. One writer at a time.
#pragma once

#include <functional>
#include <unordered_map>

#include "runtime/store/snapshot.h"
#include "runtime/world/world.h"

namespace policy {

struct StoreOptions {
  // The sets of keys that `list` and `who` go by. Without them these find nothing, and rows and users take less.
  bool keeps_lists = true;
};

// What readers' memory goes to, in bytes as they were asked for.
struct StoreMemory {
  size_t rows = 0;
  size_t rows_bytes = 0;       // headers, directories and attributes
  size_t attribute_bytes = 0;  // of these, what conditions read
  size_t shares = 0;
  size_t share_bytes = 0;
  size_t users = 0;
  size_t user_bytes = 0;  // without the profiles that users share, and the free places at the end
};

// Keys that go and keys that come, and then both at once.
class KeyChanges {
 public:
  void erase(uint64_t key) { gone_.push_back(key); }
  void insert(uint64_t key) { come_.push_back(key); }
  bool empty() const { return gone_.empty() && come_.empty(); }
  void apply(KeySet& set, Edit& edit);

 private:
  void rebuild(KeySet& set, Edit& edit) const;

  std::vector<uint64_t> gone_;
  std::vector<uint64_t> come_;
};

class Publisher {
 public:
  // `owner`: whatever the program is of, for Snapshot::program_owner.
  Publisher(StoreOptions options, const void* owner) : options_(options) { now_.program_owner = owner; }

  // Where memory runs out all stays as it was, also where that is in `last`, which is called at the end.
  const PublishedWorld* publish(const World& world, const Journal& journal, Revision revision, Edit& edit,
                                const std::function<void()>& last = nullptr);
  // Everything; nobody may read any more.
  void drop(Edit& edit);

  StoreMemory memory() const;
  const StoreOptions& options() const { return options_; }

 private:
  using Table = std::array<KeyChanges, 3>;  // in the order of TableKeys

  void publish_all(const World& world, const Journal& journal, Edit& edit);
  void publish_rows(const World& world, std::vector<uint32_t> rows, Edit& edit);
  void publish_row(const Records& records, uint32_t row, Edit& edit);
  Table& keys_of(uint32_t table);
  void change_row_keys(const RowPlace& before, const RowPlace& after, uint32_t row);
  void apply_row_keys(const ProgramTables& tables, Edit& edit);
  void publish_users(const World& world, const Journal& journal, Edit& edit);
  void publish_user(const World& world, uint32_t user, Edit& edit);
  void change_sign_in(const Organization& organization, uint32_t user);
  void publish_holders(const World& world, const Journal& journal, Edit& edit);
  void publish_units(const Organization& organization, const Journal& journal, Edit& edit);
  void publish_profiles(const Organization& organization, const Journal& journal, Edit& edit);
  void publish_openings(const Records& records, const Journal& journal, Edit& edit);

  StoreOptions options_;
  PublishedWorld now_;
  Rows rows_;
  PagedArray<policy_subject, PublishedWorld::kSubjectsOfAPage> subjects_;
  PagedArray<TableKeys, PublishedWorld::kTablesOfAPage> tables_;
  PagedArray<KeySet, PublishedWorld::kRolesOfAPage> holders_;
  PagedArray<KeySet, PublishedWorld::kOpeningsOfAPage> openings_;
  // Of the transaction that is being published.
  std::unordered_map<uint32_t, Table> row_keys_;
  Table* last_keys_ = nullptr;
  uint32_t last_table_ = POLICY_NONE;
  KeyChanges members_, users_by_unit_, superiors_, sign_ins_;
};

}  // namespace policy
