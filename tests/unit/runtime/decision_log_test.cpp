// The decision log through its C interface: what stands in its lines, what becomes of its files, what is counted.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "tests/unit/runtime/log_world.h"

namespace policy::test {
namespace {

using nlohmann::json;

policy_log* opened(const std::string& path, policy_log_options options = {}) {
  options.struct_size = sizeof options;
  policy_log* log = nullptr;
  policy_error error{.struct_size = sizeof error};
  EXPECT_EQ(policy_log_open(path.c_str(), &options, &log, &error), POLICY_OK) << error.message;
  return log;
}

policy_log_counts counts_of(const policy_log* log) {
  policy_log_counts counts{.struct_size = sizeof counts};
  EXPECT_EQ(policy_log_count(log, &counts), POLICY_OK);
  return counts;
}

// Lines of decisions, and that each names a subject that stands before it in the same file.
size_t decisions_in(const std::string& path) {
  size_t decisions = 0;
  std::set<std::string> subjects;
  for (const std::string& text : lines_of(path)) {
    const json line = json::parse(text);
    if (line.contains("allowed")) {
      ++decisions;
      EXPECT_TRUE(line.contains("cut") || line["subject"].is_null() || subjects.contains(line["subject"])) << text;
    } else if (line.contains("subject")) {
      subjects.insert(line["subject"]);
    }
  }
  return decisions;
}

policy_status log_and_flush(const LogWorld& world, policy_log* log) {
  EXPECT_EQ(world.log_one(log), POLICY_OK);
  return policy_log_flush(log);
}

// The log may be in the middle of trying in vain when the way becomes free: how many more fail until one is written.
uint64_t failures_until_one_is_written(const LogWorld& world, policy_log* log) {
  uint64_t failed = 0;
  while (log_and_flush(world, log) != POLICY_OK && failed < 100) ++failed;
  return failed;
}

uint64_t failures_told_in(const std::string& path) {
  uint64_t told = 0;
  for (const std::string& text : lines_of(path)) told += json::parse(text).value("failed", uint64_t{0});
  return told;
}

// --- lines

TEST(DecisionLog, WritesTheSubjectOnceAndADecisionWithAllItsFacts) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"));
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  policy_log_close(log);
  std::vector<std::string> lines = lines_of(folder.file("log"));
  ASSERT_EQ(lines.size(), 3u);
  const std::string id = json::parse(lines[0])["subject"];
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(lines[0], R"({"subject":")" + id +
                          R"(","unit":2,"teams":[4,5],)"
                          R"("roles":[{"role":"ruler","holder":"team 4","anchor":[2,5]}],"hierarchy":"off",)"
                          R"("reports":[{"principal":"user 8","rights":["read"]}],"attributes":{"city":"oslo"}})");
  const json decision = json::parse(lines[1]);
  const std::string time = decision["time"];
  EXPECT_EQ(time.size(), std::string("2026-01-31T12:00:00.123456Z").size());
  EXPECT_EQ(lines[1],
            R"({"time":")" + time + R"(","policy":"harbour","policy_hash":")" + std::string(64, 'a') +
                R"(","user":{"number":3,"name":"sam"},"right":"read","table":"trip","row":{"name":"t1"},)"
                R"("allowed":true,"reason":"role_level","role":"ruler","through":"team 4",)"
                R"("grant":{"level":"organization","file":"harbour.policy","line":12,"column":3},"subject":")" +
                id +
                R"(","record":{"owner":"user 3","unit":7,"away":true,)"
                R"("shares":[{"principal":"team 4","given":["read"],"inherited":[]}],)"
                R"("attributes":{"distance":"-12.5","note":"say \"hi\"\n","seats":-9223372036854775808,)"
                R"("fee":"99.9","left_at":"2026-01-31T12:00:00.5Z","day":"2026-01-31","status":"closed",)"
                R"("wet":true}},"context":{"now":null}})");
}

