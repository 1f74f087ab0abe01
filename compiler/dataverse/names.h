// Names of an export as names of the language.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "compiler/syntax/ast.h"

namespace policyc::dataverse {

std::string lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Lower case; whatever cannot stand in a name becomes one `_`: "Compliance - Intake" -> compliance_intake.
std::string identifier(std::string_view text);
// ExportToExcel -> export_to_excel
std::string snake_case(std::string_view camel);

// Gives each name once: the second `clerk` is `clerk_2`.
class UniqueNames {
 public:
  std::string take(std::string wanted);

 private:
  std::set<std::string, std::less<>> taken_;
};

inline ast::Name name_of(std::string_view text) { return {std::string(text), {}}; }

}  // namespace policyc::dataverse
