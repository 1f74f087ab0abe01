// A decision in words, with the places where the policy says so.
#include <fmt/format.h>

#include <cstring>

#include "runtime/abi/handles.h"
#include "runtime/decide/words.h"

namespace policy {

namespace {

const char* level_word(uint32_t level) { return level < words::kLevels.size() ? words::kLevels[level] : "?"; }

std::string holder_in_words(policy_principal holder) {
  const uint32_t number = POLICY_PRINCIPAL_INDEX(holder);
  switch (POLICY_PRINCIPAL_KIND(holder)) {
    case POLICY_USER:
      return fmt::format("by user {}", number);
    case POLICY_TEAM:
      return fmt::format("through team {}", number);
    case POLICY_UNIT:
      return fmt::format("through unit {}", number);
    default:
      return "by nobody";
  }
}

std::string place_of(const ProgramTables& tables, const Place& place) {
  if (place.line == 0 || place.file >= tables.files.size()) return "";
  return fmt::format(", {}:{}:{}", tables.files[place.file], place.line, place.column);
}

std::string explanation(const ProgramTables& tables, uint32_t table, uint32_t right, const policy_decision& decision) {
  const words::Reason& reason = words::kReasons[decision.reason < POLICY_REASON_COUNT ? decision.reason : 0];
  std::string text = fmt::format("{} because {}: {}\n", decision.effect == POLICY_ALLOW ? "allow" : "deny", reason.word,
                                 reason.meaning);
  text += fmt::format("asked: {} on `{}`\n", words::kRights[right], tables.tables[table].name);
  if (decision.role < tables.roles.size()) {
    text += fmt::format("role: `{}`, held {}\n", tables.roles[decision.role].name, holder_in_words(decision.through));
  }
  if (decision.grant < tables.grants.size()) {
    const GrantEntry& grant = tables.grants[decision.grant];
    const char* table_name = grant.table < tables.tables.size() ? tables.tables[grant.table].name.c_str() : "?";
    text += fmt::format("grant: {} on `{}` at {}{}{}\n", words::kRights[grant.right % POLICY_RIGHT_COUNT], table_name,
                        level_word(grant.level), grant.is_conditional ? ", with a condition" : "",
                        place_of(tables, grant.place));
  }
  if (decision.reason == POLICY_REASON_level) {
    text += fmt::format("level: held `{}`, needed `{}`\n", level_word(decision.held), level_word(decision.needed));
  }
  return text;
}

}  // namespace

}  // namespace policy

extern "C" policy_status policy_explain(const policy_program* program, uint32_t table, uint32_t right,
                                        const policy_decision* decision, char* text, size_t size, size_t* needed) {
  if (needed != nullptr) *needed = 0;
  if (text != nullptr && size != 0) text[0] = '\0';
  if (!policy::is_handle(program) || decision == nullptr || (text == nullptr && size != 0)) return POLICY_INVALID;
  if (table >= program->tables().tables.size() || right >= POLICY_RIGHT_COUNT) return POLICY_UNKNOWN;
  return policy::guarded(nullptr, [&] {
    const std::string words = policy::explanation(program->tables(), table, right, *decision);
    if (needed != nullptr) *needed = words.size() + 1;
    if (words.size() + 1 > size) return POLICY_SHORT;
    std::memcpy(text, words.c_str(), words.size() + 1);
    return POLICY_OK;
  });
}
