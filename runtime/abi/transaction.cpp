// Transactions: begun, and ended one way or the other.
#include <utility>

#include "runtime/abi/store_handles.h"

policy_transaction::policy_transaction(policy_store& of) : store(of), change(of.store.begin()) {
  store.writer = std::this_thread::get_id();
}

namespace policy {

namespace {

// No longer marked as this thread's before another can begin; the store is not touched after the count.
template <typename End>
policy_status end(policy_transaction* transaction, End work, policy_error* error) {
  policy_store& store = transaction->store;
  transaction->kind = HandleKind::Closed;
  store.writer = std::thread::id();
  const policy_status status = guarded(error, work);
  delete transaction;
  --store.writer_count;
  return status;
}

policy_status begin(policy_store& store, policy_transaction** out, policy_error* error) {
  ++store.writer_count;
  try {
    *out = new policy_transaction(store);
  } catch (...) {
    --store.writer_count;
    throw;
  }
  if (!store.store.is_given_up()) return POLICY_OK;
  auto nothing = [] { return POLICY_OK; };
  (void)end(std::exchange(*out, nullptr), nothing, nullptr);
  return fail(error, POLICY_NO_MEMORY, kGivenUp);
}

// Taking a change back may need memory as well.
void abandon(policy_transaction& transaction) {
  if (!transaction.is_spoiled) {
    const policy_status status = guarded(nullptr, [&] {
      transaction.change.abandon();
      return POLICY_OK;
    });
    if (status == POLICY_OK) return;
  }
  transaction.change.give_up();
}

}  // namespace

}  // namespace policy

using policy::fail;
using policy::is_handle;

extern "C" {

policy_status policy_transaction_begin(policy_store* store, policy_transaction** out, policy_error* error) {
  policy::clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the transaction: `out` is null");
  *out = nullptr;
  if (!is_handle(store)) return fail(error, POLICY_INVALID, "`store` is none");
  if (store->is_written_by_this_thread()) {
    return fail(error, POLICY_BUSY, "this thread has a transaction under way, and would wait for itself");
  }
  return policy::guarded(error, [&] { return policy::begin(*store, out, error); });
}

policy_status policy_transaction_commit(policy_transaction* transaction, uint64_t* revision, policy_error* error) {
  policy::clear_error(error);
  if (revision != nullptr) *revision = 0;
  if (!is_handle(transaction)) return fail(error, POLICY_INVALID, "`transaction` is none");
  auto work = [&] {
    if (transaction->is_spoiled) {
      transaction->change.give_up();
      return fail(error, POLICY_NO_MEMORY, "memory ran out in the middle of a change; nothing was committed");
    }
    const policy::Revision made = transaction->change.commit();
    if (revision != nullptr) *revision = made.number;
    return POLICY_OK;
  };
  return policy::end(transaction, work, error);
}

policy_status policy_transaction_error(const policy_transaction* transaction, policy_error* error) {
  if (!policy::has_size(error)) return POLICY_INVALID;
  policy::clear_error(error);
  if (!is_handle(transaction)) return fail(error, POLICY_INVALID, "`transaction` is none");
  if (transaction->refusal.status != POLICY_OK) {
    (void)fail(error, transaction->refusal.status, transaction->refusal.message);
  }
  return POLICY_OK;
}

void policy_transaction_abandon(policy_transaction* transaction) {
  if (!is_handle(transaction)) return;
  auto work = [&] {
    policy::abandon(*transaction);
    return POLICY_OK;
  };
  (void)policy::end(transaction, work, nullptr);
}
}
