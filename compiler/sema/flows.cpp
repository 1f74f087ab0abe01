// Flows: what sets them off, and in whose name each step acts.
#include "compiler/sema/checking.h"

namespace policyc {

namespace {

class FlowChecker {
 public:
  explicit FlowChecker(Checking& checking) : c_(checking) {}

  void check(const ast::Flow& text) {
    Flow flow;
    flow.name = text.name.text;
    flow.title = text.title;
    flow.events = check_events(text);
    flow.table = c_.resolve(c_.tables, text.table, "table");
    flow.owner = text.owner.text;
    flow.trigger_connection = text.trigger_connection.text;
    flow.span = text.name.span;
    check_parts(text);
    flow.run_as = check_run_as(text);
    NameTable<Id<struct StepTag>> names;
    for (const ast::FlowStep& step : text.steps) {
      c_.declare(names, step.name, Id<struct StepTag>{0}, "step");
      flow.steps.push_back(check_step(step));
    }
    check_invokers(text, flow);
    FlowId id = c_.policy.flows.add(std::move(flow));
    c_.declare(c_.flows, text.name, id, "flow");
  }

 private:
  RightSet check_events(const ast::Flow& text) {
    const std::vector<std::string_view> words = {"create", "update", "delete"};
    RightSet events = 0;
    for (const ast::Name& name : text.events) {
      if (name.missing()) continue;
      Right right = name.text == "create" ? Right::Create : name.text == "update" ? Right::Write : Right::Delete;
      if (name.text != "create" && name.text != "update" && name.text != "delete") {
        auto report = c_.diagnostics.report(DiagnosticKind::UnknownFlowEvent, name.span, name.text);
        std::string help = name.text == "write" ? "the event is called `update`" : c_.suggest(name.text, words);
        if (!help.empty()) report.help(help);
        report.note("events: " + any_of(words));
        continue;
      }
      if (has(events, right)) {
        c_.diagnostics.report(DiagnosticKind::RepeatedBlock, name.span, fmt::format("event `{}`", name.text));
      }
      events |= bit(right);
    }
    return events;
  }

  void check_parts(const ast::Flow& text) {
    if (text.name.missing() || c_.damaged) return;
    auto report = [&](std::string_view part, std::string_view example) {
      c_.diagnostics.report(DiagnosticKind::FlowWithoutPart, text.name.span, text.name.text, part)
          .help(std::string(example));
    };
    if (text.owner.missing()) report("owner", "`owner NAME`: the user whose flow it is");
    if (text.trigger_connection.missing()) {
      report("trigger", "`trigger via NAME`: the user whose connection is on the trigger");
    }
    if (text.steps.empty()) report("step", "`write_log: create log_entry as invoker`");
  }

  RunAs check_run_as(const ast::Flow& text) {
    if (text.run_as.missing()) return RunAs::LeftOut;
    std::vector<std::string_view> words;
    for (RunAs known : {RunAs::TriggeringUser, RunAs::RecordOwner, RunAs::ProcessOwner}) {
      if (text.run_as.text == word(known)) return known;
      words.push_back(word(known));
    }
    c_.report_unknown(DiagnosticKind::UnknownRunAs, text.run_as, words, text.run_as.text)
        .note("run as takes " + any_of(words));
    return RunAs::LeftOut;
  }

  FlowStep check_step(const ast::FlowStep& text) {
    FlowStep step;
    step.name = text.name.text;
    step.table = c_.resolve(c_.tables, text.table, "table");
    std::optional<Right> right = check_right(c_, text.right);
    if (right && step.table) check_right_taken(c_, step.table, *right, text.right.span);
    step.right = right.value_or(Right::Create);
    step.as_invoker = text.as_invoker;
    step.connection = text.connection.text;
    step.span = text.name.span;
    if (!text.as_invoker && text.connection.missing() && !text.name.missing() && !c_.damaged) {
      c_.diagnostics.report(DiagnosticKind::StepWithoutIdentity, text.name.span, text.name.text)
          .note("a step acts in the invoker's name, or through the connection that it keeps");
    }
    return step;
  }

  void check_invokers(const ast::Flow& text, const Flow& flow) {
    const FlowStep* invoker = nullptr;
    for (const FlowStep& step : flow.steps) {
      if (step.as_invoker && !invoker) invoker = &step;
    }
    if (!text.run_as.missing() && !invoker && !flow.steps.empty() && !c_.damaged) {
      c_.diagnostics.report(DiagnosticKind::RunAsWithoutInvoker, text.run_as.span, flow.name)
          .help("a step that acts for the run-as user is written `as invoker`");
    }
    if (text.run_as.missing() && invoker && !c_.damaged) warn_of_left_out(flow, *invoker);
    if (flow.run_as == RunAs::RecordOwner && c_.ownership_known(flow.table)) check_record_owner(text, flow);
  }

  void warn_of_left_out(const Flow& flow, const FlowStep& step) {
    bool by_owner = c_.policy.settings.word(Switch::run_as_left_out) == "flow_owner";
    std::string who = by_owner ? fmt::format("the flow's owner, `{}`", flow.owner) : "the user who sets the flow off";
    c_.diagnostics.report(DiagnosticKind::RunAsLeftOut, step.span, step.name)
        .label(flow.span, "no `run as` in this flow")
        .note(fmt::format("it runs as {} (`run_as_left_out: {}`)", who,
                          c_.policy.settings.word(Switch::run_as_left_out)));
  }

  void check_record_owner(const ast::Flow& text, const Flow& flow) {
    const Table& table = c_.policy.tables[flow.table];
    if (table.ownership == Ownership::User) return;
    c_.diagnostics.report(DiagnosticKind::RecordOwnerWithoutOwner, text.run_as.span, owned(table.ownership), table.name)
        .label(table.span, table.ownership == Ownership::Organization
                               ? fmt::format("rows of `{}` have no owner", table.name)
                               : fmt::format("rows of `{}` belong to business units", table.name));
  }

  Checking& c_;
};

}  // namespace

void check_flows(Checking& checking) {
  FlowChecker checker(checking);
  for_each<ast::Flow>(checking.modules, [&](const ast::Flow& text) { checker.check(text); });
}

}  // namespace policyc
