#include "compiler/sema/rings.h"

#include <algorithm>

namespace policyc {

namespace {

// Further rings are given by their closing edge alone, so that a graph of rings within rings stays linear.
constexpr size_t kRingsInFull = 100;

enum class Mark : uint8_t { New, OnPath, Done };

class Search {
 public:
  explicit Search(const Graph& graph) : graph_(graph), marks_(graph.size(), Mark::New) {}

  RingSearch run() {
    for (uint32_t node = 0; node < graph_.size(); ++node) {
      if (marks_[node] == Mark::New) walk_from(node);
    }
    return std::move(found_);
  }

 private:
  void walk_from(uint32_t start) {
    enter(start);
    while (!path_.empty()) {
      RingStep& top = path_.back();
      if (top.edge == graph_[top.node].size()) {
        marks_[top.node] = Mark::Done;
        found_.after_all.push_back(top.node);
        path_.pop_back();
        if (!path_.empty()) ++path_.back().edge;
        continue;
      }
      uint32_t next = graph_[top.node][top.edge];
      if (marks_[next] == Mark::New) {
        enter(next);
        continue;
      }
      if (marks_[next] == Mark::OnPath) close(next);
      ++top.edge;
    }
  }

  void enter(uint32_t node) {
    marks_[node] = Mark::OnPath;
    path_.push_back({node, 0});
  }

  void close(uint32_t node) {
    if (found_.rings.size() >= kRingsInFull) {
      found_.rings.push_back({path_.back()});
      return;
    }
    auto from = std::find_if(path_.begin(), path_.end(), [node](const RingStep& step) { return step.node == node; });
    found_.rings.emplace_back(from, path_.end());
  }

  const Graph& graph_;
  std::vector<Mark> marks_;
  std::vector<RingStep> path_;
  RingSearch found_;
};

}  // namespace

RingSearch find_rings(const Graph& graph) { return Search(graph).run(); }

}  // namespace policyc
