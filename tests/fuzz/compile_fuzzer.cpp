// Any bytes, as far as the IR: what checks without an error lowers to sound IR, whose text reads back the same and
// which simplifies once and for all.
#include <string>

#include "compiler/driver/compile.h"
#include "compiler/ir/print.h"
#include "compiler/ir/simplify.h"
#include "compiler/ir/verify.h"
#include "compiler/lower/lower.h"
#include "compiler/sema/policy_print.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace policyc;
  using fuzz::require;
  std::string text(reinterpret_cast<const char*>(data), size);
  // `use` finds the library alone: there is no such folder.
  Compilation compiled = compile_text("input.policy", text, "there-is-no-such-folder");
  require(compiled.policy.has_value() != compiled.diagnostics.has_errors(), "a policy if and only if no error", text);
  if (!compiled.policy) return 0;
  require(!print(*compiled.policy).empty(), "an empty print", text);

  DecisionIR ir = lower(*compiled.policy, compiled.sources);
  require(verify(ir) == std::nullopt, "lowering made unsound IR", text);
  Result<DecisionIR> again = parse_ir(print(ir));
  require(again && *again == ir, "the IR's text reads back as another", text);
  DecisionIR simple = simplify(ir);
  require(verify(simple) == std::nullopt, "simplifying made unsound IR", text);
  require(simplify(simple) == simple, "simplifying again changes something", text);
  return 0;
}
