#include "bench/measure_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "bench/limits/filter.h"
#include "bench/timing.h"
#include "compiler/ir/attribute_layout.h"
#include "runtime/decide/filter.h"

namespace policyc::bench {

namespace {

constexpr double kScanBar = 1.25;  // 0.8 of the rows in the same time
// Entries behind the last row, so that whole blocks may be read.
constexpr size_t kBehind = 64;

uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

// Memory for a column, in whole words.
struct Bytes {
  std::vector<uint64_t> words;

  void reserve(uint64_t rows, uint64_t size) { words.resize(((rows + kBehind) * size + 7) / 8); }
  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(words.data());
  }
};

// The rows as columns, both ways of answering with the same owners, units and shares.
class FilterRows {
 public:
  FilterRows(const FilterWorlds& worlds, uint32_t table, uint32_t right, uint64_t count)
      : worlds_(worlds),
        layout_(worlds.engine.ir.tables[TableId{table}].layout),
        reads_(worlds.engine.program.tables().tables[table].columns_read[right]) {
    const bool owned = worlds.workload.policy.tables[table].owned_by_user;
    for (uint32_t i = 0; i < worlds.workload.records.size(); ++i) {
      const PlannedRecord& record = worlds.workload.records[i];
      if (worlds.workload.policy.tables[record.table].owned_by_user == owned) records_.push_back(i);
    }
    make_columns(count);
    for (uint64_t row = 0; row < count; ++row) add(row, records_[mixed(row) % records_.size()]);
    columns_ = {.struct_size = sizeof(columns_),
                .attribute_count = static_cast<uint32_t>(attributes_.size()),
                .count = count,
                .owner = owner_.as<uint32_t>(),
                .owning_unit = unit_.as<uint32_t>(),
                .away = away_.words.data(),
                .share_begin = share_begin_.as<uint32_t>(),
                .shares = shares_.as<policy_share>(),
                .attributes = attributes_.data()};
    hand_ = {.count = count,
             .owner = columns_.owner,
             .unit = columns_.owning_unit,
             .away = columns_.away,
             .share_begin = columns_.share_begin,
             .shares = columns_.shares,
             .amount_cents = amount_.as<int64_t>(),
             .due = due_.as<int32_t>(),
             .grade = grade_.as<int16_t>(),
             .status = status_.as<uint8_t>(),
             .region = region_.as<uint8_t>()};
  }

  const policy_columns& columns() const { return columns_; }
  const HandColumns& by_hand() const { return hand_; }
  bool units_agree() const { return units_agree_; }

  // Every column that the decision reads for somebody who holds grants with these conditions, from the first word to
  // the last.
  uint64_t scan_all(uint32_t conditions) const {
    const uint64_t rows = columns_.count;
    uint64_t sum = 0;
    if (reads_.owner) sum += scan(std::span(owner_.words).first(rows * 4 / 8));
    if (reads_.unit) sum += scan(std::span(unit_.words).first(rows * 4 / 8));
    if (reads_.away) sum += scan(std::span(away_.words).first(rows / 64));
    if (reads_.shares) {
      sum += scan(std::span(share_begin_.words).first(rows * 4 / 8));
      sum += scan(std::span(shares_.words).first(columns_.share_begin[rows]));
    }
    for (uint32_t i : reads_.attributes) {
      if (!is_read(layout_.fields[i].name, conditions)) continue;
      sum += scan(std::span(values_[i].words).first(rows * size_of(layout_.fields[i].type) / 8));
      sum += scan(std::span(present_[i].words).first(rows / 64));
    }
    return sum;
  }

 private:
  static bool is_read(const std::string& field, uint32_t conditions) {
    auto reads = [&](Condition condition) { return (conditions >> static_cast<uint32_t>(condition) & 1) != 0; };
    const bool both = reads(Condition::ClosedAndSmall);
    return (field == "amount" && (both || reads(Condition::Amount))) ||
           (field == "status" && (both || reads(Condition::Status))) || (field == "due" && reads(Condition::Due)) ||
           (field == "region" && reads(Condition::Region)) || (field == "grade" && reads(Condition::Grade));
  }

