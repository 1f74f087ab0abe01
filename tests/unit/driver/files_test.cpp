// Files as the tool reads and writes them: whole or not at all, and none that was not named.
#include "compiler/driver/files.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

namespace fs = std::filesystem;

class Files : public CommandTest {
 protected:
  std::string text_of(const std::string& name) const { return *read_text_file(path(name)); }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(path(""))) found.insert(entry.path().filename());
    return found;
  }
  mode_t mode_of(const std::string& name) const {
    struct stat status{};
    EXPECT_EQ(::stat(path(name).c_str(), &status), 0);
    return status.st_mode & 07777;
  }
};

TEST_F(Files, AFileOfAnotherNameIsLeftAlone) {
  write("club.h.part", "a user's own");
  fs::create_symlink(path("club.h.part"), path(fmt::format(".policyc-{}-0.part", ::getpid())));
  ASSERT_TRUE(write_text_file(path("club.h"), "text"));
  EXPECT_EQ(text_of("club.h"), "text");
  EXPECT_EQ(text_of("club.h.part"), "a user's own");
}

TEST_F(Files, NothingStaysWhereWritingFails) {
  fs::create_directory(path("folder"));
  EXPECT_EQ(write_text_file(path("folder"), "text").error(), "is a folder");
  EXPECT_EQ(write_text_file("/dev/full", "text").error(), "No space left on device");
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit few{16, before.rlim_max};
  const auto handled = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &few), 0);
  const Result<bool> written = write_text_file(path("long.h"), std::string(100, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handled);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error(), "File too large");
  EXPECT_EQ(names(), std::set<std::string>{"folder"});
}

TEST_F(Files, WhatIsReplacedKeepsItsMode) {
  write("club.so", "before");
  ASSERT_EQ(::chmod(path("club.so").c_str(), 0751), 0);
  ASSERT_TRUE(write_text_file(path("club.so"), "after"));
  EXPECT_EQ(text_of("club.so"), "after");
  EXPECT_EQ(mode_of("club.so"), 0751u);
}

TEST_F(Files, WhatIsReplacedKeepsItsOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  write("club.so", "before");
  ASSERT_EQ(::chown(path("club.so").c_str(), 1234, 1235), 0);
  ASSERT_TRUE(write_text_file(path("club.so"), "after"));
  struct stat status{};
  ASSERT_EQ(::stat(path("club.so").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1234u);
  EXPECT_EQ(status.st_gid, 1235u);
}

TEST_F(Files, OfALinkTheFileIsReplaced) {
  fs::create_directory(path("there"));
  write("there/club.so", "before");
  fs::create_symlink("there/club.so", path("club.so"));
  ASSERT_TRUE(write_text_file(path("club.so"), "after"));
  EXPECT_TRUE(fs::is_symlink(path("club.so")));
  EXPECT_EQ(text_of("there/club.so"), "after");
  fs::create_symlink("nowhere.so", path("lost.so"));
  EXPECT_EQ(write_text_file(path("lost.so"), "text").error(), "is a link to no file");
}

TEST_F(Files, WhatIsOpenAlreadyIsWrittenOn) {
  write("both.txt", "");
  const int file = ::open(path("both.txt").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(::write(file, "first ", 6), 6);
  ASSERT_TRUE(write_text_file(fmt::format("/dev/fd/{}", file), "second"));
  ::close(file);
  EXPECT_EQ(text_of("both.txt"), "first second");
}

TEST_F(Files, NobodyWaitsForAPipe) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_regular_file(path("pipe")).error(), "is no regular file");
  EXPECT_EQ(read_regular_file("/dev/zero").error(), "is no regular file");
  EXPECT_EQ(read_regular_file(path("")).error(), "is a folder");
  EXPECT_EQ(read_regular_file(path("none")).error(), "no such file");
}

TEST_F(Files, OneFileHasManyNames) {
  write("club.policy", "text");
  fs::create_symlink("club.policy", path("link"));
  fs::create_hard_link(path("club.policy"), path("hard"));
  for (const char* name : {"club.policy", "link", "hard", "./club.policy"}) {
    EXPECT_TRUE(is_same_file(path(name), path("club.policy"))) << name;
  }
  EXPECT_TRUE(is_same_file(path("new.so"), path("./new.so"))) << "though it is not there yet";
  EXPECT_FALSE(is_same_file(path("new.so"), path("club.policy")));
  EXPECT_FALSE(is_same_file(path("club.policy"), path("new.so")));
  EXPECT_FALSE(is_same_file("/dev/null", "/dev/null"));
}

}  // namespace
}  // namespace policyc
