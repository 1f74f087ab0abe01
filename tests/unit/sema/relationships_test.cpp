#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

constexpr std::string_view kTables = R"(
table trip owned by user { fee: money }
table log owned by user
table bill owned by user
table city owned by organization
)";

std::string relationship_problems(std::string_view text) { return problems(std::string(kTables) + std::string(text)); }

TEST(Relationships, PresetsSayItForAllActions) {
  Checked checked = check_text(std::string(kTables) + R"(
relationship a: log.trip -> trip parental
relationship b: bill.trip -> trip referential
relationship c: bill.city -> city restrict_delete
relationship d: trip <-> city
)");
  EXPECT_EQ(listed(checked), "");
  ASSERT_TRUE(checked.result.policy);
  const auto& all = checked.result.policy->relationships;
  EXPECT_TRUE(all[RelationshipId{0}].is_parental());
  for (Behaviour behaviour : all[RelationshipId{0}].behaviour) EXPECT_EQ(behaviour, Behaviour::Cascade);
  EXPECT_FALSE(all[RelationshipId{1}].is_parental());
  EXPECT_EQ(all[RelationshipId{1}].on(Action::Delete), Behaviour::RemoveLink);
  EXPECT_EQ(all[RelationshipId{1}].on(Action::Merge), Behaviour::None);
  EXPECT_EQ(all[RelationshipId{2}].on(Action::Delete), Behaviour::Restrict);
  EXPECT_TRUE(all[RelationshipId{3}].many_to_many);
}

TEST(Relationships, EachActionTakesItsValues) {
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip { assign: user_owned share: active "
                                  "unshare: cascade reparent: none delete: restrict merge: cascade }"),
            "");
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip { assign: restrict share: remove_link "
                                  "unshare: cascade reparent: none delete: active merge: user_owned }"),
            "E4002 `restrict` behaviour `restrict` for `assign`\n"
            "E4002 `remove_link` behaviour `remove_link` for `share`\n"
            "E4002 `active` behaviour `active` for `delete`\n"
            "E4002 `user_owned` behaviour `user_owned` for `merge`\n");
}

TEST(Relationships, NothingIsLeftToADefault) {
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip { assign: cascade delete: restrict }"),
            "E4008 `a` relationship `a` says nothing for `share`, `unshare`, `reparent`, `merge`\n");
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip { asign: cascade }"),
            "E4003 `asign` unknown action `asign`\n");
}

TEST(Relationships, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trp parental"), "E2001 `trp` unknown table `trp`\n");
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip parentl"),
            "E4005 `parentl` unknown preset `parentl`\n");
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip { assign: cascad share: none unshare: none "
                                  "reparent: none delete: none merge: none }"),
            "E4001 `cascad` unknown behaviour `cascad`\n");
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip { assign: none assign: none share: none "
                                  "unshare: none reparent: none delete: none merge: none }"),
            "E2007 `assign` `assign` is written twice\n");
  EXPECT_EQ(relationship_problems("relationship a: trip <-> city parental"),
            "E4006 `parental` many-to-many relationship `a` has a behaviour\n");
  EXPECT_EQ(relationship_problems("relationship a: trip.fee -> city referential"),
            "E4007 `fee` lookup `fee` is also an attribute of `trip`\n");
}

TEST(Relationships, OneParentalLookupForEachTable) {
  EXPECT_EQ(
      relationship_problems("relationship a: log.trip -> trip parental relationship b: log.bill -> bill parental"),
      "E4004 `bill` table `log` has a second parental lookup `bill`\n");
  EXPECT_EQ(relationship_problems("relationship a: log.of -> trip parental relationship b: log.of -> bill parental"),
            "")
      << "a polymorphic lookup is one lookup";
  EXPECT_EQ(relationship_problems("relationship a: log.of -> trip parental relationship b: log.of -> trip parental"),
            "E2007 `of` lookup `log.of` to `trip` is written twice\n");
}

TEST(Relationships, RingsOfTablesAreRarelyMeant) {
  EXPECT_EQ(relationship_problems("relationship a: log.trip -> trip parental relationship b: trip.log -> log parental"),
            "W4009 `a` parental relationships of `trip` go round\n");
  EXPECT_EQ(relationship_problems("relationship a: trip.above -> trip parental"), "") << "a tree of one table";
}

}  // namespace
}  // namespace policyc::test
