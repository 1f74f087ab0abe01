#include "runtime/store/key_set.h"

#include <cassert>
#include <vector>

namespace policy {

namespace {

const KeyLeaf* as_leaf(const KeyNode* node) { return static_cast<const KeyLeaf*>(node); }
const KeyBranch* as_branch(const KeyNode* node) { return static_cast<const KeyBranch*>(node); }

uint64_t size_of(const KeyNode* node) { return node->height == 0 ? node->count : as_branch(node)->size; }

uint32_t child_of(const KeyBranch& branch, uint64_t key) {
  const uint64_t* begin = branch.bounds.data() + 1;
  const uint64_t* end = branch.bounds.data() + branch.count;
  return static_cast<uint32_t>(std::upper_bound(begin, end, key) - begin);
}

uint32_t place_of(const KeyLeaf& leaf, uint64_t key) {
  const uint64_t* begin = leaf.keys.data();
  return static_cast<uint32_t>(std::lower_bound(begin, begin + leaf.count, key) - begin);
}

const KeyLeaf* leaf_of(const KeyNode* node, uint64_t key) {
  while (node->height > 0) node = as_branch(node)->children[child_of(*as_branch(node), key)];
  return as_leaf(node);
}

// A node's lines all at once, where searching it would wait for one after the other.
void prefetch_node(const KeyNode* node) {
  const auto* bytes = reinterpret_cast<const char*>(node);
  for (size_t line = 0; line < sizeof(KeyLeaf); line += 64) __builtin_prefetch(bytes + line);
}

}  // namespace

// --- reading

uint64_t KeySet::size() const { return root_ == nullptr ? 0 : size_of(root_); }

bool KeySet::contains(uint64_t key) const {
  if (root_ == nullptr) return false;
  const KeyLeaf* leaf = leaf_of(root_, key);
  uint32_t place = place_of(*leaf, key);
  return place < leaf->count && leaf->keys[place] == key;
}

KeyCursor KeySet::from(uint64_t key) const {
  KeyCursor cursor;
  cursor.root_ = root_;
  if (root_ != nullptr) cursor.descend(root_, key);
  return cursor;
}

void KeyCursor::descend(const KeyNode* node, uint64_t key) {
  depth_ = 0;
  while (node->height > 0) {
    const KeyBranch* branch = as_branch(node);
    uint32_t index = child_of(*branch, key);
    path_[depth_++] = {branch, index};
    node = branch->children[index];
    if (branch->height <= 2) prefetch_node(node);
  }
  leaf_ = as_leaf(node);
  index_ = place_of(*leaf_, key);
  if (index_ == leaf_->count) next_leaf();
}

// Near keys are looked for in the leaf, others from the root.
void KeyCursor::seek(uint64_t key) {
  if (at_end() || this->key() >= key) return;
  if (leaf_->keys[leaf_->count - 1] >= key) {
    index_ = place_of(*leaf_, key);
  } else {
    descend(root_, key);
  }
}

void KeyCursor::fetch_ahead() const {
  if (depth_ == 0) return;
  const Level& turn = path_[depth_ - 1];
  if (turn.index + 1 < turn.branch->count) prefetch_node(turn.branch->children[turn.index + 1]);
}

void KeyCursor::next_leaf() {
  while (depth_ > 0 && path_[depth_ - 1].index + 1 == path_[depth_ - 1].branch->count) --depth_;
  if (depth_ == 0) {
    leaf_ = nullptr;
    return;
  }
  Level& turn = path_[depth_ - 1];
  const KeyNode* node = turn.branch->children[++turn.index];
  while (node->height > 0) {
    path_[depth_++] = {as_branch(node), 0};
    node = as_branch(node)->children[0];
  }
  leaf_ = as_leaf(node);
  index_ = 0;
  fetch_ahead();
}

// --- writing

class KeySetWriter {
 public:
  KeySetWriter(KeySet& set, Edit& edit) : set_(set), edit_(edit) {}

  bool insert(uint64_t key) {
    if (set_.root_ == nullptr) {
      KeyLeaf* leaf = edit_.make<KeyLeaf>();
      leaf->keys[leaf->count++] = key;
      set_.root_ = leaf;
      return true;
    }
    if (set_.contains(key)) return false;
    KeyLeaf* leaf = own_path(key, 1);
    uint32_t place = place_of(*leaf, key);
    if (leaf->count < kLeafKeys) {
      insert_at(leaf->keys, leaf->count++, place, key);
    } else {
      split_leaf(leaf, place, key);
    }
    return true;
  }

  bool erase(uint64_t key) {
    if (!set_.contains(key)) return false;
    KeyLeaf* leaf = own_path(key, -1);
    erase_at(leaf->keys, leaf->count--, place_of(*leaf, key));
    if (depth_ > 0) join_around(leaf);
    for (uint32_t level = depth_; level-- > 1;) join_around(path_[level].branch, level - 1);
    shrink_root();
    return true;
  }

