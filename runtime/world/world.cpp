#include "runtime/world/world.h"

#include "runtime/decide/decide.h"

namespace policy {

void World::resolve_users() {
  nobody_ = organization.resolve(POLICY_NONE, pool_);
  subjects_.clear();
  subjects_.reserve(organization.user_count());
  for (uint32_t user = 0; user < organization.user_count(); ++user)
    subjects_.push_back(organization.resolve(user, pool_));
}

void World::resolve_again(std::span<const uint32_t> users) {
  for (uint32_t user : users) {
    if (user >= subjects_.size()) continue;
    subjects_[user] = organization.resolve(user, pool_);
    for (uint32_t superior : organization.superiors_of(user)) {
      if (superior < subjects_.size()) subjects_[superior] = organization.resolve(superior, pool_);
    }
  }
}

const Subject& World::subject(uint32_t user) const { return user < subjects_.size() ? subjects_[user] : nobody_; }

policy_decision World::decide(uint32_t user, uint32_t right, uint32_t row) const {
  if (!records.exists(row)) return kUnknown;
  return decide(user, right, records[row].table, records.header(row));
}

policy_decision World::decide(uint32_t user, uint32_t right, uint32_t table, const policy_record& header) const {
  if (user >= subjects_.size()) return kUnknown;
  return policy::decide(tables, subjects_[user].view(), table, right, header, context);
}

}  // namespace policy
