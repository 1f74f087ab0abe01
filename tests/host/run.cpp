#include "tests/host/run.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>

namespace policyc::testing {

Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = popen(("cd " + quoted(POLICYC_SOURCE_DIR) + " && { " + command + "\n} 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return ran;
  std::array<char, 4096> part;
  for (size_t read; (read = fread(part.data(), 1, part.size(), pipe)) > 0;) ran.output.append(part.data(), read);
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

bool is_there(const std::string& tool) { return run("command -v " + tool).code == 0; }

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace policyc::testing
