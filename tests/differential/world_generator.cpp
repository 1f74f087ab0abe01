#include "tests/differential/world_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace policyc::test {

uint64_t Random::next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

namespace {

constexpr std::string_view kAttributes =
    "flag: boolean  count: integer  most: integer  size: decimal  reach: decimal  fee: money  region: string  due: "
    "date  "
    "seen: datetime  state: choice { open, closed, lost }";

// As decimals the last two need more than 64 bits.
constexpr const char* kDecimals[] = {"0.5", "1.5", "1844674407.3709551616", "-1844674407.3709551616"};

constexpr std::string_view kRights[] = {"create", "read", "write", "delete", "append", "append_to", "share", "assign"};

class PolicyWriter {
 public:
  PolicyWriter(Random& random, std::string_view prefix) : random_(random), prefix_(prefix) {}

  std::string run() {
    guide_ = random_.one_in(2);
    text_ = fmt::format("policy random follows {}\norganization {{\n  business_units: {}\n  hierarchy: {}\n}}\n",
                        guide_ ? "guide" : "dataverse", random_.one_in(2) ? "modern" : "classic", hierarchy());
    write_settings();
    text_ += fmt::format("user {{ {} }}\ncontext {{ {} }}\n", kAttributes, kAttributes);
    for (std::string_view name : kPrivileges) text_ += fmt::format("privilege {}\n", name);
    write_tables();
    write_relationships();
    uint32_t roles = 2 + random_.below(6);
    for (uint32_t i = 0; i < roles; ++i) write_role(i);
    text_ += fmt::format("role {}ruler {{ every table: all at organization\n  every privilege }}\n", prefix_);
    for (uint32_t i = 0; i < 2; ++i) write_profile(i);
    for (uint32_t i = 0; i < 3; ++i) write_flow(i);
    write_plugin();
    return std::move(text_);
  }

 private:
  static constexpr std::string_view kPrivileges[] = {
      "go", "stay", "merge", "act_on_behalf_of_another_user", "reparent_user", "reparent_team"};

  std::string name(std::string_view kind, uint32_t number) const {
    return fmt::format("{}{}{}", prefix_, kind, number);
  }

  std::string hierarchy() {
    constexpr std::string_view kModels[] = {"off", "manager", "position"};
    uint32_t model = random_.below(3);
    if (model == 0) return "off";
    return fmt::format("{} {{ depth: {} }}", kModels[model], 1 + random_.below(3));
  }

  // Every switch, now and then: set to any of its legal values.
  void write_settings() {
    text_ += "settings {\n";
    for (const SwitchInfo& info : switches()) {
      if (info.name == "business_units" || !random_.one_in(3)) continue;
      if (info.kind == SwitchKind::Word) {
        std::string_view value = info.values[random_.below(static_cast<uint32_t>(info.values.size()))];
        // Units as principals belong to the rule book: what a table owned by units takes hangs on the book.
        if (info.name == "unit_as_principal") value = guide_ ? "true" : "false";
        text_ += fmt::format("  {}: {}\n", info.name, value);
      } else if (info.kind == SwitchKind::Number) {
        text_ += fmt::format("  {}: {}\n", info.name, 1 + random_.below(3));
      } else if (info.kind == SwitchKind::Rights) {
        text_ += fmt::format("  {}: assign{}\n", info.name, random_.one_in(2) ? ", write, read" : "");
      } else {
        text_ += fmt::format("  {}: {}\n", info.name, name("t", 0));
      }
    }
    text_ += "}\n";
  }

  void write_tables() {
    uint32_t tables = 2 + random_.below(4);
    constexpr std::string_view kOwnerships[] = {"user", "user", "business_unit", "organization"};
    for (uint32_t i = 0; i < tables; ++i) {
      ownerships_.push_back(i == 0 ? 0 : random_.below(4));
      text_ += fmt::format("table {} owned by {} {{ {}  pay: money secured  code: string secured }}\n", name("t", i),
                           kOwnerships[ownerships_.back()], kAttributes);
    }
    text_ += "table businessunit owned by business_unit\n";
  }

