#include "compiler/driver/answer_json.h"

#include <fmt/format.h>

#include "compiler/driver/explain.h"

namespace policyc {

namespace {

std::string row_name(const Policy& policy, const Facts& facts, RecordId id) {
  return fmt::format("{}/{}", policy.tables[facts.records[id].table].name, facts.records[id].name);
}

nlohmann::ordered_json principal_json(const Facts& facts, Principal principal) {
  if (principal == Principal::organization()) return "organization";
  std::string_view kind = principal.user() ? "user" : principal.team() ? "team" : "unit";
  return {{kind, name_of(facts, principal)}};
}

}  // namespace

nlohmann::ordered_json to_json(const Policy& policy, const SourceMap& sources, const Facts& facts,
                               const Decision& decision) {
  nlohmann::ordered_json json = {{"allowed", decision.allowed}, {"reason", word(decision.reason)}};
  if (decision.reason == Reason::Level) {
    json["held"] = word(decision.held);
    json["needed"] = word(decision.needed);
  }
  if (decision.role) json["role"] = policy.roles[decision.role].name;
  if (decision.through) json["through"] = name_of(facts, Principal{decision.through});
  if (decision.grant) {
    const Grant& grant = policy.grants[decision.grant];
    json["grant"] = {{"table", policy.tables[grant.table].name},
                     {"right", word(grant.right)},
                     {"level", word(grant.level)},
                     {"role", policy.roles[grant.role].name},
                     {"place", place_of(sources, grant.span)}};
  }
  return json;
}

nlohmann::ordered_json to_json(const Policy& policy, const SourceMap& sources, const Facts& facts,
                               const Answer& answer) {
  nlohmann::ordered_json json = {{"allowed", answer.allowed}, {"reason", word(answer.reason)}};
  if (!answer.party.is_nobody()) json["party"] = principal_json(facts, answer.party);
  if (answer.right) json["right"] = word(*answer.right);
  if (answer.table) json["table"] = policy.tables[answer.table].name;
  if (facts.records.contains(answer.record)) json["row"] = row_name(policy, facts, answer.record);
  if (answer.privilege) json["privilege"] = policy.privileges[answer.privilege].name;
  if (answer.table && answer.column) json["column"] = policy.tables[answer.table].attributes[*answer.column].name;
  if (answer.decision != Decision{}) json["decision"] = to_json(policy, sources, facts, answer.decision);
  return json;
}

nlohmann::ordered_json to_json(const Policy& policy, const Facts& facts, const EffectText& text) {
  const Effect& effect = text.effect;
  nlohmann::ordered_json json = {{"effect", word(effect.kind)}};
  if (effect.record) json["row"] = row_name(policy, facts, effect.record);
  if (effect.team) json["team"] = facts.teams[effect.team].name;
  if (!effect.principal.is_nobody()) json["principal"] = principal_json(facts, effect.principal);
  if (effect.relationship) json["relationship"] = policy.relationships[effect.relationship].name;
  if (effect.from) json["from"] = row_name(policy, facts, effect.from);
  if (effect.kind == Effect::Kind::Inherited) json["from_owner"] = effect.from_owner;
  if (!text.before.empty()) json["before"] = text.before;
  if (!text.after.empty()) json["after"] = text.after;
  if (effect.through) {
    json["action"] = text.action;
    json["through"] = text.through;
    json["above"] = text.above;
  }
  json["text"] = text.line();
  return json;
}

std::vector<std::string> column_names(const Table& table, uint64_t bits) {
  std::vector<std::string> names;
  std::vector<uint32_t> secured = secured_attributes(table);
  for (size_t k = 0; k < secured.size(); ++k) {
    if (bits >> k & 1) names.push_back(table.attributes[secured[k]].name);
  }
  return names;
}

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace policyc
