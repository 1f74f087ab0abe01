// Whether tables that come from outside are sound: every number points to something that is there, and every set, slot
// and offset lies within what it belongs to.
//
//   if (std::optional<std::string> fault = fault_of(tables)) refuse(*fault);     // "role 3 holds grant 99 of 40"
//
// What the compiler makes is sound; this is for bytes of a file.
#pragma once

#include <optional>
#include <string>

#include "runtime/organization/program_tables.h"

namespace policy {

// A sentence without its full stop; nothing where all is sound.
std::optional<std::string> fault_of(const ProgramTables& tables);

}  // namespace policy
