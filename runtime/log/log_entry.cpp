// Packing and unpacking are each other's mirror: names, subject, record, context.
#include "runtime/log/log_entry.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "runtime/organization/subject.h"
#include "runtime/records/record_bytes.h"

namespace policy {

namespace {

// Every piece begins at a multiple of this, so that what is unpacked may be read in place.
constexpr size_t kAlignment = 8;
constexpr size_t aligned(size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

// How large it will be.
class Measure {
 public:
  void put(const void*, size_t size) { size_ += aligned(size); }
  size_t size() const { return size_; }

 private:
  size_t size_ = 0;
};

class Writing {
 public:
  explicit Writing(std::byte* to) : to_(to) {}
  void put(const void* from, size_t size) {
    if (size != 0) std::memcpy(to_, from, size);
    std::memset(to_ + size, 0, aligned(size) - size);
    to_ += aligned(size);
  }

 private:
  std::byte* to_;
};

class Reading {
 public:
  explicit Reading(const std::byte* from) : from_(from) {}

  const std::byte* take(size_t size) {
    const std::byte* taken = from_;
    from_ += aligned(size);
    return taken;
  }
  template <typename T>
  T value() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  template <typename T>
  std::span<const T> list() {
    const auto count = value<uint64_t>();
    return {reinterpret_cast<const T*>(take(count * sizeof(T))), count};
  }
  std::string_view text() {
    const auto size = value<uint64_t>();
    return {reinterpret_cast<const char*>(take(size)), size};
  }
  const std::byte* place() const { return from_; }

 private:
  const std::byte* from_;
};

template <typename Sink, typename T>
void put_value(Sink& sink, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  sink.put(&value, sizeof value);
}

template <typename Sink, typename T>
void put_list(Sink& sink, std::span<const T> list) {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kAlignment);
  put_value(sink, uint64_t{list.size()});
  sink.put(list.data(), list.size_bytes());
}

template <typename Sink>
void put_text(Sink& sink, std::string_view text) {
  put_list(sink, std::span<const char>(text.data(), text.size()));
}

bool has_value(const uint8_t* attributes, size_t number) { return (attributes[number / 8] >> number % 8 & 1) != 0; }

bool is_text(const AttributeEntry& entry) { return entry.type == POLICY_TYPE_STRING; }

template <typename Sink>
void put_attributes(Sink& sink, const std::vector<AttributeEntry>& entries, size_t size, const uint8_t* attributes) {
  const bool is_there = attributes != nullptr && size != 0;
  put_value(sink, uint64_t{is_there});
  if (!is_there) return;
  sink.put(attributes, size);
  for (size_t number = 0; number < entries.size(); ++number) {
    if (!is_text(entries[number]) || !has_value(attributes, number)) continue;
    policy_string text;
    std::memcpy(&text, attributes + entries[number].offset, sizeof text);
    put_text(sink, text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size));
  }
}

template <typename Sink>
void put_subject(Sink& sink, const ProgramTables& tables, const policy_subject* subject) {
  const Profile* profile = subject == nullptr ? nullptr : profile_of(*subject);
  const bool is_there = profile != nullptr && profile->program == &tables;
  put_value(sink, uint64_t{is_there});
  if (!is_there) return;
  const Standing& standing = profile->standing;
  put_value(sink, standing.unit);
  put_list(sink, std::span<const policy_principal>(standing.teams));
  put_list(sink, std::span<const Holding>(standing.holdings));
  put_list(sink, std::span<const policy_report>(subject->reports, subject->report_count));
  put_attributes(sink, tables.user_attributes, tables.user_attribute_bytes, subject->attributes);
}

template <typename Sink>
void put_record(Sink& sink, const ProgramTables& tables, uint32_t table, const policy_record* record) {
  const bool is_there = record != nullptr && table < tables.tables.size();
  put_value(sink, uint64_t{is_there});
  if (!is_there) return;
  const TableEntry& entry = tables.tables[table];
  put_value(sink, *record);
  put_list(sink, shares_of(*record));
  put_attributes(sink, entry.attributes, entry.attribute_bytes, reinterpret_cast<const uint8_t*>(record + 1));
}

// Not through the middle of a character.
std::string_view cut_name(std::string_view name) {
  if (name.size() <= kLoggedNameBytes) return name;
  size_t size = kLoggedNameBytes;
  while (size > 0 && (static_cast<uint8_t>(name[size]) & 0xc0) == 0x80) --size;
  return name.substr(0, size);
}

template <typename Sink>
void put_names(Sink& sink, const LoggedDecision& decision) {
  put_text(sink, cut_name(decision.user_name));
  put_text(sink, cut_name(decision.row_name));
}

template <typename Sink>
void put_facts(Sink& sink, const LoggedDecision& decision) {
  const ProgramTables& tables = *decision.tables;
  put_subject(sink, tables, decision.subject);
  put_record(sink, tables, decision.table, decision.record);
  const uint8_t* context = decision.context == nullptr ? nullptr : decision.context->attributes;
  put_attributes(sink, tables.context_attributes, tables.context_attribute_bytes, context);
}

bool make_room(LogEntry& entry, size_t size) noexcept {
  try {
    if (entry.bytes.size() < size) entry.bytes.resize(size);
    entry.size = size;
    return true;
  } catch (...) {
    return false;
  }
}

UnpackedAttributes unpack_attributes(Reading& from, const std::vector<AttributeEntry>& entries, size_t size) {
  UnpackedAttributes attributes;
  if (from.value<uint64_t>() == 0) return attributes;
  attributes.bytes = reinterpret_cast<const uint8_t*>(from.take(size));
  for (size_t number = 0; number < entries.size(); ++number) {
    if (is_text(entries[number]) && has_value(attributes.bytes, number)) attributes.texts.push_back(from.text());
  }
  return attributes;
}

std::optional<UnpackedSubject> unpack_subject(Reading& from, const ProgramTables& tables) {
  if (from.value<uint64_t>() == 0) return std::nullopt;
  const std::byte* begin = from.place();
  UnpackedSubject subject;
  subject.unit = from.value<uint32_t>();
  subject.teams = from.list<policy_principal>();
  subject.holdings = from.list<Holding>();
  subject.reports = from.list<policy_report>();
  subject.attributes = unpack_attributes(from, tables.user_attributes, tables.user_attribute_bytes);
  const auto size = static_cast<size_t>(from.place() - begin);
  if (subject.attributes.texts.empty()) subject.packed = {reinterpret_cast<const char*>(begin), size};
  return subject;
}

std::optional<UnpackedRecord> unpack_record(Reading& from, const ProgramTables& tables, uint32_t table) {
  if (from.value<uint64_t>() == 0) return std::nullopt;
  const TableEntry& entry = tables.tables[table];
  UnpackedRecord record;
  record.header = from.value<policy_record>();
  record.is_away = (record.header.shares & POLICY_AWAY) != 0;
  record.header.shares = 0;
  record.shares = from.list<policy_share>();
  record.attributes = unpack_attributes(from, entry.attributes, entry.attribute_bytes);
  return record;
}

}  // namespace

