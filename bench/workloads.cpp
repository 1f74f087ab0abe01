#include "bench/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

namespace policyc::bench {

namespace {

using policy::right_bit;
using policy::RightSet;

class Random {  // splitmix64
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>((next() >> 32) * limit >> 32); }
  double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return fraction() < probability; }

 private:
  uint64_t state_;
};

// Of `count` things the i-th comes up in proportion to 1/i; which thing is the i-th is shuffled.
class Zipf {
 public:
  Zipf(uint32_t count, Random& random) : places_(count), sums_(count) {
    double sum = 0;
    for (uint32_t i = 0; i < count; ++i) {
      places_[i] = i;
      sums_[i] = sum += 1.0 / (i + 1);
    }
    for (uint32_t i = count; i > 1; --i) std::swap(places_[i - 1], places_[random.below(i)]);
  }
  uint32_t draw(Random& random) const {
    auto found = std::lower_bound(sums_.begin(), sums_.end(), random.fraction() * sums_.back());
    return places_[std::min<size_t>(found - sums_.begin(), places_.size() - 1)];
  }

 private:
  std::vector<uint32_t> places_;
  std::vector<double> sums_;
};

constexpr RightSet kRead = right_bit(POLICY_RIGHT_read);
constexpr RightSet kCreate = right_bit(POLICY_RIGHT_create);
constexpr RightSet kWrite = right_bit(POLICY_RIGHT_write);
constexpr RightSet kDelete = right_bit(POLICY_RIGHT_delete);
constexpr RightSet kAppend = right_bit(POLICY_RIGHT_append);
constexpr RightSet kAppendTo = right_bit(POLICY_RIGHT_append_to);
constexpr RightSet kAssign = right_bit(POLICY_RIGHT_assign);
constexpr RightSet kShare = right_bit(POLICY_RIGHT_share);
constexpr RightSet kAll = (1u << POLICY_RIGHT_COUNT) - 1;

// --- text

constexpr const char* kRightWords[] = {
#define RIGHT(word, Name, bit) #word,
#include "policy/rights.def"
#undef RIGHT
};
constexpr const char* kLevelWords[] = {"none", "user", "business_unit", "parent_child", "organization"};
constexpr const char* kWhen[kConditionCount] = {
    "",
    " when record.amount < 500",
    " when record.status == closed",
    " when record.due < 2026-01-31",
    " when record.region == \"west\"",
    " when record.grade <= user.grade",
    " when record.status == closed and record.amount < 500",
};

std::string right_list(RightSet rights) {
  std::string list;
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if (policy::has_right(rights, right)) list += fmt::format("{}{}", list.empty() ? "" : ", ", kRightWords[right]);
  }
  return list;
}

// --- policies

uint32_t add_table(PolicyPlan& plan, std::string name, bool owned_by_user = true) {
  plan.tables.push_back({std::move(name), owned_by_user});
  return static_cast<uint32_t>(plan.tables.size() - 1);
}

PolicyPlan club_policy() {
  PolicyPlan plan{.name = "club", .tables = {}, .roles = {}};
  const uint32_t trip = add_table(plan, "boat_trip");
  const uint32_t entry = add_table(plan, "log_entry");
  const uint32_t invoice = add_table(plan, "invoice");
  const uint32_t city = add_table(plan, "city", /*owned_by_user=*/false);
  PlannedRole skipper{"skipper",
                      {{trip, kCreate | kWrite | kDelete | kShare, POLICY_LEVEL_user},
                       {trip, kRead | kAppendTo, POLICY_LEVEL_business_unit},
                       {entry, kAll, POLICY_LEVEL_user},
                       {city, kRead | kAppendTo, POLICY_LEVEL_organization}}};
  PlannedRole master = skipper;
  master.name = "harbour_master";
  master.grants.push_back({trip, kRead | kWrite | kAssign, POLICY_LEVEL_parent_child});
  master.grants.push_back({trip, kDelete, POLICY_LEVEL_organization, Condition::ClosedAndSmall});
  PlannedRole office = master;
  office.name = "office";
  office.grants.push_back({entry, kRead | kAssign, POLICY_LEVEL_parent_child});
  office.grants.push_back({invoice, kRead | kAssign, POLICY_LEVEL_parent_child});
  PlannedRole member{"member", {{trip, kRead, POLICY_LEVEL_business_unit}}};
  plan.roles = {std::move(skipper), std::move(master), std::move(office), std::move(member)};
  return plan;
}

policy_level random_level(Random& random) {
  const double at = random.fraction();
  if (at < 0.3) return POLICY_LEVEL_user;
  if (at < 0.65) return POLICY_LEVEL_business_unit;
  return at < 0.92 ? POLICY_LEVEL_parent_child : POLICY_LEVEL_organization;
}

