// Who there is: units, users, teams, positions, and the roles and profiles they hold. Resolves a user into the Subject
// that checks read.
//
//   policy::Organization organization(tables);
//   uint32_t club = *organization.add_unit(POLICY_NONE);
//   uint32_t sam = *organization.add_user(club);
//   organization.give_role(POLICY_PRINCIPAL(POLICY_USER, sam), skipper, club);
//   organization.number_units();
//   policy::Subject subject = organization.resolve(sam, pool);
//
// Indices count up from 0 in the order of adding. Whatever names something that is not there gives nothing or false,
// and changes nothing. Reading from any number of threads is safe while nobody changes it. `tables` must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/organization/journal.h"
#include "runtime/organization/program_tables.h"
#include "runtime/organization/subject.h"

namespace policy {

// What somebody may do at all, apart from rights on rows.
enum class AccessMode : uint8_t { ReadWrite, Administrative, Read, Support, NonInteractive, DelegatedAdmin };

// Default: all users of its unit are its members, and nobody else. Access: holds no roles and owns nothing.
enum class TeamKind : uint8_t { Owner, Default, Group, Access };

// Whether somebody may enter at all.
struct SignIn {
  bool allowed = false;
  policy_reason reason = POLICY_REASON_unknown;  // none where it is allowed
  AccessMode mode = AccessMode::ReadWrite;
};

class Organization {
 public:
  explicit Organization(const ProgramTables& tables);

  // --- setting up

  // The first unit is the root (parent POLICY_NONE), every other has a parent. Nothing where the parent is not
  // there, or where there are POLICY_PRINCIPAL_LIMIT already.
  std::optional<uint32_t> add_unit(uint32_t parent);
  // Units 0, 1, ... at once, parents and children in any order. Only where there are none yet.
  [[nodiscard]] bool add_units(std::span<const uint32_t> parents);
  std::optional<uint32_t> add_user(uint32_t unit);
  std::optional<uint32_t> add_team(uint32_t unit, TeamKind kind = TeamKind::Owner);
  std::optional<uint32_t> add_position();
  [[nodiscard]] bool set_parent(uint32_t position, uint32_t parent);

  // Numbers the units in pre-order; call it after the last unit and before records and subjects are made. A unit that
  // hangs in the air (its parents go round, or are not there) gets no number, and nothing reaches it.
  void number_units();
  // Again, with free numbers between them for units that move or are added later. Gives all that have a number: records
  // and subjects are to follow.
  std::vector<uint32_t> number_apart();
  // A unit after that, with its number; the root, where there is none yet, gets all numbers. `renumbered` gets what
  // `move_unit` tells.
  std::optional<uint32_t> add_numbered_unit(uint32_t parent, std::vector<uint32_t>& renumbered);
  // With all below it. False, and nothing changes, for the root and where the new parent lies in the unit or is not
  // there. `renumbered` gets the units whose number is another now, themselves or by their subtree: those that move,
  // or where there was no room, all.
  [[nodiscard]] bool move_unit(uint32_t unit, uint32_t parent, std::vector<uint32_t>& renumbered);

  // Units, users, teams and positions as they are there, by the same numbers, but for what a policy has names for:
  // roles, profiles and attributes. Only where there is nothing yet.
  [[nodiscard]] bool take_people(const Organization& from);

  // Notes every change from now on, or no more (null).
  void keep_journal(Journal* journal) { journal_ = journal; }

  // --- people

  [[nodiscard]] bool join(uint32_t user, uint32_t team);
  [[nodiscard]] bool leave(uint32_t user, uint32_t team);
  // `holder` is a user, a team, or (where units are principals) a unit; `anchor` the unit whose copy of the role it is.
  // Under classic business units that is the holder's own unit, and another is refused.
  [[nodiscard]] bool give_role(policy_principal holder, uint32_t role, uint32_t anchor);
  // However often it was given; true as well where it was not.
  [[nodiscard]] bool take_role(policy_principal holder, uint32_t role, uint32_t anchor);
  [[nodiscard]] bool drop_roles(policy_principal holder);
  // The roles count in another unit from now on.
  [[nodiscard]] bool move_roles(policy_principal holder, uint32_t anchor);
  [[nodiscard]] bool give_profile(policy_principal holder, uint32_t profile);
  [[nodiscard]] bool take_profile(policy_principal holder, uint32_t profile);  // true as well where it was not given
  [[nodiscard]] bool set_name(uint32_t user, std::string name);
  [[nodiscard]] bool set_disabled(uint32_t user, bool disabled);
  [[nodiscard]] bool set_access_mode(uint32_t user, AccessMode mode);
  // POLICY_NONE: nobody, no position.
  [[nodiscard]] bool set_manager(uint32_t user, uint32_t manager);
  [[nodiscard]] bool set_position(uint32_t user, uint32_t position);
  // At the program's offsets; Subject::attributes.
  [[nodiscard]] bool set_attributes(uint32_t user, std::vector<uint64_t> attributes);
  [[nodiscard]] bool move_user(uint32_t user, uint32_t unit);
  [[nodiscard]] bool move_team(uint32_t team, uint32_t unit);

