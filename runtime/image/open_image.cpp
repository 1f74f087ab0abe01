#include "runtime/image/open_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runtime/image/digest.h"
#include "runtime/image/file_bytes.h"
#include "runtime/image/image_limits.h"
#include "runtime/image/layout_hash.h"
#include "runtime/image/mapped_library.h"

namespace policy {

namespace {

Opened refused(policy_status status, std::string error) {
  Opened opened;
  opened.status = status;
  opened.error = std::move(error);
  return opened;
}

// --- Processors

// The name of a feature that code uses and this processor has not; empty where it has all.
std::string_view missing_feature(CpuFeatures features) {
#if defined(__x86_64__)
#define CPU_FEATURE(name, llvm)                                               \
  if ((features >> static_cast<uint32_t>(CpuFeature::name) & 1u) != 0) {      \
    if (!__builtin_cpu_supports(llvm)) return llvm;                           \
    features &= ~(CpuFeatures{1} << static_cast<uint32_t>(CpuFeature::name)); \
  }
#include "runtime/image/cpu_features.def"
#undef CPU_FEATURE
#endif
  return features == 0 ? "" : "one that this library does not know";
}

// --- What an image says of itself, and its code

class ImageReader {
 public:
  // `library` is null for an image that is linked in: then nobody knows how far its memory goes.
  ImageReader(const policy_image& image, const MappedLibrary* library) : image_(image), library_(library) {}

  Opened read(const Trust& trust) {
    if (Opened fault = check_head(); fault.status != POLICY_OK) return fault;
    const std::span<const uint8_t> bytes(image_.facts, image_.facts_size);
    if (!std::ranges::equal(sha256(bytes), image_.facts_hash)) {
      return refused(POLICY_DAMAGED, "is damaged: its facts are not what their hash says");
    }
    Decoded<ImageFacts> facts = decode_facts(bytes);
    if (!facts) return refused(POLICY_DAMAGED, fmt::format("is damaged: {}", facts.error));
    if (facts.value->build.abi_version != image_.abi_version) {
      return refused(POLICY_DAMAGED, "is damaged: it says two versions of the library's interface");
    }
    if (const std::string_view missing = missing_feature(facts.value->build.features); !missing.empty()) {
      return refused(POLICY_FOREIGN,
                     fmt::format("was built for a processor with {}, and this one is without", missing));
    }
    if (Opened fault = check_hashes(*facts.value, trust); fault.status != POLICY_OK) return fault;
    return publish(std::move(*facts.value));
  }

 private:
  static Opened sound() { return refused(POLICY_OK, {}); }

  bool holds(const void* from, size_t size) const {
    if (size == 0) return true;
    return from != nullptr && (library_ == nullptr || library_->holds(from, size));
  }
  template <typename Function>
  bool holds_code(Function function) const {
    if (function == nullptr) return false;
    return library_ == nullptr || library_->holds_code(reinterpret_cast<const void*>(function));
  }

  Opened check_head() const {
    if (image_.magic != kImageMagic) return refused(POLICY_FOREIGN, "is no image of a policy");
    if (image_.abi_version > POLICY_ABI_VERSION) {
      return refused(POLICY_NEWER, fmt::format("was built for version {} of the library's interface, and this is {}",
                                               image_.abi_version, POLICY_ABI_VERSION));
    }
    const bool is_sound = image_.abi_version != 0 && image_.struct_size >= sizeof(policy_image) &&
                          image_.graph_count <= kMostGraphs && image_.run_as_count <= kMostRunAs &&
                          image_.facts_size <= kLargestFacts && holds(image_.facts, image_.facts_size) &&
                          is_list(image_.code, image_.graph_count) && is_list(image_.run_as, image_.run_as_count);
    return is_sound ? sound() : refused(POLICY_DAMAGED, "is damaged: what it consists of does not lie within it");
  }
  template <typename Entry>
  bool is_list(const Entry* entries, uint32_t count) const {
    return reinterpret_cast<uintptr_t>(entries) % alignof(Entry) == 0 && holds(entries, count * sizeof(Entry));
  }

  static Opened check_hashes(const ImageFacts& facts, const Trust& trust) {
    const std::string layout = layout_hash(*facts.tables);
    struct Wanted {
      const char* what;
      const std::string& wanted;
      const std::string& found;
    };
    const Wanted both[] = {{"policy", trust.policy_hash, facts.build.policy_hash},
                           {"layout", trust.layout_hash, layout}};
    for (const Wanted& hash : both) {
      if (hash.wanted.empty() || digest_from_hexadecimal(hash.wanted) == digest_from_hexadecimal(hash.found)) continue;
      return refused(POLICY_MISMATCH, fmt::format("is of another {} than was asked for: {}, and not {}", hash.what,
                                                  hash.found, hash.wanted));
    }
    return sound();
  }

