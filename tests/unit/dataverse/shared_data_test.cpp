// Real solution exports, where a folder of them is given (CMake variable or environment variable POLICYC_SHARED_DATA):
// every solution and every repository as a whole gives a policy that compiles, with every privilege accounted for.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "compiler/dataverse/decode.h"
#include "compiler/dataverse/solution.h"
#include "tests/unit/dataverse/imported.h"

namespace policyc {
namespace {

namespace fs = std::filesystem;

// The folder of exports: one folder below it for each repository. Empty where none was given.
fs::path exports_folder() {
  std::string given;
#ifdef POLICYC_SHARED_DATA
  given = POLICYC_SHARED_DATA;
#endif
  if (const char* variable = std::getenv("POLICYC_SHARED_DATA"); variable != nullptr && *variable != '\0')
    given = variable;
  if (given.empty()) return {};
  for (const fs::path& candidate : {fs::path(given) / "data" / "dataverse", fs::path(given) / "dataverse"}) {
    if (fs::is_directory(candidate)) return candidate;
  }
  return given;
}

// Counted in the text of the files, by other means than the importer's.
size_t privileges_in_text(const fs::path& folder) {
  size_t count = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    Result<std::string> text = dataverse::read_text(entry.path());
    if (!text) continue;
    constexpr std::string_view kElement = "<RolePrivilege ";
    for (size_t at = text->find(kElement); at != std::string::npos; at = text->find(kElement, at + 1)) ++count;
  }
  return count;
}

void expect_sound(const fs::path& folder) {
  SCOPED_TRACE(folder.string());
  Result<ImportResult> imported = import_solution(folder);
  ASSERT_TRUE(imported) << imported.error();
  const ImportReport& report = imported->report;
  EXPECT_EQ(report.privileges.in, privileges_in_text(folder));
  EXPECT_TRUE(report.privileges.is_complete() && report.relationships.is_complete());
  EXPECT_TRUE(report.permissions.is_complete() && report.flows.is_complete() && report.steps.is_complete());
  size_t lines =
      std::ranges::count_if(report.listed, [](const Listed& l) { return l.what.starts_with("privilege `"); });
  EXPECT_EQ(lines, report.privileges.listed);
  EXPECT_EQ(errors_of(imported->ast), "");
  imported->ast.comment.clear();  // the parser does not keep comments
  std::string text = print(imported->ast);
  SourceMap sources;
  EXPECT_EQ(print(parse(sources, sources.add("imported.policy", text)).ast), text);
}

TEST(SharedData, EveryRepositoryAndEverySolutionGivesAPolicy) {
  fs::path folder = exports_folder();
  if (folder.empty()) GTEST_SKIP() << "no folder of real exports given";
  size_t solutions_seen = 0;
  for (const fs::directory_entry& repository : fs::directory_iterator(folder)) {
    if (!repository.is_directory()) continue;
    Result<std::vector<dataverse::Solution>> solutions = dataverse::read_solutions(repository.path());
    if (!solutions) {  // metadata of a server, and no solution
      EXPECT_NE(solutions.error().find("no solution here or below"), std::string::npos) << solutions.error();
      continue;
    }
    expect_sound(repository.path());
    for (const dataverse::Solution& solution : *solutions) {
      expect_sound(repository.path() / solution.root);
      ++solutions_seen;
    }
  }
  EXPECT_GT(solutions_seen, 0u);
}

}  // namespace
}  // namespace policyc
