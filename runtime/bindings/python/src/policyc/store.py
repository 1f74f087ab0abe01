"""Stores: the library keeps units, users, teams, roles, rows and shares.

    with policyc.Store(club) as store:
        with store.transaction() as t:
            root = t.add_unit()
            sam = t.add_user(root, name="sam")
            t.give_role(user(sam), "skipper", root)
            trip = t.add_row("boat_trip", owner=user(sam), values={"status": "open"})
        with store.reader() as reader:
            reader.check(sam, "write", trip)
            list(reader.list(sam, "read", "boat_trip"))

A transaction is committed at the end of its `with` block, and abandoned where an exception leaves it. One is under way
at a time: other threads wait. Any number of threads read, each with a reader of its own, and each `with store.reader()`
sees one revision from its beginning to its end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Optional, Sequence, TypeVar, Union

from ._policy import ffi, lib
from .errors import BusyError, ClosedError, LossyError, StaleError, WrongThreadError, must, new_error, new_struct
from .operations import Answer, Operation, Outcome, Writer, or_none, or_number
from .program import (
    COLUMN_PROFILE,
    CONTEXT_ATTRIBUTE,
    FLOW,
    RELATIONSHIP,
    ROLE,
    STEP,
    TABLE,
    Decision,
    Name,
    Program,
    Subject,
)
from .owned import Owned
from .record import BorrowedRecord
from .values import Value
from .words import NOBODY, NONE, RIGHT_NUMBERS, AccessMode, Principal, RightLike, TeamKind, right_bits, right_number

if TYPE_CHECKING:
    import numpy

    from .log import Log

_Lent = TypeVar("_Lent", Subject, BorrowedRecord)
CLOSED = Owned(ffi.NULL, lib.policy_reader_close)
_reader_check = lib.policy_reader_check
_ident = threading.get_ident
PAGE = 1024


@dataclasses.dataclass(frozen=True)
class Replaced:
    """What a replacement of the policy did: the revision from which on it holds, and what it lost and misses."""

    revision: int
    lost: list[str]
    missing: list[str]


@dataclasses.dataclass(frozen=True)
class ColumnRights:
    """What a user may do with a table's secured columns; whether the row is reached is asked first."""

    secured: frozenset[str]
    read: frozenset[str]
    create: frozenset[str]
    update: frozenset[str]
    read_unmasked: frozenset[str]
    read_one_unmasked: frozenset[str]


@dataclasses.dataclass(frozen=True)
class RunAs:
    """Whom a step runs as (None: nobody), who bounds it, and whether it may be carried out."""

    is_system: bool
    user: Optional[int]
    impersonator: Optional[int]
    escalates: bool
    answer: Answer


class Cursor:
    """How far a list has come. Reader.list and who move it along; a later revision can go on from it."""

    __slots__ = ("_raw",)

    def __init__(self) -> None:
        self._raw = ffi.new("policy_cursor*")

    @property
    def at_end(self) -> bool:
        return bool(self._raw.source == NONE)


@ffi.def_extern()  # type: ignore[untyped-decorator]
def policyc_replace_told(handle: Any, is_lost: int, what: Any) -> None:
    lost, missing = ffi.from_handle(handle)
    (lost if is_lost else missing).append(ffi.string(what).decode("utf-8", "replace"))


