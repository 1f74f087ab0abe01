// An exported solution as plain values, read and not yet judged. Spellings are those of the export; `file` is the path
// below the folder that was given.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace policyc::dataverse {

struct Column {
  std::string name;
  std::string type;  // nvarchar, money, picklist, ...
  bool date_only = false;
  bool secured = false;
};

struct Entity {
  std::string file;
  std::string name;                      // the schema name
  std::string title;                     // what people read
  std::string set_name;                  // as flows and the web interface call it; may be empty
  std::optional<std::string> ownership;  // none in a shell that only carries forms or views
  bool activity = false;
  std::vector<Column> columns;
};

struct RolePrivilege {
  std::string name;
  std::string level;
};

struct Role {
  std::string file;
  std::string id;
  std::string name;
  std::optional<bool> inherited;  // exports since 2024 do not say
  std::vector<RolePrivilege> privileges;
};

struct Relationship {
  std::string file;
  std::string name;
  bool many_to_many = false;
  std::string child;  // of a many-to-many: the first table
  std::string lookup;
  std::string parent;
  // As written; empty where the element is missing.
  std::string assign, share, unshare, reparent, on_delete;

  // Everything but the file: a relationship comes once for each solution that has it.
  bool same_as(const Relationship& other) const;
};

struct ColumnPermission {
  std::string entity;
  std::string column;
  std::string read, create, update, read_unmasked;
};

struct ColumnProfile {
  std::string file;
  std::string id;
  std::string name;
  std::vector<ColumnPermission> permissions;
};

struct FlowTrigger {
  std::string name;
  std::string operation;
  std::string table;       // logical name, or the set's name
  std::string connection;  // name of the connection reference
  std::optional<int64_t> message, run_as, scope;
};

struct FlowStep {
  std::string name;
  std::string operation;
  std::string table;  // the set's name, or an expression
  bool as_invoker = false;
  std::string connection;
};

// A cloud flow. Without a Dataverse trigger it is nobody's business here.
struct Flow {
  std::string file;
  std::string title;
  std::optional<FlowTrigger> trigger;
  std::vector<FlowStep> steps;          // Dataverse steps only, in the order of the file
  std::vector<std::string> unreadable;  // what could not be followed, with the reason
};

struct WorkflowHeader {
  std::string json_file;  // last part of the path
  std::string title;
};

struct Solution {
  std::string root;  // below the folder given; "." for the folder itself
  std::string unique_name;
  std::vector<Entity> entities;
  std::vector<Role> roles;
  std::vector<Relationship> relationships;
  std::vector<std::string> relationship_index;  // names in Relationships.xml
  std::vector<ColumnProfile> profiles;
  std::vector<Flow> flows;
  std::vector<WorkflowHeader> workflows;
};

// Every solution in the folder and below it, in the order of their paths. A file that cannot be read or decoded fails
// the whole: a policy from half a solution would be taken for the whole one. All such files are named.
Result<std::vector<Solution>> read_solutions(const std::filesystem::path& folder);

}  // namespace policyc::dataverse
