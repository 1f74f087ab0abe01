// policy/jit.h: text to a program or to diagnostics.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/unit/host/host_support.h"

namespace policyc::test {
namespace {

policy_status compile(const std::string& text, policy_program** program, policy_diagnostics** told,
                      policy_error* error = nullptr) {
  return policy_jit_compile("crm.policy", text.data(), text.size(), nullptr, program, told, error);
}

TEST(Jit, MistakesAreToldWithTheirPlace) {
  policy_program* program = nullptr;
  policy_diagnostics* told = nullptr;
  auto error = sized<policy_error>();
  EXPECT_EQ(compile("policy crm follows guide\nrole mate includes skiper {\n}\n", &program, &told, &error),
            POLICY_NOT_COMPILED);
  EXPECT_EQ(program, nullptr);
  EXPECT_STREQ(error.message, "the policy has 1 mistake");
  ASSERT_EQ(policy_diagnostics_count(told), 1u);
  auto one = sized<policy_diagnostic>();
  ASSERT_EQ(policy_diagnostics_at(told, 0, &one), POLICY_OK);
  EXPECT_EQ(one.severity, uint32_t{POLICY_SEVERITY_ERROR});
  EXPECT_STREQ(one.code, "E2001");
  EXPECT_STREQ(one.message, "unknown role `skiper`");
  EXPECT_STREQ(one.file, "crm.policy");
  EXPECT_EQ(one.line, 2u);
  EXPECT_EQ(one.column, 20u);
  EXPECT_EQ(one.end_line, 2u);
  EXPECT_EQ(one.end_column, 25u);
  EXPECT_NE(std::string(one.rendered).find("^^^^^^"), std::string::npos);
  EXPECT_EQ(policy_diagnostics_at(told, 1, &one), POLICY_UNKNOWN);
  EXPECT_EQ(one.message, nullptr);
  policy_diagnostics_free(told);
}

TEST(Jit, ProgramsSayWhereTheyComeFrom) {
  OwnedProgram crm;
  auto info = sized<policy_program_info>();
  ASSERT_EQ(policy_program_describe(crm, &info), POLICY_OK);
  EXPECT_EQ(info.kind, uint32_t{POLICY_PROGRAM_JIT});
  EXPECT_EQ(info.abi_version, POLICY_ABI_VERSION);
  EXPECT_STREQ(info.policy_name, "crm");
  EXPECT_EQ(std::strlen(info.policy_hash), 64u);
  EXPECT_EQ(std::strlen(info.layout_hash), 64u);
  EXPECT_STREQ(info.signer, "");
  EXPECT_GT(info.slot_count, 0u);
}

TEST(Jit, HashesHangOnWhatIsSaidAndNotOnHowItIsWritten) {
  OwnedProgram crm;
  OwnedProgram same((std::string("// a comment\n") + kCrm).c_str());
  std::string text = kCrm;
  text.replace(text.find("account: read, write at user"), 28, "account: read at user");
  OwnedProgram other_grants(text.c_str());
  OwnedProgram other_table((std::string(kCrm) + "table boat owned by user\n").c_str());
  auto info = [](policy_program* program) {
    auto told = sized<policy_program_info>();
    EXPECT_EQ(policy_program_describe(program, &told), POLICY_OK);
    return told;
  };
  EXPECT_STREQ(info(crm).policy_hash, info(same).policy_hash);
  EXPECT_STREQ(info(crm).layout_hash, info(same).layout_hash);
  EXPECT_STRNE(info(crm).policy_hash, info(other_grants).policy_hash);
  EXPECT_STREQ(info(crm).layout_hash, info(other_grants).layout_hash) << "grants are not in a header";
  EXPECT_STRNE(info(crm).layout_hash, info(other_table).layout_hash);
}

TEST(Jit, ReadsOnlyTheFolderThatTheHostNames) {
  const std::string folder = std::string(POLICYC_BINARY_DIR) + "/jit_test_folder";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/parts.policy") << "policy parts follows guide\ntable part owned by user\n";
  const std::string text = "policy whole follows guide\nuse parts\nrole rep { part: read at user }\n";
  auto options = sized<policy_jit_options>();
  policy_program* program = nullptr;
  EXPECT_EQ(policy_jit_compile("whole", text.data(), text.size(), &options, &program, nullptr, nullptr),
            POLICY_NOT_COMPILED);
  options.folder = folder.c_str();
  ASSERT_EQ(policy_jit_compile("whole", text.data(), text.size(), &options, &program, nullptr, nullptr), POLICY_OK);
  EXPECT_NE(policy_find(program, POLICY_NAME_TABLE, 0, "part"), POLICY_NONE);
  policy_program_close(program);
  // A file looks beside itself.
  std::ofstream(folder + "/whole.policy") << text;
  ASSERT_EQ(policy_jit_compile_file((folder + "/whole.policy").c_str(), nullptr, &program, nullptr, nullptr),
            POLICY_OK);
  policy_program_close(program);
}

TEST(Jit, WhatIsNoFileIsRefused) {
  policy_program* program = nullptr;
  auto error = sized<policy_error>();
  EXPECT_EQ(policy_jit_compile_file("no/such.policy", nullptr, &program, nullptr, &error), POLICY_NOT_READABLE);
  EXPECT_NE(std::string(error.message).find("no/such.policy"), std::string::npos);
  EXPECT_EQ(policy_jit_compile_file(nullptr, nullptr, &program, nullptr, &error), POLICY_INVALID);
}

TEST(Jit, MisuseGetsAStatus) {
  policy_program* program = nullptr;
  auto too_small = sized<policy_jit_options>();
  too_small.struct_size = 4;
  EXPECT_EQ(policy_jit_compile("p", "policy p follows guide", 22, nullptr, nullptr, nullptr, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_jit_compile("p", "policy p follows guide", 22, &too_small, &program, nullptr, nullptr),
            POLICY_INVALID);
  EXPECT_EQ(policy_jit_compile(nullptr, nullptr, 7, nullptr, &program, nullptr, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_jit_compile(nullptr, nullptr, 0, nullptr, &program, nullptr, nullptr), POLICY_NOT_COMPILED);
  auto reserved = sized<policy_jit_options>();
  reserved.reserved = 1;
  EXPECT_EQ(policy_jit_compile("p", "policy p follows guide", 22, &reserved, &program, nullptr, nullptr),
            POLICY_INVALID);
  EXPECT_EQ(policy_jit_wait(nullptr, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_diagnostics_count(nullptr), 0u);
  auto one = sized<policy_diagnostic>();
  EXPECT_EQ(policy_diagnostics_at(nullptr, 0, &one), POLICY_INVALID);
  policy_diagnostics_free(nullptr);
}

TEST(Jit, ManyMistakesAreCountedAndNotAllShown) {
  std::string text = "policy crm follows guide\nrole mate {\n";
  for (int i = 0; i < 250; ++i) text += "  nothing_" + std::to_string(i) + ": read at user\n";
  text += "}\n";
  policy_program* program = nullptr;
  policy_diagnostics* told = nullptr;
  auto error = sized<policy_error>();
  EXPECT_EQ(compile(text, &program, &told, &error), POLICY_NOT_COMPILED);
  EXPECT_STREQ(error.message, "the policy has 250 mistakes");
  ASSERT_EQ(policy_diagnostics_count(told), 101u);
  auto last = sized<policy_diagnostic>();
  ASSERT_EQ(policy_diagnostics_at(told, 100, &last), POLICY_OK);
  EXPECT_STREQ(last.message, "and 150 more errors");
  EXPECT_STREQ(last.rendered, "error: and 150 more errors\n");
  EXPECT_STREQ(last.code, "");
  EXPECT_EQ(last.line, 0u);
  policy_diagnostics_free(told);
}

TEST(Jit, ACacheThatCannotBeUsedIsToldOf) {
  const std::string folder = std::string(POLICYC_BINARY_DIR) + "/jit_test_cache";
  const std::string file = folder + ".file", open = folder + ".open";
  std::ofstream(file) << "x";
  std::filesystem::create_directories(open);
  std::filesystem::permissions(open, std::filesystem::perms::all);
  auto warnings = [](const std::string& cache) {
    auto options = sized<policy_jit_options>();
    options.cache_folder = cache.c_str();
    policy_program* program = nullptr;
    policy_diagnostics* told = nullptr;
    EXPECT_EQ(policy_jit_compile("crm", kCrm, std::strlen(kCrm), &options, &program, &told, nullptr), POLICY_OK);
    std::string all;
    auto one = sized<policy_diagnostic>();
    for (size_t i = 0; policy_diagnostics_at(told, i, &one) == POLICY_OK; ++i) all += one.message;
    policy_diagnostics_free(told);
    policy_program_close(program);
    return all;
  };
  EXPECT_EQ(warnings(folder), "");
  for (const std::string& unusable : {std::string("/no/such/folder"), file, open}) {
    EXPECT_NE(warnings(unusable).find("no machine code is kept in `" + unusable), std::string::npos);
  }
}

TEST(Jit, ThreadsCompileAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> compiled = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&compiled] {
      policy_program* program = nullptr;
      if (compile(kCrm, &program, nullptr) != POLICY_OK) return;
      compiled += policy_jit_wait(program, nullptr) == POLICY_OK;
      policy_program_close(program);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(compiled, 4);
}

}  // namespace
}  // namespace policyc::test
