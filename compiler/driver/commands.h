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

// One question: a right on a row, a privilege, a whole operation, or signing in.
struct DecideOptions {
  std::string file;
  std::string facts;
  std::string user;
  std::string on_behalf_of;      // of an operation
  std::string right;             // together with `on`
  std::string privilege;         // a miscellaneous privilege
  std::vector<std::string> may;  // an operation, as a phrase (operation_phrase.h)
  bool signs_in = false;
  std::string on;     // table/id; of create: table
  std::string owner;  // of create
  std::string unit;   // of create
  std::string engine = "native";
  std::string format = "text";
  bool explain = false;
};
ExitCode run_decide(const DecideOptions& options, Console& console);

// The rows of a table on which a user has a right.
struct ListOptions {
  std::string file;
  std::string facts;
  std::string user;
  std::string right;
  std::string on;  // table
  std::string engine = "native";
  std::string format = "text";
};
ExitCode run_list(const ListOptions& options, Console& console);

// The users who have a right on a row.
struct WhoOptions {
  std::string file;
  std::string facts;
  std::string right;
  std::string on;  // table/id
  std::string engine = "native";
  std::string format = "text";
};
ExitCode run_who(const WhoOptions& options, Console& console);

struct CascadeOptions {
  std::string file;
  std::string facts;
  std::string user;  // empty: nobody's rights are asked
  std::string on_behalf_of;
  std::vector<std::string> phrase;
  std::string engine = "native";
  std::string format = "text";
};
ExitCode run_cascade(const CascadeOptions& options, Console& console);

struct RunAsOptions {
  std::string file;
  std::string facts;
  std::string flow;
  std::string step;
  std::string user;  // who sets it off
  std::string on;    // with which row
  std::string format = "text";
  bool explain = false;
};
ExitCode run_run_as(const RunAsOptions& options, Console& console);

struct ImportOptions {
  std::string folder;
  std::string output;
};
ExitCode run_import(const ImportOptions& options, Console& console);

// The whole tool: reads the command line, runs the command. Throws nothing.
int run_policyc(int argc, const char* const* argv, Console& console);

}  // namespace policyc
