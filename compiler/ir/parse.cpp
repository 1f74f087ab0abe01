// The reader of the text form: a line at a time, words split at spaces, no recursion.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "compiler/ir/print.h"
#include "compiler/ir/verify.h"

namespace policyc {

namespace {

// The words of one line. A mistake is remembered, and every later word is empty or 0.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) { skip_spaces(); }

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view peek() const { return rest_.substr(0, rest_.find(' ')); }

  std::string_view next() {
    std::string_view word = peek();
    if (word.empty()) failed_ = true;
    rest_.remove_prefix(word.size());
    skip_spaces();
    return word;
  }

  void expect(std::string_view word) {
    if (next() != word) failed_ = true;
  }

  uint32_t number(std::string_view prefix = "") {
    std::string_view word = next();
    if (!word.starts_with(prefix)) return fail();
    word.remove_prefix(prefix.size());
    uint32_t value = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) return fail();
    return value;
  }

  bool flag() {
    uint32_t value = number();
    if (value > 1) failed_ = true;
    return value == 1;
  }

  Int128 wide_number() {
    std::string_view word = next();
    bool negative = word.starts_with('-');
    if (negative) word.remove_prefix(1);
    if (word.empty() || word.size() > 38) return fail();
    Int128 value = 0;
    for (char c : word) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
  }

  std::string quoted() {
    std::string text;
    if (!rest_.starts_with('"')) return fail(), text;
    size_t i = 1;
    while (i < rest_.size() && rest_[i] != '"') {
      if (rest_[i] != '\\') {
        text += rest_[i++];
      } else if (!escape(i, text)) {
        return fail(), text;
      }
    }
    if (i >= rest_.size()) return fail(), text;
    rest_.remove_prefix(i + 1);
    skip_spaces();
    return text;
  }

  // The enum value whose spelling is the next word.
  template <typename Enum>
  Enum one_of(Enum last) {
    std::string_view found = next();
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
      if (word(static_cast<Enum>(i)) == found) return static_cast<Enum>(i);
    }
    failed_ = true;
    return Enum{};
  }

  uint32_t fail() {
    failed_ = true;
    return 0;
  }

 private:
  void skip_spaces() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  bool escape(size_t& i, std::string& text) const {
    if (i + 1 >= rest_.size()) return false;
    char c = rest_[i + 1];
    if (c == '"' || c == '\\') {
      text += c;
      i += 2;
      return true;
    }
    unsigned byte = 0;
    if (c != 'x' || i + 3 >= rest_.size()) return false;
    auto [end, error] = std::from_chars(rest_.data() + i + 2, rest_.data() + i + 4, byte, 16);
    if (error != std::errc() || end != rest_.data() + i + 4) return false;
    text += static_cast<char>(byte);
    i += 4;
    return true;
  }

  std::string_view rest_;
  bool failed_ = false;
};

template <typename Id, typename T>
T& last(Store<Id, T>& store) {
  return *(store.end() - 1);
}

class IRParser {
 public:
  explicit IRParser(std::string_view text) : text_(text) {}

  Result<DecisionIR> run() {
    size_t number = 0;
    while (!text_.empty()) {
      ++number;
      std::string_view line = text_.substr(0, text_.find('\n'));
      text_.remove_prefix(std::min(line.size() + 1, text_.size()));
      Words words(line);
      if (words.at_end()) continue;
      read_line(words);
      if (words.failed() || !words.at_end()) return Failure{fmt::format("line {}: cannot be read", number)};
    }
    if (!seen_header_) return Failure{"line 1: not a decision_ir"};
    if (std::optional<std::string> problem = verify(ir_)) return Failure{*problem};
    return std::move(ir_);
  }

 private:
  void read_line(Words& w) {
    std::string_view head = w.next();
    if (head == "decision_ir") return read_header(w);
    if (head == "settings") return read_settings(w);
    if (head == "slots") return void(ir_.slot_count = w.number());
    if (head == "choice") return ir_.choice_labels.push_back(w.quoted());
    if (head == "privilege") return ir_.privileges.push_back(w.quoted());
    if (head == "user_layout") return open_layout(ir_.user_layout, w);
    if (head == "context_layout") return open_layout(ir_.context_layout, w);
    if (head == "layout") return ir_.tables.empty() ? void(w.fail()) : open_layout(last(ir_.tables).layout, w);
    if (head == "field") return read_field(w);
    if (head == "operand") return read_operand(w);
    if (head.starts_with('%')) return read_node(head, w);
    if (head == "graph") return read_graph(w);
    if (head == "allow" || head == "deny") return read_outcome(head == "allow", w);
    if (head == "table") return read_table(w);
    if (head == "decision") return read_decision(w);
    if (head == "role") return read_role(w);
    if (head == "grants" || head == "privileges") return read_role_list(head == "grants", w);
    if (head == "grant") return read_grant(w);
    w.fail();
  }

  void read_header(Words& w) {
    if (seen_header_) w.fail();
    seen_header_ = true;
    ir_.policy_name = w.quoted();
  }

  void read_settings(Words& w) {
    IRSettings& s = ir_.settings;
    const std::pair<std::string_view, bool*> settings[] = {
        {"modern_units", &s.modern_units},
        {"ownership_recomputed", &s.ownership_recomputed},
        {"unit_as_principal", &s.unit_as_principal},
        {"unit_principal_user_level", &s.unit_principal_user_level},
        {"share_reaches_team_only_basic", &s.share_reaches_team_only_basic}};
    while (!w.at_end() && !w.failed()) {
      std::string_view name = w.next();
      auto found =
          std::find_if(std::begin(settings), std::end(settings), [&](auto& setting) { return setting.first == name; });
      if (found == std::end(settings)) return void(w.fail());
      *found->second = w.flag();
    }
  }

