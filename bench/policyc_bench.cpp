// policyc_bench [--quick] [--json FILE] [--html FILE] [sizes]: what checks and compiling cost, each against a limit
// that is measured in the same run. docs/performance.md explains every row.
//
// Before anything is timed, compiled and hand-written code answer every question of the row; one difference ends the
// run with an error.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <thread>

#include "bench/instruction_counts.h"
#include "bench/limits/handwritten.h"
#include "bench/measure_compile.h"
#include "bench/measure_filter.h"
#include "bench/measure_flows.h"
#include "bench/measure_list.h"
#include "bench/measure_scale.h"
#include "bench/measure_store.h"
#include "bench/report.h"
#include "bench/timing.h"
#include "bench/worlds.h"

namespace policyc::bench {
namespace {

constexpr double kTimeBar = 1.05;
constexpr double kInstructionBar = 1.0;
constexpr double kPolicySizeBar = 1.2;
constexpr const char* kHandwritten = "hand-written C++";

struct Options {
  bool quick = false;
  std::string json;
  std::string html;
  std::string scratch;   // where callgrind writes
  std::string programs;  // where check_instructions lies
  Sizes crm;
  EnterpriseSizes enterprise;
  uint32_t store_records = 5'000'000;
};

// A workload, and both ways of answering about it.
struct Loaded {
  explicit Loaded(Workload made) : workload(std::move(made)), text(policy_text(workload.policy)) {}

  Workload workload;
  std::string text;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<CompiledWorld> compiled;
  std::unique_ptr<HandWorld> handwritten;
};

Result<std::unique_ptr<Loaded>> load(Workload made) {
  auto loaded = std::make_unique<Loaded>(std::move(made));
  const std::string& name = loaded->workload.policy.name;
  Result<Engine> engine = compile_workload(name, loaded->text);
  if (!engine) return Failure{engine.error()};
  loaded->engine = std::make_unique<Engine>(std::move(*engine));
  loaded->compiled = std::make_unique<CompiledWorld>(*loaded->engine, loaded->workload);
  if (!loaded->compiled->fits()) return Failure{name + ": the world does not fit the policy"};
  loaded->handwritten = std::make_unique<HandWorld>(loaded->workload);
  return loaded;
}

bool ask(const HandCall& call, bool conditions) {
  return conditions ? check_conditions(*call.user, *call.reach, *call.record, call.right)
                    : check_plain(*call.user, *call.reach, *call.record, call.right);
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)), rounds_(options_.quick ? 15 : 41) {}

  // Nothing where all went well; otherwise why not.
  std::optional<std::string> run();
  const Report& report() const { return report_; }

