// A policy's code, ahead of time: what runtime/image/image_format.h says, for hosts without LLVM.
//
//   ImageOptions options{.target = "aarch64", .cpu = ""};
//   Result<std::string> library = build_image(ir, {policy_hash(policy), "policyc 0.1.0"}, options, private_key);
//   Result<std::string> object = build_object(ir, stamp, options);          // defines `crm_image`
//
// The same policy, compiler and options give the same bytes. Only the descriptor is exported; beside memcmp nothing is
// asked of the process that loads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"

namespace policyc {

struct ImageOptions {
  std::string target;  // as find_target takes it; empty: this machine's kind
  std::string cpu;     // likewise; empty: the baseline
};

// What an image says of where it comes from, beside what is known here.
struct BuildStamp {
  std::string policy_hash;
  std::string compiler;
};

// A NAME.o: its symbol is image_symbol(ir.policy_name).
Result<std::string> build_object(const DecisionIR& ir, const BuildStamp& stamp, const ImageOptions& options);
// A NAME.so with its trailer, signed where a private key (PEM) is given.
Result<std::string> build_image(const DecisionIR& ir, const BuildStamp& stamp, const ImageOptions& options,
                                std::string_view private_key);

// What a NAME.so of either kind of processor says of itself, without mapping or running any of it. `content` is what
// stands before the trailer.
struct ImageContent {
  std::vector<uint8_t> facts;  // for policy::decode_facts
  size_t code_bytes = 0;
};
Result<ImageContent> read_image(std::string_view content);

}  // namespace policyc
