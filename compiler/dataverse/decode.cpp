#include "compiler/dataverse/decode.h"

#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <iterator>

#include "compiler/base/limits.h"

namespace policyc::dataverse {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";

unsigned byte_at(std::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

void append_utf8(std::string& out, uint32_t point) {
  auto add = [&](uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0 | point >> 6);
    add(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  }
}

Result<std::string> from_utf16(std::string_view bytes, bool little_endian) {
  if (bytes.size() % 2 != 0) return Failure{"UTF-16 text with an odd number of bytes"};
  auto unit = [&](size_t i) -> uint32_t {
    unsigned first = byte_at(bytes, i), second = byte_at(bytes, i + 1);
    return little_endian ? first | second << 8 : first << 8 | second;
  };
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); i += 2) {
    uint32_t point = unit(i);
    if (point >= 0xDC00 && point < 0xE000) return Failure{fmt::format("byte {}: half a UTF-16 character", i)};
    if (point >= 0xD800 && point < 0xDC00) {
      uint32_t low = i + 3 < bytes.size() ? unit(i + 2) : 0;
      if (low < 0xDC00 || low >= 0xE000) return Failure{fmt::format("byte {}: half a UTF-16 character", i)};
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      i += 2;
    }
    append_utf8(out, point);
  }
  return out;
}

// The length of the UTF-8 character at `i`, or 0 where there is none.
size_t utf8_length(std::string_view text, size_t i) {
  unsigned lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return 0;
  uint32_t point = lead & (0xFFu >> (length + 1));
  for (size_t k = 1; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xC0) != 0x80) return 0;
    point = point << 6 | (byte_at(text, i + k) & 0x3F);
  }
  bool too_long = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  bool surrogate = point >= 0xD800 && point < 0xE000;
  return too_long || surrogate || point > 0x10FFFF ? 0 : length;
}

Result<std::string> checked_utf8(std::string text) {
  for (size_t i = 0; i < text.size();) {
    size_t length = utf8_length(text, i);
    if (length == 0)
      return Failure{fmt::format("byte {} (0x{:02x}) is neither UTF-8 nor UTF-16 text", i, byte_at(text, i))};
    if (text[i] == '\0') return Failure{fmt::format("byte {} is zero, which is no text", i)};
    i += length;
  }
  return text;
}

}  // namespace

Result<std::string> decode_text(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) return checked_utf8(std::string(bytes.substr(kUtf8Mark.size())));
  bool marked_little = bytes.starts_with(kLittleEndianMark);
  bool marked_big = bytes.starts_with(kBigEndianMark);
  bool zero_second = bytes.size() > 1 && bytes[0] != '\0' && bytes[1] == '\0';
  bool zero_first = bytes.size() > 1 && bytes[0] == '\0' && bytes[1] != '\0';
  if (marked_little || marked_big || zero_second || zero_first) {
    std::string_view rest = marked_little || marked_big ? bytes.substr(2) : bytes;
    Result<std::string> text = from_utf16(rest, marked_little || (!marked_big && zero_second));
    return text ? checked_utf8(std::move(*text)) : std::move(text);
  }
  return checked_utf8(std::string(bytes));
}

Result<std::string> read_text(const std::filesystem::path& file) {
  std::error_code error;
  uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return Failure{"cannot be read: " + error.message()};
  if (size > limits::kSourceBytes)
    return Failure{fmt::format("{} bytes; at most {} are read", size, limits::kSourceBytes)};
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) return Failure{"cannot be read"};
  return decode_text(bytes);
}

}  // namespace policyc::dataverse
