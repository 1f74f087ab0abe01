// One module holds everything: the functions, all of them internal, then tables that point to them, then the one symbol
// that is exported.
#include "compiler/native/image.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>

#include <optional>
#include <span>
#include <vector>

#include "compiler/base/c_name.h"
#include "compiler/native/emit.h"
#include "compiler/native/emit_filter.h"
#include "compiler/native/entries.h"
#include "compiler/native/link.h"
#include "compiler/native/machine.h"
#include "policy/policy.h"
#include "runtime/image/digest.h"
#include "runtime/image/image_facts.h"
#include "runtime/image/open_image.h"

namespace policyc {

namespace {

std::span<const uint8_t> bytes_in(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The fields of `policy_image`, in its order.
class Descriptor {
 public:
  Descriptor(const DecisionIR& ir, llvm::Module& module) : ir_(ir), module_(module), builder_(module.getContext()) {}

  void write(const std::string& symbol, const std::vector<uint8_t>& facts) {
    const policy::Digest hash = policy::sha256(facts);
    auto* value = llvm::ConstantStruct::getAnon(
        {builder_.getInt64(policy::kImageMagic), builder_.getInt32(sizeof(policy_image)),
         builder_.getInt32(POLICY_ABI_VERSION), builder_.getInt32(static_cast<uint32_t>(ir_.graphs.size())),
         builder_.getInt32(kIRRunAsCount), code(), run_as(), bytes(facts, "facts"), builder_.getInt64(facts.size()),
         llvm::ConstantDataArray::get(module_.getContext(), llvm::ArrayRef<uint8_t>(hash.data(), hash.size()))});
    llvm::GlobalVariable* image = constant(value, symbol);
    image->setLinkage(llvm::GlobalValue::ExternalLinkage);
    image->setAlignment(llvm::Align(alignof(policy_image)));
  }

 private:
  // Null where there is no such function.
  llvm::Constant* function(const std::string& name) {
    if (llvm::Function* found = module_.getFunction(name)) return found;
    return llvm::ConstantPointerNull::get(builder_.getPtrTy());
  }

  llvm::Constant* code() {
    llvm::Type* pointer = builder_.getPtrTy();
    auto* type = llvm::StructType::get(pointer, pointer, pointer);
    std::vector<llvm::Constant*> entries;
    for (GraphId graph : ir_.graphs.ids()) {
      entries.push_back(llvm::ConstantStruct::get(type, function(check_symbol(graph)), function(decide_symbol(graph)),
                                                  function(filter_symbol(graph))));
    }
    return constant(llvm::ConstantArray::get(llvm::ArrayType::get(type, entries.size()), entries), "code");
  }

  llvm::Constant* run_as() {
    std::vector<llvm::Constant*> entries;
    for (size_t i = 0; i < kIRRunAsCount; ++i) entries.push_back(function(run_as_symbol(static_cast<IRRunAs>(i))));
    return constant(llvm::ConstantArray::get(llvm::ArrayType::get(builder_.getPtrTy(), entries.size()), entries),
                    "run_as");
  }

  llvm::Constant* bytes(const std::vector<uint8_t>& content, const char* name) {
    return constant(llvm::ConstantDataArray::get(module_.getContext(), llvm::ArrayRef<uint8_t>(content)), name);
  }

  llvm::GlobalVariable* constant(llvm::Constant* value, const std::string& name) {
    return new llvm::GlobalVariable(module_, value->getType(), /*isConstant=*/true, llvm::GlobalValue::InternalLinkage,
                                    value, name);
  }

  const DecisionIR& ir_;
  llvm::Module& module_;
  llvm::IRBuilder<> builder_;
};
static_assert(sizeof(policy_image) == 88 && sizeof(policy_image_code) == 24, "as the descriptor is written");

void hide_functions(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (!function.isDeclaration()) function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

// As the JIT does (Effort::Little): a decide mostly calls, and code generation takes as long as for all checks.
void spend_little_on_decides(const DecisionIR& ir, llvm::Module& module) {
  for (GraphId graph : ir.graphs.ids()) {
    llvm::Function* decide = module.getFunction(decide_symbol(graph));
    decide->addFnAttr(llvm::Attribute::NoInline);
    decide->addFnAttr(llvm::Attribute::OptimizeNone);
  }
}

Result<std::string> object_with(const std::string& symbol, const DecisionIR& ir, const BuildStamp& stamp,
                                const ImageOptions& options) {
  const Result<Target> target = find_target(options.target, options.cpu);
  if (!target) return Failure{target.error()};
  Result<std::unique_ptr<Machine>> machine = Machine::of(*target);
  if (!machine) return Failure{machine.error()};
  Result<EmittedModule> emitted = emit_everything(ir);
  if (!emitted) return Failure{emitted.error()};
  hide_functions(*emitted->module);
  spend_little_on_decides(ir, *emitted->module);
  const policy::BuildInfo build{.abi_version = POLICY_ABI_VERSION,
                                .policy_hash = stamp.policy_hash,
                                .compiler = stamp.compiler,
                                .llvm = LLVM_VERSION_STRING,
                                .target = target->triple,
                                .cpu = target->cpu,
                                .features = (*machine)->features()};
  Descriptor(ir, *emitted->module).write(symbol, policy::encode_facts(entries_without_code(ir), build));
  return (*machine)->compile(*emitted, Effort::Full);
}

}  // namespace

Result<std::string> build_object(const DecisionIR& ir, const BuildStamp& stamp, const ImageOptions& options) {
  return object_with(image_symbol(ir.policy_name), ir, stamp, options);
}

Result<std::string> build_image(const DecisionIR& ir, const BuildStamp& stamp, const ImageOptions& options,
                                std::string_view private_key) {
  const Result<std::string> object = object_with("policy_image", ir, stamp, options);
  if (!object) return Failure{object.error()};
  Result<std::string> library = link_library(*object);
  if (!library) return library;
  const std::optional<policy::ImageTrailer> trailer = policy::trailer_for(bytes_in(*library), private_key);
  if (!trailer) return Failure{"the key is no Ed25519 private key in PEM"};
  library->append(reinterpret_cast<const char*>(&*trailer), sizeof(*trailer));
  return library;
}

}  // namespace policyc
