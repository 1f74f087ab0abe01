// An object file to a shared library, by LLD in this process. Any number of threads may call it: they take turns.
//
//   Result<std::string> library = link_library(object);
//   if (!library) fail(library.error());                         // what LLD had to say
//
// The library depends on no other, binds everything when it is loaded, and has no page that is both written and run.
#pragma once

#include <string>

#include "compiler/base/result.h"

namespace policyc {

Result<std::string> link_library(const std::string& object);

}  // namespace policyc
