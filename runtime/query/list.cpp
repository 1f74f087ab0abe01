// Three sources, one after the other: rows of units that a slot reaches, rows of owners that count for the user (the
// user, teams, the unit, reports), rows shared with somebody who does. Each is a walk over a set ordered by unit, owner
// or recipient, from one that counts to the next. A row that an earlier source has given is left out by its header.
#include "runtime/query/list.h"

#include <algorithm>
#include <array>

#include "runtime/decide/decide.h"
#include "runtime/records/record_bytes.h"

namespace policy {

namespace {

enum Source : uint32_t { kByUnit, kByOwner, kByShare };

// What a call looks at before it gives back what it has.
constexpr size_t kMaxCandidates = 1 << 16;
constexpr size_t kBatch = 32;
constexpr policy_principal kOrganization = POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0);

// As many at once as may still be wanted, but for the last few.
size_t batch_of(size_t room) { return std::clamp<size_t>(room, 4, kBatch); }

// Units by number, both included.
struct UnitRun {
  uint32_t first = POLICY_NONE;
  uint32_t last = 0;
  bool is_known = false;  // every row there is allowed, whatever its header says

  bool is_empty() const { return first > last; }
};

bool reaches_everything(const policy_reach& reach) { return reach.count == POLICY_EVERYWHERE_COUNT; }

// The part of the reach's first interval that does not end before `unit`; rows of no unit are last by key.
UnitRun run_from(const policy_subject& subject, const policy_reach& reach, uint32_t unit) {
  if (reaches_everything(reach)) return {unit, POLICY_NONE};
  if (reach.count == 0) return {};
  const uint32_t first_end = reach.first + (reach.count - 1);
  if (unit <= first_end) return {std::max(reach.first, unit), first_end};
  const uint32_t* further = subject.lists + reach.lists;
  auto last_of = [further](uint32_t i) { return further[2 * i] + (further[2 * i + 1] - 1); };
  uint32_t low = 0, high = reach.interval_count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (last_of(middle) < unit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == reach.interval_count) return {};
  return {std::max(further[2 * low], unit), last_of(low)};
}

class Listing {
 public:
  Listing(const QueryView& view, const policy_subject& subject, uint32_t table, uint32_t right, ListCursor& cursor,
          std::span<uint32_t> page)
      : view_(view),
        subject_(subject),
        table_(table),
        right_(right),
        entry_(view.tables().tables[table].decisions[right]),
        slots_(subject.reaches + entry_.first_slot, entry_.slot_count),
        reports_(subject.reports, opens_through_hierarchy(view.tables(), table, right) ? subject.report_count : 0),
        unit_(POLICY_PRINCIPAL(POLICY_UNIT, subject.unit_index)),
        cursor_(cursor),
        page_(page) {}

  size_t run() {
    if (!holds()) cursor_.source = POLICY_NONE;
    const RowKeys keys = view_.rows(table_);
    while (!cursor_.at_end() && !is_full()) {
      bool is_done = false;
      if (cursor_.source == kByUnit) {
        is_done = walk_units(keys.by_unit);
      } else if (cursor_.source == kByOwner) {
        is_done = walk_principals(keys.by_owner, [this](uint32_t from) { return next_owner(from); });
      } else {
        is_done = walk_principals(keys.by_share, [this](uint32_t from) { return next_recipient(from); });
      }
      if (is_done) cursor_ = {0, cursor_.source < kByShare ? cursor_.source + 1 : POLICY_NONE};
    }
    return count_;
  }

 private:
  bool is_full() const { return count_ == page_.size() || looked_at_ >= kMaxCandidates; }

  bool holds() const {
    return std::any_of(slots_.begin(), slots_.end(),
                       [](const policy_reach& reach) { return (reach.flags & POLICY_REACH_HELD) != 0; });
  }

  // --- units

