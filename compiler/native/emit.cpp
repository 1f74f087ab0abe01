// A node becomes branches: `emit_branch(node, yes, no)` jumps to one of two blocks. The questions about slots are calls
// to the functions of questions.h, comparisons are written here.
#include "compiler/native/emit.h"

#include <fmt/format.h>
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "compiler/base/limits.h"
#include "compiler/ir/chain.h"
#include "compiler/native/emit_comparison.h"
#include "compiler/native/emit_filter.h"
#include "compiler/native/questions.h"

namespace policyc {

namespace {

using llvm::BasicBlock;
using LValue = llvm::Value;

unsigned bits_of(ValueType type) {
  switch (type) {
    case ValueType::Boolean:
      return 8;
    case ValueType::Date:
    case ValueType::Choice:
      return 32;
    case ValueType::Integer:
    case ValueType::Money:
    case ValueType::DateTime:
      return 64;
    case ValueType::Decimal:
      return 128;
    case ValueType::String:
      break;  // a pointer and a size
  }
  return 64;
}

// Jumps that meet in one block at most.
constexpr size_t kJumpsToOneBlock = 64;

// Functions that check and decide, and several graphs, have in common.
struct Parts {
  // A part of a long chain.
  std::map<std::pair<Op, std::vector<NodeId>>, llvm::Function*> chains;
  // Whether one slot reaches the row, by what is asked (see GraphEmitter::shape_of).
  std::map<std::vector<uint32_t>, llvm::Function*> reaches;
  // A comparison, or whether a value is there.
  std::map<NodeId, llvm::Function*> values;
};

class GraphEmitter {
 public:
  GraphEmitter(const DecisionIR& ir, llvm::Module& module, Parts& parts)
      : ir_(ir), module_(module), parts_(parts), builder_(module.getContext()) {}

  void emit_check(GraphId id) {
    begin_function(check_symbol(id), builder_.getInt32Ty());
    is_decide_ = false;
    BasicBlock* yes = block("yes");
    BasicBlock* no = block("no");
    emit_branch(ir_.graphs[id].check, yes, no);
    emit_return(yes, builder_.getInt32(1));
    emit_return(no, builder_.getInt32(0));
  }

  void emit_decide(GraphId id) {
    const Graph& graph = ir_.graphs[id];
    begin_function(decide_symbol(id), builder_.getInt64Ty());
    is_decide_ = true;
    BasicBlock* allowed = block("allowed");
    BasicBlock* denied = block("denied");
    LValue* check = builder_.CreateCall(check_function(id), {subject_, reaches_, record_, context_});
    builder_.CreateCondBr(builder_.CreateICmpNE(check, builder_.getInt32(0)), allowed, denied);
    builder_.SetInsertPoint(allowed);
    for (const GraphOutcome& outcome : graph.allow) emit_outcome(outcome, true);
    builder_.CreateRet(answer(Reason::Unknown, 0));
    builder_.SetInsertPoint(denied);
    for (const GraphOutcome& outcome : graph.deny) emit_outcome(outcome, false);
    builder_.CreateRet(answer(Reason::Unknown, 0));
  }

 private:
  // --- functions and blocks

  void begin_function(const std::string& name, llvm::Type* result) {
    llvm::Type* pointer = builder_.getPtrTy();
    auto* type = llvm::FunctionType::get(result, {pointer, pointer, pointer, pointer}, false);
    function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module_);
    function_->setDoesNotThrow();
    subject_ = function_->getArg(0);
    reaches_ = function_->getArg(1);
    record_ = function_->getArg(2);
    context_ = function_->getArg(3);
    builder_.SetInsertPoint(block("entry"));
  }

  // Of this module, or of another that is loaded already.
  llvm::Function* check_function(GraphId id) {
    const std::string name = check_symbol(id);
    if (llvm::Function* found = module_.getFunction(name)) return found;
    llvm::Type* pointer = builder_.getPtrTy();
    auto* type = llvm::FunctionType::get(builder_.getInt32Ty(), {pointer, pointer, pointer, pointer}, false);
    return llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module_);
  }

  BasicBlock* block(const char* name) { return BasicBlock::Create(module_.getContext(), name, function_); }

  void emit_return(BasicBlock* at, LValue* value) {
    builder_.SetInsertPoint(at);
    builder_.CreateRet(value);
  }

  LValue* answer(Reason reason, uint32_t slot) {
    return builder_.getInt64(static_cast<uint64_t>(reason) | uint64_t{slot} << 32);
  }

