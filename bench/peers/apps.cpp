#include "bench/peers/apps.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace policyc::bench {

namespace {

using nlohmann::json;

constexpr double kEdge = 0.05;
constexpr RightSet kRead = bit(Right::Read);
constexpr RightSet kTriage = kRead | bit(Right::Append);
constexpr RightSet kWrite = kTriage | bit(Right::Write);
constexpr RightSet kMaintain = kWrite | bit(Right::Share);
constexpr RightSet kAdminister = kMaintain | bit(Right::Delete);

class Random {  // splitmix64
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>((next() >> 32) * limit >> 32); }
  bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability; }

 private:
  uint64_t state_;
};

std::vector<App> make_apps() {
  App gdrive{.name = "gdrive", .types = {"folder", "document"}, .everybody = "person"};
  gdrive.actions = {{"read", Right::Read, 1},          {"write", Right::Write, 1},
                    {"share", Right::Share, 1},        {"change_owner", Right::Assign, 1},
                    {"read_folder", Right::Read, 0},   {"write_folder", Right::Write, 0},
                    {"share_folder", Right::Share, 0}, {"create_document", Right::AppendTo, 0}};
  gdrive.relations = {{"viewers", kRead}};

  App github{.name = "github", .types = {"repository"}, .everybody = "contributor"};
  github.actions = {{"pull", Right::Read, 0},
                    {"triage", Right::Append, 0},
                    {"push", Right::Write, 0},
                    {"maintain", Right::Share, 0},
                    {"administer", Right::Delete, 0}};
  github.relations = {{"readers", kRead},
                      {"triagers", kTriage},
                      {"writers", kWrite},
                      {"maintainers", kMaintain},
                      {"admins", kAdminister}};
  github.organization_roles = {"org_reader", "org_writer", "org_admin"};
  github.has_organizations = true;
  github.has_nested_groups = true;

  App tinytodo{.name = "tinytodo", .types = {"list"}, .everybody = "person"};
  tinytodo.actions = {{"get_list", Right::Read, 0},
                      {"update_list", Right::Write, 0},
                      {"add_task", Right::AppendTo, 0},
                      {"delete_list", Right::Delete, 0},
                      {"edit_shares", Right::Share, 0}};
  tinytodo.relations = {{"readers", kRead}, {"editors", kRead | bit(Right::Write) | bit(Right::AppendTo)}};
  tinytodo.has_nested_groups = true;
  return {std::move(gdrive), std::move(github), std::move(tinytodo)};
}

// --- worlds

class Maker {
 public:
  Maker(const App& app, const AppSizes& sizes, uint64_t seed) : app_(app), sizes_(sizes), random_(seed) {}

  AppWorld make() {
    add_groups();
    add_resources();
    if (app_.has_organizations) add_organizations();
    for (uint32_t i = 0; i < sizes_.requests; ++i) add_request();
    return std::move(made_);
  }

 private:
  std::vector<uint32_t> edges_to(uint32_t count) {
    std::vector<uint32_t> found;
    for (uint32_t i = 0; i < count; ++i) {
      if (random_.chance(kEdge)) found.push_back(i);
    }
    return found;
  }

  template <typename Add>
  void for_each_edge_to_a_holder(Add add) {
    for (uint32_t user : edges_to(sizes_.entities)) add(AppHolder{false, user});
    for (uint32_t group : edges_to(sizes_.entities)) add(AppHolder{true, group});
  }

  void add_groups() {
    for (uint32_t user = 0; user < sizes_.entities; ++user) made_.user_groups.push_back(edges_to(sizes_.entities));
    for (uint32_t group = 0; group < sizes_.entities; ++group) {
      made_.group_groups.push_back(app_.has_nested_groups ? edges_to(group) : std::vector<uint32_t>{});
    }
  }

  // A resource lies in one folder at most, the first that there is an edge to; the first type are the folders.
  void add_resources() {
    for (uint32_t type = 0; type < app_.types.size(); ++type) {
      for (uint32_t i = 0; i < sizes_.entities; ++i) {
        AppResource resource{.type = type, .owner = random_.below(sizes_.entities)};
        if (app_.types.size() > 1) {
          const std::vector<uint32_t> folders = edges_to(type == 0 ? i : sizes_.entities);
          if (!folders.empty()) resource.parent = folders.front();
          resource.is_public = type == 1 && random_.chance(kEdge);
        }
        const uint32_t index = static_cast<uint32_t>(made_.resources.size());
        made_.resources.push_back(resource);
        for (uint32_t relation = 0; relation < app_.relations.size(); ++relation) {
          for_each_edge_to_a_holder([&](AppHolder holder) { made_.shares.push_back({index, relation, holder}); });
        }
      }
    }
  }

