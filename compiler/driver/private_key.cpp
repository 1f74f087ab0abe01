#include "compiler/driver/private_key.h"

#include <fmt/format.h>

#include "compiler/driver/files.h"
#include "runtime/image/digest.h"

namespace policyc {

namespace {

// "BEGIN ENCRYPTED PRIVATE KEY" and, older, "Proc-Type: 4,ENCRYPTED".
bool has_passphrase(const std::string& pem) {
  return pem.find("PRIVATE KEY-----") != std::string::npos && pem.find("ENCRYPTED") != std::string::npos;
}

}  // namespace

Result<std::string> read_private_key(const std::string& path) {
  Result<std::string> text = read_regular_file(path);
  if (!text) return Failure{fmt::format("cannot read `{}`: {}", path, text.error())};
  if (policy::public_key_of(*text)) return text;
  if (has_passphrase(*text)) {
    return Failure{fmt::format(
        "`{}` holds a key with a passphrase; `openssl pkey -in {} -out NEW.pem` writes it without", path, path)};
  }
  return Failure{fmt::format("`{}` holds no Ed25519 private key; `policyc keys new -o NEW.pem` makes one", path)};
}

}  // namespace policyc
