// Lines of a decision log (docs/decision_log.md), read back.
//
//   Result<LoggedLine> line = read_logged_line(text);
//   if (!line) complain(line.error());                                       // "no line of a decision log: ..."
//   if (auto* decision = std::get_if<LoggedDecision>(&*line)) ...
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/base/result.h"
#include "policy/layout.h"

namespace policyc {

struct LoggedRole {
  std::string role;
  policy_principal holder = POLICY_SELF;
  policy_interval anchor{POLICY_NONE, 0};
};

struct LoggedSubject {
  std::string id;
  uint32_t unit = POLICY_NONE;
  std::vector<policy_principal> teams;
  std::vector<LoggedRole> roles;
  std::string hierarchy;  // what `reports` were made by (runtime/log/log_lines.h)
  std::vector<policy_report> reports;
  nlohmann::json attributes;
};

struct LoggedRecord {
  policy_principal owner = POLICY_NOBODY;
  uint32_t unit = POLICY_NONE;
  bool is_away = false;
  std::vector<policy_share> shares;
  nlohmann::json attributes;
};

// What came out, then or now.
struct LoggedAnswer {
  bool allowed = false;
  std::string reason;
  std::string held;  // of the reason `level`; else empty
  std::string needed;
  std::string role;     // empty: none
  std::string through;  // "team 4"
  std::string level;    // of the grant; empty: none
  std::string place;    // "club.policy:31:20"
  friend auto operator<=>(const LoggedAnswer&, const LoggedAnswer&) = default;
};

struct LoggedDecision {
  std::string user;  // the host's name, or "user 3"
  uint32_t user_number = POLICY_NONE;
  std::string right;
  std::string table;  // empty: there was no such row
  std::string row;    // the host's name, or its number; may be empty
  LoggedAnswer answer;
  bool is_cut = false;  // logged without its facts
  std::string subject;  // an id; empty: there was no such user
  std::optional<LoggedRecord> record;
  nlohmann::json context;
};

// Decisions that are not in the log, and why.
struct LoggedLoss {
  uint64_t dropped = 0;
  uint64_t failed = 0;
};

using LoggedLine = std::variant<LoggedSubject, LoggedDecision, LoggedLoss>;
Result<LoggedLine> read_logged_line(std::string_view text);

}  // namespace policyc
