// policyc_peers --to FOLDER --policies FOLDER [--quick]: writes the worlds that other engines are asked about, with the
// questions and policyc's answers, a file for each workload, and what one answer took policyc.
//
//   club.jsonl crm.jsonl gdrive.jsonl github.jsonl tinytodo.jsonl     a line for each world; README.md has the format
//   policyc.json                                                      {"club": {"ns": 8.1, ...}, ...}
//
// The answers of the applications are compiled code's and the reference's; one difference ends the run. Those of club
// and crm are held against hand-written code by policyc_bench.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "bench/peers/apps.h"
#include "bench/peers/matrix.h"
#include "bench/timing.h"
#include "bench/worlds.h"
#include "compiler/driver/native_world.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/inherit.h"

namespace policyc::bench {
namespace {

using nlohmann::json;

struct Options {
  bool quick = false;
  std::string to;
  std::string policies;
  Sizes crm{.units = 200, .users = 1'000, .teams = 100, .records = 20'000, .shares = 5'000};
  uint32_t clubs = 10;
  uint32_t app_worlds = 200;
  uint32_t app_requests = 500;

  void shorten() {
    crm = {.units = 100, .users = 200, .teams = 50, .records = 4'000, .shares = 1'000};
    clubs = 3;
    app_worlds = 20;
    app_requests = 100;
  }
};

constexpr size_t kTimedQuestions = 4'000'000;  // of each workload, about
constexpr size_t kRounds = 7;

// What one workload took, over all its worlds.
class Timed {
 public:
  template <typename Call, typename Ask>
  void add(const std::vector<Call>& calls, size_t turns, Ask ask) {
    keep(time_calls(calls, 1, ask));  // warms caches
    std::vector<double> rounds;       // their median, since one is over so soon that anything else may disturb it
    while (rounds.size() < kRounds) rounds.push_back(time_calls(calls, std::max<size_t>(1, turns / kRounds), ask));
    nanoseconds_ += median(rounds) * static_cast<double>(calls.size());
    questions_ += calls.size();
  }
  void add_world(const std::string& answers) {
    ++worlds_;
    allowed_ += static_cast<size_t>(std::count(answers.begin(), answers.end(), '1'));
  }
  json to_json() const {
    return {{"ns", nanoseconds_ / static_cast<double>(std::max<size_t>(questions_, 1))},
            {"worlds", worlds_},
            {"requests", questions_},
            {"allowed", allowed_}};
  }

 private:
  double nanoseconds_ = 0;
  size_t questions_ = 0;
  size_t worlds_ = 0;
  size_t allowed_ = 0;
};

class Exporter {
 public:
  explicit Exporter(Options options) : options_(std::move(options)) {}

