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

}  // namespace

policy_status read_row(const World& world, const policy_row& given, StringPool& strings, Row& row) {
  if (const policy_status status = accept(&given, nullptr, "row"); status != POLICY_OK) return status;
  if (given.is_inactive > 1) return POLICY_INVALID;
  if (!has_values(given.values, given.value_count) || !has_values(given.links, given.link_count)) {
    return POLICY_INVALID;
  }
  if (given.table >= world.tables.tables.size()) return POLICY_UNKNOWN;
  const TableEntry& table = world.tables.tables[given.table];
  if ((given.columns & ~table.secured_set()) != 0) return POLICY_UNKNOWN;
  row.table = given.table;
  row.owner = given.owner;
  row.unit = given.unit;
  if (row.unit == POLICY_NONE && table.ownership == Ownership::User) row.unit = world.organization.unit_of(row.owner);
  row.active = given.is_inactive == 0;
  row.secured_values = given.columns;
  for (const policy_link& link : std::span(given.links, given.link_count)) {
    row.links.push_back({link.relationship, link.parent, POLICY_NONE});
  }
  if (has_two_of_one_lookup(world.tables, row.links)) return POLICY_REFUSED;
  row.attributes = no_values(table);
  return write_values(table.attributes, world.tables.choice_labels.size(), {given.values, given.value_count}, strings,
                      row.attributes);
}

policy_status check_owner(const World& world, uint32_t table, policy_principal owner) {
  if (world.tables.tables[table].ownership != Ownership::User) return accepted(owner == POLICY_NOBODY);
  if (owner == POLICY_NOBODY) return POLICY_REFUSED;
  if (!world.organization.knows(owner)) return POLICY_UNKNOWN;
  switch (POLICY_PRINCIPAL_KIND(owner)) {
    case POLICY_USER:
      return POLICY_OK;
    case POLICY_TEAM:
      return accepted(world.organization.team_kind(POLICY_PRINCIPAL_INDEX(owner)) != TeamKind::Access);
    case POLICY_UNIT:
      return accepted(world.tables.unit_as_principal);
    default:
      return POLICY_REFUSED;
  }
}

policy_status check_unit(const World& world, uint32_t table, policy_principal owner, uint32_t unit) {
  const bool is_known = unit == POLICY_NONE || world.organization.has_unit(unit);
  if (!is_known) return POLICY_UNKNOWN;
  switch (world.tables.tables[table].ownership) {
    case Ownership::Organization:
      return accepted(unit == POLICY_NONE);
    case Ownership::BusinessUnit:
      return accepted(unit != POLICY_NONE);
    case Ownership::User:
      break;
  }
  const bool is_away = unit != world.organization.unit_of(owner);
  return accepted(unit != POLICY_NONE && (world.tables.modern_units || !is_away));
}

policy_status check_link(const World& world, uint32_t table, uint32_t row, uint32_t relationship, uint32_t parent) {
  if (relationship >= world.tables.relationships.size() || !world.records.exists(parent)) return POLICY_UNKNOWN;
  const RelationshipEntry& entry = world.tables.relationships[relationship];
  const bool fits = !entry.many_to_many && entry.child == table && entry.parent == world.records[parent].table;
  if (!fits) return POLICY_REFUSED;
  const bool goes_round = row != POLICY_NONE && entry.is_parental && world.records.lies_at_or_below(parent, row);
  return accepted(!goes_round);
}

policy_status check_row(const World& world, const Row& row) {
  // Numbers of rows that are to come must not run into POLICY_NONE.
  if (world.records.size() >= POLICY_NONE - 2 * kRowsOfAChunk) return POLICY_REFUSED;
  policy_status status = check_owner(world, row.table, row.owner);
  if (status == POLICY_OK) status = check_unit(world, row.table, row.owner, row.unit);
  for (const RowLink& link : row.links) {
    if (status == POLICY_OK) status = check_link(world, row.table, POLICY_NONE, link.relationship, link.parent);
  }
  return status;
}

policy_status merge_values(const World& world, uint32_t row, std::span<const policy_value> values, StringPool& strings,
                           std::vector<uint64_t>& words) {
  const TableEntry& table = world.tables.tables[world.records[row].table];
  words = no_values(table);
  const std::span<const std::byte> before = world.records.record_bytes(row).subspan(sizeof(policy_record));
  std::copy_n(before.begin(), std::min(before.size(), words.size() * sizeof(uint64_t)),
              reinterpret_cast<std::byte*>(words.data()));
  return write_values(table.attributes, world.tables.choice_labels.size(), values, strings, words);
}

policy_status merge_columns(const World& world, uint32_t row, uint64_t named, uint64_t with_value, uint64_t& merged) {
  const uint64_t secured = world.tables.tables[world.records[row].table].secured_set();
  if ((named & ~secured) != 0) return POLICY_UNKNOWN;
  if ((with_value & ~named) != 0) return POLICY_INVALID;
  merged = (world.records[row].secured_values & ~named) | with_value;
  return POLICY_OK;
}

}  // namespace policy
