// How libpolicy_jit makes a program handle of libpolicy, of which it has the C++ inside. Not for hosts.
//
//   policy_program* program = policy_program_adopt(POLICYC_VERSION, __VERSION__, &source);    // null: another build
#pragma once

#include "runtime/abi/handles.h"

extern "C" POLICY_API policy_program* policy_program_adopt(const char* version, const char* compiler,
                                                           policy::ProgramSource* source);
