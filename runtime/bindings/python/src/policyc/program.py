"""Programs: compiled policies, and what they decide of records that the host keeps.

    with policyc.open("boat_club.policy.so", keys=[key]) as club:
        sam = club.subject(user=3, unit=Unit(2, last=5), roles=["skipper"], teams=[1])
        trip = club.table("boat_trip").record(owner=user(4), unit=2, status="closed")
        if not club.check(sam, "delete", trip):
            print(club.decide(sam, "delete", trip).explain())

Any number of threads may use one program. What was made from it keeps it alive, so closing it early is no mistake:
calls under way end as they would have, and later ones raise ClosedError.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple, Optional, Sequence, Union

from ._policy import ffi, lib
from .errors import ClosedError, InvalidError, UnknownError, must, new_error, new_struct
from .given import Path, flag, number, path_bytes, principal, terminated
from .owned import Lent, NotCopied, Owned
from .record import Batch, BorrowedRecord, Record, Share
from .values import Attribute, Layout, Value
from .words import (
    NOBODY,
    NONE,
    RIGHT_NUMBERS,
    Level,
    Ownership,
    Principal,
    PrincipalKind,
    ProgramKind,
    Reason,
    Right,
    RightLike,
    Type,
    principal_of,
    right_bits,
    right_number,
    rights_of,
    team,
)
from .words import user as user_principal

if TYPE_CHECKING:
    import numpy

    from .columns import Columns

_check = lib.policy_check
CLOSED = Owned(ffi.NULL, lib.policy_program_close)
_NULL = ffi.NULL

TABLE, RIGHT, LEVEL, REASON, ROLE, PRIVILEGE, COLUMN_PROFILE, RELATIONSHIP, FLOW, STEP = range(10)
COLUMN, ATTRIBUTE, USER_ATTRIBUTE, CONTEXT_ATTRIBUTE, CHOICE = range(10, 15)
KIND_WORDS = (
    "table",
    "right",
    "level",
    "reason",
    "role",
    "privilege",
    "column profile",
    "relationship",
    "flow",
    "step",
    "secured column",
    "attribute",
    "user attribute",
    "context attribute",
    "choice",
)

Name = Union[str, int]


@dataclasses.dataclass(frozen=True)
class ProgramInfo:
    """What a program was made of; hashes are hexadecimal."""

    kind: ProgramKind
    abi_version: int
    slot_count: int
    policy_name: str
    policy_hash: str
    layout_hash: str
    compiler: str
    llvm: str
    target: str
    cpu: str
    signer: str


@dataclasses.dataclass(frozen=True)
class Grant:
    """One line of a role, and where it is written."""

    role: str
    table: str
    right: Right
    level: Level
    file: str
    line: int
    column: int
    conditional: bool


@dataclasses.dataclass(frozen=True)
class Step:
    """What a step of a flow does, and whom it names."""

    right: Right
    table: str
    bounded: bool
    named_user: str
    bounded_by: str


class Decision:
    """Why somebody may or may not. True where it allows. Two are equal where they say the same."""

    __slots__ = ("_asked", "_program", "_raw")

    def __init__(self, program: Program, table: int, right: int, raw: Any):
        self._program, self._asked, self._raw = program, (table, right), raw

    def __bool__(self) -> bool:
        return bool(self._raw.effect == 1)

    @property
    def allowed(self) -> bool:
        return bool(self)

    @property
    def reason(self) -> Reason:
        return Reason(self._raw.reason)

    @property
    def held(self) -> Level:
        """Of a denial for want of level: what is held, and what would have reached (`needed`)."""
        return Level(self._raw.held)

    @property
    def needed(self) -> Level:
        return Level(self._raw.needed)

    @property
    def grant(self) -> Optional[int]:
        """The grant that gave it: see `where`."""
        return None if self._raw.grant == NONE else int(self._raw.grant)

    @property
    def role(self) -> Optional[str]:
        """The role that is held and has the grant."""
        return None if self._raw.role == NONE else self._program._name(ROLE, 0, self._raw.role)

    @property
    def through(self) -> Principal:
        """Who holds the role: the user, a team, or the unit."""
        return principal_of(self._raw.through)

    def explain(self) -> str:
        """In words, a line each."""
        return self._program._explain(self._asked[0], self._asked[1], self._raw)

    def where(self) -> Optional[Grant]:
        """The grant that gave it, and where that is written."""
        return None if self.grant is None else self._program.grant(self.grant)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self._asked == other._asked and bytes(ffi.buffer(self._raw)) == bytes(ffi.buffer(other._raw))

    def __hash__(self) -> int:
        return hash((self._asked, bytes(ffi.buffer(self._raw))))

    def __repr__(self) -> str:
        return f"<policyc.Decision {'allow' if self else 'deny'}, {self.reason.word}>"


@dataclasses.dataclass(frozen=True)
class Unit:
    """A business unit: its number in pre-order, and the last one of its subtree (itself, where nothing is below)."""

    number: int
    last: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Role:
    """A role that counts for somebody: their own, or a team's or unit's (`holder`); `anchor` is the unit whose copy it
    is: left out, the user's own."""

    name: Name
    holder: Optional[Principal] = None
    anchor: Union[None, int, Unit, Principal] = None


