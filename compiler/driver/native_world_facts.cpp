// Facts into the runtime's world. What the organization refuses holds nothing, so a mistake in the facts can only deny.
#include <algorithm>

#include "compiler/driver/native_world_state.h"
#include "compiler/ir/attribute_layout.h"

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

static_assert(static_cast<int>(AccessMode::DelegatedAdmin) == static_cast<int>(policy::AccessMode::DelegatedAdmin));
static_assert(static_cast<int>(TeamKind::Access) == static_cast<int>(policy::TeamKind::Access));
static_assert(static_cast<int>(OperationKind::MoveTeam) == static_cast<int>(policy::OperationKind::MoveTeam));

}  // namespace

NativeWorld::Impl::Impl(const policy::ProgramTables& tables, const DecisionIR& ir_, const Facts& facts)
    : ir(ir_), world(tables), context_values(facts.context) {
  add_units(facts);
  add_positions(facts);
  add_users(facts);
  add_teams(facts);
  world.resolve_users();
  view_subjects();
  context_bytes = attribute_bytes(ir.context_layout, context_values);
  world.context.attributes = reinterpret_cast<const uint8_t*>(context_bytes.data());
  add_records(facts);
  add_shares(facts);
}

void NativeWorld::Impl::view_subjects() {
  views.clear();
  for (uint32_t user = 0; user < world.organization.user_count(); ++user) {
    views.push_back(world.subject(user).view());
  }
}

// --- people

void NativeWorld::Impl::add_units(const Facts& facts) {
  std::vector<uint32_t> parents;
  for (const Unit& unit : facts.units) parents.push_back(unit.parent.index);
  (void)world.organization.add_units(parents);
  world.organization.number_units();
  for (UnitId unit : facts.units.ids()) give_roles(Principal::of(unit), facts.units[unit].roles);
}

void NativeWorld::Impl::add_positions(const Facts& facts) {
  for (size_t i = 0; i < facts.positions.size(); ++i) (void)world.organization.add_position();
  for (PositionId position : facts.positions.ids()) {
    (void)world.organization.set_parent(position.index, facts.positions[position].parent.index);
  }
}

void NativeWorld::Impl::give_roles(Principal holder, const std::vector<RoleHeld>& roles) {
  for (const RoleHeld& held : roles) {
    (void)world.organization.give_role(holder.value, held.role.index, held.anchor.index);
  }
}

void NativeWorld::Impl::give_profiles(Principal holder, const std::vector<ProfileId>& profiles) {
  for (ProfileId profile : profiles) (void)world.organization.give_profile(holder.value, profile.index);
}

// A user who is refused ends the list: those after would get others' indices.
void NativeWorld::Impl::add_users(const Facts& facts) {
  policy::Organization& organization = world.organization;
  for (const User& user : facts.users) user_values.push_back(user.attributes);
  for (UserId id : facts.users.ids()) {
    const User& user = facts.users[id];
    if (!organization.add_user(user.unit.index)) break;
    (void)organization.set_name(id.index, user.name);
    (void)organization.set_disabled(id.index, user.disabled);
    (void)organization.set_access_mode(id.index, static_cast<policy::AccessMode>(user.access_mode));
    (void)organization.set_position(id.index, user.position.index);
    (void)organization.set_attributes(id.index, attribute_bytes(ir.user_layout, user_values[id.index]));
    give_roles(Principal::of(id), user.roles);
    give_profiles(Principal::of(id), user.profiles);
  }
  for (UserId id : facts.users.ids()) (void)organization.set_manager(id.index, facts.users[id].manager.index);
}

void NativeWorld::Impl::add_teams(const Facts& facts) {
  for (TeamId id : facts.teams.ids()) {
    const Team& team = facts.teams[id];
    if (!world.organization.add_team(team.unit.index, static_cast<policy::TeamKind>(team.kind))) break;
    give_roles(Principal::of(id), team.roles);
    give_profiles(Principal::of(id), team.profiles);
    for (UserId member : team.members) (void)world.organization.join(member.index, id.index);
  }
}

// --- rows

void NativeWorld::Impl::add_records(const Facts& facts) {
  for (const Record& record : facts.records) {
    values.push_back(record.attributes);
    record_names.push_back(record.name);
  }
  for (RecordId id : facts.records.ids()) {
    policy::Row row = to_row(facts.records[id]);
    row.links.clear();
    row.attributes = attribute_bytes(ir.tables[facts.records[id].table].layout, values[id.index]);
    world.records.add(std::move(row));
  }
  for (RecordId id : facts.records.ids()) {
    for (const Link& link : facts.records[id].links) {
      world.records.link(id.index, link.relationship.index, link.parent.index);
    }
  }
}

