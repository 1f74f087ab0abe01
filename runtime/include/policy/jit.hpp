// policy/jit.h for C++20: text to a program, and what the compiler says of it.
//
//   policy::Diagnostics told;
//   policy::Result<policy::Program> crm = policy::compile("crm.policy", text, {}, &told);
//   for (const policy_diagnostic& one : told.list()) show(one.rendered);      // warnings come with a program too
//   if (!crm) return complain(crm.error().message);
//
// In libpolicy_jit, as policy/jit.h. Header only.
#ifndef POLICY_JIT_HPP
#define POLICY_JIT_HPP

#include "policy/jit.h"
#include "policy/policy.hpp"

namespace policy {
inline namespace v1 {

// Strings of a policy_diagnostic belong to it.
class Diagnostics {
 public:
  Diagnostics() = default;
  explicit Diagnostics(policy_diagnostics* owned) : diagnostics_(owned) {}
  const policy_diagnostics* get() const { return diagnostics_.get(); }
  size_t size() const { return policy_diagnostics_count(get()); }
  policy_diagnostic operator[](size_t index) const {
    auto one = detail::sized<policy_diagnostic>();
    (void)policy_diagnostics_at(get(), index, &one);
    return one;
  }
  std::vector<policy_diagnostic> list() const {
    std::vector<policy_diagnostic> all;
    for (size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
    return all;
  }

 private:
  std::unique_ptr<policy_diagnostics, detail::Closer<policy_diagnostics_free>> diagnostics_;
};

// Empty: nowhere, and no cache.
struct JitOptions {
  std::string folder{};
  std::string cache_folder{};
};

namespace detail {

template <typename Compile>
Result<Program> compiled(const JitOptions& options, Diagnostics* told, Compile compile) {
  auto given = sized<policy_jit_options>();
  if (!options.folder.empty()) given.folder = options.folder.c_str();
  if (!options.cache_folder.empty()) given.cache_folder = options.cache_folder.c_str();
  policy_program* program = nullptr;
  policy_diagnostics* list = nullptr;
  auto error = sized<policy_error>();
  const policy_status status = compile(&given, &program, told == nullptr ? nullptr : &list, &error);
  if (told != nullptr) *told = Diagnostics(list);
  if (status != POLICY_OK) return error_of(status, error);
  return Program(program);
}

}  // namespace detail

// `name` is what diagnostics call it.
inline Result<Program> compile(const char* name, std::string_view text, const JitOptions& options = {},
                               Diagnostics* told = nullptr) {
  return detail::compiled(options, told, [&](auto... rest) {
    return policy_jit_compile(name, text.data() == nullptr ? "" : text.data(), text.size(), rest...);
  });
}
inline Result<Program> compile_file(const char* path, const JitOptions& options = {}, Diagnostics* told = nullptr) {
  return detail::compiled(options, told, [&](auto... rest) { return policy_jit_compile_file(path, rest...); });
}
// Comes back when every decision has its machine code; helps.
inline Status wait(const Program& program) {
  auto error = detail::sized<policy_error>();
  const policy_status status = policy_jit_wait(program.get(), &error);
  return status == POLICY_OK ? Status(status) : Status(detail::error_of(status, error));
}

}  // namespace v1
}  // namespace policy

#endif
