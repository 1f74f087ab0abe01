// Relationships of the export to relationships of the language. Declares the tables at both ends.
#pragma once

#include <vector>

#include "compiler/dataverse/report.h"
#include "compiler/dataverse/solution.h"
#include "compiler/dataverse/tables.h"
#include "compiler/syntax/ast.h"

namespace policyc::dataverse {

std::vector<ast::Declaration> write_relationships(const std::vector<Solution>& solutions, TableCatalog& catalog,
                                                  ImportReport& report);

}  // namespace policyc::dataverse
