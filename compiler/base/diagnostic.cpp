#include "compiler/base/diagnostic.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "compiler/base/limits.h"

namespace policyc {

namespace {

struct KindInfo {
  std::string_view name;
  std::string_view code;
  Severity severity;
  std::string_view message;
};

constexpr KindInfo kKinds[] = {
#define DIAGNOSTIC(name, code, severity, message) {#name, code, Severity::severity, message},
#include "compiler/base/diagnostic_kinds.def"
#undef DIAGNOSTIC
};

constexpr const KindInfo& info(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)]; }

size_t hash_of(const Diagnostic& diagnostic) {
  size_t hash = std::hash<std::string>{}(diagnostic.message);
  for (size_t part :
       {size_t{diagnostic.span.source.index}, size_t{diagnostic.span.begin}, size_t{diagnostic.span.end}}) {
    hash ^= part + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
  }
  return hash;
}

}  // namespace

std::string_view diagnostic_name(DiagnosticKind kind) { return info(kind).name; }
std::string_view diagnostic_code(DiagnosticKind kind) { return info(kind).code; }
std::string_view diagnostic_message(DiagnosticKind kind) { return info(kind).message; }
Severity diagnostic_severity(DiagnosticKind kind) { return info(kind).severity; }

std::vector<DiagnosticKind> all_diagnostic_kinds() {
  std::vector<DiagnosticKind> kinds;
  for (size_t i = 0; i < std::size(kKinds); ++i) kinds.push_back(static_cast<DiagnosticKind>(i));
  return kinds;
}

// --- Diagnostics

Diagnostics::Report& Diagnostics::Report::label(Span span, std::string text) {
  if (index_ < owner_.list_.size()) owner_.list_[index_].labels.push_back({span, std::move(text)});
  return *this;
}

Diagnostics::Report& Diagnostics::Report::note(std::string text) {
  if (index_ < owner_.list_.size() && !text.empty()) owner_.list_[index_].notes.push_back(std::move(text));
  return *this;
}

Diagnostics::Report& Diagnostics::Report::help(std::string text) {
  if (index_ < owner_.list_.size() && !text.empty()) owner_.list_[index_].helps.push_back(std::move(text));
  return *this;
}

Diagnostics::Report& Diagnostics::Report::fix(Span span, std::string replacement, std::string text) {
  if (index_ < owner_.list_.size()) {
    owner_.list_[index_].fixes.push_back({span, std::move(replacement), std::move(text)});
  }
  return *this;
}

bool Diagnostics::remember(const Diagnostic& diagnostic) {
  size_t hash = hash_of(diagnostic);
  auto [first, last] = by_hash_.equal_range(hash);
  for (; first != last; ++first) {
    const Diagnostic& known = list_[first->second];
    if (known.span == diagnostic.span && known.message == diagnostic.message) return false;
  }
  by_hash_.emplace(hash, list_.size());
  return true;
}

Diagnostics::Report Diagnostics::add(DiagnosticKind kind, Span span, std::string message) {
  Diagnostic diagnostic{kind, span, std::move(message), {}, {}, {}, {}};
  if (!remember(diagnostic)) return Report(*this, SIZE_MAX);
  if (diagnostic.severity() == Severity::Error) ++errors_;
  list_.push_back(std::move(diagnostic));
  return Report(*this, list_.size() - 1);
}

void Diagnostics::append(Diagnostics other) {
  for (Diagnostic& diagnostic : other.list_) {
    if (!remember(diagnostic)) continue;
    if (diagnostic.severity() == Severity::Error) ++errors_;
    list_.push_back(std::move(diagnostic));
  }
}

bool Diagnostics::has_errors() const { return errors_ > 0; }
size_t Diagnostics::error_count() const { return errors_; }

void Diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.source.index, a.span.begin) < std::tie(b.span.source.index, b.span.begin);
  });
  by_hash_.clear();
  for (size_t i = 0; i < list_.size(); ++i) by_hash_.emplace(hash_of(list_[i]), i);
}

// --- did you mean

namespace {

// Names longer than this are no slips of the keyboard.
constexpr size_t kLongestWord = 128;

std::string folded(std::string_view word) {
  std::string result;
  for (char c : word) {
    if (c == '_' || c == '-' || c == ' ') continue;
    result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return result;
}

// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`; above `limit`, any larger
// number.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t best = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
      best = std::min(best, row[j]);
    }
    if (best > limit + 1) return limit + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > kLongestWord) return {};
  size_t limit = std::max<size_t>(1, word.size() / 3);
  std::string folded_word = folded(word);
  std::string_view nearest;
  for (size_t i = 0; i < std::min(candidates.size(), limits::kSuggestionCandidates); ++i) {
    std::string_view candidate = candidates[i];
    if (candidate.empty() || candidate == word || candidate.size() > kLongestWord) continue;
    // Letter case and underscores count as one slip together, however many there are.
    std::string folded_candidate = folded(candidate);
    bool same_letters = !folded_word.empty() && folded_word == folded_candidate;
    size_t distance = same_letters ? 1
                                   : std::min(edit_distance(word, candidate, limit),
                                              edit_distance(folded_word, folded_candidate, limit) + 1);
    bool nothing_left = !same_letters && distance >= std::max(word.size(), candidate.size());
    if (distance > limit || nothing_left) continue;
    nearest = candidate;
    limit = distance - 1;
    if (limit == 0) break;
  }
  return nearest.empty() ? std::string() : fmt::format("did you mean `{}`?", nearest);
}

}  // namespace policyc
