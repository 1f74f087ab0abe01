// Which rows of a table a user has a right on, page by page.
//
//   ListCursor cursor;
//   std::array<uint32_t, 100> page;
//   while (!cursor.at_end()) {
//     size_t count = list(view, sam, POLICY_RIGHT_read, trip, cursor, page);
//     show(std::span(page).first(count));
//   }
//
// Of one revision each row comes once, and exactly those on which `check` says yes. Rows are found through the units
// that the user's grants reach, through owners and through shares, so that the cost is that of the answer and not that
// of the table; where a grant has a condition, of the rows that it reaches.
//
// A cursor is a value: a host may store it, and go on with it after a commit. Then a page is true of the view that it
// is asked of, but what has changed meanwhile, of rows, shares, units or what the user holds, may make rows come twice
// or not at all. Of another program it means nothing. A call does a bounded amount of work: a page may be shorter than
// asked for before the end, even empty. Allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/query/view.h"

namespace policy {

struct ListCursor {
  uint64_t key = 0;
  uint32_t source = 0;

  bool at_end() const { return source == POLICY_NONE; }
  friend bool operator==(const ListCursor&, const ListCursor&) = default;
};

// How many rows were written to `page`. None, and the end, where user, right or table are not there.
size_t list(const QueryView& view, uint32_t user, uint32_t right, uint32_t table, ListCursor& cursor,
            std::span<uint32_t> page);

}  // namespace policy
