// Files of the user's: read whole, written whole.
#pragma once

#include <string>

#include "compiler/base/result.h"

namespace policyc {

// Fails with the reason ("no such file", "is a folder", "larger than ... bytes"), without the path.
Result<std::string> read_text_file(const std::string& path);
// Written under another name first and then renamed, so that nobody meets half a file.
Result<bool> write_text_file(const std::string& path, const std::string& text);

}  // namespace policyc
