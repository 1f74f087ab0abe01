// Policies checked from text, for tests that assert what was said and where.
//
//   EXPECT_EQ(problems("role a includes b { }"), "E2001 `b` unknown role `b`\n");
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/check.h"
#include "compiler/syntax/parser.h"

namespace policyc::test {

struct Checked {
  SourceMap sources;
  std::vector<ParseResult> parsed;
  CheckResult result;
};

// Files in the order of check(): those that are used first, the policy itself last.
inline Checked check_files(const std::vector<std::string>& files) {
  Checked checked;
  std::vector<const ast::Ast*> modules;
  checked.parsed.reserve(files.size());
  for (const std::string& file : files) {
    checked.parsed.push_back(parse(checked.sources, checked.sources.add("test.policy", file)));
    modules.push_back(&checked.parsed.back().ast);
  }
  checked.result = check(modules);
  return checked;
}

inline Checked check_text(std::string_view body, std::string_view rule_book = "guide") {
  return check_files({"policy test follows " + std::string(rule_book) + "\n" + std::string(body)});
}

// A line for each diagnostic, the parser's first: code, the underlined text, message.
inline std::string listed(const Checked& checked) {
  std::string text;
  auto add = [&](const Diagnostic& diagnostic) {
    text += std::string(diagnostic_code(diagnostic.kind)) + " `" + std::string(checked.sources.text(diagnostic.span)) +
            "` " + diagnostic.message + "\n";
  };
  for (const ParseResult& parsed : checked.parsed) {
    for (const Diagnostic& diagnostic : parsed.diagnostics) add(diagnostic);
  }
  for (const Diagnostic& diagnostic : checked.result.diagnostics) add(diagnostic);
  return text;
}

inline std::string problems(std::string_view body, std::string_view rule_book = "guide") {
  return listed(check_text(body, rule_book));
}

// What stands under the first diagnostic: labels, notes, helps and fixes, a line each.
inline std::string details(std::string_view body, std::string_view rule_book = "guide") {
  Checked checked = check_text(body, rule_book);
  std::string text;
  if (checked.result.diagnostics.empty()) return text;
  const Diagnostic& first = *checked.result.diagnostics.begin();
  for (const Label& label : first.labels) {
    text += "label `" + std::string(checked.sources.text(label.span)) + "` " + label.text + "\n";
  }
  for (const std::string& note : first.notes) text += "note " + note + "\n";
  for (const std::string& help : first.helps) text += "help " + help + "\n";
  for (const Fix& fix : first.fixes) {
    text += "fix `" + std::string(checked.sources.text(fix.span)) + "` -> `" + fix.replacement + "` " + fix.text + "\n";
  }
  return text;
}

}  // namespace policyc::test
