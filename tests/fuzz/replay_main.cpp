// Runs a fuzzer without libFuzzer: over its corpus, and over seeded mutations of it. The same seed gives the same
// inputs.
//
//   POLICYC_FUZZ_RUNS=100000 POLICYC_SEED=7 build/bin/policyc_fuzz_parse
//
// The input in hand lies in <build>/fuzz-last-<name>, where it stays if the fuzzer crashes on it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/support/files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace policyc::testing {
namespace {

// Mutating grows inputs; longer ones cost time and find little.
constexpr size_t kLargestInput = 1u << 16;
constexpr uint64_t kRuns = 3000;

// Words that reach further into the grammars than random bytes do.
constexpr std::array<std::string_view, 44> kWords = {"policy ",
                                                     "follows ",
                                                     "guide",
                                                     "use ",
                                                     "table ",
                                                     "owned by ",
                                                     "role ",
                                                     "includes ",
                                                     "when ",
                                                     "record.",
                                                     "user.",
                                                     "context.",
                                                     "scenario ",
                                                     "unit ",
                                                     "team ",
                                                     "share ",
                                                     "flow ",
                                                     "via ",
                                                     "as invoker",
                                                     "run as ",
                                                     "every table: ",
                                                     "all at ",
                                                     "organization",
                                                     "not ",
                                                     " and ",
                                                     " or ",
                                                     " is null",
                                                     " in { ",
                                                     "<->",
                                                     "->",
                                                     "{",
                                                     "}",
                                                     "(",
                                                     ")",
                                                     "\"",
                                                     "`",
                                                     "//",
                                                     "/*",
                                                     "*/",
                                                     "\\u0000",
                                                     "[",
                                                     "]",
                                                     "\xef\xbb\xbf",
                                                     "2026-02-30"};

uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<std::string> corpus() {
  std::vector<std::string> inputs;
  std::istringstream folders(POLICYC_FUZZ_CORPUS);
  for (std::string folder; std::getline(folders, folder, ':');) {
    for (const auto& file : files_below(folder)) inputs.push_back(read_file(file));
  }
  if (inputs.empty()) inputs.emplace_back();
  return inputs;
}

void run(const std::string& input) {
  static const std::string path = std::string(POLICYC_BINARY_DIR) + "/fuzz-last-" POLICYC_FUZZ_NAME;
  std::ofstream(path, std::ios::binary | std::ios::trunc) << input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

class Mutator {
 public:
  Mutator(const std::vector<std::string>& inputs, uint64_t seed) : inputs_(inputs), random_(seed) {}

  std::string next() {
    std::string input = any_input().substr(0, kLargestInput);
    for (size_t edits = 1 + below(6); edits > 0; --edits) edit(input);
    return input.substr(0, kLargestInput);
  }

 private:
  size_t below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& any_input() { return inputs_[below(inputs_.size())]; }

  void edit(std::string& input) {
    const size_t at = below(input.size() + 1);
    const size_t length = std::min(below(40), input.size() - at);
    switch (below(7)) {
      case 0:
        input.erase(at, length);
        break;
      case 1:
        input.insert(at, input.substr(at, length));
        break;
      case 2:
        input.insert(at, kWords[below(kWords.size())]);
        break;
      case 3:
        input.replace(at, length, kWords[below(kWords.size())]);
        break;
      case 4: {
        const std::string& other = any_input();
        const size_t from = below(other.size() + 1);
        input.insert(at, other.substr(from, below(200)));
        break;
      }
      case 5:
        input.insert(at, std::string(below(300), "({[/\"x"[below(6)]));
        break;
      default:
        if (at < input.size()) input[at] = static_cast<char>(random_());
    }
  }

  const std::vector<std::string>& inputs_;
  std::mt19937_64 random_;
};

TEST(Fuzz, CorpusIsHandled) {
  for (const std::string& input : corpus()) run(input);
}

// Stops early where the machine is slow: a sanitized build runs fewer of the same inputs.
TEST(Fuzz, SeededMutationsAreHandled) {
  using Clock = std::chrono::steady_clock;
  const std::vector<std::string> inputs = corpus();
  const uint64_t runs = number_from("POLICYC_FUZZ_RUNS", kRuns);
  const uint64_t seed = number_from("POLICYC_SEED", 1);
  const auto end = Clock::now() + std::chrono::seconds(number_from("POLICYC_FUZZ_SECONDS", runs == kRuns ? 20 : 3000));
  Mutator mutator(inputs, seed);
  uint64_t done = 0;
  for (; done < runs && Clock::now() < end; ++done) run(mutator.next());
  RecordProperty("seed", std::to_string(seed));
  RecordProperty("runs", std::to_string(done));
  std::filesystem::remove(std::string(POLICYC_BINARY_DIR) + "/fuzz-last-" POLICYC_FUZZ_NAME);
}

}  // namespace
}  // namespace policyc::testing
