// The XML of a solution to plain values. One reader serves the unpacked files and the packed customizations.xml: what
// an element means does not depend on the file it stands in.
#pragma once

#include <string>
#include <string_view>

#include "compiler/dataverse/solution.h"

namespace policyc::dataverse {

// Adds what `text` holds to the solution; gives the mistake where the text is no XML, else an empty string.
std::string read_xml(std::string_view text, const std::string& file, Solution& solution);

}  // namespace policyc::dataverse
