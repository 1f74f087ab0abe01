// Filters on hand-made subjects and columns: every question, block borders, and everything that can be missing. What is
// expected is what one check a row gives; program_test.cpp says what that is.
#include "runtime/decide/filter.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "compiler/ir/attribute_layout.h"
#include "compiler/ir/print.h"
#include "compiler/native/program.h"

namespace policyc {
namespace {

using policy::FilterStatus;

constexpr size_t kSizes[] = {0, 1, 63, 64, 65, 1000};

// One table with a field of each type and a second string, one decision whose check is the last of the lines.
constexpr const char* kBefore =
    "decision_ir \"test\"\nslots 2\nuser_layout size 40\n  field \"region\" string @8 bit 0 attribute 0\n"
    "  field \"grade\" integer @24 bit 1 attribute 1\n  field \"born\" date @32 bit 2 attribute 2\n"
    "context_layout size 16\n  field \"today\" date @8 bit 0 attribute 0\n";
constexpr const char* kFields =
    "  layout size 96\n  field \"fine\" boolean @88 bit 0 attribute 0\n  field \"day\" date @80 bit 1 attribute 1\n"
    "  field \"count\" integer @56 bit 2 attribute 2\n  field \"money\" money @64 bit 3 attribute 3\n"
    "  field \"at\" datetime @72 bit 4 attribute 4\n  field \"size\" decimal @8 bit 5 attribute 5\n"
    "  field \"region\" string @24 bit 6 attribute 6\n  field \"home\" string @40 bit 7 attribute 7\n"
    "  field \"state\" choice @84 bit 8 attribute 8\n";

std::string text_of(const std::string& lines, uint32_t check_node) {
  return kBefore + lines +
         fmt::format("%{} = false\ngraph g0 check %{}\n  allow owner slot 0 %{}\n  deny level unless %{}\n",
                     check_node + 1, check_node, check_node, check_node + 1) +
         "table \"t\" owned by user\n" + kFields + "  decision read g0 base 0 slots 0 2\n";
}

Program compile_node(const std::string& lines, uint32_t check_node) {
  Result<DecisionIR> ir = parse_ir(text_of(lines, check_node));
  EXPECT_TRUE(ir) << (ir ? "" : ir.error()) << lines;
  CompileOptions options;
  options.patience = CompileOptions::kNever;
  Result<Program> program = compile_program(*ir, options);
  EXPECT_TRUE(program) << (program ? "" : program.error());
  return std::move(*program);
}

uint64_t next(uint64_t& state) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33;
}

constexpr uint32_t kUser = POLICY_PRINCIPAL(POLICY_USER, 1);
constexpr uint32_t kMany = 50;  // teams of a long list

// Rows whose owners, units, shares and values lie close together, so that each question holds for some.
struct Rows {
  explicit Rows(size_t count) : away(POLICY_BITMAP_WORDS(count) + 1) {
    uint64_t state = 7;
    for (size_t i = 0; i < count; ++i) add(state);
    for (uint64_t*& bits : present) {
      bits = words.emplace_back(POLICY_BITMAP_WORDS(count) + 1).data();
      for (size_t i = 0; i < count; ++i) bits[i / 64] |= uint64_t{next(state) % 4 != 0} << i % 64;
    }
    const void* values[] = {fine.data(), day.data(),    number.data(), number.data(), number.data(),
                            size.data(), region.data(), home.data(),   day.data()};
    for (size_t i = 0; i < 9; ++i) attributes[i] = {values[i], present[i]};
    columns.struct_size = sizeof(columns);
    columns.attribute_count = 9;
    columns.count = count;
    columns.owner = owner.data();
    columns.owning_unit = unit.data();
    columns.away = away.data();
    columns.share_begin = share_begin.data();
    columns.shares = shares.data();
    columns.attributes = attributes;
  }

  void add(uint64_t& state) {
    static constexpr const char* kTexts[] = {"", "west", "east", "a longer region, of more than 16 bytes"};
    auto text = [&] {
      const char* chosen = kTexts[next(state) % 4];
      return policy_string{chosen, std::strlen(chosen)};
    };
    owner.push_back(POLICY_PRINCIPAL(next(state) % 4, next(state) % 12));
    unit.push_back(next(state) % 10 == 0 ? POLICY_NONE : static_cast<uint32_t>(next(state) % 20));
    const size_t row = owner.size() - 1;
    if (next(state) % 5 == 0) away[row / 64] |= uint64_t{1} << row % 64;
    if (next(state) % 3 == 0) add_shares(next(state) % 4, state);
    share_begin.push_back(static_cast<uint32_t>(shares.size()));
    fine.push_back(static_cast<uint8_t>(next(state) % 2));
    day.push_back(static_cast<int32_t>(next(state) % 8) - 4);
    number.push_back(static_cast<int64_t>(next(state) % 8) - 4);
    size.push_back((Int128{static_cast<int64_t>(next(state) % 4) - 2} << (next(state) % 2 == 0 ? 64 : 0)) +
                   static_cast<int64_t>(next(state) % 3));
    region.push_back(text());
    home.push_back(text());
  }

