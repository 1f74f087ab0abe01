// How libpolicy_jit makes a program handle of libpolicy, of which it has the C++ inside. Not for hosts.
//
//   policy_program* program = policy_program_adopt(POLICYC_VERSION, &source);    // null: another version
#pragma once

#include "runtime/abi/handles.h"

extern "C" POLICY_API policy_program* policy_program_adopt(const char* version, policy::ProgramSource* source);
