// A function has two parts. Before the loop, everything that is the same for all rows: columns, operands of the user
// and the context, and for each node whether it can hold for some row and whether it holds for every row (`Standing`).
// In the loop a node becomes code that takes a mask of the rows that it is asked for and gives the part of them for
// which it holds (`rows`); code that would be asked for no row is jumped over.
#include "compiler/native/emit_filter.h"

#include <fmt/format.h>
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/base/limits.h"
#include "compiler/ir/attribute_layout.h"
#include "compiler/ir/chain.h"
#include "compiler/native/columns_read.h"
#include "compiler/native/emit_comparison.h"
#include "compiler/native/filter_questions.h"
#include "compiler/native/questions.h"
#include "policy/columns.h"

namespace policyc {

namespace {

using llvm::BasicBlock;
using llvm::CmpInst;
using LValue = llvm::Value;

// A larger one calls its questions: written out, half of its code would be they.
constexpr size_t kNodesOfSmallFilter = 24;

std::vector<NodeId> nodes_below(const DecisionIR& ir, NodeId root) {
  std::vector<NodeId> pending = {root}, found;
  std::set<NodeId> seen;
  while (!pending.empty()) {
    NodeId id = pending.back();
    pending.pop_back();
    if (!seen.insert(id).second) continue;
    found.push_back(id);
    const Node& node = ir.nodes[id];
    if (is_chain(node)) pending.insert(pending.end(), {NodeId{node.a}, NodeId{node.b}});
  }
  return found;
}

// How much would be written out for each node. Nodes point backwards, so one pass is enough.
class Sizes {
 public:
  explicit Sizes(const DecisionIR& ir) {
    for (const Node& node : ir.nodes) {
      Size size{1, 1};
      if (is_chain(node)) {
        Size a = sizes_[node.a], b = sizes_[node.b];
        size = {std::min(a.questions + b.questions, limits::kFilterQuestions + 1),
                std::max(deeper(ir, node, node.a, a), deeper(ir, node, node.b, b))};
      }
      sizes_.push_back(size);
    }
  }
  bool is_small(NodeId node, size_t most_questions) const {
    return sizes_[node.index].questions <= most_questions && sizes_[node.index].depth <= limits::kFilterDepth;
  }

 private:
  struct Size {
    size_t questions;
    size_t depth;
  };
  // A chain is one bracket, however long.
  static size_t deeper(const DecisionIR& ir, const Node& node, uint32_t child, const Size& size) {
    bool same = ir.nodes[NodeId{child}].op == node.op;
    return std::min(size.depth + (same ? 0 : 1), limits::kFilterDepth + 1);
  }

  std::vector<Size> sizes_;
};

// What is known of a node before any row is looked at; both are i1.
struct Standing {
  LValue* some = nullptr;  // it may hold for a row
  LValue* all = nullptr;   // it holds for every row
};

// A column of the table. In the loop, `here` points to the block's first entry.
struct Column {
  unsigned bytes = 0;        // of one entry
  LValue* base = nullptr;    // null where the rows have no such thing
  LValue* stride = nullptr;  // bytes from one block to the next
  LValue* rest = nullptr;    // where the entries of the last, shorter block are copied to
  LValue* here = nullptr;
};

struct Attribute {
  Column values;
  LValue* present = nullptr;         // words of bits
  LValue* present_stride = nullptr;  // 0 where every row has a value
  LValue* present_here = nullptr;    // of the block's rows
};

// A value that is the same for all rows.
struct Constant {
  LValue* present = nullptr;  // i1
  LValue* value = nullptr;    // the number; of a string the bytes
  LValue* size = nullptr;     // of a string
};

class FilterEmitter {
 public:
  FilterEmitter(const DecisionIR& ir, llvm::Module& module, GraphId graph, const policy::ColumnsRead& reads)
      : ir_(ir),
        module_(module),
        builder_(module.getContext()),
        graph_(graph),
        root_(ir.graphs[graph].check),
        is_large_(nodes_below(ir, root_).size() > kNodesOfSmallFilter),
        reads_(reads) {}

  void emit() {
    begin_function();
    load_rows();
    BasicBlock* nothing = block("nothing");
    load_columns(nothing);
    Standing root = standing(root_);
    BasicBlock* some = block("some");
    BasicBlock* look = block("look");
    BasicBlock* everything = block("everything");
    builder_.CreateCondBr(root.some, some, nothing);
    builder_.SetInsertPoint(some);
    builder_.CreateCondBr(root.all, everything, look);
    builder_.SetInsertPoint(look);
    emit_loop();
    builder_.SetInsertPoint(nothing);
    call("fill_words", {bitmap_, words_, number(0)});
    builder_.CreateRetVoid();
    builder_.SetInsertPoint(everything);
    emit_everything();
  }