// A cell of the matrix: read at one level, changes at one that is not wider, the rest at the user's own.
void add_cell(PlannedRole& role, uint32_t table, Conditions conditions, Random& random) {
  const policy_level read = random_level(random);
  const policy_level write = std::min(read, random_level(random));
  for (PlannedGrant grant : {PlannedGrant{table, kRead, read}, {table, kWrite | kAppend | kAppendTo, write}}) {
    if (conditions == Conditions::ThreeInTen && random.chance(0.3)) {
      grant.condition = static_cast<Condition>(1 + random.below(5));
    }
    role.grants.push_back(grant);
  }
  role.grants.push_back({table, kCreate | kDelete | kAssign | kShare, POLICY_LEVEL_user});
}

void add_matrix(PolicyPlan& plan, const EnterpriseSizes& sizes, Conditions conditions, Random& random) {
  const uint32_t first = static_cast<uint32_t>(plan.tables.size());
  for (uint32_t t = 0; t < sizes.tables; ++t) add_table(plan, fmt::format("table_{}", t));
  for (uint32_t r = 0; r < sizes.roles; ++r) {
    PlannedRole role{fmt::format("role_{}", r), {}};
    for (uint32_t t = 0; t < sizes.tables; ++t) {
      if (random.chance(sizes.filled)) add_cell(role, first + t, conditions, random);
    }
    plan.roles.push_back(std::move(role));
  }
}

// --- organizations

std::vector<uint32_t> unit_tree(uint32_t count, uint32_t depth, Random& random) {
  std::vector<uint32_t> parents = {POLICY_NONE};
  std::vector<uint32_t> depths = {1};
  while (parents.size() < count) {
    const uint32_t parent = random.below(static_cast<uint32_t>(parents.size()));
    if (depths[parent] == depth) continue;
    parents.push_back(parent);
    depths.push_back(depths[parent] + 1);
  }
  return parents;
}

template <typename T>
void keep_each_once(std::vector<T>& sorted_here) {
  std::sort(sorted_here.begin(), sorted_here.end());
  sorted_here.erase(std::unique(sorted_here.begin(), sorted_here.end()), sorted_here.end());
}

std::vector<uint32_t> some_of(uint32_t count, uint32_t limit, Random& random) {
  std::vector<uint32_t> chosen;
  if (limit == 0) return chosen;
  for (uint32_t i = 0; i < count; ++i) chosen.push_back(random.below(limit));
  keep_each_once(chosen);
  return chosen;
}

struct People {
  uint32_t users = 0, teams = 0, roles = 0;
};

void add_people(Workload& made, const People& sizes, Random& random) {
  const uint32_t units = static_cast<uint32_t>(made.unit_parents.size());
  for (uint32_t t = 0; t < sizes.teams; ++t) {
    made.teams.push_back({random.below(units), some_of(1 + random.below(2), sizes.roles, random)});
  }
  for (uint32_t u = 0; u < sizes.users; ++u) {
    made.users.push_back({random.below(units), some_of(1 + random.below(3), sizes.roles, random),
                          some_of(random.below(5), sizes.teams, random), random.below(10)});
  }
}

int64_t value_or_null(int64_t value, Random& random) { return random.chance(0.1) ? kNull : value; }

