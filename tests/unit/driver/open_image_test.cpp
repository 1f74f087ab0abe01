// Images as `policyc build` makes them, opened as they are and after everything that may happen to a file.
#include "runtime/image/open_image.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "compiler/driver/compile.h"
#include "compiler/driver/policy_hash.h"
#include "compiler/native/entries.h"
#include "compiler/native/image.h"
#include "runtime/image/digest.h"
#include "runtime/image/elf_check.h"
#include "runtime/image/layout_hash.h"

namespace policyc {
namespace {

using policy::KeyPair;
using policy::Opened;
using policy::Trust;

std::span<const uint8_t> bytes_in(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

constexpr std::string_view kPolicy = R"(policy harbour follows guide
privilege print
user { town: string }
table trip owned by user {
  place: string
  km: decimal
  fee: money secured
}
table log owned by user
relationship trip_log: log.trip -> trip parental
role skipper {
  trip: create, read at user
        write at business_unit
        delete at organization when record.place == "harbour" and record.km < 500
        share at organization when record.place == user.town
  log: all at user
  privilege print
}
column_profile treasurer { trip.fee: read, update }
flow audit on update of trip {
  owner soul
  trigger via roohi run as record_owner
  note: create log as invoker
}
)";

struct Built {
  DecisionIR ir;
  std::string policy_hash;