  // --- questions

  size_t user_count() const { return users_.size(); }
  bool knows(policy_principal principal) const;
  bool has_user(uint32_t user) const { return user < users_.size(); }
  bool has_team(uint32_t team) const { return team < teams_.size(); }
  bool has_unit(uint32_t unit) const { return unit < units_.size(); }
  bool has_position(uint32_t position) const { return position < positions_.size(); }
  // POLICY_NONE where there is none.
  uint32_t manager_of(uint32_t user) const { return has_user(user) ? users_[user].manager : POLICY_NONE; }
  bool has_default_team(uint32_t unit) const { return has_unit(unit) && !units_[unit].default_teams.empty(); }
  // Of the user or team itself, ascending; none for others.
  std::span<const uint32_t> profiles_held(policy_principal holder) const;
  // The one of that name; of several the one with the lowest number; POLICY_NONE.
  uint32_t find_user(std::string_view name) const;
  // A unit's number and the last number of its subtree; the interval {POLICY_NONE, 0}, which holds nothing, for others.
  policy_interval unit_interval(uint32_t unit) const;
  // A unit belongs to itself; POLICY_NONE for the organization and for nobody.
  uint32_t unit_of(policy_principal principal) const;
  TeamKind team_kind(uint32_t team) const { return teams_[team].kind; }
  bool is_member(uint32_t user, uint32_t team) const;
  bool is_disabled(uint32_t user) const { return !has_user(user) || users_[user].disabled; }
  SignIn sign_in(uint32_t user) const;
  size_t role_count(policy_principal holder) const;
  // Of the user and of the user's teams, ascending.
  std::vector<uint32_t> profiles_of(uint32_t user) const;
  std::vector<uint32_t> teams_of(uint32_t user) const;    // ascending
  std::vector<uint32_t> members_of(uint32_t team) const;  // ascending

  // Some grant of the right, of any level and condition: a user's own, through a team or the unit; a team's own; a
  // unit's own and its default team's; never the organization's.
  bool holds(policy_principal principal, uint32_t table, uint32_t right) const;
  // Likewise, and the grant is anchored at the unit or reaches it by its level.
  bool holds_at(policy_principal principal, uint32_t table, uint32_t right, uint32_t unit) const;

  size_t unit_count() const { return units_.size(); }
  size_t team_count() const { return teams_.size(); }
  // Users whose roles, teams or unit depend on the principal.
  std::vector<uint32_t> dependents_of(policy_principal principal) const;
  // Users who are to be resolved again after the unit's number changed.
  std::vector<uint32_t> concerned_by(uint32_t unit) const;
  // POLICY_NONE where there is none above.
  uint32_t parent_number(uint32_t unit) const;
  // The roles that the principal holds itself, and the numbers of the units where they count.
  std::vector<Journal::HeldBefore> held_by(policy_principal holder) const;

  // Everything that somebody holds, in the order in which it was given to each.
  struct RoleHeld {
    policy_principal holder = POLICY_NOBODY;
    uint32_t role = POLICY_NONE;
    uint32_t anchor = POLICY_NONE;
  };
  struct ProfileHeld {
    policy_principal holder = POLICY_NOBODY;
    uint32_t profile = POLICY_NONE;
  };
  std::vector<RoleHeld> roles_given() const;
  std::vector<ProfileHeld> profiles_given() const;
  // As set_attributes got them.
  std::span<const uint64_t> attributes_of(uint32_t user) const { return users_[user].attributes; }

