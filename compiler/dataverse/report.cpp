#include "compiler/dataverse/report.h"

#include <fmt/format.h>

#include <iterator>

namespace policyc {
namespace {

template <typename... Args>
void line(std::string& out, std::string_view head, fmt::format_string<Args...> rest, Args&&... args) {
  fmt::format_to(std::back_inserter(out), "{:<20}", head);
  fmt::format_to(std::back_inserter(out), rest, std::forward<Args>(args)...);
  out += '\n';
}

void counts(std::string& out, std::string_view head, const ElementCounts& c, std::string_view skipped) {
  if (c.in == 0) return;
  line(out, head, "{} = {} imported + {} copies + {} {} + {} listed", c.in, c.imported, c.copies, c.skipped, skipped,
       c.listed);
}

void list_all(std::string& out, std::string_view title, const std::vector<Listed>& all) {
  if (all.empty()) return;
  fmt::format_to(std::back_inserter(out), "\n{} ({}):\n", title, all.size());
  for (const Listed& l : all) out += one_line(fmt::format("  {}: {}: {}", l.file, l.what, l.reason)) + '\n';
}

}  // namespace

void ImportReport::list(std::string file, std::string what, std::string reason) {
  listed.push_back({std::move(file), std::move(what), std::move(reason)});
}

void ImportReport::assume(std::string file, std::string what, std::string reason) {
  assumed.push_back({std::move(file), std::move(what), std::move(reason)});
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::string render(const ImportReport& r) {
  std::string out;
  line(out, "solutions", "{}", r.solutions.size());
  for (const std::string& solution : r.solutions) line(out, "", "{}", one_line(solution));
  line(out, "tables", "{} = {} of the solutions + {} built in + {} of assumed ownership; {} secured columns", r.tables,
       r.tables_of_solutions, r.tables_built_in, r.tables_assumed, r.secured_columns);
  line(out, "roles", "{}, and {} copies", r.roles, r.role_copies);
  if (r.roles_without_inheritance > 0) {
    line(out, "", "{} do not say whether members inherit; taken as isinherited=\"1\" (direct user level and team)",
         r.roles_without_inheritance);
  }
  const PrivilegeCounts& p = r.privileges;
  line(out, "role privileges", "{} = {} granted + {} miscellaneous + {} copies + {} listed; {} grants written", p.in,
       p.granted, p.miscellaneous, p.copies, p.listed, r.grants);
  counts(out, "relationships", r.relationships, "of the platform");
  for (const auto& [kind, count] : r.skipped_relationships) line(out, "", "{} {}", count, kind);
  if (r.profiles > 0) line(out, "column profiles", "{}", r.profiles);
  counts(out, "column permissions", r.permissions, "not allowed");
  counts(out, "flows", r.flows, "without a Dataverse trigger");
  counts(out, "flow steps", r.steps, "skipped");
  list_all(out, "not in the policy", r.listed);
  list_all(out, "in the policy by a rule", r.assumed);
  return out;
}

}  // namespace policyc
