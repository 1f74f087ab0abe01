// What the handles of policy/policy.h point to. Each begins with a word that says which kind it is, so that one of
// another kind, and zeroed memory, are noticed.
//
//   if (!is_handle(program)) return POLICY_INVALID;
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "runtime/abi/guarded.h"
#include "runtime/image/image_facts.h"
#include "runtime/organization/profile.h"

namespace policy {

enum class HandleKind : uint32_t {
  Closed = 0x64616564,
  Program = 0x676f7270,
  Store = 0x726f7473,
  Transaction = 0x6e617274,
  Reader = 0x64616572,
  Log = 0x676f6c2e,
  Diagnostics = 0x67616964
};

// What a program handle is made of, whoever compiled it.
struct ProgramSource {
  uint32_t kind = 0;                            // policy_program_kind
  std::shared_ptr<const ProgramTables> tables;  // and all that it needs
  BuildInfo build;
  std::string layout_hash;
  std::string signer;
  std::function<std::string()> wait;  // of JIT programs: compiles the rest; a message where that failed
};

}  // namespace policy

struct policy_program {
  explicit policy_program(policy::ProgramSource from);

  policy::HandleKind kind = policy::HandleKind::Program;
  std::atomic<uint32_t> owners{1};
  policy::ProgramSource source;
  std::mutex pool_lock;
  policy::ProfilePool pool;         // of policy_subject_resolve
  std::vector<uint64_t> no_values;  // as long as a context's attributes
  policy_context no_context{};      // in which none has a value

  const policy::ProgramTables& tables() const { return *source.tables; }
  // What a host gives, or nothing, as code wants it.
  const policy_context& context(const policy_context* given) const {
    return given == nullptr || given->attributes == nullptr ? no_context : *given;
  }
};

namespace policy {

inline bool is_handle(const policy_program* program) {
  return program != nullptr && program->kind == HandleKind::Program;
}

// A handle that its caller owns.
policy_program* new_program(ProgramSource source);

}  // namespace policy