  // An allow outcome answers where its node holds, a denial where it does not; otherwise the next is looked at.
  void emit_outcome(const GraphOutcome& outcome, bool answers_when) {
    BasicBlock* here = block(answers_when ? "allow" : "deny");
    BasicBlock* next = block("next");
    emit_branch(outcome.node, answers_when ? here : next, answers_when ? next : here);
    emit_return(here, answer(outcome.reason, outcome.slot));
    builder_.SetInsertPoint(next);
  }

  // --- nodes

  void emit_branch(NodeId id, BasicBlock* yes, BasicBlock* no) {
    const Node& node = ir_.nodes[id];
    if (is_chain(node)) return emit_chain(node.op, chain(ir_, id), yes, no);
    LValue* answer = is_decide_ && reads_values(node) ? call(value_part(id), reaches_) : emit_question(node);
    builder_.CreateCondBr(answer, yes, no);
  }

  void emit_chain(Op op, std::span<const NodeId> operands, BasicBlock* yes, BasicBlock* no) {
    if (operands.size() > kJumpsToOneBlock) return emit_long_chain(op, operands, yes, no);
    for (size_t i = 0; i < operands.size(); ++i) {
      BasicBlock* next = i + 1 == operands.size() ? nullptr : block("next");
      if (op == Op::And && is_conditional(operands))
        emit_guarded(operands[i], next == nullptr ? yes : next, no);
      else if (op == Op::And)
        emit_branch(operands[i], next == nullptr ? yes : next, no);
      else
        emit_branch(operands[i], yes, next == nullptr ? no : next);
      if (next != nullptr) builder_.SetInsertPoint(next);
    }
  }

  // LLVM's passes cost the square of the jumps that meet in one block. So a long chain becomes a short chain of calls
  // to functions that hold a part each, and so on for parts that are still long.
  void emit_long_chain(Op op, std::span<const NodeId> operands, BasicBlock* yes, BasicBlock* no) {
    size_t part_size = kJumpsToOneBlock;
    while (part_size * kJumpsToOneBlock < operands.size()) part_size *= kJumpsToOneBlock;
    while (!operands.empty()) {
      size_t size = std::min(part_size, operands.size());
      llvm::Function* part = part_of(op, operands.first(size));
      operands = operands.subspan(size);
      LValue* answer = call(part, reaches_);
      BasicBlock* next = operands.empty() ? nullptr : block("next");
      if (op == Op::And)
        builder_.CreateCondBr(answer, next == nullptr ? yes : next, no);
      else
        builder_.CreateCondBr(answer, yes, next == nullptr ? no : next);
      if (next != nullptr) builder_.SetInsertPoint(next);
    }
  }

  llvm::Function* part_of(Op op, std::span<const NodeId> operands) {
    auto [found, is_new] = parts_.chains.try_emplace({op, {operands.begin(), operands.end()}}, nullptr);
    if (is_new) found->second = GraphEmitter(ir_, module_, parts_).emit_part(op, operands);
    return found->second;
  }

  bool is_conditional(std::span<const NodeId> operands) const {
    return ir_.nodes[operands[0]].op == Op::Holds &&
           std::any_of(operands.begin(), operands.end(), [&](NodeId id) { return reads_values(first_question(id)); });
  }

  // What only holders of a conditional grant are asked: whether it reaches the row is a call, so that a policy with
  // many conditions stays small.
  void emit_guarded(NodeId id, BasicBlock* yes, BasicBlock* no) {
    std::vector<uint32_t> shape = shape_of(id);
    if (shape.empty()) return emit_branch(id, yes, no);
    auto [found, is_new] = parts_.reaches.try_emplace(shape, nullptr);
    if (is_new) found->second = GraphEmitter(ir_, module_, parts_).emit_reach(id, first_question(id).slot);
    LValue* reach = reach_of(first_question(id));
    builder_.CreateCondBr(call(found->second, reach), yes, no);
  }

  const Node& first_question(NodeId id) const {
    while (operands_of(ir_.nodes[id].op) == OpOperands::Nodes) id = {ir_.nodes[id].a};
    return ir_.nodes[id];
  }

