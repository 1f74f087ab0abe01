// A decision with its reason, and the bare yes or no.
//
//   policy_record trip = ...;
//   if (policy::check(tables, view, trip_table, POLICY_RIGHT_read, trip, context)) ...
//   policy_decision decision = policy::decide(tables, view, trip_table, POLICY_RIGHT_delete, trip, context);
//
// Both deny, with `unknown` or `illegal`, where table or right are not there. They write nothing but their result: any
// number of threads may ask at once.
#pragma once

#include "runtime/decide/code.h"
#include "runtime/organization/subject.h"

namespace policy {

// What a question about something that is not there gets.
inline constexpr policy_decision kUnknown = {POLICY_DENY, POLICY_REASON_unknown, 0, 0, POLICY_NONE, POLICY_NONE, 0};

inline bool check(const ProgramTables& tables, const policy_subject& subject, uint32_t table, uint32_t right,
                  const policy_record& record, const policy_context& context) {
  if (table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT) return false;
  const DecisionEntry& entry = tables.tables[table].decisions[right];
  if (subject.slot_count != tables.slot_count) return false;
  return ask_check(tables, entry, subject, record, context);
}

policy_decision decide(const ProgramTables& tables, const policy_subject& subject, uint32_t table, uint32_t right,
                       const policy_record& record, const policy_context& context);

}  // namespace policy
