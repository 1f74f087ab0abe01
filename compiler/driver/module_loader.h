// A policy's files: the policy itself, and those that it reaches by `use`.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/syntax/ast.h"

namespace policyc {

// `use a.b` names a/b.policy in the policy's folder or, where there is none, a file of the library (driver/stdlib.h).
// Without a folder, only the library. Each file is read once, however often it is used; a
// ring of files ends where it closes.
class ModuleLoader {
 public:
  ModuleLoader(std::optional<std::string> folder, SourceMap& sources, Diagnostics& diagnostics)
      : folder_(std::move(folder)), sources_(sources), diagnostics_(diagnostics) {}

  // Every file's Ast, those that are used before those that use them.
  std::vector<ast::Ast> load(SourceId policy);
  // Likewise for a policy that is a file itself, so that a module which uses it closes a ring.
  void mark_loaded(const std::string& path);

 private:
  void load_source(SourceId source);
  void follow(const ast::Use& use);
  bool follow_file(const ast::Use& use, const std::string& name);
  bool follow_library(const std::string& name);
  void report_unknown(const ast::Use& use, const std::string& name);

  std::optional<std::string> folder_;
  SourceMap& sources_;
  Diagnostics& diagnostics_;
  std::vector<ast::Ast> modules_;
  std::set<std::string> loaded_;  // canonical paths, and names of library files
  size_t followed_ = 0;
};

// Whether a source is a file of the library, which is in this program.
bool is_of_library(const SourceMap& sources, SourceId source);

}  // namespace policyc
