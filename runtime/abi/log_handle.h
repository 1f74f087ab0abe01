// The handle of a decision log (policy/policy.h, section 5).
//
//   if (!is_handle(log)) return POLICY_INVALID;
//   log->log->add({...});
#pragma once

#include <memory>

#include "runtime/abi/handles.h"
#include "runtime/log/decision_log.h"

struct policy_log {
  policy::HandleKind kind = policy::HandleKind::Log;
  std::unique_ptr<policy::DecisionLog> log;
};

namespace policy {

inline bool is_handle(const policy_log* log) { return log != nullptr && log->kind == HandleKind::Log; }

}  // namespace policy
