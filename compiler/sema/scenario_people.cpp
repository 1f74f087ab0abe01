// Units, users and teams at the start of a scenario, and what they hold.
#include "compiler/sema/rings.h"
#include "compiler/sema/scenario_checker.h"

namespace policyc {

void ScenarioChecker::add_unit(const ast::UnitFact& text, UnitId parent) {
  UnitId id = scenario_.facts.units.add({text.name.text, parent, {}});
  unit_texts_.push_back(&text);
  declare_principal(text.name, Principal::of(id), "unit");
  for (const ast::UnitFact& child : text.children) add_unit(child, id);
}

void ScenarioChecker::add_units() {
  const ast::UnitFact* first = nullptr;
  each<ast::UnitFact>([&](const ast::UnitFact& text) {
    if (first && !text.name.missing()) {
      c_.diagnostics.report(DiagnosticKind::SecondRoot, text.name.span, text.name.text)
          .label(first->name.span, "the root unit")
          .help(fmt::format("a unit below it is written in its braces: `unit {} {{ unit {} }}`", first->name.text,
                            text.name.text));
    }
    add_unit(text, first ? root() : UnitId::none());
    if (!first) first = &text;
  });
}

void ScenarioChecker::add_people() {
  each<ast::UserFact>([&](const ast::UserFact& text) {
    User user;
    user.name = text.name.text;
    user.disabled = text.disabled;
    user.access_mode = check_access_mode(text.mode);
    user.unit = resolve_unit(text.unit);
    user.attributes = nulls(c_.policy.user_attributes);
    check_attributes(text.values, "user", c_.policy.user_attributes, c_.user_attributes, user.attributes);
    units_now_.push_back(user.unit);
    UserId id = scenario_.facts.users.add(std::move(user));
    declare_principal(text.name, Principal::of(id), "user");
  });
  each<ast::TeamFact>([&](const ast::TeamFact& text) {
    Team team;
    team.name = text.name.text;
    team.unit = resolve_unit(text.unit);
    team.kind = check_team_kind(text, team.unit);
    team_units_now_.push_back(team.unit);
    TeamId id = scenario_.facts.teams.add(std::move(team));
    declare_principal(text.name, Principal::of(id), "team");
  });
}

AccessMode ScenarioChecker::check_access_mode(const ast::Name& name) {
  constexpr AccessMode kModes[] = {AccessMode::ReadWrite, AccessMode::Administrative, AccessMode::Read,
                                   AccessMode::Support,   AccessMode::NonInteractive, AccessMode::DelegatedAdmin};
  if (name.missing()) return AccessMode::ReadWrite;
  if (std::optional<AccessMode> mode = access_mode_from_word(name.text)) return *mode;
  std::vector<std::string_view> words;
  for (AccessMode mode : kModes) words.push_back(word(mode));
  std::vector<std::string_view> candidates = words;
  candidates.push_back("disabled");
  c_.report_unknown(DiagnosticKind::UnknownName, name, candidates, "access mode", name.text)
      .note("access modes: " + any_of(words));
  return AccessMode::ReadWrite;
}

TeamKind ScenarioChecker::check_team_kind(const ast::TeamFact& text, UnitId unit) {
  constexpr TeamKind kKinds[] = {TeamKind::Owner, TeamKind::Default, TeamKind::Group, TeamKind::Access};
  if (text.kind.missing()) return TeamKind::Owner;
  std::optional<TeamKind> kind = team_kind_from_word(text.kind.text);
  if (!kind) {
    std::vector<std::string_view> words;
    for (TeamKind known : kKinds) words.push_back(word(known));
    c_.report_unknown(DiagnosticKind::UnknownName, text.kind, words, "kind of team", text.kind.text)
        .note("kinds of teams: " + any_of(words));
  }
  if (kind == TeamKind::Default && unit) {
    auto [first, inserted] = default_teams_.try_emplace(unit, &text.name);
    if (!inserted) {
      c_.diagnostics
          .report(DiagnosticKind::SecondDefaultTeam, text.name.span, text.name.text, scenario_.facts.units[unit].name)
          .label(first->second->span, "its default team");
    }
  }
  return kind.value_or(TeamKind::Owner);
}

// After all names are known: a user's role may come `from` a unit, a team's members may be declared below it.
void ScenarioChecker::add_roles_and_members() {
  add_unit_roles();
  uint32_t user = 0;
  each<ast::UserFact>([&](const ast::UserFact& text) {
    UserId id{user++};
    scenario_.facts.users[id].roles = check_held_roles(text.roles, Principal::of(id));
  });
  uint32_t team = 0;
  each<ast::TeamFact>([&](const ast::TeamFact& text) {
    TeamId id{team++};
    scenario_.facts.teams[id].roles = check_held_roles(text.roles, Principal::of(id));
    add_members(text, id);
  });
}

void ScenarioChecker::add_unit_roles() {
  for (UnitId unit : scenario_.facts.units.ids()) {
    const ast::UnitFact& text = *unit_texts_[unit.index];
    if (text.roles.empty()) continue;
    if (!units_are_principals()) report_unit_as_principal(text.name);
    scenario_.facts.units[unit].roles = check_held_roles(text.roles, Principal::of(unit));
  }
}

void ScenarioChecker::add_members(const ast::TeamFact& text, TeamId id) {
  std::unordered_map<std::string_view, Span> seen;
  for (const ast::Name& name : text.members) {
    UserId member = resolve_user(name);
    if (!member) continue;
    auto [first, inserted] = seen.try_emplace(name.text, name.span);
    if (!inserted) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, name.span, fmt::format("member `{}`", name.text))
          .label(first->second, "first written here");
      continue;
    }
    scenario_.facts.teams[id].members.push_back(member);
  }
  if (scenario_.facts.teams[id].kind != TeamKind::Default || text.members.empty()) return;
  const ast::Name& first = text.members.front();
  c_.diagnostics.report(DiagnosticKind::DefaultTeamMember, first.span, first.text, text.name.text)
      .note(fmt::format("its members are the users of `{}`, always", text.unit.text));
}

