#include "runtime/query/view.h"

#include <algorithm>
#include <tuple>

namespace policy {

namespace {

struct Granting {
  uint32_t decision;
  uint32_t role;
  policy_level level;
};

// Which decision each slot is of.
std::vector<uint32_t> decisions_of_slots(const ProgramTables& tables) {
  std::vector<uint32_t> decisions(tables.slot_count, POLICY_NONE);
  for (uint32_t table = 0; table < tables.tables.size(); ++table) {
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
      const DecisionEntry& entry = tables.tables[table].decisions[right];
      for (uint32_t i = 0; i < entry.slot_count && entry.first_slot + i < tables.slot_count; ++i) {
        decisions[entry.first_slot + i] = table * POLICY_RIGHT_COUNT + right;
      }
    }
  }
  return decisions;
}

}  // namespace

GrantingRoles::GrantingRoles(const ProgramTables& tables) {
  std::vector<uint32_t> decisions = decisions_of_slots(tables);
  std::vector<Granting> found;
  for (uint32_t role = 0; role < tables.roles.size(); ++role) {
    for (uint32_t index : tables.roles[role].grants) {
      const GrantEntry& grant = tables.grants[index];
      if (grant.level == POLICY_LEVEL_none || grant.slot >= decisions.size()) continue;
      if (decisions[grant.slot] != POLICY_NONE) found.push_back({decisions[grant.slot], role, grant.level});
    }
  }
  std::sort(found.begin(), found.end(), [](const Granting& a, const Granting& b) {
    return std::tuple(a.decision, a.role, b.level) < std::tuple(b.decision, b.role, a.level);
  });
  begins_.assign(tables.tables.size() * POLICY_RIGHT_COUNT + 1, 0);
  for (size_t i = 0; i < found.size(); ++i) {
    // The widest comes first.
    if (i > 0 && found[i - 1].decision == found[i].decision && found[i - 1].role == found[i].role) continue;
    entries_.push_back({found[i].role, found[i].level});
    ++begins_[found[i].decision + 1];
  }
  for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
}

std::span<const GrantingRoles::Entry> GrantingRoles::of(uint32_t table, uint32_t right) const {
  if (right >= POLICY_RIGHT_COUNT || table >= (begins_.size() - 1) / POLICY_RIGHT_COUNT) return {};
  size_t decision = size_t{table} * POLICY_RIGHT_COUNT + right;
  return std::span(entries_).subspan(begins_[decision], begins_[decision + 1] - begins_[decision]);
}

bool opens_through_hierarchy(const ProgramTables& tables, uint32_t table, uint32_t right) {
  bool takes = right == POLICY_RIGHT_read || right == POLICY_RIGHT_write || right == POLICY_RIGHT_append ||
               right == POLICY_RIGHT_append_to;
  return takes && tables.tables[table].in_hierarchy;
}

}  // namespace policy
