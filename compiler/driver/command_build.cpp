// policyc build: a policy at each stage of its way to machine code.
#include <algorithm>
#include <chrono>

#include "compiler/driver/commands.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/files.h"
#include "compiler/driver/header_text.h"
#include "compiler/driver/module_loader.h"
#include "compiler/driver/policy_hash.h"
#include "compiler/driver/version.h"
#include "compiler/ir/print.h"
#include "compiler/sema/policy_print.h"
#include "compiler/syntax/printer.h"

namespace policyc {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

Result<std::string> emitted(const std::string& stage, const Compilation& compiled) {
  if (stage == "ast") return print(compiled.modules.back());
  if (stage == "policy") return print(*compiled.policy);
  DecisionIR ir = decision_ir(*compiled.policy, compiled.sources);
  if (stage == "ir") return print(ir);
  if (stage == "header") return header_text(ir, policy_hash(*compiled.policy), compiler_name());
  if (stage == "llvm") return llvm_text(ir);
  return assembly_text(ir);
}

std::string from_cache(const CompileReport& code) {
  if (code.parts_from_cache == 0) return "";
  return code.parts_compiled == 0 ? ", kept from an earlier run" : ", in part kept from an earlier run";
}

// Sizes at each stage, so that a reader sees what the policy became.
Result<std::string> report(const std::string& file, const Compilation& compiled, Clock::duration front,
                           const std::string& cache_folder) {
  const Policy& policy = *compiled.policy;
  Clock::time_point start = Clock::now();
  Result<Engine> engine = build_engine(policy, compiled.sources, {.cache_folder = cache_folder});
  if (!engine) return Failure{engine.error()};
  Clock::duration answering = Clock::now() - start;
  Result<CompileReport> code = engine->program.wait();
  if (!code) return Failure{code.error()};
  Clock::duration back = Clock::now() - start;
  size_t bytes = 0;
  for (uint32_t i = 0; i < compiled.sources.size(); ++i) bytes += compiled.sources.text(SourceId{i}).size();
  const DecisionIR& ir = engine->ir;
  std::string text = fmt::format("{}\n", file);
  text += fmt::format("  text     {}, {}\n", counted(compiled.sources.size(), "file"), counted(bytes, "byte"));
  text += fmt::format("  policy   {}, {}, {}, {}\n", counted(policy.tables.size(), "table"),
                      counted(policy.roles.size(), "role"), counted(policy.grants.size(), "grant"),
                      counted(policy.conditions.size(), "condition"));
  text += fmt::format("  ir       {}, {}, {}\n", counted(ir.graphs.size(), "graph"), counted(ir.nodes.size(), "node"),
                      counted(ir.slot_count, "slot"));
  text += fmt::format("  code     {}, {}{}\n", counted(code->functions, "function"), counted(code->code_bytes, "byte"),
                      from_cache(*code));
  text += fmt::format(
      "  time     {:.1f} ms to a checked policy, then {:.1f} ms to answers and {:.1f} ms to machine code (LLVM {})\n",
      milliseconds(front), milliseconds(answering), milliseconds(back), llvm_version());
  return text;
}

std::string for_make(std::string_view path) {
  std::string out;
  for (char c : path) {
    if (c == ' ' || c == '#') out += '\\';
    if (c == '$') out += '$';
    out += c;
  }
  return out;
}

// The policy and what it uses.
std::vector<std::string> policies(const SourceMap& sources) {
  std::vector<std::string> files;
  for (uint32_t i = 0; i < sources.size(); ++i) {
    if (!is_of_library(sources, SourceId{i})) files.push_back(sources.name(SourceId{i}));
  }
  return files;
}

// "crm.so: crm.policy parts.policy"
std::string dependencies(const BuildOptions& options, const SourceMap& sources) {
  std::string rule = for_make(options.output) + ":";
  for (const std::string& file : policies(sources)) rule += " " + for_make(file);
  return rule + "\n";
}

// Why what would be written would destroy what is read, or itself; empty where it would not.
std::string clash(const BuildOptions& options, const SourceMap& sources) {
  std::vector<std::string> read = policies(sources);
  if (!options.key.empty()) read.push_back(options.key);
  for (const std::string& written : {options.output, options.depfile}) {
    auto is_read = [&](const std::string& file) { return is_same_file(written, file); };
    if (!written.empty() && std::ranges::any_of(read, is_read)) {
      return fmt::format("cannot write `{}`: it is read for this build", written);
    }
  }
  if (options.depfile.empty() || !is_same_file(options.depfile, options.output)) return {};
  return fmt::format("cannot write `{}`: it would be both output and --depfile", options.output);
}

ExitCode write_output(const std::string& path, const std::string& text, Console& console) {
  const Result<bool> written = write_text_file(path, text);
  if (!written) console.complain(fmt::format("cannot write `{}`: {}", path, written.error()));
  return written ? kFine : kInputWrong;
}

}  // namespace

ExitCode run_build(const BuildOptions& options, Console& console) {
  Clock::time_point start = Clock::now();
  Result<Compilation> compiled = compile_file(options.file);
  Clock::duration front = Clock::now() - start;
  if (!compiled) {
    console.complain(compiled.error());
    return kInputWrong;
  }
  console.show(compiled->diagnostics, compiled->sources);
  // What was read can be shown even where it is wrong; everything later needs a checked policy.
  if (!compiled->policy && options.emit != "ast") return kInputWrong;
  if (const std::string reason = clash(options, compiled->sources); !reason.empty()) {
    console.complain(reason);
    return kWrongUse;
  }
  if (!options.depfile.empty()) {
    const ExitCode code = write_output(options.depfile, dependencies(options, compiled->sources), console);
    if (code != kFine) return code;
  }
  if (options.is_image()) return run_build_image(options, *compiled, console);
  Result<std::string> text = options.emit.empty() ? report(options.file, *compiled, front, console.cache_folder)
                                                  : emitted(options.emit, *compiled);
  if (!text) {
    console.complain(text.error());
    return kInputWrong;
  }
  if (options.output.empty()) {
    console.out << *text;
  } else if (const ExitCode code = write_output(options.output, *text, console); code != kFine) {
    return code;
  }
  return compiled->policy ? kFine : kInputWrong;
}

}  // namespace policyc
