#include "compiler/dataverse/roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "compiler/dataverse/names.h"
#include "compiler/dataverse/privileges.h"

namespace policyc::dataverse {
namespace {

// The order in which people say the rights.
constexpr Right kSpokenOrder[] = {Right::Create, Right::Read,     Right::Write,  Right::Delete,
                                  Right::Append, Right::AppendTo, Right::Assign, Right::Share};

// One privilege of a role, understood.
struct Held {
  const RolePrivilege* source;
  PrivilegeMeaning meaning;
  std::optional<Level> level;
  std::vector<std::string> tables;  // that it governs
};

struct Cell {
  Level level = Level::None;
  const Held* from = nullptr;
};

std::string describe(const Role& role, const RolePrivilege& privilege) {
  return fmt::format("privilege `{}` ({}) of role `{}`", privilege.name, privilege.level, role.name);
}

// Names, levels and inheritance, whatever their order and case.
auto content_of(const Role& role) {
  std::multiset<std::pair<std::string, std::string>> privileges;
  for (const RolePrivilege& p : role.privileges) privileges.emplace(lower(p.name), lower(p.level));
  return std::tuple(role.name, role.inherited.value_or(true), privileges);
}

class RoleWriter {
 public:
  RoleWriter(TableCatalog& catalog, ImportReport& report) : catalog_(catalog), report_(report) {}

  // The first role with an id counts; the same role in another copy of the solution is a copy.
  void collect(const std::vector<Solution>& solutions) {
    std::map<std::string, const Role*> by_id;
    for (const Solution& solution : solutions) {
      for (const Role& role : solution.roles) {
        report_.privileges.in += role.privileges.size();
        auto [place, is_new] = by_id.try_emplace(role.id.empty() ? "name " + role.name : role.id, &role);
        if (is_new) {
          roles_.push_back(&role);
        } else {
          count_copy(role, *place->second);
        }
      }
    }
  }

  // Reads every privilege once, before any role is written: a table named by one role is a table for all of them.
  void understand() {
    for (const Role* role : roles_) {
      for (const RolePrivilege& privilege : role->privileges) declare_tables(*role, privilege);
    }
    for (const Role* role : roles_) {
      std::vector<Held>& held = held_.emplace_back();
      for (const RolePrivilege& privilege : role->privileges) held.push_back(understand(*role, privilege));
    }
  }

  WrittenRoles write() {
    catalog_.settle_ownership(evidence_);
    WrittenRoles out;
    for (size_t i = 0; i < roles_.size(); ++i) out.roles.push_back({write_role(*roles_[i], held_[i]), {}});
    for (const auto& [name, title] : miscellaneous_) {
      out.privileges.push_back({ast::Privilege{name_of(name), title, {}}, {}});
    }
    return out;
  }

 private:
  void count_copy(const Role& copy, const Role& first) {
    report_.role_copies += 1;
    report_.privileges.copies += copy.privileges.size();
    if (content_of(copy) == content_of(first)) return;
    report_.list(copy.file, fmt::format("role `{}` with {} privileges", copy.name, copy.privileges.size()),
                 fmt::format("differs from the one in {}, which has {}; the first in path order counts", first.file,
                             first.privileges.size()));
  }

  void declare_tables(const Role& role, const RolePrivilege& privilege) {
    PrivilegeMeaning meaning = meaning_of(privilege.name, catalog_);
    if (meaning.table_is_new) catalog_.declare(meaning.stem, role.file);
    if (meaning.right) catalog_.govern(meaning.stem, role.file);
  }

  Held understand(const Role& role, const RolePrivilege& privilege) {
    Held held{&privilege, meaning_of(privilege.name, catalog_), level_from_export(privilege.level), {}};
    if (!held.meaning.right) return held;
    held.tables = catalog_.govern(held.meaning.stem, role.file);
    bool owned = held.meaning.right == Right::Assign || held.meaning.right == Right::Share;
    bool below_organization = held.level && *held.level != Level::None && *held.level != Level::Organization;
    if (owned || below_organization) evidence_.insert(held.tables.begin(), held.tables.end());
    return held;
  }

  ast::Role write_role(const Role& role, const std::vector<Held>& held) {
    report_.roles += 1;
    report_.roles_without_inheritance += !role.inherited;
    ast::Role out;
    out.name = name_of(names_.take(identifier(role.name)));
    out.title = role.name;
    out.team_privileges_only = !role.inherited.value_or(true);
    std::map<std::pair<std::string, Right>, Cell> cells = widest(held);
    ast::PrivilegeGrant granted;
    std::set<std::string> seen;
    for (const Held& privilege : held) {
      if (privilege.meaning.right) {
        account(role, privilege, cells);
      } else {
        grant_miscellaneous(role, privilege, granted, seen);
      }
    }
    out.tables = table_grants(cells);
    std::ranges::sort(granted.names, {}, &ast::Name::text);
    if (!granted.names.empty()) out.privileges.push_back(std::move(granted));
    return out;
  }

  // For each table and right the widest level held; of equal levels the first.
  std::map<std::pair<std::string, Right>, Cell> widest(const std::vector<Held>& held) const {
    std::map<std::pair<std::string, Right>, Cell> cells;
    for (const Held& privilege : held) {
      if (!privilege.meaning.right || !privilege.level) continue;
      for (const std::string& table : privilege.tables) {
        if (!is_taken(privilege, table)) continue;
        Cell& cell = cells[{table, *privilege.meaning.right}];
        if (*privilege.level > cell.level) cell = {*privilege.level, &privilege};
      }
    }
    return cells;
  }