  void add_shares(uint64_t count, uint64_t& state) {
    for (uint64_t i = 0; i < count; ++i) {
      shares.push_back({static_cast<policy_principal>(POLICY_PRINCIPAL(next(state) % 6, next(state) % 8)),
                        static_cast<uint16_t>(next(state) % 4), static_cast<uint16_t>(next(state) % 4)});
    }
  }

  std::vector<std::vector<uint64_t>> words;
  std::vector<uint32_t> owner, unit;
  std::vector<uint64_t> away;
  std::vector<uint32_t> share_begin = {0};
  std::vector<policy_share> shares;
  std::vector<uint8_t> fine;
  std::vector<int32_t> day;
  std::vector<int64_t> number;
  std::vector<Int128> size;
  std::vector<policy_string> region, home;
  uint64_t* present[9] = {};
  policy_column attributes[9] = {};
  policy_columns columns{};
};

struct Asking {
  Asking() {
    for (uint32_t i = 0; i < kMany; ++i) lists.push_back(POLICY_PRINCIPAL(POLICY_TEAM, 2 * i + 1));
    const uint32_t begin = static_cast<uint32_t>(lists.size());
    lists.insert(lists.end(), {7, 2, 12, 1});
    for (uint32_t i = 0; i < kMany; ++i) lists.push_back(POLICY_PRINCIPAL(POLICY_TEAM, 2 * i + 1));
    for (uint32_t unit = 0; unit < 10; ++unit) {
      lists.insert(lists.end(), {unit, POLICY_SELF, unit, POLICY_PRINCIPAL(POLICY_TEAM, 3)});
    }
    policy_string west{"west", 4};
    user_bytes[0] = 7;
    std::memcpy(&user_bytes[1], &west, sizeof(west));
    user_bytes[3] = 1;
    context_bytes[0] = 1;
    subject.struct_size = sizeof(subject);
    subject.user = kUser;
    subject.unit_index = 3;
    subject.slot_count = 2;
    subject.team_count = 4;
    subject.reaches = reaches;
    subject.lists = lists.data();
    subject.attributes = reinterpret_cast<const uint8_t*>(user_bytes);
    subject.reports = reports;
    reaches[0].lists = reaches[1].lists = begin;
    context.struct_size = sizeof(context);
    context.attributes = reinterpret_cast<const uint8_t*>(context_bytes);
  }

