// The switches of a rule book, as one policy sets them. Names, legal values and defaults stand in settings.def.
//
//   if (policy.settings.is(Switch::DeleteNeedsRead)) ...
//   if (policy.settings.word(Switch::BusinessUnits) == "modern") ...
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/source.h"
#include "compiler/base/vocabulary.h"

namespace policyc {

enum class RuleBook : uint8_t { Guide, Dataverse };

enum class Switch : uint8_t {
#define SWITCH(name, kind, values, guide, dataverse, meaning) name,
#include "compiler/sema/settings.def"
#undef SWITCH
};
enum class SwitchKind : uint8_t { Word, Number, Rights, Tables };

struct SwitchInfo {
  std::string_view name;
  SwitchKind kind;
  std::vector<std::string_view> values;  // of a Word: the legal ones; of a Number: least and greatest
  std::string_view guide;
  std::string_view dataverse;
  std::string_view meaning;
};
const std::vector<SwitchInfo>& switches();
inline const SwitchInfo& info(Switch which) { return switches()[static_cast<size_t>(which)]; }
std::optional<Switch> switch_from_name(std::string_view name);

struct SwitchValue {
  std::string_view word;  // of a Word; views settings.def
  uint32_t number = 0;
  RightSet rights = 0;
  std::vector<TableId> tables;
  Span overridden;  // known where the policy sets it itself
};

enum class HierarchyModel : uint8_t { Off, Manager, Position };

struct Hierarchy {
  HierarchyModel model = HierarchyModel::Off;
  uint32_t depth = 0;
  Span span;
};

class Settings {
 public:
  explicit Settings(RuleBook rule_book);

  RuleBook rule_book() const { return rule_book_; }
  const SwitchValue& value(Switch which) const { return values_[static_cast<size_t>(which)]; }
  SwitchValue& value(Switch which) { return values_[static_cast<size_t>(which)]; }
  std::string_view word(Switch which) const { return value(which).word; }
  bool is(Switch which) const { return word(which) == "true"; }
  bool modern_units() const { return word(Switch::business_units) == "modern"; }

  Hierarchy hierarchy;

 private:
  RuleBook rule_book_;
  std::vector<SwitchValue> values_;
};

}  // namespace policyc