TEST(DecisionLog, SaysWhatIsMissingAndWhatLevelWasNeeded) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"));
  world.attributes = AttributeBytes(80);
  world.shares.assign({});
  world.decision = {
      POLICY_DENY, POLICY_REASON_level, POLICY_LEVEL_user, POLICY_LEVEL_parent_child, POLICY_NONE, POLICY_NONE, 0};
  ASSERT_EQ(world.log_one(log, nullptr, nullptr), POLICY_OK);
  policy_log_close(log);
  const json line = json::parse(lines_of(folder.file("log")).at(1));
  EXPECT_EQ(line["user"], json::parse(R"({"number":3})"));
  EXPECT_TRUE(line["row"].is_null());
  EXPECT_EQ(line["held"], "user");
  EXPECT_EQ(line["needed"], "parent_child");
  EXPECT_FALSE(line.contains("grant"));
  EXPECT_TRUE(line["record"]["attributes"]["note"].is_null());
  EXPECT_TRUE(line["record"]["shares"].empty());
}

TEST(DecisionLog, KeepsTextThatIsNoUtf8ByItsBytesAndNumbersThatHaveNoText) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"));
  world.attributes.set(1, 24, policy_string{"\xff\x00z", 3});
  world.attributes.set<int64_t>(4, 56, INT64_MAX);
  world.attributes.set<int32_t>(5, 64, INT32_MIN);
  world.attributes.set<uint32_t>(6, 68, 99);
  world.attributes.set<__int128>(0, 8, static_cast<__int128>(static_cast<unsigned __int128>(1) << 127));
  ASSERT_EQ(world.log_one(log, "s\xc3\xa5m\xc3", "\x01"), POLICY_OK);
  policy_log_close(log);
  const json line = json::parse(lines_of(folder.file("log")).at(1));
  EXPECT_EQ(line["user"]["name"], "s\u00e5m\ufffd");
  EXPECT_EQ(line["row"]["name"], "\x01");
  const json& values = line["record"]["attributes"];
  EXPECT_EQ(values["note"], json::parse(R"({"hex":"ff007a"})"));
  EXPECT_EQ(values["left_at"], INT64_MAX);
  EXPECT_EQ(values["day"], INT32_MIN);
  EXPECT_EQ(values["status"], 99);
  EXPECT_EQ(values["distance"], "-17014118346046923173168730371.5884105728");
}

TEST(DecisionLog, LogsWithoutFactsWhatIsTooLarge) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"));
  world.shares.assign(std::vector<policy_share>(100'000, {POLICY_PRINCIPAL(POLICY_TEAM, 4), 255, 255}));
  ASSERT_EQ(world.log_one(log, std::string(5000, 'n').c_str()), POLICY_OK);
  policy_log_close(log);
  const std::vector<std::string> lines = lines_of(folder.file("log"));
  ASSERT_EQ(lines.size(), 1u);
  const json line = json::parse(lines[0]);
  EXPECT_EQ(line["cut"], true);
  EXPECT_EQ(line["allowed"], true);
  EXPECT_EQ(line["user"]["name"], std::string(512, 'n'));
  EXPECT_FALSE(line.contains("record"));
}

TEST(DecisionLog, NoLineIsLongerThanReplayReads) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"));
  const RightSet all = (1u << POLICY_RIGHT_COUNT) - 1;
  world.shares.assign(std::vector<policy_share>(8'000, {POLICY_PRINCIPAL(POLICY_TEAM, 400'000'000), all, all}));
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  world.shares.assign({});
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  policy_log_close(log);
  for (const std::string& line : lines_of(folder.file("log"))) EXPECT_LE(line.size(), 1u << 20);
  EXPECT_EQ(decisions_in(folder.file("log")), 2u);
  EXPECT_EQ(json::parse(lines_of(folder.file("log"))[0])["cut"], true);
}

TEST(DecisionLog, DenialsOnly) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"), {.denials_only = 1});
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  world.decision.effect = POLICY_DENY;
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  EXPECT_EQ(policy_log_flush(log), POLICY_OK);
  EXPECT_EQ(counts_of(log).written, 1u);
  policy_log_close(log);
  EXPECT_EQ(decisions_in(folder.file("log")), 1u);
}

// --- the ring

TEST(DecisionLog, EightThreadsLoseNothingButWhatIsCounted) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"), {.ring_size = 64, .file_bytes = 100'000, .files_kept = 900});
  constexpr uint64_t kThreads = 8;
  constexpr uint64_t kEach = 2'000;
  std::atomic<uint64_t> busy{0};
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (uint64_t i = 0; i < kEach; ++i) {
        if (world.log_one(log, nullptr, fmt::format("{}/{}", thread, i).c_str()) != POLICY_OK) ++busy;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(policy_log_flush(log), POLICY_OK);
  const policy_log_counts counts = counts_of(log);
  EXPECT_EQ(counts.dropped, busy);
  EXPECT_EQ(counts.written + counts.dropped, kThreads * kEach);
  EXPECT_EQ(counts.failed, 0u);
  policy_log_close(log);
  std::set<std::string> rows;
  uint64_t told = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path)) {
    decisions_in(file.path().string());
    for (const std::string& text : lines_of(file.path().string())) {
      const json line = json::parse(text);
      if (line.contains("allowed")) {
        EXPECT_TRUE(rows.insert(line["row"]["name"]).second) << "twice: " << text;
      }
      if (line.contains("dropped")) told += line["dropped"].get<uint64_t>();
    }
  }
  EXPECT_EQ(rows.size(), counts.written);
  EXPECT_EQ(told, counts.dropped);
}

