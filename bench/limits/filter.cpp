// Written for the compiler's vectors: one element for each of 64 rows, which become whatever the processor has.
#include "bench/limits/filter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

namespace policyc::bench {

namespace {

constexpr policy_principal kFirstTeam = POLICY_PRINCIPAL(POLICY_TEAM, 0);
constexpr int32_t kEndOfJanuary = 20'484;  // 2026-01-31
constexpr uint32_t kBlock = 64;
constexpr uint32_t kShares = 16;

// One bit for each row of a block.
template <typename T, typename Asked>
inline uint64_t rows_where(const T* column, Asked asked) {
  uint8_t answers[kBlock];
  for (uint32_t i = 0; i < kBlock; ++i) answers[i] = asked(column[i]) ? 1 : 0;
  uint64_t rows = 0;
  for (uint32_t i = 0; i < kBlock / 8; ++i) {
    uint64_t eight;
    std::memcpy(&eight, answers + 8 * i, 8);
    rows |= (eight * 0x0102040810204080u >> 56) << 8 * i;
  }
  return rows;
}

// The same for what is asked most, of words, with the processor's own instructions where it has them.
#ifdef __AVX512F__
inline uint64_t joined(__mmask16 a, __mmask16 b, __mmask16 c, __mmask16 d) {
  return uint64_t{a} | uint64_t{b} << 16 | uint64_t{c} << 32 | uint64_t{d} << 48;
}
inline uint64_t rows_within(const uint32_t* column, uint32_t first, uint32_t span) {
  const __m512i begin = _mm512_set1_epi32(static_cast<int>(first)), most = _mm512_set1_epi32(static_cast<int>(span));
  auto inside = [&](const uint32_t* at) {
    return _mm512_cmple_epu32_mask(_mm512_sub_epi32(_mm512_loadu_si512(at), begin), most);
  };
  return joined(inside(column), inside(column + 16), inside(column + 32), inside(column + 48));
}
#else
inline uint64_t rows_within(const uint32_t* column, uint32_t first, uint32_t span) {
  return rows_where(column, [=](uint32_t value) { return value - first <= span; });
}
#endif
inline uint64_t rows_equal(const uint32_t* column, uint32_t value) { return rows_within(column, value, 0); }
inline uint64_t rows_from(const uint32_t* column, uint32_t least) {
  return rows_within(column, least, UINT32_MAX - least);
}

template <typename Do>
inline void each_row(uint64_t rows, Do use) {
  for (; rows != 0; rows &= rows - 1) use(static_cast<uint32_t>(std::countr_zero(rows)));
}

class HandFilter {
 public:
  HandFilter(const HandUser& user, const HandColumns& rows) : user_(user), rows_(rows) {}

  void at(uint64_t row) { row_ = row; }

  uint64_t reached_somehow(const HandReach& reach, uint32_t right, uint64_t asked) const {
    uint64_t found = reached(reach, right, asked);
    const HandReach* conditional = user_.conditional + reach.conditional;
    for (uint32_t left = reach.conditions; left != 0; left &= left - 1, ++conditional) {
      if (found == asked) return found;
      const uint64_t holding = holds(static_cast<Condition>(std::countr_zero(left)), asked & ~found);
      if (holding != 0) found |= reached(*conditional, right, holding);
    }
    return found;
  }

 private:
  uint64_t in_interval(uint32_t first, uint32_t span) const { return rows_within(rows_.unit + row_, first, span); }

  uint64_t reached(const HandReach& reach, uint32_t right, uint64_t asked) const {
    if (reach.span == UINT32_MAX) return asked;
    if (reach.own == POLICY_NONE) return 0;
    uint64_t found = in_interval(reach.first, reach.span);
    const uint32_t* list = user_.lists + reach.lists;
    for (uint32_t i = 0; i < reach.more_intervals; ++i, list += 2) found |= in_interval(list[0], list[1]);
    if ((asked & ~found) != 0) found |= owned(reach, list, asked & ~found);
    if ((asked & ~found) != 0) found |= shared(reach, right, asked & ~found);
    return found & asked;
  }

