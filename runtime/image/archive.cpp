#include "runtime/image/archive.h"

namespace policy {

void ByteWriter::number(uint64_t value) {
  for (; value > 0x7f; value >>= 7) bytes_.push_back(static_cast<uint8_t>(value | 0x80));
  bytes_.push_back(static_cast<uint8_t>(value));
}

void ByteWriter::write(const std::string& text) {
  number(text.size());
  bytes_.insert(bytes_.end(), text.begin(), text.end());
}

void ByteReader::fail(const char* error) {
  if (error_.empty()) error_ = error;
  rest_ = {};
}

// The shortest way to write a number is the only one, so that equal tables are equal bytes.
uint64_t ByteReader::number(uint64_t last) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    const uint64_t bits = byte & 0x7fu;
    const bool fits = bits << shift >> shift == bits && (bits != 0 || shift == 0 || (byte & 0x80u) != 0);
    if (!fits) break;
    value |= bits << shift;
    if ((byte & 0x80u) != 0) continue;
    if (value <= last) return value;
    fail("a number is greater than any that belongs there");
    return 0;
  }
  fail("a number is cut short or too long");
  return 0;
}

size_t ByteReader::count() {
  const uint64_t count = number(std::numeric_limits<uint64_t>::max());
  if (count <= rest_.size()) return static_cast<size_t>(count);
  fail("a list is longer than what is left");
  return 0;
}

void ByteReader::read(std::string& text) {
  const size_t size = count();
  if (size > kLongestText) {
    fail("a text is too long");
    return;
  }
  text.assign(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(size));
  rest_ = rest_.subspan(size);
  if (text.find('\0') != std::string::npos) fail("a text holds a zero byte");
}

}  // namespace policy
