// A JSON text as a tree that knows the place of every key and value.
//
//   std::optional<JsonTree> tree = parse_json(sources, id, diagnostics);
//   for (JsonMember member : tree->root().members()) use(member.key.text(), member.value.span());
//
// The tree views the text in `sources` and stores 16 bytes for each value and key, so that files of 100 MB fit. Values
// point into the tree and are valid as long as it stays where it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/diagnostic.h"

namespace policyc {

enum class JsonKind : uint8_t { Object, List, String, Number, True, False, Null };

struct JsonNode {
  uint32_t begin = 0;  // bytes of the text, quotes and brackets included
  uint32_t end = 0;
  uint32_t next = 0;  // the node after this one and everything in it
  JsonKind kind = JsonKind::Null;
  bool escaped = false;  // a string with escapes: its text is not its bytes
};

class JsonTree;
struct JsonMember;

class JsonValue {
 public:
  JsonValue() = default;
  JsonValue(const JsonTree& tree, uint32_t index) : tree_(&tree), index_(index) {}

  JsonKind kind() const;
  Span span() const;
  // A string without its quotes and escapes; of everything else the bytes as written.
  std::string text() const;
  // Of a list, and of an object; empty for everything else.
  std::vector<JsonValue> items() const;
  std::vector<JsonMember> members() const;

 private:
  const JsonNode& node() const;
  const JsonTree* tree_ = nullptr;
  uint32_t index_ = 0;
};

struct JsonMember {
  JsonValue key;
  JsonValue value;
};

class JsonTree {
 public:
  JsonTree(SourceId source, std::string_view text) : source_(source), text_(text) {}
  JsonValue root() const { return {*this, 0}; }

 private:
  friend class JsonValue;
  friend class JsonTreeBuilder;
  SourceId source_;
  std::string_view text_;
  std::vector<JsonNode> nodes_;  // in the order of the text; a member's key stands before its value
};

// Nothing where the text is not JSON or nests too deep (limits::kFactsDepth); the mistake is reported.
std::optional<JsonTree> parse_json(const SourceMap& sources, SourceId source, Diagnostics& diagnostics);

// "an object", "a list", "a string", ...
std::string_view describe(JsonKind kind);

}  // namespace policyc
