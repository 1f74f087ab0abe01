// Logged decisions, asked again under another policy.
//
//   Replay replay(policy, engine);
//   replay.know(subject);                              // as the log's lines come
//   Replayed again = replay.ask(decision);
//   if (again.outcome == ReplayOutcome::Denied) ...    // it was allowed
//
// Roles, tables, attributes and choices are found by their names; numbers of units, teams and users are the log's own.
// What the log does not hold has no value, and the answer is marked where the decision reads it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/driver/logged_decision.h"

namespace policyc {

// Denied and Allowed: now, and not before.
enum class ReplayOutcome : uint8_t { Same, Denied, Allowed, OtherReason, CannotAsk };

struct Replayed {
  ReplayOutcome outcome = ReplayOutcome::CannotAsk;
  LoggedAnswer now;
  // What the new policy no longer has, and why it cannot be asked: "role `mate` is gone".
  std::vector<std::string> notes;
  // What it asks that the log does not hold; where there is any the answer is not certain.
  std::vector<std::string> missing;
};

class Replay {
 public:
  // Keeps references to both.
  Replay(const Policy& policy, const Engine& engine);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  void know(const LoggedSubject& subject);
  // Each file names its subjects itself.
  void forget_subjects();
  Replayed ask(const LoggedDecision& decision);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