  void open_layout(AttributeLayout& layout, Words& w) {
    w.expect("size");
    layout.size = w.number();
    layout.fields.clear();
    layout_ = &layout;
  }

  void read_field(Words& w) {
    if (layout_ == nullptr) return void(w.fail());
    Field field;
    field.name = w.quoted();
    field.type = w.one_of(ValueType::Choice);
    field.offset = w.number("@");
    w.expect("bit");
    field.presence = w.number();
    w.expect("attribute");
    field.attribute = w.number();
    layout_->fields.push_back(std::move(field));
  }

  void read_operand(Words& w) {
    if (w.number("o") != ir_.operands.size()) w.fail();
    IROperand operand;
    std::string_view from = w.next();
    operand.type = w.one_of(ValueType::Choice);
    if (from == "literal") {
      operand.literal =
          operand.type == ValueType::String ? Value::string(w.quoted()) : Value::of(operand.type, w.wide_number());
    } else {
      if (from == "record")
        operand.from = IROperand::From::Record;
      else if (from == "user")
        operand.from = IROperand::From::User;
      else if (from == "context")
        operand.from = IROperand::From::Context;
      else
        w.fail();
      operand.offset = w.number("@");
      w.expect("bit");
      operand.presence = w.number();
    }
    ir_.operands.add(std::move(operand));
  }

  void read_node(std::string_view head, Words& w) {
    if (head != fmt::format("%{}", ir_.nodes.size())) w.fail();
    w.expect("=");
    Node node;
    node.op = w.one_of(static_cast<Op>(kOpCount - 1));
    switch (operands_of(node.op)) {
      case OpOperands::None:
        break;
      case OpOperands::Nodes:
        node.a = w.number("%");
        node.b = w.number("%");
        break;
      case OpOperands::Slot:
        node.slot = w.number();
        break;
      case OpOperands::SlotRight:
        node.slot = w.number();
        node.right = w.one_of(kAllRights.back());
        break;
      case OpOperands::Operands:
        node.compare = w.one_of(Compare::GreaterEqual);
        node.a = w.number("o");
        node.b = w.number("o");
        break;
      case OpOperands::Operand:
        node.a = w.number("o");
        break;
    }
    ir_.nodes.add(node);
  }

  void read_graph(Words& w) {
    if (w.number("g") != ir_.graphs.size()) w.fail();
    w.expect("check");
    ir_.graphs.add({.check = {w.number("%")}, .allow = {}, .deny = {}});
  }

  void read_outcome(bool is_allow, Words& w) {
    if (ir_.graphs.empty()) return void(w.fail());
    Outcome outcome;
    outcome.reason = w.one_of(Reason::Unknown);
    w.expect(is_allow ? "slot" : "unless");
    if (is_allow) outcome.slot = w.number();
    outcome.node = {w.number("%")};
    (is_allow ? last(ir_.graphs).allow : last(ir_.graphs).deny).push_back(outcome);
  }

  void read_table(Words& w) {
    IRTable table;
    table.name = w.quoted();
    w.expect("owned");
    w.expect("by");
    table.ownership = w.one_of(Ownership::Organization);
    ir_.tables.add(std::move(table));
    layout_ = nullptr;
  }

  void read_decision(Words& w) {
    if (ir_.tables.empty()) return void(w.fail());
    IRDecision& d = last(ir_.tables).decisions[static_cast<size_t>(w.one_of(kAllRights.back()))];
    d.graph = {w.number("g")};
    w.expect("base");
    d.base = w.number();
    w.expect("slots");
    d.first_slot = w.number();
    d.slot_count = w.number();
  }

  void read_role(Words& w) {
    IRRole role;
    role.name = w.quoted();
    std::string_view kind = w.next();
    role.team_privileges_only = kind == "team_privileges_only";
    if (!role.team_privileges_only && kind != "direct_user") w.fail();
    ir_.roles.add(std::move(role));
  }

  void read_role_list(bool of_grants, Words& w) {
    if (ir_.roles.empty()) return void(w.fail());
    IRRole& role = last(ir_.roles);
    while (!w.at_end() && !w.failed()) {
      if (of_grants)
        role.grants.push_back({w.number()});
      else
        role.privileges.push_back({w.number()});
    }
  }

  void read_grant(Words& w) {
    IRGrant grant;
    w.expect("role");
    grant.role = {w.number()};
    w.expect("table");
    grant.table = {w.number()};
    grant.right = w.one_of(kAllRights.back());
    w.expect("at");
    grant.level = w.one_of(Level::Organization);
    w.expect("slot");
    grant.slot = w.number();
    std::string_view when = w.next();
    grant.conditional = when == "conditional";
    if (!grant.conditional && when != "always") w.fail();
    grant.place = w.quoted();
    ir_.grants.add(std::move(grant));
  }

  std::string_view text_;
  DecisionIR ir_;
  AttributeLayout* layout_ = nullptr;
  bool seen_header_ = false;
};

}  // namespace

Result<DecisionIR> parse_ir(std::string_view text) { return IRParser(text).run(); }

}  // namespace policyc
