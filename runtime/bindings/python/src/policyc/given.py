"""What callers give, checked: number("row", -1) raises "row: -1 is no number of anything; numbers are from 0 ...".

Of the wrong type it is TypeError, out of range ValueError; both name the parameter.
"""

from __future__ import annotations

import operator
import os
from typing import Optional, Union

from .words import NONE, Principal

Path = Union[str, bytes, "os.PathLike[str]"]


def number(name: str, value: object) -> int:
    """Of a unit, a user, a row, ..."""
    if isinstance(value, bool):
        raise TypeError(f"{name}: a number, not {value!r}")
    try:
        found = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name}: a number, not {value!r}") from None
    if not 0 <= found < NONE:
        raise ValueError(f"{name}: {found} is no number of anything; numbers are from 0 to 2^32 - 2")
    return found


def number_or_none(name: str, value: Optional[object]) -> int:
    return NONE if value is None else number(name, value)


def principal(name: str, value: object) -> Principal:
    if not isinstance(value, Principal):
        raise TypeError(f"{name}: a principal, as policyc.user(3) is, not {value!r}")
    return value


def flag(name: str, value: object) -> int:
    """1 or 0, of anything that equals True or False."""
    if value not in (True, False):
        raise TypeError(f"{name}: True or False, not {value!r}")
    return int(bool(value))


def terminated(name: str, value: object) -> bytes:
    """A text, whole: the library reads up to a zero byte."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: a str, not {value!r}")
    return _whole(name, value.encode())


def path_bytes(name: str, value: Path) -> bytes:
    return _whole(name, os.fsencode(value))


def nanoseconds(name: str, seconds: float) -> int:
    if seconds != seconds:
        raise ValueError(f"{name}: {seconds} is no time")
    return int(min(max(seconds, 0), 2**33) * 1e9)


def _whole(name: str, data: bytes) -> bytes:
    if b"\0" in data:
        raise ValueError(f"{name}: there is a zero byte in {data!r}")
    return data
