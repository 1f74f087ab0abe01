// policyc build FILE -o NAME.so or NAME.o: a policy's code for hosts, and what a reader may want to know of it.
#include <chrono>
#include <filesystem>

#include "compiler/driver/commands.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/files.h"
#include "compiler/driver/module_loader.h"
#include "compiler/driver/policy_hash.h"
#include "compiler/driver/private_key.h"
#include "compiler/driver/version.h"
#include "compiler/native/image.h"
#include "runtime/image/digest.h"

namespace policyc {

namespace {

using Clock = std::chrono::steady_clock;

// Places of grants are named from the policy's folder, so that an image is the same wherever the folder lies, and says
// nothing of the machine that made it.
SourceMap named_from_folder(const std::string& policy, const SourceMap& sources) {
  const std::filesystem::path path(policy), folder = path.parent_path().lexically_normal();
  SourceMap named;
  for (uint32_t i = 0; i < sources.size(); ++i) {
    const SourceId id{i};
    std::string name = i == 0 ? path.filename().string() : sources.name(id);
    if (i > 0 && !is_of_library(sources, id)) name = std::filesystem::path(name).lexically_relative(folder).string();
    named.add(std::move(name), std::string(sources.text(id)));
  }
  return named;
}

}  // namespace

ExitCode run_build_image(const BuildOptions& options, const Compilation& compiled, Console& console) {
  const Clock::time_point start = Clock::now();
  const Result<std::string> key = options.key.empty() ? std::string() : read_private_key(options.key);
  if (!key) return console.complain(key.error()), kInputWrong;
  const std::string hash = policy_hash(*compiled.policy);
  const DecisionIR ir = decision_ir(*compiled.policy, named_from_folder(options.file, compiled.sources));
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
