// Any operations, sensible or not, in a random organization: both engines answer the same, change the same, and neither
// crashes on ids that are not there. The first bytes choose the world, the rest are operations of a fixed length.
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"
#include "tests/fuzz/require.h"

namespace policyc::fuzz {
namespace {

constexpr size_t kOperationBytes = 14;
constexpr size_t kOperations = 24;
constexpr uint64_t kPolicies = 12;

const test::Engines& engines_of(uint64_t number) {
  static const std::array<std::unique_ptr<test::Engines>, kPolicies> all = [] {
    std::array<std::unique_ptr<test::Engines>, kPolicies> made;
    for (uint64_t i = 0; i < kPolicies; ++i) {
      test::Random random(1000 + i);
      made[i] = test::Engines::of(test::random_policy(random));
      require(made[i] != nullptr, "the generated policy does not compile", {});
    }
    return made;
  }();
  return *all[number % kPolicies];
}

// Ids are small, and now and then beyond what there is.
Operation operation_from(const uint8_t* bytes) {
  auto id = [](uint8_t byte) { return byte == 255 ? UINT32_MAX : uint32_t{byte} % 32; };
  Operation op;
  op.kind = static_cast<OperationKind>(bytes[0] % kOperationCount);
  op.user = {id(bytes[1]) % 8};
  if (bytes[2] < 32) op.impersonator = {bytes[2] % 8u};
  op.record = {id(bytes[3])};
  op.principal = {bytes[4] % 2 == 0 ? POLICY_PRINCIPAL(bytes[4] / 2 % 6, bytes[5] % 8)
                                    : POLICY_PRINCIPAL(POLICY_USER, bytes[5] % 8)};
  op.rights = bytes[6];
  op.other = {id(bytes[7])};
  op.relationship = {id(bytes[8])};
  op.unit = {id(bytes[9]) % 8};
  op.team = {id(bytes[10]) % 6};
  op.asks_sign_in = bytes[11] % 2 == 0;
  if (op.kind == OperationKind::Update && bytes[12] % 2 == 0) op.links.push_back({op.relationship, {id(bytes[13])}});
  return op;
}

}  // namespace
}  // namespace policyc::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace policyc;
  if (size < 3) return 0;
  const test::Engines& engines = fuzz::engines_of(data[0]);
  test::Random random(data[1] | uint64_t{data[2]} << 8);
  test::Worlds worlds(engines, test::random_facts(random, engines.policy(), {}));
  size_t operations = 0;
  for (size_t at = 3; at + fuzz::kOperationBytes <= size && operations < fuzz::kOperations; ++operations) {
    worlds.carry_out(fuzz::operation_from(data + at));
    at += fuzz::kOperationBytes;
  }
  worlds.compare_decisions();
  fuzz::require(worlds.seen().disagreement.empty(), "the engines disagree", worlds.seen().disagreement);
  return 0;
}
