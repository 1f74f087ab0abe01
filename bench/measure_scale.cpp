#include "bench/measure_scale.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <memory>
#include <numeric>
#include <thread>
#include <unordered_set>

#include "bench/limits/handwritten.h"
#include "bench/timing.h"
#include "bench/worlds.h"
#include "compiler/syntax/parser.h"

namespace policyc::bench {

namespace {

constexpr double kTimeBar = 1.05;
constexpr double kCoresBar = 1.1;
constexpr size_t kAskedAtOnce = 50'000;
constexpr uint32_t kMostWorlds = 16;
constexpr const char* kCompiled = "compiled";
constexpr const char* kHandwritten = "hand-written C++";

// Both ways of answering about a workload whose policy is compiled already.
struct Answers {
  Answers(const Engine& engine, Workload workload)
      : made(std::move(workload)), compiled(engine, made), handwritten(made) {}

  bool ours(const Question& question) const { return compiled.check(question); }
  bool theirs(const Question& question) const {
    const HandCall call = handwritten.call(question);
    return check_plain(*call.user, *call.reach, *call.record, call.right);
  }
  bool theirs_with_conditions(const Question& question) const {
    const HandCall call = handwritten.call(question);
    return check_conditions(*call.user, *call.reach, *call.record, call.right);
  }

  const Workload made;
  const CompiledWorld compiled;
  const HandWorld handwritten;
};

// How many users and roles there are matters little here; resolving users takes its time.
Workload rows_of(uint32_t records, uint64_t seed) {
  return make_crm({.units = 200, .users = 1'000, .teams = 100, .records = records, .shares = records / 4, .seed = seed},
                  Conditions::None);
}

double thread_processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Together {
  double elapsed = 0;    // seconds from the first that begins to the last that ends
  double processor = 0;  // seconds that all threads ran
};
template <typename Work>
Together run_together(uint32_t threads, Work work) {
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> begins(threads), ends(threads);
  std::vector<double> processor(threads);
  std::vector<std::thread> running;
  std::barrier<> line(threads);
  for (uint32_t i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      line.arrive_and_wait();
      begins[i] = Clock::now();
      processor[i] = -thread_processor_seconds();
      work(i);
      processor[i] += thread_processor_seconds();
      ends[i] = Clock::now();
    });
  }
  for (std::thread& thread : running) thread.join();
  const std::chrono::duration<double> elapsed = std::ranges::max(ends) - std::ranges::min(begins);
  return {elapsed.count(), std::accumulate(processor.begin(), processor.end(), 0.0)};
}

// 1, 2, 4, ... up to twice the cores, and the cores themselves.
std::vector<uint32_t> thread_counts(uint32_t cores) {
  std::vector<uint32_t> counts = {cores, 2 * cores};
  for (uint32_t threads = 1; threads < 2 * cores; threads *= 2) counts.push_back(threads);
  std::ranges::sort(counts);
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  return counts;
}

class Measuring {
 public:
  Measuring(const ScaleSizes& sizes, Report& report) : sizes_(sizes), report_(report) {}

