// Facts of rows: who owns them, where they lie, what they are linked to, and what is shared. Nobody's rights are asked.
#include <initializer_list>

#include "runtime/abi/row_facts.h"
#include "runtime/decide/words.h"

namespace policy {

namespace {

// POLICY_OK where there are rows of all these numbers.
policy_status check_there(const World& world, std::initializer_list<uint32_t> rows, policy_error* why) {
  for (uint32_t row : rows) {
    if (!world.records.exists(row)) return no_such(why, "row", row);
  }
  return POLICY_OK;
}

policy_status check_flag(int32_t value, const char* name, policy_error* why) {
  return value == 0 || value == 1 ? POLICY_OK : refuse(why, POLICY_INVALID, "`{}` is neither 0 nor 1", name);
}

policy_status add_row(policy_transaction& transaction, const policy_row& given, uint32_t& number, policy_error* why) {
  Row row;
  policy_status status = read_row(transaction.change.facts(), given, transaction.strings, row, why);
  if (status == POLICY_OK) status = check_row(transaction.change.facts(), row, why);
  if (status == POLICY_OK) number = transaction.change.add_row(std::move(row));
  return status;
}

policy_status set_row_owner(Transaction& change, uint32_t row, policy_principal owner, policy_error* why) {
  const World& world = change.facts();
  policy_status status = check_there(world, {row}, why);
  if (status == POLICY_OK) status = check_owner(world, world.records[row].table, owner, why);
  if (status != POLICY_OK) return status;
  const bool follows = !world.tables.modern_units && owner != POLICY_NOBODY;
  change.records().set_owner(row, owner);
  if (follows) change.records().set_unit(row, world.organization.unit_of(owner));
  return POLICY_OK;
}

policy_status set_row_unit(Transaction& change, uint32_t row, uint32_t unit, policy_error* why) {
  const World& world = change.facts();
  policy_status status = check_there(world, {row}, why);
  if (status == POLICY_OK && !world.organization.has_unit(unit)) status = no_such(why, "unit", unit);
  if (status == POLICY_OK) status = check_unit(world, world.records[row].table, world.records[row].owner, unit, why);
  if (status == POLICY_OK) (void)change.records().set_unit(row, unit);
  return status;
}

policy_status set_row_values(policy_transaction& transaction, uint32_t row, std::span<const policy_value> values,
                             uint64_t named, uint64_t with_value, policy_error* why) {
  const World& world = transaction.change.facts();
  std::vector<uint64_t> words;
  uint64_t columns = 0;
  policy_status status = check_there(world, {row}, why);
  if (status == POLICY_OK) status = merge_columns(world, row, named, with_value, columns, why);
  if (status == POLICY_OK) status = merge_values(world, row, values, transaction.strings, words, why);
  if (status == POLICY_OK) (void)transaction.change.records().set_values(row, words, columns);
  return status;
}

policy_status clear_link(Transaction& change, uint32_t row, uint32_t relationship, policy_error* why) {
  const World& world = change.facts();
  if (relationship >= world.tables.relationships.size()) return no_such(why, "relationship", relationship);
  const RelationshipEntry& entry = world.tables.relationships[relationship];
  if (entry.many_to_many || entry.child != world.records[row].table) {
    return refuse(why, POLICY_REFUSED, "`{}` is no lookup of this row's table", entry.name);
  }
  change.records().unlink(row, relationship);  // or it was not linked
  return POLICY_OK;
}

policy_status set_row_link(Transaction& change, uint32_t row, uint32_t relationship, uint32_t parent,
                           policy_error* why) {
  const World& world = change.facts();
  policy_status status = check_there(world, {row}, why);
  if (status == POLICY_OK && parent == POLICY_NONE) return clear_link(change, row, relationship, why);
  if (status == POLICY_OK) status = check_link(world, world.records[row].table, row, relationship, parent, why);
  if (status == POLICY_OK) (void)change.records().link(row, relationship, parent);
  return status;
}

policy_status set_association(Transaction& change, uint32_t relationship, uint32_t first, uint32_t second,
                              int32_t there, policy_error* why) {
  const World& world = change.facts();
  if (const policy_status status = check_flag(there, "there", why); status != POLICY_OK) return status;
  if (relationship >= world.tables.relationships.size()) return no_such(why, "relationship", relationship);
  if (const policy_status status = check_there(world, {first, second}, why); status != POLICY_OK) return status;
  const RelationshipEntry& entry = world.tables.relationships[relationship];
  const bool fits =
      entry.many_to_many && entry.child == world.records[first].table && entry.parent == world.records[second].table;
  if (!fits) return refuse(why, POLICY_REFUSED, "`{}` does not associate rows of these tables so", entry.name);
  (void)change.records().set_association(relationship, first, second, there == 1);
  return POLICY_OK;
}

// With whom a row can be shared.
policy_status check_recipient(const World& world, policy_principal principal, policy_error* why) {
  if (!world.organization.knows(principal)) return no_such_principal(why, principal);
  const bool is_recipient = POLICY_PRINCIPAL_KIND(principal) != POLICY_UNIT || world.tables.unit_as_principal;
  return accepted(is_recipient, why, "nothing is shared with units under this policy");
}

// Which rights can be shared of a row.
policy_status check_shared(const TableEntry& table, uint32_t rights, policy_error* why) {
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if ((rights >> right & 1) == 0 || table.takes(right)) continue;
    return refuse(why, POLICY_ILLEGAL, "table `{}` does not take the right `{}`", table.name, words::kRights[right]);
  }
  if ((rights & ~uint32_t{kAllButCreate}) != 0) return fail(why, POLICY_REFUSED, "a row that is there is not created");
  if (table.takes(POLICY_RIGHT_share)) return POLICY_OK;
  return refuse(why, POLICY_ILLEGAL, "rows of table `{}` are not shared", table.name);
}

policy_status set_share(Transaction& change, uint32_t row, policy_principal principal, uint32_t rights,
                        policy_error* why) {
  const World& world = change.facts();
  if ((rights >> POLICY_RIGHT_COUNT) != 0) return fail(why, POLICY_INVALID, "`rights` has bits that are no rights");
  policy_status status = check_there(world, {row}, why);
  if (status == POLICY_OK) status = check_recipient(world, principal, why);
  if (status == POLICY_OK) status = check_shared(world.tables.tables[world.records[row].table], rights, why);
  if (status != POLICY_OK) return status;
  const bool is_shared = change.records().set_share(row, principal, static_cast<RightSet>(rights));
  return accepted(is_shared, why, "the row cannot be shared with them");
}

policy_status set_column_share(Transaction& change, uint32_t row, const ColumnOpening& opening, policy_error* why) {
  const World& world = change.facts();
  if (const policy_status status = check_there(world, {row}, why); status != POLICY_OK) return status;
  if (!world.organization.knows(opening.principal)) return no_such_principal(why, opening.principal);
  const size_t columns = world.tables.tables[world.records[row].table].secured.size();
  if (opening.column >= columns) return no_such(why, "secured column", opening.column);
  const uint32_t kind = POLICY_PRINCIPAL_KIND(opening.principal);
  const bool is_recipient = kind == POLICY_USER || kind == POLICY_TEAM;
  if (!is_recipient) return fail(why, POLICY_REFUSED, "columns are shared with users and teams alone");
  return accepted(change.records().set_opening(row, opening), why, "the column cannot be shared with them");
}

}  // namespace

}  // namespace policy

