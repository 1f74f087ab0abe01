#include "runtime/store/transaction.h"

#include "runtime/operations/plan.h"
#include "runtime/store/store.h"

namespace policy {

Transaction::Transaction(Store& store, std::unique_lock<WritersTurn> alone) : store_(&store), alone_(std::move(alone)) {
  store.world_->keep_journal(&journal_);
}

Outcome Transaction::perform(const Operation& operation) {
  store_->world_->resolve_pending();
  Outcome outcome = plan(*store_->world_, operation);
  if (outcome.answer.allowed) apply(*store_->world_, operation, outcome.effects);
  return outcome;
}

Organization& Transaction::organization() { return store_->world_->organization; }
Records& Transaction::records() { return store_->world_->records; }
bool Transaction::move_unit(uint32_t unit, uint32_t parent) { return store_->world_->move_unit(unit, parent); }
std::optional<uint32_t> Transaction::add_unit(uint32_t parent) { return store_->world_->add_unit(parent); }

const World& Transaction::world() {
  store_->world_->resolve_pending();
  return *store_->world_;
}

const World& Transaction::facts() const { return *store_->world_; }
void Transaction::set_context(const policy_context& context) { store_->world_->context = context; }

Revision Transaction::commit() {
  if (store_ == nullptr) return {};
  try {
    store_->world_->resolve_pending();
    Revision revision = store_->publish(journal_);
    store_->world_->keep_journal(nullptr);
    end();
    return revision;
  } catch (const std::bad_alloc&) {
    try {
      abandon();
    } catch (...) {
      give_up();
    }
    throw;
  }
}

void Transaction::abandon() {
  if (store_ == nullptr) return;
  store_->world_->take_back();
  end();
}

// Readers look at subjects that the journal has.
void Transaction::give_up() {
  if (store_ == nullptr) return;
  store_->world_->keep_journal(nullptr);
  store_->given_up_ = std::move(journal_);
  store_->is_given_up_.store(true);
  end();
}

void Transaction::end() {
  store_ = nullptr;
  alone_.unlock();
}

}  // namespace policy
