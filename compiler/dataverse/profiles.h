// Column profiles of the export to column profiles of the language.
#pragma once

#include <vector>

#include "compiler/dataverse/report.h"
#include "compiler/dataverse/solution.h"
#include "compiler/dataverse/tables.h"
#include "compiler/syntax/ast.h"

namespace policyc::dataverse {

// A column that a profile names is secured, whether or not its table says so: that gives less access.
std::vector<ast::Declaration> write_profiles(const std::vector<Solution>& solutions, TableCatalog& catalog,
                                             ImportReport& report);

}  // namespace policyc::dataverse
