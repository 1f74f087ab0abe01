#include "compiler/native/link.h"

#include <lld/Common/Driver.h>
#include <llvm/Support/raw_ostream.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <system_error>
#include <vector>

LLD_HAS_DRIVER(elf);

namespace policyc {

namespace {

namespace fs = std::filesystem;

// LLD keeps its state in the process, so its lock is the process's too.
struct Turn {
  std::mutex mutex;
  bool may_run = true;  // not after a run that left LLD's state broken
};
Turn& turn_of_linker() {
  static const std::unique_ptr<Turn> turn = std::make_unique<Turn>();
  return *turn;
}

// LLD takes files. Nobody else may enter the folder, and it goes with its scope.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code error;
    const fs::path base = fs::temp_directory_path(error);
    std::string name = ((error ? fs::path("/tmp") : base) / "policyc-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (is_open()) fs::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  bool is_open() const { return !path_.empty(); }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

bool write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  return static_cast<bool>(file.flush());
}

// The library must be the same whichever machine links it, and wherever.
std::vector<const char*> arguments_for(const std::string& object, const std::string& library) {
  return {"ld.lld",
          "-shared",
          "-z",
          "now",
          "-z",
          "relro",
          "-z",
          "noexecstack",
          "-z",
          "separate-code",
          "-z",
          "text",
          "--apply-dynamic-relocs",
          "--build-id=none",
          "--hash-style=gnu",
          "--threads=1",
          "--no-undefined-version",
          object.c_str(),
          "-o",
          library.c_str()};
}

}  // namespace

Result<std::string> link_library(const std::string& object) {
  const PrivateFolder folder;
  if (!folder.is_open()) return Failure{std::string("no folder for linking: ") + std::strerror(errno)};
  const std::string from = folder.file("policy.o"), to = folder.file("policy.so");
  if (!write_file(from, object)) return Failure{"cannot write `" + from + "`"};

  std::string told;
  llvm::raw_string_ostream stream(told);
  {
    Turn& turn = turn_of_linker();
    const std::scoped_lock lock(turn.mutex);
    if (!turn.may_run) return Failure{"linking failed before in a way that LLD does not recover from"};
    const lld::Result result = lld::lldMain(arguments_for(from, to), stream, stream, {{lld::Gnu, &lld::elf::link}});
    turn.may_run = result.canRunAgain;
    if (result.retCode != 0) return Failure{"linking failed: " + told};
  }
  std::ifstream file(to, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return Failure{"cannot read `" + to + "`"};
  return std::move(bytes).str();
}

}  // namespace policyc