 private:
  bool load_all();
  bool agree(const Loaded& loaded, const std::vector<Question>& questions, bool conditions);
  void check_hot(const Loaded& loaded, bool conditions);
  void check_random(const Loaded& loaded);
  void policy_size();
  void resolve_subjects(const Loaded& loaded);
  void instructions();
  void filter(const Loaded& loaded);
  std::optional<std::string> others();
  void describe(const Loaded& loaded);
  void add(std::string name, std::string unit, std::string against, const Paired& times, std::optional<double> bar) {
    report_.rows.push_back(
        {std::move(name), times.ours, std::move(unit), std::move(against), times.theirs, times.ratio, bar});
  }
  size_t turns(size_t calls) const { return std::max<size_t>(1, (options_.quick ? 400'000 : 1'500'000) / calls); }

  const Options options_;
  const size_t rounds_;
  std::unique_ptr<Loaded> club_, crm_, conditions_, enterprise_;
  std::optional<std::string> failure_;
  Report report_;
};

std::string machine() {
  std::string model = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return fmt::format("{}, {} cores, {:.0f} GB; LLVM {}", model, std::thread::hardware_concurrency(), memory / 1e9,
                     llvm_version());
}

void Bench::describe(const Loaded& loaded) {
  const Workload& made = loaded.workload;
  report_.workloads.push_back(fmt::format(
      "{}: {} tables, {} roles, {} grants in {} shapes of decision, {} KB of text; {} units, {} users, "
      "{} teams, {} records, {} shares",
      made.policy.name, made.policy.tables.size(), made.policy.roles.size(), loaded.engine->ir.grants.size(),
      loaded.engine->ir.graphs.size(), loaded.text.size() / 1000, made.unit_parents.size(), made.users.size(),
      made.teams.size(), made.records.size(), made.shares.size()));
}

bool Bench::load_all() {
  auto take = [&](std::unique_ptr<Loaded>& place, Workload made) {
    Result<std::unique_ptr<Loaded>> loaded = load(std::move(made));
    if (!loaded) return failure_ = loaded.error(), false;
    place = std::move(*loaded);
    describe(*place);
    return true;
  };
  const uint64_t seed = options_.crm.seed;
  return take(club_, make_club(seed)) && take(crm_, make_crm(options_.crm, Conditions::None)) &&
         take(conditions_, make_crm(options_.crm, Conditions::ThreeInTen)) &&
         take(enterprise_, make_enterprise(options_.enterprise, seed));
}

bool Bench::agree(const Loaded& loaded, const std::vector<Question>& questions, bool conditions) {
  for (const Question& q : questions) {
    const bool ours = loaded.compiled->check(q);
    if (ours == ask(loaded.handwritten->call(q), conditions) && ours == loaded.compiled->call(q)()) continue;
    failure_ = fmt::format("{}: user {}, right {}, record {}: compiled and hand-written code disagree",
                           loaded.workload.policy.name, q.user, q.right, q.record);
    return false;
  }
  return true;
}

void Bench::check_hot(const Loaded& loaded, bool conditions) {
  const std::vector<Question> questions = zipf_questions(loaded.workload, 1'000, 11);
  // Far more than are timed, so that rare cases are compared as well.
  if (!agree(loaded, zipf_questions(loaded.workload, 200'000, 12), conditions)) return;
  if (!agree(loaded, questions, conditions)) return;
  std::vector<CompiledCall> ours;
  std::vector<HandCall> theirs;
  for (const Question& q : questions) {
    ours.push_back(loaded.compiled->call(q));
    theirs.push_back(loaded.handwritten->call(q));
  }
  const auto allowed = std::count_if(ours.begin(), ours.end(), [](const CompiledCall& call) { return call(); });
  report_.workloads.push_back(
      fmt::format("{}: {} of {} hot questions are allowed", loaded.workload.policy.name, allowed, ours.size()));
  const size_t turns = this->turns(questions.size());
  auto check = conditions ? check_conditions : check_plain;
  const Paired times = time_paired(
      rounds_, [&] { return time_calls(ours, turns, [](const CompiledCall& call) { return call(); }); },
      [&] {
        return time_calls(theirs, turns, [check](const HandCall& call) {
          return check(*call.user, *call.reach, *call.record, call.right);
        });
      });
  add("check, hot: " + loaded.workload.policy.name, "ns", kHandwritten, times, kTimeBar);
}

void Bench::check_random(const Loaded& loaded) {
  const std::vector<Question> questions = random_questions(loaded.workload, options_.quick ? 300'000 : 1'000'000, 13);
  if (!agree(loaded, questions, false)) return;
  const Paired times = time_paired(
      rounds_, [&] { return time_calls(questions, 1, [&](const Question& q) { return loaded.compiled->check(q); }); },
      [&] {
        return time_calls(questions, 1, [&](const Question& q) { return ask(loaded.handwritten->call(q), false); });
      });
  add("check, random record, looked up: " + loaded.workload.policy.name, "ns", kHandwritten, times, kTimeBar);
}

void Bench::policy_size() {
  const std::vector<Question> questions = zipf_questions(club_->workload, 1'000, 14);
  std::vector<CompiledCall> large, small;
  for (const Question& q : questions) {
    large.push_back(enterprise_->compiled->call(q));
    small.push_back(club_->compiled->call(q));
    if (large.back()() != small.back()()) {
      failure_ = "club and enterprise disagree on a row of the club";
      return;
    }
  }
  const size_t turns = this->turns(questions.size());
  auto check = [](const CompiledCall& call) { return call(); };
  add("check, hot: club's rows under enterprise", "ns", "the same under club",
      time_paired(
          rounds_, [&] { return time_calls(large, turns, check); }, [&] { return time_calls(small, turns, check); }),
      kPolicySizeBar);
}

void Bench::resolve_subjects(const Loaded& loaded) {
  const uint32_t count = std::min<uint32_t>(static_cast<uint32_t>(loaded.workload.users.size()), 200);
  auto time_each = [&](auto resolve) {
    return 1e6 / count * seconds([&] {
             for (uint32_t user = 0; user < count; ++user) keep(resolve(user));
           });
  };
  const policy::Organization& organization = loaded.compiled->world().organization;
  policy::ProfilePool pool(loaded.compiled->world().tables);
  add("resolve a user: " + loaded.workload.policy.name, "us", "plain C++, not tuned",
      time_paired(
          rounds_ / 2,
          [&] { return time_each([&](uint32_t u) { return organization.resolve(u, pool).view().slot_count; }); },
          [&] { return time_each([&](uint32_t u) { return loaded.handwritten->resolve(u); }); }),
      std::nullopt);
}

// Each with worlds of its own.
std::optional<std::string> Bench::others() {
  for (auto* loaded : {&crm_, &conditions_, &enterprise_}) loaded->reset();
  const bool quick = options_.quick;
  ListSizes list;
  if (quick) list = {.records = 1'000'000, .users = 100'000, .rounds = 3};
  if ((failure_ = measure_list(list, report_))) return failure_;
  StoreSizes store{.crm = options_.crm, .descendants = 1'000'000, .rounds = 9, .window_seconds = 0.1};
  store.crm.records = options_.store_records;
  store.crm.shares = options_.store_records / 4;
  if (quick) {
    store.crm.records = std::min(options_.store_records, 500'000u);
    store.crm.shares = store.crm.records / 4;
    store.descendants = 100'000;
    store.rounds = 3;
  }
  if ((failure_ = measure_store(store, report_))) return failure_;
  if ((failure_ = measure_flows({.quick = quick, .seed = options_.crm.seed}, report_))) return failure_;
  return measure_scale({.quick = quick, .enterprise = options_.enterprise, .seed = options_.crm.seed}, report_);
}

void Bench::filter(const Loaded& loaded) {
  FilterSizes sizes;
  if (options_.quick) sizes = {.rows = 2'000'000, .rounds = 3};
  failure_ = measure_filter({loaded.workload, *loaded.engine, *loaded.compiled, *loaded.handwritten}, sizes, report_);
}

void Bench::instructions() {
  if (!has_valgrind()) {
    report_.skipped.push_back("instructions for one check: valgrind is not installed");
    return;
  }
  for (const char* workload : {"club", "crm", "conditions"}) {
    Result<InstructionCounts> counts = count_instructions(options_.programs, options_.scratch, workload);
    if (!counts) {
      failure_ = fmt::format("instructions of {}: {}", workload, counts.error());
      return;
    }
    add(fmt::format("instructions for one check: {}", workload), "instr", kHandwritten,
        {counts->ours, counts->handwritten, counts->ours / counts->handwritten}, kInstructionBar);
  }
}

std::optional<std::string> Bench::run() {
  report_.machine = machine();
  // Before the large worlds are there: a policy is compiled in a process that has just begun.
  const CompileSizes compile{.quick = options_.quick, .crm = options_.crm, .enterprise = options_.enterprise};
  if ((failure_ = measure_compile(compile, report_))) return failure_;
  if (!load_all()) return failure_;
  check_hot(*club_, true);
  if (!failure_) check_hot(*crm_, false);
  if (!failure_) check_hot(*conditions_, true);
  if (!failure_) check_random(*crm_);
  if (!failure_) instructions();
  if (!failure_) policy_size();
  for (const auto* loaded : {&club_, &crm_, &conditions_}) {
    if (!failure_) filter(**loaded);
  }
  if (failure_) return failure_;
  resolve_subjects(*crm_);
  return others();
}

bool write_file(const std::string& path, const std::string& text) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  return static_cast<bool>(file.flush());
}

int fail(const std::string& message) {
  fmt::print(stderr, "policyc_bench: {}\n", message);
  return 1;
}

int measure(const Options& options) {
  Bench bench(options);
  if (std::optional<std::string> failure = bench.run()) return fail(*failure);
  fmt::print("{}", text_table(bench.report()));
  if (!options.json.empty() && !write_file(options.json, json_rows(bench.report()))) {
    return fail("cannot write " + options.json);
  }
  if (!options.html.empty() && !write_file(options.html, html_page(bench.report()))) {
    return fail("cannot write " + options.html);
  }
  return 0;
}

}  // namespace
}  // namespace policyc::bench

int main(int argc, char** argv) {
  using policyc::bench::Options;
  Options options;
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  options.programs = self.parent_path().string();
  options.scratch = std::filesystem::temp_directory_path().string();
  CLI::App app("what checks and compiling cost, against limits measured in the same run");
  app.add_flag("--quick", options.quick, "fewer rounds");
  app.add_option("--json", options.json, "write the rows here as JSON");
  app.add_option("--html", options.html, "write the page here");
  app.add_option("--scratch", options.scratch, "folder for what callgrind writes")->capture_default_str();
  auto add_size = [&](const char* name, auto& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->check(CLI::PositiveNumber);
  };
  add_size("--tables", options.crm.tables, "tables of crm");
  add_size("--roles", options.crm.roles, "roles of crm");
  add_size("--units", options.crm.units, "units of crm");
  add_size("--users", options.crm.users, "users of crm");
  add_size("--teams", options.crm.teams, "teams of crm");
  add_size("--records", options.crm.records, "records of crm");
  add_size("--shares", options.crm.shares, "shares of crm");
  add_size("--store-records", options.store_records, "records of the store that changes under load");
  add_size("--enterprise-tables", options.enterprise.tables, "tables of enterprise");
  add_size("--enterprise-roles", options.enterprise.roles, "roles of enterprise");
  app.add_option("--seed", options.crm.seed, "of all workloads")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return policyc::bench::measure(options);
}