  // Nothing where all went well; otherwise why not.
  std::optional<std::string> run() {
    std::error_code error;
    std::filesystem::create_directories(options_.to, error);
    std::vector<Workload> clubs;
    for (uint32_t seed = 1; seed <= options_.clubs; ++seed) clubs.push_back(make_club(seed));
    write_matrix("club", clubs, 1'000);
    write_matrix("crm", {make_crm(options_.crm, Conditions::None)}, options_.quick ? 1'000 : 10'000);
    for (const App& app : apps()) write_app(app);
    write("policyc.json", times_.dump(2) + "\n");
    return failure_;
  }

 private:
  void fail(std::string why) {
    if (!failure_) failure_ = std::move(why);
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream file(std::filesystem::path(options_.to) / name, std::ios::binary);
    file << text;
    if (!file.flush()) fail("cannot write " + name + " in " + options_.to);
  }

  void write_matrix(const std::string& name, const std::vector<Workload>& worlds, size_t questions_each) {
    std::string lines;
    Timed timed;
    for (size_t i = 0; i < worlds.size() && !failure_; ++i) {
      const std::vector<Question> questions = zipf_questions(worlds[i], questions_each, 21 + i);
      const std::string answers = ask_compiled(worlds[i], questions, kTimedQuestions / worlds.size(), timed);
      const Result<json> world = matrix_json(worlds[i], questions, answers);
      if (!world) return fail(world.error());
      lines += world->dump() + "\n";
    }
    write(name + ".jsonl", lines);
    times_[name] = timed.to_json();
  }

  std::string ask_compiled(const Workload& workload, const std::vector<Question>& questions, size_t about,
                           Timed& timed) {
    Result<Engine> engine = compile_workload(workload.policy.name, policy_text(workload.policy));
    if (!engine) return fail(engine.error()), "";
    const CompiledWorld world(*engine, workload);
    if (!world.fits()) return fail(workload.policy.name + ": the world does not fit the policy"), "";
    auto check = [&](const Question& question) { return world.check(question); };
    std::string answers;
    for (const Question& question : questions) answers += check(question) ? '1' : '0';
    timed.add(questions, about / questions.size(), check);
    timed.add_world(answers);
    return answers;
  }

  void write_app(const App& app) {
    if (failure_) return;
    const std::string path = (std::filesystem::path(options_.policies) / (app.name + ".policy")).string();
    const Result<Compilation> compiled = compile_file(path);
    if (!compiled) return fail(compiled.error());
    if (!compiled->policy) return fail(path + ": the policy does not compile; `policyc check` says why");
    Result<Engine> engine = build_engine(*compiled->policy, compiled->sources);
    if (!engine) return fail(engine.error());
    if (Result<CompileReport> code = engine->program.wait(); !code) return fail(code.error());
    std::string lines;
    Timed timed;
    for (uint32_t seed = 1; seed <= options_.app_worlds && !failure_; ++seed) {
      const AppSizes sizes{.entities = 5 + static_cast<uint32_t>(seed * 7) % 46, .requests = options_.app_requests};
      const AppWorld world = make_world(app, sizes, seed);
      const std::string answers = ask_app(*compiled->policy, *engine, app, world, timed);
      lines += app_json(app, world, answers).dump() + "\n";
    }
    write(app.name + ".jsonl", lines);
    times_[app.name] = timed.to_json();
  }

  std::string ask_app(const Policy& policy, const Engine& engine, const App& app, const AppWorld& made, Timed& timed) {
    const Facts facts = app_facts(policy, app, made);
    const Facts inherited = inherit_from_links(policy, facts);
    NativeWorld world(engine.program, engine.ir, facts);
    world.inherit_from_links();
    auto check = [&](const AppRequest& q) { return world.check({q.user}, app.actions[q.action].right, {q.resource}); };
    std::string answers;
    for (const AppRequest& q : made.requests) {
      const bool allowed = check(q);
      answers += allowed ? '1' : '0';
      const Decision plain = evaluate(policy, inherited, {q.user}, app.actions[q.action].right, {q.resource});
      if (plain.allowed != allowed) fail(app.name + ": compiled code and the reference disagree");
    }
    const size_t questions = std::max<size_t>(1, size_t{options_.app_worlds} * made.requests.size());
    timed.add(made.requests, kTimedQuestions / questions, check);
    timed.add_world(answers);
    return answers;
  }

  const Options options_;
  json times_ = json::object();
  std::optional<std::string> failure_;
};

}  // namespace
}  // namespace policyc::bench

int main(int argc, char** argv) {
  policyc::bench::Options options;
  CLI::App app("worlds, questions and answers for other engines, and what they took policyc");
  app.add_option("--to", options.to, "folder to write into")->required();
  app.add_option("--policies", options.policies, "folder of gdrive.policy, github.policy, tinytodo.policy")->required();
  app.add_flag("--quick", options.quick, "fewer worlds and questions");
  CLI11_PARSE(app, argc, argv);
  if (options.quick) options.shorten();
  if (std::optional<std::string> failure = policyc::bench::Exporter(options).run()) {
    fmt::print(stderr, "policyc_peers: {}\n", *failure);
    return 1;
  }
  return 0;
}