class Store:
    """Facts, and the program that they are asked under. Any thread may begin a transaction or take a reader."""

    def __init__(self, program: Program, *, lists: bool = True):
        """Empty: begin with a root unit. Without `lists` there is no Reader.list and who, and less memory is used."""
        options = new_struct("policy_store_options")
        options.no_lists = int(not lists)
        made, error = ffi.new("policy_store**"), new_error()
        must(program._call(lib.policy_store_create, options, made, error), error)
        self._owned = Owned(made[0], lib.policy_store_close)
        self._lock = threading.RLock()  # the collector may end a reader while it is held
        self._under_way: Optional[Transaction] = None
        self._idle: list[Owned] = []
        self._program: Optional[Program] = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """BusyError, and it stays, while a reader or a transaction is open. Twice is fine."""
        with self._lock:
            if not self._owned:
                return
            while self._idle:
                self._idle.pop().give_up()
            if self._owned.is_needed:
                raise BusyError("the store is in use: readers or a transaction are open")
            pointer = self._owned.take()
            status = lib.policy_store_close(pointer)
            if status:
                self._owned.put_back(pointer)
            must(status, what="store")

    @contextlib.contextmanager
    def _using(self) -> Iterator[Owned]:
        with self._lock:
            if not self._owned:
                raise ClosedError("the store is closed")
            self._owned.keep()
        try:
            yield self._owned
        finally:
            self._owned.let_go()

    @property
    def revision(self) -> int:
        """Of the last commit."""
        with self._using() as owned:
            return int(lib.policy_store_revision(owned.pointer))

    @property
    def program(self) -> Program:
        """The program that it is asked under now."""
        with self._using() as owned:
            return self._wrapped(lib.policy_store_program(owned.pointer))

    def _wrapped(self, program: Any) -> Program:
        """`program` is closed with what wraps it. The same as before is not wrapped anew, which would lose names."""
        with self._lock:
            last = self._program
        if last is not None and last._owned.pointer == program:
            lib.policy_program_close(program)
            return last
        made = Program(program)
        with self._lock:
            self._program = made
        return made

    def replace(self, program: Program, *, may_lose: bool = False, may_miss: bool = False) -> Replaced:
        """Puts another version of the policy in the place of the one before; facts are taken over by name. LossyError,
        and nothing has changed, where something is lost or missing that is not allowed. Readers go on meanwhile."""
        lists: tuple[list[str], list[str]] = ([], [])
        self._not_of_the_writer()
        told, revision, error = ffi.new_handle(lists), ffi.new("uint64_t*"), new_error()
        program._must_be_open()
        of_program = program._owned  # stays meanwhile
        with self._using() as owned:
            status = lib.policy_store_replace(
                owned.pointer,
                of_program.pointer,
                int(may_lose) | int(may_miss) << 1,
                lib.policyc_replace_told,
                told,
                revision,
                error,
            )
        try:
            must(status, error)
        except LossyError as refused:
            refused.lost, refused.missing = lists
            raise
        return Replaced(revision[0], *lists)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction, which waits for the one under way.

        >>> with store.transaction() as t:
        ...     t.set_row_owner(trip, user(ana))
        >>> t.revision
        2
        """
        self._not_of_the_writer()
        with self._using() as owned:
            made, error = ffi.new("policy_transaction**"), new_error()
            must(lib.policy_transaction_begin(owned.pointer, made, error), error)
            transaction = self._under_way = Transaction(Owned(made[0], lib.policy_transaction_abandon, owned))
            try:
                transaction._of(self._wrapped(lib.policy_store_program(owned.pointer)))
                yield transaction
            except BaseException:
                transaction.abandon()
                raise
            transaction._commit()

    def _not_of_the_writer(self) -> None:
        under_way = self._under_way
        if under_way is not None and under_way._owned and under_way._thread == _ident():
            raise BusyError("this thread has a transaction under way, and would wait for itself")

    @contextlib.contextmanager
    def reader(self, *, at_least: int = 0, wait: float = 0.0, log: Optional[Log] = None) -> Iterator[Reader]:
        """A reader that looks at the newest revision, and at none before `at_least`: it waits up to `wait` seconds for
        that, else StaleError. With `log`, its checks and decisions are logged.

        >>> with store.reader() as reader:
        ...     reader.check(sam, "read", trip)
        True
        """
        with self._using() as owned:
            of_reader = self._idle_reader(owned)
            reader = Reader(self, of_reader)
            try:
                with log._logging(of_reader) if log is not None else contextlib.nullcontext():
                    reader.refresh(at_least=at_least, wait=wait)
                    yield reader
            finally:
                reader._leave()
                if reader._has_context:  # which is the reader's, and not for whoever takes it next
                    of_reader.give_up()
                elif of_reader:
                    with self._lock:
                        self._idle.append(of_reader)

    def _idle_reader(self, owned: Owned) -> Owned:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        made, error = ffi.new("policy_reader**"), new_error()
        must(lib.policy_reader_open(owned.pointer, made, error), error)
        return Owned(made[0], lib.policy_reader_close, owned)


class Transaction:
    """Changes that take effect together: see Store.transaction. Numbers of units, users, ... are what add_* gave."""

    def __init__(self, owned: Owned):
        self._owned = owned
        self._thread = _ident()
        self.revision: Optional[int] = None

    def _of(self, program: Program) -> None:
        self.program = program
        self._writer = Writer(program)

    def _commit(self) -> None:
        if not self._owned:  # abandoned
            return
        self._open()
        revision, error = ffi.new("uint64_t*"), new_error()
        status = lib.policy_transaction_commit(self._owned.take(), revision, error)
        self._owned.ended()
        must(status, error)
        self.revision = revision[0]

    def abandon(self) -> None:
        """As if it had never been: the `with` block then commits nothing."""
        if self._owned:
            self._open()
            self._owned.give_up()

    def _open(self) -> Any:
        if not self._owned:
            raise ClosedError("the transaction is over")
        if _ident() != self._thread:
            raise WrongThreadError("a transaction belongs to the thread that began it")
        return self._owned.pointer

    def _do(self, function: str, *arguments: Any) -> None:
        must(getattr(lib, "policy_" + function)(self._open(), *arguments), what=function.replace("_", " "))

    def _add(self, function: str, *arguments: Any) -> int:
        number = ffi.new("uint32_t*")
        self._do(function, *arguments, number)
        return int(number[0])

    # --- people and units

    def add_unit(self, parent: Optional[int] = None) -> int:
        """The first one is the root, and has no parent."""
        return self._add("add_unit", or_number(parent))

    def move_unit(self, unit: int, parent: int) -> None:
        """With all below it."""
        self._do("move_unit", unit, parent)

    def add_user(
        self, unit: int, *, name: Optional[str] = None, attributes: Optional[Mapping[str, Value]] = None
    ) -> int:
        number = self._add("add_user", unit)
        if name is not None:
            self.set_user_name(number, name)
        if attributes:
            self.set_user_values(number, attributes)
        return number

    def add_team(self, unit: int, kind: TeamKind = TeamKind.OWNER, *, members: Iterable[int] = ()) -> int:
        number = self._add("add_team", unit, kind)
        for member in members:
            self.join(member, number)
        return number

    def add_position(self, parent: Optional[int] = None) -> int:
        return self._add("add_position", or_number(parent))

    def set_user_name(self, user: int, name: str) -> None:
        """What flows name people by."""
        self._do("set_user_name", user, _terminated(name))

    def set_user_disabled(self, user: int, disabled: bool) -> None:
        self._do("set_user_disabled", user, int(disabled))

    def set_user_mode(self, user: int, mode: AccessMode) -> None:
        self._do("set_user_mode", user, mode)

    def set_user_manager(self, user: int, manager: Optional[int]) -> None:
        self._do("set_user_manager", user, or_number(manager))

    def set_user_position(self, user: int, position: Optional[int]) -> None:
        self._do("set_user_position", user, or_number(position))

    def set_user_values(self, user: int, values: Mapping[str, Value]) -> None:
        """Attributes that conditions read as `user.`; None takes a value away, others stay."""
        array, count, _keep = self.program._user_layout().values(values)
        self._do("set_user_values", user, array, count)

    def move_user(self, user: int, unit: int) -> None:
        self._do("move_user", user, unit)

    def move_team(self, team: int, unit: int) -> None:
        self._do("move_team", team, unit)

    def join(self, user: int, team: int) -> None:
        self._do("join", user, team)

    def leave(self, user: int, team: int) -> None:
        self._do("leave", user, team)

    def give_role(self, holder: Principal, role: Name, anchor: int) -> None:
        """`anchor`: the unit whose copy of the role it is; under classic business units the holder's own."""
        self._do("give_role", holder, self._writer.number(ROLE, role), anchor)

    def drop_roles(self, holder: Principal) -> None:
        """All that it holds itself."""
        self._do("drop_roles", holder)

    def give_column_profile(self, holder: Principal, profile: Name) -> None:
        self._do("give_column_profile", holder, self._writer.number(COLUMN_PROFILE, profile))

    # --- rows

    def add_row(
        self,
        table: Name,
        *,
        owner: Principal = NOBODY,
        unit: Optional[int] = None,
        active: bool = True,
        values: Mapping[str, Value] = {},
        links: Mapping[str, Optional[int]] = {},
        columns: Iterable[str] = (),
    ) -> int:
        """`unit`: left out, the owner's own. `columns`: secured columns that have a value. `links`: the row above, by
        relationship."""
        row, _keep = self._writer.row(table, owner, unit, active, values, links, columns)
        return self._add("add_row", row)

    def remove_row(self, row: int) -> None:
        """With its shares and links."""
        self._do("remove_row", row)

    def set_row_owner(self, row: int, owner: Principal) -> None:
        self._do("set_row_owner", row, owner)

    def set_row_unit(self, row: int, unit: int) -> None:
        self._do("set_row_unit", row, unit)

    def set_row_active(self, row: int, active: bool) -> None:
        self._do("set_row_active", row, int(active))

    def set_row_values(
        self, row: int, table: Name, values: Mapping[str, Value] = {}, *, columns: Mapping[str, bool] = {}
    ) -> None:
        """Values of the attributes that are named, and whether secured columns have one."""
        of = self.program.table(table)
        array, count, _keep = of.layout.values(values)
        there = of.column_bits(name for name, has_value in columns.items() if has_value)
        self._do("set_row_values", row, array, count, of.column_bits(columns), there)

    def set_row_link(self, row: int, relationship: Name, parent: Optional[int]) -> None:
        self._do("set_row_link", row, self._writer.number(RELATIONSHIP, relationship), or_number(parent))

    def set_association(self, relationship: Name, first: int, second: int, there: bool = True) -> None:
        self._do("set_association", self._writer.number(RELATIONSHIP, relationship), first, second, int(there))

    def set_share(self, row: int, principal: Principal, rights: Iterable[RightLike]) -> None:
        """Exactly these rights; none: no more."""
        self._do("set_share", row, principal, right_bits(rights))

    def set_column_share(
        self, row: int, table: Name, column: str, principal: Principal, *, read: bool = False, update: bool = False
    ) -> None:
        bits = self.program.table(table).column_bits([column])
        self._do("set_column_share", row, bits.bit_length() - 1, principal, int(read), int(update))

    # --- operations

    def plan(self, operation: Operation) -> Outcome:
        """Asks, and says all that would change; nothing does."""
        return self._operate(lib.policy_transaction_plan, operation)

    def perform(self, operation: Operation) -> Outcome:
        """Asks, and carries it out whole where it is allowed. A denial is an outcome, no exception."""
        return self._operate(lib.policy_transaction_perform, operation)

    def _operate(self, function: Any, operation: Operation) -> Outcome:
        raw, _keep = self._writer.operation(operation)
        outcome, error = new_struct("policy_outcome"), new_error()
        must(function(self._open(), raw, outcome, error), error)
        return self._writer.outcome(operation, outcome)

    def set_context(self, values: Mapping[str, Value]) -> None:
        """What conditions read as `context.`, until the transaction ends."""
        array, count, _keep = self.program._layout(CONTEXT_ATTRIBUTE, 0, "context").values(values)
        self._do("transaction_set_context", array, count)

    def run_as(self, flow: Name, step: Name, *, triggering: int, row: int) -> RunAs:
        """Whom a step runs as that `triggering` set off on `row`, and whether it may."""
        raw = new_struct("policy_run_as_answer")
        number = self._writer.number(FLOW, flow)
        self._do("transaction_run_as", number, self.program._number(STEP, step, number), triggering, row, raw)
        return RunAs(
            bool(raw.is_system),
            or_none(raw.user),
            or_none(raw.impersonator),
            bool(raw.escalates),
            self._writer.answer(raw.answer),
        )


