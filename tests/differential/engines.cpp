#include "tests/differential/engines.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/base/diagnostic_render.h"
#include "compiler/driver/in_full.h"

namespace policyc::test {

namespace {

std::string roles_in_words(const Policy& policy, const Facts& facts, const std::vector<RoleHeld>& roles) {
  std::string text;
  for (const RoleHeld& held : roles) {
    text += fmt::format(" {} from {}", policy.roles[held.role].name, facts.units[held.anchor].name);
  }
  return text;
}

std::string values_in_words(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) text += " " + (value.is_null ? "null" : to_text(value));
  return text;
}

std::string in_words(const Facts& facts, const Share& share) {
  std::string text = fmt::format("share {} with {} for {:x}", facts.records[share.record].name,
                                 name_of(facts, share.principal), share.rights);
  for (const InheritedRights& part : share.inherited) {
    text += fmt::format(" inherited {:x} from {}{}", part.rights,
                        part.from ? facts.records[part.from].name : std::string("nothing"),
                        part.from_owner ? "'s owner" : "");
  }
  return text + "\n";
}

std::string in_words(const Policy& policy, const Facts& facts, const Record& r) {
  std::string text = fmt::format("record {}: {} owned by {} in {}{}{} values{}", r.name, policy.tables[r.table].name,
                                 name_of(facts, r.owner), r.unit ? facts.units[r.unit].name : "none",
                                 r.active ? "" : " inactive", r.exists ? "" : " absent", values_in_words(r.attributes));
  for (const Link& link : r.links) {
    text += fmt::format(" {}->{}", policy.relationships[link.relationship].name, facts.records[link.parent].name);
  }
  return text + "\n";
}

std::string in_words(const Policy& policy, const Facts& facts) {
  std::string text;
  for (const Unit& u : facts.units) {
    text += fmt::format("unit {} in {}:{}\n", u.name, u.parent ? facts.units[u.parent].name : "nothing",
                        roles_in_words(policy, facts, u.roles));
  }
  for (const User& u : facts.users) {
    text += fmt::format("user {} in {}{} mode {} manager {} position {} profiles {}:{} values{}\n", u.name,
                        facts.units[u.unit].name, u.disabled ? " disabled" : "", word(u.access_mode),
                        u.manager ? facts.users[u.manager].name : "none", static_cast<int32_t>(u.position.index),
                        u.profiles.size(), roles_in_words(policy, facts, u.roles), values_in_words(u.attributes));
  }
  for (const Team& t : facts.teams) {
    text += fmt::format("{} team {} in {}:{} members", word(t.kind), t.name, facts.units[t.unit].name,
                        roles_in_words(policy, facts, t.roles));
    for (UserId member : t.members) text += " " + facts.users[member].name;
    text += '\n';
  }
  for (const Record& r : facts.records) text += in_words(policy, facts, r);
  for (const Share& s : facts.shares) text += in_words(facts, s);
  return text;
}

std::string in_words(const Operation& op) {
  auto id = [](uint32_t value) { return static_cast<int32_t>(value); };
  std::string text = fmt::format(
      "{} user={} impersonator={} record={} principal={:x} rights={:x} other={} relationship={} unit={} team={} "
      "proposed={} sign_in={} columns={}",
      word(op.kind), id(op.user.index), id(op.impersonator.index), id(op.record.index), op.principal.value, op.rights,
      id(op.other.index), id(op.relationship.index), id(op.unit.index), id(op.team.index),
      op.proposed ? op.proposed->name : "none", op.asks_sign_in, op.columns.size());
  for (const Link& link : op.links) {
    text += fmt::format(" link {}->{}", link.relationship.index, id(link.parent.index));
  }
  return text + "\n";
}

class Comparing {
 public:
  Comparing(const Engines& engines, const policy::ProgramTables& tables, const Facts& facts)
      : engines_(engines),
        facts_(facts),
        world_(tables, engines.engine.ir, facts),
        first_(engines.first_tier, engines.engine.ir, facts) {}

  Comparison run() {
    for (UserId user : facts_.users.ids()) {
      for (RecordId record : facts_.records.ids()) {
        for (Right right : kAllRights) compare_stored(user, right, record);
      }
      for (PrivilegeId privilege : engines_.policy().privileges.ids()) compare_privilege(user, privilege);
      compare_columns(user);
      compare_steps(user);
      same("sign in", sign_in(engines_.policy(), facts_, user), world_.sign_in(user));
    }
    return std::move(result_);
  }