 private:
  // --- small things

  BasicBlock* block(const char* name) { return BasicBlock::Create(module_.getContext(), name, function_); }
  LValue* number(uint64_t value) { return builder_.getInt64(value); }
  LValue* at(LValue* base, uint64_t offset) { return builder_.CreateConstGEP1_64(builder_.getInt8Ty(), base, offset); }
  LValue* at(LValue* base, LValue* offset) { return builder_.CreateGEP(builder_.getInt8Ty(), base, offset); }
  LValue* load(llvm::Type* type, LValue* place, unsigned alignment) {
    return builder_.CreateAlignedLoad(type, place, llvm::Align(alignment));
  }
  LValue* load_word(LValue* base, uint64_t offset) { return load(builder_.getInt64Ty(), at(base, offset), 8); }
  LValue* load_half(LValue* base, uint64_t offset) { return load(builder_.getInt32Ty(), at(base, offset), 4); }
  LValue* load_pointer(LValue* base, uint64_t offset) { return load(builder_.getPtrTy(), at(base, offset), 8); }
  LValue* call(const char* name, llvm::ArrayRef<LValue*> arguments) {
    llvm::CallInst* call = builder_.CreateCall(module_.getFunction(name), arguments);
    if (is_large_) call->setIsNoInline();
    return call;
  }
  LValue* is_set(LValue* value, uint32_t bits) {
    return builder_.CreateICmpNE(builder_.CreateAnd(value, bits), builder_.getInt32(0));
  }
  LValue* is_some(LValue* value) { return builder_.CreateIsNotNull(value); }
  // Memory of this call, whatever block it is asked for in.
  LValue* local(unsigned bytes) {
    llvm::IRBuilder<> entry(&function_->getEntryBlock(), function_->getEntryBlock().begin());
    auto* memory = entry.CreateAlloca(llvm::ArrayType::get(entry.getInt8Ty(), bytes));
    memory->setAlignment(llvm::Align(64));
    return memory;
  }
  LValue* constant_memory(const char* name, llvm::Type* entry, uint64_t value) {
    if (llvm::GlobalVariable* made = module_.getNamedGlobal(name)) return made;
    auto* each = llvm::ConstantInt::get(llvm::FixedVectorType::get(entry, kFilterBlock), value);
    return new llvm::GlobalVariable(module_, each->getType(), true, llvm::GlobalValue::InternalLinkage, each, name);
  }

  // --- before the loop

  void begin_function() {
    llvm::Type* pointer = builder_.getPtrTy();
    auto* type = llvm::FunctionType::get(builder_.getVoidTy(), {pointer, pointer, pointer, pointer, pointer}, false);
    function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, filter_symbol(graph_), module_);
    function_->setDoesNotThrow();
    subject_ = function_->getArg(0);
    reaches_ = function_->getArg(1);
    columns_ = function_->getArg(2);
    context_ = function_->getArg(3);
    bitmap_ = function_->getArg(4);
    builder_.SetInsertPoint(block("entry"));
  }

  void load_rows() {
    LValue* count = load_word(columns_, offsetof(policy_columns, count));
    whole_blocks_ = builder_.CreateLShr(count, 6);
    rest_ = builder_.CreateAnd(count, kFilterBlock - 1);
    has_rest_ = is_some(rest_);
    words_ = builder_.CreateAdd(whole_blocks_, builder_.CreateZExt(has_rest_, builder_.getInt64Ty()));
    rest_mask_ = builder_.CreateSub(builder_.CreateShl(number(1), rest_), number(1));
  }

  // Jumps to `nothing` where a column is not there.
  void load_columns(BasicBlock* nothing) {
    LValue* there = builder_.getTrue();
    if (!reads_.attributes.empty()) {
      LValue* known = load_half(columns_, offsetof(policy_columns, attribute_count));
      there = builder_.CreateICmpULT(builder_.getInt32(reads_.attributes.back()), known);
    }
    BasicBlock* next = block("columns");
    builder_.CreateCondBr(there, next, nothing);
    builder_.SetInsertPoint(next);
    there = builder_.getTrue();
    auto need = [&](LValue* base) { there = builder_.CreateAnd(there, is_some(base)); };
    if (reads_.unit) load_units();
    if (reads_.owner) need(load_column(owners_, 4, offsetof(policy_columns, owner)));
    if (reads_.away) need(away_ = load_pointer(columns_, offsetof(policy_columns, away)));
    if (reads_.shares) load_shares();
    for (uint32_t index : reads_.attributes) need(load_attribute(index));
    BasicBlock* all_there = block("there");
    builder_.CreateCondBr(there, all_there, nothing);
    builder_.SetInsertPoint(all_there);
  }

