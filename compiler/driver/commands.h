// The commands of policyc, one file each. A command reads its options, does its work and gives an exit code; it writes
// to the console it is given and nowhere else.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/console.h"

namespace policyc {

struct CheckOptions {
  std::vector<std::string> files;
  std::string format = "frame";  // frame | short | json
  bool warnings_as_errors = false;
};
ExitCode run_check(const CheckOptions& options, Console& console);

struct TestOptions {
  std::vector<std::string> paths;  // policies, or folders of them
};
ExitCode run_test(const TestOptions& options, Console& console);

struct BuildOptions {
  std::string file;
  std::string emit;    // ast | policy | ir | llvm | asm; empty: compile, and say how large and how fast
  std::string output;  // empty: the console
};
ExitCode run_build(const BuildOptions& options, Console& console);

struct DecideOptions {
  std::string file;
  std::string facts;
  std::string user;
  std::string right;      // together with `on`, or else
  std::string privilege;  // a miscellaneous privilege
  std::string on;         // table/id; of create: table
  std::string owner;      // of create
  std::string unit;       // of create
  std::string engine = "native";
  std::string format = "text";
  bool explain = false;
};
ExitCode run_decide(const DecideOptions& options, Console& console);

struct ImportOptions {
  std::string folder;
  std::string output;
};
ExitCode run_import(const ImportOptions& options, Console& console);

// The whole tool: reads the command line, runs the command. Throws nothing.
int run_policyc(int argc, const char* const* argv, Console& console);

}  // namespace policyc
