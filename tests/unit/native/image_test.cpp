// Objects and libraries that images are: what they export, how they are mapped, for which processors, and that they are
// the same each time. What their code answers is in tests/differential/image_test.cpp.
#include "compiler/native/image.h"

#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <thread>

#include "compiler/base/limits.h"
#include "compiler/ir/print.h"
#include "compiler/native/link.h"
#include "compiler/native/target.h"
#include "policy/policy.h"
#include "runtime/image/open_image.h"

namespace policyc {
namespace {

constexpr const char* kPolicyHash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

// With a condition on text, so that memcmp is called; and a filter.
constexpr const char* kIr = R"(decision_ir "club"
slots 1
user_layout size 24
  field "region" string @8 bit 0 attribute 0
context_layout size 0
operand o0 record string @8 bit 0
operand o1 user string @8 bit 0
%0 = compare equal o0 o1
%1 = own_row 0
%2 = and %1 %0
%3 = false
graph g0 check %2
  allow owner slot 0 %2
  deny level unless %3
table "trip" owned by user
  layout size 24
  field "region" string @8 bit 0 attribute 0
  decision read g0 base 0 slots 0 1
)";

DecisionIR club() {
  Result<DecisionIR> ir = parse_ir(kIr);
  EXPECT_TRUE(ir) << (ir ? "" : ir.error());
  return ir ? *ir : DecisionIR{};
}

std::string image(const ImageOptions& options = {}) {
  Result<std::string> made = build_image(club(), {kPolicyHash, "policyc 0.1.0"}, options, {});
  EXPECT_TRUE(made) << (made ? "" : made.error());
  return made ? *made : "";
}

std::span<const uint8_t> bytes_in(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Elf64_Ehdr header_of(const std::string& bytes) {
  Elf64_Ehdr header{};
  if (bytes.size() >= sizeof(header)) std::memcpy(&header, bytes.data(), sizeof(header));
  return header;
}

// What `command FILE` prints of these bytes.
std::string printed(const std::string& command, const std::string& bytes) {
  const std::string path = testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
  std::ofstream(path, std::ios::binary) << bytes;
  FILE* pipe = ::popen((command + " " + path).c_str(), "r");
  std::string text;
  char part[256];
  while (pipe != nullptr && std::fgets(part, sizeof(part), pipe) != nullptr) text += part;
  EXPECT_TRUE(pipe != nullptr && ::pclose(pipe) == 0) << command;
  std::remove(path.c_str());
  return text;
}

TEST(Image, OpensAndSaysWhereItIsFrom) {
  const std::string bytes = image();
  const policy::Opened opened = policy::open_image_memory(bytes_in(bytes), {});
  ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
  EXPECT_EQ(opened.build.policy_hash, kPolicyHash);
  EXPECT_EQ(opened.build.compiler, "policyc 0.1.0");
  EXPECT_EQ(opened.build.abi_version, POLICY_ABI_VERSION);
  EXPECT_EQ(opened.build.features, 0u) << "every processor of its kind runs it";
  const policy::DecisionEntry& read = opened.tables->tables[0].decisions[POLICY_RIGHT_read];
  EXPECT_NE(read.check.get(), nullptr);
  EXPECT_NE(read.decide.get(), nullptr);
  EXPECT_NE(read.filter.get(), nullptr);
}

// Its rows are checked one by one, with the same answer.
TEST(Image, ALargeDecisionHasNoFilter) {
  std::string lines = "decision_ir \"club\"\nslots 1\noperand o0 record date @8 bit 0\n%0 = own_row 0\n";
  uint32_t last = 0;
  for (size_t day = 1; day <= limits::kImageFilterQuestions; ++day, last += 2) {
    lines += fmt::format("operand o{0} literal date {0}\n%{1} = compare equal o0 o{0}\n%{2} = or %{3} %{1}\n", day,
                         last + 1, last + 2, last);
  }
  lines += fmt::format("%{0} = false\ngraph g0 check %{1}\n  allow owner slot 0 %{1}\n  deny level unless %{0}\n",
                       last + 1, last);
  const Result<DecisionIR> ir = parse_ir(lines +
                                         "table \"trip\" owned by user\n  layout size 16\n"
                                         "  field \"x\" date @8 bit 0 attribute 0\n"
                                         "  decision read g0 base 0 slots 0 1\n");
  ASSERT_TRUE(ir) << ir.error();
  const Result<std::string> bytes = build_image(*ir, {kPolicyHash, "policyc 0.1.0"}, {}, {});
  ASSERT_TRUE(bytes) << bytes.error();
  const policy::Opened opened = policy::open_image_memory(bytes_in(*bytes), {});
  ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
  const policy::DecisionEntry& read = opened.tables->tables[0].decisions[POLICY_RIGHT_read];
  EXPECT_NE(read.check.get(), nullptr);
  EXPECT_EQ(read.filter.get(), nullptr);
}

TEST(Image, ExportsItsDescriptorAlone) {
  EXPECT_EQ(printed("nm -D --defined-only --format=just-symbols", image()), "policy_image\n");
  const std::string undefined = printed("nm -D --undefined-only --format=just-symbols", image());
  EXPECT_TRUE(undefined == "bcmp\n" || undefined == "memcmp\n") << undefined;
}

TEST(Image, DependsOnNoLibraryAndBindsAtOnce) {
  const std::string dynamic = printed("readelf -dW", image());
  EXPECT_EQ(dynamic.find("(NEEDED)"), std::string::npos) << dynamic;
  EXPECT_EQ(dynamic.find("(TEXTREL)"), std::string::npos) << dynamic;
  EXPECT_NE(dynamic.find("BIND_NOW"), std::string::npos) << dynamic;
  EXPECT_EQ(dynamic.find("(SONAME)"), std::string::npos) << "loaders take libraries of one name for one library";
}

TEST(Image, HasNoPageThatIsWrittenAndRun) {
  for (const char* target : {"x86-64", "aarch64"}) {
    const std::string bytes = image({.target = target, .cpu = {}});
    const Elf64_Ehdr header = header_of(bytes);
    ASSERT_GT(header.e_phnum, 0);
    bool has_plain_stack = false, has_relro = false;
    for (size_t i = 0; i < header.e_phnum; ++i) {
      Elf64_Phdr part;
      std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof(part), sizeof(part));
      EXPECT_NE(part.p_flags & (PF_W | PF_X), static_cast<uint32_t>(PF_W | PF_X)) << target << " segment " << i;
      has_plain_stack = has_plain_stack || (part.p_type == PT_GNU_STACK && (part.p_flags & PF_X) == 0);
      has_relro = has_relro || part.p_type == PT_GNU_RELRO;
    }
    EXPECT_TRUE(has_plain_stack) << target;
    EXPECT_TRUE(has_relro) << target;
  }
}

TEST(Image, IsTheSameEachTime) {
  EXPECT_EQ(image(), image());
  const ImageOptions arm{.target = "aarch64", .cpu = {}};
  EXPECT_EQ(image(arm), image(arm));
  EXPECT_NE(image(), image({.target = {}, .cpu = "native"})) << "it says at least for which processor";
}

TEST(Image, OfEachKindOfProcessor) {
  EXPECT_EQ(header_of(image({.target = "x86-64", .cpu = {}})).e_machine, EM_X86_64);
  EXPECT_EQ(header_of(image({.target = "aarch64", .cpu = {}})).e_machine, EM_AARCH64);
  EXPECT_EQ(header_of(image({.target = "aarch64-alpine-linux-musl", .cpu = {}})).e_machine, EM_AARCH64);
  const Result<std::string> object =
      build_object(club(), {kPolicyHash, "policyc 0.1.0"}, {.target = "aarch64", .cpu = {}});
  ASSERT_TRUE(object) << object.error();
  EXPECT_EQ(header_of(*object).e_machine, EM_AARCH64);
  EXPECT_EQ(header_of(*object).e_type, ET_REL);
}

TEST(Image, OfAnObjectHasOneSymbol) {
  const Result<std::string> object = build_object(club(), {kPolicyHash, "policyc 0.1.0"}, {});
  ASSERT_TRUE(object) << object.error();
  EXPECT_EQ(printed("nm --defined-only --extern-only --format=just-symbols", *object), "club_image\n");
}

TEST(Image, IsReadWithoutBeingMapped) {
  for (const char* target : {"x86-64", "aarch64"}) {
    const std::string bytes = image({.target = target, .cpu = {}});
    const std::string_view content = std::string_view(bytes).substr(0, bytes.size() - sizeof(policy::ImageTrailer));
    const Result<ImageContent> read = read_image(content);
    ASSERT_TRUE(read) << read.error();
    EXPECT_GT(read->code_bytes, 0u);
    const policy::Decoded<policy::ImageFacts> facts = policy::decode_facts(read->facts);
    ASSERT_TRUE(facts) << facts.error;
    EXPECT_EQ(facts.value->tables->policy_name, "club");
    EXPECT_EQ(facts.value->build.policy_hash, kPolicyHash);
    EXPECT_EQ(facts.value->graph_count, 1u);
  }
}

TEST(Image, WhatIsNoneIsNotRead) {
  const std::string bytes = image();
  EXPECT_FALSE(read_image(""));
  EXPECT_FALSE(
      read_image("\x7f"
                 "ELF"));
  EXPECT_FALSE(read_image(kIr));
  const Result<std::string> object = build_object(club(), {kPolicyHash, "policyc 0.1.0"}, {});
  ASSERT_TRUE(object);
  EXPECT_FALSE(read_image(*object)) << "it is not linked";
  for (size_t size = 0; size < bytes.size(); size += 61) (void)read_image(std::string_view(bytes).substr(0, size));
}

// Whatever a byte becomes, reading ends, and facts are what their hash says or none.
TEST(Image, DamageIsNoticedOrHarmless) {
  const std::string bytes = image();
  const Result<ImageContent> sound = read_image(bytes);
  ASSERT_TRUE(sound);
  for (size_t at = 0; at < bytes.size() - sizeof(policy::ImageTrailer); at += 7) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const Result<ImageContent> read = read_image(damaged);
    EXPECT_TRUE(!read || read->facts == sound->facts) << "byte " << at;
  }
}