using policy::change_facts;
using policy::check_flag;
using policy::fail;
using policy::Transaction;

extern "C" {

policy_status policy_add_row(policy_transaction* transaction, const policy_row* row, uint32_t* number) {
  if (number != nullptr) *number = POLICY_NONE;
  return change_facts(transaction, [&](Transaction&, policy_error* why) {
    if (number == nullptr) return fail(why, POLICY_INVALID, "there is no place for the number: it is null");
    if (row == nullptr) return fail(why, POLICY_INVALID, "`row` is null");
    return policy::add_row(*transaction, *row, *number, why);
  });
}

policy_status policy_remove_row(policy_transaction* transaction, uint32_t row) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return change.records().remove(row) ? POLICY_OK : policy::no_such(why, "row", row);
  });
}

policy_status policy_set_row_owner(policy_transaction* transaction, uint32_t row, policy_principal owner) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_row_owner(change, row, owner, why);
  });
}

policy_status policy_set_row_unit(policy_transaction* transaction, uint32_t row, uint32_t unit) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_row_unit(change, row, unit, why);
  });
}

policy_status policy_set_row_active(policy_transaction* transaction, uint32_t row, int32_t active) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    policy_status status = check_flag(active, "active", why);
    if (status == POLICY_OK) status = policy::check_there(change.facts(), {row}, why);
    if (status == POLICY_OK) (void)change.records().set_active(row, active == 1);
    return status;
  });
}

policy_status policy_set_row_values(policy_transaction* transaction, uint32_t row, const policy_value* values,
                                    uint32_t count, uint64_t columns_named, uint64_t columns) {
  return change_facts(transaction, [&](Transaction&, policy_error* why) {
    if (!policy::has_values(values, count))
      return fail(why, POLICY_INVALID, "`values` is null, and its count is not 0");
    return policy::set_row_values(*transaction, row, {values, count}, columns_named, columns, why);
  });
}

policy_status policy_set_row_link(policy_transaction* transaction, uint32_t row, uint32_t relationship,
                                  uint32_t parent) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_row_link(change, row, relationship, parent, why);
  });
}

policy_status policy_set_association(policy_transaction* transaction, uint32_t relationship, uint32_t first,
                                     uint32_t second, int32_t there) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_association(change, relationship, first, second, there, why);
  });
}

policy_status policy_set_share(policy_transaction* transaction, uint32_t row, policy_principal principal,
                               uint32_t rights) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_share(change, row, principal, rights, why);
  });
}

policy_status policy_set_column_share(policy_transaction* transaction, uint32_t row, uint32_t column,
                                      policy_principal principal, int32_t read, int32_t update) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    policy_status status = check_flag(read, "read", why);
    if (status == POLICY_OK) status = check_flag(update, "update", why);
    if (status != POLICY_OK) return status;
    return policy::set_column_share(change, row, {column, principal, read == 1, update == 1}, why);
  });
}
}
