// The canonical text: two spaces deep, names of a body's items aligned, lines wrapped before kWidth columns.
#include "compiler/syntax/printer.h"

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace policyc {

namespace {

using Pieces = std::vector<std::string>;

constexpr size_t kWidth = 110;
// Longer names are not aligned with: one of them would push every other item to the right.
constexpr size_t kWidestAligned = 32;

// --- words

constexpr std::string_view kReserved[] = {"and", "at", "because", "for", "in", "is", "not", "or", "when"};
// Words that start a statement of a scenario, or go on with the one before; a name there is quoted where it is spelt
// like one.
constexpr std::string_view kStatementWords[] = {"associate", "context",  "disabled", "from",   "inherited", "into",
                                                "owned",     "position", "profile",  "record", "share",     "team",
                                                "through",   "to",       "unit",     "user",   "who",       "with"};

template <size_t N>
bool one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_plain(std::string_view text) {
  return !text.empty() && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

// A name cannot hold a backquote or a line end; an importer's odd name is printed with `_` in their place.
std::string quoted(std::string_view text) {
  std::string inner(text);
  for (char& c : inner) {
    if (c == '`' || c == '\n' || c == '\r') c = '_';
  }
  return "`" + inner + "`";
}

std::string word(const ast::Name& name) {
  if (name.missing()) return {};
  return is_plain(name.text) && !one_of(name.text, kReserved) ? name.text : quoted(name.text);
}

// A name where some words of the language could stand as well.
template <size_t N>
std::string word_beside(const ast::Name& name, const std::string_view (&words)[N]) {
  return one_of(name.text, words) ? quoted(name.text) : word(name);
}

std::string subject(const ast::Name& name) { return word_beside(name, kStatementWords); }

std::string setting_value(const ast::Name& name) {
  bool is_number = !name.missing() && (is_digit(name.text[0]) || name.text[0] == '-') &&
                   std::all_of(name.text.begin() + 1, name.text.end(), [](char c) { return is_digit(c) || c == '.'; });
  return is_number ? name.text : word(name);
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    switch (c) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\r':
        result += ' ';
        break;
      default:
        result += c;
    }
  }
  return result + "\"";
}

std::string title_part(const std::string& title) { return title.empty() ? "" : " " + in_quotes(title); }

std::string literal(const ast::Literal& value) {
  constexpr std::string_view kNull[] = {"null"};
  switch (value.kind) {
    case ast::Literal::Kind::Word:
      return word_beside({value.text, value.span}, kNull);
    case ast::Literal::Kind::String:
      return in_quotes(value.text);
    case ast::Literal::Kind::Null:
      return "null";
    case ast::Literal::Kind::Number:
    case ast::Literal::Kind::Date:
    case ast::Literal::Kind::DateTime:
      return value.text;
  }
  return {};
}

Pieces list(const std::vector<ast::Name>& names, std::string (*text_of)(const ast::Name&) = word) {
  Pieces pieces;
  for (size_t i = 0; i < names.size(); ++i) pieces.push_back(text_of(names[i]) + (i + 1 < names.size() ? "," : ""));
  return pieces;
}

std::string joined(const Pieces& pieces) {
  std::string result;
  for (const std::string& piece : pieces) result += result.empty() ? piece : " " + piece;
  return result;
}

std::string spaces(size_t count) { return std::string(count, ' '); }

std::string label(std::string_view name, size_t width) {
  std::string result = std::string(name) + ":";
  size_t full = width + 2;
  return result + spaces(result.size() < full ? full - result.size() : 1);
}

// The width to which names are aligned.
template <typename Items, typename NameOf>
size_t aligned_width(const Items& items, NameOf name_of) {
  size_t width = 0;
  for (const auto& item : items) {
    size_t size = name_of(item).size();
    if (size <= kWidestAligned) width = std::max(width, size);
  }
  return width;
}

// --- conditions

std::string_view comparison_sign(ast::Comparison comparison) {
  switch (comparison) {
    case ast::Comparison::Equal:
      return " == ";
    case ast::Comparison::NotEqual:
      return " != ";
    case ast::Comparison::Less:
      return " < ";
    case ast::Comparison::LessEqual:
      return " <= ";
    case ast::Comparison::Greater:
      return " > ";
    case ast::Comparison::GreaterEqual:
      return " >= ";
  }
  return {};
}

std::string operand(const ast::Operand& value) {
  if (value.kind == ast::Operand::Kind::Literal) return literal(value.literal);
  return word(value.base) + "." + word(value.attribute);
}

std::string expression(const ast::Expression& value);

std::string members(const std::vector<ast::Literal>& values) {
  std::string result = " in {";
  for (size_t i = 0; i < values.size(); ++i) result += (i == 0 ? " " : ", ") + literal(values[i]);
  return result + " }";
}

// A part of `and`, `or` and `not`: in parentheses where it binds less, or groups as its author wrote it.
std::string part(const ast::Expression& value, ast::Expression::Kind whole) {
  using Kind = ast::Expression::Kind;
  bool is_list = value.kind == Kind::Or || value.kind == Kind::And;
  bool binds_more = value.kind == Kind::And && whole == Kind::Or;
  return is_list && !binds_more ? "(" + expression(value) + ")" : expression(value);
}

// One piece for each part of an outermost `and` or `or`, for wrapping.
Pieces expression_pieces(const ast::Expression& value) {
  using Kind = ast::Expression::Kind;
  if (value.kind != Kind::Or && value.kind != Kind::And) return {expression(value)};
  Pieces pieces;
  for (const ast::Expression& child : value.children) {
    std::string_view glue = pieces.empty() ? "" : value.kind == Kind::Or ? "or " : "and ";
    pieces.push_back(std::string(glue) + part(child, value.kind));
  }
  return pieces;
}

std::string expression(const ast::Expression& value) {
  using Kind = ast::Expression::Kind;
  switch (value.kind) {
    case Kind::Or:
    case Kind::And:
      return joined(expression_pieces(value));
    case Kind::Not:
      return "not " + (value.children.empty() ? std::string() : part(value.children[0], Kind::Not));
    case Kind::Compare:
      return operand(value.left) + std::string(comparison_sign(value.comparison)) + operand(value.right);
    case Kind::In:
      return operand(value.left) + members(value.members);
    case Kind::IsNull:
      return operand(value.left) + " is null";
    case Kind::IsNotNull:
      return operand(value.left) + " is not null";
    case Kind::Operand:
      return operand(value.left);
  }
  return {};
}

// --- the printer

class Printer {
 public:
  std::string run(const ast::Ast& ast);

 private:
  // `start` and then the pieces, wrapped; further lines are indented by `indent`. Ends without a line end.
  void fill(const std::string& start, const Pieces& pieces, size_t indent);
  void line(const std::string& text) { out_ += text + "\n"; }
  size_t column() const;
  void comment(const std::vector<std::string>& lines);

  void print(const ast::Use& value);
  void print(const ast::Organization& value) { settings("organization", value.settings); }
  void print(const ast::Settings& value) { settings("settings", value.settings); }
  void print(const ast::AttributeBlock& value);
  void print(const ast::Privilege& value) { line("privilege " + word(value.name) + title_part(value.title)); }
  void print(const ast::Table& value);
  void print(const ast::Relationship& value);
  void print(const ast::Role& value);
  void print(const ast::ColumnProfile& value);
  void print(const ast::Flow& value);
  void print(const ast::Scenario& value);

  void settings(const std::string& head, const std::vector<ast::Setting>& items);
  void setting(const ast::Setting& item, size_t indent, size_t width);
  void attributes(const std::vector<ast::Attribute>& items);
  void grants(const ast::TableGrants& item, size_t width);

  void statement(const ast::UnitFact& fact);
  void statement(const ast::UserFact& fact);
  void statement(const ast::TeamFact& fact);
  void statement(const ast::ManagerFact& fact);
  void statement(const ast::PositionFact& fact);
  void statement(const ast::ProfileFact& fact);
  void statement(const ast::RecordFact& fact);
  void statement(const ast::ShareFact& fact);
  void statement(const ast::AssociationFact& fact);
  void statement(const ast::ContextFact& fact) { fill(indent_ + "context", values(fact.values), indent_.size() + 4); }
  void statement(const ast::CanExpectation& line);
  void statement(const ast::MayExpectation& line);
  void statement(const ast::PrivilegeExpectation& line);
  void statement(const ast::WhoExpectation& line);
  void statement(const ast::ListExpectation& line);
  void statement(const ast::RunsAsExpectation& line);
  void statement(const ast::RunExpectation& line);
  void statement(const ast::When& when);
  template <typename Fact>
  void tree(const Fact& fact, size_t indent);
  static Pieces values(const std::vector<ast::AttributeValue>& items);
  static Pieces event(const ast::Event& event);

  std::string out_;
  std::string indent_;  // of the statement being printed
};

size_t Printer::column() const {
  size_t end = out_.rfind('\n');
  return out_.size() - (end == std::string::npos ? 0 : end + 1);
}

void Printer::fill(const std::string& start, const Pieces& pieces, size_t indent) {
  out_ += start;
  for (const std::string& piece : pieces) {
    bool fits = column() + 1 + piece.size() <= kWidth || column() <= indent;
    bool at_start = !out_.empty() && out_.back() == ' ';
    if (!fits) {
      while (!out_.empty() && out_.back() == ' ') out_.pop_back();
      out_ += "\n" + spaces(indent);
    } else if (!at_start) {
      out_ += ' ';
    }
    out_ += piece;
  }
}

void append(Pieces& pieces, const Pieces& more) { pieces.insert(pieces.end(), more.begin(), more.end()); }

void Printer::comment(const std::vector<std::string>& lines) {
  for (const std::string& text : lines) {
    for (size_t begin = 0; begin <= text.size();) {
      size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
      line(begin == end ? "//" : "// " + text.substr(begin, end - begin));
      begin = end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    }
  }
}

// --- declarations

void Printer::print(const ast::Use& value) {
  std::string path;
  for (const ast::Name& name : value.path) path += (path.empty() ? "" : ".") + word(name);
  line("use " + path);
}

void Printer::settings(const std::string& head, const std::vector<ast::Setting>& items) {
  if (items.empty()) return line(head + " {}");
  line(head + " {");
  size_t width = aligned_width(items, [](const ast::Setting& item) { return word(item.name); });
  for (const ast::Setting& item : items) setting(item, 2, width);
  line("}");
}

// `{ depth: 3 }`, or nothing where it is longer than `room` or nested.
std::string details_in_line(const ast::Setting& item, size_t room) {
  std::string text = "{";
  for (const ast::Setting& detail : item.details) {
    if (!detail.details.empty() || text.size() > room) return {};
    text += (text.size() > 1 ? "  " : " ") + word(detail.name) + ": " + joined(list(detail.values, setting_value));
  }
  return text + " }";
}

void Printer::setting(const ast::Setting& item, size_t indent, size_t width) {
  std::string start = spaces(indent) + label(word(item.name), width);
  size_t inner = start.size();
  fill(start, list(item.values, setting_value), inner);
  if (item.details.empty()) return line("");
  std::string in_line = details_in_line(item, kWidth);
  if (column() + 1 + in_line.size() <= kWidth && !in_line.empty()) return line(" " + in_line);
  line(" {");
  size_t details = aligned_width(item.details, [](const ast::Setting& detail) { return word(detail.name); });
  for (const ast::Setting& detail : item.details) setting(detail, indent + 2, details);
  line(spaces(indent) + "}");
}

void Printer::attributes(const std::vector<ast::Attribute>& items) {
  line(" {");
  size_t width = aligned_width(items, [](const ast::Attribute& item) { return word(item.name); });
  for (const ast::Attribute& item : items) {
    Pieces pieces{word(item.type)};
    if (!item.choices.empty() || item.type.text == "choice") {
      pieces.push_back("{");
      append(pieces, list(item.choices));
      pieces.push_back("}");
    }
    if (item.secured) pieces.push_back("secured");
    std::string start = "  " + label(word(item.name), width);
    fill(start, pieces, start.size() + 2);
    line("");
  }
  line("}");
}

void Printer::print(const ast::AttributeBlock& value) {
  out_ += value.of == ast::AttributeBlock::Of::User ? "user" : "context";
  attributes(value.attributes);
}

void Printer::print(const ast::Table& value) {
  out_ += "table " + word(value.name) + title_part(value.title) + " owned by " + word(value.ownership);
  if (value.attributes.empty()) return line("");
  attributes(value.attributes);
}

void Printer::print(const ast::Relationship& value) {
  std::string lookup = value.many_to_many ? "" : "." + word(value.lookup);
  std::string_view arrow = value.many_to_many ? " <-> " : " -> ";
  out_ += "relationship " + word(value.name) + ": " + word(value.child) + lookup;
  out_.append(arrow) += word(value.parent);
  if (!value.preset.missing()) out_ += " " + word(value.preset);
  bool nothing = value.behaviours.empty();
  if (nothing && (value.many_to_many || !value.preset.missing())) return line("");
  if (nothing) return line(" {}");
  line(" {");
  size_t width = aligned_width(value.behaviours, [](const ast::Behaviour& item) { return word(item.action); });
  for (const ast::Behaviour& item : value.behaviours) line("  " + label(word(item.action), width) + word(item.value));
  line("}");
}

// --- roles, profiles, flows

std::string grants_name(const ast::TableGrants& item) { return item.every_table ? "every table" : word(item.table); }

void Printer::grants(const ast::TableGrants& item, size_t width) {
  std::string start = "  " + label(grants_name(item), width);
  size_t indent = start.size();
  size_t rights_width = 0;
  for (const ast::Grant& grant : item.grants) {
    size_t size = joined(list(grant.rights)).size();
    if (indent + size <= kWidth * 2 / 3) rights_width = std::max(rights_width, size);
  }
  for (const ast::Grant& grant : item.grants) {
    fill(start, list(grant.rights), indent + 2);
    size_t at_column = indent + rights_width;
    if (column() < at_column) out_ += spaces(at_column - column());
    out_ += " at " + word(grant.level);
    if (grant.condition) {
      Pieces when = expression_pieces(*grant.condition);
      when[0] = "when " + when[0];
      fill("", when, indent + 2);
    }
    line("");
    start = spaces(indent);
  }
  if (item.grants.empty()) line(start);
}

void Printer::print(const ast::Role& value) {
  std::string head = "role " + word(value.name) + title_part(value.title);
  if (value.team_privileges_only) head += " team_privileges_only";
  if (!value.includes.empty()) head += " includes";
  Pieces includes = list(value.includes);
  if (value.tables.empty() && value.privileges.empty()) {
    fill(head, includes, 4);
    return line(" {}");
  }
  fill(head, includes, 4);
  line(" {");
  size_t width = aligned_width(value.tables, grants_name);
  for (const ast::TableGrants& item : value.tables) grants(item, width);
  for (const ast::PrivilegeGrant& item : value.privileges) {
    fill(item.every_privilege ? "  every privilege" : "  privilege", list(item.names), 4);
    line("");
  }
  line("}");
}

void Printer::print(const ast::ColumnProfile& value) {
  out_ += "column_profile " + word(value.name) + title_part(value.title);
  if (value.columns.empty()) return line(" {}");
  line(" {");
  auto column_name = [](const ast::ColumnGrant& item) {
    return item.every_column ? "every column" : word(item.table) + "." + word(item.column);
  };
  size_t width = aligned_width(value.columns, column_name);
  for (const ast::ColumnGrant& item : value.columns) {
    std::string start = "  " + label(column_name(item), width);
    fill(start, list(item.permissions), start.size());
    line("");
  }
  line("}");
}

std::string step_name(const ast::FlowStep& step) {
  constexpr std::string_view kElevated[] = {"elevated"};
  return word_beside(step.name, kElevated);
}

void Printer::print(const ast::Flow& value) {
  fill((value.is_plugin ? "plugin " : "flow ") + word(value.name) + title_part(value.title) + " on", list(value.events),
       4);
  line(" of " + word(value.table) + " {");
  std::string run_as = value.run_as.missing() ? "" : "run as " + word(value.run_as);
  bool alone = value.run_as_alone && !run_as.empty();
  if (alone) line("  " + run_as);  // first, since behind the trigger it would be the trigger's
  if (!value.owner.missing()) line("  owner " + word(value.owner));
  if (!value.trigger_connection.missing()) {
    line("  trigger via " + word(value.trigger_connection) + (alone || run_as.empty() ? "" : " " + run_as));
  }
  size_t width = aligned_width(value.steps, step_name);
  for (const ast::FlowStep& step : value.steps) {
    std::string text = "  " + label(step_name(step), width) + word(step.right) + " " + word(step.table);
    if (!step.identity.missing()) text += " as " + word(step.identity);
    if (!step.connection.missing()) text += " via " + word(step.connection);
    line(text + (step.elevated ? " elevated" : ""));
  }
  line("}");
}

// --- scenarios

// A name behind a word that could be somebody: what makes the two a statement of their own is quoted.
std::string behind_word(const ast::Name& name) {
  constexpr std::string_view kVerbs[] = {"can", "cannot", "has",  "lacks", "manages",
                                         "may", "record", "team", "to",    "user"};
  return word_beside(name, kVerbs);
}

std::string held_role(const ast::HeldRole& held) {
  return behind_word(held.role) + (held.unit.missing() ? "" : " from " + word(held.unit));
}

Pieces held_roles(const std::vector<ast::HeldRole>& roles) {
  Pieces pieces;
  for (const ast::HeldRole& held : roles) pieces.push_back((pieces.empty() ? "" : "and ") + held_role(held));
  return pieces;
}

Pieces Printer::values(const std::vector<ast::AttributeValue>& items) {
  Pieces pieces{"{"};
  for (const ast::AttributeValue& item : items) pieces.push_back(word(item.name) + ": " + literal(item.value));
  pieces.push_back("}");
  return pieces;
}

// Owner and unit of a row.
void append_place(Pieces& pieces, const ast::Name& owner, const ast::Name& unit) {
  if (!owner.missing()) pieces.push_back("owned by " + word(owner));
  if (!unit.missing()) pieces.push_back("in " + word(unit));
}

std::string row_or_column(const ast::Name& row, const ast::Name& column) {
  return word(row) + (column.missing() ? "" : "." + word(column));
}

// --- trees of units and of positions

Pieces head_of(const ast::UnitFact& fact) {
  Pieces pieces{"unit " + word(fact.name) + (fact.roles.empty() ? "" : ":")};
  append(pieces, held_roles(fact.roles));
  return pieces;
}

Pieces head_of(const ast::PositionFact& fact) {
  Pieces pieces{"position " + behind_word(fact.name)};
  if (fact.holders.empty()) return pieces;
  pieces.push_back("held by");
  append(pieces, list(fact.holders));
  return pieces;
}

// The tree's text in one line, or nothing where it is longer than `room`.
template <typename Fact>
std::string tree_in_line(const Fact& fact, size_t room) {
  std::string text = joined(head_of(fact));
  if (fact.children.empty()) return text.size() <= room ? text : std::string();
  text += " {";
  for (const Fact& child : fact.children) {
    if (text.size() >= room) return {};
    std::string inner = tree_in_line(child, room - text.size());
    if (inner.empty()) return {};
    text += (&child == &fact.children.front() ? " " : "  ") + inner;
  }
  text += " }";
  return text.size() <= room ? text : std::string();
}

template <typename Fact>
void Printer::tree(const Fact& fact, size_t indent) {
  std::string text = tree_in_line(fact, kWidth - std::min(indent, kWidth / 2));
  if (!text.empty()) return line(spaces(indent) + text);
  Pieces head = head_of(fact);
  std::string first = spaces(indent) + head.front();
  head.erase(head.begin());
  fill(first, head, indent + 4);
  if (fact.children.empty()) return line("");
  line(" {");
  for (const Fact& child : fact.children) tree(child, indent + 2);
  line(spaces(indent) + "}");
}

void Printer::statement(const ast::UnitFact& fact) {
  tree(fact, indent_.size());
  out_.pop_back();  // the caller ends the line
}

void Printer::statement(const ast::PositionFact& fact) {
  tree(fact, indent_.size());
  out_.pop_back();
}

// --- facts

// A word before `user`, `team` or `record`; one that starts a statement of its own is quoted.
std::string before(const ast::Name& kind) { return kind.missing() ? "" : subject(kind) + " "; }

void Printer::statement(const ast::UserFact& fact) {
  Pieces pieces{word(fact.name)};
  if (!fact.unit.missing()) pieces.push_back("in " + word(fact.unit) + (fact.roles.empty() ? "" : ":"));
  append(pieces, held_roles(fact.roles));
  if (!fact.values.empty()) append(pieces, values(fact.values));
  fill(indent_ + (fact.disabled ? "disabled " : "") + before(fact.mode) + "user", pieces, indent_.size() + 4);
}

void Printer::statement(const ast::TeamFact& fact) {
  Pieces pieces{word(fact.name)};
  if (!fact.unit.missing()) pieces.push_back("in " + word(fact.unit) + (fact.roles.empty() ? "" : ":"));
  append(pieces, held_roles(fact.roles));
  if (!fact.members.empty()) {
    pieces.push_back("{");
    append(pieces, list(fact.members));
    pieces.push_back("}");
  }
  fill(indent_ + before(fact.kind) + "team", pieces, indent_.size() + 4);
}

void Printer::statement(const ast::ManagerFact& fact) {
  fill(indent_ + subject(fact.manager) + " manages", list(fact.reports), indent_.size() + 4);
}

void Printer::statement(const ast::ProfileFact& fact) {
  fill(indent_ + "profile " + word(fact.profile) + " for", list(fact.holders), indent_.size() + 4);
}

void Printer::statement(const ast::RecordFact& fact) {
  Pieces pieces{word(fact.name) + ": " + word(fact.table)};
  append_place(pieces, fact.owner, fact.unit);
  if (!fact.values.empty()) append(pieces, values(fact.values));
  fill(indent_ + before(fact.state) + "record", pieces, indent_.size() + 4);
}

void Printer::statement(const ast::ShareFact& fact) {
  Pieces pieces{row_or_column(fact.record, fact.column), "with " + word(fact.principal), "for"};
  append(pieces, list(fact.rights));
  if (fact.inherited.is_known()) pieces.push_back("inherited");
  fill(indent_ + "share", pieces, indent_.size() + 4);
}

void Printer::statement(const ast::AssociationFact& fact) {
  out_ +=
      indent_ + "associate " + word(fact.first) + " with " + word(fact.second) + " through " + word(fact.relationship);
}

// --- expectations

std::string right_word(const ast::Name& right) {
  constexpr std::string_view kList[] = {"list"};
  return word_beside(right, kList);
}

std::string because_part(const ast::Because& because) {
  return "because " + word(because.reason) + (because.role.missing() ? "" : " by " + word(because.role));
}

void Printer::statement(const ast::CanExpectation& line) {
  Pieces pieces{line.can ? "can" : "cannot"};
  append(pieces, list(line.rights, right_word));
  pieces.push_back(row_or_column(line.record, line.column));
  append_place(pieces, line.owner, line.unit);
  if (!line.values.empty()) append(pieces, values(line.values));
  if (!line.recipient.missing()) pieces.push_back(line.connector.text + " " + word(line.recipient));
  if (!line.given.empty()) {
    pieces.push_back("for");
    append(pieces, list(line.given));
  }
  if (line.because) pieces.push_back(because_part(*line.because));
  fill(indent_ + subject(line.user), pieces, indent_.size() + 4);
}

// `bot on behalf of ana`, or whoever acts by themselves.
std::string actor(const ast::Name& agent, const ast::Name& user) {
  return agent.missing() ? subject(user) : subject(agent) + " on behalf of " + behind_word(user);
}

Pieces operation(const ast::Operation& value) {
  Pieces pieces{word(value.verb)};
  std::string target = behind_word(value.target);
  if (!value.column.missing()) target += "." + word(value.column);
  pieces.push_back(target + (value.table.missing() ? "" : ": " + word(value.table)));
  append_place(pieces, value.owner, value.unit);
  if (!value.other.missing()) pieces.push_back(value.connector.text + " " + word(value.other));
  if (!value.rights.empty()) {
    pieces.push_back("for");
    append(pieces, list(value.rights));
  }
  if (!value.relationship.missing()) pieces.push_back("through " + word(value.relationship));
  return pieces;
}

void Printer::statement(const ast::MayExpectation& line) {
  Pieces pieces{line.may ? "may" : "may not"};
  if (line.enters.missing()) {
    append(pieces, operation(line.operation));
    if (!line.operation.values.empty()) append(pieces, values(line.operation.values));
  } else {
    pieces.push_back(word(line.enters) + " in");
  }
  if (line.because) pieces.push_back(because_part(*line.because));
  fill(indent_ + actor(line.agent, line.user), pieces, indent_.size() + 4);
}

void Printer::statement(const ast::PrivilegeExpectation& line) {
  out_ += indent_ + subject(line.user) + (line.has ? " has " : " lacks ") + word(line.privilege);
}

std::string user_in_list(const ast::Name& name) {
  constexpr std::string_view kNobody[] = {"nobody"};
  return word_beside(name, kNobody);
}

std::string record_in_list(const ast::Name& name) {
  constexpr std::string_view kNothing[] = {"nothing"};
  return word_beside(name, kNothing);
}

void Printer::statement(const ast::WhoExpectation& line) {
  Pieces users = line.users.empty() ? Pieces{"nobody"} : list(line.users, user_in_list);
  fill(indent_ + "who can " + word(line.right) + " " + word(line.record) + ":", users, indent_.size() + 4);
}

void Printer::statement(const ast::ListExpectation& line) {
  Pieces records = line.records.empty() ? Pieces{"nothing"} : list(line.records, record_in_list);
  std::string head = subject(line.user) + " can list " + word(line.table) + " for " + word(line.right) + ":";
  fill(indent_ + head, records, indent_.size() + 4);
}

void Printer::statement(const ast::RunsAsExpectation& line) {
  out_ += indent_ + subject(line.flow) + "." + word(line.step) + " runs as ";
  out_ += line.nobody ? "nobody" : user_in_list(line.user);
}

void Printer::statement(const ast::RunExpectation& line) {
  out_ += indent_ + subject(line.flow) + "." + word(line.step) + (line.may ? " may run" : " may not run");
  if (line.because) out_ += " " + because_part(*line.because);
}

Pieces Printer::event(const ast::Event& event) {
  std::string who = subject(event.who);
  switch (event.kind) {
    case ast::Event::Kind::IsGiven:
      return {who + " is given " + held_role(event.role)};
    case ast::Event::Kind::Loses:
      return {who + " loses " + held_role(event.role)};
    case ast::Event::Kind::Joins:
      return {who + " joins " + behind_word(event.target)};
    case ast::Event::Kind::Leaves:
      return {who + " leaves " + behind_word(event.target)};
    case ast::Event::Kind::MovesTo:
      return {who + " moves to " + word(event.target)};
    case ast::Event::Kind::Operates:
      break;
  }
  // The verb is quoted where it would read as one of the other events, or start a statement.
  constexpr std::string_view kEvents[] = {"joins", "leaves", "loses"};
  const ast::Name& verb = event.operation.verb;
  Pieces pieces = operation(event.operation);
  pieces.front() =
      actor(event.agent, event.who) + " " + (one_of(verb.text, kEvents) ? quoted(verb.text) : subject(verb));
  if (!event.operation.values.empty()) append(pieces, values(event.operation.values));
  return pieces;
}

void Printer::statement(const ast::When& when) {
  Pieces pieces;
  for (const ast::Event& item : when.events) {
    if (!pieces.empty()) pieces.back() += ",";
    append(pieces, event(item));
  }
  fill(indent_ + "when", pieces, indent_.size() + 5);
}

bool is_fact(const ast::ScenarioStatement& statement) {
  return std::visit(
      [](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        return std::is_same_v<T, ast::UnitFact> || std::is_same_v<T, ast::UserFact> ||
               std::is_same_v<T, ast::TeamFact> || std::is_same_v<T, ast::ManagerFact> ||
               std::is_same_v<T, ast::PositionFact> || std::is_same_v<T, ast::ProfileFact> ||
               std::is_same_v<T, ast::RecordFact> || std::is_same_v<T, ast::ShareFact> ||
               std::is_same_v<T, ast::AssociationFact> || std::is_same_v<T, ast::ContextFact>;
      },
      statement);
}

// What is expected after a `when` is indented below it; it holds until the end of the scenario.
void Printer::print(const ast::Scenario& value) {
  line("scenario " + in_quotes(value.title) + " {");
  bool after_when = false;
  for (size_t i = 0; i < value.statements.size(); ++i) {
    const ast::ScenarioStatement& item = value.statements[i];
    bool is_when = std::holds_alternative<ast::When>(item);
    if (i > 0 && is_fact(value.statements[i - 1]) && !is_fact(item)) line("");
    indent_ = after_when && !is_when && !is_fact(item) ? "    " : "  ";
    after_when = after_when || is_when;
    std::visit([this](const auto& each) { statement(each); }, item);
    line("");
  }
  line("}");
}

// --- the file

// Short declarations of one kind stand together; everything else has an empty line before it.
bool stands_alone(const ast::Declaration& declaration) {
  if (const auto* table = std::get_if<ast::Table>(&declaration.value)) return !table->attributes.empty();
  if (const auto* link = std::get_if<ast::Relationship>(&declaration.value)) return !link->behaviours.empty();
  return !std::holds_alternative<ast::Use>(declaration.value) &&
         !std::holds_alternative<ast::Privilege>(declaration.value);
}

std::string Printer::run(const ast::Ast& ast) {
  comment(ast.comment);
  if (ast.header) line("policy " + word(ast.header->name) + " follows " + word(ast.header->follows));
  const ast::Declaration* before = nullptr;
  for (const ast::Declaration& declaration : ast.declarations) {
    bool together = before != nullptr && before->value.index() == declaration.value.index() && !stands_alone(*before) &&
                    !stands_alone(declaration) && declaration.comment.empty();
    if (!out_.empty() && !together) line("");
    comment(declaration.comment);
    std::visit([this](const auto& value) { print(value); }, declaration.value);
    before = &declaration;
  }
  return std::move(out_);
}

}  // namespace

std::string print(const ast::Ast& ast) { return Printer().run(ast); }
std::string print(const ast::Expression& expression_value) { return expression(expression_value); }

}  // namespace policyc