  // The first slot is that of grants without a condition. What it reaches is allowed, unless the right asks for another
  // right besides.
  UnitRun next_run(uint32_t unit) const {
    UnitRun next = run_from(subject_, slots_[0], unit);
    next.is_known = right_ != POLICY_RIGHT_create && right_ != POLICY_RIGHT_delete;
    if (!next.is_empty() && next.first == unit) return next;
    for (const policy_reach& slot : slots_.subspan(1)) {
      UnitRun other = run_from(subject_, slot, unit);
      if (other.is_empty() || (!next.is_empty() && other.first >= next.first)) continue;
      if (!next.is_empty()) other.last = std::min(other.last, next.first - 1);
      next = other;
    }
    return next;
  }

  bool reaches_unit(uint32_t unit) const {
    return std::any_of(slots_.begin(), slots_.end(), [&](const policy_reach& slot) {
      UnitRun run = run_from(subject_, slot, unit);
      return !run.is_empty() && run.first == unit;
    });
  }

  // True at the end of the source.
  bool walk_units(const KeySet& rows) {
    KeyCursor at = rows.from(cursor_.key);
    while (!at.at_end() && !is_full()) {
      UnitRun run = next_run(upper_half(at.key()));
      if (run.is_empty()) return true;
      at.seek(pair_key(run.first, 0));
      uint64_t last = pair_key(run.last, UINT32_MAX);
      if (run.is_known) {
        take_all(at, last);
      } else {
        check_all(at, last, [](uint64_t, const policy_record&) { return false; });
      }
    }
    return at.at_end() && !is_full();
  }

  void take_all(KeyCursor& at, uint64_t last) {
    if (!at.at_end()) at.fetch_ahead();
    while (!at.at_end() && at.key() <= last && count_ < page_.size()) {
      std::span<const uint64_t> run = at.run().first(std::min(at.run().size(), page_.size() - count_));
      size_t taken = run.back() <= last ? run.size() : std::upper_bound(run.begin(), run.end(), last) - run.begin();
      for (size_t i = 0; i < taken; ++i) page_[count_ + i] = lower_half(run[i]);
      count_ += taken;
      cursor_.key = run[taken - 1] + 1;
      at.skip(taken);
    }
  }

  // --- owners and recipients

  // The least from `from` on; POLICY_NONE where none is left.
  uint32_t next_report(uint32_t from) const {
    auto report = std::lower_bound(reports_.begin(), reports_.end(), from,
                                   [](const policy_report& r, uint32_t principal) { return r.principal < principal; });
    while (report != reports_.end() && (report->rights >> right_ & 1u) == 0) ++report;
    return report == reports_.end() ? POLICY_NONE : report->principal;
  }
  bool is_report(uint32_t principal) const {
    return !reports_.empty() && (report_rights(subject_, principal) >> right_ & 1u) != 0;
  }

  static uint32_t next_in(std::span<const uint32_t> ascending, uint32_t from) {
    auto found = std::lower_bound(ascending.begin(), ascending.end(), from);
    return found == ascending.end() ? POLICY_NONE : *found;
  }
  std::span<const uint32_t> owners(const policy_reach& slot) const {
    return {subject_.lists + slot.lists + 2 * slot.interval_count, slot.owner_count};
  }
  std::span<const uint32_t> teams() const { return {subject_.lists, subject_.team_count}; }

  uint32_t next_owner(uint32_t from) const {
    uint32_t next = std::min(next_report(from), subject_.user >= from ? subject_.user : POLICY_NONE);
    for (const policy_reach& slot : slots_) next = std::min(next, next_in(owners(slot), from));
    return next;
  }
  bool is_owner(uint32_t principal) const {
    return principal == subject_.user || is_report(principal) ||
           std::any_of(slots_.begin(), slots_.end(),
                       [&](const policy_reach& slot) { return next_in(owners(slot), principal) == principal; });
  }

