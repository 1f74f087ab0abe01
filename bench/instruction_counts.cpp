#include "bench/instruction_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace policyc::bench {

namespace fs = std::filesystem;

namespace {

// `1,297,464 (54.08%)  ???:count_compiled [...]`: the number before the function's name; 0 where it is not there.
double counted_in(const fs::path& annotated, const std::string& function) {
  std::ifstream file(annotated);
  for (std::string line; std::getline(file, line);) {
    if (line.find(":" + function) == std::string::npos) continue;
    const std::string shown = line.substr(0, line.find('('));
    std::string digits;
    std::copy_if(shown.begin(), shown.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return std::strtod(digits.c_str(), nullptr);
  }
  return 0;
}

}  // namespace

bool has_valgrind() { return std::system("valgrind --version >/dev/null 2>&1") == 0; }

Result<InstructionCounts> count_instructions(const std::string& programs, const std::string& scratch,
                                             const std::string& workload) {
  const fs::path folder = fs::path(scratch) / ("callgrind-" + workload);
  std::error_code error;
  fs::remove_all(folder, error);
  fs::create_directories(folder, error);
  if (error) return Failure{fmt::format("cannot make {}: {}", folder.string(), error.message())};
  auto path = [&](const char* name) { return "'" + (folder / name).string() + "'"; };
  const std::string command = fmt::format(
      "valgrind --tool=callgrind --callgrind-out-file={0} --toggle-collect=count_compiled "
      "--toggle-collect=count_handwritten '{1}/check_instructions' {2} >{3} 2>{4} && "
      "callgrind_annotate --inclusive=yes --threshold=100 {0} >{5} 2>>{4}",
      path("out"), programs, workload, path("asked"), path("log"), path("annotated"));
  if (std::system(command.c_str()) != 0) {
    return Failure{fmt::format("valgrind failed, see {}", (folder / "log").string())};
  }
  double asked = 0;
  std::ifstream(folder / "asked") >> asked;
  if (asked == 0) return Failure{"nothing was asked, see " + folder.string()};
  const InstructionCounts counts{counted_in(folder / "annotated", "count_compiled") / asked,
                                 counted_in(folder / "annotated", "count_handwritten") / asked};
  if (counts.ours == 0 || counts.handwritten == 0) return Failure{"callgrind counted nothing in " + folder.string()};
  return counts;
}

}  // namespace policyc::bench
