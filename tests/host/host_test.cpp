// What a stranger gets: headers that compile everywhere, libraries that export what they say, an installation that
// CMake and pkg-config find, examples and bindings that build against it and run.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/host/run.h"
#include "tests/support/files.h"

namespace policyc::testing {
namespace {

namespace fs = std::filesystem;

const std::string kSource = POLICYC_SOURCE_DIR;
const std::string kBuild = POLICYC_BINARY_DIR;
const std::string kScratch = kBuild + "/host";
const std::string kPrefix = kScratch + "/prefix";

std::string include_flags() { return " -I" + quoted(kSource + "/runtime/include") + " "; }

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << text;
}

// Once for the whole program.
class Installed : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    fs::remove_all(kPrefix);
    installed_ = run("cmake --install " + quoted(kBuild) + " --prefix " + quoted(kPrefix));
  }
  void SetUp() override { ASSERT_EQ(installed_.code, 0) << installed_.output; }
  static std::string library_folder() {
    for (const fs::path& found : fs::recursive_directory_iterator(kPrefix)) {
      if (found.filename() == "libpolicy.so") return found.parent_path().string();
    }
    return "no libpolicy.so";
  }
  static std::string environment() {
    const std::string folder = library_folder();
    return "env LD_LIBRARY_PATH=" + quoted(folder) + " PKG_CONFIG_PATH=" + quoted(folder + "/pkgconfig") +
           " PATH=" + quoted(kPrefix + "/bin") + ":\"$PATH\" ";
  }

 private:
  static inline Ran installed_;  // by SetUpTestSuite
};

// --- headers

TEST(Headers, CompileAsC11AndCpp20WithEveryCompiler) {
  const std::string text =
      "#include \"policy/policy.h\"\n#include \"policy/jit.h\"\n"
      "policy_operation operation = POLICY_OPERATION(POLICY_OPERATION_READ, 3);\n"
      "policy_row row = POLICY_ROW(2, POLICY_PRINCIPAL(POLICY_USER, 1));\n"
      "uint64_t words(uint64_t count);\nuint64_t words(uint64_t count) { return POLICY_BITMAP_WORDS(count); }\n"
      "policy_error error = {sizeof(policy_error), POLICY_OK, {0}};\n";
  write(kScratch + "/header.c", text);
  write(kScratch + "/header.cpp", text + "#include \"policy/jit.hpp\"\n");
  int compilers = 0;
  const std::string flags = " -Wall -Wextra -Wshadow -Wconversion -pedantic-errors -Werror -fsyntax-only";
  for (const char* compiler : {"gcc", "clang-19", "clang"}) {
    if (!is_there(compiler)) continue;
    ++compilers;
    const Ran c = run(std::string(compiler) + " -std=c11" + flags + include_flags() + quoted(kScratch + "/header.c"));
    EXPECT_EQ(c.code, 0) << compiler << "\n" << c.output;
    const std::string cpp = std::regex_replace(std::string(compiler), std::regex("^gcc|^clang"),
                                               std::string(compiler)[0] == 'g' ? "g++" : "clang++");
    const Ran ran = run(cpp + " -std=c++20" + flags + include_flags() + quoted(kScratch + "/header.cpp"));
    EXPECT_EQ(ran.code, 0) << cpp << "\n" << ran.output;
  }
  EXPECT_GT(compilers, 0);
}

// --- symbols

std::set<std::string> functions_declared(const std::string& header) {
  static const std::regex kFunction(R"(POLICY_API[^;(]*?\b(policy_\w+)\()");
  const std::string text = read_file(kSource + "/runtime/include/policy/" + header);
  std::set<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), kFunction), end; found != end; ++found) {
    names.insert((*found)[1]);
  }
  return names;
}

std::set<std::string> symbols_exported(const std::string& library) {
  const Ran ran = run("nm -D --defined-only --format=posix " + quoted(kBuild + library));
  EXPECT_EQ(ran.code, 0) << ran.output;
  std::set<std::string> names;
  std::istringstream lines(ran.output);
  // What the standard library has once in a process, in whichever library.
  static const std::regex kShared("_Z(TI|TS|TV|ZN|GV)K?St.*|_ZNSt.*|_ZTIN9__gnu_cxx.*");
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(' '));
    if (!std::regex_match(name, kShared)) names.insert(name);
  }
  return names;
}

