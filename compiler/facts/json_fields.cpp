#include "compiler/facts/json_fields.h"

namespace policyc {

std::string describe(JsonKinds kinds) {
  std::string text;
  JsonKinds rest = kinds;
  if ((rest & kJsonBoolean) == kJsonBoolean) rest &= ~json_bit(JsonKind::False);  // both are "true or false"
  for (unsigned i = 0; i <= static_cast<unsigned>(JsonKind::Null); ++i) {
    if ((rest >> i & 1) == 0) continue;
    if (!text.empty()) text += " or ";
    text += describe(static_cast<JsonKind>(i));
  }
  return text;
}

bool expect_kind(JsonValue value, std::string_view name, JsonKinds kinds, Diagnostics& diagnostics) {
  if (kinds & json_bit(value.kind())) return true;
  diagnostics.report(DiagnosticKind::FactsType, value.span(), name, describe(value.kind()), describe(kinds));
  return false;
}

std::optional<JsonFields> read_fields(JsonValue value, std::string_view what, std::span<const KeyRule> keys,
                                      Diagnostics& diagnostics) {
  if (!expect_kind(value, what, kJsonObject, diagnostics)) return std::nullopt;
  JsonFields fields;
  std::vector<bool> seen(keys.size());
  for (const auto& [key, member] : value.members()) {
    std::string name = key.text();
    size_t i = 0;
    while (i < keys.size() && keys[i].name != name) ++i;
    if (i == keys.size()) {
      std::vector<std::string_view> known;
      for (const KeyRule& rule : keys) known.push_back(rule.name);
      auto report = diagnostics.report(DiagnosticKind::FactsUnknownKey, key.span(), name, what);
      if (std::string meant = did_you_mean(name, known); !meant.empty()) report.help(meant);
    } else if (seen[i]) {
      diagnostics.report(DiagnosticKind::FactsDuplicate, key.span(), "key", name);
    } else {
      seen[i] = true;
      if (expect_kind(member, name, keys[i].kinds, diagnostics)) {
        fields.values_.emplace_back(keys[i].name, member);
      } else {
        fields.mistyped_.push_back(keys[i].name);
      }
    }
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].required || seen[i]) continue;
    Span opening = value.span();
    opening.end = opening.begin + 1;
    diagnostics.report(DiagnosticKind::FactsMissingKey, opening, what, keys[i].name);
  }
  return fields;
}

}  // namespace policyc
