// What is so at the start of a scenario.
#include "compiler/sema/rings.h"
#include "compiler/sema/scenario_checker.h"

namespace policyc {

void ScenarioChecker::add_unit(const ast::UnitFact& text, UnitId parent) {
  UnitId id = scenario_.facts.units.add({text.name.text, parent});
  declare_principal(text.name, Principal::of(id), "unit");
  for (const ast::UnitFact& child : text.children) add_unit(child, id);
}

void ScenarioChecker::add_units() {
  const ast::UnitFact* first = nullptr;
  each<ast::UnitFact>([&](const ast::UnitFact& text) {
    if (first && !text.name.missing()) {
      c_.diagnostics.report(DiagnosticKind::SecondRoot, text.name.span, text.name.text)
          .label(first->name.span, "the root unit")
          .help(fmt::format("a unit below it is written in its braces: `unit {} {{ unit {} }}`", first->name.text,
                            text.name.text));
    }
    add_unit(text, first ? root() : UnitId::none());
    if (!first) first = &text;
  });
}

void ScenarioChecker::add_people() {
  each<ast::UserFact>([&](const ast::UserFact& text) {
    User user;
    user.name = text.name.text;
    user.disabled = text.disabled;
    user.unit = resolve_unit(text.unit);
    user.attributes = nulls(c_.policy.user_attributes);
    check_attributes(text.values, "user", c_.policy.user_attributes, c_.user_attributes, user.attributes);
    units_now_.push_back(user.unit);
    UserId id = scenario_.facts.users.add(std::move(user));
    declare_principal(text.name, Principal::of(id), "user");
  });
  each<ast::TeamFact>([&](const ast::TeamFact& text) {
    Team team;
    team.name = text.name.text;
    team.unit = resolve_unit(text.unit);
    TeamId id = scenario_.facts.teams.add(std::move(team));
    declare_principal(text.name, Principal::of(id), "team");
  });
}

// After all names are known: a user's role may come `from` a unit, a team's members may be declared below it.
void ScenarioChecker::add_roles_and_members() {
  uint32_t user = 0;
  each<ast::UserFact>([&](const ast::UserFact& text) {
    UserId id{user++};
    scenario_.facts.users[id].roles = check_held_roles(text.roles, Principal::of(id));
  });
  uint32_t team = 0;
  each<ast::TeamFact>([&](const ast::TeamFact& text) {
    TeamId id{team++};
    scenario_.facts.teams[id].roles = check_held_roles(text.roles, Principal::of(id));
    std::unordered_map<std::string_view, Span> seen;
    for (const ast::Name& name : text.members) {
      UserId member = resolve_user(name);
      if (!member) continue;
      auto [first, inserted] = seen.try_emplace(name.text, name.span);
      if (!inserted) {
        c_.diagnostics.report(DiagnosticKind::RepeatedBlock, name.span, fmt::format("member `{}`", name.text))
            .label(first->second, "first written here");
        continue;
      }
      scenario_.facts.teams[id].members.push_back(member);
    }
  });
}

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
    scenario_.facts.records[RecordId{i}] = std::move(record);
  }
  check_record_rings();
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
  std::map<std::pair<RecordId, Principal>, size_t> places;
  each<ast::ShareFact>([&](const ast::ShareFact& text) {
    RecordId record = resolve_record(text.record);
    Principal principal = resolve_party(text.principal, true);
    TableId table = record ? scenario_.facts.records[record].table : TableId::none();
    bool shared = !table || check_right_taken(c_, table, Right::Share, text.record.span);
    RightSet rights = check_row_rights(text.rights, shared ? table : TableId::none());
    if (!record || principal.is_nobody()) return;
    std::vector<Share>& shares = scenario_.facts.shares;
    auto [place, inserted] = places.try_emplace({record, principal}, shares.size());
    if (inserted) shares.push_back({record, principal, 0});
    shares[place->second].rights |= rights;
  });
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
