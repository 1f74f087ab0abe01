// The workload `flows`: 500 flows and plug-ins of 6 steps, every case of run-as, over a small crm.
//
//   FlowsWorkload made = make_flows(FlowRules::Bounded, seed);
//   Result<Engine> engine = compile_workload("flows", made.text);
//   std::vector<Trigger> triggers = flow_triggers(made, 1'000, 7);   // which step, set off by whom, with which row
//
// Some flows name users that nobody knows, some users are disabled, one row in seven belongs to a team.
#pragma once

#include <string>
#include <vector>

#include "bench/workloads.h"

namespace policyc::bench {

// Guide: as the rule book says. Bounded: every switch that run-as has is set the other way, so that an invoker step in
// another name is impersonation by the flow's owner.
enum class FlowRules : uint8_t { Guide, Bounded };

enum class StepBy : uint8_t { Connection, Invoker, InitiatingUser, System };
enum class RunAsWord : uint8_t { LeftOut, TriggeringUser, RecordOwner, ProcessOwner, NamedUser };

struct PlannedStep {
  uint32_t right = POLICY_RIGHT_read;
  uint32_t table = 0;
  StepBy by = StepBy::Invoker;
  uint32_t connection = POLICY_NONE;  // as all that name users: an index; of no user where it is too large
};
struct PlannedFlow {
  bool is_plugin = false;
  uint32_t table = 0;
  RunAsWord run_as = RunAsWord::LeftOut;
  uint32_t owner = POLICY_NONE;
  uint32_t trigger_connection = POLICY_NONE;
  uint32_t run_as_user = POLICY_NONE;  // of NamedUser
  std::vector<PlannedStep> steps;
};

struct FlowsWorkload {
  Workload world;
  FlowRules rules = FlowRules::Guide;
  uint32_t delegate = 0;  // the role whose holders may act on behalf of others
  std::vector<PlannedFlow> flows;
  std::string text;
};
FlowsWorkload make_flows(FlowRules rules, uint64_t seed);

struct Trigger {
  uint32_t flow = 0;
  uint32_t step = 0;
  uint32_t user = 0;
  uint32_t record = 0;  // of the flow's table
};
// Every step of every flow in turn, for so many triggers of each flow.
std::vector<Trigger> flow_triggers(const FlowsWorkload& made, uint32_t of_each_flow, uint64_t seed);

}  // namespace policyc::bench
