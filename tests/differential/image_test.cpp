// Images against the reference: built, opened as a host opens them, and asked everything.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "compiler/driver/policy_hash.h"
#include "compiler/native/image.h"
#include "runtime/image/open_image.h"
#include "tests/differential/engines.h"
#include "tests/differential/filters.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

constexpr int kWorldsOfAPolicy = 6;

policy::Opened image_of(const Engines& engines, const std::string& cpu) {
  const Result<std::string> image =
      build_image(engines.engine.ir, {policy_hash(engines.policy()), "policyc test"}, {.target = {}, .cpu = cpu}, {});
  if (!image) {
    ADD_FAILURE() << image.error();
    return {};
  }
  return policy::open_image_memory({reinterpret_cast<const uint8_t*>(image->data()), image->size()}, {});
}

struct Seen {
  size_t decisions = 0;
  size_t allowed = 0;
  size_t filtered = 0;
};

void compare(const Engines& engines, const policy::ProgramTables& tables, Random& random, Seen& seen) {
  for (int i = 0; i < kWorldsOfAPolicy && !testing::Test::HasFailure(); ++i) {
    const Facts facts = inherit_from_links(engines.policy(), random_facts(random, engines.policy(), {}));
    const Comparison decided = compare_code(engines, tables, facts);
    ASSERT_TRUE(decided.disagreement.empty()) << decided.disagreement;
    seen.decisions += decided.decisions;
    seen.allowed += decided.allowed;
    seen.filtered += compare_filters(engines, tables, facts).decisions;
  }
}

TEST(Images, OfRandomPoliciesAgreeWithTheReference) {
  const size_t budget = decision_budget(100'000);
  Seen seen;
  for (uint64_t seed = first_seed(); seen.decisions < budget && !HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    const policy::Opened opened = image_of(*engines, seed % 2 == 0 ? "native" : "");
    ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
    compare(*engines, *opened.tables, random, seen);
  }
  EXPECT_GT(seen.allowed, seen.decisions / 50);
  EXPECT_GT(seen.filtered, 0u);
  RecordProperty("decisions", std::to_string(seen.decisions));
}

TEST(Images, OfTheLibraryOfPoliciesAgreeWithTheReference) {
  for (const std::string name : {"audit_log", "boat_club", "boat_trips"}) {
    SCOPED_TRACE(name);
    std::ifstream file(std::string(POLICYC_SOURCE_DIR) + "/stdlib-policies/" + name + ".policy");
    std::unique_ptr<Engines> engines = Engines::of({std::istreambuf_iterator<char>(file), {}});
    ASSERT_TRUE(engines);
    const policy::Opened opened = image_of(*engines, "");
    ASSERT_EQ(opened.status, POLICY_OK) << opened.error;
    EXPECT_EQ(opened.build.policy_hash, policy_hash(engines->policy()));
    Random random(first_seed());
    Seen seen;
    compare(*engines, *opened.tables, random, seen);
    EXPECT_GT(seen.allowed, 0u);
    EXPECT_GT(seen.filtered, 0u);
  }
}

}  // namespace
}  // namespace policyc::test