void add_records(Workload& made, uint32_t count, Random& random) {
  const uint32_t units = static_cast<uint32_t>(made.unit_parents.size());
  const Zipf owners(static_cast<uint32_t>(made.users.size()), random);
  for (uint32_t i = 0; i < count; ++i) {
    PlannedRecord record;
    record.table = random.below(static_cast<uint32_t>(made.policy.tables.size()));
    if (made.policy.tables[record.table].owned_by_user) {
      const bool of_team = !made.teams.empty() && random.chance(0.15);
      const uint32_t owner = of_team ? random.below(static_cast<uint32_t>(made.teams.size())) : owners.draw(random);
      record.owner = POLICY_PRINCIPAL(of_team ? POLICY_TEAM : POLICY_USER, owner);
      record.unit = of_team ? made.teams[owner].unit : made.users[owner].unit;
      if (random.chance(0.05)) record.unit = random.below(units);
    }
    record.amount_cents = value_or_null(random.below(100'000), random);
    record.status = value_or_null(random.below(2), random);
    record.due = value_or_null(20'100 + random.below(800), random);
    record.region = value_or_null(random.below(std::size(kRegions)), random);
    record.grade = value_or_null(random.below(12), random);
    made.records.push_back(record);
  }
}

policy_principal somebody(const Workload& made, Random& random) {
  const double kind = random.fraction();
  if (kind < 0.25 && !made.teams.empty()) {
    return POLICY_PRINCIPAL(POLICY_TEAM, random.below(static_cast<uint32_t>(made.teams.size())));
  }
  if (kind > 0.95) return POLICY_PRINCIPAL(POLICY_UNIT, random.below(static_cast<uint32_t>(made.unit_parents.size())));
  return POLICY_PRINCIPAL(POLICY_USER, random.below(static_cast<uint32_t>(made.users.size())));
}

void add_shares(Workload& made, uint32_t count, Random& random) {
  auto place = [](const PlannedShare& share) { return std::tie(share.record, share.principal); };
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t record = random.below(static_cast<uint32_t>(made.records.size()));
    if (!made.policy.tables[made.records[record].table].owned_by_user) continue;
    const RightSet rights = random.chance(0.5) ? kRead : kRead | kWrite;
    made.shares.push_back({record, somebody(made, random), rights});
  }
  std::sort(made.shares.begin(), made.shares.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  auto same = [&](const auto& a, const auto& b) { return place(a) == place(b); };
  made.shares.erase(std::unique(made.shares.begin(), made.shares.end(), same), made.shares.end());
}

// Of rights that the record's table takes: nobody assigns what has no owner.
Question ask(const Workload& workload, uint32_t user, uint32_t record, Random& random) {
  constexpr uint32_t kOthers[] = {POLICY_RIGHT_write, POLICY_RIGHT_delete, POLICY_RIGHT_append_to, POLICY_RIGHT_assign};
  const bool owned = workload.policy.tables[workload.records[record].table].owned_by_user;
  const uint32_t other = kOthers[random.below(owned ? 4 : 3)];
  return {user, record, random.chance(0.5) ? uint32_t{POLICY_RIGHT_read} : other};
}

}  // namespace

std::string policy_text(const PolicyPlan& policy) {
  std::string text = fmt::format("policy {} follows guide\norganization {{ business_units: modern }}\n", policy.name);
  text += "user { grade: integer }\n";
  for (const PlannedTable& table : policy.tables) {
    text += fmt::format(
        "table {} owned by {} {{\n  amount: decimal\n  status: choice {{ open, closed }}\n  due: date\n"
        "  region: string\n  grade: integer\n}}\n",
        table.name, table.owned_by_user ? "user" : "organization");
  }
  for (const PlannedRole& role : policy.roles) {
    text += fmt::format("role {} {{\n", role.name);
    for (const PlannedGrant& grant : role.grants) {
      text += fmt::format("  {}: {} at {}{}\n", policy.tables[grant.table].name, right_list(grant.rights),
                          kLevelWords[grant.level], kWhen[static_cast<size_t>(grant.condition)]);
    }
    text += "}\n";
  }
  return text;
}

Workload make_club(uint64_t seed) {
  Random random(seed);
  Workload made;
  made.policy = club_policy();
  made.unit_parents = unit_tree(5, 3, random);
  add_people(made, {.users = 10, .teams = 2, .roles = 4}, random);
  add_records(made, 60, random);
  add_shares(made, 15, random);
  return made;
}

Workload make_crm(const Sizes& sizes, Conditions conditions) {
  Random random(sizes.seed);
  Workload made;
  made.policy.name = conditions == Conditions::None ? "crm" : "conditions";
  add_matrix(made.policy, {.tables = sizes.tables, .roles = sizes.roles, .filled = 0.4}, conditions, random);
  made.unit_parents = unit_tree(sizes.units, 6, random);
  add_people(made, {.users = sizes.users, .teams = sizes.teams, .roles = sizes.roles}, random);
  add_records(made, sizes.records, random);
  add_shares(made, sizes.shares, random);
  return made;
}

Workload make_enterprise(const EnterpriseSizes& sizes, uint64_t seed) {
  Workload made = make_club(seed);
  Random random(seed + 1);
  made.policy.name = "enterprise";
  const uint32_t first = static_cast<uint32_t>(made.policy.roles.size());
  add_matrix(made.policy, sizes, sizes.conditions, random);
  for (PlannedUser& user : made.users) {
    for (uint32_t role : some_of(5, sizes.roles, random)) user.roles.push_back(first + role);
  }
  return made;
}

std::vector<Question> zipf_questions(const Workload& workload, size_t count, uint64_t seed) {
  Random random(seed);
  const Zipf users(static_cast<uint32_t>(workload.users.size()), random);
  const Zipf records(static_cast<uint32_t>(workload.records.size()), random);
  std::vector<std::vector<uint32_t>> by_unit(workload.unit_parents.size());
  for (uint32_t i = 0; i < workload.records.size(); ++i) {
    if (workload.records[i].unit != POLICY_NONE) by_unit[workload.records[i].unit].push_back(i);
  }
  std::vector<Question> questions;
  while (questions.size() < count) {
    const uint32_t user = users.draw(random);
    const std::vector<uint32_t>& near = by_unit[workload.users[user].unit];
    const bool at_home = random.chance(0.5) && !near.empty();
    const uint32_t record = at_home ? near[random.below(static_cast<uint32_t>(near.size()))] : records.draw(random);
    questions.push_back(ask(workload, user, record, random));
  }
  return questions;
}

std::vector<Question> random_questions(const Workload& workload, size_t count, uint64_t seed) {
  Random random(seed);
  const Zipf users(static_cast<uint32_t>(workload.users.size()), random);
  const uint32_t records = static_cast<uint32_t>(workload.records.size());
  std::vector<Question> questions;
  while (questions.size() < count)
    questions.push_back(ask(workload, users.draw(random), random.below(records), random));
  return questions;
}

}  // namespace policyc::bench
