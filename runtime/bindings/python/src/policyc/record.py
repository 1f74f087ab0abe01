"""Records: rows as a check reads them, where the host keeps the facts.

    >>> trip = crm.table("boat_trip").record(owner=user(3), unit=2, status="closed", distance_km=Decimal("12.5"))
    >>> trip["status"] = "open"
    >>> trip.shares = [Share(user(7), rights=["read"])]
    >>> crm.check(sam, "write", trip)
    True

A record belongs to whoever made it: do not change it while another thread checks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple, Optional, Sequence

from ._policy import ffi
from .given import flag, number_or_none, principal
from .owned import Lent, NotCopied
from .values import Value, new_block
from .words import NOBODY, NONE, Principal, RightLike, principal_of, right_bits

if TYPE_CHECKING:
    from .program import Program, Table

HEADER = ffi.sizeof("policy_record")
AWAY = 1


class Share(NamedTuple):
    """A row shared with somebody: rights given on the row, and those handed down from a row above."""

    principal: Principal
    rights: Iterable[RightLike] = ()
    inherited: Iterable[RightLike] = ()


class Record(NotCopied):
    """One row, laid out as its program reads it. Attributes are set and cleared by name."""

    __slots__ = ("_handle", "_layout", "_table", "_block", "_memory", "_keep", "_shares", "table")

    def __init__(
        self,
        table: Table,
        owner: Principal = NOBODY,
        unit: Optional[int] = None,
        *,
        away: bool = False,
        shares: Iterable[Share] = (),
        values: Mapping[str, Value] = {},
    ):
        self.table = table
        self._table = table.number
        self._layout = table._layout_token
        self._block = new_block(HEADER + table.layout.size)
        self._memory = ffi.buffer(self._block)
        self._handle = ffi.cast("policy_record*", self._block)
        self._keep: dict[int, Any] = {}
        self._shares: Any = None
        self.owner = owner
        self.unit = unit
        self.shares = shares
        self.away = away
        for name, value in values.items():
            self[name] = value

    @property
    def owner(self) -> Principal:
        return principal_of(self._handle.owner)

    @owner.setter
    def owner(self, owner: Principal) -> None:
        self._handle.owner = int(principal("owner", owner))

    @property
    def unit(self) -> Optional[int]:
        """The owning unit's number in pre-order; None on tables that the organization owns."""
        number = self._handle.owning_unit
        return None if number == NONE else int(number)

    @unit.setter
    def unit(self, unit: Optional[int]) -> None:
        self._handle.owning_unit = number_or_none("unit", unit)

    @property
    def away(self) -> bool:
        """The owning unit is not the owner's own."""
        return bool(self._handle.shares & AWAY)

    @away.setter
    def away(self, away: bool) -> None:
        self._handle.shares = (self._handle.shares & ~AWAY) | flag("away", away)

    @property
    def shares(self) -> Iterable[Share]:
        raise AttributeError("shares can be set, not read")

    @shares.setter
    def shares(self, shares: Iterable[Share]) -> None:
        given = list(shares)
        away = self._handle.shares & AWAY
        if not given:
            self._handle.shares = away
            self._shares = None
            return
        block = new_block(ffi.sizeof("policy_share_list") + len(given) * ffi.sizeof("policy_share"))
        listed = ffi.cast("policy_share_list*", block)
        listed.count = len(given)
        entries = ffi.cast("policy_share*", listed + 1)
        for number, share in enumerate(given):
            entries[number].principal = int(principal("share", share.principal))
            entries[number].rights = right_bits(share.rights)
            entries[number].inherited = right_bits(share.inherited)
        self._handle.shares = int(ffi.cast("uintptr_t", block)) | away
        self._shares = block  # the former one goes only now

    def __setitem__(self, name: str, value: Value) -> None:
        self.table.layout.write(self._memory, HEADER, self._keep, name, value)

    def __delitem__(self, name: str) -> None:
        self[name] = None

    def __repr__(self) -> str:
        return f"<policyc.Record of {self.table.name}, owner {self.owner!r}>"


class BorrowedRecord:
    """A row of a store, as its reader sees it; good until the reader looks elsewhere."""

    __slots__ = ("_layout", "_lent", "_table")

    def __init__(self, lent: Lent, table: int, layout: object):
        self._lent, self._table, self._layout = lent, table, layout

    @property
    def _handle(self) -> Any:
        return self._lent.pointer


class Batch:
    """Records of one table, gathered once to be asked about often: see Program.check_many."""

    __slots__ = ("_pointers", "_records", "_layout", "_table")

    def __init__(self, program: Program, records: Sequence[Record]):
        self._records = list(records)
        first = self._records[0] if self._records else None
        self._table = first._table if first else NONE
        self._layout = first._layout if first else program._layout_token
        for record in self._records:
            if record._table != self._table or record._layout is not self._layout:
                raise ValueError("the records of a batch are of one table")
        self._pointers = ffi.new("policy_record*[]", [record._handle for record in self._records])

    def __len__(self) -> int:
        return len(self._records)
