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
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional

from ._policy import ffi
from .errors import new_struct
from .values import Value
from .words import NOBODY, NONE, ChangeKind, OperationKind, Principal, Reason, Right, RightLike, right_bits

if TYPE_CHECKING:
    from .program import Decision, Name, Program


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
    def read(cls, user: int, table: Name, row: int) -> Operation:
        return cls(OperationKind.READ, user, row, table=table)

    @classmethod
    def update(
        cls,
        user: int,
        table: Name,
        row: int,
        *,
        values: Mapping[str, Value] = {},
        links: Mapping[str, Optional[int]] = {},
        columns: Mapping[str, bool] = {},
    ) -> Operation:
        """`columns`: secured columns that it sets, and whether they have a value afterwards. A link to None clears."""
        return cls(OperationKind.UPDATE, user, row, table=table, values=values, links=links, columns=columns)

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


def or_number(number: Optional[int]) -> int:
    return NONE if number is None else number


class Writer:
    """Turns operations and rows into the C interface's structs, and outcomes back, by the names of one program."""

    def __init__(self, program: Program):
        self.program = program

    def number(self, kind: int, name: Optional[Name]) -> int:
        return NONE if name is None else self.program._number(kind, name)

    def row(
        self,
        table_name: Name,
        owner: int,
        unit: Optional[int],
        active: bool,
        values: Mapping[str, Value],
        links: Mapping[str, Optional[int]],
        columns: Iterable[str],
    ) -> tuple[Any, list[Any]]:
        table = self.program.table(table_name)
        row = new_struct("policy_row")
        row.table, row.owner, row.unit, row.is_inactive = table.number, owner, or_number(unit), int(not active)
        row.values, row.value_count, keep = table.layout.values(values)
        above = row.links = self.links(links)  # the struct's own pointer keeps nothing alive
        row.link_count = len(links)
        row.columns = table.column_bits(columns)
        return row, [*keep, above, row]

    def links(self, links: Mapping[str, Optional[int]]) -> Any:
        from .program import RELATIONSHIP

        pairs = [(self.number(RELATIONSHIP, name), or_number(parent)) for name, parent in links.items()]
        return ffi.new("policy_link[]", pairs)

    def operation(self, operation: Operation) -> tuple[Any, list[Any]]:
        from .program import RELATIONSHIP

        made = new_struct("policy_operation")
        made.kind, made.user, made.impersonator = operation.kind, operation.user, or_number(operation.impersonator)
        made.row, made.other = or_number(operation.row), or_number(operation.other)
        made.principal, made.rights = operation.principal, operation.rights
        made.relationship = self.number(RELATIONSHIP, operation.relationship)
        made.unit, made.team = or_number(operation.unit), or_number(operation.team)
        made.ignores_sign_in = int(operation.ignores_sign_in)
        keep: list[Any] = [made]
        if operation.kind == OperationKind.CREATE:
            made.proposed, more = self.row(
                operation.table or 0,
                operation.principal,
                operation.unit,
                operation.active,
                operation.values,
                operation.links,
                operation.columns,
            )
            made.principal, made.unit = NOBODY, NONE
            return made, keep + more
        if operation.kind == OperationKind.UPDATE:
            table = self.program.table(operation.table or 0)
            made.values, made.value_count, more = table.layout.values(operation.values)
            above = made.links = self.links(operation.links)
            made.link_count = len(operation.links)
            made.columns_named = table.column_bits(operation.columns)
            made.columns = table.column_bits(name for name, there in operation.columns.items() if there)
            keep += [*more, above]
        return made, keep

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
            Principal(raw.party),
            None if raw.right == NONE else Right(raw.right),
            self.name(TABLE, raw.table),
            or_none(raw.row),
            self.name(PRIVILEGE, raw.privilege),
            column,
            decision,
        )

    def outcome(self, operation: Operation, raw: Any) -> Outcome:
        def columns(bits: int) -> frozenset[str]:
            return self.program.table(operation.table).columns_of(bits) if operation.table is not None else frozenset()

        return Outcome(
            self.answer(raw.answer),
            or_none(raw.row),
            [self.change(raw.changes[number]) for number in range(raw.change_count)],
            columns(raw.hidden_columns),
            columns(raw.unmasked_columns),
        )

    def change(self, raw: Any) -> Change:
        from .program import RELATIONSHIP

        return Change(
            ChangeKind(raw.kind),
            or_none(raw.row),
            Principal(raw.principal),
            self.name(RELATIONSHIP, raw.relationship),
            or_none(raw.team),
            or_none(getattr(raw, "from")),
            or_none(raw.from_owner),
            raw.before,
            raw.after,
            self.name(RELATIONSHIP, raw.through),
            or_none(raw.above),
        )
