#include "compiler/driver/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "compiler/base/limits.h"

namespace policyc {

namespace fs = std::filesystem;

namespace {

Failure why() { return Failure{std::strerror(errno)}; }

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// Closes it; what is written late fails here.
Result<bool> write_and_close(int file, std::string_view bytes) {
  Result<bool> written = true;
  if (!write_all(file, bytes)) written = why();
  if (::close(file) != 0 && written) written = why();
  return written;
}

// /dev/stdout may be a file, which others write to as well.
bool is_open_already(std::string_view path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

// Devices, pipes and what is open already: there is nothing to rename.
Result<bool> write_in_place(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return why();
  return write_and_close(file, text);
}

// A file of nobody else's in the folder; `path` becomes its name.
int create_beside(const fs::path& folder, std::string& path) {
  for (int i = 0; i < 1000; ++i) {
    path = folder / fmt::format(".policyc-{}-{}.part", ::getpid(), i);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

// As the file that stands there has them; another's owner where that is allowed.
bool keep_owner_and_mode(int file, const struct stat& before) {
  [[maybe_unused]] const int owned = ::fchown(file, before.st_uid, before.st_gid);
  struct stat now{};
  const mode_t kept = before.st_mode & 0777;
  return ::fstat(file, &now) == 0 && ((now.st_mode & 07777) == kept || ::fchmod(file, kept) == 0);
}

Result<bool> replace_file(const fs::path& target, std::string_view text) {
  std::string part;
  const int file = create_beside(target.parent_path(), part);
  if (file < 0) return why();
  struct stat before{};
  const bool is_kept = ::stat(target.c_str(), &before) != 0 || keep_owner_and_mode(file, before);
  Result<bool> written = is_kept ? Result<bool>(true) : why();
  const Result<bool> closed = write_and_close(file, text);
  if (written) written = closed;
  if (written && ::rename(part.c_str(), target.c_str()) != 0) written = why();
  if (!written) ::unlink(part.c_str());
  return written;
}

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return Failure{"no such file"};
  if (error) return Failure{error.message()};
  if (fs::is_directory(status)) return Failure{"is a folder"};
  std::ifstream file(path, std::ios::binary);
  if (!file) return why();
  std::string text;
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(file.gcount()));
    if (text.size() > limits::kSourceBytes) {
      return Failure{fmt::format("larger than {} bytes", limits::kSourceBytes)};
    }
  }
  if (file.bad()) return Failure{"reading failed"};
  return text;
}

Result<std::string> read_regular_file(const std::string& path) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  const bool is_other = !error && type != fs::file_type::regular && type != fs::file_type::directory;
  if (is_other && type != fs::file_type::not_found) return Failure{"is no regular file"};
  return read_text_file(path);
}

Result<bool> write_text_file(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::directory) return Failure{"is a folder"};
  if (type == fs::file_type::not_found && fs::is_symlink(fs::symlink_status(path, error))) {
    return Failure{"is a link to no file"};
  }
  if (type == fs::file_type::not_found) return replace_file(path, text);
  if (type != fs::file_type::regular || is_open_already(path)) return write_in_place(path, text);
  const fs::path target = fs::canonical(path, error);
  if (error) return Failure{error.message()};
  return replace_file(target, text);
}

Result<bool> write_secret(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return why();
  const Result<bool> written = write_and_close(file, text);
  if (!written) ::unlink(path.c_str());
  return written;
}

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code error;
  const fs::file_status status = fs::status(one, error);
  if (fs::exists(status)) return fs::is_regular_file(status) && fs::equivalent(one, other, error);
  const fs::path first = fs::weakly_canonical(one, error), second = fs::weakly_canonical(other, error);
  return !error && first == second;
}

}  // namespace policyc
