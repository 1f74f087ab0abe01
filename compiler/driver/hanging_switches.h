// Which switches an answer hangs on: the same question is asked again with each switch set to each other legal value.
//
//   auto ask = [&](const Policy& policy, const Facts& facts) { return verdict(evaluate(policy, facts, sam, ...)); };
//   hanging_switches(policy, sources, facts, InheritedParts::FromLinks, boat_trip, ask);
//   // switch: `delete_needs_read` is true (rule book guide): with false the answer would be allow because role_level
//   ...
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/facts/facts.h"
#include "compiler/sema/policy.h"

namespace policyc {

// Where the facts' inherited parts of shares come from: what happened before (a scenario), which no other setting
// undoes, or the links alone (a facts file), from which every setting makes its own.
enum class InheritedParts : uint8_t { AsTheyAre, FromLinks };

// An answer in a few words, which are compared: "deny because level".
using AskAgain = std::function<std::string(const Policy&, const Facts&)>;

// A line for each answer that would differ. `table` is the one that is asked about, or none. `business_units` is left
// out: facts that hold under classic units are no facts of modern ones, and the other way round.
std::vector<std::string> hanging_switches(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                          InheritedParts parts, TableId table, const AskAgain& ask);

// The answer as it would be without rights that are left over from links that are not there any more.
std::string without_left_overs(const Policy& policy, const Facts& facts, const AskAgain& ask);
bool has_left_overs(const Facts& facts);

}  // namespace policyc
