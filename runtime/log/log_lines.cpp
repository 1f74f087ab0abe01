#include "runtime/log/log_lines.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "runtime/decide/words.h"
#include "runtime/image/digest.h"
#include "runtime/log/log_values.h"

namespace policy {

namespace {

// Of what is kept of subjects to know them again; where there are more, it begins anew.
constexpr size_t kKnownBytes = 16u << 20;
constexpr size_t kWrittenSubjects = 1u << 16;
constexpr const char* kUnitWords[] = {"same", "parent", "ancestor", "any"};  // of a manager's unit

template <typename... Args>
void print(fmt::memory_buffer& out, fmt::format_string<Args...> pattern, Args&&... args) {
  fmt::format_to(std::back_inserter(out), pattern, std::forward<Args>(args)...);
}

template <typename List, typename Append>
void append_list(fmt::memory_buffer& out, const List& list, Append append_one) {
  append(out, "[");
  bool is_first = true;
  for (const auto& item : list) {
    if (!is_first) append(out, ",");
    is_first = false;
    append_one(item);
  }
  append(out, "]");
}

void append_principal(fmt::memory_buffer& out, policy_principal principal) {
  if (principal == POLICY_SELF) return append(out, R"("self")");
  const uint32_t number = POLICY_PRINCIPAL_INDEX(principal);
  switch (POLICY_PRINCIPAL_KIND(principal)) {
    case POLICY_NOBODY:
      return append(out, R"("nobody")");
    case POLICY_USER:
      return print(out, R"("user {}")", number);
    case POLICY_TEAM:
      return print(out, R"("team {}")", number);
    case POLICY_UNIT:
      return print(out, R"("unit {}")", number);
    case POLICY_ORGANIZATION:
      return append(out, R"("organization")");
    default:
      print(out, "{}", principal);
  }
}

void append_rights(fmt::memory_buffer& out, uint32_t rights) {
  append(out, "[");
  bool is_first = true;
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    if ((rights >> right & 1) == 0) continue;
    print(out, R"({}"{}")", is_first ? "" : ",", words::kRights[right]);
    is_first = false;
  }
  append(out, "]");
}

void append_number(fmt::memory_buffer& out, uint32_t number) {
  if (number == POLICY_NONE) return append(out, "null");
  print(out, "{}", number);
}

// {"number":3,"name":"sam"}, of which either may be missing; null where both are.
void append_thing(fmt::memory_buffer& out, uint32_t number, std::string_view name) {
  if (number == POLICY_NONE && name.empty()) return append(out, "null");
  append(out, "{");
  if (number != POLICY_NONE) print(out, R"("number":{})", number);
  if (!name.empty()) {
    append(out, number == POLICY_NONE ? R"("name":)" : R"(,"name":)");
    append_text(out, name);
  }
  append(out, "}");
}

const char* level_word(uint32_t level) { return level < words::kLevels.size() ? words::kLevels[level] : "?"; }

const char* reason_word(uint32_t reason) {
  return words::kReasons[reason < words::kReasons.size() ? reason : uint32_t{POLICY_REASON_unknown}].word;
}

void append_holding(fmt::memory_buffer& out, const ProgramTables& tables, const Holding& holding) {
  append(out, R"({"role":)");
  append_text(out, holding.role < tables.roles.size() ? tables.roles[holding.role].name : "?");
  append(out, R"(,"holder":)");
  append_principal(out, holding.holder);
  print(out, R"(,"anchor":[{},{}]}})", holding.anchor.first, holding.anchor.last);
}

// All of it but its id.
void append_subject(fmt::memory_buffer& out, const ProgramTables& tables, const UnpackedSubject& subject) {
  append(out, R"("unit":)");
  append_number(out, subject.unit);
  append(out, R"(,"teams":)");
  append_list(out, subject.teams, [&](policy_principal team) { append_number(out, POLICY_PRINCIPAL_INDEX(team)); });
  append(out, R"(,"roles":)");
  append_list(out, subject.holdings, [&](const Holding& holding) { append_holding(out, tables, holding); });
  print(out, R"(,"hierarchy":"{}","reports":)", hierarchy_text(tables.hierarchy));
  append_list(out, subject.reports, [&](const policy_report& report) {
    append(out, R"({"principal":)");
    append_principal(out, report.principal);
    append(out, R"(,"rights":)");
    append_rights(out, report.rights);
    append(out, "}");
  });
  append(out, R"(,"attributes":)");
  append_attributes(out, tables, tables.user_attributes, subject.attributes);
  append(out, "}\n");
}

void append_record(fmt::memory_buffer& out, const ProgramTables& tables, uint32_t table, const UnpackedRecord& record) {
  append(out, R"({"owner":)");
  append_principal(out, record.header.owner);
  append(out, R"(,"unit":)");
  append_number(out, record.header.owning_unit);
  print(out, R"(,"away":{},"shares":)", record.is_away);
  append_list(out, record.shares, [&](const policy_share& share) {
    append(out, R"({"principal":)");
    append_principal(out, share.principal);
    append(out, R"(,"given":)");
    append_rights(out, share.rights);
    append(out, R"(,"inherited":)");
    append_rights(out, share.inherited);
    append(out, "}");
  });
  append(out, R"(,"attributes":)");
  append_attributes(out, tables, tables.tables[table].attributes, record.attributes);
  append(out, "}");
}

void append_grant(fmt::memory_buffer& out, const ProgramTables& tables, const policy_decision& decision) {
  if (decision.role < tables.roles.size()) {
    append(out, R"(,"role":)");
    append_text(out, tables.roles[decision.role].name);
    append(out, R"(,"through":)");
    append_principal(out, decision.through);
  }
  if (decision.grant >= tables.grants.size()) return;
  const GrantEntry& grant = tables.grants[decision.grant];
  print(out, R"(,"grant":{{"level":"{}")", level_word(grant.level));
  if (grant.place.line != 0 && grant.place.file < tables.files.size()) {
    append(out, R"(,"file":)");
    append_text(out, tables.files[grant.place.file]);
    print(out, R"(,"line":{},"column":{})", grant.place.line, grant.place.column);
  }
  append(out, "}");
}

void append_answer(fmt::memory_buffer& out, const LogEntry& entry) {
  const policy_decision& decision = entry.decision;
  print(out, R"(,"allowed":{},"reason":"{}")", decision.effect == POLICY_ALLOW, reason_word(decision.reason));
  if (decision.reason == POLICY_REASON_level) {
    print(out, R"(,"held":"{}","needed":"{}")", level_word(decision.held), level_word(decision.needed));
  }
  append_grant(out, *entry.tables, decision);
}

// What every line of a decision has, with its facts and without.
void append_question(fmt::memory_buffer& out, const LogEntry& entry, const Unpacked& facts) {
  const ProgramTables& tables = *entry.tables;
  append(out, R"({"time":)");
  append_time(out, entry.time, true);
  append(out, R"(,"policy":)");
  append_text(out, tables.policy_name);
  append(out, R"(,"policy_hash":)");
  append_text(out, {entry.policy_hash.data(), entry.policy_hash.size()});
  if (entry.revision != 0) print(out, R"(,"revision":{})", entry.revision);
  append(out, R"(,"user":)");
  append_thing(out, entry.user, facts.user_name);
  append(out, R"(,"right":)");
  if (entry.right < POLICY_RIGHT_COUNT) {
    append_text(out, words::kRights[entry.right]);
  } else {
    print(out, "{}", entry.right);
  }
  append(out, R"(,"table":)");
  if (entry.table < tables.tables.size()) {
    append_text(out, tables.tables[entry.table].name);
  } else {
    append(out, "null");
  }
  append(out, R"(,"row":)");
  append_thing(out, entry.row, facts.row_name);
  append_answer(out, entry);
}

void append_cut(fmt::memory_buffer& out, const LogEntry& entry, const Unpacked& facts) {
  append_question(out, entry, facts);
  append(out, ",\"cut\":true}\n");
}

}  // namespace

