// Programs: opening, owning, and what they say of themselves.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runtime/abi/handles.h"
#include "runtime/abi/refusal.h"
#include "runtime/image/digest.h"
#include "runtime/image/open_image.h"

policy_program::policy_program(policy::ProgramSource from)
    : source(std::move(from)),
      pool(*source.tables),
      no_values((source.tables->context_attribute_bytes + 7) / 8),
      no_context{sizeof(policy_context), 0, reinterpret_cast<const uint8_t*>(no_values.data())} {}

namespace policy {

void clear_error(policy_error* error) {
  if (!has_size(error)) return;
  error->status = POLICY_OK;
  error->message[0] = '\0';
}

policy_status fail(policy_error* error, policy_status status, std::string_view message) {
  if (!has_size(error)) return status;
  error->status = status;
  size_t size = std::min(message.size(), sizeof(error->message) - 1);
  // Not through the middle of a character.
  while (size < message.size() && size > 0 && (static_cast<uint8_t>(message[size]) & 0xc0) == 0x80) --size;
  std::memcpy(error->message, message.data(), size);
  error->message[size] = '\0';
  return status;
}

policy_status fail_about(policy_error* error, policy_status status, const char* name, const char* message) {
  return refuse(error, status, "`{}` {}", name, message);
}

policy_program* new_program(ProgramSource source) { return new policy_program(std::move(source)); }

namespace {

// The keys and hashes that a host asks for; a message where they make no sense.
struct Asked {
  Trust trust;
  std::string mistake;
};

std::string hash_asked(const char* text, const char* what, std::string& mistake) {
  if (text == nullptr) return {};
  std::optional<Digest> digest = digest_from_hexadecimal(text);
  if (!digest) mistake = fmt::format("{} is not 64 hexadecimal digits", what);
  return digest ? hexadecimal(*digest) : std::string();
}

Asked read_options(const policy_open_options* options) {
  Asked asked;
  if (options == nullptr) return asked;
  asked.trust.policy_hash = hash_asked(options->policy_hash, "policy_open_options.policy_hash", asked.mistake);
  asked.trust.layout_hash = hash_asked(options->layout_hash, "policy_open_options.layout_hash", asked.mistake);
  if (options->key_count != 0 && options->keys == nullptr) asked.mistake = "policy_open_options.keys is null";
  if (options->key_count == 0 && options->keys != nullptr) {
    asked.mistake = "policy_open_options.keys is a list without a key: no image is signed by one of them";
  }
  for (uint32_t i = 0; asked.mistake.empty() && i < options->key_count; ++i) {
    std::copy_n(options->keys + size_t{i} * POLICY_KEY_BYTES, POLICY_KEY_BYTES, asked.trust.keys.emplace_back().data());
  }
  return asked;
}

template <typename Open>
policy_status open_program(uint32_t kind, const policy_open_options* options, policy_program** out, policy_error* error,
                           Open open) {
  clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the program: `out` is null");
  *out = nullptr;
  return guarded(error, [&] {
    if (options != nullptr) {
      const policy_status status = accept(options, error, "options");
      if (status != POLICY_OK) return status;
    }
    const Asked asked = read_options(options);
    if (!asked.mistake.empty()) return fail(error, POLICY_INVALID, asked.mistake);
    Opened opened = open(asked.trust);
    if (opened.status != POLICY_OK) return fail(error, opened.status, opened.error);
    *out = new_program({.kind = kind,
                        .tables = std::move(opened.tables),
                        .build = std::move(opened.build),
                        .layout_hash = std::move(opened.layout_hash),
                        .signer = std::move(opened.signer),
                        .wait = nullptr});
    return POLICY_OK;
  });
}

}  // namespace

}  // namespace policy

using policy::fail;
using policy::is_handle;

extern "C" {

uint32_t policy_abi_version(void) { return POLICY_ABI_VERSION; }

const char* policy_status_name(policy_status status) {
  static constexpr const char* kNames[] = {"ok",      "invalid",   "unknown",  "illegal",     "not readable",
                                           "damaged", "foreign",   "newer",    "mismatch",    "untrusted",
                                           "missing", "short",     "stale",    "busy",        "refused",
                                           "lossy",   "no memory", "internal", "not compiled"};
  static_assert(std::size(kNames) == POLICY_STATUS_COUNT);
  const auto number = static_cast<uint32_t>(status);
  return number < POLICY_STATUS_COUNT ? kNames[number] : "?";
}

policy_status policy_build(policy_build_info* out) {
  if (!policy::has_size(out)) return POLICY_INVALID;
  policy::clear(*out);
  out->abi_version = POLICY_ABI_VERSION;
  out->version = POLICY_VERSION;
#if defined(__clang__)
  out->compiler = "Clang " __clang_version__;
#else
  out->compiler = "GNU " __VERSION__;
#endif
  return POLICY_OK;
}

policy_status policy_program_open(const char* path, const policy_open_options* options, policy_program** out,
                                  policy_error* error) {
  if (path == nullptr) {
    if (out != nullptr) *out = nullptr;
    return fail(error, POLICY_INVALID, "`path` is null");
  }
  return policy::open_program(POLICY_PROGRAM_IMAGE, options, out, error,
                              [path](const policy::Trust& trust) { return policy::open_image_file(path, trust); });
}

policy_status policy_program_open_memory(const void* bytes, size_t size, const policy_open_options* options,
                                         policy_program** out, policy_error* error) {
  if (bytes == nullptr) {
    if (out != nullptr) *out = nullptr;
    return fail(error, POLICY_INVALID, "`bytes` is null");
  }
  const std::span<const uint8_t> image(static_cast<const uint8_t*>(bytes), size);
  return policy::open_program(POLICY_PROGRAM_IMAGE, options, out, error,
                              [image](const policy::Trust& trust) { return policy::open_image_memory(image, trust); });
}

policy_status policy_program_open_linked(const policy_image* image, const policy_open_options* options,
                                         policy_program** out, policy_error* error) {
  const bool has_keys =
      options != nullptr && policy::has_size(options) && (options->key_count != 0 || options->keys != nullptr);
  if (image == nullptr || has_keys) {
    if (out != nullptr) *out = nullptr;
    return fail(error, POLICY_INVALID,
                image == nullptr ? "`image` is null" : "a linked image has no signature of its own");
  }
  return policy::open_program(POLICY_PROGRAM_LINKED, options, out, error,
                              [image](const policy::Trust& trust) { return policy::open_linked_image(*image, trust); });
}

policy_program* policy_program_retain(policy_program* program) {
  if (is_handle(program)) program->owners.fetch_add(1, std::memory_order_relaxed);
  return program;
}

void policy_program_close(policy_program* program) {
  if (!is_handle(program) || program->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  program->kind = policy::HandleKind::Closed;
  delete program;
}

policy_status policy_program_describe(const policy_program* program, policy_program_info* out) {
  if (!policy::has_size(out)) return POLICY_INVALID;
  policy::clear(*out);
  if (!is_handle(program)) return POLICY_INVALID;
  const policy::ProgramSource& source = program->source;
  out->kind = source.kind;
  out->abi_version = source.build.abi_version;
  out->slot_count = source.tables->slot_count;
  out->policy_name = source.tables->policy_name.c_str();
  out->policy_hash = source.build.policy_hash.c_str();
  out->layout_hash = source.layout_hash.c_str();
  out->compiler = source.build.compiler.c_str();
  out->llvm = source.build.llvm.c_str();
  out->target = source.build.target.c_str();
  out->cpu = source.build.cpu.c_str();
  out->signer = source.signer.c_str();
  return POLICY_OK;
}
}
