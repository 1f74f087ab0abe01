// Relationships: presets and behaviours, lookups, one parental lookup for each table, rings of tables.
#include <unordered_map>

#include "compiler/sema/checking.h"
#include "compiler/sema/rings.h"

namespace policyc {

namespace {

constexpr Action kActions[] = {Action::Assign,   Action::Share,  Action::Unshare,
                               Action::Reparent, Action::Delete, Action::Merge};
constexpr Behaviour kBehaviours[] = {Behaviour::None,      Behaviour::Cascade,    Behaviour::Active,
                                     Behaviour::UserOwned, Behaviour::RemoveLink, Behaviour::Restrict};

bool takes(Action action, Behaviour behaviour) {
  if (behaviour == Behaviour::None || behaviour == Behaviour::Cascade) return true;
  switch (action) {
    case Action::Delete:
      return behaviour == Behaviour::RemoveLink || behaviour == Behaviour::Restrict;
    case Action::Merge:
      return false;
    case Action::Assign:
    case Action::Share:
    case Action::Unshare:
    case Action::Reparent:
      return behaviour == Behaviour::Active || behaviour == Behaviour::UserOwned;
  }
  return false;
}

std::array<Behaviour, kActionCount> all_of(Behaviour behaviour) {
  std::array<Behaviour, kActionCount> result;
  result.fill(behaviour);
  return result;
}

std::optional<std::array<Behaviour, kActionCount>> preset(std::string_view word) {
  if (word == "parental") return all_of(Behaviour::Cascade);
  auto behaviour = all_of(Behaviour::None);
  if (word == "referential") {
    behaviour[static_cast<size_t>(Action::Delete)] = Behaviour::RemoveLink;
    return behaviour;
  }
  if (word == "restrict_delete") {
    behaviour[static_cast<size_t>(Action::Delete)] = Behaviour::Restrict;
    return behaviour;
  }
  return std::nullopt;
}

class RelationshipChecker {
 public:
  explicit RelationshipChecker(Checking& checking) : c_(checking) {}

  void run() {
    for_each<ast::Relationship>(c_.modules, [&](const ast::Relationship& text) { check(text); });
    warn_of_rings();
  }

 private:
  void check(const ast::Relationship& text) {
    Relationship relationship;
    relationship.name = text.name.text;
    relationship.child = c_.resolve(c_.tables, text.child, "table");
    relationship.parent = c_.resolve(c_.tables, text.parent, "table");
    relationship.many_to_many = text.many_to_many;
    relationship.span = text.name.span;
    if (text.many_to_many) {
      check_many_to_many(text);
    } else {
      relationship.lookup = text.lookup.text;
      relationship.behaviour = check_behaviours(text);
    }
    RelationshipId id = c_.policy.relationships.add(relationship);
    c_.declare(c_.relationships, text.name, id, "relationship");
    if (!text.many_to_many && relationship.child && !text.lookup.missing()) add_lookup(text, id);
  }

  void check_many_to_many(const ast::Relationship& text) {
    if (text.preset.missing() && text.behaviours.empty()) return;
    Span span = text.preset.missing() ? text.behaviours[0].action.span : text.preset.span;
    c_.diagnostics.report(DiagnosticKind::ManyToManyBehaviour, span, text.name.text)
        .note("a many-to-many relationship gives no rights and never cascades");
  }

  std::array<Behaviour, kActionCount> check_behaviours(const ast::Relationship& text) {
    if (text.preset.missing()) return check_written_behaviours(text);
    std::optional<std::array<Behaviour, kActionCount>> found = preset(text.preset.text);
    if (!found) {
      std::vector<std::string_view> presets = {"parental", "referential", "restrict_delete"};
      c_.report_unknown(DiagnosticKind::UnknownPreset, text.preset, presets, text.preset.text)
          .note("presets: " + any_of(presets) + "; or a behaviour for each action in `{ }`");
    }
    return found.value_or(all_of(Behaviour::None));
  }

  std::array<Behaviour, kActionCount> check_written_behaviours(const ast::Relationship& text) {
    auto result = all_of(Behaviour::None);
    std::array<Span, kActionCount> written{};
    bool all_known = true;  // a misspelt action is not missing as well
    for (const ast::Behaviour& line : text.behaviours) {
      std::optional<Action> action = check_action(line.action);
      std::optional<Behaviour> behaviour = check_behaviour(line.value);
      all_known = all_known && action.has_value();
      if (!action) continue;
      Span& first = written[static_cast<size_t>(*action)];
      if (first.is_known()) {
        c_.diagnostics.report(DiagnosticKind::RepeatedBlock, line.action.span, fmt::format("`{}`", line.action.text))
            .label(first, "first written here");
        continue;
      }
      first = line.action.span;
      if (!behaviour) continue;
      result[static_cast<size_t>(*action)] = *behaviour;
      if (!takes(*action, *behaviour)) report_not_taken(*action, line.value);
    }
    if (all_known) report_missing(text, written);
    return result;
  }

  std::optional<Action> check_action(const ast::Name& name) {
    if (name.missing()) return std::nullopt;
    std::optional<Action> action = action_from_word(name.text);
    if (action) return action;
    std::vector<std::string_view> words;
    for (Action known : kActions) words.push_back(word(known));
    c_.report_unknown(DiagnosticKind::UnknownAction, name, words, name.text).note("actions: " + any_of(words));
    return std::nullopt;
  }

