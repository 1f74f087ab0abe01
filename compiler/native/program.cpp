// One module with its own context in one LLJIT. Symbols from outside come from an allow-list, not from the whole
// process.
#include "compiler/native/program.h"

#include <fmt/format.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <array>
#include <cstring>
#include <map>

#include "compiler/native/emit.h"
#include "compiler/native/optimize.h"

namespace policyc {

namespace {

std::string take(llvm::Error error) { return llvm::toString(std::move(error)); }

// LLVM's registry of targets belongs to the process; it is filled once, whichever thread comes first.
bool is_host_registered() {
  static const bool registered = !llvm::InitializeNativeTarget() && !llvm::InitializeNativeTargetAsmPrinter() &&
                                 !llvm::InitializeNativeTargetAsmParser();
  return registered;
}

// The JIT's default code model reaches everything by absolute address; the module's own calls are near.
Result<llvm::orc::JITTargetMachineBuilder> host_target_builder() {
  if (!is_host_registered()) return Failure{"LLVM was built without this machine's target"};
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder) return Failure{take(builder.takeError())};
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Less);
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeModel(llvm::CodeModel::Small);
  return std::move(*builder);
}

struct OptimizedModule {
  EmittedModule emitted;
  std::unique_ptr<llvm::TargetMachine> target;
};

Result<OptimizedModule> emit_optimized(const DecisionIR& ir) {
  Result<llvm::orc::JITTargetMachineBuilder> builder = host_target_builder();
  if (!builder) return Failure{builder.error()};
  auto target = builder->createTargetMachine();
  if (!target) return Failure{take(target.takeError())};
  Result<EmittedModule> emitted = emit(ir);
  if (!emitted) return Failure{emitted.error()};
  emitted->module->setTargetTriple((*target)->getTargetTriple().str());
  emitted->module->setDataLayout((*target)->createDataLayout());
  optimize(*emitted->module, **target);
  return OptimizedModule{std::move(*emitted), std::move(*target)};
}

template <typename To, typename From>
constexpr To same_value(From value) {
  return static_cast<To>(value);
}
static_assert(same_value<policy::Ownership>(Ownership::Organization) == policy::Ownership::Organization);
static_assert(same_value<policy::Behaviour>(IRBehaviour::Restrict) == policy::Behaviour::Restrict);
static_assert(same_value<policy::Action>(IRAction::Merge) == policy::Action::Merge);
static_assert(same_value<policy::HierarchyModel>(IRHierarchyModel::Position) == policy::HierarchyModel::Position);
static_assert(same_value<policy::ManagerUnit>(IRManagerUnit::Any) == policy::ManagerUnit::Any);

void fill_settings(const IRSettings& s, policy::ProgramTables& tables) {
  tables.modern_units = s.modern_units;
  tables.ownership_recomputed = s.ownership_recomputed;
  tables.unit_as_principal = s.unit_as_principal;
  tables.unit_principal_level = s.unit_principal_user_level ? POLICY_LEVEL_user : POLICY_LEVEL_business_unit;
  tables.share_reaches_team_only_basic = s.share_reaches_team_only_basic;
  tables.hierarchy = {.model = same_value<policy::HierarchyModel>(s.hierarchy.model),
                      .depth = s.hierarchy.depth,
                      .write_levels = s.hierarchy.write_levels,
                      .manager_unit = same_value<policy::ManagerUnit>(s.hierarchy.manager_unit),
                      .needs_unit_level = s.hierarchy_needs_unit_level,
                      .disabled_reports_count = s.hierarchy_disabled_reports};
  tables.rules = {.take_owner_on_link = s.take_owner_on_link,
                  .new_child_inherits_shares = s.new_child_inherits_shares,
                  .assign_checks_reached_tables = s.assign_checks_reached_tables,
                  .share_to_previous_owner = s.share_to_previous_owner,
                  .share_rights_not_held = s.share_rights_not_held,
                  .append_to_needs_write = s.append_to_needs_write,
                  .delete_cascade_needs_child_delete = s.delete_cascade_needs_child_delete,
                  .clear_lookup_needs_append_to = s.clear_lookup_needs_append_to,
                  .always_move_record_to_owner_unit = s.always_move_record_to_owner_unit,
                  .keep_roles_on_move = s.keep_roles_on_move,
                  .associate_needs_append_to = s.associate_needs_append_to,
                  .link_needs_write = s.link_needs_write,
                  .assign_needs = s.assign_needs};
}

