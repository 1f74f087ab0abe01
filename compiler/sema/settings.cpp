// The rule books' defaults, read once from settings.def.
#include "compiler/sema/settings.h"

#include <charconv>

namespace policyc {

namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::vector<SwitchInfo> read_switches() {
  return {
#define SWITCH(name, kind, values, guide, dataverse, meaning) \
  {#name, SwitchKind::kind, split(values), guide, dataverse, meaning},
#include "compiler/sema/settings.def"
#undef SWITCH
  };
}

SwitchValue default_value(const SwitchInfo& info, RuleBook rule_book) {
  std::string_view text = rule_book == RuleBook::Guide ? info.guide : info.dataverse;
  SwitchValue value;
  switch (info.kind) {
    case SwitchKind::Word:
      value.word = text;
      break;
    case SwitchKind::Number:
      std::from_chars(text.data(), text.data() + text.size(), value.number);
      break;
    case SwitchKind::Rights:
      for (std::string_view word : split(text)) value.rights |= bit(*right_from_word(word));
      break;
    case SwitchKind::Tables:
      break;  // `none` in both rule books
  }
  return value;
}

}  // namespace

const std::vector<SwitchInfo>& switches() {
  static const std::vector<SwitchInfo> list = read_switches();
  return list;
}

std::optional<Switch> switch_from_name(std::string_view name) {
  const std::vector<SwitchInfo>& list = switches();
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].name == name) return static_cast<Switch>(i);
  }
  return std::nullopt;
}

Settings::Settings(RuleBook rule_book) : rule_book_(rule_book) {
  for (const SwitchInfo& info : switches()) values_.push_back(default_value(info, rule_book));
}

}  // namespace policyc
