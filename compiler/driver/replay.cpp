#include "compiler/driver/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <unordered_map>

#include "compiler/driver/logged_values.h"
#include "compiler/native/columns_read.h"
#include "runtime/decide/decide.h"
#include "runtime/decide/words.h"
#include "runtime/log/log_lines.h"
#include "runtime/organization/subject.h"
#include "runtime/records/record_bytes.h"

namespace policyc {

namespace {

// What a decision reads beside roles and owners, by presence bit.
struct Read {
  std::set<uint32_t> record;
  std::set<uint32_t> user;
  std::set<uint32_t> context;
  bool hierarchy = false;
};

Read read_by(const DecisionIR& ir, GraphId graph) {
  Read read;
  std::set<uint32_t> seen;
  std::vector<NodeId> pending = {ir.graphs[graph].check};
  for (const GraphOutcome& outcome : ir.graphs[graph].allow) pending.push_back(outcome.node);
  for (const GraphOutcome& outcome : ir.graphs[graph].deny) pending.push_back(outcome.node);
  while (!pending.empty()) {
    const NodeId id = pending.back();
    pending.pop_back();
    if (!ir.nodes.contains(id) || !seen.insert(id.index).second) continue;
    const Node& node = ir.nodes[id];
    if (operands_of(node.op) == OpOperands::Nodes) pending.insert(pending.end(), {{node.a}, {node.b}});
    read.hierarchy |= node.op == Op::Hierarchy;
    for (const IROperand* operand : operands_asked(ir, node)) {
      if (operand->from == IROperand::From::Record) read.record.insert(operand->presence);
      if (operand->from == IROperand::From::User) read.user.insert(operand->presence);
      if (operand->from == IROperand::From::Context) read.context.insert(operand->presence);
    }
  }
  return read;
}

std::string holder_text(policy_principal holder) {
  const uint32_t number = POLICY_PRINCIPAL_INDEX(holder);
  switch (POLICY_PRINCIPAL_KIND(holder)) {
    case POLICY_USER:
      return fmt::format("user {}", number);
    case POLICY_TEAM:
      return fmt::format("team {}", number);
    case POLICY_UNIT:
      return fmt::format("unit {}", number);
    default:
      return "nobody";
  }
}

const char* level_word(uint32_t level) {
  return level < policy::words::kLevels.size() ? policy::words::kLevels[level] : "?";
}

// In the log's words.
LoggedAnswer answer_of(const policy::ProgramTables& tables, const policy_decision& decision) {
  LoggedAnswer answer;
  answer.allowed = decision.effect == POLICY_ALLOW;
  answer.reason = policy::words::kReasons[decision.reason].word;
  if (decision.reason == POLICY_REASON_level) {
    answer.held = level_word(decision.held);
    answer.needed = level_word(decision.needed);
  }
  if (decision.role < tables.roles.size()) {
    answer.role = tables.roles[decision.role].name;
    answer.through = holder_text(decision.through);
  }
  if (decision.grant >= tables.grants.size()) return answer;
  const policy::GrantEntry& grant = tables.grants[decision.grant];
  answer.level = level_word(grant.level);
  if (grant.place.line != 0 && grant.place.file < tables.files.size()) {
    answer.place = fmt::format("{}:{}:{}", tables.files[grant.place.file], grant.place.line, grant.place.column);
  }
  return answer;
}

ReplayOutcome outcome_of(const LoggedAnswer& before, const LoggedAnswer& now) {
  if (before.allowed != now.allowed) return now.allowed ? ReplayOutcome::Allowed : ReplayOutcome::Denied;
  return before.reason == now.reason ? ReplayOutcome::Same : ReplayOutcome::OtherReason;
}

// A subject under the new policy, and what was lost on the way.
struct Resolved {
  explicit Resolved(LoggedValues values) : attributes(std::move(values)) {}

  LoggedValues attributes;
  std::shared_ptr<const policy::Profile> profile;
  std::vector<policy_report> reports;
  bool has_other_hierarchy = false;
  std::vector<std::string> notes;
};

}  // namespace

struct Replay::Impl {
  Impl(const Policy& policy, const Engine& engine)
      : asked(policy), ir(engine.ir), tables(engine.program.tables()), pool(tables), choices(ir.choice_labels) {
    for (RoleId id : ir.roles.ids()) roles.emplace(ir.roles[id].name, id.index);
    for (TableId id : ir.tables.ids()) table_numbers.emplace(ir.tables[id].name, id.index);
  }

