#include "tests/differential/world_generator.h"

#include <fmt/format.h>

namespace policyc::test {

uint64_t Random::next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

namespace {

constexpr std::string_view kAttributes =
    "flag: boolean  count: integer  size: decimal  fee: money  region: string  due: date  seen: datetime  "
    "state: choice { open, closed, lost }";

class PolicyWriter {
 public:
  explicit PolicyWriter(Random& random) : random_(random) {}

  std::string run() {
    bool guide = random_.one_in(2);
    text_ = fmt::format("policy random follows {}\norganization {{ business_units: {} }}\n",
                        guide ? "guide" : "dataverse", random_.one_in(2) ? "modern" : "classic");
    text_ += fmt::format(
        "settings {{ delete_needs_read: {}  ownership_recomputed: {}  share_reaches_team_only_basic: {} }}\n", coin(),
        coin(), coin());
    text_ += fmt::format("user {{ {} }}\ncontext {{ {} }}\n", kAttributes, kAttributes);
    text_ += "privilege go\nprivilege stay\n";
    uint32_t tables = 1 + random_.below(4);
    for (uint32_t i = 0; i < tables; ++i) {
      ownerships_.push_back(random_.below(4));
      constexpr std::string_view kOwnerships[] = {"user", "user", "business_unit", "organization"};
      text_ += fmt::format("table t{} owned by {} {{ {} }}\n", i, kOwnerships[ownerships_.back()], kAttributes);
    }
    uint32_t roles = 2 + random_.below(6);
    for (uint32_t i = 0; i < roles; ++i) write_role(i);
    return std::move(text_);
  }

 private:
  std::string_view coin() { return random_.one_in(2) ? "true" : "false"; }

  void write_role(uint32_t number) {
    text_ += fmt::format("role r{}{}", number, random_.one_in(3) ? " team_privileges_only" : "");
    if (number > 0 && random_.one_in(3)) text_ += fmt::format(" includes r{}", random_.below(number));
    text_ += " {\n";
    for (uint32_t table = 0; table < ownerships_.size(); ++table) {
      uint32_t grants = random_.below(4);
      if (grants != 0) text_ += fmt::format("  t{}:\n", table);
      for (uint32_t i = 0; i < grants; ++i) write_grant(ownerships_[table]);
    }
    if (random_.one_in(3)) text_ += "  privilege go\n";
    text_ += "}\n";
  }

  void write_grant(uint32_t ownership) {
    constexpr std::string_view kRights[] = {"create", "read",      "write", "delete",
                                            "append", "append_to", "share", "assign"};
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
    constexpr std::string_view kOrders[] = {"==", "!=", "<", "<=", ">", ">="};
    std::string_view order = kOrders[random_.below(6)];
    std::string_view other = random_.one_in(2) ? "user" : "context";
    switch (random_.below(11)) {
      case 0:
        return fmt::format("{}.flag", base);
      case 1:
        return fmt::format("{}.count {} {}", base, order, random_.below(3));
      case 2:
        return fmt::format("{}.size {} {}.5", base, order, random_.below(2));
      case 3:
        return fmt::format("{}.fee {} {}.fee", base, order, other);
      case 4:
        return fmt::format("{}.region {} \"r{}\"", base, kOrders[random_.below(2)], random_.below(3));
      case 5:
        return fmt::format("{}.due {} 2026-01-0{}", base, order, 1 + random_.below(3));
      case 6:
        return fmt::format("{}.seen {} 2026-01-01T00:00:0{}Z", base, order, random_.below(3));
      case 7:
        return fmt::format("{}.state in {{ open, lost }}", base);
      case 8:
        return fmt::format("{}.region is {}null", base, random_.one_in(2) ? "not " : "");
      case 9:
        return fmt::format("{}.region == {}.region", base, other);
      default:
        return fmt::format("{}.state {} {}.state", base, kOrders[random_.below(2)], other);
    }
  }

  Random& random_;
  std::string text_;
  std::vector<uint32_t> ownerships_;
};

class FactsWriter {
 public:
  FactsWriter(Random& random, const Policy& policy, WorldSize size) : random_(random), policy_(policy), size_(size) {}

  Facts run() {
    facts_.units.add({"n0", {}});
    while (facts_.units.size() < size_.units) facts_.units.add({fmt::format("n{}", facts_.units.size()), any_unit()});
    for (uint32_t i = 0; i < size_.users; ++i) {
      UnitId unit = any_unit();
      facts_.users.add({fmt::format("u{}", i), unit, random_.one_in(9), roles(unit), values(policy_.user_attributes)});
    }
    for (uint32_t i = 0; i < size_.teams; ++i) add_team(i);
    for (uint32_t i = 0; i < size_.records; ++i) add_record(i);
    facts_.context = values(policy_.context_attributes);
    return std::move(facts_);
  }

 private:
  UnitId any_unit() { return {random_.below(static_cast<uint32_t>(facts_.units.size()))}; }

  std::vector<RoleHeld> roles(UnitId home) {
    std::vector<RoleHeld> held;
    uint32_t count = random_.below(3);
    for (uint32_t i = 0; i < count; ++i) {
      RoleId role{random_.below(static_cast<uint32_t>(policy_.roles.size()))};
      held.push_back({role, policy_.settings.modern_units() ? any_unit() : home});
    }
    return held;
  }

  void add_team(uint32_t number) {
    UnitId unit = any_unit();
    Team team{fmt::format("c{}", number), unit, {}, roles(unit)};
    for (UserId user : facts_.users.ids()) {
      if (random_.one_in(3)) team.members.push_back(user);
    }
    facts_.teams.add(std::move(team));
  }

  Principal any_principal(bool with_units) {
    switch (random_.below(with_units ? 6 : 5)) {
      case 0:
      case 1:
      case 2:
        return Principal::of(UserId{random_.below(size_.users)});
      case 3:
      case 4:
        return Principal::of(TeamId{random_.below(size_.teams)});
      default:
        return Principal::of(any_unit());
    }
  }

  void add_record(uint32_t number) {
    TableId table{random_.below(static_cast<uint32_t>(policy_.tables.size()))};
    const Table& of = policy_.tables[table];
    bool units = policy_.settings.is(Switch::unit_as_principal);
    Record record{fmt::format("x{}", number), table, {}, {}, values(of.attributes), {}};
    if (of.ownership == Ownership::User) {
      record.owner = any_principal(units);
      record.unit = unit_of(facts_, record.owner);
      if (policy_.settings.modern_units() && random_.one_in(3)) record.unit = any_unit();
    } else if (of.ownership == Ownership::BusinessUnit) {
      record.unit = any_unit();
    }
    RecordId id = facts_.records.add(std::move(record));
    if (has(rights_of(of.ownership, policy_.settings.rule_book()), Right::Share)) add_shares(id, units);
  }

  void add_shares(RecordId record, bool units) {
    uint32_t count = random_.below(4);
    for (uint32_t i = 0; i < count; ++i) {
      Principal with = random_.one_in(6) ? Principal::organization() : any_principal(units);
      RightSet rights = static_cast<RightSet>(random_.below(1u << kRightCount) & ~bit(Right::Create));
      facts_.shares.push_back({record, with, rights});
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
        return Value::of(attribute.type, static_cast<Int128>(small) * 5'000'000'000);
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

  Random& random_;
  const Policy& policy_;
  WorldSize size_;
  Facts facts_;
};

}  // namespace

std::string random_policy(Random& random) { return PolicyWriter(random).run(); }

Facts random_facts(Random& random, const Policy& policy, WorldSize size) {
  return FactsWriter(random, policy, size).run();
}

}  // namespace policyc::test
