// Images from the command line: built, signed, inspected, and everything that is refused on the way.
#include <sys/stat.h>

#include <set>

#include "compiler/driver/policy_hash.h"
#include "runtime/image/digest.h"
#include "runtime/image/open_image.h"
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kPolicy = R"(policy club follows guide
table trip owned by user { km: integer }
role skipper {
  trip: create, read at user
        delete at organization when record.km < 500
}
)";

class ImageCommands : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    write("club.policy", kPolicy);
  }

  int build(std::vector<std::string> words) {
    words.insert(words.begin(), {"build", path("club.policy")});
    return run(std::move(words));
  }
  std::string bytes_of(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  policy::Opened opened(const std::string& name, const policy::Trust& trust = {}) const {
    return policy::open_image_file(path(name), trust);
  }
  // A new key in `name`, and its public half.
  policy::Digest new_key(const std::string& name) {
    EXPECT_EQ(run({"keys", "new", "-o", path(name)}), kFine) << err();
    const std::optional<policy::Digest> key = policy::digest_from_hexadecimal(out().substr(0, out().size() - 1));
    EXPECT_TRUE(key) << out();
    return key.value_or(policy::Digest{});
  }
};

TEST_F(ImageCommands, AnImageIsBuiltAndOpens) {
  ASSERT_EQ(build({"-o", path("club.so")}), kFine) << err();
  EXPECT_TRUE(prints("club.so: "));
  const policy::Opened image = opened("club.so");
  ASSERT_EQ(image.status, POLICY_OK) << image.error;
  EXPECT_TRUE(prints("policy   club " + image.build.policy_hash));
  EXPECT_EQ(image.build.cpu, "x86-64");
  EXPECT_EQ(image.tables->tables[0].name, "trip");
  EXPECT_TRUE(image.signer.empty());
  ASSERT_EQ(build({"-o", path("again.so")}), kFine);
  EXPECT_EQ(bytes_of("again.so"), bytes_of("club.so")) << "wherever it is written";
}

// A policy that uses another, and the library.
constexpr std::string_view kUsing =
    "policy club follows guide\nuse parts.trips\nuse std.ownership\nrole skipper { trip: read at user }\n";
constexpr std::string_view kUsed =
    "policy trips follows guide\ntable trip owned by user\nrole mate { trip: read at user }\n";

TEST_F(ImageCommands, AnImageIsTheSameWhereverItsPolicyLies) {
  for (const char* folder : {"here", "there"}) {
    std::filesystem::create_directories(path(folder + std::string("/parts")));
    write(folder + std::string("/club.policy"), kUsing);
    write(folder + std::string("/parts/trips.policy"), kUsed);
  }
  ASSERT_EQ(run({"build", path("here/club.policy"), "-o", path("here.so")}), kFine) << err();
  const std::vector<std::string> files = opened("here.so").tables->files;
  EXPECT_EQ(std::set(files.begin(), files.end()), (std::set<std::string>{"club.policy", "parts/trips.policy"}));
  const std::string before = bytes_of("here.so");
  const std::filesystem::path relative = std::filesystem::relative(path("here/club.policy"));
  for (const std::string& policy :
       {path("there/club.policy"), path("here/../there/./club.policy"), relative.string(), "./" + relative.string()}) {
    ASSERT_EQ(run({"build", policy, "-o", path("other.so")}), kFine) << err();
    EXPECT_EQ(bytes_of("other.so"), before) << policy;
  }
}

TEST_F(ImageCommands, NothingThatIsReadIsWrittenOver) {
  std::filesystem::create_directories(path("parts"));
  write("main.policy", kUsing);
  write("parts/trips.policy", kUsed);
  write("in.so", kPolicy);
  (void)new_key("key.so");
  const std::string key = bytes_of("key.so");
  std::filesystem::create_symlink("club.policy", path("link.so"));
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"main.policy", "--emit=ir", "-o", path("main.policy")},
           {"main.policy", "--emit=ast", "-o", path("parts/../main.policy")},
           {"main.policy", "--emit=ir", "-o", path("parts/trips.policy")},
           {"main.policy", "-o", path("m.so"), "--depfile", path("parts/trips.policy")},
           {"main.policy", "-o", path("m.so"), "--depfile", path("m.so")},
           {"main.policy", "-o", path("m.so"), "--depfile", path("./m.so")},
           {"main.policy", "-o", path("key.so"), "--sign", path("key.so")},
           {"club.policy", "-o", path("link.so")},
           {"in.so", "-o", path("in.so")}}) {
    std::vector<std::string> all = {"build", path(words[0])};
    all.insert(all.end(), words.begin() + 1, words.end());
    EXPECT_EQ(run(all), kWrongUse) << words.back();
    EXPECT_TRUE(says("cannot write `")) << err();
  }
  EXPECT_EQ(bytes_of("main.policy"), kUsing);
  EXPECT_EQ(bytes_of("parts/trips.policy"), kUsed);
  EXPECT_EQ(bytes_of("in.so"), kPolicy);
  EXPECT_EQ(bytes_of("club.policy"), kPolicy);
  EXPECT_EQ(bytes_of("key.so"), key);
  EXPECT_FALSE(std::filesystem::exists(path("m.so")));
  EXPECT_EQ(build({"--emit=ir", "-o", "/dev/null", "--depfile", "/dev/null"}), kFine) << err();
}