  // What the node asks, whichever slot it is about; empty where it is no `or`, or is about more than one slot.
  std::vector<uint32_t> shape_of(NodeId root) const {
    if (ir_.nodes[root].op != Op::Or) return {};
    std::vector<uint32_t> shape;
    std::vector<NodeId> pending = {root};
    const uint32_t slot = first_question(root).slot;
    while (!pending.empty()) {
      const Node& node = ir_.nodes[pending.back()];
      pending.pop_back();
      shape.push_back(static_cast<uint32_t>(node.op) << 8 | static_cast<uint32_t>(node.right));
      OpOperands operands = operands_of(node.op);
      if (operands == OpOperands::Nodes) {
        pending.insert(pending.end(), {NodeId{node.b}, NodeId{node.a}});
      } else if ((operands != OpOperands::Slot && operands != OpOperands::SlotRight) || node.slot != slot) {
        return {};
      }
    }
    return shape;
  }

  static bool reads_values(const Node& node) {
    OpOperands asked = operands_of(node.op);
    return asked == OpOperands::Operands || asked == OpOperands::Operand;
  }

  // A decide asks the same of values for one reason after the other.
  llvm::Function* value_part(NodeId id) {
    auto [found, is_new] = parts_.values.try_emplace(id, nullptr);
    if (is_new) found->second = GraphEmitter(ir_, module_, parts_).emit_value(id);
    return found->second;
  }

  llvm::Function* emit_value(NodeId id) {
    begin_part("value");
    builder_.CreateRet(emit_question(ir_.nodes[id]));
    return function_;
  }

  LValue* call(llvm::Function* part, LValue* reaches) {
    llvm::CallInst* made = builder_.CreateCall(part, {subject_, reaches, record_, context_});
    made->setCallingConv(part->getCallingConv());
    return made;
  }

  // As in questions.h: keeps its caller's registers.
  void begin_part(const char* name) {
    begin_function(name, builder_.getInt1Ty());
    function_->setLinkage(llvm::Function::InternalLinkage);
    function_->addFnAttr(llvm::Attribute::NoInline);
    function_->setCallingConv(llvm::CallingConv::PreserveMost);
  }

  llvm::Function* emit_reach(NodeId node, uint32_t slot) {
    begin_part("reach");
    slot_of_reaches_ = slot;
    BasicBlock* yes = block("yes");
    BasicBlock* no = block("no");
    emit_branch(node, yes, no);
    emit_return(yes, builder_.getTrue());
    emit_return(no, builder_.getFalse());
    return function_;
  }

  llvm::Function* emit_part(Op op, std::span<const NodeId> operands) {
    begin_part("part");
    BasicBlock* yes = block("yes");
    BasicBlock* no = block("no");
    emit_chain(op, operands, yes, no);
    emit_return(yes, builder_.getTrue());
    emit_return(no, builder_.getFalse());
    return function_;
  }

  // May end the current block and go on in another; the answer is valid where the builder then stands.
  LValue* emit_question(const Node& node) {
    switch (node.op) {
      case Op::False:
        return builder_.getFalse();
      case Op::True:
        return builder_.getTrue();
      case Op::Holds:
        return ask("q_holds", node);
      case Op::HoldsUnit:
        return ask("q_holds_unit", node);
      case Op::OwnRow:
        return ask("q_own_row", node);
      case Op::TeamRow:
        return ask("q_team_row", node);
      case Op::Home:
        return ask("q_home", node);
      case Op::InReach:
        return ask("q_in_reach", node);
      case Op::Shared:
        return ask_for("q_share", node, right_bit(node));
      case Op::Inherited:
        return ask_for("q_share", node, right_bit(node) << 16);
      case Op::AnyShare:
        return ask_for("q_share", node, right_bit(node) | right_bit(node) << 16);
      case Op::Hierarchy:
        return ask_for("q_hierarchy", node, right_bit(node));
      case Op::Compare:
        return emit_compare(node);
      case Op::IsNull:
        return builder_.CreateNot(emit_present(operand(node.a)));
      case Op::IsSet:
        return emit_present(operand(node.a));
      case Op::And:
      case Op::Or:
        break;  // emit_branch
    }
    return builder_.getFalse();
  }

  static uint32_t right_bit(const Node& node) { return 1u << static_cast<unsigned>(node.right); }

  LValue* reach_of(const Node& node) {
    uint64_t number = node.slot - slot_of_reaches_;
    return builder_.CreateConstGEP1_64(builder_.getInt8Ty(), reaches_, number * sizeof(policy_reach));
  }

  // A decision that names its reason is asked more seldom, and asks each question again: it calls where a check has the
  // question's code written in.
  LValue* call_question(const char* question, llvm::ArrayRef<LValue*> arguments) {
    llvm::CallInst* call = builder_.CreateCall(module_.getFunction(question), arguments);
    if (is_decide_) call->setIsNoInline();
    return call;
  }

