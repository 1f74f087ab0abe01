// Rows first. A table of N rows lies in N / 1,000 units, each unit's rows evenly over the whole table, which is the
// worst for caches. In every unit that is asked about there are three users with answers of one size each: one who has
// the unit's rows through a role, one who owns them, and one with whom every tenth is shared. Then people:
// organizations with a hundred users to the unit, asked who may read a row.
#include "bench/measure_list.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <memory>

#include "bench/timing.h"
#include "compiler/driver/compile.h"
#include "runtime/decide/decide.h"
#include "runtime/query/list.h"
#include "runtime/query/who.h"
#include "runtime/query/world_view.h"

namespace policyc::bench {

namespace {

constexpr uint32_t kRowsOfAUnit = 1'000;
constexpr uint32_t kUnitsAsked = 1'000;
constexpr uint32_t kSharedOneIn = 10;
constexpr uint32_t kUsersOfAUnit = 100;
constexpr size_t kPage = 100;
constexpr double kFlatBar = 2.0;
constexpr double kWhoMicroseconds = 1'000;

constexpr const char* kPolicy = R"(policy visits follows dataverse
table visit owned by user
role reader { visit: read at business_unit }
role manager { visit: read at parent_child }
role auditor { visit: read at organization }
role member { visit: read at user }
)";
enum Role : uint32_t { kReader, kManager, kAuditor, kMember };

policy_principal principal_of(uint32_t user) { return POLICY_PRINCIPAL(POLICY_USER, user); }

// Of this thread alone, so that what else the machine does is not taken for ours.
template <typename Work>
double cpu_seconds(Work work) {
  auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

// --- rows

// Rows in plain arrays, as a host may have them: row r lies in unit r % units. More of them than a World takes.
class VisitView final : public policy::QueryView {
 public:
  VisitView(const Engine& engine, uint32_t records)
      : tables_(engine.program.tables()),
        granting_roles_(tables_),
        organization_(tables_),
        pool_(tables_),
        units_(records / kRowsOfAUnit),
        records_(records) {
    context_.struct_size = sizeof(policy_context);
    add_people();
    add_rows();
  }

  enum Kind : uint32_t { ByUnit, ByOwner, ByShare };
  static constexpr uint32_t kKinds = 3;
  // The user of a kind in the unit that is asked about as the `place`th; and how many rows they have.
  static uint32_t user(Kind kind, uint32_t place) { return place * kKinds + kind; }
  static uint32_t answer(Kind kind) { return kind == ByShare ? kRowsOfAUnit / kSharedOneIn : kRowsOfAUnit; }
  uint32_t units_asked() const { return std::min(units_, kUnitsAsked); }
  std::span<const uint64_t> keys_of_unit(uint32_t place) const {
    return std::span(by_unit_).subspan(size_t{unit_asked(place)} * kRowsOfAUnit, kRowsOfAUnit);
  }

  const policy::ProgramTables& tables() const override { return tables_; }
  const policy::GrantingRoles& granting_roles() const override { return granting_roles_; }
  const policy_context& context() const override { return context_; }
  void find_records(std::span<const uint32_t> rows, const policy_record** found) const override {
    for (size_t i = 0; i < rows.size(); ++i) found[i] = &records_[rows[i]];
  }
  void find_subjects(std::span<const uint32_t> users, policy_subject* found) const override {
    for (size_t i = 0; i < users.size(); ++i) found[i] = subjects_[users[i]].view();
  }
  uint32_t table_of(uint32_t) const override { return 0; }
  policy::RowKeys rows(uint32_t) const override { return rows_; }
  policy::KeySet holders(uint32_t) const override { return {}; }
  policy::PeopleKeys people() const override { return {}; }

 private:
  // Units asked about lie evenly among all. A unit's index is its number: the root is 0, all others lie right below.
  uint32_t unit_asked(uint32_t place) const { return static_cast<uint32_t>(uint64_t{place} * units_ / units_asked()); }

  void add_people() {
    std::vector<uint32_t> parents(units_ + 1, 0);
    parents[0] = POLICY_NONE;
    (void)organization_.add_units(parents);
    organization_.number_units();
    for (uint32_t place = 0; place < units_asked(); ++place) {
      for (uint32_t kind = 0; kind < kKinds; ++kind) {
        const uint32_t unit = 1 + unit_asked(place);
        const uint32_t user = *organization_.add_user(unit);
        (void)organization_.give_role(principal_of(user), kind == ByUnit ? kReader : kMember, unit);
      }
    }
    for (uint32_t user = 0; user < organization_.user_count(); ++user) {
      subjects_.push_back(organization_.resolve(user, pool_));
    }
  }

  void add_rows() {
    shares_.resize(size_t{units_asked()} * kRowsOfAUnit / kSharedOneIn);
    std::vector<uint64_t> by_owner, by_share;
    by_unit_.reserve(records_.size());
    std::vector<uint32_t> place_of(units_, POLICY_NONE);
    for (uint32_t place = 0; place < units_asked(); ++place) place_of[unit_asked(place)] = place;
    for (uint32_t unit = 0; unit < units_; ++unit) {
      for (uint32_t i = 0; i < kRowsOfAUnit; ++i) {
        const uint32_t row = unit + i * units_;
        records_[row].owning_unit = organization_.unit_interval(1 + unit).first;
        by_unit_.push_back(policy::pair_key(records_[row].owning_unit, row));
        if (place_of[unit] == POLICY_NONE) continue;
        records_[row].owner = principal_of(user(ByOwner, place_of[unit]));
        by_owner.push_back(policy::pair_key(records_[row].owner, row));
        if (i % kSharedOneIn != 0) continue;
        SharedOnce& shared = shares_[by_share.size()];
        shared = {{.count = 1, .reserved = 0},
                  {principal_of(user(ByShare, place_of[unit])), policy::right_bit(POLICY_RIGHT_read), 0}};
        records_[row].shares = reinterpret_cast<uint64_t>(&shared);
        by_share.push_back(policy::pair_key(shared.share.principal, row));
      }
    }
    rows_ = {policy::build_keys(by_unit_, edit_), policy::build_keys(by_owner, edit_),
             policy::build_keys(by_share, edit_)};
  }

  struct alignas(8) SharedOnce {
    policy_share_list list;
    policy_share share;
  };

  const policy::ProgramTables& tables_;
  policy::GrantingRoles granting_roles_;
  policy::Organization organization_;
  policy::ProfilePool pool_;
  policy_context context_{};
  uint32_t units_;
  std::vector<policy_record> records_;
  std::vector<uint64_t> by_unit_;
  std::vector<SharedOnce> shares_;
  std::vector<policy::Subject> subjects_;
  policy::Edit edit_{1};
  policy::RowKeys rows_;
};

// All that the users of these kinds may read, in pages; nanoseconds for a row, and nothing where an answer is wrong.
std::optional<double> time_rows(const VisitView& view, std::span<const VisitView::Kind> kinds, uint32_t turns) {
  std::array<uint32_t, kPage> page;
  size_t found = 0, expected = 0;
  const double elapsed = cpu_seconds([&] {
    for (uint32_t turn = 0; turn < turns; ++turn) {
      for (uint32_t place = 0; place < view.units_asked(); ++place) {
        for (VisitView::Kind kind : kinds) {
          policy::ListCursor cursor;
          while (!cursor.at_end()) found += list(view, view.user(kind, place), POLICY_RIGHT_read, 0, cursor, page);
          keep(page);
          expected += view.answer(kind);
        }
      }
    }
  });
  if (found != expected) return std::nullopt;
  return elapsed * 1e9 / static_cast<double>(found);
}

// The rows of the units, as somebody reads them who knows where they are: the limit for rows of a unit.
double time_array(const VisitView& view, uint32_t turns) {
  std::array<uint32_t, kPage> page;
  size_t found = 0;
  const double elapsed = cpu_seconds([&] {
    for (uint32_t turn = 0; turn < turns; ++turn) {
      for (uint32_t place = 0; place < view.units_asked(); ++place) {
        const std::span<const uint64_t> keys = view.keys_of_unit(place);
        for (size_t at = 0; at < keys.size(); at += kPage) {
          const size_t count = std::min(kPage, keys.size() - at);
          for (size_t i = 0; i < count; ++i) page[i] = policy::lower_half(keys[at + i]);
          found += count;
          keep(page);
        }
      }
    }
  });
  return elapsed * 1e9 / static_cast<double>(found);
}

// The first page alone; nanoseconds for a page.
double time_first_pages(const VisitView& view, uint32_t turns) {
  std::array<uint32_t, kPage> page;
  const double elapsed = cpu_seconds([&] {
    for (uint32_t turn = 0; turn < turns; ++turn) {
      for (uint32_t place = 0; place < view.units_asked(); ++place) {
        policy::ListCursor cursor;
        keep(list(view, view.user(VisitView::ByUnit, place), POLICY_RIGHT_read, 0, cursor, page));
        keep(page);
      }
    }
  });
  return elapsed * 1e9 / (double{1} * turns * view.units_asked());
}

std::string in_words(uint32_t count) {
  return count >= 1'000'000 ? fmt::format("{} M", count / 1'000'000) : fmt::format("{} k", count / 1'000);
}

std::optional<std::string> measure_rows(const Engine& engine, uint32_t records, size_t rounds, Report& report) {
  const VisitView small(engine, kRowsOfAUnit), large(engine, records);
  const uint32_t turns_small = kUnitsAsked, turns_large = kUnitsAsked / large.units_asked();
  auto add = [&](const std::string& what, const char* against, const Paired& times, std::optional<double> bar) {
    report.rows.push_back({fmt::format("list, {}: {}", in_words(records), what), times.ours, "ns", against,
                           times.theirs, times.ratio, bar});
  };
  constexpr const char* kSmall = "a table of 1 k";
  auto add_rows = [&](const char* what, std::span<const VisitView::Kind> kinds, std::optional<double> bar) {
    add(what, kSmall,
        time_paired(
            rounds, [&] { return *time_rows(large, kinds, turns_large); },
            [&] { return *time_rows(small, kinds, turns_small); }),
        bar);
  };
  constexpr VisitView::Kind kKinds[] = {VisitView::ByUnit, VisitView::ByOwner, VisitView::ByShare};
  if (!time_rows(large, kKinds, 1) || !time_rows(small, kKinds, 1)) return "list: an answer has not all its rows";
  add_rows("a row, of these three", kKinds, kFlatBar);
  add_rows("- a row of the unit", std::span(kKinds).subspan(0, 1), std::nullopt);
  add_rows("- a row of one's own", std::span(kKinds).subspan(1, 1), std::nullopt);
  add_rows("- a row shared", std::span(kKinds).subspan(2, 1), std::nullopt);
  add("a row of the unit", "reading an array",
      time_paired(
          rounds, [&] { return *time_rows(large, std::span(kKinds).first(1), turns_large); },
          [&] { return time_array(large, turns_large); }),
      std::nullopt);
  add(fmt::format("first page of {}", kPage), kSmall,
      time_paired(
          rounds, [&] { return time_first_pages(large, turns_large); },
          [&] { return time_first_pages(small, turns_small); }),
      std::nullopt);
  return std::nullopt;
}

// --- people

// A unit has 90 readers, 9 members who read their own alone, and a manager who reads in it and below. Units form a tree
// with ten below each. Fifty of all are auditors. A row in each of up to a thousand units, every second one shared with
// a team of twenty; one row is shared with the organization.
class PeopleWorld {
 public:
  PeopleWorld(const Engine& engine, uint32_t users) : world_(engine.program.tables()) {
    add_people(users);
    world_.organization.number_units();
    add_rows(users / kUsersOfAUnit);
    world_.resolve_users();
    view_ = std::make_unique<policy::WorldView>(world_);
  }

  const policy::QueryView& view() const { return *view_; }
  uint32_t rows() const { return static_cast<uint32_t>(world_.records.size()) - 1; }
  uint32_t row_for_everybody() const { return rows(); }

 private:
  void add_people(uint32_t users) {
    policy::Organization& organization = world_.organization;
    for (uint32_t unit = 0; unit < users / kUsersOfAUnit; ++unit) {
      (void)organization.add_unit(unit == 0 ? POLICY_NONE : (unit - 1) / 10);
    }
    for (uint32_t user = 0; user < users; ++user) {
      const uint32_t unit = user / kUsersOfAUnit, place = user % kUsersOfAUnit;
      (void)organization.add_user(unit);
      give(user, place == 0 ? kManager : place < 10 ? kMember : kReader);
      if (user % (users / 50) == 1) give(user, kAuditor);
    }
    for (uint32_t i = 0; i < 100; ++i) {
      const uint32_t team = *organization.add_team(0);
      for (uint32_t member = 0; member < 20; ++member) {
        (void)organization.join(static_cast<uint32_t>((uint64_t{i} * 7919 + member * 104'729) % users), team);
      }
    }
  }

  void give(uint32_t user, uint32_t role) {
    const policy_principal principal = principal_of(user);
    (void)world_.organization.give_role(principal, role, world_.organization.unit_of(principal));
  }

  void add_rows(uint32_t units) {
    const uint32_t rows = std::min(units, 1'000u);
    for (uint32_t i = 0; i <= rows; ++i) {
      const auto unit = static_cast<uint32_t>(uint64_t{i % rows} * units / rows);
      policy::Row row;
      row.table = 0;
      row.owner = principal_of(unit * kUsersOfAUnit + 5);
      row.unit = unit;
      const uint32_t added = world_.records.add(std::move(row));
      if (i < rows && i % 2 == 0) share(added, POLICY_PRINCIPAL(POLICY_TEAM, i % 100));
    }
    share(rows, POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0));
  }

  void share(uint32_t row, policy_principal with) {
    (void)world_.records.set_share(row, with, policy::right_bit(POLICY_RIGHT_read));
  }

  policy::World world_;
  std::unique_ptr<policy::WorldView> view_;
};

size_t count_users(const policy::QueryView& view, uint32_t row) {
  std::array<uint32_t, kPage> page;
  size_t found = 0;
  policy::WhoCursor cursor;
  while (!cursor.at_end()) found += who(view, POLICY_RIGHT_read, row, cursor, page);
  return found;
}

// Against asking everybody.
size_t count_checks(const policy::QueryView& view, uint32_t users, uint32_t row) {
  const policy_record* record = nullptr;
  view.find_records({&row, 1}, &record);
  size_t found = 0;
  for (uint32_t user = 0; user < users; ++user) {
    policy_subject subject;
    view.find_subjects({&user, 1}, &subject);
    found += policy::check(view.tables(), subject, 0, POLICY_RIGHT_read, *record, view.context());
  }
  return found;
}

// Of three times, so that what else the machine does is not taken for ours.
template <typename Work>
double least_seconds(Work work) {
  return std::min({cpu_seconds(work), cpu_seconds(work), cpu_seconds(work)});
}

std::optional<std::string> measure_people(const Engine& engine, uint32_t users, Report& report) {
  const PeopleWorld world(engine, users);
  const policy::QueryView& view = world.view();
  for (uint32_t row : {0u, world.rows() / 2, world.rows() - 1, world.row_for_everybody()}) {
    if (count_users(view, row) != count_checks(view, users, row)) return "who: not the users for whom check says yes";
  }
  std::vector<double> whole, pages;
  size_t answers = 0;
  for (uint32_t row = 0; row < world.rows(); ++row) {
    answers += count_users(view, row);
    whole.push_back(1e6 * least_seconds([&] { keep(count_users(view, row)); }));
  }
  std::array<uint32_t, kPage> page;
  policy::WhoCursor cursor;
  while (!cursor.at_end() && pages.size() < 10'000) {
    const policy::WhoCursor from = cursor;
    pages.push_back(1e6 * least_seconds([&] {
                      cursor = from;
                      keep(who(view, POLICY_RIGHT_read, world.row_for_everybody(), cursor, page));
                    }));
  }
  auto add = [&](const std::string& what, double microseconds) {
    report.rows.push_back({fmt::format("who, {} users: {}", in_words(users), what), microseconds, "us", "a fixed limit",
                           kWhoMicroseconds, microseconds / kWhoMicroseconds, 1.0});
  };
  add(fmt::format("{} of a row, the median of {} rows", answers / world.rows(), whole.size()), median(whole));
  add("the slowest of these", *std::max_element(whole.begin(), whole.end()));
  add(fmt::format("the slowest page of {} where all may", kPage), *std::max_element(pages.begin(), pages.end()));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> measure_list(const ListSizes& sizes, Report& report) {
  const Compilation compiled = compile_text("visits.policy", kPolicy, ".");
  if (!compiled.policy) return "visits.policy is no policy";
  Result<Engine> engine = build_engine(*compiled.policy, compiled.sources);
  if (!engine) return engine.error();
  if (Result<CompileReport> made = engine->program.wait(); !made) return made.error();
  std::optional<std::string> failure = measure_rows(*engine, sizes.records, sizes.rounds, report);
  return failure ? failure : measure_people(*engine, sizes.users, report);
}

}  // namespace policyc::bench
