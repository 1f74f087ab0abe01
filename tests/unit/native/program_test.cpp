// Compiled code, and the first tier beside it, on hand-made subjects and records: every question, and every way in
// which data can be missing.
#include "compiler/native/program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

#include "compiler/ir/attribute_layout.h"
#include "compiler/ir/print.h"
#include "runtime/decide/decide.h"
#include "runtime/records/record_bytes.h"

namespace policyc {
namespace {

// A policy of one table and one decision whose check is the given node; the lines before it are operands and nodes.
Program compile_node(const std::string& lines, uint32_t check_node, const std::string& fields = "  layout size 0\n") {
  std::string text =
      "decision_ir \"test\"\nslots 1\nuser_layout size 24\n  field \"region\" string @8 bit 0 attribute 0\n" +
      std::string("context_layout size 0\n") + lines +
      fmt::format("%{} = false\ngraph g0 check %{}\n  allow owner slot 0 %{}\n  deny level unless %{}\n",
                  check_node + 1, check_node, check_node, check_node + 1) +
      "table \"t\" owned by user\n" + fields + "  decision read g0 base 0 slots 0 1\n";
  Result<DecisionIR> ir = parse_ir(text);
  EXPECT_TRUE(ir) << text;
  Result<Program> program = compile_program(*ir);
  EXPECT_TRUE(program) << (program ? "" : program.error());
  Result<CompileReport> report = program->wait();
  EXPECT_TRUE(report) << (report ? "" : report.error());
  return std::move(*program);
}

struct World {
  static constexpr uint32_t kTeams = 2;
  policy_reach reach{};
  // Two teams; then the reach's list: a further interval, two owners, a row away from home.
  uint32_t lists[8] = {POLICY_PRINCIPAL(POLICY_TEAM, 3), POLICY_PRINCIPAL(POLICY_TEAM, 5), 7, 1,
                       POLICY_PRINCIPAL(POLICY_TEAM, 3), POLICY_PRINCIPAL(POLICY_TEAM, 5), 9, POLICY_SELF};
  policy_subject subject{};
  struct {
    policy_record header;
    uint64_t attributes[3];
  } stored{};
  policy_record& record = stored.header;
  policy_context context{};

  World() {
    subject.struct_size = sizeof(subject);
    subject.user = POLICY_PRINCIPAL(POLICY_USER, 1);
    subject.unit_index = 6;
    subject.slot_count = 1;
    subject.reaches = &reach;
    subject.lists = lists;
    subject.team_count = kTeams;
    reach.lists = kTeams;
  }