  void build(std::span<const uint64_t> ascending) {
    std::vector<const KeyNode*> nodes;
    std::vector<uint64_t> bounds;
    for (size_t at = 0; at < ascending.size(); at += kBuiltKeys) {
      std::span<const uint64_t> part = ascending.subspan(at, std::min<size_t>(kBuiltKeys, ascending.size() - at));
      KeyLeaf* leaf = edit_.make<KeyLeaf>();
      std::copy(part.begin(), part.end(), leaf->keys.begin());
      leaf->count = static_cast<uint32_t>(part.size());
      nodes.push_back(leaf);
      bounds.push_back(part.front());
    }
    while (nodes.size() > 1) build_level(nodes, bounds);
    set_.root_ = nodes.empty() ? nullptr : nodes[0];
  }

  void drop() {
    std::vector<const KeyNode*> pending;
    if (set_.root_ != nullptr) pending.push_back(set_.root_);
    while (!pending.empty()) {
      const KeyNode* node = pending.back();
      pending.pop_back();
      if (node->height > 0) {
        const KeyBranch* branch = as_branch(node);
        pending.insert(pending.end(), branch->children.begin(), branch->children.begin() + branch->count);
      }
      retire(node);
    }
    set_.root_ = nullptr;
  }

 private:
  // A little room for what comes in between.
  static constexpr uint32_t kBuiltKeys = 120;
  static constexpr uint32_t kBuiltChildren = 60;

  // The branches from the root down, all of this edit, and the child of each that was taken.
  struct Level {
    KeyBranch* branch;
    uint32_t index;
  };

  template <typename Array, typename Item>
  static void insert_at(Array& items, uint32_t count, uint32_t place, Item item) {
    std::copy_backward(items.begin() + place, items.begin() + count, items.begin() + count + 1);
    items[place] = item;
  }
  template <typename Array>
  static void erase_at(Array& items, uint32_t count, uint32_t place) {
    std::copy(items.begin() + place + 1, items.begin() + count, items.begin() + place);
  }

  template <typename Node>
  Node* own(const Node* node) {
    if (edit_.owns(node)) return const_cast<Node*>(node);
    Node* copy = edit_.make<Node>(*node);
    edit_.retire(node);
    return copy;
  }
  void retire(const KeyNode* node) {
    if (node->height == 0) {
      edit_.retire(as_leaf(node));
    } else {
      edit_.retire(as_branch(node));
    }
  }

  KeyLeaf* own_path(uint64_t key, int64_t change) {
    const KeyNode** place = &set_.root_;
    depth_ = 0;
    while ((*place)->height > 0) {
      KeyBranch* branch = own(as_branch(*place));
      *place = branch;
      branch->size += static_cast<uint64_t>(change);
      uint32_t index = child_of(*branch, key);
      path_[depth_++] = {branch, index};
      place = &branch->children[index];
    }
    KeyLeaf* leaf = own(as_leaf(*place));
    *place = leaf;
    return leaf;
  }

  // Keys that come in order fill nodes to the brim; others halve them. (The last of its parent has no neighbour to the
  // right that would be too small beside a nearly empty one.)
  bool fills_up(uint32_t level, uint32_t place, uint32_t count) const {
    return place == count && (level == 0 || path_[level - 1].index + 1 == path_[level - 1].branch->count);
  }

  void split_leaf(KeyLeaf* leaf, uint32_t place, uint64_t key) {
    KeyLeaf* right = edit_.make<KeyLeaf>();
    uint32_t kept = fills_up(depth_, place, leaf->count) ? leaf->count : leaf->count / 2;
    std::copy(leaf->keys.begin() + kept, leaf->keys.begin() + leaf->count, right->keys.begin());
    right->count = leaf->count - kept;
    leaf->count = kept;
    if (place > kept || kept == kLeafKeys) {
      insert_at(right->keys, right->count++, place - kept, key);
    } else {
      insert_at(leaf->keys, leaf->count++, place, key);
    }
    add_child(leaf, right, right->keys[0]);
  }

  // `right` stands right of `left`; whichever branches are full are split, up to the root.
  void add_child(const KeyNode* left, const KeyNode* right, uint64_t bound) {
    for (uint32_t level = depth_; level-- > 0;) {
      KeyBranch* branch = path_[level].branch;
      uint32_t place = path_[level].index + 1;
      if (branch->count < kBranchChildren) return insert_child(branch, place, right, bound);
      KeyBranch* half = split_branch(branch, level, place, right, bound);
      left = branch;
      right = half;
      bound = half->bounds[0];
    }
    grow_root(left, right, bound);
  }

  static void insert_child(KeyBranch* branch, uint32_t place, const KeyNode* child, uint64_t bound) {
    insert_at(branch->bounds, branch->count, place, bound);
    insert_at(branch->children, branch->count, place, child);
    ++branch->count;
  }

