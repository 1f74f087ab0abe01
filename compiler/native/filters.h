// Machine code for filters, made when it pays: most decisions are never asked about many rows at once.
//
//   Filters filters(ir, [&](GraphId graph, policy_filter_function code) { publish(graph, code); });
//   filters.want(graph, 1000);              // so many rows were checked one by one; returns at once
//   Result<bool> ready = filters.compile(graph);     // now, on this thread
//
// Any number of threads may call it.
#pragma once

#include <functional>
#include <memory>

#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"
#include "policy/columns.h"

namespace policyc {

class Filters {
 public:
  using Publish = std::function<void(GraphId, policy_filter_function)>;

  // Keeps a reference to `ir`. `publish` is called on any thread, once for a graph.
  Filters(const DecisionIR& ir, Publish publish);
  // Stops after the filter that is being compiled. What was handed over is gone with it.
  ~Filters();
  Filters(const Filters&) = delete;
  Filters& operator=(const Filters&) = delete;

  // Compiles on a thread of its own once as many rows were wanted as compiling costs.
  void want(GraphId graph, uint64_t rows);
  // False where the graph is too large for a filter.
  Result<bool> compile(GraphId graph);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
