// JSON text of strings and of attributes' values, as facts write them (docs/facts.md).
//
//   append_text(out, "a \"b\"");                                  // "a \"b\""
//   append_attributes(out, table.attributes, record.attributes);  // {"status":"closed","fee":"99.9","closed_on":null}
//
// Exact: a string that is no UTF-8 is written by its bytes, {"hex":"ff00"}, and a day, a time or a choice that has no
// text by its number.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "runtime/log/log_entry.h"

namespace policy {

// What is no UTF-8 becomes U+FFFD: for names, which nobody compares.
void append_text(fmt::memory_buffer& out, std::string_view text);
// "2026-01-31T12:00:00.123456Z"; the number where the year does not have four digits.
void append_time(fmt::memory_buffer& out, int64_t microseconds, bool always_with_fraction);
// An object, a key for each attribute: null where it has no value.
void append_attributes(fmt::memory_buffer& out, const ProgramTables& tables, const std::vector<AttributeEntry>& entries,
                       const UnpackedAttributes& attributes);

inline void append(fmt::memory_buffer& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

}  // namespace policy
