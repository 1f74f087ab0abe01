// Random policies and random organizations, the same for the same seed on every machine.
//
//   Random random(7);
//   std::string text = random_policy(random);
//   Facts facts = random_facts(random, policy, {.users = 8});
#pragma once

#include <cstdint>
#include <string>

#include "compiler/sema/policy.h"

namespace policyc::test {

// splitmix64: small, and not left to the standard library's choice.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  // Below `bound`.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(next() % bound); }
  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

// Names begin with the prefix, and nothing else hangs on it.
std::string random_policy(Random& random, std::string_view prefix = "");

struct WorldSize {
  uint32_t units = 6;
  uint32_t users = 6;
  uint32_t teams = 4;
  uint32_t records = 20;
};

// What rows inherit through their links is not in it yet.
Facts random_facts(Random& random, const Policy& policy, WorldSize size, std::string_view prefix = "");

// Anything that somebody could ask, mostly such that it may be allowed.
Operation random_operation(Random& random, const Policy& policy, const Facts& facts);

}  // namespace policyc::test
