#include "compiler/driver/logged_decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <stdexcept>

#include "runtime/decide/words.h"
#include "runtime/log/log_lines.h"

namespace policyc {

namespace {

using nlohmann::json;

// Of brackets; lines of a log need 5.
constexpr int kDepth = 8;

// Caught in read_logged_line.
[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

// --- values by their keys

const json& at(const json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) refuse(fmt::format("no `{}`", key));
  return object.at(key);
}

const std::string& text_at(const json& object, const char* key) {
  const json& value = at(object, key);
  if (!value.is_string()) refuse(fmt::format("`{}` is no text", key));
  return value.get_ref<const std::string&>();
}

// Empty where there is none.
std::string text_if_there(const json& object, const char* key) {
  return object.contains(key) ? text_at(object, key) : std::string();
}

bool truth_at(const json& object, const char* key) {
  const json& value = at(object, key);
  if (!value.is_boolean()) refuse(fmt::format("`{}` is neither true nor false", key));
  return value.get<bool>();
}

const json& list_at(const json& object, const char* key) {
  const json& value = at(object, key);
  if (!value.is_array()) refuse(fmt::format("`{}` is no list", key));
  return value;
}

const json& object_at(const json& object, const char* key) {
  const json& value = at(object, key);
  if (!value.is_object()) refuse(fmt::format("`{}` is no object", key));
  return value;
}

uint64_t to_count(const json& value, const char* key) {
  if (!value.is_number_unsigned()) refuse(fmt::format("something else in `{}` where a number belongs", key));
  return value.get<uint64_t>();
}

uint32_t to_number(const json& value, const char* key) {
  const uint64_t count = to_count(value, key);
  if (count > UINT32_MAX) refuse(fmt::format("a number in `{}` that is too large", key));
  return static_cast<uint32_t>(count);
}

uint32_t number_at(const json& object, const char* key) { return to_number(at(object, key), key); }

uint32_t number_or_none_at(const json& object, const char* key) {
  return at(object, key).is_null() ? POLICY_NONE : number_at(object, key);
}

// --- words

const std::string& reason_at(const json& line) {
  const std::string& reason = text_at(line, "reason");
  for (const auto& known : policy::words::kReasons) {
    if (reason == known.word) return reason;
  }
  refuse(fmt::format("a reason that is none: `{}`", reason));
}

uint16_t rights_at(const json& object, const char* key) {
  uint16_t rights = 0;
  for (const json& item : list_at(object, key)) {
    const std::string word = item.is_string() ? item.get<std::string>() : item.dump();
    const auto found = std::ranges::find(policy::words::kRights, std::string_view(word),
                                         [](const char* known) { return std::string_view(known); });
    if (found == policy::words::kRights.end()) refuse(fmt::format("a right that is none: `{}`", word));
    rights |= static_cast<uint16_t>(1u << (found - policy::words::kRights.begin()));
  }
  return rights;
}

// `kinds`: those that belong there, a bit for each. `self` is none of them.
policy_principal principal_at(const json& object, const char* key, uint32_t kinds) {
  const std::string& text = text_at(object, key);
  const std::pair<std::string_view, uint32_t> all[] = {
      {"user ", POLICY_USER}, {"team ", POLICY_TEAM}, {"unit ", POLICY_UNIT}};
  if (text == "nobody" && (kinds >> POLICY_NOBODY & 1) != 0) return POLICY_NOBODY;
  if (text == "organization" && (kinds >> POLICY_ORGANIZATION & 1) != 0) {
    return POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0);
  }
  for (const auto& [word, kind] : all) {
    if (!text.starts_with(word) || (kinds >> kind & 1) == 0) continue;
    uint32_t number = 0;
    const char* end = text.data() + text.size();
    auto [stop, failure] = std::from_chars(text.data() + word.size(), end, number);
    if (failure == std::errc() && stop == end && number < POLICY_PRINCIPAL_LIMIT) return POLICY_PRINCIPAL(kind, number);
  }
  refuse(fmt::format("`{}` cannot be `{}`", key, text));
}

constexpr uint32_t kTeamOrUnit = 1u << POLICY_TEAM | 1u << POLICY_UNIT;
constexpr uint32_t kAnyone = kTeamOrUnit | 1u << POLICY_USER | 1u << POLICY_NOBODY | 1u << POLICY_ORGANIZATION;

// --- lines

LoggedRole to_role(const json& value) {
  LoggedRole role;
  role.role = text_at(value, "role");
  if (text_at(value, "holder") != "self") role.holder = principal_at(value, "holder", kTeamOrUnit);
  const json& anchor = list_at(value, "anchor");
  if (anchor.size() != 2) refuse("an `anchor` that is no two numbers");
  role.anchor = {to_number(anchor[0], "anchor"), to_number(anchor[1], "anchor")};
  return role;
}

LoggedSubject to_subject(const json& line) {
  LoggedSubject subject;
  subject.id = text_at(line, "subject");
  subject.unit = number_or_none_at(line, "unit");
  for (const json& team : list_at(line, "teams")) {
    const uint32_t number = to_number(team, "teams");
    if (number >= POLICY_PRINCIPAL_LIMIT) refuse("a team that is none");
    subject.teams.push_back(POLICY_PRINCIPAL(POLICY_TEAM, number));
  }
  for (const json& role : list_at(line, "roles")) subject.roles.push_back(to_role(role));
  subject.hierarchy = text_at(line, "hierarchy");
  if (!policy::is_hierarchy_text(subject.hierarchy)) {
    refuse(fmt::format("a hierarchy that is none: `{}`", subject.hierarchy));
  }
  for (const json& report : list_at(line, "reports")) {
    subject.reports.push_back({principal_at(report, "principal", kAnyone), rights_at(report, "rights")});
  }
  subject.attributes = object_at(line, "attributes");
  return subject;
}

LoggedRecord to_record(const json& value) {
  LoggedRecord record;
  record.owner = principal_at(value, "owner", kAnyone);
  record.unit = number_or_none_at(value, "unit");
  record.is_away = truth_at(value, "away");
  for (const json& share : list_at(value, "shares")) {
    record.shares.push_back(
        {principal_at(share, "principal", kAnyone), rights_at(share, "given"), rights_at(share, "inherited")});
  }
  record.attributes = object_at(value, "attributes");
  return record;
}

// The host's name for a user or a row, or its number.
std::string name_at(const json& line, const char* key, std::string_view before_number) {
  const json& thing = at(line, key);
  if (thing.is_null()) return {};
  if (object_at(line, key).contains("name")) return text_at(thing, "name");
  return fmt::format("{}{}", before_number, number_at(thing, "number"));
}

LoggedAnswer to_answer(const json& line) {
  LoggedAnswer answer;
  answer.allowed = truth_at(line, "allowed");
  answer.reason = reason_at(line);
  answer.held = text_if_there(line, "held");
  answer.needed = text_if_there(line, "needed");
  answer.role = text_if_there(line, "role");
  answer.through = text_if_there(line, "through");
  if (!line.contains("grant")) return answer;
  const json& grant = object_at(line, "grant");
  answer.level = text_at(grant, "level");
  if (grant.contains("file")) {
    answer.place =
        fmt::format("{}:{}:{}", text_at(grant, "file"), number_at(grant, "line"), number_at(grant, "column"));
  }
  return answer;
}

// The number of a right that there is not is none of the words.
std::string right_at(const json& line) {
  return at(line, "right").is_number() ? std::string() : text_at(line, "right");
}

std::string text_or_null_at(const json& line, const char* key) {
  return at(line, key).is_null() ? std::string() : text_at(line, key);
}

LoggedDecision to_decision(const json& line) {
  LoggedDecision decision;
  decision.user = name_at(line, "user", "user ");
  const json& user = line.at("user");
  if (user.is_object() && user.contains("number")) decision.user_number = number_at(user, "number");
  decision.right = right_at(line);
  decision.table = text_or_null_at(line, "table");
  decision.row = name_at(line, "row", "");
  decision.answer = to_answer(line);
  decision.is_cut = line.contains("cut") && truth_at(line, "cut");
  if (decision.is_cut) return decision;
  decision.subject = text_or_null_at(line, "subject");
  if (!at(line, "record").is_null()) decision.record = to_record(object_at(line, "record"));
  decision.context = object_at(line, "context");
  return decision;
}

// An id is the beginning of the SHA-256 of what stands behind it: a subject that somebody wrote over has another.
void check_id(const std::string& id, std::string_view text) {
  const std::string begin = fmt::format(R"({{"subject":"{}",)", id);
  while (text.ends_with('\r') || text.ends_with('\n')) text.remove_suffix(1);
  if (id.size() != policy::kSubjectIdDigits || !text.starts_with(begin))
    refuse("a subject that does not begin with its id");
  const std::string body = fmt::format("{}\n", text.substr(begin.size()));
  if (policy::subject_id(body) != id) refuse("a subject whose id is not that of its facts");
}

LoggedLine to_line(const json& line, std::string_view text) {
  if (!line.is_object()) refuse("no object");
  if (line.contains("allowed")) return to_decision(line);
  if (line.contains("subject")) {
    LoggedSubject subject = to_subject(line);
    check_id(subject.id, text);
    return subject;
  }
  if (line.contains("dropped")) return LoggedLoss{.dropped = to_count(line.at("dropped"), "dropped")};
  if (line.contains("failed")) return LoggedLoss{.failed = to_count(line.at("failed"), "failed")};
  refuse("neither a decision nor a subject");
}

// What is wrong with a line before it says anything: it nests too deep, or has a key twice.
class Shape {
 public:
  // Of what lies deeper nothing is kept: values are copied and destroyed by recursion.
  bool take(int depth, json::parse_event_t event, const json& value) {
    if (depth > kDepth) {
      mistake_ = "brackets too deep";
      return false;
    }
    std::set<std::string>& keys = keys_[static_cast<size_t>(depth)];
    if (event == json::parse_event_t::object_start) keys_[static_cast<size_t>(depth) + 1].clear();
    if (event != json::parse_event_t::key || keys.insert(value.get<std::string>()).second) return true;
    if (mistake_.empty()) mistake_ = fmt::format("`{}` twice", value.get_ref<const std::string&>());
    return true;
  }
  const std::string& mistake() const { return mistake_; }

 private:
  std::array<std::set<std::string>, kDepth + 2> keys_;  // of the object that is being read at each depth
  std::string mistake_;
};

}  // namespace

Result<LoggedLine> read_logged_line(std::string_view text) {
  Shape shape;
  const auto keeps = [&](int depth, json::parse_event_t event, json& value) { return shape.take(depth, event, value); };
  try {
    const json line = json::parse(text, keeps, false);
    if (!shape.mistake().empty()) return Failure{shape.mistake()};
    if (line.is_discarded()) return Failure{"no JSON"};
    return to_line(line, text);
  } catch (const json::exception& error) {
    return Failure{fmt::format("no line of a decision log: {}", error.what())};
  } catch (const std::invalid_argument& error) {
    return Failure{fmt::format("no line of a decision log: {}", error.what())};
  }
}

}  // namespace policyc
