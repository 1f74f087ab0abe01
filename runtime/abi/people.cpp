// Facts of people: units, users, teams, positions, and what they hold. Nobody's rights are asked.
#include "runtime/abi/store_handles.h"

namespace policy {

namespace {

// `*number` where there is one; without a place for it nothing is added.
policy_status added(std::optional<uint32_t> made, uint32_t& number) {
  if (!made) return POLICY_REFUSED;
  number = *made;
  return POLICY_OK;
}

// Adds something that has a number.
template <typename Work>
policy_status add(policy_transaction* transaction, uint32_t* number, Work work) {
  if (number == nullptr) return POLICY_INVALID;
  *number = POLICY_NONE;
  return change_facts(transaction, [&](Transaction& change) { return work(change); });
}

policy_status add_user(Transaction& change, uint32_t unit, uint32_t& number) {
  Organization& organization = change.organization();
  if (!organization.has_unit(unit)) return POLICY_UNKNOWN;
  const policy_status status = added(organization.add_user(unit), number);
  if (status != POLICY_OK) return status;
  // Compiled conditions read all attributes of a user, those without a value too.
  std::vector<uint64_t> no_values((change.facts().tables.user_attribute_bytes + 7) / 8);
  return accepted(organization.set_attributes(number, std::move(no_values)));
}

policy_status add_position(Organization& organization, uint32_t parent, uint32_t& number) {
  if (parent != POLICY_NONE && !organization.has_position(parent)) return POLICY_UNKNOWN;
  const policy_status status = added(organization.add_position(), number);
  if (status != POLICY_OK || parent == POLICY_NONE) return status;
  return accepted(organization.set_parent(number, parent));
}

policy_status set_manager(Organization& organization, uint32_t user, uint32_t manager) {
  const bool is_known = organization.has_user(user) && (manager == POLICY_NONE || organization.has_user(manager));
  if (!is_known) return POLICY_UNKNOWN;
  for (uint32_t above = manager; above != POLICY_NONE; above = organization.manager_of(above)) {
    if (above == user) return POLICY_REFUSED;  // managers would go round
  }
  return accepted(organization.set_manager(user, manager));
}

// Under classic business units a row lies in its owner's unit, and a role counts in its holder's.
void bring_along(Transaction& change, policy_principal moved, uint32_t unit) {
  if (change.facts().tables.modern_units) return;
  (void)change.organization().move_roles(moved, unit);
  const std::span<const uint32_t> owned = change.facts().records.rows_of_owner(moved);
  const std::vector<uint32_t> rows(owned.begin(), owned.end());
  for (uint32_t row : rows) change.records().set_unit(row, unit);
}

policy_status move_user(Transaction& change, uint32_t user, uint32_t unit) {
  Organization& organization = change.organization();
  if (!organization.has_user(user) || !organization.has_unit(unit)) return POLICY_UNKNOWN;
  if (!organization.move_user(user, unit)) return POLICY_REFUSED;
  bring_along(change, user_principal(user), unit);
  return POLICY_OK;
}

policy_status move_team(Transaction& change, uint32_t team, uint32_t unit) {
  Organization& organization = change.organization();
  if (!organization.has_team(team) || !organization.has_unit(unit)) return POLICY_UNKNOWN;
  if (!organization.move_team(team, unit)) return POLICY_REFUSED;  // a default team
  bring_along(change, team_principal(team), unit);
  return POLICY_OK;
}

policy_status leave(Organization& organization, uint32_t user, uint32_t team) {
  if (!organization.has_user(user) || !organization.has_team(team)) return POLICY_UNKNOWN;
  if (organization.team_kind(team) == TeamKind::Default) return POLICY_REFUSED;
  if (organization.is_member(user, team)) return accepted(organization.leave(user, team));
  return POLICY_OK;
}

policy_status set_user_values(policy_transaction& transaction, uint32_t user, std::span<const policy_value> values) {
  Organization& organization = transaction.change.organization();
  const ProgramTables& tables = transaction.change.facts().tables;
  if (!organization.has_user(user)) return POLICY_UNKNOWN;
  const std::span<const uint64_t> before = organization.attributes_of(user);
  std::vector<uint64_t> words(before.begin(), before.end());
  words.resize((tables.user_attribute_bytes + 7) / 8);
  const policy_status status =
      write_values(tables.user_attributes, tables.choice_labels.size(), values, transaction.store.strings, words);
  return status != POLICY_OK ? status : accepted(organization.set_attributes(user, std::move(words)));
}

}  // namespace

}  // namespace policy

using policy::accepted;
using policy::add;
using policy::change_facts;
using policy::Organization;
using policy::Transaction;