  void make_columns(uint64_t count) {
    owner_.reserve(count, 4);
    unit_.reserve(count, 4);
    away_.reserve(count / 64 + 1, 8);
    share_begin_.reserve(count + 1, 4);
    amount_.reserve(count, 8);
    due_.reserve(count, 4);
    grade_.reserve(count, 2);
    status_.reserve(count, 1);
    region_.reserve(count, 1);
    values_.resize(layout_.fields.size());
    present_.resize(layout_.fields.size());
    attributes_.resize(layout_.fields.size());
    for (uint32_t i : reads_.attributes) {
      values_[i].reserve(count, size_of(layout_.fields[i].type));
      present_[i].reserve(count / 64 + 1, 8);
      attributes_[i] = {values_[i].words.data(), present_[i].words.data()};
    }
    find_shares(count);
  }

  void find_shares(uint64_t count) {
    shares_of_.assign(worlds_.workload.records.size(), {});
    for (const PlannedShare& share : worlds_.workload.shares) {
      shares_of_[share.record].push_back({share.principal, share.rights, 0});
    }
    uint64_t shares = 0;
    for (uint64_t row = 0; row < count; ++row) {
      share_begin_.as<uint32_t>()[row] = static_cast<uint32_t>(shares);
      shares += shares_of_[records_[mixed(row) % records_.size()]].size();
    }
    share_begin_.as<uint32_t>()[count] = static_cast<uint32_t>(shares);
    std::fill_n(share_begin_.as<uint32_t>() + count + 1, kBehind, UINT32_MAX);
    shares_.reserve(shares, sizeof(policy_share));
  }

  void add(uint64_t row, uint32_t index) {
    const CompiledCall call = worlds_.compiled.call({0, index, POLICY_RIGHT_read});
    const HandRecord& hand = *worlds_.handwritten.call({0, index, POLICY_RIGHT_read}).record;
    units_agree_ &= hand.unit == call.record->owning_unit;
    owner_.as<uint32_t>()[row] = call.record->owner;
    unit_.as<uint32_t>()[row] = call.record->owning_unit;
    away_.words[row / 64] |= (call.record->shares & POLICY_AWAY) << row % 64;
    std::ranges::copy(shares_of_[index], shares_.as<policy_share>() + share_begin_.as<uint32_t>()[row]);
    amount_.as<int64_t>()[row] = hand.amount_cents;
    due_.as<int32_t>()[row] = hand.due;
    grade_.as<int16_t>()[row] = hand.grade;
    status_.as<uint8_t>()[row] = hand.status;
    region_.as<uint8_t>()[row] = hand.region;
    for (uint32_t i : reads_.attributes) add_value(row, i, worlds_.workload.records[index]);
  }

  void add_value(uint64_t row, uint32_t i, const PlannedRecord& record) {
    const Field& field = layout_.fields[i];
    constexpr int64_t kDecimalsPerCent = 100'000'000;
    Int128 number = kNull;
    if (field.name == "amount" && record.amount_cents != kNull) number = Int128{record.amount_cents} * kDecimalsPerCent;
    if (field.name == "status") number = record.status;
    if (field.name == "due") number = record.due;
    if (field.name == "region") number = record.region;
    if (field.name == "grade") number = record.grade;
    if (number == kNull) return;
    present_[i].words[row / 64] |= uint64_t{1} << row % 64;
    uint8_t* place = values_[i].as<uint8_t>() + row * size_of(field.type);
    if (field.type == ValueType::String) {
      const char* text = kRegions[static_cast<size_t>(number)];
      const policy_string string{text, std::strlen(text)};
      std::memcpy(place, &string, sizeof(string));
    } else {
      std::memcpy(place, &number, size_of(field.type));
    }
  }

