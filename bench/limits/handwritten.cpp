// What each user reaches, and the rows, laid out for the checks.
#include "bench/limits/handwritten.h"

#include <algorithm>
#include <map>
#include <utility>

namespace policyc::bench {

namespace {

struct Interval {
  uint32_t first, last;
};

// All that one (table, right) and condition reaches, while it is put together.
struct Collected {
  std::vector<Interval> intervals;
  std::vector<uint32_t> owners;
  std::vector<std::pair<uint32_t, uint32_t>> aways;
  bool organization = false;
  bool unit_share = false;
};

template <typename T>
void keep_each_once(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void join(std::vector<Interval>& intervals) {
  std::sort(intervals.begin(), intervals.end(), [](auto a, auto b) { return a.first < b.first; });
  std::vector<Interval> joined;
  for (Interval next : intervals) {
    if (!joined.empty() && next.first <= joined.back().last + 1) {
      joined.back().last = std::max(joined.back().last, next.last);
    } else {
      joined.push_back(next);
    }
  }
  intervals = std::move(joined);
}

}  // namespace

class HandWorld::Resolver {
 public:
  Resolver(const HandWorld& world, uint32_t user)
      : world_(world), user_(world.workload_.users[user]), self_(POLICY_PRINCIPAL(POLICY_USER, user)) {
    for (uint32_t team : user_.teams) made_.teams.push_back(POLICY_PRINCIPAL(POLICY_TEAM, team));
  }

  Subject resolve() {
    for (uint32_t role : user_.roles) add_role(role, user_.unit, self_);
    for (uint32_t team : user_.teams) {
      const PlannedTeam& planned = world_.workload_.teams[team];
      for (uint32_t role : planned.roles) add_role(role, planned.unit, POLICY_PRINCIPAL(POLICY_TEAM, team));
    }
    made_.reaches.resize(world_.workload_.policy.tables.size() * POLICY_RIGHT_COUNT);
    for (auto& [place, collected] : collected_) {
      HandReach reach = finish(collected);
      HandReach& plain = made_.reaches[place.first];
      if (place.second == 0) {
        plain = reach;
      } else {
        if (plain.conditions == 0) plain.conditional = static_cast<uint32_t>(made_.conditional.size());
        plain.conditions |= static_cast<uint8_t>(1u << place.second);
        made_.conditional.push_back(reach);
      }
    }
    return std::move(made_);
  }

 private:
  void add_role(uint32_t role, uint32_t unit, policy_principal holder) {
    for (const PlannedGrant& grant : world_.workload_.policy.roles[role].grants) {
      for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
        if (!policy::has_right(grant.rights, right)) continue;
        const uint32_t slot = grant.table * POLICY_RIGHT_COUNT + right;
        add_grant(grant.level, unit, holder, collected_[{slot, static_cast<uint32_t>(grant.condition)}]);
      }
    }
  }

  void add_grant(policy_level level, uint32_t unit, policy_principal holder, Collected& collected) {
    const uint32_t number = world_.unit_first_[unit];
    std::vector<uint32_t> owners = made_.teams;
    if (holder != self_ && level == POLICY_LEVEL_user) owners = {holder};
    if (level >= POLICY_LEVEL_business_unit) {
      owners.push_back(POLICY_PRINCIPAL(POLICY_UNIT, user_.unit));
      collected.unit_share = true;
    }
    if (level == POLICY_LEVEL_business_unit) collected.intervals.push_back({number, number});
    if (level == POLICY_LEVEL_parent_child) collected.intervals.push_back({number, world_.unit_last_[unit]});
    if (level == POLICY_LEVEL_organization) collected.organization = true;
    collected.aways.emplace_back(number, self_);
    for (uint32_t owner : owners) collected.aways.emplace_back(number, owner);
    collected.owners.insert(collected.owners.end(), owners.begin(), owners.end());
  }

  HandReach finish(Collected& collected) {
    HandReach reach;
    reach.own = self_;
    reach.unit_share = collected.unit_share;
    reach.lists = static_cast<uint32_t>(made_.lists.size());
    if (collected.organization) {
      reach.first = 0;
      reach.span = UINT32_MAX;
      return reach;
    }
    join(collected.intervals);
    keep_each_once(collected.owners);
    keep_each_once(collected.aways);
    for (size_t i = 0; i < collected.intervals.size(); ++i) {
      const auto [first, last] = collected.intervals[i];
      if (i == 0) {
        reach.first = first;
        reach.span = last - first;
      } else {
        made_.lists.insert(made_.lists.end(), {first, last - first});
        ++reach.more_intervals;
      }
    }
    made_.lists.insert(made_.lists.end(), collected.owners.begin(), collected.owners.end());
    for (auto [unit, owner] : collected.aways) made_.lists.insert(made_.lists.end(), {unit, owner});
    reach.owners = static_cast<uint16_t>(collected.owners.size());
    reach.aways = static_cast<uint16_t>(collected.aways.size());
    return reach;
  }

