// check_instructions WORKLOAD: asks the same questions of compiled and of hand-written code, each from a function of
// its own, for callgrind to count. policyc_bench runs it and reads what was counted:
//
//   valgrind --tool=callgrind --toggle-collect=count_compiled --toggle-collect=count_handwritten check_instructions
//   club
//
// Prints how many questions each function was asked. The loop and the call are counted with the check, on both sides.
#include <fmt/format.h>

#include <string>

#include "bench/limits/handwritten.h"
#include "bench/timing.h"
#include "bench/worlds.h"

using policyc::bench::CompiledCall;
using policyc::bench::HandCall;
using HandCheck = decltype(&policyc::bench::check_plain);

extern "C" [[gnu::noinline]] size_t count_compiled(const CompiledCall* calls, size_t count) {
  size_t allowed = 0;
  for (size_t i = 0; i < count; ++i) allowed += calls[i]() ? 1 : 0;
  return allowed;
}

extern "C" [[gnu::noinline]] size_t count_handwritten(const HandCall* calls, size_t count, HandCheck check) {
  size_t allowed = 0;
  for (size_t i = 0; i < count; ++i)
    allowed += check(*calls[i].user, *calls[i].reach, *calls[i].record, calls[i].right);
  return allowed;
}

namespace policyc::bench {
namespace {

int run(const std::string& name) {
  // Small, since setting up is simulated as well: the questions and the policy are of the same shape.
  const Sizes sizes{.tables = 3, .units = 100, .users = 300, .teams = 50, .records = 5'000, .shares = 1'250};
  Workload workload;
  if (name == "club") {
    workload = make_club(1);
  } else if (name == "crm" || name == "conditions") {
    workload = make_crm(sizes, name == "crm" ? Conditions::None : Conditions::ThreeInTen);
  } else {
    return fmt::print(stderr, "usage: check_instructions club|crm|conditions\n"), 2;
  }
  Result<Engine> engine = compile_workload(name, policy_text(workload.policy));
  if (!engine) return fmt::print(stderr, "check_instructions: {}\n", engine.error()), 1;
  const CompiledWorld compiled(*engine, workload);
  const HandWorld handwritten(workload);
  if (!compiled.fits()) return fmt::print(stderr, "check_instructions: the world does not fit the policy\n"), 1;
  std::vector<CompiledCall> ours;
  std::vector<HandCall> theirs;
  const HandCheck check = name == "crm" ? check_plain : check_conditions;
  for (const Question& question : zipf_questions(workload, 20'000, 11)) {
    ours.push_back(compiled.call(question));
    const HandCall& call = theirs.emplace_back(handwritten.call(question));
    if (ours.back()() == check(*call.user, *call.reach, *call.record, call.right)) continue;
    return fmt::print(stderr, "check_instructions: compiled and hand-written code disagree\n"), 1;
  }
  keep(count_compiled(ours.data(), ours.size()));
  keep(count_handwritten(theirs.data(), theirs.size(), check));
  fmt::print("{}\n", ours.size());
  return 0;
}

}  // namespace
}  // namespace policyc::bench

int main(int argc, char** argv) { return policyc::bench::run(argc == 2 ? argv[1] : ""); }