  uint64_t owned(const HandReach& reach, const uint32_t* owners, uint64_t asked) const {
    const policy_principal* column = rows_.owner + row_;
    uint64_t found = rows_equal(column, reach.own);
    const uint64_t groups = asked & rows_from(column, kFirstTeam);
    if (groups != 0) {
      for (uint32_t i = 0; i < reach.owners; ++i) found |= rows_equal(column, owners[i]);
    }
    found &= asked;
    if (found == 0) return 0;
    const uint64_t away = found & rows_.away[row_ / kBlock];
    const uint32_t* aways = owners + reach.owners;
    each_row(away, [&](uint32_t i) {
      bool anchored = false;
      for (uint32_t a = 0; a < reach.aways && !anchored; ++a) {
        anchored = aways[2 * a] == rows_.unit[row_ + i] && aways[2 * a + 1] == column[i];
      }
      if (!anchored) found &= ~(uint64_t{1} << i);
    });
    return found;
  }

  // Sixteen shares at once, each compared with everybody whose shares count for the user.
  uint64_t shared(const HandReach& reach, uint32_t right, uint64_t asked) const {
    const uint32_t last = rows_.share_begin[std::min(row_ + kBlock, rows_.count)];
    uint64_t found = 0;
    for (uint32_t at = rows_.share_begin[row_]; at < last; at += kShares) {
      const policy_share* share = rows_.shares + at;
      uint8_t counts[kShares];
      const policy_principal unit = reach.unit_share != 0 ? user_.unit : user_.user;
      for (uint32_t i = 0; i < kShares; ++i) {
        counts[i] = share[i].principal == user_.user || share[i].principal == unit ? 1 : 0;
      }
      for (uint32_t t = 0; t < user_.team_count; ++t) {
        const policy_principal team = user_.teams[t];
        for (uint32_t i = 0; i < kShares; ++i) counts[i] |= share[i].principal == team ? 1 : 0;
      }
      for (uint32_t i = 0; i < kShares; ++i) counts[i] &= static_cast<uint8_t>(share[i].rights >> right & 1);
      uint64_t any[2];
      std::memcpy(any, counts, sizeof(any));
      if ((any[0] | any[1]) == 0) continue;
      for (uint32_t i = 0; i < kShares && at + i < last; ++i) {
        if (counts[i] != 0) found |= uint64_t{1} << row_of_share(at + i);
      }
    }
    return found & asked;
  }

  uint32_t row_of_share(uint32_t share) const {
    return static_cast<uint32_t>(std::popcount(rows_within(rows_.share_begin + row_, 0, share)) - 1);
  }

  uint64_t holds(Condition condition, uint64_t asked) const {
    switch (condition) {
      case Condition::None:
        return asked;
      case Condition::Amount:
        return asked & rows_where(rows_.amount_cents + row_, [](int64_t amount) { return amount < 500'00; });
      case Condition::Status:
        return asked & rows_where(rows_.status + row_, [](uint8_t status) { return status == 1; });
      case Condition::Due:
        return asked & rows_where(rows_.due + row_, [](int32_t due) { return due < kEndOfJanuary; });
      case Condition::Region:
        return asked & rows_where(rows_.region + row_, [](uint8_t region) { return region == 0; });
      case Condition::Grade: {
        const int32_t grade = user_.grade;
        return asked & rows_where(rows_.grade + row_, [=](int16_t at_most) { return at_most <= grade; });
      }
      case Condition::ClosedAndSmall:
        return holds(Condition::Amount, holds(Condition::Status, asked));
    }
    return 0;
  }

  const HandUser& user_;
  const HandColumns& rows_;
  uint64_t row_ = 0;
};

}  // namespace

uint64_t scan(std::span<const uint64_t> words) {
  uint64_t sum = 0;
  for (uint64_t word : words) sum += word;
  return sum;
}

void filter_by_hand(const HandUser& user, const HandReach& reach, uint32_t right, const HandColumns& rows,
                    uint64_t* bitmap) {
  HandFilter filter(user, rows);
  for (uint64_t row = 0; row < rows.count; row += kBlock) {
    const uint64_t left = rows.count - row;
    uint64_t found = left >= kBlock ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    filter.at(row);
    found = filter.reached_somehow(reach, right, found);
    if (right == POLICY_RIGHT_delete && found != 0)
      found = filter.reached_somehow(*(&reach - 1), POLICY_RIGHT_read, found);
    bitmap[row / kBlock] = found;
  }
}

}  // namespace policyc::bench
