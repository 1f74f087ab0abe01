// A decision in words: what was asked, what came out, which line of the policy gave it, and what it hangs on.
#pragma once

#include <string>
#include <vector>

#include "compiler/base/decision.h"
#include "compiler/facts/facts.h"
#include "compiler/sema/policy.h"

namespace policyc {

// One question: a right on a row. `create` asks about a row that is not among the facts.
struct Question {
  UserId user;
  Right right = Right::Read;
  const Record* record = nullptr;
};

// "allow because `owner`", "deny because `level`"
std::string verdict(const Decision& decision);

// Lines without indentation, the first one the verdict with its meaning.
std::vector<std::string> explain(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                 const Question& question, const Decision& decision);

// "club.policy:31:20"
std::string place_of(const SourceMap& sources, Span span);

}  // namespace policyc
