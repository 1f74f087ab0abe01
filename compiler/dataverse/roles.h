// Roles of the export to roles of the language, every privilege accounted for.
#pragma once

#include <vector>

#include "compiler/dataverse/report.h"
#include "compiler/dataverse/solution.h"
#include "compiler/dataverse/tables.h"
#include "compiler/syntax/ast.h"

namespace policyc::dataverse {

struct WrittenRoles {
  std::vector<ast::Declaration> privileges;  // the miscellaneous ones, declared
  std::vector<ast::Declaration> roles;
};

// Declares the tables that privileges name, settles unknown ownership, then writes the roles. Everything else that
// declares tables comes before this.
WrittenRoles write_roles(const std::vector<Solution>& solutions, TableCatalog& catalog, ImportReport& report);

}  // namespace policyc::dataverse
