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
  Decision decide_share(UserId user, RecordId record, RightSet given, Span asked_by);
  // Also names the new owner's lack: the caller needs the rights of `assign_needs`, the new owner read on the table.
  Decision decide_assign(UserId user, RecordId record, Principal new_owner, Span asked_by);
  bool holds_read(Principal principal, const Record& record, Span asked_by);
  Decision agreed(const Decision& reference, const Decision& native, Span asked_by);
  NativeWorld& native();

  // Expectations: scenarios.cpp. Each compares and reports.
  void expect(const CanExpectation& expectation);
  void expect(const PrivilegeExpectation& expectation);
  void expect(const WhoExpectation& expectation);
  void expect(const ListExpectation& expectation);
  void expect(const RunsAsExpectation& expectation);
  Decision answer(const CanExpectation& expectation);
  std::vector<std::string> words(UserId user, Right right, const Record& record, const Decision& decision) const;
  template <typename Id, typename Store, typename Ask>
  void compare_sets(const std::vector<Id>& expected, const std::vector<Id>& found, const Store& store,
                    std::string_view none, Span span, Ask explain_difference);

  // Events: scenario_events.cpp. False where the event is refused (and reported); the scenario ends there.
  bool happen(const Event& event);
  bool can_act(const Event& event);
  bool change_roles(const Event& event);
  bool change_membership(const Event& event);
  bool move_user(const Event& event);
  bool share(const Event& event);
  bool revoke(const Event& event);
  bool assign(const Event& event);
  bool create(const Event& event);
  bool update(const Event& event);
  bool remove(const Event& event);
  void give_record(Record& record, Principal new_owner);
  void add_share(RecordId record, Principal principal, RightSet rights);
  bool links_allowed(const Event& event, const Record& record);
  bool refuse(const Event& event, const std::string& why);
  bool refuse(const Event& event, UserId user, Right right, const Record& record, const Decision& decision);
  // Whether the action would reach rows below, which scenarios do not carry out; reported where it would.
  bool cascades(const Event& event, Action action);
  bool has_child_with(RecordId parent, Action action, Behaviour behaviour) const;
  void trigger(const Event& event, Right event_right);
  void facts_changed() { native_.reset(); }

  bool exists(RecordId record) const { return exists_[record.index]; }
  const std::string& name(UserId user) const { return facts_.users[user].name; }
  const std::string& name(RecordId record) const { return facts_.records[record].name; }

  struct Trigger {
    UserId user;
    Record record;  // as it was then
  };

  const Policy& policy_;
  const SourceMap& sources_;
  const Engine& engine_;
  const Scenario& scenario_;
  Facts facts_;
  std::vector<bool> exists_;
  std::map<FlowId, Trigger> triggers_;  // the last one of each flow
  std::unique_ptr<NativeWorld> native_;
  ScenarioResult result_;
};

}  // namespace policyc
