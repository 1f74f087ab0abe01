#include "runtime/decide/code.h"

namespace policy {

bool check_without_code(const ProgramTables& tables, const DecisionEntry& entry, const policy_subject& subject,
                        const policy_record& record, const policy_context& context) {
  const FirstTier& first = tables.first_tier;
  if (!entry.is_taken() || first.check == nullptr) return false;
  return first.check(first.self, entry.graph, &subject, subject.reaches + entry.base, &record, &context) != 0;
}

uint64_t ask_decide(const ProgramTables& tables, const DecisionEntry& entry, const policy_subject& subject,
                    const policy_record& record, const policy_context& context) {
  const policy_reach* reaches = subject.reaches + entry.base;
  if (!entry.is_taken()) return POLICY_REASON_illegal;
  const policy_decide_function code = entry.decide.get();
  if (code != nullptr) return code(&subject, reaches, &record, &context);
  const FirstTier& first = tables.first_tier;
  if (first.decide == nullptr) return POLICY_REASON_unknown;
  return first.decide(first.self, entry.graph, &subject, reaches, &record, &context);
}

}  // namespace policy