  // One parental lookup for most tables, sometimes to several tables; other lookups give nothing but links.
  void write_relationships() {
    auto tables = static_cast<uint32_t>(ownerships_.size());
    for (uint32_t child = 0; child < tables; ++child) {
      uint32_t targets = random_.below(3);
      for (uint32_t i = 0; i < targets && i < tables; ++i) {
        uint32_t parent = (child + tables - random_.below(2) + i) % tables;
        if (!linked_.insert({child, parent}).second) continue;
        text_ += fmt::format("relationship {}: {}.{}up -> {} {}\n", name("up", next_++), name("t", child), prefix_,
                             name("t", parent), behaviours());
      }
      if (!random_.one_in(2)) continue;
      constexpr std::string_view kLoose[] = {"referential", "restrict_delete"};
      text_ += fmt::format("relationship {}: {}.{}side -> {} {}\n", name("side", next_++), name("t", child), prefix_,
                           name("t", random_.below(tables)), kLoose[random_.below(4) == 0]);
    }
    text_ += fmt::format("relationship {}: {} <-> {}\n", name("both", next_++), name("t", 0), name("t", tables - 1));
  }

  std::string behaviours() {
    if (random_.one_in(3)) return "parental";
    constexpr std::string_view kReach[] = {"none", "cascade", "cascade", "active", "user_owned"};
    constexpr std::string_view kDelete[] = {"cascade", "cascade", "remove_link", "restrict", "none"};
    auto reach = [&] { return kReach[random_.below(5)]; };
    return fmt::format("{{ assign: {} share: {} unshare: {} reparent: {} delete: {} merge: {} }}", reach(), reach(),
                       reach(), reach(), kDelete[random_.below(5)], random_.one_in(3) ? "none" : "cascade");
  }

  void write_profile(uint32_t number) {
    constexpr std::string_view kPermissions[] = {"read", "create", "update", "read, read_unmasked",
                                                 "read, update, read_one_unmasked"};
    text_ += fmt::format("column_profile {} {{\n", name("p", number));
    for (uint32_t table = 0; table < ownerships_.size(); ++table) {
      for (std::string_view column : {"pay", "code"}) {
        if (random_.one_in(3)) continue;
        text_ += fmt::format("  {}.{}: {}\n", name("t", table), column, kPermissions[random_.below(5)]);
      }
    }
    text_ += "}\n";
  }

  std::string step_right(uint32_t table) { return std::string(kRights[random_.below(ownerships_[table] < 2 ? 8 : 6)]); }

  void write_flow(uint32_t number) {
    auto tables = static_cast<uint32_t>(ownerships_.size());
    constexpr std::string_view kRunAs[] = {"", " run as triggering_user", " run as record_owner",
                                           " run as process_owner"};
    uint32_t table = random_.below(tables), run_as = random_.below(4);
    if (run_as == 2 && ownerships_[table] >= 2) run_as = 3;
    text_ +=
        fmt::format("flow {} on create, update, delete of {} {{\n  owner {}\n  trigger via {}{}\n", name("f", number),
                    name("t", table), name("u", random_.below(7)), name("u", random_.below(7)), kRunAs[run_as]);
    for (uint32_t step = 0; step < 3; ++step) {
      uint32_t on = random_.one_in(2) ? table : random_.below(tables);
      std::string who = random_.one_in(3) ? "via " + name("u", random_.below(7)) : "as invoker";
      text_ += fmt::format("  {}: {} {} {}\n", name("s", step), step_right(on), name("t", on), who);
    }
    text_ += "}\n";
  }

  void write_plugin() {
    text_ += fmt::format("plugin {} on update of {} {{\n{}", name("f", 3), name("t", 0),
                         random_.one_in(2) ? fmt::format("  run as {}\n", name("u", random_.below(7))) : "");
    constexpr std::string_view kWho[] = {"as invoker", "as initiating_user", "as system"};
    for (uint32_t step = 0; step < 3; ++step) {
      text_ += fmt::format("  {}: {} {} {}\n", name("s", step), step_right(0), name("t", 0), kWho[step]);
    }
    text_ += "}\n";
  }

  std::string_view coin() { return random_.one_in(2) ? "true" : "false"; }

  void write_role(uint32_t number) {
    text_ += "role " + name("r", number) + (random_.one_in(3) ? " team_privileges_only" : "");
    if (number > 0 && random_.one_in(3)) text_ += " includes " + name("r", random_.below(number));
    text_ += " {\n";
    for (uint32_t table = 0; table < ownerships_.size(); ++table) {
      uint32_t grants = random_.below(4);
      if (grants != 0) text_ += fmt::format("  {}:\n", name("t", table));
      for (uint32_t i = 0; i < grants; ++i) write_grant(ownerships_[table]);
    }
    for (std::string_view privilege : kPrivileges) {
      if (random_.one_in(4)) text_ += fmt::format("  privilege {}\n", privilege);
    }
    if (random_.one_in(3)) text_ += "  businessunit: append_to at business_unit\n";
    text_ += "}\n";
  }

