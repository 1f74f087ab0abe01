// Against std::set: random edits, every version as it was when it was made, and nothing leaked (the sanitized build).
#include "runtime/store/key_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace policy {
namespace {

std::vector<uint64_t> keys_of(const KeySet& set, uint64_t from = 0) {
  std::vector<uint64_t> keys;
  for (KeyCursor at = set.from(from); !at.at_end(); at.next()) keys.push_back(at.key());
  return keys;
}

// Versions of a set, as a store keeps them: what an edit retires is freed when the last version goes.
class Versions {
 public:
  ~Versions() {
    Edit edit(next_++);
    drop_keys(set, edit);
    free_later(edit);
    for (const Retired& retired : retired_) retired.free(retired.memory);
  }

  template <typename Change>
  void commit(Change change) {
    Edit edit(next_++);
    change(edit);
    free_later(edit);
  }

  template <typename Change>
  void abandon(Change change) {
    KeySet before = set;
    Edit edit(next_++);
    change(edit);
    set = before;
  }

  KeySet set;

 private:
  void free_later(Edit& edit) {
    std::vector<Retired> retired = edit.commit();
    retired_.insert(retired_.end(), retired.begin(), retired.end());
  }

  uint64_t next_ = 1;
  std::vector<Retired> retired_;
};

std::vector<uint64_t> sorted(const std::set<uint64_t>& keys) { return {keys.begin(), keys.end()}; }

TEST(KeySet, NothingIsInAnEmptySet) {
  KeySet empty;
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.size(), 0u);
  EXPECT_FALSE(empty.contains(0));
  EXPECT_TRUE(empty.from(0).at_end());
}

TEST(KeySet, KeepsTheGreatestAndTheLeastKey) {
  Versions versions;
  versions.commit([&](Edit& edit) {
    EXPECT_TRUE(insert_key(versions.set, UINT64_MAX, edit));
    EXPECT_TRUE(insert_key(versions.set, 0, edit));
    EXPECT_FALSE(insert_key(versions.set, 0, edit));
  });
  EXPECT_EQ(keys_of(versions.set), (std::vector<uint64_t>{0, UINT64_MAX}));
  EXPECT_EQ(versions.set.from(1).key(), UINT64_MAX);
  versions.commit([&](Edit& edit) {
    EXPECT_TRUE(erase_key(versions.set, UINT64_MAX, edit));
    EXPECT_TRUE(erase_key(versions.set, 0, edit));
    EXPECT_FALSE(erase_key(versions.set, 0, edit));
  });
  EXPECT_TRUE(versions.set.empty());
}

TEST(KeySet, PairsAreOrderedByTheFirst) {
  EXPECT_LT(pair_key(1, UINT32_MAX), pair_key(2, 0));
  EXPECT_EQ(upper_half(pair_key(3, 4)), 3u);
  EXPECT_EQ(lower_half(pair_key(3, 4)), 4u);
}

