#include "runtime/image/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "runtime/image/image_limits.h"

namespace policy {

namespace {

FileBytes unreadable(const std::string& why) { return {POLICY_NOT_READABLE, "cannot be read: " + why, {}}; }

}  // namespace

std::string system_error_text(int number) { return std::generic_category().message(number); }

FileHandle::~FileHandle() {
  if (is_open()) close(number_);
}

FileBytes read_file_bytes(const std::string& path) {
  // What would wait for a writer, as a pipe does, is opened without waiting and then refused.
  const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about = {};
  if (!file.is_open() || fstat(file.number(), &about) != 0) return unreadable(system_error_text(errno));
  if (!S_ISREG(about.st_mode)) return unreadable("it is no file");
  if (static_cast<uint64_t>(about.st_size) > kLargestImage) return {POLICY_FOREIGN, "is larger than any image", {}};
  // Up to the size that it had when it was opened; what changes meanwhile is noticed by its hash.
  FileBytes found;
  found.bytes.resize(static_cast<size_t>(about.st_size));
  size_t size = 0;
  while (size < found.bytes.size()) {
    const ssize_t got = read(file.number(), found.bytes.data() + size, found.bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(system_error_text(errno));
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  found.bytes.resize(size);
  return found;
}

}  // namespace policy
