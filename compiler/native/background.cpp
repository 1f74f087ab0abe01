#include "compiler/native/background.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <numeric>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "compiler/native/cache.h"
#include "compiler/native/emit.h"
#include "compiler/native/machine.h"
#include "runtime/log/quiet_thread.h"

namespace policyc {

namespace {

using Clock = std::chrono::steady_clock;

// Nodes of the graphs of one module: more of them share what a module costs, fewer are sooner ready and stop sooner. A
// small program is cut as well, so that two threads have work.
constexpr size_t kLeastPartNodes = 60;
constexpr size_t kMostPartNodes = 1600;
constexpr size_t kWantedParts = 6;

// How much of the work each graph is, for parts of about the same size.
std::vector<size_t> graph_sizes(const DecisionIR& ir) {
  std::vector<size_t> sizes;
  std::vector<uint32_t> seen(ir.nodes.size(), UINT32_MAX);
  std::vector<NodeId> pending;
  for (GraphId id : ir.graphs.ids()) {
    size_t size = 0;
    pending.push_back(ir.graphs[id].check);
    while (!pending.empty()) {
      const NodeId node_id = pending.back();
      pending.pop_back();
      if (std::exchange(seen[node_id.index], id.index) == id.index) continue;
      ++size;
      const Node& node = ir.nodes[node_id];
      if (operands_of(node.op) == OpOperands::Nodes) pending.insert(pending.end(), {{node.a}, {node.b}});
    }
    sizes.push_back(size);
  }
  return sizes;
}

std::string_view effort_word(Effort effort) { return effort == Effort::Full ? "full" : "little"; }

std::vector<EmitRequest> parts_of(const DecisionIR& ir) {
  const std::vector<size_t> sizes = graph_sizes(ir);
  const size_t total = std::accumulate(sizes.begin(), sizes.end(), size_t{0});
  const size_t part_size = std::clamp(total / kWantedParts, kLeastPartNodes, kMostPartNodes);
  std::vector<EmitRequest> parts;
  size_t filled = part_size;
  for (GraphId graph : ir.graphs.ids()) {
    if (filled >= part_size) {
      parts.emplace_back();
      filled = 0;
    }
    parts.back().checks.push_back(graph);
    parts.back().decides.push_back(graph);
    filled += sizes[graph.index];
  }
  const std::vector<IRRunAs> run_as = run_as_used(ir);
  if (parts.empty() && !run_as.empty()) parts.emplace_back();
  if (!parts.empty()) parts.back().run_as = run_as;
  return parts;
}

}  // namespace

struct Background::Impl {
  Impl(const DecisionIR& ir_, CompileOptions options_, Publish publish_)
      : ir(ir_), options(std::move(options_)), publish(std::move(publish_)), parts(parts_of(ir_)) {}

  void start();
  // Takes parts until none is left. Every thread that compiles is in here.
  void work();
  // The checks of the part, and then its decides, which are asked more seldom and by who has time to read a reason.
  std::optional<std::string> compile(const Machine& machine, const EmitRequest& part);
  std::optional<std::string> compile(const Machine& machine, const EmitRequest& part, Effort effort);
  Result<std::string> object_of(const Machine& machine, const EmitRequest& part, Effort effort, bool& is_from_cache);
  Result<Loader*> loader();
  void fail(std::string message);

  const DecisionIR& ir;
  const CompileOptions options;
  const Publish publish;
  const std::vector<EmitRequest> parts;

  std::once_flag started;
  std::atomic<size_t> next{0};
  std::atomic<bool> stopping{false};
  std::mutex joining;  // of threads
  std::vector<std::thread> threads;

