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

namespace policyc::test {

struct Engines {
  std::string text;
  Compilation compilation;
  Engine engine;

  const Policy& policy() const { return *compilation.policy; }
  // Fails the running test, with the diagnostics, where the text does not compile.
  static std::unique_ptr<Engines> of(std::string text);
};

struct Comparison {
  size_t decisions = 0;
  size_t allowed = 0;
  std::string disagreement;  // the first one in words; empty: all engines agree
};

// Every user, every right, every record; and for each table a create for each principal.
Comparison compare_engines(const Engines& engines, const Facts& facts);

// How many decisions a test compares: POLICYC_DECISIONS, or what it says itself.
size_t decision_budget(size_t otherwise);
// POLICYC_SEED, or 1.
uint64_t first_seed();

}  // namespace policyc::test
