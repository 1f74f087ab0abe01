// Rows as facts, events and expectations write them: owner, unit and values.
#include "compiler/sema/scenario_checker.h"

namespace policyc {

Record ScenarioChecker::check_row(const RowText& text, TableId table, Principal creator) {
  Record record = blank_record(c_.policy, table);
  if (!table) return record;
  if (c_.ownership_known(table)) {
    switch (c_.policy.tables[table].ownership) {
      case Ownership::User:
        place_owned_row(text, creator, record);
        break;
      case Ownership::BusinessUnit:
        place_unit_row(text, creator, record);
        break;
      case Ownership::Organization:
        if (!text.owner.missing()) report_owner(text.owner, "", table);
        if (!text.unit.missing()) report_owner(text.unit, "unit", table);
        break;
    }
  }
  Changes made = check_values(text.values, table);
  for (ColumnValue& column : made.columns) record.attributes[column.attribute] = std::move(column.value);
  std::erase_if(made.links, [](const Link& link) { return !link.parent; });
  record.links = std::move(made.links);
  return record;
}

void ScenarioChecker::place_owned_row(const RowText& text, Principal creator, Record& record) {
  record.owner = text.owner.missing() ? creator
                 : text.any_owner     ? resolve_anybody(text.owner)
                                      : resolve_party(text.owner, false);
  if (text.owner.missing() && creator.is_nobody() && !c_.damaged) {
    c_.diagnostics.report(DiagnosticKind::MissingOwner, text.table.span, text.table.text)
        .help("`owned by` names a user or a team");
  }
  UnitId own = unit_now(record.owner);
  record.unit = text.unit.missing() ? own : resolve_unit(text.unit);
  if (!classic() || !own || !record.unit || record.unit == own) return;
  c_.diagnostics
      .report(DiagnosticKind::UnitUnderClassic, text.unit.span, "row", name_of(scenario_.facts, Principal::of(own)))
      .note("with classic business units a row belongs to its owner's unit")
      .help("`business_units: modern` in `organization { }`");
}

void ScenarioChecker::place_unit_row(const RowText& text, Principal creator, Record& record) {
  if (!text.owner.missing()) {
    const auto* entry = principals_.find(text.owner.text);
    bool is_unit = entry && principal_list_[entry->id.index].unit();
    report_owner(text.owner, "", record.table, is_unit ? fmt::format("`in {}`", text.owner.text) : "");
    return;
  }
  record.unit = text.unit.missing() ? unit_now(creator) : resolve_unit(text.unit);
  if (text.unit.missing() && creator.is_nobody() && !c_.damaged) {
    c_.diagnostics.report(DiagnosticKind::MissingOwner, text.table.span, text.table.text)
        .help("`in` names the unit that it belongs to");
  }
}

void ScenarioChecker::report_owner(const ast::Name& name, std::string_view what, TableId table, std::string_view help) {
  const auto* entry = principals_.find(name.text);
  if (what.empty()) what = entry ? kind_word(principal_list_[entry->id.index]) : "principal";
  const Table& found = c_.policy.tables[table];
  auto report = c_.diagnostics.report(DiagnosticKind::OwnerNotTaken, name.span, what, name.text, owned(found.ownership),
                                      found.name);
  report.label(found.span, found.ownership == Ownership::Organization
                               ? fmt::format("rows of `{}` have no owner", found.name)
                               : fmt::format("rows of `{}` belong to a unit", found.name));
  if (!help.empty()) report.help(std::string(help));
}

ScenarioChecker::Changes ScenarioChecker::check_values(const std::vector<ast::AttributeValue>& values, TableId table) {
  const TableNames& names = c_.names_of(table);
  const std::vector<Attribute>& attributes = c_.policy.tables[table].attributes;
  std::unordered_map<std::string_view, Span> seen;
  Changes made;
  for (const ast::AttributeValue& value : values) {
    if (value.name.missing()) continue;
    auto [first, inserted] = seen.try_emplace(value.name.text, value.name.span);
    if (!inserted) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, value.name.span, fmt::format("`{}`", value.name.text))
          .label(first->second, "first written here");
      continue;
    }
    if (const auto* lookup = names.lookup_names.find(value.name.text)) {
      std::optional<Link> link = check_link(value, names.lookups[lookup->id.index]);
      if (link) made.links.push_back(*link);
    } else if (const auto* attribute = names.attributes.names.find(value.name.text)) {
      uint32_t index = attribute->id.index;
      std::optional<Value> checked = value_of(c_, value.value, use_of(attributes, names.attributes, index));
      if (checked) made.columns.push_back({index, std::move(*checked)});
    } else {
      std::vector<std::string_view> known = names.attributes.names.names();
      known.insert(known.end(), names.lookup_names.names().begin(), names.lookup_names.names().end());
      c_.report_unknown(DiagnosticKind::UnknownPath, value.name, known, "record", value.name.text);
    }
  }
  return made;
}

