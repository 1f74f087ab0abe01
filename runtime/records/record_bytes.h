// Records as compiled code reads them, put together by somebody who owns the memory.
//
//   ShareList shares;
//   shares.assign({{{sam, right_bit(POLICY_RIGHT_read), 0}}});
//   RecordBytes trip({.owner = ana, .owning_unit = 3, .shares = shares.address()}, attributes);
//   check(subject, reach, &trip.header(), &context);
//
// Attributes lie right behind a header, so a header is never copied out of its record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policy/layout.h"

namespace policy {

// A record's header and its attributes as compiled code wants them: one behind the other.
class RecordBytes {
 public:
  RecordBytes() : RecordBytes(policy_record{}, {}) {}
  RecordBytes(const policy_record& header, std::span<const uint64_t> attributes);

  const policy_record& header() const { return *reinterpret_cast<const policy_record*>(bytes_.data()); }
  void set_header(const policy_record& header);
  // Header and attributes.
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// The shares of one record, as a header points to them.
class ShareList {
 public:
  void assign(std::span<const policy_share> shares);
  // 0 where there are none.
  uint64_t address() const { return bytes_.empty() ? 0 : reinterpret_cast<uint64_t>(bytes_.data()); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};
// What a header points to.
std::span<const policy_share> shares_of(const policy_record& header);

}  // namespace policy
