#include "runtime/image/elf_check.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>

#include "runtime/image/image_format.h"
#include "runtime/image/image_limits.h"

namespace policy {

namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
constexpr uint32_t kRelative = R_X86_64_RELATIVE;
constexpr std::array<uint32_t, 3> kOfSymbols = {R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT, R_X86_64_64};
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
constexpr uint32_t kRelative = R_AARCH64_RELATIVE;
constexpr std::array<uint32_t, 3> kOfSymbols = {R_AARCH64_GLOB_DAT, R_AARCH64_JUMP_SLOT, R_AARCH64_ABS64};
#else
#error "images are for x86-64 and aarch64"
#endif

// All that compiled code calls.
constexpr std::array<std::string_view, 2> kImported = {"memcmp", "bcmp"};
constexpr std::string_view kExported = "policy_image";
constexpr uint64_t kPage = 4096;

std::string machine_name(uint16_t machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    default:
      return fmt::format("machine {}", machine);
  }
}

// What the loader does with an image's dynamic entries; one of any other kind is refused, and so whatever would run
// code (DT_INIT, DT_FINI, ...), load others (DT_NEEDED, DT_AUDIT, ...) or write to code (DT_TEXTREL).
bool is_expected(int64_t tag) {
  switch (tag) {
    case DT_SONAME:
    case DT_GNU_HASH:
    case DT_STRTAB:
    case DT_STRSZ:
    case DT_SYMTAB:
    case DT_SYMENT:
    case DT_RELA:
    case DT_RELASZ:
    case DT_RELAENT:
    case DT_RELACOUNT:
    case DT_JMPREL:
    case DT_PLTREL:
    case DT_PLTRELSZ:
    case DT_PLTGOT:
    case DT_BIND_NOW:
    case DT_FLAGS:
    case DT_FLAGS_1:
      return true;
    default:
      return false;
  }
}

class LibraryCheck {
 public:
  explicit LibraryCheck(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  CheckedLibrary run() {
    if (header() && segments() && dynamic() && texts() && hash_table() && symbols() && relocations()) {
      library_.status = POLICY_OK;
    } else {
      library_.segments.clear();
    }
    return std::move(library_);
  }

 private:
  bool refuse(std::string why, policy_status status = POLICY_DAMAGED) {
    library_.status = status;
    library_.error = std::move(why);
    return false;
  }

  // --- Bytes of the file, and of addresses as they will be mapped; what changes when it is relocated is none of these.

  template <typename Struct>
  std::optional<Struct> at_offset(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(Struct)) return std::nullopt;
    Struct found;
    std::memcpy(&found, bytes_.data() + offset, sizeof(found));
    return found;
  }
  std::optional<uint64_t> offset_of(uint64_t address, uint64_t size) const {
    for (const Segment& segment : library_.segments) {
      if (!segment.is_writable && segment.holds_in_file(address, size)) {
        return segment.offset + (address - segment.address);
      }
    }
    return std::nullopt;
  }
  template <typename Struct>
  std::optional<Struct> at_address(uint64_t address) const {
    const std::optional<uint64_t> offset = offset_of(address, sizeof(Struct));
    return offset ? at_offset<Struct>(*offset) : std::nullopt;
  }
  bool is_mapped(uint64_t address, uint64_t size) const {
    return std::ranges::any_of(library_.segments, [&](const Segment& s) { return s.holds(address, size); });
  }
  bool is_writable(uint64_t address, uint64_t size) const {
    return std::ranges::any_of(library_.segments,
                               [&](const Segment& s) { return s.is_writable && s.holds(address, size); });
  }

  // --- The file's header, and the program headers

