// Units, positions, users and teams of a facts file.
#include <map>
#include <set>

#include "compiler/facts/facts_reader.h"
#include "compiler/facts/facts_trees.h"

namespace policyc {

namespace {

constexpr KeyRule kUnitKeys[] = {
    {"name", kJsonString, true}, {"parent", kJsonString, false}, {"roles", kJsonList, false}};
constexpr KeyRule kPositionKeys[] = {{"name", kJsonString, true}, {"parent", kJsonString, false}};
constexpr KeyRule kUserKeys[] = {
    {"name", kJsonString, true},         {"unit", kJsonString, true},     {"disabled", kJsonBoolean, false},
    {"access_mode", kJsonString, false}, {"manager", kJsonString, false}, {"position", kJsonString, false},
    {"roles", kJsonList, false},         {"profiles", kJsonList, false},  {"attributes", kJsonObject, false}};
constexpr KeyRule kTeamKeys[] = {{"name", kJsonString, true},  {"unit", kJsonString, true},
                                 {"kind", kJsonString, false}, {"members", kJsonList, false},
                                 {"roles", kJsonList, false},  {"profiles", kJsonList, false}};
constexpr KeyRule kRoleKeys[] = {{"role", kJsonString, true}, {"unit", kJsonString, false}};

constexpr AccessMode kAccessModes[] = {AccessMode::ReadWrite, AccessMode::Administrative, AccessMode::Read,
                                       AccessMode::Support,   AccessMode::NonInteractive, AccessMode::DelegatedAdmin};
constexpr TeamKind kTeamKinds[] = {TeamKind::Owner, TeamKind::Default, TeamKind::Group, TeamKind::Access};

template <typename Id, typename T>
std::vector<uint32_t> parents_of(const Store<Id, T>& store) {
  std::vector<uint32_t> parents;
  for (const T& one : store) parents.push_back(one.parent.index);
  return parents;
}

}  // namespace

void FactsReader::read_units(JsonValue list) {
  std::vector<JsonFields> fields;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> unit = read_fields(item, "unit", kUnitKeys, diagnostics_);
    if (!unit) continue;
    UnitId id{static_cast<uint32_t>(facts_.units.size())};
    if (!claim(units_, *unit, "unit", id)) continue;
    facts_.units.add({unit->text("name"), {}, {}});
    fields.push_back(std::move(*unit));
  }
  if (fields.empty() && list.items().empty()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, list.span(), "no unit; an organization has a root unit");
  }
  link_units(fields);
  check_unit_tree(fields);
  for (UnitId unit : facts_.units.ids()) {
    if (const JsonValue* roles = fields[unit.index].find("roles")) read_unit_roles(unit, *roles);
  }
}

void FactsReader::link_units(const std::vector<JsonFields>& fields) {
  std::optional<JsonValue> root;
  for (UnitId unit : facts_.units.ids()) {
    if (const JsonValue* parent = fields[unit.index].find("parent")) {
      facts_.units[unit].parent = read_named(units_, "unit", parent);
      continue;
    }
    JsonValue name = *fields[unit.index].find("name");
    if (root) {
      diagnostics_
          .report(DiagnosticKind::FactsRuleBroken, name.span(),
                  fmt::format("second root unit `{}`; every unit but one has a `parent`", name.text()))
          .label(root->span(), fmt::format("`{}` is a root already", root->text()));
    } else {
      root = name;
    }
  }
}

void FactsReader::check_unit_tree(const std::vector<JsonFields>& fields) {
  TreeMistakes mistakes = find_tree_mistakes(parents_of(facts_.units), limits::kUnitDepth);
  for (uint32_t unit : mistakes.rings) {
    JsonValue name = *fields[unit].find("name");
    diagnostics_.report(DiagnosticKind::FactsUnitRing, name.span(), name.text());
  }
  if (!mistakes.too_deep) return;
  diagnostics_.report(DiagnosticKind::FactsTooMany, fields[*mistakes.too_deep].find("name")->span(), limits::kUnitDepth,
                      "units above one another");
}

