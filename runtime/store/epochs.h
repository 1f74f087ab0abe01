// When memory that readers may still look at can be freed. Nobody waits and nobody locks: a reader says since when it
// is looking, a writer frees what was given up before the earliest of these.
//
//   std::optional<uint32_t> slot = epochs.enter();           // once for each reading thread
//   epochs.pin(*slot);
//   const Root* root = published.load();                      // only now, and sequentially consistent
//   ... epochs.unpin(*slot);
//
//   published.store(next);                                    // the writer: first what is new, sequentially consistent
//   epochs.advance(edit.commit());                            // then what nobody new can come to
//
// Why it holds: a reader that stores its epoch after the writer has looked loads the root after it too, and finds the
// new one. One slot is for one thread at a time; `advance` is for one writer at a time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "runtime/store/edit.h"

namespace policy {

class Epochs {
 public:
  static constexpr uint32_t kReaderLimit = 1024;

  Epochs() = default;
  // There may be no reader left.
  ~Epochs();
  Epochs(const Epochs&) = delete;
  Epochs& operator=(const Epochs&) = delete;

  // A slot; nothing where kReaderLimit readers are in already.
  std::optional<uint32_t> enter();
  void leave(uint32_t slot);

  void pin(uint32_t slot) { slots_[slot].since.store(current_.load(), std::memory_order_seq_cst); }
  void unpin(uint32_t slot) { slots_[slot].since.store(kIdle, std::memory_order_release); }

  // How often the root has changed.
  uint64_t current() const { return current_.load(std::memory_order_seq_cst); }
  void advance(std::vector<Retired> retired);
  // All that the next `advance` needs of memory, so that it cannot fail; before the root changes.
  void prepare();
  // Frees what can be freed; `advance` does it by itself.
  void collect();
  // Pieces of memory that wait for readers.
  size_t waiting() const;

 private:
  static constexpr uint64_t kIdle = UINT64_MAX;
  // A cache line each, so that readers do not disturb each other.
  struct alignas(64) Slot {
    std::atomic<uint64_t> since{kIdle};
    std::atomic<bool> taken{false};
  };
  struct Batch {
    uint64_t epoch;  // readers since then, or later, do not see it
    std::vector<Retired> retired;
  };

  std::array<Slot, kReaderLimit> slots_;
  alignas(64) std::atomic<uint32_t> used_{0};  // slots from here on were never taken
  alignas(64) std::atomic<uint64_t> current_{0};
  std::deque<Batch> batches_;
};

}  // namespace policy
