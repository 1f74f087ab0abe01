// A service that keeps answering while its policy changes: it watches the policy's file, compiles what is saved, and
// puts it in the place of the version before. A text with mistakes is told, and the old version stays.
//
//   reload_service crm.policy [rounds]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "policy/jit.hpp"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Nothing where the text has mistakes or cannot be read.
std::optional<policy::Program> compile(const char* path) {
  policy::Diagnostics told;
  policy::Result<policy::Program> program = policy::compile_file(path, {}, &told);
  for (const policy_diagnostic& one : told.list()) std::printf("%s\n", one.rendered);
  if (!program) return std::printf("%s\n", program.error().message.c_str()), std::nullopt;
  return *program;
}

// An organization of two units with somebody in each, and what they own.
bool fill(policy::Store& store) {
  const policy::Program crm = store.program();
  policy::Transaction change = *store.begin();
  const policy::Unit company = *change.add_unit(), north = *change.add_unit(company);
  const policy::User ana = *change.add_user(north), bo = *change.add_user(company);
  bool fine = bool(change.give_role(ana, crm.role("rep"), north));
  fine = fine && change.give_role(bo, crm.role("manager"), company);
  return fine && change.add_row(policy::NewRow(crm.table("account"), ana)) && change.commit();
}

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: reload_service FILE.policy [rounds]\n"), 2;
  std::optional<policy::Program> first = compile(argv[1]);
  if (!first) return 1;
  policy::Result<policy::Store> store = policy::Store::create(*first);
  if (!store || !fill(*store)) return 1;

  std::atomic<bool> stops = false;
  std::atomic<uint64_t> answers = 0;
  std::thread requests([&] {
    policy::Result<policy::Reader> reader = store->reader();
    for (uint64_t i = 0; reader && !stops; ++i) {
      if (!reader->begin()) continue;
      (void)reader->check(policy::User(1), policy::Right::Write, policy::Row(0));
      answers = i + 1;
    }
  });

  fs::file_time_type seen = fs::last_write_time(argv[1]);
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 0;
  for (int round = 0; rounds == 0 || round < rounds; std::this_thread::sleep_for(20ms), ++round) {
    std::error_code failed;
    const fs::file_time_type now = fs::last_write_time(argv[1], failed);
    if (failed || now == seen) continue;
    seen = now;
    std::optional<policy::Program> next = compile(argv[1]);
    if (!next) {
      std::printf("the version before stays\n");
      continue;
    }
    policy::Store::Told told;
    policy::Result<policy::Revision> revision = store->replace(*next, POLICY_REPLACE_MAY_MISS, &told);
    for (const std::string& lost : told.lost) std::printf("would lose %s\n", lost.c_str());
    if (!revision) std::printf("not taken: %s\n", revision.error().message.c_str());
    if (revision)
      std::printf("revision %llu, policy %.12s\n", (unsigned long long)revision->number, next->info().policy_hash);
    std::fflush(stdout);
  }
  stops = true;
  requests.join();
  std::printf("answered %s\n", answers > 0 ? "throughout" : "nothing");
}
