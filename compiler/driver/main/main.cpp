// The program `policyc`: everything it does is in compiler/driver.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "compiler/driver/cache_folder.h"
#include "compiler/driver/commands.h"

namespace {

// Colour is for terminals; NO_COLOR=1 turns it off everywhere (https://no-color.org).
bool takes_colour(int file) {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour && *no_colour) return false;
  const char* terminal = std::getenv("TERM");
  return isatty(file) == 1 && terminal && std::string_view(terminal) != "dumb";
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  policyc::Console console{
      std::cout, std::cerr, takes_colour(STDOUT_FILENO), takes_colour(STDERR_FILENO),
      policyc::cache_folder(std::getenv("POLICYC_CACHE"), std::getenv("XDG_CACHE_HOME"), std::getenv("HOME"))};
  return policyc::run_policyc(argc, argv, console);
}
