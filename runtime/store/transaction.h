// Changes that readers see together, or never.
//
//   Transaction change = store.begin();
//   if (!change.perform(assign).answer.allowed) return;             // abandons
//   change.organization().give_role(team, skipper, north);           // facts, without asking
//   uint32_t trip = change.add_row({.table = boat_trip, .owner = sam, .unit = north});
//   Revision revision = change.commit();
//
// Only one at a time, used by one thread at a time. It sees its own changes. Without `commit` everything is again as it
// was.
#pragma once

#include <mutex>

#include "runtime/operations/operation.h"
#include "runtime/store/snapshot.h"
#include "runtime/store/writers_turn.h"
#include "runtime/world/world.h"

namespace policy {

class Store;

class Transaction {
 public:
  ~Transaction() { abandon(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Asks, and carries out where it is allowed; otherwise nothing changes, and the transaction goes on.
  Outcome perform(const Operation& operation);

  // Facts as they come from elsewhere: nobody is asked. Not after the end, as all that follows.
  Organization& organization();
  Records& records();
  // Kept with other rows of its table: see Records::add_beside.
  uint32_t add_row(Row row) { return records().add_beside(std::move(row)); }
  [[nodiscard]] bool move_unit(uint32_t unit, uint32_t parent);
  std::optional<uint32_t> add_unit(uint32_t parent);
  // As it is by now; `facts` without the users that are still to be resolved.
  const World& world();
  const World& facts() const;
  // What questions of this transaction are asked in, for its hosts to set and to put back.
  void set_context(const policy_context& context);

  // Readers who begin from now on see it. Where memory runs out it throws, and is abandoned.
  Revision commit();
  void abandon();
  // Instead of either, where a change broke off in the middle (an exception): what it left cannot be taken back safely.
  // Readers go on with what was committed before, and the store takes no more changes.
  void give_up();

 private:
  friend class Store;
  Transaction(Store& store, std::unique_lock<WritersTurn> alone);
  void end();

  Store* store_;  // null: it is over
  std::unique_lock<WritersTurn> alone_;
  Journal journal_;
};

}  // namespace policy
