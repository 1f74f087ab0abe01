// An exported Dataverse solution, or a folder of them, to a policy.
//
//   Result<ImportResult> imported = import_solution("solutions/boat_club");
//   if (!imported) ...                                   // no such folder; files that cannot be read or decoded
//   write(print(imported->ast));  show(render(imported->report));
//
// The policy always compiles. What of the input is not in it is in the report, each with its reason; docs/dataverse.md
// states what becomes what, and the rules of choice.
#pragma once

#include <filesystem>

#include "compiler/base/result.h"
#include "compiler/dataverse/report.h"
#include "compiler/syntax/ast.h"

namespace policyc {

struct ImportResult {
  ast::Ast ast;
  ImportReport report;
};

Result<ImportResult> import_solution(const std::filesystem::path& folder);

}  // namespace policyc
