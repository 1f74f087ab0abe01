#include <set>

#include "runtime/operations/planning.h"

namespace policy {

bool Planning::fits(uint32_t relationship, uint32_t child_table) const {
  if (relationship >= world_.tables.relationships.size()) return false;
  const RelationshipEntry& entry = world_.tables.relationships[relationship];
  return !entry.many_to_many && entry.child == child_table;
}

bool Planning::fits(uint32_t relationship, uint32_t child_table, uint32_t parent) const {
  return fits(relationship, child_table) && records_.exists(parent) &&
         records_[parent].table == world_.tables.relationships[relationship].parent;
}

bool Planning::names_created() const {
  if (created_ == nullptr || created_->table >= world_.tables.tables.size()) return false;
  bool owner_known = created_->owner == POLICY_NOBODY || world_.organization.knows(created_->owner);
  bool unit_known = created_->unit == POLICY_NONE || world_.organization.has_unit(created_->unit);
  if (!owner_known || !unit_known) return false;
  for (const RowLink& link : created_->links) {
    if (!fits(link.relationship, created_->table, link.parent)) return false;
  }
  return true;
}

// One lookup is set once.
bool Planning::fits_updates() const {
  std::set<uint32_t> lookups;
  for (const RowLink& link : op_.links) {
    bool clears = link.parent == POLICY_NONE;
    bool fit = clears ? fits(link.relationship, row().table) : fits(link.relationship, row().table, link.parent);
    if (!fit || !lookups.insert(world_.tables.relationships[link.relationship].lookup).second) return false;
  }
  return true;
}

bool Planning::fits_association() const {
  if (!names_row() || !records_.exists(op_.other)) return false;
  if (op_.relationship >= world_.tables.relationships.size()) return false;
  const RelationshipEntry& entry = world_.tables.relationships[op_.relationship];
  return entry.many_to_many && entry.child == row().table && entry.parent == records_[op_.other].table;
}

bool Planning::names_user_and(bool other) const {
  return other && POLICY_PRINCIPAL_KIND(op_.principal) == POLICY_USER && world_.organization.knows(op_.principal);
}

bool Planning::names_what_is_there() const {
  switch (op_.kind) {
    case OperationKind::Create:
      return names_created();
    case OperationKind::Read:
    case OperationKind::Delete:
    case OperationKind::Deactivate:
    case OperationKind::Activate:
      return names_row();
    case OperationKind::Update:
      return names_row() && fits_updates();
    case OperationKind::Assign:
    case OperationKind::Share:
    case OperationKind::Modify:
    case OperationKind::Revoke:
      return names_row() && world_.organization.knows(op_.principal);
    case OperationKind::Link:
      return names_row() && fits(op_.relationship, row().table, op_.other);
    case OperationKind::Unlink:
      return names_row() && fits(op_.relationship, row().table);
    case OperationKind::Associate:
    case OperationKind::Disassociate:
      return fits_association();
    case OperationKind::Merge:
      return names_row() && records_.exists(op_.other);
    case OperationKind::SetUnit:
      return names_row() && world_.organization.has_unit(op_.unit);
    case OperationKind::AddMember:
    case OperationKind::RemoveMember:
      return names_user_and(world_.organization.has_team(op_.team));
    case OperationKind::MoveUser:
      return names_user_and(world_.organization.has_unit(op_.unit));
    case OperationKind::MoveTeam:
      return world_.organization.has_team(op_.team) && world_.organization.has_unit(op_.unit);
  }
  return false;
}

}  // namespace policy
