#include "bench/measure_flows.h"

#include <fmt/format.h>

#include <memory>

#include "bench/flows.h"
#include "bench/limits/flows.h"
#include "bench/timing.h"
#include "bench/worlds.h"
#include "compiler/driver/native_world.h"
#include "compiler/reference/evaluate.h"
#include "runtime/run_as/run_as.h"

namespace policyc::bench {

namespace {

constexpr double kTimeBar = 1.05;
constexpr const char* kHandwritten = "hand-written C++";

std::vector<RoleHeld> held(const std::vector<uint32_t>& roles, uint32_t unit) {
  std::vector<RoleHeld> list;
  for (uint32_t role : roles) list.push_back({RoleId{role}, UnitId{unit}});
  return list;
}

// No grant of the workload has a condition, so values may be null.
std::vector<Value> nulls_of(const std::vector<Attribute>& attributes) {
  std::vector<Value> values;
  for (const Attribute& attribute : attributes) values.push_back(Value::null(attribute.type));
  return values;
}

void add_people(const Policy& policy, const Workload& made, Facts& facts) {
  for (uint32_t i = 0; i < made.unit_parents.size(); ++i) {
    const uint32_t parent = made.unit_parents[i];
    facts.units.add({fmt::format("unit_{}", i), parent == POLICY_NONE ? UnitId{} : UnitId{parent}, {}});
  }
  for (const PlannedUser& planned : made.users) {
    User user{.name = planned.name, .unit = UnitId{planned.unit}, .disabled = planned.disabled};
    user.roles = held(planned.roles, planned.unit);
    user.attributes = nulls_of(policy.user_attributes);
    facts.users.add(std::move(user));
  }
  for (uint32_t i = 0; i < made.teams.size(); ++i) {
    Team team{.name = fmt::format("team_{}", i), .unit = UnitId{made.teams[i].unit}};
    team.roles = held(made.teams[i].roles, made.teams[i].unit);
    facts.teams.add(std::move(team));
  }
  for (uint32_t u = 0; u < made.users.size(); ++u) {
    for (uint32_t team : made.users[u].teams) facts.teams[TeamId{team}].members.push_back(UserId{u});
  }
}

// The workload as plain facts.
Facts facts_of(const Policy& policy, const Workload& made) {
  Facts facts;
  add_people(policy, made, facts);
  for (uint32_t i = 0; i < made.records.size(); ++i) {
    const PlannedRecord& planned = made.records[i];
    Record record{.name = fmt::format("row_{}", i), .table = TableId{planned.table}};
    record.owner = {planned.owner};
    record.unit = UnitId{planned.unit};
    record.attributes = nulls_of(policy.tables[record.table].attributes);
    facts.records.add(std::move(record));
  }
  for (const PlannedShare& planned : made.shares) {
    facts.shares.push_back({RecordId{planned.record}, Principal{planned.principal}, planned.rights, {}});
  }
  return facts;
}

// The workload with everybody who answers about it.
struct LoadedFlows {
  LoadedFlows(FlowsWorkload workload, Compilation compilation, Engine built)
      : made(std::move(workload)),
        compiled(std::move(compilation)),
        engine(std::move(built)),
        facts(facts_of(*compiled.policy, made.world)),
        native(engine.program, engine.ir, facts),
        world(engine, made.world),
        hand_world(made.world),
        hand(made, hand_world) {}

  const FlowsWorkload made;
  const Compilation compiled;
  const Engine engine;
  const Facts facts;
  const NativeWorld native;
  const CompiledWorld world;
  const HandWorld hand_world;
  const HandFlows hand;

