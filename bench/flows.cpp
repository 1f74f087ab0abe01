#include "bench/flows.h"

#include <fmt/format.h>

#include <iterator>

namespace policyc::bench {

namespace {

constexpr uint32_t kFlows = 500;
constexpr uint32_t kStepsOfAFlow = 6;
constexpr const char* kDelegate = "delegate";

constexpr const char* kRightWords[] = {
#define RIGHT(word, Name, bit) #word,
#include "policy/rights.def"
#undef RIGHT
};

constexpr const char* kBoundedSettings =
    "settings {\n  run_as_bounded_by_owner: true\n  process_owner: flow_owner\n  run_as_left_out: flow_owner\n"
    "  record_owner_is_team: flow_owner\n}\n";

class Random {  // splitmix64
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint32_t below(uint32_t limit) {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<uint32_t>(((z ^ (z >> 31)) >> 32) * limit >> 32);
  }
  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

class Maker {
 public:
  Maker(FlowRules rules, uint64_t seed) : random_(seed) {
    made_.rules = rules;
    made_.world = make_crm({.tables = 12,
                            .roles = 10,
                            .units = 40,
                            .users = 200,
                            .teams = 20,
                            .records = 3'000,
                            .shares = 600,
                            .seed = seed},
                           Conditions::None);
  }

  FlowsWorkload run() {
    made_.world.policy.name = "flows";
    add_delegates();
    for (uint32_t i = 0; i < kFlows; ++i) made_.flows.push_back(i % 5 == 4 ? plugin(i) : flow(i));
    write_text();
    return std::move(made_);
  }

 private:
  uint32_t users() const { return static_cast<uint32_t>(made_.world.users.size()); }
  uint32_t any_table() { return random_.below(static_cast<uint32_t>(made_.world.policy.tables.size())); }
  uint32_t somebody() { return random_.one_in(20) ? users() + random_.below(5) : random_.below(users()); }
  uint32_t any_right() { return random_.below(POLICY_RIGHT_COUNT); }

  // Half of the users may act on behalf of others, one in fifteen is disabled.
  void add_delegates() {
    made_.delegate = static_cast<uint32_t>(made_.world.policy.roles.size());
    made_.world.policy.roles.push_back({kDelegate, {}});
    for (uint32_t u = 0; u < users(); ++u) {
      PlannedUser& user = made_.world.users[u];
      user.name = fmt::format("user_{}", u);
      user.disabled = random_.one_in(15);
      if (random_.one_in(2)) user.roles.push_back(made_.delegate);
    }
  }

  // Two steps in three are about the row that set the flow off.
  PlannedStep step(uint32_t of_table, StepBy by) {
    PlannedStep made{.right = any_right(), .table = random_.below(3) < 2 ? of_table : any_table(), .by = by};
    if (by == StepBy::Connection) made.connection = somebody();
    return made;
  }

  PlannedFlow flow(uint32_t number) {
    constexpr RunAsWord kWords[] = {RunAsWord::LeftOut, RunAsWord::TriggeringUser, RunAsWord::RecordOwner,
                                    RunAsWord::ProcessOwner};
    PlannedFlow made{
        .table = any_table(), .run_as = kWords[number % 5], .owner = somebody(), .trigger_connection = somebody()};
    for (uint32_t i = 0; i < kStepsOfAFlow; ++i) {
      made.steps.push_back(step(made.table, i % 3 == 2 ? StepBy::Connection : StepBy::Invoker));
    }
    return made;
  }

  PlannedFlow plugin(uint32_t number) {
    PlannedFlow made{.is_plugin = true, .table = any_table()};
    if (number % 10 == 4) {
      made.run_as = RunAsWord::NamedUser;
      made.run_as_user = somebody();
    }
    constexpr StepBy kBy[] = {StepBy::Invoker, StepBy::InitiatingUser, StepBy::System};
    for (uint32_t i = 0; i < kStepsOfAFlow; ++i) made.steps.push_back(step(made.table, kBy[i % std::size(kBy)]));
    return made;
  }

  void write_text() {
    std::string& text = made_.text = policy_text(made_.world.policy);
    const std::string delegate = fmt::format("role {} {{\n", kDelegate);
    text.insert(text.find(delegate) + delegate.size(), "  privilege act_on_behalf_of_another_user\n");
    text += "privilege act_on_behalf_of_another_user\n";
    if (made_.rules == FlowRules::Bounded) text += kBoundedSettings;
    for (uint32_t i = 0; i < kFlows; ++i) write_flow(i);
  }

  void write_flow(uint32_t number) {
    constexpr const char* kWords[] = {"", " run as triggering_user", " run as record_owner", " run as process_owner"};
    const PlannedFlow& flow = made_.flows[number];
    const std::string& table = made_.world.policy.tables[flow.table].name;
    if (flow.is_plugin) {
      made_.text += fmt::format("plugin plugin_{} on update of {} {{\n", number, table);
      if (flow.run_as == RunAsWord::NamedUser) made_.text += fmt::format("  run as user_{}\n", flow.run_as_user);
    } else {
      made_.text +=
          fmt::format("flow flow_{} on create, update of {} {{\n  owner user_{}\n  trigger via user_{}{}\n", number,
                      table, flow.owner, flow.trigger_connection, kWords[static_cast<size_t>(flow.run_as)]);
    }
    for (uint32_t i = 0; i < flow.steps.size(); ++i) write_step(i, flow.steps[i]);
    made_.text += "}\n";
  }

  void write_step(uint32_t number, const PlannedStep& step) {
    constexpr const char* kBy[] = {"", "as invoker", "as initiating_user", "as system"};
    const bool via = step.by == StepBy::Connection;
    const std::string by = via ? fmt::format("via user_{}", step.connection) : kBy[static_cast<size_t>(step.by)];
    made_.text += fmt::format("  step_{}: {} {} {}\n", number, kRightWords[step.right],
                              made_.world.policy.tables[step.table].name, by);
  }

  Random random_;
  FlowsWorkload made_;
};

}  // namespace

FlowsWorkload make_flows(FlowRules rules, uint64_t seed) { return Maker(rules, seed).run(); }

std::vector<Trigger> flow_triggers(const FlowsWorkload& made, uint32_t of_each_flow, uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<uint32_t>> by_table(made.world.policy.tables.size());
  for (uint32_t i = 0; i < made.world.records.size(); ++i) by_table[made.world.records[i].table].push_back(i);
  std::vector<Trigger> triggers;
  for (uint32_t turn = 0; turn < of_each_flow; ++turn) {
    for (uint32_t flow = 0; flow < made.flows.size(); ++flow) {
      const std::vector<uint32_t>& rows = by_table[made.flows[flow].table];
      if (rows.empty()) continue;
      const uint32_t user = random.below(static_cast<uint32_t>(made.world.users.size()));
      const uint32_t row = rows[random.below(static_cast<uint32_t>(rows.size()))];
      for (uint32_t step = 0; step < made.flows[flow].steps.size(); ++step) triggers.push_back({flow, step, user, row});
    }
  }
  return triggers;
}

}  // namespace policyc::bench
