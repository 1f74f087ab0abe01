#include "runtime/store/snapshot.h"

#include <algorithm>
#include <thread>

namespace policy {

Snapshot& Snapshot::operator=(Snapshot&& other) noexcept {
  if (this == &other) return *this;
  if (reader_ != nullptr) reader_->release();
  reader_ = std::exchange(other.reader_, nullptr);
  seen_ = other.seen_;
  return *this;
}

SignIn Snapshot::sign_in(uint32_t user) const {
  if (!has_user(user)) return {};
  const KeyCursor at = seen_->sign_ins.from(pair_key(user, 0));
  const bool is_bounded = !at.at_end() && upper_half(at.key()) == user;
  const uint32_t how = is_bounded ? lower_half(at.key()) : 0;
  const auto reason = static_cast<policy_reason>(how >> 8);
  return {reason == POLICY_REASON_none, reason, static_cast<AccessMode>(how & 0xff)};
}

Reader::Reader(Reader&& other) noexcept
    : epochs_(std::exchange(other.epochs_, nullptr)),
      root_(other.root_),
      slot_(other.slot_),
      snapshots_(std::exchange(other.snapshots_, 0)) {}

Reader::~Reader() {
  if (epochs_ != nullptr) epochs_->leave(slot_);
}

// Asks again after a while, and after longer and longer ones, so that a writer never has to wake anybody.
std::optional<Snapshot> Reader::snapshot(Revision at_least, std::chrono::nanoseconds wait) {
  constexpr std::chrono::nanoseconds kLongest = std::chrono::milliseconds(1);
  auto end = std::chrono::steady_clock::now() + wait;
  for (std::chrono::nanoseconds pause = std::chrono::microseconds(5);; pause = std::min(pause * 2, kLongest)) {
    Snapshot now = snapshot();
    if (now.revision() >= at_least) return now;
    auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero()) return std::nullopt;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, left));
  }
}

}  // namespace policy