void FactsReader::read_unit_roles(UnitId unit, JsonValue list) {
  facts_.units[unit].roles = read_roles(list, facts_.units[unit].name, unit);
  if (facts_.units[unit].roles.empty() || policy_.settings.is(Switch::unit_as_principal)) return;
  diagnostics_
      .report(DiagnosticKind::FactsRuleBroken, list.span(),
              fmt::format("roles for unit `{}` under this rule book", facts_.units[unit].name))
      .note("the switch `unit_as_principal` is false; a team of the unit can hold roles");
}

void FactsReader::read_positions(JsonValue list) {
  std::vector<JsonFields> fields;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> position = read_fields(item, "position", kPositionKeys, diagnostics_);
    if (!position) continue;
    PositionId id{static_cast<uint32_t>(facts_.positions.size())};
    if (!claim(positions_, *position, "position", id)) continue;
    facts_.positions.add({position->text("name"), {}});
    fields.push_back(std::move(*position));
  }
  for (PositionId position : facts_.positions.ids()) {
    const JsonValue* parent = fields[position.index].find("parent");
    facts_.positions[position].parent = read_named(positions_, "position", parent);
  }
  TreeMistakes mistakes = find_tree_mistakes(parents_of(facts_.positions), limits::kUnitDepth);
  for (uint32_t position : mistakes.rings) {
    JsonValue name = *fields[position].find("name");
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, name.span(),
                        fmt::format("positions above `{}` go round", name.text()));
  }
  if (!mistakes.too_deep) return;
  diagnostics_.report(DiagnosticKind::FactsTooMany, fields[*mistakes.too_deep].find("name")->span(), limits::kUnitDepth,
                      "positions above one another");
}

// Two passes: a manager may stand further down.
void FactsReader::name_users(JsonValue list) {
  std::vector<JsonFields> kept;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "user", kUserKeys, diagnostics_);
    if (!fields) continue;
    User user = read_user(*fields);
    UserId id{static_cast<uint32_t>(facts_.users.size())};
    if (!claim(users_, *fields, "user", id)) continue;
    facts_.users.add(std::move(user));
    kept.push_back(std::move(*fields));
  }
  read_managers(kept);
}

User FactsReader::read_user(const JsonFields& fields) {
  User user;
  user.name = fields.text("name");
  user.unit = read_named(units_, "unit", fields.find("unit"));
  user.disabled = fields.is_true("disabled");
  user.access_mode = read_word<AccessMode>(kAccessModes, "access mode", fields.find("access_mode"));
  user.position = read_named(positions_, "position", fields.find("position"));
  for (const Attribute& attribute : policy_.user_attributes) user.attributes.push_back(Value::null(attribute.type));
  if (const JsonValue* values = fields.find("attributes")) {
    read_attributes(*values, "user", policy_.user_attributes, user.attributes);
  }
  if (const JsonValue* profiles = fields.find("profiles")) user.profiles = read_profiles(*profiles, user.name);
  if (const JsonValue* roles = fields.find("roles")) {
    user.roles = read_roles(*roles, user.name, user.unit);
    if (user.disabled && !user.roles.empty() && !policy_.settings.is(Switch::roles_on_disabled_users)) {
      diagnostics_
          .report(DiagnosticKind::FactsRuleBroken, roles->span(),
                  fmt::format("roles for disabled user `{}`", user.name))
          .note("the switch `roles_on_disabled_users` is false");
    }
  }
  return user;
}

void FactsReader::read_managers(const std::vector<JsonFields>& fields) {
  std::vector<uint32_t> managers;
  for (UserId user : facts_.users.ids()) {
    facts_.users[user].manager = read_named(users_, "user", fields[user.index].find("manager"));
    managers.push_back(facts_.users[user].manager.index);
  }
  for (uint32_t user : find_tree_mistakes(managers, managers.size()).rings) {
    JsonValue name = *fields[user].find("name");
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, name.span(),
                        fmt::format("managers above `{}` go round", name.text()));
  }
}

void FactsReader::name_teams(JsonValue list) {
  std::map<UnitId, JsonValue> default_teams;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "team", kTeamKeys, diagnostics_);
    if (!fields) continue;
    Team team = read_team(*fields);
    TeamId id{static_cast<uint32_t>(facts_.teams.size())};
    if (!claim(teams_, *fields, "team", id)) continue;
    if (team.kind == TeamKind::Default && team.unit) {
      JsonValue name = *fields->find("name");
      auto [first, is_new] = default_teams.emplace(team.unit, name);
      if (!is_new) {
        diagnostics_
            .report(DiagnosticKind::FactsRuleBroken, name.span(),
                    fmt::format("second default team of unit `{}`", facts_.units[team.unit].name))
            .label(first->second.span(), fmt::format("`{}` is its default team already", first->second.text()));
      }
    }
    facts_.teams.add(std::move(team));
  }
}

