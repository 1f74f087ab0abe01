// An answer in words: what was asked, what came out, which line of the policy gave it, and what it hangs on.
//
//   for (const std::string& line : explain(policy, sources, facts, {sam, Right::Read, &trip}, decision)) show(line);
//
// Lines have no indentation; the first one is the verdict with its meaning. Other settings, and facts without what is
// left over, are asked of the reference.
#pragma once

#include <string>
#include <vector>

#include "compiler/base/decision.h"
#include "compiler/driver/hanging_switches.h"
#include "compiler/facts/facts.h"
#include "compiler/sema/policy.h"

namespace policyc {

// One question: a right on a row. `record` is one of the facts', or a row that is not among them, which `create` asks
// about.
struct Question {
  UserId user;
  Right right = Right::Read;
  const Record* record = nullptr;
};

// "allow because owner", "deny because level"
std::string verdict(const Decision& decision);
std::string verdict(const Answer& answer);

std::vector<std::string> explain(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                 const Question& question, const Decision& decision,
                                 InheritedParts parts = InheritedParts::AsTheyAre);

// What the decision on the row says, without verdict and question and without what it hangs on.
std::vector<std::string> explain_row(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                     const Question& question, const Decision& decision);

// A whole operation: who lacks what on which row, and the decision on that row.
std::vector<std::string> explain_answer(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                        const Operation& operation, const Answer& answer,
                                        InheritedParts parts = InheritedParts::AsTheyAre);

// Of a denial: "missing: `ana` lacks `read` on table `log_entry`". Empty for an allow.
std::string missing_piece(const Policy& policy, const Facts& facts, const Operation& operation, const Answer& answer);

// Of a share or a modify that gives rights to somebody who lacks the privilege; empty for everything else.
std::vector<std::string> rights_without_effect(const Policy& policy, const Facts& facts, const Operation& operation);

// What was set off, by whom and on which row.
struct FlowRun {
  FlowId flow;
  uint32_t step = 0;
  UserId triggering_user;
  RecordId record;
};
std::string missing_piece(const Policy& policy, const Facts& facts, const FlowRun& run, const RunAsAnswer& answer);
std::vector<std::string> explain_run_as(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                        const FlowRun& run, const RunAsAnswer& answer,
                                        InheritedParts parts = InheritedParts::AsTheyAre);

std::vector<std::string> explain_sign_in(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                         UserId user, const SignIn& answer,
                                         InheritedParts parts = InheritedParts::AsTheyAre);

// "`t1` of `boat_trip`, owned by user `sam` in unit `north`"; a row without a name: "a row of `boat_trip`, ..."
std::string row_in_words(const Policy& policy, const Facts& facts, const Record& record);
// "user `sam`", "the organization"
std::string principal_in_words(const Facts& facts, Principal principal);

// "club.policy:31:20"
std::string place_of(const SourceMap& sources, Span span);

}  // namespace policyc
