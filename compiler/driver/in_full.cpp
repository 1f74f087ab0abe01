#include "compiler/driver/in_full.h"

#include <fmt/format.h>

namespace policyc {

namespace {

std::string verdict_of(bool allowed, Reason reason) {
  return fmt::format("{} because {}", allowed ? "allow" : "deny", word(reason));
}

// An id as a number; -1 for none.
int64_t number(uint32_t id) { return static_cast<int64_t>(static_cast<int32_t>(id)); }

}  // namespace

std::string InFull::operator()(const Decision& decision) const {
  std::string text = verdict_of(decision.allowed, decision.reason);
  if (decision.held != Level::None || decision.needed != Level::None) {
    text += fmt::format(", held {}, needed {}", word(decision.held), word(decision.needed));
  }
  if (decision.role) text += fmt::format(", role `{}`", policy_.roles[decision.role].name);
  if (decision.grant) text += fmt::format(", grant {}", decision.grant.index);
  if (decision.through) text += fmt::format(", through `{}`", name_of(facts_, Principal{decision.through}));
  return text;
}

std::string InFull::operator()(const Answer& answer) const {
  std::string text = verdict_of(answer.allowed, answer.reason);
  if (!answer.party.is_nobody()) text += fmt::format(", party `{}`", name_of(facts_, answer.party));
  if (answer.right) text += fmt::format(", right {}", word(*answer.right));
  if (answer.table) text += fmt::format(", table `{}`", policy_.tables[answer.table].name);
  if (answer.record) text += fmt::format(", record `{}`", facts_.records[answer.record].name);
  if (answer.privilege) text += fmt::format(", privilege `{}`", policy_.privileges[answer.privilege].name);
  if (answer.column) text += fmt::format(", column {}", *answer.column);
  return text + fmt::format(" ({})", (*this)(answer.decision));
}

std::string InFull::operator()(const Effect& e) const {
  return fmt::format(
      "{} record {} principal {:x} relationship {} team {} from {} owner {} before {} after {} through {} above {}",
      word(e.kind), number(e.record.index), e.principal.value, number(e.relationship.index), number(e.team.index),
      number(e.from.index), e.from_owner, number(e.before), number(e.after), number(e.through.index),
      number(e.above.index));
}

std::string InFull::operator()(const Outcome& outcome) const {
  std::string text = (*this)(outcome.answer);
  text += fmt::format("; hidden {:x}, unmasked {:x}", outcome.hidden_columns, outcome.unmasked_columns);
  for (const Effect& effect : outcome.effects) text += "; " + (*this)(effect);
  return text;
}

std::string InFull::operator()(const RunAsAnswer& answer) const {
  auto named = [&](UserId user) { return user ? facts_.users[user].name : std::string("nobody"); };
  return fmt::format("as {} by {}{}: {}", answer.system ? "system" : named(answer.user), named(answer.impersonator),
                     answer.escalates ? " escalating" : "", (*this)(answer.answer));
}

std::string InFull::operator()(const ColumnRights& rights) const {
  return fmt::format("secured {:x} read {:x} create {:x} update {:x} unmasked {:x} one {:x}", rights.secured,
                     rights.read, rights.create, rights.update, rights.read_unmasked, rights.read_one_unmasked);
}

std::string InFull::operator()(const SignIn& answer) const {
  return fmt::format("{}, {}", verdict_of(answer.allowed, answer.reason), word(answer.mode));
}

}  // namespace policyc
