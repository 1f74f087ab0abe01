// Scenarios: facts first, wherever they stand; then events and expectations in the order of the text.
#include "compiler/sema/scenario_checker.h"

namespace policyc {

Scenario ScenarioChecker::run() {
  scenario_.title = text_.title;
  scenario_.span = text_.title_span;
  add_units();
  add_people();
  add_roles_and_members();
  add_managers();
  add_positions();
  add_profiles();
  add_records();
  add_shares();
  add_associations();
  add_context();
  for (const ast::ScenarioStatement& statement : text_.statements) {
    std::visit(
        [this](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, ast::When>) {
            for (const ast::Event& event : value.events) add_event(event);
          } else if constexpr (requires { this->add_expectation(value); }) {
            add_expectation(value);
          }
        },
        statement);
  }
  return std::move(scenario_);
}

// Scenarios of the modules that a policy uses are those modules' own tests.
void check_scenarios(Checking& checking) {
  std::unordered_map<std::string_view, Span> titles;
  for (const ast::Declaration& declaration : checking.main().declarations) {
    const auto* text = std::get_if<ast::Scenario>(&declaration.value);
    if (!text) continue;
    auto [first, inserted] = titles.try_emplace(text->title, text->title_span);
    if (!inserted && text->title_span.is_known()) {
      checking.diagnostics.report(DiagnosticKind::DuplicateName, text->title_span, "scenario", text->title)
          .label(first->second, "declared here");
    }
    checking.policy.scenarios.push_back(ScenarioChecker(checking, *text).run());
  }
}

}  // namespace policyc