  std::vector<uint32_t> lists;
  policy_report reports[2] = {{POLICY_PRINCIPAL(POLICY_USER, 2), 3}, {POLICY_PRINCIPAL(POLICY_TEAM, 4), 2}};
  uint64_t user_bytes[5] = {}, context_bytes[2] = {};
  policy_reach reaches[2] = {};
  policy_subject subject{};
  policy_context context{};
};

// From a subject that holds nothing to one that reaches everything.
std::vector<std::function<void(Asking&)>> ways_to_ask() {
  return {[](Asking&) {},
          [](Asking& a) { a.reaches[0].flags = POLICY_REACH_HELD; },
          [](Asking& a) {
            a.reaches[0] = {.first = 2,
                            .count = 3,
                            .own = 1,
                            .flags = 7,
                            .lists = a.reaches[0].lists,
                            .interval_count = 0,
                            .owner_count = 0,
                            .away_count = 0};
          },
          [](Asking& a) {
            a.reaches[0] = {.first = 2,
                            .count = 3,
                            .own = 1,
                            .flags = 15,
                            .lists = a.reaches[0].lists,
                            .interval_count = 2,
                            .owner_count = kMany,
                            .away_count = 20};
            a.subject.report_count = 2;
            a.subject.team_count = kMany;
          },
          [](Asking& a) {
            a.reaches[0].flags = POLICY_REACH_HELD;
            a.reaches[0].interval_count = 2;
            a.reaches[0].owner_count = 8;
            a.reaches[1].first = 1;
            a.reaches[1].count = 30;
          },
          [](Asking& a) {
            a.reaches[0].first = POLICY_EVERYWHERE_FIRST;
            a.reaches[0].count = POLICY_EVERYWHERE_COUNT;
            a.reaches[0].flags = POLICY_REACH_HELD;
            a.reaches[1] = a.reaches[0];
            a.user_bytes[0] = 0;
            a.context.attributes = nullptr;
          }};
}

void expect_agreement(const std::string& lines, uint32_t check_node) {
  SCOPED_TRACE(lines);
  Program program = compile_node(lines, check_node);
  Result<bool> compiled = program.compile_filter(TableId{0}, Right::Read);
  ASSERT_TRUE(compiled) << compiled.error();
  ASSERT_TRUE(*compiled);
  ASSERT_NE(program.tables().tables[0].decisions[POLICY_RIGHT_read].filter.get(), nullptr);
  size_t way = 0;
  for (const auto& prepare : ways_to_ask()) {
    Asking asking;
    prepare(asking);
    for (size_t size : kSizes) {
      Rows rows(size);
      std::vector<uint64_t> found(POLICY_BITMAP_WORDS(size) + 1, 0x5555), expected(found.size(), 0x3333);
      EXPECT_EQ(
          policy::filter(program.tables(), asking.subject, 0, POLICY_RIGHT_read, rows.columns, asking.context, found),
          FilterStatus::Done);
      EXPECT_EQ(policy::filter_by_checks(program.tables(), asking.subject, 0, POLICY_RIGHT_read, rows.columns,
                                         asking.context, expected),
                FilterStatus::Done);
      EXPECT_EQ(found, expected) << "way " << way << ", " << size << " rows";
    }
    ++way;
  }
}

TEST(Filter, AsksEveryQuestionAboutASlot) {
  for (const char* question : {"holds 0", "holds_unit 0", "own_row 0", "team_row 0", "home 0", "in_reach 0",
                               "shared 0 read", "inherited 0 read", "any_share 0 read", "hierarchy 0 read", "true"}) {
    expect_agreement(fmt::format("%0 = {}\n", question), 0);
  }
}

TEST(Filter, ComparesEveryType) {
  struct Field {
    const char* type;
    const char* place;
    const char* literal;
    bool ordered;
  };
  const Field fields[] = {
      {"boolean", "@88 bit 0", "1", false},   {"date", "@80 bit 1", "-1", true},
      {"integer", "@56 bit 2", "2", true},    {"money", "@64 bit 3", "0", true},
      {"datetime", "@72 bit 4", "-4", true},  {"decimal", "@8 bit 5", "-18446744073709551616", true},
      {"decimal", "@8 bit 5", "1", true},     {"string", "@24 bit 6", "\"west\"", false},
      {"string", "@24 bit 6", "\"\"", false}, {"choice", "@84 bit 8", "3", false}};
  for (const Field& field : fields) {
    for (const char* compare : {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}) {
      const bool is_equality = std::strcmp(compare, "equal") == 0 || std::strcmp(compare, "not_equal") == 0;
      if (!field.ordered && !is_equality) continue;
      expect_agreement(fmt::format("operand o0 record {0} {1}\noperand o1 literal {0} {2}\n%0 = compare {3} o0 o1\n",
                                   field.type, field.place, field.literal, compare),
                       0);
    }
  }
}

TEST(Filter, ComparesWithTheUserTheContextAndOtherColumns) {
  for (const char* operands : {"operand o0 record integer @56 bit 2\noperand o1 user integer @24 bit 1\n",
                               "operand o0 user integer @24 bit 1\noperand o1 record integer @56 bit 2\n",
                               "operand o0 record date @80 bit 1\noperand o1 context date @8 bit 0\n",
                               "operand o0 user date @32 bit 2\noperand o1 context date @8 bit 0\n"}) {
    expect_agreement(std::string(operands) + "%0 = compare less_equal o0 o1\n", 0);
  }
  for (const char* operands : {"operand o0 record string @24 bit 6\noperand o1 record string @40 bit 7\n",
                               "operand o0 record string @24 bit 6\noperand o1 user string @8 bit 0\n",
                               "operand o0 user string @8 bit 0\noperand o1 literal string \"west\"\n"}) {
    expect_agreement(std::string(operands) + "%0 = compare equal o0 o1\n", 0);
    expect_agreement(std::string(operands) + "%0 = compare not_equal o0 o1\n", 0);
  }
}

TEST(Filter, LooksAtPresence) {
  for (const char* operand : {"record date @80 bit 1", "user date @32 bit 2", "context date @8 bit 0"}) {
    expect_agreement(fmt::format("operand o0 {}\n%0 = is_null o0\n", operand), 0);
    expect_agreement(fmt::format("operand o0 {}\n%0 = is_set o0\n", operand), 0);
  }
}

constexpr const char* kDecision =
    "operand o0 record date @80 bit 1\noperand o1 literal date 0\noperand o2 user integer @24 bit 1\n"
    "operand o3 literal integer 1\n%0 = in_reach 0\n%1 = own_row 0\n%2 = home 0\n%3 = and %1 %2\n%4 = or %0 %3\n"
    "%5 = team_row 0\n%6 = and %5 %2\n%7 = or %4 %6\n%8 = any_share 0 read\n%9 = or %7 %8\n%10 = in_reach 1\n"
    "%11 = compare less o0 o1\n%12 = and %11 %10\n%13 = or %9 %12\n%14 = compare equal o2 o3\n%15 = and %13 %14\n"
    "%16 = holds 0\n%17 = hierarchy 0 read\n%18 = and %17 %16\n%19 = or %15 %18\n";

TEST(Filter, JoinsQuestions) { expect_agreement(kDecision, 19); }

struct Ready {
  Program program = compile_node(kDecision, 19);
  Asking asking;
  Rows rows{100};
  std::vector<uint64_t> found = std::vector<uint64_t>(2, ~uint64_t{0});

