#include "runtime/store/epochs.h"

#include <algorithm>

namespace policy {

namespace {

void free_all(const std::vector<Retired>& retired) {
  for (const Retired& piece : retired) piece.free(piece.memory);
}

}  // namespace

Epochs::~Epochs() {
  for (const Batch& batch : batches_) free_all(batch.retired);
}

std::optional<uint32_t> Epochs::enter() {
  for (uint32_t slot = 0; slot < kReaderLimit; ++slot) {
    if (slots_[slot].taken.exchange(true, std::memory_order_acq_rel)) continue;
    uint32_t used = used_.load();
    while (used <= slot && !used_.compare_exchange_weak(used, slot + 1)) {
    }
    return slot;
  }
  return std::nullopt;
}

void Epochs::leave(uint32_t slot) {
  unpin(slot);
  slots_[slot].taken.store(false, std::memory_order_release);
}

void Epochs::advance(std::vector<Retired> retired) {
  uint64_t epoch = current_.load() + 1;
  current_.store(epoch, std::memory_order_seq_cst);
  prepare();
  batches_.back() = {epoch, std::move(retired)};
  collect();
}

// The last batch waits without an end until it is filled.
void Epochs::prepare() {
  if (batches_.empty() || batches_.back().epoch != UINT64_MAX) batches_.push_back({UINT64_MAX, {}});
}

void Epochs::collect() {
  uint64_t earliest = current_.load();
  uint32_t used = used_.load(std::memory_order_seq_cst);
  for (uint32_t slot = 0; slot < used; ++slot) {
    earliest = std::min(earliest, slots_[slot].since.load(std::memory_order_seq_cst));
  }
  while (!batches_.empty() && batches_.front().epoch <= earliest) {
    free_all(batches_.front().retired);
    batches_.pop_front();
  }
}

size_t Epochs::waiting() const {
  size_t pieces = 0;
  for (const Batch& batch : batches_) pieces += batch.retired.size();
  return pieces;
}

}  // namespace policy
