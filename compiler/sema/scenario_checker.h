// One scenario: its names, its facts as they grow, and the checks that facts, events and expectations share.
//
//   scenario_names.cpp         names and rows, for all of it
//   scenario_facts.cpp         units, users, teams, records, shares, context
//   scenario_events.cpp        `when`
//   scenario_expectations.cpp  what must hold
#pragma once

#include "compiler/sema/checking.h"
#include "compiler/sema/literals.h"

namespace policyc {

using PrincipalId = Id<struct PrincipalTag>;

// A row as written in a fact, an event or a `can create`.
struct RowText {
  const ast::Name& table;  // where what is missing is reported
  const ast::Name& owner;
  const ast::Name& unit;
  const std::vector<ast::AttributeValue>& values;
};

class ScenarioChecker {
 public:
  ScenarioChecker(Checking& checking, const ast::Scenario& text) : c_(checking), text_(text) {}

  Scenario run();

 private:
  // --- names and rows
  void declare_principal(const ast::Name& name, Principal principal, std::string_view what);
  UnitId resolve_unit(const ast::Name& name);
  UserId resolve_user(const ast::Name& name);
  TeamId resolve_team(const ast::Name& name);
  RecordId resolve_record(const ast::Name& name);
  // A user or a team; a unit where the rule book has units as principals; `organization` where `with_organization`.
  Principal resolve_party(const ast::Name& name, bool with_organization);
  // Whoever is called so, of the kinds that `accepted` has (bits 1 << policy_principal_kind).
  Principal resolve_principal(const ast::Name& name, unsigned accepted, std::string_view what);
  std::vector<std::string_view> principal_names(unsigned accepted) const;

  UnitId unit_now(Principal principal) const;
  UnitId root() const { return scenario_.facts.units.empty() ? UnitId::none() : UnitId{0}; }
  RoleHeld check_held_role(const ast::HeldRole& text, Principal holder);
  std::vector<RoleHeld> check_held_roles(const std::vector<ast::HeldRole>& texts, Principal holder);
  // Rights that are given on one row of `table`.
  RightSet check_row_rights(const std::vector<ast::Name>& names, TableId table);
  bool check_row_right(const ast::Name& name, Right right, TableId table);

  // Owner and unit of a row; `creator` is the user who creates it, or nobody for a row that is there already.
  Record check_row(const RowText& text, TableId table, Principal creator);
  void place_owned_row(const RowText& text, Principal creator, Record& record);
  void place_unit_row(const RowText& text, Principal creator, Record& record);
  void report_owner(const ast::Name& name, std::string_view what, TableId table, std::string_view help = {});
  void check_values(const std::vector<ast::AttributeValue>& values, Record& record);
  void check_link(const ast::AttributeValue& value, const Lookup& lookup, Record& record);
  // Values of users and of the context.
  void check_attributes(const std::vector<ast::AttributeValue>& values, std::string_view of,
                        const std::vector<Attribute>& attributes, const AttributeNames& names,
                        std::vector<Value>& into);
  std::vector<Value> nulls(const std::vector<Attribute>& attributes) const;

  // --- facts
  void add_unit(const ast::UnitFact& text, UnitId parent);
  void add_units();
  void add_people();
  void add_roles_and_members();
  void add_records();
  void add_shares();
  void add_context();
  void check_record_rings();

  // --- events
  void add_event(const ast::Event& text);
  void add_role_event(const ast::Event& text, Event& event);
  void add_team_or_unit_event(const ast::Event& text, Event& event);
  void add_row_event(const ast::Event& text, Event& event);
  void add_creation(const ast::Event& text, Event& event);

  // --- expectations
  void add_expectation(const ast::CanExpectation& text);
  void add_expectation(const ast::PrivilegeExpectation& text);
  void add_expectation(const ast::WhoExpectation& text);
  void add_expectation(const ast::ListExpectation& text);
  void add_expectation(const ast::RunsAsExpectation& text);
  void check_can(const ast::CanExpectation& text, const ast::Name& word, Right right,
                 const std::optional<Because>& because);
  void check_parties(const ast::CanExpectation& text);
  std::optional<Because> check_because(const ast::CanExpectation& text);
  template <typename IdType, typename Resolve>
  std::vector<IdType> check_list(const std::vector<ast::Name>& names, std::string_view what, Resolve resolve);

  template <typename T, typename Visit>
  void each(Visit visit) const {
    for (const ast::ScenarioStatement& statement : text_.statements) {
      if (const T* value = std::get_if<T>(&statement)) visit(*value);
    }
  }

  bool classic() const { return !c_.policy.settings.modern_units(); }
  bool units_are_principals() const { return c_.policy.settings.is(Switch::unit_as_principal); }

  Checking& c_;
  const ast::Scenario& text_;
  Scenario scenario_;
  NameTable<PrincipalId> principals_;  // users, teams and units share their names
  std::vector<Principal> principal_list_;
  std::unordered_set<std::string_view> declared_twice_;
  NameTable<RecordId> records_;
  std::vector<UnitId> units_now_;  // of each user, as events move them
  bool no_unit_reported_ = false;
};

}  // namespace policyc
