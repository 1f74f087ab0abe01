"""Operations: what somebody asks to do, with all that cascades from it.

    with store.transaction() as t:
        outcome = t.perform(Operation.assign(ann, account, user(bob)))
        if not outcome:
            print(outcome.answer.reason, outcome.answer.right)
        for change in outcome.changes:
            print(change.kind.word, change.row)

An Operation is a plain value: `Operation.delete(bot, row).on_behalf_of(ann)`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Optional

from ._policy import ffi
from .errors import UnknownError, new_struct
from .given import flag, number, number_or_none, principal
from .values import Value
from .words import (
    NOBODY,
    NONE,
    ChangeKind,
    OperationKind,
    Principal,
    Reason,
    Right,
    RightLike,
    principal_of,
    right_bits,
)

if TYPE_CHECKING:
    from .program import Decision, Name, Program, Table


@dataclasses.dataclass(frozen=True)
class Operation:
    """Made by the functions below, one for each kind; the first parameter is the user in whose name it is."""

    kind: OperationKind
    user: int
    row: Optional[int] = None
    principal: Principal = NOBODY
    rights: int = 0
    other: Optional[int] = None
    relationship: Optional[Name] = None
    unit: Optional[int] = None
    team: Optional[int] = None
    table: Optional[Name] = None
    active: bool = True
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    links: Mapping[str, Optional[int]] = dataclasses.field(default_factory=dict)
    columns: Mapping[str, bool] = dataclasses.field(default_factory=dict)
    impersonator: Optional[int] = None
    ignores_sign_in: bool = False

    def on_behalf_of(self, user: int) -> Operation:
        """The same by whom it was, in the name of `user`: what both may do."""
        return dataclasses.replace(self, user=user, impersonator=self.user)

    def whoever_may_sign_in(self) -> Operation:
        """It is not asked whether people may sign in."""
        return dataclasses.replace(self, ignores_sign_in=True)

    @classmethod
    def create(
        cls,
        user: int,
        table: Name,
        *,
        owner: Principal = NOBODY,
        unit: Optional[int] = None,
        active: bool = True,
        values: Mapping[str, Value] = {},
        links: Mapping[str, Optional[int]] = {},
        columns: Iterable[str] = (),
    ) -> Operation:
        """`columns`: secured columns that have a value."""
        return cls(
            OperationKind.CREATE,
            user,
            table=table,
            principal=owner,
            unit=unit,
            active=active,
            values=values,
            links=links,
            columns={column: True for column in columns},
        )

    @classmethod
    def read(cls, user: int, row: int) -> Operation:
        return cls(OperationKind.READ, user, row)

    @classmethod
    def update(
        cls,
        user: int,
        row: int,
        *,
        values: Mapping[str, Value] = {},
        links: Mapping[str, Optional[int]] = {},
        columns: Mapping[str, bool] = {},
    ) -> Operation:
        """`columns`: secured columns that it sets, and whether they have a value afterwards. A link to None clears."""
        return cls(OperationKind.UPDATE, user, row, values=values, links=links, columns=columns)

    @classmethod
    def delete(cls, user: int, row: int) -> Operation:
        return cls(OperationKind.DELETE, user, row)

    @classmethod
    def assign(cls, user: int, row: int, to: Principal) -> Operation:
        return cls(OperationKind.ASSIGN, user, row, to)

    @classmethod
    def share(cls, user: int, row: int, to: Principal, rights: Iterable[RightLike]) -> Operation:
        """Beside what is shared already."""
        return cls(OperationKind.SHARE, user, row, to, right_bits(rights))

    @classmethod
    def modify(cls, user: int, row: int, to: Principal, rights: Iterable[RightLike]) -> Operation:
        """Exactly these rights from now on."""
        return cls(OperationKind.MODIFY, user, row, to, right_bits(rights))

    @classmethod
    def revoke(cls, user: int, row: int, of: Principal) -> Operation:
        return cls(OperationKind.REVOKE, user, row, of)

    @classmethod
    def link(cls, user: int, row: int, relationship: Name, other: int) -> Operation:
        return cls(OperationKind.LINK, user, row, relationship=relationship, other=other)

    @classmethod
    def unlink(cls, user: int, row: int, relationship: Name) -> Operation:
        return cls(OperationKind.UNLINK, user, row, relationship=relationship)

    @classmethod
    def associate(cls, user: int, relationship: Name, row: int, other: int) -> Operation:
        """In the order of the relationship's tables."""
        return cls(OperationKind.ASSOCIATE, user, row, relationship=relationship, other=other)

    @classmethod
    def disassociate(cls, user: int, relationship: Name, row: int, other: int) -> Operation:
        return cls(OperationKind.DISASSOCIATE, user, row, relationship=relationship, other=other)

    @classmethod
    def merge(cls, user: int, row: int, into: int) -> Operation:
        return cls(OperationKind.MERGE, user, row, other=into)

    @classmethod
    def set_unit(cls, user: int, row: int, unit: int) -> Operation:
        return cls(OperationKind.SET_UNIT, user, row, unit=unit)

    @classmethod
    def deactivate(cls, user: int, row: int) -> Operation:
        return cls(OperationKind.DEACTIVATE, user, row)

    @classmethod
    def activate(cls, user: int, row: int) -> Operation:
        return cls(OperationKind.ACTIVATE, user, row)

    @classmethod
    def add_member(cls, user: int, team: int, member: Principal) -> Operation:
        return cls(OperationKind.ADD_MEMBER, user, principal=member, team=team)

    @classmethod
    def remove_member(cls, user: int, team: int, member: Principal) -> Operation:
        return cls(OperationKind.REMOVE_MEMBER, user, principal=member, team=team)

    @classmethod
    def move_user(cls, user: int, who: Principal, unit: int) -> Operation:
        return cls(OperationKind.MOVE_USER, user, principal=who, unit=unit)

    @classmethod
    def move_team(cls, user: int, team: int, unit: int) -> Operation:
        return cls(OperationKind.MOVE_TEAM, user, team=team, unit=unit)


