// A user as checks see it: who it is, and the profile that it shares with all who hold the same.
//
//   policy_subject view = subject.view();      // points into `subject` and its profile
//
// Move it, do not copy it while views are in use. Constant after it was resolved; any number of threads may read it.
#pragma once

#include <memory>
#include <vector>

#include "runtime/organization/profile.h"

namespace policy {

class Subject {
 public:
  // Nobody: holds nothing.
  Subject() = default;
  Subject(policy_principal user, std::vector<uint64_t> attributes, std::vector<policy_report> reports,
          std::shared_ptr<const Profile> profile)
      : user_(user), attributes_(std::move(attributes)), reports_(std::move(reports)), profile_(std::move(profile)) {}

  policy_subject view() const;
  const std::shared_ptr<const Profile>& profile() const { return profile_; }
  // At the program's offsets; empty where conditions read none.
  const std::vector<uint64_t>& attributes() const { return attributes_; }
  // Ascending by principal.
  const std::vector<policy_report>& reports() const { return reports_; }
  bool holds_privilege(uint32_t privilege) const;

 private:
  policy_principal user_ = POLICY_NOBODY;
  std::vector<uint64_t> attributes_;
  std::vector<policy_report> reports_;
  std::shared_ptr<const Profile> profile_;
};

// The profile that a subject points to; null for nobody.
inline const Profile* profile_of(const policy_subject& subject) { return static_cast<const Profile*>(subject.profile); }
// What rows of this principal give through hierarchy security, as bits of rights.
uint32_t report_rights(const policy_subject& subject, policy_principal principal);

}  // namespace policy
