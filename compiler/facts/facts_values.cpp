// Principals and attribute values of a facts file.
#include "compiler/facts/facts_reader.h"

namespace policyc {

namespace {

constexpr KeyRule kPrincipalKeys[] = {
    {"user", kJsonString, false}, {"team", kJsonString, false}, {"unit", kJsonString, false}};

// What JSON writes a value of this type as. Numbers may be strings, for writers whose numbers are not exact.
JsonKinds kinds_of(ValueType type) {
  switch (type) {
    case ValueType::Boolean:
      return kJsonBoolean | kJsonNull;
    case ValueType::Integer:
    case ValueType::Decimal:
    case ValueType::Money:
      return json_bit(JsonKind::Number) | kJsonString | kJsonNull;
    case ValueType::String:
    case ValueType::Date:
    case ValueType::DateTime:
    case ValueType::Choice:
      return kJsonString | kJsonNull;
  }
  return kJsonNull;
}

}  // namespace

// "sam", {"team": "crew"} or "organization".
Principal FactsReader::read_principal(JsonValue value, std::string_view what) {
  if (value.kind() == JsonKind::String) return principal_by_name(value, what);
  std::optional<JsonFields> fields = read_fields(value, what, kPrincipalKeys, diagnostics_);
  if (!fields) return {};
  if (value.members().size() != 1) {
    if (value.members().empty() || fields->find("user") || fields->find("team") || fields->find("unit")) {
      diagnostics_.report(DiagnosticKind::FactsRuleBroken, value.span(),
                          fmt::format("{} is one of `user`, `team` and `unit`", what));
    }
    return {};
  }
  auto look_up = [&](std::string_view key, const auto& names) -> Principal {
    const JsonValue* name = fields->find(key);
    if (!name) return {};
    if (auto found = names.find(name->text()); found != names.end()) return Principal::of(found->second);
    report_unknown(*name, key, names, name->text());
    return {};
  };
  if (fields->find("user")) return look_up("user", users_);
  if (fields->find("team")) return look_up("team", teams_);
  return look_up("unit", units_);
}

Principal FactsReader::principal_by_name(JsonValue value, std::string_view what) {
  std::string name = value.text();
  if (name == "organization") return Principal::organization();
  std::vector<std::pair<Principal, std::string_view>> found;
  if (auto user = users_.find(name); user != users_.end()) found.emplace_back(Principal::of(user->second), "user");
  if (auto team = teams_.find(name); team != teams_.end()) found.emplace_back(Principal::of(team->second), "team");
  if (auto unit = units_.find(name); unit != units_.end()) found.emplace_back(Principal::of(unit->second), "unit");
  if (found.size() == 1) return found[0].first;
  if (found.empty()) {
    Names<uint32_t> known;
    if (diagnostics_.size() < kSuggestedMistakes) {
      for (const auto& [user, id] : users_) known.emplace(user, 0);
      for (const auto& [team, id] : teams_) known.emplace(team, 0);
    }
    report_unknown(value, what, known, name);
    return {};
  }
  diagnostics_
      .report(DiagnosticKind::FactsRuleBroken, value.span(),
              fmt::format("`{}` is a {} and a {}", name, found[0].second, found[1].second))
      .help(fmt::format("write `{{\"{}\": \"{}\"}}` or `{{\"{}\": \"{}\"}}`", found[0].second, name, found[1].second,
                        name));
  return {};
}

void FactsReader::read_attributes(JsonValue object, std::string_view what, const std::vector<Attribute>& attributes,
                                  std::vector<Value>& values) {
  std::vector<bool> seen(attributes.size());
  for (const auto& [key, value] : object.members()) {
    std::string name = key.text();
    auto found = std::ranges::find(attributes, name, &Attribute::name);
    if (found == attributes.end()) {
      std::vector<std::string_view> known;
      for (const Attribute& attribute : attributes) known.push_back(attribute.name);
      auto report =
          diagnostics_.report(DiagnosticKind::FactsUnknown, key.span(), fmt::format("attribute of {}", what), name);
      if (std::string meant = did_you_mean(name, known); !meant.empty()) report.help(meant);
      continue;
    }
    size_t index = static_cast<size_t>(found - attributes.begin());
    if (seen[index]) {
      diagnostics_.report(DiagnosticKind::FactsDuplicate, key.span(), "key", name);
      continue;
    }
    seen[index] = true;
    if (std::optional<Value> read = read_value(value, *found)) values[index] = std::move(*read);
  }
}

std::optional<Value> FactsReader::read_value(JsonValue value, const Attribute& attribute) {
  if (!expect_kind(value, attribute.name, kinds_of(attribute.type), diagnostics_)) return std::nullopt;
  if (value.kind() == JsonKind::Null) return Value::null(attribute.type);
  std::string text = value.text();
  std::optional<Value> read = attribute_value_from_text(policy_, attribute, text);
  if (read) return read;
  auto report = diagnostics_.report(DiagnosticKind::FactsValue, value.span(), text,
                                    attribute.type == ValueType::Choice ? fmt::format("label of `{}`", attribute.name)
                                                                        : std::string(word(attribute.type)));
  if (attribute.type != ValueType::Choice) return std::nullopt;
  std::vector<std::string_view> labels;
  for (uint32_t label : attribute.choices) labels.push_back(policy_.choice_labels[label]);
  if (std::string meant = did_you_mean(text, labels); !meant.empty()) report.help(meant);
  return std::nullopt;
}

std::optional<Value> attribute_value_from_text(const Policy& policy, const Attribute& attribute,
                                               std::string_view text) {
  switch (attribute.type) {
    case ValueType::Boolean:
      if (text == "true" || text == "false") return Value::of(ValueType::Boolean, text == "true");
      return std::nullopt;
    case ValueType::Integer:
    case ValueType::Decimal:
    case ValueType::Money:
      return parse_number(text, attribute.type);
    case ValueType::Date:
      return parse_date(text);
    case ValueType::DateTime:
      return parse_datetime(text);
    case ValueType::String:
      return Value::string(std::string(text));
    case ValueType::Choice:
      for (uint32_t label : attribute.choices) {
        if (policy.choice_labels[label] == text) return Value::of(ValueType::Choice, label);
      }
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace policyc
