#include "compiler/sema/conditions.h"

#include "compiler/sema/literals.h"

namespace policyc {

namespace {

using Kind = ast::Expression::Kind;

constexpr std::string_view kComparisonWords[] = {"==", "!=", "<", "<=", ">", ">="};

std::string_view sign(ast::Comparison comparison) { return kComparisonWords[static_cast<size_t>(comparison)]; }

bool is_ordering(ast::Comparison comparison) {
  return comparison != ast::Comparison::Equal && comparison != ast::Comparison::NotEqual;
}

bool is_ordered(ValueType type) {
  switch (type) {
    case ValueType::Integer:
    case ValueType::Decimal:
    case ValueType::Money:
    case ValueType::Date:
    case ValueType::DateTime:
      return true;
    case ValueType::Boolean:
    case ValueType::String:
    case ValueType::Choice:
      return false;
  }
  return false;
}

// `5 < record.grade` is read as `record.grade > 5`.
ast::Comparison mirrored(ast::Comparison comparison) {
  switch (comparison) {
    case ast::Comparison::Less:
      return ast::Comparison::Greater;
    case ast::Comparison::LessEqual:
      return ast::Comparison::GreaterEqual;
    case ast::Comparison::Greater:
      return ast::Comparison::Less;
    case ast::Comparison::GreaterEqual:
      return ast::Comparison::LessEqual;
    case ast::Comparison::Equal:
    case ast::Comparison::NotEqual:
      return comparison;
  }
  return comparison;
}

bool is_path(const ast::Operand& operand) { return operand.kind == ast::Operand::Kind::Path; }
bool is_missing(const ast::Operand& operand) { return !is_path(operand) && missing(operand.literal); }
bool is_null(const ast::Operand& operand) {
  return !is_path(operand) && operand.literal.kind == ast::Literal::Kind::Null;
}
std::string path_text(const ast::Operand& operand) {
  return fmt::format("{}.{}", operand.base.text, operand.attribute.text);
}

// An attribute that a path names.
struct Path {
  AttributeOf of = AttributeOf::Record;
  uint32_t index = 0;
  AttributeUse use;
  std::string text;
};

class ConditionChecker {
 public:
  ConditionChecker(Checking& checking, TableId table) : c_(checking), table_(table) {}

  std::optional<Expression> check(const ast::Expression& text) {
    if (c_.condition_terms > limits::kPolicyTerms) return std::nullopt;  // reported where the bound was reached
    std::optional<Expression> result = expression(text);
    if (too_large_) {
      bool alone = terms_ > limits::kConditionTerms;
      c_.diagnostics.report(DiagnosticKind::ConditionTooLarge, text.span,
                            alone ? "condition" : "conditions of the policy",
                            alone ? limits::kConditionTerms : limits::kPolicyTerms);
      return std::nullopt;
    }
    return result;
  }

 private:
  // The parser bounds the nesting, and with it the recursion here.
  std::optional<Expression> expression(const ast::Expression& text) {
    bool is_connective = text.kind == Kind::Or || text.kind == Kind::And || text.kind == Kind::Not;
    if (!is_connective && is_missing(text.left)) return std::nullopt;
    if (text.kind == Kind::Compare && is_missing(text.right)) return std::nullopt;
    switch (text.kind) {
      case Kind::Or:
      case Kind::And:
      case Kind::Not:
        return connective(text);
      case Kind::Compare:
        return comparison(text);
      case Kind::In:
        return membership(text);
      case Kind::IsNull:
      case Kind::IsNotNull:
        return null_test(text);
      case Kind::Operand:
        return yes_or_no(text);
    }
    return std::nullopt;
  }

  std::optional<Expression> connective(const ast::Expression& text) {
    Expression result;
    result.kind = text.kind == Kind::Or    ? Expression::Kind::Or
                  : text.kind == Kind::And ? Expression::Kind::And
                                           : Expression::Kind::Not;
    bool sound = !text.children.empty();
    for (const ast::Expression& child : text.children) {
      std::optional<Expression> checked = expression(child);
      if (checked) {
        result.children.push_back(std::move(*checked));
      } else {
        sound = false;
      }
    }
    if (!sound) return std::nullopt;
    return result;
  }

