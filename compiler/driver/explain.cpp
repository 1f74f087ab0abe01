#include "compiler/driver/explain.h"

#include <fmt/format.h>

#include "compiler/reference/evaluate.h"

namespace policyc {

namespace {

constexpr size_t kShownParts = 8;

std::string unit_name(const Facts& facts, UnitId unit) { return unit ? facts.units[unit].name : "none"; }

// The row among the facts, or none.
RecordId stored_row(const Facts& facts, const Record* record) {
  for (RecordId id : facts.records.ids()) {
    if (&facts.records[id] == record) return id;
  }
  return {};
}

class Explainer {
 public:
  Explainer(const Policy& policy, const SourceMap& sources, const Facts& facts, const Question& question,
            const Decision& decision)
      : policy_(policy),
        sources_(sources),
        facts_(facts),
        question_(question),
        decision_(decision),
        stored_(stored_row(facts, question.record)) {}

  std::vector<std::string> lines(InheritedParts parts) {
    add("{}: {}", verdict(decision_), meaning(decision_.reason));
    add("asked: may `{}` {} {}", user_name(), word(question_.right), row_in_words(policy_, facts_, *question_.record));
    add_row();
    add_sign_in();
    auto ask = [this](const Policy& policy, const Facts& facts) { return verdict(ask_again(policy, facts)); };
    add_drift(ask);
    TableId table = question_.record->table;
    for (std::string& line : hanging_switches(policy_, sources_, facts_, parts, table, ask)) {
      lines_.push_back(std::move(line));
    }
    return std::move(lines_);
  }

  std::vector<std::string> row_lines() {
    add_row();
    return std::move(lines_);
  }

 private:
  template <typename... Args>
  void add(std::string_view pattern, const Args&... args) {
    lines_.push_back(fmt::format(fmt::runtime(pattern), args...));
  }

  const std::string& user_name() const { return facts_.users[question_.user].name; }

  Decision ask_again(const Policy& policy, const Facts& facts) const {
    if (stored_) return evaluate(policy, facts, question_.user, question_.right, stored_);
    return evaluate(policy, facts, question_.user, question_.right, *question_.record);
  }

