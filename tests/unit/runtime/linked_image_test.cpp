// Images that are linked in, made by hand; and files that are no images.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/image/digest.h"
#include "runtime/image/elf_check.h"
#include "runtime/image/layout_hash.h"
#include "runtime/image/open_image.h"
#include "tests/unit/runtime/image_tables.h"

namespace policy {
namespace {

using test::kTrip;

policy_principal nobody(policy_principal, policy_principal, policy_principal) { return 0; }

// What `policyc build -o NAME.o` defines.
struct Linked {
  explicit Linked(const ProgramTables& tables = test::rich_tables(), const BuildInfo& build = test::some_build())
      : facts(encode_facts(tables, build)), code(POLICY_RIGHT_COUNT, {test::yes, test::allow, nullptr}) {
    image.magic = kImageMagic;
    image.struct_size = sizeof(policy_image);
    image.abi_version = POLICY_ABI_VERSION;
    image.graph_count = static_cast<uint32_t>(code.size());
    image.run_as_count = 4;
    image.code = code.data();
    image.run_as = run_as.data();
    take_facts();
  }
  void take_facts() {
    image.facts = facts.data();
    image.facts_size = facts.size();
    std::ranges::copy(sha256(facts), image.facts_hash);
  }

  std::vector<uint8_t> facts;
  std::vector<policy_image_code> code;
  std::array<policy_run_as_function, 4> run_as = {nullptr, nullptr, nobody, nullptr};
  policy_image image{};
};

policy_status status_of(const Linked& linked, const Trust& trust = {}) {
  const Opened opened = open_linked_image(linked.image, trust);
  EXPECT_EQ(opened.status == POLICY_OK, opened.error.empty()) << opened.error;
  EXPECT_EQ(opened.status == POLICY_OK, opened.tables != nullptr);
  return opened.status;
}

TEST(LinkedImage, GivesTablesWithItsCode) {
  const Linked linked;
  const Opened opened = open_linked_image(linked.image, {});
  ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
  const TableEntry& trip = opened.tables->tables.at(kTrip);
  for (const DecisionEntry& decision : trip.decisions) {
    EXPECT_EQ(decision.check.get(), &test::yes);
    EXPECT_EQ(decision.decide.get(), &test::allow);
    EXPECT_EQ(decision.filter.get(), nullptr);
  }
  EXPECT_EQ(opened.tables->flows[0].steps[0].run_as.get(), &nobody);
  EXPECT_EQ(opened.build.policy_hash, test::some_build().policy_hash);
  EXPECT_EQ(opened.layout_hash, layout_hash(test::rich_tables()));
  EXPECT_EQ(opened.signer, "");
}

TEST(LinkedImage, HashesMustBeThoseAskedFor) {
  const Linked linked;
  const std::string policy = test::some_build().policy_hash, layout = layout_hash(test::rich_tables());
  EXPECT_EQ(status_of(linked, {.keys = {}, .policy_hash = policy, .layout_hash = layout}), POLICY_OK);
  EXPECT_EQ(status_of(linked, {.keys = {}, .policy_hash = std::string(64, 'A'), .layout_hash = {}}), POLICY_OK);
  const Trust other = {.keys = {}, .policy_hash = std::string(64, 'b'), .layout_hash = {}};
  EXPECT_EQ(status_of(linked, other), POLICY_MISMATCH);
  const std::string error = open_linked_image(linked.image, other).error;
  EXPECT_NE(error.find(policy), std::string::npos) << error;
  EXPECT_NE(error.find(other.policy_hash), std::string::npos) << error;
  EXPECT_EQ(status_of(linked, {.keys = {}, .policy_hash = {}, .layout_hash = policy}), POLICY_MISMATCH);
  EXPECT_EQ(status_of(linked, {.keys = {}, .policy_hash = "sam", .layout_hash = {}}), POLICY_INVALID);
  EXPECT_EQ(status_of(linked, {.keys = {}, .policy_hash = {}, .layout_hash = "sam"}), POLICY_INVALID);
}

TEST(LinkedImage, IsSignedByNobody) {
  EXPECT_EQ(status_of(Linked(), {.keys = {Digest{}}, .policy_hash = {}, .layout_hash = {}}), POLICY_INVALID);
}

TEST(LinkedImage, WhatIsNoImageIsForeign) {
  Linked linked;
  linked.image.magic ^= 1;
  EXPECT_EQ(status_of(linked), POLICY_FOREIGN);
  linked.image = {};
  EXPECT_EQ(status_of(linked), POLICY_FOREIGN);
}

TEST(LinkedImage, OfALaterVersionIsNewer) {
  Linked linked;
  linked.image.abi_version = POLICY_ABI_VERSION + 1;
  EXPECT_EQ(status_of(linked), POLICY_NEWER);
}

TEST(LinkedImage, VersionsMustAgree) {
  BuildInfo build = test::some_build();
  build.abi_version = POLICY_ABI_VERSION + 1;
  EXPECT_EQ(status_of(Linked(test::rich_tables(), build)), POLICY_DAMAGED);
  Linked linked;
  linked.image.abi_version = 0;
  EXPECT_EQ(status_of(linked), POLICY_DAMAGED);
}

TEST(LinkedImage, ADescriptorThatIsNotWholeIsDamaged) {
  using Change = void (*)(Linked&);
  const Change changes[] = {
      [](Linked& l) { l.image.struct_size = sizeof(policy_image) - 1; },
      [](Linked& l) { l.image.graph_count -= 1; },
      [](Linked& l) { l.image.graph_count = 0xffffffff; },
      [](Linked& l) { l.image.code = nullptr; },
      [](Linked& l) { l.image.run_as_count = 2; },
      [](Linked& l) { l.image.run_as_count = 0xffffffff; },
      [](Linked& l) { l.image.run_as = nullptr; },
      [](Linked& l) { l.image.facts = nullptr; },
      [](Linked& l) { l.image.facts_size = ~uint64_t{0}; },
      [](Linked& l) { l.image.facts_size -= 1; },
      [](Linked& l) { l.image.facts_hash[31] ^= 1; },
      [](Linked& l) { l.facts[40] ^= 1; },
      [](Linked& l) { l.code[3].check = nullptr; },
      [](Linked& l) { l.code[3].decide = nullptr; },
      [](Linked& l) { l.run_as[2] = nullptr; },
      [](Linked& l) { l.facts.pop_back(), l.take_facts(); },
  };
  size_t number = 0;
  for (const Change change : changes) {
    Linked linked;
    change(linked);
    EXPECT_EQ(status_of(linked), POLICY_DAMAGED) << number++;
  }
}

TEST(LinkedImage, CodeThatNobodyUsesMayBeMissing) {
  Linked linked;
  linked.code.push_back({});
  linked.image.code = linked.code.data();
  linked.image.graph_count += 1;
  EXPECT_EQ(status_of(linked), POLICY_OK);
}

TEST(LinkedImage, FeaturesThatNobodyKnowsAreForeign) {
  BuildInfo build = test::some_build();
  build.features = CpuFeatures{1} << 63;
  const Linked linked(test::rich_tables(), build);
  EXPECT_EQ(status_of(linked), POLICY_FOREIGN);
  EXPECT_NE(open_linked_image(linked.image, {}).error.find("processor"), std::string::npos);
}

#if defined(__x86_64__)
TEST(LinkedImage, AFeatureThatTheProcessorLacksIsNamed) {
  uint32_t bit = 0;
#define CPU_FEATURE(name, llvm)                                                                  \
  {                                                                                              \
    BuildInfo build = test::some_build();                                                        \
    build.features = CpuFeatures{1} << bit++;                                                    \
    const Opened opened = open_linked_image(Linked(test::rich_tables(), build).image, {});       \
    EXPECT_EQ(opened.status, __builtin_cpu_supports(llvm) ? POLICY_OK : POLICY_FOREIGN) << llvm; \
    EXPECT_EQ(opened.error.find(llvm) != std::string::npos, opened.status != POLICY_OK) << llvm; \
  }
#include "runtime/image/cpu_features.def"
#undef CPU_FEATURE
}
#endif

// --- Files

policy_status status_of_bytes(std::string_view bytes) {
  const Opened opened = open_image_memory({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, {});
  EXPECT_FALSE(opened.error.empty());
  EXPECT_EQ(opened.tables, nullptr);
  return opened.status;
}

std::string with_trailer(std::string content, std::string_view private_key = {}) {
  const std::optional<ImageTrailer> trailer =
      trailer_for({reinterpret_cast<const uint8_t*>(content.data()), content.size()}, private_key);
  content.append(reinterpret_cast<const char*>(&trailer.value()), sizeof(ImageTrailer));
  return content;
}

TEST(NoImage, TextIsForeign) {
  EXPECT_EQ(status_of_bytes("policy harbour { }"), POLICY_FOREIGN);
  EXPECT_EQ(status_of_bytes(std::string(100'000, 'x')), POLICY_FOREIGN);
  EXPECT_EQ(status_of_bytes(with_trailer("policy harbour { }")), POLICY_FOREIGN);
  EXPECT_EQ(status_of_bytes(with_trailer("")), POLICY_FOREIGN);
}

TEST(NoImage, NothingAndTheBeginningOfALibraryAreDamaged) {
  EXPECT_EQ(status_of_bytes(""), POLICY_DAMAGED);
  EXPECT_EQ(status_of_bytes("\x7f"), POLICY_DAMAGED);
  EXPECT_EQ(status_of_bytes("\x7f"
                            "ELF\x02\x01\x01"),
            POLICY_DAMAGED);
}

TEST(NoImage, ATestIsNoImage) {
  const Opened opened = open_image_file("/proc/self/exe", {});
  EXPECT_EQ(opened.status, POLICY_FOREIGN) << opened.error;
  EXPECT_NE(opened.error.find("/proc/self/exe"), std::string::npos);
}

TEST(NoImage, WhatCannotBeReadIsNotReadable) {
  for (const char* path : {"", "/", "/proc/self/nothing", "/dev/null", "."}) {
    const Opened opened = open_image_file(path, {});
    EXPECT_EQ(opened.status, POLICY_NOT_READABLE) << path;
    EXPECT_NE(opened.error.find(path), std::string::npos);
  }
}

TEST(NoImage, AFileThatWouldWaitOrFillAllMemoryIsNotRead) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "no_image";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string pipe = folder / "pipe", large = folder / "large";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(open_image_file(pipe, {}).status, POLICY_NOT_READABLE);
  std::ofstream(large) << "x";
  std::filesystem::resize_file(large, uint64_t{1} << 31);
  EXPECT_EQ(open_image_file(large, {}).status, POLICY_FOREIGN);
  std::filesystem::remove_all(folder);
}

TEST(Trailer, EveryBitOfItCounts) {
  const std::optional<KeyPair> pair = new_key_pair();
  for (const std::string_view key : {std::string_view(), std::string_view(pair->private_key)}) {
    std::string bytes = with_trailer(std::string(500, 'x'), key);
    const std::span<const uint8_t> all(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    ASSERT_EQ(verify_content(all, {}).status, POLICY_OK);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      const VerifiedContent verified = verify_content(all, {});
      EXPECT_NE(verified.status, POLICY_OK) << bit;
      EXPECT_FALSE(verified.error.empty());
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    }
  }
}

TEST(Trailer, KeysDecideWhoIsTrusted) {
  const std::optional<KeyPair> sam = new_key_pair(), ana = new_key_pair();
  const std::string plain = with_trailer("deck"), signed_by_sam = with_trailer("deck", sam->private_key);
  auto status = [](const std::string& bytes, std::vector<Digest> keys) {
    return verify_content({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()},
                          {.keys = std::move(keys), .policy_hash = {}, .layout_hash = {}})
        .status;
  };
  EXPECT_EQ(status(plain, {}), POLICY_OK);
  EXPECT_EQ(status(plain, {sam->public_key}), POLICY_UNTRUSTED);
  EXPECT_EQ(status(plain, {Digest{}}), POLICY_UNTRUSTED) << "the key of nobody signs nothing";
  EXPECT_EQ(status(signed_by_sam, {}), POLICY_OK);
  EXPECT_EQ(status(signed_by_sam, {sam->public_key}), POLICY_OK);
  EXPECT_EQ(status(signed_by_sam, {ana->public_key, sam->public_key}), POLICY_OK);
  EXPECT_EQ(status(signed_by_sam, {ana->public_key}), POLICY_UNTRUSTED);
}

TEST(Trailer, ASignatureOfSomethingElseIsRefusedEvenWithoutKeys) {
  const std::optional<KeyPair> sam = new_key_pair();
  std::string bytes = with_trailer("deck");
  const std::string other = with_trailer("desk", sam->private_key);
  ImageTrailer trailer, stolen;
  std::memcpy(&trailer, bytes.data() + 4, sizeof(trailer));
  std::memcpy(&stolen, other.data() + 4, sizeof(stolen));
  trailer.is_signed = 1;
  trailer.public_key = stolen.public_key;
  trailer.signature = stolen.signature;
  std::memcpy(bytes.data() + 4, &trailer, sizeof(trailer));
  const std::span<const uint8_t> all(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  EXPECT_EQ(verify_content(all, {}).status, POLICY_DAMAGED);
  EXPECT_EQ(verify_content(all, {.keys = {sam->public_key}, .policy_hash = {}, .layout_hash = {}}).status,
            POLICY_DAMAGED);
}

TEST(Trailer, OfALaterVersionIsNewer) {
  std::string bytes = with_trailer("deck");
  ImageTrailer trailer;
  std::memcpy(&trailer, bytes.data() + 4, sizeof(trailer));
  const ImageTrailer before = trailer;
  trailer.abi_version = POLICY_ABI_VERSION + 1;
  std::memcpy(bytes.data() + 4, &trailer, sizeof(trailer));
  EXPECT_EQ(status_of_bytes(bytes), POLICY_NEWER);
  trailer = before;
  trailer.version = kTrailerVersion + 1;
  std::memcpy(bytes.data() + 4, &trailer, sizeof(trailer));
  EXPECT_EQ(status_of_bytes(bytes), POLICY_NEWER);
}

TEST(Trailer, ForNoKeyThereIsNone) { EXPECT_EQ(trailer_for({}, "sam").has_value(), false); }

}  // namespace
}  // namespace policy
