#include "runtime/image/image_facts.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "runtime/image/archive.h"
#include "runtime/image/check_tables.h"
#include "tests/unit/runtime/image_tables.h"
#include "tests/unit/runtime/query_worlds.h"
#include "tests/unit/runtime/store_world.h"

namespace policy {
namespace {

using test::kRuler;
using test::kTrip;
using test::kUp;

std::vector<uint8_t> encoded(const ProgramTables& tables) { return encode_facts(tables, test::some_build()); }

// What comes back must be what went in; with `read`, whatever was accepted is sound and says itself again.
void expect_consistent(std::span<const uint8_t> bytes) {
  const Decoded<ImageFacts> read = decode_facts(bytes);
  if (!read) {
    EXPECT_FALSE(read.error.empty());
    return;
  }
  EXPECT_EQ(fault_of(*read.value->tables), std::nullopt);
  EXPECT_TRUE(std::ranges::equal(encode_facts(*read.value->tables, read.value->build), bytes));
}

void expect_refused(const ProgramTables& tables, std::string_view why) {
  const Decoded<ImageFacts> read = decode_facts(encoded(tables));
  EXPECT_FALSE(read) << why;
  EXPECT_NE(read.error.find(why), std::string::npos) << read.error;
}

TEST(ImageFacts, ComeBackFromTheWorldsOfOtherTests) {
  for (const ProgramTables& made : {test::ship_tables(), test::yard_tables(), test::query_tables()}) {
    const std::vector<uint8_t> bytes = encoded(test::whole(made));
    const Decoded<ImageFacts> read = decode_facts(bytes);
    ASSERT_TRUE(read) << read.error;
    EXPECT_EQ(encoded(*read.value->tables), bytes);
  }
  EXPECT_TRUE(decode_facts(encoded(ProgramTables{}))) << "a policy without tables";
}

TEST(ImageFacts, SayWhereTheProgramComesFrom) {
  BuildInfo build = test::some_build();
  build.features = 0x8000'0000'0000'0001;
  const Decoded<ImageFacts> read = decode_facts(encode_facts(test::rich_tables(), build));
  ASSERT_TRUE(read) << read.error;
  const BuildInfo& found = read.value->build;
  EXPECT_EQ(found.abi_version, build.abi_version);
  EXPECT_EQ(found.policy_hash, build.policy_hash);
  EXPECT_EQ(found.compiler, build.compiler);
  EXPECT_EQ(found.llvm, build.llvm);
  EXPECT_EQ(found.target, build.target);
  EXPECT_EQ(found.cpu, build.cpu);
  EXPECT_EQ(found.features, build.features);
  EXPECT_EQ(read.value->graph_count, POLICY_RIGHT_COUNT);
}

class RichFacts : public ::testing::Test {
 protected:
  void SetUp() override {
    Decoded<ImageFacts> read = decode_facts(encoded(made));
    ASSERT_TRUE(read) << read.error;
    facts = std::move(*read.value);
  }
  const ProgramTables& found() const { return *facts.tables; }