  std::shared_ptr<Resolved> resolve(const LoggedSubject& logged);
  policy::Standing standing_of(const LoggedSubject& logged, std::vector<std::string>& notes) const;
  Replayed ask(const LoggedDecision& decision);
  Replayed ask_about(const LoggedDecision& decision, uint32_t table, uint32_t right, const Resolved& subject);
  policy_record header_of(const LoggedRecord& logged, uint32_t table, Replayed& again) const;
  const Read& read_of(uint32_t table, uint32_t right);

  const Policy& asked;
  const DecisionIR& ir;
  const policy::ProgramTables& tables;
  policy::ProfilePool pool;
  ChoiceNumbers choices;
  std::unordered_map<std::string, uint32_t> roles;
  std::unordered_map<std::string, uint32_t> table_numbers;
  std::unordered_map<std::string, std::shared_ptr<Resolved>> subjects;
  std::unordered_map<uint32_t, Read> reads;  // by graph
  const Read reads_nothing;
};

// --- subjects

policy::Standing Replay::Impl::standing_of(const LoggedSubject& logged, std::vector<std::string>& notes) const {
  policy::Standing standing;
  standing.unit = logged.unit;
  standing.teams = logged.teams;
  std::ranges::sort(standing.teams);
  for (const LoggedRole& held : logged.roles) {
    const auto role = roles.find(held.role);
    if (role == roles.end()) {
      notes.push_back(fmt::format("role `{}` is gone", held.role));
    } else if (POLICY_PRINCIPAL_KIND(held.holder) == POLICY_UNIT && !tables.unit_as_principal) {
      notes.push_back(fmt::format("units hold no roles any more: `{}`", held.role));
    } else {
      standing.holdings.push_back({held.holder, role->second, held.anchor});
    }
  }
  return standing;
}

std::shared_ptr<Resolved> Replay::Impl::resolve(const LoggedSubject& logged) {
  auto resolved =
      std::make_shared<Resolved>(LoggedValues(ir.user_layout, asked.user_attributes, logged.attributes, choices));
  resolved->profile = pool.profile_of(standing_of(logged, resolved->notes));
  const std::string hierarchy = policy::hierarchy_text(tables.hierarchy);
  const bool is_off = tables.hierarchy.model == policy::HierarchyModel::Off;
  resolved->has_other_hierarchy = !is_off && hierarchy != logged.hierarchy;
  if (is_off) return resolved;
  resolved->reports = logged.reports;
  std::ranges::sort(resolved->reports, {}, &policy_report::principal);
  return resolved;
}

// --- questions

const Read& Replay::Impl::read_of(uint32_t table, uint32_t right) {
  const GraphId graph = ir.tables[TableId{table}].decisions[right].graph;
  if (!ir.graphs.contains(graph)) return reads_nothing;
  const auto found = reads.find(graph.index);
  return found != reads.end() ? found->second : reads.emplace(graph.index, read_by(ir, graph)).first->second;
}

// The row's header as the host of the new policy would have it, which hangs on who owns the table's rows. A row of a
// unit has no other owner, one of the organization neither owner nor unit.
policy_record Replay::Impl::header_of(const LoggedRecord& logged, uint32_t table, Replayed& again) const {
  policy_record header{logged.owner, logged.unit, logged.is_away ? POLICY_AWAY : 0};
  const uint32_t kind = POLICY_PRINCIPAL_KIND(logged.owner);
  const bool is_owned = kind == POLICY_USER || kind == POLICY_TEAM || (kind == POLICY_UNIT && tables.unit_as_principal);
  const bool has_unit = logged.unit != POLICY_NONE;
  const std::string& name = tables.tables[table].name;
  switch (tables.tables[table].ownership) {
    case policy::Ownership::User:
      if (!is_owned) again.missing.push_back(fmt::format("an owner of rows of `{}`", name));
      return header;
    case policy::Ownership::BusinessUnit:
      if (!has_unit) again.missing.push_back(fmt::format("a unit of rows of `{}`", name));
      if (is_owned) again.missing.push_back(fmt::format("rows of `{}` that units own", name));
      if (kind != POLICY_UNIT) header.owner = POLICY_NOBODY;
      return header;
    case policy::Ownership::Organization:
      if (is_owned || has_unit) again.missing.push_back(fmt::format("rows of `{}` that the organization owns", name));
      return {POLICY_NOBODY, POLICY_NONE, 0};
  }
  return header;
}

namespace {

void note_missing(const AttributeLayout& layout, const LoggedValues& values, const std::set<uint32_t>& read,
                  std::string_view whose, Replayed& again) {
  for (const Field& field : layout.fields) {
    if (!read.contains(field.presence)) continue;
    const std::string_view lost = values.lost_label(field.presence);
    if (values.is_missing(field.presence)) again.missing.push_back(fmt::format("`{}` of {}", field.name, whose));
    if (lost.empty()) continue;
    again.notes.push_back(fmt::format("label `{}` of `{}` is gone", lost, field.name));
    again.missing.push_back(fmt::format("a label that `{}` of {} has now", field.name, whose));
  }
}

Replayed denied(const LoggedDecision& decision, policy_reason reason, std::string note) {
  Replayed again;
  again.now.reason = policy::words::kReasons[reason].word;
  again.outcome = outcome_of(decision.answer, again.now);
  if (!note.empty()) again.notes.push_back(std::move(note));
  return again;
}

Replayed cannot_ask(std::string why) {
  Replayed again;
  again.notes.push_back(std::move(why));
  return again;
}

uint32_t right_of(const std::string& word) {
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if (word == policy::words::kRights[right]) return right;
  }
  return POLICY_NONE;
}

}  // namespace

