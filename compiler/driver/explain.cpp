#include "compiler/driver/explain.h"

#include <fmt/format.h>

namespace policyc {

namespace {

class Explainer {
 public:
  Explainer(const Policy& policy, const SourceMap& sources, const Facts& facts, const Question& question,
            const Decision& decision)
      : policy_(policy), sources_(sources), facts_(facts), question_(question), decision_(decision) {}

  std::vector<std::string> lines() {
    add("{}: {}", verdict(decision_), meaning(decision_.reason));
    add("asked: may `{}` {} {}", facts_.users[question_.user].name, word(question_.right), row());
    add_role();
    add_grant();
    add_levels();
    add_condition();
    add_switch();
    if (facts_.users[question_.user].disabled) {
      add("note: `{}` is disabled and cannot sign in", facts_.users[question_.user].name);
    }
    return std::move(lines_);
  }

 private:
  template <typename... Args>
  void add(std::string_view pattern, const Args&... args) {
    lines_.push_back(fmt::format(fmt::runtime(pattern), args...));
  }

  std::string unit_name(UnitId unit) const { return unit ? facts_.units[unit].name : "none"; }

  std::string row() const {
    const Record& record = *question_.record;
    const Table& table = policy_.tables[record.table];
    std::string text = question_.right == Right::Create && record.name.empty()
                           ? fmt::format("a row of `{}`", table.name)
                           : fmt::format("`{}` of `{}`", record.name, table.name);
    switch (table.ownership) {
      case Ownership::Organization:
        return text + ", owned by the organization";
      case Ownership::BusinessUnit:
        return text + fmt::format(", owned by unit `{}`", unit_name(record.unit));
      case Ownership::User:
        break;
    }
    constexpr std::string_view kKinds[] = {"nobody", "user", "team", "unit", "organization"};
    return text + fmt::format(", owned by {} `{}` in unit `{}`", kKinds[record.owner.kind()],
                              name_of(facts_, record.owner), unit_name(record.unit));
  }

  // A role counts from the unit it is held in: with modern business units it may be held more than once.
  void add_role() {
    if (!decision_.role) return;
    Principal through{decision_.through};
    std::string holder;
    const std::vector<RoleHeld>* roles = nullptr;
    if (through.user()) {
      holder = "directly";
      roles = &facts_.users[through.user()].roles;
    } else if (through.team()) {
      holder = fmt::format("through team `{}`", facts_.teams[through.team()].name);
      roles = &facts_.teams[through.team()].roles;
    } else {
      holder = fmt::format("through `{}`", name_of(facts_, through));
    }
    std::string units;
    for (size_t i = 0; roles && i < roles->size(); ++i) {
      if ((*roles)[i].role != decision_.role) continue;
      units += fmt::format("{}`{}`", units.empty() ? " from unit " : " and ", unit_name((*roles)[i].anchor));
    }
    add("role: `{}`, held {}{}", policy_.roles[decision_.role].name, holder, units);
  }

  void add_grant() {
    if (!decision_.grant) return;
    const Grant& grant = policy_.grants[decision_.grant];
    std::string included;
    if (grant.role != decision_.role) included = fmt::format(", in included role `{}`", policy_.roles[grant.role].name);
    add("grant: {} on `{}` at {}{}, {}", word(grant.right), policy_.tables[grant.table].name, word(grant.level),
        included, place_of(sources_, grant.span));
    add("text: {}", line_of(grant.span));
  }

  void add_levels() {
    if (decision_.reason != Reason::Level) return;
    add("level: held `{}`, needed `{}`", word(decision_.held), word(decision_.needed));
  }

  void add_condition() {
    if (!decision_.grant) return;
    ConditionId condition = policy_.grants[decision_.grant].condition;
    if (!condition) return;
    Span span = policy_.conditions[condition].span;
    add("condition: {} ({})", one_line(sources_.text(span)), decision_.reason == Reason::Condition ? "false" : "true");
  }

  void add_switch() {
    switch (decision_.reason) {
      case Reason::NeedsRead:
        if (question_.right == Right::Delete) add_switch_line(Switch::delete_needs_read);
        return;
      case Reason::NotHeld:
        return add_switch_line(Switch::share_rights_not_held);
      case Reason::OtherParty:
        return add_switch_line(Switch::assign_needs);
      default:
        return;
    }
  }

  void add_switch_line(Switch which) {
    const SwitchValue& value = policy_.settings.value(which);
    std::string shown(value.word);
    for (Right right : kAllRights) {
      if (info(which).kind != SwitchKind::Rights || !has(value.rights, right)) continue;
      shown += fmt::format("{}{}", shown.empty() ? "" : ", ", word(right));
    }
    std::string from =
        value.overridden.is_known()
            ? place_of(sources_, value.overridden)
            : fmt::format("rule book {}", policy_.settings.rule_book() == RuleBook::Guide ? "guide" : "dataverse");
    add("switch: `{}` is {} ({}): {}", info(which).name, shown, from, info(which).meaning);
  }

  static std::string one_line(std::string_view text) {
    std::string line;
    for (char c : text) {
      bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!blank) line += c;
      if (blank && !line.empty() && line.back() != ' ') line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
  }

  std::string line_of(Span span) const { return one_line(sources_.line(span.source, sources_.line_column(span).line)); }

  const Policy& policy_;
  const SourceMap& sources_;
  const Facts& facts_;
  const Question& question_;
  const Decision& decision_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string verdict(const Decision& decision) {
  return fmt::format("{} because {}", decision.allowed ? "allow" : "deny", word(decision.reason));
}

std::vector<std::string> explain(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                 const Question& question, const Decision& decision) {
  return Explainer(policy, sources, facts, question, decision).lines();
}

std::string place_of(const SourceMap& sources, Span span) {
  LineColumn at = sources.line_column(span);
  return fmt::format("{}:{}:{}", sources.name(span.source), at.line, at.column);
}

}  // namespace policyc
