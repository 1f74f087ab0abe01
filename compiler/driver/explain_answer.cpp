// Whole operations, steps of flows and signing in, in words.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/driver/explain.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/perform.h"

namespace policyc {

namespace {

void append(std::vector<std::string>& lines, std::vector<std::string> more) {
  std::ranges::move(more, std::back_inserter(lines));
}

// --- names of what an operation is about

class OperationWords {
 public:
  OperationWords(const Policy& policy, const Facts& facts, const Operation& operation)
      : policy_(policy), facts_(facts), operation_(operation) {}

  // The row as it is, or of a create as it would be; null where the facts do not hold it.
  const Record* main_row() const {
    if (operation_.proposed) return &*operation_.proposed;
    return facts_.records.contains(operation_.record) ? &facts_.records[operation_.record] : nullptr;
  }

  // "assign `t1` of `trip`, owned by user `sam` in unit `north`, to user `ana`"
  std::string asked() const {
    std::string what(word(operation_.kind));
    std::string main = main_row() ? row_in_words(policy_, facts_, *main_row()) : "an unknown row";
    switch (operation_.kind) {
      case OperationKind::Create:
      case OperationKind::Read:
      case OperationKind::Update:
      case OperationKind::Delete:
      case OperationKind::Deactivate:
      case OperationKind::Activate:
        return fmt::format("{} {}", what, main);
      case OperationKind::Assign:
        return fmt::format("assign {}, to {}", main, principal());
      case OperationKind::Share:
      case OperationKind::Modify:
        return fmt::format("{} {}, with {} for {}", what, main, principal(), rights());
      case OperationKind::Revoke:
        return fmt::format("revoke {}, from {}", main, principal());
      case OperationKind::Link:
        return fmt::format("link `{}` of {}, to {}", lookup(), main, row(operation_.other));
      case OperationKind::Unlink:
        return fmt::format("clear `{}` of {}", lookup(), main);
      case OperationKind::Associate:
      case OperationKind::Disassociate:
        return fmt::format("{} {}, with {}", what, main, row(operation_.other));
      case OperationKind::Merge:
        return fmt::format("merge {}, into {}", main, row(operation_.other));
      case OperationKind::SetUnit:
        return fmt::format("move {}, to unit `{}`", main, unit());
      case OperationKind::AddMember:
      case OperationKind::RemoveMember:
        return fmt::format("{} {} {} {}", operation_.kind == OperationKind::AddMember ? "add" : "remove", principal(),
                           operation_.kind == OperationKind::AddMember ? "to" : "from", team());
      case OperationKind::MoveUser:
        return fmt::format("move {} to unit `{}`", principal(), unit());
      case OperationKind::MoveTeam:
        return fmt::format("move {} to unit `{}`", team(), unit());
    }
    return what;
  }

  std::string row(RecordId id) const {
    if (!facts_.records.contains(id)) return "an unknown row";
    return fmt::format("`{}` of `{}`", facts_.records[id].name, policy_.tables[facts_.records[id].table].name);
  }
  std::string principal() const { return principal_in_words(facts_, operation_.principal); }
  std::string team() const {
    return operation_.team ? principal_in_words(facts_, Principal::of(operation_.team)) : "an unknown team";
  }
  std::string_view unit() const {
    return facts_.units.contains(operation_.unit) ? std::string_view(facts_.units[operation_.unit].name) : "unknown";
  }

 private:
  std::string_view lookup() const {
    bool known = policy_.relationships.contains(operation_.relationship);
    return known ? std::string_view(policy_.relationships[operation_.relationship].lookup) : "unknown";
  }

  std::string rights() const {
    std::vector<std::string_view> words;
    for (Right right : kAllRights) {
      if (has(operation_.rights, right)) words.push_back(word(right));
    }
    return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", "));
  }

  const Policy& policy_;
  const Facts& facts_;
  const Operation& operation_;
};

// --- the missing piece

class MissingPiece {
 public:
  MissingPiece(const Policy& policy, const Facts& facts, const Operation& operation, const Answer& answer)
      : policy_(policy), facts_(facts), operation_(operation), answer_(answer), words_(policy, facts, operation) {}

  std::string text() const {
    if (answer_.allowed) return {};
    std::string lacks = lack();
    return lacks.empty() ? fmt::format("in the way: {}", obstacle()) : fmt::format("missing: {}", lacks);
  }