Replayed Replay::Impl::ask(const LoggedDecision& decision) {
  if (decision.is_cut) return cannot_ask("it was too large for the log, which does not hold its facts");
  // No such row, user or right: that is so under every policy.
  if (decision.table.empty() || decision.subject.empty() || !decision.record) {
    return denied(decision, POLICY_REASON_unknown, "");
  }
  const auto subject = subjects.find(decision.subject);
  if (subject == subjects.end()) return cannot_ask("its subject does not stand before it in the file");
  if (decision.user_number >= POLICY_PRINCIPAL_LIMIT) return cannot_ask("the log does not say which user it was");
  const uint32_t right = right_of(decision.right);
  if (right == POLICY_NONE) return denied(decision, POLICY_REASON_unknown, "");
  const auto table = table_numbers.find(decision.table);
  if (table == table_numbers.end()) {
    return denied(decision, POLICY_REASON_unknown, fmt::format("table `{}` is gone", decision.table));
  }
  if (!tables.tables[table->second].takes(right)) {
    const bool was_so = decision.answer.reason == policy::words::kReasons[POLICY_REASON_illegal].word;
    return denied(decision, POLICY_REASON_illegal,
                  was_so ? "" : fmt::format("`{}` takes no {} any more", decision.table, decision.right));
  }
  return ask_about(decision, table->second, right, *subject->second);
}

Replayed Replay::Impl::ask_about(const LoggedDecision& decision, uint32_t table, uint32_t right,
                                 const Resolved& resolved) {
  Replayed again;
  again.notes = resolved.notes;
  const Read& read = read_of(table, right);
  const AttributeLayout& layout = ir.tables[TableId{table}].layout;
  const LoggedValues values(layout, asked.tables[TableId{table}].attributes, decision.record->attributes, choices);
  const LoggedValues context_values(ir.context_layout, asked.context_attributes, decision.context, choices);
  note_missing(layout, values, read.record, fmt::format("`{}`", decision.table), again);
  note_missing(ir.user_layout, resolved.attributes, read.user, "users", again);
  note_missing(ir.context_layout, context_values, read.context, "the context", again);
  if (read.hierarchy && resolved.has_other_hierarchy) {
    again.missing.emplace_back("reports by the new hierarchy security");
  }

  policy_record header = header_of(*decision.record, table, again);
  policy::ShareList shares;
  shares.assign(decision.record->shares);
  header.shares |= shares.address();
  const policy::RecordBytes record(header, values.words());
  const policy::Subject subject(POLICY_PRINCIPAL(POLICY_USER, decision.user_number), resolved.attributes.words(),
                                resolved.reports, resolved.profile);
  const policy_context context{sizeof(policy_context), 0, context_values.bytes()};
  again.now = answer_of(tables, policy::decide(tables, subject.view(), table, right, record.header(), context));
  again.outcome = outcome_of(decision.answer, again.now);
  return again;
}

Replay::Replay(const Policy& policy, const Engine& engine) : impl_(std::make_unique<Impl>(policy, engine)) {}
Replay::~Replay() = default;

void Replay::know(const LoggedSubject& subject) { impl_->subjects[subject.id] = impl_->resolve(subject); }
void Replay::forget_subjects() { impl_->subjects.clear(); }
Replayed Replay::ask(const LoggedDecision& decision) { return impl_->ask(decision); }

}  // namespace policyc