void LogLines::add(const LogEntry& entry, fmt::memory_buffer& out) {
  const size_t begin = out.size();
  if (entry.is_cut) return append_cut(out, entry, unpack(entry));
  add_whole(entry, out);
  const size_t line = out.size() - begin - subject_line_.size();
  if (line <= kLogLineBytes && subject_line_.size() <= kLogLineBytes) return;
  if (!subject_line_.empty()) written_.erase(id_);
  out.resize(begin);
  append_cut(out, entry, unpack(entry));
}

void LogLines::add_whole(const LogEntry& entry, fmt::memory_buffer& out) {
  const ProgramTables& tables = *entry.tables;
  const Unpacked facts = unpack(entry);
  subject_line_.clear();
  if (facts.subject) name_subject(entry, *facts.subject);
  append(out, subject_line_);
  append_question(out, entry, facts);
  append(out, R"(,"subject":)");
  if (facts.subject) {
    append_text(out, id_);
  } else {
    append(out, "null");
  }
  append(out, R"(,"record":)");
  if (facts.record) {
    append_record(out, tables, entry.table, *facts.record);
  } else {
    append(out, "null");
  }
  append(out, R"(,"context":)");
  append_attributes(out, tables, tables.context_attributes, facts.context);
  append(out, "}\n");
}

