// Every file under tests/language is a test: what is wrong in it is reported exactly where it says so, and its
// scenarios hold on the reference and in machine code. So are the shipped policies and the examples of the
// documentation.
//
//   build/bin/policyc_language_test --gtest_filter='*own_level*'
//
// The form of a golden file stands in tests/support/golden_file.h; docs/hacking.md tells how to add one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compiler/driver/compile.h"
#include "compiler/driver/scenarios.h"
#include "compiler/facts/facts_json.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "tests/support/files.h"
#include "tests/support/golden_file.h"

namespace policyc::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = POLICYC_SOURCE_DIR;
const fs::path kGolden = kRoot / "tests/language";

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

// Compares, and shows the whole report where it differs, so that it can be read before it is believed.
void expect_reports(const std::string& golden, const Diagnostics& diagnostics, const SourceMap& sources) {
  const std::vector<std::string> reported = reported_lines(diagnostics, sources, SourceId{0});
  const std::string different = difference(expected_lines(golden), reported);
  EXPECT_TRUE(different.empty()) << different << "reported in all:\n" << joined(reported);
}

// Machine code is that of the policy; a golden file may name another one, to show what a disagreement looks like.
Result<Engine> engine_for(const std::string& golden, const Policy& policy, const SourceMap& sources,
                          const fs::path& folder) {
  auto compiled_engine = [](const Policy& of, const SourceMap& with) -> Result<Engine> {
    Result<Engine> engine = build_engine(of, with);
    if (!engine) return engine;
    if (Result<CompileReport> report = engine->program.wait(); !report) return Failure{report.error()};
    return engine;
  };
  const std::string other = directive(golden, "machine code of");
  if (other.empty()) return compiled_engine(policy, sources);
  Result<Compilation> compiled = compile_file((folder / other).string());
  if (!compiled) return Failure{compiled.error()};
  if (!compiled->policy) return Failure{other + " does not compile"};
  return compiled_engine(*compiled->policy, compiled->sources);
}

Diagnostics run_all_scenarios(const std::string& golden, const Compilation& compiled, const fs::path& folder) {
  Diagnostics found;
  if (!compiled.policy) return found;
  Result<Engine> engine = engine_for(golden, *compiled.policy, compiled.sources, folder);
  if (!engine) {
    ADD_FAILURE() << engine.error();
    return found;
  }
  for (ScenarioResult& result : run_scenarios(*compiled.policy, compiled.sources, *engine)) {
    EXPECT_TRUE(result.expectations > 0 || !result.passed()) << "`" << result.title << "` expects nothing";
    found.append(std::move(result.diagnostics));
  }
  return found;
}

// `// files: 1001 m{i} policy m{i} follows guide`: files of that name and text, in a folder of their own where `use`
// finds them. Without it, the golden file's own folder.
class UsedFiles {
 public:
  UsedFiles(const std::string& golden, const fs::path& golden_folder) : folder_(golden_folder) {
    const std::string wanted = directive(golden, "files");
    if (wanted.empty()) return;
    temporary_ = fs::path(::testing::TempDir()) / ("policyc_used_" + std::to_string(::getpid()));
    fs::create_directories(temporary_);
    folder_ = temporary_;
    const size_t name = wanted.find(' ') + 1;
    const size_t text = wanted.find(' ', name) + 1;
    for (size_t i = 0; i < std::stoul(wanted); ++i) {
      std::ofstream(temporary_ / (numbered(wanted.substr(name, text - name - 1), i) + ".policy"))
          << numbered(wanted.substr(text), i) << "\n";
    }
  }
  ~UsedFiles() {
    if (!temporary_.empty()) fs::remove_all(temporary_);
  }
  const fs::path& folder() const { return folder_; }

 private:
  static std::string numbered(std::string text, size_t number) {
    for (size_t at; (at = text.find("{i}")) != std::string::npos;) text.replace(at, 3, std::to_string(number));
    return text;
  }

  fs::path folder_;
  fs::path temporary_;
};

// Printing is the formatter: what it writes means the same, and writing it again changes nothing.
void expect_printing_is_stable(const std::string& text) {
  SourceMap sources;
  const ParseResult parsed = parse(sources, sources.add("original", text));
  if (parsed.diagnostics.has_errors()) return;
  const std::string once = print(parsed.ast);
  const ParseResult again = parse(sources, sources.add("printed", once));
  EXPECT_FALSE(again.diagnostics.has_errors()) << once;
  EXPECT_EQ(print(again.ast), once);
}

// A fix may be applied unasked: what it was offered for is then gone, and nothing else is wrong.
void expect_fixes_cure(const Compilation& compiled, const std::string& text, const fs::path& folder) {
  std::vector<Fix> fixes;
  size_t others = 0;
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    others += diagnostic.fixes.empty() ? 1 : 0;
    for (const Fix& fix : diagnostic.fixes) {
      if (fix.span.source == SourceId{0}) fixes.push_back(fix);
    }
  }
  if (fixes.empty()) return;
  std::sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.span.begin > b.span.begin; });
  std::string fixed = text;
  for (const Fix& fix : fixes) fixed.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
  const Compilation cured = compile_text("fixed.policy", fixed, folder.string());
  EXPECT_LE(cured.diagnostics.size(), others) << fixed << joined(reported_lines(cured.diagnostics, cured.sources, {0}));
}

