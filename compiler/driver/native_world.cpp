// The questions, passed on to the runtime, and its answers in the compiler's words.
#include "compiler/driver/native_world.h"

#include <algorithm>

#include "compiler/driver/native_world_state.h"
#include "runtime/columns/columns.h"
#include "runtime/decide/decide.h"
#include "runtime/operations/inheritance.h"
#include "runtime/operations/plan.h"
#include "runtime/query/world_view.h"
#include "runtime/run_as/run_as.h"

namespace policyc {

Decision to_decision(const policy_decision& d) {
  return {.allowed = d.effect == POLICY_ALLOW,
          .reason = static_cast<Reason>(d.reason),
          .held = static_cast<Level>(d.held),
          .needed = static_cast<Level>(d.needed),
          .grant = {d.grant},
          .role = {d.role},
          .through = d.through};
}

namespace {

std::optional<uint32_t> if_some(uint32_t index) {
  return index == POLICY_NONE ? std::nullopt : std::optional<uint32_t>(index);
}

Answer to_answer(const policy::Answer& a) {
  Answer answer;
  answer.allowed = a.allowed;
  answer.reason = static_cast<Reason>(a.reason);
  answer.party = {a.party};
  if (a.right != POLICY_NONE) answer.right = static_cast<Right>(a.right);
  answer.table = {a.table};
  answer.record = {a.record};
  answer.privilege = {a.privilege};
  answer.column = if_some(a.column);
  answer.decision = to_decision(a.decision);
  return answer;
}

static_assert(static_cast<int>(Effect::Kind::RolesMoved) == static_cast<int>(policy::Effect::Kind::RolesMoved));

Effect to_effect(const policy::Effect& e) {
  return {.kind = static_cast<Effect::Kind>(e.kind),
          .record = {e.record},
          .principal = {e.principal},
          .relationship = {e.relationship},
          .team = {e.team},
          .from = {e.from},
          .from_owner = e.from_owner,
          .before = e.before,
          .after = e.after,
          .through = {e.through},
          .above = {e.above}};
}

}  // namespace

NativeWorld::NativeWorld(const Program& program, const DecisionIR& ir, const Facts& facts)
    : NativeWorld(program.tables(), ir, facts) {}
NativeWorld::NativeWorld(const policy::ProgramTables& tables, const DecisionIR& ir, const Facts& facts)
    : impl_(std::make_unique<Impl>(tables, ir, facts)) {}
NativeWorld::~NativeWorld() = default;

// --- rights on rows

Decision NativeWorld::decide(UserId user, Right right, RecordId record) const {
  return to_decision(impl_->world.decide(user.index, static_cast<uint32_t>(right), record.index));
}

Decision NativeWorld::decide(UserId user, Right right, const Record& record) const {
  policy::Row row = impl_->to_row(record);
  policy::RecordBytes bytes = impl_->world.records.record_of(row);
  return to_decision(impl_->world.decide(user.index, static_cast<uint32_t>(right), row.table, bytes.header()));
}

bool NativeWorld::check(UserId user, Right right, RecordId record) const {
  if (!impl_->knows(user) || !impl_->knows(record)) return false;
  const policy::World& world = impl_->world;
  return policy::check(world.tables, impl_->views[user.index], world.records[record.index].table,
                       static_cast<uint32_t>(right), world.records.header(record.index), world.context);
}

NativeWorld::Call NativeWorld::call(UserId user, Right right, RecordId record) const {
  if (!impl_->knows(user) || !impl_->knows(record)) return {};
  const policy::World& world = impl_->world;
  const policy_subject& subject = impl_->views[user.index];
  const policy::TableEntry& table = world.tables.tables[world.records[record.index].table];
  const policy::DecisionEntry& entry = table.decisions[static_cast<size_t>(right)];
  return {entry.check, &subject, subject.reaches + entry.base, &world.records.header(record.index), &world.context};
}

bool NativeWorld::holds_privilege(UserId user, PrivilegeId privilege) const {
  return impl_->world.subject(user.index).holds_privilege(privilege.index);
}

std::unique_ptr<policy::QueryView> NativeWorld::query_view() const {
  return std::make_unique<policy::WorldView>(impl_->world);
}

// --- people, columns, operations, flows

SignIn NativeWorld::sign_in(UserId user) const {
  policy::SignIn answer = impl_->world.organization.sign_in(user.index);
  return {answer.allowed, static_cast<Reason>(answer.reason), static_cast<AccessMode>(answer.mode)};
}

ColumnRights NativeWorld::column_rights(UserId user, TableId table, RecordId record) const {
  policy::ColumnRights rights = policy::column_rights(impl_->world, user.index, table.index, record.index);
  return {.secured = rights.secured,
          .read = rights.read,
          .create = rights.create,
          .update = rights.update,
          .read_unmasked = rights.read_unmasked,
          .read_one_unmasked = rights.read_one_unmasked};
}

Outcome NativeWorld::perform(const Operation& operation) const {
  policy::Outcome native = policy::plan(impl_->world, impl_->to_operation(operation));
  Outcome outcome;
  outcome.answer = to_answer(native.answer);
  for (const policy::Effect& effect : native.effects) outcome.effects.push_back(to_effect(effect));
  outcome.hidden_columns = native.hidden_columns;
  outcome.unmasked_columns = native.unmasked_columns;
  return outcome;
}

RunAsAnswer NativeWorld::runs_as(FlowId flow, uint32_t step, UserId triggering, const Record& record,
                                 RecordId stored) const {
  policy::Row row = impl_->to_row(record);
  policy::RunAsAnswer answer = policy::runs_as(impl_->world, flow.index, step, triggering.index, {row, stored.index});
  return {.system = answer.system,
          .user = {answer.user},
          .impersonator = {answer.impersonator},
          .answer = to_answer(answer.answer),
          .escalates = answer.escalates};
}

// --- changes

void NativeWorld::carry_out(const Operation& operation) {
  policy::Operation native = impl_->to_operation(operation);
  policy::Outcome outcome = policy::plan(impl_->world, native);
  if (!outcome.answer.allowed) return;
  impl_->write_values(operation, native);
  policy::apply(impl_->world, native, outcome.effects);
  impl_->view_subjects();
}

void NativeWorld::inherit_from_links() { policy::inherit_from_links(impl_->world); }

// --- what is there now

std::vector<Share> NativeWorld::shares() const {
  std::vector<Share> shares;
  const policy::Records& records = impl_->world.records;
  for (uint32_t row = 0; row < records.size(); ++row) {
    for (const policy::RowShare& held : records.shares(row)) {
      Share share{.record = {row}, .principal = {held.principal}, .rights = held.rights, .inherited = {}};
      for (const policy::Part& part : held.parts)
        share.inherited.push_back({{part.from}, part.from_owner, part.rights});
      std::ranges::sort(share.inherited);
      shares.push_back(std::move(share));
    }
  }
  return shares;
}

Record NativeWorld::record(RecordId id) const {
  Record record;
  record.exists = false;
  if (id.index >= impl_->world.records.size()) return record;
  const policy::Row& row = impl_->world.records[id.index];
  record.name = impl_->record_names[id.index];
  record.table = {row.table};
  record.owner = {row.owner};
  record.unit = {row.unit};
  record.attributes = impl_->values[id.index];
  record.active = row.active;
  record.exists = row.exists;
  for (const policy::RowLink& link : row.links) record.links.push_back({{link.relationship}, {link.parent}});
  std::ranges::sort(record.links, {}, &Link::relationship);
  return record;
}

}  // namespace policyc