  std::mutex mutex;  // of all below
  std::unique_ptr<Loader> loaded;
  std::optional<CodeCache> cache;
  CompileReport report;
  Clock::time_point began;
  size_t finished = 0;
  std::string error;
};

void Background::Impl::fail(std::string message) {
  const std::scoped_lock lock(mutex);
  if (error.empty()) error = std::move(message);
  stopping.store(true, std::memory_order_relaxed);
}

void Background::Impl::start() {
  std::call_once(started, [this] {
    {
      const std::scoped_lock lock(mutex);
      began = Clock::now();
      if (!options.cache_folder.empty()) cache = CodeCache::open(options.cache_folder);
    }
    const std::scoped_lock lock(joining);
    for (size_t i = 0; i < std::min<size_t>(options.threads, parts.size()); ++i) {
      try {
        threads.push_back(policy::quiet_thread([this] { work(); }));
      } catch (const std::system_error&) {
        return;  // the machine has no thread for us: whoever waits compiles alone, and the first tier answers
      }
    }
  });
}

void Background::Impl::work() {
  std::unique_ptr<Machine> machine;
  while (!stopping.load(std::memory_order_relaxed)) {
    const size_t taken = next.fetch_add(1, std::memory_order_relaxed);
    if (taken >= parts.size()) return;
    if (machine == nullptr) {
      Result<std::unique_ptr<Machine>> made = Machine::of_host();
      if (!made) return fail(made.error());
      machine = std::move(*made);
    }
    if (std::optional<std::string> problem = compile(*machine, parts[taken])) return fail(std::move(*problem));
  }
}

Result<Loader*> Background::Impl::loader() {
  const std::scoped_lock lock(mutex);
  if (loaded == nullptr) {
    Result<std::unique_ptr<Loader>> made = Loader::create();
    if (!made) return Failure{made.error()};
    loaded = std::move(*made);
  }
  return loaded.get();
}

Result<std::string> Background::Impl::object_of(const Machine& machine, const EmitRequest& part, Effort effort,
                                                bool& is_from_cache) {
  Result<EmittedModule> emitted = emit(ir, part);
  if (!emitted) return Failure{emitted.error()};
  if (!cache) return machine.compile(*emitted, effort);
  const std::string key = cache_key({machine.identity(), effort_word(effort), bytes_of(*emitted)});
  if (std::optional<std::string> kept = cache->find(key)) {
    is_from_cache = true;
    return std::move(*kept);
  }
  Result<std::string> object = machine.compile(*emitted, effort);
  if (object) cache->store(key, *object);
  return object;
}

std::optional<std::string> Background::Impl::compile(const Machine& machine, const EmitRequest& part) {
  const EmitRequest checks{.checks = part.checks, .decides = {}, .run_as = part.run_as};
  if (std::optional<std::string> problem = compile(machine, checks, Effort::Full)) return problem;
  const EmitRequest decides{.checks = {}, .decides = part.decides, .run_as = {}};
  if (std::optional<std::string> problem = compile(machine, decides, Effort::Little)) return problem;
  const std::scoped_lock lock(mutex);
  if (++finished == parts.size()) {
    report.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
    if (cache && report.parts_compiled > 0) cache->trim();
  }
  return std::nullopt;
}

std::optional<std::string> Background::Impl::compile(const Machine& machine, const EmitRequest& part, Effort effort) {
  bool is_from_cache = false;
  Result<std::string> object = object_of(machine, part, effort, is_from_cache);
  if (!object) return object.error();
  Result<Loader*> into = loader();
  if (!into) return into.error();
  Result<std::vector<void*>> functions = (*into)->load(*object, symbols_of(part));
  if (!functions) return functions.error();
  const std::span<void* const> all(*functions);
  const size_t checks = part.checks.size(), decides = part.decides.size();
  publish({part, all.first(checks), all.subspan(checks, decides), all.subspan(checks + decides)});
  const std::scoped_lock lock(mutex);
  report.functions += all.size();
  report.code_bytes += code_size(*object);
  ++(is_from_cache ? report.parts_from_cache : report.parts_compiled);
  return std::nullopt;
}

Background::Background(const DecisionIR& ir, CompileOptions options, Publish publish)
    : impl_(std::make_unique<Impl>(ir, std::move(options), std::move(publish))) {}

Background::~Background() {
  impl_->stopping.store(true, std::memory_order_relaxed);
  for (std::thread& thread : impl_->threads) {
    if (thread.joinable()) thread.join();
  }
}

void Background::start() { impl_->start(); }

Result<CompileReport> Background::wait() {
  impl_->start();
  impl_->work();
  {
    const std::scoped_lock lock(impl_->joining);
    for (std::thread& thread : impl_->threads) {
      if (thread.joinable()) thread.join();
    }
  }
  const std::scoped_lock lock(impl_->mutex);
  if (!impl_->error.empty()) return Failure{impl_->error};
  return impl_->report;
}

}  // namespace policyc
