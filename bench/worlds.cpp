#include "bench/worlds.h"

#include <array>
#include <iterator>

#include "compiler/ir/attribute_layout.h"

namespace policyc::bench {

namespace {

bool names_match(const policy::ProgramTables& tables, const PolicyPlan& plan) {
  if (tables.tables.size() != plan.tables.size() || tables.roles.size() != plan.roles.size()) return false;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (tables.tables[i].name != plan.tables[i].name) return false;
  }
  for (size_t i = 0; i < plan.roles.size(); ++i) {
    if (tables.roles[i].name != plan.roles[i].name) return false;
  }
  return true;
}

// Rows keep pointers to the bytes of their strings.
const Value& region_value(int64_t region) {
  static const std::array<Value, std::size(kRegions)> kValues = [] {
    std::array<Value, std::size(kRegions)> values;
    for (size_t i = 0; i < values.size(); ++i) values[i] = Value::string(kRegions[i]);
    return values;
  }();
  return kValues[static_cast<size_t>(region)];
}

void write_number(const Field& field, int64_t number, int64_t factor, uint8_t* bytes) {
  if (number != kNull) write_value(field, Value::of(field.type, Int128{number} * factor), bytes);
}

std::vector<uint64_t> record_bytes(const AttributeLayout& layout, const PlannedRecord& record) {
  std::vector<uint64_t> words(layout.size / 8);
  uint8_t* bytes = reinterpret_cast<uint8_t*>(words.data());
  constexpr int64_t kDecimalsPerCent = 100'000'000;  // a decimal keeps ten places
  for (const Field& field : layout.fields) {
    if (field.name == "amount") write_number(field, record.amount_cents, kDecimalsPerCent, bytes);
    if (field.name == "status") write_number(field, record.status, 1, bytes);
    if (field.name == "due") write_number(field, record.due, 1, bytes);
    if (field.name == "grade") write_number(field, record.grade, 1, bytes);
    if (field.name == "region" && record.region != kNull) write_value(field, region_value(record.region), bytes);
  }
  return words;
}

std::vector<uint64_t> user_bytes(const AttributeLayout& layout, const PlannedUser& user) {
  std::vector<uint64_t> words(layout.size / 8);
  for (const Field& field : layout.fields) {
    if (field.name == "grade") write_number(field, user.grade, 1, reinterpret_cast<uint8_t*>(words.data()));
  }
  return words;
}

}  // namespace

Result<Engine> compile_workload(const std::string& name, const std::string& text) {
  Compilation compiled = compile_text(name + ".policy", text, ".");
  if (!compiled.policy) {
    for (const Diagnostic& diagnostic : compiled.diagnostics) {
      if (diagnostic.severity() == Severity::Error) return Failure{name + ": " + diagnostic.message};
    }
    return Failure{name + " does not compile"};
  }
  Result<Engine> engine = build_engine(*compiled.policy, compiled.sources);
  if (!engine) return engine;
  if (Result<CompileReport> report = engine->program.wait(); !report) return Failure{report.error()};
  return engine;
}

CompiledWorld::CompiledWorld(const Engine& engine, const Workload& workload)
    : ir_(engine.ir), world_(engine.program.tables()) {
  fits_ = names_match(world_.tables, workload.policy);
  if (!fits_) return;
  add_people(workload);
  world_.resolve_users();
  for (uint32_t user = 0; user < workload.users.size(); ++user) views_.push_back(world_.subject(user).view());
  add_records(workload);
}

void CompiledWorld::add_people(const Workload& workload) {
  policy::Organization& organization = world_.organization;
  fits_ = organization.add_units(workload.unit_parents);
  organization.number_units();
  for (uint32_t t = 0; t < workload.teams.size(); ++t) {
    const PlannedTeam& team = workload.teams[t];
    fits_ &= organization.add_team(team.unit) == t;
    for (uint32_t role : team.roles) {
      fits_ &= organization.give_role(POLICY_PRINCIPAL(POLICY_TEAM, t), role, team.unit);
    }
  }
  for (uint32_t u = 0; u < workload.users.size(); ++u) {
    const PlannedUser& user = workload.users[u];
    fits_ &= organization.add_user(user.unit) == u;
    fits_ &= organization.set_attributes(u, user_bytes(ir_.user_layout, user));
    if (!user.name.empty()) fits_ &= organization.set_name(u, user.name);
    if (user.disabled) fits_ &= organization.set_disabled(u, true);
    for (uint32_t role : user.roles) {
      fits_ &= organization.give_role(POLICY_PRINCIPAL(POLICY_USER, u), role, user.unit);
    }
    for (uint32_t team : user.teams) fits_ &= organization.join(u, team);
  }
}

void CompiledWorld::add_records(const Workload& workload) {
  for (const PlannedRecord& planned : workload.records) {
    policy::Row row;
    row.table = planned.table;
    row.owner = planned.owner;
    row.unit = planned.unit;
    row.attributes = record_bytes(ir_.tables[TableId{planned.table}].layout, planned);
    world_.records.add(std::move(row));
  }
  for (const PlannedShare& share : workload.shares) {
    fits_ &= world_.records.set_share(share.record, share.principal, share.rights);
  }
}

CompiledCall CompiledWorld::call(const Question& question) const {
  const policy_subject& subject = views_[question.user];
  const policy::TableEntry& table = world_.tables.tables[world_.records[question.record].table];
  const policy::DecisionEntry& entry = table.decisions[question.right];
  return {entry.check, &subject, subject.reaches + entry.base, &world_.records.header(question.record),
          &world_.context};
}

}  // namespace policyc::bench