  // The answer of every tier, check and decide.
  bool check(const Program& program) const {
    const policy::ProgramTables& tables = program.tables();
    const policy::DecisionEntry& entry = tables.tables[0].decisions[POLICY_RIGHT_read];
    const policy::FirstTier& first = tables.first_tier;
    const bool may = entry.check(&subject, subject.reaches, &record, &context) != 0;
    const uint64_t answer = entry.decide(&subject, subject.reaches, &record, &context);
    EXPECT_EQ(answer == POLICY_REASON_owner, may);
    EXPECT_EQ(first.check(first.self, 0, &subject, subject.reaches, &record, &context) != 0, may);
    EXPECT_EQ(first.decide(first.self, 0, &subject, subject.reaches, &record, &context), answer);
    EXPECT_EQ(policy::check(tables, subject, 0, POLICY_RIGHT_read, record, context), may);
    return may;
  }
};

TEST(Program, OwnRowsNeedAnOwnerAndReach) {
  Program program = compile_node("%0 = own_row 0\n", 0);
  World world;
  world.record.owner = world.subject.user;
  EXPECT_FALSE(world.check(program));
  world.reach.own = 1;
  EXPECT_TRUE(world.check(program));
  world.record.owner = POLICY_PRINCIPAL(POLICY_USER, 2);
  EXPECT_FALSE(world.check(program));
  world.record.owner = world.subject.user = 0;
  world.reach = {};
  EXPECT_FALSE(world.check(program)) << "nobody owns nothing";
}

TEST(Program, TeamRowsAreThoseOfTheReach) {
  Program program = compile_node("%0 = team_row 0\n", 0);
  World world;
  world.record.owner = POLICY_PRINCIPAL(POLICY_TEAM, 5);
  world.reach.interval_count = 1;
  EXPECT_FALSE(world.check(program));
  world.reach.owner_count = 1;
  EXPECT_FALSE(world.check(program));
  world.reach.owner_count = 2;
  EXPECT_TRUE(world.check(program));
}

TEST(Program, ReachIsIntervalsOrEverything) {
  Program program = compile_node("%0 = in_reach 0\n", 0);
  World world;
  world.reach.first = 2;
  world.reach.count = 3;
  world.reach.interval_count = 1;
  for (uint32_t unit : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, POLICY_NONE}) {
    world.record.owning_unit = unit;
    EXPECT_EQ(world.check(program), (unit >= 2 && unit <= 4) || unit == 7) << unit;
  }
  world.reach = {};
  for (uint32_t unit : {0u, 1u, POLICY_NONE - 1, POLICY_NONE}) {
    world.record.owning_unit = unit;
    EXPECT_FALSE(world.check(program)) << unit;
  }
  world.reach.first = POLICY_EVERYWHERE_FIRST;
  world.reach.count = POLICY_EVERYWHERE_COUNT;
  for (uint32_t unit : {0u, 1u, POLICY_PRINCIPAL_LIMIT, POLICY_NONE}) {
    world.record.owning_unit = unit;
    EXPECT_TRUE(world.check(program)) << unit;
  }
}

TEST(Program, AwayRowsNeedTheirOwnUnit) {
  Program program = compile_node("%0 = home 0\n", 0);
  World world;
  world.record.owner = world.subject.user;
  EXPECT_TRUE(world.check(program));
  world.record.shares = POLICY_AWAY;
  world.reach.interval_count = 1;
  world.reach.owner_count = 2;
  EXPECT_FALSE(world.check(program));
  world.reach.away_count = 1;
  EXPECT_FALSE(world.check(program));
  world.record.owning_unit = 9;
  EXPECT_TRUE(world.check(program));
}

TEST(Program, SharesCountForWhomTheyAreMade) {
  Program program = compile_node("%0 = shared 0 read\n", 0);
  const uint16_t read = 1u << POLICY_RIGHT_read;
  struct Case {
    policy_principal with;
    uint16_t rights;
    uint32_t flags;
    bool expected;
  };
  const Case cases[] = {
      {POLICY_PRINCIPAL(POLICY_USER, 1), read, POLICY_REACH_HELD | POLICY_REACH_SHARE_USER, true},
      {POLICY_PRINCIPAL(POLICY_USER, 1), read, POLICY_REACH_HELD, false},
      {POLICY_PRINCIPAL(POLICY_USER, 1), read, POLICY_REACH_SHARE_USER, false},
      {POLICY_PRINCIPAL(POLICY_USER, 2), read, POLICY_REACH_HELD | POLICY_REACH_SHARE_USER, false},
      {POLICY_PRINCIPAL(POLICY_TEAM, 5), read, POLICY_REACH_HELD, true},
      {POLICY_PRINCIPAL(POLICY_TEAM, 4), read, POLICY_REACH_HELD, false},
      {POLICY_PRINCIPAL(POLICY_UNIT, 6), read, POLICY_REACH_HELD | POLICY_REACH_SHARE_UNIT, true},
      {POLICY_PRINCIPAL(POLICY_UNIT, 6), read, POLICY_REACH_HELD, false},
      {POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0), read, POLICY_REACH_HELD, true},
      {POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0), 1u << POLICY_RIGHT_write, POLICY_REACH_HELD, false},
      {0, read, POLICY_REACH_HELD | POLICY_REACH_SHARE_USER, false},
      {0xf0000000u, read, POLICY_REACH_HELD | POLICY_REACH_SHARE_USER, false},
  };
  for (const Case& c : cases) {
    World world;
    world.reach.flags = c.flags;
    EXPECT_FALSE(world.check(program)) << "nothing is shared";
    policy::ShareList shares;
    shares.assign(std::vector<policy_share>{{POLICY_PRINCIPAL(POLICY_USER, 8), read, 0}, {c.with, c.rights, 0}});
    world.record.shares = shares.address() | POLICY_AWAY;
    EXPECT_EQ(world.check(program), c.expected) << c.with << " " << c.rights << " " << c.flags;
  }
}

