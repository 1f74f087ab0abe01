#include "runtime/image/check_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/policy.h"
#include "runtime/image/image_limits.h"

namespace policy {

namespace {

uint32_t size_of(uint8_t type) {
  switch (type) {
    case POLICY_TYPE_BOOLEAN:
      return 1;
    case POLICY_TYPE_DATE:
    case POLICY_TYPE_CHOICE:
      return 4;
    case POLICY_TYPE_INTEGER:
    case POLICY_TYPE_MONEY:
    case POLICY_TYPE_DATETIME:
      return 8;
    case POLICY_TYPE_DECIMAL:
    case POLICY_TYPE_STRING:
      return 16;
  }
  return 0;
}

bool ascend(const std::vector<uint32_t>& numbers) {
  return std::ranges::adjacent_find(numbers, std::greater_equal<>()) == numbers.end();
}

// All below `limit`.
bool are_below(const std::vector<uint32_t>& numbers, size_t limit) {
  return std::ranges::all_of(numbers, [&](uint32_t number) { return number < limit; });
}

class Check {
 public:
  explicit Check(const ProgramTables& tables) : tables_(tables) {}

  std::optional<std::string> run() {
    settings();
    layout("users", tables_.user_attributes, tables_.user_attribute_bytes);
    layout("the context", tables_.context_attributes, tables_.context_attribute_bytes);
    for (const TableEntry& entry : tables_.tables) table(entry);
    for (size_t i = 0; i < tables_.relationships.size(); ++i) relationship(i);
    for (const RoleEntry& entry : tables_.roles) role(entry);
    for (size_t i = 0; i < tables_.grants.size(); ++i) grant(i);
    for (const ProfileEntry& entry : tables_.profiles) profile(entry);
    for (const FlowEntry& entry : tables_.flows) flow(entry);
    return std::move(fault_);
  }

 private:
  // Notes the first thing that is not so.
  template <typename... Values>
  void require(bool is_so, fmt::format_string<const Values&...> text, const Values&... values) {
    if (!is_so && !fault_) fault_ = fmt::format(text, values...);
  }
  bool has_table(uint32_t table) const { return table < tables_.tables.size(); }

  void settings() {
    require(tables_.slot_count <= kMostSlots, "there are {} slots", tables_.slot_count);
    require(tables_.rules.assign_needs >> POLICY_RIGHT_COUNT == 0, "assigning needs rights that are not there");
    const WellKnown& known = tables_.well_known;
    for (const uint32_t privilege : {known.act_on_behalf, known.merge, known.reparent_user, known.reparent_team}) {
      require(privilege == POLICY_NONE || privilege < tables_.privileges.size(),
              "a privilege that operations ask about is not there");
    }
    require(known.business_unit == POLICY_NONE || has_table(known.business_unit), "the table of units is not there");
  }

  void layout(std::string_view of, const std::vector<AttributeEntry>& attributes, uint32_t bytes) {
    require(bytes <= kMostAttributeBytes && bytes % 8 == 0, "the attributes of {} take {} bytes", of, bytes);
    const size_t presence_bytes = (attributes.size() + 7) / 8;
    for (const AttributeEntry& attribute : attributes) {
      const uint32_t size = size_of(attribute.type);
      require(size != 0 && attribute.size == size, "attribute `{}` of {} is of no type", attribute.name, of);
      require(attribute.is_choice == (attribute.type == POLICY_TYPE_CHOICE),
              "attribute `{}` of {} is a choice and is not", attribute.name, of);
      const bool fits = attribute.offset >= presence_bytes && attribute.offset % std::clamp(size, 1u, 8u) == 0 &&
                        uint64_t{attribute.offset} + attribute.size <= bytes;
      require(fits, "attribute `{}` of {} does not lie among its attributes", attribute.name, of);
    }
  }

  void table(const TableEntry& entry) {
    layout(entry.name, entry.attributes, entry.attribute_bytes);
    require(entry.secured.size() <= kMostSecuredColumns, "table `{}` has {} secured columns", entry.name,
            entry.secured.size());
    require(entry.secured.size() == entry.secured_names.size() && ascend(entry.secured),
            "the secured columns of table `{}` are out of order", entry.name);
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) decision(entry, right);
  }