// As Relationship::is_parental of the policy: it hands something down, or deletes children.
bool is_parental(const IRRelationship& r) {
  auto on = [&](IRAction action) { return r.behaviour[static_cast<size_t>(action)]; };
  for (IRAction action : {IRAction::Assign, IRAction::Share, IRAction::Unshare, IRAction::Reparent}) {
    if (on(action) != IRBehaviour::None) return true;
  }
  return on(IRAction::Delete) == IRBehaviour::Cascade;
}

void fill_relationships(const DecisionIR& ir, policy::ProgramTables& tables) {
  std::map<std::pair<uint32_t, std::string>, uint32_t> lookups;
  for (RelationshipId id : ir.relationships.ids()) {
    const IRRelationship& r = ir.relationships[id];
    policy::RelationshipEntry entry{.name = r.name, .child = r.child.index, .parent = r.parent.index};
    entry.many_to_many = r.many_to_many;
    entry.is_parental = !r.many_to_many && is_parental(r);
    if (!r.many_to_many) entry.lookup = lookups.try_emplace({r.child.index, r.lookup}, id.index).first->second;
    for (size_t i = 0; i < kIRActionCount; ++i) entry.behaviour[i] = same_value<policy::Behaviour>(r.behaviour[i]);
    tables.relationships.push_back(std::move(entry));
  }
}

void fill_roles(const DecisionIR& ir, policy::ProgramTables& tables) {
  tables.slot_count = ir.slot_count;
  tables.privilege_count = static_cast<uint32_t>(ir.privileges.size());
  for (const IRGrant& grant : ir.grants) {
    tables.grants.push_back({grant.role.index, static_cast<policy_level>(grant.level), grant.slot});
  }
  for (const IRRole& role : ir.roles) {
    policy::RoleEntry entry{role.name, role.team_privileges_only, {}, {}};
    for (GrantId grant : role.grants) entry.grants.push_back(grant.index);
    for (PrivilegeId privilege : role.privileges) entry.privileges.push_back(privilege.index);
    tables.roles.push_back(std::move(entry));
  }
}

void fill_profiles(const DecisionIR& ir, policy::ProgramTables& tables) {
  for (const IRProfile& profile : ir.profiles) {
    policy::ProfileEntry entry{profile.name, {}};
    for (const IRProfileColumns& opened : profile.tables) {
      auto columns = [&](IRPermission permission) { return opened.columns[static_cast<size_t>(permission)]; };
      entry.tables.push_back({.table = opened.table.index,
                              .read = columns(IRPermission::Read),
                              .create = columns(IRPermission::Create),
                              .update = columns(IRPermission::Update),
                              .read_unmasked = columns(IRPermission::ReadUnmasked),
                              .read_one_unmasked = columns(IRPermission::ReadOneUnmasked)});
    }
    tables.profiles.push_back(std::move(entry));
  }
}

policy::ProgramTables names_and_settings(const DecisionIR& ir) {
  policy::ProgramTables tables;
  fill_settings(ir.settings, tables);
  fill_relationships(ir, tables);
  fill_roles(ir, tables);
  fill_profiles(ir, tables);
  tables.well_known = {.act_on_behalf = ir.well_known.act_on_behalf.index,
                       .merge = ir.well_known.merge.index,
                       .reparent_user = ir.well_known.reparent_user.index,
                       .reparent_team = ir.well_known.reparent_team.index,
                       .business_unit = ir.well_known.business_unit.index};
  return tables;
}

// Finds functions of the loaded code by name.
class Linking {
 public:
  Linking(const DecisionIR& ir, llvm::orc::LLJIT& jit) : ir_(ir), jit_(jit) {}

  Result<policy::ProgramTables> run() {
    policy::ProgramTables tables = names_and_settings(ir_);
    find_graphs();
    for (const IRTable& table : ir_.tables) tables.tables.push_back(table_entry(table));
    find_resolvers();
    for (const IRFlow& flow : ir_.flows) tables.flows.push_back(flow_entry(flow));
    if (!error_.empty()) return Failure{error_};
    return tables;
  }

 private:
  template <typename Function>
  Function find(const std::string& symbol) {
    auto found = jit_.lookup(symbol);
    if (found) return found->template toPtr<Function>();
    error_ = take(found.takeError());
    return nullptr;
  }