  LValue* load_column(Column& column, unsigned bytes, uint64_t offset) {
    column.bytes = bytes;
    column.base = load_pointer(columns_, offset);
    column.stride = number(uint64_t{kFilterBlock} * bytes);
    return column.base;
  }

  // Rows of no table's unit are of none, one block of them is enough.
  void load_units() {
    LValue* given = is_some(load_column(units_, 4, offsetof(policy_columns, owning_unit)));
    LValue* none = constant_memory("no_units", builder_.getInt32Ty(), POLICY_NONE);
    units_.base = builder_.CreateSelect(given, units_.base, none);
    units_.stride = builder_.CreateSelect(given, units_.stride, number(0));
  }

  // Where nothing is shared, one block of begins says so for all.
  void load_shares() {
    LValue* given = is_some(load_column(begins_, 4, offsetof(policy_columns, share_begin)));
    LValue* none = constant_memory("no_shares", builder_.getInt32Ty(), 0);
    begins_.base = builder_.CreateSelect(given, begins_.base, none);
    begins_.stride = builder_.CreateSelect(given, begins_.stride, number(0));
    begins_given_ = given;
    shares_ = load_pointer(columns_, offsetof(policy_columns, shares));
  }

  LValue* load_attribute(uint32_t index) {
    Attribute& attribute = attributes_[index];
    LValue* column = at(load_pointer(columns_, offsetof(policy_columns, attributes)), index * sizeof(policy_column));
    attribute.values.bytes = size_of(types_of_attributes()[index]);
    attribute.values.base = load_pointer(column, offsetof(policy_column, values));
    attribute.values.stride = number(uint64_t{kFilterBlock} * attribute.values.bytes);
    LValue* present = load_pointer(column, offsetof(policy_column, present));
    LValue* all = constant_memory("all_present", builder_.getInt8Ty(), 0xff);
    attribute.present = builder_.CreateSelect(is_some(present), present, all);
    attribute.present_stride = builder_.CreateSelect(is_some(present), number(8), number(0));
    return attribute.values.base;
  }

  std::map<uint32_t, ValueType> types_of_attributes() const {
    std::map<uint32_t, ValueType> types;
    for (NodeId id : nodes_below(ir_, root_)) {
      for (const IROperand* operand : operands_asked(ir_, ir_.nodes[id])) {
        if (operand->from == IROperand::From::Record) types[operand->presence] = operand->type;
      }
    }
    return types;
  }

  // --- what is known of a node

  const Standing& standing(NodeId id) {
    auto found = standings_.find(id);
    if (found != standings_.end()) return found->second;
    Standing made = is_chain(ir_.nodes[id]) ? standing_of_chain(id) : standing_of_question(ir_.nodes[id]);
    return standings_[id] = made;
  }

  Standing standing_of_chain(NodeId id) {
    bool is_and = ir_.nodes[id].op == Op::And;
    Standing whole{builder_.getInt1(is_and), builder_.getInt1(is_and)};
    for (NodeId operand : chain(ir_, id)) {
      Standing part = standing(operand);
      whole.some = is_and ? builder_.CreateAnd(whole.some, part.some) : builder_.CreateOr(whole.some, part.some);
      whole.all = is_and ? builder_.CreateAnd(whole.all, part.all) : builder_.CreateOr(whole.all, part.all);
    }
    return whole;
  }

  Standing standing_of_question(const Node& node) {
    LValue* no = builder_.getFalse();
    auto if_some = [&](uint64_t offset) { return Standing{is_some(load_half(reach_of(node), offset)), no}; };
    switch (node.op) {
      case Op::False:
        return {no, no};
      case Op::True:
        return {builder_.getTrue(), builder_.getTrue()};
      case Op::Holds:
        return same_for_all(has_flag(node, POLICY_REACH_HELD));
      case Op::HoldsUnit:
        return same_for_all(has_flag(node, POLICY_REACH_UNIT_LEVEL));
      case Op::OwnRow:
        return if_some(offsetof(policy_reach, own));
      case Op::TeamRow:
        return if_some(offsetof(policy_reach, owner_count));
      case Op::Home:
        return {builder_.getTrue(), no};
      case Op::InReach:
        return standing_of_units(node);
      case Op::Shared:
      case Op::Inherited:
      case Op::AnyShare:
        return {has_flag(node, POLICY_REACH_HELD), no};
      case Op::Hierarchy: {
        LValue* reports = is_some(load_half(subject_, offsetof(policy_subject, report_count)));
        return {builder_.CreateAnd(has_flag(node, POLICY_REACH_HELD), reports), no};
      }
      case Op::Compare:
        return standing_of_compare(node);
      case Op::IsNull:
      case Op::IsSet:
        return standing_of_presence(node);
      case Op::And:
      case Op::Or:
        break;  // standing_of_chain
    }
    return {no, no};
  }