  void write_grant(uint32_t ownership) {
    constexpr std::string_view kLevels[] = {"user", "business_unit", "parent_child", "organization"};
    // Rights that every ownership and rule book takes come first in the list.
    std::string_view right = kRights[random_.below(ownership < 2 ? 8 : 6)];
    uint32_t narrowest = ownership < 2 ? 0 : ownership == 2 ? 1 : 3;
    std::string_view level = kLevels[narrowest + random_.below(4 - narrowest)];
    text_ += fmt::format("    {} at {}", right, level);
    if (random_.one_in(2)) text_ += " when " + condition(3, right == "create" ? "user" : "record");
    text_ += '\n';
  }

  std::string condition(uint32_t depth, std::string_view base) {
    switch (depth == 0 ? 0 : random_.below(5)) {
      case 1:
        return fmt::format("({} and {})", condition(depth - 1, base), condition(depth - 1, base));
      case 2:
        return fmt::format("({} or {})", condition(depth - 1, base), condition(depth - 1, base));
      case 3:
        return fmt::format("not ({})", condition(depth - 1, base));
      default:
        return term(base);
    }
  }

  std::string term(std::string_view base) {
    if (random_.one_in(4)) base = random_.one_in(2) ? "user" : "context";
    const std::string_view others[] = {"user", "context", base};
    const std::string_view other = others[random_.below(3)];
    switch (random_.below(13)) {
      case 0:
        return fmt::format("{}.flag", base);
      case 1:
        return ordered(fmt::format("{}.count", base), std::to_string(random_.below(3)));
      case 2:
        return ordered(fmt::format("{}.size", base), kDecimals[random_.below(4)]);
      case 3:
        return ordered(fmt::format("{}.fee", base), fmt::format("{}.fee", other));
      case 4:
        return equal(fmt::format("{}.region", base), fmt::format("\"r{}\"", random_.below(3)));
      case 5:
        return ordered(fmt::format("{}.due", base), fmt::format("2026-01-0{}", 1 + random_.below(3)));
      case 6:
        return ordered(fmt::format("{}.seen", base), fmt::format("2026-01-01T00:00:0{}Z", random_.below(3)));
      case 7:
        return fmt::format("{}.state in {{ open, lost }}", base);
      case 8:
        return fmt::format("{}.region is {}null", base, random_.one_in(2) ? "not " : "");
      case 9:
        return fmt::format("{}.region == {}.region", base, other);
      case 10:
        return ordered(fmt::format("{}.count", base), fmt::format("{}.most", other));
      case 11:
        return ordered(fmt::format("{}.size", base), fmt::format("{}.reach", other));
      default:
        return equal(fmt::format("{}.state", base), fmt::format("{}.state", other));
    }
  }

  std::string ordered(const std::string& left, const std::string& right) {
    constexpr std::string_view kOrders[] = {"==", "!=", "<", "<=", ">", ">="};
    return either_way(left, kOrders[random_.below(6)], right);
  }

  std::string equal(const std::string& left, const std::string& right) {
    return either_way(left, random_.one_in(2) ? "==" : "!=", right);
  }

  std::string either_way(const std::string& left, std::string_view order, const std::string& right) {
    const bool is_swapped = random_.one_in(2);
    return fmt::format("{} {} {}", is_swapped ? right : left, order, is_swapped ? left : right);
  }

  Random& random_;
  std::string prefix_;
  bool guide_ = false;
  std::string text_;
  std::vector<uint32_t> ownerships_;
  std::set<std::pair<uint32_t, uint32_t>> linked_;
  uint32_t next_ = 0;
};

class FactsWriter {
 public:
  FactsWriter(Random& random, const Policy& policy, WorldSize size, std::string_view prefix)
      : random_(random), policy_(policy), size_(size), prefix_(prefix) {}

  Facts run() {
    add_units();
    for (uint32_t i = 0; i < 3; ++i) {
      facts_.positions.add({fmt::format("q{}", i), i > 0 && random_.one_in(2) ? PositionId{i - 1} : PositionId{}});
    }
    for (uint32_t i = 0; i < size_.users; ++i) add_user(i);
    for (UserId user : facts_.users.ids()) add_manager(user);
    for (uint32_t i = 0; i < size_.teams; ++i) add_team(i);
    for (uint32_t i = 0; i < size_.records; ++i) add_record(i);
    for (uint32_t i = 0; i < 4; ++i) add_association();
    facts_.context = values(policy_.context_attributes);
    return std::move(facts_);
  }

