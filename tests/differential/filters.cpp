#include "tests/differential/filters.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

#include "compiler/ir/attribute_layout.h"
#include "runtime/decide/filter.h"
#include "runtime/records/record_bytes.h"

namespace policyc::test {
namespace {

// So that every table fills more than one block, and the last of them in part.
constexpr size_t kRows = 64 + 13;

// The rows of one table over and over, taken from the records that checks are asked about.
struct TableColumns {
  TableColumns(const IRTable& table, const NativeWorld& world, const Facts& facts, TableId id) {
    for (RecordId record : facts.records.ids()) {
      if (facts.records[record].table == id && facts.records[record].exists) records.push_back(record);
    }
    if (records.empty()) return;
    for (const Field& field : table.layout.fields) values.emplace_back(kRows * size_of(field.type));
    present.resize(values.size(), std::vector<uint64_t>(POLICY_BITMAP_WORDS(kRows)));
    for (size_t row = 0; row < kRows; ++row) add(table.layout, row, world.call({0}, Right::Read, of_row(row)));
    for (size_t i = 0; i < values.size(); ++i) attributes.push_back({values[i].data(), present[i].data()});
    columns = {.struct_size = sizeof(columns),
               .attribute_count = static_cast<uint32_t>(attributes.size()),
               .count = kRows,
               .owner = owners.data(),
               .owning_unit = units.data(),
               .away = away.data(),
               .share_begin = share_begin.data(),
               .shares = shares.data(),
               .attributes = attributes.data()};
  }

  RecordId of_row(size_t row) const { return records[row % records.size()]; }

  void add(const AttributeLayout& layout, size_t row, const NativeWorld::Call& call) {
    owners.push_back(call.record->owner);
    units.push_back(call.record->owning_unit);
    away[row / 64] |= (call.record->shares & POLICY_AWAY) << row % 64;
    for (const policy_share& share : policy::shares_of(*call.record)) shares.push_back(share);
    share_begin.push_back(static_cast<uint32_t>(shares.size()));
    context = call.context;
    const uint8_t* bytes = reinterpret_cast<const uint8_t*>(call.record + 1);
    for (size_t i = 0; i < layout.fields.size(); ++i) {
      const Field& field = layout.fields[i];
      if ((bytes[field.presence / 8] >> field.presence % 8 & 1) == 0) continue;
      present[i][row / 64] |= uint64_t{1} << row % 64;
      std::memcpy(&values[i][row * size_of(field.type)], bytes + field.offset, size_of(field.type));
    }
  }

  std::vector<RecordId> records;
  std::vector<uint32_t> owners, units;
  std::vector<uint64_t> away = std::vector<uint64_t>(POLICY_BITMAP_WORDS(kRows));
  std::vector<uint32_t> share_begin = {0};
  std::vector<policy_share> shares;
  std::vector<std::vector<uint8_t>> values;
  std::vector<std::vector<uint64_t>> present;
  std::vector<policy_column> attributes;
  policy_columns columns{};
  const policy_context* context = nullptr;
};

class FilterComparison {
 public:
  FilterComparison(const Engines& engines, const policy::ProgramTables& tables, const Facts& facts)
      : engines_(engines), tables_(tables), facts_(facts), world_(tables, engines.engine.ir, facts) {}

  void run() {
    for (TableId id : engines_.engine.ir.tables.ids()) {
      const TableColumns rows(engines_.engine.ir.tables[id], world_, facts_, id);
      if (rows.records.empty()) continue;
      for (Right right : kAllRights) {
        for (UserId user : facts_.users.ids()) compare(id, right, user, rows);
      }
    }
  }

  FiltersSeen seen;

 private:
  void compare(TableId table, Right right, UserId user, const TableColumns& rows) {
    const policy_subject& subject = *world_.call(user, right, rows.records[0]).subject;
    const uint32_t r = static_cast<uint32_t>(right);
    std::vector<uint64_t> filtered(POLICY_BITMAP_WORDS(kRows)), checked(filtered.size()), expected(filtered.size());
    policy::filter(tables_, subject, table.index, r, rows.columns, *rows.context, filtered);
    policy::filter_by_checks(tables_, subject, table.index, r, rows.columns, *rows.context, checked);
    for (size_t row = 0; row < kRows; ++row) {
      const bool may = world_.check(user, right, rows.of_row(row));
      expected[row / 64] |= uint64_t{may} << row % 64;
      ++seen.decisions;
      seen.allowed += may;
    }
    const std::string asked =
        fmt::format("{} {} {}", facts_.users[user].name, word(right), engines_.policy().tables[table].name);
    EXPECT_EQ(filtered, expected) << asked << "\n" << engines_.text;
    EXPECT_EQ(checked, expected) << asked << ", row by row\n" << engines_.text;
  }

  const Engines& engines_;
  const policy::ProgramTables& tables_;
  const Facts& facts_;
  NativeWorld world_;
};

}  // namespace

FiltersSeen compare_filters(const Engines& engines, const policy::ProgramTables& tables, const Facts& facts) {
  FilterComparison comparison(engines, tables, facts);
  comparison.run();
  return comparison.seen;
}

}  // namespace policyc::test
