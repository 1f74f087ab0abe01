// Programs answer at once, and go on answering the same while their code is made and after.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "compiler/ir/print.h"
#include "compiler/native/program.h"
#include "runtime/decide/code.h"
#include "runtime/decide/decide.h"

namespace policyc {
namespace {

// As many tables and graphs as asked for: graph g asks whether the user owns the row and it lies in the reach of slot
// 0, or whether unit-wide shares count in a row of g comparisons, so that every graph is another.
DecisionIR policy_of(uint32_t graph_count) {
  std::string text =
      "decision_ir \"many\"\nslots 1\nuser_layout size 24\n  field \"grade\" integer @8 bit 0 attribute 0\n"
      "operand o0 user integer @8 bit 0\n";
  for (uint32_t g = 0; g < graph_count; ++g) text += fmt::format("operand o{} literal integer {}\n", g + 1, g);
  text += "%0 = own_row 0\n%1 = false\n";
  for (uint32_t g = 0; g < graph_count; ++g) {
    text += fmt::format("%{} = compare equal o0 o{}\n%{} = or %0 %{}\n", 2 + 2 * g, g + 1, 3 + 2 * g, 2 + 2 * g);
  }
  for (uint32_t g = 0; g < graph_count; ++g) {
    text += fmt::format("graph g{} check %{}\n  allow owner slot 0 %0\n  allow role_level slot 0 %{}\n", g, 3 + 2 * g,
                        2 + 2 * g);
    text += "  deny level unless %1\n";
  }
  for (uint32_t g = 0; g < graph_count; ++g) {
    text += fmt::format("table \"t{}\" owned by user\n  layout size 0\n  decision read g{} base 0 slots 0 1\n", g, g);
  }
  Result<DecisionIR> ir = parse_ir(text);
  EXPECT_TRUE(ir) << (ir ? "" : ir.error());
  return std::move(*ir);
}

// A user of grade 3 and a row of somebody else.
struct Asking {
  policy_reach reach{.flags = POLICY_REACH_HELD};
  uint64_t attributes[3] = {1, 3, 0};
  policy_subject subject{.struct_size = sizeof(policy_subject),
                         .user = POLICY_PRINCIPAL(POLICY_USER, 1),
                         .slot_count = 1,
                         .reaches = &reach,
                         .attributes = reinterpret_cast<const uint8_t*>(attributes)};
  policy_record record{.owner = POLICY_PRINCIPAL(POLICY_USER, 2), .owning_unit = 0};
  policy_context context{.struct_size = sizeof(policy_context)};

  bool check(const policy::ProgramTables& tables, uint32_t table) const {
    return policy::check(tables, subject, table, POLICY_RIGHT_read, record, context);
  }
  uint64_t decide(const policy::ProgramTables& tables, uint32_t table) const {
    return policy::ask_decide(tables, tables.tables[table].decisions[POLICY_RIGHT_read], subject, record, context);
  }
  // Whether table 3 alone is allowed, with its reason.
  bool is_right(const policy::ProgramTables& tables, uint32_t table) const {
    const uint64_t reason = table == 3 ? POLICY_REASON_role_level : POLICY_REASON_level;
    return check(tables, table) == (table == 3) && decide(tables, table) == reason;
  }
};

size_t compiled_checks(const Program& program) {
  size_t count = 0;
  for (const policy::TableEntry& table : program.tables().tables) {
    count += table.decisions[POLICY_RIGHT_read].check.get() != nullptr;
  }
  return count;
}

TEST(Tiers, ThereIsNoCodeAtFirstAndAnswersAreRight) {
  Result<Program> program = compile_program(policy_of(8));
  ASSERT_TRUE(program);
  const Asking asking;
  for (uint32_t table = 0; table < 8; ++table) EXPECT_TRUE(asking.is_right(program->tables(), table)) << table;
  EXPECT_EQ(compiled_checks(*program), 0u);
}

TEST(Tiers, WaitingBringsAllOfIt) {
  Result<Program> program = compile_program(policy_of(40), {.patience = CompileOptions::kNever});
  ASSERT_TRUE(program);
  Result<CompileReport> report = program->wait();
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->functions, 80u);
  EXPECT_GT(report->code_bytes, 80u * 10);
  EXPECT_GT(report->parts_compiled, 1u);
  EXPECT_EQ(compiled_checks(*program), 40u);
  const Asking asking;
  for (uint32_t table = 0; table < 40; ++table) EXPECT_TRUE(asking.is_right(program->tables(), table)) << table;
  Result<CompileReport> again = program->wait();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->functions, 80u) << "once is enough";
}

