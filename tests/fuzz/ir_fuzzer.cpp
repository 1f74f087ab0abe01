// Any bytes as the text of an IR: refused with a reason, or sound, and then it prints to what reads back the same.
#include <string>

#include "compiler/ir/print.h"
#include "compiler/ir/simplify.h"
#include "compiler/ir/verify.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace policyc;
  using fuzz::require;
  std::string text(reinterpret_cast<const char*>(data), size);
  Result<DecisionIR> ir = parse_ir(text);
  if (!ir) {
    require(!ir.error().empty(), "refused without a reason", text);
    return 0;
  }
  Result<DecisionIR> again = parse_ir(print(*ir));
  require(again && *again == *ir, "reads back as another", text);
  DecisionIR simple = simplify(*ir);
  require(verify(simple) == std::nullopt, "simplifying made unsound IR", text);
  require(simplify(simple) == simple, "simplifying again changes something", text);
  return 0;
}
