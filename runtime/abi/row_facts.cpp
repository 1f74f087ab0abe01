#include "runtime/abi/row_facts.h"

#include <algorithm>

namespace policy {

namespace {

bool has_two_of_one_lookup(const ProgramTables& tables, const std::vector<RowLink>& links) {
  std::vector<uint32_t> lookups;
  for (const RowLink& link : links) {
    if (link.relationship < tables.relationships.size()) {
      lookups.push_back(tables.relationships[link.relationship].lookup);
    }
  }
  std::ranges::sort(lookups);
  return std::ranges::adjacent_find(lookups) != lookups.end();
}

std::vector<uint64_t> no_values(const TableEntry& table) {
  return std::vector<uint64_t>((table.attribute_bytes + 7) / 8);
}

// Whether the struct by itself makes sense.
policy_status check_given(const policy_row& given, policy_error* why) {
  if (const policy_status status = accept(&given, why, "policy_row"); status != POLICY_OK) return status;
  if (given.is_inactive > 1) return fail(why, POLICY_INVALID, "policy_row.is_inactive is neither 0 nor 1");
  if (given.reserved != 0) return fail(why, POLICY_INVALID, "policy_row.reserved is not 0");
  if (!has_values(given.values, given.value_count)) {
    return fail(why, POLICY_INVALID, "policy_row.values is null, and value_count is not 0");
  }
  if (has_values(given.links, given.link_count)) return POLICY_OK;
  return fail(why, POLICY_INVALID, "policy_row.links is null, and link_count is not 0");
}

policy_status no_such_column(policy_error* why, const TableEntry& table) {
  return refuse(why, POLICY_UNKNOWN, "table `{}` has {} secured columns, and the bits name others", table.name,
                table.secured.size());
}

}  // namespace

policy_status read_row(const World& world, const policy_row& given, StringPool& strings, Row& row, policy_error* why) {
  if (const policy_status status = check_given(given, why); status != POLICY_OK) return status;
  if (given.table >= world.tables.tables.size()) return no_such(why, "table", given.table);
  const TableEntry& table = world.tables.tables[given.table];
  if ((given.columns & ~table.secured_set()) != 0) return no_such_column(why, table);
  row.table = given.table;
  row.owner = given.owner;
  row.unit = given.unit;
  if (row.unit == POLICY_NONE && table.ownership == Ownership::User) row.unit = world.organization.unit_of(row.owner);
  row.active = given.is_inactive == 0;
  row.secured_values = given.columns;
  for (const policy_link& link : std::span(given.links, given.link_count)) {
    row.links.push_back({link.relationship, link.parent, POLICY_NONE});
  }
  if (has_two_of_one_lookup(world.tables, row.links)) return fail(why, POLICY_REFUSED, "a lookup is set twice");
  row.attributes = no_values(table);
  return write_values(table.attributes, world.tables.choice_labels.size(), {given.values, given.value_count}, strings,
                      row.attributes, why);
}

policy_status check_owner(const World& world, uint32_t table, policy_principal owner, policy_error* why) {
  const TableEntry& entry = world.tables.tables[table];
  if (entry.ownership != Ownership::User) {
    if (owner == POLICY_NOBODY) return POLICY_OK;
    return refuse(why, POLICY_REFUSED, "nobody owns rows of table `{}`", entry.name);
  }
  if (owner == POLICY_NOBODY) return refuse(why, POLICY_REFUSED, "a row of table `{}` has an owner", entry.name);
  if (!world.organization.knows(owner)) return no_such_principal(why, owner);
  const uint32_t index = POLICY_PRINCIPAL_INDEX(owner);
  switch (POLICY_PRINCIPAL_KIND(owner)) {
    case POLICY_USER:
      return POLICY_OK;
    case POLICY_TEAM:
      return accepted(world.organization.team_kind(index) != TeamKind::Access, why, "an access team owns nothing");
    case POLICY_UNIT:
      return accepted(world.tables.unit_as_principal, why, "units own nothing under this policy");
    default:
      return fail(why, POLICY_REFUSED, "the organization owns nothing by itself");
  }
}

policy_status check_unit(const World& world, uint32_t table, policy_principal owner, uint32_t unit, policy_error* why) {
  if (unit != POLICY_NONE && !world.organization.has_unit(unit)) return no_such(why, "unit", unit);
  const TableEntry& entry = world.tables.tables[table];
  if (entry.ownership == Ownership::Organization) {
    if (unit == POLICY_NONE) return POLICY_OK;
    return refuse(why, POLICY_REFUSED, "rows of table `{}` lie in no unit", entry.name);
  }
  if (unit == POLICY_NONE) return refuse(why, POLICY_REFUSED, "a row of table `{}` lies in a unit", entry.name);
  const bool is_free = entry.ownership == Ownership::BusinessUnit || world.tables.modern_units;
  const uint32_t own = world.organization.unit_of(owner);
  if (is_free || unit == own) return POLICY_OK;
  return refuse(why, POLICY_REFUSED, "under classic business units the row lies in unit {}, its owner's, and not in {}",
                own, unit);
}

policy_status check_link(const World& world, uint32_t table, uint32_t row, uint32_t relationship, uint32_t parent,
                         policy_error* why) {
  if (relationship >= world.tables.relationships.size()) return no_such(why, "relationship", relationship);
  if (!world.records.exists(parent)) return no_such(why, "row", parent);
  const RelationshipEntry& entry = world.tables.relationships[relationship];
  const bool fits = !entry.many_to_many && entry.child == table && entry.parent == world.records[parent].table;
  if (!fits) return refuse(why, POLICY_REFUSED, "`{}` does not link rows of these tables so", entry.name);
  const bool goes_round = row != POLICY_NONE && entry.is_parental && world.records.lies_at_or_below(parent, row);
  return accepted(!goes_round, why, "the row above lies below the row: parents would go round");
}

policy_status check_row(const World& world, const Row& row, policy_error* why) {
  // Numbers of rows that are to come must not run into POLICY_NONE.
  const bool has_room = world.records.size() < POLICY_NONE - 2 * kRowsOfAChunk;
  policy_status status = accepted(has_room, why, "there are as many rows as there can be");
  if (status == POLICY_OK) status = check_owner(world, row.table, row.owner, why);
  if (status == POLICY_OK) status = check_unit(world, row.table, row.owner, row.unit, why);
  for (const RowLink& link : row.links) {
    if (status != POLICY_OK) break;
    status = check_link(world, row.table, POLICY_NONE, link.relationship, link.parent, why);
  }
  return status;
}

policy_status merge_values(const World& world, uint32_t row, std::span<const policy_value> values, StringPool& strings,
                           std::vector<uint64_t>& words, policy_error* why) {
  const TableEntry& table = world.tables.tables[world.records[row].table];
  words = no_values(table);
  const std::span<const std::byte> before = world.records.record_bytes(row).subspan(sizeof(policy_record));
  std::copy_n(before.begin(), std::min(before.size(), words.size() * sizeof(uint64_t)),
              reinterpret_cast<std::byte*>(words.data()));
  return write_values(table.attributes, world.tables.choice_labels.size(), values, strings, words, why);
}

policy_status merge_columns(const World& world, uint32_t row, uint64_t named, uint64_t with_value, uint64_t& merged,
                            policy_error* why) {
  const TableEntry& table = world.tables.tables[world.records[row].table];
  if ((named & ~table.secured_set()) != 0) return no_such_column(why, table);
  if ((with_value & ~named) != 0)
    return fail(why, POLICY_INVALID, "a column has a value that is not among those named");
  merged = (world.records[row].secured_values & ~named) | with_value;
  return POLICY_OK;
}

}  // namespace policy
