#include "compiler/driver/cache_folder.h"

#include <gtest/gtest.h>

namespace policyc {
namespace {

TEST(CacheFolder, IsTheUsersOwnUnlessTheySayOtherwise) {
  EXPECT_EQ(cache_folder(nullptr, nullptr, "/home/sam"), "/home/sam/.cache/policyc");
  EXPECT_EQ(cache_folder(nullptr, "/var/sam", "/home/sam"), "/var/sam/policyc");
  EXPECT_EQ(cache_folder("", "/var/sam", "/home/sam"), "/var/sam/policyc");
  EXPECT_EQ(cache_folder("/var/kept", "/var/sam", "/home/sam"), "/var/kept");
  EXPECT_EQ(cache_folder("off", "/var/sam", "/home/sam"), "");
}

TEST(CacheFolder, NothingIsKeptWhereNobodyKnowsWhere) {
  EXPECT_EQ(cache_folder(nullptr, nullptr, nullptr), "");
  EXPECT_EQ(cache_folder(nullptr, "relative", ""), "");
  EXPECT_EQ(cache_folder(nullptr, "", "relative"), "");
}

}  // namespace
}  // namespace policyc
