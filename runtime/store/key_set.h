// An ordered set of numbers in many versions: an edit makes a new one that shares with the old all that it leaves
// alone.
//
//   KeySet rows = build_keys(ascending, edit);
//   KeySet before = rows;                        // a pointer
//   insert_key(rows, pair_key(unit, row), edit);     // `before` stays as it was
//   for (KeyCursor at = rows.from(pair_key(unit, 0)); !at.at_end() && upper_half(at.key()) == unit; at.next()) ...
//
// A B+ tree: leaves hold keys in a row, as many as fit a kilobyte, so that a walk costs little more than reading them.
// Nodes are made and retired through an edit (edit.h). Whoever may read a version may read it from any number of
// threads; reading allocates nothing and takes no lock.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/store/edit.h"

namespace policy {

// Most sets hold pairs: ordered by the first, then by the second.
constexpr uint64_t pair_key(uint32_t first, uint32_t second) { return uint64_t{first} << 32 | second; }
constexpr uint32_t upper_half(uint64_t key) { return static_cast<uint32_t>(key >> 32); }
constexpr uint32_t lower_half(uint64_t key) { return static_cast<uint32_t>(key); }

// --- nodes: a kilobyte each

struct KeyNode {
  uint64_t edit = 0;    // that made it
  uint32_t count = 0;   // of keys, or of children
  uint32_t height = 0;  // 0: a leaf
};
inline constexpr uint32_t kLeafKeys = 126;
inline constexpr uint32_t kBranchChildren = 62;
struct KeyLeaf : KeyNode {
  std::array<uint64_t, kLeafKeys> keys;
};
struct KeyBranch : KeyNode {
  uint64_t size = 0;  // keys below
  // No key of child i is less than its bound, none of child i - 1 is as great. The first bound says nothing.
  std::array<uint64_t, kBranchChildren> bounds;
  std::array<const KeyNode*, kBranchChildren> children;
};
// Two neighbours together are more than half full, so a tree of this height holds more keys than there are.
inline constexpr uint32_t kMaxKeyHeight = 12;

// --- reading

// A place in one version of a set. Valid as long as that version is.
class KeyCursor {
 public:
  bool at_end() const { return leaf_ == nullptr; }
  uint64_t key() const { return leaf_->keys[index_]; }
  void next() {
    if (++index_ == leaf_->count) next_leaf();
  }
  // The keys that lie together from here on: at least one.
  std::span<const uint64_t> run() const { return {leaf_->keys.data() + index_, leaf_->count - index_}; }
  // Past the first `count` of the run.
  void skip(size_t count) {
    index_ += static_cast<uint32_t>(count);
    if (index_ == leaf_->count) next_leaf();
  }
  // For who will go on: has the next run fetched meanwhile.
  void fetch_ahead() const;
  // To the first key that is not less; never back.
  void seek(uint64_t key);

 private:
  friend class KeySet;
  struct Level {
    const KeyBranch* branch;
    uint32_t index;
  };
  void descend(const KeyNode* node, uint64_t key);
  void next_leaf();

  const KeyLeaf* leaf_ = nullptr;
  const KeyNode* root_ = nullptr;
  uint32_t index_ = 0;
  uint32_t depth_ = 0;
  std::array<Level, kMaxKeyHeight> path_;
};

class KeySet {
 public:
  KeySet() = default;

  bool empty() const { return root_ == nullptr; }
  uint64_t size() const;
  bool contains(uint64_t key) const;
  // At the first key that is not less.
  KeyCursor from(uint64_t key) const;

 private:
  friend class KeySetWriter;
  const KeyNode* root_ = nullptr;
};

// --- writing

// False where the key is there already, or not there.
bool insert_key(KeySet& set, uint64_t key, Edit& edit);
bool erase_key(KeySet& set, uint64_t key, Edit& edit);
// Each key greater than the one before.
KeySet build_keys(std::span<const uint64_t> ascending, Edit& edit);
// Empties the set and retires all its nodes.
void drop_keys(KeySet& set, Edit& edit);

}  // namespace policy