  const ProgramTables made = test::rich_tables();
  ImageFacts facts;
};

TEST_F(RichFacts, KeepSettings) {
  EXPECT_EQ(found().policy_name, "harbour");
  EXPECT_TRUE(found().modern_units && found().ownership_recomputed && found().unit_as_principal);
  EXPECT_EQ(found().unit_principal_level, POLICY_LEVEL_user);
  EXPECT_TRUE(found().share_reaches_team_only_basic);
  const HierarchyRules& hierarchy = found().hierarchy;
  EXPECT_EQ(hierarchy.model, HierarchyModel::Position);
  EXPECT_EQ(hierarchy.depth, 7u);
  EXPECT_EQ(hierarchy.write_levels, 3u);
  EXPECT_EQ(hierarchy.manager_unit, ManagerUnit::Ancestor);
  EXPECT_TRUE(hierarchy.needs_unit_level && hierarchy.disabled_reports_count);
  const OperationRules& rules = found().rules;
  EXPECT_TRUE(rules.take_owner_on_link && rules.new_child_inherits_shares && rules.assign_checks_reached_tables);
  EXPECT_TRUE(rules.share_to_previous_owner && rules.share_rights_not_held && rules.append_to_needs_write);
  EXPECT_TRUE(rules.delete_cascade_needs_child_delete && rules.clear_lookup_needs_append_to);
  EXPECT_TRUE(rules.always_move_record_to_owner_unit && rules.keep_roles_on_move);
  EXPECT_TRUE(rules.associate_needs_append_to && rules.link_needs_write);
  EXPECT_EQ(rules.assign_needs, 0x41);
  EXPECT_EQ(found().well_known.act_on_behalf, 0u);
  EXPECT_EQ(found().well_known.merge, 1u);
  EXPECT_EQ(found().well_known.reparent_user, 2u);
  EXPECT_EQ(found().well_known.reparent_team, 3u);
  EXPECT_EQ(found().well_known.business_unit, kTrip);
}

TEST_F(RichFacts, KeepTables) {
  EXPECT_EQ(found().slot_count, made.slot_count);
  EXPECT_EQ(found().choice_labels, made.choice_labels);
  EXPECT_EQ(found().user_attributes, made.user_attributes);
  EXPECT_EQ(found().user_attribute_bytes, 16u);
  EXPECT_EQ(found().context_attributes, made.context_attributes);
  EXPECT_EQ(found().context_attribute_bytes, made.context_attribute_bytes);
  ASSERT_EQ(found().tables.size(), 1u);
  const TableEntry& trip = found().tables[kTrip];
  EXPECT_EQ(trip.name, "trip");
  EXPECT_EQ(trip.ownership, Ownership::BusinessUnit);
  EXPECT_TRUE(trip.in_hierarchy);
  EXPECT_EQ(trip.secured, made.tables[kTrip].secured);
  EXPECT_EQ(trip.secured_names, made.tables[kTrip].secured_names);
  EXPECT_EQ(trip.attributes, made.tables[kTrip].attributes);
  EXPECT_EQ(trip.attribute_bytes, 32u);
  const ColumnsRead& read = trip.columns_read[POLICY_RIGHT_read];
  EXPECT_TRUE(read.owner && read.unit && read.away && read.shares);
  EXPECT_EQ(read.attributes, (std::vector<uint32_t>{0, 2}));
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    const DecisionEntry& decision = trip.decisions[right];
    EXPECT_EQ(decision.base, right);
    EXPECT_EQ(decision.first_slot, right);
    EXPECT_EQ(decision.slot_count, 1u);
    EXPECT_EQ(decision.graph, right);
    EXPECT_EQ(decision.check.get(), nullptr) << "code is not a fact";
  }
}

TEST_F(RichFacts, KeepRelationshipsAndFlows) {
  ASSERT_EQ(found().relationships.size(), made.relationships.size());
  for (size_t i = 0; i < made.relationships.size(); ++i) {
    const RelationshipEntry& a = made.relationships[i];
    const RelationshipEntry& b = found().relationships[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.child, b.child);
    EXPECT_EQ(a.parent, b.parent);
    EXPECT_EQ(a.lookup, b.lookup);
    EXPECT_EQ(a.many_to_many, b.many_to_many);
    EXPECT_EQ(a.is_parental, b.is_parental);
    EXPECT_EQ(a.behaviour, b.behaviour);
  }
  ASSERT_EQ(found().flows.size(), 1u);
  EXPECT_EQ(found().flows[0].name, "sail");
  EXPECT_EQ(found().flows[0].table, kTrip);
  ASSERT_EQ(found().flows[0].steps.size(), 1u);
  const StepEntry& note = found().flows[0].steps[0];
  EXPECT_EQ(note.name, "note");
  EXPECT_EQ(note.right, POLICY_RIGHT_write);
  EXPECT_EQ(note.table, kTrip);
  EXPECT_EQ(note.run_as_kind, 2);
  EXPECT_EQ(note.named_user, "sam");
  EXPECT_TRUE(note.bounded);
  EXPECT_EQ(note.bounded_by, "ana");
}

TEST_F(RichFacts, KeepRolesGrantsAndProfiles) {
  EXPECT_EQ(found().privileges, made.privileges);
  EXPECT_EQ(found().files, made.files);
  ASSERT_EQ(found().roles.size(), 1u);
  EXPECT_EQ(found().roles[kRuler].name, "ruler");
  EXPECT_TRUE(found().roles[kRuler].team_privileges_only);
  EXPECT_EQ(found().roles[kRuler].grants, made.roles[kRuler].grants);
  EXPECT_EQ(found().roles[kRuler].privileges, made.roles[kRuler].privileges);
  ASSERT_EQ(found().grants.size(), made.grants.size());
  const GrantEntry& grant = found().grants[2];
  EXPECT_EQ(grant.role, kRuler);
  EXPECT_EQ(grant.level, POLICY_LEVEL_organization);
  EXPECT_EQ(grant.slot, 2u);
  EXPECT_EQ(grant.table, kTrip);
  EXPECT_EQ(grant.right, 2);
  EXPECT_TRUE(grant.is_conditional);
  EXPECT_EQ(grant.place.file, 1u);
  EXPECT_EQ(grant.place.line, 31u);
  EXPECT_EQ(grant.place.column, 20u);
  ASSERT_EQ(found().profiles.size(), 1u);
  EXPECT_EQ(found().profiles[0].name, "office");
  const ProfileColumns& opened = found().profiles[0].tables.at(0);
  EXPECT_EQ(opened.table, kTrip);
  EXPECT_EQ(opened.read, 1u);
  EXPECT_EQ(opened.create, 2u);
  EXPECT_EQ(opened.update, 3u);
  EXPECT_EQ(opened.read_unmasked, 1u);
  EXPECT_EQ(opened.read_one_unmasked, 2u);
}

TEST(DamagedFacts, EveryTruncationIsRefused) {
  const std::vector<uint8_t> bytes = encoded(test::rich_tables());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_facts(cut)) << size;
  }
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_facts(longer));
}

