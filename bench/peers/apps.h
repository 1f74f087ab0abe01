// The three applications of the Cedar paper (OOPSLA 2024), restated: worlds of gdrive, github and tinytodo from a seed,
// as facts for policyc and as JSON for other engines, which have policies of their own for them.
//
//   const App& app = apps()[0];                                       // oopsla/gdrive.policy
//   AppWorld world = make_world(app, {.entities = 20, .requests = 500}, seed);
//   Facts facts = app_facts(policy, app, world);                      // links and shares; not yet what rows inherit
//   nlohmann::json line = app_json(app, world, answers);
//
// An edge between two entities is there with probability 0.05, as in the paper. README.md says what was restated.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/sema/policy.h"

namespace policyc::bench {

struct AppAction {
  std::string name;
  Right right = Right::Read;
  uint32_t type = 0;  // of resource that it is asked on
};
// What a resource is shared as, and the rights that this gives.
struct AppRelation {
  std::string name;
  RightSet rights = 0;
};
struct App {
  std::string name;
  std::vector<std::string> types;  // of resources: the policy's tables
  std::vector<AppAction> actions;
  std::vector<AppRelation> relations;
  std::string everybody;                        // the role that every user holds
  std::vector<std::string> organization_roles;  // that users and groups hold in organizations
  bool has_organizations = false;               // they own the resources, instead of users
  bool has_nested_groups = false;
};
const std::vector<App>& apps();

// Index of a user, or of a group.
struct AppHolder {
  bool is_group = false;
  uint32_t index = 0;
};
struct AppResource {
  uint32_t type = 0;
  uint32_t owner = 0;  // a user, or an organization
  uint32_t parent = UINT32_MAX;
  bool is_public = false;
};
struct AppShare {
  uint32_t resource = 0;
  uint32_t relation = 0;
  AppHolder holder;
};
struct AppRoleHeld {
  uint32_t role = 0;  // of App::organization_roles
  uint32_t organization = 0;
  AppHolder holder;
};
struct AppRequest {
  uint32_t user = 0;
  uint32_t action = 0;
  uint32_t resource = 0;
};
struct AppWorld {
  std::vector<std::vector<uint32_t>> user_groups;   // of each user, as a member itself
  std::vector<std::vector<uint32_t>> group_groups;  // of each group: those with a smaller index that it belongs to
  uint32_t organizations = 0;
  std::vector<AppResource> resources;  // of the first type first
  std::vector<AppShare> shares;
  std::vector<AppRoleHeld> roles;
  std::vector<AppRequest> requests;
};

struct AppSizes {
  uint32_t entities = 20;  // of each type
  uint32_t requests = 500;
};
AppWorld make_world(const App& app, const AppSizes& sizes, uint64_t seed);

// The policy is that of the application, whose names of tables and roles it has.
Facts app_facts(const Policy& policy, const App& app, const AppWorld& world);
nlohmann::json app_json(const App& app, const AppWorld& world, const std::string& answers);

}  // namespace policyc::bench
