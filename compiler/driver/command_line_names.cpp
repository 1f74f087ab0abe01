#include "compiler/driver/command_line_names.h"

#include <algorithm>

#include "compiler/base/diagnostic.h"
#include "compiler/base/limits.h"

namespace policyc {

namespace {

Failure unknown(std::string_view what, std::string_view name, std::vector<std::string_view> candidates) {
  std::ranges::sort(candidates);
  std::string meant = did_you_mean(name, candidates);
  return {fmt::format("unknown {} `{}`{}{}", what, name, meant.empty() ? "" : "; ", meant)};
}

template <typename Id>
Result<Principal> principal_of(const Result<Id>& found) {
  if (found) return Principal::of(*found);
  return Failure{found.error()};
}

template <typename Stored>
std::vector<std::string_view> names_of(const Stored& store) {
  std::vector<std::string_view> names;
  for (const auto& one : store) {
    if (names.size() == limits::kSuggestionCandidates) break;
    names.push_back(one.name);
  }
  return names;
}

}  // namespace

Result<UserId> CommandLineNames::user(std::string_view name) const {
  if (UserId found = find_user(facts_, name)) return found;
  return unknown("user", name, names_of(facts_.users));
}

Result<Right> CommandLineNames::right(std::string_view text) const {
  if (std::optional<Right> found = right_from_word(text)) return *found;
  std::vector<std::string_view> words;
  for (Right right : kAllRights) words.push_back(word(right));
  return unknown("right", text, std::move(words));
}

Result<PrivilegeId> CommandLineNames::privilege(std::string_view name) const {
  if (PrivilegeId found = find_privilege(policy_, name)) return found;
  return unknown("privilege", name, names_of(policy_.privileges));
}

Result<TableId> CommandLineNames::table(std::string_view name) const {
  if (TableId found = find_table(policy_, name)) return found;
  return unknown("table", name, names_of(policy_.tables));
}

Result<UnitId> CommandLineNames::unit(std::string_view name) const {
  if (UnitId found = find_unit(facts_, name)) return found;
  return unknown("unit", name, names_of(facts_.units));
}

Result<TeamId> CommandLineNames::team(std::string_view name) const {
  if (TeamId found = find_team(facts_, name)) return found;
  return unknown("team", name, names_of(facts_.teams));
}

Result<FlowId> CommandLineNames::flow(std::string_view name) const {
  if (FlowId found = find_flow(policy_, name)) return found;
  return unknown("flow", name, names_of(policy_.flows));
}

Result<uint32_t> CommandLineNames::step(FlowId flow, std::string_view name) const {
  const std::vector<FlowStep>& steps = policy_.flows[flow].steps;
  auto found = std::ranges::find(steps, name, &FlowStep::name);
  if (found != steps.end()) return static_cast<uint32_t>(found - steps.begin());
  return unknown(fmt::format("step of {}", policy_.flows[flow].name), name, names_of(steps));
}

Result<RelationshipId> CommandLineNames::association(std::string_view name) const {
  std::vector<std::string_view> near;
  for (RelationshipId id : policy_.relationships.ids()) {
    const Relationship& relationship = policy_.relationships[id];
    if (relationship.many_to_many) near.push_back(relationship.name);
    if (relationship.name != name) continue;
    if (relationship.many_to_many) return id;
    return Failure{fmt::format("`{}` is a lookup; write `link TABLE/ID.{} to TABLE/ID`", name, relationship.lookup)};
  }
  return unknown("many-to-many relationship", name, std::move(near));
}

Result<std::vector<RelationshipId>> CommandLineNames::lookup(TableId table, std::string_view name) const {
  std::vector<RelationshipId> found;
  std::vector<std::string_view> near;
  for (RelationshipId id : policy_.relationships.ids()) {
    const Relationship& relationship = policy_.relationships[id];
    if (relationship.many_to_many || relationship.child != table) continue;
    near.push_back(relationship.lookup);
    if (relationship.lookup == name) found.push_back(id);
  }
  if (!found.empty()) return found;
  return unknown(fmt::format("lookup of {}", policy_.tables[table].name), name, std::move(near));
}

Result<Principal> CommandLineNames::principal(std::string_view name) const {
  if (name == "organization") return Principal::organization();
  size_t blank = name.find(' ');
  if (blank != name.npos) {
    std::string_view kind = name.substr(0, blank), rest = name.substr(blank + 1);
    if (kind == "user") return principal_of(user(rest));
    if (kind == "team") return principal_of(team(rest));
    if (kind == "unit") return principal_of(unit(rest));
  }
  std::vector<std::pair<Principal, std::string_view>> found;
  if (UserId user = find_user(facts_, name)) found.emplace_back(Principal::of(user), "user");
  if (TeamId team = find_team(facts_, name)) found.emplace_back(Principal::of(team), "team");
  if (UnitId unit = find_unit(facts_, name)) found.emplace_back(Principal::of(unit), "unit");
  if (found.size() == 1) return found[0].first;
  if (!found.empty()) {
    return Failure{
        fmt::format("`{0}` is a {1} and a {2}; write `{1} {0}` or `{2} {0}`", name, found[0].second, found[1].second)};
  }
  std::vector<std::string_view> near = names_of(facts_.users);
  for (std::string_view team : names_of(facts_.teams)) near.push_back(team);
  for (std::string_view unit : names_of(facts_.units)) near.push_back(unit);
  return unknown("user, team or unit", name, std::move(near));
}

Result<CommandLineNames::Movable> CommandLineNames::movable(std::string_view name) const {
  Movable found{find_user(facts_, name), find_team(facts_, name), {}};
  bool is_row = name.find('/') != name.npos ||
                std::ranges::any_of(facts_.records, [&](const Record& record) { return record.name == name; });
  std::string readings;
  size_t count = 0;
  auto add = [&](bool is_one, std::string_view kind) {
    if (is_one) readings += fmt::format("{}`{}{}`", count++ == 0 ? "" : " or ", kind, name);
  };
  add(found.user.is_some(), "user ");
  add(found.team.is_some(), "team ");
  add(is_row, "TABLE/");
  if (count > 1) return Failure{fmt::format("`{}` is not clear; write {}", name, readings)};
  if (found.user || found.team) return found;
  if (is_row) {
    Result<RecordId> row = record(name);
    if (!row) return Failure{row.error()};
    found.record = *row;
    return found;
  }
  std::vector<std::string_view> near = names_of(facts_.users);
  for (std::string_view team : names_of(facts_.teams)) near.push_back(team);
  for (std::string_view row : names_of(facts_.records)) near.push_back(row);
  return unknown("user, team or record", name, std::move(near));
}

Result<RecordId> CommandLineNames::record(std::string_view reference, const std::vector<TableId>& tables) const {
  TableId only;
  std::string_view id = reference;
  if (size_t slash = reference.find('/'); slash != reference.npos) {
    Result<TableId> found = table(reference.substr(0, slash));
    if (!found) return Failure{found.error()};
    only = *found;
    id = reference.substr(slash + 1);
  } else if (find_table(policy_, reference)) {
    return Failure{fmt::format("`{}` is a table; name a record: `{}/ID`", reference, reference)};
  }
  RecordId found;
  std::vector<std::string_view> near;
  for (RecordId each : facts_.records.ids()) {
    const Record& record = facts_.records[each];
    if (only && record.table != only) continue;
    if (!tables.empty() && std::ranges::find(tables, record.table) == tables.end()) continue;
    if (near.size() < limits::kSuggestionCandidates) near.push_back(record.name);
    if (record.name != id) continue;
    if (found) return Failure{fmt::format("`{}` is a record of several tables; write `TABLE/{}`", id, id)};
    found = each;
  }
  if (found) return found;
  if (!only && tables.size() == 1) only = tables[0];
  return unknown(only ? fmt::format("record of {}", policy_.tables[only].name) : "record", id, std::move(near));
}

Result<Principal> CommandLineNames::owner_named(std::string_view name) const {
  Result<Principal> found = principal(name);
  if (!found) return found;
  if (*found == Principal::organization()) return Failure{"the organization cannot own a row that somebody creates"};
  if (TeamId team = found->team(); team && facts_.teams[team].kind == TeamKind::Access) {
    return Failure{fmt::format("access team `{}` cannot own rows", name)};
  }
  if (!found->unit() || policy_.settings.is(Switch::unit_as_principal)) return found;
  return Failure{fmt::format("unit `{}` cannot own rows under this rule book; a team of it can", name)};
}

Result<Record> CommandLineNames::proposed_record(std::string_view table_name, std::string_view owner_name,
                                                 std::string_view unit_name, UserId creator) const {
  if (size_t slash = table_name.find('/'); slash != table_name.npos) {
    return Failure{fmt::format("create asks about a table: `--on {}`", table_name.substr(0, slash))};
  }
  Result<TableId> found = table(table_name);
  if (!found) return Failure{found.error()};
  const Table& table = policy_.tables[*found];
  Record record = blank_record(policy_, *found);
  if (table.ownership != Ownership::User && !owner_name.empty()) {
    return Failure{fmt::format("rows of `{}` have no owner; leave out `--owner`", table.name)};
  }
  if (table.ownership == Ownership::Organization) {
    if (!unit_name.empty()) return Failure{fmt::format("rows of `{}` have no unit; leave out `--unit`", table.name)};
    return record;
  }
  record.unit = facts_.users[creator].unit;
  if (table.ownership == Ownership::User) {
    record.owner = Principal::of(creator);
    if (!owner_name.empty()) {
      Result<Principal> owner = owner_named(owner_name);
      if (!owner) return Failure{owner.error()};
      record.owner = *owner;
    }
    record.unit = unit_of(facts_, record.owner);
  }
  if (unit_name.empty()) return record;
  Result<UnitId> unit_found = unit(unit_name);
  if (!unit_found) return Failure{unit_found.error()};
  bool away = table.ownership == Ownership::User && *unit_found != record.unit;
  if (away && !policy_.settings.modern_units()) {
    return Failure{fmt::format("a row lies in its owner's unit under classic business units; leave out `--unit`")};
  }
  record.unit = *unit_found;
  return record;
}

}  // namespace policyc
