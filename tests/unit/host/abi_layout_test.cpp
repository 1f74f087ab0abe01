// The layout of everything that crosses policy/policy.h, as hosts were compiled with it. A struct may grow at its end;
// whatever else fails here breaks hosts that exist.
#include <gtest/gtest.h>

#include <cstddef>

#include "policy/jit.h"

namespace policyc::test {
namespace {

#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes))
#define FIELD(type, field, offset) static_assert(offsetof(type, field) == (offset))

SIZE(policy_error, 512);
FIELD(policy_error, status, 4);
FIELD(policy_error, message, 8);
SIZE(policy_build_info, 24);
SIZE(policy_open_options, 32);
FIELD(policy_open_options, keys, 8);
FIELD(policy_open_options, policy_hash, 16);
FIELD(policy_open_options, layout_hash, 24);
SIZE(policy_program_info, 80);
FIELD(policy_program_info, policy_name, 16);
FIELD(policy_program_info, signer, 72);
SIZE(policy_table_info, 24);
SIZE(policy_attribute_info, 16);
SIZE(policy_grant_info, 40);
FIELD(policy_grant_info, file, 32);
SIZE(policy_step_info, 32);
SIZE(policy_role_held, 16);
SIZE(policy_standing, 56);
FIELD(policy_standing, teams, 24);
FIELD(policy_standing, attributes, 48);
SIZE(policy_entry, 16);
SIZE(policy_store_options, 8);
SIZE(policy_value, 40);
FIELD(policy_value, number, 8);
FIELD(policy_value, text, 24);
SIZE(policy_link, 8);
SIZE(policy_row, 56);
FIELD(policy_row, columns, 32);
FIELD(policy_row, links, 48);
SIZE(policy_operation, 96);
FIELD(policy_operation, columns_named, 56);
FIELD(policy_operation, links, 88);
SIZE(policy_answer, 48);
FIELD(policy_answer, decision, 32);
SIZE(policy_change, 44);
SIZE(policy_outcome, 88);
FIELD(policy_outcome, changes, 56);
SIZE(policy_run_as_answer, 72);
SIZE(policy_cursor, 24);
FIELD(policy_cursor, version, 16);
SIZE(policy_column_rights, 56);
SIZE(policy_log_options, 24);
SIZE(policy_log_counts, 32);
SIZE(policy_jit_options, 24);
SIZE(policy_diagnostic, 56);
SIZE(policy_decision, 16);
SIZE(policy_status, 4);

static_assert(POLICY_NOT_COMPILED == 18 && POLICY_STATUS_COUNT == 19);
static_assert(POLICY_OPERATION_MOVE_TEAM == 19 && POLICY_CHANGE_ROLES_MOVED == 14 && POLICY_NAME_CHOICE == 14);

TEST(AbiLayout, EveryStatusHasAName) {
  for (int status = 0; status < POLICY_STATUS_COUNT; ++status) {
    EXPECT_STRNE(policy_status_name(static_cast<policy_status>(status)), "?") << status;
  }
  EXPECT_STREQ(policy_status_name(static_cast<policy_status>(POLICY_STATUS_COUNT)), "?");
  EXPECT_STREQ(policy_status_name(static_cast<policy_status>(-1)), "?");
}

TEST(AbiLayout, TheLibrarySaysWhichOneItIs) {
  EXPECT_EQ(policy_abi_version(), POLICY_ABI_VERSION);
  policy_build_info info{};
  EXPECT_EQ(policy_build(&info), POLICY_INVALID);
  info.struct_size = sizeof info;
  ASSERT_EQ(policy_build(&info), POLICY_OK);
  EXPECT_STREQ(info.version, POLICYC_VERSION);
  EXPECT_EQ(policy_build(nullptr), POLICY_INVALID);
}

}  // namespace
}  // namespace policyc::test