  std::optional<std::string> run() {
    by_policy();
    Result<Engine> crm = compile_workload("crm", policy_text(rows_of(1'000, sizes_.seed).policy));
    if (!crm) return crm.error();
    if (!failure_) by_records(*crm);
    if (!failure_) by_threads(*crm);
    return failure_;
  }

 private:
  size_t rounds() const { return sizes_.quick ? 5 : 15; }
  void fail(std::string message) {
    if (!failure_) failure_ = std::move(message);
  }
  void add(std::string name, double ours, std::string unit) {
    report_.rows.push_back({std::move(name), ours, std::move(unit), "", {}, {}, {}});
  }
  void add(std::string name, const Paired& times, std::string against, double bar) {
    report_.rows.push_back({std::move(name), times.ours, "ns", std::move(against), times.theirs, times.ratio, bar});
  }

  // --- by the size of the policy

  void by_policy() {
    const Axis x{"text of the policy, KB", Scale::Log};
    Plot check{"One check of a club's row, by the size of the policy", x, {"ns", Scale::Linear}, {}};
    Plot decision{"From text to the first decision, by the size of the policy", x, {"ms", Scale::Log}, {}};
    check.series = {{kCompiled, {}}, {kHandwritten, {}}};
    decision.series = {{"to the first decision", {}}, {"parsing alone", {}}};
    for (const EnterpriseSizes& size : policy_sizes()) {
      const Workload made = make_enterprise(size, sizes_.seed);
      const std::string text = policy_text(made.policy);
      const double kilobytes = static_cast<double>(text.size()) / 1000;
      const Paired first = first_decision(made, text);
      add_point(decision, kilobytes, first);
      if (!failure_) add_point(check, kilobytes, check_of(made, text));
      if (failure_) return;
    }
    report_.plots.push_back(std::move(check));
    report_.plots.push_back(std::move(decision));
  }

  // The club, and the club among ever more: shares of the largest on a scale of about three to one.
  std::vector<EnterpriseSizes> policy_sizes() const {
    std::vector<EnterpriseSizes> list;
    for (uint32_t part : {0u, 33u, 10u, 3u, 1u}) {
      EnterpriseSizes size = sizes_.enterprise;
      size.tables = part == 0 ? 0 : size.tables / part;
      size.roles = part == 0 ? 0 : size.roles / part;
      list.push_back(size);
    }
    return list;
  }

  static void add_point(Plot& plot, double x, const Paired& times) {
    plot.series[0].points.push_back({x, times.ours});
    plot.series[1].points.push_back({x, times.theirs});
  }

  Paired check_of(const Workload& made, const std::string& text) {
    Result<Engine> engine = compile_workload(made.policy.name, text);
    if (!engine) return fail(engine.error()), Paired{};
    const Answers answers(*engine, made);
    if (!answers.compiled.fits()) return fail("enterprise: the world does not fit the policy"), Paired{};
    const std::vector<Question> questions = zipf_questions(made, 1'000, sizes_.seed + 1);
    std::vector<CompiledCall> ours;
    std::vector<HandCall> theirs;
    for (const Question& q : questions) {
      if (answers.ours(q) != answers.theirs_with_conditions(q)) fail("enterprise: compiled and hand-written disagree");
      ours.push_back(answers.compiled.call(q));
      theirs.push_back(answers.handwritten.call(q));
    }
    const size_t turns = sizes_.quick ? 200 : 1'000;
    return time_paired(
        rounds(), [&] { return time_calls(ours, turns, [](const CompiledCall& call) { return call(); }); },
        [&] {
          return time_calls(theirs, turns, [](const HandCall& call) {
            return check_conditions(*call.user, *call.reach, *call.record, call.right);
          });
        });
  }

  // A world of one row is made as well and its users resolved; compiling is what counts.
  Paired first_decision(Workload made, const std::string& text) {
    made.records.resize(1);
    made.shares.clear();
    auto decide = [&] { return 1e3 * seconds([&] { decide_once(made, text); }); };
    auto parse_alone = [&] {
      return 1e3 * seconds([&] {
               SourceMap sources;
               const SourceId source = sources.add("policy", text);
               keep(parse(sources, source).diagnostics.has_errors());
             });
    };
    const bool is_large = text.size() > 500'000;
    return time_paired(is_large ? 1 : rounds(), decide, parse_alone);
  }

  void decide_once(const Workload& made, const std::string& text) {
    const Compilation compiled = compile_text("enterprise.policy", text, ".");
    if (!compiled.policy) return fail("enterprise does not compile");
    Result<Engine> engine = build_engine(*compiled.policy, compiled.sources);
    if (!engine) return fail(engine.error());
    const CompiledWorld world(*engine, made);
    if (!world.fits()) return fail("enterprise: the world does not fit the policy");
    keep(world.check({.user = 0, .record = 0, .right = POLICY_RIGHT_read}));
  }

  // --- by the number of rows

  void by_records(const Engine& engine) {
    Plot plot{"One check of a random row, by the number of rows", {"rows", Scale::Log}, {"ns"}, {}};
    plot.series = {{kCompiled, {}}, {kHandwritten, {}}};
    Paired last;
    const uint32_t most = sizes_.quick ? std::min(sizes_.most_records, 1'000'000u) : sizes_.most_records;
    uint32_t records = 1'000;
    for (;; records *= 10) {
      const Answers answers(engine, rows_of(records, sizes_.seed));
      if (!agree(answers)) return;
      last = random_check(answers);
      add_point(plot, records, last);
      if (records > most / 10) break;
    }
    report_.plots.push_back(std::move(plot));
    add(fmt::format("check, random record of {:.3g} million rows", records / 1e6), last, kHandwritten, kTimeBar);
  }

  bool agree(const Answers& answers) {
    if (!answers.compiled.fits()) return fail("crm: the world does not fit the policy"), false;
    for (const Question& q : random_questions(answers.made, 50'000, sizes_.seed + 2)) {
      if (answers.ours(q) == answers.theirs(q)) continue;
      return fail("crm: compiled and hand-written code disagree"), false;
    }
    return true;
  }

  Paired random_check(const Answers& answers) {
    const std::vector<Question> questions =
        random_questions(answers.made, sizes_.quick ? 200'000 : 1'000'000, sizes_.seed + 3);
    return time_paired(
        rounds(), [&] { return time_calls(questions, 1, [&](const Question& q) { return answers.ours(q); }); },
        [&] { return time_calls(questions, 1, [&](const Question& q) { return answers.theirs(q); }); });
  }

  // --- by the number of threads

  void by_threads(const Engine& engine) {
    const Answers answers(engine, rows_of(sizes_.thread_records, sizes_.seed));
    if (!agree(answers)) return;
    const uint32_t cores = std::max(1u, std::thread::hardware_concurrency());
    auto ours = [&](const Question& q) { return answers.ours(q); };
    auto theirs = [&](const Question& q) { return answers.theirs(q); };
    Plot total{"Checks of one world, by the number of threads", {"threads"}, {"million checks a second"}, {}};
    Plot each{"The same, of each thread", {"threads"}, {"million checks a second"}, {}};
    total.series = each.series = {{kCompiled, {}}, {kHandwritten, {}}};
    double alone = 0, together = 0;
    for (uint32_t threads : thread_counts(cores)) {
      const double a = millions(answers.made, threads, ours), b = millions(answers.made, threads, theirs);
      add_point(total, threads, {.ours = a, .theirs = b});
      add_point(each, threads, {.ours = a / threads, .theirs = b / threads});
      if (threads == 1) alone = a;
      if (threads == cores) together = a;
    }
    report_.plots.push_back(std::move(total));
    report_.plots.push_back(std::move(each));
    const double ideal = alone * cores;
    report_.rows.push_back({fmt::format("million checks a second, {} cores at once", cores), together, "M/s",
                            "as many times one core", ideal, together / ideal, std::nullopt});
    one_world(engine, answers, std::min(cores, kMostWorlds));
    memory(answers);
    Result<CompileReport> code = engine.program.wait();
    if (!code) return fail(code.error());
    add(fmt::format("machine code, {} functions: crm", code->functions), static_cast<double>(code->code_bytes) / 1000,
        "KB");
  }

  std::vector<std::vector<Question>> questions_of(const Workload& made, uint32_t threads) const {
    std::vector<std::vector<Question>> questions;
    for (uint32_t i = 0; i < threads; ++i)
      questions.push_back(random_questions(made, kAskedAtOnce, sizes_.seed + 10 + i));
    return questions;
  }

  // Millions of checks a second, each thread with questions of its own: the best of many short rounds, which whatever
  // else the machine did disturbed least.
  template <typename Ask>
  double millions(const Workload& made, uint32_t threads, Ask ask) const {
    const std::vector<std::vector<Question>> questions = questions_of(made, threads);
    double best = 0;
    for (size_t round = 0; round < (sizes_.quick ? 40 : 200); ++round) {
      const Together took = run_together(threads, [&](uint32_t i) { keep(time_calls(questions[i], 1, ask)); });
      best = std::max(best, static_cast<double>(kAskedAtOnce * threads) / took.elapsed / 1e6);
    }
    return best;
  }

  // Whether asking one world gets in the way of others who ask it: against as many threads that have nothing in common
  // but the machine. Cores may share more than they say, so that as many times one core is no measure of that.
  void one_world(const Engine& engine, const Answers& answers, uint32_t threads) {
    std::vector<std::unique_ptr<CompiledWorld>> own;
    while (own.size() < threads) own.push_back(std::make_unique<CompiledWorld>(engine, answers.made));
    const std::vector<std::vector<Question>> questions = questions_of(answers.made, threads);
    auto nanoseconds = [&](auto world_of) {
      const Together took = run_together(threads, [&](uint32_t i) {
        keep(time_calls(questions[i], 1, [&world = world_of(i)](const Question& q) { return world.check(q); }));
      });
      return took.processor * 1e9 / static_cast<double>(kAskedAtOnce * threads);
    };
    const Paired times = time_paired(
        sizes_.quick ? 21 : 61,
        [&] { return nanoseconds([&](uint32_t) -> const CompiledWorld& { return answers.compiled; }); },
        [&] { return nanoseconds([&](uint32_t i) -> const CompiledWorld& { return *own[i]; }); });
    add(fmt::format("check, random record, {} threads ask one world", threads), times, "each a world of its own",
        kCoresBar);
  }

  // --- memory

  // What checks read of people; the rest of the organization is asked when somebody is resolved.
  void memory(const Answers& answers) {
    std::unordered_set<const policy::Profile*> profiles;
    size_t of_users = 0, of_profiles = 0;
    const uint32_t users = static_cast<uint32_t>(answers.made.users.size());
    for (uint32_t user = 0; user < users; ++user) {
      const policy::Subject& subject = answers.compiled.world().subject(user);
      of_users += sizeof(subject) + sizeof(policy_subject) + subject.attributes().size() * sizeof(uint64_t) +
                  subject.reports().size() * sizeof(policy_report);
      if (profiles.insert(subject.profile().get()).second) of_profiles += size_of(*subject.profile());
    }
    add("memory of a user, subject and view: crm", static_cast<double>(of_users) / users, "bytes");
    add(fmt::format("memory of a profile, {} for {} users: crm", profiles.size(), users),
        static_cast<double>(of_profiles) / static_cast<double>(profiles.size()), "bytes");
  }

  static size_t size_of(const policy::Profile& profile) {
    return sizeof(profile) + profile.reaches.size() * sizeof(policy_reach) + profile.lists.size() * sizeof(uint32_t) +
           profile.all_pieces.size() * sizeof(policy::Piece) + profile.piece_begins.size() * sizeof(uint32_t) +
           profile.privileges.size() / 8;
  }

  const ScaleSizes sizes_;
  Report& report_;
  std::optional<std::string> failure_;
};

}  // namespace

std::optional<std::string> measure_scale(const ScaleSizes& sizes, Report& report) {
  return Measuring(sizes, report).run();
}

}  // namespace policyc::bench