// Leaves the id in `id_`, and in `subject_line_` the line that is to stand before it is used, if any.
void LogLines::name_subject(const LogEntry& entry, const UnpackedSubject& subject) {
  key_.assign(subject.packed);
  if (!key_.empty()) key_.append(entry.policy_hash.data(), entry.policy_hash.size());
  const auto found = known_.find(key_);
  if (found != known_.end()) {
    id_ = found->second;
    if (written_.contains(id_)) return;
  }
  fmt::memory_buffer body;
  append_subject(body, *entry.tables, subject);
  id_ = subject_id({body.data(), body.size()});
  if (!key_.empty()) remember();
  if (written_.size() >= kWrittenSubjects) written_.clear();
  if (!written_.insert(id_).second) return;
  subject_line_ = fmt::format(R"({{"subject":"{}",{})", id_, std::string_view(body.data(), body.size()));
}

void LogLines::remember() {
  known_bytes_ += key_.size() + kSubjectIdDigits;
  if (known_bytes_ > kKnownBytes) {
    known_.clear();
    known_bytes_ = key_.size() + kSubjectIdDigits;
  }
  known_[key_] = id_;
}

void append_loss(fmt::memory_buffer& out, int64_t time, std::string_view word, uint64_t count) {
  append(out, R"({"time":)");
  append_time(out, time, true);
  print(out, ",\"{}\":{}}}\n", word, count);
}

std::string hierarchy_text(const HierarchyRules& rules) {
  if (rules.model == HierarchyModel::Off) return "off";
  return fmt::format("{} depth {} write_levels {} manager_unit {}{}{}",
                     rules.model == HierarchyModel::Manager ? "manager" : "position", rules.depth, rules.write_levels,
                     kUnitWords[static_cast<size_t>(rules.manager_unit)],
                     rules.needs_unit_level ? " needs_unit_level" : "",
                     rules.disabled_reports_count ? " disabled_reports" : "");
}

namespace {

// Takes a piece off the beginning; false where it does not begin so.
bool take(std::string_view& text, std::string_view piece) {
  if (!text.starts_with(piece)) return false;
  text.remove_prefix(piece.size());
  return true;
}

bool take_number(std::string_view& text) {
  uint32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return failure == std::errc();
}

}  // namespace

bool is_hierarchy_text(std::string_view text) {
  if (text == "off") return true;
  if (!take(text, "manager") && !take(text, "position")) return false;
  if (!take(text, " depth ") || !take_number(text)) return false;
  if (!take(text, " write_levels ") || !take_number(text)) return false;
  if (!take(text, " manager_unit ")) return false;
  if (std::ranges::none_of(kUnitWords, [&](const char* word) { return take(text, word); })) return false;
  take(text, " needs_unit_level");
  take(text, " disabled_reports");
  return text.empty();
}

std::string subject_id(std::string_view body) {
  return hexadecimal(sha256({reinterpret_cast<const uint8_t*>(body.data()), body.size()})).substr(0, kSubjectIdDigits);
}

}  // namespace policy