class Report(NamedTuple):
    """Hierarchy security: whose rows count, and for which rights."""

    principal: Principal
    rights: Iterable[RightLike]


class Subject(NotCopied):
    """Somebody, resolved: made by Program.subject; good until roles, teams or units change."""

    __slots__ = ("_keep", "_owned")

    def __init__(self, owned: Union[Owned, Lent], keep: Any = None):
        self._owned, self._keep = owned, keep

    def __repr__(self) -> str:
        pointer = self._owned.pointer
        return f"<policyc.Subject {principal_of(pointer.user)!r}>" if pointer else "<policyc.Subject, closed>"


class Context(NotCopied):
    """What conditions read beside subject and record: made by Program.context."""

    __slots__ = ("_handle", "_layout", "_keep")

    def __init__(self, layout_token: object, layout: Layout, values: Mapping[str, Value]):
        self._layout = layout_token
        block, keep = layout.block(values)
        self._handle = new_struct("policy_context")
        self._handle.attributes = ffi.cast("uint8_t*", block) if block else _NULL
        self._keep = (block, keep)


class Table:
    """A table of a program: `crm.table("account")`."""

    def __init__(self, program: Program, number: int):
        info = new_struct("policy_table_info")
        must(program._call(lib.policy_table_describe, number, info), what=f"table {number}")
        self.number = number
        self.name = program._name(TABLE, 0, number)
        self.ownership = Ownership(info.ownership)
        self.rights = rights_of(info.rights)
        self.columns = program.names(COLUMN, number)
        self.layout = program._layout(ATTRIBUTE, number, self.name, info.attribute_bytes)
        self._layout_token = program._layout_token

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """Those that conditions read, by name."""
        return self.layout.by_name

    def record(
        self,
        owner: Principal = NOBODY,
        unit: Optional[int] = None,
        *,
        away: bool = False,
        shares: Iterable[Share] = (),
        values: Optional[Mapping[str, Value]] = None,
        **attributes: Value,
    ) -> Record:
        """A row with these attributes. `values` is for names that are no Python words, or parameters here."""
        return Record(self, owner, unit, away=away, shares=shares, values={**(values or {}), **attributes})

    def column_bits(self, columns: Iterable[str]) -> int:
        bits = 0
        for column in columns:
            if column not in self.columns:
                raise UnknownError(
                    f"{self.name} has no secured column {column!r}; it has: {', '.join(self.columns) or 'none'}"
                )
            bits |= 1 << self.columns.index(column)
        return bits

    def columns_named(self, columns: Mapping[str, bool]) -> tuple[int, int]:
        """Bits of those that are named, and of those among them that have a value."""
        there = [column for column, has_value in columns.items() if flag(column, has_value)]
        return self.column_bits(columns), self.column_bits(there)

    def columns_of(self, bits: int) -> frozenset[str]:
        return frozenset(column for number, column in enumerate(self.columns) if bits >> number & 1)

    def __repr__(self) -> str:
        return f"<policyc.Table {self.name}>"


