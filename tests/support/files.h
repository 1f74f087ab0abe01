// Files of the source tree, for tests that read them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace policyc::testing {

// The whole file; a test fails with its name where it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Files below `folder` whose names end so (empty: every file), in the order of their names.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder, const std::string& ending = "");

std::vector<std::string> lines_of(const std::string& text);

}  // namespace policyc::testing
