#include "compiler/driver/cache_folder.h"

#include <string_view>

namespace policyc {

namespace {

// Relative ones are to be ignored: https://specifications.freedesktop.org/basedir-spec
bool is_absolute(const char* path) { return path != nullptr && *path == '/'; }

}  // namespace

std::string cache_folder(const char* policyc_cache, const char* xdg_cache_home, const char* home) {
  if (policyc_cache != nullptr && *policyc_cache != '\0') {
    return std::string_view(policyc_cache) == "off" ? "" : policyc_cache;
  }
  if (is_absolute(xdg_cache_home)) return std::string(xdg_cache_home) + "/policyc";
  return is_absolute(home) ? std::string(home) + "/.cache/policyc" : "";
}

}  // namespace policyc