 private:
  bool is(Switch which) const { return policy_.settings.is(which); }
  bool modern() const { return policy_.settings.modern_units(); }
  template <typename IdType, typename T>
  IdType any(const Store<IdType, T>& store) {
    return {random_.below(static_cast<uint32_t>(store.size()))};
  }
  UnitId any_unit() { return any(facts_.units); }

  void add_units() {
    facts_.units.add({"n0", {}, {}});
    while (facts_.units.size() < size_.units) {
      UnitId parent = any_unit();
      facts_.units.add({fmt::format("n{}", facts_.units.size()), parent, {}});
    }
    for (UnitId unit : facts_.units.ids()) {
      if (is(Switch::unit_as_principal) && random_.one_in(3)) facts_.units[unit].roles = roles(unit);
    }
  }

  void add_user(uint32_t number) {
    UnitId unit = any_unit();
    User user{fmt::format("{}u{}", prefix_, number), unit, random_.one_in(9), roles(unit),
              values(policy_.user_attributes)};
    if (random_.one_in(3)) user.roles.push_back({find_ruler(), unit});
    if (random_.one_in(8)) user.access_mode = static_cast<AccessMode>(random_.below(6));
    if (random_.one_in(2)) user.position = any(facts_.positions);
    user.profiles = profiles();
    facts_.users.add(std::move(user));
  }

  RoleId find_ruler() const { return {static_cast<uint32_t>(policy_.roles.size()) - 1}; }

  std::vector<ProfileId> profiles() {
    if (policy_.profiles.empty() || random_.one_in(2)) return {};
    return {any(policy_.profiles)};
  }

  // Managers come after whom they manage, so that they do not go round.
  void add_manager(UserId user) {
    uint32_t above = static_cast<uint32_t>(facts_.users.size()) - user.index - 1;
    if (above > 0 && random_.one_in(2)) facts_.users[user].manager = {user.index + 1 + random_.below(above)};
  }

  std::vector<RoleHeld> roles(UnitId home) {
    std::vector<RoleHeld> held;
    uint32_t count = random_.below(3);
    for (uint32_t i = 0; i < count; ++i) {
      RoleHeld role{any(policy_.roles), modern() ? any_unit() : home};
      if (std::find(held.begin(), held.end(), role) == held.end()) held.push_back(role);
    }
    return held;
  }

  void add_team(uint32_t number) {
    UnitId unit = any_unit();
    Team team{fmt::format("c{}", number), unit, {}, {}, static_cast<TeamKind>(random_.below(4)), profiles()};
    for (const Team& other : facts_.teams) {
      bool taken = team.kind == TeamKind::Default && other.kind == TeamKind::Default && other.unit == unit;
      if (taken) team.kind = TeamKind::Owner;
    }
    if (team.kind != TeamKind::Access) team.roles = roles(unit);
    for (UserId user : facts_.users.ids()) {
      if (team.kind != TeamKind::Default && random_.one_in(3)) team.members.push_back(user);
    }
    facts_.teams.add(std::move(team));
  }

  Principal any_principal(bool with_units) {
    switch (random_.below(with_units ? 6 : 5)) {
      case 0:
      case 1:
      case 2:
        return Principal::of(any(facts_.users));
      case 3:
      case 4:
        return Principal::of(any(facts_.teams));
      default:
        return Principal::of(any_unit());
    }
  }

  Principal any_owner(bool with_units) {
    Principal owner = any_principal(with_units);
    bool access_team = owner.team() && facts_.teams[owner.team()].kind == TeamKind::Access;
    return access_team ? Principal::of(any(facts_.users)) : owner;
  }

  void add_record(uint32_t number) {
    TableId table = any(policy_.tables);
    const Table& of = policy_.tables[table];
    bool units = is(Switch::unit_as_principal);
    Record record{fmt::format("x{}", number), table, {}, {}, values(of.attributes), {}};
    record.active = !random_.one_in(4);
    record.exists = number % 5 != 4;
    if (of.ownership == Ownership::User) {
      record.owner = any_owner(units);
      record.unit = unit_of(facts_, record.owner);
      if (modern() && random_.one_in(3)) record.unit = any_unit();
    } else if (of.ownership == Ownership::BusinessUnit) {
      record.unit = any_unit();
    }
    add_links(record);
    bool exists = record.exists;
    RecordId id = facts_.records.add(std::move(record));
    if (!exists) return;
    if (has(rights_of(of.ownership, policy_.settings.rule_book()), Right::Share)) add_shares(id, units);
    add_column_shares(id);
  }

