// policyc run-as: in whose name a step of a flow acts, whether it may, and whether it escalates.
#include "compiler/driver/answer_json.h"
#include "compiler/driver/asked_world.h"
#include "compiler/driver/command_line_names.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/explain.h"
#include "compiler/reference/evaluate.h"

namespace policyc {

namespace {

class RunAsCommand {
 public:
  RunAsCommand(const RunAsOptions& options, Console& console, const AskedWorld& world)
      : options_(options), console_(console), world_(world) {}

  ExitCode run() {
    Result<FlowRun> found = read_run();
    if (!found) {
      console_.complain(found.error());
      return kInputWrong;
    }
    const Policy& policy = world_.policy();
    const Facts& facts = world_.facts;
    const Record& record = facts.records[found->record];
    RunAsAnswer answer =
        runs_as(policy, facts, found->flow, found->step, found->triggering_user, record, found->record);
    std::vector<std::string> lines;
    if (options_.explain) {
      lines = explain_run_as(policy, world_.sources(), facts, *found, answer, InheritedParts::FromLinks);
    }
    if (options_.format == "json") {
      show_json(*found, answer, lines);
    } else {
      show_text(*found, answer, lines);
    }
    return kFine;
  }

 private:
  Result<FlowRun> read_run() const {
    const Policy& policy = world_.policy();
    CommandLineNames names(policy, world_.facts);
    Result<FlowId> flow = names.flow(options_.flow);
    if (!flow) return Failure{flow.error()};
    Result<uint32_t> step = names.step(*flow, options_.step);
    if (!step) return Failure{step.error()};
    Result<UserId> user = names.user(options_.user);
    if (!user) return Failure{user.error()};
    TableId table = policy.flows[*flow].table;
    Result<RecordId> record = names.record(options_.on, {table});
    if (record) return FlowRun{*flow, *step, *user, *record};
    if (names.record(options_.on)) {
      return Failure{fmt::format("`{}` is of another table; rows of `{}` set off `{}`", options_.on,
                                 policy.tables[table].name, options_.flow)};
    }
    return Failure{record.error()};
  }

  std::string name(UserId user) const { return user ? world_.facts.users[user].name : "nobody"; }
  std::string who(const RunAsAnswer& answer) const { return answer.system ? "system" : name(answer.user); }

  std::string escalation(const FlowRun& run) const {
    return fmt::format("escalates: `{}` could not do it without the flow", name(run.triggering_user));
  }

  void show_text(const FlowRun& run, const RunAsAnswer& answer, const std::vector<std::string>& lines) {
    console_.line("runs as " + who(answer));
    console_.line(fmt::format("created_by {}, created_on_behalf_by {}", who(answer), name(answer.impersonator)));
    std::string text = lines.empty() ? verdict(answer.answer) : lines[0];
    console_.out << console_.paint(answer.answer.allowed ? Style::Good : Style::Bad, text) << '\n';
    if (lines.empty() && !answer.answer.allowed) {
      console_.line("  " + missing_piece(world_.policy(), world_.facts, run, answer));
    }
    for (size_t i = 1; i < lines.size(); ++i) console_.line("  " + lines[i]);
    if (answer.escalates) console_.out << console_.paint(Style::Bold, escalation(run)) << '\n';
  }

  void show_json(const FlowRun& run, const RunAsAnswer& answer, const std::vector<std::string>& lines) {
    auto or_null = [this](UserId user) { return user ? nlohmann::ordered_json(name(user)) : nlohmann::ordered_json(); };
    nlohmann::ordered_json json;
    json["runs_as"] = answer.system ? nlohmann::ordered_json("system") : or_null(answer.user);
    json["system"] = answer.system;
    json["created_by"] = json["runs_as"];
    json["created_on_behalf_by"] = or_null(answer.impersonator);
    json["answer"] = to_json(world_.policy(), world_.sources(), world_.facts, answer.answer);
    if (!answer.answer.allowed) json["missing"] = missing_piece(world_.policy(), world_.facts, run, answer);
    json["escalates"] = answer.escalates;
    if (!lines.empty()) json["explanation"] = lines;
    console_.out << json_text(json);
  }

  const RunAsOptions& options_;
  Console& console_;
  const AskedWorld& world_;
};

}  // namespace

ExitCode run_run_as(const RunAsOptions& options, Console& console) {
  std::optional<AskedWorld> world = load_world(options.file, options.facts, console);
  return world ? RunAsCommand(options, console, *world).run() : kInputWrong;
}

}  // namespace policyc
