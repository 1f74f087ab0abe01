// Literals as values of an attribute's type.
#pragma once

#include "compiler/sema/checking.h"

namespace policyc {

// An attribute where it is used: which it is, and what is known about its type.
struct AttributeUse {
  const Attribute* attribute = nullptr;
  bool typed = false;
  uint32_t choice_set = 0;
};

AttributeUse use_of(const std::vector<Attribute>& attributes, const AttributeNames& names, uint32_t index);

// The value that `literal` has as `use`. None where it is no such value, which is reported, or where the attribute's
// own type was not understood. `null` is null of the type.
std::optional<Value> value_of(Checking& checking, const ast::Literal& literal, const AttributeUse& use);

// A literal that the parser could not read.
inline bool missing(const ast::Literal& literal) {
  return literal.kind == ast::Literal::Kind::Null && literal.text.empty();
}

// A literal as its author wrote it: strings with their quotes.
std::string written(const ast::Literal& literal);

}  // namespace policyc
