// Decisions as JSON lines. A subject is written once in a file, on a line of its own, and named by its id from then on.
//
//   LogLines lines;
//   lines.add(entry, out);           // one line or two
//   lines.begin_file();              // no subject is in it yet
//
// One thread's own.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "runtime/log/log_entry.h"

namespace policy {

// Of one line. What would be longer is written without its facts.
inline constexpr size_t kLogLineBytes = 1u << 20;

class LogLines {
 public:
  void add(const LogEntry& entry, fmt::memory_buffer& out);
  void begin_file() { written_.clear(); }

 private:
  void add_whole(const LogEntry& entry, fmt::memory_buffer& out);
  void name_subject(const LogEntry& entry, const UnpackedSubject& subject);
  void remember();

  std::unordered_map<std::string, std::string> known_;  // packed subjects and their ids
  size_t known_bytes_ = 0;
  std::unordered_set<std::string> written_;  // ids that stand in the file
  std::string key_;
  std::string id_;
  std::string subject_line_;
};

// {"time":"...","dropped":3}; `word`: dropped, or failed.
void append_loss(fmt::memory_buffer& out, int64_t time, std::string_view word, uint64_t count);

// What reports were made by: "off", "manager depth 3 write_levels 1 ...". Equal texts make equal reports of equal
// facts.
std::string hierarchy_text(const HierarchyRules& rules);
bool is_hierarchy_text(std::string_view text);

// Of the line of a subject, what stands behind its id, up to and with the line's end.
inline constexpr size_t kSubjectIdDigits = 32;
std::string subject_id(std::string_view body);

}  // namespace policy