TEST(Program, InheritedSharesAreTheirOwnMask) {
  Program explicit_share = compile_node("%0 = shared 0 read\n", 0);
  Program inherited = compile_node("%0 = inherited 0 read\n", 0);
  Program any = compile_node("%0 = any_share 0 read\n", 0);
  World world;
  policy_share share{POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0), 0, 1u << POLICY_RIGHT_read};
  world.reach.flags = POLICY_REACH_HELD;
  policy::ShareList shares;
  shares.assign({&share, 1});
  world.record.shares = shares.address();
  EXPECT_FALSE(world.check(explicit_share));
  EXPECT_TRUE(world.check(inherited));
  EXPECT_TRUE(world.check(any));
}

TEST(Program, PrivilegesCountByTheirLevel) {
  Program held = compile_node("%0 = holds 0\n", 0);
  Program wide = compile_node("%0 = holds_unit 0\n", 0);
  World world;
  EXPECT_FALSE(world.check(held));
  world.reach.flags = POLICY_REACH_HELD;
  EXPECT_TRUE(world.check(held));
  EXPECT_FALSE(world.check(wide));
  world.reach.flags = POLICY_REACH_HELD | POLICY_REACH_UNIT_LEVEL;
  EXPECT_TRUE(world.check(wide));
}

TEST(Program, RowsOfReportsAreReachedForTheRightsThatTheyGive) {
  Program program = compile_node("%0 = hierarchy 0 read\n", 0);
  const uint32_t read = 1u << POLICY_RIGHT_read, write = 1u << POLICY_RIGHT_write;
  const policy_report reports[] = {{POLICY_PRINCIPAL(POLICY_USER, 2), read | write},
                                   {POLICY_PRINCIPAL(POLICY_USER, 7), write},
                                   {POLICY_PRINCIPAL(POLICY_USER, 9), read},
                                   {POLICY_PRINCIPAL(POLICY_TEAM, 4), read}};
  for (uint32_t count = 0; count <= 4; ++count) {
    World world;
    world.subject.reports = reports;
    world.subject.report_count = count;
    for (uint32_t i = 0; i < 4; ++i) {
      world.record.owner = reports[i].principal;
      world.reach.flags = 0;
      EXPECT_FALSE(world.check(program)) << "the privilege is not held";
      world.reach.flags = POLICY_REACH_HELD;
      EXPECT_EQ(world.check(program), i < count && i != 1) << count << " " << i;
    }
    for (policy_principal owner : {0u, POLICY_PRINCIPAL(POLICY_USER, 3), POLICY_PRINCIPAL(POLICY_UNIT, 2)}) {
      world.record.owner = owner;
      EXPECT_FALSE(world.check(program)) << owner;
    }
  }
}

TEST(Program, SharesWithReportsCountExplicitAndInherited) {
  Program program = compile_node("%0 = hierarchy 0 read\n", 0);
  const uint16_t read = 1u << POLICY_RIGHT_read, write = 1u << POLICY_RIGHT_write;
  const policy_report reports[] = {{POLICY_PRINCIPAL(POLICY_USER, 2), read}, {POLICY_PRINCIPAL(POLICY_TEAM, 4), write}};
  const std::pair<policy_share, bool> cases[] = {{{POLICY_PRINCIPAL(POLICY_USER, 2), read, 0}, true},
                                                 {{POLICY_PRINCIPAL(POLICY_USER, 2), 0, read}, true},
                                                 {{POLICY_PRINCIPAL(POLICY_USER, 2), write, write}, false},
                                                 {{POLICY_PRINCIPAL(POLICY_USER, 3), read, read}, false},
                                                 {{POLICY_PRINCIPAL(POLICY_TEAM, 4), read, read}, false},
                                                 {{POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0), read, read}, false}};
  for (const auto& [share, expected] : cases) {
    World world;
    world.subject.reports = reports;
    world.subject.report_count = 2;
    world.reach.flags = POLICY_REACH_HELD;
    EXPECT_FALSE(world.check(program)) << "nothing is shared";
    policy::ShareList shares;
    shares.assign({&share, 1});
    world.record.shares = shares.address();
    EXPECT_EQ(world.check(program), expected) << share.principal << " " << share.rights << " " << share.inherited;
  }
}

