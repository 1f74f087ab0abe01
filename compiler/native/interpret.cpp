// A graph becomes steps: a question and where to go on for yes and for no. Steps are written from the last to the
// first, so that each goes on only to earlier ones: no walk is longer than the list.
#include "compiler/native/interpret.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <span>
#include <vector>

#include "compiler/base/limits.h"
#include "compiler/native/ask.h"

namespace policyc {

namespace {

// A question, or below `answers.size()` of its list: an answer.
using Place = uint32_t;

struct Step {
  Node node;
  const IROperand* a = nullptr;
  const IROperand* b = nullptr;
  Place yes = 0;
  Place no = 0;
};

struct StepList {
  std::vector<uint64_t> answers;
  std::vector<Step> steps;
  Place entry = 0;

  uint64_t run(const Asked& asked) const {
    Place at = entry;
    while (at >= answers.size()) {
      const Step& step = steps[at - answers.size()];
      at = ask(step.node, step.a, step.b, asked) ? step.yes : step.no;
    }
    return answers[at];
  }
};

class Writer {
 public:
  explicit Writer(const DecisionIR& ir) : ir_(ir) {}

  StepList check(const Graph& graph) {
    list_.answers = {0, 1};
    list_.entry = write(graph.check, 1, 0);
    return std::move(list_);
  }

  // An allow outcome answers where its node holds, a denial where it does not; otherwise the next is looked at.
  StepList decide(const Graph& graph) {
    list_.answers.push_back(static_cast<uint64_t>(Reason::Unknown));
    for (const GraphOutcome& o : graph.allow) list_.answers.push_back(answer_of(o));
    for (const GraphOutcome& o : graph.deny) list_.answers.push_back(answer_of(o));
    Place allowed = 0, denied = 0;
    for (size_t i = graph.allow.size(); i-- > 0;) {
      allowed = write(graph.allow[i].node, static_cast<Place>(1 + i), allowed);
    }
    for (size_t i = graph.deny.size(); i-- > 0;) {
      denied = write(graph.deny[i].node, denied, static_cast<Place>(1 + graph.allow.size() + i));
    }
    list_.entry = write(graph.check, allowed, denied);
    return std::move(list_);
  }

 private:
  static uint64_t answer_of(const GraphOutcome& outcome) {
    return static_cast<uint64_t>(outcome.reason) | uint64_t{outcome.slot} << 32;
  }

  // The left side of an `and` or `or`, whose right side is being written.
  struct Left {
    NodeId node;
    Op op;
    Place otherwise;
  };

  Place write(NodeId id, Place yes, Place no) {
    std::vector<Left> lefts;
    for (;;) {
      const Node& node = ir_.nodes[id];
      if (node.op == Op::And || node.op == Op::Or) {
        lefts.push_back({{node.a}, node.op, node.op == Op::And ? no : yes});
        id = {node.b};
        continue;
      }
      const Place here = write_question(node, yes, no);
      if (lefts.empty()) return here;
      const Left left = lefts.back();
      lefts.pop_back();
      id = left.node;
      yes = left.op == Op::And ? here : left.otherwise;
      no = left.op == Op::And ? left.otherwise : here;
    }
  }

  Place write_question(const Node& node, Place yes, Place no) {
    if (node.op == Op::True || yes == no) return yes;
    if (node.op == Op::False) return no;
    const OpOperands operands = operands_of(node.op);
    Step step{.node = node, .yes = yes, .no = no};
    if (operands == OpOperands::Operand || operands == OpOperands::Operands) step.a = &ir_.operands[{node.a}];
    if (operands == OpOperands::Operands) step.b = &ir_.operands[{node.b}];
    list_.steps.push_back(step);
    return static_cast<Place>(list_.answers.size() + list_.steps.size() - 1);
  }

  const DecisionIR& ir_;
  StepList list_;
};

// Written by whoever needs it first; others that were as fast throw theirs away.
class WrittenOnce {
 public:
  WrittenOnce() = default;
  WrittenOnce(const WrittenOnce&) = delete;
  WrittenOnce& operator=(const WrittenOnce&) = delete;
  ~WrittenOnce() { delete list_.load(std::memory_order_acquire); }

  template <typename Write>
  const StepList& get(Write write) {
    const StepList* list = list_.load(std::memory_order_acquire);
    if (list != nullptr) return *list;
    auto written = std::make_unique<const StepList>(write());
    if (list_.compare_exchange_strong(list, written.get(), std::memory_order_acq_rel)) return *written.release();
    return *list;
  }

 private:
  std::atomic<const StepList*> list_{nullptr};
};

}  // namespace

struct Interpreter::Impl {
  explicit Impl(const DecisionIR& ir_) : ir(ir_), checks(ir_.graphs.size()), decides(ir_.graphs.size()) {}

  const DecisionIR& ir;
  std::vector<WrittenOnce> checks;
  std::vector<WrittenOnce> decides;
};

Interpreter::Interpreter(const DecisionIR& ir) : impl_(std::make_unique<Impl>(ir)) {}
Interpreter::~Interpreter() = default;

int32_t Interpreter::check(GraphId graph, const policy_subject* subject, const policy_reach* reaches,
                           const policy_record* record, const policy_context* context) const {
  if (!impl_->ir.graphs.contains(graph)) return 0;
  const DecisionIR& ir = impl_->ir;
  const StepList& list = impl_->checks[graph.index].get([&] { return Writer(ir).check(ir.graphs[graph]); });
  return static_cast<int32_t>(list.run({subject, reaches, record, context}));
}

uint64_t Interpreter::decide(GraphId graph, const policy_subject* subject, const policy_reach* reaches,
                             const policy_record* record, const policy_context* context) const {
  if (!impl_->ir.graphs.contains(graph)) return static_cast<uint64_t>(Reason::Unknown);
  const DecisionIR& ir = impl_->ir;
  const StepList& list = impl_->decides[graph.index].get([&] { return Writer(ir).decide(ir.graphs[graph]); });
  return list.run({subject, reaches, record, context});
}

std::optional<std::string> too_large(const DecisionIR& ir) {
  std::vector<uint32_t> sizes(ir.nodes.size(), 1);
  auto add = [](size_t a, size_t b) { return static_cast<uint32_t>(std::min(a + b, limits::kGraphQuestions + 1)); };
  for (NodeId id : ir.nodes.ids()) {
    const Node& node = ir.nodes[id];
    if (operands_of(node.op) == OpOperands::Nodes) sizes[id.index] = add(sizes[node.a], sizes[node.b]);
  }
  for (GraphId id : ir.graphs.ids()) {
    const Graph& graph = ir.graphs[id];
    uint32_t size = sizes[graph.check.index];
    for (std::span<const GraphOutcome> outcomes : {std::span(graph.allow), std::span(graph.deny)}) {
      for (const GraphOutcome& outcome : outcomes) size = add(size, sizes[outcome.node.index]);
    }
    if (size > limits::kGraphQuestions) return fmt::format("decision graph g{} is too large to compile", id.index);
  }
  return std::nullopt;
}

}  // namespace policyc
