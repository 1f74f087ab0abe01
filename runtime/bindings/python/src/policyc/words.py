"""The words of policies as Python has them: rights, levels, reasons, kinds, and principals.

    >>> from policyc import Right, team
    >>> Right.READ.word, team(2).kind.name, team(2).index
    ('read', 'TEAM', 2)

Rights may be written as words everywhere: `crm.check(sam, "read", trip)`. Numbers are those of policy/layout.h.
"""

from __future__ import annotations

import enum
from typing import Any, Iterable, Union

from .errors import UnknownError

NONE = 0xFFFFFFFF  # of numbers: nothing


class _Word(enum.IntEnum):
    @property
    def word(self) -> str:
        """As policies write it: "append_to"."""
        return self.name.lower()


class Right(_Word):
    """What may be done with a row."""

    CREATE = 0
    READ = 1
    DELETE = 2
    WRITE = 3
    APPEND = 4
    APPEND_TO = 5
    ASSIGN = 6
    SHARE = 7


class Level(_Word):
    """How far a grant reaches."""

    NONE = 0
    USER = 1
    BUSINESS_UNIT = 2
    PARENT_CHILD = 3
    ORGANIZATION = 4


class Reason(_Word):
    """Why a decision fell as it did. Numbers are never given anew: they stand in logs."""

    NONE = 0
    OWNER = 1
    TEAM_OWNER = 2
    ROLE_LEVEL = 3
    SHARE = 4
    INHERITED_SHARE = 5
    HIERARCHY = 6
    NO_PRIVILEGE = 7
    LEVEL = 8
    CONDITION = 9
    NEEDS_READ = 10
    COLUMN = 11
    RESTRICT = 12
    OTHER_PARTY = 13
    NOT_HELD = 14
    CANNOT_OWN = 15
    CYCLE = 16
    CLASSIC_UNITS = 17
    NOT_SAME_TABLE = 18
    SYSTEM_MANAGED = 19
    ACCESS_TEAM = 20
    DISABLED = 21
    NO_ACT_ON_BEHALF = 22
    ILLEGAL = 23
    UNKNOWN = 24
    ACCESS_MODE = 25

    @classmethod
    def _missing_(cls, value: object) -> Reason:
        return cls.UNKNOWN  # of a later library


class Ownership(_Word):
    """Whom the rows of a table belong to. USER: a user or a team."""

    USER = 0
    BUSINESS_UNIT = 1
    ORGANIZATION = 2


class ProgramKind(_Word):
    """Where a program came from."""

    IMAGE = 1
    LINKED = 2
    JIT = 3


class TeamKind(_Word):
    """OWNER, DEFAULT (all users of its unit), GROUP (of a directory outside), ACCESS (holds no roles, owns nothing)."""

    OWNER = 0
    DEFAULT = 1
    GROUP = 2
    ACCESS = 3


class AccessMode(_Word):
    """How a user may enter."""

    READ_WRITE = 0
    ADMINISTRATIVE = 1
    READ = 2
    SUPPORT = 3
    NON_INTERACTIVE = 4
    DELEGATED_ADMIN = 5


class Type(_Word):
    """Of attributes, with what stands for them in Python: see policyc.values."""

    BOOLEAN = 0
    INTEGER = 1
    DECIMAL = 2
    MONEY = 3
    STRING = 4
    DATE = 5
    DATETIME = 6
    CHOICE = 7


class OperationKind(_Word):
    """What somebody asks to do: see policyc.Operation."""

    CREATE = 0
    READ = 1
    UPDATE = 2
    DELETE = 3
    ASSIGN = 4
    SHARE = 5
    MODIFY = 6
    REVOKE = 7
    LINK = 8
    UNLINK = 9
    ASSOCIATE = 10
    DISASSOCIATE = 11
    MERGE = 12
    SET_UNIT = 13
    DEACTIVATE = 14
    ACTIVATE = 15
    ADD_MEMBER = 16
    REMOVE_MEMBER = 17
    MOVE_USER = 18
    MOVE_TEAM = 19


class ChangeKind(_Word):
    """What an operation changes."""

    CREATE = 0
    VALUES = 1
    OWNER = 2
    UNIT = 3
    STATE = 4
    LINK = 5
    SHARE = 6
    INHERITED = 7
    ASSOCIATION = 8
    DELETE = 9
    MEMBER = 10
    USER_UNIT = 11
    TEAM_UNIT = 12
    ROLES_LOST = 13
    ROLES_MOVED = 14


class PrincipalKind(_Word):
    """NOBODY, or who holds a role, owns a row or has a share."""

    NOBODY = 0
    USER = 1
    TEAM = 2
    UNIT = 3
    ORGANIZATION = 4
    SYSTEM = 5


class Principal:
    """Somebody: a user, a team, a unit, ... Make one with user(3), team(3) or unit(3). int(principal) is what stands in
    numpy columns, and Principal(number) the way back."""

    __slots__ = ("_number",)

    def __init__(self, number: int):
        if isinstance(number, bool) or not hasattr(number, "__index__"):
            raise TypeError(f"a principal is made of a number, not of {number!r}")
        if number != 0 and not 1 << 29 <= number < len(PrincipalKind) << 29:
            raise ValueError(f"{number} is no principal; of a number in policies make one with user, team or unit")
        self._number = int(number)

    @property
    def kind(self) -> PrincipalKind:
        return PrincipalKind(self._number >> 29)

    @property
    def index(self) -> int:
        return self._number & 0x1FFFFFFF

    def __int__(self) -> int:
        return self._number

    def __eq__(self, other: object) -> bool:
        return self._number == other._number if isinstance(other, Principal) else NotImplemented

    def __hash__(self) -> int:
        return hash((Principal, self._number))

    def __repr__(self) -> str:
        return f"{self.kind.word}({self.index})"


def _principal(kind: PrincipalKind, number: int) -> Principal:
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"{kind.word}: a number, not {number!r}")
    if not 0 <= number < 1 << 29:
        raise ValueError(f"{kind.word}: {number} is none; numbers of principals are from 0 to 2^29 - 1")
    return Principal(kind << 29 | int(number))


def user(number: int) -> Principal:
    """The user of that number."""
    return _principal(PrincipalKind.USER, number)


def team(number: int) -> Principal:
    """The team of that number."""
    return _principal(PrincipalKind.TEAM, number)


def unit(number: int) -> Principal:
    """The business unit of that number, where units are principals."""
    return _principal(PrincipalKind.UNIT, number)


NOBODY = Principal(0)
ORGANIZATION = _principal(PrincipalKind.ORGANIZATION, 0)
SYSTEM = _principal(PrincipalKind.SYSTEM, 0)


def principal_of(raw: int) -> Principal:
    """As the library has it: NOBODY for what no host could have made."""
    return Principal(raw) if 1 << 29 <= raw < len(PrincipalKind) << 29 else NOBODY


RightLike = Union[str, Right]
RIGHT_NUMBERS: dict[Any, int] = {name: int(right) for right in Right for name in (right, right.word)}


def right_number(right: RightLike) -> int:
    try:
        return RIGHT_NUMBERS[right]
    except (KeyError, TypeError):
        raise UnknownError(f"no right is called {right!r}; rights are {', '.join(r.word for r in Right)}") from None


def right_bits(rights: Iterable[RightLike]) -> int:
    bits = 0
    for right in [rights] if isinstance(rights, (str, Right)) else rights:
        bits |= 1 << right_number(right)
    return bits


def rights_of(bits: int) -> frozenset[Right]:
    return frozenset(right for right in Right if bits >> right & 1)
