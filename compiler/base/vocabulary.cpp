#include "compiler/base/vocabulary.h"

namespace policyc {

namespace {

constexpr std::string_view kRightWords[] = {
#define RIGHT(word, Name, bit) #word,
#include "policy/rights.def"
#undef RIGHT
};
constexpr std::string_view kLevelWords[] = {"none", "user", "business_unit", "parent_child", "organization"};
constexpr std::string_view kOwnershipWords[] = {"user", "business_unit", "organization"};
constexpr std::string_view kReasonWords[] = {
#define REASON(word, Name, meaning) #word,
#include "policy/reasons.def"
#undef REASON
};
constexpr std::string_view kReasonMeanings[] = {
#define REASON(word, Name, meaning) meaning,
#include "policy/reasons.def"
#undef REASON
};

template <typename Enum, size_t N>
std::optional<Enum> find_word(const std::string_view (&words)[N], std::string_view word) {
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view word(Right right) { return kRightWords[static_cast<size_t>(right)]; }
std::string_view word(Level level) { return kLevelWords[static_cast<size_t>(level)]; }
std::string_view word(Ownership ownership) { return kOwnershipWords[static_cast<size_t>(ownership)]; }
std::string_view word(Reason reason) { return kReasonWords[static_cast<size_t>(reason)]; }
std::string_view meaning(Reason reason) { return kReasonMeanings[static_cast<size_t>(reason)]; }

std::optional<Right> right_from_word(std::string_view word) { return find_word<Right>(kRightWords, word); }
std::optional<Level> level_from_word(std::string_view word) { return find_word<Level>(kLevelWords, word); }
std::optional<Reason> reason_from_word(std::string_view word) { return find_word<Reason>(kReasonWords, word); }

}  // namespace policyc
