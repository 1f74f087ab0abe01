// The commands of policyc, one file each. A command reads its options, does its work and gives an exit code; it writes
// to the console it is given and nowhere else.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/console.h"

namespace policyc {

struct Compilation;

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
  std::string emit;     // ast | policy | ir | llvm | asm | header; empty: compile, and say how large and how fast
  std::string output;   // empty: the console; NAME.so and NAME.o without `emit`: an image
  std::string target;   // of an image (compiler/native/target.h)
  std::string cpu;      // likewise
  std::string key;      // of a NAME.so: file with the private key that signs it
  std::string depfile;  // file that says, as a rule of Make, which files the output was made of

  bool is_library() const { return emit.empty() && output.ends_with(".so"); }
  bool is_image() const { return is_library() || (emit.empty() && output.ends_with(".o")); }
};
ExitCode run_build(const BuildOptions& options, Console& console);
// Of a policy that was read and checked, to `options.output`.
ExitCode run_build_image(const BuildOptions& options, const Compilation& compiled, Console& console);

// A new key pair: the private key becomes a file, the public one is printed. Or the public key of one that is there.
struct KeysOptions {
  std::string output;  // of `new`
  std::string key;     // of `show`: file with the private key
};
ExitCode run_keys_new(const KeysOptions& options, Console& console);
ExitCode run_keys_show(const KeysOptions& options, Console& console);

// Signs an image that is there already, in its place.
struct SignOptions {
  std::string image;
  std::string key;
};
ExitCode run_sign(const SignOptions& options, Console& console);

// What an image says of itself.
struct InspectOptions {
  std::string image;
};
ExitCode run_inspect(const InspectOptions& options, Console& console);

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

// The decisions of logs (docs/decision_log.md), asked again.
struct ReplayOptions {
  std::vector<std::string> logs;
  std::string policy;
  std::string format = "text";
  std::string show = "changed";  // changed | all
};
ExitCode run_replay(const ReplayOptions& options, Console& console);

struct ImportOptions {
  std::string folder;
  std::string output;
};
ExitCode run_import(const ImportOptions& options, Console& console);

// The whole tool: reads the command line, runs the command. Throws nothing.
int run_policyc(int argc, const char* const* argv, Console& console);

}  // namespace policyc