TEST(Program, StepsRunAsWhomTheirSourceNames) {
  Result<DecisionIR> ir = parse_ir(
      "decision_ir \"x\"\ntable \"t\" owned by user\n  layout size 0\nflow \"f\" table 0\n"
      "  step \"a\" read table 0 as triggering\n  step \"b\" read table 0 as record_owner \"sam\"\n"
      "  step \"c\" read table 0 as named \"sam\" bounded_by \"ana\"\n  step \"d\" read table 0 as system\n");
  ASSERT_TRUE(ir) << ir.error();
  Result<Program> program = compile_program(*ir);
  ASSERT_TRUE(program);
  const std::vector<policy::StepEntry>& steps = program->tables().flows.at(0).steps;
  const policy_principal triggering = POLICY_PRINCIPAL(POLICY_USER, 1), owner = POLICY_PRINCIPAL(POLICY_USER, 2),
                         named = POLICY_PRINCIPAL(POLICY_USER, 3);
  for (bool is_compiled : {false, true}) {
    if (is_compiled) {
      ASSERT_TRUE(program->wait());
    }
    EXPECT_EQ(steps[0].run_as(triggering, owner, named), triggering);
    EXPECT_EQ(steps[1].run_as(triggering, owner, named), owner);
    EXPECT_EQ(steps[1].run_as(triggering, POLICY_PRINCIPAL(POLICY_TEAM, 2), named), named);
    EXPECT_EQ(steps[1].run_as(triggering, 0, 0), 0u) << "nobody knows the name";
    EXPECT_EQ(steps[2].run_as(triggering, owner, named), named);
    EXPECT_EQ(steps[3].run_as(triggering, owner, named), POLICY_PRINCIPAL(POLICY_SYSTEM, 0));
  }
  EXPECT_TRUE(steps[2].bounded);
  EXPECT_EQ(steps[2].bounded_by, "ana");
}

struct Attributes {
  std::vector<uint64_t> bytes;
  Field field;

  Attributes(ValueType type, const Value& value) : field{"x", type, 0, 8, 0} {
    bytes.resize(3);
    write_value(field, value, reinterpret_cast<uint8_t*>(bytes.data()));
  }
  void copy_to(World& world) const {
    std::memcpy(world.stored.attributes, bytes.data(), bytes.size() * sizeof(uint64_t));
  }
};

bool compare_with(ValueType type, const char* compare, const std::string& literal, const Value& value) {
  Program program =
      compile_node(fmt::format("operand o0 record {0} @8 bit 0\noperand o1 literal {0} {1}\n%0 = compare {2} o0 o1\n",
                               word(type), literal, compare),
                   0, fmt::format("  layout size 24\n  field \"x\" {} @8 bit 0 attribute 0\n", word(type)));
  Attributes attributes(type, value);
  World world;
  EXPECT_FALSE(world.check(program)) << "no attributes at all";
  attributes.copy_to(world);
  return world.check(program);
}

