"""What goes wrong: PolicyError, with a subclass for each status.

    try:
        crm = policyc.open("crm.policy.so", keys=[key])
    except policyc.UntrustedError as error:
        print(error.status.name, error)   # UNTRUSTED no signature by a key that is accepted

A denial is no error: check answers False, and decide says why. Values of the wrong Python type are TypeError, those
that a policy's type does not hold ValueError.
"""

from __future__ import annotations

import enum
import errno
import os
from typing import Any, Optional

from ._policy import ffi, lib


class Status(enum.IntEnum):
    """policy_status of the C interface."""

    OK = 0
    INVALID = 1
    UNKNOWN = 2
    ILLEGAL = 3
    NOT_READABLE = 4
    DAMAGED = 5
    FOREIGN = 6
    NEWER = 7
    MISMATCH = 8
    UNTRUSTED = 9
    MISSING = 10
    SHORT = 11
    STALE = 12
    BUSY = 13
    REFUSED = 14
    LOSSY = 15
    NO_MEMORY = 16
    INTERNAL = 17
    NOT_COMPILED = 18


class PolicyError(Exception):
    """Of all that follow; `status` says which."""

    status = Status.INTERNAL


class InvalidError(PolicyError):
    """Something that makes no sense: a closed handle, numbers out of range."""

    status = Status.INVALID


class ClosedError(InvalidError):
    """Used after it was closed, or after its `with` block."""


class WrongThreadError(InvalidError):
    """A reader used by another thread than its own."""


class UnknownError(PolicyError, LookupError):
    """No such table, right, role, user, row; or a subject of another program."""

    status = Status.UNKNOWN


class IllegalError(PolicyError):
    """The table does not take the right."""

    status = Status.ILLEGAL


class NotReadableError(PolicyError, OSError):
    """A file that cannot be read or written; `errno` and `filename` where it is known why."""

    status = Status.NOT_READABLE


class NotFoundError(NotReadableError, FileNotFoundError):
    """There is no file of that name."""


class DamagedError(PolicyError):
    """An image that is not what was built: cut short, changed, stripped."""

    status = Status.DAMAGED


class ForeignError(PolicyError):
    """No image, or one for another kind of processor."""

    status = Status.FOREIGN


class NewerError(PolicyError):
    """An image of a later version than this library."""

    status = Status.NEWER


class MismatchError(PolicyError):
    """Another policy, or another layout, than was asked for."""

    status = Status.MISMATCH


class UntrustedError(PolicyError):
    """No signature, or not by a key that is accepted."""

    status = Status.UNTRUSTED


class MissingError(PolicyError):
    """A column that the decision reads was not given."""

    status = Status.MISSING


class ShortError(PolicyError):
    """Less room than the answer needs."""

    status = Status.SHORT


class StaleError(PolicyError):
    """A reader that looks at nothing; a revision that did not come in time."""

    status = Status.STALE


class BusyError(PolicyError):
    """In use: by readers, by a transaction; or all reader places are taken."""

    status = Status.BUSY


class RefusedError(PolicyError):
    """The facts do not allow it: a second root, a unit below itself."""

    status = Status.REFUSED


class LossyError(PolicyError):
    """Another version of the policy would lose facts (`lost`), or asks for some that nobody gave (`missing`)."""

    status = Status.LOSSY
    lost: list[str]
    missing: list[str]


class NoMemoryError(PolicyError, MemoryError):
    """No memory was left."""

    status = Status.NO_MEMORY


class InternalError(PolicyError):
    """A mistake of ours; please report it."""

    status = Status.INTERNAL


class NotCompiledError(PolicyError):
    """The policy's text has mistakes: `diagnostics`."""

    status = Status.NOT_COMPILED
    diagnostics: list[Any]


class JitMissingError(PolicyError, ImportError):
    """libpolicy_jit is not there: policies cannot be compiled, images can still be opened."""

    status = Status.NOT_READABLE


ERRORS: dict[Status, type[PolicyError]] = {
    kind.status: kind
    for kind in (
        InvalidError,
        UnknownError,
        IllegalError,
        NotReadableError,
        DamagedError,
        ForeignError,
        NewerError,
        MismatchError,
        UntrustedError,
        MissingError,
        ShortError,
        StaleError,
        BusyError,
        RefusedError,
        LossyError,
        NoMemoryError,
        InternalError,
        NotCompiledError,
    )
}


def error_of(status: int, message: str) -> PolicyError:
    """The exception of that status; a later library may have statuses that this one does not know."""
    known = Status(status) if status in Status._value2member_map_ else Status.INTERNAL
    text = message or ffi.string(lib.policy_status_name(status)).decode()
    return ERRORS.get(known, InternalError)(text)


def _why_not_readable(path: Any) -> int:
    try:
        os.stat(path)
    except OSError as error:
        return error.errno or 0
    if os.path.isdir(path):
        return errno.EISDIR
    return 0 if os.access(path, os.R_OK) else errno.EACCES


def _not_readable(path: Any) -> Optional[NotReadableError]:
    """As Python's own open says it; None where the reason is another."""
    number = _why_not_readable(path)
    kind = NotFoundError if number == errno.ENOENT else NotReadableError
    return kind(number, os.strerror(number), os.fspath(path)) if number else None


def new_error() -> Any:
    error = ffi.new("policy_error*")
    error.struct_size = ffi.sizeof("policy_error")
    return error


def must(status: int, error: Optional[Any] = None, what: str = "", path: Any = None) -> None:
    """Raises unless the status is OK. `path`: of the file that was to be read."""
    if status == 0:
        return
    if status == Status.NOT_READABLE and path is not None:
        unreadable = _not_readable(path)
        if unreadable is not None:
            raise unreadable
    message = ffi.string(error.message).decode("utf-8", "replace") if error is not None else ""
    if what:
        message = f"{what}: {message or ffi.string(lib.policy_status_name(status)).decode()}"
    raise error_of(status, message)


def new_struct(kind: str) -> Any:
    """A zeroed struct with its struct_size set."""
    made = ffi.new(kind + "*")
    made.struct_size = ffi.sizeof(kind)
    return made
