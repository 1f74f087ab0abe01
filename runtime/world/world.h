// An organization, its rows, and its users as checks see them, together: what operations are asked about.
//
//   policy::World world(program.tables());
//   uint32_t club = *world.organization.add_unit(POLICY_NONE);         // and users, teams, roles
//   world.organization.number_units();
//   uint32_t trip = world.records.add({.table = boat_trip, .owner = sam, .unit = club});
//   world.resolve_users();
//   policy_decision decision = world.decide(sam, POLICY_RIGHT_read, trip);
//
// Any number of threads may ask while nobody changes it. `tables` must outlive it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runtime/organization/organization.h"
#include "runtime/records/records.h"

namespace policy {

struct World {
  explicit World(const ProgramTables& tables_)
      : tables(tables_), organization(tables_), records(tables_, organization) {
    context.struct_size = sizeof(policy_context);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // All of them: after the organization was set up. Some: those, and whoever has rows through them.
  void resolve_users();
  void resolve_again(std::span<const uint32_t> users);

  // Notes every change from now on, or no more (null). While a journal is kept, who is concerned by a change is
  // resolved by `resolve_pending`, before the next question.
  void keep_journal(Journal* journal);
  void resolve_pending();
  void resolve_everybody();
  // Everything back to when the journal was begun, which it ends.
  void take_back();

  // Makes room for units that move: see Organization::number_apart. Rows follow; users are to be resolved.
  void number_units_apart();
  // A unit with all below it; see Organization. Rows and users follow.
  [[nodiscard]] bool move_unit(uint32_t unit, uint32_t parent);
  std::optional<uint32_t> add_unit(uint32_t parent);

  // A subject that holds nothing where there is no such user.
  const Subject& subject(uint32_t user) const;
  const Subject& nobody() const { return nobody_; }

  // A row that is stored; one as it would be, or was, whose header says what is shared.
  policy_decision decide(uint32_t user, uint32_t right, uint32_t row) const;
  policy_decision decide(uint32_t user, uint32_t right, uint32_t table, const policy_record& header) const;

  const ProgramTables& tables;
  Organization organization;
  Records records;
  policy_context context{};

 private:
  void replace_subject(uint32_t user);
  void follow(const std::vector<uint32_t>& renumbered);

  Journal* journal_ = nullptr;
  ProfilePool pool_{tables};
  std::vector<Subject> subjects_;
  Subject nobody_;
};

}  // namespace policy