TEST(Program, ComparesEveryType) {
  struct Case {
    ValueType type;
    const char* compare;
    const char* literal;
    Int128 number;
    bool expected;
  };
  const Case cases[] = {
      {ValueType::Boolean, "equal", "1", 1, true},
      {ValueType::Boolean, "equal", "1", 0, false},
      {ValueType::Integer, "less", "-5", -6, true},
      {ValueType::Integer, "less", "-5", INT64_MAX, false},
      {ValueType::Integer, "greater_equal", "9223372036854775807", INT64_MAX, true},
      {ValueType::Decimal, "less", "1000000000000000000000", Int128{999999999999999999} * 1000, true},
      {ValueType::Decimal, "greater", "-1000000000000000000000", Int128{-1000000000000000000} * 1000, false},
      {ValueType::Money, "less_equal", "500", 500, true},
      {ValueType::Date, "greater", "-1", -1, false},
      {ValueType::DateTime, "not_equal", "7", 8, true},
      {ValueType::Choice, "equal", "3", 3, true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(compare_with(c.type, c.compare, c.literal, Value::of(c.type, c.number)), c.expected)
        << word(c.type) << " " << c.compare << " " << c.literal;
    EXPECT_FALSE(compare_with(c.type, c.compare, c.literal, Value::null(c.type))) << "null is never compared";
  }
}

TEST(Program, ComparesStrings) {
  for (const char* compare : {"equal", "not_equal"}) {
    bool equal = std::strcmp(compare, "equal") == 0;
    EXPECT_EQ(compare_with(ValueType::String, compare, "\"west\"", Value::string("west")), equal);
    EXPECT_EQ(compare_with(ValueType::String, compare, "\"west\"", Value::string("wests")), !equal);
    EXPECT_EQ(compare_with(ValueType::String, compare, "\"west\"", Value::string("wast")), !equal);
    EXPECT_EQ(compare_with(ValueType::String, compare, "\"\"", Value::string("")), equal);
    EXPECT_FALSE(compare_with(ValueType::String, compare, "\"west\"", Value::null(ValueType::String)));
  }
}

TEST(Program, NullAndSetAreOpposites) {
  const std::string fields = "  layout size 16\n  field \"x\" date @8 bit 0 attribute 0\n";
  Program is_null = compile_node("operand o0 record date @8 bit 0\n%0 = is_null o0\n", 0, fields);
  Program is_set = compile_node("operand o0 record date @8 bit 0\n%0 = is_set o0\n", 0, fields);
  for (bool present : {false, true}) {
    Attributes attributes(ValueType::Date, present ? Value::of(ValueType::Date, 1) : Value::null(ValueType::Date));
    World world;
    attributes.copy_to(world);
    EXPECT_EQ(world.check(is_null), !present);
    EXPECT_EQ(world.check(is_set), present);
  }
}

// As deep as the largest condition; a recursion over it would end in a crash under the sanitizers.
TEST(Program, LongChainsDoNotRecurse) {
  std::string lines = "operand o0 record date @8 bit 0\n%0 = own_row 0\n";
  uint32_t last = 0;
  for (uint32_t day = 1; day <= 4096; ++day) {
    lines += fmt::format("operand o{} literal date {}\n%{} = compare equal o0 o{}\n%{} = or %{} %{}\n", day, day,
                         last + 1, day, last + 2, last, last + 1);
    last += 2;
  }
  Program program = compile_node(lines, last, "  layout size 16\n  field \"x\" date @8 bit 0 attribute 0\n");
  for (Int128 day : {0, 1, 2000, 4096, 4097}) {
    Attributes attributes(ValueType::Date, Value::of(ValueType::Date, day));
    World world;
    attributes.copy_to(world);
    EXPECT_EQ(world.check(program), day >= 1 && day <= 4096) << static_cast<int>(day);
  }
}

TEST(Program, ShowsItsStages) {
  Result<DecisionIR> ir = parse_ir(
      "decision_ir \"x\"\nslots 1\n%0 = own_row 0\n%1 = false\ngraph g0 check %0\n  allow owner slot 0 %0\n"
      "  deny level unless %1\ntable \"t\" owned by user\n  layout size 0\n  decision read g0 base 0 slots 0 1\n");
  ASSERT_TRUE(ir) << ir.error();
  Result<std::string> llvm = llvm_text(*ir), assembly = assembly_text(*ir);
  ASSERT_TRUE(llvm && assembly);
  EXPECT_NE(llvm->find("define i32 @check_g0("), std::string::npos);
  EXPECT_NE(llvm->find("define i64 @decide_g0("), std::string::npos);
  const size_t check = llvm->find("define i32 @check_g0(");
  const std::string check_body = llvm->substr(check, llvm->find("\n}", check) - check);
  EXPECT_EQ(check_body.find("call"), std::string::npos) << "questions are inlined: " << check_body;
  EXPECT_NE(assembly->find("check_g0:"), std::string::npos);
}

}  // namespace
}  // namespace policyc
