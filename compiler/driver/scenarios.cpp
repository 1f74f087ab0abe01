#include "compiler/driver/scenarios.h"

#include <algorithm>

#include "compiler/driver/scenario_runner.h"
#include "compiler/reference/evaluate.h"

namespace policyc {

ScenarioRunner::ScenarioRunner(const Policy& policy, const SourceMap& sources, const Engine& engine,
                               const Scenario& scenario)
    : policy_(policy),
      sources_(sources),
      engine_(engine),
      scenario_(scenario),
      facts_(scenario.facts),
      exists_(scenario.facts.records.size(), true) {
  for (RecordId record : scenario.created_later) exists_[record.index] = false;
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

Decision ScenarioRunner::answer(const CanExpectation& expectation) {
  Span span = expectation.span;
  if (expectation.proposed) return decide(expectation.user, Right::Create, *expectation.proposed, span);
  if (expectation.recipient.is_nobody()) return decide(expectation.user, expectation.right, expectation.record, span);
  if (expectation.right == Right::Share) {
    return decide_share(expectation.user, expectation.record, expectation.given, span);
  }
  return decide_assign(expectation.user, expectation.record, expectation.recipient, span);
}

std::vector<std::string> ScenarioRunner::words(UserId user, Right right, const Record& record,
                                               const Decision& decision) const {
  return explain(policy_, sources_, facts_, {user, right, &record}, decision);
}

void ScenarioRunner::expect(const CanExpectation& expectation) {
  Decision found = answer(expectation);
  const std::optional<Because>& because = expectation.because;
  bool same_reason = !because || because->reason == found.reason;
  bool same_role = !because || !because->role || because->role == found.role;
  if (found.allowed == expectation.can && same_reason && same_role) return;
  std::string wanted = expectation.can ? "allow" : "deny";
  if (because) wanted += fmt::format(" because {}", word(because->reason));
  if (because && because->role) wanted += fmt::format(" by `{}`", policy_.roles[because->role].name);
  std::string got = verdict(found);
  if (same_reason && !same_role) {
    got += found.role ? fmt::format(" by `{}`", policy_.roles[found.role].name) : " by no role";
  }
  auto report = result_.diagnostics.report(DiagnosticKind::ExpectationNotMet, expectation.span, wanted, got);
  const Record& record = expectation.proposed ? *expectation.proposed : facts_.records[expectation.record];
  for (std::string& line : words(expectation.user, expectation.right, record, found)) report.note(std::move(line));
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

// Flows run on a server: there is no compiled form of them to compare with.
void ScenarioRunner::expect(const RunsAsExpectation& expectation) {
  const Flow& flow = policy_.flows[expectation.flow];
  auto trigger = triggers_.find(expectation.flow);
  if (trigger == triggers_.end()) {
    result_.diagnostics.report(DiagnosticKind::NotTriggered, expectation.span, flow.name);
    return;
  }
  UserId found =
      runs_as(policy_, facts_, expectation.flow, expectation.step, trigger->second.user, trigger->second.record);
  if (found == expectation.user) return;
  const FlowStep& step = flow.steps[expectation.step];
  result_.diagnostics
      .report(DiagnosticKind::ExpectationNotMet, expectation.span, fmt::format("`{}`", name(expectation.user)),
              found ? fmt::format("`{}`", name(found)) : "nobody")
      .note(fmt::format("step `{}` runs {}, the trigger's run as is {}", step.name,
                        step.as_invoker ? "as invoker" : fmt::format("via `{}`", step.connection),
                        flow.run_as == RunAs::LeftOut ? "left out" : fmt::format("`{}`", word(flow.run_as))))
      .note(fmt::format("`{}` set it off on `{}`, owned by `{}`", name(trigger->second.user),
                        trigger->second.record.name, name_of(facts_, trigger->second.record.owner)));
}

std::vector<ScenarioResult> run_scenarios(const Policy& policy, const SourceMap& sources, const Engine& engine) {
  std::vector<ScenarioResult> results;
  for (const Scenario& scenario : policy.scenarios) {
    results.push_back(ScenarioRunner(policy, sources, engine, scenario).run());
  }
  return results;
}

}  // namespace policyc
