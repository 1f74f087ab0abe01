// The inside of read_facts: one reader, in the order of the schema. Everybody is named before anybody is looked up.
#pragma once

#include <algorithm>
#include <set>
#include <unordered_map>

#include "compiler/base/limits.h"
#include "compiler/facts/facts_json.h"
#include "compiler/facts/json_fields.h"

namespace policyc {

// Later mistakes get no `did you mean`: comparing names takes time, and a file with so many has another trouble.
inline constexpr size_t kSuggestedMistakes = 100;

class FactsReader {
 public:
  FactsReader(const Policy& policy, Diagnostics& diagnostics);
  Facts read(JsonValue root);

 private:
  template <typename Id>
  using Names = std::unordered_map<std::string, Id>;

  // Units, users and teams: facts_principals.cpp
  void read_units(JsonValue list);
  void link_units(const std::vector<JsonFields>& fields, const std::vector<UnitId>& units);
  void check_unit_tree(const std::vector<JsonFields>& fields, const std::vector<UnitId>& units);
  void name_users(JsonValue list);
  void name_teams(JsonValue list);
  void read_members(Team& team, JsonValue list);
  std::vector<RoleHeld> read_roles(JsonValue list, std::string_view holder, UnitId holder_unit);
  std::optional<RoleHeld> read_role(JsonValue value, UnitId holder_unit);
  UnitId read_unit_name(const JsonValue* value);

  // Records, links and shares: facts_records.cpp
  void name_records(JsonValue list);
  void read_record(RecordId id, const JsonFields& fields);
  void read_owner(Record& record, const JsonFields& fields);
  void read_row_unit(Record& record, const JsonFields& fields);
  void read_links(Record& record, JsonValue links);
  void read_link(Record& record, const JsonMember& link);
  RecordId read_reference(JsonValue value, const std::vector<TableId>& tables);
  RecordId find_in(std::string_view id, TableId table) const;
  void check_parental_rings();
  void read_shares(JsonValue list);
  void read_share(const JsonFields& fields, JsonValue place);
  RightSet read_rights(JsonValue list, TableId table);

  // Principals and values: facts_values.cpp
  Principal read_principal(JsonValue value, std::string_view what);
  Principal principal_by_name(JsonValue value, std::string_view what);
  void read_attributes(JsonValue object, std::string_view what, const std::vector<Attribute>& attributes,
                       std::vector<Value>& values);
  std::optional<Value> read_value(JsonValue value, const Attribute& attribute);

  // A new name among `names`; false (and reported) where it is empty or taken.
  template <typename Id>
  bool claim(Names<Id>& names, const JsonFields& fields, std::string_view what, Id id);
  // "unknown user `x`", with the nearest name.
  template <typename Id>
  void report_unknown(const JsonValue& value, std::string_view what, const Names<Id>& names, std::string_view word);

  const Policy& policy_;
  Diagnostics& diagnostics_;
  Facts facts_;
  Names<UnitId> units_;
  Names<UserId> users_;
  Names<TeamId> teams_;
  Names<RoleId> roles_;
  Names<TableId> tables_;
  std::vector<std::vector<RelationshipId>> lookups_;  // of each table, those that lead to a row above
  // Ids of records are unique in their table: the first of each name, and from each record to the next of its name.
  Names<RecordId> records_;
  std::vector<RecordId> same_name_;
  std::vector<Span> record_places_;
  std::set<std::string> spoilt_records_;  // ids whose own line is wrong: nothing is said about what refers to them
};

template <typename Id>
bool FactsReader::claim(Names<Id>& names, const JsonFields& fields, std::string_view what, Id id) {
  const JsonValue* value = fields.find("name");
  if (!value) return false;
  std::string name = value->text();
  if (name.empty()) {
    diagnostics_.report(DiagnosticKind::FactsValue, value->span(), name, "name");
    return false;
  }
  if (names.emplace(name, id).second) return true;
  diagnostics_.report(DiagnosticKind::FactsDuplicate, value->span(), what, name);
  return false;
}

template <typename Id>
void FactsReader::report_unknown(const JsonValue& value, std::string_view what, const Names<Id>& names,
                                 std::string_view word) {
  auto report = diagnostics_.report(DiagnosticKind::FactsUnknown, value.span(), what, word);
  if (diagnostics_.size() > kSuggestedMistakes) return;
  std::vector<std::string_view> known;
  for (const auto& [name, id] : names) {
    if (known.size() == limits::kSuggestionCandidates) break;
    known.push_back(name);
  }
  std::ranges::sort(known);  // the map's order is not the file's
  if (std::string meant = did_you_mean(word, known); !meant.empty()) report.help(meant);
}

}  // namespace policyc