  std::optional<Expression> comparison(const ast::Expression& text) {
    if (is_null(text.left) || is_null(text.right)) return report_null(text);
    if (!is_path(text.left) && !is_path(text.right)) return report_nothing_read(text.span);
    if (is_path(text.left) && is_path(text.right)) return compare_paths(text);
    bool swapped = !is_path(text.left);
    std::optional<Path> path = resolve(swapped ? text.right : text.left);
    if (!path) return std::nullopt;
    const ast::Operand& literal = swapped ? text.left : text.right;
    if (!check_order(text, *path)) return std::nullopt;
    return compare(*path, swapped ? mirrored(text.comparison) : text.comparison, literal.literal);
  }

  std::optional<Expression> compare_paths(const ast::Expression& text) {
    std::optional<Path> left = resolve(text.left);
    std::optional<Path> right = resolve(text.right);
    if (!left || !right) return std::nullopt;
    const AttributeUse& a = left->use;
    const AttributeUse& b = right->use;
    if (!a.typed || !b.typed) return std::nullopt;
    bool choices_differ = a.attribute->type == ValueType::Choice && a.choice_set != b.choice_set;
    if (a.attribute->type != b.attribute->type || choices_differ) {
      auto report = c_.diagnostics.report(DiagnosticKind::TypeMismatch, text.span, described(*left), described(*right));
      if (choices_differ && b.attribute->type == ValueType::Choice) {
        report.note("choices are compared where their labels are the same");
      }
      return std::nullopt;
    }
    if (!check_order(text, *left)) return std::nullopt;
    if (!count_term()) return std::nullopt;
    Expression result;
    result.kind = Expression::Kind::Compare;
    result.comparison = static_cast<Comparison>(text.comparison);
    result.left = operand(*left);
    result.right = operand(*right);
    return result;
  }

  std::optional<Expression> membership(const ast::Expression& text) {
    if (!is_path(text.left) || text.members.empty()) return report_nothing_read(text.span);
    std::optional<Path> path = resolve(text.left);
    if (!path) return std::nullopt;
    Expression result;
    result.kind = Expression::Kind::Or;
    bool sound = true;
    for (const ast::Literal& member : text.members) {
      if (member.kind == ast::Literal::Kind::Null && !missing(member)) {
        c_.diagnostics.report(DiagnosticKind::NullCompared, member.span).help(fmt::format("`{} is null`", path->text));
        sound = false;
        continue;
      }
      std::optional<Expression> equal = compare(*path, ast::Comparison::Equal, member);
      if (too_large_) return std::nullopt;
      sound = sound && equal.has_value();
      if (equal) result.children.push_back(std::move(*equal));
    }
    if (!sound) return std::nullopt;
    return result;
  }

  std::optional<Expression> null_test(const ast::Expression& text) {
    if (!is_path(text.left)) return report_nothing_read(text.span);
    std::optional<Path> path = resolve(text.left);
    if (!path || !count_term()) return std::nullopt;
    Expression test;
    test.kind = Expression::Kind::IsNull;
    test.left = operand(*path);
    if (text.kind == Kind::IsNull) return test;
    Expression result;
    result.kind = Expression::Kind::Not;
    result.children.push_back(std::move(test));
    return result;
  }

  // An attribute that stands alone.
  std::optional<Expression> yes_or_no(const ast::Expression& text) {
    if (!is_path(text.left)) return report_literal_alone(text);
    std::optional<Path> path = resolve(text.left);
    if (!path || !path->use.typed) return std::nullopt;
    if (path->use.attribute->type != ValueType::Boolean && c_.damaged) return std::nullopt;  // half a comparison
    if (path->use.attribute->type != ValueType::Boolean) {
      c_.diagnostics.report(DiagnosticKind::NotBoolean, text.span, described(*path));
      return std::nullopt;
    }
    ast::Literal yes{ast::Literal::Kind::Word, "true", text.span};
    return compare(*path, ast::Comparison::Equal, yes);
  }

  std::optional<Expression> report_literal_alone(const ast::Expression& text) {
    const ast::Literal& literal = text.left.literal;
    if (literal.text == "true" || literal.text == "false") return report_nothing_read(text.span);
    auto report = c_.diagnostics.report(DiagnosticKind::NotBoolean, text.span, fmt::format("`{}`", written(literal)));
    if (literal.kind == ast::Literal::Kind::Word && c_.names_of(table_).attributes.names.find(literal.text)) {
      report.help(fmt::format("an attribute of the row is written `record.{}`", literal.text));
    }
    return std::nullopt;
  }

