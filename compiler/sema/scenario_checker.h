// One scenario: its names, its facts as they grow, and the checks that facts, events and expectations share.
//
//   scenario_names.cpp         names of principals and records, roles that are held
//   scenario_rows.cpp          rows: owner, unit and values
//   scenario_people.cpp        units, users, teams, managers, positions
//   scenario_facts.cpp         records, shares, associations, context
//   scenario_operations.cpp    what somebody does, in events and after `may`
//   scenario_events.cpp        `when`
//   scenario_expectations.cpp  what must hold
#pragma once

#include "compiler/sema/checking.h"
#include "compiler/sema/literals.h"
#include "compiler/sema/operation_forms.h"

namespace policyc {

using PrincipalId = Id<struct PrincipalTag>;

// A row as written in a fact, an event, a `can create` or a `may create`.
struct RowText {
  const ast::Name& table;  // where what is missing is reported
  const ast::Name& owner;
  const ast::Name& unit;
  const std::vector<ast::AttributeValue>& values;
  bool any_owner = false;  // whether the owner can own it is what the line is about
};

// An operation where it stands. What can never be is a mistake, unless the line expects the very denial.
struct Doing {
  const ast::Operation& text;
  Person person = Person::Third;
  std::optional<Reason> expected;  // of `may not ... because`
  bool expects(Reason reason) const { return expected == reason; }
};

// The words of an expectation: `can` and `cannot`, `may` and `may not`.
struct YesNo {
  std::string_view yes;
  std::string_view no;
};

// "user", "team", "unit" or "organization"
std::string_view kind_word(Principal principal);

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
  // Whoever there is, the organization too: whether they can be that is what the line is about.
  Principal resolve_anybody(const ast::Name& name);
  void report_unit_as_principal(const ast::Name& name);
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
  // What is given on a secured column of one row.
  void check_column_rights(const std::vector<ast::Name>& names, ColumnShare& share);
  std::optional<ColumnShare> check_column_share(const ast::Name& record, const ast::Name& column,
                                                const ast::Name& principal, const std::vector<ast::Name>& rights);

  // Owner and unit of a row; `creator` is the user who creates it, or nobody for a row that is there already.
  Record check_row(const RowText& text, TableId table, Principal creator);
  void place_owned_row(const RowText& text, Principal creator, Record& record);
  void place_unit_row(const RowText& text, Principal creator, Record& record);
  void report_owner(const ast::Name& name, std::string_view what, TableId table, std::string_view help = {});
  // Values of attributes, and lookups: `null` clears them.
  struct Changes {
    std::vector<ColumnValue> columns;
    std::vector<Link> links;
  };
  Changes check_values(const std::vector<ast::AttributeValue>& values, TableId table);
  std::optional<Link> check_link(const ast::AttributeValue& value, const Lookup& lookup);
  // The relationship of a lookup that leads to `parent`'s table; none is reported at `name`.
  RelationshipId relationship_to(RecordId parent, const Lookup& lookup, const ast::Name& name);
  // Values of users and of the context.
  void check_attributes(const std::vector<ast::AttributeValue>& values, std::string_view of,
                        const std::vector<Attribute>& attributes, const AttributeNames& names,
                        std::vector<Value>& into);
  std::vector<Value> nulls(const std::vector<Attribute>& attributes) const;

  // --- facts
  void add_unit(const ast::UnitFact& text, UnitId parent);
  void add_units();
  void add_people();
  AccessMode check_access_mode(const ast::Name& name);
  TeamKind check_team_kind(const ast::TeamFact& text, UnitId unit);
  void add_roles_and_members();
  void add_unit_roles();
  void add_members(const ast::TeamFact& text, TeamId id);
  void add_managers();
  void check_manager_rings(const std::map<UserId, Span>& places);
  void add_positions();
  void add_position(const ast::PositionFact& text, PositionId parent);
  void add_profiles();
  void add_records();
  void check_facts_of_record(const ast::RecordFact& text, Record& record);
  void add_shares();
  void add_share(const ast::ShareFact& text);
  void add_column_share(const ast::ShareFact& text);
  void add_associations();
  void add_context();
  void check_record_rings();

  // --- operations
  Operation check_operation(const Doing& doing, UserId user, UserId impersonator);
  const OperationForm* check_verb(const Doing& doing);
  bool check_parts(const Doing& doing, const OperationForm& form);
  void report_part(const Doing& doing, const OperationForm& form, uint16_t part, std::string_view words, Span span);
  void check_creation(const Doing& doing, Operation& operation);
  void check_row_operation(const Doing& doing, Operation& operation);
  void check_sharing(const Doing& doing, Operation& operation);
  void check_lookup(const Doing& doing, Operation& operation);
  void check_association(const Doing& doing, Operation& operation);
  void check_move(const Doing& doing, Operation& operation);
  Principal resolve_owner(const Doing& doing);
  Principal resolve_recipient(const Doing& doing);
  bool check_taken(const Doing& doing, TableId table, Right right, Span span);
  TableId table_of(RecordId record) const;
  // Two rows of a many-to-many relationship, in its order; none is reported.
  std::optional<Association> check_pair(const ast::Name& first, const ast::Name& second, const ast::Name& relationship);

  // --- events
  void add_event(const ast::Event& text);
  void add_role_event(const ast::Event& text, Event& event);
  void check_role_or_profile(const ast::HeldRole& text, Event& event);
  void add_team_or_unit_event(const ast::Event& text, Event& event);
  void check_membership_event(const ast::Event& text, const Event& event);
  void add_operation_event(const ast::Event& text, Event& event);

  // --- expectations
  void add_expectation(const ast::CanExpectation& text);
  void add_expectation(const ast::PrivilegeExpectation& text);
  void add_expectation(const ast::WhoExpectation& text);
  void add_expectation(const ast::ListExpectation& text);
  void add_expectation(const ast::RunsAsExpectation& text);
  void add_expectation(const ast::RunExpectation& text);
  void add_expectation(const ast::MayExpectation& text);
  void add_sign_in(const ast::MayExpectation& text);
  void add_columns(const ast::CanExpectation& text);
  void check_can(const ast::CanExpectation& text, const ast::Name& word, Right right,
                 const std::optional<Because>& because);
  void check_whole(const ast::CanExpectation& text, const ast::Name& word, Right right,
                   const std::optional<Because>& because);
  void check_parties(const ast::CanExpectation& text);
  std::optional<Because> check_because(const std::optional<ast::Because>& text, bool allowed, const YesNo& words);
  uint32_t check_step(FlowId flow, const ast::Name& name);
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
  NameTable<PositionId> positions_;
  std::vector<const ast::UnitFact*> unit_texts_;  // by UnitId
  std::vector<UnitId> units_now_;                 // of each user, as events move them
  std::vector<UnitId> team_units_now_;            // likewise of teams
  std::map<UnitId, const ast::Name*> default_teams_;
  std::map<UserId, Span> held_positions_;
  std::map<std::pair<RecordId, Principal>, size_t> share_places_;
  bool no_unit_reported_ = false;
};

}  // namespace policyc
