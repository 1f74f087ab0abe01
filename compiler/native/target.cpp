#include "compiler/native/target.h"

#include <fmt/format.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

#include <span>
#include <vector>

namespace policyc {

namespace {

constexpr const char* kFeatures[] = {
#define CPU_FEATURE(name, llvm) llvm,
#include "runtime/image/cpu_features.def"
#undef CPU_FEATURE
};

// How many of the features above, from the first on, belong to a level.
struct Level {
  std::string_view name;
  size_t features;
};
constexpr Level kLevels[] = {{"x86-64", 0}, {"x86-64-v2", 5}, {"x86-64-v3", 11}, {"x86-64-v4", 16}};
static_assert(std::size(kFeatures) == 16 && std::string_view(kFeatures[4]) == "popcnt" &&
                  std::string_view(kFeatures[10]) == "lzcnt",
              "levels end where they are said to");

std::string enabled(std::span<const char* const> features) {
  std::string text;
  for (const char* feature : features) text += fmt::format("{}+{}", text.empty() ? "" : ",", feature);
  return text;
}

std::string features_of_host() {
  const llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  std::vector<const char*> there;
  for (const char* feature : kFeatures) {
    if (host.lookup(feature)) there.push_back(feature);
  }
  return enabled(there);
}

bool is_supported(const llvm::Triple& triple) {
  const bool kind = triple.getArch() == llvm::Triple::x86_64 || triple.getArch() == llvm::Triple::aarch64;
  return kind && triple.isOSLinux() && triple.isOSBinFormatELF() && !triple.isX32() &&
         triple.getEnvironment() != llvm::Triple::GNUILP32;
}

Result<llvm::Triple> triple_of(const std::string& kind) {
  const llvm::Triple host(llvm::sys::getProcessTriple());
  if (kind.empty() && !is_supported(host)) {
    return Failure{
        fmt::format("images are for x86-64 and aarch64 with Linux, and this machine is {}; say --target", host.str())};
  }
  if (kind.empty()) return host;
  if (kind == "x86-64" || kind == "x86_64") return llvm::Triple("x86_64-pc-linux-gnu");
  if (kind == "aarch64" || kind == "arm64") return llvm::Triple("aarch64-unknown-linux-gnu");
  const llvm::Triple triple(llvm::Triple::normalize(kind));
  if (is_supported(triple)) return triple;
  return Failure{
      fmt::format("unknown target `{}`: there are x86-64, aarch64, and LLVM's triples of these with Linux", kind)};
}

}  // namespace

Result<Target> find_target(const std::string& kind, const std::string& cpu) {
  const Result<llvm::Triple> triple = triple_of(kind);
  if (!triple) return Failure{triple.error()};
  const bool is_x86 = triple->getArch() == llvm::Triple::x86_64;
  const std::string baseline = is_x86 ? "x86-64" : "generic";
  Target target{.triple = triple->str(), .cpu = cpu.empty() ? baseline : cpu, .features = {}, .tuned_for = {}};
  if (target.cpu == baseline) return target;
  if (target.cpu == "native") {
    const llvm::Triple host(llvm::sys::getProcessTriple());
    if (host.getArch() != triple->getArch()) {
      return Failure{fmt::format("`native` is this machine's processor, which is no {}", triple->getArchName().str())};
    }
    if (is_x86) target.features = features_of_host();
    target.tuned_for = llvm::sys::getHostCPUName().str();
    return target;
  }
  for (const Level& level : kLevels) {
    if (!is_x86 || level.name != target.cpu) continue;
    target.features = enabled(std::span(kFeatures).first(level.features));
    return target;
  }
  return Failure{fmt::format("unknown cpu `{}`: there are {}native", target.cpu,
                             is_x86 ? "x86-64, x86-64-v2, x86-64-v3, x86-64-v4 and " : "generic and ")};
}

}  // namespace policyc
