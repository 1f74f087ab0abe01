#include "compiler/reference/asking.h"

#include <algorithm>

#include "compiler/reference/evaluate.h"
#include "compiler/reference/people.h"

namespace policyc {

bool Asking::deny(Reason reason, Principal party, TableId table, RecordId record) {
  answer_ = {.allowed = false, .reason = reason, .party = party, .table = table, .record = record};
  return false;
}

// A row that is being created is asked about as it would be, and named by its place among the facts.
RecordId Asking::named_record(RecordId stored) const {
  return operation_.kind == OperationKind::Create && !stored ? operation_.record : stored;
}

std::vector<UserId> Asking::callers() const {
  if (!operation_.impersonator || operation_.impersonator == operation_.user) return {operation_.user};
  return {operation_.user, operation_.impersonator};
}

bool Asking::who() {
  if (!asks_rights_) return true;
  for (UserId user : callers()) {
    if (!facts_.users.contains(user)) return deny(Reason::Unknown);
  }
  if (callers().size() == 2) {
    PrivilegeId privilege = find_privilege(policy_, kActOnBehalfPrivilege);
    if (!holds_privilege(policy_, facts_, operation_.impersonator, privilege)) {
      deny(Reason::NoActOnBehalf, Principal::of(operation_.impersonator));
      answer_.privilege = privilege;
      return false;
    }
  }
  if (!operation_.asks_sign_in) return true;
  for (UserId user : callers()) {
    if (!signs_in(user)) return false;
  }
  return true;
}

bool Asking::signs_in(UserId user) {
  SignIn found = sign_in(policy_, facts_, user);
  if (!found.allowed) return deny(found.reason, Principal::of(user));
  bool settings_alone = found.mode == AccessMode::Administrative;
  bool reads_alone = found.mode == AccessMode::Read && operation_.kind != OperationKind::Read;
  if (settings_alone || reads_alone) return deny(Reason::AccessMode, Principal::of(user));
  return true;
}

bool Asking::there(RecordId record) {
  return (facts_.records.contains(record) && facts_.records[record].exists) || deny(Reason::Unknown);
}

bool Asking::known(Principal principal) {
  bool is_known = principal == Principal::organization() || facts_.users.contains(principal.user()) ||
                  facts_.teams.contains(principal.team()) || facts_.units.contains(principal.unit());
  return is_known || deny(Reason::Unknown);
}

// --- rights

Decision Asking::decide(UserId user, Right right, const Record& row, RecordId stored) const {
  return stored ? evaluate(policy_, facts_, user, right, stored) : evaluate(policy_, facts_, user, right, row);
}

bool Asking::need(Right right, const Record& row, RecordId stored, bool is_main, Reason as) {
  RecordId named = named_record(stored);
  if (is_main) {
    answer_ = {.allowed = true, .party = Principal::of(operation_.user), .right = right};
    answer_.table = row.table;
    answer_.record = named;
  }
  if (!asks_rights_) {
    if (is_main) answer_.party = {};
    return true;
  }
  for (UserId user : callers()) {
    Decision decision = decide(user, right, row, stored);
    if (decision.allowed) {
      if (is_main && user == operation_.user) {
        answer_.decision = decision;
        answer_.reason = decision.reason;
      }
      continue;
    }
    deny(as == Reason::None ? decision.reason : as, Principal::of(user), row.table, named);
    answer_.right = right;
    answer_.decision = decision;
    return false;
  }
  return true;
}

bool Asking::main_need(Right right, RecordId record) {
  return need(right, facts_.records[record], record, true, Reason::None);
}
bool Asking::main_need(Right right, const Record& proposed) { return need(right, proposed, {}, true, Reason::None); }
bool Asking::need(Right right, RecordId record) {
  return need(right, facts_.records[record], record, false, Reason::None);
}
bool Asking::need(Right right, const Record& proposed) { return need(right, proposed, {}, false, Reason::None); }
bool Asking::need_read(RecordId record) {
  return need(Right::Read, facts_.records[record], record, false, Reason::NeedsRead);
}

bool Asking::has_to_give(RightSet rights, RecordId record) {
  if (policy_.settings.is(Switch::share_rights_not_held)) return true;
  for (Right right : kAllRights) {
    if (has(rights, right) && !need(right, facts_.records[record], record, false, Reason::NotHeld)) return false;
  }
  return true;
}

bool Asking::privilege(std::string_view name, Reason lacking) {
  if (!asks_rights_) return true;
  PrivilegeId privilege = find_privilege(policy_, name);
  for (UserId user : callers()) {
    if (holds_privilege(policy_, facts_, user, privilege)) continue;
    deny(lacking, Principal::of(user));
    answer_.privilege = privilege;
    return false;
  }
  return true;
}

bool Asking::holds_on_table(Right right, TableId table) {
  for (UserId user : callers()) {
    if (!asks_rights_ || holds_right(policy_, facts_, Principal::of(user), right, table)) continue;
    deny(Reason::NoPrivilege, Principal::of(user), table);
    answer_.right = right;
    return false;
  }
  return true;
}

void Asking::allow_by_privilege(std::optional<Right> right, PrivilegeId privilege) {
  answer_ = {.allowed = true};
  if (!asks_rights_) return;
  answer_.reason = Reason::RoleLevel;
  answer_.party = Principal::of(operation_.user);
  answer_.right = right;
  answer_.privilege = privilege;
}

bool Asking::deny_illegal(Right right, RecordId record) {
  deny(Reason::Illegal, {}, facts_.records[record].table, record);
  answer_.right = right;
  return false;
}

// --- other parties

bool Asking::takes(Right right, RecordId record) {
  TableId table = facts_.records[record].table;
  if (has(rights_of(policy_.tables[table].ownership, policy_.settings.rule_book()), right)) return true;
  return deny_illegal(right, record);
}

bool Asking::can_own(Principal owner, TableId table) {
  switch (policy_.tables[table].ownership) {
    case Ownership::User:
      if (owner.user() || (owner.unit() && units_are_principals(policy_))) return true;
      if (owner.team() && facts_.teams[owner.team()].kind != TeamKind::Access) return true;
      break;
    case Ownership::BusinessUnit:
      if (owner.unit()) return true;
      break;
    case Ownership::Organization:
      break;
  }
  bool access_team = owner.team() && facts_.teams[owner.team()].kind == TeamKind::Access;
  return deny(access_team ? Reason::AccessTeam : Reason::CannotOwn, owner, table);
}

bool Asking::other_party_holds(Principal party, Right right, TableId table) {
  if (!asks_rights_ || holds_right(policy_, facts_, party, right, table)) return true;
  deny(Reason::OtherParty, party, table);
  answer_.right = right;
  return false;
}

bool Asking::can_be_shared_with(Principal recipient) {
  return !recipient.unit() || units_are_principals(policy_) || deny(Reason::OtherParty, recipient);
}

// --- units

bool Asking::holds_level_on_units(UserId user) {
  TableId units = find_table(policy_, kBusinessUnitTable);
  Level widest = Level::None;
  for (const HeldBy& held : roles_of(policy_, facts_, Principal::of(user))) {
    for (GrantId id : policy_.roles[held.role.role].grants) {
      const Grant& grant = policy_.grants[id];
      if (units && grant.table == units && grant.right == Right::AppendTo) widest = std::max(widest, grant.level);
    }
  }
  if (widest >= Level::BusinessUnit) return true;
  deny(widest == Level::None ? Reason::NoPrivilege : Reason::Level, Principal::of(user), units);
  answer_.right = Right::AppendTo;
  return false;
}

bool Asking::owner_can_read_in(Principal owner, TableId table, UnitId unit) const {
  for (const HeldBy& held : roles_of(policy_, facts_, owner)) {
    for (GrantId id : policy_.roles[held.role.role].grants) {
      const Grant& grant = policy_.grants[id];
      if (grant.table != table || grant.right != Right::Read || grant.level == Level::None) continue;
      bool below = grant.level == Level::ParentChild && lies_within(facts_, unit, held.role.anchor);
      if (held.role.anchor == unit || below || grant.level == Level::Organization) return true;
    }
  }
  return false;
}

bool Asking::unit_can_be_set(const Record& record, RecordId stored, UnitId unit) {
  if (!policy_.settings.modern_units()) return deny(Reason::ClassicUnits, {}, record.table, named_record(stored));
  if (policy_.tables[record.table].ownership == Ownership::Organization) {
    return deny(Reason::Illegal, {}, record.table, named_record(stored));
  }
  for (UserId user : callers()) {
    if (asks_rights_ && !holds_level_on_units(user)) return false;
  }
  if (stored && !main_need(Right::Write, stored)) return false;
  bool moves_with_owner = policy_.settings.is(Switch::always_move_record_to_owner_unit);
  bool has_owner = policy_.tables[record.table].ownership == Ownership::User;
  if (!asks_rights_ || moves_with_owner || !has_owner || owner_can_read_in(record.owner, record.table, unit))
    return true;
  deny(Reason::OtherParty, record.owner, record.table);
  answer_.right = Right::Read;
  return false;
}

// --- columns

bool Asking::columns_open(ColumnPermission permission, TableId table, RecordId record,
                          const std::vector<uint32_t>& columns) {
  if (!asks_rights_) return true;
  std::vector<uint32_t> secured = secured_attributes(policy_.tables[table]);
  for (size_t k = 0; k < secured.size(); ++k) {
    if (std::ranges::find(columns, secured[k]) == columns.end()) continue;
    for (UserId user : callers()) {
      ColumnRights rights = column_rights(policy_, facts_, user, table, record);
      uint64_t open = permission == ColumnPermission::Create ? rights.create : rights.update;
      if (open >> k & 1) continue;
      deny(Reason::Column, Principal::of(user), table, named_record(record));
      answer_.column = secured[k];
      return false;
    }
  }
  return true;
}

}  // namespace policyc
