// Conditions, three-valued as in SQL.
#include "compiler/reference/evaluate.h"

namespace policyc {

namespace {

enum class Truth : uint8_t { False, True, Unknown };

Truth negate(Truth truth) {
  if (truth == Truth::Unknown) return truth;
  return truth == Truth::True ? Truth::False : Truth::True;
}

class ConditionReader {
 public:
  ConditionReader(const Facts& facts, UserId user, const Record& record)
      : facts_(facts), user_(user), record_(record) {}

  Truth read(const Expression& e) const {
    switch (e.kind) {
      case Expression::Kind::Or:
        return join(e, Truth::True);
      case Expression::Kind::And:
        return join(e, Truth::False);
      case Expression::Kind::Not:
        return negate(read(e.children.front()));
      case Expression::Kind::Compare:
        return compare(e);
      case Expression::Kind::IsNull:
        return value(e.left).is_null ? Truth::True : Truth::False;
    }
    return Truth::Unknown;
  }

 private:
  // One child of the deciding value decides; otherwise an unknown child makes the whole unknown.
  Truth join(const Expression& e, Truth deciding) const {
    Truth joined = negate(deciding);
    for (const Expression& child : e.children) {
      Truth truth = read(child);
      if (truth == deciding) return deciding;
      if (truth == Truth::Unknown) joined = Truth::Unknown;
    }
    return joined;
  }

  Truth compare(const Expression& e) const {
    Value left = value(e.left), right = value(e.right);
    if (left.is_null || right.is_null) return Truth::Unknown;
    int order = left.type == ValueType::String ? left.text.compare(right.text)
                                               : (left.number > right.number) - (left.number < right.number);
    bool holds = false;
    switch (e.comparison) {
      case Comparison::Equal:
        holds = order == 0;
        break;
      case Comparison::NotEqual:
        holds = order != 0;
        break;
      case Comparison::Less:
        holds = order < 0;
        break;
      case Comparison::LessEqual:
        holds = order <= 0;
        break;
      case Comparison::Greater:
        holds = order > 0;
        break;
      case Comparison::GreaterEqual:
        holds = order >= 0;
        break;
    }
    return holds ? Truth::True : Truth::False;
  }

  Value value(const Operand& operand) const {
    if (operand.is_literal) return operand.literal;
    const std::vector<Value>* values = &record_.attributes;
    if (operand.of == AttributeOf::User) values = &facts_.users[user_].attributes;
    if (operand.of == AttributeOf::Context) values = &facts_.context;
    return operand.attribute < values->size() ? (*values)[operand.attribute] : Value::null(operand.type);
  }

  const Facts& facts_;
  UserId user_;
  const Record& record_;
};

}  // namespace

bool condition_holds(const Policy& policy, const Facts& facts, UserId user, const Condition& condition,
                     const Record& record) {
  if (!facts.users.contains(user) || !policy.tables.contains(record.table)) return false;
  return ConditionReader(facts, user, record).read(condition.expression) == Truth::True;
}

}  // namespace policyc
