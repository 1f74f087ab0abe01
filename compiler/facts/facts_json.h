// Facts from JSON: the organization that a policy is asked about. The schema stands in docs/facts.md.
//
//   FactsResult read = read_facts(policy, sources, sources.add("org.json", text));
//   if (!read.facts) show(read.diagnostics);
//
// All mistakes are found in one run, each with its place in the file; there are no facts where there is one. Time and
// memory grow with the length of the text alone.
#pragma once

#include <optional>

#include "compiler/base/diagnostic.h"
#include "compiler/facts/facts.h"
#include "compiler/sema/policy.h"

namespace policyc {

struct FactsResult {
  std::optional<Facts> facts;
  Diagnostics diagnostics;
};

FactsResult read_facts(const Policy& policy, const SourceMap& sources, SourceId source);

// A value as JSON or a command line gives it: numbers by their text, so that decimals stay exact. Nothing where `text`
// is no value of the attribute's type.
std::optional<Value> attribute_value_from_text(const Policy& policy, const Attribute& attribute, std::string_view text);

}  // namespace policyc