  explicit Ready(bool compiled) {
    ways_to_ask()[5](asking);
    asking.user_bytes[0] = 7;
    if (compiled) compile();
  }
  void compile() { EXPECT_TRUE(*program.compile_filter(TableId{0}, Right::Read)); }
  FilterStatus run(uint32_t table = 0, uint32_t right = POLICY_RIGHT_read) {
    found.assign(2, ~uint64_t{0});
    return policy::filter(program.tables(), asking.subject, table, right, rows.columns, asking.context, found);
  }
  bool is_empty() const { return found == std::vector<uint64_t>(2, 0); }
};

TEST(Filter, DeniesWhatItCannotAnswer) {
  for (bool compiled : {false, true}) {
    Ready ready(compiled);
    EXPECT_EQ(ready.run(), FilterStatus::Done);
    EXPECT_EQ(ready.found, (std::vector<uint64_t>{~uint64_t{0}, (uint64_t{1} << 36) - 1})) << "reaches everything";
    EXPECT_EQ(ready.run(1), FilterStatus::Unknown);
    EXPECT_TRUE(ready.is_empty());
    EXPECT_EQ(ready.run(0, POLICY_RIGHT_COUNT), FilterStatus::Unknown);
    EXPECT_TRUE(ready.is_empty());
    EXPECT_EQ(ready.run(0, POLICY_RIGHT_write), FilterStatus::Illegal);
    EXPECT_TRUE(ready.is_empty());
    ready.asking.subject.slot_count = 1;
    EXPECT_EQ(ready.run(), FilterStatus::Unknown) << "a subject of another program";
    EXPECT_TRUE(ready.is_empty());
    ready.asking.subject.slot_count = 2;
    ready.rows.columns.count = 129;
    EXPECT_EQ(ready.run(), FilterStatus::ShortBitmap);
    EXPECT_TRUE(ready.is_empty());
  }
}

TEST(Filter, DeniesWhereAColumnIsMissing) {
  Ready ready(true);
  const policy_columns whole = ready.rows.columns;
  const std::function<void(policy_columns&)> removals[] = {
      [](policy_columns& c) { c.owner = nullptr; },     [](policy_columns& c) { c.owning_unit = nullptr; },
      [](policy_columns& c) { c.away = nullptr; },      [](policy_columns& c) { c.shares = nullptr; },
      [](policy_columns& c) { c.attribute_count = 1; }, [](policy_columns& c) { c.attributes = nullptr; }};
  for (const auto& remove : removals) {
    remove(ready.rows.columns = whole);
    EXPECT_EQ(ready.run(), FilterStatus::MissingColumn);
    EXPECT_TRUE(ready.is_empty());
  }
  ready.rows.columns = whole;
  ready.rows.columns.share_begin = nullptr;
  EXPECT_EQ(ready.run(), FilterStatus::Done) << "nothing is shared";
  ready.rows.columns = whole;
  ready.rows.attributes[0].values = nullptr;
  EXPECT_EQ(ready.run(), FilterStatus::Done) << "the decision does not read it";
  ready.rows.attributes[1].values = nullptr;
  EXPECT_EQ(ready.run(), FilterStatus::MissingColumn);
}

// Memory whose last byte is the last of a page, with nothing behind it.
class BeforeNothing {
 public:
  BeforeNothing() = default;
  BeforeNothing(const BeforeNothing&) = delete;
  BeforeNothing& operator=(const BeforeNothing&) = delete;
  ~BeforeNothing() {
    for (auto [pages, size] : maps_) munmap(pages, size);
  }

