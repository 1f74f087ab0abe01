#include "compiler/driver/native_world.h"

#include "compiler/ir/attribute_layout.h"
#include "runtime/decide/decide.h"
#include "runtime/organization/organization.h"

namespace policyc {

namespace {

// Attributes of one row, user or context as the program lays them out, 8-byte aligned.
std::vector<uint64_t> attribute_bytes(const AttributeLayout& layout, const std::vector<Value>& values) {
  std::vector<uint64_t> bytes(layout.size / 8);
  for (const Field& field : layout.fields) {
    if (field.attribute < values.size()) {
      write_value(field, values[field.attribute], reinterpret_cast<uint8_t*>(bytes.data()));
    }
  }
  return bytes;
}

// A record with everything that its header points to.
struct HostRecord {
  policy_record header{};
  std::vector<uint64_t> attributes;
  std::vector<policy_share> shares;

  // Call it when nothing is added any more.
  void fill() {
    header.attributes = reinterpret_cast<const uint8_t*>(attributes.data());
    header.shares = shares.data();
    header.share_count = static_cast<uint32_t>(shares.size());
    if (!shares.empty()) header.flags |= POLICY_RECORD_SHARED;
  }
};

Decision to_decision(const policy_decision& d) {
  return {.allowed = d.effect == POLICY_ALLOW,
          .reason = static_cast<Reason>(d.reason),
          .held = static_cast<Level>(d.held),
          .needed = static_cast<Level>(d.needed),
          .grant = {d.grant},
          .role = {d.role},
          .through = d.through};
}

}  // namespace

struct NativeWorld::Impl {
  Impl(const Program& program_, const DecisionIR& ir_, const Facts& facts_)
      : program(program_), ir(ir_), facts(facts_), organization(program_.tables()) {
    add_units();
    add_users_and_teams();
    resolve_users();
    context_attributes = attribute_bytes(ir.context_layout, facts.context);
    context.struct_size = sizeof(policy_context);
    context.attributes = reinterpret_cast<const uint8_t*>(context_attributes.data());
    for (const Record& record : facts.records) records.push_back(host_record(record));
    for (const Share& share : facts.shares) {
      records[share.record.index].shares.push_back({to_host(share.principal), share.rights, 0});
    }
    for (HostRecord& record : records) record.fill();
  }

  // Facts name units in any order, an organization takes parents first.
  void add_units() {
    std::vector<std::vector<UnitId>> children(facts.units.size());
    std::vector<UnitId> pending;
    for (UnitId unit : facts.units.ids()) {
      UnitId parent = facts.units[unit].parent;
      (parent ? children[parent.index] : pending).push_back(unit);
    }
    units.assign(facts.units.size(), POLICY_NONE);
    for (size_t i = 0; i < pending.size(); ++i) {
      UnitId unit = pending[i], parent = facts.units[unit].parent;
      units[unit.index] = organization.add_unit(parent ? units[parent.index] : POLICY_NONE).value_or(POLICY_NONE);
      pending.insert(pending.end(), children[unit.index].begin(), children[unit.index].end());
    }
    organization.number_units();
  }

  uint32_t to_host(UnitId unit) const { return unit.index < units.size() ? units[unit.index] : POLICY_NONE; }

  policy_principal to_host(Principal principal) const {
    return principal.unit() ? POLICY_PRINCIPAL(POLICY_UNIT, to_host(principal.unit())) : principal.value;
  }

  // What the organization refuses holds nothing, so a mistake in the facts can only deny.
  void give_roles(Principal holder, const std::vector<RoleHeld>& roles) {
    for (const RoleHeld& held : roles) {
      (void)organization.give_role(holder.value, held.role.index, to_host(held.anchor));
    }
  }

  void add_users_and_teams() {
    for (UserId user : facts.users.ids()) {
      (void)organization.add_user(to_host(facts.users[user].unit));
      give_roles(Principal::of(user), facts.users[user].roles);
    }
    for (TeamId team : facts.teams.ids()) {
      (void)organization.add_team(to_host(facts.teams[team].unit));
      give_roles(Principal::of(team), facts.teams[team].roles);
      for (UserId member : facts.teams[team].members) (void)organization.join(member.index, team.index);
    }
  }

  void resolve_users() {
    for (UserId user : facts.users.ids()) {
      subjects.push_back(organization.resolve(user.index));
      subjects.back().attributes = attribute_bytes(ir.user_layout, facts.users[user].attributes);
    }
    for (const policy::Subject& subject : subjects) views.push_back(subject.view());
  }

  HostRecord host_record(const Record& record) const {
    HostRecord host;
    host.header.owner = to_host(record.owner);
    host.header.owning_unit = organization.unit_interval(to_host(record.unit)).first;
    if (record.unit != unit_of(facts, record.owner)) host.header.flags |= POLICY_RECORD_AWAY;
    host.attributes = attribute_bytes(ir.tables[record.table].layout, record.attributes);
    return host;
  }

  Decision decide(UserId user, Right right, TableId table, const HostRecord& record) const {
    return to_decision(policy::decide(program.tables(), subjects[user.index], table.index, static_cast<uint32_t>(right),
                                      record.header, context));
  }

  const Program& program;
  const DecisionIR& ir;
  const Facts& facts;
  policy::Organization organization;
  std::vector<uint32_t> units;  // facts' unit -> organization's unit
  std::vector<policy::Subject> subjects;
  std::vector<policy_subject> views;
  std::vector<HostRecord> records;
  std::vector<uint64_t> context_attributes;
  policy_context context{};
};

NativeWorld::NativeWorld(const Program& program, const DecisionIR& ir, const Facts& facts)
    : impl_(std::make_unique<Impl>(program, ir, facts)) {}
NativeWorld::~NativeWorld() = default;

Decision NativeWorld::decide(UserId user, Right right, RecordId record) const {
  const Facts& facts = impl_->facts;
  if (!facts.users.contains(user) || !facts.records.contains(record)) return {.reason = Reason::Unknown};
  return impl_->decide(user, right, facts.records[record].table, impl_->records[record.index]);
}

Decision NativeWorld::decide(UserId user, Right right, const Record& record) const {
  if (!impl_->facts.users.contains(user) || !impl_->ir.tables.contains(record.table))
    return {.reason = Reason::Unknown};
  HostRecord host = impl_->host_record(record);
  host.fill();
  return impl_->decide(user, right, record.table, host);
}

bool NativeWorld::check(UserId user, Right right, RecordId record) const {
  const Facts& facts = impl_->facts;
  if (!facts.users.contains(user) || !facts.records.contains(record)) return false;
  return policy::check(impl_->program.tables(), impl_->views[user.index], facts.records[record].table.index,
                       static_cast<uint32_t>(right), impl_->records[record.index].header, impl_->context);
}

NativeWorld::Call NativeWorld::call(UserId user, Right right, RecordId record) const {
  const Facts& facts = impl_->facts;
  if (!facts.users.contains(user) || !facts.records.contains(record)) return {};
  const policy_subject& subject = impl_->views[user.index];
  const policy::TableEntry& table = impl_->program.tables().tables[facts.records[record].table.index];
  const policy::DecisionEntry& entry = table.decisions[static_cast<size_t>(right)];
  return {entry.check, &subject, subject.reaches + entry.base, &impl_->records[record.index].header, &impl_->context};
}

bool NativeWorld::holds_privilege(UserId user, PrivilegeId privilege) const {
  return impl_->facts.users.contains(user) && impl_->subjects[user.index].holds_privilege(privilege.index);
}

}  // namespace policyc
