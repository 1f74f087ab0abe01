// Names of a scenario, and rows as facts, events and `can create` write them.
#include "compiler/sema/scenario_checker.h"

namespace policyc {

namespace {

constexpr unsigned kUsers = 1u << POLICY_USER;
constexpr unsigned kTeams = 1u << POLICY_TEAM;
constexpr unsigned kUnits = 1u << POLICY_UNIT;

std::string_view kind_word(Principal principal) {
  if (principal.user()) return "user";
  if (principal.team()) return "team";
  return principal.unit() ? "unit" : "organization";
}

std::string_view kind_with_article(Principal principal) {
  if (principal.user()) return "a user";
  return principal.team() ? "a team" : "a unit";
}

}  // namespace

void ScenarioChecker::declare_principal(const ast::Name& name, Principal principal, std::string_view what) {
  if (name.text == "organization") {
    c_.diagnostics.report(DiagnosticKind::ReservedName, name.span, what, name.text)
        .note("`organization` is the organization as a whole, which rows can be shared with");
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
    c_.diagnostics.report(DiagnosticKind::UnitIsNoPrincipal, name.span, name.text)
        .label(entry->span, "declared as a unit here")
        .note("`unit_as_principal` is `false`")
        .help(fmt::format("the platform has a default team with all users of a unit: declare it as a team in `{}`",
                          name.text));
    return {};
  }
  unsigned accepted = kUsers | kTeams | (units_are_principals() ? kUnits : 0);
  return resolve_principal(name, accepted, units_are_principals() ? "user, team or unit" : "user or team");
}

UnitId ScenarioChecker::unit_now(Principal principal) const {
  if (principal.user() && principal.index() < units_now_.size()) return units_now_[principal.index()];
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

Record ScenarioChecker::check_row(const RowText& text, TableId table, Principal creator) {
  Record record = blank_record(c_.policy, table);
  if (!table) return record;
  if (c_.ownership_known(table)) {
    switch (c_.policy.tables[table].ownership) {
      case Ownership::User:
        place_owned_row(text, creator, record);
        break;
      case Ownership::BusinessUnit:
        place_unit_row(text, creator, record);
        break;
      case Ownership::Organization:
        if (!text.owner.missing()) report_owner(text.owner, "", table);
        if (!text.unit.missing()) report_owner(text.unit, "unit", table);
        break;
    }
  }
  check_values(text.values, record);
  return record;
}

void ScenarioChecker::place_owned_row(const RowText& text, Principal creator, Record& record) {
  record.owner = text.owner.missing() ? creator : resolve_party(text.owner, false);
  if (text.owner.missing() && creator.is_nobody() && !c_.damaged) {
    c_.diagnostics.report(DiagnosticKind::MissingOwner, text.table.span, text.table.text)
        .help("`owned by` names a user or a team");
  }
  UnitId own = unit_now(record.owner);
  record.unit = text.unit.missing() ? own : resolve_unit(text.unit);
  if (!classic() || !own || !record.unit || record.unit == own) return;
  c_.diagnostics
      .report(DiagnosticKind::UnitUnderClassic, text.unit.span, "row", name_of(scenario_.facts, Principal::of(own)))
      .note("with classic business units a row belongs to its owner's unit")
      .help("`business_units: modern` in `organization { }`");
}

void ScenarioChecker::place_unit_row(const RowText& text, Principal creator, Record& record) {
  if (!text.owner.missing()) {
    const auto* entry = principals_.find(text.owner.text);
    bool is_unit = entry && principal_list_[entry->id.index].unit();
    report_owner(text.owner, "", record.table, is_unit ? fmt::format("`in {}`", text.owner.text) : "");
    return;
  }
  record.unit = text.unit.missing() ? unit_now(creator) : resolve_unit(text.unit);
  if (text.unit.missing() && creator.is_nobody() && !c_.damaged) {
    c_.diagnostics.report(DiagnosticKind::MissingOwner, text.table.span, text.table.text)
        .help("`in` names the unit that it belongs to");
  }
}

void ScenarioChecker::report_owner(const ast::Name& name, std::string_view what, TableId table, std::string_view help) {
  const auto* entry = principals_.find(name.text);
  if (what.empty()) what = entry ? kind_word(principal_list_[entry->id.index]) : "principal";
  const Table& found = c_.policy.tables[table];
  auto report = c_.diagnostics.report(DiagnosticKind::OwnerNotTaken, name.span, what, name.text, owned(found.ownership),
                                      found.name);
  report.label(found.span, found.ownership == Ownership::Organization
                               ? fmt::format("rows of `{}` have no owner", found.name)
                               : fmt::format("rows of `{}` belong to a unit", found.name));
  if (!help.empty()) report.help(std::string(help));
}

void ScenarioChecker::check_values(const std::vector<ast::AttributeValue>& values, Record& record) {
  const TableNames& names = c_.names_of(record.table);
  const std::vector<Attribute>& attributes = c_.policy.tables[record.table].attributes;
  std::unordered_map<std::string_view, Span> seen;
  for (const ast::AttributeValue& value : values) {
    if (value.name.missing()) continue;
    auto [first, inserted] = seen.try_emplace(value.name.text, value.name.span);
    if (!inserted) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, value.name.span, fmt::format("`{}`", value.name.text))
          .label(first->second, "first written here");
      continue;
    }
    if (const auto* lookup = names.lookup_names.find(value.name.text)) {
      check_link(value, names.lookups[lookup->id.index], record);
    } else if (const auto* attribute = names.attributes.names.find(value.name.text)) {
      uint32_t index = attribute->id.index;
      std::optional<Value> checked = value_of(c_, value.value, use_of(attributes, names.attributes, index));
      if (checked) record.attributes[index] = std::move(*checked);
    } else {
      std::vector<std::string_view> known = names.attributes.names.names();
      known.insert(known.end(), names.lookup_names.names().begin(), names.lookup_names.names().end());
      c_.report_unknown(DiagnosticKind::UnknownPath, value.name, known, "record", value.name.text);
    }
  }
}

