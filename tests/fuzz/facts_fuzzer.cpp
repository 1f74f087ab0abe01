// Any bytes as facts of the boat club: an error or an organization, never both, and every question about it is answered
// by the reference without a crash.
#include <memory>
#include <string>

#include "compiler/driver/compile.h"
#include "compiler/facts/facts_json.h"
#include "compiler/reference/evaluate.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace policyc;
  static const Compilation club = [] {
    Result<Compilation> compiled = compile_file(POLICYC_SOURCE_DIR "/stdlib-policies/boat_club.policy");
    fuzz::require(compiled && compiled->policy, "the boat club does not compile", {});
    return std::move(*compiled);
  }();
  SourceMap sources;
  std::string text(reinterpret_cast<const char*>(data), size);
  FactsResult read = read_facts(*club.policy, sources, sources.add("facts.json", text));
  fuzz::require(read.facts.has_value() != read.diagnostics.has_errors(), "facts if and only if no error", text);
  if (!read.facts) return 0;
  for (UserId user : read.facts->users.ids()) {
    for (RecordId record : read.facts->records.ids()) {
      for (Right right : kAllRights) {
        Decision decision = evaluate(*club.policy, *read.facts, user, right, record);
        fuzz::require(decision.allowed == allows(decision.reason), "effect and reason differ", text);
      }
    }
  }
  return 0;
}
