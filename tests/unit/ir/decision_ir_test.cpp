#include "compiler/ir/decision_ir.h"

#include <gtest/gtest.h>

#include <cstring>

#include "compiler/ir/attribute_layout.h"
#include "compiler/ir/node_pool.h"
#include "compiler/ir/print.h"
#include "compiler/ir/simplify.h"
#include "compiler/ir/verify.h"

namespace policyc {
namespace {

constexpr std::string_view kSmall = R"(decision_ir "small"
settings modern_units 0 ownership_recomputed 0 unit_as_principal 1
settings unit_principal_user_level 0 share_reaches_team_only_basic 0 take_owner_on_link 1
settings new_child_inherits_shares 1 assign_checks_reached_tables 0 share_to_previous_owner 0
settings share_rights_not_held 0 append_to_needs_write 0 delete_cascade_needs_child_delete 0
settings clear_lookup_needs_append_to 0 always_move_record_to_owner_unit 1 keep_roles_on_move 0
settings associate_needs_append_to 0 link_needs_write 0 hierarchy_needs_unit_level 0
settings hierarchy_disabled_reports 1
assign_needs read write assign
hierarchy manager depth 3 write_levels 1 manager_unit ancestor
slots 2
choice "open \"now\"\x0a"
privilege "go"
privilege "merge"
well_known merge 1
well_known business_unit 0
user_layout size 0
context_layout size 0
operand o0 record decimal @8 bit 0
operand o1 literal decimal -50000000000
operand o2 literal string "a b"
operand o3 literal string "a b"
%0 = false
%1 = true
%2 = own_row 0
%3 = in_reach 0
%4 = or %3 %2
%5 = compare less o0 o1
%6 = and %5 %4
%7 = or %6 %4
%8 = shared 0 read
%9 = holds 0
%10 = is_set o0
%11 = compare not_equal o2 o3
%12 = hierarchy 0 read
%13 = holds_unit 0
graph g0 check %7
  allow owner slot 0 %2
  allow role_level slot 0 %3
  deny no_privilege unless %9
  deny level unless %0
table "t" owned by user
  in_hierarchy
  column "pay" attribute 2
  column "code" attribute 5
  layout size 24
  field "size" decimal @8 bit 0 attribute 3
  decision read g0 base 0 slots 0 1
  decision write g0 base 1 slots 1 1
relationship "up" child 0 parent 0 lookup "above" assign cascade share active unshare user_owned reparent none delete )"
                                    R"(restrict merge cascade
relationship "side" child 0 parent 0 many_to_many
role "reader" direct_user
  grants 0
  privileges 0
role "writer" team_privileges_only
grant role 0 table 0 read at parent_child slot 0 always "p.policy:3:4"
profile "office"
  columns table 0 read 3 create 0 update 2 read_unmasked 1 read_one_unmasked 0
flow "audit" table 0
  step "log" create table 0 as named "sam"
  step "note" write table 0 as record_owner "ana" bounded_by "sam"
  step "mine" read table 0 as triggering
  step "all" delete table 0 as system
)";

TEST(DecisionIRText, ReadsBackAsTheSame) {
  Result<DecisionIR> ir = parse_ir(kSmall);
  ASSERT_TRUE(ir) << ir.error();
  EXPECT_EQ(ir->choice_labels.front(), "open \"now\"\n");
  EXPECT_EQ(ir->operands[OperandId{1}].literal.number, Int128{-50000000000});
  EXPECT_EQ(print(*ir), kSmall);
  EXPECT_TRUE(*parse_ir(print(*ir)) == *ir);
}

TEST(DecisionIRText, RefusesWhatItCannotRead) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "line 1: not a decision_ir"},
      {"decision_ir \"x", "line 1: cannot be read"},
      {"decision_ir \"x\"\nnonsense", "line 2: cannot be read"},
      {"decision_ir \"x\"\n%1 = true", "line 2: cannot be read"},
      {"decision_ir \"x\"\n%0 = perhaps", "line 2: cannot be read"},
      {"decision_ir \"x\"\n%0 = and %0 %1", "%0 does not point backwards"},
      {"decision_ir \"x\"\n%0 = holds 0", "%0 asks about a slot that is not there"},
      {"decision_ir \"x\"\n%0 = true\ngraph g0 check %0", "graph g0 does not end in a certain denial"},
      {"decision_ir \"x\"\n%0 = true\ngraph g0 check %7\n  deny level unless %0",
       "graph g0 names a node, reason or slot that is not there"},
      {"decision_ir \"x\"\n%0 = is_set o4", "%0 uses operand o4, which is not there"},
      {"decision_ir \"x\"\noperand o0 literal date 1\noperand o1 literal integer 1\n%0 = compare less o0 o1",
       "%0 compares operands of two types"},
      {"decision_ir \"x\"\noperand o0 literal string \"a\"\n%0 = compare less o0 o0",
       "%0 orders a type that has no order"},
      {"decision_ir \"x\"\ntable \"t\" owned by user\n  layout size 8\n  field \"a\" decimal @8 bit 0 attribute 0",
       "field `a` of table `t` does not fit its layout"},
      {"decision_ir \"x\"\nrole \"r\" direct_user\n  grants 5", "role `r` holds a grant that is not there"},
      {"decision_ir \"x\"\ngrant role 0 table 0 read at user slot 0 always \"\"",
       "grant 0 names a role or table that is not there"},
      {"decision_ir \"x\"\nhierarchy off depth 1 write_levels 1 manager_unit same", "line 2: cannot be read"},
      {"decision_ir \"x\"\nsettings no_such_switch 1", "line 2: cannot be read"},
      {"decision_ir \"x\"\nwell_known merge 0", "a well-known privilege is not there"},
      {"decision_ir \"x\"\nwell_known business_unit 0", "a well-known table is not there"},
      {"decision_ir \"x\"\nrelationship \"up\" child 0 parent 1 many_to_many",
       "relationship `up` names a table that is not there"},
      {"decision_ir \"x\"\nrelationship \"up\" child 0 parent 0 lookup \"l\" assign perhaps", "line 2: cannot be read"},
      {"decision_ir \"x\"\ntable \"t\" owned by user\n  column \"b\" attribute 2\n  column \"a\" attribute 2",
       "the secured columns of table `t` do not ascend"},
      {"decision_ir \"x\"\ntable \"t\" owned by user\nprofile \"p\"\n  columns table 0 read 1 create 0 update 0 "
       "read_unmasked 0 read_one_unmasked 0",
       "profile `p` opens a column that is not there"},
      {"decision_ir \"x\"\nflow \"f\" table 0", "flow `f` names a table that is not there"},
      {"decision_ir \"x\"\n  step \"s\" read table 0 as system", "line 2: cannot be read"},
      {"decision_ir \"x\"\noperand o0 literal decimal 999999999999999999999999999999999999999",
       "line 2: cannot be read"},
  };
  for (const auto& [text, message] : kCases) {
    Result<DecisionIR> ir = parse_ir(text);
    ASSERT_FALSE(ir) << text;
    EXPECT_EQ(ir.error(), message) << text;
  }
}