  const FilterWorlds& worlds_;
  const AttributeLayout& layout_;
  const policy::ColumnsRead& reads_;
  std::vector<uint32_t> records_;  // that rows are taken from
  std::vector<std::vector<policy_share>> shares_of_;
  Bytes owner_, unit_, away_, share_begin_, shares_, amount_, due_, grade_, status_, region_;
  std::vector<Bytes> values_, present_;
  std::vector<policy_column> attributes_;
  policy_columns columns_{};
  HandColumns hand_{};
  bool units_agree_ = true;
};

// A user of some reach, and the table and right that are asked about.
struct Asker {
  std::string reach;
  uint32_t table = 0;
  uint32_t right = POLICY_RIGHT_read;
  uint32_t user = 0;
};

class FilterBench {
 public:
  FilterBench(const FilterWorlds& worlds, const FilterSizes& sizes, Report& report)
      : worlds_(worlds), sizes_(sizes), report_(report), tables_(worlds.engine.program.tables()) {}

  std::optional<std::string> run() {
    for (const Asker& asker : askers()) {
      if (std::optional<std::string> failure = measure(asker)) return failure;
    }
    return std::nullopt;
  }

 private:
  // The decision that reads most columns, and of it the first user of each kind of reach.
  std::vector<Asker> askers() const {
    const auto [table, right] = widest_decision();
    std::vector<Asker> found;
    for (uint32_t user = 0; user < worlds_.workload.users.size(); ++user) {
      const std::string reach = reach_of(table, right, user);
      const bool is_new = std::ranges::none_of(found, [&](const Asker& asker) { return asker.reach == reach; });
      if (is_new && !reach.empty()) found.push_back({reach, table, right, user});
    }
    std::ranges::sort(found, {}, &Asker::reach);
    return found;
  }

  std::pair<uint32_t, uint32_t> widest_decision() const {
    std::pair<uint32_t, uint32_t> widest = {0, POLICY_RIGHT_read};
    size_t most = 0;
    for (uint32_t table = 0; table < tables_.tables.size(); ++table) {
      for (uint32_t right : {POLICY_RIGHT_read, POLICY_RIGHT_delete}) {
        const size_t read = tables_.tables[table].columns_read[right].attributes.size();
        if (read > most) widest = {table, right}, most = read;
      }
    }
    return widest;
  }

  policy_subject const& subject(uint32_t user) const {
    return *worlds_.compiled.call({user, 0, POLICY_RIGHT_read}).subject;
  }

  std::string reach_of(uint32_t table, uint32_t right, uint32_t user) const {
    const policy::DecisionEntry& entry = tables_.tables[table].decisions[right];
    const policy_reach* reach = subject(user).reaches + entry.first_slot;
    size_t conditions = 0;
    for (uint32_t i = 1; i < entry.slot_count; ++i) conditions += (reach[i].flags & POLICY_REACH_HELD) != 0 ? 1 : 0;
    if (reach->first == POLICY_EVERYWHERE_FIRST && reach->count == POLICY_EVERYWHERE_COUNT) return "every row";
    if (conditions >= 2) return "several conditions";
    if (conditions == 1) return "one condition";
    if ((reach->flags & POLICY_REACH_HELD) == 0) return "nothing";
    if (reach->interval_count != 0) return "several units";
    return reach->count > 1 ? "a subtree" : reach->count == 1 ? "one unit" : "own rows";
  }

