#include "compiler/driver/effects_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/driver/console.h"

namespace policyc {

namespace {

constexpr uint32_t kNone = UINT32_MAX;

class EffectWords {
 public:
  EffectWords(const Policy& policy, const Facts& facts, const Operation& operation)
      : policy_(policy), facts_(facts), operation_(operation) {}

  EffectText text(const Effect& effect) const {
    EffectText text;
    text.effect = effect;
    text.subject = subject(effect);
    name_ends(text);
    text.change = change(text);
    if (effect.through) {
      text.action = word(action(effect));
      text.through = policy_.relationships[effect.through].name;
      text.above = row(effect.above);
    }
    return text;
  }

 private:
  std::string row(RecordId id) const {
    if (!facts_.records.contains(id)) return "nothing";
    return fmt::format("{}/{}", policy_.tables[facts_.records[id].table].name, facts_.records[id].name);
  }
  std::string unit(uint32_t index) const { return index == kNone ? "none" : facts_.units[UnitId{index}].name; }
  std::string name(Principal principal) const {
    if (!principal.team() && !principal.unit()) return std::string(name_of(facts_, principal));
    return fmt::format("{} {}", principal.team() ? "team" : "unit", name_of(facts_, principal));
  }

  static std::string rights(uint32_t set) {
    std::vector<std::string_view> words;
    for (Right right : kAllRights) {
      if (set != kNone && has(static_cast<RightSet>(set), right)) words.push_back(word(right));
    }
    return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ","));
  }

  std::string subject(const Effect& effect) const {
    if (effect.record) return row(effect.record);
    bool of_team = effect.kind == Effect::Kind::TeamUnit;
    Principal whose = of_team ? Principal::of(effect.team) : effect.principal;
    return whose.user() ? "user " + name(whose) : name(whose);
  }

  void name_ends(EffectText& text) const {
    const Effect& e = text.effect;
    auto both = [&](auto in_words) {
      text.before = in_words(e.before);
      text.after = in_words(e.after);
    };
    switch (e.kind) {
      case Effect::Kind::Owner:
        return both([this](uint32_t value) { return name(Principal{value == kNone ? 0 : value}); });
      case Effect::Kind::Unit:
      case Effect::Kind::UserUnit:
      case Effect::Kind::TeamUnit:
        return both([this](uint32_t value) { return unit(value); });
      case Effect::Kind::State:
        return both([](uint32_t value) { return std::string(value == 1 ? "active" : "inactive"); });
      case Effect::Kind::Link:
        return both([this](uint32_t value) { return row(RecordId{value}); });
      case Effect::Kind::Share:
      case Effect::Kind::Inherited:
        return both([](uint32_t value) { return rights(value); });
      case Effect::Kind::RolesMoved:
        text.after = unit(e.after);
        return;
      case Effect::Kind::Create:
      case Effect::Kind::Values:
      case Effect::Kind::Association:
      case Effect::Kind::Delete:
      case Effect::Kind::Member:
      case Effect::Kind::RolesLost:
        return;
    }
  }

  std::string change(const EffectText& text) const {
    const Effect& e = text.effect;
    switch (e.kind) {
      case Effect::Kind::Create:
        return "created";
      case Effect::Kind::Values:
        return "columns set";
      case Effect::Kind::Owner:
        return fmt::format("owner {} -> {}", text.before, text.after);
      case Effect::Kind::Unit:
      case Effect::Kind::UserUnit:
      case Effect::Kind::TeamUnit:
        return fmt::format("unit {} -> {}", text.before, text.after);
      case Effect::Kind::State:
        return fmt::format("state {} -> {}", text.before, text.after);
      case Effect::Kind::Link:
        return fmt::format("{} {} -> {}", policy_.relationships[e.relationship].lookup, text.before, text.after);
      case Effect::Kind::Share:
        return fmt::format("shared with {}: {} -> {}", name(e.principal), text.before, text.after);
      case Effect::Kind::Inherited:
        return fmt::format("inherited by {} {}: {} -> {}", name(e.principal), source_of(e), text.before, text.after);
      case Effect::Kind::Association:
        return fmt::format("{} {} through {}", e.after == 1 ? "associated with" : "no longer associated with",
                           row(e.from), policy_.relationships[e.relationship].name);
      case Effect::Kind::Delete:
        return "deleted";
      case Effect::Kind::Member:
        return fmt::format("{} {}", e.after == 1 ? "joins" : "leaves", name(Principal::of(e.team)));
      case Effect::Kind::RolesLost:
        return fmt::format("loses {}", counted(e.before, "role"));
      case Effect::Kind::RolesMoved:
        return fmt::format("roles count in unit {}", text.after);
    }
    return {};
  }

