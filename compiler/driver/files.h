// Files of the user's: read whole, written whole.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace policyc {

// Fails with the reason ("no such file", "is a folder", "larger than ... bytes"), without the path.
Result<std::string> read_text_file(const std::string& path);
// Likewise, and never waits: a pipe or a device "is no regular file". For what is a file by its nature: images, keys.
Result<std::string> read_regular_file(const std::string& path);
// Written under another name first and then renamed, so that nobody meets half a file. A file that is replaced keeps
// its mode and owner; of a link, the file that it leads to is replaced.
Result<bool> write_text_file(const std::string& path, std::string_view text);
// Never over a file that is there: it may be the only copy of another key. Only its owner may read it, from the start.
Result<bool> write_secret(const std::string& path, std::string_view text);
// By whichever names; neither needs to be there yet. Nothing is lost by writing to a device that is read as well.
bool is_same_file(const std::string& one, const std::string& other);

}  // namespace policyc