TEST_F(ImageCommands, ThePolicyHashIsThatOfThePrintedPolicy) {
  ASSERT_EQ(build({"--emit=policy"}), kFine);
  const std::string printed = out();
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  EXPECT_EQ(opened("club.so").build.policy_hash,
            policy::hexadecimal(policy::sha256({reinterpret_cast<const uint8_t*>(printed.data()), printed.size()})));
}

TEST_F(ImageCommands, OtherProcessors) {
  ASSERT_EQ(build({"-o", path("arm.so"), "--target=aarch64"}), kFine) << err();
  ASSERT_EQ(run({"inspect", path("arm.so")}), kFine) << err();
  EXPECT_TRUE(prints("made for     aarch64-unknown-linux-gnu, cpu generic\n")) << out();
  ASSERT_EQ(build({"-o", path("arm.o"), "--target=aarch64"}), kFine) << err();
  ASSERT_EQ(build({"-o", path("v3.so"), "--target=x86-64", "--cpu=x86-64-v3"}), kFine) << err();
  ASSERT_EQ(run({"inspect", path("v3.so")}), kFine) << err();
  EXPECT_TRUE(prints("cpu x86-64-v3, needs sse3 ssse3")) << out();
  ASSERT_EQ(build({"-o", path("arm64.so"), "--target=arm64"}), kFine) << err();
  EXPECT_EQ(bytes_of("arm64.so"), bytes_of("arm.so"));
  EXPECT_EQ(build({"-o", path("x86.so"), "--target=x86_64"}), kFine) << err();
  EXPECT_EQ(build({"-o", path("x.so"), "--target=sparc"}), kInputWrong);
  EXPECT_TRUE(says("unknown target `sparc`")) << err();
  EXPECT_EQ(build({"-o", path("x.so"), "--cpu=pentium"}), kInputWrong);
  EXPECT_TRUE(says("unknown cpu `pentium`")) << err();
  EXPECT_FALSE(std::filesystem::exists(path("x.so")));
}

TEST_F(ImageCommands, WrongUse) {
  EXPECT_EQ(build({"-o", path("x.so"), "--emit=ir"}), kWrongUse);
  EXPECT_TRUE(says("--emit=ir is text")) << err();
  EXPECT_EQ(build({"-o", path("x.o"), "--emit=header"}), kWrongUse);
  EXPECT_EQ(build({"--cpu=native"}), kWrongUse);
  EXPECT_TRUE(says("-o NAME.so")) << err();
  EXPECT_EQ(build({"--emit=header", "--target=aarch64"}), kWrongUse);
  EXPECT_EQ(build({"-o", path("x.o"), "--sign", path("key.pem")}), kWrongUse);
  EXPECT_TRUE(says("--sign")) << err();
  for (const char* name : {"x.dll", "x.SO", "x", "x.policy"}) {
    EXPECT_EQ(build({"-o", path(name)}), kWrongUse) << name;
    EXPECT_TRUE(says("NAME.so and NAME.o")) << err();
    EXPECT_FALSE(std::filesystem::exists(path(name)));
  }
  EXPECT_EQ(build({"--emit=ir", "-o", "-"}), kWrongUse);
  EXPECT_TRUE(says("standard output")) << err();
  EXPECT_EQ(build({"--cpu=", "-o", path("x.so")}), kWrongUse);
  EXPECT_TRUE(says("`--cpu=` has no value")) << err();
  EXPECT_EQ(build({"-o", path("x.so"), "--sign", ""}), kWrongUse) << "it would not be signed";
  EXPECT_TRUE(says("is empty")) << err();
  EXPECT_FALSE(std::filesystem::exists(path("x.so")));
  EXPECT_EQ(run({"keys"}), kWrongUse);
  EXPECT_EQ(run({"keys", "show"}), kWrongUse);
  EXPECT_EQ(run({"keys", "new"}), kWrongUse);
  EXPECT_EQ(run({"sign", path("x.so")}), kWrongUse);
}

