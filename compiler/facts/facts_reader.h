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

  // Units, positions, users and teams: facts_principals.cpp
  void read_units(JsonValue list);
  void link_units(const std::vector<JsonFields>& fields);
  void check_unit_tree(const std::vector<JsonFields>& fields);
  void read_unit_roles(UnitId unit, JsonValue list);
  void read_positions(JsonValue list);
  void name_users(JsonValue list);
  User read_user(const JsonFields& fields);
  void read_managers(const std::vector<JsonFields>& fields);
  void name_teams(JsonValue list);
  Team read_team(const JsonFields& fields);
  void read_members(Team& team, JsonValue list);
  std::vector<ProfileId> read_profiles(JsonValue list, std::string_view holder);
  std::vector<RoleHeld> read_roles(JsonValue list, std::string_view holder, UnitId holder_unit);
  std::optional<RoleHeld> read_role(JsonValue value, UnitId holder_unit);

  // Records and links: facts_records.cpp
  void name_records(JsonValue list);
  void read_record(RecordId id, const JsonFields& fields);
  void read_owner(Record& record, const JsonFields& fields);
  void read_row_unit(Record& record, const JsonFields& fields);
  void read_links(Record& record, JsonValue links);
  void read_link(Record& record, const JsonMember& link);
  RecordId read_reference(JsonValue value, const std::vector<TableId>& tables);
  RecordId find_in(std::string_view id, TableId table) const;
  void check_parental_rings();

  // Shares of rows and of columns, associations: facts_shares.cpp
  void read_shares(JsonValue list);
  void read_share(const JsonFields& fields, JsonValue place);
  void read_shared_rights(Share& share, const JsonFields& fields, JsonValue place);
  RightSet read_rights(JsonValue list, TableId table);
  void read_column_shares(JsonValue list);
  std::optional<ColumnShare> read_column_share(const JsonFields& fields);
  std::optional<uint32_t> read_secured_column(JsonValue value, TableId table);
  void read_column_rights(ColumnShare& share, JsonValue list);
  void read_associations(JsonValue list);
  std::optional<Association> read_association(const JsonFields& fields);

  // Principals and values: facts_values.cpp
  Principal read_principal(JsonValue value, std::string_view what);
  Principal principal_by_name(JsonValue value, std::string_view what);
  void read_attributes(JsonValue object, std::string_view what, const std::vector<Attribute>& attributes,
                       std::vector<Value>& values);
  std::optional<Value> read_value(JsonValue value, const Attribute& attribute);

  // Who or what has the name that `value` is; none where there is no value, and (reported) where nobody has it.
  template <typename Id>
  Id read_named(const Names<Id>& names, std::string_view what, const JsonValue* value);
  // Which of `choices` a word names; the first where there is no value.
  template <typename Enum, size_t N>
  Enum read_word(const Enum (&choices)[N], std::string_view what, const JsonValue* value);

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
  Names<PositionId> positions_;
  Names<UserId> users_;
  Names<TeamId> teams_;
  Names<RoleId> roles_;
  Names<ProfileId> profiles_;
  Names<TableId> tables_;
  Names<RelationshipId> relationships_;
  std::vector<std::vector<RelationshipId>> lookups_;  // of each table, those that lead to a row above
  // Ids of records are unique in their table: the first of each name, and from each record to the next of its name.
  Names<RecordId> records_;
  std::vector<RecordId> same_name_;
  std::vector<Span> record_places_;
  std::set<std::string> spoilt_records_;  // ids whose own line is wrong: nothing is said about what refers to them
};

template <typename Id>
Id FactsReader::read_named(const Names<Id>& names, std::string_view what, const JsonValue* value) {
  if (!value) return {};
  std::string name = value->text();
  if (auto found = names.find(name); found != names.end()) return found->second;
  report_unknown(*value, what, names, name);
  return {};
}

template <typename Enum, size_t N>
Enum FactsReader::read_word(const Enum (&choices)[N], std::string_view what, const JsonValue* value) {
  if (!value) return choices[0];
  Names<Enum> known;
  for (Enum choice : choices) known.emplace(word(choice), choice);
  if (auto found = known.find(value->text()); found != known.end()) return found->second;
  report_unknown(*value, what, known, value->text());
  return choices[0];
}

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