  static Standing same_for_all(LValue* answer) { return {answer, answer}; }

  LValue* reach_of(const Node& node) { return at(reaches_, uint64_t{node.slot} * sizeof(policy_reach)); }
  LValue* has_flag(const Node& node, uint32_t flag) {
    return is_set(load_half(reach_of(node), offsetof(policy_reach, flags)), flag);
  }

  Standing standing_of_units(const Node& node) {
    LValue* reach = reach_of(node);
    LValue* first = load_half(reach, offsetof(policy_reach, first));
    LValue* count = load_half(reach, offsetof(policy_reach, count));
    LValue* further = is_some(load_half(reach, offsetof(policy_reach, interval_count)));
    LValue* from_none = builder_.CreateICmpEQ(first, builder_.getInt32(POLICY_EVERYWHERE_FIRST));
    LValue* to_last = builder_.CreateICmpEQ(count, builder_.getInt32(POLICY_EVERYWHERE_COUNT));
    return {builder_.CreateOr(is_some(count), further), builder_.CreateAnd(from_none, to_last)};
  }

  bool is_of_row(const IROperand& operand) const { return operand.from == IROperand::From::Record; }
  const IROperand& operand(uint32_t index) const { return ir_.operands[OperandId{index}]; }

  Standing standing_of_compare(const Node& node) {
    LValue* there = builder_.getTrue();
    for (uint32_t side : {node.a, node.b}) {
      if (!is_of_row(operand(side))) there = builder_.CreateAnd(there, constant(side).present);
    }
    if (is_of_row(operand(node.a)) || is_of_row(operand(node.b))) return {there, builder_.getFalse()};
    return same_for_all(builder_.CreateAnd(there, compare_constants(node)));
  }

  Standing standing_of_presence(const Node& node) {
    if (is_of_row(operand(node.a))) return {builder_.getTrue(), builder_.getFalse()};
    LValue* present = constant(node.a).present;
    return same_for_all(node.op == Op::IsSet ? present : builder_.CreateNot(present));
  }

  LValue* compare_constants(const Node& node) {
    const Constant& a = constant(node.a);
    const Constant& b = constant(node.b);
    if (operand(node.a).type != ValueType::String) {
      return builder_.CreateICmp(predicate_of(node.compare), a.value, b.value);
    }
    LValue* equal = call("string_equal", {a.value, a.size, b.value, b.size});
    return node.compare == Compare::Equal ? equal : builder_.CreateNot(equal);
  }

  // --- values of the user, the context and the policy

  const Constant& constant(uint32_t index) {
    auto found = constants_.find(index);
    if (found != constants_.end()) return found->second;
    const IROperand& o = operand(index);
    return constants_[index] = o.from == IROperand::From::Literal ? literal(o) : load_constant(o);
  }

  Constant literal(const IROperand& o) {
    if (o.type == ValueType::String) {
      return {builder_.getTrue(), builder_.CreateGlobalString(o.literal.text, "text"), number(o.literal.text.size())};
    }
    auto value = static_cast<unsigned __int128>(o.literal.number);
    uint64_t words[] = {static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64)};
    return {builder_.getTrue(),
            llvm::ConstantInt::get(module_.getContext(), llvm::APInt(128, words).trunc(8 * size_of(o.type))), nullptr};
  }

