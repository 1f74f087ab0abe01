// The tables of an import: those of the solutions, and out-of-box tables that something in the solutions names.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/vocabulary.h"
#include "compiler/dataverse/report.h"
#include "compiler/dataverse/solution.h"
#include "compiler/syntax/ast.h"

namespace policyc::dataverse {

enum class OwnershipFrom : uint8_t { Solution, BuiltIn, Assumed };

struct TableEntry {
  std::string name;
  std::string title;
  std::string file;  // that declared it; empty for an out-of-box table
  std::optional<Ownership> ownership;
  OwnershipFrom from = OwnershipFrom::Assumed;
  bool activity = false;
  std::map<std::string, ast::Attribute> columns;  // secured ones
};

class TableCatalog {
 public:
  TableCatalog(const std::vector<Solution>& solutions, ImportReport& report);

  // The table with this name in any case, declared from now on. A name nobody knows becomes a table of unknown
  // ownership.
  TableEntry& declare(std::string_view name, const std::string& file);
  const TableEntry* find(std::string_view name) const;
  TableEntry* find(std::string_view name);
  // The table that a flow calls by its set's name (`boattrips`) or its own; empty where there is none.
  std::string table_of_set(std::string_view name) const;

  // The tables a privilege is about, by its stem in lower case. Declares them; empty for a stem that names no table.
  std::vector<std::string> govern(const std::string& stem, const std::string& file);
  bool is_stem(const std::string& stem) const;

  // Unknown ownership: user where some privilege is below the organization level, or is assign or share; else
  // organization. `evidence` holds the names of the tables with such a privilege.
  void settle_ownership(const std::set<std::string>& evidence);

  const std::map<std::string, TableEntry>& tables() const { return tables_; }

 private:
  void add_entity(const Entity& entity);
  void take_ownership(const Entity& entity, TableEntry& table);
  void take_columns(const Entity& entity, TableEntry& table);

  ImportReport& report_;
  std::map<std::string, TableEntry> tables_;  // by name, so that a policy does not change with the order of files
  std::map<std::string, std::string> sets_;
};

// The rights a table takes, and whether it takes this level, under the rule book `dataverse`.
RightSet rights_taken(Ownership ownership);
bool level_taken(Ownership ownership, Level level);

std::vector<ast::Declaration> write_tables(const TableCatalog& catalog, ImportReport& report);

}  // namespace policyc::dataverse