  const HandWorld& world_;
  const PlannedUser& user_;
  const policy_principal self_;
  Subject made_;
  std::map<std::pair<uint32_t, uint32_t>, Collected> collected_;  // by table and right, then condition
};

HandWorld::HandWorld(const Workload& workload) : workload_(workload) {
  number_units();
  add_records();
  for (uint32_t user = 0; user < workload.users.size(); ++user) subjects_.push_back(Resolver(*this, user).resolve());
  for (uint32_t user = 0; user < workload.users.size(); ++user) {
    const Subject& subject = subjects_[user];
    const PlannedUser& planned = workload.users[user];
    users_.push_back({subject.reaches.data(), subject.conditional.data(), subject.lists.data(), subject.teams.data(),
                      shares_.data(), POLICY_PRINCIPAL(POLICY_USER, user), POLICY_PRINCIPAL(POLICY_UNIT, planned.unit),
                      static_cast<uint32_t>(subject.teams.size()), static_cast<int32_t>(planned.grade)});
  }
}

size_t HandWorld::resolve(uint32_t user) const {
  const Subject subject = Resolver(*this, user).resolve();
  return subject.reaches.size() + subject.lists.size();
}

// Children come after their parents: sizes add up backwards, numbers are dealt out forwards.
void HandWorld::number_units() {
  const std::vector<uint32_t>& parents = workload_.unit_parents;
  std::vector<uint32_t> sizes(parents.size(), 1), next(parents.size(), 0);
  for (size_t i = parents.size(); i-- > 1;) sizes[parents[i]] += sizes[i];
  unit_first_.assign(parents.size(), 0);
  unit_last_.assign(parents.size(), 0);
  for (size_t i = 0; i < parents.size(); ++i) {
    if (i != 0) {
      unit_first_[i] = next[parents[i]];
      next[parents[i]] += sizes[i];
    }
    next[i] = unit_first_[i] + 1;
    unit_last_[i] = unit_first_[i] + sizes[i] - 1;
  }
}

uint32_t HandWorld::unit_of(policy_principal principal) const {
  const uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
  switch (POLICY_PRINCIPAL_KIND(principal)) {
    case POLICY_USER:
      return workload_.users[index].unit;
    case POLICY_TEAM:
      return workload_.teams[index].unit;
    case POLICY_UNIT:
      return index;
    default:
      return POLICY_NONE;
  }
}

HandRecord HandWorld::row_of(uint32_t user) const {
  HandRecord row{};
  row.owner = POLICY_PRINCIPAL(POLICY_USER, user);
  row.unit = unit_first_[workload_.users[user].unit];
  return row;
}

void HandWorld::add_records() {
  auto or_null = [](int64_t value, int64_t null) { return value == kNull ? null : value; };
  size_t share = 0;
  for (const PlannedRecord& planned : workload_.records) {
    HandRecord record{};
    record.owner = planned.owner;
    record.unit = planned.unit == POLICY_NONE ? POLICY_NONE : unit_first_[planned.unit];
    record.away = planned.unit != unit_of(planned.owner);
    record.shares_begin = static_cast<uint32_t>(shares_.size());
    for (; share < workload_.shares.size() && workload_.shares[share].record == records_.size(); ++share) {
      shares_.push_back({workload_.shares[share].principal, workload_.shares[share].rights});
      ++record.share_count;
    }
    record.region = static_cast<uint8_t>(or_null(planned.region, UINT8_MAX));
    record.amount_cents = or_null(planned.amount_cents, INT64_MAX);
    record.due = static_cast<int32_t>(or_null(planned.due, INT32_MAX));
    record.grade = static_cast<int16_t>(or_null(planned.grade, INT16_MAX));
    record.status = static_cast<uint8_t>(or_null(planned.status, UINT8_MAX));
    records_.push_back(record);
    tables_.push_back(static_cast<uint16_t>(planned.table));
  }
}

}  // namespace policyc::bench
