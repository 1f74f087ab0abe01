#include "bench/peers/matrix.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

namespace policyc::bench {

namespace {

using nlohmann::json;

constexpr uint32_t kAsked[] = {POLICY_RIGHT_read, POLICY_RIGHT_write, POLICY_RIGHT_delete, POLICY_RIGHT_append_to,
                               POLICY_RIGHT_assign};
constexpr const char* kWords[] = {
#define RIGHT(word, Name, bit) #word,
#include "policy/rights.def"
#undef RIGHT
};

// What a user's grants of one (table, right) reach together.
struct Reach {
  bool held = false;                // some grant without a condition
  bool everything = false;          // at organization level
  bool closed_and_small = false;    // at organization level, where the row is closed and its amount below 500
  bool wide = false;                // at business_unit level or wider: shares with the user's unit count
  bool every_team = false;          // rows of every team of the user, where they lie in the team's unit ...
  bool direct = false;              // ... and also where they lie in the user's unit
  std::set<uint32_t> units;         // rows of exactly these units
  std::set<uint32_t> below;         // rows of these units and those below
  std::set<uint32_t> own_units;     // the user's own rows that lie in these units instead of the user's
  std::set<uint32_t> owning_teams;  // rows of these teams, where they lie in the team's unit
};
using Reaches = std::map<std::pair<uint32_t, uint32_t>, Reach>;  // by table and right

std::string name_of_unit(uint32_t unit) { return fmt::format("b{}", unit); }
std::string name_of_team(uint32_t team) { return fmt::format("t{}", team); }
std::string name_of_user(uint32_t user) { return fmt::format("u{}", user); }
std::string name_of_table(uint32_t table) { return fmt::format("table{}", table); }
std::string name_of(policy_principal principal) {
  const uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
  const uint32_t kind = POLICY_PRINCIPAL_KIND(principal);
  if (kind == POLICY_UNIT) return name_of_unit(index);
  return kind == POLICY_TEAM ? name_of_team(index) : name_of_user(index);
}

// A role held by the user, or by the team `team` of the user.
struct Holding {
  uint32_t anchor = 0;
  uint32_t team = POLICY_NONE;
};

void add_grant(const PlannedGrant& grant, const Holding& holding, Reach& reach) {
  if (grant.condition == Condition::ClosedAndSmall) {
    reach.closed_and_small = true;
    return;
  }
  const bool of_team = holding.team != POLICY_NONE;
  reach.held = true;
  reach.wide |= grant.level != POLICY_LEVEL_user;
  reach.everything |= grant.level == POLICY_LEVEL_organization;
  reach.every_team |= !of_team || grant.level != POLICY_LEVEL_user;
  if (grant.level == POLICY_LEVEL_business_unit) reach.units.insert(holding.anchor);
  if (grant.level == POLICY_LEVEL_parent_child) reach.below.insert(holding.anchor);
  if (grant.level != POLICY_LEVEL_user) return;
  reach.direct |= !of_team;
  reach.own_units.insert(holding.anchor);
  if (of_team) reach.owning_teams.insert(holding.team);
}

void add_role(const PlannedRole& role, const Holding& holding, Reaches& reaches) {
  for (const PlannedGrant& grant : role.grants) {
    if (grant.level == POLICY_LEVEL_none) continue;
    for (uint32_t right : kAsked) {
      if (policy::has_right(grant.rights, right)) add_grant(grant, holding, reaches[{grant.table, right}]);
    }
  }
}

Reaches reaches_of(const Workload& workload, const PlannedUser& user) {
  Reaches reaches;
  for (uint32_t role : user.roles) add_role(workload.policy.roles[role], {.anchor = user.unit}, reaches);
  for (uint32_t team : user.teams) {
    const PlannedTeam& planned = workload.teams[team];
    for (uint32_t role : planned.roles) {
      add_role(workload.policy.roles[role], {.anchor = planned.unit, .team = team}, reaches);
    }
  }
  return reaches;
}

// A set as an object of true, which every engine can look up in.
template <typename Name>
json set_json(const std::set<uint32_t>& indices, Name name) {
  json set = json::object();
  for (uint32_t index : indices) set[name(index)] = true;
  return set;
}

json reach_json(const Reach& reach) {
  return {{"held", reach.held},
          {"everything", reach.everything},
          {"closed_and_small", reach.closed_and_small},
          {"wide", reach.wide},
          {"every_team", reach.every_team},
          {"direct", reach.direct},
          {"units", set_json(reach.units, name_of_unit)},
          {"below", set_json(reach.below, name_of_unit)},
          {"own_units", set_json(reach.own_units, name_of_unit)},
          {"owning_teams", set_json(reach.owning_teams, name_of_team)}};
}

json users_json(const Workload& workload) {
  json users = json::array();
  for (uint32_t i = 0; i < workload.users.size(); ++i) {
    const PlannedUser& user = workload.users[i];
    json principals = json::array({name_of_user(i)});
    for (uint32_t team : user.teams) principals.push_back(name_of_team(team));
    json reaches = json::object();
    for (const auto& [key, reach] : reaches_of(workload, user)) {
      reaches[name_of_table(key.first)][kWords[key.second]] = reach_json(reach);
    }
    users.push_back({{"unit", name_of_unit(user.unit)}, {"principals", principals}, {"reach", std::move(reaches)}});
  }
  return users;
}

bool lies_in_owners_unit(const Workload& workload, const PlannedRecord& record) {
  const uint32_t index = POLICY_PRINCIPAL_INDEX(record.owner);
  if (POLICY_PRINCIPAL_KIND(record.owner) == POLICY_USER) return workload.users[index].unit == record.unit;
  return POLICY_PRINCIPAL_KIND(record.owner) == POLICY_TEAM && workload.teams[index].unit == record.unit;
}

// What is not there is left out.
json record_json(const Workload& workload, const PlannedRecord& record) {
  json written{{"table", name_of_table(record.table)},
               {"at_home", lies_in_owners_unit(workload, record)},
               {"within", json::array()},
               {"shares", json::object()}};
  if (record.owner != 0) written["owner"] = name_of(record.owner);
  if (record.unit != POLICY_NONE) written["unit"] = name_of_unit(record.unit);
  for (uint32_t unit = record.unit; unit != POLICY_NONE; unit = workload.unit_parents[unit]) {
    written["within"].push_back(name_of_unit(unit));
  }
  if (record.status != kNull) written["status"] = record.status == 1 ? "closed" : "open";
  if (record.amount_cents != kNull) written["amount_cents"] = record.amount_cents;
  return written;
}

json records_json(const Workload& workload) {
  json records = json::array();
  for (const PlannedRecord& record : workload.records) records.push_back(record_json(workload, record));
  for (const PlannedShare& share : workload.shares) {
    for (uint32_t right : kAsked) {
      if (!policy::has_right(share.rights, right)) continue;
      records[share.record]["shares"][kWords[right]][name_of(share.principal)] = true;
    }
  }
  return records;
}

json requests_json(const std::vector<Question>& questions) {
  json requests = json::array();
  for (const Question& q : questions) requests.push_back(json::array({q.user, kWords[q.right], q.record}));
  return requests;
}

bool has_other_conditions(const PolicyPlan& policy) {
  for (const PlannedRole& role : policy.roles) {
    for (const PlannedGrant& grant : role.grants) {
      const bool known = grant.condition == Condition::ClosedAndSmall && grant.level == POLICY_LEVEL_organization;
      if (grant.condition != Condition::None && !known) return true;
    }
  }
  return false;
}

}  // namespace

Result<json> matrix_json(const Workload& workload, const std::vector<Question>& questions, const std::string& answers) {
  if (has_other_conditions(workload.policy)) return Failure{workload.policy.name + ": a condition is not exported"};
  json parents = json::array();  // of unit b1 and so on; b0 is the root
  for (uint32_t unit = 1; unit < workload.unit_parents.size(); ++unit) {
    parents.push_back(name_of_unit(workload.unit_parents[unit]));
  }
  return json{{"unit_parents", std::move(parents)},
              {"users", users_json(workload)},
              {"records", records_json(workload)},
              {"requests", requests_json(questions)},
              {"answers", answers}};
}

}  // namespace policyc::bench
