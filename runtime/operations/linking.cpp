// Links and merges. Which parts a row gains and loses is in inheritance.cpp, who owns it afterwards in cascading.cpp.
#include "runtime/operations/planning.h"

namespace policy {

// What the lookup column of this relationship holds now; relationships of one lookup share it.
const RowLink* Planning::linked(const Row& row, uint32_t relationship) const {
  const std::vector<RelationshipEntry>& relationships = world_.tables.relationships;
  for (const RowLink& link : row.links) {
    if (relationships[link.relationship].lookup == relationships[relationship].lookup) return &link;
  }
  return nullptr;
}

bool Planning::link() {
  const RowLink* before = linked(row(), op_.relationship);
  Asked asked = asking_.stored(op_.record);
  if (!link_row({row(), asked, op_.record, op_.relationship, op_.other, before, {}})) return false;
  asking_.allow();
  return true;
}

bool Planning::unlink() {
  if (!unlink_row(op_.record, op_.relationship)) return false;
  asking_.allow();
  return true;
}

bool Planning::link_row(const Linking& l) {
  if (!asking_.need(POLICY_RIGHT_append, l.asked)) return false;
  if (rules_.link_needs_write && !asking_.need(POLICY_RIGHT_write, l.asked)) return false;
  bool is_there = l.before != nullptr && l.before->relationship == l.relationship && l.before->parent == l.parent;
  if (is_there) return true;
  if (!asking_.need(POLICY_RIGHT_append_to, l.parent)) return false;
  if (rules_.append_to_needs_write && !asking_.need(POLICY_RIGHT_write, l.parent)) return false;
  bool clears = l.before != nullptr && rules_.clear_lookup_needs_append_to;
  if (clears && !asking_.need(POLICY_RIGHT_append_to, l.before->parent)) return false;
  return make_link(l);
}

bool Planning::make_link(const Linking& l) {
  bool goes_round = l.row != POLICY_NONE && world_.tables.relationships[l.relationship].is_parental &&
                    records_.lies_at_or_below(l.parent, l.row);
  if (goes_round) return asking_.deny_on(POLICY_REASON_cycle, l.child.table, l.asked.record);
  if (l.before != nullptr) cut_link(l.row, *l.before, l.hop);
  // A row that is made has its links from the start.
  if (created_ == nullptr) changes_.link(l.row, l.relationship, l.parent, l.hop);
  inheritance_.link(l.child, l.row, l.relationship, l.parent, l.hop);
  return !rules_.take_owner_on_link || take_owner(l);
}

void Planning::cut_link(uint32_t row, const RowLink& link, Hop hop) {
  changes_.link(row, link.relationship, POLICY_NONE, hop);
  if (world_.tables.relationships[link.relationship].is_parental) inheritance_.cut(row, hop);
}

bool Planning::unlink_row(uint32_t row, uint32_t relationship) {
  if (!asking_.need(POLICY_RIGHT_append, row)) return false;
  if (rules_.link_needs_write && !asking_.need(POLICY_RIGHT_write, row)) return false;
  const RowLink* before = linked(records_[row], relationship);
  if (before == nullptr) return true;
  bool clears = rules_.clear_lookup_needs_append_to;
  if (clears && !asking_.need(POLICY_RIGHT_append_to, before->parent)) return false;
  cut_link(row, *before, {});
  return true;
}

bool Planning::take_owner(const Linking& l) {
  Behaviour behaviour = world_.tables.relationships[l.relationship].on(Action::Reparent);
  if (table_of(l.child).ownership != Ownership::User) return true;
  if (!reaches(records_, behaviour, l.child, records_[l.parent])) return true;
  policy_principal owner = records_.owner_of(records_[l.parent]);
  if (owner == POLICY_NOBODY || owner == l.child.owner) return true;
  if (!may_own(owner, l.child.table) || !asking_.other_party(owner, POLICY_RIGHT_read, l.child.table)) return false;
  return l.row == POLICY_NONE || hand_over(l.row, owner, l.hop, false);
}

bool Planning::merge() {
  const Row& into = records_[op_.other];
  if (row().table != into.table) return asking_.deny_on(POLICY_REASON_not_same_table, row().table, op_.record);
  if (op_.record == op_.other) return asking_.deny_on(POLICY_REASON_cycle, row().table, op_.record);
  if (!asking_.privilege(world_.tables.well_known.merge)) return false;
  for (uint32_t side : {op_.record, op_.other}) {
    for (uint32_t right :
         {POLICY_RIGHT_read, POLICY_RIGHT_write, POLICY_RIGHT_append, POLICY_RIGHT_append_to, POLICY_RIGHT_share}) {
      bool asked = right != POLICY_RIGHT_share || table_of(row()).takes(right);
      if (asked && !asking_.need(right, side)) return false;
    }
  }
  for (const Child& child : children_for(world_, op_.record, Action::Merge)) {
    const Row& moved = records_[child.row];
    Behaviour behaviour = world_.tables.relationships[child.relationship].on(Action::Merge);
    if (!reaches(records_, behaviour, moved, row())) continue;
    Asked asked = asking_.stored(child.row);
    if (!asking_.need(POLICY_RIGHT_append, asked)) return false;
    RowLink before{child.relationship, op_.record, POLICY_NONE};
    Hop hop{child.relationship, op_.record};
    if (!make_link({moved, asked, child.row, child.relationship, op_.other, &before, hop})) return false;
  }
  changes_.set_active(op_.record, false, {});
  asking_.allow();
  return true;
}

}  // namespace policy
