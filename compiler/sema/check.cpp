// The order of the checks, and what concerns a file as a whole.
#include "compiler/sema/check.h"

#include "compiler/sema/checking.h"

namespace policyc {

namespace {

struct BookWord {
  std::string_view word;
  RuleBook book;
};
constexpr BookWord kRuleBooks[] = {{"guide", RuleBook::Guide}, {"dataverse", RuleBook::Dataverse}};

std::optional<RuleBook> rule_book_from_word(std::string_view word) {
  for (const BookWord& known : kRuleBooks) {
    if (known.word == word) return known.book;
  }
  return std::nullopt;
}

// `follows any`: a library file that fits under either book; checked on its own it is read as `dataverse`.
bool follows_any(const ast::Ast& module) { return module.header && module.header->follows.text == "any"; }

// None where the file has no header that could be read, fits under any book, or names an unknown one, which is
// reported.
std::optional<RuleBook> rule_book_of(Checking& checking, const ast::Ast& module) {
  if (!module.header || module.header->follows.missing() || follows_any(module)) return std::nullopt;
  const ast::Name& follows = module.header->follows;
  std::optional<RuleBook> book = rule_book_from_word(follows.text);
  if (!book) {
    checking.report_unknown(DiagnosticKind::UnknownRuleBook, follows, {"guide", "dataverse"}, follows.text)
        .note("rule books: `guide` and `dataverse`");
  }
  return book;
}

void check_headers(Checking& checking) {
  const ast::Ast& main = checking.main();
  std::optional<RuleBook> book = rule_book_of(checking, main);
  if (follows_any(main)) book = RuleBook::Dataverse;
  checking.policy.settings = Settings(book.value_or(RuleBook::Guide));
  if (main.header) checking.policy.name = main.header->name.text;
  for (const ast::Ast* module : checking.modules) {
    if (module == &main) continue;
    std::optional<RuleBook> other = rule_book_of(checking, *module);
    if (!book || !other || *other == *book) continue;
    const ast::Header& header = *module->header;
    checking.diagnostics
        .report(DiagnosticKind::RuleBookMismatch, header.follows.span, header.name.text, header.follows.text,
                main.header->follows.text)
        .label(main.header->follows.span, "this policy's rule book");
  }
}

// The words of a block that a file writes once at most; empty for other declarations.
std::string_view block_words(const ast::Declaration& declaration) {
  if (std::holds_alternative<ast::Organization>(declaration.value)) return "organization";
  if (std::holds_alternative<ast::Settings>(declaration.value)) return "settings";
  const auto* attributes = std::get_if<ast::AttributeBlock>(&declaration.value);
  if (!attributes) return {};
  return attributes->of == ast::AttributeBlock::Of::User ? "user" : "context";
}

Span span_of(const ast::Declaration& declaration) {
  return std::visit(
      [](const auto& value) {
        if constexpr (requires { value.span; }) return value.span;
        return Span{};
      },
      declaration.value);
}

// A used file was tested with its settings, and is not used with them.
void warn_of_settings(Checking& checking, const ast::Ast* module, std::string_view words, Span span) {
  if (module == &checking.main() || (words != "settings" && words != "organization")) return;
  checking.diagnostics.report(DiagnosticKind::SettingsOfUsedFile, span, fmt::format("`{} {{ }}`", words))
      .help("what the policy should decide by is written in the policy itself");
}

void check_blocks(Checking& checking) {
  for (const ast::Ast* module : checking.modules) {
    std::map<std::string_view, Span> first;
    for (const ast::Declaration& declaration : module->declarations) {
      std::string_view words = block_words(declaration);
      if (words.empty()) continue;
      Span span = span_of(declaration);
      auto [place, inserted] = first.try_emplace(words, span);
      if (inserted) {
        warn_of_settings(checking, module, words, span);
        continue;
      }
      checking.diagnostics.report(DiagnosticKind::RepeatedBlock, span, fmt::format("`{} {{ }}`", words))
          .label(place->second, "first written here");
    }
  }
}

}  // namespace

std::string Checking::suggest(std::string_view word, const std::vector<std::string_view>& candidates) {
  suggestion_work += candidates.size();
  if (suggestion_work > limits::kSuggestionWork) return {};
  return did_you_mean(word, candidates);
}

std::string any_of(const std::vector<std::string_view>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += fmt::format("`{}`", words[i]);
  }
  return text;
}

std::string owned(Ownership ownership, bool article) {
  std::string_view lead = !article ? "" : ownership == Ownership::Organization ? "an " : "a ";
  return fmt::format("{}{}-owned", lead, word(ownership));
}

std::string row_of(const Policy& policy, TableId table) {
  return fmt::format("row of `{}`", policy.tables[table].name);
}

CheckResult check(const std::vector<const ast::Ast*>& modules) {
  if (modules.empty()) return {};
  Checking checking(modules);
  check_headers(checking);
  check_blocks(checking);
  check_attributes(checking);
  check_privileges(checking);
  check_tables(checking);
  check_settings(checking);
  check_relationships(checking);
  check_roles(checking);
  check_covered_grants(checking);
  check_column_profiles(checking);
  check_flows(checking);
  check_escalations(checking);
  check_scenarios(checking);

  checking.diagnostics.sort();
  CheckResult result;
  if (!checking.damaged && !checking.diagnostics.has_errors()) result.policy = std::move(checking.policy);
  result.diagnostics = std::move(checking.diagnostics);
  return result;
}

}  // namespace policyc
