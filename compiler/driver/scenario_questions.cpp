// What a scenario asks, answered by both engines.
#include "compiler/driver/scenario_runner.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/perform.h"

namespace policyc {

NativeWorld& ScenarioRunner::native() {
  if (!native_) native_ = std::make_unique<NativeWorld>(engine_.program, engine_.ir, facts_);
  return *native_;
}

namespace {

// Every part of an answer, so that a difference shows.
class InFull {
 public:
  InFull(const Policy& policy, const Facts& facts) : policy_(policy), facts_(facts) {}

  std::string operator()(const Decision& decision) const {
    std::string text = verdict(decision);
    if (decision.held != Level::None || decision.needed != Level::None) {
      text += fmt::format(", held {}, needed {}", word(decision.held), word(decision.needed));
    }
    if (decision.role) text += fmt::format(", role `{}`", policy_.roles[decision.role].name);
    if (decision.grant) text += fmt::format(", grant {}", decision.grant.index);
    if (decision.through) text += fmt::format(", through `{}`", name_of(facts_, Principal{decision.through}));
    return text;
  }

  std::string operator()(const Answer& answer) const {
    std::string text = fmt::format("{} because {}", answer.allowed ? "allow" : "deny", word(answer.reason));
    if (!answer.party.is_nobody()) text += fmt::format(", party `{}`", name_of(facts_, answer.party));
    if (answer.right) text += fmt::format(", right {}", word(*answer.right));
    if (answer.table) text += fmt::format(", table `{}`", policy_.tables[answer.table].name);
    if (answer.record) text += fmt::format(", record `{}`", facts_.records[answer.record].name);
    if (answer.privilege) text += fmt::format(", privilege `{}`", policy_.privileges[answer.privilege].name);
    if (answer.column) text += fmt::format(", column {}", *answer.column);
    return text + fmt::format(" ({})", (*this)(answer.decision));
  }

  std::string operator()(const Effect& e) const {
    auto id = [](uint32_t value) { return static_cast<int64_t>(static_cast<int32_t>(value)); };
    return fmt::format(
        "{} record {} principal {:x} relationship {} team {} from {} owner {} before {} after {} "
        "through {} above {}",
        word(e.kind), id(e.record.index), e.principal.value, id(e.relationship.index), id(e.team.index),
        id(e.from.index), e.from_owner, id(e.before), id(e.after), id(e.through.index), id(e.above.index));
  }

  std::string operator()(const Outcome& outcome) const {
    std::string text = (*this)(outcome.answer);
    for (const Effect& effect : outcome.effects) text += "; " + (*this)(effect);
    return text + fmt::format("; hidden {:x}, unmasked {:x}", outcome.hidden_columns, outcome.unmasked_columns);
  }

  std::string operator()(const RunAsAnswer& answer) const {
    auto named = [&](UserId user) { return user ? facts_.users[user].name : std::string("nobody"); };
    return fmt::format("as {} by {}{}: {}", answer.system ? "system" : named(answer.user), named(answer.impersonator),
                       answer.escalates ? " escalating" : "", (*this)(answer.answer));
  }

  std::string operator()(const ColumnRights& rights) const {
    return fmt::format("secured {:x} read {:x} create {:x} update {:x} unmasked {:x} one {:x}", rights.secured,
                       rights.read, rights.create, rights.update, rights.read_unmasked, rights.read_one_unmasked);
  }

  std::string operator()(const SignIn& answer) const {
    return fmt::format("{} because {}, {}", answer.allowed ? "allow" : "deny", word(answer.reason), word(answer.mode));
  }

 private:
  const Policy& policy_;
  const Facts& facts_;
};

bool same(const Outcome& a, const Outcome& b) {
  return a.answer == b.answer && a.effects == b.effects && a.hidden_columns == b.hidden_columns &&
         a.unmasked_columns == b.unmasked_columns;
}
template <typename T>
bool same(const T& a, const T& b) {
  return a == b;
}

}  // namespace

template <typename T>
T ScenarioRunner::agreed(const T& reference, const T& native, Span asked_by) {
  if (same(reference, native)) return reference;
  InFull in_full(policy_, facts_);
  result_.diagnostics.report(DiagnosticKind::EnginesDisagree, asked_by, in_full(reference), in_full(native));
  return reference;
}

Decision ScenarioRunner::decide(UserId user, Right right, RecordId record, Span asked_by) {
  return agreed(evaluate(policy_, facts_, user, right, record), native().decide(user, right, record), asked_by);
}

Decision ScenarioRunner::decide(UserId user, Right right, const Record& record, Span asked_by) {
  return agreed(evaluate(policy_, facts_, user, right, record), native().decide(user, right, record), asked_by);
}

Outcome ScenarioRunner::perform_on_both(const Operation& operation, Span asked_by) {
  return agreed(perform(policy_, facts_, operation), native().perform(operation), asked_by);
}

ColumnRights ScenarioRunner::columns(UserId user, TableId table, RecordId record, Span asked_by) {
  return agreed(column_rights(policy_, facts_, user, table, record), native().column_rights(user, table, record),
                asked_by);
}

SignIn ScenarioRunner::signs_in(UserId user, Span asked_by) {
  return agreed(sign_in(policy_, facts_, user), native().sign_in(user), asked_by);
}

RunAsAnswer ScenarioRunner::run_step(FlowId flow, uint32_t step, Span asked_by) {
  const Trigger& trigger = triggers_.at(flow);
  return agreed(runs_as(policy_, facts_, flow, step, trigger.user, trigger.record, trigger.stored),
                native().runs_as(flow, step, trigger.user, trigger.record, trigger.stored), asked_by);
}

}  // namespace policyc