TEST(DecisionLog, AFullRingIsBusyAndTold) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"), {.ring_size = 2});
  uint64_t dropped = 0;
  for (int i = 0; i < 100'000 && dropped < 10; ++i) {
    const policy_status status = world.log_one(log);
    ASSERT_TRUE(status == POLICY_OK || status == POLICY_BUSY);
    dropped += status == POLICY_BUSY;
  }
  EXPECT_GE(dropped, 10u) << "two slots are never full";
  EXPECT_EQ(counts_of(log).dropped, dropped);
  policy_log_close(log);
  uint64_t told = 0;
  for (const std::string& text : lines_of(folder.file("log"))) told += json::parse(text).value("dropped", uint64_t{0});
  EXPECT_EQ(told, dropped);
}

TEST(DecisionLog, KeepsTheProgramOfWhatWaits) {
  const ScratchFolder folder;
  policy_log* log = opened(folder.file("log"));
  {
    LogWorld world;
    for (int i = 0; i < 100; ++i) ASSERT_EQ(world.log_one(log), POLICY_OK);
  }
  policy_log_close(log);
  EXPECT_EQ(decisions_in(folder.file("log")), 100u);
}

// --- files

TEST(DecisionLog, FilesFollowOneAnotherAndEachStandsAlone) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"), {.file_bytes = 4'000, .files_kept = 2});
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(world.log_one(log), POLICY_OK);
    ASSERT_EQ(policy_log_flush(log), POLICY_OK);
  }
  EXPECT_EQ(counts_of(log).written, 50u);
  policy_log_close(log);
  for (const char* name : {"log", "log.1", "log.2"}) {
    EXPECT_GE(decisions_in(folder.file(name)), 1u) << name;
    EXPECT_LT(std::filesystem::file_size(folder.file(name)), 4'000u + 2'000u) << name;
    struct stat found{};
    ASSERT_EQ(::stat(folder.file(name).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("log.3")));
}

TEST(DecisionLog, AppendsAndClosesALineThatSomebodyLeftOpen) {
  const ScratchFolder folder;
  LogWorld world;
  std::ofstream(folder.file("log")) << R"({"time":"20)";
  policy_log* log = opened(folder.file("log"));
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  policy_log_close(log);
  const std::vector<std::string> lines = lines_of(folder.file("log"));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], R"({"time":"20)");
  EXPECT_TRUE(json::parse(lines[2]).contains("allowed"));
}