void ScenarioChecker::check_link(const ast::AttributeValue& value, const Lookup& lookup, Record& record) {
  if (value.value.kind == ast::Literal::Kind::Null) return;
  std::vector<std::string_view> tables;
  for (RelationshipId id : lookup.relationships) {
    TableId parent = c_.policy.relationships[id].parent;
    if (!parent) return;
    tables.push_back(c_.policy.tables[parent].name);
  }
  if (value.value.kind != ast::Literal::Kind::Word) {
    c_.diagnostics
        .report(DiagnosticKind::LiteralNotFit, value.value.span, written(value.value), "row of " + any_of(tables))
        .note(fmt::format("`{}` is a lookup; it takes a record's name", value.name.text));
    return;
  }
  RecordId parent = resolve_record({value.value.text, value.value.span});
  if (!parent) return;
  for (RelationshipId id : lookup.relationships) {
    if (c_.policy.relationships[id].parent != scenario_.facts.records[parent].table) continue;
    record.links.push_back({id, parent});
    return;
  }
  TableId other = scenario_.facts.records[parent].table;
  if (!other) return;
  c_.diagnostics.report(DiagnosticKind::LiteralNotFit, value.value.span, value.value.text, "row of " + any_of(tables))
      .label(records_.find(value.value.text)->span, fmt::format("a `{}`", c_.policy.tables[other].name));
}

void ScenarioChecker::check_attributes(const std::vector<ast::AttributeValue>& values, std::string_view of,
                                       const std::vector<Attribute>& attributes, const AttributeNames& names,
                                       std::vector<Value>& into) {
  std::unordered_map<std::string_view, Span> seen;
  for (const ast::AttributeValue& value : values) {
    if (value.name.missing()) continue;
    const auto* entry = names.names.find(value.name.text);
    if (!entry) {
      c_.report_unknown(DiagnosticKind::UnknownPath, value.name, names.names.names(), of, value.name.text);
      continue;
    }
    auto [first, inserted] = seen.try_emplace(value.name.text, value.name.span);
    if (!inserted) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, value.name.span, fmt::format("`{}`", value.name.text))
          .label(first->second, "first written here");
      continue;
    }
    std::optional<Value> checked = value_of(c_, value.value, use_of(attributes, names, entry->id.index));
    if (checked) into[entry->id.index] = std::move(*checked);
  }
}

std::vector<Value> ScenarioChecker::nulls(const std::vector<Attribute>& attributes) const {
  std::vector<Value> values;
  for (const Attribute& attribute : attributes) values.push_back(Value::null(attribute.type));
  return values;
}

}  // namespace policyc
