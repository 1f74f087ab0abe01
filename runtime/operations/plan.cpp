#include "runtime/operations/plan.h"

#include "runtime/operations/planning.h"

namespace policy {

Planning::Planning(const World& world, const Operation& operation)
    : world_(world),
      records_(world.records),
      op_(operation),
      rules_(world.tables.rules),
      asking_(world, operation.user, operation.impersonator),
      changes_(world.records),
      inheritance_(world, changes_) {
  if (op_.kind != OperationKind::Create) return;
  bool is_absent = op_.record < records_.size() && !records_.exists(op_.record);
  if (is_absent) created_ = &records_[op_.record];
  if (op_.record == POLICY_NONE && op_.proposed) created_ = &*op_.proposed;
}

Outcome Planning::run() {
  Outcome outcome;
  bool allowed = who() && ask();
  outcome.answer = asking_.answer();
  outcome.answer.allowed = allowed;
  if (allowed) outcome.effects = changes_.take_effects();
  return show_columns(outcome);
}

bool Planning::who() {
  if (!asking_.are_known() || !asking_.may_act_on_behalf()) return false;
  if (op_.asks_sign_in && !asking_.may_sign_in(op_.kind)) return false;
  return names_what_is_there() || asking_.deny(POLICY_REASON_unknown);
}

bool Planning::ask() {
  switch (op_.kind) {
    case OperationKind::Create:
      return create();
    case OperationKind::Read:
      return read();
    case OperationKind::Update:
      return update();
    case OperationKind::Delete:
      return remove();
    case OperationKind::Assign:
      return assign();
    case OperationKind::Share:
    case OperationKind::Modify:
    case OperationKind::Revoke:
      return share();
    case OperationKind::Link:
      return link();
    case OperationKind::Unlink:
      return unlink();
    case OperationKind::Associate:
      return associate(true);
    case OperationKind::Disassociate:
      return associate(false);
    case OperationKind::Merge:
      return merge();
    case OperationKind::SetUnit:
      return set_unit();
    case OperationKind::Deactivate:
      return set_active(false);
    case OperationKind::Activate:
      return set_active(true);
    case OperationKind::AddMember:
      return change_member(true);
    case OperationKind::RemoveMember:
      return change_member(false);
    case OperationKind::MoveUser:
      return move_user();
    case OperationKind::MoveTeam:
      return move_team();
  }
  return asking_.deny(POLICY_REASON_unknown);
}

bool Planning::may_own(policy_principal owner, uint32_t table) {
  uint32_t kind = POLICY_PRINCIPAL_KIND(owner);
  bool access_team =
      kind == POLICY_TEAM && world_.organization.team_kind(POLICY_PRINCIPAL_INDEX(owner)) == TeamKind::Access;
  if (access_team) return asking_.deny_party(POLICY_REASON_access_team, owner, table);
  bool can = false;
  switch (world_.tables.tables[table].ownership) {
    case Ownership::User:
      can = kind == POLICY_USER || kind == POLICY_TEAM || (kind == POLICY_UNIT && world_.tables.unit_as_principal);
      break;
    case Ownership::BusinessUnit:
      can = kind == POLICY_UNIT;
      break;
    case Ownership::Organization:
      break;
  }
  return can || asking_.deny_party(POLICY_REASON_cannot_own, owner, table);
}

bool Planning::create() {
  const Row& created = *created_;
  RecordBytes record = records_.record_of(created);
  Asked asked{created.table, op_.record, &record.header()};
  bool has_owner = table_of(created).ownership == Ownership::User;
  if (has_owner && !may_own(created.owner, created.table)) return false;
  if (!asking_.need(POLICY_RIGHT_create, asked)) return false;
  bool for_another = has_owner && created.owner != POLICY_PRINCIPAL(POLICY_USER, op_.user);
  if (for_another && !asking_.other_party(created.owner, POLICY_RIGHT_read, created.table)) return false;
  bool elsewhere =
      has_owner && created.unit != POLICY_NONE && created.unit != world_.organization.unit_of(created.owner);
  if (elsewhere && !may_choose_unit(created.table, op_.record)) return false;
  if (elsewhere && !owner_reads_at(created.owner, created.table, created.unit)) return false;
  changes_.create(op_.record);
  for (const RowLink& link : created.links) {
    if (!link_row({created, asked, op_.record, link.relationship, link.parent, nullptr, {}})) return false;
  }
  if (!asking_.columns(asked, created.secured_values, &ColumnRights::create)) return false;
  asking_.allow();
  return true;
}

bool Planning::read() {
  if (!asking_.need(POLICY_RIGHT_read, op_.record)) return false;
  asking_.allow();
  return true;
}

bool Planning::update() {
  Asked asked = asking_.stored(op_.record);
  if (!asking_.need(POLICY_RIGHT_write, asked)) return false;
  if (!asking_.columns(asked, op_.secured_set, &ColumnRights::update)) return false;
  if (op_.sets_values) changes_.set_values(op_.record);
  for (const RowLink& set : op_.links) {
    if (set.parent == POLICY_NONE) {
      if (!unlink_row(op_.record, set.relationship)) return false;
      continue;
    }
    const RowLink* before = linked(row(), set.relationship);
    if (!link_row({row(), asked, op_.record, set.relationship, set.parent, before, {}})) return false;
  }
  asking_.allow();
  return true;
}

bool Planning::set_active(bool active) {
  if (!asking_.need(POLICY_RIGHT_write, op_.record)) return false;
  changes_.set_active(op_.record, active, {});
  asking_.allow();
  return true;
}

bool Planning::associate(bool there) {
  for (uint32_t right : {POLICY_RIGHT_append, POLICY_RIGHT_append_to}) {
    if (right == POLICY_RIGHT_append_to && !rules_.associate_needs_append_to) break;
    if (!asking_.need(right, op_.record) || !asking_.need(right, op_.other)) return false;
  }
  changes_.associate(op_.relationship, op_.record, op_.other, there);
  asking_.allow();
  return true;
}

// Secured columns as they read afterwards; of a row that cannot be read, every one is hidden.
Outcome& Planning::show_columns(Outcome& outcome) const {
  bool reads = op_.kind == OperationKind::Read;
  bool writes = op_.kind == OperationKind::Create || op_.kind == OperationKind::Update;
  if (!reads && !(writes && outcome.answer.allowed)) return outcome;
  if (created_ == nullptr && op_.record >= records_.size()) return outcome;
  const Row& shown = created_ == nullptr ? row() : *created_;
  RecordBytes proposed = created_ == nullptr ? RecordBytes() : records_.record_of(shown);
  const policy_record& header = created_ == nullptr ? records_.header(op_.record) : proposed.header();
  bool readable = reads ? outcome.answer.allowed : asking_.all_may_read({shown.table, op_.record, &header});
  ColumnRights rights = asking_.column_rights_of_all(shown.table, op_.record);
  outcome.hidden_columns = readable ? rights.secured & ~rights.read : rights.secured;
  outcome.unmasked_columns = readable ? rights.read & rights.read_one_unmasked : 0;
  return outcome;
}

Outcome plan(const World& world, const Operation& operation) { return Planning(world, operation).run(); }

}  // namespace policy
