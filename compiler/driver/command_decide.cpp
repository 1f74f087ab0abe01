// policyc decide: one question over an organization in a JSON file.
#include <nlohmann/json.hpp>

#include "compiler/driver/command_line_names.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/explain.h"
#include "compiler/driver/files.h"
#include "compiler/driver/native_world.h"
#include "compiler/facts/facts_json.h"
#include "compiler/reference/evaluate.h"

namespace policyc {

namespace {

class DecideCommand {
 public:
  DecideCommand(const DecideOptions& options, Console& console) : options_(options), console_(console) {}

  ExitCode run() {
    if (!load()) return kInputWrong;
    CommandLineNames names(compiled_.policy.value(), *facts_);
    Result<UserId> user = names.user(options_.user);
    if (!user) return refuse(user.error());
    if (!options_.privilege.empty()) return decide_privilege(names, *user);
    Result<Right> right = names.right(options_.right);
    if (!right) return refuse(right.error());
    if (*right == Right::Create) return decide_create(names, *user);
    if (options_.owner.empty() && options_.unit.empty()) return decide_row(names, *user, *right);
    console_.complain("`--owner` and `--unit` describe a row to create; a stored row has its own");
    return kWrongUse;
  }

 private:
  ExitCode refuse(const std::string& message) {
    console_.complain(message);
    return kInputWrong;
  }

  bool load() {
    Result<Compilation> compiled = compile_file(options_.file);
    if (!compiled) return refuse(compiled.error()), false;
    compiled_ = std::move(*compiled);
    // Warnings are `check`'s to show: an answer is asked for here.
    if (!compiled_.policy) return console_.show(compiled_.diagnostics, compiled_.sources), false;
    Result<std::string> text = read_text_file(options_.facts);
    if (!text) return refuse(fmt::format("cannot read `{}`: {}", options_.facts, text.error())), false;
    SourceId source = compiled_.sources.add(options_.facts, std::move(*text));
    FactsResult read = read_facts(*compiled_.policy, compiled_.sources, source);
    console_.show(read.diagnostics, compiled_.sources);
    facts_ = std::move(read.facts);
    return facts_.has_value();
  }

  ExitCode decide_row(const CommandLineNames& names, UserId user, Right right) {
    Result<RecordId> record = names.record(options_.on);
    if (!record) return refuse(record.error());
    Decision decision;
    if (options_.engine == "reference") {
      decision = evaluate(*compiled_.policy, *facts_, user, right, *record);
    } else if (ExitCode code = ask([&](const NativeWorld& world) { decision = world.decide(user, right, *record); });
               code != kFine) {
      return code;
    }
    show({user, right, &facts_->records[*record]}, decision);
    return kFine;
  }

  // The row as it would be: owned by the user and in the owner's unit where nothing else is said.
  ExitCode decide_create(const CommandLineNames& names, UserId user) {
    Result<Record> proposed = names.proposed_record(options_.on, options_.owner, options_.unit, user);
    if (!proposed) return refuse(proposed.error());
    Decision decision;
    if (options_.engine == "reference") {
      decision = evaluate(*compiled_.policy, *facts_, user, Right::Create, *proposed);
    } else if (ExitCode code =
                   ask([&](const NativeWorld& world) { decision = world.decide(user, Right::Create, *proposed); });
               code != kFine) {
      return code;
    }
    show({user, Right::Create, &*proposed}, decision);
    return kFine;
  }

  ExitCode decide_privilege(const CommandLineNames& names, UserId user) {
    Result<PrivilegeId> privilege = names.privilege(options_.privilege);
    if (!privilege) return refuse(privilege.error());
    bool holds = false;
    if (options_.engine == "reference") {
      holds = holds_privilege(*compiled_.policy, *facts_, user, *privilege);
    } else if (ExitCode code = ask([&](const NativeWorld& world) { holds = world.holds_privilege(user, *privilege); });
               code != kFine) {
      return code;
    }
    if (options_.format == "json") {
      nlohmann::ordered_json answer = {{"allowed", holds}, {"privilege", options_.privilege}};
      console_.out << answer.dump(2) << '\n';
      return kFine;
    }
    std::string text = holds ? "allow because a role holds the privilege" : "deny because no role holds the privilege";
    console_.out << console_.paint(holds ? Style::Good : Style::Bad, text) << '\n';
    return kFine;
  }

  template <typename Ask>
  ExitCode ask(Ask question) {
    Result<Engine> engine = build_engine(*compiled_.policy, compiled_.sources);
    if (!engine) return refuse(engine.error());
    question(NativeWorld(engine->program, engine->ir, *facts_));
    return kFine;
  }

  void show(const Question& question, const Decision& decision) {
    std::vector<std::string> lines = explain(*compiled_.policy, compiled_.sources, *facts_, question, decision);
    if (options_.format == "json") return show_json(decision, lines);
    std::string text = verdict(decision) + (options_.explain ? fmt::format(": {}", meaning(decision.reason)) : "");
    console_.out << console_.paint(decision.allowed ? Style::Good : Style::Bad, text) << '\n';
    for (size_t i = 1; options_.explain && i < lines.size(); ++i) console_.out << "  " << lines[i] << '\n';
  }

  void show_json(const Decision& decision, const std::vector<std::string>& lines) {
    const Policy& policy = *compiled_.policy;
    nlohmann::ordered_json answer = {{"allowed", decision.allowed}, {"reason", word(decision.reason)}};
    if (decision.reason == Reason::Level) {
      answer["held"] = word(decision.held);
      answer["needed"] = word(decision.needed);
    }
    if (decision.role) answer["role"] = policy.roles[decision.role].name;
    if (decision.through) answer["through"] = name_of(*facts_, Principal{decision.through});
    if (decision.grant) {
      const Grant& grant = policy.grants[decision.grant];
      answer["grant"] = {{"table", policy.tables[grant.table].name},
                         {"right", word(grant.right)},
                         {"level", word(grant.level)},
                         {"role", policy.roles[grant.role].name},
                         {"place", place_of(compiled_.sources, grant.span)}};
    }
    if (options_.explain) answer["explanation"] = lines;
    console_.out << answer.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  }

  const DecideOptions& options_;
  Console& console_;
  Compilation compiled_;
  std::optional<Facts> facts_;
};

}  // namespace

ExitCode run_decide(const DecideOptions& options, Console& console) { return DecideCommand(options, console).run(); }

}  // namespace policyc
