// policyc test: runs the scenarios of policies on the reference and on native code.
#include <algorithm>
#include <filesystem>

#include "compiler/driver/commands.h"
#include "compiler/driver/scenarios.h"

namespace policyc {

namespace fs = std::filesystem;

namespace {

struct Tally {
  size_t passed = 0;
  size_t failed = 0;
};

// A file as it is; of a folder every policy in it and below, by name.
Result<std::vector<std::string>> policies_under(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return Failure{fmt::format("cannot read `{}`: no such file", path)};
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::recursive_directory_iterator walk(path, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && walk != end; walk.increment(error)) {
    std::error_code ignored;
    if (walk->path().extension() == ".policy" && walk->is_regular_file(ignored)) files.push_back(walk->path().string());
  }
  if (error) return Failure{fmt::format("cannot read `{}`: {}", path, error.message())};
  if (files.empty()) return Failure{fmt::format("no policy files under `{}`", path)};
  std::ranges::sort(files);
  return files;
}

void show_result(const ScenarioResult& result, const SourceMap& sources, Console& console) {
  bool passed = result.passed();
  console.print("  {} {} {}\n", console.paint(passed ? Style::Good : Style::Bad, passed ? "ok  " : "FAIL"),
                result.title,
                console.paint(Style::Faint, fmt::format("({})", counted(result.expectations, "expectation"))));
  console.out.flush();
  console.show(result.diagnostics, sources);
}

// All of it: what hosts run is what the reference is compared with, not the tier that answers before it is there.
Result<Engine> machine_code(const Compilation& compiled) {
  Result<Engine> engine = build_engine(*compiled.policy, compiled.sources);
  if (!engine) return engine;
  if (Result<CompileReport> code = engine->program.wait(); !code) return Failure{code.error()};
  return engine;
}

void test_file(const std::string& file, Tally& tally, Console& console) {
  console.print("{}\n", console.paint(Style::Bold, file));
  Result<Compilation> compiled = compile_file(file);
  if (!compiled) {
    console.complain(compiled.error());
    ++tally.failed;
    return;
  }
  console.out.flush();
  console.show(compiled->diagnostics, compiled->sources);
  if (!compiled->policy) {
    console.print("  {} {}\n", console.paint(Style::Bad, "FAIL"),
                  counted(compiled->diagnostics.error_count(), "error"));
    ++tally.failed;
    return;
  }
  if (compiled->policy->scenarios.empty()) {
    console.print("  {}\n", console.paint(Style::Faint, "no scenarios"));
    return;
  }
  Result<Engine> engine = machine_code(*compiled);
  if (!engine) {
    console.complain(engine.error());
    ++tally.failed;
    return;
  }
  for (const ScenarioResult& result : run_scenarios(*compiled->policy, compiled->sources, *engine)) {
    show_result(result, compiled->sources, console);
    ++(result.passed() ? tally.passed : tally.failed);
  }
}

}  // namespace

ExitCode run_test(const TestOptions& options, Console& console) {
  Tally tally;
  for (const std::string& path : options.paths) {
    Result<std::vector<std::string>> files = policies_under(path);
    if (!files) {
      console.complain(files.error());
      ++tally.failed;
      continue;
    }
    for (const std::string& file : *files) test_file(file, tally, console);
  }
  console.print("{}\n", console.paint(tally.failed ? Style::Bad : Style::Good,
                                      fmt::format("{} passed, {} failed", tally.passed, tally.failed)));
  return tally.failed ? kInputWrong : kFine;
}

}  // namespace policyc
