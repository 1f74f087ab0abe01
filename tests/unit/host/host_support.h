// A policy compiled through the C interface, as a host does it.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "policy/jit.h"

namespace policyc::test {

inline constexpr const char* kCrm = R"(policy crm follows dataverse
table account owned by user { revenue: money secured }
table deal owned by user {
  stage: choice { open, won }
  value: money
  note: string
}
table city owned by organization
privilege export "Export to Excel"
role rep {
  account: read, write at user
  deal: read, write at user
  city: read at organization
  privilege export
}
role manager {
  account: read at parent_child
  deal: read at parent_child
        write at parent_child when record.stage == open or record.value < 10 or record.note == "small"
}
column_profile finance { account.revenue: read }
flow follow_up on create of deal {
  owner boss
  trigger via boss run as record_owner
  remind: create deal as invoker
}
)";

template <typename Struct>
Struct sized() {
  Struct fresh{};
  fresh.struct_size = sizeof(Struct);
  return fresh;
}

// The last owner closes it.
struct OwnedProgram {
  explicit OwnedProgram(const char* text = kCrm) {
    auto error = sized<policy_error>();
    policy_diagnostics* told = nullptr;
    EXPECT_EQ(policy_jit_compile("crm.policy", text, std::strlen(text), nullptr, &program, &told, &error), POLICY_OK)
        << error.message;
    auto one = sized<policy_diagnostic>();
    for (size_t i = 0; program == nullptr && policy_diagnostics_at(told, i, &one) == POLICY_OK; ++i) {
      ADD_FAILURE() << one.rendered;
    }
    policy_diagnostics_free(told);
  }
  ~OwnedProgram() { policy_program_close(program); }
  OwnedProgram(const OwnedProgram&) = delete;
  OwnedProgram& operator=(const OwnedProgram&) = delete;
  operator policy_program*() const { return program; }

  policy_program* program = nullptr;
};

}  // namespace policyc::test
