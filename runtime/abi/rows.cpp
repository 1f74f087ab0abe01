// Facts of rows: who owns them, where they lie, what they are linked to, and what is shared. Nobody's rights are asked.
#include "runtime/abi/row_facts.h"

namespace policy {

namespace {

policy_status add_row(policy_transaction& transaction, const policy_row& given, uint32_t& number) {
  Row row;
  policy_status status = read_row(transaction.change.facts(), given, transaction.strings, row);
  if (status == POLICY_OK) status = check_row(transaction.change.facts(), row);
  if (status == POLICY_OK) number = transaction.change.add_row(std::move(row));
  return status;
}

policy_status set_row_owner(Transaction& change, uint32_t row, policy_principal owner) {
  const World& world = change.facts();
  if (!world.records.exists(row)) return POLICY_UNKNOWN;
  const policy_status status = check_owner(world, world.records[row].table, owner);
  if (status != POLICY_OK) return status;
  const bool follows = !world.tables.modern_units && owner != POLICY_NOBODY;
  change.records().set_owner(row, owner);
  if (follows) change.records().set_unit(row, world.organization.unit_of(owner));
  return POLICY_OK;
}

policy_status set_row_unit(Transaction& change, uint32_t row, uint32_t unit) {
  const World& world = change.facts();
  if (!world.records.exists(row) || !world.organization.has_unit(unit)) return POLICY_UNKNOWN;
  const policy_status status = check_unit(world, world.records[row].table, world.records[row].owner, unit);
  return status != POLICY_OK ? status : accepted(change.records().set_unit(row, unit));
}

policy_status set_row_values(policy_transaction& transaction, uint32_t row, std::span<const policy_value> values,
                             uint64_t named, uint64_t with_value) {
  const World& world = transaction.change.facts();
  if (!world.records.exists(row)) return POLICY_UNKNOWN;
  std::vector<uint64_t> words;
  uint64_t columns = 0;
  policy_status status = merge_columns(world, row, named, with_value, columns);
  if (status == POLICY_OK) status = merge_values(world, row, values, transaction.strings, words);
  return status != POLICY_OK ? status : accepted(transaction.change.records().set_values(row, words, columns));
}

policy_status set_row_link(Transaction& change, uint32_t row, uint32_t relationship, uint32_t parent) {
  const World& world = change.facts();
  if (!world.records.exists(row) || relationship >= world.tables.relationships.size()) return POLICY_UNKNOWN;
  if (parent == POLICY_NONE) {
    const RelationshipEntry& entry = world.tables.relationships[relationship];
    if (entry.many_to_many || entry.child != world.records[row].table) return POLICY_REFUSED;
    change.records().unlink(row, relationship);  // or it was not linked
    return POLICY_OK;
  }
  const policy_status status = check_link(world, world.records[row].table, row, relationship, parent);
  return status != POLICY_OK ? status : accepted(change.records().link(row, relationship, parent));
}

policy_status set_association(Transaction& change, uint32_t relationship, uint32_t first, uint32_t second,
                              bool is_there) {
  const World& world = change.facts();
  const bool is_known =
      relationship < world.tables.relationships.size() && world.records.exists(first) && world.records.exists(second);
  if (!is_known) return POLICY_UNKNOWN;
  const RelationshipEntry& entry = world.tables.relationships[relationship];
  const bool fits =
      entry.many_to_many && entry.child == world.records[first].table && entry.parent == world.records[second].table;
  return fits ? accepted(change.records().set_association(relationship, first, second, is_there)) : POLICY_REFUSED;
}

// With whom a row can be shared.
policy_status check_recipient(const World& world, policy_principal principal) {
  if (!world.organization.knows(principal)) return POLICY_UNKNOWN;
  return accepted(POLICY_PRINCIPAL_KIND(principal) != POLICY_UNIT || world.tables.unit_as_principal);
}

policy_status set_share(Transaction& change, uint32_t row, policy_principal principal, uint32_t rights) {
  const World& world = change.facts();
  if ((rights >> POLICY_RIGHT_COUNT) != 0) return POLICY_INVALID;
  if (!world.records.exists(row)) return POLICY_UNKNOWN;
  const policy_status status = check_recipient(world, principal);
  if (status != POLICY_OK) return status;
  const TableEntry& table = world.tables.tables[world.records[row].table];
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if ((rights >> right & 1) != 0 && !table.takes(right)) return POLICY_ILLEGAL;
  }
  if ((rights & ~uint32_t{kAllButCreate}) != 0) return POLICY_REFUSED;  // a row that is there is not created
  if (!table.takes(POLICY_RIGHT_share)) return POLICY_ILLEGAL;
  return accepted(change.records().set_share(row, principal, static_cast<RightSet>(rights)));
}

policy_status set_column_share(Transaction& change, uint32_t row, const ColumnOpening& opening) {
  const World& world = change.facts();
  if (!world.records.exists(row) || !world.organization.knows(opening.principal)) return POLICY_UNKNOWN;
  if (opening.column >= world.tables.tables[world.records[row].table].secured.size()) return POLICY_UNKNOWN;
  const uint32_t kind = POLICY_PRINCIPAL_KIND(opening.principal);
  if (kind != POLICY_USER && kind != POLICY_TEAM) return POLICY_REFUSED;
  return accepted(change.records().set_opening(row, opening));
}

bool is_flag(int32_t value) { return value == 0 || value == 1; }

}  // namespace

}  // namespace policy

