// Names of policies as names of C.
#include "compiler/base/c_name.h"

#include <gtest/gtest.h>

namespace policyc {
namespace {

TEST(CName, KeepsWhatIsAName) {
  for (const char* name : {"account", "Account_2", "x", "_x", "ROLE"}) EXPECT_EQ(c_name(name), name);
}

TEST(CName, IsNeverAKeywordOrReserved) {
  EXPECT_EQ(c_name("class"), "class_");
  EXPECT_EQ(c_name("int"), "int_");
  EXPECT_EQ(c_name("xor_eq"), "xor_eq_");
  EXPECT_EQ(c_name("alignas"), "alignas_");
  EXPECT_EQ(c_name("NULL"), "NULL_");
  EXPECT_EQ(c_name("_Bool"), "_Bool_");
  EXPECT_EQ(c_name("__attribute__"), "__attribute___");
}

TEST(CName, HoldsLettersAndDigitsAlone) {
  EXPECT_EQ(c_name("boat trip"), "boat_trip");
  EXPECT_EQ(c_name("7seas"), "_7seas");
  EXPECT_EQ(c_name(""), "_");
  EXPECT_EQ(c_name("*/ int x; /*"), "___int_x_____");
  EXPECT_EQ(c_name("größe"), "gr____e");
}

TEST(CName, PrefixesAreNotTheLibrarys) {
  EXPECT_EQ(c_prefix("crm"), "crm");
  EXPECT_EQ(c_prefix("policy"), "of_policy");
  EXPECT_EQ(c_prefix("POLICY_right"), "of_POLICY_right");
  EXPECT_EQ(c_prefix("policyholders"), "policyholders");
  EXPECT_EQ(c_prefix("_x"), "of__x");
  EXPECT_EQ(image_symbol("crm"), "crm_image");
  EXPECT_EQ(image_symbol("policy"), "of_policy_image") << "`policy_image` is a type";
}

}  // namespace
}  // namespace policyc
