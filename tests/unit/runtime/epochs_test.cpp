// Memory is freed when no reader can see it any more, and not before; and at the end nothing is left.
#include "runtime/store/epochs.h"

#include <gtest/gtest.h>

#include <thread>

namespace policy {
namespace {

struct Counted {
  uint64_t edit = 0;
  int* alive = nullptr;
  Counted(uint64_t edit_, int* alive_) : edit(edit_), alive(alive_) { ++*alive; }
  Counted(const Counted& other) : edit(other.edit), alive(other.alive) { ++*alive; }
  ~Counted() { --*alive; }
};

std::vector<Retired> retired_one(uint64_t number, int* alive) {
  Edit before(number);
  Counted* node = before.make<Counted>(uint64_t{0}, alive);
  (void)before.commit();
  Edit after(number + 1);
  after.retire(node);
  return after.commit();
}

TEST(Edit, AbandonFreesWhatWasMadeAndKeepsWhatWasRetired) {
  int alive = 0;
  Edit first(1);
  Counted* old = first.make<Counted>(uint64_t{0}, &alive);
  EXPECT_EQ(old->edit, 1u);
  (void)first.commit();
  {
    Edit second(2);
    EXPECT_FALSE(second.owns(old));
    Counted* copy = second.make<Counted>(*old);
    EXPECT_TRUE(second.owns(copy));
    second.retire(old);
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 1);
  delete old;
}

TEST(Edit, WhatItMadeAndDroppedItselfIsFreedAtOnce) {
  int alive = 0;
  Edit edit(1);
  edit.retire(edit.make<Counted>(uint64_t{0}, &alive));
  EXPECT_TRUE(edit.commit().empty());
  EXPECT_EQ(alive, 0);
}

TEST(Epochs, FreeAtOnceWhereNobodyLooks) {
  Epochs epochs;
  int alive = 0;
  epochs.advance(retired_one(1, &alive));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(epochs.waiting(), 0u);
}

TEST(Epochs, KeepWhatAReaderMaySee) {
  Epochs epochs;
  int alive = 0;
  uint32_t slot = *epochs.enter();
  epochs.pin(slot);
  epochs.advance(retired_one(1, &alive));
  EXPECT_EQ(alive, 1);
  uint32_t late = *epochs.enter();
  epochs.pin(late);
  epochs.advance(retired_one(3, &alive));
  EXPECT_EQ(epochs.waiting(), 2u);
  epochs.unpin(slot);
  epochs.collect();
  EXPECT_EQ(alive, 1) << "the later reader may see what the second batch gave up";
  epochs.leave(late);
  epochs.collect();
  EXPECT_EQ(alive, 0);
}

TEST(Epochs, AreFreedAtTheEnd) {
  int alive = 0;
  {
    Epochs epochs;
    uint32_t slot = *epochs.enter();
    epochs.pin(slot);
    epochs.advance(retired_one(1, &alive));
    epochs.leave(slot);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Epochs, HaveRoomForSoManyReadersAndNoMore) {
  Epochs epochs;
  for (uint32_t i = 0; i < Epochs::kReaderLimit; ++i) ASSERT_TRUE(epochs.enter());
  EXPECT_FALSE(epochs.enter());
  epochs.leave(17);
  EXPECT_EQ(epochs.enter(), 17u);
}

// Each root is freed when it was replaced; a reader that finds a wrong mark has found freed memory.
TEST(Epochs, ReadersNeverFindFreedMemory) {
  constexpr uint64_t kMark = 0x600d600d600d600d;
  struct Root {
    uint64_t edit = 0;
    uint64_t mark = 0;
    ~Root() { mark = 0; }
  };
  Epochs epochs;
  Edit first(1);
  Root* begin = first.make<Root>();
  begin->mark = kMark;
  (void)first.commit();
  std::atomic<const Root*> root{begin};
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      uint32_t slot = *epochs.enter();
      uint64_t last = 0;
      while (!done.load()) {
        epochs.pin(slot);
        const Root* seen = root.load(std::memory_order_seq_cst);
        if (seen->mark != kMark || seen->edit < last) ++wrong;
        last = seen->edit;
        epochs.unpin(slot);
      }
      epochs.leave(slot);
    });
  }
  for (uint64_t number = 2; number < 3000; ++number) {
    Edit edit(number);
    Root* next = edit.make<Root>();
    next->mark = kMark;
    const Root* before = root.load();
    edit.retire(before);
    root.store(next, std::memory_order_seq_cst);
    epochs.advance(edit.commit());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  delete root.load();
}

}  // namespace
}  // namespace policy
