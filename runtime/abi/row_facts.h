// Rows as hosts give them, into rows as the store keeps them.
//
//   Row row;
//   policy_status status = read_row(transaction->change.facts(), given, transaction->strings, row, why);
//   if (status == POLICY_OK) status = check_row(transaction->change.facts(), row, why);
//   if (status == POLICY_OK) number = transaction->change.add_row(std::move(row));
#pragma once

#include "runtime/abi/store_handles.h"

namespace policy {

// Fills in what the host left out: the owner's unit, and that attributes have no value. POLICY_UNKNOWN for a table, a
// column or an attribute that is not there, POLICY_REFUSED where one lookup is set twice.
policy_status read_row(const World& world, const policy_row& given, StringPool& strings, Row& row, policy_error* why);

// Whether it may be stored: POLICY_UNKNOWN, POLICY_REFUSED.
policy_status check_row(const World& world, const Row& row, policy_error* why);
// Whether somebody of this kind can own rows of the table at all, and whether the row may lie in that unit.
policy_status check_owner(const World& world, uint32_t table, policy_principal owner, policy_error* why);
policy_status check_unit(const World& world, uint32_t table, policy_principal owner, uint32_t unit, policy_error* why);
// Whether a row of the table may be linked to this one; `row` POLICY_NONE: one that is not there yet.
policy_status check_link(const World& world, uint32_t table, uint32_t row, uint32_t relationship, uint32_t parent,
                         policy_error* why);

// The values of a stored row with those that are given.
policy_status merge_values(const World& world, uint32_t row, std::span<const policy_value> values, StringPool& strings,
                           std::vector<uint64_t>& words, policy_error* why);
// The secured columns that have a value afterwards; POLICY_UNKNOWN for columns that the table does not have,
// POLICY_INVALID where one has a value that is not named.
policy_status merge_columns(const World& world, uint32_t row, uint64_t named, uint64_t with_value, uint64_t& merged,
                            policy_error* why);

}  // namespace policy
