#include "compiler/native/machine.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <cstring>

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

// Where LLVM was built with them.
bool are_image_targets_registered() {
  static const bool registered = [] {
#if LLVM_HAS_X86_TARGET
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
#endif
#if LLVM_HAS_AARCH64_TARGET
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
#endif
    return true;
  }();
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

Result<std::string> written(llvm::TargetMachine& target, llvm::Module& module, llvm::CodeGenFileType type) {
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if (target.addPassesToEmitFile(passes, stream, nullptr, type, /*DisableVerify=*/true)) {
    return Failure{"this target writes no machine code"};
  }
  passes.run(module);
  return std::string(text.str());
}

llvm::MemoryBufferRef view(const std::string& object) { return {object, "policy"}; }

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

Result<std::unique_ptr<Machine>> Machine::of_host() {
  Result<llvm::orc::JITTargetMachineBuilder> builder = host_target_builder();
  if (!builder) return Failure{builder.error()};
  auto target = builder->createTargetMachine();
  if (!target) return Failure{take(target.takeError())};
  return std::unique_ptr<Machine>(new Machine(std::move(*target)));
}

Result<std::unique_ptr<Machine>> Machine::of(const Target& target) {
  std::string error;
  const llvm::Target* found =
      are_image_targets_registered() ? llvm::TargetRegistry::lookupTarget(target.triple, error) : nullptr;
  if (found == nullptr) return Failure{"LLVM was built without the target " + target.triple + ": " + error};
  const bool is_x86 = llvm::Triple(target.triple).getArch() == llvm::Triple::x86_64;
  std::unique_ptr<llvm::TargetMachine> machine(
      found->createTargetMachine(target.triple, is_x86 ? "x86-64" : "generic", target.features, {}, llvm::Reloc::PIC_,
                                 llvm::CodeModel::Small, llvm::CodeGenOptLevel::Less));
  if (machine == nullptr) return Failure{"LLVM makes no code for " + target.triple};
  return std::unique_ptr<Machine>(new Machine(std::move(machine), target.tuned_for));
}

policy::CpuFeatures Machine::features() const {
  policy::CpuFeatures features = 0;
  if (target_->getTargetTriple().getArch() != llvm::Triple::x86_64) return features;
  const llvm::MCSubtargetInfo& subtarget = *target_->getMCSubtargetInfo();
#define CPU_FEATURE(name, llvm_name)                                                       \
  if (subtarget.checkFeatures("+" llvm_name)) {                                            \
    features |= policy::CpuFeatures{1} << static_cast<unsigned>(policy::CpuFeature::name); \
  }
#include "runtime/image/cpu_features.def"
#undef CPU_FEATURE
  return features;
}

void Machine::optimize(EmittedModule& emitted) const {
  if (!tuned_for_.empty()) {
    for (llvm::Function& function : *emitted.module) function.addFnAttr("tune-cpu", tuned_for_);
  }
  emitted.module->setTargetTriple(target_->getTargetTriple().str());
  emitted.module->setDataLayout(target_->createDataLayout());
  policyc::optimize(*emitted.module, *target_);
}

// Fast instruction selection stays on once it was, so both are said each time.
Result<std::string> Machine::compile(EmittedModule& emitted, Effort effort) const {
  optimize(emitted);
  target_->setOptLevel(effort == Effort::Full ? llvm::CodeGenOptLevel::Less : llvm::CodeGenOptLevel::None);
  target_->setFastISel(effort == Effort::Little);
  return written(*target_, *emitted.module, llvm::CodeGenFileType::ObjectFile);
}

Result<std::string> Machine::assembly(EmittedModule& emitted) const {
  optimize(emitted);
  return written(*target_, *emitted.module, llvm::CodeGenFileType::AssemblyFile);
}

std::string Machine::identity() const {
  return std::string(LLVM_VERSION_STRING) + '\n' + target_->getTargetTriple().str() + '\n' +
         target_->getTargetCPU().str() + '\n' + target_->getTargetFeatureString().str() + '\n';
}

std::string bytes_of(const EmittedModule& emitted) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*emitted.module, stream);
  return stream.str();
}

size_t code_size(const std::string& object) {
  auto file = llvm::object::ObjectFile::createObjectFile(view(object));
  if (!file) {
    llvm::consumeError(file.takeError());
    return 0;
  }
  size_t size = 0;
  for (const llvm::object::SectionRef& section : (*file)->sections()) size += section.isText() ? section.getSize() : 0;
  return size;
}

Loader::Loader(std::unique_ptr<llvm::orc::LLJIT> jit) : jit_(std::move(jit)) {}
Loader::~Loader() = default;

Result<std::unique_ptr<Loader>> Loader::create() {
  Result<llvm::orc::JITTargetMachineBuilder> target = host_target_builder();
  if (!target) return Failure{target.error()};
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*target))
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)  // no initialisers, no thread locals
                 .create();
  if (!jit) return Failure{take(jit.takeError())};
  // Every error comes back from `load` as well; by itself LLVM would print it.
  (*jit)->getExecutionSession().setErrorReporter([](llvm::Error error) { llvm::consumeError(std::move(error)); });
  if (llvm::Error error = allow_memory_comparison(**jit)) return Failure{take(std::move(error))};
  return std::unique_ptr<Loader>(new Loader(std::move(*jit)));
}

Result<std::vector<void*>> Loader::load(const std::string& object, const std::vector<std::string>& symbols) {
  if (llvm::Error error = jit_->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, "policy"))) {
    return Failure{take(std::move(error))};
  }
  llvm::orc::SymbolLookupSet wanted;
  std::vector<llvm::orc::SymbolStringPtr> names;
  for (const std::string& symbol : symbols) {
    names.push_back(jit_->mangleAndIntern(symbol));
    wanted.add(names.back());
  }
  llvm::orc::JITDylib& library = jit_->getMainJITDylib();
  auto found = jit_->getExecutionSession().lookup(llvm::orc::makeJITDylibSearchOrder(&library), std::move(wanted));
  if (!found) return Failure{take(found.takeError())};
  std::vector<void*> functions;
  for (const llvm::orc::SymbolStringPtr& name : names) {
    functions.push_back((*found)[name].getAddress().toPtr<void*>());
  }
  return functions;
}

}  // namespace policyc
