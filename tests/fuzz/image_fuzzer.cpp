// Any bytes as an image, as its facts and as its library, and as changes of an image that is sound: refused with a
// reason, or sound. Changed images get a hash of their own, behind which a reader looks further. Nothing is mapped.
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/native/image.h"
#include "runtime/image/check_tables.h"
#include "runtime/image/elf_check.h"
#include "runtime/image/open_image.h"
#include "tests/fuzz/require.h"
#include "tests/unit/runtime/image_tables.h"

namespace {

using policyc::fuzz::require;

void read_facts(std::span<const uint8_t> bytes, const std::string& text) {
  const policy::Decoded<policy::ImageFacts> facts = policy::decode_facts(bytes);
  if (!facts) {
    require(!facts.error.empty(), "facts are refused without a reason", text);
    return;
  }
  require(!policy::fault_of(*facts.value->tables), "facts are accepted and not sound", text);
  const std::vector<uint8_t> again = policy::encode_facts(*facts.value->tables, facts.value->build);
  require(std::ranges::equal(again, bytes), "facts are written otherwise than they were read", text);
}

void read_library(std::span<const uint8_t> bytes, const std::string& text) {
  const policy::CheckedLibrary library = policy::check_library(bytes);
  require((library.status == POLICY_OK) == library.error.empty(), "a library is refused without a reason", text);
  for (const policy::Segment& part : library.segments) {
    require(part.offset <= bytes.size() && part.file_size <= bytes.size() - part.offset,
            "a part of a library lies outside of it", text);
    require(!part.is_writable || !part.is_executable, "a part of a library is written and executed", text);
  }
}

void read_image(std::span<const uint8_t> bytes, const std::string& text) {
  const policy::VerifiedContent verified = policy::verify_content(bytes, {});
  require((verified.status == POLICY_OK) == verified.error.empty(), "an image is refused without a reason", text);
  require(verified.content.size() <= bytes.size(), "an image holds more than there is", text);
}

void read_hashed(std::vector<uint8_t> bytes, const std::string& text) {
  const size_t size = bytes.size();
  const policy::ImageTrailer trailer = policy::trailer_for(bytes, {}).value();
  const auto* first = reinterpret_cast<const uint8_t*>(&trailer);
  bytes.insert(bytes.end(), first, first + sizeof(trailer));
  const policy::VerifiedContent verified = policy::verify_content(bytes, {});
  require(verified.status == POLICY_OK && verified.content.size() == size, "a hash of its own does not do", text);
}

// Each three bytes of `script` are a place and what stands there afterwards.
std::vector<uint8_t> changed(std::vector<uint8_t> bytes, std::span<const uint8_t> script) {
  for (; script.size() >= 3; script = script.subspan(3)) {
    const size_t place = static_cast<size_t>(script[0] << 8 | script[1]);
    bytes[place % bytes.size()] = script[2];
  }
  return bytes;
}

std::vector<uint8_t> some_facts() { return encode_facts(policy::test::rich_tables(), policy::test::some_build()); }

// Without its trailer.
std::vector<uint8_t> some_library() {
  const policyc::Compilation compiled =
      policyc::compile_text("a.policy",
                            "policy a follows guide\ntable t owned by user { p: string }\n"
                            "role r { t: read at organization when record.p == \"x\" }\n",
                            std::nullopt);
  const policyc::DecisionIR ir = policyc::decision_ir(*compiled.policy, compiled.sources);
  const policyc::Result<std::string> image = policyc::build_image(ir, {std::string(64, 'a'), "policyc"}, {}, {});
  require(static_cast<bool>(image), "no image to start from", "");
  return {image->begin(), image->end() - sizeof(policy::ImageTrailer)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> bytes(data, size);
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_facts(bytes, text);
  read_library(bytes, text);
  read_image(bytes, text);
  static const std::vector<uint8_t> facts = some_facts(), library = some_library();
  read_facts(changed(facts, bytes), text);
  read_library(changed(library, bytes), text);
  read_hashed(changed(library, bytes), text);
  return 0;
}
