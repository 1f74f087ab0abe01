#include "compiler/facts/facts_json.h"

#include "compiler/facts/facts_reader.h"

namespace policyc {

namespace {

constexpr KeyRule kFactsKeys[] = {
    {"units", kJsonList, true},         {"positions", kJsonList, false},     {"users", kJsonList, true},
    {"teams", kJsonList, false},        {"records", kJsonList, false},       {"shares", kJsonList, false},
    {"associations", kJsonList, false}, {"column_shares", kJsonList, false}, {"context", kJsonObject, false}};

std::vector<Value> all_null(const std::vector<Attribute>& attributes) {
  std::vector<Value> values;
  for (const Attribute& attribute : attributes) values.push_back(Value::null(attribute.type));
  return values;
}

// `today` is the day of `now` where the file says nothing else.
void derive_today(std::vector<Value>& context) {
  constexpr Int128 kMicrosecondsPerDay = Int128{86'400} * 1'000'000;
  const Value& now = context[0];
  if (now.is_null || !context[1].is_null) return;
  Int128 day = now.number / kMicrosecondsPerDay - (now.number % kMicrosecondsPerDay < 0 ? 1 : 0);
  context[1] = Value::of(ValueType::Date, day);
}

}  // namespace

FactsReader::FactsReader(const Policy& policy, Diagnostics& diagnostics) : policy_(policy), diagnostics_(diagnostics) {
  for (RoleId id : policy.roles.ids()) roles_.emplace(policy.roles[id].name, id);
  for (ProfileId id : policy.profiles.ids()) profiles_.emplace(policy.profiles[id].name, id);
  for (TableId id : policy.tables.ids()) tables_.emplace(policy.tables[id].name, id);
  lookups_.resize(policy.tables.size());
  for (RelationshipId id : policy.relationships.ids()) {
    const Relationship& relationship = policy.relationships[id];
    relationships_.emplace(relationship.name, id);
    if (!relationship.many_to_many) lookups_[relationship.child.index].push_back(id);
  }
}

Facts FactsReader::read(JsonValue root) {
  facts_.context = all_null(policy_.context_attributes);
  std::optional<JsonFields> fields = read_fields(root, "facts", kFactsKeys, diagnostics_);
  if (!fields) return {};
  if (const JsonValue* units = fields->find("units")) read_units(*units);
  if (const JsonValue* positions = fields->find("positions")) read_positions(*positions);
  if (const JsonValue* users = fields->find("users")) name_users(*users);
  if (const JsonValue* teams = fields->find("teams")) name_teams(*teams);
  if (const JsonValue* records = fields->find("records")) name_records(*records);
  check_parental_rings();
  if (const JsonValue* shares = fields->find("shares")) read_shares(*shares);
  if (const JsonValue* shares = fields->find("column_shares")) read_column_shares(*shares);
  if (const JsonValue* associations = fields->find("associations")) read_associations(*associations);
  if (const JsonValue* context = fields->find("context")) {
    read_attributes(*context, "context", policy_.context_attributes, facts_.context);
    derive_today(facts_.context);
  }
  return std::move(facts_);
}

FactsResult read_facts(const Policy& policy, const SourceMap& sources, SourceId source) {
  FactsResult result;
  std::optional<JsonTree> tree = parse_json(sources, source, result.diagnostics);
  if (!tree) return result;
  Facts facts = FactsReader(policy, result.diagnostics).read(tree->root());
  result.diagnostics.sort();
  if (!result.diagnostics.has_errors()) result.facts = std::move(facts);
  return result;
}

}  // namespace policyc
