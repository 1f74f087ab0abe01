// A ring that any number of threads put into and one takes from (Vyukov's bounded queue). Nobody waits: where it is
// full `put` gives false.
//
//   LogRing ring(8192);
//   ring.put([&](LogEntry& entry) { return pack(decision, now, entry); });
//   while (LogEntry* entry = ring.front()) { ...; ring.pop(); }
//
// Each slot has a number that says whose turn it is: of the round's writer, or of the reader.
#pragma once

#include <atomic>
#include <bit>
#include <vector>

#include "runtime/log/log_entry.h"

namespace policy {

class LogRing {
 public:
  // Rounded up to a power of two.
  explicit LogRing(uint32_t size) : slots_(std::bit_ceil(std::max<size_t>(size, 2))), mask_(slots_.size() - 1) {
    for (size_t i = 0; i < slots_.size(); ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }

  // `fill` gives false where it could not: the slot is passed over then, and `put` gives false too.
  template <typename Fill>
  bool put(Fill fill) noexcept {
    uint64_t place = tail_.load(std::memory_order_relaxed);
    Slot* slot = nullptr;
    for (;;) {
      slot = &slots_[place & mask_];
      const auto ahead = static_cast<int64_t>(slot->turn.load(std::memory_order_acquire) - place);
      if (ahead < 0) return false;
      if (ahead > 0) {
        place = tail_.load(std::memory_order_relaxed);
      } else if (tail_.compare_exchange_weak(place, place + 1, std::memory_order_relaxed)) {
        break;
      }
    }
    slot->is_filled = fill(slot->entry);
    const bool is_filled = slot->is_filled;
    slot->turn.store(place + 1, std::memory_order_release);
    return is_filled;
  }

  // --- the one that takes

  // The oldest; null where it is not there yet.
  LogEntry* front() {
    for (;; pop()) {
      Slot& slot = slots_[head_ & mask_];
      if (slot.turn.load(std::memory_order_acquire) != head_ + 1) return nullptr;
      if (slot.is_filled) return &slot.entry;
    }
  }
  void pop() {
    Slot& slot = slots_[head_ & mask_];
    slot.entry.release();
    slot.turn.store(head_ + slots_.size(), std::memory_order_release);
    ++head_;
  }
  // How many were taken, and how many were put so far.
  uint64_t taken() const { return head_; }
  uint64_t claimed() const { return tail_.load(std::memory_order_acquire); }
  size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    std::atomic<uint64_t> turn{0};
    bool is_filled = false;
    LogEntry entry;
  };

  std::vector<Slot> slots_;
  size_t mask_;
  alignas(64) std::atomic<uint64_t> tail_{0};
  alignas(64) uint64_t head_ = 0;
};

}  // namespace policy
