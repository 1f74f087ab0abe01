// Rows in many versions: what was put is found, old versions stay, and memory is what it should be.
#include "runtime/store/rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace policy {
namespace {

struct Stored {
  uint32_t table;
  policy_principal owner;
  std::vector<uint64_t> attributes;
  std::vector<policy_share> shares;
};
using Model = std::map<uint32_t, Stored>;

std::vector<std::byte> bytes_of(const Stored& row) {
  policy_record header{row.owner, 7, POLICY_AWAY};
  std::vector<std::byte> bytes(sizeof header + row.attributes.size() * 8);
  std::memcpy(bytes.data(), &header, sizeof header);
  if (!row.attributes.empty()) {
    std::memcpy(bytes.data() + sizeof header, row.attributes.data(), row.attributes.size() * 8);
  }
  return bytes;
}

void expect_equal(const RowsView& view, const Model& model, uint32_t rows) {
  for (uint32_t row = 0; row < rows; ++row) {
    RowPlace place = view.find(row);
    auto found = model.find(row);
    ASSERT_EQ(place.record != nullptr, found != model.end()) << row;
    if (place.record == nullptr) continue;
    const Stored& stored = found->second;
    ASSERT_EQ(place.table, stored.table);
    ASSERT_EQ(place.record->owner, stored.owner);
    ASSERT_EQ(place.record->shares & POLICY_AWAY, POLICY_AWAY);
    const auto* attributes = reinterpret_cast<const uint64_t*>(place.record + 1);
    ASSERT_TRUE(std::equal(stored.attributes.begin(), stored.attributes.end(), attributes));
    std::span<const policy_share> shares = published_shares(place.record);
    ASSERT_EQ(shares.size(), stored.shares.size());
    for (size_t i = 0; i < shares.size(); ++i) ASSERT_EQ(shares[i].principal, stored.shares[i].principal);
  }
}

void change_some(Rows& rows, Model& model, std::mt19937& random, uint32_t count, Edit& edit) {
  for (int i = 0; i < 20; ++i) {
    uint32_t row = random() % count;
    if (random() % 4 == 0) {
      rows.erase(row, edit);
      model.erase(row);
      continue;
    }
    Stored stored{row < 300 ? 1 : static_cast<uint32_t>(random() % 3), static_cast<policy_principal>(random()), {}, {}};
    stored.attributes.assign(stored.table, random());
    for (uint32_t share = random() % 3; share > 0; --share) stored.shares.push_back({share, 1, 0});
    ASSERT_TRUE(rows.put(row, stored.table, bytes_of(stored), stored.shares, edit));
    model[row] = stored;
  }
}

TEST(Rows, EqualAModelInEveryVersion) {
  constexpr uint32_t kCount = 1000;
  std::mt19937 random(1);
  Rows rows;
  Model model;
  std::vector<std::pair<RowsView, Model>> versions;
  std::vector<Retired> retired;
  uint64_t number = 0;
  for (int round = 0; round < 60; ++round) {
    Edit edit(++number);
    RowsView before = rows.view();
    Model changed = model;
    change_some(rows, changed, random, kCount, edit);
    if (round % 5 == 4) {
      rows.restore(before);
    } else {
      model = changed;
      for (const Retired& piece : edit.commit()) retired.push_back(piece);
    }
    expect_equal(rows.view(), model, kCount);
    versions.emplace_back(rows.view(), model);
  }
  for (const auto& [view, seen] : versions) expect_equal(view, seen, kCount);
  Edit last(++number);
  rows.drop(last);
  for (const Retired& piece : last.commit()) piece.free(piece.memory);
  for (const Retired& piece : retired) piece.free(piece.memory);
}

TEST(Rows, OfOneTableTakeTheirRecordAndAttributesAlone) {
  constexpr uint32_t kCount = 1 << 16;
  Rows rows;
  Edit edit(1);
  for (uint32_t row = 0; row < kCount; ++row) {
    ASSERT_TRUE(rows.put(row, row / 256 % 5, bytes_of({0, row, {1, 2}, {}}), {}, edit));
  }
  double each = static_cast<double>(rows.bytes()) / kCount;
  EXPECT_LT(each - 16, 16.1);
  rows.drop(edit);
  EXPECT_TRUE(edit.commit().empty());
}

TEST(Rows, FarApartAndBeyondTheEnd) {
  Rows rows;
  Edit edit(1);
  EXPECT_EQ(rows.view().find(0).record, nullptr);
  ASSERT_TRUE(rows.put(100'000, 70'000, bytes_of({0, 3, {}, {}}), {}, edit));
  EXPECT_EQ(rows.view().find(100'000).table, 70'000u);
  EXPECT_EQ(rows.view().find(99'999).record, nullptr);
  EXPECT_EQ(rows.view().find(0).record, nullptr);
  EXPECT_EQ(rows.view().find(UINT32_MAX).record, nullptr);
  std::vector<std::byte> huge(1 << 20);
  EXPECT_FALSE(rows.put(100'000, 1, huge, {}, edit));
  EXPECT_EQ(rows.view().find(100'000).record, nullptr) << "what does not fit is not there";
  rows.drop(edit);
  EXPECT_TRUE(edit.commit().empty());
}

}  // namespace
}  // namespace policy
