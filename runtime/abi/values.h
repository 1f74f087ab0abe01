// Values as hosts give them, into attributes as compiled conditions read them.
//
//   std::vector<uint64_t> words(tables.user_attribute_bytes / 8);
//   policy_status status = write_values(tables.user_attributes, tables.choice_labels.size(), values, strings, words);
//
// Either all values are written or none. Strings are kept in a pool, equal ones once; their bytes never move, so that
// others read them while the pool grows. What may yet be taken back has a pool above the one that stays:
//
//   StringPool above(&below);
//   below.make_room(above);                       // may need memory
//   below.take(above);                            // does not
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "policy/policy.h"
#include "runtime/organization/program_tables.h"

namespace policy {

class StringPool {
 public:
  explicit StringPool(const StringPool* below = nullptr) : below_(below) {}

  policy_string keep(std::string_view text);
  void make_room(const StringPool& above) { strings_.reserve(strings_.size() + above.strings_.size()); }
  void take(StringPool& above) noexcept { strings_.merge(above.strings_); }
  void clear() { strings_.clear(); }
  size_t size() const { return strings_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  const std::string* find(std::string_view text) const;

  const StringPool* below_;
  std::unordered_set<std::string, Hash, std::equal_to<>> strings_;  // of nodes: they stay where they are
};

// POLICY_UNKNOWN for an attribute that is not there, POLICY_INVALID for a value that its type does not have. `words`
// are the bytes of all attributes.
policy_status write_values(const std::vector<AttributeEntry>& attributes, size_t choice_count,
                           std::span<const policy_value> values, StringPool& strings, std::vector<uint64_t>& words,
                           policy_error* why);

// What a host gives: a pointer and a count.
inline bool has_values(const void* values, uint32_t count) { return count == 0 || values != nullptr; }

// A context of somebody's own, strings and all.
class ContextValues {
 public:
  // Those that are not named have no value. Changes nothing where it fails.
  policy_status set(const ProgramTables& tables, std::span<const policy_value> values, policy_error* why = nullptr);
  const policy_context& context() const { return context_; }
  bool is_set() const { return context_.attributes != nullptr; }

 private:
  std::unique_ptr<StringPool> strings_;
  std::vector<uint64_t> words_;
  policy_context context_{sizeof(policy_context), 0, nullptr};
};

}  // namespace policy