TEST(DamagedFacts, EveryBitFlipIsRefusedOrConsistent) {
  std::vector<uint8_t> bytes = encoded(test::rich_tables());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    expect_consistent(bytes);
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  }
}

TEST(DamagedFacts, RandomChangesAreRefusedOrConsistent) {
  const std::vector<uint8_t> whole = encoded(test::rich_tables());
  std::mt19937_64 random(7);
  for (int run = 0; run < 20'000; ++run) {
    std::vector<uint8_t> bytes = whole;
    for (uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
      const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(random() % bytes.size());
      switch (random() % 4) {
        case 0:
          *at = static_cast<uint8_t>(random());
          break;
        case 1:
          bytes.erase(at);
          break;
        case 2:
          bytes.insert(at, static_cast<uint8_t>(random()));
          break;
        default:
          *at = random() % 2 == 0 ? 0xff : 0x00;
      }
    }
    expect_consistent(bytes);
  }
}

TEST(DamagedFacts, AnotherVersionIsRefused) {
  std::vector<uint8_t> bytes = encoded(test::ship_tables());
  bytes[0] = 2;
  EXPECT_NE(decode_facts(bytes).error.find("later"), std::string::npos);
  bytes[0] = 0;
  EXPECT_FALSE(decode_facts(bytes));
}

TEST(DamagedFacts, AListLongerThanTheFileAllocatesNothing) {
  ByteWriter writer;
  writer(uint64_t{1} << 60);
  ByteReader reader(writer.bytes());
  std::vector<uint64_t> numbers;
  reader(numbers);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(numbers.capacity(), 0u);
}

