// What somebody does, in words: the verb, and which parts go with it.
//
//   const OperationForm* form = find_form("assigns", Person::Third);     // in `when`
//   form->takes & OperationPart::kOther                                  // `to ana`
//
// `move` is one verb for rows, users and teams; its kind is decided by what is moved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/facts/operation.h"

namespace policyc {

enum class Person : uint8_t { Third, Infinitive };  // `ana assigns t1`, `ana may assign t1`

struct OperationPart {
  enum : uint16_t {
    kColumn = 1 << 0,   // target.column
    kTable = 1 << 1,    // target: table
    kOwner = 1 << 2,    // owned by
    kUnit = 1 << 3,     // in
    kOther = 1 << 4,    // to, with, from, into
    kRights = 1 << 5,   // for
    kThrough = 1 << 6,  // through
    kValues = 1 << 7,   // { }
  };
};

struct OperationForm {
  OperationKind kind;
  std::string_view infinitive;
  std::string_view third;
  std::string_view connector;  // before the other one; empty where there is none
  uint16_t needs;
  uint16_t may_have;
  std::string_view parts;  // what follows the verb

  // A column is shared in events alone.
  uint16_t takes(Person person) const {
    bool in_event = person == Person::Third;
    return static_cast<uint16_t>(needs | (in_event ? may_have : may_have & ~OperationPart::kColumn));
  }
  std::string_view verb(Person person) const { return person == Person::Third ? third : infinitive; }
  std::string text(Person person) const { return std::string(verb(person)) + " " + std::string(parts); }
};

const OperationForm* find_form(std::string_view verb, Person person);
std::vector<std::string_view> verbs(Person person);
// The verbs that take a part; of kOther, those with this connector.
std::vector<std::string_view> verbs_that_take(uint16_t part, std::string_view connector, Person person);

}  // namespace policyc
