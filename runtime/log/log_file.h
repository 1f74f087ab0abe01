// The file that a log appends to, and those that it was before: PATH, PATH.1, ...
//
//   LogFile file("decisions.jsonl", 64 << 20, 4);
//   if (!file.is_open()) return fail(file.error());
//   if (file.prepare()) forget_what_stands_in_it();
//   if (!file.append(lines)) ++failed;
//
// Who moves the file away, removes it or cuts it (logrotate) need not tell: `prepare` looks whether PATH is still the
// file that is open, and opens it anew where it is not.
// Made anew with mode 0600. Symbolic links are not followed, and whatever is neither a regular file nor a device is
// refused. The file is locked, so that two logs never write between each other's lines. One thread's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace policy {

class LogFile {
 public:
  LogFile(std::string path, uint64_t bytes, uint32_t kept);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  // Why it is not, an errno: EBUSY where another log has it.
  int error() const { return error_; }
  // Whether it takes no more, where so many bytes are on their way already.
  bool is_full_with(uint64_t bytes) const { return is_open() && is_regular_ && size_ + bytes >= bytes_; }
  // Before each batch: what is full is renamed, and what is not in its place is opened again. True: another file, or
  // one that begins anew.
  bool prepare();
  void close();
  // All of it or nothing, and nothing where it is full: it could not be renamed.
  bool append(std::string_view lines);

 private:
  bool open();
  bool is_in_place() const;
  bool move_away();
  bool write_all(std::string_view text);
  void take_back();

  std::string path_;
  uint64_t bytes_;
  uint32_t kept_;
  int descriptor_ = -1;
  int error_ = 0;
  bool is_regular_ = false;
  bool is_torn_ = false;  // half a line stands at its end
  uint64_t size_ = 0;
};

}  // namespace policy
