// One right on many rows of a table at once.
//
//   std::vector<uint64_t> allowed(POLICY_BITMAP_WORDS(rows.count));
//   if (policy::filter(tables, view, trip_table, POLICY_RIGHT_read, rows, context, allowed) != FilterStatus::Done) ...
//   bool third = POLICY_BIT(allowed, 3);
//
// Bit i is what policy::check says of row i. Compiled where the decision has its code and otherwise, slower, with one
// check a row. A status that is not Done goes with a bitmap of zeros, as far as it reaches.
#pragma once

#include <span>

#include "policy/columns.h"
#include "runtime/organization/program_tables.h"

namespace policy {

enum class FilterStatus : uint8_t {
  Done,
  Unknown,        // no such table or right, or a subject of another program
  Illegal,        // the table does not take the right
  MissingColumn,  // one that the decision reads
  ShortBitmap     // fewer words than the rows need
};

FilterStatus filter(const ProgramTables& tables, const policy_subject& subject, uint32_t table, uint32_t right,
                    const policy_columns& rows, const policy_context& context, std::span<uint64_t> allowed);

// The same with one check a row, whether there is code or not.
FilterStatus filter_by_checks(const ProgramTables& tables, const policy_subject& subject, uint32_t table,
                              uint32_t right, const policy_columns& rows, const policy_context& context,
                              std::span<uint64_t> allowed);

}  // namespace policy