TEST(Simplify, DropsWhatNothingReaches) {
  DecisionIR simple = simplify(*parse_ir(kSmall));
  ASSERT_EQ(simple.graphs.size(), 1u) << "decisions of one shape share a graph";
  EXPECT_EQ(simple.operands.size(), 0u);
  const Graph& graph = simple.graphs[GraphId{0}];
  EXPECT_EQ(simple.nodes[graph.check].op, Op::Or) << "x or (x and y) is x";
  EXPECT_EQ(verify(simple), std::nullopt);
  EXPECT_TRUE(simplify(simple) == simple);
}

TEST(Simplify, SharesEqualGraphs) {
  std::string text(kSmall);
  size_t tables = text.find("table \"t\"");
  std::string graph = text.substr(text.find("graph g0"), tables - text.find("graph g0"));
  graph.replace(graph.find("g0"), 2, "g1");
  text.insert(tables, graph);
  text.replace(text.find("write g0"), 8, "write g1");
  Result<DecisionIR> ir = parse_ir(text);
  ASSERT_TRUE(ir) << ir.error();
  ASSERT_EQ(ir->graphs.size(), 2u);
  EXPECT_EQ(simplify(*ir).graphs.size(), 1u);
}

TEST(NodePool, FoldsConstantsRepetitionAndAbsorption) {
  DecisionIR ir;
  NodePool pool(ir);
  NodeId yes = pool.constant(true), no = pool.constant(false), x = pool.ask(Op::OwnRow, 0),
         y = pool.ask(Op::TeamRow, 0);
  EXPECT_EQ(pool.both(x, yes), x);
  EXPECT_EQ(pool.both(no, x), no);
  EXPECT_EQ(pool.either(x, no), x);
  EXPECT_EQ(pool.either(x, yes), yes);
  EXPECT_EQ(pool.both(x, x), x);
  EXPECT_EQ(pool.either(x, x), x);
  EXPECT_EQ(pool.either(x, pool.both(x, y)), x);
  EXPECT_EQ(pool.both(pool.either(y, x), x), x);
  EXPECT_EQ(pool.both(x, y), pool.both(x, y)) << "equal nodes are one node";
  EXPECT_EQ(pool.ask(Op::OwnRow, 0), x);
  EXPECT_NE(pool.ask(Op::OwnRow, 1), x);
}

TEST(AttributeLayout, LargestFirstBehindThePresenceBits) {
  AttributeLayout layout = lay_out({{"flag", ValueType::Boolean, 0, 0, 0},
                                    {"size", ValueType::Decimal, 1, 0, 0},
                                    {"due", ValueType::Date, 2, 0, 0},
                                    {"fee", ValueType::Money, 3, 0, 0}});
  EXPECT_EQ(layout.fields[1].offset, 8u);
  EXPECT_EQ(layout.fields[3].offset, 24u);
  EXPECT_EQ(layout.fields[2].offset, 32u);
  EXPECT_EQ(layout.fields[0].offset, 36u);
  EXPECT_EQ(layout.size, 40u);
  EXPECT_EQ(lay_out({}).size, 0u);
}

TEST(AttributeLayout, NullClearsThePresenceBit) {
  AttributeLayout layout = lay_out({{"due", ValueType::Date, 0, 0, 0}});
  std::vector<uint8_t> bytes(layout.size);
  write_value(layout.fields[0], Value::of(ValueType::Date, -2), bytes.data());
  EXPECT_EQ(bytes[0], 1);
  int32_t due = 0;
  std::memcpy(&due, bytes.data() + layout.fields[0].offset, sizeof(due));
  EXPECT_EQ(due, -2);
  write_value(layout.fields[0], Value::null(ValueType::Date), bytes.data());
  EXPECT_EQ(bytes[0], 0);
}

}  // namespace
}  // namespace policyc
