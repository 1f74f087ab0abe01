#include "runtime/organization/subject.h"

#include <algorithm>

namespace policy {

namespace {

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

}  // namespace

policy_subject Subject::view() const {
  policy_subject view{};
  view.struct_size = sizeof(policy_subject);
  view.unit_index = POLICY_NONE;
  if (profile_ == nullptr) return view;
  view.user = user_;
  view.unit_index = profile_->unit;
  view.slot_count = size32(profile_->reaches.size());
  view.team_count = profile_->team_count;
  view.report_count = size32(reports_.size());
  view.reaches = profile_->reaches.data();
  view.lists = profile_->lists.data();
  view.attributes = reinterpret_cast<const uint8_t*>(attributes_.data());
  view.reports = reports_.data();
  view.profile = profile_.get();
  return view;
}

bool Subject::holds_privilege(uint32_t privilege) const {
  return profile_ != nullptr && privilege < profile_->privileges.size() && profile_->privileges[privilege];
}

uint32_t report_rights(const policy_subject& subject, policy_principal principal) {
  const policy_report* end = subject.reports + subject.report_count;
  const policy_report* found =
      std::lower_bound(subject.reports, end, principal,
                       [](const policy_report& report, policy_principal p) { return report.principal < p; });
  return found != end && found->principal == principal ? found->rights : 0;
}

}  // namespace policy
