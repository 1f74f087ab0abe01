#include "tests/differential/engines.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "compiler/base/diagnostic_render.h"

namespace policyc::test {

namespace {

std::string in_words(const Decision& d) {
  return fmt::format("{} {} held={} needed={} grant={} role={} through={:x}", d.allowed ? "allow" : "deny",
                     word(d.reason), word(d.held), word(d.needed), static_cast<int32_t>(d.grant.index),
                     static_cast<int32_t>(d.role.index), d.through);
}

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

std::string in_words(const Policy& policy, const Facts& facts) {
  std::string text;
  for (const Unit& u : facts.units) {
    text += fmt::format("unit {} in {}\n", u.name, u.parent ? facts.units[u.parent].name : "nothing");
  }
  for (const User& u : facts.users) {
    text += fmt::format("user {} in {}:{} values{}\n", u.name, facts.units[u.unit].name,
                        roles_in_words(policy, facts, u.roles), values_in_words(u.attributes));
  }
  for (const Team& t : facts.teams) {
    text += fmt::format("team {} in {}:{} members", t.name, facts.units[t.unit].name,
                        roles_in_words(policy, facts, t.roles));
    for (UserId member : t.members) text += " " + facts.users[member].name;
    text += '\n';
  }
  for (const Share& s : facts.shares) {
    text +=
        fmt::format("share {} with {} for {:x}\n", facts.records[s.record].name, name_of(facts, s.principal), s.rights);
  }
  return text;
}

class Comparing {
 public:
  Comparing(const Engines& engines, const Facts& facts)
      : engines_(engines), facts_(facts), world_(engines.engine.program, engines.engine.ir, facts) {}

  Comparison run() {
    for (UserId user : facts_.users.ids()) {
      for (RecordId record : facts_.records.ids()) {
        for (Right right : kAllRights) compare_stored(user, right, record);
      }
      for (PrivilegeId privilege : engines_.policy().privileges.ids()) compare_privilege(user, privilege);
    }
    return std::move(result_);
  }

 private:
  // A stored record is asked about as such, and for `create` as the row that it would have been.
  void compare_stored(UserId user, Right right, RecordId id) {
    const Record& record = facts_.records[id];
    if (right == Right::Create) {
      return compare(user, right, record, evaluate(engines_.policy(), facts_, user, right, record),
                     world_.decide(user, right, record));
    }
    Decision native = world_.decide(user, right, id);
    compare(user, right, record, evaluate(engines_.policy(), facts_, user, right, id), native);
    if (world_.check(user, right, id) != native.allowed) disagree(user, right, record, "check differs from decide");
  }

  void compare(UserId user, Right right, const Record& record, const Decision& reference, const Decision& native) {
    ++result_.decisions;
    result_.allowed += reference.allowed;
    if (reference == native) return;
    disagree(user, right, record, fmt::format("reference: {}\nnative:    {}", in_words(reference), in_words(native)));
  }

  void compare_privilege(UserId user, PrivilegeId privilege) {
    ++result_.decisions;
    bool reference = holds_privilege(engines_.policy(), facts_, user, privilege);
    if (reference == world_.holds_privilege(user, privilege) || !result_.disagreement.empty()) return;
    result_.disagreement =
        fmt::format("privilege {} of {}: reference {}", privilege.index, facts_.users[user].name, reference);
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
  return std::unique_ptr<Engines>(new Engines{std::move(text), std::move(compilation), std::move(*engine)});
}

Comparison compare_engines(const Engines& engines, const Facts& facts) { return Comparing(engines, facts).run(); }

size_t decision_budget(size_t otherwise) { return number_from_environment("POLICYC_DECISIONS", otherwise); }
uint64_t first_seed() { return number_from_environment("POLICYC_SEED", 1); }

}  // namespace policyc::test