  bool is_taken(const Held& privilege, const std::string& table) const {
    Ownership ownership = *catalog_.find(table)->ownership;
    return has(rights_taken(ownership), *privilege.meaning.right) && level_taken(ownership, *privilege.level);
  }

  // Granted where it decides at least one cell; else one line says why not.
  void account(const Role& role, const Held& privilege, const std::map<std::pair<std::string, Right>, Cell>& cells) {
    const Held* winner = nullptr;
    for (const std::string& table : privilege.tables) {
      auto cell = cells.find({table, *privilege.meaning.right});
      if (cell == cells.end()) continue;
      winner = cell->second.from;
      if (winner == &privilege) break;
    }
    if (winner == &privilege) {
      report_.privileges.granted += 1;
      note_refused_tables(role, privilege);
      return;
    }
    report_.privileges.listed += 1;
    std::string reason = refusal(privilege);
    if (reason.empty()) reason = fmt::format("covered by `{}` ({})", winner->source->name, winner->source->level);
    report_.list(role.file, describe(role, *privilege.source), std::move(reason));
  }

  // Why no table that it governs takes it; empty where one does.
  std::string refusal(const Held& privilege) const {
    if (lower(privilege.source->level) == "recordfilter") return "a record filter may open rows that no policy names";
    if (!privilege.level) return "level is none of Basic, Local, Deep, Global";
    if (privilege.level == Level::None) return "level `None` grants nothing";
    std::string reason = "it names no table";
    for (const std::string& table : privilege.tables) {
      if (is_taken(privilege, table)) return {};
      Ownership ownership = *catalog_.find(table)->ownership;
      bool right_taken = has(rights_taken(ownership), *privilege.meaning.right);
      reason = fmt::format("{}-owned table `{}` takes no {}", word(ownership), table,
                           right_taken ? fmt::format("level {}", word(*privilege.level))
                                       : fmt::format("right {}", word(*privilege.meaning.right)));
    }
    return reason;
  }

  void note_refused_tables(const Role& role, const Held& privilege) {
    for (const std::string& table : privilege.tables) {
      if (is_taken(privilege, table)) continue;
      report_.assume(role.file, describe(role, *privilege.source),
                     fmt::format("not granted on `{}`, which does not take it; granted on the others", table));
    }
  }

  void grant_miscellaneous(const Role& role, const Held& held, ast::PrivilegeGrant& granted,
                           std::set<std::string>& seen) {
    const RolePrivilege& source = *held.source;
    std::string reason;
    if (source.name.empty()) reason = "it has no name";
    if (held.level == Level::None) reason = "level `None` grants nothing";
    if (reason.empty() && !seen.insert(lower(source.name)).second) reason = "the role holds it already";
    if (!reason.empty()) {
      report_.privileges.listed += 1;
      return report_.list(role.file, describe(role, source), reason);
    }
    report_.privileges.miscellaneous += 1;
    std::string name = miscellaneous_name(source.name);
    if (held.meaning.reads_like_right && remarked_.insert(name).second) {
      report_.assume(role.file, fmt::format("privilege `{}`", source.name),
                     "reads like a right on a table that is not known; kept as a miscellaneous privilege");
    }
    granted.names.push_back(name_of(name));
  }

  // prvExportToExcel -> export_to_excel; one name for each privilege, whatever the case it is written in.
  const std::string& miscellaneous_name(const std::string& privilege) {
    auto [place, is_new] = miscellaneous_names_.try_emplace(lower(privilege));
    if (is_new) {
      std::string_view bare = privilege;
      if (lower(bare).starts_with("prv") && bare.size() > 3) bare.remove_prefix(3);
      place->second = privilege_names_.take(snake_case(bare));
      miscellaneous_.emplace(place->second, privilege);
    }
    return place->second;
  }

  std::vector<ast::TableGrants> table_grants(const std::map<std::pair<std::string, Right>, Cell>& cells) {
    std::map<std::string, std::map<Level, RightSet>> tables;
    for (const auto& [key, cell] : cells) tables[key.first][cell.level] |= bit(key.second);
    report_.grants += cells.size();
    std::vector<ast::TableGrants> out;
    for (const auto& [table, levels] : tables) {
      ast::TableGrants grants{false, name_of(table), {}, {}};
      RightSet all = rights_taken(*catalog_.find(table)->ownership);
      for (const auto& [level, rights] : levels) {
        ast::Grant grant{{}, name_of(word(level)), std::nullopt, {}};
        if (rights == all) grant.rights.push_back(name_of("all"));
        for (Right right : kSpokenOrder) {
          if (rights != all && has(rights, right)) grant.rights.push_back(name_of(word(right)));
        }
        grants.grants.push_back(std::move(grant));
      }
      out.push_back(std::move(grants));
    }
    return out;
  }

  TableCatalog& catalog_;
  ImportReport& report_;
  std::vector<const Role*> roles_;
  std::vector<std::vector<Held>> held_;                     // beside roles_
  std::set<std::string> evidence_;                          // tables with a privilege that only user-owned tables have
  std::map<std::string, std::string> miscellaneous_names_;  // lower-case privilege -> name
  std::map<std::string, std::string> miscellaneous_;        // name -> the privilege as written first
  std::set<std::string> remarked_;
  UniqueNames names_;
  UniqueNames privilege_names_;
};

}  // namespace

WrittenRoles write_roles(const std::vector<Solution>& solutions, TableCatalog& catalog, ImportReport& report) {
  RoleWriter writer(catalog, report);
  writer.collect(solutions);
  writer.understand();
  return writer.write();
}

}  // namespace policyc::dataverse