 private:
  // What somebody lacks; empty where it is something else.
  std::string lack() const {
    switch (answer_.reason) {
      case Reason::NoPrivilege:
        if (!answer_.right) return fmt::format("{} lacks {}", party(), privilege());
        return fmt::format("{} lacks `{}` {}", party(), right(), place());
      case Reason::Level:
      case Reason::Condition:
        return fmt::format("{} lacks `{}` {}", party(), right(), place());
      case Reason::NeedsRead:
        return fmt::format("{} lacks `read` {}", party(), place());
      case Reason::NotHeld:
        return fmt::format("{} lacks `{}` {}, and so cannot give it", party(), right(), place());
      case Reason::OtherParty:
        if (!answer_.right) return {};
        return fmt::format("{} lacks `{}` on table `{}`{}", party(), right(), table(), in_unit());
      case Reason::Column:
        return fmt::format("{} may not {} column `{}` of `{}`", party(), word(operation_.kind), column(), table());
      case Reason::NoActOnBehalf:
        return fmt::format("{} lacks privilege `{}`", party(), kActOnBehalfPrivilege);
      default:
        return {};
    }
  }

  std::string obstacle() const {
    switch (answer_.reason) {
      case Reason::Illegal:
        return illegal();
      case Reason::Restrict:
        return fmt::format("{}, which restricts the delete", words_.row(answer_.record));
      case Reason::OtherParty:
        return fmt::format("{} cannot be shared with under this rule book", party());
      case Reason::CannotOwn:
        return fmt::format("{} cannot own rows of `{}`", party(), table());
      case Reason::Cycle:
        if (operation_.kind == OperationKind::Merge && operation_.record == operation_.other) {
          return "a row is not merged into itself";
        }
        return fmt::format("{} would stand above itself", words_.row(answer_.record));
      case Reason::ClassicUnits:
        return "a row lies in its owner's unit under classic business units";
      case Reason::NotSameTable:
        return fmt::format("{} and {} are of different tables", words_.row(operation_.record),
                           words_.row(operation_.other));
      case Reason::SystemManaged:
        return fmt::format("{} is looked after by the platform itself", words_.team());
      case Reason::AccessTeam:
        return fmt::format("{} is an access team, which owns nothing", party());
      case Reason::Disabled:
        return fmt::format("{} is disabled", party());
      case Reason::AccessMode:
        return fmt::format("{} has access mode `{}`", party(), word(facts_.users[answer_.party.user()].access_mode));
      case Reason::Unknown:
        return "the operation names something that the facts do not hold";
      default:
        return std::string(meaning(answer_.reason));
    }
  }

  std::string illegal() const {
    if (answer_.right) return fmt::format("`{}` does not take `{}`", table(), right());
    if (answer_.table) return fmt::format("rows of `{}` have no unit", table());
    return fmt::format("{} is an owner team; operations change the members of access teams alone", words_.team());
  }

  std::string party() const { return principal_in_words(facts_, answer_.party); }
  std::string_view right() const { return answer_.right ? word(*answer_.right) : "the right"; }
  std::string_view table() const {
    return answer_.table ? std::string_view(policy_.tables[answer_.table].name) : "unknown";
  }
  std::string_view column() const {
    return answer_.table && answer_.column
               ? std::string_view(policy_.tables[answer_.table].attributes[*answer_.column].name)
               : "unknown";
  }

  // The privilege may be one that the policy does not declare, so that nobody holds it.
  std::string privilege() const {
    if (answer_.privilege) return fmt::format("privilege `{}`", policy_.privileges[answer_.privilege].name);
    if (answer_.party.user() && !sign_in(policy_, facts_, answer_.party.user()).allowed) return "a role";
    std::string_view name = operation_.kind == OperationKind::Merge      ? kMergePrivilege
                            : operation_.kind == OperationKind::MoveUser ? kReparentUserPrivilege
                            : operation_.kind == OperationKind::MoveTeam ? kReparentTeamPrivilege
                                                                         : std::string_view();
    return name.empty() ? "a role" : fmt::format("privilege `{}`, which the policy does not declare", name);
  }

  std::string place() const {
    if (answer_.record) return "on " + words_.row(answer_.record);
    bool as_it_would_be = operation_.kind == OperationKind::Create && answer_.reason != Reason::NoPrivilege &&
                          answer_.reason != Reason::NeedsRead && answer_.party.user();
    if (as_it_would_be) return fmt::format("on a row of `{}` as it would be", table());
    if (answer_.table) return fmt::format("on table `{}`", table());
    // The one table that is asked about by its name alone.
    return fmt::format("on table `{}`, which the policy does not declare", kBusinessUnitTable);
  }