  bool header() {
    const std::optional<Elf64_Ehdr> found = at_offset<Elf64_Ehdr>(0);
    if (!found || std::memcmp(found->e_ident, ELFMAG, SELFMAG) != 0) {
      return refuse("it is no library", POLICY_FOREIGN);
    }
    header_ = *found;
    if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != ELFDATA2LSB) {
      return refuse("it is for another kind of processor, not of 64 bits and little-endian", POLICY_FOREIGN);
    }
    if (header_.e_machine != kMachine) {
      return refuse(fmt::format("it is for another kind of processor: for {}, and this is {}",
                                machine_name(header_.e_machine), machine_name(kMachine)),
                    POLICY_FOREIGN);
    }
    const uint8_t system = header_.e_ident[EI_OSABI];
    const bool is_library = header_.e_type == ET_DYN && header_.e_ident[EI_VERSION] == EV_CURRENT &&
                            header_.e_version == EV_CURRENT && (system == ELFOSABI_NONE || system == ELFOSABI_GNU);
    return is_library || refuse("it is no shared library", POLICY_FOREIGN);
  }

  bool segments() {
    const bool is_sound = header_.e_phentsize == sizeof(Elf64_Phdr) && header_.e_phnum <= kMostSegments &&
                          header_.e_phoff % alignof(Elf64_Phdr) == 0 && header_.e_phoff <= bytes_.size();
    if (!is_sound) return refuse("its program headers are damaged");
    std::vector<Elf64_Phdr> headers;
    for (uint64_t i = 0; i < header_.e_phnum; ++i) {
      const std::optional<Elf64_Phdr> found = at_offset<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
      if (!found) return refuse("its program headers are cut short");
      headers.push_back(*found);
    }
    for (const Elf64_Phdr& found : headers) {
      if (found.p_type == PT_LOAD && !add_segment(found)) return false;
    }
    for (const Elf64_Phdr& found : headers) {
      if (!check_part(found)) return false;
    }
    if (!has_plain_stack_) return refuse("it asks for a stack that can be executed");
    return dynamic_.has_value() || refuse("it has no dynamic section");
  }

  bool add_segment(const Elf64_Phdr& found) {
    const uint64_t end =
        library_.segments.empty() ? 0 : library_.segments.back().address + library_.segments.back().size;
    const uint64_t previous_page = library_.segments.empty() ? 0 : (end + kPage - 1) / kPage;
    const bool is_sound = found.p_filesz <= found.p_memsz && found.p_memsz > 0 && found.p_memsz <= kLargestImage &&
                          found.p_vaddr <= kLargestImage && found.p_offset <= bytes_.size() &&
                          found.p_filesz <= bytes_.size() - found.p_offset && std::has_single_bit(found.p_align) &&
                          found.p_align >= kPage && found.p_align <= kLargestImage &&
                          found.p_vaddr / kPage >= previous_page &&
                          found.p_vaddr % found.p_align == found.p_offset % found.p_align;
    if (!is_sound) return refuse("a part of it does not lie within the file");
    const bool writable = (found.p_flags & PF_W) != 0, executable = (found.p_flags & PF_X) != 0;
    if ((found.p_flags & PF_R) == 0 || (writable && executable)) {
      return refuse("a part of it can be both written and executed, or not read");
    }
    library_.segments.push_back({found.p_vaddr, found.p_memsz, found.p_offset, found.p_filesz, writable, executable});
    return true;
  }

  // What is not loaded by itself: it must be part of what is.
  bool check_part(const Elf64_Phdr& found) {
    const bool is_writable_part = is_writable(found.p_vaddr, found.p_memsz);
    switch (found.p_type) {
      case PT_NULL:
      case PT_LOAD:
        return true;
      case PT_GNU_STACK:
        has_plain_stack_ = (found.p_flags & PF_X) == 0;
        return has_plain_stack_ || refuse("it asks for a stack that can be executed");
      case PT_GNU_RELRO:
        return is_writable_part || refuse("what it protects is no part of it");
      case PT_DYNAMIC: {
        const bool is_sound = !dynamic_ && is_writable_part && found.p_filesz <= found.p_memsz &&
                              found.p_vaddr % alignof(Elf64_Dyn) == 0 && lies_in_file(found);
        if (is_sound) dynamic_ = found;
        return is_sound || refuse("its dynamic section is damaged");
      }
      case PT_PHDR: {
        const bool is_same = found.p_offset == header_.e_phoff &&
                             found.p_memsz == uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr) &&
                             offset_of(found.p_vaddr, found.p_memsz) == found.p_offset;
        return is_same || refuse("its program headers are damaged");
      }
      case PT_NOTE:
      case PT_GNU_EH_FRAME:
      case PT_GNU_PROPERTY:
        return offset_of(found.p_vaddr, found.p_memsz) == found.p_offset || refuse("a note of it is no part of it");
      default:
        return refuse(fmt::format("it has a part of kind {:#x}, which no image has", found.p_type));
    }
  }

  bool lies_in_file(const Elf64_Phdr& found) const {
    return std::ranges::any_of(library_.segments, [&](const Segment& s) {
      return s.holds_in_file(found.p_vaddr, found.p_filesz) && found.p_offset == s.offset + (found.p_vaddr - s.address);
    });
  }

  // --- The dynamic section

  bool dynamic() {
    for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic_->p_filesz; at += sizeof(Elf64_Dyn)) {
      const std::optional<Elf64_Dyn> entry = at_offset<Elf64_Dyn>(dynamic_->p_offset + at);
      if (!entry) break;
      if (entry->d_tag == DT_NULL) return dynamic_values();
      if (!is_expected(entry->d_tag)) {
        return refuse(fmt::format("the system's loader is asked for more than any image asks (dynamic tag {:#x})",
                                  static_cast<uint64_t>(entry->d_tag)));
      }
      if (!entries_.try_emplace(entry->d_tag, entry->d_un.d_val).second) break;
    }
    return refuse("its dynamic section is damaged");
  }

  bool has(int64_t tag) const { return entries_.contains(tag); }
  uint64_t value(int64_t tag) const {
    const auto found = entries_.find(tag);
    return found == entries_.end() ? 0 : found->second;
  }

  bool dynamic_values() {
    const bool is_there =
        has(DT_STRTAB) && has(DT_STRSZ) && has(DT_SYMTAB) && has(DT_GNU_HASH) && value(DT_SYMENT) == sizeof(Elf64_Sym);
    if (!is_there) return refuse("it has no table of symbols");
    const bool is_plain =
        (value(DT_FLAGS) & ~uint64_t{DF_BIND_NOW | DF_SYMBOLIC}) == 0 && (value(DT_FLAGS_1) & ~uint64_t{DF_1_NOW}) == 0;
    if (!is_plain) return refuse("the system's loader is asked for more than any image asks");
    const bool got_is_there = !has(DT_PLTGOT) || is_writable(value(DT_PLTGOT), 3 * sizeof(uint64_t));
    return got_is_there || refuse("its table of calls is damaged");
  }

  // --- Texts and symbols

  bool texts() {
    const std::optional<uint64_t> offset = offset_of(value(DT_STRTAB), value(DT_STRSZ));
    if (!offset || value(DT_STRSZ) == 0) return refuse("its texts are damaged");
    texts_ = {reinterpret_cast<const char*>(bytes_.data()) + *offset, value(DT_STRSZ)};
    if (texts_.back() != '\0') return refuse("its texts are damaged");
    if (!has(DT_SONAME)) return true;
    // The loader takes a library of that name for the one that is asked for, so it must not be a path.
    const std::optional<std::string_view> name = text(value(DT_SONAME));
    return (name && name->find('/') == std::string_view::npos) || refuse("its name is that of a path");
  }
  std::optional<std::string_view> text(uint64_t at) const {
    if (at >= texts_.size()) return std::nullopt;
    return std::string_view(texts_.data() + at);
  }

  // GNU's table: how the loader finds symbols, and the only thing that says how many there are.
  bool hash_table() {
    const uint64_t table = value(DT_GNU_HASH);
    struct Head {
      uint32_t buckets, first, filters, shift;
    };
    const std::optional<Head> head = at_address<Head>(table);
    if (!head || table % 8 != 0 || head->buckets == 0 || !std::has_single_bit(head->filters) || head->shift >= 32) {
      return refuse("its table of symbols is damaged");
    }
    const uint64_t buckets = table + sizeof(Head) + uint64_t{head->filters} * sizeof(uint64_t);
    const uint64_t chains = buckets + uint64_t{head->buckets} * sizeof(uint32_t);
    if (!offset_of(table, chains - table)) return refuse("its table of symbols is damaged");
    symbol_count_ = head->first;
    for (uint64_t i = 0; i < head->buckets; ++i) {
      const uint32_t first = *at_address<uint32_t>(buckets + i * sizeof(uint32_t));
      if (first == 0) continue;
      if (first < head->first || !chain(chains, head->first, first)) return refuse("its table of symbols is damaged");
    }
    return true;
  }
  // Buckets hold ascending runs of symbols, each run's last marked; runs that begin in another are none.
  bool chain(uint64_t chains, uint32_t first_hashed, uint32_t symbol) {
    if (symbol != symbol_count_) return false;
    for (bool is_last = false; !is_last; ++symbol) {
      const std::optional<uint32_t> link = at_address<uint32_t>(chains + uint64_t{symbol - first_hashed} * 4);
      if (!link) return false;
      is_last = (*link & 1u) != 0;
    }
    symbol_count_ = symbol;
    return true;
  }

  std::optional<Elf64_Sym> symbol(uint64_t number) const {
    if (number >= symbol_count_) return std::nullopt;
    return at_address<Elf64_Sym>(value(DT_SYMTAB) + number * sizeof(Elf64_Sym));
  }

  bool symbols() {
    const std::optional<uint64_t> table = offset_of(value(DT_SYMTAB), uint64_t{symbol_count_} * sizeof(Elf64_Sym));
    if (!table || value(DT_SYMTAB) % 8 != 0) return refuse("its table of symbols is damaged");
    for (uint64_t i = 1; i < symbol_count_; ++i) {
      const std::optional<Elf64_Sym> found = symbol(i);
      const std::optional<std::string_view> name = found ? text(found->st_name) : std::nullopt;
      if (!name) return refuse("its table of symbols is damaged");
      if (found->st_shndx == SHN_UNDEF ? !is_imported(*found, *name) : !is_image(*found, *name)) {
        return refuse(fmt::format("it has a symbol `{}`, which no image has", name->substr(0, 100)));
      }
    }
    return has_image_ || refuse(fmt::format("it does not export `{}`", kExported), POLICY_FOREIGN);
  }
  bool is_imported(const Elf64_Sym& found, std::string_view name) const {
    const unsigned type = ELF64_ST_TYPE(found.st_info);
    return (type == STT_NOTYPE || type == STT_FUNC) && std::ranges::find(kImported, name) != kImported.end();
  }
  bool is_image(const Elf64_Sym& found, std::string_view name) {
    const bool is_sound = !has_image_ && name == kExported && ELF64_ST_TYPE(found.st_info) == STT_OBJECT &&
                          found.st_shndx < SHN_LORESERVE && found.st_size >= sizeof(policy_image) &&
                          found.st_value % alignof(policy_image) == 0 && is_mapped(found.st_value, found.st_size);
    has_image_ = is_sound;
    library_.image_address = found.st_value;
    return is_sound;
  }

  // --- Relocations: addresses within itself, and those of what it imports

  bool relocations() {
    if (has(DT_RELA) && value(DT_RELAENT) != sizeof(Elf64_Rela)) return refuse("its relocations are damaged");
    if (has(DT_JMPREL) && value(DT_PLTREL) != DT_RELA) return refuse("its relocations are damaged");
    const uint64_t relative = value(DT_RELACOUNT);
    return relocations_at(value(DT_RELA), value(DT_RELASZ), relative) &&
           relocations_at(value(DT_JMPREL), value(DT_PLTRELSZ), 0);
  }
  // The first `relative` of them are taken for relative ones whatever they say.
  bool relocations_at(uint64_t address, uint64_t size, uint64_t relative) {
    const uint64_t count = size / sizeof(Elf64_Rela);
    const bool is_sound = count <= kMostRelocations && size % sizeof(Elf64_Rela) == 0 && relative <= count &&
                          address % alignof(Elf64_Rela) == 0;
    const std::optional<uint64_t> offset = offset_of(address, size);
    if (!is_sound || (size != 0 && !offset)) return refuse("its relocations are damaged");
    for (uint64_t i = 0; i < count; ++i) {
      const Elf64_Rela found = *at_offset<Elf64_Rela>(*offset + i * sizeof(Elf64_Rela));
      if (!relocation(found) || (i < relative && ELF64_R_TYPE(found.r_info) != kRelative)) {
        return refuse("it has a relocation that no image has");
      }
    }
    return true;
  }
  bool relocation(const Elf64_Rela& found) const {
    const uint64_t place = found.r_offset;
    const bool changes_dynamic =
        place + sizeof(uint64_t) > dynamic_->p_vaddr && place < dynamic_->p_vaddr + dynamic_->p_memsz;
    if (!is_writable(place, sizeof(uint64_t)) || changes_dynamic) return false;
    const uint64_t type = ELF64_R_TYPE(found.r_info);
    if (type == kRelative) return is_mapped(static_cast<uint64_t>(found.r_addend), 0);
    if (std::ranges::find(kOfSymbols, type) == kOfSymbols.end()) return false;
    const std::optional<Elf64_Sym> of = symbol(ELF64_R_SYM(found.r_info));
    return of && of->st_shndx == SHN_UNDEF && of->st_name != 0;
  }

  std::span<const uint8_t> bytes_;
  CheckedLibrary library_;
  Elf64_Ehdr header_{};
  std::optional<Elf64_Phdr> dynamic_;
  std::map<int64_t, uint64_t> entries_;
  std::string_view texts_;
  uint32_t symbol_count_ = 0;
  bool has_plain_stack_ = false;
  bool has_image_ = false;
};

}  // namespace

CheckedLibrary check_library(std::span<const uint8_t> bytes) { return LibraryCheck(bytes).run(); }

bool is_cut_short(std::span<const uint8_t> bytes) {
  if (bytes.empty() || std::memcmp(bytes.data(), ELFMAG, std::min<size_t>(SELFMAG, bytes.size())) != 0) return false;
  Elf64_Ehdr header;
  if (bytes.size() < sizeof(header)) return true;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) return false;
  auto ends_within = [&](uint64_t offset, uint64_t size) {
    return size <= bytes.size() && offset <= bytes.size() - size;
  };
  if (!ends_within(header.e_shoff, uint64_t{header.e_shnum} * header.e_shentsize)) return true;
  if (!ends_within(header.e_phoff, uint64_t{header.e_phnum} * sizeof(Elf64_Phdr))) return true;
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part;
    std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof(part), sizeof(part));
    if (!ends_within(part.p_offset, part.p_filesz)) return true;
  }
  return false;
}

}  // namespace policy