class Reader:
    """Questions about one revision: see Store.reader. It belongs to the thread that took it."""

    def __init__(self, store: Store, owned: Owned):
        self._store, self._owned = store, owned
        self._thread = _ident()
        self._borrowed: list[Any] = []
        self._known_program: Optional[Program] = None
        self._has_context = False
        self.revision = 0

    def refresh(self, *, at_least: int = 0, wait: float = 0.0) -> int:
        """Looks at the newest revision from now on: see Store.reader. Gives its number."""
        handle = self._open()
        self._forget()
        revision = ffi.new("uint64_t*")
        nanoseconds = min(max(int(wait * 1e9), 0), 2**63)
        status = lib.policy_reader_begin(handle, at_least, nanoseconds, revision)
        if status == StaleError.status:
            raise StaleError(f"revision {at_least} has not come")
        must(status, what="reader")
        self.revision = int(revision[0])
        return self.revision

    def _leave(self) -> None:
        self._forget()
        lib.policy_reader_end(self._owned.pointer)
        self._owned = CLOSED

    def _forget(self) -> None:
        for borrowed in self._borrowed:
            borrowed._forget()
        self._borrowed.clear()
        self._known_program = None
        self.revision = 0

    def _open(self) -> Any:
        if _ident() != self._thread:
            raise WrongThreadError("a reader belongs to the thread that took it: take one for each")
        if not self._owned:
            raise ClosedError("the reader is closed: its `with` block is over")
        return self._owned.pointer

    @property
    def program(self) -> Program:
        """The program of what is looked at, for names and explanations."""
        known = self._known_program
        if known is None:
            borrowed = lib.policy_reader_program(self._open())
            if not borrowed:
                raise StaleError("the reader looks at nothing")
            owned = lib.policy_program_retain(ffi.cast("policy_program*", borrowed))
            known = self._known_program = self._store._wrapped(owned)
        return known

    def set_context(self, values: Mapping[str, Value]) -> None:
        """What conditions read as `context.` from now on; attributes that are not named have no value."""
        array, count, _keep = self.program._layout(CONTEXT_ATTRIBUTE, 0, "context").values(values)
        self._has_context = True
        must(lib.policy_reader_set_context(self._open(), array, count), what="context")

    def check(self, user: int, right: RightLike, row: int) -> bool:
        """May the user do this to the row? False as well where one of them is not there."""
        try:
            number = RIGHT_NUMBERS[right]
        except (KeyError, TypeError):
            number = right_number(right)
        if _ident() == self._thread and _reader_check(self._owned.pointer, user, number, row):
            return True
        self._open()
        return False

    def decide(self, user: int, right: RightLike, row: int) -> Decision:
        """The same, and why."""
        number, raw = right_number(right), ffi.new("policy_decision*")
        handle = self._open()
        status = lib.policy_reader_decide(handle, user, number, row, raw)
        if status:
            must(status, what=f"user {user}, row {row}")
        return Decision(self.program, lib.policy_reader_table(handle, row), number, raw)

    def check_many(
        self, user: int, right: RightLike, rows: Union[Sequence[int], numpy.ndarray[Any, Any]]
    ) -> numpy.ndarray[Any, Any]:
        """One right on many rows: an array of bools. A numpy array of uint32 is read where it is."""
        import numpy

        from .columns import bits_of, bitmap

        numbers = numpy.ascontiguousarray(rows, dtype="uint32") if not isinstance(rows, numpy.ndarray) else rows
        if numbers.dtype != numpy.uint32 or numbers.ndim != 1 or not numbers.flags.c_contiguous:
            raise TypeError(f"rows: a contiguous array of uint32, not of {numbers.dtype}")
        words, pointer = bitmap(len(numbers))
        source = ffi.cast("uint32_t*", numbers.ctypes.data)
        must(
            lib.policy_reader_check_many(self._open(), user, right_number(right), source, len(numbers), pointer),
            what="check_many",
        )
        return bits_of(words, len(numbers))

    def list(self, user: int, right: RightLike, table: Name, *, cursor: Optional[Cursor] = None) -> Iterator[int]:
        """The rows of the table on which the user has the right, each once, in no order.

        >>> for row in reader.list(sam, "read", "boat_trip"): ...
        """
        number, of = right_number(right), self.program._number(TABLE, table)
        return self._pages(lib.policy_reader_list, (user, number, of), cursor or Cursor())

    def who(self, right: RightLike, row: int, *, cursor: Optional[Cursor] = None) -> Iterator[int]:
        """The users who have the right on the row."""
        return self._pages(lib.policy_reader_who, (right_number(right), row), cursor or Cursor())

    def _pages(self, function: Any, asked: tuple[int, ...], cursor: Cursor) -> Iterator[int]:
        page, count = ffi.new("uint32_t[]", PAGE), ffi.new("size_t*")
        at, began = cursor._raw, self.revision
        while at.source != NONE:
            handle = self._open()
            if self.revision != began:
                raise StaleError("the reader looks at another revision than when the list began")
            must(function(handle, *asked, at, page, PAGE, count), what="list")
            yield from ffi.unpack(page, count[0])

    def columns(self, user: int, table: Name, row: Optional[int] = None) -> ColumnRights:
        """What a user may do with secured columns; without `row`, of a row that is not stored, or of all."""
        of = self.program.table(table)
        raw = new_struct("policy_column_rights")
        must(lib.policy_reader_columns(self._open(), user, of.number, or_number(row), raw), what="columns")
        return ColumnRights(*(of.columns_of(getattr(raw, field.name)) for field in dataclasses.fields(ColumnRights)))

    def table(self, row: int) -> Optional[str]:
        """The table of a row; None where there is no such row."""
        number = lib.policy_reader_table(self._open(), row)
        return None if number == NONE else self.program._name(TABLE, 0, number)

    def subject(self, user: int) -> Optional[Subject]:
        """The user, for the functions of Program, until this reader looks elsewhere; None where there is none."""
        handle = lib.policy_reader_subject(self._open(), user)
        return self._lent(Subject(Owned(handle, _not_ours, self._owned), self)) if handle else None

    def record(self, row: int) -> Optional[BorrowedRecord]:
        """The row, likewise."""
        handle = lib.policy_reader_record(self._open(), row)
        if not handle:
            return None
        return self._lent(
            BorrowedRecord(self, handle, lib.policy_reader_table(self._open(), row), self.program._layout_token)
        )

    def _lent(self, borrowed: _Lent) -> _Lent:
        self._borrowed.append(borrowed)
        return borrowed


def _not_ours(_: Any) -> None:
    """A subject that a reader lends is the reader's."""


def _terminated(text: str) -> bytes:
    data = text.encode()
    if b"\0" in data:
        raise ValueError("a name has no zero byte in it")
    return data
