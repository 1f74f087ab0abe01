"""Handles of the library, closed in the right order however they go.

    owned = Owned(made[0], lib.policy_reader_close, below=store)
    lib.policy_reader_end(owned.pointer)       # NULL where it is closed: the library refuses that

A handle goes when nothing refers to it any more, or when it is given up; then it waits for those above it. Whoever calls
the library keeps the Owned in a local variable meanwhile, so that another thread that gives it up does not take it away.
The collector finalizes what hangs together in any order: what is closed by then has no pointer, and is not used again.
"""

from __future__ import annotations

from typing import Any, Callable, NoReturn, Optional

from ._policy import ffi


class NotCopied:
    """Of what a handle of the library stands behind: a copy would close it as well."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} cannot be copied or pickled")


class Owned(NotCopied):
    """One handle. Lists stand in for counts, since their append and pop need no lock."""

    __slots__ = ("_above", "_below", "_close", "_given_up", "_pointers", "pointer")

    def __init__(self, pointer: Any, close: Callable[[Any], Any], below: Optional[Owned] = None):
        self.pointer = pointer
        self._pointers = [pointer]
        self._close = close
        self._below = below
        self._above: list[None] = []
        self._given_up = False
        if below is not None:
            below.keep()

    def __del__(self) -> None:
        self.give_up()

    def __bool__(self) -> bool:
        return bool(self.pointer)

    def give_up(self) -> None:
        """Closes it, now or when the last one above it goes."""
        self._given_up = True
        self._settle()

    def keep(self) -> None:
        """Somebody above needs it, until `let_go`."""
        self._above.append(None)

    def let_go(self) -> None:
        self._above.pop()
        self._settle()

    @property
    def is_needed(self) -> bool:
        return bool(self._above)

    def take(self) -> Any:
        """The pointer, for a function that ends it. NULL where it has gone already."""
        try:
            pointer = self._pointers.pop()
        except IndexError:
            return ffi.NULL
        self.pointer = ffi.NULL
        return pointer

    def put_back(self, pointer: Any) -> None:
        """It was not ended."""
        self.pointer = pointer
        self._pointers.append(pointer)

    def ended(self) -> None:
        """It was: what is below is needed no more."""
        below, self._below = self._below, None
        if below is not None:
            below.let_go()

    def _settle(self) -> None:
        if not self._given_up or self._above:
            return
        pointer = self.take()
        if pointer:
            self._close(pointer)
            self.ended()


class Look(NotCopied):
    """One look of a reader at a revision; what the reader lends is good as long as `reader` has a handle."""

    __slots__ = ("reader",)

    def __init__(self, reader: Owned):
        self.reader = reader


class Lent(NotCopied):
    """A handle that a reader lends, NULL when the reader looks elsewhere: the reader need not know what it lent."""

    __slots__ = ("_look", "_pointer")

    def __init__(self, look: Look, pointer: Any):
        self._look, self._pointer = look, pointer

    @property
    def pointer(self) -> Any:
        return self._pointer if self._look.reader.pointer else ffi.NULL

    def __bool__(self) -> bool:
        return bool(self.pointer)
