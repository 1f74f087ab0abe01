// Where the command line keeps machine code: `policyc` in the user's folder for caches.
//
//   cache_folder(nullptr, nullptr, "/home/sam")          // "/home/sam/.cache/policyc"
//   cache_folder("off", nullptr, "/home/sam")            // "": nothing is kept
//   cache_folder("/var/kept", nullptr, "/home/sam")      // "/var/kept"
#pragma once

#include <string>

namespace policyc {

// The values of POLICYC_CACHE, XDG_CACHE_HOME and HOME; null where there is none.
std::string cache_folder(const char* policyc_cache, const char* xdg_cache_home, const char* home);

}  // namespace policyc
