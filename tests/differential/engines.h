// One policy on every engine, and the comparison of their answers on one set of facts.
//
//   Engines engines = Engines::of(policy_text);            // the whole road, from text
//   Comparison seen = compare_engines(engines, facts);
//   EXPECT_TRUE(seen.disagreement.empty()) << seen.disagreement;
#pragma once

#include <string>

#include "compiler/driver/compile.h"
#include "compiler/driver/native_world.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/inherit.h"
#include "compiler/reference/perform.h"

namespace policyc::test {

struct Engines {
  std::string text;
  Compilation compilation;
  Engine engine;       // all of it compiled
  Program first_tier;  // never compiled

  const Policy& policy() const { return *compilation.policy; }
  // Fails the running test, with the diagnostics, where the text does not compile.
  static std::unique_ptr<Engines> of(std::string text);
};

struct Comparison {
  size_t decisions = 0;
  size_t allowed = 0;
  std::string disagreement;  // the first one in words; empty: all engines agree
};

// Every user, every right, every record, every secured column, and every step of every flow.
Comparison compare_engines(const Engines& engines, const Facts& facts);
// The same with other code of the policy in the place of the engine's.
Comparison compare_code(const Engines& engines, const policy::ProgramTables& tables, const Facts& facts);

// A world on both engines, each with its own state, as operations change it.
//
//   Worlds worlds(engines, facts);
//   for (...) worlds.carry_out(operation);
//   EXPECT_TRUE(worlds.seen().disagreement.empty());
class Worlds {
 public:
  // Links what the facts link, on both engines by their own means.
  Worlds(const Engines& engines, const Facts& facts);

  // Compares the whole outcome; where it is allowed, both worlds change, and what they hold then is compared too.
  void carry_out(const Operation& operation);
  // Compares every decision in the worlds as they are now.
  void compare_decisions();

  const Facts& facts() const { return facts_; }
  const Comparison& seen() const { return seen_; }

 private:
  void compare_state(const std::string& after_what);
  void disagree(std::string what);

  const Engines& engines_;
  Facts facts_;
  NativeWorld native_;
  Comparison seen_;
  std::string history_;
};

// How many decisions a test compares: POLICYC_DECISIONS, or what it says itself.
size_t decision_budget(size_t otherwise);
// POLICYC_SEED, or 1.
uint64_t first_seed();

}  // namespace policyc::test
