// Cloud flows with a Dataverse trigger to flows of the language.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/dataverse/report.h"
#include "compiler/dataverse/solution.h"
#include "compiler/dataverse/tables.h"
#include "compiler/syntax/ast.h"

namespace policyc::dataverse {

// Exports do not say who owns a flow; every flow is written with this owner, for the facts to name.
inline constexpr std::string_view kFlowOwner = "flow_owner";

// First the tables that flows name, then, once ownership is settled, the flows.
void declare_flow_tables(const std::vector<Solution>& solutions, TableCatalog& catalog);
std::vector<ast::Declaration> write_flows(const std::vector<Solution>& solutions, const TableCatalog& catalog,
                                          ImportReport& report);

}  // namespace policyc::dataverse
