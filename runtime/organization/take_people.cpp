// From one policy's organization to another's: see runtime/store/translate.h.
#include "runtime/organization/organization.h"

namespace policy {

bool Organization::take_people(const Organization& from) {
  if (!units_.empty()) return false;
  units_ = from.units_;
  users_ = from.users_;
  teams_ = from.teams_;
  positions_ = from.positions_;
  users_by_name_ = from.users_by_name_;
  for (Unit& unit : units_) {
    unit.roles.clear();
    unit.anchored.clear();
  }
  for (User& user : users_) {
    user.roles.clear();
    user.profiles.clear();
    user.attributes.clear();
  }
  for (Team& team : teams_) {
    team.roles.clear();
    team.profiles.clear();
  }
  return true;
}

std::vector<Organization::RoleHeld> Organization::roles_given() const {
  std::vector<RoleHeld> given;
  auto add = [&](policy_principal holder, const std::vector<Held>& roles) {
    for (const Held& held : roles) given.push_back({holder, held.role, held.anchor});
  };
  for (uint32_t i = 0; i < units_.size(); ++i) add(POLICY_PRINCIPAL(POLICY_UNIT, i), units_[i].roles);
  for (uint32_t i = 0; i < users_.size(); ++i) add(POLICY_PRINCIPAL(POLICY_USER, i), users_[i].roles);
  for (uint32_t i = 0; i < teams_.size(); ++i) add(POLICY_PRINCIPAL(POLICY_TEAM, i), teams_[i].roles);
  return given;
}

std::vector<Organization::ProfileHeld> Organization::profiles_given() const {
  std::vector<ProfileHeld> given;
  auto add = [&](policy_principal holder, const std::vector<uint32_t>& profiles) {
    for (uint32_t profile : profiles) given.push_back({holder, profile});
  };
  for (uint32_t i = 0; i < users_.size(); ++i) add(POLICY_PRINCIPAL(POLICY_USER, i), users_[i].profiles);
  for (uint32_t i = 0; i < teams_.size(); ++i) add(POLICY_PRINCIPAL(POLICY_TEAM, i), teams_[i].profiles);
  return given;
}

}  // namespace policy
