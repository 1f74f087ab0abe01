// One writer's change to structures that readers walk meanwhile. What readers can see is never changed: a node is
// copied, the copy belongs to this edit and is changed in place from then on, and the one before is given up.
//
//   struct Node { uint64_t edit; Node* next; };             // every node begins with the edit that made it
//   Edit edit(7);
//   Node* copy = edit.make<Node>(*old);                      // copy->edit is 7
//   edit.retire(old);                                        // readers may still be there
//   edit.owns(copy);                                         // true: may be changed in place
//   std::vector<Retired> retired = edit.commit();            // to be freed when no reader is left; see Epochs
//
// Without `commit` everything that was made is freed and what was retired stays. No other thread may use an Edit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace policy {

// Memory that nobody new can come to, and how it is freed.
struct Retired {
  void* memory = nullptr;
  void (*free)(void*) = nullptr;
};

class Edit {
 public:
  static constexpr size_t kBlockAlignment = 64;

  // Numbers count up from 1: node 0 is of no edit.
  explicit Edit(uint64_t number) : number_(number) {}
  ~Edit() { abandon(); }
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;

  uint64_t number() const { return number_; }

  // `Node{arguments...}` with its first member, `edit`, set.
  template <typename Node, typename... Arguments>
  Node* make(Arguments&&... arguments) {
    static_assert(std::is_same_v<decltype(Node::edit), uint64_t>);
    Retired& place = place_for_new();
    Node* node = new Node{std::forward<Arguments>(arguments)...};
    node->edit = number_;
    place = {node, &free_node<Node>};
    return node;
  }

  // For nodes of variable size: aligned to 16 bytes, to be begun by the caller with a `uint64_t edit`.
  void* allocate(size_t bytes) {
    void* memory = allocate_plain(bytes);
    *static_cast<uint64_t*>(memory) = number_;
    return memory;
  }

  // For blocks without an edit of their own: aligned to a cache line. Whoever keeps them knows which edit made them.
  void* allocate_block(size_t bytes) {
    Retired& place = place_for_new();
    place = {::operator new(bytes, std::align_val_t{kBlockAlignment}), &free_block};
    return place.memory;
  }

  template <typename Node>
  bool owns(const Node* node) const {
    return node->edit == number_;
  }

  // Of a node from `make`, and of one from `allocate`. Null is nothing to give up.
  template <typename Node>
  void retire(const Node* node) {
    if (node != nullptr) retire_if(owns(node), {const_cast<Node*>(node), &free_node<Node>});
  }
  void retire_bytes(const void* memory) {
    if (memory == nullptr) return;
    bool is_own = *static_cast<const uint64_t*>(memory) == number_;
    retire_if(is_own, {const_cast<void*>(memory), &free_bytes});
  }
  // Small ones, aligned to 8 bytes at least, that are made whole and never changed.
  void* allocate_plain(size_t bytes) {
    Retired& place = place_for_new();
    place = {::operator new(bytes), &free_bytes};
    return place.memory;
  }
  void retire_plain(const void* memory) { retired_.push_back({const_cast<void*>(memory), &free_bytes}); }

  void retire_block(const void* memory, bool is_own) {
    if (memory != nullptr) retire_if(is_own, {const_cast<void*>(memory), &free_block});
  }
  // Anything else that readers may still look at: freed with what this edit gives up, and kept where it is abandoned.
  void retire_later(Retired retired) { retired_.push_back(retired); }

  // As many more can be retired without any memory.
  void reserve_retired(size_t count) { retired_.reserve(retired_.size() + count); }

  // What was made stays. Gives back what readers may still see.
  [[nodiscard]] std::vector<Retired> commit() {
    made_.clear();
    for (const Retired& dropped : dropped_) dropped.free(dropped.memory);
    dropped_.clear();
    return std::exchange(retired_, {});
  }

  // What was made is freed, and what was retired is not.
  void abandon() {
    for (const Retired& made : made_) {
      if (made.memory != nullptr) made.free(made.memory);
    }
    made_.clear();
    dropped_.clear();
    retired_.clear();
  }

 private:
  // Before there is anything to keep: memory may run out here, or in making it.
  Retired& place_for_new() { return made_.emplace_back(); }

  template <typename Node>
  static void free_node(void* memory) {
    delete static_cast<Node*>(memory);
  }
  static void free_bytes(void* memory) { ::operator delete(memory); }
  static void free_block(void* memory) { ::operator delete(memory, std::align_val_t{kBlockAlignment}); }

  // No reader has seen what this edit made itself; it is in `made_` until the end, whichever way that comes.
  void retire_if(bool is_own, const Retired& retired) { (is_own ? dropped_ : retired_).push_back(retired); }

  uint64_t number_;
  std::vector<Retired> made_;
  std::vector<Retired> dropped_;
  std::vector<Retired> retired_;
};

}  // namespace policy