  // Attributes may be null, and those without a value are not initialised: only what is present is loaded.
  Constant load_constant(const IROperand& o) {
    bool of_user = o.from == IROperand::From::User;
    LValue* attributes = of_user ? load_pointer(subject_, offsetof(policy_subject, attributes))
                                 : load_pointer(context_, offsetof(policy_context, attributes));
    LValue* bit = builder_.getInt8(static_cast<uint8_t>(1u << (o.presence % 8)));
    LValue* present = call("q_present", {attributes, builder_.getInt32(o.presence / 8), bit});
    BasicBlock* before = builder_.GetInsertBlock();
    BasicBlock* there = block("value");
    BasicBlock* after = block("valued");
    builder_.CreateCondBr(present, there, after);
    builder_.SetInsertPoint(there);
    bool is_string = o.type == ValueType::String;
    unsigned bytes = is_string ? 8 : size_of(o.type);
    llvm::Type* type = is_string ? static_cast<llvm::Type*>(builder_.getPtrTy()) : builder_.getIntNTy(8 * bytes);
    LValue* value = load(type, at(attributes, o.offset), std::min(bytes, 8u));
    LValue* size = is_string ? load_word(attributes, o.offset + offsetof(policy_string, size)) : nullptr;
    builder_.CreateBr(after);
    builder_.SetInsertPoint(after);
    auto or_zero = [&](LValue* loaded) -> LValue* {
      if (loaded == nullptr) return nullptr;
      llvm::PHINode* phi = builder_.CreatePHI(loaded->getType(), 2);
      phi->addIncoming(llvm::Constant::getNullValue(loaded->getType()), before);
      phi->addIncoming(loaded, there);
      return phi;
    };
    return {present, or_zero(value), or_zero(size)};
  }

  // --- the loop

  void emit_everything() {
    call("fill_words", {bitmap_, words_, number(~uint64_t{0})});
    BasicBlock* rest = block("rest");
    BasicBlock* done = block("done");
    builder_.CreateCondBr(has_rest_, rest, done);
    builder_.SetInsertPoint(rest);
    builder_.CreateAlignedStore(rest_mask_, word_of(whole_blocks_), llvm::Align(8));
    builder_.CreateBr(done);
    builder_.SetInsertPoint(done);
    builder_.CreateRetVoid();
  }

  LValue* word_of(LValue* block_number) { return builder_.CreateGEP(builder_.getInt64Ty(), bitmap_, block_number); }

  template <typename Use>
  void each_column(Use use) {
    for (Column* column : {&owners_, &units_, &begins_}) {
      if (column->base != nullptr) use(*column);
    }
    for (auto& [index, attribute] : attributes_) use(attribute.values);
  }

  void emit_loop() {
    make_memory();
    copy_rest();
    BasicBlock* before = builder_.GetInsertBlock();
    BasicBlock* head = block("head");
    BasicBlock* body = block("body");
    BasicBlock* done = block("done");
    builder_.CreateBr(head);
    builder_.SetInsertPoint(head);
    llvm::PHINode* number_of_block = builder_.CreatePHI(builder_.getInt64Ty(), 2);
    number_of_block->addIncoming(number(0), before);
    builder_.CreateCondBr(builder_.CreateICmpULT(number_of_block, words_), body, done);
    builder_.SetInsertPoint(body);
    LValue* is_rest = builder_.CreateICmpEQ(number_of_block, whole_blocks_);
    enter_block(number_of_block, is_rest);
    LValue* asked = builder_.CreateSelect(is_rest, rest_mask_, number(~uint64_t{0}));
    builder_.CreateAlignedStore(rows(root_, asked), word_of(number_of_block), llvm::Align(8));
    number_of_block->addIncoming(builder_.CreateAdd(number_of_block, number(1)), builder_.GetInsertBlock());
    builder_.CreateBr(head);
    builder_.SetInsertPoint(done);
    builder_.CreateRetVoid();
  }

  void make_memory() {
    constexpr unsigned kSignatureBytes = 128, kFoundBytes = 32;
    for (NodeId id : nodes_below(ir_, root_)) {
      const Node& node = ir_.nodes[id];
      if (operands_of(node.op) != OpOperands::SlotRight) continue;
      if (node.op == Op::Hierarchy) {
        if (signature_ == nullptr) signature_ = local(kSignatureBytes);
      } else if (LValue*& found = shared_found_[share_rights(node)]; found == nullptr) {
        found = local(kFoundBytes);
      }
    }
    if (signature_ != nullptr) call("sign_reports", {signature_, subject_});
  }

  // So that the last rows are looked at as a whole block, too.
  void copy_rest() {
    BasicBlock* copy = block("copy");
    BasicBlock* copied = block("copied");
    builder_.CreateCondBr(has_rest_, copy, copied);
    builder_.SetInsertPoint(copy);
    each_column([&](Column& column) {
      column.rest = local(kFilterBlock * column.bytes);
      LValue* from = at(column.base, builder_.CreateMul(whole_blocks_, column.stride));
      LValue* size = builder_.CreateMul(rest_, number(column.bytes));
      call("copy_bytes", {column.rest, from, size, number(uint64_t{kFilterBlock} * column.bytes)});
    });
    builder_.CreateBr(copied);
    builder_.SetInsertPoint(copied);
  }