  std::optional<Expression> compare(const Path& path, ast::Comparison comparison, const ast::Literal& literal) {
    std::optional<Value> value = value_of(c_, literal, path.use);
    if (!value || !count_term()) return std::nullopt;
    Expression result;
    result.kind = Expression::Kind::Compare;
    result.comparison = static_cast<Comparison>(comparison);
    result.left = operand(path);
    result.right = {true, AttributeOf::Record, 0, *value, value->type};
    return result;
  }

  static Operand operand(const Path& path) { return {false, path.of, path.index, Value{}, path.use.attribute->type}; }

  static std::string described(const Path& path) {
    return fmt::format("{} `{}`", word(path.use.attribute->type), path.text);
  }

  bool check_order(const ast::Expression& text, const Path& path) {
    if (!path.use.typed || !is_ordering(text.comparison) || is_ordered(path.use.attribute->type)) return true;
    c_.diagnostics.report(DiagnosticKind::NotOrdered, text.span, sign(text.comparison), described(path))
        .note("integers, decimals, money, dates and datetimes have an order");
    return false;
  }

  std::optional<Path> resolve(const ast::Operand& text) {
    if (text.base.missing() || text.attribute.missing()) return std::nullopt;
    Path path;
    path.text = path_text(text);
    if (text.base.text == "record") {
      return attribute(std::move(path), AttributeOf::Record, c_.policy.tables[table_].attributes,
                       c_.names_of(table_).attributes, text);
    }
    if (text.base.text == "user") {
      return attribute(std::move(path), AttributeOf::User, c_.policy.user_attributes, c_.user_attributes, text);
    }
    if (text.base.text == "context") {
      return attribute(std::move(path), AttributeOf::Context, c_.policy.context_attributes, c_.context_attributes,
                       text);
    }
    c_.report_unknown(DiagnosticKind::UnknownBase, text.base, {"record", "user", "context"}, text.base.text);
    return std::nullopt;
  }

  std::optional<Path> attribute(Path path, AttributeOf of, const std::vector<Attribute>& attributes,
                                const AttributeNames& names, const ast::Operand& text) {
    const auto* entry = names.names.find(text.attribute.text);
    if (!entry) {
      auto report = c_.report_unknown(DiagnosticKind::UnknownPath, text.attribute, names.names.names(), text.base.text,
                                      text.attribute.text);
      if (of == AttributeOf::Record && c_.names_of(table_).lookup_names.find(text.attribute.text)) {
        report.note(fmt::format("`{}` is a lookup; conditions read attributes", text.attribute.text));
      } else if (of == AttributeOf::Record) {
        report.label(c_.policy.tables[table_].span, "the table's attributes are declared here");
      }
      return std::nullopt;
    }
    path.of = of;
    path.index = entry->id.index;
    path.use = use_of(attributes, names, path.index);
    return path;
  }

  std::optional<Expression> report_null(const ast::Expression& text) {
    const ast::Operand& other = is_null(text.left) ? text.right : text.left;
    auto report = c_.diagnostics.report(DiagnosticKind::NullCompared, text.span);
    report.note("a comparison with null is never true");
    if (is_path(other) && !is_ordering(text.comparison)) {
      bool equal = text.comparison == ast::Comparison::Equal;
      report.help(fmt::format("`{} is {}null`", path_text(other), equal ? "" : "not "));
    }
    return std::nullopt;
  }

  std::optional<Expression> report_nothing_read(Span span) {
    c_.diagnostics.report(DiagnosticKind::NothingRead, span);
    return std::nullopt;
  }

  bool count_term() {
    ++terms_;
    ++c_.condition_terms;
    if (terms_ > limits::kConditionTerms || c_.condition_terms > limits::kPolicyTerms) too_large_ = true;
    return !too_large_;
  }

  Checking& c_;
  TableId table_;
  size_t terms_ = 0;
  bool too_large_ = false;
};

}  // namespace

std::optional<Expression> check_condition(Checking& checking, const ast::Expression& text, TableId table) {
  return ConditionChecker(checking, table).check(text);
}

const ast::Operand* first_record_operand(const ast::Expression& text) {
  for (const ast::Operand* operand : {&text.left, &text.right}) {
    if (is_path(*operand) && operand->base.text == "record") return operand;
  }
  for (const ast::Expression& child : text.children) {
    if (const ast::Operand* found = first_record_operand(child)) return found;
  }
  return nullptr;
}

}  // namespace policyc
