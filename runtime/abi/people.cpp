// Facts of people: units, users, teams, positions, and what they hold. Nobody's rights are asked.
#include "runtime/abi/store_handles.h"

namespace policy {

namespace {

policy_status added(std::optional<uint32_t> made, uint32_t& number, policy_error* why) {
  if (!made) return fail(why, POLICY_REFUSED, "there are as many as there can be");
  number = *made;
  return POLICY_OK;
}

// Adds something that has a number; without a place for that nothing is added.
template <typename Work>
policy_status add(policy_transaction* transaction, uint32_t* number, Work work) {
  if (number != nullptr) *number = POLICY_NONE;
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return number == nullptr ? fail(why, POLICY_INVALID, "there is no place for the number: it is null")
                             : work(change, why);
  });
}

policy_status add_unit(Transaction& change, uint32_t parent, uint32_t& number, policy_error* why) {
  const Organization& organization = change.organization();
  if (parent != POLICY_NONE && !organization.has_unit(parent)) return no_such(why, "unit", parent);
  const bool is_second_root = parent == POLICY_NONE && organization.unit_count() != 0;
  if (is_second_root) return fail(why, POLICY_REFUSED, "there is a root unit already");
  return added(change.add_unit(parent), number, why);
}

policy_status add_user(Transaction& change, uint32_t unit, uint32_t& number, policy_error* why) {
  Organization& organization = change.organization();
  if (!organization.has_unit(unit)) return no_such(why, "unit", unit);
  const policy_status status = added(organization.add_user(unit), number, why);
  if (status != POLICY_OK) return status;
  // Compiled conditions read all attributes of a user, those without a value too.
  std::vector<uint64_t> no_values((change.facts().tables.user_attribute_bytes + 7) / 8);
  (void)organization.set_attributes(number, std::move(no_values));
  return POLICY_OK;
}

policy_status add_team(Organization& organization, uint32_t unit, uint32_t kind, uint32_t& number, policy_error* why) {
  if (kind > POLICY_TEAM_ACCESS) return refuse(why, POLICY_INVALID, "{} is no kind of team", kind);
  if (!organization.has_unit(unit)) return no_such(why, "unit", unit);
  if (kind == POLICY_TEAM_DEFAULT && organization.has_default_team(unit)) {
    return refuse(why, POLICY_REFUSED, "unit {} has its default team already", unit);
  }
  return added(organization.add_team(unit, static_cast<TeamKind>(kind)), number, why);
}

policy_status add_position(Organization& organization, uint32_t parent, uint32_t& number, policy_error* why) {
  if (parent != POLICY_NONE && !organization.has_position(parent)) return no_such(why, "position", parent);
  const policy_status status = added(organization.add_position(), number, why);
  if (status == POLICY_OK && parent != POLICY_NONE) (void)organization.set_parent(number, parent);
  return status;
}

policy_status move_unit(Transaction& change, uint32_t unit, uint32_t parent, policy_error* why) {
  for (uint32_t named : {unit, parent}) {
    if (!change.organization().has_unit(named)) return no_such(why, "unit", named);
  }
  if (change.move_unit(unit, parent)) return POLICY_OK;
  return refuse(why, POLICY_REFUSED, "unit {} is the root, or unit {} lies in it", unit, parent);
}

policy_status set_manager(Organization& organization, uint32_t user, uint32_t manager, policy_error* why) {
  if (!organization.has_user(user)) return no_such(why, "user", user);
  if (manager != POLICY_NONE && !organization.has_user(manager)) return no_such(why, "user", manager);
  for (uint32_t above = manager; above != POLICY_NONE; above = organization.manager_of(above)) {
    if (above == user) return fail(why, POLICY_REFUSED, "managers would go round");
  }
  (void)organization.set_manager(user, manager);
  return POLICY_OK;
}

policy_status set_position(Organization& organization, uint32_t user, uint32_t position, policy_error* why) {
  if (!organization.has_user(user)) return no_such(why, "user", user);
  return organization.set_position(user, position) ? POLICY_OK : no_such(why, "position", position);
}

// Under classic business units a row lies in its owner's unit, and a role counts in its holder's.
void bring_along(Transaction& change, policy_principal moved, uint32_t unit) {
  if (change.facts().tables.modern_units) return;
  (void)change.organization().move_roles(moved, unit);
  const std::span<const uint32_t> owned = change.facts().records.rows_of_owner(moved);
  const std::vector<uint32_t> rows(owned.begin(), owned.end());
  for (uint32_t row : rows) change.records().set_unit(row, unit);
}

policy_status move_user(Transaction& change, uint32_t user, uint32_t unit, policy_error* why) {
  Organization& organization = change.organization();
  if (!organization.has_user(user)) return no_such(why, "user", user);
  if (!organization.move_user(user, unit)) return no_such(why, "unit", unit);
  bring_along(change, user_principal(user), unit);
  return POLICY_OK;
}

