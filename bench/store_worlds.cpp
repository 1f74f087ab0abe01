#include "bench/store_worlds.h"

namespace policyc::bench {

StoreWorld::StoreWorld(const Engine& engine, const Workload& workload) : world(engine.program.tables()) {
  add_people(workload);
  rows.reserve(workload.records.size());
  for (const PlannedRecord& planned : workload.records) {
    policy::Row row;
    row.table = planned.table;
    row.owner = planned.owner;
    row.unit = planned.unit;
    row.attributes.resize(engine.ir.tables[TableId{planned.table}].layout.size / 8);
    rows.push_back(world.records.add_beside(std::move(row)));
  }
  for (const PlannedShare& share : workload.shares) {
    world.records.set_share(rows[share.record], share.principal, share.rights);
  }
}

void StoreWorld::add_people(const Workload& workload) {
  policy::Organization& organization = world.organization;
  (void)organization.add_units(workload.unit_parents);
  organization.number_units();
  for (uint32_t t = 0; t < workload.teams.size(); ++t) {
    (void)organization.add_team(workload.teams[t].unit);
    for (uint32_t role : workload.teams[t].roles) {
      (void)organization.give_role(POLICY_PRINCIPAL(POLICY_TEAM, t), role, workload.teams[t].unit);
    }
  }
  for (uint32_t u = 0; u < workload.users.size(); ++u) {
    const PlannedUser& user = workload.users[u];
    (void)organization.add_user(user.unit);
    for (uint32_t role : user.roles) {
      (void)organization.give_role(POLICY_PRINCIPAL(POLICY_USER, u), role, user.unit);
    }
    for (uint32_t team : user.teams) (void)organization.join(u, team);
  }
}

std::string tree_policy() {
  return "policy tree follows guide\n"
         "table folder owned by user\n"
         "relationship above: folder.up -> folder parental\n"
         "role ruler { every table: all at organization }\n";
}

TreeWorld::TreeWorld(const Engine& engine, uint32_t descendants) : world(engine.program.tables()) {
  constexpr uint32_t kBelowEach = 100;
  policy::Organization& organization = world.organization;
  uint32_t unit = *organization.add_unit(POLICY_NONE);
  organization.number_units();
  for (int i = 0; i < 3; ++i) {
    owners.push_back(POLICY_PRINCIPAL(POLICY_USER, *organization.add_user(unit)));
    (void)organization.give_role(owners.back(), 0, unit);
  }
  for (uint32_t i = 0; i <= descendants; ++i) {
    policy::Row row;
    row.table = 0;
    row.owner = owners[0];
    row.unit = unit;
    if (i > 0) row.links.push_back({0, (i - 1) / kBelowEach, POLICY_NONE});
    world.records.add(std::move(row));
  }
}

}  // namespace policyc::bench
