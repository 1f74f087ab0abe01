// The command line of policyc.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/driver/command_line_docs.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/operation_phrase.h"
#include "compiler/driver/version.h"

namespace policyc {

namespace {

// CLI11 fills the options; the command that was named leaves its call in `command`.
struct CommandLine {
  CheckOptions check;
  TestOptions test;
  BuildOptions build;
  KeysOptions keys;
  SignOptions sign;
  InspectOptions inspect;
  DecideOptions decide;
  ListOptions list;
  WhoOptions who;
  CascadeOptions cascade;
  RunAsOptions run_as;
  ReplayOptions replay;
  ImportOptions import;
  std::string shell;
  std::function<ExitCode(Console&)> command;
};

void add_check(CLI::App& app, CommandLine& line) {
  CLI::App* check = app.add_subcommand("check", "find everything that is wrong with policies");
  check->add_option("FILE", line.check.files, "policy files")->required();
  check->add_option("--format", line.check.format, "frame (for people), short (a line each) or json")
      ->check(CLI::IsMember({"frame", "short", "json"}));
  check->add_flag("--warnings-as-errors", line.check.warnings_as_errors, "end with 1 where there is a warning");
  check->footer("example: policyc check boat_club.policy --format short");
  check->callback([&line] { line.command = [&line](Console& console) { return run_check(line.check, console); }; });
}

void add_test(CLI::App& app, CommandLine& line) {
  CLI::App* test = app.add_subcommand("test", "run the scenarios of policies, on the reference and on native code");
  test->add_option("PATH", line.test.paths, "policy files, or folders of them")->required();
  test->footer("example: policyc test stdlib-policies");
  test->callback([&line] { line.command = [&line](Console& console) { return run_test(line.test, console); }; });
}

// It would become a file of that name.
std::string no_dash(const std::string& file) {
  return file == "-" ? "`-` is no file; without --output it goes to standard output" : "";
}

// What belongs to images goes with images alone, and a file is written for what its name says.
void check_build(const BuildOptions& options) {
  const bool is_image_name = options.output.ends_with(".so") || options.output.ends_with(".o");
  if (is_image_name && !options.emit.empty()) {
    throw CLI::ValidationError(
        fmt::format("`-o {}` is an image, and --emit={} is text: leave one out", options.output, options.emit));
  }
  if (!is_image_name && options.emit.empty() && !options.output.empty()) {
    throw CLI::ValidationError(
        fmt::format("`-o {}` is no image: those are NAME.so and NAME.o; a text needs --emit", options.output));
  }
  if (!options.is_image() && !(options.target.empty() && options.cpu.empty())) {
    throw CLI::ValidationError("--target and --cpu are of an image: -o NAME.so or NAME.o");
  }
  if (!options.is_library() && !options.key.empty()) throw CLI::ValidationError("--sign is of an image: -o NAME.so");
}

void add_build(CLI::App& app, CommandLine& line) {
  CLI::App* build = app.add_subcommand("build", "compile a policy to machine code, or show a stage on the way");
  build->add_option("FILE", line.build.file, "policy file")->required();
  build
      ->add_option("--emit", line.build.emit,
                   "what to show: ast, policy, ir, llvm or asm; header: a C and C++ header for hosts")
      ->check(CLI::IsMember({"ast", "policy", "ir", "llvm", "asm", "header"}));
  CLI::Option* output =
      build
          ->add_option("-o,--output", line.build.output,
                       "file to write (standard output); NAME.so is an image to load, NAME.o one to link")
          ->check(no_dash);
  build->add_option("--target", line.build.target, "of an image: x86-64, aarch64 or an LLVM triple (this machine's)")
      ->type_name("{x86-64,aarch64}");
  build
      ->add_option("--cpu", line.build.cpu,
                   "of an image: native, x86-64-v2, x86-64-v3 or x86-64-v4 (every processor of the target)")
      ->type_name("{native,x86-64-v2,x86-64-v3,x86-64-v4}");
  build->add_option("--sign", line.build.key, "of a NAME.so: PEM file with the private key that signs it");
  build
      ->add_option("--depfile", line.build.depfile,
                   "file to write for make or ninja: which policies the output was made of")
      ->needs(output);
  build->footer(
      "example: policyc build boat_club.policy -o boat_club.so --sign key.pem\n"
      "example: policyc build boat_club.policy --emit=header -o boat_club.h\n"
      "example: policyc build boat_club.policy --emit=ir");
  build->callback([&line] {
    check_build(line.build);
    line.command = [&line](Console& console) { return run_build(line.build, console); };
  });
}

void add_keys(CLI::App& app, CommandLine& line) {
  CLI::App* keys = app.add_subcommand("keys", "make and show keys that sign images");
  keys->require_subcommand(1);
  CLI::App* make = keys->add_subcommand("new", "write a new private key and print the public one");
  make->add_option("-o,--output", line.keys.output, "file of the private key; there is none yet")->required();
  make->footer("example: policyc keys new -o key.pem");
  make->callback([&line] { line.command = [&line](Console& console) { return run_keys_new(line.keys, console); }; });
  CLI::App* show = keys->add_subcommand("show", "print the public key of a private one");
  show->add_option("KEY", line.keys.key, "PEM file with the private key")->required();
  show->footer("example: policyc keys show key.pem");
  show->callback([&line] { line.command = [&line](Console& console) { return run_keys_show(line.keys, console); }; });
  keys->footer("example: policyc keys new -o key.pem");
}

void add_sign(CLI::App& app, CommandLine& line) {
  CLI::App* sign = app.add_subcommand("sign", "sign an image, in its place");
  sign->add_option("IMAGE", line.sign.image, "image, a NAME.so")->required();
  sign->add_option("--key", line.sign.key, "PEM file with the private key")->required();
  sign->footer("example: policyc sign boat_club.so --key key.pem");
  sign->callback([&line] { line.command = [&line](Console& console) { return run_sign(line.sign, console); }; });
}

void add_inspect(CLI::App& app, CommandLine& line) {
  CLI::App* inspect = app.add_subcommand("inspect", "show what an image says of itself, without running it");
  inspect->add_option("IMAGE", line.inspect.image, "image, a NAME.so")->required();
  inspect->footer("example: policyc inspect boat_club.so");
  inspect->callback(
      [&line] { line.command = [&line](Console& console) { return run_inspect(line.inspect, console); }; });
}

// Exactly one question, with what belongs to it.
void check_question(const DecideOptions& options) {
  int questions = !options.right.empty() + !options.privilege.empty() + !options.may.empty() + options.signs_in;
  if (questions == 0) {
    throw CLI::RequiredError("--can RIGHT with --on TABLE/ID, --has PRIVILEGE, --may OPERATION or --sign-in");
  }
  if (questions > 1) throw CLI::ValidationError("one question at a time: --can, --has, --may or --sign-in");
  if (!options.on_behalf_of.empty() && options.may.empty()) {
    throw CLI::ValidationError("--on-behalf-of belongs to --may");
  }
}

void add_decide(CLI::App& app, CommandLine& line) {
  CLI::App* decide = app.add_subcommand("decide", "answer one question about an organization");
  DecideOptions& options = line.decide;
  decide->add_option("FILE", options.file, "policy file")->required();
  decide->add_option("--facts", options.facts, "JSON file with the organization (docs/facts.md)")->required();
  decide->add_option("--as", options.user, "user who asks")->required();
  CLI::Option* can = decide->add_option("--can", options.right, "right that is asked for: read, write, ...");
  CLI::Option* on = decide->add_option("--on", options.on, "row, as TABLE/ID; for create, TABLE");
  decide->add_option("--has", options.privilege, "miscellaneous privilege that is asked for");
  decide->add_option("--may", options.may, "whole operation: assign boat_trip/t1 to sam (see policyc cascade --help)");
  decide->add_option("--on-behalf-of", options.on_behalf_of, "for --may: user in whose name it is done");
  decide->add_flag("--sign-in", options.signs_in, "whether the user may sign in, and the access mode");
  decide->add_option("--owner", options.owner, "for create: owner of the new row (the user)")->needs(on);
  decide->add_option("--unit", options.unit, "for create: unit of the new row (the owner's)")->needs(on);
  decide->add_option("--engine", options.engine, "native or reference")->check(CLI::IsMember({"native", "reference"}));
  decide->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  decide->add_flag("--explain", options.explain,
                   "say which role and line decide, which columns show, and what it hangs on");
  can->needs(on);
  on->needs(can);
  decide->footer(
      "ends with 0 for `allow` and for `deny`\n"
      "example: policyc decide boat_club.policy --facts org.json --as sam --can delete --on boat_trip/t1 --explain\n"
      "example: policyc decide boat_club.policy --facts org.json --as sam --on-behalf-of ana "
      "--may share boat_trip/t1 with roohi for read,write\n"
      "example: policyc decide boat_club.policy --facts org.json --as sam --sign-in");
  decide->callback([&line] {
    check_question(line.decide);
    line.command = [&line](Console& console) { return run_decide(line.decide, console); };
  });
}

void add_list(CLI::App& app, CommandLine& line) {
  CLI::App* list = app.add_subcommand("list", "list the rows of a table on which a user has a right");
  ListOptions& options = line.list;
  list->add_option("FILE", options.file, "policy file")->required();
  list->add_option("--facts", options.facts, "JSON file with the organization (docs/facts.md)")->required();
  list->add_option("--as", options.user, "user who asks")->required();
  list->add_option("--can", options.right, "right that is asked for: read, write, ...")->required();
  list->add_option("--on", options.on, "table")->required();
  list->add_option("--engine", options.engine, "native or reference")->check(CLI::IsMember({"native", "reference"}));
  list->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  list->footer(
      "a row on each line, as TABLE/ID; `nothing` where there is none\n"
      "example: policyc list boat_club.policy --facts org.json --as sam --can read --on boat_trip");
  list->callback([&line] { line.command = [&line](Console& console) { return run_list(line.list, console); }; });
}

void add_who(CLI::App& app, CommandLine& line) {
  CLI::App* who = app.add_subcommand("who", "list the users who have a right on a row");
  WhoOptions& options = line.who;
  who->add_option("FILE", options.file, "policy file")->required();
  who->add_option("--facts", options.facts, "JSON file with the organization (docs/facts.md)")->required();
  who->add_option("--can", options.right, "right that is asked for: read, write, ...")->required();
  who->add_option("--on", options.on, "row, as TABLE/ID")->required();
  who->add_option("--engine", options.engine, "native or reference")->check(CLI::IsMember({"native", "reference"}));
  who->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  who->footer(
      "a user on each line; `nobody` where there is none\n"
      "example: policyc who boat_club.policy --facts org.json --can read --on boat_trip/t1");
  who->callback([&line] { line.command = [&line](Console& console) { return run_who(line.who, console); }; });
}

void add_cascade(CLI::App& app, CommandLine& line) {
  CLI::App* cascade = app.add_subcommand("cascade", "show what an operation would change, row by row, and why");
  CascadeOptions& options = line.cascade;
  cascade->add_option("FILE", options.file, "policy file")->required();
  cascade->add_option("PHRASE", options.phrase, "the operation, in words")->required();
  cascade->add_option("--facts", options.facts, "JSON file with the organization (docs/facts.md)")->required();
  CLI::Option* as = cascade->add_option("--as", options.user, "user who does it; left out, nobody's rights are asked");
  cascade->add_option("--on-behalf-of", options.on_behalf_of, "user in whose name it is done")->needs(as);
  cascade->add_option("--engine", options.engine, "native or reference; without --as it is always the reference")
      ->check(CLI::IsMember({"native", "reference"}));
  cascade->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  cascade->footer(
      fmt::format("a dry run: nothing is changed. Rows are TABLE/ID, or ID where only one table has it; RIGHT is read, "
                  "write, ...;\n"
                  "PRINCIPAL is a user, a team, a unit or `organization`. Phrases:\n{}"
                  "ends with 0 for `allow` and for `deny`\n"
                  "example: policyc cascade boat_club.policy --facts org.json assign boat_trip/t1 to sam\n"
                  "example: policyc cascade boat_club.policy --facts org.json --as ana share boat_trip/t1 with roohi "
                  "for read,write",
                  operation_forms()));
  cascade->callback(
      [&line] { line.command = [&line](Console& console) { return run_cascade(line.cascade, console); }; });
}

void add_run_as(CLI::App& app, CommandLine& line) {
  CLI::App* run_as = app.add_subcommand("run-as", "say in whose name a step of a flow acts, and whether it may");
  RunAsOptions& options = line.run_as;
  run_as->add_option("FILE", options.file, "policy file")->required();
  run_as->add_option("--facts", options.facts, "JSON file with the organization (docs/facts.md)")->required();
  run_as->add_option("--flow", options.flow, "flow or plug-in")->required();
  run_as->add_option("--step", options.step, "its step")->required();
  run_as->add_option("--by", options.user, "user who sets it off")->required();
  run_as->add_option("--on", options.on, "row that sets it off, as TABLE/ID")->required();
  run_as->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  run_as->add_flag("--explain", options.explain, "say why, and which switches it hangs on");
  run_as->footer(
      "ends with 0 for `allow` and for `deny`\n"
      "example: policyc run-as boat_club.policy --facts org.json --flow audit_trip --step write_log "
      "--by sam --on boat_trip/t1 --explain");
  run_as->callback([&line] { line.command = [&line](Console& console) { return run_run_as(line.run_as, console); }; });
}

void add_replay(CLI::App& app, CommandLine& line) {
  CLI::App* replay = app.add_subcommand("replay", "ask the decisions of a log again, under another policy");
  ReplayOptions& options = line.replay;
  replay->add_option("LOG", options.logs, "files of a decision log (docs/decision_log.md)")->required();
  replay->add_option("--against", options.policy, "policy file")->required();
  replay->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  replay->add_option("--show", options.show, "changed: what would come out otherwise; all: everything")
      ->check(CLI::IsMember({"changed", "all"}));
  replay->footer(
      "ends with 0 whatever came out, and with 1 where a line is damaged or a file cannot be read\n"
      "example: policyc replay decisions.jsonl.1 decisions.jsonl --against new.policy");
  replay->callback([&line] { line.command = [&line](Console& console) { return run_replay(line.replay, console); }; });
}

void add_import(CLI::App& app, CommandLine& line) {
  CLI::App* import = app.add_subcommand("import", "turn what another system exports into a policy");
  import->require_subcommand(1);
  CLI::App* dataverse = import->add_subcommand("dataverse", "an unpacked solution folder");
  dataverse->add_option("DIR", line.import.folder, "folder with the unpacked solution, or folders of them")->required();
  dataverse->add_option("-o,--output", line.import.output, "policy file to write (standard output)")->check(no_dash);
  dataverse->footer("example: policyc import dataverse exported/ContosoClub -o contoso.policy");
  import->footer("example: policyc import dataverse exported/ContosoClub -o contoso.policy");
  dataverse->callback(
      [&line] { line.command = [&line](Console& console) { return run_import(line.import, console); }; });
}

void add_completions(CLI::App& app, CommandLine& line) {
  CLI::App* completions = app.add_subcommand("completions", "print what a shell needs to complete policyc's words");
  completions->add_option("SHELL", line.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completions->footer("example: policyc completions bash > /etc/bash_completion.d/policyc");
  completions->callback([&app, &line] {
    line.command = [&app, &line](Console& console) {
      console.out << completion_script(line.shell, describe(app)).value_or("");
      return kFine;
    };
  });
}

void add_man(CLI::App& app, CommandLine& line) {
  CLI::App* man = app.add_subcommand("man", "print the manual page");
  man->footer("example: policyc man | man -l -");
  man->callback([&app, &line] {
    line.command = [&app](Console& console) {
      console.out << man_page(describe(app), compiler_name());
      return kFine;
    };
  });
}

void add_version(CLI::App& app, CommandLine& line) {
  CLI::App* version = app.add_subcommand("version", "show the version");
  version->footer("example: policyc version");
  version->callback([&line] {
    line.command = [](Console& console) {
      console.print("{}\n", version_line());
      return kFine;
    };
  });
}

// "policyc import dataverse": as far as the command line was understood.
std::string command_named(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* command : app.get_subcommands()) name += " " + command_named(*command);
  return name;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

// What to say where the first word is no option and no command; empty otherwise.
std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string> names = command_names(app);
  if (std::ranges::find(names, argv[1]) != names.end()) return {};
  std::string meant = did_you_mean(argv[1], {names.begin(), names.end()});
  return fmt::format("unknown command `{}`; {}", argv[1], meant.empty() ? "`policyc --help` lists them" : meant);
}

// What to say where a word says nothing, as where a variable of a script is empty: `--sign ""` would not sign.
std::string empty_word(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.empty()) return fmt::format("argument {} is empty", i);
    if (word.starts_with("--") && word.find('=') == word.size() - 1) return fmt::format("`{}` has no value", word);
  }
  return {};
}

