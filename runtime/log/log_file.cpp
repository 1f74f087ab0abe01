#include "runtime/log/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace policy {

LogFile::LogFile(std::string path, uint64_t bytes, uint32_t kept) : path_(std::move(path)), bytes_(bytes), kept_(kept) {
  open();
}

LogFile::~LogFile() { close(); }

void LogFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

// O_NONBLOCK: a pipe that nobody reads must not keep us.
bool LogFile::open() {
  close();
  descriptor_ =
      ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  if (descriptor_ < 0) {
    error_ = errno;
    return false;
  }
  struct stat found{};
  error_ = ::fstat(descriptor_, &found) != 0 ? errno : 0;
  is_regular_ = S_ISREG(found.st_mode);
  if (error_ == 0 && !is_regular_ && !S_ISCHR(found.st_mode)) error_ = EINVAL;
  if (error_ == 0 && is_regular_ && ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    error_ = errno == EWOULDBLOCK ? EBUSY : errno;
  }
  if (error_ != 0) {
    close();
    return false;
  }
  size_ = static_cast<uint64_t>(found.st_size);
  char last = '\n';
  is_torn_ = is_regular_ && size_ != 0 && ::pread(descriptor_, &last, 1, found.st_size - 1) == 1 && last != '\n';
  return true;
}

// A folder that may no longer be looked into says nothing of the file: it is written to until it is full.
bool LogFile::is_in_place() const {
  struct stat ours{};
  struct stat there{};
  if (::fstat(descriptor_, &ours) != 0) return false;
  if (::lstat(path_.c_str(), &there) != 0) return errno != ENOENT && ours.st_nlink != 0;
  const bool is_whole = !is_regular_ || static_cast<uint64_t>(ours.st_size) >= size_;
  return is_whole && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

bool LogFile::prepare() {
  const bool is_other = !is_open() || !is_in_place();
  if (is_other) open();
  if (!is_full_with(0) || !move_away()) return is_other;
  open();
  return true;
}

// Up to the first number that is free: what fails and is tried again pushes nothing over the end.
bool LogFile::move_away() {
  const auto numbered = [&](uint32_t number) { return fmt::format("{}.{}", path_, number); };
  struct stat found{};
  uint32_t free = 1;
  while (free < kept_ && ::lstat(numbered(free).c_str(), &found) == 0) ++free;
  for (uint32_t number = free; number > 1; --number) {
    if (std::rename(numbered(number - 1).c_str(), numbered(number).c_str()) != 0) return false;
  }
  return std::rename(path_.c_str(), numbered(1).c_str()) == 0;
}

bool LogFile::append(std::string_view lines) {
  if (!is_open() || is_full_with(0)) return false;
  if (is_torn_ && !write_all("\n")) return false;
  is_torn_ = false;
  if (write_all(lines)) return true;
  take_back();
  return false;
}

bool LogFile::write_all(std::string_view text) {
  const uint64_t before = size_;
  uint64_t written = 0;
  while (written < text.size()) {
    const ssize_t size = ::write(descriptor_, text.data() + written, text.size() - written);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      is_torn_ = written != 0;
      return false;
    }
    written += static_cast<uint64_t>(size);
  }
  size_ = before + written;
  return true;
}

// What was written before it failed: readers shall not meet half a line.
void LogFile::take_back() {
  if (is_torn_ && is_regular_ && ::ftruncate(descriptor_, static_cast<off_t>(size_)) == 0) is_torn_ = false;
}

}  // namespace policy
