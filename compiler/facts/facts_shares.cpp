// Shares of rows and of columns in a facts file, and rows of many-to-many relationships.
#include <set>
#include <tuple>

#include "compiler/facts/facts_reader.h"

namespace policyc {

namespace {

constexpr KeyRule kShareKeys[] = {{"record", kJsonString, true},
                                  {"with", kJsonString | kJsonObject, true},
                                  {"rights", kJsonList, false},
                                  {"inherited", kJsonList, false}};
constexpr KeyRule kColumnShareKeys[] = {{"record", kJsonString, true},
                                        {"column", kJsonString, true},
                                        {"with", kJsonString | kJsonObject, true},
                                        {"rights", kJsonList, true}};
constexpr KeyRule kAssociationKeys[] = {
    {"relationship", kJsonString, true}, {"first", kJsonString, true}, {"second", kJsonString, true}};

Span first_byte(Span span) { return {span.source, span.begin, span.begin + 1}; }

}  // namespace

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
  const JsonValue *record = fields.find("record"), *with = fields.find("with");
  Share share;
  if (record) share.record = read_reference(*record, {});
  if (with) share.principal = read_principal(*with, "principal");
  if (share.principal.unit() && !policy_.settings.is(Switch::unit_as_principal)) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, with->span(), "share with a unit under this rule book")
        .note("the switch `unit_as_principal` is false; a team of the unit can be shared with");
  }
  if (!share.record) return;
  TableId table = facts_.records[share.record].table;
  if (!has(rights_of(policy_.tables[table].ownership, policy_.settings.rule_book()), Right::Share)) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, record->span(),
                        fmt::format("share of a record of `{}`, which takes no shares", policy_.tables[table].name));
    return;
  }
  read_shared_rights(share, fields, place);
  if (!share.principal.is_nobody()) facts_.shares.push_back(share);
}

// Rights given on the row itself, and those left over from a row above that the facts do not name.
void FactsReader::read_shared_rights(Share& share, const JsonFields& fields, JsonValue place) {
  const JsonValue *given = fields.find("rights"), *inherited = fields.find("inherited");
  TableId table = facts_.records[share.record].table;
  if (given) share.rights = read_rights(*given, table);
  if (inherited) {
    if (RightSet rights = read_rights(*inherited, table)) share.inherited.push_back({{}, false, rights});
  }
  if (fields.is_mistyped("rights") || fields.is_mistyped("inherited")) return;
  if (!given && !inherited) {
    diagnostics_.report(DiagnosticKind::FactsMissingKey, first_byte(place.span()), "share", "rights");
  } else if ((!given || given->items().empty()) && (!inherited || inherited->items().empty())) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, first_byte(place.span()), "share for no right");
  }
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

void FactsReader::read_column_shares(JsonValue list) {
  std::set<std::tuple<RecordId, uint32_t, Principal>> seen;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "column share", kColumnShareKeys, diagnostics_);
    if (!fields) continue;
    std::optional<ColumnShare> share = read_column_share(*fields);
    if (!share) continue;
    if (!seen.emplace(share->record, share->attribute, share->principal).second) {
      diagnostics_.report(
          DiagnosticKind::FactsDuplicate, fields->find("with")->span(),
          fmt::format("share of `{}` of record `{}` with", fields->text("column"), facts_.records[share->record].name),
          name_of(facts_, share->principal));
      continue;
    }
    facts_.column_shares.push_back(*share);
  }
}

// Nothing where the record, the column or the principal is wrong.
std::optional<ColumnShare> FactsReader::read_column_share(const JsonFields& fields) {
  const JsonValue *record = fields.find("record"), *column = fields.find("column"), *with = fields.find("with");
  ColumnShare share;
  if (record) share.record = read_reference(*record, {});
  std::optional<uint32_t> attribute;
  if (column && share.record) attribute = read_secured_column(*column, facts_.records[share.record].table);
  if (with) share.principal = read_principal(*with, "principal");
  if (share.principal.unit() || share.principal == Principal::organization()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, with->span(),
                        fmt::format("column share with {}; a user or a team can be shared with",
                                    share.principal.unit() ? "a unit" : "the organization"));
  }
  if (const JsonValue* rights = fields.find("rights")) read_column_rights(share, *rights);
  if (!attribute || share.principal.is_nobody()) return std::nullopt;
  share.attribute = *attribute;
  return share;
}

std::optional<uint32_t> FactsReader::read_secured_column(JsonValue value, TableId id) {
  const Table& table = policy_.tables[id];
  std::string name = value.text();
  auto found = std::ranges::find(table.attributes, name, &Attribute::name);
  if (found == table.attributes.end()) {
    Names<uint32_t> secured;
    for (const Attribute& attribute : table.attributes) {
      if (attribute.secured) secured.emplace(attribute.name, 0);
    }
    report_unknown(value, fmt::format("attribute of {}", table.name), secured, name);
    return std::nullopt;
  }
  if (found->secured) return static_cast<uint32_t>(found - table.attributes.begin());
  diagnostics_.report(DiagnosticKind::FactsRuleBroken, value.span(),
                      fmt::format("share of column `{}`, which is not secured", name));
  return std::nullopt;
}

void FactsReader::read_column_rights(ColumnShare& share, JsonValue list) {
  const Names<bool*> known = {{"read", &share.read}, {"update", &share.update}};
  if (list.items().empty()) {
    diagnostics_.report(DiagnosticKind::FactsRuleBroken, list.span(), "column share for no right");
  }
  for (JsonValue item : list.items()) {
    if (!expect_kind(item, "right", kJsonString, diagnostics_)) continue;
    auto found = known.find(item.text());
    if (found == known.end()) {
      report_unknown(item, "right on a column", known, item.text());
    } else if (*found->second) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, item.span(), "right", item.text());
    } else {
      *found->second = true;
    }
  }
}

void FactsReader::read_associations(JsonValue list) {
  std::set<std::tuple<RelationshipId, RecordId, RecordId>> seen;
  for (JsonValue item : list.items()) {
    std::optional<JsonFields> fields = read_fields(item, "association", kAssociationKeys, diagnostics_);
    if (!fields) continue;
    std::optional<Association> association = read_association(*fields);
    if (!association) continue;
    if (seen.emplace(association->relationship, association->first, association->second).second) {
      facts_.associations.push_back(*association);
      continue;
    }
    diagnostics_.report(DiagnosticKind::FactsDuplicate, fields->find("second")->span(),
                        fmt::format("association by `{}` of `{}` with", fields->text("relationship"),
                                    facts_.records[association->first].name),
                        facts_.records[association->second].name);
  }
}

std::optional<Association> FactsReader::read_association(const JsonFields& fields) {
  const JsonValue *relationship = fields.find("relationship"), *first = fields.find("first"),
                  *second = fields.find("second");
  RelationshipId id = read_named(relationships_, "relationship", relationship);
  if (id && !policy_.relationships[id].many_to_many) {
    const Relationship& found = policy_.relationships[id];
    diagnostics_
        .report(DiagnosticKind::FactsRuleBroken, relationship->span(),
                fmt::format("association by `{}`, which is a lookup", found.name))
        .help(fmt::format("write it under `links` of the record of `{}`: `\"{}\"`", policy_.tables[found.child].name,
                          found.lookup));
    return std::nullopt;
  }
  if (!id || !first || !second) return std::nullopt;
  RecordId one = read_reference(*first, {policy_.relationships[id].child});
  RecordId other = read_reference(*second, {policy_.relationships[id].parent});
  return one && other ? std::optional<Association>({id, one, other}) : std::nullopt;
}

}  // namespace policyc
