// What the compiler says about a policy: one Diagnostic for each mistake, with its exact place.
//
//   diagnostics.report(DiagnosticKind::UnknownName, name.span, "role", name.text)
//       .label(declared.span, "`caseworker` declared here")
//       .help("did you mean `caseworker`?");
//
// Kinds, codes, severities and messages stand in diagnostic_kinds.def, and nowhere else. Wording: lowercase, what was
// seen and not what is forbidden, the author's words in backticks, no full stop. A `fix` keeps or narrows access;
// whatever could widen it is a `help`.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/base/source.h"

namespace policyc {

enum class Severity : uint8_t { Error, Warning };

enum class DiagnosticKind : uint16_t {
#define DIAGNOSTIC(name, code, severity, message) name,
#include "compiler/base/diagnostic_kinds.def"
#undef DIAGNOSTIC
};

std::string_view diagnostic_name(DiagnosticKind kind);     // "UnknownName"
std::string_view diagnostic_code(DiagnosticKind kind);     // "E2001"
std::string_view diagnostic_message(DiagnosticKind kind);  // the fmt pattern
Severity diagnostic_severity(DiagnosticKind kind);
// Every kind, in the order of the list.
std::vector<DiagnosticKind> all_diagnostic_kinds();

struct Label {
  Span span;
  std::string text;
};

// An edit that a tool may apply unasked: replace `span` by `replacement`.
struct Fix {
  Span span;
  std::string replacement;
  std::string text;  // "remove the grant"
};

struct Diagnostic {
  DiagnosticKind kind;
  Span span;
  std::string message;
  std::vector<Label> labels;
  std::vector<std::string> notes;
  std::vector<std::string> helps;
  std::vector<Fix> fixes;

  Severity severity() const { return diagnostic_severity(kind); }
};

// Collects what a phase reports. A message at the same place with the same text is kept once.
class Diagnostics {
 public:
  // Adds to the diagnostic just reported; use it within the statement.
  class Report {
   public:
    Report(Diagnostics& owner, size_t index) : owner_(owner), index_(index) {}
    Report& label(Span span, std::string text);
    Report& note(std::string text);
    Report& help(std::string text);
    Report& fix(Span span, std::string replacement, std::string text);

   private:
    Diagnostics& owner_;
    size_t index_;  // past the list's end where the report was a repetition: nothing is added then
  };

  template <typename... Args>
  Report report(DiagnosticKind kind, Span span, const Args&... args) {
    return add(kind, span, fmt::format(fmt::runtime(diagnostic_message(kind)), args...));
  }

  void append(Diagnostics other);
  bool has_errors() const;
  size_t error_count() const;
  bool empty() const { return list_.empty(); }
  size_t size() const { return list_.size(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

  // By source and place; errors and warnings at one place in the order reported.
  void sort();

 private:
  Report add(DiagnosticKind kind, Span span, std::string message);
  bool remember(const Diagnostic& diagnostic);  // false: a repetition

  std::vector<Diagnostic> list_;
  std::unordered_multimap<size_t, size_t> by_hash_;  // of place and text, to the index in the list
  size_t errors_ = 0;
};

// "did you mean `x`?" for the nearest of `candidates`, or an empty string where none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace policyc