TEST(Image, IsSignedWhereAKeyIsGiven) {
  const Result<std::string> made = build_image(club(), {kPolicyHash, "policyc 0.1.0"}, {}, "no key");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().find("Ed25519"), std::string::npos);
}

TEST(Targets, UnknownOnesAreNamedWithWhatThereIs) {
  for (const char* kind : {"riscv64", "x86", "i686-pc-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc", "?",
                           "aarch64_be-linux-gnu", "x86_64-linux-gnux32"}) {
    const Result<Target> target = find_target(kind, "");
    ASSERT_FALSE(target) << kind;
    EXPECT_NE(target.error().find(fmt::format("`{}`", kind)), std::string::npos) << target.error();
    EXPECT_NE(target.error().find("aarch64"), std::string::npos) << target.error();
  }
}

TEST(Targets, ProcessorsBelongToTheirKind) {
  EXPECT_EQ(find_target("x86-64", "")->cpu, "x86-64");
  EXPECT_EQ(find_target("aarch64", "")->cpu, "generic");
  EXPECT_EQ(find_target("x86-64", "x86-64-v2")->features, "+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt");
  EXPECT_TRUE(find_target("x86-64", "x86-64-v4"));
  EXPECT_TRUE(find_target("", "native"));
  EXPECT_FALSE(find_target("aarch64", "x86-64-v2"));
  EXPECT_FALSE(find_target("x86-64", "pentium"));
  EXPECT_FALSE(find_target("x86-64", "generic"));
#if defined(__x86_64__)
  EXPECT_FALSE(find_target("aarch64", "native")) << "this machine is none";
#else
  EXPECT_FALSE(find_target("x86-64", "native")) << "this machine is none";
#endif
}

TEST(Targets, LevelsSayWhatTheyNeed) {
  const std::string bytes = image({.target = "x86-64", .cpu = "x86-64-v3"});
  const Result<ImageContent> read = read_image(bytes);
  ASSERT_TRUE(read) << read.error();
  const policy::Decoded<policy::ImageFacts> facts = policy::decode_facts(read->facts);
  ASSERT_TRUE(facts) << facts.error;
  EXPECT_EQ(facts.value->build.features, 0x7ffu);
  EXPECT_EQ(facts.value->build.cpu, "x86-64-v3");
}

TEST(Linking, SaysWhatIsWrong) {
  const Result<std::string> linked = link_library("no object file");
  ASSERT_FALSE(linked);
  EXPECT_NE(linked.error().find("linking failed"), std::string::npos) << linked.error();
  EXPECT_FALSE(image().empty()) << "and goes on";
}

TEST(Linking, ThreadsTakeTurns) {
  const std::string expected = image();
  std::vector<std::string> made(4);
  std::vector<std::thread> threads;
  for (std::string& one : made) threads.emplace_back([&one] { one = image(); });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& one : made) EXPECT_EQ(one, expected);
}

}  // namespace
}  // namespace policyc
