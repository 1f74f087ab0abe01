// The native engine over plain facts: what a host does with a program, done for scenarios, tests and `policyc decide`.
//
//   NativeWorld world(program, ir, facts);
//   Decision decision = world.decide(sam, Right::Read, trip);     // equals evaluate(policy, facts, sam, ...)
//   Outcome outcome = world.perform(assign);                      // equals perform(policy, facts, assign)
//   world.carry_out(assign);                                      // and now it has happened in this world
//
// Keeps references to program and ir, and copies what it needs of the facts: after `carry_out` the two go their own
// ways. Ids are those of the facts. Any number of threads may ask while nobody changes it.
#pragma once

#include <memory>
#include <vector>

#include "compiler/base/decision.h"
#include "compiler/facts/facts.h"
#include "compiler/facts/operation.h"
#include "compiler/ir/decision_ir.h"
#include "compiler/native/program.h"
#include "runtime/query/view.h"

namespace policyc {

class NativeWorld {
 public:
  NativeWorld(const Program& program, const DecisionIR& ir, const Facts& facts);
  // With code from elsewhere, of the same policy.
  NativeWorld(const policy::ProgramTables& tables, const DecisionIR& ir, const Facts& facts);
  ~NativeWorld();

  // --- rights on rows

  Decision decide(UserId user, Right right, RecordId record) const;
  Decision decide(UserId user, Right right, const Record& record) const;  // as it would be; nothing is shared
  bool check(UserId user, Right right, RecordId record) const;
  // The same question with everything looked up, as a host on the hot path has it at hand. The code is null where the
  // table does not take the right, an id is unknown, or there is no machine code yet (Program::wait); what it points to
  // belongs to this object, until it changes.
  struct Call {
    policy_check_function code = nullptr;
    const policy_subject* subject = nullptr;
    const policy_reach* reaches = nullptr;
    const policy_record* record = nullptr;
    const policy_context* context = nullptr;

    bool operator()() const { return code != nullptr && code(subject, reaches, record, context) != 0; }
  };
  Call call(UserId user, Right right, RecordId record) const;
  bool holds_privilege(UserId user, PrivilegeId privilege) const;

  // What runtime/query asks, by the same ids; good until this world changes.
  std::unique_ptr<policy::QueryView> query_view() const;

  // --- people, columns, operations, flows

  SignIn sign_in(UserId user) const;
  // Without a record: of a row that is not stored.
  ColumnRights column_rights(UserId user, TableId table, RecordId record) const;
  Outcome perform(const Operation& operation) const;  // changes nothing
  // The row that set the flow off, as it was then, and which of this world's rows it is, if it is one.
  RunAsAnswer runs_as(FlowId flow, uint32_t step, UserId triggering, const Record& record, RecordId stored) const;

  // --- changes

  // Whole, where `perform` would allow it; otherwise not at all.
  void carry_out(const Operation& operation);
  // Every link of the facts counts as just made, from the top down.
  void inherit_from_links();

  // --- what is there now, in the facts' terms

  std::vector<Share> shares() const;     // by record, then principal; inherited parts ascending
  Record record(RecordId record) const;  // links by relationship

  // For whoever needs the runtime's world itself: native_world_state.h.
  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
