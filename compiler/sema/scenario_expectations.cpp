// What must hold in a scenario.
#include <algorithm>

#include "compiler/sema/scenario_checker.h"

namespace policyc {

namespace {

// Where a part is written that only some rights take.
struct Part {
  bool written;
  std::string_view words;
  Span span;
  std::string_view rights;
};

Span span_of(const std::vector<ast::Name>& names) { return names.empty() ? Span{} : names.front().span; }

}  // namespace

std::optional<Because> ScenarioChecker::check_because(const ast::CanExpectation& text) {
  if (!text.because || text.because->reason.missing()) return std::nullopt;
  const ast::Name& name = text.because->reason;
  std::vector<std::string_view> legal;
  for (int i = 1; i < POLICY_REASON_COUNT; ++i) {
    if (allows(static_cast<Reason>(i)) == text.can) legal.push_back(word(static_cast<Reason>(i)));
  }
  std::optional<Reason> reason = reason_from_word(name.text);
  Because because;
  because.role = c_.resolve(c_.roles, text.because->role, "role");
  if (!reason || *reason == Reason::None) {
    c_.report_unknown(DiagnosticKind::UnknownReason, name, legal, name.text)
        .note(fmt::format("reasons for a `{}`: {}", text.can ? "can" : "cannot", any_of(legal)));
    return std::nullopt;
  }
  if (allows(*reason) != text.can) {
    c_.diagnostics
        .report(DiagnosticKind::ReasonForOther, name.span, name.text, text.can ? "a `cannot`" : "a `can`",
                text.can ? "`can`" : "`cannot`")
        .note(fmt::format("reasons for a `{}`: {}", text.can ? "can" : "cannot", any_of(legal)));
    return std::nullopt;
  }
  because.reason = *reason;
  return because;
}

void ScenarioChecker::add_expectation(const ast::CanExpectation& text) {
  check_parties(text);
  std::optional<Because> because = check_because(text);
  for (const ast::Name& name : text.rights) {
    if (std::optional<Right> right = check_right(c_, name)) check_can(text, name, *right, because);
  }
}

// `owned by`, `in` and values belong to `create`, `with` to `share`, `to` to `assign`.
void ScenarioChecker::check_parties(const ast::CanExpectation& text) {
  std::vector<Right> rights;
  for (const ast::Name& name : text.rights) {
    if (std::optional<Right> right = right_from_word(name.text)) rights.push_back(*right);
  }
  if (rights.size() != text.rights.size()) return;
  auto only = [&](auto... legal) {
    return std::all_of(rights.begin(), rights.end(), [&](Right right) { return ((right == legal) || ...); });
  };
  Span values = text.values.empty() ? Span{} : text.values.front().name.span;
  bool created = only(Right::Create);
  bool given = only(Right::Share, Right::Assign);
  for (const Part& part : {Part{!created && !text.owner.missing(), "owned by", text.owner.span, "create"},
                           Part{!created && !text.unit.missing(), "in", text.unit.span, "create"},
                           Part{!created && !text.values.empty(), "{ }", values, "create"},
                           Part{!given && !text.recipient.missing(), "with", text.recipient.span, "share"},
                           Part{!only(Right::Share) && !text.given.empty(), "for", span_of(text.given), "share"}}) {
    if (part.written) c_.diagnostics.report(DiagnosticKind::PartNotTaken, part.span, part.words, part.rights);
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
    if (expectation.record) table = scenario_.facts.records[expectation.record].table;
  }
  bool expects_illegal = because && because->reason == Reason::Illegal;
  bool taken = !table || expects_illegal || check_right_taken(c_, table, right, word.span);
  if (right == Right::Create && table) {
    Principal creator = Principal::of(expectation.user ? expectation.user : UserId{0});
    if (scenario_.facts.users.empty()) creator = Principal::organization();
    expectation.proposed = check_row({text.record, text.owner, text.unit, text.values}, table, creator);
  }
  if (right == Right::Share || right == Right::Assign) {
    expectation.recipient =
        text.recipient.missing() ? Principal{} : resolve_party(text.recipient, right == Right::Share);
    // What an organization-owned table cannot share at all is not checked right by right.
    expectation.given = check_row_rights(text.given, taken && !expects_illegal ? table : TableId::none());
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

void ScenarioChecker::add_expectation(const ast::RunsAsExpectation& text) {
  RunsAsExpectation expectation;
  expectation.flow = c_.resolve(c_.flows, text.flow, "flow");
  expectation.user = resolve_user(text.user);
  expectation.span = text.span;
  if (expectation.flow && !text.step.missing()) {
    const std::vector<FlowStep>& steps = c_.policy.flows[expectation.flow].steps;
    auto found = std::find_if(steps.begin(), steps.end(), [&](const FlowStep& s) { return s.name == text.step.text; });
    if (found == steps.end()) {
      std::vector<std::string_view> names;
      for (const FlowStep& step : steps) names.push_back(step.name);
      c_.report_unknown(DiagnosticKind::UnknownName, text.step, names, "step", text.step.text);
    } else {
      expectation.step = static_cast<uint32_t>(found - steps.begin());
    }
  }
  scenario_.steps.emplace_back(expectation);
}

}  // namespace policyc
