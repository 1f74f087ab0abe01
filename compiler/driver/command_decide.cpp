// policyc decide: one question over an organization in a JSON file.
#include "compiler/driver/answer_json.h"
#include "compiler/driver/asked_world.h"
#include "compiler/driver/command_line_names.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/explain.h"
#include "compiler/driver/operation_phrase.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/perform.h"

namespace policyc {

namespace {

constexpr InheritedParts kParts = InheritedParts::FromLinks;

class DecideCommand {
 public:
  DecideCommand(const DecideOptions& options, Console& console, const AskedWorld& world)
      : options_(options), console_(console), world_(world), names_(world.policy(), world.facts) {}

  ExitCode run() {
    Result<UserId> user = names_.user(options_.user);
    if (!user) return refuse(user.error());
    if (options_.signs_in) return decide_sign_in(*user);
    if (!options_.may.empty()) return decide_operation(*user);
    if (!options_.privilege.empty()) return decide_privilege(*user);
    Result<Right> right = names_.right(options_.right);
    if (!right) return refuse(right.error());
    if (*right == Right::Create) return decide_create(*user);
    if (options_.owner.empty() && options_.unit.empty()) return decide_row(*user, *right);
    console_.complain("`--owner` and `--unit` describe a row to create; a stored row has its own");
    return kWrongUse;
  }

 private:
  const Policy& policy() const { return world_.policy(); }
  const Facts& facts() const { return world_.facts; }
  bool is_native() const { return options_.engine == "native"; }
  bool is_json() const { return options_.format == "json"; }

  ExitCode refuse(const std::string& message) {
    console_.complain(message);
    return kInputWrong;
  }

  // --- a right on a row

  ExitCode decide_row(UserId user, Right right) {
    Result<RecordId> record = names_.record(options_.on);
    if (!record) return refuse(record.error());
    Decision decision;
    Outcome read;
    Operation reading{.kind = OperationKind::Read, .user = user, .record = *record, .asks_sign_in = false};
    if (is_native()) {
      ExitCode code = ask_native(world_, console_, [&](const NativeWorld& world) {
        decision = world.decide(user, right, *record);
        if (right == Right::Read) read = world.perform(reading);
      });
      if (code != kFine) return code;
    } else {
      decision = evaluate(policy(), facts(), user, right, *record);
      if (right == Right::Read) read = perform(policy(), facts(), reading);
    }
    show({user, right, &facts().records[*record]}, decision, read);
    return kFine;
  }

  // The row as it would be: owned by the user and in the owner's unit where nothing else is said.
  ExitCode decide_create(UserId user) {
    Result<Record> proposed = names_.proposed_record(options_.on, options_.owner, options_.unit, user);
    if (!proposed) return refuse(proposed.error());
    Decision decision;
    if (is_native()) {
      ExitCode code = ask_native(
          world_, console_, [&](const NativeWorld& world) { decision = world.decide(user, Right::Create, *proposed); });
      if (code != kFine) return code;
    } else {
      decision = evaluate(policy(), facts(), user, Right::Create, *proposed);
    }
    show({user, Right::Create, &*proposed}, decision, {});
    return kFine;
  }

  // Of read also the columns: what is hidden, and what is shown without its mask.
  void show(const Question& question, const Decision& decision, const Outcome& read) {
    std::vector<std::string> lines;
    if (options_.explain) lines = explain(policy(), world_.sources(), facts(), question, decision, kParts);
    const Table& table = policy().tables[question.record->table];
    bool has_columns = question.right == Right::Read && !secured_attributes(table).empty();
    std::vector<std::string> hidden = column_names(table, read.hidden_columns);
    std::vector<std::string> unmasked = column_names(table, read.unmasked_columns);
    if (is_json()) {
      nlohmann::ordered_json json = to_json(policy(), world_.sources(), facts(), decision);
      if (has_columns) json["hidden_columns"] = hidden;
      if (has_columns) json["unmasked_columns"] = unmasked;
      return show_json(std::move(json), lines);
    }
    show_text(decision.allowed, verdict(decision), lines);
    if (!options_.explain || !has_columns) return;
    auto listed = [](const std::vector<std::string>& names) {
      return names.empty() ? std::string("none") : fmt::format("`{}`", fmt::join(names, "`, `"));
    };
    console_.line("  columns hidden: " + listed(hidden));
    console_.line("  columns unmasked: " + listed(unmasked));
  }

