// Words of a policy's closed sets, what each ownership takes, and lookups by name.
#include "compiler/sema/policy.h"

namespace policyc {

namespace {

constexpr std::string_view kActionWords[] = {"assign", "share", "unshare", "reparent", "delete", "merge"};
constexpr std::string_view kBehaviourWords[] = {"none", "cascade", "active", "user_owned", "remove_link", "restrict"};
constexpr std::string_view kPermissionWords[] = {"read", "create", "update", "read_unmasked", "read_one_unmasked"};
constexpr std::string_view kRunAsWords[] = {"left_out", "triggering_user", "record_owner", "process_owner",
                                            "named_user"};

template <typename Enum, size_t N>
std::optional<Enum> find_word(const std::string_view (&words)[N], std::string_view word) {
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <typename IdType, typename T>
IdType find_named(const Store<IdType, T>& store, std::string_view name) {
  for (IdType id : store.ids()) {
    if (store[id].name == name) return id;
  }
  return IdType::none();
}

constexpr uint8_t level_bit(Level level) { return static_cast<uint8_t>(1u << static_cast<unsigned>(level)); }

}  // namespace

std::string_view word(Action action) { return kActionWords[static_cast<size_t>(action)]; }
std::string_view word(Behaviour behaviour) { return kBehaviourWords[static_cast<size_t>(behaviour)]; }
std::string_view word(ColumnPermission permission) { return kPermissionWords[static_cast<size_t>(permission)]; }
std::string_view word(RunAs run_as) { return kRunAsWords[static_cast<size_t>(run_as)]; }
std::optional<Action> action_from_word(std::string_view word) { return find_word<Action>(kActionWords, word); }
std::optional<Behaviour> behaviour_from_word(std::string_view word) {
  return find_word<Behaviour>(kBehaviourWords, word);
}

bool Relationship::is_parental() const {
  if (many_to_many) return false;
  for (Action action : {Action::Assign, Action::Share, Action::Unshare, Action::Reparent}) {
    if (on(action) != Behaviour::None) return true;
  }
  return on(Action::Delete) == Behaviour::Cascade;
}

RightSet rights_of(Ownership ownership, RuleBook rule_book) {
  RightSet all = 0;
  for (Right right : kAllRights) all |= bit(right);
  RightSet without_owner = all & static_cast<RightSet>(~(bit(Right::Assign) | bit(Right::Share)));
  switch (ownership) {
    case Ownership::User:
      return all;
    // A unit is a principal under the guide only; elsewhere such a row has nobody to assign it to or to share it.
    case Ownership::BusinessUnit:
      return rule_book == RuleBook::Guide ? all : without_owner;
    case Ownership::Organization:
      return without_owner;
  }
  return 0;
}

uint8_t levels_of(Ownership ownership, Right right) {
  uint8_t levels = level_bit(Level::None);
  switch (ownership) {
    case Ownership::User:
      levels |= level_bit(Level::User);
      [[fallthrough]];
    case Ownership::BusinessUnit:
      levels |= level_bit(Level::BusinessUnit) | level_bit(Level::ParentChild) | level_bit(Level::Organization);
      break;
    case Ownership::Organization:
      if (right != Right::Assign && right != Right::Share) levels |= level_bit(Level::Organization);
      break;
  }
  return levels;
}

std::vector<uint32_t> secured_attributes(const Table& table) {
  std::vector<uint32_t> secured;
  for (uint32_t i = 0; i < table.attributes.size(); ++i) {
    if (table.attributes[i].secured) secured.push_back(i);
  }
  return secured;
}

TableId find_table(const Policy& policy, std::string_view name) { return find_named(policy.tables, name); }
RoleId find_role(const Policy& policy, std::string_view name) { return find_named(policy.roles, name); }
PrivilegeId find_privilege(const Policy& policy, std::string_view name) { return find_named(policy.privileges, name); }
FlowId find_flow(const Policy& policy, std::string_view name) { return find_named(policy.flows, name); }

Record blank_record(const Policy& policy, TableId table) {
  Record record;
  record.table = table;
  if (!policy.tables.contains(table)) return record;
  for (const Attribute& attribute : policy.tables[table].attributes) {
    record.attributes.push_back(Value::null(attribute.type));
  }
  return record;
}

}  // namespace policyc
