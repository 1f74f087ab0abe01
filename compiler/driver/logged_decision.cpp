#include "compiler/driver/logged_decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "runtime/decide/words.h"

namespace policyc {

namespace {

using nlohmann::json;

// Of brackets; lines of a log need 5.
constexpr int kDepth = 8;

// Caught in read_logged_line, as the library's own exceptions about missing keys and wrong types are.
[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

uint64_t to_count(const json& value) {
  if (!value.is_number_unsigned()) refuse("something else where a number belongs");
  return value.get<uint64_t>();
}

uint32_t to_number(const json& value) {
  const uint64_t count = to_count(value);
  if (count > UINT32_MAX) refuse("a number that is too large");
  return static_cast<uint32_t>(count);
}

uint32_t to_number_or_none(const json& value) { return value.is_null() ? POLICY_NONE : to_number(value); }

policy_principal to_principal(const json& value) {
  const std::string& text = value.get_ref<const std::string&>();
  if (text == "self") return POLICY_SELF;
  if (text == "nobody") return POLICY_NOBODY;
  if (text == "organization") return POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0);
  const std::pair<std::string_view, uint32_t> kinds[] = {
      {"user ", POLICY_USER}, {"team ", POLICY_TEAM}, {"unit ", POLICY_UNIT}};
  for (const auto& [word, kind] : kinds) {
    if (!text.starts_with(word)) continue;
    uint32_t number = 0;
    const char* end = text.data() + text.size();
    auto [stop, failure] = std::from_chars(text.data() + word.size(), end, number);
    if (failure == std::errc() && stop == end && number < POLICY_PRINCIPAL_LIMIT) return POLICY_PRINCIPAL(kind, number);
  }
  refuse(fmt::format("a principal that is none: `{}`", text));
}

uint16_t to_rights(const json& list) {
  uint16_t rights = 0;
  for (const json& item : list) {
    const std::string& word = item.get_ref<const std::string&>();
    const auto found = std::ranges::find(policy::words::kRights, std::string_view(word),
                                         [](const char* known) { return std::string_view(known); });
    if (found == policy::words::kRights.end()) refuse(fmt::format("a right that is none: `{}`", word));
    rights |= static_cast<uint16_t>(1u << (found - policy::words::kRights.begin()));
  }
  return rights;
}

const json& to_object(const json& value) {
  if (!value.is_object()) refuse("attributes that are no object");
  return value;
}

LoggedRole to_role(const json& value) {
  const json& anchor = value.at("anchor");
  return {value.at("role").get<std::string>(),
          to_principal(value.at("holder")),
          {to_number(anchor.at(0)), to_number(anchor.at(1))}};
}

LoggedSubject to_subject(const json& line) {
  LoggedSubject subject;
  subject.id = line.at("subject").get<std::string>();
  subject.unit = to_number_or_none(line.at("unit"));
  for (const json& team : line.at("teams")) {
    const uint32_t number = to_number(team);
    if (number >= POLICY_PRINCIPAL_LIMIT) refuse("a team that is none");
    subject.teams.push_back(POLICY_PRINCIPAL(POLICY_TEAM, number));
  }
  for (const json& role : line.at("roles")) subject.roles.push_back(to_role(role));
  subject.hierarchy = line.at("hierarchy").get<std::string>();
  for (const json& report : line.at("reports")) {
    subject.reports.push_back({to_principal(report.at("principal")), to_rights(report.at("rights"))});
  }
  subject.attributes = to_object(line.at("attributes"));
  return subject;
}

LoggedRecord to_record(const json& value) {
  LoggedRecord record;
  record.owner = to_principal(value.at("owner"));
  record.unit = to_number_or_none(value.at("unit"));
  record.is_away = value.at("away").get<bool>();
  for (const json& share : value.at("shares")) {
    record.shares.push_back(
        {to_principal(share.at("principal")), to_rights(share.at("given")), to_rights(share.at("inherited"))});
  }
  record.attributes = to_object(value.at("attributes"));
  return record;
}

// The host's name for a user or a row, or its number.
std::string to_name(const json& thing, std::string_view before_number) {
  if (thing.is_null()) return {};
  if (thing.contains("name")) return thing.at("name").get<std::string>();
  return fmt::format("{}{}", before_number, to_number(thing.at("number")));
}

LoggedAnswer to_answer(const json& line) {
  LoggedAnswer answer;
  answer.allowed = line.at("allowed").get<bool>();
  answer.reason = line.at("reason").get<std::string>();
  answer.held = line.value("held", std::string());
  answer.needed = line.value("needed", std::string());
  answer.role = line.value("role", std::string());
  answer.through = line.value("through", std::string());
  if (!line.contains("grant")) return answer;
  const json& grant = line.at("grant");
  answer.level = grant.at("level").get<std::string>();
  if (grant.contains("file")) {
    answer.place = fmt::format("{}:{}:{}", grant.at("file").get<std::string>(), to_number(grant.at("line")),
                               to_number(grant.at("column")));
  }
  return answer;
}

std::string text_or_nothing(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

LoggedDecision to_decision(const json& line) {
  LoggedDecision decision;
  const json& user = line.at("user");
  decision.user = to_name(user, "user ");
  if (user.is_object() && user.contains("number")) decision.user_number = to_number(user.at("number"));
  decision.right = text_or_nothing(line.at("right"));
  decision.table = text_or_nothing(line.at("table"));
  decision.row = to_name(line.at("row"), "");
  decision.answer = to_answer(line);
  decision.is_cut = line.value("cut", false);
  if (decision.is_cut) return decision;
  decision.subject = text_or_nothing(line.at("subject"));
  if (!line.at("record").is_null()) decision.record = to_record(line.at("record"));
  decision.context = to_object(line.at("context"));
  return decision;
}

LoggedLine to_line(const json& line) {
  if (!line.is_object()) refuse("no object");
  if (line.contains("allowed")) return to_decision(line);
  if (line.contains("subject")) return to_subject(line);
  if (line.contains("dropped")) return LoggedLoss{.dropped = to_count(line.at("dropped"))};
  if (line.contains("failed")) return LoggedLoss{.failed = to_count(line.at("failed"))};
  refuse("neither a decision nor a subject");
}

}  // namespace

Result<LoggedLine> read_logged_line(std::string_view text) {
  // What lies deeper is not kept: values are copied and destroyed by recursion.
  bool is_deep = false;
  const auto keeps = [&](int depth, json::parse_event_t, json&) {
    is_deep |= depth > kDepth;
    return depth <= kDepth;
  };
  try {
    const json line = json::parse(text, keeps, false);
    if (line.is_discarded() || is_deep) return Failure{is_deep ? "brackets too deep" : "no JSON"};
    return to_line(line);
  } catch (const json::exception& error) {
    return Failure{fmt::format("no line of a decision log: {}", error.what())};
  } catch (const std::invalid_argument& error) {
    return Failure{fmt::format("no line of a decision log: {}", error.what())};
  }
}

}  // namespace policyc