TEST(DamagedFacts, NumbersHaveOneWayToBeWritten) {
  for (const std::vector<uint8_t>& bytes : {std::vector<uint8_t>{0x80, 0x00}, std::vector<uint8_t>{0x80},
                                            std::vector<uint8_t>{}, std::vector<uint8_t>(11, 0xff)}) {
    ByteReader reader(bytes);
    uint64_t number = 5;
    reader(number);
    EXPECT_TRUE(reader.failed());
    EXPECT_EQ(number, 0u);
  }
}

TEST(DamagedFacts, NumbersOfAllSizesComeBack) {
  for (const uint64_t number : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{1} << 63, ~uint64_t{0}}) {
    ByteWriter writer;
    writer(number);
    ByteReader reader(writer.bytes());
    uint64_t found = 1;
    reader(found);
    EXPECT_TRUE(reader.is_at_end());
    EXPECT_EQ(found, number);
    if (number < 128) continue;
    uint8_t narrow = 1;
    ByteReader too_narrow(writer.bytes());
    too_narrow(narrow);
    EXPECT_EQ(too_narrow.failed(), number > 255);
  }
}

struct Break {
  const char* why;
  std::function<void(ProgramTables&)> change;
};

class UnsoundTables : public ::testing::TestWithParam<Break> {};

