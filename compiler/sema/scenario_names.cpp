// Names of a scenario: principals and records, and the roles that somebody holds.
#include "compiler/sema/scenario_checker.h"

namespace policyc {

namespace {

constexpr unsigned kUsers = 1u << POLICY_USER;
constexpr unsigned kTeams = 1u << POLICY_TEAM;
constexpr unsigned kUnits = 1u << POLICY_UNIT;

std::string_view kind_with_article(Principal principal) {
  if (principal.user()) return "a user";
  return principal.team() ? "a team" : "a unit";
}

}  // namespace

std::string_view kind_word(Principal principal) {
  if (principal.user()) return "user";
  if (principal.team()) return "team";
  return principal.unit() ? "unit" : "organization";
}

void ScenarioChecker::declare_principal(const ast::Name& name, Principal principal, std::string_view what) {
  if (name.text == "organization") {
    c_.diagnostics.report(DiagnosticKind::ReservedName, name.span, what, name.text)
        .note("`organization` is the organization as a whole, which rows can be shared with");
  }
  if (name.text == "system" && principal.user()) {
    c_.diagnostics.report(DiagnosticKind::ReservedName, name.span, what, name.text)
        .note("a step of a plug-in that nobody's rights bound `runs as system`");
  }
  PrincipalId next{static_cast<uint32_t>(principal_list_.size())};
  if (const auto* first = principals_.declare(name, next)) {
    c_.diagnostics.report(DiagnosticKind::DuplicateName, name.span, what, name.text)
        .label(first->span,
               fmt::format("{} `{}` declared here", kind_word(principal_list_[first->id.index]), name.text));
    declared_twice_.insert(name.text);
    return;
  }
  if (!name.missing()) principal_list_.push_back(principal);
}

std::vector<std::string_view> ScenarioChecker::principal_names(unsigned accepted) const {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < principal_list_.size(); ++i) {
    if (accepted >> principal_list_[i].kind() & 1) names.push_back(principals_.names()[i]);
  }
  return names;
}

Principal ScenarioChecker::resolve_principal(const ast::Name& name, unsigned accepted, std::string_view what) {
  if (name.missing()) return {};
  const auto* entry = principals_.find(name.text);
  if (!entry) {
    c_.report_unknown(DiagnosticKind::UnknownName, name, principal_names(accepted), what, name.text);
    return {};
  }
  Principal found = principal_list_[entry->id.index];
  if (accepted >> found.kind() & 1) return found;
  if (declared_twice_.contains(name.text)) return {};  // the other one may be meant
  c_.diagnostics.report(DiagnosticKind::UnknownName, name.span, what, name.text)
      .label(entry->span, fmt::format("`{}` is {}", name.text, kind_with_article(found)));
  return {};
}

UserId ScenarioChecker::resolve_user(const ast::Name& name) { return resolve_principal(name, kUsers, "user").user(); }
TeamId ScenarioChecker::resolve_team(const ast::Name& name) { return resolve_principal(name, kTeams, "team").team(); }

UnitId ScenarioChecker::resolve_unit(const ast::Name& name) {
  if (!scenario_.facts.units.empty()) return resolve_principal(name, kUnits, "unit").unit();
  if (!no_unit_reported_ && !name.missing()) {
    c_.diagnostics.report(DiagnosticKind::ScenarioWithoutUnit, name.span).help(fmt::format("`unit {}`", name.text));
    no_unit_reported_ = true;
  }
  return {};
}

RecordId ScenarioChecker::resolve_record(const ast::Name& name) { return c_.resolve(records_, name, "record"); }

Principal ScenarioChecker::resolve_party(const ast::Name& name, bool with_organization) {
  if (name.text == "organization") {
    if (with_organization) return Principal::organization();
    c_.diagnostics.report(DiagnosticKind::UnknownName, name.span, "user or team", name.text)
        .note("the organization as a whole owns no rows");
    return {};
  }
  // A known unit is accepted here, to say of it what is the matter.
  const auto* entry = principals_.find(name.text);
  Principal found = entry ? principal_list_[entry->id.index] : Principal{};
  if (found.unit() && !units_are_principals()) {
    report_unit_as_principal(name);
    return {};
  }
  unsigned accepted = kUsers | kTeams | (units_are_principals() ? kUnits : 0);
  return resolve_principal(name, accepted, units_are_principals() ? "user, team or unit" : "user or team");
}

Principal ScenarioChecker::resolve_anybody(const ast::Name& name) {
  if (name.text == "organization") return Principal::organization();
  return resolve_principal(name, kUsers | kTeams | kUnits, "user, team or unit");
}