TEST(DecisionLog, RefusesLinksFoldersPipesAndASecondLog) {
  const ScratchFolder folder;
  std::ofstream(folder.file("target")) << "keep\n";
  std::filesystem::create_symlink(folder.file("target"), folder.file("link"));
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  policy_error error{.struct_size = sizeof error};
  for (const std::string& path :
       {folder.file("link"), folder.path.string(), folder.file("pipe"), folder.file("no/such/folder"), std::string()}) {
    policy_log* log = nullptr;
    EXPECT_EQ(policy_log_open(path.c_str(), nullptr, &log, &error), POLICY_NOT_READABLE) << path;
    EXPECT_EQ(log, nullptr);
    EXPECT_NE(std::string(error.message), "");
    EXPECT_EQ(std::string(error.message).find("Invalid argument"), std::string::npos) << error.message;
  }
  EXPECT_EQ(lines_of(folder.file("target")), std::vector<std::string>{"keep"});
  policy_log* first = opened(folder.file("log"));
  policy_log* second = nullptr;
  EXPECT_EQ(policy_log_open(folder.file("log").c_str(), nullptr, &second, &error), POLICY_BUSY);
  policy_log_close(first);
}

TEST(DecisionLog, AFullDiskIsCountedAndTheLogGoesOn) {
  LogWorld world;
  policy_log* log = opened("/dev/full");
  for (int i = 0; i < 10; ++i) ASSERT_EQ(world.log_one(log), POLICY_OK);
  EXPECT_EQ(policy_log_flush(log), POLICY_NOT_READABLE);
  EXPECT_EQ(policy_log_flush(log), POLICY_OK) << "nothing was lost since";
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  EXPECT_EQ(policy_log_flush(log), POLICY_NOT_READABLE);
  EXPECT_EQ(counts_of(log).failed, 11u);
  EXPECT_EQ(counts_of(log).written, 0u);
  policy_log_close(log);
}

