#include "runtime/operations/asking.h"

#include "runtime/decide/decide.h"

namespace policy {

namespace {

policy_principal user_principal(uint32_t user) { return POLICY_PRINCIPAL(POLICY_USER, user); }

}  // namespace

policy_reason reason_against(const SignIn& how, OperationKind kind) {
  if (!how.allowed) return how.reason;
  bool reads_alone = how.mode == AccessMode::Read && kind != OperationKind::Read;
  bool is_shut = how.mode == AccessMode::Administrative || reads_alone;
  return is_shut ? POLICY_REASON_access_mode : POLICY_REASON_none;
}

Asking::Asking(const World& world, uint32_t user, uint32_t impersonator)
    : world_(world),
      people_{user, impersonator},
      subjects_{world.subject(user).view(), world.subject(impersonator).view()} {
  if (impersonator != POLICY_NONE && impersonator != user) count_ = 2;
}

template <typename Visit>
bool Asking::each(Visit visit) {
  for (size_t i = 0; i < count_; ++i) {
    if (!visit(people_[i])) return false;
  }
  return true;
}

// --- who

bool Asking::are_known() {
  return each([&](uint32_t user) { return world_.organization.has_user(user) || deny(POLICY_REASON_unknown); });
}

bool Asking::may_act_on_behalf() {
  if (count_ == 1) return true;
  uint32_t privilege = world_.tables.well_known.act_on_behalf;
  if (world_.subject(people_[1]).holds_privilege(privilege)) return true;
  deny(POLICY_REASON_no_act_on_behalf, user_principal(people_[1]));
  answer_.privilege = privilege;
  return false;
}

bool Asking::may_sign_in(OperationKind kind) {
  return each([&](uint32_t user) {
    policy_reason against = reason_against(world_.organization.sign_in(user), kind);
    return against == POLICY_REASON_none || deny(against, user_principal(user));
  });
}

bool Asking::are_enabled() {
  return each([&](uint32_t user) {
    return !world_.organization.is_disabled(user) || deny(POLICY_REASON_disabled, user_principal(user));
  });
}

// --- questions

Answer Asking::of_row(uint32_t user, uint32_t right, const Asked& row, const policy_decision& decision) const {
  Answer answer;
  answer.allowed = decision.effect == POLICY_ALLOW;
  answer.reason = static_cast<policy_reason>(decision.reason);
  answer.party = user_principal(user);
  answer.right = right;
  answer.table = row.table;
  answer.record = row.record;
  answer.decision = decision;
  return answer;
}

bool Asking::all_may(uint32_t right, const Asked& row) const {
  for (size_t i = 0; i < count_; ++i) {
    if (!check(world_.tables, subjects_[i], row.table, right, *row.header, world_.context)) return false;
  }
  return true;
}

// Why is told of the first need, and of the one that is denied.
bool Asking::need(uint32_t right, const Asked& row) {
  if (first_ && row.header != nullptr && all_may(right, row)) return true;
  return each([&](uint32_t user) {
    policy_decision decision = row.header == nullptr ? kUnknown : world_.decide(user, right, row.table, *row.header);
    answer_ = of_row(user, right, row, decision);
    if (!first_) first_ = answer_;
    return answer_.allowed;
  });
}

bool Asking::need(uint32_t right, const Asked& row, policy_reason reason) {
  if (need(right, row)) return true;
  answer_.reason = reason;
  return false;
}

bool Asking::privilege(uint32_t privilege) {
  return each([&](uint32_t user) {
    if (world_.subject(user).holds_privilege(privilege)) return true;
    deny(POLICY_REASON_no_privilege, user_principal(user));
    answer_.privilege = privilege;
    return false;
  });
}

bool Asking::holds(uint32_t right, uint32_t table) {
  return each([&](uint32_t user) {
    if (world_.organization.holds(user_principal(user), table, right)) return true;
    return deny_party(POLICY_REASON_no_privilege, user_principal(user), table, right);
  });
}

bool Asking::holds_at_unit_level(uint32_t right, uint32_t table) {
  return each([&](uint32_t user) {
    uint32_t flags = 0;
    if (table < world_.tables.tables.size()) {
      flags = world_.subject(user).profile()->reach_flags(world_.tables.tables[table].decisions[right]);
    }
    if ((flags & POLICY_REACH_UNIT_LEVEL) != 0) return true;
    policy_reason reason = (flags & POLICY_REACH_HELD) != 0 ? POLICY_REASON_level : POLICY_REASON_no_privilege;
    return deny_party(reason, user_principal(user), table, right);
  });
}

bool Asking::columns(const Asked& row, uint64_t set, uint64_t ColumnRights::* permission) {
  if (set == 0) return true;
  const std::vector<uint32_t>& secured = world_.tables.tables[row.table].secured;
  for (size_t column = 0; column < secured.size(); ++column) {
    if ((set >> column & 1) == 0) continue;
    bool open = each([&](uint32_t user) {
      ColumnRights rights = column_rights(world_, user, row.table, row.record);
      if ((rights.*permission >> column & 1) != 0) return true;
      deny_on(POLICY_REASON_column, row.table, row.record);
      answer_.party = user_principal(user);
      answer_.column = secured[column];
      return false;
    });
    if (!open) return false;
  }
  return true;
}

bool Asking::other_party(policy_principal party, uint32_t right, uint32_t table) {
  if (world_.organization.holds(party, table, right)) return true;
  return deny_party(POLICY_REASON_other_party, party, table, right);
}

// --- answers

bool Asking::deny(policy_reason reason) {
  answer_ = {};
  answer_.reason = reason;
  return false;
}

bool Asking::deny(policy_reason reason, policy_principal party) {
  deny(reason);
  answer_.party = party;
  return false;
}

bool Asking::deny_on(policy_reason reason, uint32_t table, uint32_t record, uint32_t right) {
  deny(reason);
  answer_.table = table;
  answer_.record = record;
  answer_.right = right;
  return false;
}

bool Asking::deny_party(policy_reason reason, policy_principal party, uint32_t table, uint32_t right) {
  deny_on(reason, table, POLICY_NONE, right);
  answer_.party = party;
  return false;
}

void Asking::allow() {
  if (first_) answer_ = *first_;
}

void Asking::allow_by_privilege(uint32_t privilege) {
  deny(POLICY_REASON_role_level, user_principal(people_[0]));
  answer_.privilege = privilege;
  answer_.allowed = true;
}

void Asking::allow_by_right(uint32_t right, uint32_t table) {
  deny_party(POLICY_REASON_role_level, user_principal(people_[0]), table, right);
  answer_.allowed = true;
}

ColumnRights Asking::column_rights_of_all(uint32_t table, uint32_t row) const {
  ColumnRights rights = column_rights(world_, people_[0], table, row);
  return count_ == 1 ? rights : both(rights, column_rights(world_, people_[1], table, row));
}

bool Asking::all_may_read(const Asked& row) const { return all_may(POLICY_RIGHT_read, row); }

}  // namespace policy