void check_policy(const std::string& golden, const std::string& name, const fs::path& folder) {
  const UsedFiles used(golden, folder);
  const std::string text = expand(golden);
  Compilation compiled = compile_text(name, text, used.folder().string());
  expect_fixes_cure(compiled, text, used.folder());
  compiled.diagnostics.append(run_all_scenarios(golden, compiled, folder));
  expect_reports(golden, compiled.diagnostics, compiled.sources);
  if (text.size() < (1u << 20)) expect_printing_is_stable(text);
}

// A .facts file is JSON with `// policy: FILE` and expectations in comment lines, which JSON does not have.
void check_facts(const std::string& golden, const std::string& name, const fs::path& folder) {
  Result<Compilation> compiled = compile_file((folder / directive(golden, "policy")).string());
  ASSERT_TRUE(compiled) << compiled.error();
  ASSERT_TRUE(compiled->policy.has_value());
  SourceMap sources;
  const SourceId source = sources.add(name, without_comments(expand(golden)));
  const FactsResult read = read_facts(*compiled->policy, sources, source);
  EXPECT_EQ(read.facts.has_value(), !read.diagnostics.has_errors());
  expect_reports(golden, read.diagnostics, sources);
}

struct Case {
  std::string name;
  fs::path path;  // of the golden file, or of the page that an example stands in
  std::string text;
  friend void PrintTo(const Case& shown, std::ostream* out) { *out << shown.path; }
};

std::string case_name(const fs::path& path) {
  std::string name;
  for (char c : path.string()) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

// Files in a folder `used` are there for others to use.
void add_files(std::vector<Case>& cases, const fs::path& folder, const std::string& ending) {
  for (const fs::path& path : files_below(folder, ending)) {
    const fs::path relative = fs::relative(path, kRoot);
    if (relative.string().find("/used/") != std::string::npos) continue;
    cases.push_back({case_name(fs::relative(path, folder).replace_extension()), path, ""});
  }
}

// The ```policy examples of a page: one that does not begin with a header goes on from the one before it.
void add_examples(std::vector<Case>& cases, const fs::path& page) {
  bool inside = false;
  size_t number = 0;
  for (const std::string& line : lines_of(read_file(kRoot / page))) {
    ++number;
    const bool fence = line.starts_with("```");
    if (fence && inside) {
      inside = false;
    } else if (line == "```policy") {
      inside = true;
    } else if (inside) {
      const bool starts = line.starts_with("policy ");
      if (starts) cases.push_back({case_name(page) + "_line_" + std::to_string(number), page, ""});
      if (!cases.empty()) cases.back().text += line + "\n";
    }
  }
}

std::vector<Case> golden_files(const std::string& ending) {
  std::vector<Case> cases;
  add_files(cases, kGolden, ending);
  return cases;
}

std::vector<Case> shipped_policies() {
  std::vector<Case> cases;
  add_files(cases, kRoot / "stdlib-policies", ".policy");
  return cases;
}

std::vector<Case> documented_examples() {
  std::vector<Case> cases;
  for (const char* page : {"README.md", "docs/language.md", "docs/facts.md"}) {
    std::vector<Case> of_page;
    if (fs::exists(kRoot / page)) add_examples(of_page, page);
    cases.insert(cases.end(), of_page.begin(), of_page.end());
  }
  return cases;
}

std::string name_of_case(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

class Golden : public ::testing::TestWithParam<Case> {};
TEST_P(Golden, ReportsAndHoldsWhatItSays) {
  const fs::path& path = GetParam().path;
  check_policy(read_file(path), path.filename().string(), path.parent_path());
}
INSTANTIATE_TEST_SUITE_P(Language, Golden, ::testing::ValuesIn(golden_files(".policy")), name_of_case);

class GoldenFacts : public ::testing::TestWithParam<Case> {};
TEST_P(GoldenFacts, ReportsWhatItSays) {
  const fs::path& path = GetParam().path;
  check_facts(read_file(path), path.filename().string(), path.parent_path());
}
INSTANTIATE_TEST_SUITE_P(Language, GoldenFacts, ::testing::ValuesIn(golden_files(".facts")), name_of_case);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenFacts);

class Shipped : public ::testing::TestWithParam<Case> {};
TEST_P(Shipped, CompilesAndItsScenariosHold) {
  const fs::path& path = GetParam().path;
  check_policy(read_file(path), path.filename().string(), path.parent_path());
}
INSTANTIATE_TEST_SUITE_P(Policies, Shipped, ::testing::ValuesIn(shipped_policies()), name_of_case);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Shipped);

class Documented : public ::testing::TestWithParam<Case> {};
TEST_P(Documented, CompilesAndItsScenariosHold) { check_policy(GetParam().text, GetParam().path.string(), kRoot); }
INSTANTIATE_TEST_SUITE_P(Examples, Documented, ::testing::ValuesIn(documented_examples()), name_of_case);

}  // namespace
}  // namespace policyc::testing
