// The native engine over plain facts: what a host does with a program, done for scenarios, tests and `policyc decide`.
//
//   NativeWorld world(program, ir, facts);
//   Decision decision = world.decide(sam, Right::Read, trip);     // equals evaluate(policy, facts, sam, ...)
//
// Keeps references to all three; make a new one when the facts change.
#pragma once

#include <memory>

#include "compiler/base/decision.h"
#include "compiler/facts/facts.h"
#include "compiler/ir/decision_ir.h"
#include "compiler/native/program.h"

namespace policyc {

class NativeWorld {
 public:
  NativeWorld(const Program& program, const DecisionIR& ir, const Facts& facts);
  ~NativeWorld();

  Decision decide(UserId user, Right right, RecordId record) const;
  Decision decide(UserId user, Right right, const Record& record) const;  // as it would be; nothing is shared
  bool check(UserId user, Right right, RecordId record) const;
  // The same question with everything looked up, as a host on the hot path has it at hand. The code is null where the
  // table does not take the right or an id is unknown; what it points to belongs to this object.
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

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
