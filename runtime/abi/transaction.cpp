// Transactions: begun, and ended one way or the other.
#include <chrono>
#include <utility>

#include "runtime/abi/store_handles.h"

policy_transaction::policy_transaction(policy_store& of, std::unique_ptr<policy::Transaction> begins)
    : store(of),
      begun(std::move(begins)),
      change(*begun),
      version(of.version()),
      strings(&of.strings),
      asked_strings(&strings) {
  store.writer = std::this_thread::get_id();
}

namespace policy {

namespace {

// No longer marked as a thread's before another can begin; the store is not touched after the count.
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

using Wait = std::optional<std::chrono::nanoseconds>;

std::unique_ptr<Transaction> begin(Store& store, Wait longest) {
  if (longest) return store.begin_within(*longest);
  return std::unique_ptr<Transaction>(new Transaction(store.begin()));
}

policy_status begin(policy_store& store, Wait longest, policy_transaction** out, policy_error* error) {
  const Counted counted(store.writer_count);
  std::unique_ptr<Transaction> begun = begin(store.store, longest);
  if (begun == nullptr) return fail(error, POLICY_BUSY, "another transaction is under way");
  if (store.store.is_given_up()) return fail(error, POLICY_NO_MEMORY, kGivenUp);
  *out = new policy_transaction(store, std::move(begun));
  ++store.writer_count;  // until it ends
  return POLICY_OK;
}

policy_status begin_for(policy_store* store, Wait longest, policy_transaction** out, policy_error* error) {
  clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the transaction: `out` is null");
  *out = nullptr;
  if (!is_handle(store)) return fail(error, POLICY_INVALID, "`store` is none");
  if (store->is_written_by_this_thread()) {
    return fail(error, POLICY_BUSY, "this thread has a transaction under way, and would wait for itself");
  }
  return guarded(error, [&] { return begin(*store, longest, out, error); });
}

// Facts that are given up may speak of strings of the transaction.
void give_up(policy_transaction& transaction) {
  transaction.store.given_up_strings = {std::move(transaction.strings), std::move(transaction.asked_strings)};
  transaction.change.give_up();
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
  give_up(transaction);
}

policy_status commit(policy_transaction& transaction, uint64_t* revision, policy_error* error) {
  if (transaction.is_spoiled) {
    give_up(transaction);
    return fail(error, POLICY_NO_MEMORY, "memory ran out in the middle of a change; nothing was committed");
  }
  const policy_status room = guarded(error, [&] {
    transaction.store.strings.make_room(transaction.strings);
    return POLICY_OK;
  });
  if (room != POLICY_OK) return abandon(transaction), room;
  transaction.store.strings.take(transaction.strings);
  const Revision made = transaction.change.commit();
  if (revision != nullptr) *revision = made.number;
  return POLICY_OK;
}

}  // namespace

}  // namespace policy

using policy::fail;
using policy::is_handle;

extern "C" {

policy_status policy_transaction_begin(policy_store* store, policy_transaction** out, policy_error* error) {
  return policy::begin_for(store, std::nullopt, out, error);
}

policy_status policy_transaction_try_begin(policy_store* store, uint64_t wait_ns, policy_transaction** out,
                                           policy_error* error) {
  return policy::begin_for(store, policy::wait_of(wait_ns), out, error);
}

const policy_program* policy_transaction_program(policy_transaction* transaction) {
  return is_handle(transaction) ? transaction->version->program.get() : nullptr;
}

uint32_t policy_transaction_table(policy_transaction* transaction, uint32_t row) {
  if (!is_handle(transaction)) return POLICY_NONE;
  const policy::Records& records = transaction->change.facts().records;
  return records.exists(row) ? records[row].table : POLICY_NONE;
}

policy_status policy_transaction_commit(policy_transaction* transaction, uint64_t* revision, policy_error* error) {
  policy::clear_error(error);
  if (revision != nullptr) *revision = 0;
  if (!is_handle(transaction)) return fail(error, POLICY_INVALID, "`transaction` is none");
  auto work = [&] { return policy::commit(*transaction, revision, error); };
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
