// A cloud flow's JSON to plain values: its Dataverse trigger and its Dataverse steps at any depth.
#pragma once

#include <string>
#include <string_view>

#include "compiler/dataverse/solution.h"

namespace policyc::dataverse {

// Fills `flow`; gives the mistake where the text is no JSON, else an empty string.
std::string read_flow(std::string_view text, Flow& flow);

}  // namespace policyc::dataverse
