// Which users have a right on a row, page by page.
//
//   WhoCursor cursor;
//   std::array<uint32_t, 100> page;
//   while (!cursor.at_end()) {
//     size_t count = who(view, POLICY_RIGHT_read, trip, cursor, page);
//     show(std::span(page).first(count));
//   }
//
// Of one revision each user comes once, and exactly those for whom `check` says yes. Users are found from the row: its
// owner, with whom it is shared, their superiors, and those who hold a role for its unit. Users of one profile are
// asked about once where nothing of their own can make a difference.
//
// A cursor is a value: a host may store it, and go on with it after a commit. Then a page is true of the view that it
// is asked of, but what has changed meanwhile, of the row, its shares, units or what users hold, may make users come
// twice or not at all. Of another program it means nothing. A call does a bounded amount of work: a page may be shorter
// than asked for before the end, even empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/query/view.h"

namespace policy {

struct WhoCursor {
  uint64_t key = 0;
  uint32_t source = 0;
  uint32_t user = 0;

  bool at_end() const { return source == POLICY_NONE; }
  friend bool operator==(const WhoCursor&, const WhoCursor&) = default;
};

// How many users were written to `page`. None, and the end, where right or row are not there.
size_t who(const QueryView& view, uint32_t right, uint32_t row, WhoCursor& cursor, std::span<uint32_t> page);

}  // namespace policy
