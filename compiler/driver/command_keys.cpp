// policyc keys and policyc sign: who an image is from.
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/private_key.h"
#include "runtime/image/digest.h"
#include "runtime/image/open_image.h"

namespace policyc {

namespace {

std::span<const uint8_t> bytes_in(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
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

ExitCode run_keys_show(const KeysOptions& options, Console& console) {
  const Result<std::string> key = read_private_key(options.key);
  if (!key) return console.complain(key.error()), kInputWrong;
  console.print("{}\n", policy::hexadecimal(*policy::public_key_of(*key)));
  return kFine;
}

ExitCode run_sign(const SignOptions& options, Console& console) {
  const Result<std::string> key = read_private_key(options.key);
  if (!key) return console.complain(key.error()), kInputWrong;
  const Result<std::string> image = read_regular_file(options.image);
  if (!image) return console.complain(fmt::format("cannot read `{}`: {}", options.image, image.error())), kInputWrong;
  const policy::VerifiedContent verified = policy::verify_content(bytes_in(*image), {});
  if (verified.status != POLICY_OK) {
    console.complain(fmt::format("`{}` {}", options.image, verified.error));
    return kInputWrong;
  }
  const std::optional<policy::ImageTrailer> trailer = policy::trailer_for(verified.content, *key);
  if (!trailer) return console.complain("OpenSSL makes no signature"), kInputWrong;
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
