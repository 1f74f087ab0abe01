// The handles of the organization way: a store, its transaction, its readers.
//
//   if (!is_handle(transaction)) return POLICY_INVALID;
//   return change_facts(transaction, [&](policy::Transaction& change, policy_error* why) { ...; return POLICY_OK; });
//
// A store keeps its programs through ProgramVersion: the one that is asked now, and those before until the last reader
// that looks at them has gone.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "runtime/abi/handles.h"
#include "runtime/abi/refusal.h"
#include "runtime/abi/values.h"
#include "runtime/query/view.h"
#include "runtime/store/store.h"

namespace policy {

// A program as long as somebody can ask it, and what is made of it once.
struct ProgramVersion {
  ProgramVersion(policy_program* of, uint64_t counted, uint64_t contexts_of)
      : program(policy_program_retain(of), policy_program_close),
        number(counted),
        contexts(contexts_of),
        granting_roles(of->tables()) {}

  std::unique_ptr<policy_program, void (*)(policy_program*)> program;
  uint64_t number;    // among those of its store: an address may come again
  uint64_t contexts;  // counted up in its store where contexts are laid out otherwise than before
  GrantingRoles granting_roles;
};

}  // namespace policy

struct policy_store {
  policy_store(std::shared_ptr<const policy::ProgramVersion> first, policy::StoreOptions options);

  // Whether the thread writes already: waiting for itself would never end.
  bool is_written_by_this_thread() const { return writer.load() == std::this_thread::get_id(); }

  policy::HandleKind kind = policy::HandleKind::Store;
  const bool keeps_lists;
  policy::StringPool strings;  // the writer's; read by everybody
  std::array<policy::StringPool, 2> given_up_strings;
  policy::Store store;
  std::atomic<uint32_t> reader_count{0};
  std::atomic<uint32_t> writer_count{0};  // with those that wait
  std::atomic<std::thread::id> writer{};
  std::mutex replacing;  // one at a time, waiting included

  // The newest; of a transaction under way, its own.
  std::shared_ptr<const policy::ProgramVersion> version() const {
    return std::static_pointer_cast<const policy::ProgramVersion>(store.program());
  }
};

struct policy_transaction {
  policy_transaction(policy_store& of, std::unique_ptr<policy::Transaction> begun);

  policy::HandleKind kind = policy::HandleKind::Transaction;
  policy_store& store;
  std::unique_ptr<policy::Transaction> begun;
  policy::Transaction& change;
  const std::shared_ptr<const policy::ProgramVersion> version;
  policy::StringPool strings;                                 // of its changes; the store's when they are committed
  policy::StringPool asked_strings;                           // of an operation, until it is carried out
  bool is_spoiled = false;                                    // a change broke off in the middle
  policy_error refusal{sizeof(policy_error), POLICY_OK, {}};  // of the last call
  policy::ContextValues context;
  std::vector<policy_change> changes;  // of the last operation
};

struct policy_reader {
  policy_reader(policy_store& of, policy::Reader way) : store(of), reader(std::move(way)) {}

  policy::HandleKind kind = policy::HandleKind::Reader;
  policy_store& store;
  policy::Reader reader;
  std::optional<policy::Snapshot> snapshot;  // nothing: it looks at nothing
  const policy::ProgramVersion* version = nullptr;
  const policy_context* asked_context = nullptr;  // of what is looked at; null: what is set fits it no more
  policy::ContextValues context;
  uint64_t contexts = 0;  // ProgramVersion::contexts that it is for; 0: none is set
  policy_log* log = nullptr;
};

namespace policy {

// Counted among those who write, or wait to.
class Counted {
 public:
  explicit Counted(std::atomic<uint32_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<uint32_t>& count_;
};

// No further than clocks can be trusted to add.
inline std::chrono::nanoseconds wait_of(uint64_t nanoseconds) {
  constexpr uint64_t kLongest = uint64_t{3'600'000'000'000} * 24 * 365;
  return std::chrono::nanoseconds(std::min(nanoseconds, kLongest));
}

inline bool is_handle(const policy_store* store) { return store != nullptr && store->kind == HandleKind::Store; }
inline bool is_handle(const policy_transaction* transaction) {
  return transaction != nullptr && transaction->kind == HandleKind::Transaction;
}
inline bool is_handle(const policy_reader* reader) { return reader != nullptr && reader->kind == HandleKind::Reader; }

inline constexpr const char* kGivenUp = "memory ran out in the middle of a change before: the store can only be read";

inline constexpr const char* kSpoiled = "memory ran out in a change: the transaction can only be abandoned";

// What a host asks of a transaction. `work` changes nothing where it does not give POLICY_OK, and says why; where it
// breaks off, the transaction is spoiled, and the store's facts are given up with it.
template <typename Work>
policy_status change_facts(policy_transaction* transaction, Work work) noexcept {
  if (!is_handle(transaction)) return POLICY_INVALID;
  policy_error* why = &transaction->refusal;
  clear_error(why);
  if (transaction->is_spoiled) return fail(why, POLICY_NO_MEMORY, kSpoiled);
  const policy_status status = guarded(why, [&] { return work(transaction->change, why); });
  transaction->is_spoiled = status == POLICY_NO_MEMORY || status == POLICY_INTERNAL;
  if (status == POLICY_NO_MEMORY) (void)fail(why, status, kSpoiled);
  return status;
}

inline policy_principal user_principal(uint32_t user) {
  return user < POLICY_PRINCIPAL_LIMIT ? POLICY_PRINCIPAL(POLICY_USER, user) : policy_principal{POLICY_NOBODY};
}
inline policy_principal team_principal(uint32_t team) {
  return team < POLICY_PRINCIPAL_LIMIT ? POLICY_PRINCIPAL(POLICY_TEAM, team) : policy_principal{POLICY_NOBODY};
}

}  // namespace policy
