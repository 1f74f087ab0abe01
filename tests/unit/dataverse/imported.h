// Looks into what an import gave.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/dataverse/import.h"
#include "compiler/sema/check.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"

namespace policyc {

template <typename T>
std::vector<const T*> all_of(const ast::Ast& ast) {
  std::vector<const T*> found;
  for (const ast::Declaration& declaration : ast.declarations) {
    if (const T* value = std::get_if<T>(&declaration.value)) found.push_back(value);
  }
  return found;
}

template <typename T>
const T* named(const ast::Ast& ast, std::string_view name) {
  for (const T* value : all_of<T>(ast)) {
    if (value->name.text == name) return value;
  }
  return nullptr;
}

inline std::string joined(const std::vector<ast::Name>& names) {
  std::string out;
  for (const ast::Name& name : names) out += (out.empty() ? "" : " ") + name.text;
  return out;
}

// "create write at user; read at business_unit", or nothing where the role has no grant on the table.
inline std::string grants_on(const ast::Role& role, std::string_view table) {
  std::string out;
  for (const ast::TableGrants& grants : role.tables) {
    if (grants.table.text != table) continue;
    for (const ast::Grant& grant : grants.grants) {
      out += (out.empty() ? "" : "; ") + joined(grant.rights) + " at " + grant.level.text;
    }
  }
  return out;
}

inline const Listed* listed_about(const std::vector<Listed>& list, std::string_view what) {
  auto found = std::ranges::find_if(list, [&](const Listed& l) { return l.what.find(what) != std::string::npos; });
  return found == list.end() ? nullptr : &*found;
}

// The errors of the policy that the import wrote, a line each; empty where it compiles.
inline std::string errors_of(const ast::Ast& ast) {
  SourceMap sources;
  ParseResult parsed = parse(sources, sources.add("imported.policy", print(ast)));
  CheckResult checked = check({&parsed.ast});
  parsed.diagnostics.append(checked.diagnostics);
  std::string out;
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    if (diagnostic.severity() != Severity::Error) continue;
    out += std::to_string(sources.line_column(diagnostic.span).line) + ": " + diagnostic.message + "\n";
  }
  return out;
}

}  // namespace policyc
