// What a scenario asks, answered by both engines.
#include "compiler/driver/in_full.h"
#include "compiler/driver/scenario_runner.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/perform.h"

namespace policyc {

NativeWorld& ScenarioRunner::native() {
  if (!native_) native_ = std::make_unique<NativeWorld>(engine_.program, engine_.ir, facts_);
  return *native_;
}

namespace {

bool same(const Outcome& a, const Outcome& b) {
  return a.answer == b.answer && a.effects == b.effects && a.hidden_columns == b.hidden_columns &&
         a.unmasked_columns == b.unmasked_columns;
}
template <typename T>
bool same(const T& a, const T& b) {
  return a == b;
}

}  // namespace

template <typename T>
T ScenarioRunner::agreed(const T& reference, const T& native, Span asked_by) {
  if (same(reference, native)) return reference;
  InFull in_full(policy_, facts_);
  result_.diagnostics.report(DiagnosticKind::EnginesDisagree, asked_by, in_full(reference), in_full(native));
  return reference;
}

Decision ScenarioRunner::decide(UserId user, Right right, RecordId record, Span asked_by) {
  return agreed(evaluate(policy_, facts_, user, right, record), native().decide(user, right, record), asked_by);
}

Decision ScenarioRunner::decide(UserId user, Right right, const Record& record, Span asked_by) {
  return agreed(evaluate(policy_, facts_, user, right, record), native().decide(user, right, record), asked_by);
}

Outcome ScenarioRunner::perform_on_both(const Operation& operation, Span asked_by) {
  return agreed(perform(policy_, facts_, operation), native().perform(operation), asked_by);
}

ColumnRights ScenarioRunner::columns(UserId user, TableId table, RecordId record, Span asked_by) {
  return agreed(column_rights(policy_, facts_, user, table, record), native().column_rights(user, table, record),
                asked_by);
}

SignIn ScenarioRunner::signs_in(UserId user, Span asked_by) {
  return agreed(sign_in(policy_, facts_, user), native().sign_in(user), asked_by);
}

RunAsAnswer ScenarioRunner::run_step(FlowId flow, uint32_t step, Span asked_by) {
  const Trigger& trigger = triggers_.at(flow);
  return agreed(runs_as(policy_, facts_, flow, step, trigger.user, trigger.record, trigger.stored),
                native().runs_as(flow, step, trigger.user, trigger.record, trigger.stored), asked_by);
}

}  // namespace policyc