  // --- a whole operation

  ExitCode decide_operation(UserId caller) {
    UserId user = caller;
    if (!options_.on_behalf_of.empty()) {
      Result<UserId> other = names_.user(options_.on_behalf_of);
      if (!other) return refuse(other.error());
      user = *other;
    }
    OperationPhrase phrase = read_operation_phrase(policy(), facts(), options_.may, user);
    if (!phrase.operation) {
      console_.complain(phrase.mistake);
      return phrase.wrong_use ? kWrongUse : kInputWrong;
    }
    Operation& operation = *phrase.operation;
    if (user != caller) operation.impersonator = caller;
    Outcome outcome;
    if (is_native()) {
      ExitCode code =
          ask_native(world_, console_, [&](const NativeWorld& world) { outcome = world.perform(operation); });
      if (code != kFine) return code;
    } else {
      outcome = perform(policy(), facts(), operation);
    }
    const Answer& answer = outcome.answer;
    std::vector<std::string> lines;
    if (options_.explain) lines = explain_answer(policy(), world_.sources(), facts(), operation, answer, kParts);
    if (is_json()) {
      show_json(to_json(policy(), world_.sources(), facts(), answer), lines);
    } else {
      show_text(answer.allowed, verdict(answer), lines);
    }
    return kFine;
  }

  // --- people

  ExitCode decide_sign_in(UserId user) {
    SignIn answer;
    if (is_native()) {
      ExitCode code = ask_native(world_, console_, [&](const NativeWorld& world) { answer = world.sign_in(user); });
      if (code != kFine) return code;
    } else {
      answer = sign_in(policy(), facts(), user);
    }
    std::vector<std::string> lines;
    if (options_.explain) lines = explain_sign_in(policy(), world_.sources(), facts(), user, answer, kParts);
    if (is_json()) {
      show_json({{"allowed", answer.allowed}, {"reason", word(answer.reason)}, {"access_mode", word(answer.mode)}},
                lines);
      return kFine;
    }
    std::string text = answer.allowed ? std::string("allow") : fmt::format("deny because {}", word(answer.reason));
    show_text(answer.allowed, fmt::format("{}, access mode {}", text, word(answer.mode)), lines);
    return kFine;
  }

  ExitCode decide_privilege(UserId user) {
    Result<PrivilegeId> privilege = names_.privilege(options_.privilege);
    if (!privilege) return refuse(privilege.error());
    bool holds = false;
    if (is_native()) {
      ExitCode code = ask_native(world_, console_,
                                 [&](const NativeWorld& world) { holds = world.holds_privilege(user, *privilege); });
      if (code != kFine) return code;
    } else {
      holds = holds_privilege(policy(), facts(), user, *privilege);
    }
    if (is_json()) {
      show_json({{"allowed", holds}, {"privilege", options_.privilege}}, {});
    } else {
      show_text(holds, holds ? "allow because a role holds the privilege" : "deny because no role holds the privilege",
                {});
    }
    return kFine;
  }

  // --- what is printed

  // Explained, the first line is the verdict with its meaning.
  void show_text(bool allowed, const std::string& text, const std::vector<std::string>& lines) {
    console_.out << console_.paint(allowed ? Style::Good : Style::Bad, lines.empty() ? text : lines[0]) << '\n';
    for (size_t i = 1; i < lines.size(); ++i) console_.line("  " + lines[i]);
  }

  void show_json(nlohmann::ordered_json answer, const std::vector<std::string>& lines) {
    if (!lines.empty()) answer["explanation"] = lines;
    console_.out << json_text(answer);
  }

  const DecideOptions& options_;
  Console& console_;
  const AskedWorld& world_;
  CommandLineNames names_;
};

}  // namespace

ExitCode run_decide(const DecideOptions& options, Console& console) {
  std::optional<AskedWorld> world = load_world(options.file, options.facts, console);
  return world ? DecideCommand(options, console, *world).run() : kInputWrong;
}

}  // namespace policyc
