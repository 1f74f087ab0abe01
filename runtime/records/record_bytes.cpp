#include "runtime/records/record_bytes.h"

#include <cstring>

namespace policy {

RecordBytes::RecordBytes(const policy_record& header, std::span<const uint64_t> attributes)
    : bytes_(sizeof(policy_record) + attributes.size_bytes()) {
  set_header(header);
  if (!attributes.empty()) {
    std::memcpy(bytes_.data() + sizeof(policy_record), attributes.data(), attributes.size_bytes());
  }
}

void RecordBytes::set_header(const policy_record& header) {
  std::memcpy(bytes_.data(), &header, sizeof(policy_record));
}

void ShareList::assign(std::span<const policy_share> shares) {
  bytes_.clear();
  if (shares.empty()) return;
  policy_share_list head{static_cast<uint32_t>(shares.size()), 0};
  bytes_.resize(sizeof head + shares.size_bytes());
  std::memcpy(bytes_.data(), &head, sizeof head);
  std::memcpy(bytes_.data() + sizeof head, shares.data(), shares.size_bytes());
}

std::span<const policy_share> shares_of(const policy_record& header) {
  const auto* list = reinterpret_cast<const policy_share_list*>(header.shares & ~uint64_t{7});
  if (list == nullptr) return {};
  return {reinterpret_cast<const policy_share*>(list + 1), list->count};
}

}  // namespace policy
