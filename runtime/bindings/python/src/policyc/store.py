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
at a time: others wait. Any number of threads read, each with a reader of its own, and each `with store.reader()`
sees one revision from its beginning to its end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, NamedTuple, Optional, Sequence, Union

from ._policy import ffi, lib
from .errors import BusyError, ClosedError, LossyError, StaleError, WrongThreadError, must, new_error, new_struct
from .given import flag, nanoseconds, number, number_or_none, terminated
from .given import principal as principal_given
from .operations import Answer, Operation, Outcome, Writer, or_none
from .owned import Lent, Look, NotCopied, Owned
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
from .record import BorrowedRecord
from .values import Value
from .words import NOBODY, NONE, RIGHT_NUMBERS, AccessMode, Principal, RightLike, TeamKind, right_bits, right_number

if TYPE_CHECKING:
    import numpy

    from .log import Log

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


class Cursor(NotCopied):
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


class Store(NotCopied):
    """Facts, and the program that they are asked under. Any thread may begin a transaction or take a reader."""

    def __init__(self, program: Program, *, lists: bool = True):
        """Empty: begin with a root unit. Without `lists` there is no Reader.list and who, and less memory is used."""
        options = new_struct("policy_store_options")
        options.no_lists = 1 - flag("lists", lists)
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
                flag("may_lose", may_lose) | flag("may_miss", may_miss) << 1,
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
    def transaction(self, *, wait: Optional[float] = None) -> Iterator[Transaction]:
        """A transaction, which waits for the one under way: with `wait`, that many seconds at most, else BusyError.

        >>> with store.transaction() as t:
        ...     t.set_row_owner(trip, user(ana))
        >>> t.revision
        2
        """
        self._not_of_the_writer()
        with self._using() as owned:
            begun = Owned(_begin(owned, wait), lib.policy_transaction_abandon, owned)
            transaction = self._under_way = Transaction(begun)
            try:
                transaction._of(self._wrapped(transaction._program()))
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


def _begin(store: Owned, wait: Optional[float]) -> Any:
    made, error = ffi.new("policy_transaction**"), new_error()
    if wait is None:
        status = lib.policy_transaction_begin(store.pointer, made, error)
    else:
        status = lib.policy_transaction_try_begin(store.pointer, nanoseconds("wait", wait), made, error)
    must(status, error)
    return made[0]


class Named(NamedTuple):
    """A number that was given as a name."""

    number: int
    name: Name

    def __int__(self) -> int:
        return self.number

    def __repr__(self) -> str:
        return repr(self.name)


