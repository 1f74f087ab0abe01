// The decision log: who asked what, what came out, and all facts that are needed to ask again, as JSON lines in a file
// (docs/decision_log.md).
//
//   OpenedLog opened = open_decision_log("decisions.jsonl", {});
//   if (opened.log == nullptr) return fail(error, opened.status, opened.message);
//   opened.log->add({.tables = program, .policy_hash = hash, .subject = &subject, ...});
//   opened.log->flush();                                      // in the file, or counted as failed
//
// `add` copies into a ring of bounded size and never waits: no lock, no I/O. A thread of the log's own writes. Where
// the ring is full the decision is counted as dropped, and the file tells how many there were as soon as there is room.
//
// Any number of threads may add, flush and count at once. Nobody may do so any more when the log is destroyed, which
// writes what waits. In a child of fork() there is no thread that writes: what is added is dropped, and flush gives
// false.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "policy/policy.h"
#include "runtime/organization/program_tables.h"

namespace policy {

// One decision, with what it was asked of. Nothing of it is kept but `tables`, and that until the line is written.
struct LoggedDecision {
  const std::shared_ptr<const ProgramTables>& tables;
  std::string_view policy_hash;             // 64 hexadecimal digits
  const policy_subject* subject = nullptr;  // null, or of nobody: there is no such user
  const policy_record* record = nullptr;    // null: there is no such row
  const policy_context* context = nullptr;  // null: no attribute of it has a value
  uint32_t table = POLICY_NONE;             // POLICY_NONE: there is no such row
  uint32_t right = 0;                       // as asked, even where there is no such right
  policy_decision decision{};
  uint64_t revision = 0;        // of the store; 0: none
  uint32_t user = POLICY_NONE;  // its number; POLICY_NONE: as the subject says
  uint32_t row = POLICY_NONE;   // its number; POLICY_NONE: none
  std::string_view user_name;   // the host's names for them; empty: none
  std::string_view row_name;
};

struct LogOptions {
  uint32_t ring_size = 8192;  // rounded up to a power of two, at least 2
  uint64_t file_bytes = 64u << 20;
  uint32_t files_kept = 4;
  bool denials_only = false;
};

struct LogCounts {
  uint64_t written = 0;
  uint64_t dropped = 0;
  uint64_t failed = 0;
};

class DecisionLog {
 public:
  virtual ~DecisionLog() = default;
  // False: the ring was full (or memory was), it is counted as dropped. True as well for what is not to be logged.
  virtual bool add(const LoggedDecision& decision) noexcept = 0;
  // Comes back when all that was added before is in the file. False where some of it could not be written.
  virtual bool flush() = 0;
  virtual LogCounts counts() const = 0;
};

struct OpenedLog {
  std::unique_ptr<DecisionLog> log;  // null: `status` and `message` say why
  policy_status status = POLICY_OK;
  std::string message;
};
// Appends to the file. POLICY_NOT_READABLE: it cannot be opened, is a symbolic link or a folder; POLICY_BUSY: another
// log writes to it.
OpenedLog open_decision_log(const std::string& path, const LogOptions& options);

}  // namespace policy
