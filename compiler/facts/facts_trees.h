// What is wrong with a forest that is written as everybody's parent.
//
//   TreeMistakes mistakes = find_tree_mistakes({kNoParent, 0, 3, 2}, 1000);   // rings: {2}
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace policyc {

inline constexpr uint32_t kNoParent = UINT32_MAX;

struct TreeMistakes {
  std::vector<uint32_t> rings;       // one of each ring
  std::optional<uint32_t> too_deep;  // the first that has `depth` or more above it
};

// Takes time in proportion to the forest, however deep it is.
TreeMistakes find_tree_mistakes(const std::vector<uint32_t>& parents, size_t depth);

}  // namespace policyc