  uint32_t next_recipient(uint32_t from) const {
    uint32_t next = std::min(next_report(from), next_in(teams(), from));
    for (uint32_t other : {subject_.user, unit_, kOrganization}) {
      if (other >= from) next = std::min(next, other);
    }
    return next;
  }
  bool is_recipient(uint32_t principal) const {
    return principal == subject_.user || principal == unit_ || principal == kOrganization ||
           next_in(teams(), principal) == principal || is_report(principal);
  }

  bool was_given_before(uint64_t key, const policy_record& record) const {
    if (reaches_unit(record.owning_unit)) return true;
    if (cursor_.source == kByOwner) return false;
    if (is_owner(record.owner)) return true;
    for (const policy_share& share : shares_of(record)) {
      if (share.principal >= upper_half(key)) return false;
      if (is_recipient(share.principal)) return true;
    }
    return false;
  }

  // True at the end of the source.
  template <typename Next>
  bool walk_principals(const KeySet& rows, Next next) {
    KeyCursor at = rows.from(cursor_.key);
    while (!at.at_end() && !is_full()) {
      uint32_t principal = next(upper_half(at.key()));
      if (principal == POLICY_NONE) return true;
      at.seek(pair_key(principal, 0));
      cursor_.key = std::max(cursor_.key, pair_key(principal, 0));
      ++looked_at_;
      check_all(at, pair_key(principal, UINT32_MAX),
                [this](uint64_t key, const policy_record& record) { return was_given_before(key, record); });
    }
    return at.at_end() && !is_full();
  }

  // --- rows one by one

  // Goes on past `last`, or until the page is full; rows are fetched together and then asked about.
  template <typename Skip>
  void check_all(KeyCursor& at, uint64_t last, Skip skip) {
    std::array<uint64_t, kBatch> keys;
    std::array<uint32_t, kBatch> rows;
    std::array<const policy_record*, kBatch> records;
    while (!at.at_end() && at.key() <= last && !is_full()) {
      size_t count = 0, batch = batch_of(page_.size() - count_);
      for (; count < batch && !at.at_end() && at.key() <= last; at.next()) {
        keys[count] = at.key();
        rows[count++] = lower_half(at.key());
      }
      looked_at_ += count;
      view_.find_records(std::span(rows).first(count), records.data());
      fetch(std::span(records).first(count));
      for (size_t i = 0; i < count && count_ < page_.size(); ++i) {
        cursor_.key = keys[i] + 1;
        if (records[i] == nullptr || skip(keys[i], *records[i])) continue;
        if (check(view_.tables(), subject_, table_, right_, *records[i], view_.context())) page_[count_++] = rows[i];
      }
    }
  }

  void fetch(std::span<const policy_record* const> records) const {
    for (const policy_record* record : records) __builtin_prefetch(record);
    if (cursor_.source != kByShare) return;
    for (const policy_record* record : records) {
      if (record != nullptr) __builtin_prefetch(reinterpret_cast<const void*>(record->shares));
    }
  }

  const QueryView& view_;
  const policy_subject& subject_;
  const uint32_t table_;
  const uint32_t right_;
  const DecisionEntry& entry_;
  const std::span<const policy_reach> slots_;
  const std::span<const policy_report> reports_;  // whose rows may count for the right
  const policy_principal unit_;
  ListCursor& cursor_;
  const std::span<uint32_t> page_;
  size_t count_ = 0;
  size_t looked_at_ = 0;
};

}  // namespace

size_t list(const QueryView& view, uint32_t user, uint32_t right, uint32_t table, ListCursor& cursor,
            std::span<uint32_t> page) {
  const ProgramTables& tables = view.tables();
  policy_subject subject{};
  view.find_subjects({&user, 1}, &subject);
  bool is_known = table < tables.tables.size() && tables.tables[table].takes(right) && subject.user != POLICY_NOBODY &&
                  subject.slot_count == tables.slot_count && cursor.source <= kByShare;
  if (!is_known) {
    cursor.source = POLICY_NONE;
    return 0;
  }
  return Listing(view, subject, table, right, cursor, page).run();
}

}  // namespace policy
