// policyc check: everything that is wrong with policy files.
#include <nlohmann/json.hpp>

#include "compiler/base/diagnostic_render.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/compile.h"

namespace policyc {

namespace {

std::string summary(const Policy& policy) {
  return fmt::format("{}, {}, {}, {}", counted(policy.tables.size(), "table"), counted(policy.roles.size(), "role"),
                     counted(policy.grants.size(), "grant"), counted(policy.scenarios.size(), "scenario"));
}

void show_frames(const std::string& file, const Compilation& compiled, Console& console) {
  console.show(compiled.diagnostics, compiled.sources);
  size_t errors = compiled.diagnostics.error_count();
  size_t warnings = compiled.diagnostics.size() - errors;
  if (errors == 0 && warnings == 0) {
    console.print("{}: {} ({})\n", file, console.paint(Style::Good, "fine"), summary(*compiled.policy));
  } else {
    console.err << fmt::format("{}: {}, {}\n", file, counted(errors, "error"), counted(warnings, "warning"));
  }
}

}  // namespace

ExitCode run_check(const CheckOptions& options, Console& console) {
  ExitCode code = kFine;
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const std::string& file : options.files) {
    Result<Compilation> compiled = compile_file(file);
    if (!compiled) {
      console.complain(compiled.error());
      code = kInputWrong;
      continue;
    }
    const Diagnostics& diagnostics = compiled->diagnostics;
    if (options.format == "json") {
      for (auto& one : nlohmann::ordered_json::parse(render_json(diagnostics, compiled->sources))) all.push_back(one);
    } else if (options.format == "short") {
      for (const Diagnostic& diagnostic : diagnostics) {
        std::string text = render_short(diagnostic, compiled->sources);
        console.out << text << (text.ends_with('\n') ? "" : "\n");
      }
    } else {
      show_frames(file, *compiled, console);
    }
    if (diagnostics.has_errors() || (options.warnings_as_errors && !diagnostics.empty())) code = kInputWrong;
  }
  if (options.format == "json") console.out << all.dump(2) << '\n';
  return code;
}

}  // namespace policyc