 private:
  // A stored record is asked about as such, and for `create` as the row that it would have been.
  void compare_stored(UserId user, Right right, RecordId id) {
    const Record& record = facts_.records[id];
    if (right == Right::Create) {
      const Decision reference = evaluate(engines_.policy(), facts_, user, right, record);
      compare(user, right, record, reference, world_.decide(user, right, record), "native");
      return compare(user, right, record, reference, first_.decide(user, right, record), "first tier");
    }
    Decision native = world_.decide(user, right, id);
    const Decision reference = evaluate(engines_.policy(), facts_, user, right, id);
    compare(user, right, record, reference, native, "native");
    compare(user, right, record, reference, first_.decide(user, right, id), "first tier");
    const bool checks_agree =
        world_.check(user, right, id) == native.allowed && first_.check(user, right, id) == native.allowed;
    if (!checks_agree) disagree(user, right, record, "check differs from decide");
  }

  void compare(UserId user, Right right, const Record& record, const Decision& reference, const Decision& native,
               const char* engine) {
    ++result_.decisions;
    result_.allowed += reference.allowed;
    if (reference == native) return;
    InFull in_full(engines_.policy(), facts_);
    disagree(user, right, record, fmt::format("reference: {}\n{}: {}", in_full(reference), engine, in_full(native)));
  }

  void compare_privilege(UserId user, PrivilegeId privilege) {
    ++result_.decisions;
    bool reference = holds_privilege(engines_.policy(), facts_, user, privilege);
    if (reference == world_.holds_privilege(user, privilege) || !result_.disagreement.empty()) return;
    result_.disagreement =
        fmt::format("privilege {} of {}: reference {}", privilege.index, facts_.users[user].name, reference);
  }

  void compare_columns(UserId user) {
    for (RecordId id : facts_.records.ids()) {
      TableId table = facts_.records[id].table;
      same(fmt::format("columns of {} for {}", facts_.records[id].name, facts_.users[user].name),
           column_rights(engines_.policy(), facts_, user, table, id), world_.column_rights(user, table, id));
    }
  }

  void compare_steps(UserId user) {
    for (FlowId flow : engines_.policy().flows.ids()) {
      for (RecordId id : facts_.records.ids()) {
        const Record& record = facts_.records[id];
        if (record.table != engines_.policy().flows[flow].table) continue;
        for (uint32_t step = 0; step < engines_.policy().flows[flow].steps.size(); ++step) {
          RunAsAnswer reference = runs_as(engines_.policy(), facts_, flow, step, user, record, id);
          RunAsAnswer native = world_.runs_as(flow, step, user, record, id);
          std::string what =
              fmt::format("flow {} step {} by {} on {}\n", flow.index, step, facts_.users[user].name, record.name);
          same(what, reference, native);
        }
      }
    }
  }

  template <typename T>
  void same(const std::string& what, const T& reference, const T& native) {
    ++result_.decisions;
    if (reference == native || !result_.disagreement.empty()) return;
    InFull in_full(engines_.policy(), facts_);
    result_.disagreement =
        fmt::format("{}\nreference: {}\nnative:    {}\n--- facts\n{}--- policy\n{}", what, in_full(reference),
                    in_full(native), in_words(engines_.policy(), facts_), engines_.text);
  }

  void disagree(UserId user, Right right, const Record& record, const std::string& what) {
    if (!result_.disagreement.empty()) return;
    result_.disagreement =
        fmt::format("{} {} {} (table {}, owner {}, unit {}, values{})\n{}\n--- facts\n{}--- policy\n{}",
                    facts_.users[user].name, word(right), record.name, engines_.policy().tables[record.table].name,
                    name_of(facts_, record.owner), record.unit ? facts_.units[record.unit].name : "none",
                    values_in_words(record.attributes), what, in_words(engines_.policy(), facts_), engines_.text);
  }