  void decision(const TableEntry& entry, uint32_t right) {
    const DecisionEntry& decision = entry.decisions[right];
    const ColumnsRead& read = entry.columns_read[right];
    require(are_below(read.attributes, entry.attributes.size()) && ascend(read.attributes),
            "right {} on table `{}` reads an attribute that is not there", right, entry.name);
    if (!decision.is_taken()) return;
    require(decision.graph < kMostGraphs, "right {} on table `{}` has code {}", right, entry.name, decision.graph);
    const bool fits = decision.base <= decision.first_slot &&
                      uint64_t{decision.first_slot} + decision.slot_count <= tables_.slot_count;
    require(fits, "right {} on table `{}` has slots that are not there", right, entry.name);
  }

  // A lookup is called by the number of the first relationship that has it.
  void relationship(size_t number) {
    const RelationshipEntry& entry = tables_.relationships[number];
    require(has_table(entry.child) && has_table(entry.parent), "relationship `{}` is of a table that is not there",
            entry.name);
    if (entry.many_to_many) {
      require(entry.lookup == POLICY_NONE && !entry.is_parental, "relationship `{}` is a lookup and is not",
              entry.name);
    } else {
      const bool is_there = entry.lookup <= number && tables_.relationships[entry.lookup].lookup == entry.lookup &&
                            tables_.relationships[entry.lookup].child == entry.child;
      require(is_there, "relationship `{}` has a lookup that is not there", entry.name);
    }
    for (size_t action = 0; action < kActionCount; ++action) {
      const Behaviour behaviour = entry.behaviour[action];
      const bool of_delete = behaviour == Behaviour::RemoveLink || behaviour == Behaviour::Restrict;
      require(!of_delete || action == static_cast<size_t>(Action::Delete),
              "relationship `{}` behaves as only deletes do", entry.name);
    }
  }

  void role(const RoleEntry& entry) {
    require(are_below(entry.grants, tables_.grants.size()) && ascend(entry.grants),
            "role `{}` holds a grant that is not there", entry.name);
    require(are_below(entry.privileges, tables_.privileges.size()), "role `{}` holds a privilege that is not there",
            entry.name);
  }

  void grant(size_t number) {
    const GrantEntry& entry = tables_.grants[number];
    require(entry.role < tables_.roles.size(), "grant {} is of a role that is not there", number);
    require(entry.place.line == 0 || entry.place.file < tables_.files.size(),
            "grant {} is written in a file that is not there", number);
    require(has_table(entry.table) && entry.right < POLICY_RIGHT_COUNT,
            "grant {} is of a table or right that is not there", number);
    if (fault_) return;
    const DecisionEntry& decision = tables_.tables[entry.table].decisions[entry.right];
    require(entry.slot >= decision.first_slot && entry.slot - decision.first_slot < decision.slot_count,
            "grant {} fills a slot that is not its decision's", number);
  }

  void profile(const ProfileEntry& entry) {
    for (const ProfileColumns& opened : entry.tables) {
      require(has_table(opened.table), "column profile `{}` opens a table that is not there", entry.name);
      if (fault_) return;
      const uint64_t columns =
          opened.read | opened.create | opened.update | opened.read_unmasked | opened.read_one_unmasked;
      require((columns & ~tables_.tables[opened.table].secured_set()) == 0,
              "column profile `{}` opens a column that is not there", entry.name);
    }
  }

  void flow(const FlowEntry& entry) {
    require(has_table(entry.table), "flow `{}` is of a table that is not there", entry.name);
    for (const StepEntry& step : entry.steps) {
      require(has_table(step.table) && step.right < POLICY_RIGHT_COUNT,
              "step `{}` of flow `{}` is of a table or right that is not there", step.name, entry.name);
    }
  }

  const ProgramTables& tables_;
  std::optional<std::string> fault_;
};

}  // namespace

std::optional<std::string> fault_of(const ProgramTables& tables) { return Check(tables).run(); }

}  // namespace policy