  // Each graph once; every decision gets those of its graph.
  void find_graphs() {
    graphs_.resize(ir_.graphs.size());
    for (GraphId id : ir_.graphs.ids()) {
      graphs_[id.index].check = find<policy_check_function>(check_symbol(id));
      graphs_[id.index].decide = find<policy_decide_function>(decide_symbol(id));
    }
  }

  void find_resolvers() {
    for (IRRunAs run_as : run_as_used(ir_)) {
      resolvers_[static_cast<size_t>(run_as)] = find<policy_run_as_function>(run_as_symbol(run_as));
    }
  }

  policy::TableEntry table_entry(const IRTable& table) const {
    policy::TableEntry entry{.name = table.name,
                             .ownership = same_value<policy::Ownership>(table.ownership),
                             .in_hierarchy = table.in_hierarchy};
    for (const IRColumn& column : table.secured) entry.secured.push_back(column.attribute);
    for (size_t right = 0; right < kRightCount; ++right) {
      const IRDecision& decision = table.decisions[right];
      if (!decision.graph) continue;
      policy::DecisionEntry& filled = entry.decisions[right];
      filled = graphs_[decision.graph.index];
      filled.base = decision.base;
      filled.first_slot = decision.first_slot;
      filled.slot_count = decision.slot_count;
    }
    return entry;
  }

  policy::FlowEntry flow_entry(const IRFlow& flow) const {
    policy::FlowEntry entry{flow.name, flow.table.index, {}};
    for (const IRStep& step : flow.steps) {
      entry.steps.push_back({.name = step.name,
                             .right = static_cast<uint32_t>(step.right),
                             .table = step.table.index,
                             .run_as = resolvers_[static_cast<size_t>(step.run_as)],
                             .named_user = step.user,
                             .bounded = step.bounded,
                             .bounded_by = step.bounded_by});
    }
    return entry;
  }

  const DecisionIR& ir_;
  llvm::orc::LLJIT& jit_;
  std::vector<policy::DecisionEntry> graphs_;
  std::array<policy_run_as_function, kIRRunAsCount> resolvers_{};
  std::string error_;
};

// LLVM turns memcmp into bcmp where only equality is asked.
llvm::Error allow_memory_comparison(llvm::orc::LLJIT& jit) {
  llvm::orc::ExecutorSymbolDef comparison(llvm::orc::ExecutorAddr::fromPtr(&std::memcmp),
                                          llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable);
  llvm::orc::SymbolMap symbols;
  symbols[jit.mangleAndIntern("memcmp")] = comparison;
  symbols[jit.mangleAndIntern("bcmp")] = comparison;
  return jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

}  // namespace

struct Program::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  policy::ProgramTables tables;
};

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const policy::ProgramTables& Program::tables() const { return impl_->tables; }

Result<Program> compile_program(const DecisionIR& ir) {
  Result<OptimizedModule> optimized = emit_optimized(ir);
  if (!optimized) return Failure{optimized.error()};
  Result<llvm::orc::JITTargetMachineBuilder> target = host_target_builder();
  if (!target) return Failure{target.error()};
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*target))
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)  // no initialisers, no thread locals
                 .create();
  if (!jit) return Failure{take(jit.takeError())};
  if (llvm::Error error = allow_memory_comparison(**jit)) return Failure{take(std::move(error))};
  llvm::orc::ThreadSafeModule module(std::move(optimized->emitted.module), std::move(optimized->emitted.context));
  if (llvm::Error error = (*jit)->addIRModule(std::move(module))) return Failure{take(std::move(error))};
  Result<policy::ProgramTables> tables = Linking(ir, **jit).run();
  if (!tables) return Failure{tables.error()};
  return Program(std::make_unique<Program::Impl>(Program::Impl{std::move(*jit), std::move(*tables)}));
}

Result<std::string> llvm_text(const DecisionIR& ir) {
  Result<OptimizedModule> optimized = emit_optimized(ir);
  if (!optimized) return Failure{optimized.error()};
  std::string text;
  llvm::raw_string_ostream stream(text);
  optimized->emitted.module->print(stream, nullptr);
  return stream.str();
}

Result<std::string> assembly_text(const DecisionIR& ir) {
  Result<OptimizedModule> optimized = emit_optimized(ir);
  if (!optimized) return Failure{optimized.error()};
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if (optimized->target->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile)) {
    return Failure{"this target writes no assembly"};
  }
  passes.run(*optimized->emitted.module);
  return std::string(text.str());
}

std::string llvm_version() { return LLVM_VERSION_STRING; }

}  // namespace policyc