  std::string source_of(const Effect& e) const {
    if (!e.from) return "(left over)";
    return fmt::format("from the {} of {}", e.from_owner ? "owner" : "share", row(e.from));
  }

  // By which behaviour of the relationship the cascade came.
  Action action(const Effect& e) const {
    switch (operation_.kind) {
      case OperationKind::Delete:
        return Action::Delete;
      case OperationKind::Share:
        return Action::Share;
      case OperationKind::Revoke:
        return Action::Unshare;
      case OperationKind::Modify:
        return (e.after & ~e.before) != 0 ? Action::Share : Action::Unshare;
      case OperationKind::Merge:
        if (e.above == operation_.record) return Action::Merge;
        break;
      default:
        break;
    }
    return e.kind == Effect::Kind::Inherited ? Action::Reparent : Action::Assign;
  }

  const Policy& policy_;
  const Facts& facts_;
  const Operation& operation_;
};

// The order of rows: the operation's own, then those that a cascade came to from rows before, then the rest.
std::vector<RecordId> rows_in_order(const Operation& operation, const std::vector<Effect>& effects) {
  std::set<std::pair<RecordId, RecordId>> below;  // from above
  std::vector<RecordId> order;
  std::set<RecordId> seen;
  auto add = [&](RecordId record) {
    if (record && seen.insert(record).second) order.push_back(record);
  };
  for (const Effect& effect : effects) {
    if (effect.above) below.emplace(effect.above, effect.record);
  }
  size_t at = 0;
  auto follow = [&] {
    for (; at < order.size(); ++at) {
      for (auto child = below.lower_bound({order[at], {0}}); child != below.end() && child->first == order[at];
           ++child) {
        add(child->second);
      }
    }
  };
  add(operation.record);
  follow();
  for (const Effect& effect : effects) {
    add(effect.record);
    follow();
  }
  return order;
}

}  // namespace

std::string EffectText::line() const {
  std::string text = fmt::format("{}: {}", subject, change);
  if (!through.empty()) text += fmt::format(" ({} through {} below {})", action, through, above);
  return text;
}

std::vector<EffectText> effects_in_words(const Policy& policy, const Facts& facts, const Operation& operation,
                                         const std::vector<Effect>& effects) {
  std::map<RecordId, std::vector<const Effect*>> of_row;
  EffectWords words(policy, facts, operation);
  std::vector<EffectText> texts;
  for (const Effect& effect : effects) {
    if (effect.record) {
      of_row[effect.record].push_back(&effect);
    } else {
      texts.push_back(words.text(effect));
    }
  }
  for (RecordId record : rows_in_order(operation, effects)) {
    for (const Effect* effect : of_row[record]) texts.push_back(words.text(*effect));
  }
  return texts;
}

std::string effects_summary(const std::vector<EffectText>& effects) {
  std::set<std::string> rows, users, teams;
  for (const EffectText& text : effects) {
    bool is_user = !text.effect.record && text.subject.starts_with("user ");
    (text.effect.record ? rows : is_user ? users : teams).insert(text.subject);
  }
  std::vector<std::string> parts;
  if (!users.empty()) parts.push_back(counted(users.size(), "user"));
  if (!teams.empty()) parts.push_back(counted(teams.size(), "team"));
  if (!rows.empty()) parts.push_back(counted(rows.size(), "row"));
  if (parts.empty()) return "nothing changes";
  bool is_one = users.size() + teams.size() + rows.size() == 1;
  return fmt::format("{} {}", fmt::join(parts, " and "), is_one ? "changes" : "change");
}

}  // namespace policyc
