#include "compiler/driver/files.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "compiler/base/limits.h"

namespace policyc {

namespace fs = std::filesystem;

Result<std::string> read_text_file(const std::string& path) {
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return Failure{"no such file"};
  if (error) return Failure{error.message()};
  if (fs::is_directory(status)) return Failure{"is a folder"};
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure{std::strerror(errno)};
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

Result<bool> write_text_file(const std::string& path, const std::string& text) {
  std::error_code error;
  fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::directory) return Failure{"is a folder"};
  bool is_device = type != fs::file_type::regular && type != fs::file_type::not_found;  // /dev/stdout: no renaming
  std::string first = is_device ? path : path + ".part";
  {
    std::ofstream file(first, std::ios::binary | std::ios::trunc);
    if (!file) return Failure{std::strerror(errno)};
    file << text;
    if (!file.flush()) return Failure{"writing failed"};
  }
  if (is_device) return true;
  fs::rename(first, path, error);
  if (error) return Failure{error.message()};
  return true;
}

}  // namespace policyc