constexpr const char* kIsDefaultTeam = "its unit's users are the default team's members, and nobody else";

policy_status move_team(Transaction& change, uint32_t team, uint32_t unit, policy_error* why) {
  Organization& organization = change.organization();
  if (!organization.has_team(team)) return no_such(why, "team", team);
  if (!organization.has_unit(unit)) return no_such(why, "unit", unit);
  if (!organization.move_team(team, unit)) return fail(why, POLICY_REFUSED, "a default team stays with its unit");
  bring_along(change, team_principal(team), unit);
  return POLICY_OK;
}

policy_status join(Organization& organization, uint32_t user, uint32_t team, policy_error* why) {
  if (!organization.has_user(user)) return no_such(why, "user", user);
  if (!organization.has_team(team)) return no_such(why, "team", team);
  return accepted(organization.join(user, team), why, kIsDefaultTeam);
}

policy_status leave(Organization& organization, uint32_t user, uint32_t team, policy_error* why) {
  if (!organization.has_user(user)) return no_such(why, "user", user);
  if (!organization.has_team(team)) return no_such(why, "team", team);
  if (organization.team_kind(team) == TeamKind::Default) return fail(why, POLICY_REFUSED, kIsDefaultTeam);
  (void)organization.leave(user, team);  // or was no member
  return POLICY_OK;
}

policy_status check_role(const World& world, policy_principal holder, uint32_t role, uint32_t anchor,
                         policy_error* why) {
  if (!world.organization.knows(holder)) return no_such_principal(why, holder);
  if (role >= world.tables.roles.size()) return no_such(why, "role", role);
  return world.organization.has_unit(anchor) ? POLICY_OK : no_such(why, "unit", anchor);
}

constexpr const char* kHoldsNoRoles = "an access team, a unit that is no principal, and the organization hold no roles";

policy_status give_role(Transaction& change, policy_principal holder, uint32_t role, uint32_t anchor,
                        policy_error* why) {
  const World& world = change.facts();
  const policy_status status = check_role(world, holder, role, anchor, why);
  if (status != POLICY_OK) return status;
  if (change.organization().give_role(holder, role, anchor)) return POLICY_OK;
  const uint32_t own = world.organization.unit_of(holder);
  const bool is_elsewhere = !world.tables.modern_units && own != POLICY_NONE && own != anchor;
  if (!is_elsewhere) return fail(why, POLICY_REFUSED, kHoldsNoRoles);
  return refuse(why, POLICY_REFUSED, "under classic business units the role counts in unit {}, its holder's own", own);
}

policy_status take_role(Transaction& change, policy_principal holder, uint32_t role, uint32_t anchor,
                        policy_error* why) {
  const policy_status status = check_role(change.facts(), holder, role, anchor, why);
  if (status != POLICY_OK) return status;
  return accepted(change.organization().take_role(holder, role, anchor), why, kHoldsNoRoles);
}

policy_status check_profile(const World& world, policy_principal holder, uint32_t profile, policy_error* why) {
  if (!world.organization.knows(holder)) return no_such_principal(why, holder);
  return profile < world.tables.profiles.size() ? POLICY_OK : no_such(why, "column profile", profile);
}

constexpr const char* kHoldsNoProfiles = "users and teams hold column profiles, and nobody else";

policy_status set_user_values(policy_transaction& transaction, uint32_t user, std::span<const policy_value> values,
                              policy_error* why) {
  Organization& organization = transaction.change.organization();
  const ProgramTables& tables = transaction.change.facts().tables;
  if (!organization.has_user(user)) return no_such(why, "user", user);
  const std::span<const uint64_t> before = organization.attributes_of(user);
  std::vector<uint64_t> words(before.begin(), before.end());
  words.resize((tables.user_attribute_bytes + 7) / 8);
  const policy_status status =
      write_values(tables.user_attributes, tables.choice_labels.size(), values, transaction.strings, words, why);
  if (status == POLICY_OK) (void)organization.set_attributes(user, std::move(words));
  return status;
}

}  // namespace

}  // namespace policy

using policy::accepted;
using policy::add;
using policy::change_facts;
using policy::fail;
using policy::no_such;
using policy::Transaction;

extern "C" {

policy_status policy_add_unit(policy_transaction* transaction, uint32_t parent, uint32_t* unit) {
  return add(transaction, unit,
             [&](Transaction& change, policy_error* why) { return policy::add_unit(change, parent, *unit, why); });
}

policy_status policy_move_unit(policy_transaction* transaction, uint32_t unit, uint32_t parent) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::move_unit(change, unit, parent, why);
  });
}

