"""Compiled policies: who may do what to which row, and why.

    import policyc

    with policyc.open("boat_club.policy.so") as club:
        sam = club.subject(user=3, unit=2, roles=["skipper"])
        trip = club.table("boat_trip").record(owner=policyc.user(4), unit=2, status="closed")
        print(club.check(sam, "read", trip))
        print(club.decide(sam, "delete", trip).explain())

open opens what `policyc build` wrote, compile compiles text (with libpolicy_jit). A Program decides of records that the
host keeps; a Store keeps users, teams, roles and rows itself. Errors are PolicyError; a denial is none.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from ._policy import ffi as _ffi
from ._policy import lib as _lib

if _lib.policy_abi_version() < _lib.POLICY_ABI_VERSION:
    raise ImportError(
        f"libpolicy has the C interface {_lib.policy_abi_version()}; this package needs {_lib.POLICY_ABI_VERSION}"
    )

from .errors import (
    BusyError,
    ClosedError,
    DamagedError,
    ForeignError,
    IllegalError,
    InternalError,
    InvalidError,
    JitMissingError,
    LossyError,
    MismatchError,
    MissingError,
    NewerError,
    NoMemoryError,
    NotCompiledError,
    NotFoundError,
    NotReadableError,
    PolicyError,
    RefusedError,
    ShortError,
    StaleError,
    Status,
    UnknownError,
    UntrustedError,
    WrongThreadError,
)
from .jit import Diagnostic, compile_file
from .jit import available as can_compile
from .jit import compile_text as compile
from .log import Log, LogCounts
from .operations import Answer, Change, Operation, Outcome
from .program import (
    Context,
    Decision,
    Grant,
    Program,
    ProgramInfo,
    Report,
    Role,
    Step,
    Subject,
    Table,
    Unit,
    open_bytes,
)
from .program import open_file as open
from .record import Batch, Record, Share
from .store import ColumnRights, Cursor, Reader, Replaced, RunAs, Store, Transaction
from .values import Attribute
from .words import (
    NOBODY,
    ORGANIZATION,
    SYSTEM,
    AccessMode,
    ChangeKind,
    Level,
    OperationKind,
    Ownership,
    Principal,
    PrincipalKind,
    ProgramKind,
    Reason,
    Right,
    TeamKind,
    Type,
    team,
    unit,
    user,
)


def library_version() -> str:
    """Of the libpolicy that is loaded."""
    info = _ffi.new("policy_build_info*")
    info.struct_size = _ffi.sizeof("policy_build_info")
    _lib.policy_build(info)
    return str(_ffi.string(info.version).decode())


if TYPE_CHECKING:
    from .columns import SHARE, Columns, Shares, Strings, choice_numbers
else:

    def __getattr__(name: str) -> Any:
        if name in ("Columns", "Shares", "Strings", "choice_numbers", "SHARE"):  # these need numpy
            from . import columns

            return getattr(columns, name)
        raise AttributeError(f"module 'policyc' has no attribute {name!r}")


__all__ = [
    "AccessMode",
    "Answer",
    "Attribute",
    "Batch",
    "BusyError",
    "Change",
    "ChangeKind",
    "ClosedError",
    "ColumnRights",
    "Context",
    "Cursor",
    "DamagedError",
    "Decision",
    "Diagnostic",
    "ForeignError",
    "Grant",
    "IllegalError",
    "InternalError",
    "InvalidError",
    "JitMissingError",
    "Level",
    "Log",
    "LogCounts",
    "LossyError",
    "MismatchError",
    "MissingError",
    "NOBODY",
    "NewerError",
    "NoMemoryError",
    "NotCompiledError",
    "NotFoundError",
    "NotReadableError",
    "ORGANIZATION",
    "Operation",
    "OperationKind",
    "Outcome",
    "Ownership",
    "PolicyError",
    "Principal",
    "PrincipalKind",
    "Program",
    "ProgramInfo",
    "ProgramKind",
    "Reader",
    "Reason",
    "Record",
    "RefusedError",
    "Replaced",
    "Report",
    "Right",
    "Role",
    "RunAs",
    "SYSTEM",
    "Share",
    "ShortError",
    "StaleError",
    "Status",
    "Step",
    "Store",
    "Subject",
    "Table",
    "TeamKind",
    "Transaction",
    "Type",
    "Unit",
    "UnknownError",
    "UntrustedError",
    "WrongThreadError",
    "can_compile",
    "compile",
    "compile_file",
    "library_version",
    "open",
    "open_bytes",
    "team",
    "unit",
    "user",
]

if TYPE_CHECKING or importlib.util.find_spec("numpy") is not None:
    __all__ += ["Columns", "SHARE", "Shares", "Strings", "choice_numbers"]
