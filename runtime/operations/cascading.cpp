// What goes down from a row: owners, units, deletion. Level by level, each row's children in the order of relationships
// and then of rows; asked on the way, so that the first denial met is the answer.
#include <unordered_set>

#include "runtime/operations/planning.h"

namespace policy {

// --- owners

bool Planning::ask_to_assign(uint32_t row) {
  Asked asked = asking_.stored(row);
  bool first = has_right(rules_.assign_needs, POLICY_RIGHT_assign);
  if (first && !asking_.need(POLICY_RIGHT_assign, asked)) return false;
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if (right == POLICY_RIGHT_assign || !has_right(rules_.assign_needs, right)) continue;
    if (!asking_.need(right, asked)) return false;
  }
  return true;
}

bool Planning::assign() {
  uint32_t table = row().table;
  if (!table_of(row()).takes(POLICY_RIGHT_assign)) {
    return asking_.deny_on(POLICY_REASON_illegal, table, op_.record, POLICY_RIGHT_assign);
  }
  if (!may_own(op_.principal, table) || !ask_to_assign(op_.record)) return false;
  bool of_unit = table_of(row()).ownership == Ownership::BusinessUnit;
  bool is_owner = of_unit ? op_.principal == POLICY_PRINCIPAL(POLICY_UNIT, row().unit) : op_.principal == row().owner;
  if (!is_owner) {
    if (!asking_.other_party(op_.principal, POLICY_RIGHT_read, table)) return false;
    if (!hand_over(op_.record, op_.principal, {}, true)) return false;
  }
  asking_.allow();
  return true;
}

bool Planning::hand_over(uint32_t root, policy_principal owner, Hop hop, bool asks_caller) {
  re_own(root, owner, hop);
  std::vector<uint32_t> pending = {root};
  std::unordered_set<uint32_t> tables_read;  // that the new owner is known to read
  for (size_t i = 0; i < pending.size(); ++i) {
    uint32_t above = pending[i];
    for (const Child& child : children_for(world_, above, Action::Assign)) {
      const Row& reached = records_[child.row];
      Behaviour behaviour = world_.tables.relationships[child.relationship].on(Action::Assign);
      if (table_of(reached).ownership != Ownership::User) continue;
      if (!reaches(records_, behaviour, reached, records_[above]) || changes_.owner(child.row) == owner) continue;
      if (asks_caller && !ask_to_assign(child.row)) return false;
      bool asks_owner = rules_.assign_checks_reached_tables && tables_read.insert(reached.table).second;
      if (asks_owner && !asking_.other_party(owner, POLICY_RIGHT_read, reached.table)) return false;
      re_own(child.row, owner, {child.relationship, above});
      pending.push_back(child.row);
    }
  }
  return true;
}

void Planning::re_own(uint32_t row, policy_principal owner, Hop hop) {
  const Row& owned = records_[row];
  policy_principal before = records_.owner_of(owned);
  bool of_unit = table_of(owned).ownership == Ownership::BusinessUnit;
  if (!of_unit) changes_.set_owner(row, owner, hop);
  bool moves = of_unit || !world_.tables.modern_units || rules_.always_move_record_to_owner_unit;
  uint32_t unit = world_.organization.unit_of(owner);
  if (moves && (unit != owned.unit || changes_.moves(row))) changes_.set_unit(row, unit, hop);
  inheritance_.change_owner(row, before, owner);
  if (!rules_.share_to_previous_owner || before == POLICY_NOBODY) return;
  changes_.set_share(row, before, records_.share_rights(row, before) | kAllButCreate, hop);
}

// --- units

bool Planning::may_choose_unit(uint32_t table, uint32_t record) {
  if (!world_.tables.modern_units) return asking_.deny_on(POLICY_REASON_classic_units, table, record);
  bool has_units = world_.tables.tables[table].ownership != Ownership::Organization;
  if (!has_units) return asking_.deny_on(POLICY_REASON_illegal, table, record);
  return asking_.holds_at_unit_level(POLICY_RIGHT_append_to, world_.tables.well_known.business_unit);
}