TEST(Symbols, LibrariesExportTheirHeadersAndNothingElse) {
  std::set<std::string> runtime = functions_declared("policy.h");
  EXPECT_GT(runtime.size(), 80u);
  runtime.insert("policy_program_adopt");  // libpolicy_jit's alone
  EXPECT_EQ(symbols_exported("/runtime/libpolicy.so"), runtime);
  const std::set<std::string> jit = functions_declared("jit.h");
  EXPECT_EQ(jit.size(), 6u);
  EXPECT_EQ(symbols_exported("/compiler/libpolicy_jit.so"), jit);
}

TEST(Symbols, AHostNeedsNeitherLlvmNorAntlr) {
  const Ran ran = run("readelf -d " + quoted(kBuild + "/runtime/libpolicy.so"));
  ASSERT_EQ(ran.code, 0) << ran.output;
  EXPECT_NE(ran.output.find("libcrypto"), std::string::npos) << ran.output;
  for (const char* other : {"LLVM", "antlr", "lld"}) EXPECT_EQ(ran.output.find(other), std::string::npos) << ran.output;
}

// --- what is installed

TEST_F(Installed, TheToolSaysWhichOneItIs) {
  const Ran ran = run(environment() + "policyc --version");
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(std::regex_match(ran.output, std::regex(R"(policyc \d+\.\d+\.\d+ \(LLVM \d+\.\d+\.\d+, ABI 1\)\n)")))
      << ran.output;
}

TEST_F(Installed, PkgConfigLeadsAHostToTheLibrary) {
  if (!is_there("pkg-config")) GTEST_SKIP() << "there is no pkg-config";
  write(kScratch + "/abi.c",
        "#include <policy/policy.h>\nint main(void) { return policy_abi_version() == POLICY_ABI_VERSION ? 0 : 1; }\n");
  const std::string program = kScratch + "/abi";
  const Ran built =
      run(environment() + "sh -c " +
          quoted("cc -std=c11 " + kScratch + "/abi.c -o " + program + " $(pkg-config --cflags --libs policyc)"));
  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(run(environment() + quoted(program)).code, 0);
}

// The other way of policyc_add_policy: an image that is part of the program, and a library that is too. A policy that
// is used is seen when it changes.
TEST_F(Installed, CMakeLinksImageAndLibraryIn) {
  const std::string folder = kScratch + "/linked";
  fs::remove_all(folder);
  write(folder + "/club.policy", "policy club follows guide\nuse boats\nrole skipper { boat: read at user }\n");
  write(folder + "/boats.policy", "policy boats follows guide\ntable boat owned by user\n");
  write(folder + "/host.c",
        "#include <stdio.h>\n#include \"club.h\"\nint main(void) {\n  policy_program* club = NULL;\n"
        "  policy_error error = {.struct_size = sizeof error};\n"
        "  const policy_open_options options = {.struct_size = sizeof options, .layout_hash = CLUB_LAYOUT_HASH};\n"
        "  if (policy_program_open_linked(&club_image, &options, &club, &error) != POLICY_OK) return "
        "puts(error.message), 1;\n"
        "  for (uint32_t i = 0; i < policy_count(club, POLICY_NAME_TABLE, 0); ++i)\n"
        "    puts(policy_name(club, POLICY_NAME_TABLE, 0, i));\n  policy_program_close(club);\n  return 0;\n}\n");
  write(folder + "/CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(linked C)\nfind_package(policyc REQUIRED)\n"
        "policyc_add_policy(club club.policy LINKED CPU native)\nadd_executable(host host.c)\n"
        "target_link_libraries(host PRIVATE club policyc::runtime_static)\n");
  const std::string build = "cmake --build " + folder + "/build";
  const Ran built = run("sh -c " + quoted("cmake -G Ninja -S " + folder + " -B " + folder +
                                          "/build -DCMAKE_PREFIX_PATH=" + kPrefix + " && " + build));
  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(run(folder + "/build/host").output, "boat\n");
  EXPECT_EQ(run("readelf -d " + folder + "/build/host").output.find("libpolicy"), std::string::npos);
  write(folder + "/boats.policy", "policy boats follows guide\ntable boat owned by user\ntable sail owned by user\n");
  const Ran again = run(build);
  ASSERT_EQ(again.code, 0) << again.output;
  EXPECT_EQ(run(folder + "/build/host").output, "boat\nsail\n");
}