  void enter_block(LValue* number_of_block, LValue* is_rest) {
    if (reads_.away) away_here_ = load(builder_.getInt64Ty(), at(away_, builder_.CreateShl(number_of_block, 3)), 8);
    if (reads_.shares) enter_shares(number_of_block, is_rest);
    each_column([&](Column& column) {
      LValue* whole = at(column.base, builder_.CreateMul(number_of_block, column.stride));
      column.here = builder_.CreateSelect(is_rest, column.rest, whole);
    });
    for (auto& [index, attribute] : attributes_) {
      attribute.present_here =
          load(builder_.getInt64Ty(),
               at(attribute.present, builder_.CreateMul(number_of_block, attribute.present_stride)), 8);
    }
  }

  void enter_shares(LValue* number_of_block, LValue* is_rest) {
    LValue* begin = at(begins_.base, builder_.CreateMul(number_of_block, begins_.stride));
    LValue* rows = builder_.CreateSelect(is_rest, rest_, number(kFilterBlock));
    LValue* bytes = builder_.CreateSelect(begins_given_, builder_.CreateShl(rows, 2), number(0));
    first_share_ = builder_.CreateZExt(load(builder_.getInt32Ty(), begin, 4), builder_.getInt64Ty());
    last_share_ = builder_.CreateZExt(load(builder_.getInt32Ty(), at(begin, bytes), 4), builder_.getInt64Ty());
    for (auto [rights, found] : shared_found_) builder_.CreateAlignedStore(number(0), at(found, 24), llvm::Align(8));
  }

  // --- nodes

  LValue* none() { return number(0); }

  // The part of `asked` for which the node holds. Goes on in another block where it must.
  LValue* rows(NodeId id, LValue* asked) {
    const Node& node = ir_.nodes[id];
    if (!is_chain(node)) return rows_of_question(id, asked);
    if (id == root_) return rows_of_chain(id, asked);  // what is known of it was asked before the loop
    return unless_known(standing(id), asked, [&] { return rows_of_chain(id, asked); });
  }

  LValue* unless_known(const Standing& known, LValue* asked, const std::function<LValue*()>& look) {
    auto is = [](LValue* value, bool constant) {
      auto* number = llvm::dyn_cast<llvm::ConstantInt>(value);
      return number != nullptr && number->isOne() == constant;
    };
    if (is(known.some, false)) return none();
    if (is(known.all, true)) return asked;
    if (is(known.some, true) && is(known.all, false)) return look();
    BasicBlock* after = block("known");
    BasicBlock* some = block("some");
    std::vector<std::pair<LValue*, BasicBlock*>> answers = {{none(), builder_.GetInsertBlock()}};
    builder_.CreateCondBr(known.some, some, after);
    builder_.SetInsertPoint(some);
    if (!is(known.all, false)) {
      BasicBlock* not_all = block("not_all");
      answers.emplace_back(asked, builder_.GetInsertBlock());
      builder_.CreateCondBr(known.all, after, not_all);
      builder_.SetInsertPoint(not_all);
    }
    LValue* looked = look();
    answers.emplace_back(looked, builder_.GetInsertBlock());
    builder_.CreateBr(after);
    return join(after, answers);
  }

  LValue* join(BasicBlock* at, const std::vector<std::pair<LValue*, BasicBlock*>>& answers) {
    builder_.SetInsertPoint(at);
    llvm::PHINode* phi = builder_.CreatePHI(builder_.getInt64Ty(), static_cast<unsigned>(answers.size()));
    for (auto [answer, from] : answers) phi->addIncoming(answer, from);
    return phi;
  }

  // `or` asks each operand for the rows that are left, `and` for those that all before hold for.
  LValue* rows_of_chain(NodeId id, LValue* asked) {
    bool is_and = ir_.nodes[id].op == Op::And;
    std::vector<NodeId> operands = chain(ir_, id);
    BasicBlock* done = block("done");
    std::vector<std::pair<LValue*, BasicBlock*>> answers;
    LValue* found = none();  // of `or`
    LValue* left = asked;
    for (size_t i = 0; i < operands.size(); ++i) {
      if (i != 0) {
        BasicBlock* next = block("next");
        answers.emplace_back(is_and ? none() : found, builder_.GetInsertBlock());
        builder_.CreateCondBr(is_some(left), next, done);
        builder_.SetInsertPoint(next);
      }
      LValue* part = rows(operands[i], left);
      found = builder_.CreateOr(found, part);
      left = is_and ? part : builder_.CreateXor(left, part);
    }
    answers.emplace_back(is_and ? left : found, builder_.GetInsertBlock());
    builder_.CreateBr(done);
    return join(done, answers);
  }