// Where rows do not follow their owners, an owner must be able to read a row where it goes.
bool Planning::owner_reads_at(policy_principal owner, uint32_t table, uint32_t unit) {
  if (rules_.always_move_record_to_owner_unit || owner == POLICY_NOBODY) return true;
  if (world_.organization.holds_at(owner, table, POLICY_RIGHT_read, unit)) return true;
  return asking_.deny_party(POLICY_REASON_other_party, owner, table, POLICY_RIGHT_read);
}

void Planning::move_row(uint32_t row, uint32_t unit, Hop hop) {
  changes_.set_unit(row, unit, hop);
  bool changes_owner = table_of(records_[row]).ownership == Ownership::BusinessUnit && world_.tables.unit_as_principal;
  if (!changes_owner) return;
  inheritance_.change_owner(row, records_.owner_of(records_[row]), POLICY_PRINCIPAL(POLICY_UNIT, unit));
}

bool Planning::set_unit() {
  if (!may_choose_unit(row().table, op_.record) || !asking_.need(POLICY_RIGHT_write, op_.record)) return false;
  if (!owner_reads_at(row().owner, row().table, op_.unit)) return false;
  std::vector<uint32_t> pending;
  if (row().unit != op_.unit) {
    move_row(op_.record, op_.unit, {});
    pending.push_back(op_.record);
  }
  std::unordered_set<uint32_t> moved(pending.begin(), pending.end());
  for (size_t i = 0; i < pending.size(); ++i) {
    uint32_t above = pending[i];
    for (const Child& child : children_for(world_, above, Action::Assign)) {
      const Row& reached = records_[child.row];
      Behaviour behaviour = world_.tables.relationships[child.relationship].on(Action::Assign);
      if (reached.unit == POLICY_NONE || reached.unit == op_.unit || moved.contains(child.row)) continue;
      if (!reaches(records_, behaviour, reached, records_[above])) continue;
      if (!asking_.need(POLICY_RIGHT_write, child.row)) return false;
      move_row(child.row, op_.unit, {child.relationship, above});
      moved.insert(child.row);
      pending.push_back(child.row);
    }
  }
  asking_.allow();
  return true;
}

// --- deletion

bool Planning::remove() {
  if (!asking_.need(POLICY_RIGHT_delete, op_.record)) return false;
  std::vector<uint32_t> going;
  if (!find_what_goes(going)) return false;
  if (rules_.delete_cascade_needs_child_delete) {
    for (uint32_t row : going) {
      if (!asking_.need(POLICY_RIGHT_delete, row)) return false;
    }
  }
  for (uint32_t row : going) cut_survivors(row);
  asking_.allow();
  return true;
}

// All that goes along, in the order in which it is met. A row that restricts blocks, even one that would go too.
bool Planning::find_what_goes(std::vector<uint32_t>& going) {
  going.push_back(op_.record);
  changes_.remove(op_.record, {});
  for (size_t i = 0; i < going.size(); ++i) {
    uint32_t above = going[i];
    for (const Child& child : children_for(world_, above, Action::Delete)) {
      Behaviour behaviour = world_.tables.relationships[child.relationship].on(Action::Delete);
      if (behaviour == Behaviour::Restrict) {
        return asking_.deny_on(POLICY_REASON_restrict, records_[child.row].table, child.row);
      }
      if (!reaches(records_, behaviour, records_[child.row], records_[above]) || changes_.goes(child.row)) continue;
      changes_.remove(child.row, {child.relationship, above});
      going.push_back(child.row);
    }
  }
  return true;
}

void Planning::cut_survivors(uint32_t row) {
  for (const Child& child : records_.children(row)) {
    if (changes_.goes(child.row)) continue;
    cut_link(child.row, {child.relationship, row, POLICY_NONE}, {child.relationship, row});
  }
}

}  // namespace policy
