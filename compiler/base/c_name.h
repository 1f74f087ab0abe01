// Names of a policy as names of C and C++. A name in backticks may hold anything; these hold letters, digits and `_`.
//
//   c_name("boat trip")     "boat_trip"
//   c_name("7seas")         "_7seas"
//   c_name("class")         "class_"
//   image_symbol("crm")     "crm_image": what `policyc build FILE -o crm.o` defines
#pragma once

#include <string>
#include <string_view>

namespace policyc {

// Two names may become one: who needs them apart tells them apart. Never empty, and no keyword.
std::string c_name(std::string_view name);

// What names of one policy begin with in its header; never `policy`, which is the library's.
std::string c_prefix(std::string_view policy_name);

std::string image_symbol(std::string_view policy_name);

}  // namespace policyc
