#include "runtime/image/layout_hash.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/runtime/image_tables.h"

namespace policy {
namespace {

using test::kRuler;
using test::kTrip;
using test::kUp;

std::string hash_after(const std::function<void(ProgramTables&)>& change) {
  ProgramTables tables = test::rich_tables();
  change(tables);
  return layout_hash(tables);
}

// Headers that hosts keep hold such hashes: a version that hashes otherwise would have them all refused.
TEST(LayoutHash, StaysWhatItIs) {
  EXPECT_EQ(layout_hash(test::rich_tables()), "b01e5c4361bd363be177e46a205a9e3f09f298e26e7c9f1d5afe39c72dec456d");
}

TEST(LayoutHash, FollowsNamesNumbersAndOffsets) {
  const std::string before = layout_hash(test::rich_tables());
  const std::function<void(ProgramTables&)> changes[] = {
      [](ProgramTables& t) { t.tables[kTrip].name = "tour"; },
      [](ProgramTables& t) { t.tables.push_back(t.tables[kTrip]); },
      [](ProgramTables& t) { t.tables[kTrip].attributes[0].name = "name"; },
      [](ProgramTables& t) { t.tables[kTrip].attributes[2].offset = 29; },
      [](ProgramTables& t) { t.tables[kTrip].attributes[1].type = 5; },
      [](ProgramTables& t) { t.tables[kTrip].attribute_bytes = 40; },
      [](ProgramTables& t) { std::swap(t.tables[kTrip].secured_names[0], t.tables[kTrip].secured_names[1]); },
      [](ProgramTables& t) { t.user_attributes.clear(); },
      [](ProgramTables& t) { t.context_attributes.clear(); },
      [](ProgramTables& t) { std::swap(t.user_attributes, t.context_attributes); },
      [](ProgramTables& t) { t.user_attribute_bytes = 24; },
      [](ProgramTables& t) { std::swap(t.choice_labels[0], t.choice_labels[2]); },
      [](ProgramTables& t) { t.privileges.pop_back(); },
      [](ProgramTables& t) { t.roles[kRuler].name = "captain"; },
      [](ProgramTables& t) { t.roles.push_back(t.roles[kRuler]); },
      [](ProgramTables& t) { t.profiles[0].name = "bridge"; },
      [](ProgramTables& t) { std::swap(t.relationships[0], t.relationships[1]); },
      [](ProgramTables& t) { t.flows[0].name = "row"; },
      [](ProgramTables& t) { t.flows[0].steps.clear(); },
  };
  size_t number = 0;
  for (const auto& change : changes) EXPECT_NE(hash_after(change), before) << number++;
}

TEST(LayoutHash, LeavesOutGrantsLevelsAndSettings) {
  const std::string before = layout_hash(test::rich_tables());
  const std::function<void(ProgramTables&)> changes[] = {
      [](ProgramTables& t) { t.grants[0].level = POLICY_LEVEL_user; },
      [](ProgramTables& t) { t.grants.clear(); },
      [](ProgramTables& t) { t.roles[kRuler].grants.clear(); },
      [](ProgramTables& t) { t.modern_units = false; },
      [](ProgramTables& t) { t.hierarchy.depth = 1; },
      [](ProgramTables& t) { t.rules.link_needs_write = false; },
      [](ProgramTables& t) { t.relationships[kUp].behaviour.fill(Behaviour::None); },
      [](ProgramTables& t) { t.slot_count = 99; },
      [](ProgramTables& t) { t.tables[kTrip].decisions[0].graph = 3; },
      [](ProgramTables& t) { t.files.clear(); },
  };
  size_t number = 0;
  for (const auto& change : changes) EXPECT_EQ(hash_after(change), before) << number++;
}

}  // namespace
}  // namespace policy