  // Those who may have others' rows through this user: to be resolved again when the user moves or joins a team.
  std::vector<uint32_t> superiors_of(uint32_t user) const;

  // All whose roles count for the user, and where; nothing where there is no such user.
  Standing standing(uint32_t user) const;
  // A subject that holds nothing where there is no such user.
  Subject resolve(uint32_t user, ProfilePool& pool) const;

 private:
  struct Held {
    uint32_t role;
    uint32_t anchor;
  };
  struct Unit {
    uint32_t parent;
    policy_interval interval;
    std::vector<Held> roles;
    std::vector<uint32_t> default_teams;
    std::vector<uint32_t> users;                              // in no order
    std::vector<uint32_t> children;                           // in no order
    std::unordered_map<policy_principal, uint32_t> anchored;  // holders of roles that count here: how many
  };
  struct User {
    uint32_t unit;
    uint32_t place = 0;  // among the unit's users
    std::string name;
    bool disabled = false;
    AccessMode mode = AccessMode::ReadWrite;
    uint32_t manager = POLICY_NONE;
    uint32_t position = POLICY_NONE;
    std::vector<uint32_t> managed;  // users whose manager this is
    std::vector<uint32_t> teams;    // ascending, default teams left out
    std::vector<Held> roles;
    std::vector<uint32_t> profiles;
    std::vector<uint64_t> attributes;
  };
  struct Team {
    uint32_t unit;
    TeamKind kind;
    std::vector<Held> roles;
    std::vector<uint32_t> profiles;
    std::vector<uint32_t> members;
  };
  struct Position {
    uint32_t parent = POLICY_NONE;
    std::vector<uint32_t> below;
    std::vector<uint32_t> users;
  };

  // The roles that the principal holds itself; null where it can hold none.
  std::vector<Held>* roles_held(policy_principal holder);
  const std::vector<Held>* roles_held(policy_principal holder) const;
  // Likewise column profiles.
  std::vector<uint32_t>* own_profiles(policy_principal holder);
  // All whose roles count for the principal, itself first.
  std::vector<policy_principal> holders_for(policy_principal principal) const;
  // What is about to change, for the journal.
  void note_user(uint32_t user);
  void note_superiors(uint32_t user);
  void note_roles(policy_principal holder);
  void note_moved(policy_principal owner);
  template <typename TakeBack>
  void note_undo(TakeBack take_back) {
    if (journal_ != nullptr) journal_->undo.push_back(std::move(take_back));
  }
  void change_name(uint32_t user, std::string name);
  void set_roles(policy_principal holder, std::vector<Held> roles);
  void enter_unit(uint32_t user, uint32_t unit);
  void leave_unit(uint32_t user);
  void change_manager(uint32_t user, uint32_t manager);
  void change_position(uint32_t user, uint32_t position);
  void change_parent(uint32_t position, uint32_t parent);
  void note_positions_above(uint32_t position);

  // numbering.cpp
  std::vector<uint32_t> subtree_of(std::vector<uint32_t> roots) const;
  std::vector<uint32_t> all_units() const;
  void spread(const std::vector<uint32_t>& subtree, policy_interval room);
  policy_interval room_below(uint32_t parent, uint32_t count, uint32_t without) const;
  void number_again(const std::vector<uint32_t>& subtree, policy_interval room, std::vector<uint32_t>& renumbered);
  void note_numbers(const std::vector<uint32_t>& units);
  void hang_below(uint32_t unit, uint32_t parent);

  template <typename Counts>
  bool holds_some(policy_principal principal, uint32_t table, uint32_t right, Counts counts) const;

  // hierarchy.cpp
  bool is_unit_above(uint32_t manager, uint32_t report) const;
  void add_report(uint32_t user, uint32_t report, uint32_t distance, std::vector<policy_report>& reports) const;
  std::vector<policy_report> reports_of(uint32_t user) const;
  void add_managed(uint32_t user, std::vector<policy_report>& reports) const;
  void add_positions_below(uint32_t user, std::vector<policy_report>& reports) const;

  const ProgramTables& tables_;
  Journal* journal_ = nullptr;
  std::vector<Unit> units_;
  std::vector<User> users_;
  std::vector<Team> teams_;
  std::vector<Position> positions_;
  std::unordered_map<std::string, std::vector<uint32_t>> users_by_name_;  // ascending; those without a name left out
};

}  // namespace policy
