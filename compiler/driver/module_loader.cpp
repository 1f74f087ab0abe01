#include "compiler/driver/module_loader.h"

#include <algorithm>
#include <filesystem>

#include "compiler/base/limits.h"
#include "compiler/driver/files.h"
#include "compiler/driver/stdlib.h"
#include "compiler/syntax/parser.h"

namespace policyc {

namespace fs = std::filesystem;

namespace {

std::string canonical_path(const fs::path& path) {
  std::error_code error;
  fs::path found = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal().string() : found.string();
}

std::string dotted(const ast::Use& use) {
  std::string name;
  for (const ast::Name& part : use.path) name += (name.empty() ? "" : ".") + part.text;
  return name;
}

// A backquoted name may hold any character; only plain ones lead to a file, and none leads out of the folder.
bool is_plain(const ast::Use& use) {
  for (const ast::Name& part : use.path) {
    if (part.text.find_first_of(std::string_view("/\\.\0", 4)) != std::string::npos) return false;
  }
  return !use.path.empty();
}

}  // namespace

void ModuleLoader::mark_loaded(const std::string& path) { loaded_.insert(canonical_path(path)); }

std::vector<ast::Ast> ModuleLoader::load(SourceId policy) {
  load_source(policy);
  return std::move(modules_);
}

// Recurses once for each file of a chain, so at most limits::kUsedFiles deep.
void ModuleLoader::load_source(SourceId source) {
  ParseResult parsed = parse(sources_, source);
  diagnostics_.append(std::move(parsed.diagnostics));
  for (const ast::Declaration& declaration : parsed.ast.declarations) {
    if (const auto* use = std::get_if<ast::Use>(&declaration.value)) follow(*use);
  }
  modules_.push_back(std::move(parsed.ast));
}

void ModuleLoader::follow(const ast::Use& use) {
  for (const ast::Name& part : use.path) {
    if (part.missing()) return;
  }
  std::string name = dotted(use);
  if (is_plain(use) && (follow_file(use, name) || follow_library(name))) return;
  report_unknown(use, name);
}

bool ModuleLoader::follow_file(const ast::Use& use, const std::string& name) {
  if (!folder_) return false;
  fs::path path = *folder_;
  for (const ast::Name& part : use.path) path /= part.text;
  path += ".policy";
  std::error_code error;
  if (!fs::exists(path, error)) return false;
  if (!loaded_.insert(canonical_path(path)).second) return true;
  if (++followed_ > limits::kUsedFiles) {
    if (followed_ == limits::kUsedFiles + 1) {
      diagnostics_.report(DiagnosticKind::TooManyModules, use.span, limits::kUsedFiles);
    }
    return true;
  }
  Result<std::string> text = read_text_file(path.string());
  if (!text) {
    diagnostics_.report(DiagnosticKind::UnreadableModule, use.span, name, text.error());
    return true;
  }
  load_source(sources_.add(path.lexically_normal().string(), std::move(*text)));
  return true;
}

bool ModuleLoader::follow_library(const std::string& name) {
  for (const StdModule& module : std_modules()) {
    if (module.name != name) continue;
    if (loaded_.insert(name).second) load_source(sources_.add(std::string(module.file), std::string(module.text)));
    return true;
  }
  return false;
}

void ModuleLoader::report_unknown(const ast::Use& use, const std::string& name) {
  auto report = diagnostics_.report(DiagnosticKind::UnknownModule, use.span, name);
  std::vector<std::string_view> known;
  for (const StdModule& module : std_modules()) known.push_back(module.name);
  if (std::string meant = did_you_mean(name, known); !meant.empty()) {
    report.help(meant);
  } else if (name.starts_with("std.")) {
    for (const StdModule& module : std_modules()) report.help(fmt::format("there is `{}`", module.name));
  }
}

bool is_of_library(const SourceMap& sources, SourceId source) {
  return std::ranges::any_of(std_modules(), [&](const StdModule& module) {
    return module.file == sources.name(source) && module.text == sources.text(source);
  });
}

}  // namespace policyc