  // To rows that stand before it, so that links do not go round.
  void add_links(Record& record) {
    std::set<std::string> taken;
    for (RelationshipId id : policy_.relationships.ids()) {
      const Relationship& r = policy_.relationships[id];
      if (r.many_to_many || r.child != record.table || random_.one_in(4)) continue;
      std::vector<RecordId> parents;
      for (RecordId parent : facts_.records.ids()) {
        bool fits = facts_.records[parent].table == r.parent && facts_.records[parent].exists;
        if (fits) parents.push_back(parent);
      }
      if (parents.empty() || !taken.insert(r.lookup).second) continue;
      record.links.push_back({id, parents[random_.below(static_cast<uint32_t>(parents.size()))]});
    }
  }

  void add_shares(RecordId record, bool units) {
    uint32_t count = random_.below(4);
    std::set<Principal> taken;
    for (uint32_t i = 0; i < count; ++i) {
      Principal with = random_.one_in(6) ? Principal::organization() : any_principal(units);
      RightSet rights = static_cast<RightSet>(random_.below(1u << kRightCount) & ~bit(Right::Create));
      if (!taken.insert(with).second || rights == 0) continue;
      facts_.shares.push_back({record, with, rights, {}});
      if (random_.one_in(4)) facts_.shares.back().inherited.push_back({{}, false, bit(Right::Read)});
    }
  }

  void add_column_shares(RecordId record) {
    std::vector<uint32_t> secured = secured_attributes(policy_.tables[facts_.records[record].table]);
    if (secured.empty() || !random_.one_in(3)) return;
    facts_.column_shares.push_back({record, secured[random_.below(static_cast<uint32_t>(secured.size()))],
                                    any_principal(false), true, random_.one_in(2)});
  }

  void add_association() {
    for (RelationshipId id : policy_.relationships.ids()) {
      const Relationship& r = policy_.relationships[id];
      if (!r.many_to_many) continue;
      RecordId first = any(facts_.records), second = any(facts_.records);
      bool there = facts_.records[first].exists && facts_.records[second].exists;
      bool fits = facts_.records[first].table == r.child && facts_.records[second].table == r.parent;
      Association association{id, first, second};
      bool known =
          std::find(facts_.associations.begin(), facts_.associations.end(), association) != facts_.associations.end();
      if (there && fits && !known) facts_.associations.push_back(association);
    }
  }

  std::vector<Value> values(const std::vector<Attribute>& attributes) {
    std::vector<Value> made;
    for (const Attribute& attribute : attributes) made.push_back(value(attribute));
    return made;
  }

  Value value(const Attribute& attribute) {
    if (random_.one_in(4)) return Value::null(attribute.type);
    uint32_t small = random_.below(3);
    switch (attribute.type) {
      case ValueType::Boolean:
        return Value::of(attribute.type, small % 2);
      case ValueType::Integer:
        return Value::of(attribute.type, static_cast<Int128>(small) - 1);
      case ValueType::Decimal:
        return near(kDecimals[random_.below(4)], static_cast<Int128>(small) - 1);
      case ValueType::Money:
        return Value::of(attribute.type, static_cast<Int128>(small) * 5'000 - 5'000);
      case ValueType::String:
        return Value::string(fmt::format("r{}", small));
      case ValueType::Date:
        return *parse_date(fmt::format("2026-01-0{}", 1 + small));
      case ValueType::DateTime:
        return *parse_datetime(fmt::format("2026-01-01T00:00:0{}Z", small));
      case ValueType::Choice:
        return Value::of(attribute.type,
                         attribute.choices[random_.below(static_cast<uint32_t>(attribute.choices.size()))]);
    }
    return Value::null(attribute.type);
  }

  static Value near(const char* decimal, Int128 more) {
    Value value = *parse_number(decimal, ValueType::Decimal);
    value.number += more;
    return value;
  }

  Random& random_;
  const Policy& policy_;
  WorldSize size_;
  std::string prefix_;
  Facts facts_;
};

class OperationWriter {
 public:
  OperationWriter(Random& random, const Policy& policy, const Facts& facts)
      : random_(random), policy_(policy), facts_(facts) {}

