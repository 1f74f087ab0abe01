// The invariants of docs/architecture.md, read off the source text. A test names each file and line that breaks one.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "compiler/base/diagnostic.h"
#include "compiler/base/vocabulary.h"
#include "compiler/sema/settings.h"
#include "tests/support/files.h"
#include "tests/tidy/source_text.h"

namespace policyc::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = POLICYC_SOURCE_DIR;

std::string shown(const fs::path& path) { return fs::relative(path, kRoot).string(); }

std::vector<fs::path> files_of(const std::vector<std::string>& folders, const std::vector<std::string>& endings) {
  std::vector<fs::path> found;
  for (const std::string& folder : folders) {
    for (const std::string& ending : endings) {
      for (const fs::path& path : files_below(kRoot / folder, ending)) found.push_back(path);
    }
  }
  return found;
}

std::vector<fs::path> cpp_files(const std::vector<std::string>& folders) {
  return files_of(folders, {".cpp", ".h", ".hpp"});
}

struct Include {
  std::string path;
  bool angled = false;
  size_t line = 0;
};

std::vector<Include> includes_of(const fs::path& file) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  size_t number = 0;
  for (const std::string& line : lines_of(read_file(file))) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, kInclude)) found.push_back({match[2], match[1] == "<", number});
  }
  return found;
}

bool is_of_antlr(const std::string& include) {
  return include.find("antlr4") != std::string::npos || include.starts_with("PolicyParser") ||
         include.starts_with("PolicyLexer") || include.find("/PolicyParser") != std::string::npos ||
         include.find("/PolicyLexer") != std::string::npos;
}
bool is_of_llvm(const std::string& include) {
  return include.starts_with("llvm/") || include.starts_with("llvm-c/") || include.starts_with("lld/");
}

// Every include of `folders` for which `forbidden` says yes is a failure.
template <typename Predicate>
void forbid_includes(const std::vector<std::string>& folders, Predicate forbidden, const std::string& rule) {
  for (const fs::path& file : cpp_files(folders)) {
    for (const Include& include : includes_of(file)) {
      if (forbidden(shown(file), include)) {
        ADD_FAILURE() << shown(file) << ":" << include.line << ": includes " << include.path << "; " << rule;
      }
    }
  }
}

TEST(Layers, OnlySyntaxIncludesAntlr) {
  forbid_includes(
      {"compiler", "runtime"},
      [](const std::string& file, const Include& include) {
        return !file.starts_with("compiler/syntax/") && is_of_antlr(include.path);
      },
      "only compiler/syntax includes ANTLR");
}

TEST(Layers, OnlyNativeIncludesLlvm) {
  forbid_includes(
      {"compiler", "runtime"},
      [](const std::string& file, const Include& include) {
        return !file.starts_with("compiler/native/") && is_of_llvm(include.path);
      },
      "only compiler/native includes LLVM");
}

// What each folder may include of the compiler, beside itself.
TEST(Layers, FoldersSeeOnlyWhatIsBelowThem) {
  const std::map<std::string, std::set<std::string>> allowed = {
      {"base", {}},
      {"syntax", {"base"}},
      {"ir", {"base"}},
      {"native", {"base", "ir"}},
      {"sql", {"base", "ir"}},
      {"dataverse", {"base", "syntax"}},
      {"sema", {"base", "syntax", "facts"}},
      {"facts", {"base", "sema"}},
      {"reference", {"base", "sema", "facts"}},
      {"lower", {"base", "sema", "facts", "ir"}},
  };
  for (const auto& [folder, seen] : allowed) {
    forbid_includes(
        {"compiler/" + folder},
        [&](const std::string&, const Include& include) {
          if (!include.path.starts_with("compiler/")) return false;
          const std::string other = include.path.substr(9, include.path.find('/', 9) - 9);
          return other != folder && !seen.contains(other);
        },
        "compiler/" + folder + " does not see that folder");
  }
}

// The reference is what every other engine is compared with: it shares nothing with them but the words.
TEST(Layers, ReferenceSharesNothingWithTheEngines) {
  forbid_includes(
      {"compiler/reference", "compiler/sema"},
      [](const std::string&, const Include& include) { return include.path.starts_with("runtime/"); },
      "the reference shares no code with the runtime");
}

