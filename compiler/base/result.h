// Result<T>: a value, or the reason why the machine failed (a file, memory, the target).
//
//   Result<std::string> text = read_file(path);
//   if (!text) return Failure{text.error()};
//   use(*text);
//
// Mistakes of a policy's author are Diagnostics, not Results; mistakes of our own are assertions.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace policyc {

struct Failure {
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Failure failure) : state_(std::move(failure)) {}

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& operator*() { return std::get<T>(state_); }
  const T& operator*() const { return std::get<T>(state_); }
  T* operator->() { return &std::get<T>(state_); }
  const T* operator->() const { return &std::get<T>(state_); }
  const std::string& error() const { return std::get<Failure>(state_).message; }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace policyc
