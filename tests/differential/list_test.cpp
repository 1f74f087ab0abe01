// `list` and `who` against `check`: for every user, right and table exactly the rows, for every right and row exactly
// the users, each once, however small the pages are.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/query/list.h"
#include "runtime/query/who.h"
#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

constexpr int kWorldsOfAPolicy = 6;
constexpr size_t kPages[] = {1, 2, 7, 1000};

// Page by page until the end; a call that gives less than asked for must have come nearer to it.
template <typename Cursor, typename Ask>
std::vector<uint32_t> in_pages(size_t size, Ask ask) {
  std::vector<uint32_t> all, page(size);
  Cursor cursor;
  while (!cursor.at_end()) {
    Cursor before = cursor;
    size_t count = ask(cursor, page);
    EXPECT_LE(count, size);
    EXPECT_FALSE(cursor == before) << "a call that does nothing";
    if (cursor == before) break;
    all.insert(all.end(), page.begin(), page.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

class Queries {
 public:
  Queries(const Engines& engines, const Facts& facts)
      : engines_(engines), facts_(facts), world_(engines.engine.program, engines.engine.ir, facts) {}

  // Empty where all agree.
  std::string compare() {
    view_ = world_.query_view();
    for (Right right : kAllRights) {
      for (UserId user : facts_.users.ids()) {
        for (TableId table : engines_.policy().tables.ids()) compare_list(user, right, table);
      }
      for (RecordId record : facts_.records.ids()) compare_who(right, record);
    }
    return std::move(disagreement_);
  }

  size_t answers() const { return answers_; }

 private:
  void compare_list(UserId user, Right right, TableId table) {
    std::vector<uint32_t> expected;
    for (RecordId id : facts_.records.ids()) {
      if (facts_.records[id].table == table && world_.check(user, right, id)) expected.push_back(id.index);
    }
    for (size_t size : kPages) {
      std::vector<uint32_t> found =
          in_pages<policy::ListCursor>(size, [&](policy::ListCursor& cursor, std::span<uint32_t> page) {
            return policy::list(*view_, user.index, static_cast<uint32_t>(right), table.index, cursor, page);
          });
      same(fmt::format("rows of {} that {} may {}, pages of {}", engines_.policy().tables[table].name,
                       facts_.users[user].name, word(right), size),
           expected, std::move(found));
    }
  }

  void compare_who(Right right, RecordId record) {
    std::vector<uint32_t> expected;
    for (UserId user : facts_.users.ids()) {
      if (world_.check(user, right, record)) expected.push_back(user.index);
    }
    for (size_t size : kPages) {
      std::vector<uint32_t> found =
          in_pages<policy::WhoCursor>(size, [&](policy::WhoCursor& cursor, std::span<uint32_t> page) {
            return policy::who(*view_, static_cast<uint32_t>(right), record.index, cursor, page);
          });
      same(fmt::format("users who may {} {}, pages of {}", word(right), facts_.records[record].name, size), expected,
           std::move(found));
    }
  }

  void same(const std::string& what, const std::vector<uint32_t>& expected, std::vector<uint32_t> found) {
    answers_ += expected.size();
    std::sort(found.begin(), found.end());
    if (found == expected || !disagreement_.empty()) return;
    disagreement_ = fmt::format("{}\ncheck: {}\nfound: {}\n--- policy\n{}", what, expected, found, engines_.text);
  }

  const Engines& engines_;
  const Facts& facts_;
  NativeWorld world_;
  std::unique_ptr<policy::QueryView> view_;
  std::string disagreement_;
  size_t answers_ = 0;
};

void compare_random(size_t budget, WorldSize size) {
  size_t answers = 0;
  for (uint64_t seed = first_seed(); answers < budget; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    for (int i = 0; i < kWorldsOfAPolicy; ++i) {
      Facts facts = inherit_from_links(engines->policy(), random_facts(random, engines->policy(), size));
      Queries queries(*engines, facts);
      std::string disagreement = queries.compare();
      ASSERT_TRUE(disagreement.empty()) << disagreement;
      answers += queries.answers();
    }
  }
  ::testing::Test::RecordProperty("decisions", std::to_string(answers));
}

TEST(Queries, AgreeWithCheckInSmallWorlds) { compare_random(decision_budget(200'000), {}); }

TEST(Queries, AgreeWithCheckInLargerWorlds) {
  compare_random(decision_budget(200'000), {.units = 15, .users = 30, .teams = 10, .records = 80});
}

}  // namespace
}  // namespace policyc::test