  bool publish_decision(DecisionEntry& decision) const {
    if (decision.graph >= image_.graph_count) return false;
    const policy_image_code& code = image_.code[decision.graph];
    if (!holds_code(code.check) || !holds_code(code.decide)) return false;
    if (code.filter != nullptr && !holds_code(code.filter)) return false;
    decision.check.publish(code.check);
    decision.decide.publish(code.decide);
    decision.filter.publish(code.filter);
    return true;
  }
  bool publish_step(StepEntry& step) const {
    if (step.run_as_kind >= image_.run_as_count || !holds_code(image_.run_as[step.run_as_kind])) return false;
    step.run_as.publish(image_.run_as[step.run_as_kind]);
    return true;
  }

  Opened publish(ImageFacts facts) const {
    bool is_there = true;
    for (TableEntry& table : facts.tables->tables) {
      for (DecisionEntry& decision : table.decisions) {
        if (decision.is_taken()) is_there = is_there && publish_decision(decision);
      }
    }
    for (FlowEntry& flow : facts.tables->flows) {
      for (StepEntry& step : flow.steps) is_there = is_there && publish_step(step);
    }
    if (!is_there) return refused(POLICY_DAMAGED, "is damaged: code that its facts speak of is not there");
    Opened opened = sound();
    opened.layout_hash = layout_hash(*facts.tables);
    opened.build = std::move(facts.build);
    opened.tables = std::move(facts.tables);
    return opened;
  }

  const policy_image& image_;
  const MappedLibrary* library_;
};

// A hash that is asked for must be one.
Opened check_trust(const Trust& trust) {
  for (const std::string* hash : {&trust.policy_hash, &trust.layout_hash}) {
    if (!hash->empty() && !digest_from_hexadecimal(*hash)) {
      return refused(POLICY_INVALID, "cannot be compared: a hash is asked for that is not 64 hexadecimal digits");
    }
  }
  return refused(POLICY_OK, {});
}

Opened open_bytes(std::span<const uint8_t> bytes, const Trust& trust) {
  if (Opened fault = check_trust(trust); fault.status != POLICY_OK) return fault;
  const VerifiedContent verified = verify_content(bytes, trust);
  if (verified.status != POLICY_OK) return refused(verified.status, verified.error);
  const CheckedLibrary checked = check_library(verified.content);
  if (checked.status != POLICY_OK) return refused(checked.status, "cannot be loaded: " + checked.error);
  std::string error;
  const std::shared_ptr<const MappedLibrary> library = map_library(verified.content, checked, error);
  if (library == nullptr) return refused(POLICY_NOT_READABLE, "cannot be mapped: " + error);
  Opened opened = ImageReader(*library->image(), library.get()).read(trust);
  if (opened.status != POLICY_OK) return opened;
  if (opened.build.abi_version != verified.abi_version) {
    return refused(POLICY_DAMAGED, "is damaged: it says two versions of the library's interface");
  }
  opened.signer = verified.signer;
  // The tables go before the code.
  struct Program {
    std::shared_ptr<const MappedLibrary> library;
    std::shared_ptr<const ProgramTables> tables;
  };
  auto program = std::make_shared<Program>(Program{library, std::move(opened.tables)});
  opened.tables = std::shared_ptr<const ProgramTables>(program, program->tables.get());
  return opened;
}

Opened named(Opened opened, const std::string& name) {
  if (opened.status != POLICY_OK) opened.error = fmt::format("{} {}", name, opened.error);
  return opened;
}

}  // namespace

Opened open_image_file(const std::string& path, const Trust& trust) {
  const std::string name = fmt::format("`{}`", path);
  FileBytes file = read_file_bytes(path);
  if (file.status != POLICY_OK) return named(refused(file.status, std::move(file.error)), name);
  return named(open_bytes(file.bytes, trust), name);
}

Opened open_image_memory(std::span<const uint8_t> bytes, const Trust& trust) {
  return named(open_bytes(bytes, trust), "the image");
}

Opened open_linked_image(const policy_image& image, const Trust& trust) {
  const std::string name = "the image that is linked in";
  if (!trust.keys.empty()) {
    return named(refused(POLICY_INVALID, "cannot be signed: whoever can change the host can change all of it"), name);
  }
  if (Opened fault = check_trust(trust); fault.status != POLICY_OK) return named(std::move(fault), name);
  return named(ImageReader(image, nullptr).read(trust), name);
}

}  // namespace policy