  std::string in_unit() const {
    if (operation_.kind != OperationKind::SetUnit) return {};
    return fmt::format(" that reaches unit `{}`", words_.unit());
  }

  const Policy& policy_;
  const Facts& facts_;
  const Operation& operation_;
  const Answer& answer_;
  OperationWords words_;
};

// Whether somebody for whom a share with the principal counts has some grant of the right.
bool anybody_holds(const Policy& policy, const Facts& facts, Principal principal, Right right, TableId table) {
  auto holds = [&](UserId user) { return holds_right(policy, facts, Principal::of(user), right, table); };
  if (principal.user()) return holds(principal.user());
  return std::ranges::any_of(facts.users.ids(), [&](UserId user) {
    bool counts = principal == Principal::organization() ||
                  (principal.team() && is_member(facts, user, principal.team())) ||
                  (principal.unit() && facts.users[user].unit == principal.unit());
    return counts && holds(user);
  });
}

// --- steps of flows

std::string who_in_words(const Facts& facts, const RunAsAnswer& answer) {
  if (answer.system) return "the system";
  return answer.user ? fmt::format("`{}`", facts.users[answer.user].name) : "nobody";
}

std::string identity_in_words(const Flow& flow, const FlowStep& step) {
  switch (step.identity) {
    case StepIdentity::Connection:
      return fmt::format("via the connection of `{}`", step.connection);
    case StepIdentity::InitiatingUser:
      return "as initiating_user";
    case StepIdentity::System:
      return "as system";
    case StepIdentity::Invoker:
      break;
  }
  if (flow.run_as == RunAs::LeftOut) return "as invoker, run as left out";
  if (flow.run_as == RunAs::NamedUser) return fmt::format("as invoker, registered for `{}`", flow.run_as_user);
  return fmt::format("as invoker, run as {}", word(flow.run_as));
}

}  // namespace

std::string missing_piece(const Policy& policy, const Facts& facts, const Operation& operation, const Answer& answer) {
  return MissingPiece(policy, facts, operation, answer).text();
}

std::vector<std::string> rights_without_effect(const Policy& policy, const Facts& facts, const Operation& operation) {
  std::vector<std::string> lines;
  bool gives = operation.kind == OperationKind::Share || operation.kind == OperationKind::Modify;
  if (!gives || !facts.records.contains(operation.record)) return lines;
  TableId table = facts.records[operation.record].table;
  for (Right right : kAllRights) {
    if (!has(operation.rights, right) || anybody_holds(policy, facts, operation.principal, right, table)) continue;
    bool is_group = !operation.principal.user();
    lines.push_back(fmt::format("note: no role gives {}{} `{}` on `{}`, so sharing it has no effect",
                                is_group ? "anybody in " : "", principal_in_words(facts, operation.principal),
                                word(right), policy.tables[table].name));
  }
  return lines;
}

std::vector<std::string> explain_answer(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                        const Operation& operation, const Answer& answer, InheritedParts parts) {
  OperationWords words(policy, facts, operation);
  std::vector<std::string> lines = {fmt::format("{}: {}", verdict(answer), meaning(answer.reason))};
  std::string who = facts.users.contains(operation.user) ? facts.users[operation.user].name : "nobody known";
  if (operation.impersonator && operation.impersonator != operation.user) {
    std::string_view acting = facts.users.contains(operation.impersonator)
                                  ? std::string_view(facts.users[operation.impersonator].name)
                                  : "nobody known";
    lines.push_back(fmt::format("asked: may `{}` on behalf of `{}` {}", acting, who, words.asked()));
  } else {
    lines.push_back(fmt::format("asked: may `{}` {}", who, words.asked()));
  }
  if (!answer.allowed) lines.push_back(missing_piece(policy, facts, operation, answer));
  const Record* row = facts.records.contains(answer.record) ? &facts.records[answer.record] : words.main_row();
  if (row && answer.party.user() && answer.decision != Decision{}) {
    Question question{answer.party.user(), answer.right.value_or(Right::Read), row};
    append(lines, explain_row(policy, sources, facts, question, answer.decision));
  }
  if (answer.allowed) append(lines, rights_without_effect(policy, facts, operation));
  auto ask = [&](const Policy& other, const Facts& then) { return verdict(perform(other, then, operation).answer); };
  if (has_left_overs(facts)) {
    std::string without = without_left_overs(policy, facts, ask);
    if (without != ask(policy, facts)) {
      lines.push_back(fmt::format("drift: with what is left over removed the answer would be {}", without));
    }
  }
  append(lines, hanging_switches(policy, sources, facts, parts, row ? row->table : TableId{}, ask));
  return lines;
}

