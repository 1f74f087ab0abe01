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

#include <cstring>

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

policy::ProgramTables names_and_settings(const DecisionIR& ir) {
  policy::ProgramTables tables;
  tables.modern_units = ir.settings.modern_units;
  tables.ownership_recomputed = ir.settings.ownership_recomputed;
  tables.unit_as_principal = ir.settings.unit_as_principal;
  tables.unit_principal_level = ir.settings.unit_principal_user_level ? POLICY_LEVEL_user : POLICY_LEVEL_business_unit;
  tables.share_reaches_team_only_basic = ir.settings.share_reaches_team_only_basic;
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
  return tables;
}

// Finds the entry points of each graph once, and gives every decision those of its graph.
Result<policy::ProgramTables> link_tables(const DecisionIR& ir, llvm::orc::LLJIT& jit) {
  policy::ProgramTables tables = names_and_settings(ir);
  std::vector<policy::DecisionEntry> graphs(ir.graphs.size());
  for (GraphId id : ir.graphs.ids()) {
    auto check = jit.lookup(check_symbol(id));
    if (!check) return Failure{take(check.takeError())};
    auto decide = jit.lookup(decide_symbol(id));
    if (!decide) return Failure{take(decide.takeError())};
    graphs[id.index].check = check->toPtr<policy_check_function>();
    graphs[id.index].decide = decide->toPtr<policy_decide_function>();
  }
  for (const IRTable& table : ir.tables) {
    policy::TableEntry entry{table.name, table.ownership == Ownership::User, {}};
    for (size_t right = 0; right < kRightCount; ++right) {
      const IRDecision& decision = table.decisions[right];
      if (!decision.graph) continue;
      policy::DecisionEntry& filled = entry.decisions[right];
      filled = graphs[decision.graph.index];
      filled.base = decision.base;
      filled.first_slot = decision.first_slot;
      filled.slot_count = decision.slot_count;
    }
    tables.tables.push_back(std::move(entry));
  }
  return tables;
}

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
  Result<policy::ProgramTables> tables = link_tables(ir, **jit);
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
