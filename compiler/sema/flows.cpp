// Flows and plug-ins: what sets them off, and in whose name each step acts.
#include "compiler/sema/checking.h"

namespace policyc {

namespace {

class FlowChecker {
 public:
  explicit FlowChecker(Checking& checking) : c_(checking) {}

  void check(const ast::Flow& text) {
    Flow flow;
    flow.is_plugin = text.is_plugin;
    flow.name = text.name.text;
    flow.title = text.title;
    flow.events = check_events(text);
    flow.table = c_.resolve(c_.tables, text.table, "table");
    flow.owner = text.owner.text;
    flow.trigger_connection = text.trigger_connection.text;
    flow.span = text.name.span;
    check_parts(text);
    check_run_as(text, flow);
    NameTable<Id<struct StepTag>> names;
    for (const ast::FlowStep& step : text.steps) {
      c_.declare(names, step.name, Id<struct StepTag>{0}, "step");
      flow.steps.push_back(check_step(text, step));
    }
    check_invokers(text, flow);
    FlowId id = c_.policy.flows.add(std::move(flow));
    c_.declare(c_.flows, text.name, id, text.is_plugin ? "plug-in" : "flow");
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

  static std::string_view kind_of(const ast::Flow& text) { return text.is_plugin ? "plug-in" : "flow"; }

  Diagnostics::Report report_part(const ast::Flow& text, std::string_view part, Span span) {
    return c_.diagnostics.report(DiagnosticKind::FlowPartNotTaken, span, part, kind_of(text), text.name.text);
  }

  void check_parts(const ast::Flow& text) {
    if (text.is_plugin) {
      constexpr std::string_view kNote = "a plug-in is code in the server: it has neither owner nor connections";
      if (!text.owner.missing()) report_part(text, "owner", text.owner.span).note(std::string(kNote));
      if (text.trigger_span.is_known()) report_part(text, "trigger", text.trigger_span).note(std::string(kNote));
    } else if (text.run_as_alone) {
      report_part(text, "run as", text.run_as.span)
          .help(fmt::format("it stands behind the trigger: `trigger via NAME run as {}`", text.run_as.text));
    }
    if (text.name.missing() || c_.damaged) return;
    auto report = [&](std::string_view part, std::string_view example) {
      c_.diagnostics.report(DiagnosticKind::FlowWithoutPart, text.name.span, kind_of(text), text.name.text, part)
          .help(std::string(example));
    };
    if (!text.is_plugin && text.owner.missing()) report("owner", "`owner NAME`: the user whose flow it is");
    if (!text.is_plugin && text.trigger_connection.missing()) {
      report("trigger", "`trigger via NAME`: the user whose connection is on the trigger");
    }
    if (text.steps.empty()) report("step", "`write_log: create log_entry as invoker`");
  }

  void check_run_as(const ast::Flow& text, Flow& flow) {
    if (text.run_as.missing()) return;
    if (text.is_plugin) {
      flow.run_as = RunAs::NamedUser;
      flow.run_as_user = text.run_as.text;
      return;
    }
    std::vector<std::string_view> words;
    for (RunAs known : {RunAs::TriggeringUser, RunAs::RecordOwner, RunAs::ProcessOwner}) {
      if (text.run_as.text == word(known)) flow.run_as = known;
      words.push_back(word(known));
    }
    if (flow.run_as != RunAs::LeftOut || text.run_as_alone) return;
    c_.report_unknown(DiagnosticKind::UnknownRunAs, text.run_as, words, text.run_as.text)
        .note("run as takes " + any_of(words));
  }

  FlowStep check_step(const ast::Flow& flow, const ast::FlowStep& text) {
    FlowStep step;
    step.name = text.name.text;
    step.table = c_.resolve(c_.tables, text.table, "table");
    std::optional<Right> right = check_right(c_, text.right);
    if (right && step.table) check_right_taken(c_, step.table, *right, text.right.span);
    step.right = right.value_or(Right::Create);
    step.identity = check_identity(flow, text);
    step.connection = text.connection.text;
    step.elevated = text.elevated;
    step.span = text.name.span;
    return step;
  }

  StepIdentity check_identity(const ast::Flow& flow, const ast::FlowStep& text) {
    if (!text.connection.missing()) {
      if (flow.is_plugin) {
        report_part(flow, "via", text.connection.span).help("`as invoker`, `as initiating_user` or `as system`");
      }
      return StepIdentity::Connection;
    }
    if (text.identity.missing()) {
      report_without_identity(flow, text);
      return StepIdentity::InitiatingUser;  // of which nothing more is said
    }
    return check_identity_word(flow, text.identity);
  }

  StepIdentity check_identity_word(const ast::Flow& flow, const ast::Name& name) {
    constexpr std::pair<std::string_view, StepIdentity> kWords[] = {{"invoker", StepIdentity::Invoker},
                                                                    {"initiating_user", StepIdentity::InitiatingUser},
                                                                    {"system", StepIdentity::System}};
    std::vector<std::string_view> legal;
    for (const auto& [word, identity] : kWords) {
      bool taken = flow.is_plugin || identity == StepIdentity::Invoker;
      if (taken) legal.push_back(word);
      if (name.text != word) continue;
      if (!taken) {
        report_part(flow, "as " + name.text, name.span)
            .help("a step of a flow acts `as invoker`, or `via` the user whose connection it keeps");
        return StepIdentity::InitiatingUser;
      }
      return identity;
    }
    auto report = c_.report_unknown(DiagnosticKind::UnknownIdentity, name, legal, name.text);
    report.note("a step acts as " + any_of(legal));
    if (!flow.is_plugin) report.help("a step that keeps its own connection says `via CONNECTION`");
    return StepIdentity::InitiatingUser;
  }

  void report_without_identity(const ast::Flow& flow, const ast::FlowStep& text) {
    if (text.name.missing() || c_.damaged) return;
    std::string_view words =
        flow.is_plugin ? "`as invoker` nor `as initiating_user` nor `as system`" : "`as invoker` nor `via CONNECTION`";
    c_.diagnostics.report(DiagnosticKind::StepWithoutIdentity, text.name.span, text.name.text, words)
        .note(flow.is_plugin ? "a step acts for somebody, or as the system, which nobody's rights bound"
                             : "a step acts in the invoker's name, or through the connection that it keeps");
  }

  void check_invokers(const ast::Flow& text, const Flow& flow) {
    const FlowStep* invoker = nullptr;
    bool all_known = true;  // who is said to be the initiating user in a flow was a mistake
    for (const FlowStep& step : flow.steps) {
      if (step.identity == StepIdentity::Invoker && !invoker) invoker = &step;
      all_known = all_known && (flow.is_plugin || step.identity != StepIdentity::InitiatingUser);
    }
    if (!text.run_as.missing() && !invoker && all_known && !flow.steps.empty() && !c_.damaged) {
      c_.diagnostics.report(DiagnosticKind::RunAsWithoutInvoker, text.run_as.span, flow.name)
          .help("a step that acts for the run-as user is written `as invoker`");
    }
    bool left_out = text.run_as.missing() && !text.is_plugin;
    if (left_out && invoker && !c_.damaged) warn_of_left_out(flow, *invoker);
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
