// The descriptor is found by its magic, and believed where the facts that it points to have the hash that it holds. Its
// pointers stand in the file as addresses (link.cpp asks for that), which program headers turn into places.
#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "compiler/native/image.h"
#include "runtime/image/digest.h"
#include "runtime/image/image_format.h"

namespace policyc {

namespace {

// Of an image there are a dozen.
constexpr size_t kMostParts = 64;

template <typename Struct>
std::optional<Struct> read_at(std::string_view bytes, uint64_t place) {
  if (place > bytes.size() || bytes.size() - place < sizeof(Struct)) return std::nullopt;
  Struct found;
  std::memcpy(&found, bytes.data() + place, sizeof(found));
  return found;
}

// What of a library is mapped.
std::optional<std::vector<Elf64_Phdr>> parts_of(std::string_view content) {
  const std::optional<Elf64_Ehdr> header = read_at<Elf64_Ehdr>(content, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  const bool is_known = header->e_machine == EM_X86_64 || header->e_machine == EM_AARCH64;
  if (!is_known || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_DYN ||
      header->e_phnum > kMostParts) {
    return std::nullopt;
  }
  std::vector<Elf64_Phdr> parts;
  for (uint64_t i = 0; i < header->e_phnum; ++i) {
    const std::optional<Elf64_Phdr> part = read_at<Elf64_Phdr>(content, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!part) return std::nullopt;
    if (part->p_type == PT_LOAD) parts.push_back(*part);
  }
  return parts;
}

// `size` bytes that will be mapped at the address; empty where the file has none.
std::string_view bytes_at(std::string_view content, const std::vector<Elf64_Phdr>& parts, uint64_t address,
                          uint64_t size) {
  for (const Elf64_Phdr& part : parts) {
    if (address < part.p_vaddr || size > part.p_filesz || address - part.p_vaddr > part.p_filesz - size) continue;
    const uint64_t place = part.p_offset + (address - part.p_vaddr);
    if (place <= content.size() && size <= content.size() - place) return content.substr(place, size);
  }
  return {};
}

std::optional<std::vector<uint8_t>> facts_of(const policy_image& image, std::string_view content,
                                             const std::vector<Elf64_Phdr>& parts) {
  const std::string_view found = bytes_at(content, parts, reinterpret_cast<uintptr_t>(image.facts), image.facts_size);
  std::vector<uint8_t> facts(found.begin(), found.end());
  if (facts.empty() || !std::ranges::equal(policy::sha256(facts), image.facts_hash)) return std::nullopt;
  return facts;
}

std::optional<std::vector<uint8_t>> facts_in(std::string_view content, const std::vector<Elf64_Phdr>& parts) {
  char magic[sizeof(uint64_t)];
  std::memcpy(magic, &policy::kImageMagic, sizeof(magic));
  constexpr size_t kMostTries = 16;  // the name of a role may hold the magic as well
  size_t place = content.find({magic, sizeof(magic)});
  for (size_t tries = 0; tries < kMostTries && place != std::string_view::npos; ++tries) {
    const std::optional<policy_image> image = read_at<policy_image>(content, place);
    if (!image) return std::nullopt;
    if (std::optional<std::vector<uint8_t>> facts = facts_of(*image, content, parts)) return facts;
    place = content.find({magic, sizeof(magic)}, place + 1);
  }
  return std::nullopt;
}

}  // namespace

Result<ImageContent> read_image(std::string_view content) {
  const std::optional<std::vector<Elf64_Phdr>> parts = parts_of(content);
  if (!parts) return Failure{"it is no library for x86-64 or aarch64"};
  std::optional<std::vector<uint8_t>> facts = facts_in(content, *parts);
  if (!facts) return Failure{"it holds no policy"};
  ImageContent image{std::move(*facts), 0};
  for (const Elf64_Phdr& part : *parts) image.code_bytes += (part.p_flags & PF_X) != 0 ? part.p_filesz : 0;
  return image;
}

}  // namespace policyc
