#include "compiler/sema/policy_print.h"

#include <fmt/format.h>

namespace policyc {

namespace {

using Kind = Expression::Kind;

constexpr std::string_view kComparisonWords[] = {"==", "!=", "<", "<=", ">", ">="};

std::string title_of(const std::string& title) {
  return title.empty() ? "" : fmt::format(" {}", to_text(Value::string(title)));
}

std::string words_of(RightSet rights) {
  std::string text;
  for (Right right : kAllRights) {
    if (has(rights, right)) text += fmt::format("{}{}", text.empty() ? "" : ", ", word(right));
  }
  return text;
}

class PolicyPrinter {
 public:
  explicit PolicyPrinter(const Policy& policy) : policy_(policy) {}

  std::string print() {
    line("policy {} follows {}", policy_.name, policy_.settings.rule_book() == RuleBook::Guide ? "guide" : "dataverse");
    print_settings();
    print_attributes();
    for (const Table& table : policy_.tables) print(table);
    for (const Relationship& relationship : policy_.relationships) print(relationship);
    for (RoleId id : policy_.roles.ids()) print(id);
    for (const ColumnProfile& profile : policy_.profiles) print(profile);
    for (const Flow& flow : policy_.flows) print(flow);
    if (!policy_.scenarios.empty()) line("");
    for (const Scenario& scenario : policy_.scenarios) line("scenario{}", title_of(scenario.title));
    return std::move(text_);
  }

