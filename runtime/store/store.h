// Facts that change while they are asked: one writer at a time commits transactions, and any number of readers see one
// state each, whole, without waiting.
//
//   World world(program.tables());                                   // with its units, users, teams, roles and rows
//   Store store(world);
//   std::optional<Reader> reader = store.reader();                   // each thread its own
//
//   Transaction change = store.begin();
//   Outcome outcome = change.perform(assign);
//   Revision revision = change.commit();
//   reader->snapshot(revision)->check(ana, POLICY_RIGHT_read, trip);   // sees it
//
// The world is the writer's: what cascades need is there. Readers look at a copy of what checks need, of which each
// commit writes anew what has changed and what leads there; what was there before is freed when nobody reads it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "runtime/store/publisher.h"
#include "runtime/store/transaction.h"
#include "runtime/store/translate.h"
#include "runtime/store/writers_turn.h"

namespace policy {

class Store {
 public:
  // The world is the store's as long as that is there; its users need not be resolved.
  explicit Store(World& world, StoreOptions options = {});
  // The world is given to it, with what its tables are of: both go as those of `replace` do.
  Store(std::unique_ptr<World> world, std::shared_ptr<const void> program, StoreOptions options = {});
  // There may be no reader left, and no transaction.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // One thread's; nothing where Epochs::kReaderLimit are in use.
  std::optional<Reader> reader();
  // Waits for the one that is under way, at most so long; nothing where that was too short. Not where changes were
  // given up.
  Transaction begin() { return Transaction(*this, std::unique_lock(turn_)); }
  std::unique_ptr<Transaction> begin_within(std::chrono::nanoseconds longest);
  // Transaction::give_up: nothing changes any more.
  bool is_given_up() const { return is_given_up_.load(); }

  // From the next snapshot on everything is asked of another version of the policy; those that are there go on with the
  // one before, which is let go with the last of them. `next` has the program that its tables are of; `ready` is asked
  // before anybody sees it: it may set what is missing, and false leaves all as it was. Without it, only a translation
  // that is whole is taken. Nothing where it was not taken, or changes were given up. Waits for the transaction under
  // way; readers do not wait.
  using Ready = std::function<bool(World& next, const Translation& told)>;
  std::optional<Revision> replace(const ProgramTables& tables, std::shared_ptr<const void> next,
                                  const Ready& ready = nullptr);

  // Any thread.
  Revision revision() const { return {newest_.load(std::memory_order_acquire)}; }
  // What its tables are of, as it was given: the same as long as a transaction is under way.
  std::shared_ptr<const void> program() const;
  // For the thread that could begin a transaction, as what follows.
  const World& world() const { return *world_; }
  StoreMemory memory() const { return publisher_.memory(); }
  // Pieces of memory that are kept for readers.
  size_t waiting() const { return epochs_.waiting(); }

 private:
  friend class Transaction;
  // What the journal tells; the revision before, where it tells of nothing.
  Revision publish(Journal& journal);
  std::shared_ptr<const void> exchange_program(std::shared_ptr<const void> next);
  void prepare(Edit& edit);
  void show(const PublishedWorld* next, Edit& edit);

  World* world_;
  std::unique_ptr<World> own_world_;  // given, or made by `replace`
  mutable std::mutex showing_program_;
  std::shared_ptr<const void> own_program_;  // what its tables are of
  Publisher publisher_;
  Epochs epochs_;
  std::atomic<const PublishedWorld*> root_{nullptr};
  std::atomic<uint64_t> newest_{0};  // the root's, for those who may not look into it
  uint64_t edits_ = 0;
  std::atomic<bool> is_given_up_{false};
  Journal given_up_;  // what the world had become, with what readers look at
  WritersTurn turn_;
};

}  // namespace policy
