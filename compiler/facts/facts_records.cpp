// Records, links and shares of a facts file.
#include <set>

#include "compiler/facts/facts_reader.h"

namespace policyc {

namespace {

constexpr KeyRule kRecordKeys[] = {{"id", kJsonString, true},
                                   {"table", kJsonString, true},
                                   {"owner", kJsonString | kJsonObject | kJsonNull, false},
                                   {"unit", kJsonString, false},
                                   {"attributes", kJsonObject, false},
                                   {"links", kJsonObject, false}};
constexpr KeyRule kShareKeys[] = {
    {"record", kJsonString, true}, {"with", kJsonString | kJsonObject, true}, {"rights", kJsonList, true}};

Span first_byte(Span span) { return {span.source, span.begin, span.begin + 1}; }

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
  record.unit = unit ? read_unit_name(unit) : owner_unit;
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

void FactsReader::read_shares(JsonValue list) {
  std::set<std::pair<RecordId, Principal>> seen;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "share", kShareKeys, diagnostics_);
    if (!fields) continue;
    size_t before = facts_.shares.size();
    read_share(*fields, item);
    if (facts_.shares.size() == before) continue;
    const Share& share = facts_.shares.back();
    if (seen.emplace(share.record, share.principal).second) continue;
    diagnostics_.report(DiagnosticKind::FactsDuplicate, fields->find("with")->span(),
                        fmt::format("share of record `{}` with", facts_.records[share.record].name),
                        name_of(facts_, share.principal));
  }
}

void FactsReader::read_share(const JsonFields& fields, JsonValue place) {
  const JsonValue *record = fields.find("record"), *with = fields.find("with"), *rights = fields.find("rights");
  Share share;
  if (record) share.record = read_reference(*record, {});
  if (with) share.principal = read_principal(*with, "principal");
  if (share.principal.unit() && !policy_.settings.is(Switch::unit_as_principal)) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, with->span(), "share with a unit under this rule book")
        .note("the switch `unit_as_principal` is false; a team of the unit can be shared with");
  }
  if (!share.record) return;
  const Table& table = policy_.tables[facts_.records[share.record].table];
  if (!has(rights_of(table.ownership, policy_.settings.rule_book()), Right::Share)) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, record->span(),
                        fmt::format("share of a record of `{}`, which takes no shares", table.name));
    return;
  }
  if (rights) share.rights = read_rights(*rights, facts_.records[share.record].table);
  if (rights && rights->items().empty()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, first_byte(place.span()), "share for no right");
  }
  if (!share.principal.is_nobody()) facts_.shares.push_back(share);
}

RightSet FactsReader::read_rights(JsonValue list, TableId table) {
  RightSet taken = rights_of(policy_.tables[table].ownership, policy_.settings.rule_book());
  RightSet rights = 0;
  for (JsonValue item : list.items()) {
    if (!expect_kind(item, "right", kJsonString, diagnostics_)) continue;
    std::string text = item.text();
    std::optional<Right> right = right_from_word(text);
    if (!right) {
      Names<Right> known;
      for (Right each : kAllRights) known.emplace(word(each), each);
      report_unknown(item, "right", known, text);
    } else if (*right == Right::Create) {
      diagnostics_.report(DiagnosticKind::FactsRuleBroken, item.span(),
                          "right `create` on a row that is there already");
    } else if (!has(taken, *right)) {
      diagnostics_.report(DiagnosticKind::FactsRuleBroken, item.span(),
                          fmt::format("right `{}`, which `{}` does not take", text, policy_.tables[table].name));
    } else if (has(rights, *right)) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, item.span(), "right", text);
    } else {
      rights |= bit(*right);
    }
  }
  return rights;
}

}  // namespace policyc