TEST_P(UnsoundTables, AreRefused) {
  ProgramTables tables = test::rich_tables();
  GetParam().change(tables);
  expect_refused(tables, GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, UnsoundTables,
    ::testing::Values(Break{"slots", [](ProgramTables& made) { made.slot_count = 1u << 25; }},
                      Break{"rights that are not there", [](ProgramTables& made) { made.rules.assign_needs = 0x100; }},
                      Break{"greater than any",
                            [](ProgramTables& made) { made.unit_principal_level = static_cast<policy_level>(5); }},
                      Break{"greater than any",
                            [](ProgramTables& made) { made.hierarchy.model = static_cast<HierarchyModel>(3); }},
                      Break{"greater than any",
                            [](ProgramTables& made) { made.hierarchy.manager_unit = static_cast<ManagerUnit>(4); }},
                      Break{"a privilege that operations", [](ProgramTables& made) { made.well_known.merge = 4; }},
                      Break{"the table of units", [](ProgramTables& made) { made.well_known.business_unit = 1; }},
                      Break{"zero byte", [](ProgramTables& made) { made.policy_name = std::string("a\0b", 3); }},
                      Break{"too long", [](ProgramTables& made) { made.policy_name = std::string(2'000'000, 'a'); }}));

INSTANTIATE_TEST_SUITE_P(
    Tables, UnsoundTables,
    ::testing::Values(
        Break{"no type", [](ProgramTables& made) { made.user_attributes[0].type = 8; }},
        Break{"no type", [](ProgramTables& made) { made.user_attributes[0].size = 4; }},
        Break{"is a choice", [](ProgramTables& made) { made.context_attributes[0].is_choice = true; }},
        Break{"does not lie", [](ProgramTables& made) { made.user_attributes[0].offset = 16; }},
        Break{"does not lie", [](ProgramTables& made) { made.user_attributes[0].offset = 0; }},
        Break{"does not lie", [](ProgramTables& made) { made.tables[kTrip].attributes[0].offset = 12; }},
        Break{"does not lie", [](ProgramTables& made) { made.context_attributes[0].offset = 0xfffffffc; }},
        Break{"take", [](ProgramTables& made) { made.tables[kTrip].attribute_bytes = 33; }},
        Break{"take", [](ProgramTables& made) { made.user_attribute_bytes = 1u << 25; }},
        Break{"out of order", [](ProgramTables& made) { made.tables[kTrip].secured = {5, 3}; }},
        Break{"out of order", [](ProgramTables& made) { made.tables[kTrip].secured_names.pop_back(); }},
        Break{"65 secured columns",
              [](ProgramTables& made) {
                made.tables[kTrip].secured.clear();
                for (uint32_t i = 0; i < 65; ++i) made.tables[kTrip].secured.push_back(i);
                made.tables[kTrip].secured_names.resize(65);
              }},
        Break{"reads an attribute", [](ProgramTables& made) { made.tables[kTrip].columns_read[0].attributes = {3}; }},
        Break{"reads an attribute",
              [](ProgramTables& made) { made.tables[kTrip].columns_read[0].attributes = {1, 1}; }},
        Break{"has code", [](ProgramTables& made) { made.tables[kTrip].decisions[0].graph = POLICY_NONE; }},
        Break{"has slots", [](ProgramTables& made) { made.tables[kTrip].decisions[2].base = 3; }},
        Break{"has slots", [](ProgramTables& made) { made.tables[kTrip].decisions[2].slot_count = 7; }},
        Break{"has slots", [](ProgramTables& made) { made.tables[kTrip].decisions[2].slot_count = POLICY_NONE; }},
        Break{"greater than any",
              [](ProgramTables& made) { made.tables[kTrip].ownership = static_cast<Ownership>(3); }}));

INSTANTIATE_TEST_SUITE_P(
    Names, UnsoundTables,
    ::testing::Values(
        Break{"relationship `up` is of a table", [](ProgramTables& made) { made.relationships[kUp].child = 1; }},
        Break{"relationship `up` is of a table",
              [](ProgramTables& made) { made.relationships[kUp].parent = POLICY_NONE; }},
        Break{"a lookup that is not there", [](ProgramTables& made) { made.relationships[kUp].lookup = 1; }},
        Break{"a lookup that is not there", [](ProgramTables& made) { made.relationships[1].lookup = POLICY_NONE; }},
        Break{"is a lookup and is not", [](ProgramTables& made) { made.relationships[2].lookup = 0; }},
        Break{"is a lookup and is not", [](ProgramTables& made) { made.relationships[2].is_parental = true; }},
        Break{"as only deletes do",
              [](ProgramTables& made) { made.relationships[kUp].behaviour[0] = Behaviour::Restrict; }},
        Break{"greater than any",
              [](ProgramTables& made) { made.relationships[kUp].behaviour[0] = static_cast<Behaviour>(6); }},
        Break{"holds a grant", [](ProgramTables& made) { made.roles[kRuler].grants.push_back(8); }},
        Break{"holds a grant", [](ProgramTables& made) { made.roles[kRuler].grants = {1, 0}; }},
        Break{"holds a privilege", [](ProgramTables& made) { made.roles[kRuler].privileges = {4}; }},
        Break{"a role that is not there", [](ProgramTables& made) { made.grants[0].role = 1; }},
        Break{"greater than any", [](ProgramTables& made) { made.grants[0].level = static_cast<policy_level>(5); }},
        Break{"fills a slot", [](ProgramTables& made) { made.grants[0].slot = 1; }},
        Break{"fills a slot", [](ProgramTables& made) { made.grants[1].slot = 0; }},
        Break{"of a table or right", [](ProgramTables& made) { made.grants[0].table = 1; }},
        Break{"of a table or right", [](ProgramTables& made) { made.grants[0].right = POLICY_RIGHT_COUNT; }},
        Break{"written in a file", [](ProgramTables& made) { made.grants[2].place.file = 2; }},
        Break{"opens a table", [](ProgramTables& made) { made.profiles[0].tables[0].table = 1; }},
        Break{"opens a column", [](ProgramTables& made) { made.profiles[0].tables[0].read_unmasked = 4; }},
        Break{"flow `sail` is of a table", [](ProgramTables& made) { made.flows[0].table = 1; }},
        Break{"step `note`", [](ProgramTables& made) { made.flows[0].steps[0].table = 1; }},
        Break{"step `note`", [](ProgramTables& made) { made.flows[0].steps[0].right = POLICY_RIGHT_COUNT; }}));

TEST(DamagedFacts, APolicyHashIsOne) {
  BuildInfo build = test::some_build();
  build.policy_hash = "sam";
  EXPECT_FALSE(decode_facts(encode_facts(test::rich_tables(), build)));
}

}  // namespace
}  // namespace policy
