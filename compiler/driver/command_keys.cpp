// policyc keys new and policyc sign: who an image is from.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "runtime/image/digest.h"
#include "runtime/image/open_image.h"

namespace policyc {

namespace {

std::span<const uint8_t> bytes_in(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// Never over a file that is there: it may be the only copy of another key. Only its owner may read it, from the start.
Result<bool> write_secret(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return Failure{std::strerror(errno)};
  const bool is_whole = write_all(file, text);
  if (::close(file) == 0 && is_whole) return true;
  ::unlink(path.c_str());
  return Failure{"writing failed"};
}

}  // namespace

ExitCode run_keys_new(const KeysOptions& options, Console& console) {
  const std::optional<policy::KeyPair> keys = policy::new_key_pair();
  if (!keys) return console.complain("OpenSSL makes no Ed25519 key"), kInputWrong;
  if (const Result<bool> written = write_secret(options.output, keys->private_key); !written) {
    console.complain(fmt::format("cannot write `{}`: {}", options.output, written.error()));
    return kInputWrong;
  }
  console.print("{}\n", policy::hexadecimal(keys->public_key));
  return kFine;
}

ExitCode run_sign(const SignOptions& options, Console& console) {
  const Result<std::string> key = read_text_file(options.key);
  if (!key) return console.complain(fmt::format("cannot read `{}`: {}", options.key, key.error())), kInputWrong;
  const Result<std::string> image = read_text_file(options.image);
  if (!image) return console.complain(fmt::format("cannot read `{}`: {}", options.image, image.error())), kInputWrong;
  const policy::VerifiedContent verified = policy::verify_content(bytes_in(*image), {});
  if (verified.status != POLICY_OK) {
    console.complain(fmt::format("`{}` {}", options.image, verified.error));
    return kInputWrong;
  }
  const std::optional<policy::ImageTrailer> trailer =
      key->empty() ? std::nullopt : policy::trailer_for(verified.content, *key);
  if (!trailer) {
    console.complain(fmt::format("`{}` holds no Ed25519 private key", options.key));
    return kInputWrong;
  }
  std::string signed_image(verified.content.begin(), verified.content.end());
  signed_image.append(reinterpret_cast<const char*>(&*trailer), sizeof(*trailer));
  if (const Result<bool> written = write_text_file(options.image, signed_image); !written) {
    console.complain(fmt::format("cannot write `{}`: {}", options.image, written.error()));
    return kInputWrong;
  }
  console.print("{}: signed by {}\n", options.image, policy::hexadecimal(trailer->public_key));
  return kFine;
}

}  // namespace policyc
