// Names of one kind within one policy or scenario, with the place where each was declared first.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/syntax/ast.h"

namespace policyc {

// Views the texts of an Ast, which outlives it. A missing name (the parser complained) is neither declared nor found.
template <typename IdType>
class NameTable {
 public:
  struct Entry {
    IdType id;
    Span span;
  };

  // The earlier declaration of this name, or null where it is the first.
  const Entry* declare(const ast::Name& name, IdType id) {
    if (name.missing()) return nullptr;
    auto [place, inserted] = entries_.try_emplace(name.text, Entry{id, name.span});
    if (!inserted) return &place->second;
    names_.push_back(name.text);
    return nullptr;
  }

  const Entry* find(std::string_view name) const {
    auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }

  // In the order of declaration.
  const std::vector<std::string_view>& names() const { return names_; }

 private:
  std::unordered_map<std::string_view, Entry> entries_;
  std::vector<std::string_view> names_;
};

}  // namespace policyc
