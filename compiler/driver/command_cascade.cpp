// policyc cascade: what an operation would change, row by row, and through which relationship. Changes nothing.
#include "compiler/driver/answer_json.h"
#include "compiler/driver/asked_world.h"
#include "compiler/driver/command_line_names.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/explain.h"
#include "compiler/driver/operation_phrase.h"
#include "compiler/reference/perform.h"

namespace policyc {

namespace {

class CascadeCommand {
 public:
  CascadeCommand(const CascadeOptions& options, Console& console, AskedWorld& world)
      : options_(options), console_(console), world_(world), names_(world.policy(), world.facts) {}

  ExitCode run() {
    UserId caller, user;
    if (!options_.user.empty()) {
      Result<UserId> found = names_.user(options_.user);
      if (!found) return refuse(found.error());
      caller = user = *found;
    }
    if (!options_.on_behalf_of.empty()) {
      Result<UserId> found = names_.user(options_.on_behalf_of);
      if (!found) return refuse(found.error());
      user = *found;
    }
    OperationPhrase phrase = read_operation_phrase(world_.policy(), world_.facts, options_.phrase, user);
    if (!phrase.operation) {
      console_.complain(phrase.mistake);
      return phrase.wrong_use ? kWrongUse : kInputWrong;
    }
    Operation operation = std::move(*phrase.operation);
    if (user != caller) operation.impersonator = caller;
    store_new_row(operation);
    Outcome outcome;
    if (ExitCode code = ask(operation, outcome); code != kFine) return code;
    show(operation, outcome);
    return kFine;
  }

 private:
  ExitCode refuse(const std::string& message) {
    console_.complain(message);
    return kInputWrong;
  }

  // A row to create stands among the facts as one that does not exist yet, so that effects can name it.
  void store_new_row(Operation& operation) {
    if (!operation.proposed) return;
    Record record = std::move(*operation.proposed);
    operation.proposed.reset();
    record.name = "new";
    record.exists = false;
    operation.record = world_.facts.records.add(std::move(record));
  }

  // Rights that nobody is asked about are not in the program: the reference carries it out alone.
  ExitCode ask(const Operation& operation, Outcome& outcome) {
    if (!operation.user) {
      outcome = perform_unasked(world_.policy(), world_.facts, operation);
    } else if (options_.engine == "reference") {
      outcome = perform(world_.policy(), world_.facts, operation);
    } else {
      return ask_native(world_, console_, [&](const NativeWorld& world) { outcome = world.perform(operation); });
    }
    return kFine;
  }

  void show(const Operation& operation, const Outcome& outcome) {
    const Policy& policy = world_.policy();
    const Facts& facts = world_.facts;
    std::vector<EffectText> effects = effects_in_words(policy, facts, operation, outcome.effects);
    if (options_.format == "json") return show_json(operation, outcome, effects);
    const Answer& answer = outcome.answer;
    if (operation.user || !answer.allowed) {
      console_.out << console_.paint(answer.allowed ? Style::Good : Style::Bad, verdict(answer)) << '\n';
    }
    if (!answer.allowed) console_.line("  " + missing_piece(policy, facts, operation, answer));
    for (const EffectText& effect : effects) console_.line(effect.line());
    if (answer.allowed) {
      for (const std::string& line : rights_without_effect(policy, facts, operation)) console_.line(line);
    }
    console_.out << console_.paint(Style::Bold, effects_summary(effects)) << '\n';
  }

  void show_json(const Operation& operation, const Outcome& outcome, const std::vector<EffectText>& effects) {
    const Policy& policy = world_.policy();
    const Facts& facts = world_.facts;
    nlohmann::ordered_json json;
    json["answer"] = to_json(policy, world_.sources(), facts, outcome.answer);
    json["rights_asked"] = operation.user.is_some();
    std::string missing = missing_piece(policy, facts, operation, outcome.answer);
    if (!missing.empty()) json["missing"] = missing;
    json["effects"] = nlohmann::ordered_json::array();
    for (const EffectText& effect : effects) json["effects"].push_back(to_json(policy, facts, effect));
    std::vector<std::string> notes;
    if (outcome.answer.allowed) notes = rights_without_effect(policy, facts, operation);
    if (!notes.empty()) json["notes"] = notes;
    json["summary"] = effects_summary(effects);
    console_.out << json_text(json);
  }

  const CascadeOptions& options_;
  Console& console_;
  AskedWorld& world_;
  CommandLineNames names_;
};

}  // namespace

ExitCode run_cascade(const CascadeOptions& options, Console& console) {
  std::optional<AskedWorld> world = load_world(options.file, options.facts, console);
  return world ? CascadeCommand(options, console, *world).run() : kInputWrong;
}

}  // namespace policyc