// A project that asks for policyc with `words`, and makes an image with `options`.
std::string project_that_asks(const std::string& name, const std::string& words, const std::string& options) {
  const std::string folder = kScratch + "/" + name;
  fs::remove_all(folder);
  write(folder + "/club.policy", "policy club follows guide\ntable boat owned by user\n");
  write(folder + "/host.c",
        "#include <policy/policy.h>\nint main(void) { return policy_abi_version() == POLICY_ABI_VERSION ? 0 : 1; }\n");
  write(folder + "/CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(asks C)\nfind_package(policyc REQUIRED " + words +
            ")\npolicyc_add_policy(club club.policy " + options +
            ")\nadd_executable(host host.c)\ntarget_link_libraries(host PRIVATE policyc::runtime)\n"
            "add_dependencies(host club_policy)\n");
  return folder;
}

Ran configured(const std::string& folder, const std::string& options) {
  return run("cmake -G Ninja -S " + quoted(folder) + " -B " + quoted(folder + "/build") +
             " -DCMAKE_PREFIX_PATH=" + quoted(kPrefix) + " " + options);
}

TEST_F(Installed, TheSharedLibraryNeedsNoOtherPackage) {
  const std::string without = "-DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON";
  const std::string folder = project_that_asks("shared", "", "");
  const Ran shared = configured(folder, without);
  ASSERT_EQ(shared.code, 0) << shared.output;
  const Ran built = run("cmake --build " + quoted(folder + "/build"));
  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(run(quoted(folder + "/build/host")).code, 0);
  const std::string fixed = project_that_asks("static", "COMPONENTS static", "");
  EXPECT_EQ(configured(fixed, "").code, 0);
  const Ran refused = configured(project_that_asks("static", "COMPONENTS static", ""), without);
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.output.find("policyc::runtime_static is linked with what is not here: fmt, OpenSSL"),
            std::string::npos)
      << refused.output;
}

TEST_F(Installed, ImagesAreForTheProcessorThatCMakeCompilesFor) {
  const std::string cross = "-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64";
  for (const auto& [name, options, how, processor] :
       {std::array{"cross", "", cross.c_str(), "made for     aarch64-"},
        std::array{"named", "TARGET aarch64", "", "made for     aarch64-"},
        std::array{"back", "TARGET x86-64", cross.c_str(), "made for     x86_64-"}}) {
    const std::string folder = project_that_asks(name, "", options);
    const Ran made = configured(folder, how);
    ASSERT_EQ(made.code, 0) << made.output;
    const Ran built = run("cmake --build " + quoted(folder + "/build") + " --target club_policy");
    ASSERT_EQ(built.code, 0) << built.output;
    const Ran says = run(environment() + "policyc inspect " + quoted(folder + "/build/policies/club/club.policy.so"));
    EXPECT_NE(says.output.find(processor), std::string::npos) << says.output;
  }
}

// What bash offers after these words, the last of which is begun.
std::string completed(const std::string& words, int last) {
  return run("bash -c " + quoted("source " + kPrefix +
                                 "/share/bash-completion/completions/policyc; cd stdlib-policies; " + "COMP_WORDS=(" +
                                 words + "); COMP_CWORD=" + std::to_string(last) + "; _policyc; echo ${COMPREPLY[@]}"))
      .output;
}

TEST_F(Installed, BashCompletesWordsAndValues) {
  EXPECT_EQ(completed("policyc decide --eng", 2), "--engine\n");
  EXPECT_EQ(completed("policyc build x --emit =", 4), "ast policy ir llvm asm header\n") << "as bash divides --emit=";
  EXPECT_EQ(completed("policyc build x --emit = a", 5), "ast asm\n");
  EXPECT_EQ(completed("policyc build x --cpu n", 4), "native\n");
  EXPECT_EQ(completed("policyc build x --target a", 4), "aarch64\n");
  EXPECT_EQ(completed("policyc completions ''", 2), "bash zsh fish\n");
  EXPECT_EQ(completed("policyc keys ''", 2), "new show\n");
  EXPECT_EQ(completed("policyc keys --h", 2), "--help\n");
  EXPECT_EQ(completed("policyc check boat_c", 2), "boat_club.policy\n");
}

TEST_F(Installed, TheToolsDocumentsAreThere) {
  for (const fs::path& file : files_below(kSource + "/docs", ".md")) {
    EXPECT_TRUE(fs::exists(kPrefix + "/share/doc/policyc/" + file.filename().string())) << file;
  }
}