TEST(KeySet, BuiltFromAnyNumberOfKeys) {
  for (size_t count : {0u, 1u, 119u, 120u, 121u, 7'200u, 7'201u, 500'000u}) {
    std::vector<uint64_t> keys;
    for (size_t i = 0; i < count; ++i) keys.push_back(i * 3 + 1);
    Versions versions;
    versions.commit([&](Edit& edit) { versions.set = build_keys(keys, edit); });
    EXPECT_EQ(versions.set.size(), count);
    EXPECT_EQ(keys_of(versions.set), keys);
    for (size_t i = 0; i < count; i += 1 + count / 50) {
      EXPECT_TRUE(versions.set.contains(keys[i]));
      EXPECT_FALSE(versions.set.contains(keys[i] + 1));
      EXPECT_EQ(versions.set.from(keys[i] - 1).key(), keys[i]);
    }
  }
}

TEST(KeySet, KeysThatComeInOrderFillTheLeaves) {
  Versions versions;
  versions.commit([&](Edit& edit) {
    for (uint64_t key = 0; key < 100'000; ++key) ASSERT_TRUE(insert_key(versions.set, key, edit));
  });
  size_t leaves = 0;
  for (KeyCursor at = versions.set.from(0); !at.at_end(); at.skip(at.run().size())) ++leaves;
  EXPECT_EQ(leaves, (100'000 + kLeafKeys - 1) / kLeafKeys);
}

TEST(KeySet, SeekGoesForwardOnly) {
  std::vector<uint64_t> keys;
  for (uint64_t i = 0; i < 10'000; ++i) keys.push_back(i * 10);
  Versions versions;
  versions.commit([&](Edit& edit) { versions.set = build_keys(keys, edit); });
  KeyCursor at = versions.set.from(0);
  for (uint64_t key : {0u, 5u, 500u, 501u, 70'000u, 99'990u}) {
    at.seek(key);
    ASSERT_FALSE(at.at_end());
    EXPECT_EQ(at.key(), (key + 9) / 10 * 10);
  }
  at.seek(10);
  EXPECT_EQ(at.key(), 99'990u);
  at.seek(99'991);
  EXPECT_TRUE(at.at_end());
}

struct Edits {
  uint64_t built;  // with how many keys it begins
  uint64_t seed;
  uint64_t range;
  int erase_percent;
};

class KeySetEdits : public testing::TestWithParam<Edits> {};

TEST_P(KeySetEdits, AgreeWithASetAndLeaveOldVersionsAlone) {
  std::mt19937_64 random(GetParam().seed);
  Versions versions;
  std::set<uint64_t> expected;
  std::vector<std::pair<KeySet, std::vector<uint64_t>>> kept;
  while (expected.size() < GetParam().built) expected.insert(random() % GetParam().range);
  versions.commit([&](Edit& edit) { versions.set = build_keys(sorted(expected), edit); });
  auto change = [&](Edit& edit, std::set<uint64_t>& keys) {
    for (int i = 0; i < 400; ++i) {
      uint64_t key = random() % GetParam().range;
      if (static_cast<int>(random() % 100) < GetParam().erase_percent) {
        auto near = keys.lower_bound(key);
        if (near != keys.end()) key = *near;
        ASSERT_EQ(erase_key(versions.set, key, edit), keys.erase(key) == 1);
      } else {
        ASSERT_EQ(insert_key(versions.set, key, edit), keys.insert(key).second);
      }
    }
  };
  for (int round = 0; round < 60; ++round) {
    if (round % 5 == 4 && GetParam().built < 100'000) {
      std::set<uint64_t> dropped = expected;
      versions.abandon([&](Edit& edit) { change(edit, dropped); });
    }
    versions.commit([&](Edit& edit) { change(edit, expected); });
    ASSERT_EQ(versions.set.size(), expected.size());
    bool compares_all = GetParam().built == 0 || round == 59;
    if (compares_all) {
      ASSERT_EQ(keys_of(versions.set), sorted(expected));
    }
    for (int i = 0; i < 20; ++i) {
      uint64_t key = random() % GetParam().range;
      EXPECT_EQ(versions.set.contains(key), expected.contains(key));
      auto from = expected.lower_bound(key);
      KeyCursor at = versions.set.from(key);
      ASSERT_EQ(at.at_end(), from == expected.end());
      if (!at.at_end()) {
        EXPECT_EQ(at.key(), *from);
      }
    }
    if (compares_all) kept.emplace_back(versions.set, sorted(expected));
  }
  for (const auto& [set, keys] : kept) ASSERT_EQ(keys_of(set), keys);
  // Empty again, key by key.
  versions.commit([&](Edit& edit) {
    for (uint64_t key : expected) ASSERT_TRUE(erase_key(versions.set, key, edit));
  });
  EXPECT_TRUE(versions.set.empty());
  ASSERT_EQ(keys_of(kept.back().first), kept.back().second);
}

INSTANTIATE_TEST_SUITE_P(All, KeySetEdits,
                         testing::Values(Edits{0, 1, 1'000, 50}, Edits{0, 2, 100'000, 30}, Edits{0, 3, 100'000, 60},
                                         Edits{0, 4, UINT64_MAX, 10}, Edits{0, 5, UINT64_MAX, 45},
                                         Edits{0, 6, 300, 20}));
// Higher trees; and far more is taken away than comes, until hardly anything is left.
INSTANTIATE_TEST_SUITE_P(Built, KeySetEdits,
                         testing::Values(Edits{500'000, 7, UINT64_MAX, 50}, Edits{20'000, 8, 40'000, 100},
                                         Edits{20'000, 9, UINT64_MAX, 95}));

}  // namespace
}  // namespace policy
