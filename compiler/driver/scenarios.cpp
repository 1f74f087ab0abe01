#include "compiler/driver/scenarios.h"

#include <algorithm>

#include "compiler/driver/scenario_runner.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/inherit.h"

namespace policyc {

ScenarioRunner::ScenarioRunner(const Policy& policy, const SourceMap& sources, const Engine& engine,
                               const Scenario& scenario)
    : policy_(policy),
      sources_(sources),
      engine_(engine),
      scenario_(scenario),
      facts_(inherit_from_links(policy, scenario.facts)) {
  result_.title = scenario.title;
}

ScenarioResult ScenarioRunner::run() {
  for (const Step& step : scenario_.steps) {
    if (const auto* event = std::get_if<Event>(&step)) {
      if (!happen(*event)) break;  // what follows rests on it
      continue;
    }
    ++result_.expectations;
    std::visit(
        [this](const auto& expectation) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(expectation)>, Event>) expect(expectation);
        },
        step);
  }
  return std::move(result_);
}

std::vector<std::string> ScenarioRunner::words(UserId user, Right right, const Record& record,
                                               const Decision& decision) const {
  return explain(policy_, sources_, facts_, {user, right, &record}, decision);
}

namespace {

// "allow because owner by `skipper`": what a line expects, as far as it says.
std::string wanted_text(const Policy& policy, bool allowed, const std::optional<Because>& because) {
  std::string text = allowed ? "allow" : "deny";
  if (because) text += fmt::format(" because {}", word(because->reason));
  if (because && because->role) text += fmt::format(" by `{}`", policy.roles[because->role].name);
  return text;
}

bool is_as_expected(bool expected, const std::optional<Because>& because, bool found, Reason reason, RoleId role) {
  if (expected != found || !because) return expected == found;
  return because->reason == reason && (!because->role || because->role == role);
}

std::string found_text(const Policy& policy, const std::optional<Because>& because, bool allowed, Reason reason,
                       RoleId role) {
  std::string text = fmt::format("{} because {}", allowed ? "allow" : "deny", word(reason));
  bool other_role = because && because->reason == reason && because->role && because->role != role;
  if (other_role) text += role ? fmt::format(" by `{}`", policy.roles[role].name) : " by no role";
  return text;
}

}  // namespace

void ScenarioRunner::expect(const CanExpectation& e) {
  Decision found =
      e.proposed ? decide(e.user, e.right, *e.proposed, e.span) : decide(e.user, e.right, e.record, e.span);
  if (is_as_expected(e.can, e.because, found.allowed, found.reason, found.role)) return;
  auto report =
      result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, e.span, wanted_text(policy_, e.can, e.because),
                                 found_text(policy_, e.because, found.allowed, found.reason, found.role));
  const Record& record = e.proposed ? *e.proposed : facts_.records[e.record];
  for (std::string& line : words(e.user, e.right, record, found)) report.note(std::move(line));
}

// The row first, then the column.
void ScenarioRunner::expect(const ColumnExpectation& e) {
  ColumnRights rights = columns(e.user, e.table, e.record, e.span);
  const Table& table = policy_.tables[e.table];
  std::vector<uint32_t> secured = secured_attributes(table);
  auto place = static_cast<size_t>(std::ranges::find(secured, e.attribute) - secured.begin());
  uint64_t bits = 0;
  switch (e.permission) {
    case ColumnPermission::Read:
      bits = rights.read;
      break;
    case ColumnPermission::Create:
      bits = rights.create;
      break;
    case ColumnPermission::Update:
      bits = rights.update;
      break;
    case ColumnPermission::ReadUnmasked:
      bits = rights.read_unmasked;
      break;
    case ColumnPermission::ReadOneUnmasked:
      bits = rights.read_one_unmasked;
      break;
  }
  bool column_open = (bits >> place & 1) != 0;
  Decision row{.allowed = true};
  Right right = e.permission == ColumnPermission::Update ? Right::Write : Right::Read;
  if (e.record) row = decide(e.user, right, e.record, e.span);
  if ((column_open && row.allowed) == e.can) return;
  std::string found = !row.allowed ? verdict(row) : column_open ? "allow" : "deny because column";
  auto report =
      result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, e.span, e.can ? "allow" : "deny", std::move(found));
  if (!row.allowed) report.note(fmt::format("the row comes first: {}", meaning(row.reason)));
  report.note(fmt::format("`{}` of `{}` is {} to `{}`", table.attributes[e.attribute].name, table.name,
                          column_open ? "open" : "closed", name(e.user)));
}

void ScenarioRunner::expect(const MayExpectation& e) {
  Outcome found = perform_on_both(e.operation, e.span);
  const Answer& answer = found.answer;
  if (is_as_expected(e.may, e.because, answer.allowed, answer.reason, answer.decision.role)) return;
  auto report =
      result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, e.span, wanted_text(policy_, e.may, e.because),
                                 found_text(policy_, e.because, answer.allowed, answer.reason, answer.decision.role));
  note_answer(report, e.operation, found);
}

void ScenarioRunner::expect(const SignInExpectation& e) {
  SignIn found = signs_in(e.user, e.span);
  if (is_as_expected(e.may, e.because, found.allowed, found.reason, {})) return;
  result_.diagnostics
      .report(DiagnosticKind::ExpectationNotMet, e.span, wanted_text(policy_, e.may, e.because),
              found.allowed ? "allow" : found_text(policy_, e.because, false, found.reason, {}))
      .note(fmt::format("`{}` has access mode {}", name(e.user), word(found.mode)));
}

