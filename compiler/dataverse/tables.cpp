#include "compiler/dataverse/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

enum class BuiltInOwnership : uint8_t { User, BusinessUnit, Organization, Unknown };
enum class Declared : uint8_t { WithPrivilege, WhenNamed };

struct BuiltInTable {
  std::string_view name;
  std::string_view stem;
  BuiltInOwnership ownership;
  Declared declared;
};

constexpr BuiltInTable kBuiltInTables[] = {
#define BUILTIN_TABLE(name, stem, ownership, declared) {#name, stem, BuiltInOwnership::ownership, Declared::declared},
#include "compiler/dataverse/builtin_tables.def"
#undef BUILTIN_TABLE
};

constexpr std::string_view kActivityStem = "activity";

const BuiltInTable* find_built_in(std::string_view name) {
  const auto* found = std::ranges::find(kBuiltInTables, name, &BuiltInTable::name);
  return found == std::end(kBuiltInTables) ? nullptr : found;
}

std::optional<Ownership> ownership_of(const BuiltInTable& table) {
  switch (table.ownership) {
    case BuiltInOwnership::User:
      return Ownership::User;
    case BuiltInOwnership::BusinessUnit:
      return Ownership::BusinessUnit;
    case BuiltInOwnership::Organization:
      return Ownership::Organization;
    case BuiltInOwnership::Unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

// <OwnershipTypeMask>, in the spellings of exports and of metadata.
std::optional<Ownership> ownership_from_mask(std::string_view mask) {
  std::string word = lower(mask);
  if (word == "userowned" || word == "teamowned") return Ownership::User;
  if (word == "orgowned" || word == "organizationowned" || word == "unowned" || word == "none")
    return Ownership::Organization;
  if (word == "businessowned" || word == "businessparented") return Ownership::BusinessUnit;
  return std::nullopt;
}

// A choice is the number of its option, as the platform stores it; a lookup or a file is the text of its id.
std::string_view type_of(const Column& column) {
  std::string_view type = column.type;
  if (type == "bit" || type == "boolean") return "boolean";
  if (type == "int" || type == "bigint" || type == "picklist" || type == "state" || type == "status") return "integer";
  if (type == "decimal" || type == "float" || type == "double") return "decimal";
  if (type == "money") return "money";
  if (type == "datetime") return column.date_only ? "date" : "datetime";
  return "string";
}

// How the platform makes a set's name from a table's.
std::array<std::string, 3> plurals(const std::string& name) {
  std::string stem = name.ends_with('y') ? name.substr(0, name.size() - 1) + "ies" : name + "s";
  return {name + "s", name + "es", stem};
}

}  // namespace

TableCatalog::TableCatalog(const std::vector<Solution>& solutions, ImportReport& report) : report_(report) {
  for (const Solution& solution : solutions) {
    for (const Entity& entity : solution.entities) add_entity(entity);
  }
}

void TableCatalog::add_entity(const Entity& entity) {
  if (entity.name.empty()) return report_.list(entity.file, "entity", "it has no name");
  TableEntry& table = declare(entity.name, entity.file);
  if (table.title.empty()) table.title = entity.title;
  if (table.title.empty() && entity.name != table.name) table.title = entity.name;
  table.activity = table.activity || entity.activity;
  if (!entity.set_name.empty()) sets_.emplace(lower(entity.set_name), table.name);
  take_ownership(entity, table);
  take_columns(entity, table);
}

void TableCatalog::take_ownership(const Entity& entity, TableEntry& table) {
  if (!entity.ownership) return;
  std::string what = fmt::format("ownership `{}` of table `{}`", *entity.ownership, entity.name);
  std::optional<Ownership> ownership = ownership_from_mask(*entity.ownership);
  if (!ownership) return report_.list(entity.file, what, "not one of UserOwned, OrgOwned, BusinessOwned, UnOwned");
  if (lower(*entity.ownership) == "unowned") {
    report_.assume(entity.file, what, "taken as organization-owned: its rows have no owner");
  }
  if (table.from == OwnershipFrom::Solution) {
    if (table.ownership == ownership) return;
    return report_.list(
        entity.file, what,
        fmt::format("{} says `{}`, and the first in path order counts", table.file, word(*table.ownership)));
  }
  if (table.ownership && table.ownership != ownership) {
    report_.assume(entity.file, what,
                   fmt::format("the solution counts; out of the box it is `{}`-owned", word(*table.ownership)));
  }
  table.ownership = ownership;
  table.from = OwnershipFrom::Solution;
  table.file = entity.file;
}

void TableCatalog::take_columns(const Entity& entity, TableEntry& table) {
  for (const Column& column : entity.columns) {
    if (!column.secured) continue;
    std::string name = identifier(column.name);
    ast::Attribute attribute{name_of(name), name_of(type_of(column)), {}, true, {}};
    table.columns.emplace(name, std::move(attribute));
  }
}

TableEntry& TableCatalog::declare(std::string_view name, const std::string& file) {
  std::string key = identifier(name);
  auto [place, is_new] = tables_.try_emplace(key);
  TableEntry& table = place->second;
  if (!is_new) return table;
  table.name = key;
  table.file = file;
  if (const BuiltInTable* built_in = find_built_in(key)) {
    table.ownership = ownership_of(*built_in);
    if (table.ownership) table.from = OwnershipFrom::BuiltIn;
    table.activity = built_in->stem == kActivityStem;
  }
  return table;
}

const TableEntry* TableCatalog::find(std::string_view name) const {
  auto found = tables_.find(identifier(name));
  return found == tables_.end() ? nullptr : &found->second;
}

TableEntry* TableCatalog::find(std::string_view name) {
  auto found = tables_.find(identifier(name));
  return found == tables_.end() ? nullptr : &found->second;
}

std::string TableCatalog::table_of_set(std::string_view name) const {
  std::string wanted = lower(name);
  if (auto found = sets_.find(wanted); found != sets_.end()) return found->second;
  auto matches = [&](const std::string& table) {
    return table == wanted || std::ranges::count(plurals(table), wanted);
  };
  for (const auto& [table, entry] : tables_) {
    if (matches(table)) return table;
  }
  for (const BuiltInTable& table : kBuiltInTables) {
    if (matches(std::string(table.name))) return std::string(table.name);
  }
  return {};
}

bool TableCatalog::is_stem(const std::string& stem) const {
  if (stem.empty()) return false;
  auto names_it = [&](const BuiltInTable& table) { return table.stem == stem || table.name == stem; };
  return tables_.contains(stem) || std::ranges::any_of(kBuiltInTables, names_it);
}

std::vector<std::string> TableCatalog::govern(const std::string& stem, const std::string& file) {
  std::vector<std::string> governed;
  for (const BuiltInTable& table : kBuiltInTables) {
    if (table.stem != stem) continue;
    if (table.declared == Declared::WhenNamed && !tables_.contains(std::string(table.name))) continue;
    governed.push_back(declare(table.name, file).name);
  }
  if (stem == kActivityStem) {
    for (const auto& [name, table] : tables_) {
      if (table.activity && !std::ranges::count(governed, name)) governed.push_back(name);
    }
  }
  // A solution may bring a table whose name is also a stem: the privilege is about both. Some systems name privileges
  // by the table where most use an older stem (prvReadSavedQuery for prvReadQuery).
  bool only_by_name = governed.empty() && find_built_in(stem) != nullptr;
  if ((only_by_name || tables_.contains(stem)) && !std::ranges::count(governed, stem)) {
    governed.push_back(declare(stem, file).name);
  }
  return governed;
}

void TableCatalog::settle_ownership(const std::set<std::string>& evidence) {
  for (auto& [name, table] : tables_) {
    if (table.ownership) continue;
    bool user = evidence.contains(name);
    table.ownership = user ? Ownership::User : Ownership::Organization;
    report_.assume(
        table.file, fmt::format("table `{}`", name),
        user ? "ownership is not said; user: a role holds assign, share or a level below the organization on it"
             : "ownership is not said; organization: no role holds assign, share or a lower level on it");
  }
}

RightSet rights_taken(Ownership ownership) {
  RightSet all = (1u << kRightCount) - 1;
  return ownership == Ownership::User ? all : all & ~bit(Right::Assign) & ~bit(Right::Share);
}

bool level_taken(Ownership ownership, Level level) {
  switch (ownership) {
    case Ownership::User:
      return level >= Level::User;
    case Ownership::BusinessUnit:
      return level >= Level::BusinessUnit;
    case Ownership::Organization:
      return level == Level::Organization;
  }
  return false;
}

std::vector<ast::Declaration> write_tables(const TableCatalog& catalog, ImportReport& report) {
  std::vector<ast::Declaration> out;
  for (const auto& [name, table] : catalog.tables()) {
    ast::Table declared{name_of(name), table.title, name_of(word(*table.ownership)), {}, {}};
    for (const auto& [column, attribute] : table.columns) declared.attributes.push_back(attribute);
    out.push_back({std::move(declared), {}});
    report.tables += 1;
    report.secured_columns += table.columns.size();
    report.tables_of_solutions += table.from == OwnershipFrom::Solution;
    report.tables_built_in += table.from == OwnershipFrom::BuiltIn;
    report.tables_assumed += table.from == OwnershipFrom::Assumed;
  }
  return out;
}

}  // namespace policyc::dataverse
