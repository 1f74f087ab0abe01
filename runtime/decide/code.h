// Asks the code of a decision, or the first tier where there is no code yet.
//
//   bool may = ask_check(tables, entry, subject, record, context);
//
// The subject is one of this program. A decision that the table does not take, or that nobody can answer, denies.
#pragma once

#include "runtime/organization/program_tables.h"

namespace policy {

// Apart, so that a check with code has no more to do than to call it.
bool check_without_code(const ProgramTables& tables, const DecisionEntry& entry, const policy_subject& subject,
                        const policy_record& record, const policy_context& context);

inline bool ask_check(const ProgramTables& tables, const DecisionEntry& entry, const policy_subject& subject,
                      const policy_record& record, const policy_context& context) {
  const policy_check_function code = entry.check.get();
  if (code == nullptr) [[unlikely]]
    return check_without_code(tables, entry, subject, record, context);
  return code(&subject, subject.reaches + entry.base, &record, &context) != 0;
}

// As policy_decide_function.
uint64_t ask_decide(const ProgramTables& tables, const DecisionEntry& entry, const policy_subject& subject,
                    const policy_record& record, const policy_context& context);

}  // namespace policy
