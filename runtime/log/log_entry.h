// A decision on its way from who asked to the writer: a few fields, and the facts packed into bytes behind one another.
//
//   pack(decision, now, entry);                       // the asking thread: copies, and nothing else
//   Unpacked facts = unpack(entry);                   // the writer: views into the entry
//
// Strings that attributes point to are copied with them. What takes more than kEntryBytes is logged without its facts,
// and so is what the memory does not suffice for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/log/decision_log.h"
#include "runtime/organization/profile.h"

namespace policy {

inline constexpr size_t kEntryBytes = 64u << 10;
// A buffer that a large decision made grow past this is given back when it is written.
inline constexpr size_t kKeptEntryBytes = 4u << 10;
// Of a host's name for a user or a row; the rest is cut off.
inline constexpr size_t kLoggedNameBytes = 512;

struct LogEntry {
  std::shared_ptr<const ProgramTables> tables;
  int64_t time = 0;  // microseconds since 1970-01-01T00:00:00Z
  std::array<char, 64> policy_hash{};
  policy_decision decision{};
  uint64_t revision = 0;
  uint32_t table = POLICY_NONE;
  uint32_t right = 0;
  uint32_t user = POLICY_NONE;
  uint32_t row = POLICY_NONE;
  bool is_cut = false;  // without its facts
  size_t size = 0;      // of `bytes`, what is packed
  std::vector<std::byte> bytes;

  void release();  // once it is written
};

// False where there was no memory for even the names: then nothing can be logged of it.
bool pack(const LoggedDecision& decision, int64_t time, LogEntry& entry) noexcept;

// Attributes as they lie in memory, and the texts of those that are strings and have a value, in their order.
struct UnpackedAttributes {
  const uint8_t* bytes = nullptr;  // null: none has a value
  std::vector<std::string_view> texts;
};

struct UnpackedSubject {
  uint32_t unit = POLICY_NONE;
  std::span<const policy_principal> teams;
  std::span<const Holding> holdings;
  std::span<const policy_report> reports;
  UnpackedAttributes attributes;
  // Equal for equal subjects of one program. Empty where there are strings, which lie in memory as addresses.
  std::string_view packed;
};

struct UnpackedRecord {
  policy_record header{};  // without shares
  std::span<const policy_share> shares;
  bool is_away = false;
  UnpackedAttributes attributes;
};

// Views into the entry.
struct Unpacked {
  std::string_view user_name;
  std::string_view row_name;
  std::optional<UnpackedSubject> subject;
  std::optional<UnpackedRecord> record;
  UnpackedAttributes context;
};
Unpacked unpack(const LogEntry& entry);

}  // namespace policy