void LogEntry::release() {
  tables.reset();
  if (bytes.size() > kKeptEntryBytes) std::vector<std::byte>().swap(bytes);
}

bool pack(const LoggedDecision& decision, int64_t time, LogEntry& entry) noexcept {
  entry.tables = decision.tables;
  entry.time = time;
  entry.policy_hash.fill('0');
  std::copy_n(decision.policy_hash.data(), std::min(decision.policy_hash.size(), entry.policy_hash.size()),
              entry.policy_hash.data());
  entry.decision = decision.decision;
  entry.revision = decision.revision;
  entry.table = decision.table;
  entry.right = decision.right;
  const bool names_user = decision.user == POLICY_NONE && decision.subject != nullptr &&
                          POLICY_PRINCIPAL_KIND(decision.subject->user) == POLICY_USER;
  entry.user = names_user ? POLICY_PRINCIPAL_INDEX(decision.subject->user) : decision.user;
  entry.row = decision.row;
  Measure names;
  put_names(names, decision);
  Measure facts;
  put_facts(facts, decision);
  const size_t whole = names.size() + facts.size();
  entry.is_cut = whole > kEntryBytes || !make_room(entry, whole);
  if (entry.is_cut && !make_room(entry, names.size())) return false;
  Writing to(entry.bytes.data());
  put_names(to, decision);
  if (!entry.is_cut) put_facts(to, decision);
  return true;
}

Unpacked unpack(const LogEntry& entry) {
  Reading from(entry.bytes.data());
  Unpacked facts;
  facts.user_name = from.text();
  facts.row_name = from.text();
  if (entry.is_cut) return facts;
  const ProgramTables& tables = *entry.tables;
  facts.subject = unpack_subject(from, tables);
  facts.record = unpack_record(from, tables, entry.table);
  facts.context = unpack_attributes(from, tables.context_attributes, tables.context_attribute_bytes);
  return facts;
}

}  // namespace policy
