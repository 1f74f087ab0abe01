// What somebody may do with the secured columns of a row. Row access comes first; this opens no row.
//
//   policy::ColumnRights rights = policy::column_rights(world, sam, boat_trip, trip);
//   if ((rights.read & 1) == 0) ...                       // the table's first secured column reads as null
#pragma once

#include <cstdint>

#include "runtime/store/snapshot.h"
#include "runtime/world/world.h"

namespace policy {

// Bit k is the table's k-th secured column.
struct ColumnRights {
  uint64_t secured = 0;
  uint64_t read = 0;
  uint64_t create = 0;
  uint64_t update = 0;
  uint64_t read_unmasked = 0;      // in lists as well
  uint64_t read_one_unmasked = 0;  // where one row is read by itself
};

// `row` POLICY_NONE: a row that is not stored; no columns of it are shared.
ColumnRights column_rights(const World& world, uint32_t user, uint32_t table, uint32_t row);

// The same as others see it.
ColumnRights column_rights(const Snapshot& snapshot, uint32_t user, uint32_t table, uint32_t row);

// What both may.
ColumnRights both(const ColumnRights& a, const ColumnRights& b);

}  // namespace policy
