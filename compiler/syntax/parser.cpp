// The boundary of ANTLR: bytes in, Ast and diagnostics out, and no exception passes.
//
// Each section of the file (sections.h) is parsed on its own, first the fast way (SLL prediction, which stops at the
// first error), and where that fails again with full prediction and error recovery.
#include "compiler/syntax/parser.h"

#include "compiler/base/limits.h"
#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/sections.h"
#include "compiler/syntax/syntax_errors.h"
#include "policyc_grammar/PolicyParser.h"

namespace policyc {

namespace {

using antlr4::atn::ParserATNSimulator;
using antlr4::atn::PredictionMode;
using grammar::PolicyLexer;
using grammar::PolicyParser;

// Length of the UTF-8 character at the start of `text`; 0 where there is none.
size_t utf8_length(std::string_view text) {
  auto byte = [&text](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto follows = [&byte](size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    bool overlong = first == 0xe0 && byte(1) < 0xa0;
    bool surrogate = first == 0xed && byte(1) > 0x9f;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    bool overlong = first == 0xf0 && byte(1) < 0x90;
    bool too_high = first == 0xf4 && byte(1) > 0x8f;
    return follows(1) && follows(2) && follows(3) && !overlong && !too_high ? 4 : 0;
  }
  return 0;
}

void check_utf8(std::string_view text, syntax::ErrorSink& errors) {
  for (size_t i = 0; i < text.size();) {
    size_t length = utf8_length(text.substr(i, 4));
    if (length == 0) {
      uint32_t place = static_cast<uint32_t>(i);
      errors.report(DiagnosticKind::InvalidUtf8, place, place + 1, static_cast<unsigned char>(text[i]));
      return;
    }
    i += length;
  }
}

class FileParser {
 public:
  FileParser(std::string_view text, syntax::ErrorSink& errors)
      : errors_(errors),
        sections_(text, errors),
        strategy_(std::make_shared<syntax::PolicyErrorStrategy>(tokens_, errors)) {}

  void run(ast::Ast& ast) {
    bool first = true;
    while (sections_.next(tokens_)) {
      check_header(first);
      first = false;
      parse_section(ast);
      if (tokens_.at_end_of_file) break;
    }
    if (first && !errors_.full()) report_missing_header(0, 0);
  }

 private:
  void report_missing_header(uint32_t begin, uint32_t end) {
    errors_.report(DiagnosticKind::MissingHeader, begin, end)
        .note("the rule book that a policy follows decides what the platform leaves open");
  }

  void check_header(bool first) {
    const antlr4::Token& token = *tokens_.at(0);
    bool is_header = token.getType() == PolicyLexer::POLICY;
    if (first && !is_header) report_missing_header(syntax::token_begin(token), syntax::token_end(token));
    if (!first && is_header) {
      errors_
          .report(DiagnosticKind::DeclarationExpected, syntax::token_begin(token), syntax::token_end(token), "`policy`")
          .note("the header of a policy stands at its start, once");
    }
  }

  void parse_section(ast::Ast& ast) {
    if (!parser_) parser_ = std::make_unique<PolicyParser>(&tokens_);
    PolicyParser::FileContext* tree = parse_fast();
    if (tree == nullptr) tree = parse_with_recovery();
    syntax::build_ast(*tree, strategy_->misread(), errors_, ast);
    parser_->getTreeTracker().reset();
  }

  void prepare(PredictionMode mode, const std::shared_ptr<antlr4::ANTLRErrorStrategy>& strategy) {
    tokens_.seek(0);
    parser_->setTokenStream(&tokens_);  // also frees the tree of the try before
    parser_->removeErrorListeners();
    parser_->setErrorHandler(strategy);
    parser_->getInterpreter<ParserATNSimulator>()->setPredictionMode(mode);
  }

  PolicyParser::FileContext* parse_fast() {
    strategy_->begin_section();
    prepare(PredictionMode::SLL, bail_);
    try {
      return parser_->file();
    } catch (const antlr4::ParseCancellationException&) {
      return nullptr;
    }
  }

  PolicyParser::FileContext* parse_with_recovery() {
    prepare(PredictionMode::LL, strategy_);
    return parser_->file();
  }

  syntax::ErrorSink& errors_;
  syntax::SectionReader sections_;
  syntax::TokenBuffer tokens_;
  std::shared_ptr<syntax::PolicyErrorStrategy> strategy_;
  std::shared_ptr<antlr4::ANTLRErrorStrategy> bail_ = std::make_shared<antlr4::BailErrorStrategy>();
  std::unique_ptr<PolicyParser> parser_;
};

}  // namespace

ParseResult parse(const SourceMap& sources, SourceId source) {
  ParseResult result;
  std::string_view text = sources.text(source);
  syntax::ErrorSink errors(result.diagnostics, source, text);
  if (text.size() > limits::kSourceBytes) {
    errors.report(DiagnosticKind::FileTooLarge, 0, 0, text.size(), limits::kSourceBytes);
    return result;
  }
  try {
    check_utf8(text, errors);
    FileParser(text, errors).run(result.ast);
  } catch (const std::exception&) {
    // Nothing in the text throws; what is left is memory that ran out, and then the file was too large for it.
    result.diagnostics.report(DiagnosticKind::FileTooLarge, Span{source, 0, 0}, text.size(), text.size() - 1);
  }
  result.ast.damaged = result.diagnostics.has_errors();
  result.diagnostics.sort();
  return result;
}

}  // namespace policyc