  KeyBranch* split_branch(KeyBranch* branch, uint32_t level, uint32_t place, const KeyNode* child, uint64_t bound) {
    KeyBranch* right = edit_.make<KeyBranch>();
    right->height = branch->height;
    uint32_t kept = fills_up(level, place, branch->count) ? branch->count : branch->count / 2;
    std::copy(branch->bounds.begin() + kept, branch->bounds.begin() + branch->count, right->bounds.begin());
    std::copy(branch->children.begin() + kept, branch->children.begin() + branch->count, right->children.begin());
    right->count = branch->count - kept;
    branch->count = kept;
    if (place > kept || kept == kBranchChildren) {
      insert_child(right, place - kept, child, bound);
    } else {
      insert_child(branch, place, child, bound);
    }
    right->size = 0;
    for (uint32_t i = 0; i < right->count; ++i) right->size += size_of(right->children[i]);
    branch->size -= right->size;
    return right;
  }

  void grow_root(const KeyNode* left, const KeyNode* right, uint64_t bound) {
    assert(left->height + 1 < kMaxKeyHeight);
    KeyBranch* root = edit_.make<KeyBranch>();
    root->height = left->height + 1;
    root->size = size_of(left) + size_of(right);
    root->bounds[0] = 0;
    root->children[0] = left;
    root->count = 1;
    insert_child(root, 1, right, bound);
    set_.root_ = root;
  }

  void build_level(std::vector<const KeyNode*>& nodes, std::vector<uint64_t>& bounds) {
    size_t made = 0;
    for (size_t at = 0; at < nodes.size(); at += kBuiltChildren, ++made) {
      KeyBranch* branch = edit_.make<KeyBranch>();
      branch->height = nodes[at]->height + 1;
      branch->count = static_cast<uint32_t>(std::min<size_t>(kBuiltChildren, nodes.size() - at));
      for (uint32_t i = 0; i < branch->count; ++i) {
        branch->children[i] = nodes[at + i];
        branch->bounds[i] = bounds[at + i];
        branch->size += size_of(nodes[at + i]);
      }
      nodes[made] = branch;
      bounds[made] = bounds[at];
    }
    nodes.resize(made);
    bounds.resize(made);
  }

  static uint32_t half_of(const KeyNode* node) { return (node->height == 0 ? kLeafKeys : kBranchChildren) / 2; }

  void join_around(const KeyNode* node) { join_around(node, depth_ - 1); }

  // Keeps what kMaxKeyHeight says of neighbours, for the child of path_[level] that has become smaller.
  void join_around(const KeyNode* node, uint32_t level) {
    KeyBranch* parent = path_[level].branch;
    uint32_t index = path_[level].index;
    if (node->count == 0) {
      remove_child(parent, index);
      return retire(node);
    }
    if (index > 0 && parent->children[index - 1]->count + node->count <= half_of(node)) join(parent, --index);
    node = parent->children[index];
    while (index + 1 < parent->count && node->count + parent->children[index + 1]->count <= half_of(node)) {
      join(parent, index);
      node = parent->children[index];
    }
  }

  // Child `index` takes in the one after it.
  void join(KeyBranch* parent, uint32_t index) {
    const KeyNode* right = parent->children[index + 1];
    if (right->height == 0) {
      KeyLeaf* left = own(as_leaf(parent->children[index]));
      std::copy_n(as_leaf(right)->keys.begin(), right->count, left->keys.begin() + left->count);
      left->count += right->count;
      parent->children[index] = left;
    } else {
      KeyBranch* left = own(as_branch(parent->children[index]));
      const KeyBranch* taken = as_branch(right);
      std::copy_n(taken->bounds.begin(), taken->count, left->bounds.begin() + left->count);
      std::copy_n(taken->children.begin(), taken->count, left->children.begin() + left->count);
      left->bounds[left->count] = parent->bounds[index + 1];
      left->count += taken->count;
      left->size += taken->size;
      parent->children[index] = left;
    }
    remove_child(parent, index + 1);
    retire(right);
  }

  static void remove_child(KeyBranch* parent, uint32_t index) {
    erase_at(parent->bounds, parent->count, index);
    erase_at(parent->children, parent->count, index);
    --parent->count;
  }

  void shrink_root() {
    while (set_.root_ != nullptr) {
      const KeyNode* root = set_.root_;
      if (root->count > 1 || (root->count == 1 && root->height == 0)) return;
      set_.root_ = root->count == 0 ? nullptr : as_branch(root)->children[0];
      retire(root);
    }
  }

  KeySet& set_;
  Edit& edit_;
  std::array<Level, kMaxKeyHeight> path_;
  uint32_t depth_ = 0;
};

bool insert_key(KeySet& set, uint64_t key, Edit& edit) { return KeySetWriter(set, edit).insert(key); }

bool erase_key(KeySet& set, uint64_t key, Edit& edit) { return KeySetWriter(set, edit).erase(key); }

KeySet build_keys(std::span<const uint64_t> ascending, Edit& edit) {
  KeySet set;
  KeySetWriter(set, edit).build(ascending);
  return set;
}

void drop_keys(KeySet& set, Edit& edit) { KeySetWriter(set, edit).drop(); }

}  // namespace policy
