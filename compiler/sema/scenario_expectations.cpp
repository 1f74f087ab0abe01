// What must hold in a scenario.
#include <algorithm>

#include "compiler/sema/scenario_checker.h"

namespace policyc {

namespace {

constexpr YesNo kCan = {"can", "cannot"};
constexpr YesNo kMay = {"may", "may not"};

// Where a part is written that only some rights take.
struct Part {
  bool written;
  std::string_view words;
  Span span;
  std::string_view rights;
};

Span span_of(const std::vector<ast::Name>& names) { return names.empty() ? Span{} : names.front().span; }

// The reason that a line expects of a denial: what it is about can then be no mistake.
std::optional<Reason> denial_of(bool allowed, const std::optional<Because>& because) {
  return allowed || !because ? std::nullopt : std::optional<Reason>(because->reason);
}

}  // namespace

std::optional<Because> ScenarioChecker::check_because(const std::optional<ast::Because>& text, bool allowed,
                                                      const YesNo& words) {
  if (!text || text->reason.missing()) return std::nullopt;
  const ast::Name& name = text->reason;
  std::vector<std::string_view> legal;
  for (int i = 1; i < POLICY_REASON_COUNT; ++i) {
    if (allows(static_cast<Reason>(i)) == allowed) legal.push_back(word(static_cast<Reason>(i)));
  }
  std::string_view said = allowed ? words.yes : words.no;
  std::string_view other = allowed ? words.no : words.yes;
  std::optional<Reason> reason = reason_from_word(name.text);
  Because because;
  because.role = c_.resolve(c_.roles, text->role, "role");
  if (!reason || *reason == Reason::None) {
    c_.report_unknown(DiagnosticKind::UnknownReason, name, legal, name.text)
        .note(fmt::format("reasons for a `{}`: {}", said, any_of(legal)));
    return std::nullopt;
  }
  if (allows(*reason) != allowed) {
    c_.diagnostics
        .report(DiagnosticKind::ReasonForOther, name.span, name.text, fmt::format("a `{}`", other),
                fmt::format("`{}`", said))
        .note(fmt::format("reasons for a `{}`: {}", said, any_of(legal)));
    return std::nullopt;
  }
  because.reason = *reason;
  return because;
}

void ScenarioChecker::add_expectation(const ast::CanExpectation& text) {
  check_parties(text);
  if (!text.column.missing()) return add_columns(text);
  std::optional<Because> because = check_because(text.because, text.can, kCan);
  for (const ast::Name& name : text.rights) {
    std::optional<Right> right = check_right(c_, name);
    if (!right) continue;
    bool whole = !text.recipient.missing() || !text.given.empty();
    if (whole && (*right == Right::Share || *right == Right::Assign)) {
      check_whole(text, name, *right, because);
    } else {
      check_can(text, name, *right, because);
    }
  }
}

// `owned by`, `in` and values belong to `create`, `with` and `for` to `share`, `to` to `assign`.
void ScenarioChecker::check_parties(const ast::CanExpectation& text) {
  std::vector<Right> rights;
  for (const ast::Name& name : text.rights) {
    if (std::optional<Right> right = right_from_word(name.text)) rights.push_back(*right);
  }
  if (rights.size() != text.rights.size() && text.column.missing()) return;
  auto only = [&](Right legal) {
    return text.column.missing() &&
           std::all_of(rights.begin(), rights.end(), [&](Right right) { return right == legal; });
  };
  Span values = text.values.empty() ? Span{} : text.values.front().name.span;
  bool created = only(Right::Create);
  bool given = only(text.connector.text == "to" ? Right::Assign : Right::Share);
  std::string_view taker = text.connector.text == "to" ? "`assign`" : "`share`";
  for (const Part& part : {Part{!created && !text.owner.missing(), "owned by", text.owner.span, "`create`"},
                           Part{!created && !text.unit.missing(), "in", text.unit.span, "`create`"},
                           Part{!created && !text.values.empty(), "{ }", values, "`create`"},
                           Part{!given && !text.recipient.missing(), text.connector.text, text.recipient.span, taker},
                           Part{!only(Right::Share) && !text.given.empty(), "for", span_of(text.given), "`share`"}}) {
    if (part.written) c_.diagnostics.report(DiagnosticKind::PartNotTaken, part.span, part.words, part.rights);
  }
}

// Of `create` the column is a table's, of everything else a record's.
void ScenarioChecker::add_columns(const ast::CanExpectation& text) {
  if (text.because && !text.because->reason.missing() && (text.can || text.because->reason.text != "column")) {
    const ast::Name& reason = text.because->reason;
    c_.diagnostics
        .report(DiagnosticKind::ReasonForOther, reason.span, reason.text,
                reason.text == "column" ? "a `cannot`" : "access to a row",
                reason.text == "column" ? "`can`" : "which column")
        .note("a column that is closed has the reason `column`; whether the row is reached is a line of its own");
  }
  for (const ast::Name& name : text.rights) {
    std::optional<ColumnPermission> permission = check_column_permission(c_, name);
    if (!permission) continue;
    ColumnExpectation expectation;
    expectation.user = resolve_user(text.user);
    expectation.can = text.can;
    expectation.permission = *permission;
    if (*permission == ColumnPermission::Create) {
      expectation.table = c_.resolve(c_.tables, text.record, "table");
    } else {
      expectation.record = resolve_record(text.record);
      expectation.table = table_of(expectation.record);
    }
    if (expectation.table) {
      expectation.attribute = check_secured_column(c_, expectation.table, text.column).value_or(0);
    }
    expectation.span = text.span;
    scenario_.steps.emplace_back(expectation);
  }
}

void ScenarioChecker::check_can(const ast::CanExpectation& text, const ast::Name& word, Right right,
                                const std::optional<Because>& because) {
  CanExpectation expectation;
  expectation.user = resolve_user(text.user);
  expectation.can = text.can;
  expectation.right = right;
  expectation.because = because;
  expectation.span = text.span;
  TableId table;
  if (right == Right::Create) {
    table = c_.resolve(c_.tables, text.record, "table");
  } else {
    expectation.record = resolve_record(text.record);
    table = table_of(expectation.record);
  }
  bool expects_illegal = because && because->reason == Reason::Illegal;
  if (table && !expects_illegal) check_right_taken(c_, table, right, word.span);
  if (right == Right::Create && table) {
    Principal creator = Principal::of(expectation.user ? expectation.user : UserId{0});
    if (scenario_.facts.users.empty()) creator = Principal::organization();
    expectation.proposed = check_row({text.record, text.owner, text.unit, text.values}, table, creator);
  }
  scenario_.steps.emplace_back(std::move(expectation));
}

// `can share t1 with ana for read`, `can assign t1 to ana`: the whole operation, of somebody who need not sign in.
void ScenarioChecker::check_whole(const ast::CanExpectation& text, const ast::Name& word, Right right,
                                  const std::optional<Because>& because) {
  ast::Operation written;
  written.verb = word;
  written.target = text.record;
  written.connector = text.connector;
  written.other = text.recipient;
  if (right == Right::Share) written.rights = text.given;
  MayExpectation expectation;
  expectation.may = text.can;
  expectation.because = because;
  expectation.span = text.span;
  Doing doing{written, Person::Infinitive, denial_of(text.can, because)};
  expectation.operation = check_operation(doing, resolve_user(text.user), UserId::none());
  expectation.operation.asks_sign_in = false;
  scenario_.steps.emplace_back(std::move(expectation));
}

void ScenarioChecker::add_expectation(const ast::MayExpectation& text) {
  if (!text.enters.missing()) return add_sign_in(text);
  MayExpectation expectation;
  expectation.may = text.may;
  expectation.because = check_because(text.because, text.may, kMay);
  expectation.span = text.span;
  UserId agent = text.agent.missing() ? UserId::none() : resolve_user(text.agent);
  UserId user = resolve_user(text.user);
  Doing doing{text.operation, Person::Infinitive, denial_of(text.may, expectation.because)};
  expectation.operation = check_operation(doing, user, agent);
  scenario_.steps.emplace_back(std::move(expectation));
}

void ScenarioChecker::add_sign_in(const ast::MayExpectation& text) {
  if (text.enters.text != "sign") {
    c_.report_unknown(DiagnosticKind::UnknownName, text.enters, {"sign"}, "operation", text.enters.text)
        .help("`may sign in`");
    return;
  }
  if (!text.agent.missing()) {
    c_.diagnostics.report(DiagnosticKind::PartNotTaken, text.agent.span, "on behalf of", "operations")
        .note("whoever acts on behalf of somebody signs in by themselves");
  }
  SignInExpectation expectation;
  expectation.user = resolve_user(text.user);
  expectation.may = text.may;
  expectation.because = check_because(text.because, text.may, kMay);
  expectation.span = text.span;
  if (text.may && text.because) {
    c_.diagnostics.report(DiagnosticKind::PartNotTaken, text.because->reason.span, "because", "`may not sign in`");
  }
  scenario_.steps.emplace_back(std::move(expectation));
}

void ScenarioChecker::add_expectation(const ast::PrivilegeExpectation& text) {
  PrivilegeExpectation expectation;
  expectation.user = resolve_user(text.user);
  expectation.has = text.has;
  expectation.privilege = c_.resolve(c_.privileges, text.privilege, "privilege");
  expectation.span = text.span;
  scenario_.steps.emplace_back(expectation);
}

template <typename IdType, typename Resolve>
std::vector<IdType> ScenarioChecker::check_list(const std::vector<ast::Name>& names, std::string_view what,
                                                Resolve resolve) {
  std::map<IdType, Span> seen;
  for (const ast::Name& name : names) {
    IdType id = resolve(name);
    if (!id) continue;
    auto [first, inserted] = seen.try_emplace(id, name.span);
    if (inserted) continue;
    c_.diagnostics.report(DiagnosticKind::RepeatedBlock, name.span, fmt::format("{} `{}`", what, name.text))
        .label(first->second, "first written here");
  }
  std::vector<IdType> ids;
  for (const auto& [id, span] : seen) ids.push_back(id);
  return ids;
}

void ScenarioChecker::add_expectation(const ast::WhoExpectation& text) {
  WhoExpectation expectation;
  expectation.record = resolve_record(text.record);
  TableId table = expectation.record ? scenario_.facts.records[expectation.record].table : TableId::none();
  std::optional<Right> right = check_right(c_, text.right);
  if (right) check_row_right(text.right, *right, table);
  expectation.right = right.value_or(Right::Read);
  expectation.users =
      check_list<UserId>(text.users, "user", [this](const ast::Name& name) { return resolve_user(name); });
  expectation.span = text.span;
  scenario_.steps.emplace_back(std::move(expectation));
}

void ScenarioChecker::add_expectation(const ast::ListExpectation& text) {
  ListExpectation expectation;
  expectation.user = resolve_user(text.user);
  expectation.table = c_.resolve(c_.tables, text.table, "table");
  std::optional<Right> right = check_right(c_, text.right);
  if (right) check_row_right(text.right, *right, expectation.table);
  expectation.right = right.value_or(Right::Read);
  expectation.records = check_list<RecordId>(text.records, "record", [&](const ast::Name& name) {
    RecordId record = resolve_record(name);
    TableId table = record ? scenario_.facts.records[record].table : TableId::none();
    if (table && expectation.table && table != expectation.table) {
      c_.diagnostics.report(DiagnosticKind::LiteralNotFit, name.span, name.text, row_of(c_.policy, expectation.table))
          .label(records_.find(name.text)->span, fmt::format("a `{}`", c_.policy.tables[table].name));
    }
    return record;
  });
  expectation.span = text.span;
  scenario_.steps.emplace_back(std::move(expectation));
}

uint32_t ScenarioChecker::check_step(FlowId flow, const ast::Name& name) {
  if (!flow || name.missing()) return 0;
  const std::vector<FlowStep>& steps = c_.policy.flows[flow].steps;
  auto found = std::find_if(steps.begin(), steps.end(), [&](const FlowStep& step) { return step.name == name.text; });
  if (found != steps.end()) return static_cast<uint32_t>(found - steps.begin());
  std::vector<std::string_view> names;
  for (const FlowStep& step : steps) names.push_back(step.name);
  c_.report_unknown(DiagnosticKind::UnknownName, name, names, "step", name.text);
  return 0;
}

void ScenarioChecker::add_expectation(const ast::RunsAsExpectation& text) {
  RunsAsExpectation expectation;
  expectation.flow = c_.resolve(c_.flows, text.flow, "flow");
  expectation.system = text.user.text == "system";
  if (!expectation.system && !text.nobody) expectation.user = resolve_user(text.user);
  expectation.step = check_step(expectation.flow, text.step);
  expectation.span = text.span;
  scenario_.steps.emplace_back(expectation);
}

void ScenarioChecker::add_expectation(const ast::RunExpectation& text) {
  RunExpectation expectation;
  expectation.flow = c_.resolve(c_.flows, text.flow, "flow");
  expectation.step = check_step(expectation.flow, text.step);
  expectation.may = text.may;
  expectation.because = check_because(text.because, text.may, kMay);
  expectation.span = text.span;
  scenario_.steps.emplace_back(expectation);
}

}  // namespace policyc
