// Units, users and teams of a facts file.
#include <set>

#include "compiler/facts/facts_reader.h"

namespace policyc {

namespace {

constexpr KeyRule kUnitKeys[] = {{"name", kJsonString, true}, {"parent", kJsonString, false}};
constexpr KeyRule kUserKeys[] = {{"name", kJsonString, true},
                                 {"unit", kJsonString, true},
                                 {"disabled", kJsonBoolean, false},
                                 {"roles", kJsonList, false},
                                 {"attributes", kJsonObject, false}};
constexpr KeyRule kTeamKeys[] = {{"name", kJsonString, true},
                                 {"unit", kJsonString, true},
                                 {"members", kJsonList, false},
                                 {"roles", kJsonList, false}};
constexpr KeyRule kRoleKeys[] = {{"role", kJsonString, true}, {"unit", kJsonString, false}};

}  // namespace

void FactsReader::read_units(JsonValue list) {
  std::vector<JsonFields> fields;
  std::vector<UnitId> units;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> unit = read_fields(item, "unit", kUnitKeys, diagnostics_);
    if (!unit) continue;
    UnitId id{static_cast<uint32_t>(facts_.units.size())};
    if (!claim(units_, *unit, "unit", id)) continue;
    facts_.units.add({unit->text("name"), {}});
    fields.push_back(std::move(*unit));
    units.push_back(id);
  }
  if (units.empty() && list.items().empty()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, list.span(), "no unit; an organization has a root unit");
  }
  link_units(fields, units);
  check_unit_tree(fields, units);
}

void FactsReader::link_units(const std::vector<JsonFields>& fields, const std::vector<UnitId>& units) {
  std::optional<JsonValue> root;
  for (size_t i = 0; i < units.size(); ++i) {
    if (const JsonValue* parent = fields[i].find("parent")) {
      facts_.units[units[i]].parent = read_unit_name(parent);
      continue;
    }
    JsonValue name = *fields[i].find("name");
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

// Walks up from each unit to one whose height is known; each unit is walked over once.
void FactsReader::check_unit_tree(const std::vector<JsonFields>& fields, const std::vector<UnitId>& units) {
  constexpr uint32_t kUnknown = 0, kOnWalk = UINT32_MAX;
  std::vector<uint32_t> height(facts_.units.size(), kUnknown);
  bool too_deep = false;
  for (UnitId start : units) {
    std::vector<UnitId> walk;
    UnitId at = start;
    for (; at && height[at.index] == kUnknown; at = facts_.units[at].parent) {
      height[at.index] = kOnWalk;
      walk.push_back(at);
    }
    bool ring = at.is_some() && height[at.index] == kOnWalk;
    if (ring) {
      JsonValue name = *fields[at.index].find("name");
      diagnostics_.report(DiagnosticKind::FactsUnitRing, name.span(), name.text());
    }
    uint32_t above = at.is_some() && !ring ? height[at.index] : 0;
    for (size_t i = walk.size(); i-- > 0;) {
      height[walk[i].index] = ++above;
      if (above <= limits::kUnitDepth || too_deep || ring) continue;
      too_deep = true;
      diagnostics_.report(DiagnosticKind::FactsTooMany, fields[walk[i].index].find("name")->span(), limits::kUnitDepth,
                          "units above one another");
    }
    if (!ring) continue;
    for (UnitId unit : walk) facts_.units[unit].parent = {};  // so that later walks end
  }
}

UnitId FactsReader::read_unit_name(const JsonValue* value) {
  if (!value) return {};
  std::string name = value->text();
  auto found = units_.find(name);
  if (found != units_.end()) return found->second;
  report_unknown(*value, "unit", units_, name);
  return {};
}

void FactsReader::name_users(JsonValue list) {
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "user", kUserKeys, diagnostics_);
    if (!fields) continue;
    User user;
    user.name = fields->text("name");
    user.unit = read_unit_name(fields->find("unit"));
    user.disabled = fields->find("disabled") && fields->find("disabled")->kind() == JsonKind::True;
    for (const Attribute& attribute : policy_.user_attributes) user.attributes.push_back(Value::null(attribute.type));
    if (const JsonValue* values = fields->find("attributes")) {
      read_attributes(*values, "user", policy_.user_attributes, user.attributes);
    }
    if (const JsonValue* roles = fields->find("roles")) {
      user.roles = read_roles(*roles, user.name, user.unit);
      if (user.disabled && !user.roles.empty() && !policy_.settings.is(Switch::roles_on_disabled_users)) {
        diagnostics_
            .report(DiagnosticKind::FactsRuleBroken, roles->span(),
                    fmt::format("roles for disabled user `{}`", user.name))
            .note("the switch `roles_on_disabled_users` is false");
      }
    }
    UserId id{static_cast<uint32_t>(facts_.users.size())};
    if (claim(users_, *fields, "user", id)) facts_.users.add(std::move(user));
  }
}

void FactsReader::name_teams(JsonValue list) {
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "team", kTeamKeys, diagnostics_);
    if (!fields) continue;
    Team team;
    team.name = fields->text("name");
    team.unit = read_unit_name(fields->find("unit"));
    if (const JsonValue* members = fields->find("members")) read_members(team, *members);
    if (const JsonValue* roles = fields->find("roles")) team.roles = read_roles(*roles, team.name, team.unit);
    TeamId id{static_cast<uint32_t>(facts_.teams.size())};
    if (claim(teams_, *fields, "team", id)) facts_.teams.add(std::move(team));
  }
}

void FactsReader::read_members(Team& team, JsonValue list) {
  std::set<UserId> seen;
  for (JsonValue item : list.items()) {
    if (!expect_kind(item, "member", kJsonString, diagnostics_)) continue;
    std::string name = item.text();
    auto found = users_.find(name);
    if (found == users_.end()) {
      report_unknown(item, "user", users_, name);
    } else if (!seen.insert(found->second).second) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, item.span(), "member", name);
    } else {
      team.members.push_back(found->second);
    }
  }
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
      anchor = read_unit_name(unit);
      if (anchor && holder_unit && anchor != holder_unit && !policy_.settings.modern_units()) {
        diagnostics_.report(DiagnosticKind::FactsRuleBroken, unit->span(),
                            "role of another unit under classic business units");
      }
    }
  }
  auto found = roles_.find(name.text());
  if (found != roles_.end()) return RoleHeld{found->second, anchor};
  report_unknown(name, "role", roles_, name.text());
  return std::nullopt;
}

}  // namespace policyc