// As they are pasted into a shell in a checkout that is built.
TEST(Readme, ItsCommandsRun) {
  const std::string readme = read_file(kSource + "/README.md");
  const size_t begin = readme.find("export PATH="), end = readme.find("```", begin);
  ASSERT_NE(end, std::string::npos);
  const std::string checkout = kScratch + "/checkout";
  fs::remove_all(checkout);
  fs::create_directories(checkout + "/build");
  fs::create_directory_symlink(kBuild + "/bin", checkout + "/build/bin");
  for (const char* folder : {"stdlib-policies", "tests"}) {
    fs::create_directory_symlink(kSource + "/" + folder, checkout + "/" + folder);
  }
  const Ran ran = run("cd " + quoted(checkout) + " && bash -eu -c " + quoted(readme.substr(begin, end - begin)));
  EXPECT_EQ(ran.code, 0) << ran.output;
  for (const char* made : {"/build/club.so", "/build/solution.policy"})
    EXPECT_TRUE(fs::exists(checkout + made)) << made;
}

TEST_F(Installed, ManualPageAndCompletionsAreWhole) {
  const std::string man = read_file(kPrefix + "/share/man/man1/policyc.1");
  const std::string bash = read_file(kPrefix + "/share/bash-completion/completions/policyc");
  const std::string zsh = read_file(kPrefix + "/share/zsh/site-functions/_policyc");
  const std::string fish = read_file(kPrefix + "/share/fish/vendor_completions.d/policyc.fish");
  for (const char* command : {"check", "test", "build", "decide", "list", "who", "cascade", "replay", "import"}) {
    for (const std::string* text : {&man, &bash, &zsh, &fish}) {
      EXPECT_NE(text->find(command), std::string::npos) << command;
    }
  }
  EXPECT_NE(man.find(R"(\fB\-\-facts\fR)"), std::string::npos);
  EXPECT_EQ(run("bash -n " + quoted(kPrefix + "/share/bash-completion/completions/policyc")).code, 0);
  if (is_there("groff")) {
    const Ran page = run("groff -man -Tutf8 -ww -z " + quoted(kPrefix + "/share/man/man1/policyc.1"));
    EXPECT_EQ(page.code, 0);
    EXPECT_EQ(page.output, "");
  }
}

// --- packages

TEST(Packages, DebsHoldWhatTheyNameAndRunFromAnyRoot) {
  if (!is_there("dpkg-shlibdeps")) GTEST_SKIP() << "there is no dpkg-dev";
  const std::string folder = kScratch + "/debs";
  fs::remove_all(folder);
  const Ran packed = run("cpack --config " + quoted(kBuild + "/CPackConfig.cmake") + " -G DEB -B " + quoted(folder));
  ASSERT_EQ(packed.code, 0) << packed.output;
  const Ran unpacked = run("for deb in " + quoted(folder) +
                           "/*.deb; do dpkg-deb --field \"$deb\" Package Depends; dpkg-deb -x \"$deb\" " +
                           quoted(folder + "/root") + "; done");
  ASSERT_EQ(unpacked.code, 0) << unpacked.output;
  for (const char* said :
       {"Package: libpolicy1\n", "Package: libpolicy-dev\n", "Package: policyc\n", "libssl3", "libfmt"}) {
    EXPECT_NE(unpacked.output.find(said), std::string::npos) << said << "\n" << unpacked.output;
  }
  EXPECT_TRUE(fs::exists(folder + "/root/usr/share/zsh/vendor-completions/_policyc"));
  EXPECT_FALSE(fs::exists(folder + "/root/usr/share/zsh/site-functions"));
  EXPECT_TRUE(fs::exists(folder + "/root/usr/share/doc/policyc/images.md"));
  const Ran version = run("env LD_LIBRARY_PATH=\"$(dirname \"$(find " + quoted(folder + "/root") +
                          " -name libpolicy.so.1)\")\" " + quoted(folder + "/root/usr/bin/policyc") + " --version");
  EXPECT_EQ(version.code, 0) << version.output;
}

// --- bindings

void test_bindings(const std::string& language) {
  const Ran ran = run("POLICYC_BUILD=" + quoted(kBuild) + " runtime/bindings/test " + language);
  if (ran.output.find("skipped: ") != std::string::npos) GTEST_SKIP() << ran.output;
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_TRUE(std::regex_search(ran.output, std::regex("[1-9][0-9]* passed, 0 failed"))) << ran.output;
}

