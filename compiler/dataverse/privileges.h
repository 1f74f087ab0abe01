// What a privilege's name means: a right on tables, or a miscellaneous privilege.
//
//   prvAppendToBoatTrip -> append_to on boattrip      prvExportToExcel -> privilege export_to_excel
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/base/vocabulary.h"
#include "compiler/dataverse/tables.h"

namespace policyc::dataverse {

struct PrivilegeMeaning {
  std::optional<Right> right;     // none: miscellaneous
  std::string stem;               // of a right on tables, lower case
  bool table_is_new = false;      // nobody declares the table, but its name carries a publisher's prefix
  bool reads_like_right = false;  // miscellaneous, though it starts with a verb: no such table is known
};

// Privileges are matched whatever their case, the longest verb first, and against the tables that are known: with a
// table `ToDo`, prvAppendToDo is append on `todo`, because there is no table `do`.
PrivilegeMeaning meaning_of(std::string_view privilege, const TableCatalog& catalog);

std::optional<Level> level_from_export(std::string_view level);  // Basic Local Deep Global None

}  // namespace policyc::dataverse
