// Rings in a directed graph: roles that include themselves, tables and rows that lie above themselves.
#pragma once

#include <cstdint>
#include <vector>

namespace policyc {

// edges[node] lists the nodes that `node` points to.
using Graph = std::vector<std::vector<uint32_t>>;

// One step of a ring: the node, and which of its edges leads on.
struct RingStep {
  uint32_t node = 0;
  uint32_t edge = 0;
};
using Ring = std::vector<RingStep>;

struct RingSearch {
  // One for each edge that closes a ring, which is the last step's; without these edges there is no ring. The first
  // hundred are written in full, later ones by their last step alone.
  std::vector<Ring> rings;
  std::vector<uint32_t> after_all;  // every node, each after all that it points to (but for the closing edges)
};

// Walks in a loop, whatever the depth.
RingSearch find_rings(const Graph& graph);

}  // namespace policyc