  LValue* rows_of_question(NodeId id, LValue* asked) {
    const Node& node = ir_.nodes[id];
    const Standing& known = standing(id);
    auto if_known = [&] { return builder_.CreateSelect(known.some, asked, none()); };
    auto of_asked = [&](LValue* found) { return builder_.CreateAnd(found, asked); };
    switch (node.op) {
      case Op::False:
      case Op::True:
      case Op::Holds:
      case Op::HoldsUnit:
        return if_known();
      case Op::OwnRow:
        return builder_.CreateSelect(known.some, of_asked(call("rows_owned_by", {owners_.here, user()})), none());
      case Op::TeamRow:
        return unless_known(known, asked,
                            [&] { return call("rows_of_groups", {subject_, reach_of(node), owners_.here, asked}); });
      case Op::Home:
        return call("rows_at_home", {subject_, reach_of(node), owners_.here, units_.here, away_here_, asked});
      case Op::InReach:
        return rows_in_reach(node, asked);
      case Op::Shared:
      case Op::Inherited:
      case Op::AnyShare:
        return rows_shared(node, known, asked);
      case Op::Hierarchy:
        return unless_known(known, asked, [&] { return rows_of_reports(node, asked); });
      case Op::Compare:
        if (!is_of_row(operand(node.a)) && !is_of_row(operand(node.b))) return if_known();
        return unless_known(known, asked, [&] { return rows_of_compare(node, asked); });
      case Op::IsNull:
        if (!is_of_row(operand(node.a))) return if_known();
        return of_asked(builder_.CreateNot(attribute(node.a).present_here));
      case Op::IsSet:
        if (!is_of_row(operand(node.a))) return if_known();
        return of_asked(attribute(node.a).present_here);
      case Op::And:
      case Op::Or:
        break;  // rows_of_chain
    }
    return none();
  }

  LValue* user() { return load_half(subject_, offsetof(policy_subject, user)); }
  static uint32_t right_bit(const Node& node) { return 1u << static_cast<unsigned>(node.right); }

  // The bits that a share has for one of the rights that are asked for: explicit ones below, inherited ones above.
  static uint32_t share_rights(const Node& node) {
    uint32_t inherited = node.op == Op::Shared ? 0 : right_bit(node) << 16;
    return node.op == Op::Inherited ? inherited : inherited | right_bit(node);
  }

  LValue* rows_shared(const Node& node, const Standing& known, LValue* asked) {
    LValue* any = builder_.CreateICmpULT(first_share_, last_share_);
    return unless_known({builder_.CreateAnd(known.some, any), known.all}, asked, [&] {
      return call("rows_shared", {subject_, reach_of(node), shares_, first_share_, last_share_, begins_.here, asked,
                                  builder_.getInt32(share_rights(node)), shared_found_.at(share_rights(node))});
    });
  }

  LValue* rows_of_reports(const Node& node, LValue* asked) {
    LValue* rights = builder_.getInt32(right_bit(node));
    LValue* owned = call("rows_of_reports", {subject_, signature_, owners_.here, asked, rights});
    LValue* shared = call("rows_shared_with_reports",
                          {subject_, signature_, shares_, first_share_, last_share_, begins_.here, asked, rights});
    return builder_.CreateOr(owned, shared);
  }

  LValue* rows_in_reach(const Node& node, LValue* asked) {
    LValue* reach = reach_of(node);
    LValue* first = load_half(reach, offsetof(policy_reach, first));
    LValue* count = load_half(reach, offsetof(policy_reach, count));
    LValue* inside = builder_.CreateAnd(call("rows_in_interval", {units_.here, first, count}), asked);
    LValue* left = builder_.CreateXor(inside, asked);
    LValue* more = is_some(load_half(reach, offsetof(policy_reach, interval_count)));
    BasicBlock* before = builder_.GetInsertBlock();
    BasicBlock* further = block("further");
    BasicBlock* after = block("after");
    builder_.CreateCondBr(builder_.CreateAnd(more, is_some(left)), further, after);
    builder_.SetInsertPoint(further);
    LValue* all = builder_.CreateOr(inside, call("rows_further", {subject_, reach, units_.here, left}));
    builder_.CreateBr(after);
    return join(after, {{inside, before}, {all, further}});
  }

  // --- comparisons

  const Attribute& attribute(uint32_t index) { return attributes_[operand(index).presence]; }