  std::optional<Behaviour> check_behaviour(const ast::Name& name) {
    if (name.missing()) return std::nullopt;
    std::optional<Behaviour> behaviour = behaviour_from_word(name.text);
    if (behaviour) return behaviour;
    std::vector<std::string_view> words;
    for (Behaviour known : kBehaviours) words.push_back(word(known));
    c_.report_unknown(DiagnosticKind::UnknownBehaviour, name, words, name.text).note("behaviours: " + any_of(words));
    return std::nullopt;
  }

  void report_not_taken(Action action, const ast::Name& value) {
    std::vector<std::string_view> legal;
    for (Behaviour behaviour : kBehaviours) {
      if (takes(action, behaviour)) legal.push_back(word(behaviour));
    }
    c_.diagnostics.report(DiagnosticKind::BehaviourNotTaken, value.span, value.text, word(action))
        .note(fmt::format("`{}` takes {}", word(action), any_of(legal)));
  }

  void report_missing(const ast::Relationship& text, const std::array<Span, kActionCount>& written) {
    std::string missing;
    for (Action action : kActions) {
      if (written[static_cast<size_t>(action)].is_known()) continue;
      missing += fmt::format("{}`{}`", missing.empty() ? "" : ", ", word(action));
    }
    if (missing.empty() || text.name.missing() || c_.damaged) return;
    c_.diagnostics.report(DiagnosticKind::MissingAction, text.name.span, text.name.text, missing)
        .help("presets say it for all actions: `parental`, `referential` or `restrict_delete`");
  }

  // Relationships of one child that name the same lookup are one polymorphic lookup.
  void add_lookup(const ast::Relationship& text, RelationshipId id) {
    const Relationship& relationship = c_.policy.relationships[id];
    TableNames& names = c_.names_of(relationship.child);
    const std::string& table = text.child.text;
    if (const auto* attribute = names.attributes.names.find(text.lookup.text)) {
      c_.diagnostics.report(DiagnosticKind::LookupIsAttribute, text.lookup.span, text.lookup.text, table)
          .label(attribute->span, fmt::format("attribute `{}` declared here", text.lookup.text));
    }
    LookupId next{static_cast<uint32_t>(names.lookups.size())};
    const auto* earlier = names.lookup_names.declare(text.lookup, next);
    if (!earlier) names.lookups.push_back({text.lookup.span, {}, false});
    Lookup& lookup = names.lookups[earlier ? earlier->id.index : next.index];
    if (relationship.parent) report_same_parent(text, id);
    lookup.relationships.push_back(id);
    if (!relationship.is_parental() || lookup.parental) return;
    lookup.parental = true;
    auto [first, inserted] = parental_lookups_.try_emplace(relationship.child.index, text.lookup.span);
    if (inserted) return;
    c_.diagnostics.report(DiagnosticKind::SecondParentalLookup, text.lookup.span, table, text.lookup.text)
        .label(first->second, fmt::format("the parental lookup of `{}`", table))
        .note(
            "a row has one row above it; lookups that cascade assign, share, unshare, reparent or delete are parental");
  }

  void report_same_parent(const ast::Relationship& text, RelationshipId id) {
    const Relationship& relationship = c_.policy.relationships[id];
    std::string key = fmt::format("{}.{}.{}", relationship.child.index, relationship.parent.index, text.lookup.text);
    auto [first, inserted] = targets_.try_emplace(std::move(key), text.lookup.span);
    if (inserted) return;
    c_.diagnostics
        .report(DiagnosticKind::RepeatedBlock, text.lookup.span,
                fmt::format("lookup `{}.{}` to `{}`", text.child.text, text.lookup.text, text.parent.text))
        .label(first->second, "first written here");
  }

  // A table above itself (accounts of accounts) is ordinary; a ring of several tables is rarely meant.
  void warn_of_rings() {
    const Policy& policy = c_.policy;
    Graph above(policy.tables.size());
    std::vector<std::vector<RelationshipId>> through(policy.tables.size());
    for (RelationshipId id : policy.relationships.ids()) {
      const Relationship& relationship = policy.relationships[id];
      if (!relationship.child || !relationship.parent || relationship.child == relationship.parent) continue;
      if (!relationship.is_parental()) continue;
      above[relationship.child.index].push_back(relationship.parent.index);
      through[relationship.child.index].push_back(id);
    }
    for (const Ring& ring : find_rings(above).rings) {
      const Relationship& closing = policy.relationships[through[ring.back().node][ring.back().edge]];
      auto report =
          c_.diagnostics.report(DiagnosticKind::ParentalRing, closing.span, policy.tables[closing.parent].name);
      for (size_t i = 0; i + 1 < ring.size(); ++i) {
        const Relationship& step = policy.relationships[through[ring[i].node][ring[i].edge]];
        report.label(step.span, fmt::format("`{}` lies below `{}`", policy.tables[step.child].name,
                                            policy.tables[step.parent].name));
      }
      report.note("rows cannot go round: the link that would close a ring is denied");
    }
  }

  Checking& c_;
  std::unordered_map<uint32_t, Span> parental_lookups_;  // by child
  std::unordered_map<std::string, Span> targets_;        // child, parent and lookup
};

}  // namespace

void check_relationships(Checking& checking) { RelationshipChecker(checking).run(); }

}  // namespace policyc
