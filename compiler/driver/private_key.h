// The key that signs images, as it lies in a file.
//
//   Result<std::string> key = read_private_key("key.pem");
//   if (!key) console.complain(key.error());                    // which file, and what is wrong with it
#pragma once

#include <string>

#include "compiler/base/result.h"

namespace policyc {

// As PEM; an Ed25519 key without a passphrase, or a failure.
Result<std::string> read_private_key(const std::string& path);

}  // namespace policyc