TEST_F(ImageCommands, WhatCannotBeWrittenIsSaid) {
  EXPECT_EQ(build({"-o", path("nowhere/club.so")}), kInputWrong);
  EXPECT_TRUE(says("cannot write `")) << err();
  std::filesystem::create_directory(path("folder.so"));
  EXPECT_EQ(build({"-o", path("folder.so")}), kInputWrong);
  EXPECT_TRUE(says("is a folder")) << err();
}

TEST_F(ImageCommands, AWrongPolicyMakesNoImage) {
  write("club.policy", "policy club follows guide\nrole x { ghost: read at user }\n");
  EXPECT_EQ(build({"-o", path("club.so")}), kInputWrong);
  EXPECT_FALSE(std::filesystem::exists(path("club.so")));
}

TEST_F(ImageCommands, KeysAreTheirOwnersAlone) {
  (void)new_key("key.pem");
  struct stat status{};
  ASSERT_EQ(::stat(path("key.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const std::string before = bytes_of("key.pem");
  EXPECT_EQ(run({"keys", "new", "-o", path("key.pem")}), kInputWrong) << "another key's only copy";
  EXPECT_TRUE(says("cannot write `")) << err();
  EXPECT_EQ(bytes_of("key.pem"), before);
  EXPECT_EQ(run({"keys", "new", "-o", path("nowhere/key.pem")}), kInputWrong);
}

TEST_F(ImageCommands, AKeyIsShownAgain) {
  const policy::Digest key = new_key("key.pem");
  ASSERT_EQ(run({"keys", "show", path("key.pem")}), kFine) << err();
  EXPECT_EQ(out(), policy::hexadecimal(key) + "\n");
  EXPECT_EQ(run({"keys", "show", path("club.policy")}), kInputWrong);
  EXPECT_TRUE(out().empty()) << out();
  EXPECT_EQ(run({"keys", "show", path("none.pem")}), kInputWrong);
}

TEST_F(ImageCommands, AKeyWithAPassphraseIsNamed) {
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  write("new.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcG\n-----END ENCRYPTED PRIVATE KEY-----\n");
  write("old.pem", "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIGb\n-----END PRIVATE KEY-----\n");
  for (const char* name : {"new.pem", "old.pem"}) {
    EXPECT_EQ(run({"keys", "show", path(name)}), kInputWrong);
    EXPECT_TRUE(says("with a passphrase")) << err();
    EXPECT_EQ(run({"sign", path("club.so"), "--key", path(name)}), kInputWrong);
    EXPECT_TRUE(says("with a passphrase")) << err();
    EXPECT_EQ(build({"-o", path("x.so"), "--sign", path(name)}), kInputWrong);
    EXPECT_TRUE(says("with a passphrase")) << err();
  }
}

TEST_F(ImageCommands, PipesAreNeitherImagesNorKeys) {
  (void)new_key("key.pem");
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"inspect", path("pipe")},
           {"sign", path("pipe"), "--key", path("key.pem")},
           {"sign", path("club.so"), "--key", path("pipe")},
           {"keys", "show", path("pipe")},
           {"build", path("club.policy"), "-o", path("x.so"), "--sign", path("pipe")}}) {
    EXPECT_EQ(run(words), kInputWrong) << words[0];
    EXPECT_TRUE(says("is no regular file")) << err();
  }
}

