// Records of a facts file, and their links.
#include <set>

#include "compiler/facts/facts_reader.h"

namespace policyc {

namespace {

constexpr KeyRule kRecordKeys[] = {{"id", kJsonString, true},
                                   {"table", kJsonString, true},
                                   {"owner", kJsonString | kJsonObject | kJsonNull, false},
                                   {"unit", kJsonString, false},
                                   {"attributes", kJsonObject, false},
                                   {"links", kJsonObject, false},
                                   {"inactive", kJsonBoolean, false}};

}  // namespace

// Two passes: a record may link to one that stands further down.
void FactsReader::name_records(JsonValue list) {
  std::vector<JsonFields> kept;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "record", kRecordKeys, diagnostics_);
    if (!fields) continue;
    if (!fields->find("id") || !fields->find("table")) {
      spoilt_records_.insert(fields->text("id"));
      continue;
    }
    JsonValue id_value = *fields->find("id"), table_value = *fields->find("table");
    std::string name = id_value.text();
    auto table = tables_.find(table_value.text());
    if (table == tables_.end()) {
      report_unknown(table_value, "table", tables_, table_value.text());
      spoilt_records_.insert(name);
      continue;
    }
    if (name.empty() || name.find('/') != name.npos) {
      diagnostics_.report(DiagnosticKind::FactsValue, id_value.span(), name, "record id")
          .note("an id is not empty and has no `/`; references are written `table/id`");
      continue;
    }
    if (find_in(name, table->second)) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, id_value.span(), fmt::format("record of `{}`", table->first),
                          name);
      continue;
    }
    RecordId id = facts_.records.add(blank_record(policy_, table->second));
    facts_.records[id].name = name;
    auto [first, is_new] = records_.emplace(std::move(name), id);
    same_name_.push_back(is_new ? RecordId{} : first->second);
    first->second = id;
    record_places_.push_back(id_value.span());
    kept.push_back(std::move(*fields));
  }
  for (RecordId id : facts_.records.ids()) read_record(id, kept[id.index]);
}

void FactsReader::read_record(RecordId id, const JsonFields& fields) {
  Record& record = facts_.records[id];
  record.active = !fields.is_true("inactive");
  read_owner(record, fields);
  read_row_unit(record, fields);
  const Table& table = policy_.tables[record.table];
  if (const JsonValue* attributes = fields.find("attributes")) {
    read_attributes(*attributes, table.name, table.attributes, record.attributes);
  }
  if (const JsonValue* links = fields.find("links")) read_links(record, *links);
}

void FactsReader::read_owner(Record& record, const JsonFields& fields) {
  const Table& table = policy_.tables[record.table];
  const JsonValue* owner = fields.find("owner");
  if (owner && owner->kind() == JsonKind::Null) owner = nullptr;
  if (table.ownership != Ownership::User) {
    if (!owner) return;
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, owner->span(),
                        fmt::format("owner of a record of `{}`, which {} owns", table.name,
                                    table.ownership == Ownership::Organization ? "the organization" : "a unit"));
    return;
  }
  if (!owner) {
    if (fields.is_mistyped("owner")) return;
    Span id = fields.find("id")->span();
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, id,
                        fmt::format("record of `{}` without an owner", table.name));
    return;
  }
  record.owner = read_principal(*owner, "owner");
  if (record.owner == Principal::organization()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, owner->span(),
                        fmt::format("`organization` as owner of a record of `{}`", table.name));
  } else if (record.owner.unit() && !policy_.settings.is(Switch::unit_as_principal)) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, owner->span(), "unit as owner under this rule book")
        .note("the switch `unit_as_principal` is false; a team of the unit can own records");
  } else if (TeamId team = record.owner.team(); team && facts_.teams[team].kind == TeamKind::Access) {
    diagnostics_.report(
        DiagnosticKind::FactsRuleBroken, owner->span(),
        fmt::format("access team `{}` as owner of a record of `{}`", facts_.teams[team].name, table.name));
  }
}

void FactsReader::read_row_unit(Record& record, const JsonFields& fields) {
  const Table& table = policy_.tables[record.table];
  const JsonValue* unit = fields.find("unit");
  if (table.ownership == Ownership::Organization) {
    if (!unit) return;
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, unit->span(),
                        fmt::format("unit of a record of `{}`, which the organization owns", table.name));
    return;
  }
  UnitId owner_unit = unit_of(facts_, record.owner);
  record.unit = unit ? read_named(units_, "unit", unit) : owner_unit;
  if (!unit && !fields.is_mistyped("unit") && table.ownership == Ownership::BusinessUnit) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, fields.find("id")->span(),
                        fmt::format("record of `{}` without a unit", table.name));
  }
  bool away = record.unit && owner_unit && record.unit != owner_unit;
  if (away && !policy_.settings.modern_units()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, unit->span(),
                        "record in another unit than its owner's under classic business units");
  }
}

