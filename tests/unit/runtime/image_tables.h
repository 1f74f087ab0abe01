// Tables as an image holds them: whole, where the small worlds of other tests leave out what those do not ask about.
//
//   std::vector<uint8_t> bytes = encode_facts(whole(ship_tables()), some_build());
#pragma once

#include "policy/policy.h"
#include "runtime/image/image_facts.h"
#include "tests/unit/runtime/worlds.h"

namespace policy::test {

inline BuildInfo some_build() {
  return {.abi_version = POLICY_ABI_VERSION,
          .policy_hash = std::string(64, 'a'),
          .compiler = "policyc 0.1.0",
          .llvm = "19.1.7",
          .target = "x86_64-pc-linux-gnu",
          .cpu = "x86-64",
          .features = 0};
}

// Gives every secured column a name, every decision code, and every grant the decision whose slot it fills.
inline ProgramTables whole(ProgramTables tables) {
  uint32_t graph = 0;
  for (uint32_t table = 0; table < tables.tables.size(); ++table) {
    TableEntry& entry = tables.tables[table];
    for (size_t i = entry.secured_names.size(); i < entry.secured.size(); ++i) {
      entry.secured_names.push_back("secured" + std::to_string(i));
    }
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
      DecisionEntry& decision = entry.decisions[right];
      if (!decision.is_taken()) continue;
      decision.graph = graph++;
      for (GrantEntry& grant : tables.grants) {
        const bool fills = grant.slot >= decision.first_slot && grant.slot < decision.first_slot + decision.slot_count;
        if (!fills || grant.table != POLICY_NONE) continue;
        grant.table = table;
        grant.right = static_cast<uint8_t>(right);
      }
    }
  }
  return tables;
}

// With something in every field.
inline ProgramTables rich_tables() {
  ProgramTables tables = whole(ship_tables());
  tables.policy_name = "harbour";
  tables.modern_units = tables.ownership_recomputed = tables.unit_as_principal = true;
  tables.unit_principal_level = POLICY_LEVEL_user;
  tables.share_reaches_team_only_basic = true;
  tables.hierarchy = {HierarchyModel::Position, 7, 3, ManagerUnit::Ancestor, true, true};
  tables.rules = {true, true, true, true, true, true, true, true, true, true, true, true, 0x41};
  tables.well_known.business_unit = kTrip;
  tables.files = {"harbour.policy", "roles.policy"};
  tables.choice_labels = {"open", "", "done"};
  tables.user_attributes = {{8, 8, "limit", 3, false}};
  tables.user_attribute_bytes = 16;
  tables.context_attributes = {{8, 4, "day", 5, false}};
  tables.context_attribute_bytes = 16;
  TableEntry& trip = tables.tables[kTrip];
  trip.ownership = Ownership::BusinessUnit;
  trip.in_hierarchy = true;
  trip.attributes = {{8, 16, "title", 4, false}, {24, 4, "state", 7, true}, {28, 1, "paid", 0, false}};
  trip.attribute_bytes = 32;
  trip.columns_read[POLICY_RIGHT_read] = {true, true, true, true, {0, 2}};
  tables.relationships[kUp].behaviour[static_cast<size_t>(Action::Delete)] = Behaviour::Restrict;
  tables.roles[kRuler].team_privileges_only = true;
  tables.grants[2].is_conditional = true;
  tables.grants[2].place = {1, 31, 20};
  tables.profiles[0].tables[0] = {kTrip, 1, 2, 3, 1, 2};
  StepEntry note{.name = "note",
                 .right = POLICY_RIGHT_write,
                 .table = kTrip,
                 .run_as_kind = 2,
                 .named_user = "sam",
                 .bounded = true,
                 .bounded_by = "ana"};
  tables.flows.push_back({"sail", kTrip, {note}});
  return tables;
}

}  // namespace policy::test
