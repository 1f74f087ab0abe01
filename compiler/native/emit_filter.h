// Filters: the check of a graph for many rows at once (policy/columns.h), 64 of them at a time.
//
//   Result<EmittedModule> emitted = emit_filters(ir, filterable_graphs(ir));     // has `filter_g0`, ...
//
// A question about the subject alone is asked once for all rows, a comparison, an interval, an owner or a share of a
// whole block at once, and what few rows are asked (rows away from home, reports, text) row by row, of those rows alone
// for which nothing has decided yet.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/base/limits.h"
#include "compiler/native/emit.h"

namespace policyc {

// Those that are small enough to be written out. Rows of the others are checked one by one.
std::vector<GraphId> filterable_graphs(const DecisionIR& ir, size_t most_questions = limits::kFilterQuestions);

// A module of its own, with `filter_gN` for each of the graphs, which are filterable.
Result<EmittedModule> emit_filters(const DecisionIR& ir, std::span<const GraphId> graphs);

// The same into a module that was made with these questions, beside those that checks ask.
void emit_filters_into(llvm::Module& module, const DecisionIR& ir, std::span<const GraphId> graphs);
std::string filter_questions();

std::string filter_symbol(GraphId graph);  // "filter_g3"

}  // namespace policyc
