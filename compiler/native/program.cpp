#include "compiler/native/program.h"

#include <llvm/Config/llvm-config.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>

#include <atomic>
#include <optional>
#include <vector>

#include "compiler/native/background.h"
#include "compiler/native/emit.h"
#include "compiler/native/entries.h"
#include "compiler/native/filters.h"
#include "compiler/native/interpret.h"
#include "compiler/native/machine.h"

namespace policyc {

namespace {

// What code is made from, without the names and grants that make up most of a large policy.
DecisionIR code_alone(const DecisionIR& ir) {
  DecisionIR code;
  code.policy_name = "policy";  // so that equal decisions of two policies are one in the cache
  code.slot_count = ir.slot_count;
  code.operands = ir.operands;
  code.nodes = ir.nodes;
  code.graphs = ir.graphs;
  code.flows = ir.flows;
  return code;
}

}  // namespace

struct Program::Impl {
  Impl(const DecisionIR& ir, CompileOptions options);

  // Where each graph's code belongs.
  using Places = std::vector<std::vector<policy::DecisionEntry*>>;
  void publish(const ReadyPart& part);
  void count_question() const;

  DecisionIR code;
  uint32_t patience;
  policy::ProgramTables tables;
  Places places;
  Interpreter interpreter;
  mutable std::atomic<uint32_t> questions{0};
  mutable Filters filters;
  mutable Background background;  // last: its threads use all that stands above
};

namespace {

// Before the background has a chance to start.
std::vector<std::vector<policy::DecisionEntry*>> places_of(const DecisionIR& code, policy::ProgramTables& tables) {
  std::vector<std::vector<policy::DecisionEntry*>> places(code.graphs.size());
  for (policy::TableEntry& table : tables.tables) {
    for (policy::DecisionEntry& entry : table.decisions) {
      if (entry.is_taken()) places[entry.graph].push_back(&entry);
    }
  }
  return places;
}

}  // namespace

Program::Impl::Impl(const DecisionIR& ir, CompileOptions options)
    : code(code_alone(ir)),
      patience(options.patience),
      tables(entries_without_code(ir)),
      places(places_of(code, tables)),
      interpreter(code),
      filters(code,
              [this](GraphId graph, policy_filter_function filter) {
                for (policy::DecisionEntry* entry : places[graph.index]) entry->filter.publish(filter);
              }),
      background(code, std::move(options), [this](const ReadyPart& part) { publish(part); }) {
  tables.first_tier.self = this;
  tables.first_tier.check = [](const void* self, uint32_t graph, const policy_subject* subject,
                               const policy_reach* reaches, const policy_record* record,
                               const policy_context* context) {
    const Impl& program = *static_cast<const Impl*>(self);
    program.count_question();
    return program.interpreter.check({graph}, subject, reaches, record, context);
  };
  tables.first_tier.decide = [](const void* self, uint32_t graph, const policy_subject* subject,
                                const policy_reach* reaches, const policy_record* record,
                                const policy_context* context) {
    const Impl& program = *static_cast<const Impl*>(self);
    program.count_question();
    return program.interpreter.decide({graph}, subject, reaches, record, context);
  };
  tables.first_tier.want_filter = [](const void* self, uint32_t graph, uint64_t rows) {
    const Impl& program = *static_cast<const Impl*>(self);
    if (program.patience != CompileOptions::kNever) program.filters.want({graph}, rows);
  };
}

// After the last that counts, asking costs no more than a look.
void Program::Impl::count_question() const {
  if (questions.load(std::memory_order_relaxed) >= patience || patience == CompileOptions::kNever) return;
  if (questions.fetch_add(1, std::memory_order_relaxed) + 1 == patience) background.start();
}

void Program::Impl::publish(const ReadyPart& part) {
  for (size_t i = 0; i < part.checks.size(); ++i) {
    const auto check = reinterpret_cast<policy_check_function>(part.checks[i]);
    for (policy::DecisionEntry* entry : places[part.request.checks[i].index]) entry->check.publish(check);
  }
  for (size_t i = 0; i < part.decides.size(); ++i) {
    const auto decide = reinterpret_cast<policy_decide_function>(part.decides[i]);
    for (policy::DecisionEntry* entry : places[part.request.decides[i].index]) entry->decide.publish(decide);
  }
  for (size_t i = 0; i < part.run_as.size(); ++i) {
    const auto run_as = reinterpret_cast<policy_run_as_function>(part.run_as[i]);
    for (size_t flow = 0; flow < tables.flows.size(); ++flow) {
      for (size_t step = 0; step < tables.flows[flow].steps.size(); ++step) {
        const IRStep& written = code.flows[FlowId{static_cast<uint32_t>(flow)}].steps[step];
        if (written.run_as == part.request.run_as[i]) tables.flows[flow].steps[step].run_as.publish(run_as);
      }
    }
  }
}

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const policy::ProgramTables& Program::tables() const { return impl_->tables; }
Result<CompileReport> Program::wait() const { return impl_->background.wait(); }

Result<bool> Program::compile_filter(TableId table, Right right) const {
  if (table.index >= impl_->tables.tables.size()) return false;
  const policy::DecisionEntry& entry = impl_->tables.tables[table.index].decisions[static_cast<size_t>(right)];
  return entry.is_taken() ? impl_->filters.compile({entry.graph}) : false;
}

Result<Program> compile_program(const DecisionIR& ir, CompileOptions options) {
  if (std::optional<std::string> problem = too_large(ir)) return Failure{std::move(*problem)};
  const bool begins_now = options.patience == 0;
  Program program(std::make_unique<Program::Impl>(ir, std::move(options)));
  if (begins_now) program.impl_->background.start();
  return program;
}

Result<std::string> llvm_text(const DecisionIR& ir) {
  Result<std::unique_ptr<Machine>> machine = Machine::of_host();
  if (!machine) return Failure{machine.error()};
  Result<EmittedModule> emitted = emit(ir, all_of(ir));
  if (!emitted) return Failure{emitted.error()};
  (*machine)->optimize(*emitted);
  std::string text;
  llvm::raw_string_ostream stream(text);
  emitted->module->print(stream, nullptr);
  return stream.str();
}

Result<std::string> assembly_text(const DecisionIR& ir) {
  Result<std::unique_ptr<Machine>> machine = Machine::of_host();
  if (!machine) return Failure{machine.error()};
  Result<EmittedModule> emitted = emit(ir, all_of(ir));
  if (!emitted) return Failure{emitted.error()};
  return (*machine)->assembly(*emitted);
}

std::string host_target() { return llvm::sys::getProcessTriple(); }
std::string llvm_version() { return LLVM_VERSION_STRING; }

}  // namespace policyc
