// What `policyc list` and `policyc who` have in common: all pages of an answer, and the names in it.
//
//   std::vector<RecordId> rows = all_pages<policy::ListCursor, RecordId>([&](auto& cursor, auto page) { ... });
//   show_found(names, {.key = "records", .none = "nothing", .format = options.format}, console);
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "compiler/driver/answer_json.h"
#include "compiler/driver/console.h"

namespace policyc {

// `ask(cursor, page)` fills a page and tells how much of it. By index.
template <typename Cursor, typename Id, typename Ask>
std::vector<Id> all_pages(Ask ask) {
  std::vector<Id> all;
  std::array<uint32_t, 256> page;
  for (Cursor cursor; !cursor.at_end();) {
    size_t count = ask(cursor, std::span<uint32_t>(page));
    for (uint32_t index : std::span(page).first(count)) all.push_back({index});
  }
  std::ranges::sort(all, {}, &Id::index);
  return all;
}

struct FoundStyle {
  const char* key;   // in JSON
  const char* none;  // in text, where there is nobody or nothing
  std::string format;
};

inline void show_found(const std::vector<std::string>& names, const FoundStyle& style, Console& console) {
  if (style.format == "json") {
    console.out << json_text({{style.key, names}});
  } else if (names.empty()) {
    console.out << style.none << '\n';
  } else {
    for (const std::string& name : names) console.line(name);
  }
}

}  // namespace policyc