TEST(Tiers, ARightThatTheTableDoesNotTakeIsDeniedInEveryTier) {
  Result<Program> program = compile_program(policy_of(4));
  ASSERT_TRUE(program);
  Asking asking;
  asking.record.owner = asking.subject.user;
  asking.reach.own = 1;
  for (bool is_compiled : {false, true}) {
    if (is_compiled) {
      ASSERT_TRUE(program->wait());
    }
    EXPECT_TRUE(asking.check(program->tables(), 0));
    EXPECT_FALSE(
        policy::check(program->tables(), asking.subject, 0, POLICY_RIGHT_write, asking.record, asking.context));
    EXPECT_FALSE(program->tables().tables[0].takes(POLICY_RIGHT_write));
    const policy::DecisionEntry& write = program->tables().tables[0].decisions[POLICY_RIGHT_write];
    EXPECT_EQ(policy::ask_decide(program->tables(), write, asking.subject, asking.record, asking.context),
              POLICY_REASON_illegal);
  }
}

TEST(Tiers, WithoutAFirstTierAndWithoutCodeNothingIsAllowed) {
  policy::ProgramTables tables;
  tables.slot_count = 1;
  tables.tables.resize(1);
  policy::DecisionEntry& entry = tables.tables[0].decisions[POLICY_RIGHT_read];
  entry.slot_count = 1;
  const Asking asking;
  EXPECT_FALSE(asking.check(tables, 0));
  EXPECT_EQ(asking.decide(tables, 0), POLICY_REASON_unknown);
}

// Until all checks have code; answers are right all the time.
void ask_until_compiled(const Program& program, uint32_t tables, std::atomic<int>& wrong) {
  const Asking asking;
  while (compiled_checks(program) < tables) {
    for (uint32_t table = 0; table < tables; ++table) wrong += !asking.is_right(program.tables(), table);
  }
}

TEST(Tiers, AskingOftenBringsTheCodeByItself) {
  constexpr uint32_t kTables = 60;
  Result<Program> program = compile_program(policy_of(kTables), {.patience = 100});
  ASSERT_TRUE(program);
  std::atomic<int> wrong{0};
  std::thread other([&] { ask_until_compiled(*program, kTables, wrong); });
  ask_until_compiled(*program, kTables, wrong);
  other.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Tiers, SeveralMayWaitAndAskMeanwhile) {
  constexpr uint32_t kTables = 30;
  for (int round = 0; round < 3; ++round) {
    Result<Program> program = compile_program(policy_of(kTables), {.patience = 0, .threads = 2});
    ASSERT_TRUE(program);
    std::atomic<int> wrong{0};
    std::thread waiting([&] { wrong += !program->wait(); });
    std::thread asking([&] { ask_until_compiled(*program, kTables, wrong); });
    wrong += !program->wait();
    waiting.join();
    asking.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(compiled_checks(*program), kTables);
  }
}

TEST(Tiers, AProgramMayEndWhileItCompiles) {
  const DecisionIR ir = policy_of(200);
  for (int round = 0; round < 5; ++round) {
    Result<Program> program = compile_program(ir, {.patience = 0});
    ASSERT_TRUE(program);
    const Asking asking;
    EXPECT_TRUE(asking.is_right(program->tables(), static_cast<uint32_t>(round)));
    Program moved = std::move(*program);
    EXPECT_TRUE(asking.is_right(moved.tables(), 3));
  }
}

TEST(Tiers, AProgramWithoutDecisionsIsReadyAtOnce) {
  Result<DecisionIR> ir = parse_ir("decision_ir \"x\"\ntable \"t\" owned by user\n  layout size 0\n");
  ASSERT_TRUE(ir) << ir.error();
  Result<Program> program = compile_program(*ir);
  ASSERT_TRUE(program);
  Result<CompileReport> report = program->wait();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->functions, 0u);
}

}  // namespace
}  // namespace policyc
