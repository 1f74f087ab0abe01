// million_checks POLICY FACTS.json: the same questions, asked a million times of compiled code and as often as patience
// allows of the reference evaluator, one after the other in one run. Prints one line each and the ratio.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "compiler/driver/compile.h"
#include "compiler/driver/files.h"
#include "compiler/driver/native_world.h"
#include "compiler/facts/facts_json.h"
#include "compiler/reference/evaluate.h"

namespace policyc {
namespace {

struct Question {
  UserId user;
  Right right;
  RecordId record;
  NativeWorld::Call native;  // looked up beforehand, as a host does
};

std::vector<Question> all_questions(const Facts& facts, const NativeWorld& world) {
  std::vector<Question> questions;
  for (UserId user : facts.users.ids()) {
    for (RecordId record : facts.records.ids()) {
      for (Right right : kAllRights) {
        if (right != Right::Create) questions.push_back({user, right, record, world.call(user, right, record)});
      }
    }
  }
  return questions;
}

struct Timing {
  double nanoseconds = 0;  // for one question
  size_t allowed = 0;
  size_t asked = 0;
};

// Goes round the questions until at least `count` were asked. The sum of answers keeps the work from being left out.
template <typename Ask>
Timing time_questions(const std::vector<Question>& questions, size_t count, Ask ask) {
  Timing timing;
  auto begin = std::chrono::steady_clock::now();
  for (; timing.asked < count; timing.asked += questions.size()) {
    for (const Question& q : questions) timing.allowed += ask(q) ? 1 : 0;
  }
  std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - begin;
  timing.nanoseconds = elapsed.count() / static_cast<double>(timing.asked);
  return timing;
}

void show(const char* engine, const Timing& timing) {
  fmt::print("{:<10} {:>9} questions  {:>9.1f} ns each  {:>8} allowed\n", engine, timing.asked, timing.nanoseconds,
             timing.allowed);
}

int fail(const std::string& message) {
  fmt::print(stderr, "million_checks: {}\n", message);
  return 1;
}

int run(const char* policy_path, const char* facts_path) {
  Result<Compilation> compiled = compile_file(policy_path);
  if (!compiled) return fail(compiled.error());
  if (!compiled->policy) return fail("the policy does not compile; `policyc check` says why");
  const Policy& policy = *compiled->policy;
  Result<Engine> engine = build_engine(policy, compiled->sources);
  if (!engine) return fail(engine.error());
  if (Result<CompileReport> report = engine->program.wait(); !report) return fail(report.error());
  Result<std::string> text = read_text_file(facts_path);
  if (!text) return fail(text.error());
  FactsResult read = read_facts(policy, compiled->sources, compiled->sources.add(facts_path, std::move(*text)));
  if (!read.facts) return fail("the facts do not fit the policy; `policyc decide` says why");

  const Facts& facts = *read.facts;
  NativeWorld world(engine->program, engine->ir, facts);
  std::vector<Question> questions = all_questions(facts, world);
  if (questions.empty()) return fail("the facts hold no users or no records");
  constexpr size_t kChecks = 1'000'000;
  size_t evaluations = std::max<size_t>(questions.size(), 100'000);

  auto check = [](const Question& q) { return q.native(); };
  auto evaluate_one = [&](const Question& q) { return evaluate(policy, facts, q.user, q.right, q.record).allowed; };
  for (const Question& q : questions) {
    if (check(q) != evaluate_one(q)) return fail("the engines disagree");
  }
  Timing reference = time_questions(questions, evaluations, evaluate_one);
  Timing native = time_questions(questions, kChecks, check);
  fmt::print("{} users, {} records: {} different questions, both engines agree on all\n", facts.users.size(),
             facts.records.size(), questions.size());
  show("reference", reference);
  show("native", native);
  fmt::print("native code answers {:.0f} times as fast\n", reference.nanoseconds / native.nanoseconds);
  return 0;
}

}  // namespace
}  // namespace policyc

int main(int argc, char** argv) {
  if (argc != 3) return policyc::fail("usage: million_checks POLICY FACTS.json"), 2;
  return policyc::run(argv[1], argv[2]);
}
