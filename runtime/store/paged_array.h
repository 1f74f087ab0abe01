// An array in many versions: pages of which a change copies one, and a list of pages.
//
//   PagedArray<policy_subject, 256> subjects;
//   subjects.grow(1000, edit);
//   PagedView<policy_subject, 256> before = subjects.view();
//   subjects.change(17, edit).unit_index = 3;              // `before[17]` stays as it was
//
// Readers see views: a pointer and a size, valid as long as the version is. Elements are plain data; new ones are all
// zero bytes. Which edit made a page is written beside, in the writer's memory, so that pages hold elements alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "runtime/store/edit.h"

namespace policy {

template <typename T, size_t kPageSize>
struct PagedView {
  T* const* pages = nullptr;
  size_t size = 0;

  // Of an index below size.
  const T& operator[](size_t index) const { return pages[index / kPageSize][index % kPageSize]; }
};

template <typename T, size_t kPageSize>
class PagedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using View = PagedView<T, kPageSize>;

  const View& view() const { return view_; }
  size_t size() const { return view_.size; }
  const T& operator[](size_t index) const { return view_[index]; }

  void grow(size_t size, Edit& edit) {
    if (size <= view_.size) return;
    size_t before = page_count(view_.size), after = page_count(size);
    if (after > before) {
      own_list(edit, after);
      page_edits_.resize(after, 0);
      for (size_t page = before; page < after; ++page) {
        list_[page] = static_cast<T*>(edit.allocate_block(kPageBytes));
        std::memset(static_cast<void*>(list_[page]), 0, kPageBytes);
        page_edits_[page] = edit.number();
      }
    }
    view_.size = size;
  }

  // Valid until the edit is committed.
  T& change(size_t index, Edit& edit) {
    size_t page = index / kPageSize;
    if (page_edits_[page] != edit.number()) {
      own_list(edit, page_count(view_.size));
      T* copy = static_cast<T*>(edit.allocate_block(kPageBytes));
      std::memcpy(static_cast<void*>(copy), list_[page], kPageBytes);
      edit.retire_block(list_[page], false);
      list_[page] = copy;
      page_edits_[page] = edit.number();
    }
    return list_[page][index % kPageSize];
  }

  // Back to a version before an edit that was abandoned.
  void restore(const View& view) {
    view_ = view;
    list_ = const_cast<T**>(view.pages);
    list_edit_ = 0;
  }
  // Empties it.
  void drop(Edit& edit) {
    for (size_t page = 0; page < page_count(view_.size); ++page) {
      edit.retire_block(list_[page], page_edits_[page] == edit.number());
    }
    edit.retire_block(list_, list_edit_ == edit.number());
    restore({});
  }

  // That readers look at.
  size_t bytes() const { return page_count(view_.size) * (kPageBytes + sizeof(T*)); }

 private:
  static constexpr size_t kPageBytes = kPageSize * sizeof(T);
  static size_t page_count(size_t size) { return (size + kPageSize - 1) / kPageSize; }

  void own_list(Edit& edit, size_t pages) {
    size_t before = page_count(view_.size);
    bool is_own = list_edit_ == edit.number();
    if (is_own && pages == before) return;
    T** list = static_cast<T**>(edit.allocate_block(pages * sizeof(T*)));
    if (before > 0) std::memcpy(list, list_, before * sizeof(T*));
    edit.retire_block(list_, is_own);
    list_ = list;
    view_.pages = list;
    list_edit_ = edit.number();
  }

  View view_;
  T** list_ = nullptr;  // view_.pages
  uint64_t list_edit_ = 0;
  std::vector<uint64_t> page_edits_;
};

}  // namespace policy
