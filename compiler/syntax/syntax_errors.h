// What the parser says about text that it cannot read: ANTLR's reports in the language's own words, and how reading
// goes on afterwards. One mistake gives one message: after an error nothing is reported until a token fits again, and
// reading goes on at the next item of the body, as lines and braces show it.
#pragma once

#include <antlr4-runtime.h>

#include <set>
#include <string>
#include <string_view>

#include "compiler/base/diagnostic.h"
#include "compiler/base/limits.h"

namespace policyc::syntax {

class TokenBuffer;

// Reports into `diagnostics`, up to limits::kSyntaxErrors; what comes after is dropped.
class ErrorSink {
 public:
  ErrorSink(Diagnostics& diagnostics, SourceId source, std::string_view text)
      : diagnostics_(diagnostics), source_(source), text_(text) {}

  template <typename... Args>
  Diagnostics::Report report(DiagnosticKind kind, uint32_t begin, uint32_t end, const Args&... args) {
    if (full()) return {diagnostics_, SIZE_MAX};
    if (++count_ > limits::kSyntaxErrors) {
      return diagnostics_.report(DiagnosticKind::TooManySyntaxErrors, span(begin, end), limits::kSyntaxErrors);
    }
    return diagnostics_.report(kind, span(begin, end), args...);
  }

  bool full() const { return count_ > limits::kSyntaxErrors; }
  Span span(uint32_t begin, uint32_t end) const { return {source_, begin, end}; }
  std::string_view text() const { return text_; }

 private:
  Diagnostics& diagnostics_;
  SourceId source_;
  std::string_view text_;
  size_t count_ = 0;
};

// A character as messages show it: "`%`", or "U+00A0" for what cannot be seen.
std::string shown_character(std::string_view text);

class PolicyErrorStrategy final : public antlr4::DefaultErrorStrategy {
 public:
  PolicyErrorStrategy(TokenBuffer& tokens, ErrorSink& errors) : tokens_(tokens), errors_(errors) {}

  void begin_section();
  // Tokens that were read as a name, but start the next item: the name is missing.
  const std::set<size_t>& misread() const { return misread_; }

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void sync(antlr4::Parser* parser) override;
  void reportMatch(antlr4::Parser* parser) override;

 private:
  struct Mistake {
    size_t found = 0;  // index of the token that does not fit
    antlr4::misc::IntervalSet expected;
    size_t rule = 0;       // what is being read
    bool is_item = false;  // a whole item of a body is expected
  };

  void report(antlr4::Parser* parser, Mistake mistake);
  bool report_misread_name(size_t found);
  void blame_earlier_token(Mistake& mistake);
  bool missing_list_colon(Mistake& mistake);
  bool missing_second_word(Mistake& mistake);
  bool looks_like_name(size_t index);
  static Mistake missing_name(size_t found, size_t rule);
  void say(const Mistake& mistake, const std::string& what);
  void explain(Diagnostics::Report& report, const Mistake& mistake);
  std::string describe(const Mistake& mistake);
  std::string found_text(size_t index);
  std::string token_text(const antlr4::Token& token);
  size_t next_item(size_t index, bool in_parentheses);
  size_t after_line(size_t index);
  size_t on_this_line(size_t type, size_t index);
  void skip_to_item_start(antlr4::Parser* parser);
  void remember_expected(size_t index, const antlr4::misc::IntervalSet& expected);

  TokenBuffer& tokens_;
  ErrorSink& errors_;
  std::set<size_t> misread_;
  // What could have stood at `expected_at_`: optional parts passed on the way.
  antlr4::misc::IntervalSet expected_;
  size_t expected_at_ = SIZE_MAX;
  // The last name read, and the rule that it belongs to.
  size_t name_at_ = SIZE_MAX;
  size_t name_rule_ = 0;
  // The last name at the start of a line that was read as part of the line before, and its rule.
  size_t doubtful_at_ = SIZE_MAX;
  size_t doubtful_rule_ = 0;
  // The place of the last recovery and the states seen there: coming back to one means that nothing was gained.
  size_t recovered_at_ = SIZE_MAX;
  std::set<size_t> recovered_states_;
};

}  // namespace policyc::syntax
