#include "runtime/world/world.h"

#include <algorithm>
#include <utility>

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
  if (journal_ != nullptr) {
    journal_->users.insert(journal_->users.end(), users.begin(), users.end());
    return;
  }
  for (uint32_t user : users) {
    if (user >= subjects_.size()) continue;
    subjects_[user] = organization.resolve(user, pool_);
    for (uint32_t superior : organization.superiors_of(user)) {
      if (superior < subjects_.size()) subjects_[superior] = organization.resolve(superior, pool_);
    }
  }
}

void World::keep_journal(Journal* journal) {
  journal_ = journal;
  organization.keep_journal(journal);
  records.keep_journal(journal);
  if (journal != nullptr) journal->subject_count = subjects_.size();
}

void World::resolve_pending() {
  if (journal_ == nullptr) return;
  for (policy_principal owner : std::exchange(journal_->moved, {})) records.owner_moved(owner);
  std::vector<uint32_t> users = std::exchange(journal_->users, {});
  if (users.empty()) return;
  std::vector<uint32_t> superiors;
  for (uint32_t user : users) {
    std::vector<uint32_t> above = organization.superiors_of(user);
    superiors.insert(superiors.end(), above.begin(), above.end());
  }
  users.insert(users.end(), superiors.begin(), superiors.end());
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  for (uint32_t user : users) replace_subject(user);
}

void World::resolve_everybody() {
  if (journal_ == nullptr) return resolve_users();
  nobody_ = organization.resolve(POLICY_NONE, pool_);
  for (uint32_t user = 0; user < organization.user_count(); ++user) replace_subject(user);
}

void World::replace_subject(uint32_t user) {
  if (!organization.has_user(user)) return;
  if (user >= subjects_.size()) subjects_.resize(user + 1);
  Subject after = organization.resolve(user, pool_);
  journal_->replaced.push_back({user, Subject()});
  journal_->replaced.back().subject = std::exchange(subjects_[user], std::move(after));
}

// Rows are refreshed last: what their headers say hangs on units and owners.
void World::take_back() {
  Journal* journal = std::exchange(journal_, nullptr);
  if (journal == nullptr) return;
  keep_journal(nullptr);
  for (auto row = journal->row_owners.rbegin(); row != journal->row_owners.rend(); ++row) {
    records.set_owner(row->row, row->value);
  }
  for (auto row = journal->row_units.rbegin(); row != journal->row_units.rend(); ++row) {
    records.set_unit(row->row, row->value);
  }
  for (auto undo = journal->undo.rbegin(); undo != journal->undo.rend(); ++undo) (*undo)();
  for (auto last = journal->replaced.rbegin(); last != journal->replaced.rend(); ++last) {
    subjects_[last->user] = std::move(last->subject);
  }
  subjects_.resize(journal->subject_count);
  for (uint32_t row : journal->rows) records.refresh(row);
}

void World::follow(const std::vector<uint32_t>& renumbered) {
  for (uint32_t unit : renumbered) records.unit_renumbered(unit);
  if (journal_ != nullptr) return;
  std::vector<uint32_t> users;
  for (uint32_t unit : renumbered) {
    std::vector<uint32_t> concerned = organization.concerned_by(unit);
    users.insert(users.end(), concerned.begin(), concerned.end());
  }
  resolve_again(users);
}

void World::number_units_apart() {
  for (uint32_t unit : organization.number_apart()) records.unit_renumbered(unit);
}

bool World::move_unit(uint32_t unit, uint32_t parent) {
  std::vector<uint32_t> renumbered;
  if (!organization.move_unit(unit, parent, renumbered)) return false;
  follow(renumbered);
  return true;
}

std::optional<uint32_t> World::add_unit(uint32_t parent) {
  std::vector<uint32_t> renumbered;
  std::optional<uint32_t> unit = organization.add_numbered_unit(parent, renumbered);
  follow(renumbered);
  return unit;
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
