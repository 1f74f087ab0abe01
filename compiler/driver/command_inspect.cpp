// policyc inspect: what an image says of itself. Its hash and signature are checked; none of its code runs.
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/native/image.h"
#include "runtime/image/digest.h"
#include "runtime/image/image_facts.h"
#include "runtime/image/layout_hash.h"
#include "runtime/image/open_image.h"

namespace policyc {

namespace {

std::span<const uint8_t> bytes_in(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// "", or ", needs sse3 popcnt"
std::string features_in_words(policy::CpuFeatures features) {
  std::string text;
#define CPU_FEATURE(name, llvm) \
  if (features >> static_cast<uint32_t>(policy::CpuFeature::name) & 1u) text += " " llvm;
#include "runtime/image/cpu_features.def"
#undef CPU_FEATURE
  return text.empty() ? "" : ", needs" + text;
}

void show(const policy::VerifiedContent& verified, const ImageContent& image, const policy::ImageFacts& facts,
          Console& console) {
  const policy::BuildInfo& build = facts.build;
  const policy::ProgramTables& tables = *facts.tables;
  console.line(fmt::format("  policy       {} {}", tables.policy_name, build.policy_hash));
  console.print("  layout       {}\n", policy::layout_hash(tables));
  console.print("  content      {}\n", policy::hexadecimal(policy::sha256(verified.content)));
  console.print("  signed by    {}\n", verified.signer.empty() ? "nobody" : verified.signer);
  console.line(fmt::format("  made by      {}, LLVM {}, for version {} of the library's interface", build.compiler,
                           build.llvm, build.abi_version));
  console.line(fmt::format("  made for     {}, cpu {}{}", build.target, build.cpu, features_in_words(build.features)));
  console.print("  holds        {}, {}, {}, {}\n", counted(tables.tables.size(), "table"),
                counted(tables.roles.size(), "role"), counted(tables.grants.size(), "grant"),
                counted(facts.graph_count, "graph"));
  console.print("  size         {}, of which {} are code and {} facts\n", counted(verified.content.size(), "byte"),
                image.code_bytes, image.facts.size());
}

}  // namespace

ExitCode run_inspect(const InspectOptions& options, Console& console) {
  const Result<std::string> bytes = read_regular_file(options.image);
  if (!bytes) return console.complain(fmt::format("cannot read `{}`: {}", options.image, bytes.error())), kInputWrong;
  const policy::VerifiedContent verified = policy::verify_content(bytes_in(*bytes), {});
  if (verified.status != POLICY_OK) {
    console.complain(fmt::format("`{}` {}", options.image, verified.error));
    return kInputWrong;
  }
  const Result<ImageContent> image =
      read_image({reinterpret_cast<const char*>(verified.content.data()), verified.content.size()});
  if (!image) {
    console.complain(fmt::format("`{}` is no image of a policy: {}", options.image, image.error()));
    return kInputWrong;
  }
  const policy::Decoded<policy::ImageFacts> facts = policy::decode_facts(image->facts);
  if (!facts) {
    console.complain(fmt::format("`{}` is damaged: of its facts, {}", options.image, facts.error));
    return kInputWrong;
  }
  console.print("{}\n", options.image);
  show(verified, *image, *facts.value, console);
  return kFine;
}

}  // namespace policyc
