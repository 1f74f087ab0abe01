// An operation as somebody types it.
//
//   OperationPhrase phrase = read_operation_phrase(policy, facts, {"assign", "boat_trip/t1", "to", "sam"}, ana);
//   if (!phrase.operation) complain(phrase.mistake);
//
// Forms: assign R to P - share R with P for RIGHTS - modify R with P for RIGHTS - revoke R from P - link R.LOOKUP to R
// - unlink R.LOOKUP - associate R with R through REL - disassociate R with R through REL - merge R into R - move R to
// UNIT - move USER to UNIT - move TEAM to UNIT - deactivate R - activate R - delete R - read R - update R - add USER to
// TEAM - remove USER from TEAM - create TABLE [owned by P] [in UNIT]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/facts/facts.h"
#include "compiler/sema/policy.h"

namespace policyc {

struct OperationPhrase {
  std::optional<Operation> operation;
  std::string mistake;     // where there is none
  bool wrong_use = false;  // no such phrase, whatever the facts are; otherwise a name that is not known or does not fit
};

// `words` as they are typed, or all in one. `user` none: nobody in particular, who owns nothing that is created.
OperationPhrase read_operation_phrase(const Policy& policy, const Facts& facts, const std::vector<std::string>& words,
                                      UserId user);

// The forms, a line each.
std::string operation_forms();

}  // namespace policyc
