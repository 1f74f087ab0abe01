// Carrying out: one effect after the other. What was planned fits what is there, so nothing of it can fail.
#include "runtime/operations/plan.h"

namespace policy {

namespace {

class Applying {
 public:
  Applying(World& world, const Operation& operation) : world_(world), operation_(operation) {}

  void apply(const Effect& e) {
    switch (e.kind) {
      case Effect::Kind::Create:
        world_.records.create(e.record);
        break;
      case Effect::Kind::Values:
        world_.records.set_values(e.record, operation_.attributes, operation_.secured_values);
        break;
      case Effect::Kind::Owner:
        world_.records.set_owner(e.record, e.after);
        break;
      case Effect::Kind::Unit:
        world_.records.set_unit(e.record, e.after);
        break;
      case Effect::Kind::State:
        world_.records.set_active(e.record, e.after == 1);
        break;
      case Effect::Kind::Link:
        set_link(e);
        break;
      case Effect::Kind::Share:
        world_.records.set_share(e.record, e.principal, static_cast<RightSet>(e.after));
        break;
      case Effect::Kind::Inherited:
        world_.records.set_part(e.record, e.principal,
                                {.from = e.from, .from_owner = e.from_owner, .rights = static_cast<RightSet>(e.after)});
        break;
      case Effect::Kind::Association:
        world_.records.set_association(e.relationship, e.record, e.from, e.after == 1);
        break;
      case Effect::Kind::Delete:
        world_.records.remove(e.record);
        break;
      case Effect::Kind::Member:
      case Effect::Kind::UserUnit:
      case Effect::Kind::TeamUnit:
      case Effect::Kind::RolesLost:
      case Effect::Kind::RolesMoved:
        apply_to_people(e);
        break;
    }
  }

  // After the last effect: everybody whose roles, teams or unit are others now.
  void resolve() { world_.resolve_again(changed_); }

 private:
  void set_link(const Effect& e) {
    if (e.after == POLICY_NONE) {
      world_.records.unlink(e.record, e.relationship);
    } else {
      world_.records.link(e.record, e.relationship, e.after);
    }
  }

  void apply_to_people(const Effect& e) {
    Organization& organization = world_.organization;
    uint32_t index = POLICY_PRINCIPAL_INDEX(e.principal);
    if (e.kind == Effect::Kind::Member) {
      (void)(e.after == 1 ? organization.join(index, e.team) : organization.leave(index, e.team));
    } else if (e.kind == Effect::Kind::UserUnit) {
      (void)organization.move_user(index, e.after);
      world_.records.owner_moved(e.principal);
    } else if (e.kind == Effect::Kind::TeamUnit) {
      (void)organization.move_team(e.team, e.after);
      world_.records.owner_moved(POLICY_PRINCIPAL(POLICY_TEAM, e.team));
    } else if (e.kind == Effect::Kind::RolesLost) {
      (void)organization.drop_roles(e.principal);
    } else if (e.kind == Effect::Kind::RolesMoved) {
      (void)organization.move_roles(e.principal, e.after);
    }
    note_changed(e);
  }

  void note_changed(const Effect& e) {
    uint32_t index = POLICY_PRINCIPAL_INDEX(e.principal);
    if (POLICY_PRINCIPAL_KIND(e.principal) == POLICY_USER) changed_.push_back(index);
    if (POLICY_PRINCIPAL_KIND(e.principal) != POLICY_TEAM) return;
    std::vector<uint32_t> members = world_.organization.members_of(index);
    changed_.insert(changed_.end(), members.begin(), members.end());
  }

  World& world_;
  const Operation& operation_;
  std::vector<uint32_t> changed_;
};

}  // namespace

void apply(World& world, const Operation& operation, const std::vector<Effect>& effects) {
  Applying applying(world, operation);
  for (const Effect& effect : effects) applying.apply(effect);
  applying.resolve();
}

}  // namespace policy
