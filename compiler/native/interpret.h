// The first tier: answers what a graph asks without any machine code, so that a policy decides as soon as it is read.
//
//   Interpreter interpreter(ir);
//   bool may = interpreter.check(graph, subject, subject->reaches + base, record, context) != 0;
//   uint64_t answer = interpreter.decide(graph, subject, subject->reaches + base, record, context);
//
// Takes and gives what compiled code does (policy/layout.h), and answers the same. A graph is written out as a list of
// questions with jumps when it is first asked; later questions allocate nothing. Any number of threads may ask.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "compiler/ir/decision_ir.h"
#include "policy/layout.h"

namespace policyc {

// Nothing where every graph can be written out within limits::kGraphQuestions; otherwise which one cannot. Nodes that
// are used by many others are written out for each of them, in machine code as well.
std::optional<std::string> too_large(const DecisionIR& ir);

class Interpreter {
 public:
  // Keeps a reference: `ir` is sound (compiler/ir/verify.h), not too large, and outlives it.
  explicit Interpreter(const DecisionIR& ir);
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  int32_t check(GraphId graph, const policy_subject* subject, const policy_reach* reaches, const policy_record* record,
                const policy_context* context) const;
  // The reason in the lower half, the slot in the upper, as policy_decide_function.
  uint64_t decide(GraphId graph, const policy_subject* subject, const policy_reach* reaches,
                  const policy_record* record, const policy_context* context) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