int run(int argc, const char* const* argv, Console& console) {
  CLI::App app("policyc: policies in text, access checks in machine code", "policyc");
  app.footer("policyc COMMAND --help says more\nexample: policyc test boat_club.policy");
  app.require_subcommand(1);
  app.set_version_flag("--version", version_line());
  CommandLine line;
  add_check(app, line);
  add_test(app, line);
  add_build(app, line);
  add_keys(app, line);
  add_sign(app, line);
  add_inspect(app, line);
  add_decide(app, line);
  add_list(app, line);
  add_who(app, line);
  add_cascade(app, line);
  add_run_as(app, line);
  add_replay(app, line);
  add_import(app, line);
  add_completions(app, line);
  add_man(app, line);
  add_version(app, line);
  if (std::string unknown = unknown_command(app, argc, argv); !unknown.empty()) {
    console.complain(unknown);
    return kWrongUse;
  }
  if (const std::string empty = empty_word(argc, argv); !empty.empty()) {
    console.complain(empty);
    return kWrongUse;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    console.out << app.help();
    return kFine;
  } catch (const CLI::CallForVersion& version) {
    console.out << version.what() << '\n';
    return kFine;
  } catch (const CLI::ParseError& error) {
    console.complain(error.what());
    console.err << "`" << command_named(app) << " --help` says more\n";
    return kWrongUse;
  }
  return line.command(console);
}

}  // namespace

int run_policyc(int argc, const char* const* argv, Console& console) {
  try {
    const int code = run(argc, argv, console);
    if (console.out.flush()) return code;
    console.complain("cannot write to standard output");
    return code == kFine ? kInputWrong : code;
  } catch (const std::bad_alloc&) {
    console.complain("out of memory");
  } catch (const std::exception& error) {
    console.complain(fmt::format("internal error: {}; please report it with the files that were read", error.what()));
  }
  return kInputWrong;
}

}  // namespace policyc
