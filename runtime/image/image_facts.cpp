#include "runtime/image/image_facts.h"

#include <algorithm>

#include "runtime/image/archive.h"
#include "runtime/image/check_tables.h"
#include "runtime/image/digest.h"

namespace policy {

template <auto last>
struct EndsWith {
  static constexpr auto value = last;
};
template <>
struct LastOf<Ownership> : EndsWith<Ownership::Organization> {};
template <>
struct LastOf<policy_level> : EndsWith<POLICY_LEVEL_organization> {};
template <>
struct LastOf<Behaviour> : EndsWith<Behaviour::Restrict> {};
template <>
struct LastOf<HierarchyModel> : EndsWith<HierarchyModel::Position> {};
template <>
struct LastOf<ManagerUnit> : EndsWith<ManagerUnit::Any> {};

// One description of each struct, for both directions; not in an unnamed namespace, since ByteWriter and ByteReader
// find them by their argument. Whoever changes one raises this and POLICY_ABI_VERSION, by
// which older libraries know that an image is newer than they are.
constexpr uint32_t kFactsVersion = 1;

void describe(auto& archive, Of<BuildInfo> auto& build) {
  archive(build.abi_version, build.policy_hash, build.compiler, build.llvm, build.target, build.cpu, build.features);
}

void describe(auto& archive, Of<DecisionEntry> auto& decision) {
  archive(decision.slot_count);
  if (decision.is_taken()) archive(decision.base, decision.first_slot, decision.graph);
}

void describe(auto& archive, Of<ColumnsRead> auto& read) {
  archive(read.owner, read.unit, read.away, read.shares, read.attributes);
}

void describe(auto& archive, Of<AttributeEntry> auto& attribute) {
  archive(attribute.offset, attribute.size, attribute.name, attribute.type, attribute.is_choice);
}

void describe(auto& archive, Of<TableEntry> auto& table) {
  archive(table.name, table.ownership, table.in_hierarchy, table.secured, table.secured_names, table.decisions,
          table.columns_read, table.attributes, table.attribute_bytes);
}

void describe(auto& archive, Of<RelationshipEntry> auto& relationship) {
  archive(relationship.name, relationship.child, relationship.parent, relationship.lookup, relationship.many_to_many,
          relationship.is_parental, relationship.behaviour);
}

void describe(auto& archive, Of<Place> auto& place) { archive(place.file, place.line, place.column); }

void describe(auto& archive, Of<GrantEntry> auto& grant) {
  archive(grant.role, grant.level, grant.slot, grant.table, grant.right, grant.is_conditional, grant.place);
}

void describe(auto& archive, Of<RoleEntry> auto& role) {
  archive(role.name, role.team_privileges_only, role.grants, role.privileges);
}

void describe(auto& archive, Of<ProfileColumns> auto& columns) {
  archive(columns.table, columns.read, columns.create, columns.update, columns.read_unmasked,
          columns.read_one_unmasked);
}

void describe(auto& archive, Of<ProfileEntry> auto& profile) { archive(profile.name, profile.tables); }

void describe(auto& archive, Of<StepEntry> auto& step) {
  archive(step.name, step.right, step.table, step.run_as_kind, step.named_user, step.bounded, step.bounded_by);
}

void describe(auto& archive, Of<FlowEntry> auto& flow) { archive(flow.name, flow.table, flow.steps); }

void describe(auto& archive, Of<HierarchyRules> auto& rules) {
  archive(rules.model, rules.depth, rules.write_levels, rules.manager_unit, rules.needs_unit_level,
          rules.disabled_reports_count);
}

void describe(auto& archive, Of<OperationRules> auto& rules) {
  archive(rules.take_owner_on_link, rules.new_child_inherits_shares, rules.assign_checks_reached_tables,
          rules.share_to_previous_owner, rules.share_rights_not_held, rules.append_to_needs_write,
          rules.delete_cascade_needs_child_delete, rules.clear_lookup_needs_append_to,
          rules.always_move_record_to_owner_unit, rules.keep_roles_on_move, rules.associate_needs_append_to,
          rules.link_needs_write, rules.assign_needs);
}

void describe(auto& archive, Of<WellKnown> auto& known) {
  archive(known.act_on_behalf, known.merge, known.reparent_user, known.reparent_team, known.business_unit);
}

void describe(auto& archive, Of<ProgramTables> auto& tables) {
  archive(tables.policy_name, tables.modern_units, tables.ownership_recomputed, tables.unit_as_principal,
          tables.unit_principal_level, tables.share_reaches_team_only_basic, tables.hierarchy, tables.rules,
          tables.well_known, tables.slot_count, tables.privileges, tables.files, tables.choice_labels,
          tables.user_attributes, tables.user_attribute_bytes, tables.context_attributes,
          tables.context_attribute_bytes, tables.tables, tables.relationships, tables.roles, tables.grants,
          tables.profiles, tables.flows);
}

namespace {

uint32_t graph_count_of(const ProgramTables& tables) {
  uint32_t count = 0;
  for (const TableEntry& table : tables.tables) {
    for (const DecisionEntry& decision : table.decisions) {
      if (decision.is_taken()) count = std::max(count, decision.graph + 1);
    }
  }
  return count;
}

Decoded<ImageFacts> refused(std::string error) { return {std::nullopt, std::move(error)}; }

}  // namespace

std::vector<uint8_t> encode_facts(const ProgramTables& tables, const BuildInfo& build) {
  ByteWriter writer;
  writer(kFactsVersion, build, tables);
  return writer.take();
}

Decoded<ImageFacts> decode_facts(std::span<const uint8_t> bytes) {
  if (bytes.size() > kLargestFacts) return refused("its facts are larger than any image's");
  ByteReader reader(bytes);
  uint32_t version = 0;
  reader(version);
  if (version > kFactsVersion) return refused("its facts are of a later version than this library reads");
  if (version != kFactsVersion) return refused("its facts do not begin as facts do");
  ImageFacts facts;
  facts.tables = std::make_unique<ProgramTables>();
  reader(facts.build, *facts.tables);
  if (reader.failed()) return refused(reader.error());
  if (!reader.is_at_end()) return refused("something follows its facts");
  if (!digest_from_hexadecimal(facts.build.policy_hash)) return refused("its policy's hash is none");
  if (std::optional<std::string> fault = fault_of(*facts.tables)) return refused(std::move(*fault));
  facts.graph_count = graph_count_of(*facts.tables);
  return {std::move(facts), ""};
}

}  // namespace policy
