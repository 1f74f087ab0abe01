// Roles: the grants that are written in them, and what they hold through the roles they include.
#include <algorithm>
#include <numeric>

#include "compiler/sema/checking.h"
#include "compiler/sema/conditions.h"
#include "compiler/sema/policy_print.h"
#include "compiler/sema/rings.h"

namespace policyc {

namespace {

constexpr Level kLevels[] = {Level::None, Level::User, Level::BusinessUnit, Level::ParentChild, Level::Organization};

bool takes_level(Ownership ownership, Right right, Level level) {
  return (levels_of(ownership, right) >> static_cast<unsigned>(level) & 1) != 0;
}

// One word of a grant's rights: `read`, or `all`, or nothing where it is unknown.
struct RightWord {
  std::optional<Right> one;
  bool all = false;
};

// Makes the grants of one role's text.
class GrantWriter {
 public:
  GrantWriter(Checking& checking, RoleId role) : c_(checking), role_(role) {}

  void write(const ast::Role& text) {
    for (const ast::TableGrants& line : text.tables) {
      TableId table = line.every_table ? TableId::none() : c_.resolve(c_.tables, line.table, "table");
      for (const ast::Grant& grant : line.grants) write(line, table, grant);
    }
  }

 private:
  void write(const ast::TableGrants& line, TableId table, const ast::Grant& text) {
    std::vector<RightWord> words = check_rights(text);
    std::optional<Level> level = check_level(text.level);
    if (level == Level::None) c_.diagnostics.report(DiagnosticKind::LevelNone, text.level.span);
    bool sound = check_create(text, words);
    if (table) {
      check_taken(text, table, words, level);
      conditions_.assign(1, sound ? condition(text, table) : WrittenCondition{});
    } else if (line.every_table) {
      check_conditions(text, sound);
    }
    if (!level || *level == Level::None) return;
    if (!table && !line.every_table) return;
    WrittenGrant written{role_, &line, &text, {}};
    for (size_t i = 0; i < words.size(); ++i) {
      WrittenRight made{GrantId{static_cast<uint32_t>(c_.policy.grants.size())}, 0};
      if (table) {
        add(table, words[i], *level, conditions_[0], text.rights[i].span);
      } else {
        add_for_every_table(words[i], *level, text, text.rights[i].span);
      }
      made.count = static_cast<uint32_t>(c_.policy.grants.size()) - made.first.index;
      written.rights.push_back(made);
    }
    c_.written_grants.push_back(std::move(written));
  }

  struct WrittenCondition {
    bool sound = true;
    ConditionId id;
  };

  std::vector<RightWord> check_rights(const ast::Grant& text) {
    std::vector<RightWord> words;
    for (const ast::Name& name : text.rights) {
      bool all = name.text == "all";
      words.push_back({all ? std::nullopt : check_right(c_, name), all});
    }
    return words;
  }

  std::optional<Level> check_level(const ast::Name& name) {
    if (name.missing()) return std::nullopt;
    std::optional<Level> level = level_from_word(name.text);
    if (level) return level;
    std::vector<std::string_view> words;
    for (Level known : kLevels) words.push_back(word(known));
    c_.report_unknown(DiagnosticKind::UnknownLevel, name, words, name.text).note("levels: " + any_of(words));
    return std::nullopt;
  }

  // A row that does not exist yet has no stored values to read.
  bool check_create(const ast::Grant& text, const std::vector<RightWord>& words) {
    if (!text.condition) return true;
    for (size_t i = 0; i < words.size(); ++i) {
      if (!words[i].all && words[i].one != Right::Create) continue;
      const ast::Operand* operand = first_record_operand(*text.condition);
      if (!operand) return true;
      auto report = c_.diagnostics.report(DiagnosticKind::CreateReadsRecord, operand->span);
      report.label(text.rights[i].span, words[i].all ? "`all` gives `create` too" : "`create` is given here");
      report.note("a row that is created has no stored values; `user` and `context` can be read");
      report.help("give `create` in a grant of its own");
      return false;
    }
    return true;
  }

  void check_taken(const ast::Grant& text, TableId table, const std::vector<RightWord>& words,
                   std::optional<Level> level) {
    if (!c_.ownership_known(table)) return;
    bool level_taken = true;
    for (size_t i = 0; i < words.size(); ++i) {
      bool taken = !words[i].one || check_right_taken(c_, table, *words[i].one, text.rights[i].span);
      Right right = words[i].one.value_or(Right::Read);
      if (taken && level && (words[i].one || words[i].all)) {
        level_taken = level_taken && takes_level(c_.policy.tables[table].ownership, right, *level);
      }
    }
    if (!level_taken) report_level(table, text.level);
  }

