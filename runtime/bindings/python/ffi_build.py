"""Writes the extension `policyc._policy`: the C interface as policy/policy.h has it.

    POLICYC_INCLUDE=runtime/include POLICYC_LIBRARY=build/runtime/libpolicy.so python ffi_build.py

The declarations are the header's own, put through the C preprocessor, so nothing is written a second time; the C
compiler then compares every struct and function with the header. policy/jit.h is in another library, which is loaded
when a program asks for it: its functions become types of function pointers, `policy_jit_compile_t` and so on.
"""

import os
import pathlib
import re
import subprocess
import tempfile

from cffi import FFI

CONSTANTS = """
#define POLICY_ABI_VERSION ...
#define POLICY_NONE ...
#define POLICY_SELF ...
#define POLICY_KEY_BYTES ...
#define POLICY_AWAY ...
#define POLICY_PRINCIPAL_SHIFT ...
#define RTLD_NOW ...
#define RTLD_LOCAL ...
void* dlopen(const char* path, int flags);
void* dlsym(void* library, const char* name);
char* dlerror(void);
extern "Python" void policyc_replace_told(void* self, int32_t is_lost, const char* what);
"""
JIT_FUNCTION = re.compile(r"\b(policy_jit_\w+|policy_diagnostics_\w+)\(")


def as_types(text: str) -> str:
    """Turns `int policy_jit_wait(...);` into `typedef int (*policy_jit_wait_t)(...);`."""
    statements = text.split(";")
    for number, statement in enumerate(statements):
        if JIT_FUNCTION.search(statement):
            statements[number] = "\ntypedef " + JIT_FUNCTION.sub(r"(*\1_t)(", statement.strip(), count=1)
    return ";".join(statements)


def declarations(include: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("stddef.h", "stdint.h"):  # cffi knows their types already
            pathlib.Path(folder, name).touch()
        command = [
            os.environ.get("CC", "cc"),
            "-E",
            "-P",
            "-nostdinc",
            "-U__GNUC__",
            "-I",
            folder,
            "-I",
            include,
            "-x",
            "c",
            str(pathlib.Path(include, "policy", "jit.h")),
        ]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return as_types(text) + CONSTANTS


def builder() -> FFI:
    include = os.environ["POLICYC_INCLUDE"]
    library = os.environ["POLICYC_LIBRARY"]
    ffi = FFI()
    ffi.cdef(declarations(include))
    ffi.set_source(
        "policyc._policy",
        '#include <dlfcn.h>\n#include "policy/jit.h"\n',
        include_dirs=[include],
        extra_objects=[library],
        # An rpath of the old kind holds for what the library itself needs as well.
        extra_link_args=["-Wl,--disable-new-dtags", "-Wl,-rpath,$ORIGIN", "-ldl"],
        extra_compile_args=["-std=c11", "-D_GNU_SOURCE"],
    )
    return ffi


ffibuilder = builder()

if __name__ == "__main__":
    ffibuilder.compile(verbose=True)