void FactsReader::read_links(Record& record, JsonValue links) {
  std::set<std::string> seen;
  for (const JsonMember& link : links.members()) {
    if (!seen.insert(link.key.text()).second) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, link.key.span(), "key", link.key.text());
      continue;
    }
    read_link(record, link);
  }
}

// A lookup may lead to several tables, by a relationship for each.
void FactsReader::read_link(Record& record, const JsonMember& link) {
  std::string lookup = link.key.text();
  std::vector<RelationshipId> candidates;
  std::vector<TableId> parents;
  for (RelationshipId id : lookups_[record.table.index]) {
    if (policy_.relationships[id].lookup != lookup) continue;
    candidates.push_back(id);
    parents.push_back(policy_.relationships[id].parent);
  }
  if (candidates.empty()) {
    Names<RelationshipId> known;
    for (RelationshipId id : lookups_[record.table.index]) known.emplace(policy_.relationships[id].lookup, id);
    report_unknown(link.key, fmt::format("lookup of {}", policy_.tables[record.table].name), known, lookup);
    return;
  }
  if (link.value.kind() == JsonKind::Null) return;
  if (!expect_kind(link.value, lookup, kJsonString | kJsonNull, diagnostics_)) return;
  RecordId parent = read_reference(link.value, parents);
  if (!parent) return;
  auto at = std::ranges::find(parents, facts_.records[parent].table);
  record.links.push_back({candidates[static_cast<size_t>(at - parents.begin())], parent});
}

RecordId FactsReader::find_in(std::string_view id, TableId table) const {
  auto found = records_.find(std::string(id));
  if (found == records_.end()) return {};
  for (RecordId at = found->second; at; at = same_name_[at.index]) {
    if (facts_.records[at].table == table) return at;
  }
  return {};
}

// "t1" or "boat_trip/t1", in one of `tables`; in any table where there are none.
RecordId FactsReader::read_reference(JsonValue value, const std::vector<TableId>& tables) {
  std::string text = value.text();
  std::string_view id = text;
  TableId only;
  if (size_t slash = text.find('/'); slash != text.npos) {
    auto table = tables_.find(text.substr(0, slash));
    if (table == tables_.end()) {
      report_unknown(value, "table", tables_, text.substr(0, slash));
      return {};
    }
    only = table->second;
    id.remove_prefix(slash + 1);
  }
  std::vector<RecordId> found;
  auto first = records_.find(std::string(id));
  for (RecordId at = first == records_.end() ? RecordId{} : first->second; at; at = same_name_[at.index]) {
    TableId table = facts_.records[at].table;
    bool wanted = tables.empty() || std::ranges::find(tables, table) != tables.end();
    if (wanted && (!only || only == table)) found.push_back(at);
  }
  if (found.size() == 1) return found[0];
  if (found.empty() && !spoilt_records_.contains(std::string(id))) {
    std::string what = tables.size() == 1 ? fmt::format("record of {}", policy_.tables[tables[0]].name) : "record";
    report_unknown(value, what, records_, text);
  } else if (!found.empty()) {
    diagnostics_
        .report(DiagnosticKind::FactsRuleBroken, value.span(), fmt::format("`{}` is a record of several tables", text))
        .help(fmt::format("write `{}/{}`", policy_.tables[facts_.records[found.back()].table].name, id));
  }
  return {};
}

// Rows below rows, by parental links alone: a ring of them would inherit from itself.
void FactsReader::check_parental_rings() {
  enum Mark : uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(facts_.records.size(), kNew);
  struct Visit {
    RecordId record;
    size_t next_link = 0;
  };
  std::vector<Visit> walk;
  for (RecordId start : facts_.records.ids()) {
    if (marks[start.index] != kNew) continue;
    marks[start.index] = kOpen;
    walk.push_back({start});
    while (!walk.empty()) {
      Visit& visit = walk.back();
      const std::vector<Link>& links = facts_.records[visit.record].links;
      if (visit.next_link == links.size()) {
        marks[visit.record.index] = kDone;
        walk.pop_back();
        continue;
      }
      const Link& link = links[visit.next_link++];
      if (!policy_.relationships[link.relationship].is_parental()) continue;
      if (marks[link.parent.index] == kOpen) {
        diagnostics_.report(DiagnosticKind::FactsRecordRing, record_places_[link.parent.index],
                            facts_.records[link.parent].name);
      } else if (marks[link.parent.index] == kNew) {
        marks[link.parent.index] = kOpen;
        walk.push_back({link.parent});
      }
    }
  }
}

}  // namespace policyc
