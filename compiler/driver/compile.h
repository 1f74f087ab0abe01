// The pipeline on one screen: a policy file, the files it uses, the checked policy, and the program made of it.
//
//   Result<Compilation> compiled = compile_file("boat_club.policy");
//   if (!compiled) fail(compiled.error());                      // the file cannot be read
//   show(compiled->diagnostics, compiled->sources);
//   if (compiled->policy) Result<Engine> engine = build_engine(*compiled->policy, compiled->sources);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"
#include "compiler/native/program.h"
#include "compiler/sema/policy.h"
#include "compiler/syntax/ast.h"

namespace policyc {

struct Compilation {
  SourceMap sources;
  std::vector<ast::Ast> modules;  // files reached by `use` first, the policy itself last
  Diagnostics diagnostics;
  std::optional<Policy> policy;  // none where a diagnostic is an error
};

Result<Compilation> compile_file(const std::string& path);
// Text that is in no file; `use` looks in `folder`, where there is one, and in the library.
Compilation compile_text(std::string name, std::string text, std::optional<std::string> folder);

// The compiled form of a policy: what is asked (ir), and what answers. It does so at once; who wants machine code for
// everything calls `program.wait()`.
struct Engine {
  DecisionIR ir;
  Program program;
};

DecisionIR decision_ir(const Policy& policy, const SourceMap& sources);
Result<Engine> build_engine(const Policy& policy, const SourceMap& sources, CompileOptions options = {});

}  // namespace policyc
