// Everything is opened relative to the folder, which was looked at once it was open: what lies behind its path may
// change meanwhile, and is not looked at again.
#include "compiler/native/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/BLAKE3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <vector>

namespace policyc {

namespace {

// Begins each file, and each key: what is written in another form is never found.
constexpr std::string_view kFormat = "policyc code 1\n";
constexpr size_t kHashSize = 32;
constexpr size_t kKeySize = 2 * kHashSize;
constexpr size_t kHeaderSize = kFormat.size() + kKeySize + kHashSize;
constexpr std::string_view kUnfinished = ".new-";
constexpr time_t kUnfinishedSeconds = 3600;

// An open file, closed with its scope.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&&) = delete;
  ~File() {
    if (is_open()) ::close(descriptor_);
  }
  bool is_open() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string hash_of(std::string_view bytes) {
  llvm::BLAKE3 hash;
  hash.update(llvm::StringRef(bytes.data(), bytes.size()));
  const auto result = hash.final<kHashSize>();
  return std::string(reinterpret_cast<const char*>(result.data()), result.size());
}

// The user's own, and neither to be written by others nor, of a folder, to be entered.
bool is_own(const struct stat& status, mode_t closed) {
  return status.st_uid == ::geteuid() && (status.st_mode & closed) == 0;
}

bool is_key(std::string_view name) {
  return name.size() == kKeySize && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<std::string> read_all(int descriptor, size_t size) {
  std::string bytes(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(descriptor, bytes.data() + done, size - done);
    if (got <= 0) return std::nullopt;
    done += static_cast<size_t>(got);
  }
  return bytes;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// The object that a file's bytes hold, where they are whole and of this key.
std::optional<std::string> object_in(std::string_view bytes, std::string_view key) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with(kFormat)) return std::nullopt;
  bytes.remove_prefix(kFormat.size());
  if (bytes.substr(0, kKeySize) != key) return std::nullopt;
  const std::string_view hash = bytes.substr(kKeySize, kHashSize), object = bytes.substr(kKeySize + kHashSize);
  if (hash != hash_of(object)) return std::nullopt;
  return std::string(object);
}

}  // namespace

std::string cache_key(std::initializer_list<std::string_view> parts) {
  llvm::BLAKE3 hash;
  hash.update(llvm::StringRef(kFormat.data(), kFormat.size()));
  for (const std::string_view part : parts) {
    hash.update(fmt::format("{}\n", part.size()));  // so that no two lists of parts read the same
    hash.update(llvm::StringRef(part.data(), part.size()));
  }
  const auto result = hash.final<kHashSize>();
  return llvm::toHex(llvm::ArrayRef<uint8_t>(result.data(), result.size()), /*LowerCase=*/true);
}

struct CodeCache::Impl {
  Impl(File folder_, uint64_t limit) : folder(std::move(folder_)), limit_bytes(limit) {}

  struct Kept {
    std::string name;
    uint64_t size = 0;
    timespec used{};
  };
  // Every file of ours, and at once forgotten what was begun long ago and never finished.
  std::vector<Kept> kept_files() const;
  void remove(const std::string& name) const { ::unlinkat(folder.get(), name.c_str(), 0); }

  File folder;
  uint64_t limit_bytes;
  std::atomic<uint32_t> unfinished{0};
};

CodeCache::CodeCache(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CodeCache::CodeCache(CodeCache&&) noexcept = default;
CodeCache& CodeCache::operator=(CodeCache&&) noexcept = default;
CodeCache::~CodeCache() = default;

std::optional<CodeCache> CodeCache::open(const std::string& folder, uint64_t limit_bytes) {
  if (folder.empty()) return std::nullopt;
  ::mkdir(folder.c_str(), 0700);  // where it is there already, it is looked at below
  File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  if (!opened.is_open() || ::fstat(opened.get(), &status) != 0 || !is_own(status, 0077)) return std::nullopt;
  return CodeCache(std::make_unique<Impl>(std::move(opened), limit_bytes));
}

std::optional<std::string> CodeCache::find(const std::string& key) const {
  if (!is_key(key)) return std::nullopt;
  const File file(::openat(impl_->folder.get(), key.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return std::nullopt;
  const auto size = static_cast<uint64_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || !is_own(status, 0022) || size > limits::kCodeCacheFileBytes) return std::nullopt;
  const std::optional<std::string> bytes = read_all(file.get(), size);
  if (!bytes) return std::nullopt;
  std::optional<std::string> object = object_in(*bytes, key);
  if (object) ::futimens(file.get(), nullptr);
  return object;
}

void CodeCache::store(const std::string& key, std::string_view object) const {
  if (!is_key(key) || object.size() + kHeaderSize > limits::kCodeCacheFileBytes) return;
  const std::string name = fmt::format("{}{}-{}", kUnfinished, ::getpid(), impl_->unfinished.fetch_add(1));
  const int folder = impl_->folder.get();
  bool is_whole = false;
  {
    const File file(::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return;
    is_whole =
        write_all(file.get(), fmt::format("{}{}{}", kFormat, key, hash_of(object))) && write_all(file.get(), object);
  }
  if (!is_whole || ::renameat(folder, name.c_str(), folder, key.c_str()) != 0) impl_->remove(name);
}

std::vector<CodeCache::Impl::Kept> CodeCache::Impl::kept_files() const {
  std::vector<Kept> kept;
  const int again = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return kept;
  DIR* listing = ::fdopendir(again);  // takes the descriptor over
  if (listing == nullptr) return ::close(again), kept;
  const time_t now = ::time(nullptr);
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = entry->d_name;
    struct stat status{};
    if (::fstatat(folder.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
    if (name.starts_with(kUnfinished) && status.st_mtim.tv_sec < now - kUnfinishedSeconds) remove(name);
    if (is_key(name)) kept.push_back({name, static_cast<uint64_t>(status.st_size), status.st_mtim});
  }
  ::closedir(listing);
  return kept;
}

void CodeCache::trim() const {
  std::vector<Impl::Kept> kept = impl_->kept_files();
  uint64_t total = 0;
  for (const Impl::Kept& file : kept) total += file.size;
  if (total <= impl_->limit_bytes) return;
  std::ranges::sort(kept, [](const Impl::Kept& a, const Impl::Kept& b) {
    return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
  });
  // A little further than it must, so that the next `store` need not do it again.
  const uint64_t target = impl_->limit_bytes / 4 * 3;
  for (const Impl::Kept& file : kept) {
    if (total <= target) return;
    impl_->remove(file.name);
    total -= file.size;
  }
}

}  // namespace policyc
