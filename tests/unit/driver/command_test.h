// Runs the tool as a user does, in a folder with a policy and an organization.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compiler/driver/commands.h"

namespace policyc {

class CommandTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) { std::ofstream(path(name)) << text; }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), "policyc");
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    out_.str("");
    err_.str("");
    Console console{out_, err_};
    return run_policyc(static_cast<int>(arguments.size()), arguments.data(), console);
  }

  // A command that asks about `club.policy` and `org.json`.
  int ask(const std::string& command, std::vector<std::string> words) {
    words.insert(words.begin(), {command, path("club.policy"), "--facts", path("org.json")});
    return run(std::move(words));
  }
  int decide(std::vector<std::string> words) { return ask("decide", std::move(words)); }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  nlohmann::json json() const { return nlohmann::json::parse(out()); }
  bool says(std::string_view text) const { return err().find(text) != std::string::npos; }
  bool prints(std::string_view text) const { return out().find(text) != std::string::npos; }

 private:
  std::filesystem::path folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace policyc
