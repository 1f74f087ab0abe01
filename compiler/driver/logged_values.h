// Attributes as a log writes them, in the bytes that a program reads.
//
//   LoggedValues values(ir.user_layout, subject.attributes, choices);
//   values.bytes();                                       // good as long as `values` is
//   values.is_missing(2);                                 // the log does not hold that attribute
//   values.lost_label(2);                                 // nor one of the labels that it has now
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/ir/decision_ir.h"
#include "compiler/sema/policy.h"

namespace policyc {

// Labels of choices by number. One that the policy does not have is a number of its own: it equals none of the
// policy's.
class ChoiceNumbers {
 public:
  explicit ChoiceNumbers(const std::vector<std::string>& labels);
  uint32_t number_of(const std::string& label);

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
};

class LoggedValues {
 public:
  // `attributes`: of the policy, which the layout's fields are of.
  LoggedValues(const AttributeLayout& layout, const std::vector<Attribute>& attributes, const nlohmann::json& logged,
               ChoiceNumbers& choices);

  const std::vector<uint64_t>& words() const { return words_; }
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(words_.data()); }
  // By presence bit: the log does not hold it, or its value is none of the type that it has now.
  bool is_missing(uint32_t presence) const { return missing_[presence]; }
  // By presence bit: the label that it had, where it does not have that any more; else empty.
  std::string_view lost_label(uint32_t presence) const { return lost_labels_[presence]; }

 private:
  std::vector<uint64_t> words_;
  std::vector<Value> values_;  // whose texts the bytes point to
  std::vector<bool> missing_;
  std::vector<std::string> lost_labels_;
};

}  // namespace policyc
