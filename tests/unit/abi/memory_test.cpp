// Memory that runs out in the middle: whatever was begun is as if it had never been, and the store goes on.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/unit/abi/club.h"

namespace {

// How many allocations of this thread succeed before one fails; -1: all do.
thread_local int64_t allowed_allocations = -1;

void* allocate(size_t size, size_t alignment) {
  if (allowed_allocations == 0) {
    allowed_allocations = -1;
    throw std::bad_alloc();
  }
  if (allowed_allocations > 0) --allowed_allocations;
  void* memory = nullptr;
  if (alignment <= alignof(std::max_align_t)) {
    memory = std::malloc(size == 0 ? 1 : size);
  } else {
    memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  }
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(size_t size) { return allocate(size, 1); }
void* operator new(size_t size, std::align_val_t alignment) { return allocate(size, static_cast<size_t>(alignment)); }
// As algorithms of the standard library ask, which go on without.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return allocate(size, 1);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace policy::test {
namespace {

// The status of `work` where allocation `n` fails; nothing where it needs fewer.
template <typename Work>
std::optional<policy_status> fail_at(int64_t n, Work work) {
  allowed_allocations = n;
  const policy_status status = work();
  const bool has_failed = allowed_allocations < 0;
  allowed_allocations = -1;
  return has_failed ? std::optional(status) : std::nullopt;
}

// Everything that changes facts, one after the other.
policy_status change_all(Club& club, policy_transaction* change, uint32_t trip) {
  constexpr const char* title = "a title of more than a few letters";
  const policy_value values[] = {value_of(1, 9), text_of(4, title)};
  const policy_value nick = text_of(1, title);
  uint32_t unit = 0, user = 0, team = 0, position = 0, row = 0;
  policy_row given = row_of(kTrip, user_of(club.sam));
  given.values = values;
  given.value_count = 2;
  policy_status status = policy_add_unit(change, club.dock, &unit);
  auto next = [&](auto work) {
    if (status == POLICY_OK) status = work();
  };
  next([&] { return policy_add_user(change, unit, &user); });
  next([&] { return policy_add_team(change, unit, POLICY_TEAM_DEFAULT, &team); });
  next([&] { return policy_add_position(change, POLICY_NONE, &position); });
  next([&] { return policy_set_user_position(change, user, position); });
  next([&] { return policy_set_user_name(change, user, title); });
  next([&] { return policy_set_user_manager(change, user, club.sam); });
  next([&] { return policy_set_user_values(change, club.sam, &nick, 1); });
  next([&] { return policy_join(change, user, club.crew); });
  next([&] { return policy_give_role(change, team_of(club.crew), kAll, club.harbour); });
  next([&] { return policy_give_column_profile(change, user_of(club.ana), 0); });
  next([&] { return policy_drop_roles(change, user_of(club.ana)); });
  next([&] { return policy_move_user(change, club.ana, club.harbour); });
  next([&] { return policy_move_unit(change, unit, club.harbour); });
  next([&] { return policy_add_row(change, &given, &row); });
  next([&] { return policy_set_row_values(change, trip, values, 2, 0, 0); });
  next([&] { return policy_set_row_owner(change, trip, team_of(club.crew)); });
  next([&] { return policy_set_row_link(change, row, kUp, trip); });
  next([&] { return policy_set_association(change, kBoth, row, trip, 1); });
  next([&] { return policy_set_share(change, trip, user_of(club.ana), 2); });
  next([&] { return policy_set_column_share(change, trip, 0, user_of(club.ana), 1, 1); });
  next([&] { return policy_leave(change, user, club.crew); });
  next([&] { return policy_remove_row(change, row); });
  return status;
}

struct Seen {
  uint64_t revision = 0;
  policy_principal owner = 0;
  bool may_sam = false, may_ana = false;
  uint32_t anas_unit = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};
Seen look(Club& club, uint32_t trip) {
  club.look();
  return {.revision = policy_store_revision(club.store),
          .owner = policy_reader_record(club.reader, trip)->owner,
          .may_sam = club.may(club.sam, POLICY_RIGHT_read, trip),
          .may_ana = club.may(club.ana, POLICY_RIGHT_read, trip),
          .anas_unit = policy_reader_subject(club.reader, club.ana)->unit_index};
}

// Some allocations may fail without harm, as those of a sort that knows another way.
void expect_after(Club& club, uint32_t trip, const Seen& before) {
  const Seen after = look(club, trip);
  EXPECT_EQ(after.revision, before.revision + 1);
  EXPECT_EQ(after.owner, team_of(club.crew));
}

TEST(AbiMemory, ACommitThatRunsOutOfItChangesNothing) {
  std::optional<policy_status> status = POLICY_OK;
  for (int64_t n = 0; status; ++n) {
    SCOPED_TRACE(n);
    Club club;
    const uint32_t trip = club.trip(club.ana);
    const Seen before = look(club, trip);
    policy_transaction* change = nullptr;
    ASSERT_EQ(policy_transaction_begin(club.store, &change, nullptr), POLICY_OK);
    ASSERT_EQ(change_all(club, change, trip), POLICY_OK);
    uint64_t revision = 7;
    status = fail_at(n, [&] { return policy_transaction_commit(change, &revision, nullptr); });
    if (status == POLICY_NO_MEMORY) {
      ASSERT_EQ(revision, 0u);
      ASSERT_EQ(look(club, trip), before);
      Writing again(club.store);
      ASSERT_EQ(change_all(club, again, trip), POLICY_OK);
      again.commit();
    } else if (status) {
      ASSERT_EQ(*status, POLICY_OK);
    } else {
      EXPECT_GT(n, 20);
    }
    expect_after(club, trip, before);
  }
}

// What it left can only be read around: nobody else may build on it.
TEST(AbiMemory, AChangeThatRunsOutOfItIsTheStoresLast) {
  std::optional<policy_status> status = POLICY_OK;
  for (int64_t n = 0; status; ++n) {
    SCOPED_TRACE(n);
    Club club;
    const uint32_t trip = club.trip(club.ana);
    const Seen before = look(club, trip);
    policy_transaction* change = nullptr;
    ASSERT_EQ(policy_transaction_begin(club.store, &change, nullptr), POLICY_OK);
    status = fail_at(n, [&] { return change_all(club, change, trip); });
    if (status == POLICY_NO_MEMORY) {
      uint32_t unit = 0;
      ASSERT_EQ(policy_add_unit(change, club.harbour, &unit), POLICY_NO_MEMORY);
      ASSERT_EQ(policy_transaction_commit(change, nullptr, nullptr), POLICY_NO_MEMORY);
      ASSERT_EQ(look(club, trip), before);
      ASSERT_EQ(policy_transaction_begin(club.store, &change, nullptr), POLICY_NO_MEMORY);
      ASSERT_EQ(change, nullptr);
      Program other;
      ASSERT_EQ(policy_store_replace(club.store, other, 0, nullptr, nullptr, nullptr, nullptr), POLICY_NO_MEMORY);
      ASSERT_EQ(look(club, trip), before);
      continue;
    }
    EXPECT_TRUE(status || n > 50);
    policy_transaction_abandon(change);
    ASSERT_EQ(look(club, trip), before);
    Writing again(club.store);
    ASSERT_EQ(change_all(club, again, trip), POLICY_OK);
    again.commit();
    expect_after(club, trip, before);
  }
}

TEST(AbiMemory, WhatCannotBeMadeIsNotThere) {
  Program program;
  for (int64_t n = 0;; ++n) {
    policy_store* store = nullptr;
    const auto status = fail_at(n, [&] { return policy_store_create(program, nullptr, &store, nullptr); });
    if (!status) {
      EXPECT_EQ(policy_store_close(store), POLICY_OK);
      break;
    }
    ASSERT_EQ(*status, POLICY_NO_MEMORY);
    ASSERT_EQ(store, nullptr);
  }
  Club club;
  policy_reader* reader = nullptr;
  policy_transaction* change = nullptr;
  EXPECT_EQ(fail_at(0, [&] { return policy_reader_open(club.store, &reader, nullptr); }), POLICY_NO_MEMORY);
  EXPECT_EQ(fail_at(0, [&] { return policy_transaction_begin(club.store, &change, nullptr); }), POLICY_NO_MEMORY);
  EXPECT_TRUE(reader == nullptr && change == nullptr);
  Writing again(club.store);
}

TEST(AbiMemory, AVersionThatRunsOutOfItIsNotTaken) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  const Seen before = look(club, trip);
  for (int64_t n = 0;; ++n) {
    Program next;
    const auto status =
        fail_at(n, [&] { return policy_store_replace(club.store, next, 0, nullptr, nullptr, nullptr, nullptr); });
    if (!status) break;
    ASSERT_EQ(*status, POLICY_NO_MEMORY) << n;
    ASSERT_EQ(look(club, trip), before) << n;
    (void)club.program.tables();
  }
  EXPECT_EQ(look(club, trip).revision, before.revision + 1);
}

}  // namespace
}  // namespace policy::test
