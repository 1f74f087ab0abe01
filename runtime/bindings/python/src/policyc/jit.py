"""Policies compiled at run time: text in, a program or diagnostics out.

    try:
        club = policyc.compile(text, name="club.policy")
    except policyc.NotCompiledError as error:
        for diagnostic in error.diagnostics:
            print(diagnostic.rendered)

Needs libpolicy_jit, which brings the compiler and is loaded when it is first asked for: from POLICYC_JIT_LIBRARY, from
beside this package, or from where the system keeps libraries. Without it, JitMissingError; images can still be opened.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import pathlib
from typing import Any, Optional

from ._policy import ffi, lib
from .errors import JitMissingError, NotCompiledError, must, new_error, new_struct
from .given import Path, path_bytes, terminated
from .program import Program, _text

NAME = "libpolicy_jit.so.1"
FUNCTIONS = (
    "policy_jit_compile",
    "policy_jit_compile_file",
    "policy_jit_wait",
    "policy_diagnostics_count",
    "policy_diagnostics_at",
    "policy_diagnostics_free",
)


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """A mistake or a warning; lines and columns count from 1, columns in bytes."""

    is_error: bool
    code: str
    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    rendered: str


class _Jit:
    def __init__(self, library: Any):
        for name in FUNCTIONS:
            address = lib.dlsym(library, name.encode())
            if not address:
                raise JitMissingError(f"{NAME} has no {name}")
            setattr(self, name, ffi.cast(name + "_t", address))


def _places() -> list[str]:
    named = os.environ.get("POLICYC_JIT_LIBRARY")
    return [named] if named else [str(pathlib.Path(__file__).with_name(NAME)), NAME]


@functools.lru_cache(maxsize=None)
def _load(places: tuple[str, ...]) -> Any:
    said = []
    for place in places:
        library = lib.dlopen(os.fsencode(place), lib.RTLD_NOW | lib.RTLD_LOCAL)
        if library:
            return _Jit(library)
        said.append(_text(lib.dlerror()))
    raise JitMissingError("policies cannot be compiled here, only opened: " + "; ".join(said))


def _jit() -> Any:
    return _load(tuple(_places()))


def available() -> bool:
    """Whether policyc.compile works here."""
    try:
        _jit()
    except JitMissingError:
        return False
    return True


def compile_text(
    text: str, *, name: str = "policy", folder: Optional[Path] = None, cache_folder: Optional[Path] = None
) -> Program:
    """Compiles a policy. `folder` is where `use` looks; `cache_folder`, its owner's alone, keeps machine code for later
    runs. Warnings are in Program.warnings.

    >>> policyc.compile("policy club follows guide\\ntable trip owned by user").tables
    ('trip',)
    """
    data = text.encode()
    return _compile("policy_jit_compile", (terminated("name", name), data, len(data)), folder, cache_folder)


def compile_file(path: Path, *, folder: Optional[Path] = None, cache_folder: Optional[Path] = None) -> Program:
    """The same of a file; `use` looks in its folder."""
    return _compile("policy_jit_compile_file", (path_bytes("path", path),), folder, cache_folder, path)


def _compile(
    function: str,
    source: tuple[Any, ...],
    folder: Optional[Path],
    cache_folder: Optional[Path],
    path: Optional[Path] = None,
) -> Program:
    jit = _jit()
    options = new_struct("policy_jit_options")
    places = {"folder": folder, "cache_folder": cache_folder}
    keep = [ffi.new("char[]", path_bytes(name, place or "")) for name, place in places.items()]
    options.folder = keep[0] if folder is not None else ffi.NULL
    options.cache_folder = keep[1] if cache_folder is not None else ffi.NULL
    made, told, error = ffi.new("policy_program**"), ffi.new("policy_diagnostics**"), new_error()
    status = getattr(jit, function)(*source, options, made, told, error)
    diagnostics = _diagnostics(jit, told[0])
    try:
        must(status, error, path=path)
    except NotCompiledError as refused:
        refused.diagnostics = diagnostics
        raise
    return Program(made[0], diagnostics)


def _diagnostics(jit: Any, told: Any) -> list[Diagnostic]:
    found = []
    try:
        for index in range(jit.policy_diagnostics_count(told)):
            one = new_struct("policy_diagnostic")
            must(jit.policy_diagnostics_at(told, index, one), what="diagnostic")
            found.append(
                Diagnostic(
                    one.severity == 2,
                    _text(one.code),
                    _text(one.message),
                    _text(one.file),
                    one.line,
                    one.column,
                    one.end_line,
                    one.end_column,
                    _text(one.rendered),
                )
            )
    finally:
        jit.policy_diagnostics_free(told)
    return found


def wait(program: Program) -> None:
    error = new_error()
    must(program._call(_jit().policy_jit_wait, error), error)