  std::string print(TableId table, const Expression& expression) const {
    switch (expression.kind) {
      case Kind::Or:
      case Kind::And: {
        std::string_view between = expression.kind == Kind::Or ? " or " : " and ";
        std::string text;
        for (const Expression& child : expression.children) {
          if (&child != &expression.children.front()) text += between;
          bool brackets = child.kind == Kind::Or || (child.kind == Kind::And && expression.kind == Kind::Or);
          text +=
              brackets && child.children.size() > 1 ? fmt::format("({})", print(table, child)) : print(table, child);
        }
        return text;
      }
      case Kind::Not:
        return fmt::format("not ({})", print(table, expression.children[0]));
      case Kind::Compare:
        return fmt::format("{} {} {}", print(table, expression.left),
                           kComparisonWords[static_cast<size_t>(expression.comparison)],
                           print(table, expression.right));
      case Kind::IsNull:
        return print(table, expression.left) + " is null";
    }
    return {};
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void print_settings() {
    line("\nsettings");
    for (size_t i = 0; i < switches().size(); ++i) {
      const SwitchValue& value = policy_.settings.value(static_cast<Switch>(i));
      line("  {}: {}{}", switches()[i].name, setting_text(switches()[i].kind, value),
           value.overridden.is_known() ? " (set here)" : "");
    }
    const Hierarchy& hierarchy = policy_.settings.hierarchy;
    std::string_view set_here = hierarchy.span.is_known() ? " (set here)" : "";
    switch (hierarchy.model) {
      case HierarchyModel::Off:
        line("  hierarchy: off{}", set_here);
        break;
      case HierarchyModel::Manager:
        line("  hierarchy: manager {{ depth: {} }}{}", hierarchy.depth, set_here);
        break;
      case HierarchyModel::Position:
        line("  hierarchy: position {{ depth: {} }}{}", hierarchy.depth, set_here);
        break;
    }
  }

  std::string setting_text(SwitchKind kind, const SwitchValue& value) const {
    switch (kind) {
      case SwitchKind::Word:
        return std::string(value.word);
      case SwitchKind::Number:
        return fmt::format("{}", value.number);
      case SwitchKind::Rights:
        return words_of(value.rights);
      case SwitchKind::Tables:
        break;
    }
    std::string text;
    for (TableId table : value.tables) text += (text.empty() ? "" : ", ") + policy_.tables[table].name;
    return text.empty() ? "none" : text;
  }

  void print_attributes() {
    line("");
    for (const Attribute& attribute : policy_.user_attributes) line("user.{}", described(attribute));
    for (const Attribute& attribute : policy_.context_attributes) line("context.{}", described(attribute));
    for (const Privilege& privilege : policy_.privileges)
      line("privilege {}{}", privilege.name, title_of(privilege.title));
  }

  std::string described(const Attribute& attribute) const {
    std::string text = fmt::format("{}: {}", attribute.name, word(attribute.type));
    if (attribute.type == ValueType::Choice) {
      std::string labels;
      for (uint32_t label : attribute.choices) labels += (labels.empty() ? " " : ", ") + policy_.choice_labels[label];
      text += " {" + labels + " }";
    }
    return text + (attribute.secured ? " secured" : "");
  }

  void print(const Table& table) {
    line("\ntable {}{} owned by {}", table.name, title_of(table.title), word(table.ownership));
    for (const Attribute& attribute : table.attributes) line("  {}", described(attribute));
  }

  void print(const Relationship& relationship) {
    const std::string& child = policy_.tables[relationship.child].name;
    const std::string& parent = policy_.tables[relationship.parent].name;
    if (relationship.many_to_many) return line("\nrelationship {}: {} <-> {}", relationship.name, child, parent);
    line("\nrelationship {}: {}.{} -> {}{}", relationship.name, child, relationship.lookup, parent,
         relationship.is_parental() ? " (parental)" : "");
    for (size_t i = 0; i < kActionCount; ++i) {
      line("  {}: {}", word(static_cast<Action>(i)), word(relationship.behaviour[i]));
    }
  }

  void print(RoleId id) {
    const Role& role = policy_.roles[id];
    std::string included;
    for (RoleId other : role.includes) {
      included += (included.empty() ? " includes " : ", ") + policy_.roles[other].name;
    }
    line("\nrole {}{}{}{}", role.name, title_of(role.title), role.team_privileges_only ? " team_privileges_only" : "",
         included);
    for (GrantId grant : role.grants) print(id, policy_.grants[grant]);
    for (PrivilegeId privilege : role.privileges) line("  privilege {}", policy_.privileges[privilege].name);
  }

  void print(RoleId held, const Grant& grant) {
    std::string condition;
    if (grant.condition) {
      condition = " when " + print(grant.table, policy_.conditions[grant.condition].expression);
    }
    std::string origin = grant.role == held ? "" : fmt::format(" (from {})", policy_.roles[grant.role].name);
    line("  {}: {} at {}{}{}", policy_.tables[grant.table].name, word(grant.right), word(grant.level), condition,
         origin);
  }

  void print(const ColumnProfile& profile) {
    line("\ncolumn_profile {}{}", profile.name, title_of(profile.title));
    for (const ColumnGrant& column : profile.columns) {
      std::string permissions;
      for (uint8_t i = 0; i < kColumnPermissionCount; ++i) {
        if (!(column.permissions >> i & 1)) continue;
        permissions += fmt::format("{}{}", permissions.empty() ? "" : ", ", word(static_cast<ColumnPermission>(i)));
      }
      const Table& table = policy_.tables[column.table];
      line("  {}.{}: {}", table.name, table.attributes[column.attribute].name, permissions);
    }
  }

  void print(const Flow& flow) {
    std::string events;
    for (Right right : kAllRights) {
      if (!has(flow.events, right)) continue;
      events += fmt::format("{}{}", events.empty() ? "" : ", ", right == Right::Write ? "update" : word(right));
    }
    line("\n{} {}{} on {} of {}", flow.is_plugin ? "plugin" : "flow", flow.name, title_of(flow.title), events,
         policy_.tables[flow.table].name);
    if (!flow.is_plugin) {
      line("  owner {}", flow.owner);
      line("  trigger via {}", flow.trigger_connection);
    }
    line("  run as {}", run_as_of(flow));
    for (const FlowStep& step : flow.steps) {
      line("  {}: {} {} {}{}", step.name, word(step.right), policy_.tables[step.table].name, identity_of(step),
           step.elevated ? " elevated" : "");
    }
  }

  static std::string_view run_as_of(const Flow& flow) {
    if (flow.run_as == RunAs::NamedUser) return flow.run_as_user;
    return flow.run_as == RunAs::LeftOut ? "left out" : word(flow.run_as);
  }

  static std::string identity_of(const FlowStep& step) {
    switch (step.identity) {
      case StepIdentity::Connection:
        return "via " + step.connection;
      case StepIdentity::Invoker:
        return "as invoker";
      case StepIdentity::InitiatingUser:
        return "as initiating_user";
      case StepIdentity::System:
        return "as system";
    }
    return {};
  }

  std::string print(TableId table, const Operand& operand) const {
    if (operand.is_literal) return literal_text(operand.literal);
    switch (operand.of) {
      case AttributeOf::Record:
        return "record." + policy_.tables[table].attributes[operand.attribute].name;
      case AttributeOf::User:
        return "user." + policy_.user_attributes[operand.attribute].name;
      case AttributeOf::Context:
        return "context." + policy_.context_attributes[operand.attribute].name;
    }
    return {};
  }

  std::string literal_text(const Value& value) const {
    if (value.type != ValueType::Choice || value.is_null) return to_text(value);
    return policy_.choice_labels[static_cast<size_t>(value.number)];
  }

  const Policy& policy_;
  std::string text_;
};

}  // namespace

std::string print(const Policy& policy) { return PolicyPrinter(policy).print(); }

std::string print(const Policy& policy, const Condition& condition) {
  return PolicyPrinter(policy).print(condition.table, condition.expression);
}

}  // namespace policyc
