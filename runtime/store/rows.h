// The rows as readers see them, in many versions: for each a policy_record and the attributes that conditions read,
// one behind the other, as compiled code wants them.
//
//   Rows rows;
//   rows.put(trip, boat_trip, record_bytes, shares, edit);       // by the row's number, as Records counts
//   RowPlace place = rows.view().find(trip);                     // place.table, place.record; null where none is
//
// 256 rows with consecutive numbers lie in one chunk, which a change copies. Where all of a chunk are of one table a
// row costs its record and attributes alone; where they are of several, each takes as much as the largest and four
// bytes more for its table. Shares lie in a block for each row that has some.
#pragma once

#include <span>

#include "policy/layout.h"
#include "runtime/store/paged_array.h"

namespace policy {

struct RowPlace {
  const policy_record* record = nullptr;
  uint32_t table = POLICY_NONE;
};

inline constexpr size_t kRowsOfAChunk = 256;
// In policy_record.shares of a place without a row: the address of no list, and no record that is checked.
inline constexpr uint64_t kNoRow = 2;

// Where a chunk lies, packed into 12 bytes.
class ChunkPlace {
 public:
  static constexpr uint16_t kMixed = UINT16_MAX;

  ChunkPlace() = default;
  ChunkPlace(std::byte* rows, uint16_t table, uint16_t stride) : table_(table), stride_(stride) {
    std::memcpy(address_, &rows, sizeof rows);
  }
  // Null where there is none.
  std::byte* rows() const {
    std::byte* rows = nullptr;
    std::memcpy(&rows, address_, sizeof rows);
    return rows;
  }
  uint16_t table() const { return table_; }
  size_t stride() const { return size_t{stride_} * 8; }  // bytes from one row to the next

 private:
  uint32_t address_[2] = {0, 0};
  uint16_t table_ = 0;
  uint16_t stride_ = 0;
};
static_assert(sizeof(ChunkPlace) == 12 && sizeof(std::byte*) == 8);

struct RowsView {
  PagedView<ChunkPlace, 256> chunks;

  RowPlace find(uint32_t row) const {
    size_t chunk = row / kRowsOfAChunk, place = row % kRowsOfAChunk;
    if (chunk >= chunks.size) return {};
    const ChunkPlace& at = chunks[chunk];
    const std::byte* rows = at.rows();
    if (rows == nullptr) return {};
    const auto* record = reinterpret_cast<const policy_record*>(rows + place * at.stride());
    if (record->shares == kNoRow) return {};
    if (at.table() != ChunkPlace::kMixed) return {record, at.table()};
    return {record, reinterpret_cast<const uint32_t*>(rows + kRowsOfAChunk * at.stride())[place]};
  }
};

class Rows {
 public:
  const RowsView& view() const { return view_; }

  // Header and attributes; what the header says of shares is replaced by `shares`. False where a row has more
  // attributes than fit (half a megabyte): it is not there then.
  bool put(uint32_t row, uint32_t table, std::span<const std::byte> record, std::span<const policy_share> shares,
           Edit& edit);
  void erase(uint32_t row, Edit& edit);

  void restore(const RowsView& view);
  void drop(Edit& edit);

  // What readers look at, shares left out.
  size_t bytes() const;
  // Of these, what lies behind the headers.
  size_t attribute_bytes() const;

 private:
  std::byte* place_for(uint32_t row, uint32_t table, size_t bytes, Edit& edit);
  void own_chunk(size_t chunk, uint16_t table, size_t stride, Edit& edit);
  uint64_t replace_shares(const policy_record* before, std::span<const policy_share> shares, Edit& edit);

  PagedArray<ChunkPlace, 256> chunks_;
  RowsView view_;
  std::vector<uint64_t> chunk_edits_;
};

// The shares that a record points to; none for a place without a row.
std::span<const policy_share> published_shares(const policy_record* record);

}  // namespace policy