void ScenarioChecker::report_unit_as_principal(const ast::Name& name) {
  const auto* entry = principals_.find(name.text);
  auto report = c_.diagnostics.report(DiagnosticKind::UnitIsNoPrincipal, name.span, name.text);
  if (entry && entry->span != name.span) report.label(entry->span, "declared as a unit here");
  report.note("`unit_as_principal` is `false`")
      .help(fmt::format("a unit's default team has all its users as members: `default team NAME in {}`", name.text));
}

UnitId ScenarioChecker::unit_now(Principal principal) const {
  if (principal.user() && principal.index() < units_now_.size()) return units_now_[principal.index()];
  if (principal.team() && principal.index() < team_units_now_.size()) return team_units_now_[principal.index()];
  return unit_of(scenario_.facts, principal);
}

RoleHeld ScenarioChecker::check_held_role(const ast::HeldRole& text, Principal holder) {
  RoleHeld held;
  held.role = c_.resolve(c_.roles, text.role, "role");
  UnitId own = unit_now(holder);
  held.anchor = text.unit.missing() ? own : resolve_unit(text.unit);
  if (classic() && held.anchor && own && held.anchor != own) {
    c_.diagnostics
        .report(DiagnosticKind::UnitUnderClassic, text.unit.span, fmt::format("role `{}`", text.role.text),
                name_of(scenario_.facts, Principal::of(own)))
        .note("with classic business units a role counts in its holder's own unit")
        .help("`business_units: modern` in `organization { }`");
  }
  if (held.role && holder.team() && scenario_.facts.teams[holder.team()].kind == TeamKind::Access) {
    c_.diagnostics
        .report(DiagnosticKind::AccessTeamHolds, text.role.span, scenario_.facts.teams[holder.team()].name,
                fmt::format("holds role `{}`", text.role.text))
        .note("access teams hold no roles: rows are shared with them, and members use their own roles");
  }
  bool disabled = holder.user() && scenario_.facts.users[holder.user()].disabled;
  if (held.role && disabled && !c_.policy.settings.is(Switch::roles_on_disabled_users)) {
    c_.diagnostics
        .report(DiagnosticKind::DisabledUserRole, text.role.span, text.role.text,
                scenario_.facts.users[holder.user()].name)
        .note("`roles_on_disabled_users` is `false`");
  }
  return held;
}

std::vector<RoleHeld> ScenarioChecker::check_held_roles(const std::vector<ast::HeldRole>& texts, Principal holder) {
  std::map<RoleHeld, Span> seen;
  std::vector<RoleHeld> held;
  for (const ast::HeldRole& text : texts) {
    RoleHeld role = check_held_role(text, holder);
    if (!role.role || !role.anchor) continue;
    auto [first, inserted] = seen.try_emplace(role, text.role.span);
    if (!inserted) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, text.role.span, fmt::format("role `{}`", text.role.text))
          .label(first->second, "first written here");
    }
    held.push_back(role);
  }
  return held;
}

bool ScenarioChecker::check_row_right(const ast::Name& name, Right right, TableId table) {
  if (right != Right::Create) return !table || check_right_taken(c_, table, right, name.span);
  c_.diagnostics.report(DiagnosticKind::CreateOnRow, name.span)
      .note("`create` is a right on the table; it is asked before there is a row");
  return false;
}

RightSet ScenarioChecker::check_row_rights(const std::vector<ast::Name>& names, TableId table) {
  RightSet rights = 0;
  for (const ast::Name& name : names) {
    std::optional<Right> right = check_right(c_, name);
    if (right && check_row_right(name, *right, table)) rights |= bit(*right);
  }
  return rights;
}

void ScenarioChecker::check_column_rights(const std::vector<ast::Name>& names, ColumnShare& share) {
  for (const ast::Name& name : names) {
    std::optional<ColumnPermission> permission = check_column_permission(c_, name);
    if (!permission) continue;
    if (*permission == ColumnPermission::Read) {
      share.read = true;
    } else if (*permission == ColumnPermission::Update) {
      share.update = true;
    } else {
      c_.diagnostics.report(DiagnosticKind::PartNotTaken, name.span, name.text, "column profiles")
          .note("a column of one row is shared for `read` and `update`");
    }
  }
}

std::optional<ColumnShare> ScenarioChecker::check_column_share(const ast::Name& record, const ast::Name& column,
                                                               const ast::Name& principal,
                                                               const std::vector<ast::Name>& rights) {
  ColumnShare share;
  share.record = resolve_record(record);
  TableId table = table_of(share.record);
  std::optional<uint32_t> attribute = table ? check_secured_column(c_, table, column) : std::nullopt;
  share.principal = resolve_principal(principal, kUsers | kTeams, "user or team");
  check_column_rights(rights, share);
  if (!attribute || share.principal.is_nobody()) return std::nullopt;
  share.attribute = *attribute;
  return share;
}

}  // namespace policyc