  void add_row() {
    add_role();
    add_grant();
    add_levels();
    add_condition();
    if (decision_.reason == Reason::InheritedShare && stored_) add_inherited();
    if (decision_.reason == Reason::Hierarchy && stored_) add_report();
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
    } else if (through.unit()) {
      holder = fmt::format("through unit `{}`", facts_.units[through.unit()].name);
      roles = &facts_.units[through.unit()].roles;
    }
    std::string units;
    for (size_t i = 0; roles && i < roles->size(); ++i) {
      if ((*roles)[i].role != decision_.role) continue;
      units += fmt::format("{}`{}`", units.empty() ? " from unit " : " and ", unit_name(facts_, (*roles)[i].anchor));
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

  // Each part that by itself opens the row, with the row above that it comes from.
  void add_inherited() {
    Facts alone = facts_;
    std::erase_if(alone.shares, [this](const Share& share) { return share.record == stored_; });
    alone.shares.push_back({});
    size_t found = 0;
    for (const Share& share : facts_.shares) {
      if (share.record != stored_) continue;
      for (const InheritedRights& part : share.inherited) {
        alone.shares.back() = {stored_, share.principal, 0, {part}};
        if (ask_again(policy_, alone).reason != Reason::InheritedShare) continue;
        names_left_over_ |= !part.from;
        if (++found <= kShownParts) add("inherited: {}", part_in_words(share.principal, part));
      }
    }
    if (found > kShownParts) add("inherited: and {} more", found - kShownParts);
  }

  std::string part_in_words(Principal principal, const InheritedRights& part) const {
    std::string who = principal_in_words(facts_, principal);
    if (!part.from) return fmt::format("by {}, left over: no link accounts for it", who);
    const Record& above = facts_.records[part.from];
    std::string row = fmt::format("`{}` of `{}`", above.name, policy_.tables[above.table].name);
    return part.from_owner ? fmt::format("by {}, who owns {} above", who, row)
                           : fmt::format("by {}, with whom {} above is shared", who, row);
  }

  void add_report() {
    UserId report = report_with_row(policy_, facts_, question_.user, question_.right, stored_);
    if (report) add("report: `{}` has the row, and `{}` stands above", facts_.users[report].name, user_name());
  }

  void add_drift(const AskAgain& ask) {
    if (!has_left_overs(facts_)) return;
    std::string answer = without_left_overs(policy_, facts_, ask);
    if (answer != ask(policy_, facts_)) {
      add("drift: with what is left over removed the answer would be {}", answer);
    } else if (names_left_over_) {
      add("drift: with what is left over removed the answer would be the same");
    }
  }

  // Access and signing in are two answers.
  void add_sign_in() {
    SignIn found = sign_in(policy_, facts_, question_.user);
    if (found.reason == Reason::Disabled) {
      add("note: `{}` may not sign in (disabled); this answer is about access alone", user_name());
    } else if (found.allowed && found.mode == AccessMode::Administrative) {
      add("note: access mode `administrative` opens settings alone to `{}`; this answer is about access alone",
          user_name());
    } else if (found.allowed && found.mode == AccessMode::Read && question_.right != Right::Read) {
      add("note: access mode `read` lets `{}` read alone; this answer is about access alone", user_name());
    }
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
  RecordId stored_;
  bool names_left_over_ = false;
  std::vector<std::string> lines_;
};

}  // namespace

std::string verdict(const Decision& decision) {
  return fmt::format("{} because {}", decision.allowed ? "allow" : "deny", word(decision.reason));
}

std::string verdict(const Answer& answer) {
  // What nobody was asked about is allowed without a reason.
  if (answer.allowed && answer.reason == Reason::None) return "allow";
  return fmt::format("{} because {}", answer.allowed ? "allow" : "deny", word(answer.reason));
}

std::vector<std::string> explain(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                 const Question& question, const Decision& decision, InheritedParts parts) {
  return Explainer(policy, sources, facts, question, decision).lines(parts);
}

std::vector<std::string> explain_row(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                     const Question& question, const Decision& decision) {
  return Explainer(policy, sources, facts, question, decision).row_lines();
}

std::string principal_in_words(const Facts& facts, Principal principal) {
  switch (principal.kind()) {
    case POLICY_USER:
      return fmt::format("user `{}`", name_of(facts, principal));
    case POLICY_TEAM:
      return fmt::format("team `{}`", name_of(facts, principal));
    case POLICY_UNIT:
      return fmt::format("unit `{}`", name_of(facts, principal));
    case POLICY_ORGANIZATION:
      return "the organization";
    case POLICY_SYSTEM:
      return "the system";
    case POLICY_NOBODY:
      break;
  }
  return "nobody";
}

std::string row_in_words(const Policy& policy, const Facts& facts, const Record& record) {
  const Table& table = policy.tables[record.table];
  std::string text = record.name.empty() ? fmt::format("a row of `{}`", table.name)
                                         : fmt::format("`{}` of `{}`", record.name, table.name);
  switch (table.ownership) {
    case Ownership::Organization:
      return text + ", owned by the organization";
    case Ownership::BusinessUnit:
      return text + fmt::format(", owned by unit `{}`", unit_name(facts, record.unit));
    case Ownership::User:
      break;
  }
  return text + fmt::format(", owned by {} in unit `{}`", principal_in_words(facts, record.owner),
                            unit_name(facts, record.unit));
}

std::string place_of(const SourceMap& sources, Span span) {
  LineColumn at = sources.line_column(span);
  return fmt::format("{}:{}:{}", sources.name(span.source), at.line, at.column);
}

}  // namespace policyc