void ScenarioRunner::expect(const PrivilegeExpectation& expectation) {
  bool reference = holds_privilege(policy_, facts_, expectation.user, expectation.privilege);
  bool found = native().holds_privilege(expectation.user, expectation.privilege);
  auto said = [](bool has) { return has ? "has" : "lacks"; };
  if (reference != found) {
    result_.diagnostics.report(DiagnosticKind::EnginesDisagree, expectation.span, said(reference), said(found));
  }
  if (reference == expectation.has) return;
  const std::string& privilege = policy_.privileges[expectation.privilege].name;
  result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, expectation.span,
                             fmt::format("`{}` {} `{}`", name(expectation.user), said(expectation.has), privilege),
                             said(reference));
}

// Both sets by name, and a line for each that stands in one of them only.
template <typename Id, typename Store, typename Ask>
void ScenarioRunner::compare_sets(const std::vector<Id>& expected, const std::vector<Id>& found, const Store& store,
                                  std::string_view none, Span span, Ask explain_difference) {
  if (expected == found) return;
  auto names = [&](const std::vector<Id>& ids) {
    std::string text;
    for (Id id : ids) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", store[id].name);
    return text.empty() ? std::string(none) : text;
  };
  auto report = result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, span, names(expected), names(found));
  std::vector<Id> different;
  std::ranges::set_symmetric_difference(expected, found, std::back_inserter(different));
  for (Id id : different) report.note(explain_difference(id));
}

void ScenarioRunner::expect(const WhoExpectation& expectation) {
  std::vector<UserId> found;
  for (UserId user : facts_.users.ids()) {
    if (decide(user, expectation.right, expectation.record, expectation.span).allowed) found.push_back(user);
  }
  compare_sets(expectation.users, found, facts_.users, "nobody", expectation.span, [&](UserId user) {
    Decision decision = decide(user, expectation.right, expectation.record, expectation.span);
    return fmt::format("`{}`: {}, {}", name(user), verdict(decision), meaning(decision.reason));
  });
}

void ScenarioRunner::expect(const ListExpectation& expectation) {
  std::vector<RecordId> found;
  for (RecordId record : facts_.records.ids()) {
    if (facts_.records[record].table != expectation.table) continue;
    if (decide(expectation.user, expectation.right, record, expectation.span).allowed) found.push_back(record);
  }
  compare_sets(expectation.records, found, facts_.records, "nothing", expectation.span, [&](RecordId record) {
    Decision decision = decide(expectation.user, expectation.right, record, expectation.span);
    return fmt::format("`{}`: {}, {}", name(record), verdict(decision), meaning(decision.reason));
  });
}

bool ScenarioRunner::is_triggered(FlowId flow, Span span) {
  if (triggers_.contains(flow)) return true;
  result_.diagnostics.report(DiagnosticKind::NotTriggered, span, policy_.flows[flow].name);
  return false;
}

namespace {

std::string identity_text(const Flow& flow, const FlowStep& step) {
  switch (step.identity) {
    case StepIdentity::Connection:
      return fmt::format("via `{}`", step.connection);
    case StepIdentity::Invoker:
      return "as invoker";
    case StepIdentity::InitiatingUser:
      return "as initiating_user";
    case StepIdentity::System:
      return "as system";
  }
  return flow.name;
}

std::string run_as_text(const Flow& flow) {
  if (flow.run_as == RunAs::LeftOut) return "left out";
  if (flow.run_as == RunAs::NamedUser) return fmt::format("`{}`", flow.run_as_user);
  return fmt::format("`{}`", word(flow.run_as));
}

}  // namespace

void ScenarioRunner::expect(const RunsAsExpectation& e) {
  if (!is_triggered(e.flow, e.span)) return;
  RunAsAnswer found = run_step(e.flow, e.step, e.span);
  if (found.system == e.system && found.user == e.user) return;
  const Flow& flow = policy_.flows[e.flow];
  const FlowStep& step = flow.steps[e.step];
  const Trigger& trigger = triggers_.at(e.flow);
  auto named = [&](bool system, UserId user) {
    if (system) return std::string("system");
    return user ? fmt::format("`{}`", name(user)) : std::string("nobody");
  };
  result_.diagnostics
      .report(DiagnosticKind::ExpectationNotMet, e.span, named(e.system, e.user), named(found.system, found.user))
      .note(fmt::format("step `{}` runs {}, the trigger's run as is {}", step.name, identity_text(flow, step),
                        run_as_text(flow)))
      .note(fmt::format("`{}` set it off on `{}`, owned by `{}`", name(trigger.user), trigger.record.name,
                        name_of(facts_, trigger.record.owner)));
}

void ScenarioRunner::expect(const RunExpectation& e) {
  if (!is_triggered(e.flow, e.span)) return;
  RunAsAnswer found = run_step(e.flow, e.step, e.span);
  const Answer& answer = found.answer;
  if (is_as_expected(e.may, e.because, answer.allowed, answer.reason, answer.decision.role)) return;
  auto report =
      result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, e.span, wanted_text(policy_, e.may, e.because),
                                 found_text(policy_, e.because, answer.allowed, answer.reason, answer.decision.role));
  report.note(found.system ? std::string("it runs as system")
                           : fmt::format("it runs as `{}`", found.user ? name(found.user) : "nobody"));
}

// The missing piece: whose lack it is, and on what.
void ScenarioRunner::note_answer(Diagnostics::Report& report, const Operation& operation,
                                 const Outcome& outcome) const {
  for (std::string& line : explain_answer(policy_, sources_, facts_, operation, outcome.answer)) {
    report.note(std::move(line));
  }
}

std::vector<ScenarioResult> run_scenarios(const Policy& policy, const SourceMap& sources, const Engine& engine) {
  std::vector<ScenarioResult> results;
  for (const Scenario& scenario : policy.scenarios) {
    results.push_back(ScenarioRunner(policy, sources, engine, scenario).run());
  }
  return results;
}

}  // namespace policyc