  void add_organizations() {
    made_.organizations = sizes_.entities;
    for (uint32_t organization = 0; organization < sizes_.entities; ++organization) {
      for (uint32_t role = 0; role < app_.organization_roles.size(); ++role) {
        for_each_edge_to_a_holder([&](AppHolder holder) { made_.roles.push_back({role, organization, holder}); });
      }
    }
  }

  void add_request() {
    const uint32_t action = random_.below(static_cast<uint32_t>(app_.actions.size()));
    const uint32_t first = app_.actions[action].type * sizes_.entities;
    made_.requests.push_back({random_.below(sizes_.entities), action, first + random_.below(sizes_.entities)});
  }

  const App& app_;
  const AppSizes sizes_;
  Random random_;
  AppWorld made_;
};

// --- facts

// Of each user, ascending: the groups, the groups that those belong to, and so on.
std::vector<std::vector<uint32_t>> all_groups(const AppWorld& world) {
  std::vector<std::vector<uint32_t>> all(world.user_groups.size());
  for (uint32_t user = 0; user < world.user_groups.size(); ++user) {
    std::vector<bool> reached(world.group_groups.size());
    std::vector<uint32_t> open = world.user_groups[user];
    while (!open.empty()) {
      const uint32_t group = open.back();
      open.pop_back();
      if (reached[group]) continue;
      reached[group] = true;
      open.insert(open.end(), world.group_groups[group].begin(), world.group_groups[group].end());
    }
    for (uint32_t group = 0; group < reached.size(); ++group) {
      if (reached[group]) all[user].push_back(group);
    }
  }
  return all;
}

Principal principal_of(const AppHolder& holder) {
  return holder.is_group ? Principal::of(TeamId{holder.index}) : Principal::of(UserId{holder.index});
}

class FactsMaker {
 public:
  FactsMaker(const Policy& policy, const App& app, const AppWorld& world) : policy_(policy), app_(app), world_(world) {}

  Facts make() {
    root_ = facts_.units.add({.name = "root", .parent = {}, .roles = {}});
    for (uint32_t i = 0; i < world_.organizations; ++i) {
      facts_.units.add({.name = fmt::format("organization_{}", i), .parent = root_, .roles = {}});
    }
    add_people();
    add_records();
    add_shares();
    return std::move(facts_);
  }

 private:
  static UnitId unit_of_organization(uint32_t organization) { return {organization + 1}; }

  void add_people() {
    const RoleHeld everybody{find_role(policy_, app_.everybody), root_};
    for (uint32_t i = 0; i < world_.user_groups.size(); ++i) {
      facts_.users.add({.name = fmt::format("user_{}", i), .unit = root_, .roles = {everybody}, .attributes = {}});
    }
    for (uint32_t i = 0; i < world_.group_groups.size(); ++i) {
      facts_.teams.add({.name = fmt::format("group_{}", i), .unit = root_, .members = {}, .roles = {}, .profiles = {}});
    }
    const std::vector<std::vector<uint32_t>> groups = all_groups(world_);  // a team lists all its members
    for (uint32_t user = 0; user < groups.size(); ++user) {
      for (uint32_t group : groups[user]) facts_.teams[{group}].members.push_back({user});
    }
    for (const AppRoleHeld& held : world_.roles) {
      const RoleHeld role{find_role(policy_, app_.organization_roles[held.role]),
                          unit_of_organization(held.organization)};
      const uint32_t index = held.holder.index;
      (held.holder.is_group ? facts_.teams[{index}].roles : facts_.users[{index}].roles).push_back(role);
    }
  }

  void add_records() {
    for (const AppResource& resource : world_.resources) {
      const TableId table = find_table(policy_, app_.types[resource.type]);
      Record record = blank_record(policy_, table);
      record.name = fmt::format("{}_{}", app_.types[resource.type], facts_.records.size());
      record.unit = app_.has_organizations ? unit_of_organization(resource.owner) : root_;
      if (!app_.has_organizations) record.owner = Principal::of(UserId{resource.owner});
      if (!record.attributes.empty()) record.attributes[0] = Value::of(ValueType::Boolean, resource.is_public ? 1 : 0);
      if (resource.parent != UINT32_MAX) record.links.push_back({lookup_of(table), {resource.parent}});
      facts_.records.add(std::move(record));
    }
  }

