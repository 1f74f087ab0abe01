#include "compiler/sema/rings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace policyc {
namespace {

TEST(Rings, ATreeHasNone) {
  RingSearch search = find_rings({{1, 2}, {3}, {3}, {}});
  EXPECT_TRUE(search.rings.empty());
  EXPECT_EQ(search.after_all, (std::vector<uint32_t>{3, 1, 2, 0}));
}

TEST(Rings, ARingIsFoundOnce) {
  RingSearch search = find_rings({{1}, {2}, {0, 3}, {}});
  ASSERT_EQ(search.rings.size(), 1u);
  std::vector<uint32_t> nodes;
  for (const RingStep& step : search.rings[0]) nodes.push_back(step.node);
  EXPECT_EQ(nodes, (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(search.after_all.size(), 4u);
}

TEST(Rings, ANodeMayPointToItself) { EXPECT_EQ(find_rings({{0}}).rings.size(), 1u); }

TEST(Rings, DepthIsNoBurden) {
  Graph chain(1'000'000);
  for (uint32_t i = 0; i + 1 < chain.size(); ++i) chain[i].push_back(i + 1);
  EXPECT_EQ(find_rings(chain).after_all.front(), chain.size() - 1);
}

TEST(Rings, ManyRingsStayShort) {
  Graph chain(20'000);
  for (uint32_t i = 0; i + 1 < chain.size(); ++i) chain[i] = {i + 1, 0};
  RingSearch search = find_rings(chain);
  EXPECT_EQ(search.rings.size(), chain.size() - 1);
  EXPECT_EQ(search.rings.back().size(), 1u);
}

}  // namespace
}  // namespace policyc