  LValue* ask(const char* question, const Node& node) {
    return call_question(question, {subject_, reach_of(node), record_});
  }

  LValue* ask_for(const char* question, const Node& node, uint32_t rights) {
    return call_question(question, {subject_, reach_of(node), record_, builder_.getInt32(rights)});
  }

  // --- operands

  const IROperand& operand(uint32_t index) const { return ir_.operands[OperandId{index}]; }

  // Of a record, right behind its header; null where a user or the context has none.
  LValue* attributes_of(const IROperand& operand) {
    if (operand.from == IROperand::From::Record) {
      return builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), record_, sizeof(policy_record));
    }
    bool of_user = operand.from == IROperand::From::User;
    uint64_t offset = of_user ? offsetof(policy_subject, attributes) : offsetof(policy_context, attributes);
    LValue* place = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), of_user ? subject_ : context_, offset);
    return builder_.CreateAlignedLoad(builder_.getPtrTy(), place, llvm::Align(8));
  }

  LValue* emit_present(const IROperand& operand) {
    if (operand.from == IROperand::From::Literal) return builder_.getTrue();
    LValue* bit = builder_.getInt8(static_cast<uint8_t>(1u << (operand.presence % 8)));
    return builder_.CreateCall(
        module_.getFunction(operand.from == IROperand::From::Record ? "q_present_there" : "q_present"),
        {attributes_of(operand), builder_.getInt32(operand.presence / 8), bit});
  }

  LValue* load(const IROperand& operand, uint64_t offset, llvm::Type* type, unsigned alignment) {
    LValue* place = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), attributes_of(operand), operand.offset + offset);
    return builder_.CreateAlignedLoad(type, place, llvm::Align(alignment));
  }

  LValue* emit_number(const IROperand& operand) {
    unsigned bits = bits_of(operand.type);
    if (operand.from != IROperand::From::Literal) {
      return load(operand, 0, builder_.getIntNTy(bits), std::min(bits / 8, 8u));
    }
    auto number = static_cast<unsigned __int128>(operand.literal.number);
    uint64_t words[] = {static_cast<uint64_t>(number), static_cast<uint64_t>(number >> 64)};
    return llvm::ConstantInt::get(module_.getContext(), llvm::APInt(128, words).trunc(bits));
  }

  std::pair<LValue*, LValue*> emit_string(const IROperand& operand) {
    if (operand.from == IROperand::From::Literal) {
      return {builder_.CreateGlobalString(operand.literal.text, "text"),
              builder_.getInt64(operand.literal.text.size())};
    }
    return {load(operand, offsetof(policy_string, data), builder_.getPtrTy(), 8),
            load(operand, offsetof(policy_string, size), builder_.getInt64Ty(), 8)};
  }

  LValue* emit_comparison(const Node& node) {
    const IROperand& left = operand(node.a);
    const IROperand& right = operand(node.b);
    if (left.type != ValueType::String) {
      return builder_.CreateICmp(predicate_of(node.compare), emit_number(left), emit_number(right));
    }
    auto [left_data, left_size] = emit_string(left);
    auto [right_data, right_size] = emit_string(right);
    LValue* equal =
        builder_.CreateCall(module_.getFunction("string_equal"), {left_data, left_size, right_data, right_size});
    return node.compare == Compare::Equal ? equal : builder_.CreateNot(equal);
  }

  // Values are loaded only where both are present: attributes may be null, and absent ones are not initialised.
  LValue* emit_compare(const Node& node) {
    LValue* present = builder_.CreateAnd(emit_present(operand(node.a)), emit_present(operand(node.b)));
    BasicBlock* before = builder_.GetInsertBlock();
    BasicBlock* compare = block("compare");
    BasicBlock* after = block("compared");
    builder_.CreateCondBr(present, compare, after);
    builder_.SetInsertPoint(compare);
    LValue* result = emit_comparison(node);
    BasicBlock* compared = builder_.GetInsertBlock();
    builder_.CreateBr(after);
    builder_.SetInsertPoint(after);
    llvm::PHINode* answer = builder_.CreatePHI(builder_.getInt1Ty(), 2);
    answer->addIncoming(builder_.getFalse(), before);
    answer->addIncoming(result, compared);
    return answer;
  }

  const DecisionIR& ir_;
  llvm::Module& module_;
  Parts& parts_;
  llvm::IRBuilder<> builder_;
  llvm::Function* function_ = nullptr;
  bool is_decide_ = false;
  uint32_t slot_of_reaches_ = 0;  // the slot that `reaches_` begins with, counted from the decision's base
  LValue *subject_ = nullptr, *reaches_ = nullptr, *record_ = nullptr, *context_ = nullptr;
};