std::optional<Link> ScenarioChecker::check_link(const ast::AttributeValue& value, const Lookup& lookup) {
  if (missing(value.value)) return std::nullopt;
  if (value.value.kind == ast::Literal::Kind::Null) return Link{lookup.relationships.front(), {}};
  if (value.value.kind != ast::Literal::Kind::Word) {
    std::vector<std::string_view> tables;
    for (RelationshipId id : lookup.relationships) {
      TableId parent = c_.policy.relationships[id].parent;
      if (!parent) return std::nullopt;
      tables.push_back(c_.policy.tables[parent].name);
    }
    c_.diagnostics
        .report(DiagnosticKind::LiteralNotFit, value.value.span, written(value.value), "row of " + any_of(tables))
        .note(fmt::format("`{}` is a lookup; it takes a record's name", value.name.text));
    return std::nullopt;
  }
  ast::Name name{value.value.text, value.value.span};
  RecordId parent = resolve_record(name);
  if (!parent) return std::nullopt;
  RelationshipId relationship = relationship_to(parent, lookup, name);
  return relationship ? std::optional<Link>({relationship, parent}) : std::nullopt;
}

RelationshipId ScenarioChecker::relationship_to(RecordId parent, const Lookup& lookup, const ast::Name& name) {
  TableId table = scenario_.facts.records[parent].table;
  std::vector<std::string_view> tables;
  for (RelationshipId id : lookup.relationships) {
    TableId above = c_.policy.relationships[id].parent;
    if (!above) return {};
    if (above == table) return id;
    tables.push_back(c_.policy.tables[above].name);
  }
  if (!table) return {};
  c_.diagnostics.report(DiagnosticKind::LiteralNotFit, name.span, name.text, "row of " + any_of(tables))
      .label(records_.find(name.text)->span, fmt::format("a `{}`", c_.policy.tables[table].name));
  return {};
}

void ScenarioChecker::check_attributes(const std::vector<ast::AttributeValue>& values, std::string_view of,
                                       const std::vector<Attribute>& attributes, const AttributeNames& names,
                                       std::vector<Value>& into) {
  std::unordered_map<std::string_view, Span> seen;
  for (const ast::AttributeValue& value : values) {
    if (value.name.missing()) continue;
    const auto* entry = names.names.find(value.name.text);
    if (!entry) {
      c_.report_unknown(DiagnosticKind::UnknownPath, value.name, names.names.names(), of, value.name.text);
      continue;
    }
    auto [first, inserted] = seen.try_emplace(value.name.text, value.name.span);
    if (!inserted) {
      c_.diagnostics.report(DiagnosticKind::RepeatedBlock, value.name.span, fmt::format("`{}`", value.name.text))
          .label(first->second, "first written here");
      continue;
    }
    std::optional<Value> checked = value_of(c_, value.value, use_of(attributes, names, entry->id.index));
    if (checked) into[entry->id.index] = std::move(*checked);
  }
}

std::vector<Value> ScenarioChecker::nulls(const std::vector<Attribute>& attributes) const {
  std::vector<Value> values;
  for (const Attribute& attribute : attributes) values.push_back(Value::null(attribute.type));
  return values;
}

}  // namespace policyc
