// The inside of run_scenarios: the state of one scenario as it goes on.
#pragma once

#include <map>

#include "compiler/driver/explain.h"
#include "compiler/driver/native_world.h"
#include "compiler/driver/scenarios.h"

namespace policyc {

class ScenarioRunner {
 public:
  ScenarioRunner(const Policy& policy, const SourceMap& sources, const Engine& engine, const Scenario& scenario);
  ScenarioResult run();

 private:
  // Questions, each to both engines: scenario_questions.cpp
  Decision decide(UserId user, Right right, RecordId record, Span asked_by);
  Decision decide(UserId user, Right right, const Record& record, Span asked_by);
  Outcome perform_on_both(const Operation& operation, Span asked_by);
  ColumnRights columns(UserId user, TableId table, RecordId record, Span asked_by);
  RunAsAnswer run_step(FlowId flow, uint32_t step, Span asked_by);
  SignIn signs_in(UserId user, Span asked_by);
  template <typename T>
  T agreed(const T& reference, const T& native, Span asked_by);
  NativeWorld& native();

  // Expectations: scenarios.cpp. Each compares and reports.
  void expect(const CanExpectation& expectation);
  void expect(const ColumnExpectation& expectation);
  void expect(const MayExpectation& expectation);
  void expect(const SignInExpectation& expectation);
  void expect(const PrivilegeExpectation& expectation);
  void expect(const WhoExpectation& expectation);
  void expect(const ListExpectation& expectation);
  void expect(const RunsAsExpectation& expectation);
  void expect(const RunExpectation& expectation);
  bool is_triggered(FlowId flow, Span span);
  std::vector<std::string> words(UserId user, Right right, const Record& record, const Decision& decision) const;
  void note_answer(Diagnostics::Report& report, const Operation& operation, const Outcome& outcome) const;
  template <typename Id, typename Store, typename Ask>
  void compare_sets(const std::vector<Id>& expected, const std::vector<Id>& found, const Store& store,
                    std::string_view none, Span span, Ask explain_difference);

  // Events: scenario_events.cpp. False where the event is refused (and reported); the scenario ends there.
  bool happen(const Event& event);
  bool change_roles(const Event& event);
  bool change_profiles(const Event& event);
  bool change_membership(const Event& event);
  bool move_user(const Event& event);
  bool operate(const Event& event);
  bool can_start(const Event& event);
  bool share_column(const Event& event);
  void set_column_share(const ColumnShare& share, bool given);
  bool refuse(const Event& event, const std::string& why);
  bool refuse(const Event& event, const Outcome& outcome);
  void trigger(const Operation& operation);
  void facts_changed() { native_.reset(); }

  bool exists(RecordId record) const { return facts_.records[record].exists; }
  const std::string& name(UserId user) const { return facts_.users[user].name; }
  const std::string& name(RecordId record) const { return facts_.records[record].name; }

  struct Trigger {
    UserId user;
    Record record;  // as it was then
    RecordId stored;
  };

  const Policy& policy_;
  const SourceMap& sources_;
  const Engine& engine_;
  const Scenario& scenario_;
  Facts facts_;
  std::map<FlowId, Trigger> triggers_;  // the last one of each flow
  std::unique_ptr<NativeWorld> native_;
  ScenarioResult result_;
};

}  // namespace policyc
