// Machine code that is kept: found again, never taken where it was damaged or is somebody else's, and bounded.
#include "compiler/native/cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "compiler/ir/print.h"
#include "compiler/native/program.h"

namespace policyc {
namespace {

namespace fs = std::filesystem;

class Cache : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "policyc-cache-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    above_ = pattern;
    folder_ = (above_ / "code").string();
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(above_, ignored);
  }

  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) found.push_back(entry.path());
    return found;
  }

  fs::path above_;
  std::string folder_;
};

std::string bytes_of(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void write_bytes(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

TEST_F(Cache, FindsWhatWasStored) {
  std::optional<CodeCache> cache = CodeCache::open(folder_);
  ASSERT_TRUE(cache);
  const std::string key = cache_key({"llvm 1", "module"});
  EXPECT_FALSE(cache->find(key));
  const std::string object("\0code\n", 6);
  cache->store(key, object);
  EXPECT_EQ(cache->find(key), object);
  EXPECT_EQ(CodeCache::open(folder_)->find(key), object);
  EXPECT_FALSE(cache->find(cache_key({"llvm 2", "module"})));
  cache->store(key, "other");
  EXPECT_EQ(cache->find(key), "other");
  EXPECT_EQ(files().size(), 1u) << "nothing unfinished stays";
}

TEST_F(Cache, KeysKeepPartsApart) {
  EXPECT_NE(cache_key({"ab", "c"}), cache_key({"a", "bc"}));
  EXPECT_NE(cache_key({"ab"}), cache_key({"ab", ""}));
  EXPECT_EQ(cache_key({"ab", "c"}), cache_key({"ab", "c"}));
}

TEST_F(Cache, IsClosedToOthers) {
  std::optional<CodeCache> cache = CodeCache::open(folder_);
  ASSERT_TRUE(cache);
  cache->store(cache_key({"x"}), "code");
  struct stat status{};
  ASSERT_EQ(::stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat(files().at(0).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Cache, TakesNothingThatIsDamaged) {
  std::optional<CodeCache> cache = CodeCache::open(folder_);
  ASSERT_TRUE(cache);
  const std::string key = cache_key({"x"}), object(2000, 'c');
  cache->store(key, object);
  const fs::path file = files().at(0);
  const std::string whole = bytes_of(file);
  for (size_t at = 0; at < whole.size(); at += at < 200 ? 1 : 50) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_bytes(file, damaged);
    ASSERT_FALSE(cache->find(key)) << at;
  }
  for (size_t size : {size_t{0}, size_t{10}, size_t{100}, whole.size() - 1}) {
    write_bytes(file, whole.substr(0, size));
    ASSERT_FALSE(cache->find(key)) << size;
  }
  write_bytes(file, whole + "x");
  EXPECT_FALSE(cache->find(key));
  cache->store(key, object);
  EXPECT_EQ(cache->find(key), object) << "and it is replaced";
}

TEST_F(Cache, TakesNothingUnderAnotherName) {
  std::optional<CodeCache> cache = CodeCache::open(folder_);
  ASSERT_TRUE(cache);
  cache->store(cache_key({"x"}), "code");
  fs::copy_file(files().at(0), fs::path(folder_) / cache_key({"y"}));
  EXPECT_FALSE(cache->find(cache_key({"y"})));
  EXPECT_FALSE(cache->find("../" + cache_key({"x"}))) << "only keys name files";
}

TEST_F(Cache, TakesNoFileThatOthersMayWriteAndNoLink) {
  std::optional<CodeCache> cache = CodeCache::open(folder_);
  ASSERT_TRUE(cache);
  const std::string key = cache_key({"x"});
  cache->store(key, "code");
  const fs::path file = files().at(0);
  ASSERT_EQ(::chmod(file.c_str(), 0620), 0);
  EXPECT_FALSE(cache->find(key));
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_TRUE(cache->find(key));
  fs::rename(file, above_ / "elsewhere");
  fs::create_symlink(above_ / "elsewhere", file);
  EXPECT_FALSE(cache->find(key));
  fs::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_FALSE(cache->find(key)) << "and it does not wait for a writer";
}

TEST_F(Cache, RefusesFoldersThatCannotBeTrusted) {
  EXPECT_FALSE(CodeCache::open(""));
  EXPECT_FALSE(CodeCache::open((above_ / "none" / "code").string())) << "only the last folder is made";
  fs::create_directory(above_ / "open");
  for (mode_t mode : {0750u, 0701u, 0770u, 01777u}) {
    ASSERT_EQ(::chmod((above_ / "open").c_str(), mode), 0);
    EXPECT_FALSE(CodeCache::open((above_ / "open").string())) << std::oct << mode;
  }
  ASSERT_EQ(::chmod((above_ / "open").c_str(), 0700), 0);
  EXPECT_TRUE(CodeCache::open((above_ / "open").string()));
  fs::create_symlink(above_ / "open", above_ / "link");
  EXPECT_FALSE(CodeCache::open((above_ / "link").string()));
  write_bytes(above_ / "file", "");
  EXPECT_FALSE(CodeCache::open((above_ / "file").string()));
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown((above_ / "open").c_str(), 12345, 12345), 0);
    EXPECT_FALSE(CodeCache::open((above_ / "open").string())) << "another user's";
  }
}

TEST_F(Cache, WhatWasNotUsedForLongestGoesFirst) {
  std::optional<CodeCache> cache = CodeCache::open(folder_, 10'000);
  ASSERT_TRUE(cache);
  for (int i = 0; i < 8; ++i) {
    const std::string key = cache_key({fmt::format("{}", i)});
    cache->store(key, std::string(1'500, 'c'));
    const timespec times[2] = {{1000 + i, 0}, {1000 + i, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (fs::path(folder_) / key).c_str(), times, 0), 0);
  }
  EXPECT_TRUE(cache->find(cache_key({"0"}))) << "and now it was used";
  cache->trim();
  EXPECT_TRUE(cache->find(cache_key({"0"})));
  EXPECT_FALSE(cache->find(cache_key({"1"})));
  EXPECT_TRUE(cache->find(cache_key({"7"})));
  uint64_t total = 0;
  for (const fs::path& file : files()) total += fs::file_size(file);
  EXPECT_LE(total, 10'000u);
}

TEST_F(Cache, ForgetsWhatWasNeverFinished) {
  std::optional<CodeCache> cache = CodeCache::open(folder_);
  ASSERT_TRUE(cache);
  const fs::path begun = fs::path(folder_) / ".new-1-0", other = fs::path(folder_) / "notes";
  write_bytes(begun, "half");
  write_bytes(other, "not ours");
  cache->trim();
  EXPECT_TRUE(fs::exists(begun)) << "somebody may still be writing";
  fs::last_write_time(begun, fs::file_time_type::clock::now() - std::chrono::hours(2));
  cache->trim();
  EXPECT_FALSE(fs::exists(begun));
  EXPECT_TRUE(fs::exists(other));
}

// Everybody stores and finds the same few keys; whatever is found is whole.
int store_and_find(const std::string& folder, int rounds) {
  std::optional<CodeCache> cache = CodeCache::open(folder);
  if (!cache) return 1;
  for (int i = 0; i < rounds; ++i) {
    const std::string key = cache_key({fmt::format("{}", i % 3)});
    const std::string object(static_cast<size_t>(20'000 + i % 3), static_cast<char>('a' + i % 3));
    cache->store(key, object);
    const std::optional<std::string> found = cache->find(key);
    if (found && *found != object) return 2;
    if (i % 10 == 0) cache->trim();
  }
  return 0;
}

TEST_F(Cache, ProcessesAndThreadsShareAFolder) {
  ASSERT_TRUE(CodeCache::open(folder_));
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(store_and_find(folder_, 200));
    children.push_back(child);
  }
  int of_thread = -1;
  std::thread thread([&] { of_thread = store_and_find(folder_, 200); });
  EXPECT_EQ(store_and_find(folder_, 200), 0);
  thread.join();
  EXPECT_EQ(of_thread, 0);
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
}

TEST_F(Cache, ProgramsAreBuiltFromIt) {
  Result<DecisionIR> ir = parse_ir(
      "decision_ir \"x\"\nslots 1\n%0 = own_row 0\n%1 = false\ngraph g0 check %0\n  allow owner slot 0 %0\n"
      "  deny level unless %1\ntable \"t\" owned by user\n  layout size 0\n  decision read g0 base 0 slots 0 1\n");
  ASSERT_TRUE(ir) << ir.error();
  auto build = [&] {
    Result<Program> program = compile_program(*ir, {.cache_folder = folder_});
    EXPECT_TRUE(program);
    Result<CompileReport> report = program->wait();
    EXPECT_TRUE(report) << (report ? "" : report.error());
    EXPECT_EQ(report->functions, 2u);
    EXPECT_TRUE(program->tables().tables[0].decisions[POLICY_RIGHT_read].check.get() != nullptr);
    return *report;
  };
  const CompileReport first = build();
  EXPECT_EQ(first.parts_from_cache, 0u);
  const CompileReport second = build();
  EXPECT_EQ(second.parts_compiled, 0u);
  EXPECT_EQ(second.parts_from_cache, first.parts_compiled);
  EXPECT_EQ(second.code_bytes, first.code_bytes);
  for (const fs::path& file : files()) {
    std::string bytes = bytes_of(file);
    for (size_t at = 0; at < bytes.size(); at += 100) bytes[at] = static_cast<char>(~bytes[at]);
    write_bytes(file, bytes);
  }
  EXPECT_EQ(build().parts_from_cache, 0u) << "damaged";
  EXPECT_EQ(build().parts_compiled, 0u) << "and replaced";
  ir->policy_name = "y";
  EXPECT_EQ(build().parts_compiled, 0u) << "another policy with the same decisions";
}

}  // namespace
}  // namespace policyc