// Files and images are the system's; whoever verifies an image does not write SHA-256 and Ed25519 anew.
TEST(Layers, RuntimeNeedsTheStandardLibraryAndFmtAloneAndForImagesOpenSsl) {
  forbid_includes(
      {"runtime"},
      [](const std::string& file, const Include& include) {
        const bool own = include.path.starts_with("runtime/") || include.path.starts_with("policy/");
        const bool fmt = include.path.starts_with("fmt/");
        const bool standard = include.angled && include.path.find('/') == std::string::npos;
        const bool of_images = file.starts_with("runtime/image/") && include.path.starts_with("openssl/");
        const bool of_files = (file.starts_with("runtime/image/") || file.starts_with("runtime/log/")) &&
                              include.path.starts_with("sys/");
        return !own && !fmt && !standard && !of_images && !of_files;
      },
      "runtime/ depends on the standard library and fmt alone, and runtime/image on OpenSSL");
}

TEST(Layers, RuntimeIsNotOfTheCompiler) {
  forbid_includes(
      {"runtime"}, [](const std::string&, const Include& include) { return include.path.starts_with("compiler/"); },
      "runtime/ includes nothing of compiler/");
}

// Only the program's main prints and ends the process; everything else hands text to its caller.
TEST(Code, LibrariesNeitherPrintNorExit) {
  static const std::regex kForbidden(R"(\bstd::(cout|cerr|clog|exit|quick_exit|_Exit)\b|\bfmt::print\b|)"
                                     R"((^|[^.>\w])(printf|fprintf|puts|fputs|putchar|exit|_exit)\s*\()");
  for (const fs::path& file : cpp_files({"compiler", "runtime"})) {
    if (shown(file).starts_with("compiler/driver/main/")) continue;
    size_t number = 0;
    for (const std::string& line : lines_of(code_alone(read_file(file)))) {
      ++number;
      std::smatch match;
      if (std::regex_search(line, match, kForbidden)) {
        ADD_FAILURE() << shown(file) << ":" << number << ": library code uses " << match.str();
      }
    }
  }
}

TEST(Code, NoMutableGlobals) {
  for (const fs::path& file : cpp_files({"compiler", "runtime"})) {
    for (const Finding& finding : mutable_statics(read_file(file))) {
      ADD_FAILURE() << shown(file) << ":" << finding.line
                    << ": mutable state that outlives its function: " << finding.text;
    }
  }
}

// A function fits a screen. The exceptions of long_functions.txt may only shrink: each line is `FILE FUNCTION LINES`.
TEST(Code, FunctionsFitAScreen) {
  constexpr size_t kLongest = 70;
  std::map<std::string, size_t> allowed;
  std::istringstream list(read_file(kRoot / "tests/tidy/long_functions.txt"));
  for (std::string line; std::getline(list, line);) {
    std::istringstream words(line);
    std::string file, function;
    size_t lines = 0;
    if (!line.starts_with("#") && words >> file >> function >> lines) allowed[file + " " + function] = lines;
  }
  for (const fs::path& file : cpp_files({"compiler", "runtime", "tests", "bench"})) {
    for (const Function& function : functions_of(read_file(file))) {
      const std::string key = shown(file) + " " + function.name;
      const auto exception = allowed.find(key);
      const size_t limit = exception == allowed.end() ? kLongest : exception->second;
      EXPECT_LE(function.lines, limit) << shown(file) << ":" << function.line << ": " << function.name;
      if (exception != allowed.end()) {
        EXPECT_EQ(function.lines, exception->second) << "shorten the entry of " << key << " in long_functions.txt";
        EXPECT_GT(function.lines, kLongest) << "take " << key << " out of long_functions.txt";
        allowed.erase(exception);
      }
    }
  }
  for (const auto& [key, lines] : allowed) ADD_FAILURE() << key << " is gone: take it out of long_functions.txt";
}