  LValue* rows_of_compare(const Node& node, LValue* asked) {
    for (uint32_t side : {node.a, node.b}) {
      if (is_of_row(operand(side))) asked = builder_.CreateAnd(asked, attribute(side).present_here);
    }
    switch (operand(node.a).type) {
      case ValueType::String:
        return rows_of_text(node, asked);
      case ValueType::Decimal:
      case ValueType::Boolean:
      case ValueType::Date:
      case ValueType::Choice:
      case ValueType::Integer:
      case ValueType::Money:
      case ValueType::DateTime:
        return builder_.CreateAnd(asked, rows_of_numbers(node));
    }
    return none();
  }

  LValue* rows_of_numbers(const Node& node) {
    const bool is_swapped = !is_of_row(operand(node.a));
    const uint32_t row_side = is_swapped ? node.b : node.a, other = is_swapped ? node.a : node.b;
    const CmpInst::Predicate told = predicate_of(node.compare);
    const bool is_with_rows = is_of_row(operand(other));
    llvm::Function* compare =
        comparison_of_rows(module_, is_swapped ? CmpInst::getSwappedPredicate(told) : told,
                           {size_of(operand(row_side).type), is_with_rows ? Against::Rows : Against::Value});
    return builder_.CreateCall(compare, {attribute(row_side).values.here,
                                         is_with_rows ? attribute(other).values.here : constant(other).value});
  }

  LValue* rows_of_text(const Node& node, LValue* asked) {
    uint32_t row_side = is_of_row(operand(node.a)) ? node.a : node.b;
    uint32_t other = row_side == node.a ? node.b : node.a;
    LValue* strings = attribute(row_side).values.here;
    LValue* equal = is_of_row(operand(other))
                        ? call("rows_with_same_text", {strings, attribute(other).values.here, asked})
                        : call("rows_with_text", {strings, constant(other).value, constant(other).size, asked});
    return node.compare == Compare::Equal ? equal : builder_.CreateXor(equal, asked);
  }

  const DecisionIR& ir_;
  llvm::Module& module_;
  llvm::IRBuilder<> builder_;
  const GraphId graph_;
  const NodeId root_;
  const bool is_large_;
  const policy::ColumnsRead& reads_;
  llvm::Function* function_ = nullptr;
  LValue *subject_ = nullptr, *reaches_ = nullptr, *columns_ = nullptr, *context_ = nullptr, *bitmap_ = nullptr;
  LValue *whole_blocks_ = nullptr, *rest_ = nullptr, *has_rest_ = nullptr, *words_ = nullptr, *rest_mask_ = nullptr;
  LValue* signature_ = nullptr;               // of the user's reports
  std::map<uint32_t, LValue*> shared_found_;  // by rights: what find_shared found in this block
  LValue *away_ = nullptr, *shares_ = nullptr, *begins_given_ = nullptr;
  // Of the block that is looked at.
  LValue *away_here_ = nullptr, *first_share_ = nullptr, *last_share_ = nullptr;
  Column owners_, units_, begins_;
  std::map<uint32_t, Attribute> attributes_;  // by the number of the presence bit
  std::map<NodeId, Standing> standings_;
  std::map<uint32_t, Constant> constants_;  // by operand
};

}  // namespace

std::string filter_symbol(GraphId graph) { return fmt::format("filter_g{}", graph.index); }

std::vector<GraphId> filterable_graphs(const DecisionIR& ir, size_t most_questions) {
  const Sizes sizes(ir);
  const std::vector<policy::ColumnsRead> reads = columns_read(ir);
  std::vector<GraphId> graphs;
  for (GraphId graph : ir.graphs.ids()) {
    bool is_small = sizes.is_small(ir.graphs[graph].check, most_questions) &&
                    reads[graph.index].attributes.size() <= limits::kFilterColumns;
    if (is_small) graphs.push_back(graph);
  }
  return graphs;
}

std::string filter_questions() { return kFilterQuestions; }

void emit_filters_into(llvm::Module& module, const DecisionIR& ir, std::span<const GraphId> graphs) {
  const std::vector<policy::ColumnsRead> reads = columns_read(ir);
  for (GraphId graph : graphs) FilterEmitter(ir, module, graph, reads[graph.index]).emit();
}

Result<EmittedModule> emit_filters(const DecisionIR& ir, std::span<const GraphId> graphs) {
  Result<EmittedModule> emitted =
      module_with(std::string(kQuestions) + filter_questions(), ir.policy_name + " filters");
  if (!emitted) return emitted;
  emit_filters_into(*emitted->module, ir, graphs);
  if (std::optional<std::string> problem = refusal_of(*emitted->module)) return Failure{std::move(*problem)};
  return emitted;
}

}  // namespace policyc
