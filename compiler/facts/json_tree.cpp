#include "compiler/facts/json_tree.h"

#include <nlohmann/json.hpp>

#include "compiler/base/limits.h"

namespace policyc {

// nlohmann-json reads the text and says what it found, but not where. Between two of its tokens lie only blanks, commas
// and colons, so that walking along finds each token's bytes.
class JsonTreeBuilder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  JsonTreeBuilder(JsonTree& tree, Diagnostics& diagnostics)
      : tree_(tree), text_(tree.text_), diagnostics_(diagnostics) {
    if (text_.starts_with("\xEF\xBB\xBF")) cursor_ = 3;
  }

  bool null() { return add(JsonKind::Null, 4); }
  bool boolean(bool value) { return add(value ? JsonKind::True : JsonKind::False, value ? 4 : 5); }
  bool number_integer(number_integer_t) { return add_number(); }
  bool number_unsigned(number_unsigned_t) { return add_number(); }
  bool number_float(number_float_t, const string_t&) { return add_number(); }
  bool string(string_t&) { return add_string(); }
  bool key(string_t&) { return add_string(); }
  bool binary(binary_t&) { return false; }  // no such thing in JSON text
  bool start_object(size_t) { return open(JsonKind::Object); }
  bool end_object() { return close(); }
  bool start_array(size_t) { return open(JsonKind::List); }
  bool end_array() { return close(); }

  template <typename Exception>
  bool parse_error(size_t position, const std::string&, const Exception& error) {
    uint32_t end = static_cast<uint32_t>(std::min(position, text_.size()));
    uint32_t begin = end > 0 ? end - 1 : 0;
    diagnostics_.report(DiagnosticKind::FactsSyntax, Span{tree_.source_, begin, end}, reason_in(error.what()));
    return false;
  }

 private:
  // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected
  // ..."
  static std::string reason_in(std::string_view message) {
    if (size_t prefix = message.find("] "); prefix != message.npos) message.remove_prefix(prefix + 2);
    if (size_t dash = message.find(" - "); dash != message.npos) message.remove_prefix(dash + 3);
    constexpr size_t kShown = 160;  // the library quotes what it read last, however long it is
    std::string shown(message.substr(0, kShown));
    for (char& c : shown) {
      if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
    }
    return message.size() > kShown ? shown + "..." : shown;
  }

  void skip_between() {
    while (cursor_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[cursor_]) != std::string_view::npos) {
      ++cursor_;
    }
  }

  bool add(JsonKind kind, size_t length, bool escaped = false) {
    skip_between();
    uint32_t begin = static_cast<uint32_t>(cursor_);
    cursor_ += length;
    uint32_t index = static_cast<uint32_t>(tree_.nodes_.size());
    tree_.nodes_.push_back({begin, static_cast<uint32_t>(cursor_), index + 1, kind, escaped});
    return true;
  }

  bool add_number() {
    skip_between();
    size_t end = text_.find_first_not_of("+-.0123456789eE", cursor_);
    return add(JsonKind::Number, std::min(end, text_.size()) - cursor_);
  }

  bool add_string() {
    skip_between();
    bool escaped = false;
    size_t end = cursor_ + 1;
    for (; end < text_.size() && text_[end] != '"'; ++end) {
      if (text_[end] != '\\') continue;
      escaped = true;
      ++end;
    }
    return add(JsonKind::String, end + 1 - cursor_, escaped);
  }

  bool open(JsonKind kind) {
    add(kind, 1);
    open_.push_back(static_cast<uint32_t>(tree_.nodes_.size() - 1));
    if (open_.size() <= limits::kFactsDepth) return true;
    const JsonNode& node = tree_.nodes_.back();
    diagnostics_.report(DiagnosticKind::FactsTooMany, Span{tree_.source_, node.begin, node.end}, limits::kFactsDepth,
                        "brackets inside one another");
    return false;
  }

  bool close() {
    skip_between();
    ++cursor_;
    JsonNode& node = tree_.nodes_[open_.back()];
    node.end = static_cast<uint32_t>(cursor_);
    node.next = static_cast<uint32_t>(tree_.nodes_.size());
    open_.pop_back();
    return true;
  }

  JsonTree& tree_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  size_t cursor_ = 0;
  std::vector<uint32_t> open_;
};

const JsonNode& JsonValue::node() const { return tree_->nodes_[index_]; }
JsonKind JsonValue::kind() const { return node().kind; }
Span JsonValue::span() const { return {tree_->source_, node().begin, node().end}; }

std::string JsonValue::text() const {
  std::string_view bytes = tree_->text_.substr(node().begin, node().end - node().begin);
  if (node().kind != JsonKind::String) return std::string(bytes);
  if (!node().escaped) return std::string(bytes.substr(1, bytes.size() - 2));
  return nlohmann::json::parse(bytes, nullptr, false).get<std::string>();  // read once already, so it reads again
}

std::vector<JsonValue> JsonValue::items() const {
  std::vector<JsonValue> items;
  if (kind() != JsonKind::List) return items;
  for (uint32_t i = index_ + 1; i < node().next; i = tree_->nodes_[i].next) items.emplace_back(*tree_, i);
  return items;
}

std::vector<JsonMember> JsonValue::members() const {
  std::vector<JsonMember> members;
  if (kind() != JsonKind::Object) return members;
  for (uint32_t key = index_ + 1; key < node().next; key = tree_->nodes_[key + 1].next) {
    members.push_back({{*tree_, key}, {*tree_, key + 1}});
  }
  return members;
}

std::optional<JsonTree> parse_json(const SourceMap& sources, SourceId source, Diagnostics& diagnostics) {
  std::string_view text = sources.text(source);
  if (text.size() > limits::kSourceBytes) {
    diagnostics.report(DiagnosticKind::FileTooLarge, Span{source, 0, 0}, text.size(), limits::kSourceBytes);
    return std::nullopt;
  }
  JsonTree tree(source, text);
  JsonTreeBuilder builder(tree, diagnostics);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return tree;
}

std::string_view describe(JsonKind kind) {
  switch (kind) {
    case JsonKind::Object:
      return "an object";
    case JsonKind::List:
      return "a list";
    case JsonKind::String:
      return "a string";
    case JsonKind::Number:
      return "a number";
    case JsonKind::True:
    case JsonKind::False:
      return "true or false";
    case JsonKind::Null:
      return "null";
  }
  return "nothing";
}

}  // namespace policyc