void NativeWorld::Impl::add_shares(const Facts& facts) {
  for (const Share& share : facts.shares) {
    if (!knows(share.record)) continue;
    if (share.rights != 0) world.records.set_share(share.record.index, share.principal.value, share.rights);
    for (const InheritedRights& part : share.inherited) {
      world.records.set_part(share.record.index, share.principal.value,
                             {.from = part.from.index, .from_owner = part.from_owner, .rights = part.rights});
    }
  }
  for (const ColumnShare& share : facts.column_shares) {
    if (!knows(share.record)) continue;
    TableId table{world.records[share.record.index].table};
    const std::vector<IRColumn>& secured = ir.tables[table].secured;
    auto column = std::ranges::find(secured, share.attribute, &IRColumn::attribute);
    if (column == secured.end()) continue;
    world.records.set_opening(share.record.index, {.column = static_cast<uint32_t>(column - secured.begin()),
                                                   .principal = share.principal.value,
                                                   .read = share.read,
                                                   .update = share.update});
  }
  for (const Association& made : facts.associations) {
    world.records.set_association(made.relationship.index, made.first.index, made.second.index, true);
  }
}

policy::Row NativeWorld::Impl::to_row(const Record& record) const {
  policy::Row row;
  row.table = record.table.index;
  row.owner = record.owner.value;
  row.unit = record.unit.index;
  row.active = record.active;
  row.exists = record.exists;
  for (const Link& link : record.links) row.links.push_back({link.relationship.index, link.parent.index});
  if (!ir.tables.contains(record.table)) return row;
  row.secured_values = secured_values(record.table, record.attributes);
  row.attributes = attribute_bytes(ir.tables[record.table].layout, record.attributes);
  return row;
}

// --- operations

uint64_t NativeWorld::Impl::secured_values(TableId table, const std::vector<Value>& of_row) const {
  uint64_t set = 0;
  const std::vector<IRColumn>& secured = ir.tables[table].secured;
  for (size_t i = 0; i < secured.size(); ++i) {
    bool has_value = secured[i].attribute < of_row.size() && !of_row[secured[i].attribute].is_null;
    if (has_value) set |= uint64_t{1} << i;
  }
  return set;
}

uint64_t NativeWorld::Impl::secured_set(TableId table, const std::vector<ColumnValue>& columns) const {
  uint64_t set = 0;
  const std::vector<IRColumn>& secured = ir.tables[table].secured;
  for (size_t i = 0; i < secured.size(); ++i) {
    bool is_set = std::ranges::find(columns, secured[i].attribute, &ColumnValue::attribute) != columns.end();
    if (is_set) set |= uint64_t{1} << i;
  }
  return set;
}

bool NativeWorld::Impl::names_columns_that_are_there(const Operation& operation) const {
  if (operation.kind != OperationKind::Update || !knows(operation.record)) return true;
  size_t count = values[operation.record.index].size();
  return std::ranges::all_of(operation.columns, [&](const ColumnValue& set) { return set.attribute < count; });
}

policy::Operation NativeWorld::Impl::to_operation(const Operation& o) const {
  policy::Operation native;
  native.kind = static_cast<policy::OperationKind>(o.kind);
  native.user = o.user.index;
  native.impersonator = o.impersonator.index;
  // A column that no row of the table has is as unknown as a row that is not there.
  native.record = names_columns_that_are_there(o) ? o.record.index : POLICY_NONE;
  native.principal = o.principal.value;
  native.rights = o.rights;
  native.other = o.other.index;
  native.relationship = o.relationship.index;
  native.unit = o.unit.index;
  native.team = o.team.index;
  if (o.proposed) native.proposed = to_row(*o.proposed);
  for (const Link& link : o.links) native.links.push_back({link.relationship.index, link.parent.index});
  native.asks_sign_in = o.asks_sign_in;
  native.sets_values = o.kind == OperationKind::Update && !o.columns.empty();
  if (native.sets_values && knows(o.record)) {
    native.secured_set = secured_set({world.records[o.record.index].table}, o.columns);
  }
  return native;
}

void NativeWorld::Impl::write_values(const Operation& operation, policy::Operation& native) {
  if (!native.sets_values) return;
  std::vector<Value>& of_row = values[operation.record.index];
  for (const ColumnValue& set : operation.columns) of_row[set.attribute] = set.value;
  TableId table{world.records[operation.record.index].table};
  native.attributes = attribute_bytes(ir.tables[table].layout, of_row);
  native.secured_values = secured_values(table, of_row);
}

}  // namespace policyc