TEST(DecisionLog, AFileThatCannotBeRenamedTakesNoMoreAndSaysSo) {
  const ScratchFolder folder;
  LogWorld world;
  std::filesystem::create_directories(folder.file("log.1/taken"));
  policy_log* log = opened(folder.file("log"), {.file_bytes = 1'000, .files_kept = 1});
  uint64_t failed = 0;
  for (int i = 0; i < 20; ++i) failed += log_and_flush(world, log) == POLICY_NOT_READABLE;
  EXPECT_GT(failed, 10u);
  EXPECT_EQ(counts_of(log).failed, failed);
  EXPECT_EQ(decisions_in(folder.file("log")), 20 - failed);
  EXPECT_LT(std::filesystem::file_size(folder.file("log")), 1'000u + 2'000u);
  std::filesystem::remove_all(folder.file("log.1"));
  failed += failures_until_one_is_written(world, log);
  policy_log_close(log);
  EXPECT_EQ(decisions_in(folder.file("log")), 1u);
  EXPECT_EQ(failures_told_in(folder.file("log")), failed);
}

TEST(DecisionLog, RenamingThatFailsAgainAndAgainPushesNoFileOverTheEnd) {
  const ScratchFolder folder;
  LogWorld world;
  std::filesystem::create_directories(folder.file("log.3/taken"));
  for (const char* name : {"log.1", "log.2"}) std::ofstream(folder.file(name)) << name << "\n";
  policy_log* log = opened(folder.file("log"), {.file_bytes = 1'000, .files_kept = 3});
  for (int i = 0; i < 20; ++i) log_and_flush(world, log);
  policy_log_close(log);
  for (const char* name : {"log.1", "log.2"}) EXPECT_EQ(lines_of(folder.file(name)).at(0), name);
}

TEST(DecisionLog, AFileThatIsRemovedMovedOrCutIsBegunAnew) {
  const ScratchFolder folder;
  LogWorld world;
  const std::string path = folder.file("log");
  policy_log* log = opened(path);
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  std::filesystem::remove(path);
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  EXPECT_EQ(decisions_in(path), 1u);
  std::filesystem::rename(path, folder.file("moved"));
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  EXPECT_EQ(decisions_in(path), 1u);
  EXPECT_EQ(decisions_in(folder.file("moved")), 1u);
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  EXPECT_EQ(decisions_in(path), 1u);
  EXPECT_EQ(counts_of(log).failed, 0u);
  policy_log_close(log);
}

// What came to stand where the log was is looked at as when a log is opened, and is never renamed for it.
TEST(DecisionLog, WhatIsNotTheLogsIsLeftAlone) {
  const ScratchFolder folder;
  LogWorld world;
  const std::string path = folder.file("log");
  std::ofstream(folder.file("target")) << "keep\n";
  policy_log* log = opened(path, {.file_bytes = 600});
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  std::filesystem::remove(path);
  std::filesystem::create_symlink(folder.file("target"), path);
  EXPECT_EQ(log_and_flush(world, log), POLICY_NOT_READABLE);
  EXPECT_TRUE(std::filesystem::is_symlink(path));
  EXPECT_FALSE(std::filesystem::exists(folder.file("log.1")));
  EXPECT_EQ(lines_of(folder.file("target")), std::vector<std::string>{"keep"});
  std::filesystem::remove(path);
  const uint64_t failed = 1 + failures_until_one_is_written(world, log);
  policy_log_close(log);
  EXPECT_EQ(decisions_in(path), 1u);
  EXPECT_EQ(failures_told_in(path), failed);
}

// While files may not grow past a size, as on a disk that is full: what was begun is taken away again, and when there
// is room the log tells how many are missing.
TEST(DecisionLog, NoHalfLineIsLeftAndWhatFailedIsTold) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = opened(folder.file("log"));
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  ASSERT_EQ(policy_log_flush(log), POLICY_OK);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_DFL);  // which would end us on any thread but the log's
  const rlimit tight{std::filesystem::file_size(folder.file("log")) + 100, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const policy_status logged = world.log_one(log);
  const policy_status flushed = policy_log_flush(log);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(logged, POLICY_OK);
  EXPECT_EQ(flushed, POLICY_NOT_READABLE);
  ASSERT_EQ(world.log_one(log), POLICY_OK);
  EXPECT_EQ(policy_log_flush(log), POLICY_OK);
  policy_log_close(log);
  EXPECT_EQ(decisions_in(folder.file("log")), 2u);
  EXPECT_EQ(failures_told_in(folder.file("log")), 1u);
}

// --- the host's process

// How many threads of the process may be interrupted by the signal, ours and those of libraries.
size_t threads_that_take(int signal) {
  size_t count = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    for (const std::string& line : lines_of((thread.path() / "status").string())) {
      if (!line.starts_with("SigBlk:")) continue;
      count += (std::stoull(line.substr(8), nullptr, 16) >> (signal - 1) & 1) == 0;
    }
  }
  return count;
}

TEST(DecisionLog, ItsThreadTakesNoSignalButThoseOfFaults) {
  const ScratchFolder folder;
  LogWorld world;
  const size_t before = threads_that_take(SIGTERM);
  const size_t faults_before = threads_that_take(SIGSEGV);
  policy_log* log = opened(folder.file("log"));
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);  // it runs
  EXPECT_EQ(threads_that_take(SIGTERM), before);
  EXPECT_EQ(threads_that_take(SIGSEGV), faults_before + 1);
  policy_log_close(log);
}

// What a child of fork() meets, as bits of its exit code.
int ask_as_child(const LogWorld& world, policy_log* log) {
  int wrong = 0;
  if (world.log_one(log) != POLICY_BUSY) wrong |= 1;
  if (policy_log_flush(log) != POLICY_NOT_READABLE) wrong |= 2;
  policy_log_counts counts{.struct_size = sizeof counts};
  if (policy_log_count(log, &counts) != POLICY_OK || counts.dropped != 1) wrong |= 4;
  policy_log_close(log);
  return wrong;
}

TEST(DecisionLog, AChildOfForkLogsNothingAndDoesNotHang) {
  const ScratchFolder folder;
  LogWorld world;
  const std::string path = folder.file("log");
  policy_log* log = opened(path);
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    ::_exit(ask_as_child(world, log));
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(log_and_flush(world, log), POLICY_OK);
  EXPECT_EQ(counts_of(log).written, 2u);
  EXPECT_EQ(counts_of(log).dropped, 0u);
  policy_log_close(log);
  EXPECT_EQ(decisions_in(path), 2u);
}

// --- misuse

TEST(DecisionLog, MisuseIsNoticed) {
  const ScratchFolder folder;
  LogWorld world;
  policy_log* log = nullptr;
  policy_error error{.struct_size = sizeof error};
  const std::string path = folder.file("log");
  EXPECT_EQ(policy_log_open(nullptr, nullptr, &log, &error), POLICY_INVALID);
  EXPECT_EQ(policy_log_open(path.c_str(), nullptr, nullptr, &error), POLICY_INVALID);
  for (policy_log_options bad :
       {policy_log_options{.struct_size = 4},
        policy_log_options{.struct_size = sizeof(policy_log_options), .ring_size = UINT32_MAX},
        policy_log_options{.struct_size = sizeof(policy_log_options), .files_kept = UINT32_MAX}}) {
    EXPECT_EQ(policy_log_open(path.c_str(), &bad, &log, &error), POLICY_INVALID) << error.message;
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  log = opened(path);
  const RecordBytes row = world.record();
  auto logged = [&](policy_log* to, const policy_program* program, const policy_subject* subject, uint32_t table,
                    uint32_t right, const policy_record* record, const policy_decision* decision) {
    return policy_log_decision(to, program, subject, table, right, record, nullptr, decision, nullptr, nullptr);
  };
  const policy_record* record = &row.header();
  const policy_decision* decision = &world.decision;
  EXPECT_EQ(logged(nullptr, world.program, world.subject, kTrip, 1, record, decision), POLICY_INVALID);
  EXPECT_EQ(
      logged(reinterpret_cast<policy_log*>(world.program), world.program, world.subject, kTrip, 1, record, decision),
      POLICY_INVALID);
  EXPECT_EQ(logged(log, nullptr, world.subject, kTrip, 1, record, decision), POLICY_INVALID);
  EXPECT_EQ(logged(log, world.program, nullptr, kTrip, 1, record, decision), POLICY_INVALID);
  EXPECT_EQ(logged(log, world.program, world.subject, kTrip, 1, nullptr, decision), POLICY_INVALID);
  EXPECT_EQ(logged(log, world.program, world.subject, kTrip, 1, record, nullptr), POLICY_INVALID);
  EXPECT_EQ(logged(log, world.program, world.subject, 9, 1, record, decision), POLICY_UNKNOWN);
  EXPECT_EQ(logged(log, world.program, world.subject, kTrip, 99, record, decision), POLICY_UNKNOWN);
  LogWorld other;
  EXPECT_EQ(logged(log, world.program, other.subject, kTrip, 1, record, decision), POLICY_UNKNOWN);
  const policy_subject nobody{};
  EXPECT_EQ(logged(log, world.program, &nobody, kTrip, 1, record, decision), POLICY_UNKNOWN);
  EXPECT_EQ(policy_log_flush(nullptr), POLICY_INVALID);
  policy_log_counts counts{.struct_size = sizeof counts};
  EXPECT_EQ(policy_log_count(nullptr, &counts), POLICY_INVALID);
  EXPECT_EQ(policy_log_count(log, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_log_flush(log), POLICY_OK);
  policy_log_close(log);
  policy_log_close(nullptr);
  EXPECT_TRUE(lines_of(path).empty());
}

}  // namespace
}  // namespace policy::test
