// Bytes of an export to UTF-8 text. Real exports come as UTF-8 with and without a byte order mark and as UTF-16.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace policyc::dataverse {

// UTF-8 and UTF-16 of either byte order; without a mark, UTF-16 is known by the zero byte beside its first character.
// Text that does not decode is a failure, never a guess.
Result<std::string> decode_text(std::string_view bytes);

Result<std::string> read_text(const std::filesystem::path& file);

}  // namespace policyc::dataverse