TEST(Text, LinesAreAtMost120Columns) {
  std::vector<fs::path> files = cpp_files({"compiler", "runtime", "tests", "bench"});
  for (const fs::path& file : files_of({"cmake", "compiler", "grammar"}, {".cmake", "CMakeLists.txt", ".g4"})) {
    files.push_back(file);
  }
  files.push_back(kRoot / "dev");
  for (const fs::path& file : files) {
    size_t number = 0;
    for (const std::string& line : lines_of(read_file(file))) {
      ++number;
      EXPECT_LE(columns(line), 120u) << shown(file) << ":" << number;
    }
  }
}

TEST(Text, NothingIsLeftForLater) {
  static const std::regex kLater(
      "\\b(TO"
      "DO|FIX"
      "ME|X"
      "XX|HA"
      "CK)\\b");
  const std::vector<std::string> folders = {"compiler", "runtime", "grammar", "stdlib-policies", "tests",
                                            "bench",    "docs",    "cmake",   "README.md",       "dev"};
  for (const fs::path& file :
       files_of(folders, {".cpp", ".h", ".def", ".g4", ".policy", ".md", ".cmake", ".txt", "dev"})) {
    size_t number = 0;
    for (const std::string& line : lines_of(read_file(file))) {
      ++number;
      if (std::regex_search(line, kLater)) ADD_FAILURE() << shown(file) << ":" << number << ": " << line;
    }
  }
}

// Kinds that no policy text can bring about, and the unit test that does.
const std::map<std::string, std::string> kShownByUnitTests = {};

TEST(Diagnostics, EveryKindHasAGoldenFile) {
  std::string golden;
  for (const fs::path& file : files_below(kRoot / "tests/language")) golden += read_file(file);
  for (DiagnosticKind kind : all_diagnostic_kinds()) {
    const std::string code(diagnostic_code(kind));
    const auto unit = kShownByUnitTests.find(std::string(diagnostic_name(kind)));
    if (unit != kShownByUnitTests.end()) {
      EXPECT_NE(read_file(kRoot / unit->second).find(unit->first), std::string::npos) << unit->second;
      continue;
    }
    EXPECT_NE(golden.find("[" + code + "]: "), std::string::npos)
        << diagnostic_name(kind) << " (" << code << ") is expected by no file under tests/language";
  }
}

TEST(Diagnostics, EveryKindIsDocumentedAndNoOther) {
  std::set<std::string> documented;
  for (const std::string& line : lines_of(read_file(kRoot / "docs/diagnostics.md"))) {
    static const std::regex kHeading(R"(^### ([EW][0-9]{4}) (\w+)$)");
    std::smatch match;
    if (std::regex_match(line, match, kHeading)) documented.insert(match[1].str() + " " + match[2].str());
  }
  for (DiagnosticKind kind : all_diagnostic_kinds()) {
    const std::string heading = std::string(diagnostic_code(kind)) + " " + std::string(diagnostic_name(kind));
    EXPECT_EQ(documented.erase(heading), 1u) << "docs/diagnostics.md has no entry `### " << heading << "`";
  }
  for (const std::string& heading : documented) ADD_FAILURE() << "docs/diagnostics.md: no such kind: " << heading;
}

TEST(Documentation, EverySwitchStandsInTheReferenceWithItsDefaults) {
  const std::string reference = read_file(kRoot / "docs/language.md");
  for (const SwitchInfo& info : switches()) {
    std::string guide(info.guide), dataverse(info.dataverse);
    for (std::string* rights : {&guide, &dataverse}) {
      if (info.kind == SwitchKind::Rights) *rights = std::regex_replace(*rights, std::regex(" "), ", ");
    }
    const std::string row = "| `" + std::string(info.name) + "` | " + guide + " | " + dataverse + " |";
    EXPECT_NE(reference.find(row), std::string::npos) << "docs/language.md has no row " << row;
  }
}

TEST(Documentation, EveryReasonStandsInTheReference) {
  const std::string reference = read_file(kRoot / "docs/language.md");
#define REASON(word, Name, meaning) \
  EXPECT_NE(reference.find("| `" #word "` | "), std::string::npos) << "docs/language.md has no reason `" #word "`";
#include "policy/reasons.def"
#undef REASON
}

}  // namespace
}  // namespace policyc::testing