// Whom a step runs as, one function for each way that the program's steps use.
class RunAsEmitter {
 public:
  explicit RunAsEmitter(llvm::Module& module) : module_(module), builder_(module.getContext()) {}

  void emit(IRRunAs run_as) {
    llvm::Type* principal = builder_.getInt32Ty();
    auto* type = llvm::FunctionType::get(principal, {principal, principal, principal}, false);
    auto* function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, run_as_symbol(run_as), module_);
    function->setDoesNotThrow();
    builder_.SetInsertPoint(BasicBlock::Create(module_.getContext(), "entry", function));
    builder_.CreateRet(answer(run_as, function->getArg(0), function->getArg(1), function->getArg(2)));
  }

 private:
  LValue* answer(IRRunAs run_as, LValue* triggering, LValue* record_owner, LValue* named) {
    switch (run_as) {
      case IRRunAs::Triggering:
        return triggering;
      case IRRunAs::RecordOwner: {
        LValue* kind = builder_.CreateLShr(record_owner, POLICY_PRINCIPAL_SHIFT);
        LValue* is_user = builder_.CreateICmpEQ(kind, builder_.getInt32(POLICY_USER));
        return builder_.CreateSelect(is_user, record_owner, named);
      }
      case IRRunAs::Named:
        return named;
      case IRRunAs::System:
        return builder_.getInt32(POLICY_PRINCIPAL(POLICY_SYSTEM, 0));
    }
    return builder_.getInt32(POLICY_NOBODY);
  }

  llvm::Module& module_;
  llvm::IRBuilder<> builder_;
};

void emit_into(llvm::Module& module, const DecisionIR& ir, const EmitRequest& request) {
  Parts parts;
  GraphEmitter emitter(ir, module, parts);
  for (GraphId graph : request.checks) emitter.emit_check(graph);
  for (GraphId graph : request.decides) emitter.emit_decide(graph);
  RunAsEmitter resolvers(module);
  for (IRRunAs run_as : request.run_as) resolvers.emit(run_as);
}

}  // namespace

std::string run_as_symbol(IRRunAs run_as) { return fmt::format("run_as_g{}", static_cast<unsigned>(run_as)); }

std::vector<IRRunAs> run_as_used(const DecisionIR& ir) {
  std::set<IRRunAs> used;
  for (const IRFlow& flow : ir.flows) {
    for (const IRStep& step : flow.steps) used.insert(step.run_as);
  }
  return {used.begin(), used.end()};
}

std::string check_symbol(GraphId graph) { return fmt::format("check_g{}", graph.index); }
std::string decide_symbol(GraphId graph) { return fmt::format("decide_g{}", graph.index); }

Result<EmittedModule> module_with(const std::string& questions, const std::string& name) {
  EmittedModule emitted{std::make_unique<llvm::LLVMContext>(), nullptr};
  llvm::SMDiagnostic error;
  emitted.module = llvm::parseAssemblyString(questions, error, *emitted.context);
  if (!emitted.module) return Failure{"the built-in questions do not parse: " + error.getMessage().str()};
  emitted.module->setModuleIdentifier(name);
  emitted.module->setSourceFileName(name);
  return emitted;
}

std::optional<std::string> refusal_of(const llvm::Module& module) {
  std::string problems;
  llvm::raw_string_ostream stream(problems);
  if (!llvm::verifyModule(module, &stream)) return std::nullopt;
  return "LLVM refuses the module: " + problems;
}

Result<EmittedModule> emit(const DecisionIR& ir, const EmitRequest& request) {
  Result<EmittedModule> emitted = module_with(kQuestions, ir.policy_name);
  if (!emitted) return emitted;
  emit_into(*emitted->module, ir, request);
  if (std::optional<std::string> problem = refusal_of(*emitted->module)) return Failure{std::move(*problem)};
  return emitted;
}

Result<EmittedModule> emit_everything(const DecisionIR& ir) {
  Result<EmittedModule> emitted = module_with(std::string(kQuestions) + filter_questions(), ir.policy_name);
  if (!emitted) return emitted;
  emit_into(*emitted->module, ir, all_of(ir));
  emit_filters_into(*emitted->module, ir, filterable_graphs(ir, limits::kImageFilterQuestions));
  if (std::optional<std::string> problem = refusal_of(*emitted->module)) return Failure{std::move(*problem)};
  return emitted;
}

}  // namespace policyc
