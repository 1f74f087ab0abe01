#include "compiler/native/filters.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "compiler/native/emit_filter.h"
#include "compiler/native/machine.h"
#include "runtime/log/quiet_thread.h"

namespace policyc {

namespace {

// A filter costs LLVM some 20 ms; a row costs some 20 ns less with one.
constexpr uint64_t kRowsThatPay = 1'000'000;

}  // namespace

struct Filters::Impl {
  Impl(const DecisionIR& ir_, Publish publish_) : ir(ir_), publish(std::move(publish_)), rows(ir_.graphs.size()) {}

  void enqueue(GraphId graph);
  void work();
  Result<bool> compile(GraphId graph);
  std::optional<std::string> load_llvm();
  bool is_filterable(GraphId graph);

  const DecisionIR& ir;
  const Publish publish;
  std::vector<std::atomic<uint64_t>> rows;  // wanted so far, by graph

  std::mutex queueing;  // of the next four
  std::condition_variable changed;
  std::deque<GraphId> queue;
  bool stopping = false;
  std::thread thread;

  std::mutex compiling;  // of all below
  std::unique_ptr<Machine> machine;
  std::unique_ptr<Loader> loader;
  std::vector<bool> filterable;  // by graph; empty: not found out yet
  std::vector<bool> compiled;
};

void Filters::Impl::enqueue(GraphId graph) {
  const std::scoped_lock lock(queueing);
  if (stopping) return;
  queue.push_back(graph);
  changed.notify_one();
  if (thread.joinable()) return;
  try {
    thread = policy::quiet_thread([this] { work(); });
  } catch (const std::system_error&) {
    queue.clear();  // the machine has no thread for us: rows go on being checked one by one
  }
}

void Filters::Impl::work() {
  for (;;) {
    std::unique_lock lock(queueing);
    changed.wait(lock, [this] { return stopping || !queue.empty(); });
    if (stopping) return;
    const GraphId graph = queue.front();
    queue.pop_front();
    lock.unlock();
    (void)compile(graph);  // where it fails, rows go on being checked one by one
  }
}

std::optional<std::string> Filters::Impl::load_llvm() {
  if (machine == nullptr) {
    Result<std::unique_ptr<Machine>> made = Machine::of_host();
    if (!made) return made.error();
    machine = std::move(*made);
  }
  if (loader == nullptr) {
    Result<std::unique_ptr<Loader>> made = Loader::create();
    if (!made) return made.error();
    loader = std::move(*made);
  }
  return std::nullopt;
}

bool Filters::Impl::is_filterable(GraphId graph) {
  if (filterable.empty()) {
    filterable.resize(ir.graphs.size());
    compiled.resize(ir.graphs.size());
    for (GraphId id : filterable_graphs(ir)) filterable[id.index] = true;
  }
  return filterable[graph.index];
}

Result<bool> Filters::Impl::compile(GraphId graph) {
  const std::scoped_lock lock(compiling);
  if (!is_filterable(graph)) return false;
  if (compiled[graph.index]) return true;
  if (std::optional<std::string> problem = load_llvm()) return Failure{std::move(*problem)};
  Result<EmittedModule> emitted = emit_filters(ir, std::span(&graph, 1));
  if (!emitted) return Failure{emitted.error()};
  Result<std::string> object = machine->compile(*emitted, Effort::Full);
  if (!object) return Failure{object.error()};
  Result<std::vector<void*>> functions = loader->load(*object, {filter_symbol(graph)});
  if (!functions) return Failure{functions.error()};
  compiled[graph.index] = true;
  publish(graph, reinterpret_cast<policy_filter_function>(functions->front()));
  return true;
}

Filters::Filters(const DecisionIR& ir, Publish publish) : impl_(std::make_unique<Impl>(ir, std::move(publish))) {}

Filters::~Filters() {
  {
    const std::scoped_lock lock(impl_->queueing);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

// Queued once: by the call that makes the rows enough.
void Filters::want(GraphId graph, uint64_t rows) {
  if (!impl_->ir.graphs.contains(graph)) return;
  std::atomic<uint64_t>& wanted = impl_->rows[graph.index];
  const uint64_t before = wanted.load(std::memory_order_relaxed);
  if (before >= kRowsThatPay) return;
  const uint64_t added = wanted.fetch_add(std::min(rows, kRowsThatPay), std::memory_order_relaxed);
  if (added < kRowsThatPay && added + rows >= kRowsThatPay) impl_->enqueue(graph);
}

Result<bool> Filters::compile(GraphId graph) {
  if (!impl_->ir.graphs.contains(graph)) return false;
  return impl_->compile(graph);
}

}  // namespace policyc