policy_status policy_add_user(policy_transaction* transaction, uint32_t unit, uint32_t* user) {
  return add(transaction, user,
             [&](Transaction& change, policy_error* why) { return policy::add_user(change, unit, *user, why); });
}

policy_status policy_add_team(policy_transaction* transaction, uint32_t unit, uint32_t kind, uint32_t* team) {
  return add(transaction, team, [&](Transaction& change, policy_error* why) {
    return policy::add_team(change.organization(), unit, kind, *team, why);
  });
}

policy_status policy_add_position(policy_transaction* transaction, uint32_t parent, uint32_t* position) {
  return add(transaction, position, [&](Transaction& change, policy_error* why) {
    return policy::add_position(change.organization(), parent, *position, why);
  });
}

policy_status policy_set_user_name(policy_transaction* transaction, uint32_t user, const char* name) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    if (name == nullptr) return fail(why, POLICY_INVALID, "`name` is null");
    return change.organization().set_name(user, name) ? POLICY_OK : no_such(why, "user", user);
  });
}

policy_status policy_set_user_disabled(policy_transaction* transaction, uint32_t user, int32_t disabled) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    if (disabled != 0 && disabled != 1) return fail(why, POLICY_INVALID, "`disabled` is neither 0 nor 1");
    return change.organization().set_disabled(user, disabled == 1) ? POLICY_OK : no_such(why, "user", user);
  });
}

policy_status policy_set_user_mode(policy_transaction* transaction, uint32_t user, uint32_t access_mode) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    if (access_mode > POLICY_MODE_DELEGATED_ADMIN) {
      return policy::refuse(why, POLICY_INVALID, "{} is no access mode", access_mode);
    }
    const auto mode = static_cast<policy::AccessMode>(access_mode);
    return change.organization().set_access_mode(user, mode) ? POLICY_OK : no_such(why, "user", user);
  });
}

policy_status policy_set_user_manager(policy_transaction* transaction, uint32_t user, uint32_t manager) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_manager(change.organization(), user, manager, why);
  });
}

policy_status policy_set_user_position(policy_transaction* transaction, uint32_t user, uint32_t position) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::set_position(change.organization(), user, position, why);
  });
}

policy_status policy_move_user(policy_transaction* transaction, uint32_t user, uint32_t unit) {
  return change_facts(
      transaction, [&](Transaction& change, policy_error* why) { return policy::move_user(change, user, unit, why); });
}

policy_status policy_move_team(policy_transaction* transaction, uint32_t team, uint32_t unit) {
  return change_facts(
      transaction, [&](Transaction& change, policy_error* why) { return policy::move_team(change, team, unit, why); });
}

policy_status policy_join(policy_transaction* transaction, uint32_t user, uint32_t team) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::join(change.organization(), user, team, why);
  });
}

policy_status policy_leave(policy_transaction* transaction, uint32_t user, uint32_t team) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::leave(change.organization(), user, team, why);
  });
}

policy_status policy_give_role(policy_transaction* transaction, policy_principal holder, uint32_t role,
                               uint32_t anchor) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::give_role(change, holder, role, anchor, why);
  });
}

policy_status policy_take_role(policy_transaction* transaction, policy_principal holder, uint32_t role,
                               uint32_t anchor) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    return policy::take_role(change, holder, role, anchor, why);
  });
}

policy_status policy_drop_roles(policy_transaction* transaction, policy_principal holder) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    if (!change.organization().knows(holder)) return policy::no_such_principal(why, holder);
    return accepted(change.organization().drop_roles(holder), why, policy::kHoldsNoRoles);
  });
}

policy_status policy_give_column_profile(policy_transaction* transaction, policy_principal holder, uint32_t profile) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    const policy_status status = policy::check_profile(change.facts(), holder, profile, why);
    if (status != POLICY_OK) return status;
    return accepted(change.organization().give_profile(holder, profile), why, policy::kHoldsNoProfiles);
  });
}

policy_status policy_take_column_profile(policy_transaction* transaction, policy_principal holder, uint32_t profile) {
  return change_facts(transaction, [&](Transaction& change, policy_error* why) {
    const policy_status status = policy::check_profile(change.facts(), holder, profile, why);
    if (status != POLICY_OK) return status;
    return accepted(change.organization().take_profile(holder, profile), why, policy::kHoldsNoProfiles);
  });
}

policy_status policy_set_user_values(policy_transaction* transaction, uint32_t user, const policy_value* values,
                                     uint32_t count) {
  return change_facts(transaction, [&](Transaction&, policy_error* why) {
    if (!policy::has_values(values, count))
      return fail(why, POLICY_INVALID, "`values` is null, and its count is not 0");
    return policy::set_user_values(*transaction, user, {values, count}, why);
  });
}
}
