// Answers with every part they have, so that a difference between two engines shows.
//
//   InFull in_full(policy, facts);
//   report(in_full(reference), in_full(native));
#pragma once

#include <string>

#include "compiler/facts/operation.h"
#include "compiler/sema/policy.h"

namespace policyc {

class InFull {
 public:
  InFull(const Policy& policy, const Facts& facts) : policy_(policy), facts_(facts) {}

  std::string operator()(const Decision& decision) const;
  std::string operator()(const Answer& answer) const;
  std::string operator()(const Effect& effect) const;
  std::string operator()(const Outcome& outcome) const;
  std::string operator()(const RunAsAnswer& answer) const;
  std::string operator()(const ColumnRights& rights) const;
  std::string operator()(const SignIn& answer) const;

 private:
  const Policy& policy_;
  const Facts& facts_;
};

}  // namespace policyc
