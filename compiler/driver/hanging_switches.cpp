#include "compiler/driver/hanging_switches.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "compiler/driver/explain.h"
#include "compiler/reference/inherit.h"

namespace policyc {

namespace {

std::string listed(const std::vector<std::string_view>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string text_of(const Policy& policy, SwitchKind kind, const SwitchValue& value) {
  std::vector<std::string_view> names;
  switch (kind) {
    case SwitchKind::Word:
      return std::string(value.word);
    case SwitchKind::Number:
      return std::to_string(value.number);
    case SwitchKind::Rights:
      for (Right right : kAllRights) {
        if (has(value.rights, right)) names.push_back(word(right));
      }
      return listed(names);
    case SwitchKind::Tables:
      for (TableId table : value.tables) names.push_back(policy.tables[table].name);
      return listed(names);
  }
  return {};
}

uint32_t number_of(std::string_view text) {
  uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Words: every other one. Numbers: the least and the greatest. Rights: what the rule books say. Tables: none, and the
// one that is asked about.
std::vector<SwitchValue> other_values(Switch which, const SwitchValue& now, TableId table) {
  std::vector<SwitchValue> others;
  switch (info(which).kind) {
    case SwitchKind::Word:
      for (std::string_view word : info(which).values) {
        if (word != now.word) others.push_back({.word = word});
      }
      break;
    case SwitchKind::Number:
      for (std::string_view text : info(which).values) {
        if (number_of(text) != now.number) others.push_back({.number = number_of(text)});
      }
      break;
    case SwitchKind::Rights:
      for (RuleBook rule_book : {RuleBook::Guide, RuleBook::Dataverse}) {
        const SwitchValue value = Settings(rule_book).value(which);
        if (value.rights != now.rights) others.push_back(value);
      }
      break;
    case SwitchKind::Tables:
      if (!now.tables.empty()) others.push_back({});
      if (table && std::ranges::find(now.tables, table) == now.tables.end()) others.push_back({.tables = {table}});
      break;
  }
  return others;
}

// What rows inherit through their links is made anew where a switch decides what they inherit.
bool shapes_inheritance(Switch which) {
  return which == Switch::on_link || which == Switch::new_child_inherits_shares || which == Switch::unit_as_principal;
}

struct Difference {
  std::string answer;
  std::string values;  // "same or any"
};

std::string line_of(const Policy& policy, const SourceMap& sources, Switch which, const Difference& difference) {
  const SwitchValue& value = policy.settings.value(which);
  std::string_view book = policy.settings.rule_book() == RuleBook::Guide ? "guide" : "dataverse";
  std::string from =
      value.overridden.is_known() ? place_of(sources, value.overridden) : fmt::format("rule book {}", book);
  return fmt::format("switch: `{}` is {} ({}): with {} the answer would be {} ({})", info(which).name,
                     text_of(policy, info(which).kind, value), from, difference.values, difference.answer,
                     info(which).meaning);
}

}  // namespace

std::vector<std::string> hanging_switches(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                          InheritedParts parts, TableId table, const AskAgain& ask) {
  std::vector<std::string> lines;
  const std::string now = ask(policy, facts);
  Policy changed = policy;
  for (size_t i = 0; i < switches().size(); ++i) {
    Switch which = static_cast<Switch>(i);
    if (which == Switch::business_units) continue;
    std::vector<Difference> differences;
    for (SwitchValue& value : other_values(which, policy.settings.value(which), table)) {
      changed.settings.value(which) = value;
      bool links_anew = parts == InheritedParts::FromLinks && shapes_inheritance(which);
      std::string answer = links_anew ? ask(changed, inherit_from_links(changed, facts)) : ask(changed, facts);
      if (answer == now) continue;
      std::string text = text_of(policy, info(which).kind, value);
      auto same = std::ranges::find(differences, answer, &Difference::answer);
      if (same == differences.end()) {
        differences.push_back({std::move(answer), std::move(text)});
      } else {
        same->values += " or " + text;
      }
    }
    changed.settings.value(which) = policy.settings.value(which);
    for (const Difference& difference : differences) lines.push_back(line_of(policy, sources, which, difference));
  }
  return lines;
}

bool has_left_overs(const Facts& facts) {
  return std::ranges::any_of(facts.shares, [](const Share& share) {
    return std::ranges::any_of(share.inherited, [](const InheritedRights& part) { return !part.from; });
  });
}

std::string without_left_overs(const Policy& policy, const Facts& facts, const AskAgain& ask) {
  Facts rest = facts;
  for (Share& share : rest.shares) {
    std::erase_if(share.inherited, [](const InheritedRights& part) { return !part.from; });
  }
  return ask(policy, rest);
}

}  // namespace policyc
