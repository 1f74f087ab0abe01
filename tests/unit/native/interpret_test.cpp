// The first tier by itself: what it is asked first, by many at once, and what it refuses. Its answers are compared with
// those of machine code in program_test.cpp, question by question, and in tests/differential.
#include "compiler/native/interpret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "compiler/ir/print.h"

namespace policyc {
namespace {

DecisionIR parsed(const std::string& text) {
  Result<DecisionIR> ir = parse_ir(text);
  EXPECT_TRUE(ir) << (ir ? "" : ir.error()) << "\n" << text;
  return std::move(*ir);
}

constexpr const char* kTwoReasons =
    "decision_ir \"x\"\nslots 2\n%0 = own_row 0\n%1 = in_reach 1\n%2 = or %0 %1\n%3 = holds 0\n%4 = false\n"
    "graph g0 check %2\n  allow owner slot 0 %0\n  allow role_level slot 1 %1\n"
    "  deny no_privilege unless %3\n  deny level unless %4\n"
    "table \"t\" owned by user\n  layout size 0\n  decision read g0 base 0 slots 0 2\n";

struct Asking {
  policy_reach reaches[2] = {};
  policy_subject subject{.struct_size = sizeof(policy_subject),
                         .user = POLICY_PRINCIPAL(POLICY_USER, 1),
                         .slot_count = 2,
                         .reaches = reaches};
  policy_record record{.owner = POLICY_PRINCIPAL(POLICY_USER, 1), .owning_unit = 5};
  policy_context context{.struct_size = sizeof(policy_context)};
};

TEST(Interpreter, NamesTheFirstReasonAndItsSlot) {
  const DecisionIR ir = parsed(kTwoReasons);
  const Interpreter interpreter(ir);
  Asking asking;
  auto decide = [&] {
    return interpreter.decide({0}, &asking.subject, asking.reaches, &asking.record, &asking.context);
  };
  EXPECT_EQ(decide(), POLICY_REASON_no_privilege);
  asking.reaches[0].flags = POLICY_REACH_HELD;
  EXPECT_EQ(decide(), POLICY_REASON_level);
  asking.reaches[1] = {.first = 5, .count = 1};
  EXPECT_EQ(decide(), POLICY_REASON_role_level | uint64_t{1} << 32);
  asking.reaches[0].own = 1;
  EXPECT_EQ(decide(), POLICY_REASON_owner);
}

TEST(Interpreter, DeniesAGraphThatIsNotThere) {
  const DecisionIR ir = parsed(kTwoReasons);
  const Interpreter interpreter(ir);
  Asking asking;
  asking.reaches[0].own = 1;
  EXPECT_EQ(interpreter.check({1}, &asking.subject, asking.reaches, &asking.record, &asking.context), 0);
  EXPECT_EQ(interpreter.decide({1}, &asking.subject, asking.reaches, &asking.record, &asking.context),
            POLICY_REASON_unknown);
}

TEST(Interpreter, ManyThreadsMayAskFirst) {
  const DecisionIR ir = parsed(kTwoReasons);
  for (int round = 0; round < 50; ++round) {
    const Interpreter interpreter(ir);
    std::atomic<int> allowed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        Asking asking;
        asking.reaches[0].own = 1;
        allowed += interpreter.check({0}, &asking.subject, asking.reaches, &asking.record, &asking.context);
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(allowed, 4);
  }
}

// Each node uses the one before twice: written out, it doubles with every line.
TEST(Interpreter, RefusesWhatWouldNotEnd) {
  std::string nodes = "%0 = own_row 0\n%1 = in_reach 0\n%2 = holds 0\n";
  uint32_t last = 0;
  for (uint32_t next = 3; next < 120; next += 3) {
    nodes +=
        fmt::format("%{0} = and %{3} %1\n%{1} = and %{3} %2\n%{2} = or %{0} %{1}\n", next, next + 1, next + 2, last);
    last = next + 2;
  }
  const std::string text = fmt::format(
      "decision_ir \"x\"\nslots 1\n{}%{} = false\ngraph g0 check %{}\n  allow owner slot 0 %{}\n  deny level unless "
      "%{}\n"
      "table \"t\" owned by user\n  layout size 0\n  decision read g0 base 0 slots 0 1\n",
      nodes, last + 1, last, last, last + 1);
  EXPECT_TRUE(too_large(parsed(text)));
  EXPECT_FALSE(too_large(parsed(kTwoReasons)));
}

}  // namespace
}  // namespace policyc