  std::string image(std::string_view key = {}, const ImageOptions& options = {}) const {
    Result<std::string> built = build_image(ir, {policy_hash, "policyc 0.1.0"}, options, key);
    EXPECT_TRUE(built) << (built ? "" : built.error());
    return built ? *built : "";
  }
};

Built build_text(std::string_view text) {
  const Compilation compiled = compile_text("harbour.policy", std::string(text), std::nullopt);
  EXPECT_TRUE(compiled.policy);
  return {decision_ir(*compiled.policy, compiled.sources), policy_hash(*compiled.policy)};
}

#if defined(__x86_64__)
constexpr const char* kOtherTarget = "aarch64";
constexpr uint32_t kCallsToFind = R_X86_64_IRELATIVE;
#else
constexpr const char* kOtherTarget = "x86-64";
constexpr uint32_t kCallsToFind = R_AARCH64_IRELATIVE;
#endif

// Linking takes its time, so one image serves all tests.
const Built& harbour() {
  static const Built built = build_text(kPolicy);
  return built;
}
const std::string& image() {
  static const std::string built = harbour().image();
  return built;
}
std::string content_of(const std::string& bytes) {
  return bytes.substr(0, bytes.size() - sizeof(policy::ImageTrailer));
}

// As a forger would: what was changed gets a hash of its own.
std::string with_hash(std::string content, std::string_view key = {}) {
  const std::optional<policy::ImageTrailer> trailer = policy::trailer_for(bytes_in(content), key);
  content.append(reinterpret_cast<const char*>(&trailer.value()), sizeof(*trailer));
  return content;
}

Opened open_bytes(const std::string& bytes, const Trust& trust = {}) {
  Opened opened = policy::open_image_memory(bytes_in(bytes), trust);
  EXPECT_EQ(opened.status == POLICY_OK, opened.error.empty()) << opened.error;
  EXPECT_EQ(opened.status == POLICY_OK, opened.tables != nullptr);
  return opened;
}
policy_status status_of(const std::string& bytes, const Trust& trust = {}) { return open_bytes(bytes, trust).status; }

// Nobody has any right, whoever asks.
void expect_denials(const policy::ProgramTables& tables) {
  const std::vector<policy_reach> reaches(tables.slot_count);
  const std::vector<uint8_t> attributes(tables.user_attribute_bytes + 8);
  policy_subject subject{};
  subject.struct_size = sizeof(subject);
  subject.user = POLICY_PRINCIPAL(POLICY_USER, 1);
  subject.slot_count = tables.slot_count;
  subject.reaches = reaches.data();
  subject.attributes = attributes.data();
  policy_context context{};
  context.struct_size = sizeof(context);
  const std::vector<uint8_t> of_context(4096);
  context.attributes = of_context.data();
  for (const policy::TableEntry& table : tables.tables) {
    std::vector<uint64_t> row((sizeof(policy_record) + table.attribute_bytes) / 8 + 1);
    const auto* record = reinterpret_cast<const policy_record*>(row.data());
    for (const policy::DecisionEntry& decision : table.decisions) {
      if (!decision.is_taken()) continue;
      EXPECT_EQ(decision.check.get()(&subject, reaches.data() + decision.base, record, &context), 0);
      EXPECT_NE(decision.decide.get()(&subject, reaches.data() + decision.base, record, &context), 0u);
    }
  }
}

class OpenImage : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("open_image_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    return path;
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(OpenImage, GivesTheTablesOfThePolicyWithCode) {
  const Opened opened = policy::open_image_file(write("harbour.so", image()), {});
  ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
  const policy::ProgramTables made = entries_without_code(harbour().ir);
  EXPECT_EQ(encode_facts(*opened.tables, opened.build), encode_facts(made, opened.build));
  EXPECT_EQ(opened.layout_hash, policy::layout_hash(made));
  EXPECT_EQ(opened.build.policy_hash, harbour().policy_hash);
  EXPECT_EQ(opened.build.abi_version, POLICY_ABI_VERSION);
  EXPECT_EQ(opened.build.compiler, "policyc 0.1.0");
  EXPECT_EQ(opened.signer, "");
  for (const policy::TableEntry& table : opened.tables->tables) {
    for (const policy::DecisionEntry& decision : table.decisions) {
      if (!decision.is_taken()) continue;
      EXPECT_NE(decision.check.get(), nullptr);
      EXPECT_NE(decision.decide.get(), nullptr);
    }
  }
  const policy::StepEntry& note = opened.tables->flows.at(0).steps.at(0);
  const policy_principal owner = POLICY_PRINCIPAL(POLICY_USER, 7);
  EXPECT_EQ(note.run_as.get()(POLICY_PRINCIPAL(POLICY_USER, 3), owner, 0), owner);
  expect_denials(*opened.tables);
}

TEST_F(OpenImage, FactsOfEveryPolicyAreSound) {
  size_t count = 0;
  for (const char* folder : {"stdlib-policies", "tests/language"}) {
    const std::filesystem::path below = std::filesystem::path(POLICYC_SOURCE_DIR) / folder;
    for (const auto& file : std::filesystem::recursive_directory_iterator(below)) {
      if (!file.is_regular_file() || file.path().extension() != ".policy") continue;
      const Result<Compilation> compiled = compile_file(file.path().string());
      if (!compiled || !compiled->policy) continue;
      const policy::ProgramTables tables = entries_without_code(decision_ir(*compiled->policy, compiled->sources));
      const policy::BuildInfo build{.abi_version = POLICY_ABI_VERSION, .policy_hash = std::string(64, '0')};
      const std::vector<uint8_t> bytes = encode_facts(tables, build);
      const policy::Decoded<policy::ImageFacts> facts = policy::decode_facts(bytes);
      EXPECT_TRUE(facts) << file.path() << ": " << facts.error;
      if (!facts) continue;
      EXPECT_EQ(encode_facts(*facts.value->tables, build), bytes) << file.path();
      ++count;
    }
  }
  EXPECT_GT(count, 50u);
}

TEST_F(OpenImage, EveryTruncationIsDamaged) {
  const std::string& whole = image();
  std::mt19937_64 random(1);
  std::vector<size_t> sizes = {0, 1, 3, 4, 63, 64, 65, 4096, whole.size() - sizeof(policy::ImageTrailer)};
  for (size_t size = whole.size() - 200; size < whole.size(); ++size) sizes.push_back(size);
  for (int i = 0; i < 300; ++i) sizes.push_back(random() % whole.size());
  for (const size_t size : sizes) {
    EXPECT_EQ(status_of(whole.substr(0, size)), POLICY_DAMAGED) << size << " of " << whole.size();
  }
  EXPECT_EQ(status_of(whole + '\0'), POLICY_DAMAGED);
}

TEST_F(OpenImage, EveryBitFlipIsRefused) {
  const KeyPair keys = policy::new_key_pair().value();
  for (std::string bytes : {image(), harbour().image(keys.private_key)}) {
    std::mt19937_64 random(2);
    for (int run = 0; run < 10'000; ++run) {
      const size_t bit = random() % (bytes.size() * 8);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      const policy_status status = policy::open_image_memory(bytes_in(bytes), {}).status;
      EXPECT_TRUE(status == POLICY_DAMAGED || status == POLICY_NEWER) << "bit " << bit << ": " << status;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    }
  }
}

// With the hash made right again, whatever is accepted must be an image still; nothing may crash.
TEST_F(OpenImage, ForgedFactsAreRefusedOrConsistent) {
  const std::string content = content_of(image());
  const Opened whole = open_bytes(image());
  const std::vector<uint8_t> facts = encode_facts(*whole.tables, whole.build);
  const size_t at = content.find(std::string(facts.begin(), facts.end()));
  const policy::Digest hash = policy::sha256(facts);
  const size_t hash_at = content.find(std::string(hash.begin(), hash.end()));
  ASSERT_TRUE(at != std::string::npos && hash_at != std::string::npos);
  std::mt19937_64 random(3);
  for (int run = 0; run < 2'000; ++run) {
    std::string forged = content;
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      forged[at + random() % facts.size()] = static_cast<char>(random());
    }
    const policy::Digest of_forged = policy::sha256(bytes_in(forged).subspan(at, facts.size()));
    std::memcpy(forged.data() + hash_at, of_forged.data(), of_forged.size());
    open_bytes(with_hash(forged));
  }
}

// The same anywhere outside of code.
TEST_F(OpenImage, ForgedLibrariesDoNotCrashTheLoader) {
  const std::string content = content_of(image());
  std::mt19937_64 random(4);
  const policy::CheckedLibrary whole = policy::check_library(bytes_in(content));
  ASSERT_EQ(whole.status, POLICY_OK) << whole.error;
  auto is_code = [&](size_t at) {
    return std::ranges::any_of(whole.segments, [&](const policy::Segment& part) {
      return part.is_executable && at >= part.offset && at < part.offset + part.file_size;
    });
  };
  size_t opened = 0;
  for (int run = 0; run < 5'000; ++run) {
    std::string forged = content;
    // Headers at the front, dynamic section and relocations behind it, are a small part of all bytes.
    const size_t range = run % 2 == 0 ? std::min<size_t>(2048, forged.size()) : forged.size();
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      const size_t at = random() % range;
      if (!is_code(at)) forged[at] = static_cast<char>(random() % 2 == 0 ? random() : forged[at] ^ 1 << random() % 8);
    }
    if (open_bytes(with_hash(forged)).status == POLICY_OK) ++opened;
  }
  RecordProperty("opened", std::to_string(opened));
}

TEST_F(OpenImage, OfAnotherProcessorIsForeign) {
  const std::string there = kOtherTarget;
  const Opened opened = open_bytes(harbour().image({}, {.target = there, .cpu = {}}));
  EXPECT_EQ(opened.status, POLICY_FOREIGN) << opened.error;
  EXPECT_NE(opened.error.find(there), std::string::npos) << opened.error;
}

TEST_F(OpenImage, StrippedIsDamaged) {
  const std::string path = write("harbour.so", image());
  const std::string command = "strip '" + path + "' 2>/dev/null";
  if (const int code = std::system(command.c_str()); !WIFEXITED(code) || WEXITSTATUS(code) != 0) {
    GTEST_SKIP() << "there is no strip";
  }
  const Opened opened = policy::open_image_file(path, {});
  EXPECT_EQ(opened.status, POLICY_DAMAGED);
  EXPECT_NE(opened.error.find("strip"), std::string::npos) << opened.error;
}

TEST_F(OpenImage, OfALaterVersionIsNewer) {
  std::string bytes = image();
  const size_t at = bytes.size() - sizeof(policy::ImageTrailer) + offsetof(policy::ImageTrailer, abi_version);
  bytes[at] = POLICY_ABI_VERSION + 1;
  EXPECT_EQ(status_of(bytes), POLICY_NEWER);
}

TEST_F(OpenImage, HashesMustBeThoseAskedFor) {
  const std::string layout = policy::layout_hash(entries_without_code(harbour().ir));
  const std::string other(64, 'e');
  EXPECT_EQ(status_of(image(), {{}, harbour().policy_hash, layout}), POLICY_OK);
  EXPECT_EQ(status_of(image(), {{}, other, {}}), POLICY_MISMATCH);
  EXPECT_EQ(status_of(image(), {{}, {}, other}), POLICY_MISMATCH);
  const std::string error = open_bytes(image(), {{}, {}, other}).error;
  EXPECT_TRUE(error.find(layout) != std::string::npos && error.find(other) != std::string::npos) << error;
}

TEST_F(OpenImage, KeysDecideWhoIsTrusted) {
  const KeyPair sam = policy::new_key_pair().value(), ana = policy::new_key_pair().value();
  const std::string by_sam = harbour().image(sam.private_key);
  EXPECT_EQ(open_bytes(by_sam, {{sam.public_key}, {}, {}}).signer, policy::hexadecimal(sam.public_key));
  EXPECT_EQ(open_bytes(by_sam).signer, policy::hexadecimal(sam.public_key));
  EXPECT_EQ(status_of(by_sam, {{ana.public_key}, {}, {}}), POLICY_UNTRUSTED);
  EXPECT_EQ(status_of(image(), {{sam.public_key}, {}, {}}), POLICY_UNTRUSTED);
}

TEST_F(OpenImage, ASignatureOfAnotherImageIsRefused) {
  const KeyPair sam = policy::new_key_pair().value();
  const std::string other = build_text("policy other follows guide\ntable boat owned by user\n").image(sam.private_key);
  const std::string content = content_of(image());
  policy::ImageTrailer swapped = policy::trailer_for(bytes_in(content), sam.private_key).value(), of_other;
  std::memcpy(&of_other, other.data() + content_of(other).size(), sizeof(of_other));
  swapped.signature = of_other.signature;
  const std::string bytes = content + std::string(reinterpret_cast<const char*>(&swapped), sizeof(swapped));
  EXPECT_EQ(status_of(bytes), POLICY_DAMAGED);
  EXPECT_EQ(status_of(bytes, {{sam.public_key}, {}, {}}), POLICY_DAMAGED);
  EXPECT_EQ(status_of(with_hash(content, sam.private_key), {{sam.public_key}, {}, {}}), POLICY_OK);
}

TEST_F(OpenImage, GoesOnWhenItsFileIsReplaced) {
  const std::string path = write("harbour.so", image());
  const Opened opened = policy::open_image_file(path, {});
  ASSERT_EQ(opened.status, POLICY_OK);
  write("harbour.so", std::string(image().size(), '\xcc'));
  expect_denials(*opened.tables);
  std::filesystem::remove(path);
  expect_denials(*opened.tables);
  EXPECT_EQ(policy::open_image_file(path, {}).status, POLICY_NOT_READABLE);
}

// The system's loader knows libraries by their file's name, which is that of a number that is used again.
TEST_F(OpenImage, ManyAtOnceAreEachTheirOwn) {
  std::vector<Opened> all;
  for (int i = 0; i < 20; ++i) all.push_back(open_bytes(image()));
  std::vector<policy_check_function> seen;
  for (const Opened& opened : all) {
    ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
    seen.push_back(opened.tables->tables[0].decisions[POLICY_RIGHT_read].check.get());
  }
  std::ranges::sort(seen);
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  all.erase(all.begin(), all.begin() + 10);
  const std::string other = build_text("policy other follows guide\ntable boat owned by user\n").image();
  for (int i = 0; i < 20; ++i) {
    const Opened opened = open_bytes(other);
    ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
    EXPECT_EQ(opened.tables->tables[0].name, "boat");
  }
  for (const Opened& opened : all) expect_denials(*opened.tables);
}

TEST_F(OpenImage, EightThreadsOpenAndCloseAtOnce) {
  const std::string path = write("harbour.so", image());
  std::atomic<int> fine{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int run = 0; run < 50; ++run) {
        const Opened opened = policy::open_image_file(path, {});
        if (opened.status != POLICY_OK) continue;
        expect_denials(*opened.tables);
        ++fine;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(fine, 400);
}

TEST_F(OpenImage, NothingIsLeftOpen) {
  auto open_files = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  open_bytes(image());
  const auto before = open_files();
  for (int i = 0; i < 10; ++i) {
    open_bytes(image());
    open_bytes(content_of(image()));
    open_bytes(image(), {{}, std::string(64, 'e'), {}});
  }
  EXPECT_EQ(open_files(), before);
}

// --- Libraries that ask the system's loader for more than an image does

class ForgedLibrary : public ::testing::Test {
 protected:
  template <typename Struct>
  Struct* at(uint64_t offset) {
    return reinterpret_cast<Struct*>(content.data() + offset);
  }
  Elf64_Phdr* part(uint32_t type) {
    Elf64_Phdr* headers = at<Elf64_Phdr>(at<Elf64_Ehdr>(0)->e_phoff);
    for (int i = 0; i < at<Elf64_Ehdr>(0)->e_phnum; ++i) {
      if (headers[i].p_type == type) return headers + i;
    }
    return nullptr;
  }
  Elf64_Dyn* entry(int64_t tag) {
    for (Elf64_Dyn* found = at<Elf64_Dyn>(part(PT_DYNAMIC)->p_offset); found->d_tag != DT_NULL; ++found) {
      if (found->d_tag == tag) return found;
    }
    return nullptr;
  }
  // Tables of symbols and relocations lie in the first part, in which addresses are offsets.
  template <typename Struct>
  Struct* table(int64_t tag) {
    return at<Struct>(entry(tag)->d_un.d_val);
  }
  void expect_refused(std::string_view why) {
    const Opened opened = open_bytes(with_hash(content));
    EXPECT_NE(opened.status, POLICY_OK);
    EXPECT_NE(opened.error.find(why), std::string::npos) << opened.error;
    content = content_of(image());
  }

  std::string content = content_of(image());
};

TEST_F(ForgedLibrary, IsWhatItWasBeforeItWasForged) { EXPECT_EQ(status_of(with_hash(content)), POLICY_OK); }

TEST_F(ForgedLibrary, RunsNothingWhileItIsOpened) {
  for (const int64_t tag : {DT_INIT, DT_FINI, DT_INIT_ARRAY, DT_FINI_ARRAY, DT_PREINIT_ARRAY}) {
    entry(DT_RELACOUNT)->d_tag = tag;
    expect_refused("asked for more");
  }
}

TEST_F(ForgedLibrary, LoadsNoOthers) {
  for (const int64_t tag :
       {int64_t{DT_NEEDED}, int64_t{DT_AUDIT}, int64_t{DT_FILTER}, int64_t{DT_AUXILIARY}, int64_t{DT_RPATH},
        int64_t{DT_TEXTREL}, int64_t{DT_HASH}, int64_t{DT_RELR}, int64_t{DT_VERSYM}}) {
    entry(DT_RELACOUNT)->d_tag = tag;
    expect_refused("asked for more");
  }
  entry(DT_RELACOUNT)->d_tag = DT_FLAGS_1;
  entry(DT_FLAGS_1)->d_un.d_val = DF_1_GLOBAL;
  expect_refused("");
}

// The loader would take it for another library that is asked for by that name.
TEST_F(ForgedLibrary, IsNotCalledByAPath) {
  const size_t name = content.find(std::string("\0bcmp\0", 6)) + 1;
  for (const auto& [text, why] : {std::pair("/fd7", "of a path"), std::pair("fd_7", "a symbol `fd_7`")}) {
    entry(DT_RELACOUNT)->d_un.d_val = name - entry(DT_STRTAB)->d_un.d_val;
    entry(DT_RELACOUNT)->d_tag = DT_SONAME;
    content.replace(name, 4, text);
    expect_refused(why);
  }
}

TEST_F(ForgedLibrary, WritesNoCode) {
  part(PT_LOAD)->p_flags = PF_R | PF_W | PF_X;
  expect_refused("written and executed");
  part(PT_GNU_STACK)->p_flags |= PF_X;
  expect_refused("stack");
  part(PT_GNU_STACK)->p_type = PT_NULL;
  expect_refused("stack");
}

TEST_F(ForgedLibrary, StaysWithinItsFile) {
  part(PT_LOAD)->p_filesz = content.size() + 1;
  expect_refused("within the file");
  part(PT_LOAD)->p_memsz = uint64_t{1} << 62;
  expect_refused("within the file");
  part(PT_LOAD)->p_offset = ~uint64_t{0};
  expect_refused("within the file");
  at<Elf64_Ehdr>(0)->e_phoff = ~uint64_t{7};
  expect_refused("program headers");
  at<Elf64_Ehdr>(0)->e_phnum = 60'000;
  expect_refused("program headers");
  part(PT_DYNAMIC)->p_vaddr = uint64_t{1} << 40;
  expect_refused("dynamic section");
  part(PT_DYNAMIC)->p_type = PT_TLS;
  expect_refused("part of kind");
  entry(DT_STRSZ)->d_un.d_val = uint64_t{1} << 40;
  expect_refused("texts");
  entry(DT_SYMTAB)->d_un.d_val = uint64_t{1} << 40;
  expect_refused("symbols");
  entry(DT_GNU_HASH)->d_un.d_val += 4;
  expect_refused("symbols");
}

TEST_F(ForgedLibrary, NamesWhatItMay) {
  table<Elf64_Sym>(DT_SYMTAB)[1].st_name = 0x7fffffff;
  expect_refused("symbols");
  // Bytes are compared by the host's `bcmp`, and by nothing else of it.
  const size_t name = content.find(std::string("\0bcmp\0", 6));
  ASSERT_NE(name, std::string::npos);
  content.replace(name + 1, 4, "kill");
  expect_refused("a symbol `kill`");
  content.replace(content.find(std::string("\0policy_image\0", 14)) + 1, 6, "police");
  expect_refused("a symbol `police_image`");
}

TEST_F(ForgedLibrary, HasNoSymbolsThatAreCalledToBeFound) {
  Elf64_Sym* symbols = table<Elf64_Sym>(DT_SYMTAB);
  const char* texts = table<char>(DT_STRTAB);
  size_t number = 1;
  while (std::strcmp(texts + symbols[number].st_name, "policy_image") != 0) ++number;
  for (const unsigned type : {STT_GNU_IFUNC, STT_TLS, STT_FUNC}) {
    Elf64_Sym* found = table<Elf64_Sym>(DT_SYMTAB) + number;
    found->st_info = ELF64_ST_INFO(STB_GLOBAL, type);
    expect_refused("a symbol `policy_image`");
  }
  table<Elf64_Sym>(DT_SYMTAB)[number].st_value = uint64_t{1} << 40;
  expect_refused("a symbol `policy_image`");
  table<Elf64_Sym>(DT_SYMTAB)[number].st_size = 8;
  expect_refused("a symbol `policy_image`");
}

TEST_F(ForgedLibrary, RelocatesOnlyItself) {
  table<Elf64_Rela>(DT_RELA)->r_info = ELF64_R_INFO(0, kCallsToFind);
  expect_refused("relocation");
  table<Elf64_Rela>(DT_RELA)->r_offset = 0;
  expect_refused("relocation");
  table<Elf64_Rela>(DT_RELA)->r_offset = part(PT_DYNAMIC)->p_vaddr + 8;
  expect_refused("relocation");
  table<Elf64_Rela>(DT_RELA)->r_addend = int64_t{1} << 40;
  expect_refused("relocation");
  entry(DT_RELACOUNT)->d_un.d_val = uint64_t{1} << 40;
  expect_refused("relocations");
  entry(DT_RELASZ)->d_un.d_val -= 1;
  expect_refused("relocations");
}

}  // namespace
}  // namespace policyc
