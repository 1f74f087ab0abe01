#include "runtime/store/rows.h"

#include <algorithm>
#include <cstring>

namespace policy {

namespace {

constexpr uint64_t kAddressBits = ~uint64_t{7};

size_t chunk_bytes(uint16_t table, size_t stride) {
  size_t tables = table == ChunkPlace::kMixed ? sizeof(uint32_t) : 0;
  return kRowsOfAChunk * (stride + tables);
}

// A chunk's rows in their own stride, or a greater one, and their tables where those differ.
void copy_rows(const ChunkPlace& from, std::byte* to, uint16_t table, size_t stride) {
  auto* tables = reinterpret_cast<uint32_t*>(to + kRowsOfAChunk * stride);
  const std::byte* before = from.rows();
  bool was_mixed = before != nullptr && from.table() == ChunkPlace::kMixed;
  if (before != nullptr && from.stride() == stride) {
    std::memcpy(to, before, kRowsOfAChunk * stride);
  } else {
    std::memset(to, 0, kRowsOfAChunk * stride);
    for (size_t place = 0; place < kRowsOfAChunk; ++place) {
      std::byte* row = to + place * stride;
      if (before != nullptr) {
        std::memcpy(row, before + place * from.stride(), from.stride());
      } else {
        reinterpret_cast<policy_record*>(row)->shares = kNoRow;
      }
    }
  }
  if (table != ChunkPlace::kMixed) return;
  if (was_mixed) {
    std::memcpy(tables, before + kRowsOfAChunk * from.stride(), kRowsOfAChunk * sizeof(uint32_t));
  } else {
    std::fill_n(tables, kRowsOfAChunk, before == nullptr ? POLICY_NONE : from.table());
  }
}

}  // namespace

std::span<const policy_share> published_shares(const policy_record* record) {
  if (record == nullptr) return {};
  const auto* list = reinterpret_cast<const policy_share_list*>(record->shares & kAddressBits);
  if (list == nullptr) return {};
  return {reinterpret_cast<const policy_share*>(list + 1), list->count};
}

void Rows::own_chunk(size_t chunk, uint16_t table, size_t stride, Edit& edit) {
  const ChunkPlace before = chunks_[chunk];
  bool is_own = chunk_edits_[chunk] == edit.number();
  bool fits = before.rows() != nullptr && before.table() == table && before.stride() == stride;
  if (is_own && fits) return;
  auto* rows = static_cast<std::byte*>(edit.allocate_block(chunk_bytes(table, stride)));
  copy_rows(before, rows, table, stride);
  edit.retire_block(before.rows(), is_own);
  chunks_.change(chunk, edit) = {rows, table, static_cast<uint16_t>(stride / 8)};
  chunk_edits_[chunk] = edit.number();
}

std::byte* Rows::place_for(uint32_t row, uint32_t table, size_t bytes, Edit& edit) {
  size_t chunk = row / kRowsOfAChunk;
  if (chunk >= chunks_.size()) {
    chunks_.grow(chunk + 1, edit);
    chunk_edits_.resize(chunk + 1, 0);
  }
  const ChunkPlace before = chunks_[chunk];
  bool is_empty = before.rows() == nullptr;
  uint16_t kind = table < ChunkPlace::kMixed ? static_cast<uint16_t>(table) : ChunkPlace::kMixed;
  if (!is_empty && before.table() != kind) kind = ChunkPlace::kMixed;
  size_t stride = std::max(is_empty ? 0 : before.stride(), (bytes + 7) / 8 * 8);
  own_chunk(chunk, kind, stride, edit);
  std::byte* rows = chunks_[chunk].rows();
  if (kind == ChunkPlace::kMixed) {
    reinterpret_cast<uint32_t*>(rows + kRowsOfAChunk * stride)[row % kRowsOfAChunk] = table;
  }
  return rows + row % kRowsOfAChunk * stride;
}

// The address of the shares: those before, where nothing changed.
uint64_t Rows::replace_shares(const policy_record* before, std::span<const policy_share> shares, Edit& edit) {
  std::span<const policy_share> old = published_shares(before);
  bool equal = std::equal(old.begin(), old.end(), shares.begin(), shares.end(),
                          [](const policy_share& a, const policy_share& b) {
                            return a.principal == b.principal && a.rights == b.rights && a.inherited == b.inherited;
                          });
  if (equal) return old.empty() ? 0 : before->shares & kAddressBits;
  if (!old.empty()) edit.retire_plain(reinterpret_cast<void*>(before->shares & kAddressBits));
  if (shares.empty()) return 0;
  policy_share_list head{static_cast<uint32_t>(shares.size()), 0};
  auto* list = static_cast<std::byte*>(edit.allocate_plain(sizeof head + shares.size_bytes()));
  std::memcpy(list, &head, sizeof head);
  std::memcpy(list + sizeof head, shares.data(), shares.size_bytes());
  return reinterpret_cast<uint64_t>(list);
}

bool Rows::put(uint32_t row, uint32_t table, std::span<const std::byte> record, std::span<const policy_share> shares,
               Edit& edit) {
  constexpr size_t kMost = size_t{UINT16_MAX} * 8;
  if (record.size() < sizeof(policy_record) || record.size() > kMost) {
    erase(row, edit);
    return false;
  }
  uint64_t address = replace_shares(view_.find(row).record, shares, edit);
  std::byte* place = place_for(row, table, record.size(), edit);
  std::memcpy(place, record.data(), record.size());
  auto* header = reinterpret_cast<policy_record*>(place);
  header->shares = (header->shares & POLICY_AWAY) | address;
  view_.chunks = chunks_.view();
  return true;
}

void Rows::erase(uint32_t row, Edit& edit) {
  RowPlace before = view_.find(row);
  if (before.record == nullptr) return;
  replace_shares(before.record, {}, edit);
  size_t chunk = row / kRowsOfAChunk;
  const ChunkPlace at = chunks_[chunk];
  own_chunk(chunk, at.table(), at.stride(), edit);
  std::byte* place = chunks_[chunk].rows() + row % kRowsOfAChunk * at.stride();
  std::memset(place, 0, at.stride());
  reinterpret_cast<policy_record*>(place)->shares = kNoRow;
  view_.chunks = chunks_.view();
}

void Rows::restore(const RowsView& view) {
  chunks_.restore(view.chunks);
  view_ = view;
}

void Rows::drop(Edit& edit) {
  for (size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    const ChunkPlace at = chunks_[chunk];
    if (at.rows() == nullptr) continue;
    for (size_t place = 0; place < kRowsOfAChunk; ++place) {
      auto row = static_cast<uint32_t>(chunk * kRowsOfAChunk + place);
      replace_shares(view_.find(row).record, {}, edit);
    }
    edit.retire_block(at.rows(), chunk_edits_[chunk] == edit.number());
  }
  chunks_.drop(edit);
  view_ = {};
}

size_t Rows::bytes() const {
  size_t bytes = chunks_.bytes();
  for (size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    const ChunkPlace& at = chunks_[chunk];
    if (at.rows() != nullptr) bytes += chunk_bytes(at.table(), at.stride());
  }
  return bytes;
}

size_t Rows::attribute_bytes() const {
  size_t bytes = 0;
  for (size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    const ChunkPlace& at = chunks_[chunk];
    if (at.rows() != nullptr) bytes += kRowsOfAChunk * (at.stride() - sizeof(policy_record));
  }
  return bytes;
}

}  // namespace policy
