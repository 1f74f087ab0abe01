// Any bytes as facts of the boat club: an error or an organization, never both, and every question about it is answered
// by the reference without a crash, of rows and of what an operation would do to them.
#include <memory>
#include <string>

#include "compiler/driver/compile.h"
#include "compiler/facts/facts_json.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/inherit.h"
#include "compiler/reference/perform.h"
#include "tests/fuzz/require.h"

namespace {

using namespace policyc;

// Effects are there where it is allowed and nowhere else, and the facts that they lead to can be asked about again.
void check_operations(const Policy& policy, const Facts& facts, UserId user, RecordId record, const std::string& text) {
  for (OperationKind kind : {OperationKind::Read, OperationKind::Delete, OperationKind::Assign, OperationKind::Share,
                             OperationKind::Deactivate}) {
    Operation operation{.kind = kind, .user = user, .record = record, .principal = Principal::of(user)};
    operation.rights = bit(Right::Read);
    Outcome outcome = perform(policy, facts, operation);
    fuzz::require(outcome.answer.allowed || outcome.effects.empty(), "a denial changes something", text);
    Outcome unasked = perform_unasked(policy, facts, operation);
    Facts after = facts;
    apply(operation, unasked.effects, after);
    evaluate(policy, after, user, Right::Read, record);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
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
  const Facts facts = inherit_from_links(*club.policy, *read.facts);
  for (UserId user : facts.users.ids()) {
    for (RecordId record : facts.records.ids()) {
      for (Right right : kAllRights) {
        Decision decision = evaluate(*club.policy, facts, user, right, record);
        fuzz::require(decision.allowed == allows(decision.reason), "effect and reason differ", text);
      }
      check_operations(*club.policy, facts, user, record, text);
    }
  }
  return 0;
}