  std::optional<std::string> measure(const Asker& asker) {
    Result<bool> compiled =
        worlds_.engine.program.compile_filter(TableId{asker.table}, static_cast<Right>(asker.right));
    const std::string name = fmt::format("filter: {}, {}", worlds_.workload.policy.name, asker.reach);
    if (!compiled || !*compiled) return name + ": no filter";
    if (rows_ == nullptr) rows_ = std::make_unique<FilterRows>(worlds_, asker.table, asker.right, sizes_.rows);
    if (!rows_->units_agree()) return name + ": units are numbered differently";
    bitmap_.resize(POLICY_BITMAP_WORDS(sizes_.rows));
    if (std::optional<std::string> failure = compare(asker)) return name + ": " + *failure;
    const double rows = static_cast<double>(sizes_.rows);
    auto time = [&](auto work) { return [=] { return seconds(work) * 1e9 / rows; }; };
    auto ours = time([&] { filter(asker, bitmap_); });
    add(name, "reading the columns", kScanBar,
        time_paired(sizes_.rounds, ours, time([&] { keep(rows_->scan_all(conditions(asker))); })));
    add(name, "hand-written C++", std::nullopt,
        time_paired(sizes_.rounds, ours, time([&] { by_hand(asker, bitmap_); })));
    return std::nullopt;
  }

  void filter(const Asker& asker, std::vector<uint64_t>& bitmap) {
    keep(policy::filter(tables_, subject(asker.user), asker.table, asker.right, rows_->columns(),
                        worlds_.compiled.world().context, bitmap));
  }

  const HandUser& hand_user(const Asker& asker) const {
    return *worlds_.handwritten.call({asker.user, 0, POLICY_RIGHT_read}).user;
  }
  const HandReach& hand_reach(const Asker& asker, uint32_t right) const {
    return hand_user(asker).reaches[asker.table * POLICY_RIGHT_COUNT + right];
  }
  // Of the grants that the user holds.
  uint32_t conditions(const Asker& asker) const {
    const uint32_t of_read = hand_reach(asker, POLICY_RIGHT_read).conditions;
    return hand_reach(asker, asker.right).conditions | (asker.right == POLICY_RIGHT_delete ? of_read : 0);
  }

  void by_hand(const Asker& asker, std::vector<uint64_t>& bitmap) {
    filter_by_hand(hand_user(asker), hand_reach(asker, asker.right), asker.right, rows_->by_hand(), bitmap.data());
  }

  std::optional<std::string> compare(const Asker& asker) {
    std::vector<uint64_t> other(bitmap_.size());
    filter(asker, bitmap_);
    by_hand(asker, other);
    if (bitmap_ != other) return "compiled and hand-written filters disagree";
    policy_columns some = rows_->columns();
    some.count = std::min<uint64_t>(some.count, 200'000);
    policy::filter_by_checks(tables_, subject(asker.user), asker.table, asker.right, some,
                             worlds_.compiled.world().context, other);
    const uint64_t words = some.count / 64;
    if (!std::equal(other.begin(), other.begin() + words, bitmap_.begin())) return "filter and checks disagree";
    uint64_t allowed = 0;
    for (uint64_t word : bitmap_) allowed += static_cast<uint64_t>(__builtin_popcountll(word));
    report_.workloads.push_back(
        fmt::format("filter of {}, {}: {:.1f} % of {} rows are allowed", worlds_.workload.policy.name, asker.reach,
                    100.0 * static_cast<double>(allowed) / static_cast<double>(sizes_.rows), sizes_.rows));
    return std::nullopt;
  }

  void add(const std::string& name, const char* against, std::optional<double> bar, const Paired& times) {
    report_.rows.push_back({name, times.ours, "ns a row", against, times.theirs, times.ratio, bar});
  }

  const FilterWorlds& worlds_;
  const FilterSizes& sizes_;
  Report& report_;
  const policy::ProgramTables& tables_;
  std::unique_ptr<FilterRows> rows_;
  std::vector<uint64_t> bitmap_;
};

}  // namespace

std::optional<std::string> measure_filter(const FilterWorlds& worlds, const FilterSizes& sizes, Report& report) {
  return FilterBench(worlds, sizes, report).run();
}

}  // namespace policyc::bench
