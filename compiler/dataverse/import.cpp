#include "compiler/dataverse/import.h"

#include <fmt/format.h>

#include <cassert>
#include <iterator>

#include "compiler/dataverse/flows.h"
#include "compiler/dataverse/names.h"
#include "compiler/dataverse/profiles.h"
#include "compiler/dataverse/relationships.h"
#include "compiler/dataverse/roles.h"
#include "compiler/dataverse/solution.h"
#include "compiler/dataverse/tables.h"

namespace policyc {
namespace {

using namespace dataverse;

// One solution gives the policy its name, several give it the folder's.
std::string policy_name(const std::vector<Solution>& solutions, const std::filesystem::path& folder) {
  std::string name = solutions.size() == 1 ? solutions.front().unique_name : std::string();
  if (name.empty()) {
    std::filesystem::path clean = folder.lexically_normal();
    name = (clean.has_filename() ? clean : clean.parent_path()).filename().string();
  }
  return identifier(name);
}

void append(std::vector<ast::Declaration>& all, std::vector<ast::Declaration> part) {
  all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
}

std::string privilege_line(const PrivilegeCounts& p) {
  return fmt::format("role privileges: {} = {} granted + {} miscellaneous + {} copies + {} not in this policy", p.in,
                     p.granted, p.miscellaneous, p.copies, p.listed);
}

}  // namespace

Result<ImportResult> import_solution(const std::filesystem::path& folder) {
  Result<std::vector<Solution>> read = read_solutions(folder);
  if (!read) return Failure{read.error()};
  const std::vector<Solution>& solutions = *read;
  ImportResult result;
  ImportReport& report = result.report;
  for (const Solution& s : solutions) {
    report.solutions.push_back(s.unique_name.empty() ? s.root : fmt::format("{} ({})", s.unique_name, s.root));
  }

  // Everything that declares tables stands before the roles: a privilege is resolved against all of them.
  TableCatalog catalog(solutions, report);
  std::vector<ast::Declaration> profiles = write_profiles(solutions, catalog, report);
  std::vector<ast::Declaration> relationships = write_relationships(solutions, catalog, report);
  declare_flow_tables(solutions, catalog);
  WrittenRoles roles = write_roles(solutions, catalog, report);
  std::vector<ast::Declaration> flows = write_flows(solutions, catalog, report);
  assert(report.privileges.is_complete() && report.relationships.is_complete());
  assert(report.permissions.is_complete() && report.flows.is_complete() && report.steps.is_complete());

  ast::Ast& ast = result.ast;
  for (const std::string& s : report.solutions) ast.comment.push_back(one_line("imported from " + s));
  ast.comment.push_back(privilege_line(report.privileges));
  ast.header = ast::Header{name_of(policy_name(solutions, folder)), name_of("dataverse"), {}};
  append(ast.declarations, std::move(roles.privileges));
  append(ast.declarations, write_tables(catalog, report));
  append(ast.declarations, std::move(relationships));
  append(ast.declarations, std::move(roles.roles));
  append(ast.declarations, std::move(profiles));
  append(ast.declarations, std::move(flows));
  return result;
}

}  // namespace policyc
