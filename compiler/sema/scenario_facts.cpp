// Rows at the start of a scenario: records, shares of them, and rows of many-to-many relationships.
#include <algorithm>
#include <tuple>

#include "compiler/sema/rings.h"
#include "compiler/sema/scenario_checker.h"

namespace policyc {

// Names first, so that a row may be linked to one that is written below it.
void ScenarioChecker::add_records() {
  std::vector<const ast::RecordFact*> texts;
  each<ast::RecordFact>([&](const ast::RecordFact& text) {
    Record record;
    record.name = text.name.text;
    record.table = c_.resolve(c_.tables, text.table, "table");
    RecordId id = scenario_.facts.records.add(std::move(record));
    c_.declare(records_, text.name, id, "record");
    texts.push_back(&text);
  });
  for (uint32_t i = 0; i < texts.size(); ++i) {
    const ast::RecordFact& text = *texts[i];
    TableId table = scenario_.facts.records[RecordId{i}].table;
    Record record = check_row({text.table, text.owner, text.unit, text.values}, table, Principal{});
    record.name = text.name.text;
    check_facts_of_record(text, record);
    scenario_.facts.records[RecordId{i}] = std::move(record);
  }
  check_record_rings();
}

void ScenarioChecker::check_facts_of_record(const ast::RecordFact& text, Record& record) {
  if (text.state.text == "inactive") {
    record.active = false;
  } else if (!text.state.missing()) {
    c_.report_unknown(DiagnosticKind::UnknownName, text.state, {"inactive"}, "state", text.state.text)
        .note("a record is active, or `inactive`");
  }
  TeamId team = record.owner.team();
  if (!team || scenario_.facts.teams[team].kind != TeamKind::Access) return;
  c_.diagnostics.report(DiagnosticKind::AccessTeamHolds, text.owner.span, text.owner.text, "owns a row")
      .note("access teams own nothing: rows are shared with them");
}

void ScenarioChecker::check_record_rings() {
  const Store<RecordId, Record>& records = scenario_.facts.records;
  Graph above(records.size());
  for (RecordId id : records.ids()) {
    for (const Link& link : records[id].links) {
      if (c_.policy.relationships[link.relationship].is_parental()) above[id.index].push_back(link.parent.index);
    }
  }
  for (const Ring& ring : find_rings(above).rings) {
    const Record& record = records[RecordId{ring.back().node}];
    const auto* entry = records_.find(record.name);
    c_.diagnostics.report(DiagnosticKind::RecordRing, entry ? entry->span : text_.title_span, record.name)
        .note("a row cannot lie above itself");
  }
}

void ScenarioChecker::add_shares() {
  each<ast::ShareFact>([&](const ast::ShareFact& text) {
    if (text.column.missing()) {
      add_share(text);
    } else {
      add_column_share(text);
    }
  });
}

void ScenarioChecker::add_share(const ast::ShareFact& text) {
  RecordId record = resolve_record(text.record);
  Principal principal = resolve_party(text.principal, true);
  TableId table = table_of(record);
  bool shared = !table || check_right_taken(c_, table, Right::Share, text.record.span);
  RightSet rights = check_row_rights(text.rights, shared ? table : TableId::none());
  if (!record || principal.is_nobody()) return;
  std::vector<Share>& shares = scenario_.facts.shares;
  auto [place, inserted] = share_places_.try_emplace({record, principal}, shares.size());
  if (inserted) shares.push_back({record, principal, 0, {}});
  Share& share = shares[place->second];
  if (!text.inherited.is_known()) {
    share.rights |= rights;
  } else if (share.inherited.empty()) {
    share.inherited.push_back({{}, false, rights});
  } else {
    share.inherited.front().rights |= rights;
  }
}

void ScenarioChecker::add_column_share(const ast::ShareFact& text) {
  if (text.inherited.is_known()) {
    c_.diagnostics.report(DiagnosticKind::PartNotTaken, text.inherited, "inherited", "shares of whole rows")
        .note("no row below inherits the share of a column");
  }
  std::optional<ColumnShare> share = check_column_share(text.record, text.column, text.principal, text.rights);
  if (!share) return;
  std::vector<ColumnShare>& shares = scenario_.facts.column_shares;
  auto same = [&](const ColumnShare& other) {
    return other.record == share->record && other.attribute == share->attribute && other.principal == share->principal;
  };
  auto found = std::find_if(shares.begin(), shares.end(), same);
  if (found == shares.end()) {
    shares.push_back(*share);
    return;
  }
  found->read = found->read || share->read;
  found->update = found->update || share->update;
}

void ScenarioChecker::add_associations() {
  std::map<std::tuple<RelationshipId, RecordId, RecordId>, Span> seen;
  each<ast::AssociationFact>([&](const ast::AssociationFact& text) {
    std::optional<Association> pair = check_pair(text.first, text.second, text.relationship);
    if (!pair) return;
    auto [first, inserted] = seen.try_emplace({pair->relationship, pair->first, pair->second}, text.span);
    if (inserted) {
      scenario_.facts.associations.push_back(*pair);
      return;
    }
    c_.diagnostics
        .report(DiagnosticKind::RepeatedBlock, text.span,
                fmt::format("`{}` with `{}` through `{}`", text.first.text, text.second.text, text.relationship.text))
        .label(first->second, "first written here");
  });
}

// Rows of a relationship between two tables may be named in either order.
std::optional<Association> ScenarioChecker::check_pair(const ast::Name& first, const ast::Name& second,
                                                       const ast::Name& relationship) {
  RecordId one = resolve_record(first);
  RecordId other = resolve_record(second);
  RelationshipId id = c_.resolve(c_.relationships, relationship, "relationship");
  if (!id) return std::nullopt;
  const Relationship& found = c_.policy.relationships[id];
  if (!found.many_to_many) {
    auto report = c_.diagnostics.report(DiagnosticKind::NotManyToMany, relationship.span, found.name);
    report.label(found.span, "declared here");
    if (found.child) {
      report.help(fmt::format("a row is linked by its lookup: `{{ {}: RECORD }}` in a row of `{}`", found.lookup,
                              c_.policy.tables[found.child].name));
    }
    return std::nullopt;
  }
  if (!one || !other || !found.child || !found.parent) return std::nullopt;
  if (table_of(one) != found.child && table_of(other) == found.child) return check_pair(second, first, relationship);
  bool fits = table_of(one) == found.child;
  if (fits && table_of(other) == found.parent) return Association{id, one, other};
  const ast::Name& wrong = fits ? second : first;
  const Table& wanted = c_.policy.tables[fits ? found.parent : found.child];
  c_.diagnostics.report(DiagnosticKind::LiteralNotFit, wrong.span, wrong.text, fmt::format("row of `{}`", wanted.name))
      .label(found.span, fmt::format("`{}` joins rows of `{}` and `{}`", found.name, c_.policy.tables[found.child].name,
                                     c_.policy.tables[found.parent].name));
  return std::nullopt;
}

void ScenarioChecker::add_context() {
  std::vector<Value>& context = scenario_.facts.context;
  context = nulls(c_.policy.context_attributes);
  const ast::ContextFact* first = nullptr;
  each<ast::ContextFact>([&](const ast::ContextFact& text) {
    if (first) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, text.span, "`context { }`")
          .label(first->span, "first written here");
      return;
    }
    first = &text;
    check_attributes(text.values, "context", c_.policy.context_attributes, c_.context_attributes, context);
  });
  constexpr Int128 kMicrosecondsPerDay = Int128{86'400} * 1'000'000;
  const Value& now = context[0];
  if (now.is_null || !context[1].is_null) return;
  Int128 day = now.number / kMicrosecondsPerDay - (now.number % kMicrosecondsPerDay < 0 ? 1 : 0);
  context[1] = Value::of(ValueType::Date, day);
}

}  // namespace policyc
