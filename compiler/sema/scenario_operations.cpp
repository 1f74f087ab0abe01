// What somebody does, in an event or after `may`: the verb, its parts, and what they name. Whether it may be done is
// asked when the scenario runs.
#include <algorithm>

#include "compiler/sema/scenario_checker.h"

namespace policyc {

namespace {

using Part = OperationPart;

std::string needed_text(const OperationForm& form, uint16_t missing) {
  if (missing & Part::kColumn) return "a lookup";
  if (missing & Part::kTable) return "a table";
  if (missing & Part::kOther) return fmt::format("`{}`", form.connector);
  return missing & Part::kRights ? "`for`" : "`through`";
}

}  // namespace

TableId ScenarioChecker::table_of(RecordId record) const {
  return record ? scenario_.facts.records[record].table : TableId::none();
}

Operation ScenarioChecker::check_operation(const Doing& doing, UserId user, UserId impersonator) {
  Operation operation;
  operation.user = user;
  operation.impersonator = impersonator;
  const OperationForm* form = check_verb(doing);
  if (!form) return operation;
  operation.kind = form->kind;
  if (!check_parts(doing, *form)) return operation;
  switch (form->kind) {
    case OperationKind::Create:
      check_creation(doing, operation);
      break;
    case OperationKind::Read:
    case OperationKind::Update:
    case OperationKind::Delete:
    case OperationKind::Assign:
    case OperationKind::Merge:
    case OperationKind::Deactivate:
    case OperationKind::Activate:
      check_row_operation(doing, operation);
      break;
    case OperationKind::Share:
    case OperationKind::Modify:
    case OperationKind::Revoke:
      check_sharing(doing, operation);
      break;
    case OperationKind::Link:
    case OperationKind::Unlink:
      check_lookup(doing, operation);
      break;
    case OperationKind::Associate:
    case OperationKind::Disassociate:
      check_association(doing, operation);
      break;
    case OperationKind::SetUnit:
    case OperationKind::MoveUser:
    case OperationKind::MoveTeam:
      check_move(doing, operation);
      break;
    case OperationKind::AddMember:
    case OperationKind::RemoveMember:
      operation.principal = Principal::of(resolve_user(doing.text.target));
      operation.team = resolve_team(doing.text.other);
      break;
  }
  return operation;
}

// --- the words

const OperationForm* ScenarioChecker::check_verb(const Doing& doing) {
  const ast::Name& verb = doing.text.verb;
  if (verb.missing()) return nullptr;
  if (const OperationForm* form = find_form(verb.text, doing.person)) return form;
  std::vector<std::string_view> words = verbs(doing.person);
  bool in_event = doing.person == Person::Third;
  if (in_event) words.insert(words.end(), {"joins", "leaves", "loses"});
  auto report = c_.diagnostics.report(DiagnosticKind::UnknownName, verb.span, "operation", verb.text);
  std::string help = in_event && verb.text == "given" ? "`is given`" : c_.suggest(verb.text, words);
  if (!help.empty()) report.help(std::move(help));
  report.note("operations: " + any_of(verbs(doing.person)));
  return nullptr;
}

void ScenarioChecker::report_part(const Doing& doing, const OperationForm& form, uint16_t part, std::string_view words,
                                  Span span) {
  std::vector<std::string_view> legal = verbs_that_take(part, doing.text.connector.text, doing.person);
  c_.diagnostics
      .report(DiagnosticKind::PartNotTaken, span, words, legal.empty() ? "`creates` in `when`" : any_of(legal))
      .help(fmt::format("`{}`", form.text(doing.person)));
}

// False where a part is missing that the rest hangs on.
bool ScenarioChecker::check_parts(const Doing& doing, const OperationForm& form) {
  const ast::Operation& text = doing.text;
  Span rights = text.rights.empty() ? Span{} : text.rights.front().span;
  Span values = text.values.empty() ? Span{} : text.values.front().name.span;
  struct Written {
    uint16_t part;
    bool written;
    std::string words;
    Span span;
  };
  uint16_t written = 0;
  bool sound = true;
  for (const Written& each : {Written{Part::kColumn, !text.column.missing(), "." + text.column.text, text.column.span},
                              Written{Part::kTable, !text.table.missing(), ": " + text.table.text, text.table.span},
                              Written{Part::kOwner, !text.owner.missing(), "owned by", text.owner.span},
                              Written{Part::kUnit, !text.unit.missing(), "in", text.unit.span},
                              Written{Part::kOther, !text.other.missing(), text.connector.text, text.other.span},
                              Written{Part::kRights, !text.rights.empty(), "for", rights},
                              Written{Part::kThrough, !text.relationship.missing(), "through", text.relationship.span},
                              Written{Part::kValues, !text.values.empty(), "{ }", values}}) {
    if (!each.written) continue;
    written |= each.part;
    bool takes = (form.takes(doing.person) & each.part) != 0;
    if (takes && (each.part != Part::kOther || text.connector.text == form.connector)) continue;
    report_part(doing, form, each.part, each.words, each.span);
    // Another verb or another row was meant: what is missing as well is not counted up.
    sound = sound && (each.part & (Part::kColumn | Part::kTable | Part::kOther)) == 0;
  }
  if (!sound) return false;
  uint16_t missing = form.needs & static_cast<uint16_t>(~written);
  if (missing == 0) return true;
  if (!c_.damaged) {
    c_.diagnostics
        .report(DiagnosticKind::OperationPartMissing, text.verb.span, text.verb.text, needed_text(form, missing))
        .help(fmt::format("`{}`", form.text(doing.person)));
  }
  return false;
}

// --- what they name

// An unknown creator was reported; somebody stands in, so that the row is not said to lack an owner as well.
void ScenarioChecker::check_creation(const Doing& doing, Operation& operation) {
  const ast::Operation& text = doing.text;
  bool in_event = doing.person == Person::Third;
  const ast::Name& name = in_event ? text.table : text.target;
  TableId table = c_.resolve(c_.tables, name, "table");
  Principal creator = Principal::of(operation.user ? operation.user : UserId{0});
  if (scenario_.facts.users.empty()) creator = Principal::organization();
  bool any_owner = doing.expects(Reason::CannotOwn) || doing.expects(Reason::AccessTeam);
  Record record = check_row({name, text.owner, text.unit, text.values, any_owner}, table, creator);
  if (!in_event) {
    operation.proposed = std::move(record);
    return;
  }
  record.exists = false;
  record.name = text.target.text;
  operation.record = scenario_.facts.records.add(std::move(record));
  c_.declare(records_, text.target, operation.record, "record");
}

bool ScenarioChecker::check_taken(const Doing& doing, TableId table, Right right, Span span) {
  return !table || doing.expects(Reason::Illegal) || check_right_taken(c_, table, right, span);
}

void ScenarioChecker::check_row_operation(const Doing& doing, Operation& operation) {
  const ast::Operation& text = doing.text;
  operation.record = resolve_record(text.target);
  TableId table = table_of(operation.record);
  if (operation.kind == OperationKind::Assign) {
    operation.principal = resolve_owner(doing);
    check_taken(doing, table, Right::Assign, text.target.span);
  } else if (operation.kind == OperationKind::Merge) {
    operation.other = resolve_record(text.other);
  } else if (operation.kind == OperationKind::Update && table) {
    Changes changes = check_values(text.values, table);
    operation.columns = std::move(changes.columns);
    operation.links = std::move(changes.links);
  }
}

Principal ScenarioChecker::resolve_owner(const Doing& doing) {
  return doing.expects(Reason::CannotOwn) ? resolve_anybody(doing.text.other) : resolve_party(doing.text.other, false);
}

Principal ScenarioChecker::resolve_recipient(const Doing& doing) {
  return doing.expects(Reason::OtherParty) ? resolve_anybody(doing.text.other) : resolve_party(doing.text.other, true);
}

void ScenarioChecker::check_sharing(const Doing& doing, Operation& operation) {
  const ast::Operation& text = doing.text;
  operation.record = resolve_record(text.target);
  if (!text.column.missing()) return;  // see add_operation_event
  operation.principal = resolve_recipient(doing);
  TableId table = table_of(operation.record);
  if (!doing.expects(Reason::Illegal)) {
    bool taken = check_taken(doing, table, Right::Share, text.target.span);
    operation.rights = check_row_rights(text.rights, taken ? table : TableId::none());
    return;
  }
  for (const ast::Name& name : text.rights) {
    if (std::optional<Right> right = check_right(c_, name)) operation.rights |= bit(*right);
  }
}

void ScenarioChecker::check_lookup(const Doing& doing, Operation& operation) {
  const ast::Operation& text = doing.text;
  operation.record = resolve_record(text.target);
  bool links = operation.kind == OperationKind::Link;
  if (links) operation.other = resolve_record(text.other);
  TableId table = table_of(operation.record);
  if (!table) return;
  const TableNames& names = c_.names_of(table);
  const auto* entry = names.lookup_names.find(text.column.text);
  if (!entry) {
    auto report = c_.report_unknown(DiagnosticKind::UnknownName, text.column, names.lookup_names.names(), "lookup",
                                    text.column.text);
    if (names.attributes.names.find(text.column.text)) {
      report.note(fmt::format("`{}` is an attribute of `{}`", text.column.text, c_.policy.tables[table].name));
    } else if (c_.relationships.find(text.column.text)) {
      report.note("a lookup is named by its column, and rows of a many-to-many relationship are associated");
    }
    return;
  }
  const Lookup& lookup = names.lookups[entry->id.index];
  if (!links) {
    operation.relationship = lookup.relationships.front();
  } else if (operation.other) {
    operation.relationship = relationship_to(operation.other, lookup, text.other);
  }
}

void ScenarioChecker::check_association(const Doing& doing, Operation& operation) {
  const ast::Operation& text = doing.text;
  std::optional<Association> pair = check_pair(text.target, text.other, text.relationship);
  if (!pair) return;
  operation.relationship = pair->relationship;
  operation.record = pair->first;
  operation.other = pair->second;
}

// A row, a user or a team.
void ScenarioChecker::check_move(const Doing& doing, Operation& operation) {
  const ast::Name& name = doing.text.target;
  operation.unit = resolve_unit(doing.text.other);
  const auto* entry = principals_.find(name.text);
  const auto* record = records_.find(name.text);
  Principal who = entry ? principal_list_[entry->id.index] : Principal{};
  if (who.unit() && record) who = {};
  if (record && !who.is_nobody()) {
    c_.diagnostics.report(DiagnosticKind::AmbiguousName, name.span, name.text, kind_word(who))
        .label(record->span, "the record")
        .label(entry->span, fmt::format("the {}", kind_word(who)))
        .help("give one of the two another name");
    return;
  }
  if (record) {
    operation.record = record->id;
  } else if (who.user()) {
    operation.kind = OperationKind::MoveUser;
    operation.principal = who;
  } else if (who.team()) {
    operation.kind = OperationKind::MoveTeam;
    operation.team = who.team();
  } else if (!name.missing()) {
    std::vector<std::string_view> known = principal_names(1u << POLICY_USER | 1u << POLICY_TEAM);
    known.insert(known.end(), records_.names().begin(), records_.names().end());
    auto report = c_.report_unknown(DiagnosticKind::UnknownName, name, known, "record, user or team", name.text);
    if (entry) report.label(entry->span, fmt::format("`{}` is a unit", name.text));
  }
}

}  // namespace policyc
