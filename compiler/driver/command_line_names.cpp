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

Result<RecordId> CommandLineNames::record(std::string_view reference) const {
  TableId only;
  std::string_view id = reference;
  if (size_t slash = reference.find('/'); slash != reference.npos) {
    Result<TableId> found = table(reference.substr(0, slash));
    if (!found) return Failure{found.error()};
    only = *found;
    id = reference.substr(slash + 1);
  } else if (find_table(policy_, reference)) {
    return Failure{fmt::format("`{}` is a table; name a record: `--on {}/ID`", reference, reference)};
  }
  RecordId found;
  std::vector<std::string_view> near;
  for (RecordId each : facts_.records.ids()) {
    const Record& record = facts_.records[each];
    if (only && record.table != only) continue;
    if (near.size() < limits::kSuggestionCandidates) near.push_back(record.name);
    if (record.name != id) continue;
    if (found) return Failure{fmt::format("`{}` is a record of several tables; write `--on TABLE/{}`", id, id)};
    found = each;
  }
  if (found) return found;
  return unknown(only ? fmt::format("record of {}", policy_.tables[only].name) : "record", id, std::move(near));
}

Result<Principal> CommandLineNames::owner_named(std::string_view name) const {
  if (UserId found = find_user(facts_, name)) return Principal::of(found);
  if (TeamId found = find_team(facts_, name)) return Principal::of(found);
  if (UnitId found = find_unit(facts_, name)) {
    if (policy_.settings.is(Switch::unit_as_principal)) return Principal::of(found);
    return Failure{fmt::format("unit `{}` cannot own rows under this rule book; a team of it can", name)};
  }
  std::vector<std::string_view> near = names_of(facts_.users);
  for (std::string_view team : names_of(facts_.teams)) near.push_back(team);
  return unknown("owner", name, std::move(near));
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