TEST_F(ImageCommands, WhatALinkLeadsToIsSigned) {
  const policy::Digest key = new_key("key.pem");
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  ASSERT_EQ(::chmod(path("club.so").c_str(), 0640), 0);
  std::filesystem::create_symlink("club.so", path("current.so"));
  ASSERT_EQ(run({"sign", path("current.so"), "--key", path("key.pem")}), kFine) << err();
  EXPECT_TRUE(std::filesystem::is_symlink(path("current.so")));
  EXPECT_EQ(opened("club.so", {.keys = {key}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_OK);
  struct stat status{};
  ASSERT_EQ(::stat(path("club.so").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(ImageCommands, SignedAsItIsBuilt) {
  const policy::Digest key = new_key("key.pem"), other = new_key("other.pem");
  ASSERT_EQ(build({"-o", path("club.so"), "--sign", path("key.pem")}), kFine) << err();
  EXPECT_TRUE(prints("signed   " + policy::hexadecimal(key))) << out();
  EXPECT_EQ(opened("club.so", {.keys = {key}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_OK);
  EXPECT_EQ(opened("club.so", {.keys = {other}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_UNTRUSTED);
}

TEST_F(ImageCommands, SignedLaterAndAgain) {
  const policy::Digest key = new_key("key.pem"), other = new_key("other.pem");
  ASSERT_EQ(build({"-o", path("club.so")}), kFine) << err();
  EXPECT_EQ(opened("club.so", {.keys = {key}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_UNTRUSTED);
  const std::string built = bytes_of("club.so");
  ASSERT_EQ(run({"sign", path("club.so"), "--key", path("key.pem")}), kFine) << err();
  EXPECT_TRUE(prints("signed by " + policy::hexadecimal(key))) << out();
  EXPECT_EQ(opened("club.so", {.keys = {key}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_OK);
  EXPECT_EQ(bytes_of("club.so").size(), built.size());
  ASSERT_EQ(run({"sign", path("club.so"), "--key", path("other.pem")}), kFine) << err();
  EXPECT_EQ(opened("club.so", {.keys = {key}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_UNTRUSTED);
  EXPECT_EQ(opened("club.so", {.keys = {other}, .policy_hash = {}, .layout_hash = {}}).status, POLICY_OK);
}

TEST_F(ImageCommands, SigningIsRefused) {
  (void)new_key("key.pem");
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  const std::string built = bytes_of("club.so");
  write("no.pem", "no key");
  write("empty.pem", "");
  for (const char* name : {"no.pem", "empty.pem", "club.policy"}) {
    EXPECT_EQ(run({"sign", path("club.so"), "--key", path(name)}), kInputWrong) << name;
    EXPECT_TRUE(says("holds no Ed25519 private key")) << err();
    EXPECT_EQ(build({"-o", path("x.so"), "--sign", path(name)}), kInputWrong) << name;
    EXPECT_TRUE(says("holds no Ed25519 private key")) << err();
  }
  EXPECT_EQ(run({"sign", path("club.so"), "--key", path("missing.pem")}), kInputWrong);
  EXPECT_EQ(bytes_of("club.so"), built) << "it is as it was";
  EXPECT_EQ(run({"sign", path("club.policy"), "--key", path("key.pem")}), kInputWrong);
  std::string damaged = built;
  damaged[damaged.size() / 2] ^= 1;
  write("damaged.so", damaged);
  EXPECT_EQ(run({"sign", path("damaged.so"), "--key", path("key.pem")}), kInputWrong) << "nobody vouches for damage";
  EXPECT_TRUE(says("is damaged")) << err();
}

TEST_F(ImageCommands, InspectSaysWhatAnImageIs) {
  const policy::Digest key = new_key("key.pem");
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  ASSERT_EQ(run({"inspect", path("club.so")}), kFine) << err();
  const policy::Opened image = opened("club.so");
  EXPECT_TRUE(prints("policy       club " + image.build.policy_hash)) << out();
  EXPECT_TRUE(prints("layout       " + image.layout_hash)) << out();
  EXPECT_TRUE(prints("signed by    nobody")) << out();
  EXPECT_TRUE(prints("1 table, 1 role, 3 grants")) << out();
  ASSERT_EQ(run({"sign", path("club.so"), "--key", path("key.pem")}), kFine);
  ASSERT_EQ(run({"inspect", path("club.so")}), kFine);
  EXPECT_TRUE(prints("signed by    " + policy::hexadecimal(key))) << out();
}

TEST_F(ImageCommands, InspectRefusesWhatIsNone) {
  ASSERT_EQ(build({"-o", path("club.so")}), kFine);
  std::string bytes = bytes_of("club.so");
  write("short.so", bytes.substr(0, bytes.size() / 2));
  bytes[bytes.size() / 3] ^= 1;
  write("damaged.so", bytes);
  for (const char* name : {"short.so", "damaged.so", "club.policy", "missing.so"}) {
    EXPECT_EQ(run({"inspect", path(name)}), kInputWrong) << name;
    EXPECT_TRUE(out().empty()) << out();
    EXPECT_FALSE(err().empty());
  }
}

}  // namespace
}  // namespace policyc