TEST(Bindings, Python) { test_bindings("python"); }
TEST(Bindings, Go) { test_bindings("go"); }
TEST(Bindings, Rust) { test_bindings("rust"); }
TEST(Bindings, Node) { test_bindings("node"); }

// --- examples

class Examples : public Installed {
 protected:
  static std::string folder() { return kScratch + "/examples"; }
  static void SetUpTestSuite() {
    Installed::SetUpTestSuite();
    fs::remove_all(folder());
    built_ = run(environment() + "sh -c " +
                 quoted("cmake -S examples -B " + folder() + " -DCMAKE_PREFIX_PATH=" + kPrefix + " && cmake --build " +
                        folder()));
  }
  void SetUp() override {
    Installed::SetUp();
    ASSERT_EQ(built_.code, 0) << built_.output;
  }

 private:
  static inline Ran built_;  // by SetUpTestSuite
};

TEST_F(Examples, AreShort) {
  for (const fs::path& file : fs::recursive_directory_iterator(kSource + "/examples")) {
    if (!fs::is_regular_file(file)) continue;
    EXPECT_LT(lines_of(read_file(file)).size(), 100u) << file;
  }
}

TEST_F(Examples, TheirPolicyHolds) {
  const Ran ran = run(environment() + "policyc test examples/crm.policy");
  EXPECT_EQ(ran.code, 0) << ran.output;
}

TEST_F(Examples, CHost) {
  const Ran ran = run(environment() + quoted(folder() + "/c_host"));
  EXPECT_EQ(ran.code, 0) << ran.output;
  for (const char* said : {"ana: allow because owner", "bo: allow because role_level", "bo: deny because condition",
                           "cy: deny because level", "a million checks: 1000000 allowed"}) {
    EXPECT_NE(ran.output.find(said), std::string::npos) << said << "\n" << ran.output;
  }
}

TEST_F(Examples, SqliteApp) {
  if (!fs::exists(folder() + "/sqlite_app")) GTEST_SKIP() << "there is no SQLite (apt-get install libsqlite3-dev)";
  const Ran ran = run(environment() + quoted(folder() + "/sqlite_app"));
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(ran.output,
            "ana, a rep in the north:\n  engines | open | 90000\n  sails | won | 50000\n"
            "bo, who manages the north:\n  engines | open | 90000\n  sails | won | 50001\n"
            "  refused: the policy denies write on this deal\n"
            "cy, a rep in the south:\n  ropes | open | 400\n");
}

// Of programs in other languages, with the bindings and libraries of this build.
void run_example(const std::string& language, const std::vector<std::string>& says) {
  const Ran ran = run("POLICYC_BUILD=" + quoted(kBuild) + " runtime/bindings/test --example " + language);
  if (ran.output.find("skipped: ") != std::string::npos) GTEST_SKIP() << ran.output;
  EXPECT_EQ(ran.code, 0) << ran.output;
  for (const std::string& said : says) EXPECT_NE(ran.output.find(said), std::string::npos) << said << ran.output;
}

TEST_F(Examples, PythonNotebook) {
  run_example("python", {"crm has the roles rep, manager\n", "deny because condition",
                         "dee, who manages all: reads 100.0%", "bo would write", "unknown table `acount`"});
}

TEST_F(Examples, GoMiddleware) {
  run_example("go", {"ana PUT: 200 here you are\n", "bo GET: 200", "bo DELETE: 403 denied because no_privilege\n",
                     "cy GET: 403 denied because level\n", "eve GET: 400"});
}

TEST_F(Examples, ReloadServiceSaysWhyItDoesNotBegin) {
  const Ran ran = run(environment() + quoted(folder() + "/reload_service") + " nope.policy");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.output.find("nope.policy"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("no such file"), std::string::npos) << ran.output;
}

TEST_F(Examples, ReloadServiceTakesWhatCompiles) {
  const std::string policy = folder() + "/reloaded.policy";
  fs::copy_file(kSource + "/examples/crm.policy", policy, fs::copy_options::overwrite_existing);
  const Ran ran =
      run(environment() + "sh -c " +
          quoted(folder() + "/reload_service " + policy + " 150 & sleep 0.7; echo 'role broken' >> " + policy +
                 "; sleep 0.7; sed -e '/role broken/d' -e 's/account: read, write, assign/account: read/' "
                 "-i " +
                 policy + "; wait"));
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_NE(ran.output.find("error[E"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("the version before stays"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("revision 3, policy "), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("answered throughout"), std::string::npos) << ran.output;
}

}  // namespace
}  // namespace policyc::testing
