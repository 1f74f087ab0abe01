#include "compiler/facts/facts_trees.h"

namespace policyc {

// Walks up from each to one whose height is known; each is walked over once.
TreeMistakes find_tree_mistakes(const std::vector<uint32_t>& parents, size_t depth) {
  constexpr uint32_t kUnknown = 0, kOnWalk = UINT32_MAX;
  std::vector<uint32_t> height(parents.size(), kUnknown);
  std::vector<uint32_t> walk;
  TreeMistakes mistakes;
  for (uint32_t start = 0; start < parents.size(); ++start) {
    walk.clear();
    uint32_t at = start;
    for (; at != kNoParent && height[at] == kUnknown; at = parents[at]) {
      height[at] = kOnWalk;
      walk.push_back(at);
    }
    bool is_ring = at != kNoParent && height[at] == kOnWalk;
    if (is_ring) mistakes.rings.push_back(at);
    uint32_t above = at == kNoParent || is_ring ? 0 : height[at];
    for (size_t i = walk.size(); i-- > 0;) {
      height[walk[i]] = ++above;
      if (above > depth && !is_ring && !mistakes.too_deep) mistakes.too_deep = walk[i];
    }
  }
  return mistakes;
}

}  // namespace policyc
