#include "runtime/decide/filter.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "runtime/decide/code.h"

namespace policy {

namespace {

bool has_columns(const TableEntry& table, const ColumnsRead& reads, const policy_columns& rows) {
  if (rows.count == 0) return true;
  if (reads.owner && rows.owner == nullptr) return false;
  if (reads.unit && rows.owning_unit == nullptr && table.ownership != Ownership::Organization) return false;
  if (reads.away && rows.away == nullptr) return false;
  const bool shared = reads.shares && rows.share_begin != nullptr && rows.share_begin[rows.count] != 0;
  if (shared && rows.shares == nullptr) return false;
  return std::ranges::all_of(reads.attributes, [&](uint32_t attribute) {
    return attribute < rows.attribute_count && rows.attributes != nullptr &&
           rows.attributes[attribute].values != nullptr;
  });
}

FilterStatus status_of(const ProgramTables& tables, const policy_subject& subject, uint32_t table, uint32_t right,
                       const policy_columns& rows, std::span<const uint64_t> allowed) {
  if (table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT || subject.slot_count != tables.slot_count ||
      rows.struct_size < sizeof(policy_columns)) {
    return FilterStatus::Unknown;
  }
  const TableEntry& entry = tables.tables[table];
  if (!entry.takes(right)) return FilterStatus::Illegal;
  if (rows.count > uint64_t{allowed.size()} * 64) return FilterStatus::ShortBitmap;
  return has_columns(entry, entry.columns_read[right], rows) ? FilterStatus::Done : FilterStatus::MissingColumn;
}

// A record whose header and attributes are those of one row after the other.
class RowRecord {
 public:
  RowRecord(const TableEntry& table, const ColumnsRead& reads, const policy_columns& rows)
      : table_(table), reads_(reads), rows_(rows), words_((sizeof(policy_record) + table.attribute_bytes) / 8) {}

  const policy_record& at(uint64_t row) {
    policy_record header{0, POLICY_NONE, 0};
    if (reads_.owner) header.owner = rows_.owner[row];
    if (reads_.unit && rows_.owning_unit != nullptr) header.owning_unit = rows_.owning_unit[row];
    if (reads_.shares && rows_.share_begin != nullptr) header.shares = share_list(row);
    if (reads_.away && POLICY_BIT(rows_.away, row)) header.shares |= POLICY_AWAY;
    std::memcpy(words_.data(), &header, sizeof(header));
    for (uint32_t attribute : reads_.attributes) set_attribute(attribute, row);
    return *reinterpret_cast<const policy_record*>(words_.data());
  }

 private:
  uint64_t share_list(uint64_t row) {
    const uint32_t begin = rows_.share_begin[row], end = rows_.share_begin[row + 1];
    if (begin >= end) return 0;
    static_assert(sizeof(policy_share) == 8 && sizeof(policy_share_list) == 8);
    shares_.resize(1 + (end - begin));
    const policy_share_list list{end - begin, 0};
    std::memcpy(shares_.data(), &list, sizeof(list));
    std::memcpy(shares_.data() + 1, rows_.shares + begin, (end - begin) * sizeof(policy_share));
    return reinterpret_cast<uint64_t>(shares_.data());
  }

  void set_attribute(uint32_t attribute, uint64_t row) {
    const policy_column& column = rows_.attributes[attribute];
    const AttributeEntry& place = table_.attributes[attribute];
    auto* bytes = reinterpret_cast<uint8_t*>(words_.data()) + sizeof(policy_record);
    const bool present = column.present == nullptr || POLICY_BIT(column.present, row);
    const uint8_t bit = static_cast<uint8_t>(1u << attribute % 8);
    bytes[attribute / 8] = static_cast<uint8_t>((bytes[attribute / 8] & ~bit) | (present ? bit : 0));
    if (!present) return;
    std::memcpy(bytes + place.offset, static_cast<const uint8_t*>(column.values) + row * place.size, place.size);
  }

  const TableEntry& table_;
  const ColumnsRead& reads_;
  const policy_columns& rows_;
  std::vector<uint64_t> words_;
  std::vector<uint64_t> shares_;
};

void check_each(const ProgramTables& tables, const TableEntry& table, uint32_t right, const policy_subject& subject,
                const policy_columns& rows, const policy_context& context, std::span<uint64_t> allowed) {
  RowRecord record(table, table.columns_read[right], rows);
  for (uint64_t row = 0; row < rows.count; ++row) {
    if (!ask_check(tables, table.decisions[right], subject, record.at(row), context)) continue;
    allowed[row / 64] |= uint64_t{1} << row % 64;
  }
}

}  // namespace

FilterStatus filter_by_checks(const ProgramTables& tables, const policy_subject& subject, uint32_t table,
                              uint32_t right, const policy_columns& rows, const policy_context& context,
                              std::span<uint64_t> allowed) {
  std::ranges::fill(allowed, 0);
  const FilterStatus status = status_of(tables, subject, table, right, rows, allowed);
  if (status == FilterStatus::Done) {
    check_each(tables, tables.tables[table], right, subject, rows, context, allowed);
  }
  return status;
}

FilterStatus filter(const ProgramTables& tables, const policy_subject& subject, uint32_t table, uint32_t right,
                    const policy_columns& rows, const policy_context& context, std::span<uint64_t> allowed) {
  const FilterStatus status = status_of(tables, subject, table, right, rows, allowed);
  if (status != FilterStatus::Done) return std::ranges::fill(allowed, 0), status;
  const DecisionEntry& entry = tables.tables[table].decisions[right];
  const policy_filter_function code = entry.filter.get();
  if (code == nullptr) {
    if (tables.first_tier.want_filter != nullptr) {
      tables.first_tier.want_filter(tables.first_tier.self, entry.graph, rows.count);
    }
    return filter_by_checks(tables, subject, table, right, rows, context, allowed);
  }
  std::ranges::fill(allowed.subspan(POLICY_BITMAP_WORDS(rows.count)), 0);
  code(&subject, subject.reaches + entry.base, &rows, &context, allowed.data());
  return status;
}

}  // namespace policy
