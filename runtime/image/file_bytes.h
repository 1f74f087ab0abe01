// A whole file, where it is one and no larger than an image may be.
//
//   FileBytes file = read_file_bytes("crm.policy.so");
//   if (file.status != POLICY_OK) return fail(file.error);        // "cannot be read: No such file or directory"
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace policy {

struct FileBytes {
  policy_status status = POLICY_OK;
  std::string error;  // a sentence without its subject and its full stop
  std::vector<uint8_t> bytes;
};

FileBytes read_file_bytes(const std::string& path);

// An open file's number, closed with it.
class FileHandle {
 public:
  explicit FileHandle(int number) : number_(number) {}
  ~FileHandle();
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

// "No such file or directory".
std::string system_error_text(int number);

}  // namespace policy