Team FactsReader::read_team(const JsonFields& fields) {
  Team team;
  team.name = fields.text("name");
  team.unit = read_named(units_, "unit", fields.find("unit"));
  team.kind = read_word<TeamKind>(kTeamKinds, "kind of team", fields.find("kind"));
  if (const JsonValue* members = fields.find("members")) {
    read_members(team, *members);
    if (team.kind == TeamKind::Default && !members->items().empty()) {
      diagnostics_.report(DiagnosticKind::FactsRuleBroken, members->span(),
                          fmt::format("members of default team `{}`, which has all users of its unit", team.name));
    }
  }
  if (const JsonValue* profiles = fields.find("profiles")) team.profiles = read_profiles(*profiles, team.name);
  if (const JsonValue* roles = fields.find("roles")) {
    team.roles = read_roles(*roles, team.name, team.unit);
    if (team.kind == TeamKind::Access && !team.roles.empty()) {
      diagnostics_.report(DiagnosticKind::FactsRuleBroken, roles->span(),
                          fmt::format("roles for access team `{}`, which holds none", team.name));
    }
  }
  return team;
}

void FactsReader::read_members(Team& team, JsonValue list) {
  std::set<UserId> seen;
  for (JsonValue item : list.items()) {
    if (!expect_kind(item, "member", kJsonString, diagnostics_)) continue;
    UserId user = read_named(users_, "user", &item);
    if (!user) continue;
    if (seen.insert(user).second) {
      team.members.push_back(user);
    } else {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, item.span(), "member", item.text());
    }
  }
}

std::vector<ProfileId> FactsReader::read_profiles(JsonValue list, std::string_view holder) {
  std::vector<ProfileId> profiles;
  std::set<ProfileId> seen;
  for (JsonValue item : list.items()) {
    if (!expect_kind(item, "column profile", kJsonString, diagnostics_)) continue;
    ProfileId profile = read_named(profiles_, "column profile", &item);
    if (!profile) continue;
    if (seen.insert(profile).second) {
      profiles.push_back(profile);
    } else {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, item.span(), fmt::format("column profile of `{}`", holder),
                          item.text());
    }
  }
  return profiles;
}

std::vector<RoleHeld> FactsReader::read_roles(JsonValue list, std::string_view holder, UnitId holder_unit) {
  std::vector<RoleHeld> roles;
  std::set<RoleHeld> seen;
  for (JsonValue item : list.items()) {
    if (!expect_kind(item, "role", kJsonString | kJsonObject, diagnostics_)) continue;
    std::optional<RoleHeld> held = read_role(item, holder_unit);
    if (!held) continue;
    if (!seen.insert(*held).second) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, item.span(), fmt::format("role of `{}`", holder),
                          policy_.roles[held->role].name);
      continue;
    }
    roles.push_back(*held);
  }
  return roles;
}

// "skipper", or {"role": "skipper", "unit": "harbour"}: the copy of the role that belongs to another unit.
std::optional<RoleHeld> FactsReader::read_role(JsonValue value, UnitId holder_unit) {
  JsonValue name = value;
  UnitId anchor = holder_unit;
  if (value.kind() == JsonKind::Object) {
    std::optional<JsonFields> fields = read_fields(value, "role", kRoleKeys, diagnostics_);
    if (!fields || !fields->find("role")) return std::nullopt;
    name = *fields->find("role");
    if (const JsonValue* unit = fields->find("unit")) {
      anchor = read_named(units_, "unit", unit);
      if (anchor && holder_unit && anchor != holder_unit && !policy_.settings.modern_units()) {
        diagnostics_.report(DiagnosticKind::FactsRuleBroken, unit->span(),
                            "role of another unit under classic business units");
      }
    }
  }
  RoleId role = read_named(roles_, "role", &name);
  return role ? std::optional<RoleHeld>({role, anchor}) : std::nullopt;
}

}  // namespace policyc
