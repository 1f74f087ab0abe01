// A hash of everything that a generated header says: names and numbers of tables, columns, roles, privileges, column
// profiles, relationships, flows, steps and choices, and where attributes lie. Grants, levels, conditions and settings
// are left out, so that a host goes on with its header when these change.
//
//   if (layout_hash(tables) != CRM_LAYOUT_HASH) refuse();
#pragma once

#include <string>

#include "runtime/organization/program_tables.h"

namespace policy {

// 64 hexadecimal digits.
std::string layout_hash(const ProgramTables& tables);

}  // namespace policy