  RelationshipId lookup_of(TableId child) const {
    for (RelationshipId id : policy_.relationships.ids()) {
      if (policy_.relationships[id].child == child) return id;
    }
    return {};
  }

  void add_shares() {
    std::map<std::pair<uint32_t, Principal>, RightSet> rights;
    for (const AppShare& share : world_.shares) {
      rights[{share.resource, principal_of(share.holder)}] |= app_.relations[share.relation].rights;
    }
    for (const auto& [key, set] : rights) {
      facts_.shares.push_back({.record = {key.first}, .principal = key.second, .rights = set, .inherited = {}});
    }
  }

  const Policy& policy_;
  const App& app_;
  const AppWorld& world_;
  Facts facts_;
  UnitId root_;
};

// --- JSON

std::string name_of_user(uint32_t user) { return fmt::format("u{}", user); }
std::string name_of_group(uint32_t group) { return fmt::format("g{}", group); }
std::string name_of(const AppHolder& holder) {
  return holder.is_group ? name_of_group(holder.index) : name_of_user(holder.index);
}

// Groups as they are listed, and `principals`: the user and every group, those of groups included.
json users_json(const AppWorld& world) {
  json users = json::array();
  const std::vector<std::vector<uint32_t>> all = all_groups(world);
  for (uint32_t i = 0; i < all.size(); ++i) {
    json groups = json::array(), principals = json::array({name_of_user(i)});
    for (uint32_t group : world.user_groups[i]) groups.push_back(name_of_group(group));
    for (uint32_t group : all[i]) principals.push_back(name_of_group(group));
    users.push_back({{"groups", std::move(groups)}, {"principals", std::move(principals)}});
  }
  return users;
}

json groups_json(const AppWorld& world) {
  json groups = json::array();
  for (const std::vector<uint32_t>& above : world.group_groups) {
    json names = json::array();
    for (uint32_t group : above) names.push_back(name_of_group(group));
    groups.push_back({{"groups", std::move(names)}});
  }
  return groups;
}

// A set is an object of true. `places`: the resource and the folders that it lies in.
json resource_json(const App& app, const AppWorld& world, uint32_t index) {
  const AppResource& resource = world.resources[index];
  json written{{"type", app.types[resource.type]}, {"is_public", resource.is_public}, {"places", json::array()}};
  written["parent"] = resource.parent == UINT32_MAX ? json(nullptr) : json(resource.parent);
  if (app.has_organizations) {
    written["organization"] = resource.owner;
  } else {
    written["owner"] = name_of_user(resource.owner);
  }
  for (uint32_t place = index; place != UINT32_MAX; place = world.resources[place].parent) {
    written["places"].push_back(place);
  }
  for (const AppRelation& relation : app.relations) written[relation.name] = json::object();
  return written;
}

json resources_json(const App& app, const AppWorld& world) {
  json resources = json::array();
  for (uint32_t i = 0; i < world.resources.size(); ++i) resources.push_back(resource_json(app, world, i));
  for (const AppShare& share : world.shares) {
    resources[share.resource][app.relations[share.relation].name][name_of(share.holder)] = true;
  }
  return resources;
}

json organizations_json(const App& app, const AppWorld& world) {
  json organizations = json::array();
  for (uint32_t i = 0; i < world.organizations; ++i) {
    json holders = json::object();
    for (const std::string& role : app.organization_roles) holders[role] = json::object();
    organizations.push_back(std::move(holders));
  }
  for (const AppRoleHeld& held : world.roles) {
    organizations[held.organization][app.organization_roles[held.role]][name_of(held.holder)] = true;
  }
  return organizations;
}

}  // namespace

const std::vector<App>& apps() {
  static const std::vector<App> kApps = make_apps();
  return kApps;
}

AppWorld make_world(const App& app, const AppSizes& sizes, uint64_t seed) { return Maker(app, sizes, seed).make(); }

Facts app_facts(const Policy& policy, const App& app, const AppWorld& world) {
  return FactsMaker(policy, app, world).make();
}

json app_json(const App& app, const AppWorld& world, const std::string& answers) {
  json requests = json::array();
  for (const AppRequest& request : world.requests) {
    requests.push_back(json::array({request.user, app.actions[request.action].name, request.resource}));
  }
  return {{"users", users_json(world)},
          {"groups", groups_json(world)},
          {"organizations", organizations_json(app, world)},
          {"resources", resources_json(app, world)},
          {"requests", std::move(requests)},
          {"answers", answers}};
}

}  // namespace policyc::bench
