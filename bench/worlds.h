// A workload under compiled code: its policy compiled, its organization and rows in the runtime's world.
//
//   Result<Compiled> compiled = compile_workload(crm);
//   CompiledWorld world(*compiled, crm);
//   CompiledCall call = world.call({.user = 3, .record = 17, .right = POLICY_RIGHT_read});
//   bool may = call();                                     // everything looked up, as a host on the hot path has it
//   bool same = world.check({3, 17, POLICY_RIGHT_read});   // looked up now
#pragma once

#include <vector>

#include "bench/workloads.h"
#include "compiler/driver/compile.h"
#include "runtime/decide/decide.h"
#include "runtime/world/world.h"

namespace policyc::bench {

// With machine code for everything. Fails with the first diagnostic where the text is no policy.
Result<Engine> compile_workload(const std::string& name, const std::string& text);

struct CompiledCall {
  policy_check_function code = nullptr;  // every question of a workload is about a right that its table takes
  const policy_subject* subject = nullptr;
  const policy_reach* reaches = nullptr;
  const policy_record* record = nullptr;
  const policy_context* context = nullptr;

  bool operator()() const { return code(subject, reaches, record, context) != 0; }
};

class CompiledWorld {
 public:
  // Keeps references to the engine.
  CompiledWorld(const Engine& engine, const Workload& workload);

  // False where the policy's tables and roles are not the workload's, in its order.
  bool fits() const { return fits_; }
  CompiledCall call(const Question& question) const;
  bool check(const Question& question) const {
    return policy::check(world_.tables, views_[question.user], world_.records[question.record].table, question.right,
                         world_.records.header(question.record), world_.context);
  }
  const policy::World& world() const { return world_; }

 private:
  void add_people(const Workload& workload);
  void add_records(const Workload& workload);

  const DecisionIR& ir_;
  policy::World world_;
  bool fits_ = true;
  std::vector<policy_subject> views_;
};

}  // namespace policyc::bench
