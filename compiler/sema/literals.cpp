#include "compiler/sema/literals.h"

namespace policyc {

namespace {

using Kind = ast::Literal::Kind;

std::string how_to_write(const ast::Literal& literal, const Attribute& attribute) {
  switch (attribute.type) {
    case ValueType::Boolean:
      return "a boolean is `true` or `false`";
    case ValueType::Integer:
      return "an integer is a whole number of at most 64 bits";
    case ValueType::Decimal:
      return "a decimal has at most 10 decimal places, and lies within 100,000,000,000";
    case ValueType::Money:
      return "money has at most 4 decimal places, and lies within 922,337,203,685,477";
    case ValueType::String:
      return fmt::format("a string is written in quotes: `\"{}\"`", literal.text);
    case ValueType::Date:
      return "a date is written `2026-01-31`";
    case ValueType::DateTime:
      return "a datetime is written `2026-01-31T12:00:00Z`";
    case ValueType::Choice:
      return fmt::format("a label of `{}` is written without quotes", attribute.name);
  }
  return {};
}

std::optional<Value> choice_value(Checking& checking, const ast::Literal& literal, const AttributeUse& use) {
  auto label = checking.choice_labels.find(literal.text);
  if (label != checking.choice_labels.end() &&
      checking.choice_members.contains(uint64_t{use.choice_set} << 32 | label->second)) {
    return Value::of(ValueType::Choice, label->second);
  }
  std::vector<std::string_view> labels;
  for (uint32_t index : use.attribute->choices) labels.push_back(checking.policy.choice_labels[index]);
  auto report =
      checking.diagnostics.report(DiagnosticKind::UnknownChoice, literal.span, literal.text, use.attribute->name);
  std::string help = checking.suggest(literal.text, labels);
  if (!help.empty()) report.help(help);
  constexpr size_t kLabelsShown = 12;
  if (labels.size() <= kLabelsShown) report.note("labels: " + any_of(labels));
  return std::nullopt;
}

std::optional<Value> typed_value(const ast::Literal& literal, ValueType type) {
  switch (type) {
    case ValueType::Boolean:
      if (literal.kind != Kind::Word || (literal.text != "true" && literal.text != "false")) return std::nullopt;
      return Value::of(type, literal.text == "true" ? 1 : 0);
    case ValueType::Integer:
    case ValueType::Decimal:
    case ValueType::Money:
      if (literal.kind != Kind::Number) return std::nullopt;
      return parse_number(literal.text, type);
    case ValueType::String:
      if (literal.kind != Kind::String) return std::nullopt;
      return Value::string(literal.text);
    case ValueType::Date:
      if (literal.kind != Kind::Date) return std::nullopt;
      return parse_date(literal.text);
    case ValueType::DateTime:
      if (literal.kind != Kind::DateTime) return std::nullopt;
      return parse_datetime(literal.text);
    case ValueType::Choice:
      return std::nullopt;  // see choice_value
  }
  return std::nullopt;
}

}  // namespace

AttributeUse use_of(const std::vector<Attribute>& attributes, const AttributeNames& names, uint32_t index) {
  return {&attributes[index], names.typed[index], names.choice_sets[index]};
}

std::string written(const ast::Literal& literal) {
  if (literal.kind == Kind::Null) return "null";
  return literal.kind == Kind::String ? to_text(Value::string(literal.text)) : literal.text;
}

std::optional<Value> value_of(Checking& checking, const ast::Literal& literal, const AttributeUse& use) {
  if (!use.typed || missing(literal)) return std::nullopt;
  ValueType type = use.attribute->type;
  if (literal.kind == Kind::Null) return Value::null(type);
  if (type == ValueType::Choice && literal.kind == Kind::Word) return choice_value(checking, literal, use);
  std::optional<Value> value = typed_value(literal, type);
  if (!value) {
    checking.diagnostics.report(DiagnosticKind::LiteralNotFit, literal.span, written(literal), word(type))
        .note(how_to_write(literal, *use.attribute));
  }
  return value;
}

}  // namespace policyc