// A step asks less than an operation: of the rules that are named here the same ones.
std::string missing_piece(const Policy& policy, const Facts& facts, const FlowRun& run, const RunAsAnswer& answer) {
  if (answer.answer.allowed) return {};
  if (!answer.user) return "in the way: the facts do not know whom the flow names";
  bool creates = policy.flows[run.flow].steps[run.step].right == Right::Create;
  Operation operation{.kind = creates ? OperationKind::Create : OperationKind::Update, .user = answer.user};
  return missing_piece(policy, facts, operation, answer.answer);
}

std::vector<std::string> explain_run_as(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                        const FlowRun& run, const RunAsAnswer& answer, InheritedParts parts) {
  const Flow& flow = policy.flows[run.flow];
  const FlowStep& step = flow.steps[run.step];
  const Record& record = facts.records[run.record];
  auto ask = [&](const Policy& other, const Facts& then) {
    RunAsAnswer found =
        runs_as(other, then, run.flow, run.step, run.triggering_user, then.records[run.record], run.record);
    std::string bounded =
        found.impersonator ? fmt::format(" on behalf of `{}`", then.users[found.impersonator].name) : "";
    return fmt::format("{}{}, {}", who_in_words(then, found), bounded, verdict(found.answer));
  };
  std::vector<std::string> lines = {
      fmt::format("{}: {}", verdict(answer.answer), meaning(answer.answer.reason)),
      fmt::format("step: `{}` of `{}`, {} on `{}`, {}, {}", step.name, flow.name, word(step.right),
                  policy.tables[step.table].name, identity_in_words(flow, step), place_of(sources, step.span)),
      fmt::format("set off: by `{}` on {}", facts.users[run.triggering_user].name,
                  row_in_words(policy, facts, record))};
  if (!answer.answer.allowed) lines.push_back(missing_piece(policy, facts, run, answer));
  bool known = answer.user.is_some();
  if (known && answer.answer.decision != Decision{}) {
    Record made = blank_record(policy, step.table);
    bool creates = step.right == Right::Create;
    if (creates && policy.tables[step.table].ownership == Ownership::User) made.owner = Principal::of(answer.user);
    if (creates && policy.tables[step.table].ownership != Ownership::Organization) {
      made.unit = facts.users[answer.user].unit;
    }
    UserId asked = answer.answer.party.user() ? answer.answer.party.user() : answer.user;
    append(lines,
           explain_row(policy, sources, facts, {asked, step.right, creates ? &made : &record}, answer.answer.decision));
  }
  append(lines, hanging_switches(policy, sources, facts, parts, step.table, ask));
  return lines;
}

std::vector<std::string> explain_sign_in(const Policy& policy, const SourceMap& sources, const Facts& facts,
                                         UserId user, const SignIn& answer, InheritedParts parts) {
  const std::string& name = facts.users[user].name;
  std::vector<std::string> lines = {
      answer.allowed ? fmt::format("allow: `{}` may sign in", name)
                     : fmt::format("deny because {}: {}", word(answer.reason),
                                   answer.reason == Reason::Disabled ? "the user is disabled" : "no role is held")};
  switch (answer.mode) {
    case AccessMode::Administrative:
      lines.push_back("access mode: `administrative` opens settings alone; no operation on rows is theirs");
      break;
    case AccessMode::Read:
      lines.push_back("access mode: `read` opens nothing but reading");
      break;
    case AccessMode::ReadWrite:
    case AccessMode::Support:
    case AccessMode::NonInteractive:
    case AccessMode::DelegatedAdmin:
      lines.push_back(fmt::format("access mode: `{}` does not narrow what is done to rows", word(answer.mode)));
      break;
  }
  if (!answer.allowed) {
    lines.push_back(
        fmt::format("note: `{}` may still own rows and be shared with; `--can` asks about access alone", name));
  }
  auto ask = [&](const Policy& other, const Facts& then) {
    SignIn found = sign_in(other, then, user);
    return found.allowed ? std::string("allow") : fmt::format("deny because {}", word(found.reason));
  };
  append(lines, hanging_switches(policy, sources, facts, parts, {}, ask));
  return lines;
}

}  // namespace policyc
