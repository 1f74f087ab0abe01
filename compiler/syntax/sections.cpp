#include "compiler/syntax/sections.h"

#include <algorithm>

#include "compiler/base/limits.h"

namespace policyc::syntax {

using grammar::PolicyLexer;

namespace {

// Tokens kept of a section that starts with no declaration; only its first is reported.
constexpr size_t kGarbageTokens = 1000;
// Marks a token that swallowed the rest of its line: what is missing behind it is no mistake of its own.
constexpr size_t kRepaired = 1;

bool one_of(size_t type, std::initializer_list<size_t> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// After one of these the next name belongs to what goes before, whatever it spells.
bool continues(size_t type) {
  return one_of(type,
                {PolicyLexer::COMMA, PolicyLexer::COLON, PolicyLexer::DOT, PolicyLexer::ARROW, PolicyLexer::BOTH_WAYS});
}

bool wants_name(size_t type) {
  return one_of(type, {PolicyLexer::OF, PolicyLexer::INCLUDES, PolicyLexer::BY, PolicyLexer::FOLLOWS});
}

}  // namespace

bool is_name(size_t type) { return type >= PolicyLexer::AS && type <= PolicyLexer::QUOTED_NAME; }

uint32_t token_begin(const antlr4::Token& token) { return static_cast<uint32_t>(token.getStartIndex()); }

uint32_t token_end(const antlr4::Token& token) {
  bool is_end = token.getType() == antlr4::Token::EOF;
  return static_cast<uint32_t>(is_end ? token.getStartIndex() : token.getStopIndex() + 1);
}

// --- TokenBuffer

void TokenBuffer::clear() {
  tokens_.clear();
  index_ = 0;
  cut = at_end_of_file = false;
  following = nullptr;
}

void TokenBuffer::push(TokenPtr token) {
  static_cast<antlr4::CommonToken*>(token.get())->setTokenIndex(tokens_.size());
  tokens_.push_back(std::move(token));
}

bool TokenBuffer::starts_line(size_t index) const {
  return index == 0 || tokens_[index - 1]->getLine() != tokens_[index]->getLine();
}

bool TokenBuffer::follows_repaired(size_t index) const {
  return index > 0 && tokens_[index - 1]->getChannel() == kRepaired;
}

antlr4::Token* TokenBuffer::LT(ssize_t k) {
  if (k < 0) {
    size_t back = static_cast<size_t>(-k);
    return back > index_ ? nullptr : tokens_[index_ - back].get();
  }
  return tokens_[std::min(index_ + static_cast<size_t>(k) - 1, tokens_.size() - 1)].get();
}

size_t TokenBuffer::LA(ssize_t k) {
  antlr4::Token* token = LT(k);
  return token == nullptr ? antlr4::Token::INVALID_TYPE : token->getType();
}

void TokenBuffer::consume() {
  if (index_ + 1 < tokens_.size()) ++index_;
}

// --- ByteStream

ByteStream::ByteStream(std::string_view text) : text_(text) {}

void ByteStream::consume() {
  if (index_ < text_.size()) ++index_;
}

size_t ByteStream::LA(ssize_t k) {
  size_t place = index_ + static_cast<size_t>(k) - (k > 0 ? 1 : 0);
  if (k == 0 || place >= text_.size()) return antlr4::IntStream::EOF;
  unsigned char byte = static_cast<unsigned char>(text_[place]);
  return byte < 0x80 ? byte : 0x01;
}

// --- SectionReader

SectionReader::SectionReader(std::string_view text, ErrorSink& errors)
    : text_(text), errors_(errors), bytes_(text), lexer_(&bytes_) {
  lexer_.removeErrorListeners();
  if (text.starts_with("\xef\xbb\xbf")) bytes_.seek(3);
}

bool SectionReader::next(TokenBuffer& section) {
  section.clear();
  open_.clear();
  depth_ = nots_ = 0;
  if (peek(0)->getType() == antlr4::Token::EOF || errors_.full()) return false;

  bool garbage = declaration_start() == Start::None;
  bool skipping = false;
  while (peek(0)->getType() != antlr4::Token::EOF && !errors_.full()) {
    if (section.size() > 0 && section_ends(section, skipping)) break;
    TokenPtr token = take();
    if (skipping) continue;
    if (too_deep(token->getType())) {
      errors_.report(DiagnosticKind::NestingTooDeep, token_begin(*token), token_end(*token), limits::kNestingDepth);
      section.cut = skipping = true;
      continue;
    }
    section.push(std::move(token));
    if (garbage && section.size() >= kGarbageTokens) section.cut = skipping = true;
  }
  finish(section);
  return true;
}

void SectionReader::finish(TokenBuffer& section) {
  antlr4::Token* following = peek(0);
  section.at_end_of_file = following->getType() == antlr4::Token::EOF;
  section.following = section.at_end_of_file ? nullptr : following;
  auto end = std::make_unique<antlr4::CommonToken>(static_cast<antlr4::CommonToken*>(following));
  end->setType(antlr4::Token::EOF);
  section.push(std::move(end));
}

// Sound tokens only: everything else is reported and dropped, or repaired.
void SectionReader::fetch() {
  for (;;) {
    TokenPtr token = lexer_.nextToken();
    size_t type = token->getType();
    uint32_t begin = token_begin(*token);
    if (type == PolicyLexer::UNEXPECTED) {
      size_t meant = report_unexpected(*token);
      if (meant == 0) continue;
      static_cast<antlr4::CommonToken*>(token.get())->setType(meant);
    }
    if (type == PolicyLexer::UNTERMINATED_COMMENT) {
      errors_.report(DiagnosticKind::UnterminatedComment, begin, begin + 2);
      continue;
    }
    if (type == PolicyLexer::UNTERMINATED_STRING) {
      errors_.report(DiagnosticKind::UnterminatedString, begin, token_end(*token));
      auto* string = static_cast<antlr4::CommonToken*>(token.get());
      string->setType(PolicyLexer::STRING);
      string->setChannel(kRepaired);
    }
    ahead_.push_back(std::move(token));
    return;
  }
}

// The token that was meant, or 0.
size_t SectionReader::report_unexpected(const antlr4::Token& token) {
  uint32_t begin = token_begin(token);
  bool same_run = begin == unexpected_end_;
  unexpected_end_ = begin + 1;
  if (same_run) return 0;
  uint32_t end = begin + 1;
  while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
  auto report =
      errors_.report(DiagnosticKind::UnexpectedCharacter, begin, end, shown_character(text_.substr(begin, 4)));
  switch (text_[begin]) {
    case '=':
      report.help("`==` compares");
      return PolicyLexer::EQUAL;
    case '&':
      report.help("conditions are joined by `and`");
      return PolicyLexer::AND;
    case '|':
      report.help("conditions are joined by `or`");
      return PolicyLexer::OR;
    case '!':
      report.help("`not` negates a condition");
      return PolicyLexer::NOT;
    case '\'':
      report.help("texts stand in double quotes");
      return 0;
    case '`':
      report.help("a name in backquotes ends in the same line");
      return 0;
    case '#':
      report.help("a comment starts with `//`");
      return 0;
    default:
      return 0;
  }
}

antlr4::Token* SectionReader::peek(size_t k) {
  while (ahead_.size() <= k && (ahead_.empty() || ahead_.back()->getType() != antlr4::Token::EOF)) fetch();
  return ahead_[std::min(k, ahead_.size() - 1)].get();
}

TokenPtr SectionReader::take() {
  peek(0);
  TokenPtr token = std::move(ahead_.front());
  ahead_.pop_front();
  last_line_ = token->getLine();
  last_type_ = token->getType();
  return token;
}

SectionReader::Start SectionReader::named_start(std::initializer_list<size_t> continuations) {
  if (!is_name(peek(1)->getType())) return Start::None;
  return one_of(peek(2)->getType(), continuations) ? Start::Certain : Start::Likely;
}

// Whether the tokens ahead start a declaration. Its keywords are names too, so what follows them counts.
SectionReader::Start SectionReader::declaration_start() {
  switch (peek(0)->getType()) {
    case PolicyLexer::POLICY:
      return named_start({PolicyLexer::FOLLOWS});
    case PolicyLexer::TABLE:
      return named_start({PolicyLexer::OWNED, PolicyLexer::STRING});
    case PolicyLexer::ROLE:
      return named_start(
          {PolicyLexer::LBRACE, PolicyLexer::INCLUDES, PolicyLexer::STRING, PolicyLexer::TEAM_PRIVILEGES_ONLY});
    case PolicyLexer::RELATIONSHIP:
      return named_start({PolicyLexer::COLON});
    case PolicyLexer::FLOW:
    case PolicyLexer::PLUGIN:
      return named_start({PolicyLexer::ON, PolicyLexer::STRING});
    case PolicyLexer::COLUMN_PROFILE:
      return named_start({PolicyLexer::LBRACE, PolicyLexer::STRING});
    case PolicyLexer::USE:
    case PolicyLexer::PRIVILEGE:
      return named_start({});
    case PolicyLexer::SCENARIO:
      return peek(1)->getType() == PolicyLexer::STRING ? Start::Certain : Start::None;
    case PolicyLexer::ORGANIZATION:
    case PolicyLexer::SETTINGS:
    case PolicyLexer::USER:
    case PolicyLexer::CONTEXT:
      return peek(1)->getType() == PolicyLexer::LBRACE ? Start::Block : Start::None;
    default:
      return Start::None;
  }
}

// Within braces only what is certain ends a section, and only at the section's own column or left of it: then a closing
// brace is missing.
bool SectionReader::section_ends(TokenBuffer& section, bool skipping) {
  if (peek(0)->getLine() == last_line_) return false;
  Start start = declaration_start();
  if (start == Start::None) return false;
  if (!open_.empty() || skipping) {
    return start == Start::Certain && peek(0)->getCharPositionInLine() <= section.at(0)->getCharPositionInLine();
  }
  if (start == Start::Certain) return true;
  if (section.size() == 1 || continues(last_type_)) return false;
  return start == Start::Likely || !wants_name(last_type_);
}

bool SectionReader::too_deep(size_t type) {
  switch (type) {
    case PolicyLexer::LBRACE:
    case PolicyLexer::LPAREN:
      open_.push_back({type == PolicyLexer::LBRACE, depth_});
      depth_ += nots_ + 1;
      nots_ = 0;
      break;
    case PolicyLexer::RBRACE:
      close(true);
      break;
    case PolicyLexer::RPAREN:
      close(false);
      break;
    case PolicyLexer::NOT:
      ++nots_;
      break;
    default:
      nots_ = 0;
  }
  return depth_ + nots_ > limits::kNestingDepth;
}

// A brace closes the parentheses left open within it; a parenthesis closes no brace.
void SectionReader::close(bool brace) {
  nots_ = 0;
  if (brace) {
    while (!open_.empty() && !open_.back().is_brace) open_.pop_back();
  }
  if (open_.empty() || open_.back().is_brace != brace) return;
  depth_ = open_.back().depth_outside;
  open_.pop_back();
}

}  // namespace policyc::syntax