  template <typename T>
  const T* copy(const T* values, size_t count) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE)), bytes = count * sizeof(T);
    const size_t used = (bytes + page - 1) / page * page;
    void* pages = mmap(nullptr, used + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(static_cast<char*>(pages) + used, page, PROT_NONE) != 0) std::abort();
    maps_.emplace_back(pages, used + page);
    auto* place = static_cast<char*>(pages) + used - bytes;
    if (bytes != 0) std::memcpy(place, values, bytes);
    return reinterpret_cast<const T*>(place);
  }

 private:
  std::vector<std::pair<void*, size_t>> maps_;
};

TEST(Filter, ReadsNothingBehindAColumn) {
  Program program = compile_node(kDecision, 19);
  ASSERT_TRUE(*program.compile_filter(TableId{0}, Right::Read));
  for (size_t size : {1, 5, 63, 64, 65, 127, 1000}) {
    Rows rows(size);
    std::vector<uint64_t> expected(POLICY_BITMAP_WORDS(size)), found(expected.size());
    Asking asking;
    ways_to_ask()[3](asking);
    policy::filter(program.tables(), asking.subject, 0, POLICY_RIGHT_read, rows.columns, asking.context, expected);
    BeforeNothing memory;
    policy_columns& c = rows.columns;
    c.owner = memory.copy(c.owner, size);
    c.owning_unit = memory.copy(c.owning_unit, size);
    c.away = memory.copy(c.away, expected.size());
    c.share_begin = memory.copy(c.share_begin, size + 1);
    c.shares = memory.copy(c.shares, rows.shares.size());
    rows.attributes[1] = {memory.copy(rows.day.data(), size), memory.copy(rows.present[1], expected.size())};
    policy::filter(program.tables(), asking.subject, 0, POLICY_RIGHT_read, c, asking.context, found);
    EXPECT_EQ(found, expected) << size;
  }
}

TEST(Filter, IsCompiledByItselfWhereItPays) {
  Result<DecisionIR> ir = parse_ir(text_of(kDecision, 19));
  ASSERT_TRUE(ir);
  Result<Program> program = compile_program(*ir);
  ASSERT_TRUE(program);
  const policy::DecisionEntry& entry = program->tables().tables[0].decisions[POLICY_RIGHT_read];
  Asking asking;
  ways_to_ask()[3](asking);
  Rows rows(10'000);
  std::vector<uint64_t> found(POLICY_BITMAP_WORDS(10'000)), first;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (int turn = 0; entry.filter.get() == nullptr && std::chrono::steady_clock::now() < end; ++turn) {
    policy::filter(program->tables(), asking.subject, 0, POLICY_RIGHT_read, rows.columns, asking.context, found);
    if (turn == 0) first = found;
    ASSERT_EQ(found, first);
  }
  ASSERT_NE(entry.filter.get(), nullptr);
  policy::filter(program->tables(), asking.subject, 0, POLICY_RIGHT_read, rows.columns, asking.context, found);
  EXPECT_EQ(found, first);
}

TEST(Filter, TooLargeDecisionsAreCheckedRowByRow) {
  std::string lines = "operand o0 record date @80 bit 1\n%0 = own_row 0\n";
  uint32_t last = 0;
  for (uint32_t day = 1; day <= 600; ++day) {
    lines += fmt::format("operand o{} literal date {}\n%{} = compare equal o0 o{}\n%{} = or %{} %{}\n", day, day,
                         last + 1, day, last + 2, last, last + 1);
    last += 2;
  }
  Program program = compile_node(lines, last);
  Result<bool> compiled = program.compile_filter(TableId{0}, Right::Read);
  ASSERT_TRUE(compiled);
  EXPECT_FALSE(*compiled);
  Asking asking;
  Rows rows(100);
  std::vector<uint64_t> found(2);
  EXPECT_EQ(policy::filter(program.tables(), asking.subject, 0, POLICY_RIGHT_read, rows.columns, asking.context, found),
            FilterStatus::Done);
  EXPECT_NE(found[0], 0u) << "some days are met";
}

}  // namespace
}  // namespace policyc
