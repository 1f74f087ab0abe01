#include "bench/measure_compile.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "bench/timing.h"
#include "bench/worlds.h"
#include "compiler/driver/policy_hash.h"
#include "compiler/ir/simplify.h"
#include "compiler/lower/lower.h"
#include "compiler/native/image.h"
#include "compiler/syntax/parser.h"
#include "runtime/image/digest.h"
#include "runtime/image/open_image.h"

namespace policyc::bench {

namespace {

constexpr double kFirstDecisionBar = 2.0;
constexpr double kEverythingMilliseconds = 10'000;

// A folder that is gone with its scope.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "policyc-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Measuring {
 public:
  Measuring(const CompileSizes& sizes, Report& report) : sizes_(sizes), report_(report) {}

  std::optional<std::string> run() {
    const Sizes ten_users{.tables = sizes_.crm.tables,
                          .roles = sizes_.crm.roles,
                          .units = 5,
                          .users = 10,
                          .teams = 2,
                          .records = 60,
                          .shares = 15,
                          .seed = sizes_.crm.seed};
    EnterpriseSizes with_conditions = sizes_.enterprise;
    with_conditions.conditions = Conditions::ThreeInTen;
    const Workload conditions = make_crm(ten_users, Conditions::ThreeInTen);
    const Workload enterprise = make_enterprise(sizes_.enterprise, sizes_.crm.seed);
    first_decision(make_club(sizes_.crm.seed), sizes_.quick ? 7 : 41);
    first_decision(make_crm(ten_users, Conditions::None), sizes_.quick ? 5 : 21);
    first_decision(conditions, sizes_.quick ? 5 : 21);
    first_decision(enterprise, sizes_.quick ? 1 : 5);
    if (!sizes_.quick) everything("conditions", conditions);
    everything("enterprise", enterprise);
    everything("enterprise with conditions", make_enterprise(with_conditions, sizes_.crm.seed));
    image("club", make_club(sizes_.crm.seed));
    image("conditions", conditions);
    image("enterprise", enterprise);
    return failure_;
  }

 private:
  // A small world of one row is made as well and its users resolved; compiling is what counts.
  void first_decision(Workload made, size_t rounds) {
    if (failure_) return;
    made.records.resize(1);
    made.shares.clear();
    const std::string& name = made.policy.name;
    const std::string text = policy_text(made.policy);
    auto decide = [&] { return 1e3 * seconds([&] { decide_once(name, text, made); }); };
    auto parse_alone = [&] {
      return 1e3 * seconds([&] {
               SourceMap sources;
               const SourceId source = sources.add(name, text);
               keep(parse(sources, source).diagnostics.has_errors());
             });
    };
    const Paired times = time_paired(rounds, decide, parse_alone);
    report_.rows.push_back({"text to first decision: " + name, times.ours, "ms", "parsing alone", times.theirs,
                            times.ratio, kFirstDecisionBar});
  }

  void decide_once(const std::string& name, const std::string& text, const Workload& made) {
    const Compilation compiled = compile_text(name + ".policy", text, ".");
    if (!compiled.policy) return fail(name + " does not compile");
    Result<Engine> engine = build_engine(*compiled.policy, compiled.sources);
    if (!engine) return fail(engine.error());
    const CompiledWorld world(*engine, made);
    if (!world.fits()) return fail(name + ": the world does not fit the policy");
    keep(world.check({.user = 0, .record = 0, .right = POLICY_RIGHT_read}));
  }

  // A checked policy to machine code for all of its decisions, and then once more from a cache.
  void everything(const std::string& name, const Workload& made) {
    if (failure_) return;
    const Compilation compiled = compile_text(name + ".policy", policy_text(made.policy), ".");
    if (!compiled.policy) return fail(name + " does not compile");
    std::vector<double> times;
    CompileReport report;
    const ScratchFolder folder;
    for (int round = 0; round < (sizes_.quick ? 1 : 3); ++round) {
      const std::string cache = (std::filesystem::path(folder.path()) / std::to_string(round)).string();
      times.push_back(1e3 * seconds([&] { report = compile(compiled, cache); }));
    }
    const double taken = median(times);
    report_.rows.push_back({"machine code for everything: " + name, taken, "ms", "a fixed limit",
                            kEverythingMilliseconds, taken / kEverythingMilliseconds, 1.0});
    report_.rows.push_back({fmt::format("size of that code, {} functions: {}", report.functions, name),
                            static_cast<double>(report.code_bytes) / 1000,
                            "KB",
                            "",
                            {},
                            {},
                            {}});
    const std::string cache = (std::filesystem::path(folder.path()) / "0").string();
    const double again = 1e3 * seconds([&] { report = compile(compiled, cache); });
    if (report.parts_compiled > 0) return fail(name + ": the cache does not find what was made before");
    report_.rows.push_back(
        {"machine code for everything, kept before: " + name, again, "ms", "compiling it", taken, again / taken, {}});
  }

  CompileReport compile(const Compilation& compiled, const std::string& cache) {
    Result<Engine> engine = build_engine(*compiled.policy, compiled.sources, {.cache_folder = cache});
    if (!engine) return fail(engine.error()), CompileReport{};
    Result<CompileReport> report = engine->program.wait();
    if (!report) return fail(report.error()), CompileReport{};
    return *report;
  }

  // A checked policy to an image, and the image opened by a host, against hashing its bytes, which opening begins with.
  void image(const std::string& name, const Workload& made) {
    if (failure_) return;
    const Compilation compiled = compile_text(name + ".policy", policy_text(made.policy), ".");
    if (!compiled.policy) return fail(name + " does not compile");
    const DecisionIR ir = simplify(lower(*compiled.policy, compiled.sources));
    Result<std::string> library = Failure{"not built"};
    const double built = 1e3 * seconds([&] { library = build_image(ir, {policy_hash(*compiled.policy), {}}, {}, {}); });
    if (!library) return fail(library.error());
    const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(library->data()), library->size());
    auto open = [&] {
      return 1e3 * seconds([&] {
               const policy::Opened opened = policy::open_image_memory(bytes, {});
               if (opened.status != POLICY_OK) fail(opened.error);
             });
    };
    auto hash = [&] { return 1e3 * seconds([&] { keep(policy::sha256(bytes)); }); };
    const Paired times = time_paired(sizes_.quick ? 5 : 21, open, hash);
    report_.rows.push_back({"building an image: " + name, built, "ms", "", {}, {}, {}});
    report_.rows.push_back(
        {"size of that image: " + name, static_cast<double>(bytes.size()) / 1000, "KB", "", {}, {}, {}});
    report_.rows.push_back(
        {"opening that image: " + name, times.ours, "ms", "hashing its bytes", times.theirs, times.ratio, {}});
  }

  void fail(std::string message) {
    if (!failure_) failure_ = std::move(message);
  }

  const CompileSizes& sizes_;
  Report& report_;
  std::optional<std::string> failure_;
};

}  // namespace

std::optional<std::string> measure_compile(const CompileSizes& sizes, Report& report) {
  return Measuring(sizes, report).run();
}

}  // namespace policyc::bench