class Program(NotCopied):
    """A compiled policy. Opened with policyc.open, or compiled with policyc.compile."""

    def __init__(self, handle: Any, warnings: Sequence[Any] = ()):
        self._owned = Owned(handle, lib.policy_program_close)
        self.warnings = list(warnings)
        self._numbers: dict[tuple[int, int, str], int] = {}
        self._tables: dict[int, Table] = {}
        self._layouts: dict[int, Layout] = {}
        self.info = self._describe()
        # Records fit every program of the same layout, and no other.
        self._layout_token: object = sys.intern(self.info.layout_hash) if self.info.layout_hash else object()

    def __enter__(self) -> Program:
        self._must_be_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives it up. It goes when nothing that was made from it is left; twice is fine."""
        self._owned = CLOSED  # the last who uses it closes it

    @property
    def closed(self) -> bool:
        return not self._owned

    def __repr__(self) -> str:
        return f"<policyc.Program {self.info.policy_name}{', closed' if self.closed else ''}>"

    # --- names -------------------------------------------------------------------------------------------------------

    def names(self, kind: int, of: int = 0) -> tuple[str, ...]:
        return tuple(self._name(kind, of, number) for number in range(self._call(lib.policy_count, kind, of)))

    @property
    def tables(self) -> tuple[str, ...]:
        return self.names(TABLE)

    @property
    def roles(self) -> tuple[str, ...]:
        return self.names(ROLE)

    @property
    def privileges(self) -> tuple[str, ...]:
        return self.names(PRIVILEGE)

    @property
    def column_profiles(self) -> tuple[str, ...]:
        return self.names(COLUMN_PROFILE)

    @property
    def relationships(self) -> tuple[str, ...]:
        return self.names(RELATIONSHIP)

    @property
    def flows(self) -> tuple[str, ...]:
        return self.names(FLOW)

    def steps(self, flow: Name) -> tuple[str, ...]:
        return self.names(STEP, self._number(FLOW, flow))

    def table(self, name: Name) -> Table:
        """The table of that name.

        >>> crm.table("account").attributes["amount"].type
        <Type.MONEY: 3>
        """
        number = self._number(TABLE, name)
        made = self._tables.get(number)
        if made is None:
            made = self._tables[number] = Table(self, number)
        return made

    def step(self, flow: Name, step: Name) -> Step:
        info = new_struct("policy_step_info")
        number = self._number(FLOW, flow)
        must(
            self._call(lib.policy_step_describe, number, self._number(STEP, step, number), info),
            what=f"step {step!r}",
        )
        return Step(
            Right(info.right),
            self._name(TABLE, 0, info.table),
            bool(info.bounded),
            _text(info.named_user),
            _text(info.bounded_by),
        )

    def grant(self, number: int) -> Grant:
        """What Decision.grant is the number of."""
        info = new_struct("policy_grant_info")
        must(self._call(lib.policy_grant_describe, number, info), what=f"grant {number}")
        return Grant(
            self._name(ROLE, 0, info.role),
            self._name(TABLE, 0, info.table),
            Right(info.right),
            Level(info.level),
            _text(info.file),
            info.line,
            info.column,
            bool(info.conditional),
        )

    # --- what questions are asked of ---------------------------------------------------------------------------------

    def subject(
        self,
        user: Union[int, Principal] = 0,
        *,
        unit: Union[int, Unit, Principal] = 0,
        roles: Iterable[Union[Name, Role]] = (),
        teams: Iterable[Union[int, Principal]] = (),
        reports: Iterable[Report] = (),
        attributes: Optional[Mapping[str, Value]] = None,
    ) -> Subject:
        """Resolves a user: do so again when their roles, teams or unit have changed.

        >>> crm.subject(user=3, unit=Unit(2, last=5), teams=[1], roles=["clerk", Role("boss", holder=team(1))])
        """
        standing = new_struct("policy_standing")
        home = _interval("unit", unit)
        standing.user = int(user if isinstance(user, Principal) else user_principal(user))
        standing.unit = home[0]
        of_teams = [int(one if isinstance(one, Principal) else team(one)) for one in teams]
        of_roles = [self._role_held(role, home) for role in _listed("roles", roles)]
        of_reports = [(int(principal("report", report.principal)), right_bits(report.rights)) for report in reports]
        block, keep = self._user_layout().block(attributes or {})
        held = (
            ffi.new("policy_principal[]", of_teams),
            ffi.new("policy_role_held[]", of_roles),
            ffi.new("policy_report[]", of_reports),
        )
        standing.teams, standing.roles, standing.reports = held
        standing.team_count, standing.role_count, standing.report_count = len(of_teams), len(of_roles), len(of_reports)
        standing.attributes = block
        made, error = ffi.new("policy_subject**"), new_error()
        must(self._call(lib.policy_subject_resolve, standing, made, error), error)
        return Subject(Owned(made[0], lib.policy_subject_free), keep)

    def _role_held(self, role: Union[Name, Role], home: tuple[int, int]) -> tuple[int, int, tuple[int, int]]:
        given = role if isinstance(role, Role) else Role(role)
        holder = lib.POLICY_SELF if given.holder is None else int(principal("holder", given.holder))
        anchor = home if given.anchor is None else _interval("anchor", given.anchor)
        return holder, self._number(ROLE, given.name), anchor

    def context(self, values: Optional[Mapping[str, Value]] = None, **attributes: Value) -> Context:
        """What conditions read as `context.`; attributes that are not named have no value."""
        return Context(
            self._layout_token, self._layout(CONTEXT_ATTRIBUTE, 0, "context"), {**(values or {}), **attributes}
        )

    # --- questions ---------------------------------------------------------------------------------------------------

    def check(
        self,
        subject: Subject,
        right: RightLike,
        record: Union[Record, BorrowedRecord],
        context: Optional[Context] = None,
    ) -> bool:
        """May the subject do this to the record? For "create", the record as it would be.

        >>> crm.check(sam, "write", account)
        True
        """
        try:
            number = RIGHT_NUMBERS[right]
        except (KeyError, TypeError):
            number = right_number(right)
        if record._layout is not self._layout_token:
            raise _foreign("record")
        of_context = _NULL if context is None else self._of_context(context)
        owned = self._owned  # stays while it is asked, whoever closes it
        if _check(owned.pointer, subject._owned.pointer, record._table, number, record._handle, of_context):
            return True
        self._of_closed(subject, record)
        return False

    def decide(
        self,
        subject: Subject,
        right: RightLike,
        record: Union[Record, BorrowedRecord],
        context: Optional[Context] = None,
    ) -> Decision:
        """The same, and why.

        >>> crm.decide(sam, "delete", account).reason
        <Reason.LEVEL: 8>
        """
        number, raw = right_number(right), ffi.new("policy_decision*")
        if record._layout is not self._layout_token:
            raise _foreign("record")
        self._of_closed(subject, record)
        status = self._call(
            lib.policy_decide,
            subject._owned.pointer,
            record._table,
            number,
            record._handle,
            self._of_context(context),
            raw,
        )
        if status:
            must(status, what=f"{Right(number).word} of {self._name(TABLE, 0, record._table)}")
        return Decision(self, record._table, number, raw)

    def check_many(
        self,
        subject: Subject,
        right: RightLike,
        records: Union[Batch, Sequence[Record]],
        context: Optional[Context] = None,
    ) -> numpy.ndarray[Any, Any]:
        """One right on many records of a table: an array of bools. Make a batch of those asked about often."""
        from .columns import bits_of, bitmap

        number = right_number(right)
        batch = records if isinstance(records, Batch) else self.batch(records)
        if batch._layout is not self._layout_token:
            raise _foreign("batch")
        self._of_closed(subject)
        words, pointer = bitmap(len(batch))
        if len(batch):
            must(
                self._call(
                    lib.policy_check_many,
                    subject._owned.pointer,
                    batch._table,
                    number,
                    batch._pointers,
                    len(batch),
                    self._of_context(context),
                    pointer,
                ),
                what="check_many",
            )
        return bits_of(words, len(batch))

    def batch(self, records: Sequence[Record]) -> Batch:
        """Records of one table, gathered for check_many."""
        return Batch(self, records)

    def filter(
        self, subject: Subject, right: RightLike, table: Name, columns: Columns, context: Optional[Context] = None
    ) -> numpy.ndarray[Any, Any]:
        """One right on rows that lie in numpy arrays, column by column: an array of bools, a fraction of a nanosecond a
        row. The arrays are read where they are.

        >>> crm.filter(sam, "read", "account", policyc.Columns(owner=owners, owning_unit=units, amount=amounts))
        """
        from .columns import filter_columns

        self._of_closed(subject)
        return filter_columns(self, self.table(table), subject, right_number(right), columns, self._of_context(context))

    def holds(self, subject: Subject, privilege: Name) -> bool:
        """Whether some role has the miscellaneous privilege."""
        number = self._number(PRIVILEGE, privilege)
        self._of_closed(subject)
        return bool(self._call(lib.policy_subject_holds, subject._owned.pointer, number))

    def run_as(
        self, flow: Name, step: Name, triggering: Principal, record_owner: Principal, named: Optional[Principal] = None
    ) -> Principal:
        """Whom a step of a flow runs as: a user, SYSTEM, or NOBODY, which may do nothing. `named`: the user of the name
        Step.named_user."""
        number = self._number(FLOW, flow)
        people = {"triggering": triggering, "record_owner": record_owner, "named": NOBODY if named is None else named}
        numbers = [int(principal(name, somebody)) for name, somebody in people.items()]
        return principal_of(self._call(lib.policy_run_as, number, self._number(STEP, step, number), *numbers))

    def wait(self) -> None:
        """Of a program from policyc.compile: comes back when every decision has its machine code."""
        from .jit import wait

        wait(self)

    # --- inner -------------------------------------------------------------------------------------------------------

    def _call(self, function: Any, *arguments: Any) -> Any:
        """The first argument of `function` is this program, which stays while it runs."""
        owned = self._owned
        if not owned:
            self._must_be_open()
        return function(owned.pointer, *arguments)

    def _must_be_open(self) -> None:
        if not self._owned:
            raise ClosedError(f"the program {self.info.policy_name} is closed")

    def _of_closed(self, subject: Subject, record: Union[None, Record, BorrowedRecord] = None) -> None:
        self._must_be_open()
        if not subject._owned:
            raise ClosedError("the subject is of a reader that looks elsewhere")
        if record is not None and not record._handle:
            raise ClosedError("the record is of a reader that looks elsewhere")

    def _of_context(self, context: Optional[Context]) -> Any:
        if context is None:
            return _NULL
        if context._layout is not self._layout_token:
            raise _foreign("context")
        return context._handle

    def _describe(self) -> ProgramInfo:
        info = new_struct("policy_program_info")
        must(self._call(lib.policy_program_describe, info), what="program")
        texts = {field.name: _text(getattr(info, field.name)) for field in dataclasses.fields(ProgramInfo)[3:]}
        return ProgramInfo(ProgramKind(info.kind), info.abi_version, info.slot_count, **texts)

    def _name(self, kind: int, of: int, number: int) -> str:
        return _text(self._call(lib.policy_name, kind, of, number))

    def _number(self, kind: int, name: Name, of: int = 0) -> int:
        if not isinstance(name, str):
            given = number(KIND_WORDS[kind], name)
            if given < self._call(lib.policy_count, kind, of):
                return given
        else:
            known = self._numbers.get((kind, of, name))
            if known is not None:
                return known
            found: int = self._call(lib.policy_find, kind, of, terminated(KIND_WORDS[kind], name))
            if found != NONE:
                self._numbers[kind, of, name] = found
                return found
        raise UnknownError(f"{self.info.policy_name} has no {KIND_WORDS[kind]} {name!r}")

    def _layout(self, kind: int, of: int, whose: str, size: Optional[int] = None) -> Layout:
        made = self._layouts.get(kind) if kind != ATTRIBUTE else None
        if made is None:
            attributes = []
            for number, name in enumerate(self.names(kind, of)):
                info = new_struct("policy_attribute_info")
                must(self._call(lib.policy_attribute_describe, kind, of, number, info), what=name)
                attributes.append(Attribute(name, number, Type(info.type), info.offset, info.size))
            made = Layout(attributes, self._choice_number, whose, size)
            self._layouts[kind] = made
        return made

    def _user_layout(self) -> Layout:
        return self._layout(USER_ATTRIBUTE, 0, "user")

    def _choice_number(self, label: str) -> int:
        return self._number(CHOICE, label)

    def _explain(self, table: int, right: int, raw: Any) -> str:
        size, needed = 512, ffi.new("size_t*")
        while True:
            text = ffi.new("char[]", size)
            status = self._call(lib.policy_explain, table, right, raw, text, size, needed)
            if needed[0] <= size:
                must(status, what="explain")
                return _text(text)
            size = needed[0]


def _foreign(what: str) -> InvalidError:
    return InvalidError(f"the {what} is of a program with another layout")


def _text(text: Any) -> str:
    return ffi.string(text).decode("utf-8", "replace") if text else ""


def _interval(name: str, unit: Union[int, Unit, Principal]) -> tuple[int, int]:
    if isinstance(unit, Unit):
        return number(name, unit.number), number(name, unit.number if unit.last is None else unit.last)
    if isinstance(unit, Principal):
        if unit.kind != PrincipalKind.UNIT:
            raise ValueError(f"{name}: {unit!r} is no unit")
        return unit.index, unit.index
    return number(name, unit), number(name, unit)


def _listed(name: str, things: Iterable[Any]) -> Iterable[Any]:
    if isinstance(things, (str, bytes)):
        raise TypeError(f"{name}: a list, not {things!r}")
    return things


# --- opening ---------------------------------------------------------------------------------------------------------


def _options(
    keys: Iterable[Union[bytes, str]], policy_hash: Optional[str], layout_hash: Optional[str]
) -> tuple[Any, Any]:
    options = new_struct("policy_open_options")
    given = [bytes.fromhex(key) if isinstance(key, str) else bytes(key) for key in keys]
    if any(len(key) != lib.POLICY_KEY_BYTES for key in given):
        raise ValueError(f"a key is {lib.POLICY_KEY_BYTES} bytes, or as many pairs of hexadecimal digits")
    keep = [
        ffi.new("uint8_t[]", b"".join(given)),
        ffi.new("char[]", terminated("policy_hash", policy_hash or "")),
        ffi.new("char[]", terminated("layout_hash", layout_hash or "")),
    ]
    if given:
        options.keys, options.key_count = keep[0], len(given)
    if policy_hash is not None:
        options.policy_hash = keep[1]
    if layout_hash is not None:
        options.layout_hash = keep[2]
    return options, keep


def open_file(
    path: Path,
    *,
    keys: Optional[Iterable[Union[bytes, str]]] = None,
    policy_hash: Optional[str] = None,
    layout_hash: Optional[str] = None,
) -> Program:
    """Opens an image that `policyc build FILE -o NAME.so` wrote.

    With `keys` (Ed25519 public keys, 32 bytes or hexadecimal) it must be signed by one of them; an empty list of keys
    accepts nothing. With `policy_hash` or `layout_hash` it must be exactly that policy, or have that layout.
    """
    options, keep = _checked_options(keys, policy_hash, layout_hash)
    made, error = ffi.new("policy_program**"), new_error()
    must(lib.policy_program_open(path_bytes("path", path), options, made, error), error, path=path)
    return Program(made[0])


def open_bytes(
    image: Any,
    *,
    keys: Optional[Iterable[Union[bytes, str]]] = None,
    policy_hash: Optional[str] = None,
    layout_hash: Optional[str] = None,
) -> Program:
    """The same of an image in memory: bytes, or anything with a buffer. It may go afterwards."""
    options, keep = _checked_options(keys, policy_hash, layout_hash)
    view = ffi.from_buffer(image)
    made, error = ffi.new("policy_program**"), new_error()
    must(lib.policy_program_open_memory(view, len(view), options, made, error), error)
    return Program(made[0])


def _checked_options(
    keys: Optional[Iterable[Union[bytes, str]]], policy_hash: Optional[str], layout_hash: Optional[str]
) -> tuple[Any, Any]:
    listed = None if keys is None else list(_listed("keys", keys))
    if listed == []:
        raise InvalidError("no key is accepted, so no image is; leave `keys` out to accept unsigned ones")
    return _options(listed or (), policy_hash, layout_hash)