@dataclasses.dataclass(frozen=True)
class Answer:
    """Why it may or may not be done; of a denial, `party` lacks `right` on `row`."""

    allowed: bool
    reason: Reason
    party: Principal
    right: Optional[Right]
    table: Optional[str]
    row: Optional[int]
    privilege: Optional[str]
    column: Optional[str]
    decision: Optional[Decision]

    def __bool__(self) -> bool:
        return self.allowed


@dataclasses.dataclass(frozen=True)
class Change:
    """One thing that an operation changes: see policy_change of the C interface for what `before` and `after` are."""

    kind: ChangeKind
    row: Optional[int]
    principal: Principal
    relationship: Optional[str]
    team: Optional[int]
    from_: Optional[int]
    from_owner: Optional[int]
    before: int
    after: int
    through: Optional[str]
    above: Optional[int]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of an operation. True where it is allowed. `row` is the one that a create added."""

    answer: Answer
    row: Optional[int]
    changes: list[Change]
    hidden_columns: frozenset[str]
    unmasked_columns: frozenset[str]

    def __bool__(self) -> bool:
        return self.answer.allowed


def or_none(number: int) -> Optional[int]:
    return None if number == NONE else number


class Writer:
    """Turns operations and rows into the C interface's structs, and outcomes back, by the names of one program.
    `lookup` gives the number of a row's table, NONE where there is no such row."""

    def __init__(self, program: Program, lookup: Callable[[int], int]):
        self.program = program
        self._lookup = lookup

    def table_of(self, row: int) -> Optional[Table]:
        found = self._lookup(number("row", row))
        return None if found == NONE else self.program.table(found)

    def must_be_there(self, row: int) -> Table:
        table = self.table_of(row)
        if table is None:
            raise UnknownError(f"there is no row {row}")
        return table

    def number(self, kind: int, name: Optional[Name]) -> int:
        return NONE if name is None else self.program._number(kind, name)

    def row(
        self,
        table_name: Name,
        owner: Principal,
        unit: Optional[int],
        active: bool,
        values: Mapping[str, Value],
        links: Mapping[str, Optional[int]],
        columns: Iterable[str],
    ) -> tuple[Any, list[Any]]:
        table = self.program.table(table_name)
        row = new_struct("policy_row")
        row.table, row.owner, row.unit = table.number, int(principal("owner", owner)), number_or_none("unit", unit)
        row.is_inactive = 1 - flag("active", active)
        row.values, row.value_count, keep = table.layout.values(values)
        above = row.links = self.links(links)  # the struct's own pointer keeps nothing alive
        row.link_count = len(links)
        row.columns = table.column_bits(columns)
        return row, [*keep, above, row]

    def links(self, links: Mapping[str, Optional[int]]) -> Any:
        from .program import RELATIONSHIP

        pairs = [(self.number(RELATIONSHIP, name), number_or_none(name, parent)) for name, parent in links.items()]
        return ffi.new("policy_link[]", pairs)

    def operation(self, operation: Operation) -> tuple[Any, list[Any]]:
        from .program import RELATIONSHIP

        made = new_struct("policy_operation")
        made.kind, made.user = operation.kind, number("user", operation.user)
        for name in ("impersonator", "row", "other", "unit", "team"):
            setattr(made, name, number_or_none(name, getattr(operation, name)))
        made.principal, made.rights = int(principal("principal", operation.principal)), operation.rights
        made.relationship = self.number(RELATIONSHIP, operation.relationship)
        made.ignores_sign_in = flag("ignores_sign_in", operation.ignores_sign_in)
        if operation.kind == OperationKind.CREATE:
            return self._create(made, operation)
        if operation.kind == OperationKind.UPDATE:
            return self._update(made, operation)
        return made, [made]

    def _create(self, made: Any, operation: Operation) -> tuple[Any, list[Any]]:
        if operation.table is None:
            raise TypeError("a create names its table")
        made.proposed, keep = self.row(
            operation.table,
            operation.principal,
            operation.unit,
            operation.active,
            operation.values,
            operation.links,
            operation.columns,
        )
        made.principal, made.unit = 0, NONE
        return made, [made, *keep]

    def _update(self, made: Any, operation: Operation) -> tuple[Any, list[Any]]:
        table = self.must_be_there(made.row)
        made.values, made.value_count, keep = table.layout.values(operation.values)
        above = made.links = self.links(operation.links)
        made.link_count = len(operation.links)
        made.columns_named, made.columns = table.columns_named(operation.columns)
        return made, [made, *keep, above]

    def name(self, kind: int, number: int, of: int = 0) -> Optional[str]:
        return None if number == NONE else self.program._name(kind, of, number)

    def answer(self, raw: Any) -> Answer:
        from .program import COLUMN, PRIVILEGE, TABLE, Decision

        decision = None
        if raw.right != NONE and raw.table != NONE:
            decision = Decision(self.program, raw.table, raw.right, ffi.new("policy_decision*", raw.decision))
        column = None if raw.column == NONE else self.name(COLUMN, raw.column, raw.table)
        return Answer(
            bool(raw.allowed),
            Reason(raw.reason),
            principal_of(raw.party),
            None if raw.right == NONE else Right(raw.right),
            self.name(TABLE, raw.table),
            or_none(raw.row),
            self.name(PRIVILEGE, raw.privilege),
            column,
            decision,
        )

    def table_asked(self, operation: Operation) -> Optional[Table]:
        """Whose columns the outcome speaks of. To be asked before a delete is carried out."""
        if operation.table is not None:
            return self.program.table(operation.table)
        return None if operation.row is None else self.table_of(operation.row)

    def outcome(self, table: Optional[Table], raw: Any) -> Outcome:
        return Outcome(
            self.answer(raw.answer),
            or_none(raw.row),
            [self.change(raw.changes[number]) for number in range(raw.change_count)],
            frozenset() if table is None else table.columns_of(raw.hidden_columns),
            frozenset() if table is None else table.columns_of(raw.unmasked_columns),
        )

    def change(self, raw: Any) -> Change:
        from .program import RELATIONSHIP

        return Change(
            ChangeKind(raw.kind),
            or_none(raw.row),
            principal_of(raw.principal),
            self.name(RELATIONSHIP, raw.relationship),
            or_none(raw.team),
            or_none(getattr(raw, "from")),
            or_none(raw.from_owner),
            raw.before,
            raw.after,
            self.name(RELATIONSHIP, raw.through),
            or_none(raw.above),
        )
