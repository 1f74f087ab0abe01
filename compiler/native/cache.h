// Machine code that was made before, kept in a folder by what it was made from.
//
//   std::optional<CodeCache> cache = CodeCache::open("/home/sam/.cache/policyc");
//   std::string key = cache_key({machine.identity(), module_bytes});
//   std::optional<std::string> object = cache->find(key);
//   if (!object) cache->store(key, compile());
//
// What lies there is loaded and run, so the folder must be the user's own and closed to everybody else, and so must
// each file. A file holds the hash of its own content: one that is damaged, cut short or of another key is as good as
// none. Files come in whole, by a rename: any number of threads and processes may share a folder. When it grows past
// its limit, what was not used for longest goes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/base/limits.h"

namespace policyc {

// The hash of what code was made from, in hexadecimal: a file's name.
std::string cache_key(std::initializer_list<std::string_view> parts);

class CodeCache {
 public:
  // Makes the folder where there is none, not those above it. Nothing where it cannot be trusted: a symbolic link,
  // another user's, or one that others may enter.
  static std::optional<CodeCache> open(const std::string& folder, uint64_t limit_bytes = limits::kCodeCacheBytes);
  CodeCache(CodeCache&&) noexcept;
  CodeCache& operator=(CodeCache&&) noexcept;
  ~CodeCache();

  std::optional<std::string> find(const std::string& key) const;
  // Nothing is kept where that fails.
  void store(const std::string& key, std::string_view object) const;
  // Keeps within the limit. Call it after the last of several `store`.
  void trim() const;

 private:
  struct Impl;
  explicit CodeCache(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