  policy::RunAsAnswer run(const Trigger& trigger) const {
    const policy::World& asked = world.world();
    return policy::runs_as(asked, trigger.flow, trigger.step, trigger.user,
                           {asked.records[trigger.record], trigger.record});
  }
};

bool names_match(const Policy& policy, const FlowsWorkload& made) {
  if (policy.flows.size() != made.flows.size()) return false;
  for (FlowId id : policy.flows.ids()) {
    const char* kind = made.flows[id.index].is_plugin ? "plugin" : "flow";
    if (policy.flows[id].name != fmt::format("{}_{}", kind, id.index)) return false;
  }
  return true;
}

Result<std::unique_ptr<LoadedFlows>> load(FlowsWorkload made) {
  Compilation compiled = compile_text("flows.policy", made.text, ".");
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    if (diagnostic.severity() == Severity::Error) return Failure{"flows: " + diagnostic.message};
  }
  if (!compiled.policy || !names_match(*compiled.policy, made)) return Failure{"flows: the policy is not as planned"};
  Result<Engine> engine = build_engine(*compiled.policy, compiled.sources);
  if (!engine) return Failure{engine.error()};
  if (Result<CompileReport> report = engine->program.wait(); !report) return Failure{report.error()};
  auto loaded = std::make_unique<LoadedFlows>(std::move(made), std::move(compiled), std::move(*engine));
  if (!loaded->world.fits()) return Failure{"flows: the world does not fit the policy"};
  return loaded;
}

policy_principal as_principal(uint32_t user) {
  return user == POLICY_NONE ? policy_principal{POLICY_NOBODY} : POLICY_PRINCIPAL(POLICY_USER, user);
}

HandRunAs as_plain(const policy::RunAsAnswer& answer) {
  return {.user = answer.system ? POLICY_PRINCIPAL(POLICY_SYSTEM, 0) : as_principal(answer.user),
          .impersonator = as_principal(answer.impersonator),
          .allowed = answer.answer.allowed,
          .escalates = answer.escalates};
}

std::string place_of(const Trigger& t) {
  return fmt::format("flow {}, step {}, set off by user {} with row {}", t.flow, t.step, t.user, t.record);
}

struct Counted {
  size_t asked = 0, allowed = 0, escalate = 0;
};

// The reference gives what compiled code gives, reason and party and all; hand-written code who, and whether.
std::optional<std::string> agree(const LoadedFlows& loaded, const std::vector<Trigger>& triggers, Counted& counted) {
  for (const Trigger& t : triggers) {
    const RecordId row{t.record};
    const Record& record = loaded.facts.records[row];
    const RunAsAnswer native = loaded.native.runs_as(FlowId{t.flow}, t.step, UserId{t.user}, record, row);
    if (native != runs_as(*loaded.compiled.policy, loaded.facts, FlowId{t.flow}, t.step, UserId{t.user}, record, row)) {
      return "flows: compiled code and the reference disagree: " + place_of(t);
    }
    const policy::RunAsAnswer ours = loaded.run(t);
    if (as_plain(ours) != loaded.hand.run(t) || ours.answer.allowed != native.answer.allowed) {
      return "flows: compiled and hand-written code disagree: " + place_of(t);
    }
    ++counted.asked;
    counted.allowed += native.answer.allowed ? 1 : 0;
    counted.escalate += native.escalates ? 1 : 0;
  }
  return std::nullopt;
}

// A step's `run_as` with all that it is asked with looked up.
struct WhoCall {
  policy_run_as_function code = nullptr;
  policy_principal named = POLICY_NOBODY;
  policy_principal triggering = POLICY_NOBODY;
  policy_principal record_owner = POLICY_NOBODY;
  const HandStep* by_hand = nullptr;
  Question question;  // of the step's right on the row that set it off

  policy_principal ours() const { return code(triggering, record_owner, named); }
  policy_principal theirs() const { return who_runs(*by_hand, triggering, record_owner); }
};

class Measuring {
 public:
  Measuring(const FlowSizes& sizes, Report& report) : sizes_(sizes), report_(report) {}

  std::optional<std::string> run() {
    for (FlowRules rules : {FlowRules::Guide, FlowRules::Bounded}) {
      Result<std::unique_ptr<LoadedFlows>> loaded = load(make_flows(rules, sizes_.seed));
      if (!loaded) return loaded.error();
      Counted counted;
      const std::vector<Trigger> compared = flow_triggers((*loaded)->made, sizes_.quick ? 20 : 300, sizes_.seed + 1);
      if (auto failure = agree(**loaded, compared, counted)) return failure;
      describe((*loaded)->made, counted);
      if (rules == FlowRules::Guide) who_and_check(**loaded);
      whole(**loaded, rules == FlowRules::Guide ? "flows" : "flows, bounded by the owner");
      if (failure_) return failure_;
    }
    return std::nullopt;
  }

