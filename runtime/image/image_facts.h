// What an image tells beside its code: the tables of a program and where they come from, to bytes and back.
//
//   std::vector<uint8_t> bytes = encode_facts(tables, build);
//   Decoded<ImageFacts> facts = decode_facts(bytes);             // tables without code; publish it by graph and kind
//   if (!facts) fail(facts.error);
//
// Bytes may come from anywhere: decoding reads no further than they go, makes no more elements than they are, and gives
// only tables whose numbers all point to something that is there (check_tables.h).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/image/image_format.h"
#include "runtime/organization/program_tables.h"

namespace policy {

// Where a program comes from.
struct BuildInfo {
  uint32_t abi_version = 0;
  std::string policy_hash;  // 64 hexadecimal digits
  std::string compiler;     // "policyc 0.1.0"
  std::string llvm;         // "19.1.7"
  std::string target;       // LLVM's triple
  std::string cpu;          // as it was asked for
  CpuFeatures features = 0;
};

struct ImageFacts {
  BuildInfo build;
  std::unique_ptr<ProgramTables> tables;
  uint32_t graph_count = 0;  // greater than every DecisionEntry::graph
};

template <typename T>
struct Decoded {
  std::optional<T> value;
  std::string error;  // of an image, "it": "its facts are ...", "role `skipper` holds ..."
  explicit operator bool() const { return value.has_value(); }
};

std::vector<uint8_t> encode_facts(const ProgramTables& tables, const BuildInfo& build);
Decoded<ImageFacts> decode_facts(std::span<const uint8_t> bytes);

}  // namespace policy
