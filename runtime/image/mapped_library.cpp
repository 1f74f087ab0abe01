#include "runtime/image/mapped_library.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "runtime/image/file_bytes.h"

namespace policy {

namespace {

bool write_all(int file, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return true;
}

class LoadedLibrary final : public MappedLibrary {
 public:
  explicit LoadedLibrary(std::vector<Segment> segments)
      : segments_(std::move(segments)), file_(memfd_create("policy", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {}
  ~LoadedLibrary() override {
    if (handle_ != nullptr) dlclose(handle_);
  }

  // A message where it fails.
  std::string load(std::span<const uint8_t> content, uint64_t image_address) {
    if (!file_.is_open() || !write_all(file_.number(), content)) return system_error_text(errno);
    constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (fcntl(file_.number(), F_ADD_SEALS, kSeals) != 0) return system_error_text(errno);
    handle_ = dlopen(fmt::format("/proc/self/fd/{}", file_.number()).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) return loader_error();
    const link_map* map = nullptr;
    if (dlinfo(handle_, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return loader_error();
    base_ = reinterpret_cast<const uint8_t*>(map->l_addr);
    if (!is_what_was_checked(content)) return "the system's loader gave another library";
    image_ = reinterpret_cast<const policy_image*>(base_ + image_address);
    return {};
  }

  const policy_image* image() const override { return image_; }
  bool holds(const void* from, size_t size) const override { return part_of(from, size) != nullptr; }
  bool holds_code(const void* at) const override {
    const Segment* part = part_of(at, 1);
    return part != nullptr && part->is_executable;
  }

 private:
  static std::string loader_error() {
    const char* error = dlerror();
    return error == nullptr ? "the system's loader does not say why" : error;
  }

  const Segment* part_of(const void* from, size_t size) const {
    const uint64_t address = reinterpret_cast<uintptr_t>(from) - reinterpret_cast<uintptr_t>(base_);
    const auto found = std::ranges::find_if(segments_, [&](const Segment& part) { return part.holds(address, size); });
    return found == segments_.end() ? nullptr : &*found;
  }

  // Code and constants as they were, byte by byte: loaders know libraries by name, and may have taken one for another.
  bool is_what_was_checked(std::span<const uint8_t> content) const {
    return std::ranges::all_of(segments_, [&](const Segment& part) {
      return part.is_writable || std::memcmp(base_ + part.address, content.data() + part.offset, part.file_size) == 0;
    });
  }

  std::vector<Segment> segments_;
  FileHandle file_;  // open as long as the library is there: its number is the library's name
  void* handle_ = nullptr;
  const uint8_t* base_ = nullptr;
  const policy_image* image_ = nullptr;
};

}  // namespace

std::shared_ptr<const MappedLibrary> map_library(std::span<const uint8_t> content, const CheckedLibrary& checked,
                                                 std::string& error) {
  auto library = std::make_shared<LoadedLibrary>(checked.segments);
  error = library->load(content, checked.image_address);
  if (!error.empty()) return nullptr;
  return library;
}

}  // namespace policy