class Transaction(NotCopied):
    """Changes that take effect together: see Store.transaction. Numbers of units, users, ... are what add_* gave. Any
    thread may use it; those that do so at once take turns."""

    def __init__(self, owned: Owned):
        self._owned = owned
        self._thread = _ident()  # that began it
        self._turn = threading.RLock()  # the collector may abandon it while it is held
        self.revision: Optional[int] = None

    def _of(self, program: Program) -> None:
        self.program = program
        self._writer = Writer(program, self._table)

    def _program(self) -> Any:
        """Another owner's handle of the program that its numbers are of."""
        borrowed = self._call(lib.policy_transaction_program)
        return lib.policy_program_retain(ffi.cast("policy_program*", borrowed))

    def _table(self, row: int) -> int:
        return int(self._call(lib.policy_transaction_table, row))

    def _commit(self) -> None:
        revision, error = ffi.new("uint64_t*"), new_error()
        with self._turn:
            if not self._owned:  # abandoned
                return
            status = lib.policy_transaction_commit(self._owned.take(), revision, error)
            self._owned.ended()
        must(status, error)
        self.revision = revision[0]

    def abandon(self) -> None:
        """As if it had never been: the `with` block then commits nothing."""
        with self._turn:
            self._owned.give_up()

    def _call(self, function: Any, *arguments: Any) -> Any:
        with self._turn:
            owned = self._owned
            if not owned:
                raise ClosedError("the transaction is over")
            owned.keep()
            try:
                return function(owned.pointer, *arguments)
            finally:
                owned.let_go()

    def _do(self, function: str, *rest: Any, **asked: Any) -> None:
        """Calls that function with the numbers of what is `asked`, by which errors call them, and with the rest."""
        status = self._call(getattr(lib, "policy_" + function), *map(int, asked.values()), *rest)
        if status:
            must(status, what=_asked(function, asked))

    def _add(self, function: str, *rest: Any, **asked: Any) -> int:
        made = ffi.new("uint32_t*")
        self._do(function, *rest, made, **asked)
        return int(made[0])

    def _named(self, kind: int, name: Name) -> Named:
        return Named(self._writer.number(kind, name), name)

    # --- people and units

    def add_unit(self, parent: Optional[int] = None) -> int:
        """The first one is the root, and has no parent."""
        return self._add("add_unit", parent=number_or_none("parent", parent))

    def move_unit(self, unit: int, parent: int) -> None:
        """With all below it."""
        self._do("move_unit", unit=number("unit", unit), parent=number("parent", parent))

    def add_user(
        self, unit: int, *, name: Optional[str] = None, attributes: Optional[Mapping[str, Value]] = None
    ) -> int:
        made = self._add("add_user", unit=number("unit", unit))
        if name is not None:
            self.set_user_name(made, name)
        if attributes:
            self.set_user_values(made, attributes)
        return made

    def add_team(self, unit: int, kind: TeamKind = TeamKind.OWNER, *, members: Iterable[int] = ()) -> int:
        made = self._add("add_team", unit=number("unit", unit), kind=TeamKind(kind))
        for member in members:
            self.join(member, made)
        return made

    def add_position(self, parent: Optional[int] = None) -> int:
        return self._add("add_position", parent=number_or_none("parent", parent))

    def set_user_name(self, user: int, name: str) -> None:
        """What flows name people by."""
        self._do("set_user_name", terminated("name", name), user=number("user", user))

    def set_user_disabled(self, user: int, disabled: bool) -> None:
        self._do("set_user_disabled", user=number("user", user), disabled=flag("disabled", disabled))

    def set_user_mode(self, user: int, mode: AccessMode) -> None:
        self._do("set_user_mode", user=number("user", user), mode=AccessMode(mode))

    def set_user_manager(self, user: int, manager: Optional[int]) -> None:
        self._do("set_user_manager", user=number("user", user), manager=number_or_none("manager", manager))

    def set_user_position(self, user: int, position: Optional[int]) -> None:
        self._do("set_user_position", user=number("user", user), position=number_or_none("position", position))

    def set_user_values(self, user: int, values: Mapping[str, Value]) -> None:
        """Attributes that conditions read as `user.`; None takes a value away, others stay."""
        array, count, _keep = self.program._user_layout().values(values)
        self._do("set_user_values", array, count, user=number("user", user))

    def move_user(self, user: int, unit: int) -> None:
        self._do("move_user", user=number("user", user), unit=number("unit", unit))

    def move_team(self, team: int, unit: int) -> None:
        self._do("move_team", team=number("team", team), unit=number("unit", unit))

    def join(self, user: int, team: int) -> None:
        self._do("join", user=number("user", user), team=number("team", team))

    def leave(self, user: int, team: int) -> None:
        self._do("leave", user=number("user", user), team=number("team", team))

    def give_role(self, holder: Principal, role: Name, anchor: int) -> None:
        """`anchor`: the unit whose copy of the role it is; under classic business units the holder's own."""
        named = self._named(ROLE, role)
        self._do("give_role", holder=principal_given("holder", holder), role=named, anchor=number("anchor", anchor))

    def drop_roles(self, holder: Principal) -> None:
        """All that it holds itself."""
        self._do("drop_roles", holder=principal_given("holder", holder))

    def give_column_profile(self, holder: Principal, profile: Name) -> None:
        named = self._named(COLUMN_PROFILE, profile)
        self._do("give_column_profile", holder=principal_given("holder", holder), profile=named)

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
        made = ffi.new("uint32_t*")
        status = self._call(lib.policy_add_row, row, made)
        if status:
            must(status, what=_asked("add_row", {"table": table, "owner": owner, "unit": unit, "links": links}))
        return int(made[0])

    def remove_row(self, row: int) -> None:
        """With its shares and links."""
        self._do("remove_row", row=number("row", row))

    def set_row_owner(self, row: int, owner: Principal) -> None:
        self._do("set_row_owner", row=number("row", row), owner=principal_given("owner", owner))

    def set_row_unit(self, row: int, unit: int) -> None:
        self._do("set_row_unit", row=number("row", row), unit=number("unit", unit))

    def set_row_active(self, row: int, active: bool) -> None:
        self._do("set_row_active", row=number("row", row), active=flag("active", active))

    def set_row_values(self, row: int, values: Mapping[str, Value] = {}, *, columns: Mapping[str, bool] = {}) -> None:
        """Values of the attributes that are named, and whether secured columns have one."""
        table = self._writer.must_be_there(row)
        array, count, _keep = table.layout.values(values)
        self._do("set_row_values", array, count, *table.columns_named(columns), row=row)

    def set_row_link(self, row: int, relationship: Name, parent: Optional[int]) -> None:
        named = self._named(RELATIONSHIP, relationship)
        above = number_or_none("parent", parent)
        self._do("set_row_link", row=number("row", row), relationship=named, parent=above)

    def set_association(self, relationship: Name, first: int, second: int, there: bool = True) -> None:
        self._do(
            "set_association",
            relationship=self._named(RELATIONSHIP, relationship),
            first=number("first", first),
            second=number("second", second),
            there=flag("there", there),
        )

    def set_share(self, row: int, principal: Principal, rights: Iterable[RightLike]) -> None:
        """Exactly these rights; none: no more."""
        somebody = principal_given("principal", principal)
        self._do("set_share", right_bits(rights), row=number("row", row), principal=somebody)

    def set_column_share(
        self, row: int, column: str, principal: Principal, *, read: bool = False, update: bool = False
    ) -> None:
        """One secured column of one row."""
        bits = self._writer.must_be_there(row).column_bits([column])
        self._do(
            "set_column_share",
            row=row,
            column=Named(bits.bit_length() - 1, column),
            principal=principal_given("principal", principal),
            read=flag("read", read),
            update=flag("update", update),
        )

    # --- operations

    def plan(self, operation: Operation) -> Outcome:
        """Asks, and says all that would change; nothing does."""
        return self._operate(lib.policy_transaction_plan, operation)

    def perform(self, operation: Operation) -> Outcome:
        """Asks, and carries it out whole where it is allowed. A denial is an outcome, no exception."""
        return self._operate(lib.policy_transaction_perform, operation)

    def _operate(self, function: Any, operation: Operation) -> Outcome:
        outcome, error = new_struct("policy_outcome"), new_error()
        with self._turn:  # changes are there until the next operation
            raw, _keep = self._writer.operation(operation)
            table = self._writer.table_asked(operation)
            must(self._call(function, raw, outcome, error), error)
            return self._writer.outcome(table, outcome)

    def set_context(self, values: Mapping[str, Value]) -> None:
        """What conditions read as `context.`, until the transaction ends."""
        array, count, _keep = self.program._layout(CONTEXT_ATTRIBUTE, 0, "context").values(values)
        self._do("transaction_set_context", array, count)

    def run_as(self, flow: Name, step: Name, *, triggering: int, row: int) -> RunAs:
        """Whom a step runs as that `triggering` set off on `row`, and whether it may."""
        raw = new_struct("policy_run_as_answer")
        of = self._named(FLOW, flow)
        self._do(
            "transaction_run_as",
            raw,
            flow=of,
            step=Named(self.program._number(STEP, step, int(of)), step),
            triggering=number("triggering", triggering),
            row=number("row", row),
        )
        return RunAs(
            bool(raw.is_system),
            or_none(raw.user),
            or_none(raw.impersonator),
            bool(raw.escalates),
            self._writer.answer(raw.answer),
        )


