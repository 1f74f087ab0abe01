// What happens in a `when`: each event is checked against the facts; carrying it out is the runner's.
#include "compiler/sema/scenario_checker.h"

namespace policyc {

void ScenarioChecker::add_event(const ast::Event& text) {
  Event event;
  event.span = text.span;
  switch (text.kind) {
    case ast::Event::Kind::IsGiven:
    case ast::Event::Kind::Loses:
      add_role_event(text, event);
      break;
    case ast::Event::Kind::Joins:
    case ast::Event::Kind::Leaves:
    case ast::Event::Kind::MovesTo:
      add_team_or_unit_event(text, event);
      break;
    case ast::Event::Kind::Shares:
    case ast::Event::Kind::Revokes:
    case ast::Event::Kind::Assigns:
    case ast::Event::Kind::Updates:
    case ast::Event::Kind::Deletes:
      add_row_event(text, event);
      break;
    case ast::Event::Kind::Creates:
      add_creation(text, event);
      break;
  }
  scenario_.steps.emplace_back(std::move(event));
}

void ScenarioChecker::add_role_event(const ast::Event& text, Event& event) {
  bool given = text.kind == ast::Event::Kind::IsGiven;
  event.kind = given ? Event::Kind::IsGiven : Event::Kind::Loses;
  event.holder = resolve_principal(text.who, 1u << POLICY_USER | 1u << POLICY_TEAM, "user or team");
  event.user = event.holder.user();
  if (!event.holder.is_nobody()) event.role = check_held_role(text.role, event.holder);
}

void ScenarioChecker::add_team_or_unit_event(const ast::Event& text, Event& event) {
  event.user = resolve_user(text.who);
  if (text.kind == ast::Event::Kind::MovesTo) {
    event.kind = Event::Kind::MovesTo;
    event.unit = resolve_unit(text.target);
    if (event.user && event.unit) units_now_[event.user.index] = event.unit;
    return;
  }
  event.kind = text.kind == ast::Event::Kind::Joins ? Event::Kind::Joins : Event::Kind::Leaves;
  event.team = resolve_team(text.target);
}

void ScenarioChecker::add_row_event(const ast::Event& text, Event& event) {
  event.user = resolve_user(text.who);
  event.record = resolve_record(text.target);
  TableId table = event.record ? scenario_.facts.records[event.record].table : TableId::none();
  if (text.kind == ast::Event::Kind::Updates || text.kind == ast::Event::Kind::Deletes) {
    event.kind = text.kind == ast::Event::Kind::Updates ? Event::Kind::Updates : Event::Kind::Deletes;
    return;
  }
  bool assigns = text.kind == ast::Event::Kind::Assigns;
  event.recipient = resolve_party(text.other, !assigns);
  bool taken = !table || check_right_taken(c_, table, assigns ? Right::Assign : Right::Share, text.target.span);
  if (assigns) {
    event.kind = Event::Kind::Assigns;
  } else if (text.kind == ast::Event::Kind::Revokes) {
    event.kind = Event::Kind::Revokes;
  } else {
    event.kind = Event::Kind::Shares;
    event.rights = check_row_rights(text.rights, taken ? table : TableId::none());
  }
}

// The new row gets its place among the facts now; until the event it is named in `created_later`.
void ScenarioChecker::add_creation(const ast::Event& text, Event& event) {
  event.kind = Event::Kind::Creates;
  event.user = resolve_user(text.who);
  if (!text.created) return;
  const ast::RecordFact& row = *text.created;
  TableId table = c_.resolve(c_.tables, row.table, "table");
  // An unknown creator was reported; somebody stands in, so that the row is not said to lack an owner as well.
  Principal creator = Principal::of(event.user ? event.user : UserId{0});
  if (scenario_.facts.users.empty()) creator = Principal::organization();
  Record record = check_row({row.table, row.owner, row.unit, row.values}, table, creator);
  record.name = row.name.text;
  event.record = scenario_.facts.records.add(std::move(record));
  scenario_.created_later.push_back(event.record);
  c_.declare(records_, row.name, event.record, "record");
}

}  // namespace policyc