  const Engines& engines_;
  const Facts& facts_;
  NativeWorld world_;
  NativeWorld first_;
  Comparison result_;
};

uint64_t number_from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

std::unique_ptr<Engines> Engines::of(std::string text) {
  Compilation compilation = compile_text("generated.policy", text, ".");
  std::string problems;
  for (const Diagnostic& d : compilation.diagnostics) {
    if (d.severity() == Severity::Error) problems += render_short(d, compilation.sources);
  }
  if (!compilation.policy) {
    ADD_FAILURE() << "the generated policy does not compile:\n" << problems << text;
    return nullptr;
  }
  Result<Engine> engine = build_engine(*compilation.policy, compilation.sources);
  if (!engine) {
    ADD_FAILURE() << engine.error() << "\n" << text;
    return nullptr;
  }
  Result<CompileReport> report = engine->program.wait();
  Result<Program> first_tier = compile_program(engine->ir, {.patience = CompileOptions::kNever});
  if (!report || !first_tier) {
    ADD_FAILURE() << (report ? first_tier.error() : report.error()) << "\n" << text;
    return nullptr;
  }
  return std::unique_ptr<Engines>(
      new Engines{std::move(text), std::move(compilation), std::move(*engine), std::move(*first_tier)});
}

// --- operations

Worlds::Worlds(const Engines& engines, const Facts& facts)
    : engines_(engines),
      facts_(inherit_from_links(engines.policy(), facts)),
      native_(engines.engine.program, engines.engine.ir, facts) {
  native_.inherit_from_links();
  history_ = "--- facts\n" + in_words(engines.policy(), facts) + "--- operations\n";
  compare_state("linking");
}

void Worlds::disagree(std::string what) {
  if (!seen_.disagreement.empty()) return;
  seen_.disagreement = std::move(what) + "\n" + history_ + "--- facts now\n" + in_words(engines_.policy(), facts_) +
                       "--- policy\n" + engines_.text;
}

void Worlds::carry_out(const Operation& operation) {
  if (!seen_.disagreement.empty()) return;
  Outcome reference = perform(engines_.policy(), facts_, operation);
  Outcome native = native_.perform(operation);
  ++seen_.decisions;
  seen_.allowed += reference.answer.allowed;
  bool equal = reference.answer == native.answer && reference.effects == native.effects &&
               reference.hidden_columns == native.hidden_columns &&
               reference.unmasked_columns == native.unmasked_columns;
  if (!equal) {
    InFull in_full(engines_.policy(), facts_);
    return disagree(
        fmt::format("{}reference: {}\nnative:    {}", in_words(operation), in_full(reference), in_full(native)));
  }
  if (!reference.answer.allowed || (operation.kind == OperationKind::Create && operation.proposed)) return;
  history_ += in_words(operation);
  apply(operation, reference.effects, facts_);
  native_.carry_out(operation);
  compare_state(in_words(operation));
}

namespace {

std::vector<Share> in_order(std::vector<Share> shares) {
  auto key = [](const Share& share) { return std::pair(share.record, share.principal); };
  std::erase_if(shares, [](const Share& share) { return share.rights == 0 && share.inherited.empty(); });
  for (Share& share : shares) std::sort(share.inherited.begin(), share.inherited.end());
  std::sort(shares.begin(), shares.end(), [&](const Share& a, const Share& b) { return key(a) < key(b); });
  return shares;
}

bool is_same(const Share& a, const Share& b) {
  return a.record == b.record && a.principal == b.principal && a.rights == b.rights && a.inherited == b.inherited;
}

bool is_same_row(Record a, Record b) {
  auto order = [](const Link& x, const Link& y) { return x.relationship < y.relationship; };
  std::sort(a.links.begin(), a.links.end(), order);
  std::sort(b.links.begin(), b.links.end(), order);
  return a.exists == b.exists &&
         (!a.exists || (a.owner == b.owner && a.unit == b.unit && a.active == b.active && a.links == b.links));
}

}  // namespace

void Worlds::compare_state(const std::string& after_what) {
  std::vector<Share> reference = in_order(facts_.shares), native = in_order(native_.shares());
  if (!std::equal(reference.begin(), reference.end(), native.begin(), native.end(), is_same)) {
    std::string text = "shares differ after " + after_what + "reference:\n";
    for (const Share& share : reference) text += in_words(facts_, share);
    text += "native:\n";
    for (const Share& share : native) text += in_words(facts_, share);
    return disagree(text);
  }
  for (RecordId id : facts_.records.ids()) {
    Record native_row = native_.record(id);
    if (is_same_row(facts_.records[id], native_row)) continue;
    native_row.name = facts_.records[id].name;
    native_row.table = facts_.records[id].table;
    return disagree("rows differ after " + after_what + "native: " + in_words(engines_.policy(), facts_, native_row));
  }
}

void Worlds::compare_decisions() {
  if (!seen_.disagreement.empty()) return;
  InFull in_full(engines_.policy(), facts_);
  for (UserId user : facts_.users.ids()) {
    for (RecordId record : facts_.records.ids()) {
      for (Right right : kAllRights) {
        if (right == Right::Create) continue;
        Decision reference = evaluate(engines_.policy(), facts_, user, right, record);
        Decision native = native_.decide(user, right, record);
        ++seen_.decisions;
        seen_.allowed += reference.allowed;
        if (reference == native) continue;
        disagree(fmt::format("{} {} {}\nreference: {}\nnative:    {}", facts_.users[user].name, word(right),
                             facts_.records[record].name, in_full(reference), in_full(native)));
      }
    }
  }
}

Comparison compare_engines(const Engines& engines, const Facts& facts) {
  return compare_code(engines, engines.engine.program.tables(), facts);
}
Comparison compare_code(const Engines& engines, const policy::ProgramTables& tables, const Facts& facts) {
  return Comparing(engines, tables, facts).run();
}

size_t decision_budget(size_t otherwise) { return number_from_environment("POLICYC_DECISIONS", otherwise); }
uint64_t first_seed() { return number_from_environment("POLICYC_SEED", 1); }

}  // namespace policyc::test
