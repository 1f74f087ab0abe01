// What an import did: how much came in, what became of it, and everything that is not in the policy, with its reason.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace policyc {

struct Listed {
  std::string file;
  std::string what;    // "privilege `prvAssignCity` (Global) of role `Clerk`"
  std::string reason;  // "organization-owned tables take no assign"
};

// in = granted + miscellaneous + copies + listed, always; `is_complete` is asserted at the end of an import.
struct PrivilegeCounts {
  size_t in = 0;             // RolePrivilege elements of the input
  size_t granted = 0;        // rights on tables
  size_t miscellaneous = 0;  // privileges that are no right on a table
  size_t copies = 0;         // of roles that came again, in another copy of the solution
  size_t listed = 0;         // one line each in `listed`

  bool is_complete() const { return in == granted + miscellaneous + copies + listed; }
};

// What became of relationships, column permissions and flows: in = imported + copies + skipped + listed.
struct ElementCounts {
  size_t in = 0;
  size_t imported = 0;
  size_t copies = 0;
  size_t skipped = 0;  // by a rule that docs/dataverse.md states
  size_t listed = 0;

  bool is_complete() const { return in == imported + copies + skipped + listed; }
};

struct ImportReport {
  std::vector<std::string> solutions;  // "ContosoClub (src/club)"
  size_t tables = 0;
  size_t tables_of_solutions = 0;  // ownership as the solution says
  size_t tables_built_in = 0;      // ownership from the table of out-of-box tables
  size_t tables_assumed = 0;       // ownership by the rule for unknown tables
  size_t secured_columns = 0;
  size_t roles = 0;
  size_t role_copies = 0;
  size_t roles_without_inheritance = 0;  // the file does not say; taken as `isinherited="1"`
  PrivilegeCounts privileges;
  size_t grants = 0;  // (role, table, right) in the policy; one privilege may govern many tables
  ElementCounts relationships;
  std::map<std::string, size_t> skipped_relationships;  // by kind
  size_t profiles = 0;
  ElementCounts permissions;
  ElementCounts flows;  // skipped: no Dataverse trigger
  ElementCounts steps;  // of flows that were imported

  std::vector<Listed> listed;   // not in the policy
  std::vector<Listed> assumed;  // in the policy, by a stated choice

  void list(std::string file, std::string what, std::string reason);
  void assume(std::string file, std::string what, std::string reason);
};

std::string render(const ImportReport& report);

// Names come from the input: a line end or an escape sequence in one must not reach a comment or a terminal.
std::string one_line(std::string text);

}  // namespace policyc