using policy::change_facts;
using policy::Transaction;

extern "C" {

policy_status policy_add_row(policy_transaction* transaction, const policy_row* row, uint32_t* number) {
  if (number == nullptr) return POLICY_INVALID;
  *number = POLICY_NONE;
  if (const policy_status status = policy::accept(row, nullptr, "row"); status != POLICY_OK) return status;
  return change_facts(transaction, [&](Transaction&) { return policy::add_row(*transaction, *row, *number); });
}

policy_status policy_remove_row(policy_transaction* transaction, uint32_t row) {
  return change_facts(transaction, [&](Transaction& change) { return policy::known(change.records().remove(row)); });
}

policy_status policy_set_row_owner(policy_transaction* transaction, uint32_t row, policy_principal owner) {
  return change_facts(transaction, [&](Transaction& change) { return policy::set_row_owner(change, row, owner); });
}

policy_status policy_set_row_unit(policy_transaction* transaction, uint32_t row, uint32_t unit) {
  return change_facts(transaction, [&](Transaction& change) { return policy::set_row_unit(change, row, unit); });
}

policy_status policy_set_row_active(policy_transaction* transaction, uint32_t row, int32_t active) {
  if (!policy::is_flag(active)) return POLICY_INVALID;
  return change_facts(transaction, [&](Transaction& change) {
    const bool is_there = change.facts().records.exists(row);
    return policy::known(is_there && change.records().set_active(row, active == 1));
  });
}

policy_status policy_set_row_values(policy_transaction* transaction, uint32_t row, const policy_value* values,
                                    uint32_t count, uint64_t columns_named, uint64_t columns) {
  if (!policy::has_values(values, count)) return POLICY_INVALID;
  return change_facts(transaction, [&](Transaction&) {
    return policy::set_row_values(*transaction, row, {values, count}, columns_named, columns);
  });
}

policy_status policy_set_row_link(policy_transaction* transaction, uint32_t row, uint32_t relationship,
                                  uint32_t parent) {
  return change_facts(transaction,
                      [&](Transaction& change) { return policy::set_row_link(change, row, relationship, parent); });
}

policy_status policy_set_association(policy_transaction* transaction, uint32_t relationship, uint32_t first,
                                     uint32_t second, int32_t there) {
  if (!policy::is_flag(there)) return POLICY_INVALID;
  return change_facts(transaction, [&](Transaction& change) {
    return policy::set_association(change, relationship, first, second, there == 1);
  });
}

policy_status policy_set_share(policy_transaction* transaction, uint32_t row, policy_principal principal,
                               uint32_t rights) {
  return change_facts(transaction,
                      [&](Transaction& change) { return policy::set_share(change, row, principal, rights); });
}

policy_status policy_set_column_share(policy_transaction* transaction, uint32_t row, uint32_t column,
                                      policy_principal principal, int32_t read, int32_t update) {
  if (!policy::is_flag(read) || !policy::is_flag(update)) return POLICY_INVALID;
  return change_facts(transaction, [&](Transaction& change) {
    return policy::set_column_share(change, row, {column, principal, read == 1, update == 1});
  });
}
}
