// What an operation would change, in words, row by row: the operation's own row first, then rows in the order in which
// the cascade comes to them.
//
//   for (const EffectText& effect : effects_in_words(policy, facts, operation, outcome.effects)) print(effect.line());
//   // log_entry/e1: owner ana -> sam (assign through trip_log below boat_trip/t1)
#pragma once

#include <string>
#include <vector>

#include "compiler/facts/operation.h"
#include "compiler/sema/policy.h"

namespace policyc {

struct EffectText {
  Effect effect;
  std::string subject;  // "log_entry/e1", "user kim", "team crew"
  std::string change;   // "owner ana -> sam"
  std::string before;   // of effects that go from one thing to another
  std::string after;
  std::string action;   // of a cascade: "assign"
  std::string through;  // its relationship
  std::string above;    // the row that it came from

  std::string line() const;
};

// `facts` as they are before the operation.
std::vector<EffectText> effects_in_words(const Policy& policy, const Facts& facts, const Operation& operation,
                                         const std::vector<Effect>& effects);

// "3 rows change", "1 user and 2 rows change", "nothing changes"
std::string effects_summary(const std::vector<EffectText>& effects);

}  // namespace policyc
