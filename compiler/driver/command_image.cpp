// policyc build FILE -o NAME.so or NAME.o: a policy's code for hosts, and what a reader may want to know of it.
#include <chrono>

#include "compiler/driver/commands.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/files.h"
#include "compiler/driver/policy_hash.h"
#include "compiler/driver/version.h"
#include "compiler/native/image.h"
#include "runtime/image/digest.h"

namespace policyc {

namespace {

using Clock = std::chrono::steady_clock;

// Empty where none is asked for.
Result<std::string> private_key(const std::string& path) {
  if (path.empty()) return std::string();
  Result<std::string> text = read_text_file(path);
  if (!text) return Failure{fmt::format("cannot read `{}`: {}", path, text.error())};
  if (!policy::public_key_of(*text)) {
    return Failure{fmt::format("`{}` holds no Ed25519 private key; `policyc keys new -o {}` makes one", path, path)};
  }
  return text;
}

}  // namespace

ExitCode run_build_image(const BuildOptions& options, const Compilation& compiled, Console& console) {
  const Clock::time_point start = Clock::now();
  const Result<std::string> key = private_key(options.key);
  if (!key) return console.complain(key.error()), kInputWrong;
  const std::string hash = policy_hash(*compiled.policy);
  const DecisionIR ir = decision_ir(*compiled.policy, compiled.sources);
  const BuildStamp stamp{hash, compiler_name()};
  const ImageOptions how{options.target, options.cpu};
  const Result<std::string> bytes =
      options.is_library() ? build_image(ir, stamp, how, *key) : build_object(ir, stamp, how);
  if (!bytes) return console.complain(bytes.error()), kInputWrong;
  if (const Result<bool> written = write_text_file(options.output, *bytes); !written) {
    console.complain(fmt::format("cannot write `{}`: {}", options.output, written.error()));
    return kInputWrong;
  }
  const double milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  console.print("{}: {}, {} in {:.0f} ms\n", options.output, counted(bytes->size(), "byte"),
                counted(ir.graphs.size(), "graph"), milliseconds);
  console.print("  policy   {} {}\n", compiled.policy->name, hash);
  if (!key->empty()) console.print("  signed   {}\n", policy::hexadecimal(*policy::public_key_of(*key)));
  return kFine;
}

}  // namespace policyc