class Reader(NotCopied):
    """Questions about one revision: see Store.reader. It belongs to the thread that took it."""

    def __init__(self, store: Store, owned: Owned):
        self._store, self._owned = store, owned
        self._look = Look(owned)
        self._thread = _ident()
        self._known_program: Optional[Program] = None
        self._has_context = False
        self.revision = 0

    def refresh(self, *, at_least: int = 0, wait: float = 0.0) -> int:
        """Looks at the newest revision from now on: see Store.reader. Gives its number."""
        handle = self._open()
        self._forget()
        revision = ffi.new("uint64_t*")
        status = lib.policy_reader_begin(handle, at_least, nanoseconds("wait", wait), revision)
        if status == StaleError.status:
            raise StaleError(f"revision {at_least} has not come")
        must(status, what="reader")
        self._look = Look(self._owned)
        self.revision = int(revision[0])
        return self.revision

    def _leave(self) -> None:
        self._forget()
        lib.policy_reader_end(self._owned.pointer)
        self._owned = CLOSED

    def _forget(self) -> None:
        self._look.reader = CLOSED  # what was lent is good no more
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
            right_asked = RIGHT_NUMBERS[right]
        except (KeyError, TypeError):
            right_asked = right_number(right)
        if type(user) is not int or type(row) is not int:
            user, row = number("user", user), number("row", row)
        try:
            if _ident() == self._thread and _reader_check(self._owned.pointer, user, right_asked, row):
                return True
        except OverflowError:
            number("user", user), number("row", row)
        self._open()
        return False

    def decide(self, user: int, right: RightLike, row: int) -> Decision:
        """The same, and why."""
        right_asked, raw = right_number(right), ffi.new("policy_decision*")
        handle = self._open()
        status = lib.policy_reader_decide(handle, number("user", user), right_asked, number("row", row), raw)
        if status:
            must(status, what=_asked("decide", {"user": user, "right": right, "row": row}))
        return Decision(self.program, lib.policy_reader_table(handle, row), right_asked, raw)

    def check_many(
        self, user: int, right: RightLike, rows: Union[Sequence[int], numpy.ndarray[Any, Any]]
    ) -> numpy.ndarray[Any, Any]:
        """One right on many rows: an array of bools. A numpy array of uint32 is read where it is."""
        from .columns import array_of, bitmap, bits_of, numbers_of

        numbers = array_of("rows", rows, ("uint32",)) if hasattr(rows, "dtype") else numbers_of("row", rows)
        words, pointer = bitmap(len(numbers))
        source = ffi.cast("uint32_t*", numbers.ctypes.data)
        asked = (number("user", user), right_number(right))
        status = lib.policy_reader_check_many(self._open(), *asked, source, len(numbers), pointer)
        must(status, what=_asked("check_many", {"user": user, "right": right}))
        return bits_of(words, len(numbers))

    def list(self, user: int, right: RightLike, table: Name, *, cursor: Optional[Cursor] = None) -> Iterator[int]:
        """The rows of the table on which the user has the right, each once, in no order.

        >>> for row in reader.list(sam, "read", "boat_trip"): ...
        """
        asked = (number("user", user), right_number(right), self.program._number(TABLE, table))
        what = _asked("list", {"user": user, "right": right, "table": table})
        return self._pages(lib.policy_reader_list, asked, cursor or Cursor(), what)

    def who(self, right: RightLike, row: int, *, cursor: Optional[Cursor] = None) -> Iterator[int]:
        """The users who have the right on the row."""
        what = _asked("who", {"right": right, "row": row})
        return self._pages(lib.policy_reader_who, (right_number(right), number("row", row)), cursor or Cursor(), what)

    def _pages(self, function: Any, asked: tuple[int, ...], cursor: Cursor, what: str) -> Iterator[int]:
        page, count = ffi.new("uint32_t[]", PAGE), ffi.new("size_t*")
        at, began = cursor._raw, self.revision
        while at.source != NONE:
            handle = self._open()
            if self.revision != began:
                raise StaleError("the reader looks at another revision than when the list began")
            must(function(handle, *asked, at, page, PAGE, count), what=what)
            yield from ffi.unpack(page, count[0])

    def columns(self, user: int, table: Name, row: Optional[int] = None) -> ColumnRights:
        """What a user may do with secured columns; without `row`, of a row that is not stored, or of all."""
        of = self.program.table(table)
        raw = new_struct("policy_column_rights")
        asked = (number("user", user), of.number, number_or_none("row", row))
        status = lib.policy_reader_columns(self._open(), *asked, raw)
        must(status, what=_asked("columns", {"user": user, "table": table, "row": row}))
        return ColumnRights(*(of.columns_of(getattr(raw, field.name)) for field in dataclasses.fields(ColumnRights)))

    def table(self, row: int) -> Optional[str]:
        """The table of a row; None where there is no such row."""
        found = lib.policy_reader_table(self._open(), number("row", row))
        return None if found == NONE else self.program._name(TABLE, 0, found)

    def subject(self, user: int) -> Optional[Subject]:
        """The user, for the functions of Program, until this reader looks elsewhere; None where there is none."""
        handle = lib.policy_reader_subject(self._open(), number("user", user))
        return Subject(Lent(self._look, handle)) if handle else None

    def record(self, row: int) -> Optional[BorrowedRecord]:
        """The row, likewise."""
        handle = lib.policy_reader_record(self._open(), number("row", row))
        if not handle:
            return None
        table = lib.policy_reader_table(self._open(), row)
        return BorrowedRecord(Lent(self._look, handle), table, self.program._layout_token)


def _asked(function: str, arguments: Mapping[str, Any]) -> str:
    """As a caller would write it; what was left out is left out."""
    words = (f"{name}={value!r}" for name, value in arguments.items() if value not in (None, NONE, {}))
    return f"{function.replace('transaction_', '')}({', '.join(words)})"