extern "C" {

policy_status policy_add_unit(policy_transaction* transaction, uint32_t parent, uint32_t* unit) {
  return add(transaction, unit, [&](Transaction& change) {
    if (parent != POLICY_NONE && !change.organization().has_unit(parent)) return POLICY_UNKNOWN;
    return policy::added(change.add_unit(parent), *unit);
  });
}

policy_status policy_move_unit(policy_transaction* transaction, uint32_t unit, uint32_t parent) {
  return change_facts(transaction, [&](Transaction& change) {
    const Organization& organization = change.organization();
    if (!organization.has_unit(unit) || !organization.has_unit(parent)) return POLICY_UNKNOWN;
    return accepted(change.move_unit(unit, parent));
  });
}

policy_status policy_add_user(policy_transaction* transaction, uint32_t unit, uint32_t* user) {
  return add(transaction, user, [&](Transaction& change) { return policy::add_user(change, unit, *user); });
}

policy_status policy_add_team(policy_transaction* transaction, uint32_t unit, uint32_t kind, uint32_t* team) {
  return add(transaction, team, [&](Transaction& change) {
    Organization& organization = change.organization();
    if (kind > POLICY_TEAM_ACCESS) return POLICY_INVALID;
    if (!organization.has_unit(unit)) return POLICY_UNKNOWN;
    if (kind == POLICY_TEAM_DEFAULT && organization.has_default_team(unit)) return POLICY_REFUSED;
    return policy::added(organization.add_team(unit, static_cast<policy::TeamKind>(kind)), *team);
  });
}

policy_status policy_add_position(policy_transaction* transaction, uint32_t parent, uint32_t* position) {
  return add(transaction, position,
             [&](Transaction& change) { return policy::add_position(change.organization(), parent, *position); });
}

policy_status policy_set_user_name(policy_transaction* transaction, uint32_t user, const char* name) {
  if (name == nullptr) return POLICY_INVALID;
  return change_facts(transaction,
                      [&](Transaction& change) { return policy::known(change.organization().set_name(user, name)); });
}

policy_status policy_set_user_disabled(policy_transaction* transaction, uint32_t user, int32_t disabled) {
  if (disabled != 0 && disabled != 1) return POLICY_INVALID;
  return change_facts(transaction, [&](Transaction& change) {
    return policy::known(change.organization().set_disabled(user, disabled == 1));
  });
}

policy_status policy_set_user_mode(policy_transaction* transaction, uint32_t user, uint32_t access_mode) {
  if (access_mode > POLICY_MODE_DELEGATED_ADMIN) return POLICY_INVALID;
  return change_facts(transaction, [&](Transaction& change) {
    return policy::known(change.organization().set_access_mode(user, static_cast<policy::AccessMode>(access_mode)));
  });
}

policy_status policy_set_user_manager(policy_transaction* transaction, uint32_t user, uint32_t manager) {
  return change_facts(transaction,
                      [&](Transaction& change) { return policy::set_manager(change.organization(), user, manager); });
}

policy_status policy_set_user_position(policy_transaction* transaction, uint32_t user, uint32_t position) {
  return change_facts(transaction, [&](Transaction& change) {
    return policy::known(change.organization().set_position(user, position));
  });
}

policy_status policy_move_user(policy_transaction* transaction, uint32_t user, uint32_t unit) {
  return change_facts(transaction, [&](Transaction& change) { return policy::move_user(change, user, unit); });
}

policy_status policy_move_team(policy_transaction* transaction, uint32_t team, uint32_t unit) {
  return change_facts(transaction, [&](Transaction& change) { return policy::move_team(change, team, unit); });
}

policy_status policy_join(policy_transaction* transaction, uint32_t user, uint32_t team) {
  return change_facts(transaction, [&](Transaction& change) {
    Organization& organization = change.organization();
    if (!organization.has_user(user) || !organization.has_team(team)) return POLICY_UNKNOWN;
    return accepted(organization.join(user, team));
  });
}

policy_status policy_leave(policy_transaction* transaction, uint32_t user, uint32_t team) {
  return change_facts(transaction,
                      [&](Transaction& change) { return policy::leave(change.organization(), user, team); });
}

policy_status policy_give_role(policy_transaction* transaction, policy_principal holder, uint32_t role,
                               uint32_t anchor) {
  return change_facts(transaction, [&](Transaction& change) {
    Organization& organization = change.organization();
    const bool is_known =
        organization.knows(holder) && organization.has_unit(anchor) && role < change.facts().tables.roles.size();
    return is_known ? accepted(organization.give_role(holder, role, anchor)) : POLICY_UNKNOWN;
  });
}

policy_status policy_take_role(policy_transaction* transaction, policy_principal holder, uint32_t role,
                               uint32_t anchor) {
  return change_facts(transaction, [&](Transaction& change) {
    Organization& organization = change.organization();
    const bool is_known =
        organization.knows(holder) && organization.has_unit(anchor) && role < change.facts().tables.roles.size();
    return is_known ? accepted(organization.take_role(holder, role, anchor)) : POLICY_UNKNOWN;
  });
}

policy_status policy_drop_roles(policy_transaction* transaction, policy_principal holder) {
  return change_facts(transaction, [&](Transaction& change) {
    Organization& organization = change.organization();
    return organization.knows(holder) ? accepted(organization.drop_roles(holder)) : POLICY_UNKNOWN;
  });
}

policy_status policy_give_column_profile(policy_transaction* transaction, policy_principal holder, uint32_t profile) {
  return change_facts(transaction, [&](Transaction& change) {
    Organization& organization = change.organization();
    const bool is_known = organization.knows(holder) && profile < change.facts().tables.profiles.size();
    return is_known ? accepted(organization.give_profile(holder, profile)) : POLICY_UNKNOWN;
  });
}

policy_status policy_take_column_profile(policy_transaction* transaction, policy_principal holder, uint32_t profile) {
  return change_facts(transaction, [&](Transaction& change) {
    Organization& organization = change.organization();
    const bool is_known = organization.knows(holder) && profile < change.facts().tables.profiles.size();
    return is_known ? accepted(organization.take_profile(holder, profile)) : POLICY_UNKNOWN;
  });
}

policy_status policy_set_user_values(policy_transaction* transaction, uint32_t user, const policy_value* values,
                                     uint32_t count) {
  if (!policy::has_values(values, count)) return POLICY_INVALID;
  return change_facts(transaction,
                      [&](Transaction&) { return policy::set_user_values(*transaction, user, {values, count}); });
}
}