void ScenarioChecker::add_managers() {
  std::map<UserId, Span> places;
  each<ast::ManagerFact>([&](const ast::ManagerFact& text) {
    UserId manager = resolve_user(text.manager);
    for (const ast::Name& name : text.reports) {
      UserId report = resolve_user(name);
      if (!report) continue;
      auto [first, inserted] = places.try_emplace(report, name.span);
      if (inserted) {
        scenario_.facts.users[report].manager = manager;
        continue;
      }
      c_.diagnostics.report(DiagnosticKind::SecondManager, name.span, text.manager.text, name.text)
          .label(first->second, fmt::format("`{}` has a manager here", name.text));
    }
  });
  check_manager_rings(places);
}

void ScenarioChecker::check_manager_rings(const std::map<UserId, Span>& places) {
  Graph above(scenario_.facts.users.size());
  for (const auto& [report, span] : places) {
    if (UserId manager = scenario_.facts.users[report].manager) above[report.index].push_back(manager.index);
  }
  for (const Ring& ring : find_rings(above).rings) {
    UserId last{ring.back().node};
    c_.diagnostics.report(DiagnosticKind::ManagerRing, places.at(last), scenario_.facts.users[last].name)
        .note("nobody is their own manager, nor their manager's");
  }
}

void ScenarioChecker::add_positions() {
  each<ast::PositionFact>([&](const ast::PositionFact& text) { add_position(text, {}); });
}

void ScenarioChecker::add_position(const ast::PositionFact& text, PositionId parent) {
  PositionId id = scenario_.facts.positions.add({text.name.text, parent});
  c_.declare(positions_, text.name, id, "position");
  for (const ast::Name& name : text.holders) {
    UserId holder = resolve_user(name);
    if (!holder) continue;
    auto [first, inserted] = held_positions_.try_emplace(holder, name.span);
    if (inserted) {
      scenario_.facts.users[holder].position = id;
      continue;
    }
    c_.diagnostics.report(DiagnosticKind::SecondPosition, name.span, text.name.text, name.text)
        .label(first->second, fmt::format("`{}` has a position here", name.text));
  }
  for (const ast::PositionFact& child : text.children) add_position(child, id);
}

void ScenarioChecker::add_profiles() {
  std::map<std::pair<ProfileId, Principal>, Span> seen;
  each<ast::ProfileFact>([&](const ast::ProfileFact& text) {
    ProfileId profile = c_.resolve(c_.profiles, text.profile, "column profile");
    for (const ast::Name& name : text.holders) {
      Principal holder = resolve_principal(name, 1u << POLICY_USER | 1u << POLICY_TEAM, "user or team");
      if (!profile || holder.is_nobody()) continue;
      auto [first, inserted] = seen.try_emplace({profile, holder}, name.span);
      if (!inserted) {
        c_.diagnostics
            .report(DiagnosticKind::RepeatedBlock, name.span,
                    fmt::format("profile `{}` of `{}`", text.profile.text, name.text))
            .label(first->second, "first written here");
        continue;
      }
      Facts& facts = scenario_.facts;
      (holder.team() ? facts.teams[holder.team()].profiles : facts.users[holder.user()].profiles).push_back(profile);
    }
  });
}

}  // namespace policyc
