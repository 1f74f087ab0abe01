// A policy's tokens, cut into sections: about one declaration each.
//
// A section ends where the next declaration starts, as far as tokens tell: its keyword and what follows it, at the
// start of a line. So one mistake cannot spoil what comes after, and the parse tree of one section is all that is in
// memory. Whatever is wrong with characters, brackets and strings is reported here; the parser sees sound tokens only.
#pragma once

#include <antlr4-runtime.h>

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "compiler/syntax/syntax_errors.h"
#include "policyc_grammar/PolicyLexer.h"

namespace policyc::syntax {

// A CommonToken: the lexer keeps its usual factory.
using TokenPtr = std::unique_ptr<antlr4::Token>;

// One section's tokens, as ANTLR wants them. The last is always EOF; its place is where the section ends.
class TokenBuffer final : public antlr4::TokenStream {
 public:
  void clear();
  void push(TokenPtr token);
  bool cut = false;             // the rest of the section was not kept: its end is no mistake
  bool at_end_of_file = false;  // the section is the last
  // The first token of the next section; null at the end of the file.
  antlr4::Token* following = nullptr;

  antlr4::Token* at(size_t index) const { return tokens_[index].get(); }
  size_t type(size_t index) const { return tokens_[index]->getType(); }
  bool starts_line(size_t index) const;
  bool follows_repaired(size_t index) const;

  antlr4::Token* LT(ssize_t k) override;
  size_t LA(ssize_t k) override;
  void consume() override;
  size_t index() override { return index_; }
  void seek(size_t index) override { index_ = std::min(index, tokens_.size() - 1); }
  size_t size() override { return tokens_.size(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  antlr4::Token* get(size_t index) const override { return tokens_.at(index).get(); }
  antlr4::TokenSource* getTokenSource() const override { return tokens_.back()->getTokenSource(); }
  // Nobody asks a token for its text: places index the file.
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }
  std::string getSourceName() const override { return {}; }

 private:
  std::vector<TokenPtr> tokens_;
  size_t index_ = 0;
};

// The file's bytes, one character each; those above 0x7f as 0x01, which keeps the lexer within its table.
class ByteStream final : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view text);
  void consume() override;
  size_t LA(ssize_t k) override;
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return index_; }
  void seek(size_t index) override { index_ = std::min(index, text_.size()); }
  size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string toString() const override { return {}; }

 private:
  std::string_view text_;
  size_t index_ = 0;
};

class SectionReader {
 public:
  SectionReader(std::string_view text, ErrorSink& errors);
  // The next section; false at the end of the file. A section has one token besides EOF at least.
  bool next(TokenBuffer& section);

 private:
  enum class Start : uint8_t { None, Block, Likely, Certain };

  antlr4::Token* peek(size_t k);
  TokenPtr take();
  void fetch();
  size_t report_unexpected(const antlr4::Token& token);
  Start declaration_start();
  Start named_start(std::initializer_list<size_t> continuations);
  bool section_ends(TokenBuffer& section, bool skipping);
  bool too_deep(size_t type);
  void close(bool brace);
  void finish(TokenBuffer& section);

  std::string_view text_;
  ErrorSink& errors_;
  ByteStream bytes_;
  grammar::PolicyLexer lexer_;
  std::deque<TokenPtr> ahead_;
  size_t last_line_ = 0;  // of the token taken last
  size_t last_type_ = 0;
  size_t unexpected_end_ = SIZE_MAX;  // where the last run of unexpected characters ended
  // Nesting: one entry for each open bracket. `not` counts as well, it recurses like one.
  struct Open {
    bool is_brace;
    size_t depth_outside;
  };
  std::vector<Open> open_;
  size_t depth_ = 0;
  size_t nots_ = 0;
};

bool is_name(size_t token_type);
// The place of a token, without its source.
uint32_t token_begin(const antlr4::Token& token);
uint32_t token_end(const antlr4::Token& token);

}  // namespace policyc::syntax