  void report_level(TableId table, const ast::Name& level) {
    const Table& found = c_.policy.tables[table];
    std::vector<std::string_view> legal;
    for (Level other : kLevels) {
      if (takes_level(found.ownership, Right::Read, other)) legal.push_back(word(other));
    }
    c_.diagnostics.report(DiagnosticKind::LevelNotTaken, level.span, level.text, owned(found.ownership), found.name)
        .label(found.span, found.ownership == Ownership::Organization
                               ? fmt::format("`{}` has no owning business unit", found.name)
                               : fmt::format("rows of `{}` belong to business units, not to users", found.name))
        .note(fmt::format("{} table takes {}", owned(found.ownership, true), any_of(legal)));
  }

  WrittenCondition condition(const ast::Grant& text, TableId table) {
    if (!text.condition) return {};
    std::optional<Expression> expression = check_condition(c_, *text.condition, table);
    if (!expression) return {false, {}};
    Condition condition{table, std::move(*expression), text.condition->span, ""};
    condition.text = print(c_.policy, condition);
    return {true, c_.policy.conditions.add(std::move(condition))};
  }

  // Under `every table` a condition is checked for each; the first table where it is wrong says so for all.
  void check_conditions(const ast::Grant& text, bool sound) {
    conditions_.clear();
    if (!text.condition) return;
    for (TableId table : c_.policy.tables.ids()) {
      conditions_.push_back(sound ? condition(text, table) : WrittenCondition{});
      sound = sound && conditions_.back().sound;
    }
  }

  void add(TableId table, const RightWord& right, Level level, const WrittenCondition& condition, Span span) {
    const Table& found = c_.policy.tables[table];
    RightSet taken = rights_of(found.ownership, c_.policy.settings.rule_book());
    for (Right one : kAllRights) {
      bool meant = right.all || right.one == one;
      if (!meant || !has(taken, one) || !takes_level(found.ownership, one, level)) continue;
      if (!has_room(span)) return;
      c_.policy.grants.add({role_, table, one, level, condition.id, span});
    }
  }

  void add_for_every_table(const RightWord& right, Level level, const ast::Grant& text, Span span) {
    for (TableId table : c_.policy.tables.ids()) {
      add(table, right, level, text.condition ? conditions_[table.index] : WrittenCondition{}, span);
      if (full_) return;
    }
  }

  bool has_room(Span span) {
    if (c_.policy.grants.size() < limits::kPolicyGrants) return true;
    if (!full_ && !c_.grants_full) {
      c_.diagnostics.report(DiagnosticKind::TooManyGrants, span, c_.policy.roles[role_].name, "the policy's",
                            limits::kPolicyGrants);
    }
    c_.grants_full = full_ = true;
    return false;
  }

  Checking& c_;
  RoleId role_;
  std::vector<WrittenCondition> conditions_;  // of the grant at hand: one, or one for each table
  bool full_ = false;
};

class RoleChecker {
 public:
  explicit RoleChecker(Checking& checking) : c_(checking) {}

  void run() {
    for_each<ast::Role>(c_.modules, [&](const ast::Role& text) {
      texts_.push_back(&text);
      RoleId id = c_.policy.roles.add({});
      Role& role = c_.policy.roles[id];
      role.name = text.name.text;
      role.title = text.title;
      role.team_privileges_only = text.team_privileges_only;
      role.span = text.name.span;
      c_.declare(c_.roles, text.name, id, "role");
    });
    own_.resize(texts_.size());
    for (RoleId id : c_.policy.roles.ids()) check_own(id);
    RingSearch search = check_includes();
    for (uint32_t role : search.after_all) flatten(RoleId{role}, rank(search.after_all));
  }

 private:
  // Grants lie together in the store, role after role.
  struct Own {
    uint32_t begin = 0;
    uint32_t end = 0;
    std::vector<uint32_t> includes;  // edges of the graph
    std::vector<const ast::Name*> include_names;
  };

