// Numbers and texts to bytes and back, by one description of what a struct holds.
//
//   void describe(auto& archive, Of<Place> auto& place) { archive(place.file, place.line, place.column); }
//
//   ByteWriter writer;
//   writer(place);                                               // writer.bytes()
//   ByteReader reader(bytes);
//   reader(place);
//   if (!reader.is_at_end()) fail(reader.error());
//
// Numbers take a byte for every 7 bits; texts and lists begin with how many there are. A reader that has met a mistake
// reads zeros from then on and keeps the first error. It holds no more elements than there were bytes.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "runtime/image/image_limits.h"

namespace policy {

template <typename Entry, typename Described>
concept Of = std::same_as<std::remove_const_t<Entry>, Described>;

// The greatest value of an enum that is described: `template <> struct LastOf<E> { static constexpr E value = ...; };`
template <typename Enum>
struct LastOf;

class ByteWriter {
 public:
  template <typename... Values>
  void operator()(const Values&... values) {
    (write(values), ...);
  }
  const std::vector<uint8_t>& bytes() const { return bytes_; }
  std::vector<uint8_t> take() { return std::move(bytes_); }

 private:
  void number(uint64_t value);
  void write(const std::string& text);
  template <typename Value>
    requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
  void write(Value value) {
    number(static_cast<uint64_t>(value));
  }
  template <typename Entry>
  void write(const std::vector<Entry>& entries) {
    number(entries.size());
    for (const Entry& entry : entries) write(entry);
  }
  template <typename Entry, size_t count>
  void write(const std::array<Entry, count>& entries) {
    for (const Entry& entry : entries) write(entry);
  }
  template <typename Entry>
    requires std::is_class_v<Entry>
  void write(const Entry& entry) {
    describe(*this, entry);
  }

  std::vector<uint8_t> bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (read(values), ...);
  }
  bool is_at_end() const { return error_.empty() && rest_.empty(); }
  bool failed() const { return !error_.empty(); }
  // Empty where everything was there.
  const std::string& error() const { return error_; }

 private:
  void fail(const char* error);
  uint64_t number(uint64_t last);
  // How many elements follow; each takes a byte at least.
  size_t count();
  void read(std::string& text);
  template <typename Value>
    requires std::is_integral_v<Value>
  void read(Value& value) {
    value = static_cast<Value>(number(std::numeric_limits<Value>::max()));
  }
  template <typename Value>
    requires std::is_enum_v<Value>
  void read(Value& value) {
    value = static_cast<Value>(number(static_cast<uint64_t>(LastOf<Value>::value)));
  }
  template <typename Entry>
  void read(std::vector<Entry>& entries) {
    entries.clear();
    for (size_t left = count(); left > 0 && !failed(); --left) read(entries.emplace_back());
  }
  template <typename Entry, size_t size>
  void read(std::array<Entry, size>& entries) {
    for (Entry& entry : entries) read(entry);
  }
  template <typename Entry>
    requires std::is_class_v<Entry>
  void read(Entry& entry) {
    describe(*this, entry);
  }

  std::span<const uint8_t> rest_;
  std::string error_;
};

}  // namespace policy