 private:
  void describe(const FlowsWorkload& made, const Counted& counted) {
    report_.workloads.push_back(fmt::format(
        "flows, {}: {} flows of {} steps, {} KB of text; {} users, {} records; of {} steps asked about {} may be "
        "done, {} escalate",
        made.rules == FlowRules::Guide ? "as the guide says" : "bounded by the owner", made.flows.size(),
        made.flows[0].steps.size(), made.text.size() / 1000, made.world.users.size(), made.world.records.size(),
        counted.asked, counted.allowed, counted.escalate));
  }

  size_t rounds() const { return sizes_.quick ? 9 : 31; }
  void add(std::string name, const Paired& times, std::optional<double> bar) {
    report_.rows.push_back({std::move(name), times.ours, "ns", kHandwritten, times.theirs, times.ratio, bar});
  }

  std::vector<WhoCall> calls_of(const LoadedFlows& loaded) {
    std::vector<WhoCall> calls;
    const policy::World& world = loaded.world.world();
    for (const Trigger& t : flow_triggers(loaded.made, 4, sizes_.seed + 2)) {
      const policy::StepEntry& step = world.tables.flows[t.flow].steps[t.step];
      if (step.run_as == nullptr) {
        failure_ = "flows: a step without code: " + place_of(t);
        return {};
      }
      calls.push_back({.code = step.run_as,
                       .named = as_principal(world.organization.find_user(step.named_user)),
                       .triggering = as_principal(t.user),
                       .record_owner = loaded.made.world.records[t.record].owner,
                       .by_hand = &loaded.hand.step(t),
                       .question = {.user = t.user, .record = t.record, .right = step.right}});
    }
    return calls;
  }

  // Who alone; and then the check, of the steps that ask about the row that set the flow off.
  void who_and_check(const LoadedFlows& loaded) {
    std::vector<WhoCall> calls = calls_of(loaded);
    for (const WhoCall& call : calls) {
      if (call.ours() != call.theirs()) failure_ = "flows: compiled and hand-written code name different users";
    }
    if (failure_) return;
    const size_t turns = sizes_.quick ? 20 : 60;
    auto ours = [](const WhoCall& call) { return call.ours(); };
    auto theirs = [](const WhoCall& call) { return call.theirs(); };
    add("who a step runs as: flows",
        time_paired(
            rounds(), [&] { return time_calls(calls, turns, ours); }, [&] { return time_calls(calls, turns, theirs); }),
        kTimeBar);
    std::erase_if(calls, [](const WhoCall& call) {
      return POLICY_PRINCIPAL_KIND(call.theirs()) != POLICY_USER || call.question.right == POLICY_RIGHT_create;
    });
    auto check = [&](const WhoCall& call) { return loaded.world.check(asked_of(call.ours(), call.question)); };
    auto check_by_hand = [&](const WhoCall& call) {
      const HandCall found = loaded.hand_world.call(asked_of(call.theirs(), call.question));
      return check_plain(*found.user, *found.reach, *found.record, found.right);
    };
    for (const WhoCall& call : calls) {
      if (check(call) != check_by_hand(call)) failure_ = "flows: compiled and hand-written checks disagree";
    }
    add("who a step runs as, and the check: flows",
        time_paired(
            rounds(), [&] { return time_calls(calls, turns, check); },
            [&] { return time_calls(calls, turns, check_by_hand); }),
        kTimeBar);
  }

  static Question asked_of(policy_principal user, Question question) {
    question.user = POLICY_PRINCIPAL_INDEX(user);
    return question;
  }

  // Ours gives reasons as well, which theirs does not: no bar.
  void whole(const LoadedFlows& loaded, const std::string& name) {
    const std::vector<Trigger> triggers = flow_triggers(loaded.made, 4, sizes_.seed + 3);
    const size_t turns = sizes_.quick ? 2 : 10;
    auto ours = [&](const Trigger& t) { return loaded.run(t).answer.allowed; };
    auto theirs = [&](const Trigger& t) { return loaded.hand.run(t).allowed; };
    add("a step's whole answer, with reasons: " + name,
        time_paired(
            rounds(), [&] { return time_calls(triggers, turns, ours); },
            [&] { return time_calls(triggers, turns, theirs); }),
        std::nullopt);
  }

  const FlowSizes sizes_;
  Report& report_;
  std::optional<std::string> failure_;
};

}  // namespace

std::optional<std::string> measure_flows(const FlowSizes& sizes, Report& report) {
  return Measuring(sizes, report).run();
}

}  // namespace policyc::bench