  void check_own(RoleId id) {
    const ast::Role& text = *texts_[id.index];
    Own& own = own_[id.index];
    for (const ast::Name& name : text.includes) {
      RoleId included = c_.resolve(c_.roles, name, "role");
      if (!included) continue;
      if (std::find(own.includes.begin(), own.includes.end(), included.index) != own.includes.end()) {
        c_.diagnostics.report(DiagnosticKind::RepeatedBlock, name.span, fmt::format("included role `{}`", name.text));
        continue;
      }
      own.includes.push_back(included.index);
      own.include_names.push_back(&name);
      c_.policy.roles[id].includes.push_back(included);
    }
    own.begin = static_cast<uint32_t>(c_.policy.grants.size());
    GrantWriter(c_, id).write(text);
    own.end = static_cast<uint32_t>(c_.policy.grants.size());
    check_privileges(id, text);
  }

  void check_privileges(RoleId id, const ast::Role& text) {
    std::vector<PrivilegeId>& held = c_.policy.roles[id].privileges;
    for (const ast::PrivilegeGrant& line : text.privileges) {
      if (line.every_privilege) {
        for (PrivilegeId privilege : c_.policy.privileges.ids()) held.push_back(privilege);
      }
      for (const ast::Name& name : line.names) {
        if (PrivilegeId privilege = c_.resolve(c_.privileges, name, "privilege")) held.push_back(privilege);
      }
      unique(held);  // after each line, so that many lines of `every privilege` stay small
    }
  }

  RingSearch check_includes() {
    Graph graph;
    for (const Own& own : own_) graph.push_back(own.includes);
    RingSearch search = find_rings(graph);
    for (const Ring& ring : search.rings) report_ring(ring);
    return search;
  }

  void report_ring(const Ring& ring) {
    const RingStep& closing = ring.back();
    const ast::Name& name = *own_[closing.node].include_names[closing.edge];
    auto report = c_.diagnostics.report(DiagnosticKind::IncludeRing, name.span, name.text);
    constexpr size_t kLabels = 8;
    for (size_t i = 0; i + 1 < ring.size() && i < kLabels; ++i) {
      const ast::Name& step = *own_[ring[i].node].include_names[ring[i].edge];
      report.label(step.span, fmt::format("`{}` includes `{}`", texts_[ring[i].node]->name.text, step.text));
    }
    if (ring.size() > kLabels + 1) report.note(fmt::format("the ring goes through {} roles", ring.size()));
  }

  // Where each role stands in the order of the walk. An include that does not point back closes a ring.
  const std::vector<uint32_t>& rank(const std::vector<uint32_t>& order) {
    if (rank_.size() == order.size()) return rank_;
    rank_.resize(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) rank_[order[i]] = i;
    return rank_;
  }

  void flatten(RoleId id, const std::vector<uint32_t>& ranks) {
    const Own& own = own_[id.index];
    Role& role = c_.policy.roles[id];
    std::vector<GrantId> grants;
    for (uint32_t i = own.begin; i < own.end; ++i) grants.push_back(GrantId{i});
    for (uint32_t included : own.includes) {
      if (ranks[included] >= ranks[id.index]) continue;
      const Role& other = c_.policy.roles[RoleId{included}];
      if (!has_room(id, grants.size() + other.grants.size())) return;
      merge_into(grants, other.grants);
      role.privileges.insert(role.privileges.end(), other.privileges.begin(), other.privileges.end());
    }
    if (!has_room(id, grants.size())) return;
    unique(role.privileges);
    held_ += grants.size();
    role.grants = std::move(grants);
  }

  static void merge_into(std::vector<GrantId>& grants, const std::vector<GrantId>& more) {
    std::vector<GrantId> merged;
    merged.reserve(grants.size() + more.size());
    std::set_union(grants.begin(), grants.end(), more.begin(), more.end(), std::back_inserter(merged));
    grants = std::move(merged);
  }

  template <typename T>
  static void unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }

  bool has_room(RoleId id, size_t grants) {
    bool alone = grants > limits::kRoleGrants;
    if (!alone && held_ + grants <= limits::kHeldGrants) return true;
    if (c_.grants_full) return false;
    c_.grants_full = true;
    const Role& role = c_.policy.roles[id];
    c_.diagnostics.report(DiagnosticKind::TooManyGrants, role.span, role.name, alone ? "its" : "all roles'",
                          alone ? limits::kRoleGrants : limits::kHeldGrants);
    return false;
  }

  Checking& c_;
  std::vector<const ast::Role*> texts_;
  std::vector<Own> own_;
  std::vector<uint32_t> rank_;
  size_t held_ = 0;
};

}  // namespace

void check_roles(Checking& checking) { RoleChecker(checking).run(); }

}  // namespace policyc