  Operation run() {
    Operation op;
    op.kind = static_cast<OperationKind>(random_.below(kOperationCount));
    op.user = any(facts_.users);
    if (random_.one_in(8)) op.impersonator = any(facts_.users);
    op.asks_sign_in = !random_.one_in(4);
    op.record = any(facts_.records);
    op.principal = principal();
    op.team = any(facts_.teams);
    op.unit = any(facts_.units);
    op.rights = static_cast<RightSet>(random_.below(1u << kRightCount) & random_.below(1u << kRightCount));
    if (!random_.one_in(20)) op.rights &= static_cast<RightSet>(~bit(Right::Create));
    op.other = any(facts_.records);
    op.relationship = any(policy_.relationships);
    fit(op);
    return op;
  }

 private:
  template <typename IdType, typename T>
  IdType any(const Store<IdType, T>& store) {
    return {random_.below(static_cast<uint32_t>(store.size()))};
  }

  Principal principal() {
    uint32_t kind = random_.below(9);
    if (kind == 0) return Principal::organization();
    if (kind == 1) return Principal::of(any(facts_.units));
    return kind < 5 ? Principal::of(any(facts_.teams)) : Principal::of(any(facts_.users));
  }

  // Most operations should make sense; a few stay as they fell.
  void fit(Operation& op) {
    if (random_.one_in(12)) return;
    bool creates = op.kind == OperationKind::Create;
    if (creates && random_.one_in(3)) {
      op.proposed = facts_.records[op.record];
      op.record = {};
      return;
    }
    if (facts_.records[op.record].exists == creates) op.record = another(creates);
    if (op.kind == OperationKind::AddMember || op.kind == OperationKind::RemoveMember ||
        op.kind == OperationKind::MoveUser) {
      op.principal = Principal::of(any(facts_.users));
    }
    if (op.kind == OperationKind::Assign &&
        policy_.tables[facts_.records[op.record].table].ownership == Ownership::BusinessUnit) {
      op.principal = Principal::of(any(facts_.units));
    }
    if (op.kind == OperationKind::Update) fit_update(op);
    bool links = op.kind == OperationKind::Link || op.kind == OperationKind::Unlink;
    if (links) fit_link(op, op.record, op.relationship, op.other);
    if (op.kind == OperationKind::Merge) op.other = row_of(facts_.records[op.record].table);
    bool associates = op.kind == OperationKind::Associate || op.kind == OperationKind::Disassociate;
    if (!associates) return;
    for (RelationshipId id : policy_.relationships.ids()) {
      if (!policy_.relationships[id].many_to_many) continue;
      op.relationship = id;
      op.record = row_of(policy_.relationships[id].child);
      op.other = row_of(policy_.relationships[id].parent);
    }
  }

  RecordId another(bool absent) {
    for (int tries = 0; tries < 20; ++tries) {
      RecordId id = any(facts_.records);
      if (facts_.records[id].exists != absent) return id;
    }
    return any(facts_.records);
  }

  RecordId row_of(TableId table) {
    for (int tries = 0; tries < 20; ++tries) {
      RecordId id = any(facts_.records);
      if (facts_.records[id].table == table && facts_.records[id].exists) return id;
    }
    return any(facts_.records);
  }

  void fit_link(const Operation& op, RecordId child, RelationshipId& relationship, RecordId& parent) {
    for (int tries = 0; tries < 12; ++tries) {
      RelationshipId id = any(policy_.relationships);
      const Relationship& r = policy_.relationships[id];
      if (r.many_to_many || r.child != facts_.records[child].table) continue;
      relationship = id;
      parent = row_of(r.parent);
      return;
    }
    parent = op.other;
  }

  void fit_update(Operation& op) {
    const Table& table = policy_.tables[facts_.records[op.record].table];
    for (uint32_t i = 0; i < table.attributes.size(); ++i) {
      if (random_.one_in(8)) op.columns.push_back({i, Value::null(table.attributes[i].type)});
    }
    if (!random_.one_in(2)) return;
    Link link;
    fit_link(op, op.record, link.relationship, link.parent);
    if (!link.relationship) return;
    if (random_.one_in(4)) link.parent = {};
    op.links.push_back(link);
  }

  Random& random_;
  const Policy& policy_;
  const Facts& facts_;
};

}  // namespace

std::string random_policy(Random& random, std::string_view prefix) { return PolicyWriter(random, prefix).run(); }

Facts random_facts(Random& random, const Policy& policy, WorldSize size, std::string_view prefix) {
  return FactsWriter(random, policy, size, prefix).run();
}

Operation random_operation(Random& random, const Policy& policy, const Facts& facts) {
  return OperationWriter(random, policy, facts).run();
}

}  // namespace policyc::test
