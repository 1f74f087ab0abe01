#include "compiler/driver/compile.h"

#include <filesystem>

#include "compiler/driver/files.h"
#include "compiler/driver/module_loader.h"
#include "compiler/ir/simplify.h"
#include "compiler/lower/lower.h"
#include "compiler/sema/check.h"

namespace policyc {

namespace {

Compilation compile(std::string name, std::string text, std::optional<std::string> folder, const std::string* path) {
  Compilation compilation;
  SourceId source = compilation.sources.add(std::move(name), std::move(text));
  ModuleLoader loader(std::move(folder), compilation.sources, compilation.diagnostics);
  if (path) loader.mark_loaded(*path);
  compilation.modules = loader.load(source);

  std::vector<const ast::Ast*> modules;
  for (const ast::Ast& module : compilation.modules) modules.push_back(&module);
  CheckResult checked = check(modules);
  compilation.diagnostics.append(std::move(checked.diagnostics));
  compilation.diagnostics.sort();
  if (!compilation.diagnostics.has_errors()) compilation.policy = std::move(checked.policy);
  return compilation;
}

}  // namespace

Result<Compilation> compile_file(const std::string& path) {
  Result<std::string> text = read_text_file(path);
  if (!text) return Failure{fmt::format("cannot read `{}`: {}", path, text.error())};
  std::string folder = std::filesystem::path(path).parent_path().string();
  return compile(path, std::move(*text), std::move(folder), &path);
}

Compilation compile_text(std::string name, std::string text, std::optional<std::string> folder) {
  return compile(std::move(name), std::move(text), std::move(folder), nullptr);
}

DecisionIR decision_ir(const Policy& policy, const SourceMap& sources) { return simplify(lower(policy, sources)); }

Result<Engine> build_engine(const Policy& policy, const SourceMap& sources, CompileOptions options) {
  DecisionIR ir = decision_ir(policy, sources);
  Result<Program> program = compile_program(ir, std::move(options));
  if (!program) return Failure{program.error()};
  return Engine{std::move(ir), std::move(*program)};
}

}  // namespace policyc
