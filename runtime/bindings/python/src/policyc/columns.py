"""Rows column by column, in numpy arrays, for Program.filter.

    rows = Columns(owner=owners, owning_unit=units, shares=Shares(begin, shares),
                   attributes={"amount": amounts, "closed_on": (days, has_day), "status": statuses})
    may_read = crm.filter(sam, "read", "account", rows)      # an array of bools

Arrays are read where they are: of the right type, contiguous, one entry for each row.

    owner, owning_unit   uint32       integer, money (x 10^4)    int64              date       int32 or datetime64[D]
    away                 bool         decimal (x 10^10)          (n, 2) uint64,     datetime   int64 or datetime64[us]
    boolean              bool, uint8                             the lower first    choice     uint32: choice_numbers
    string               Strings

A pair (values, present) says which rows have a value; numpy.ma arrays say so themselves. Not-a-time is no value, and
None for a whole column says that no row has one. Every column that the decision reads must be there: MissingError.
Needs numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from ._policy import ffi, lib
from .errors import must, new_struct
from .values import Attribute
from .words import Type

try:
    import numpy
except ImportError as missing:
    raise ImportError("this needs numpy: pip install policyc[numpy]") from missing

if TYPE_CHECKING:
    from .program import Program, Subject, Table

WIDEST = 16  # bytes of an entry
SHARE = numpy.dtype([("principal", "<u4"), ("rights", "<u2"), ("inherited", "<u2")])
STRING = numpy.dtype([("data", "<u8"), ("size", "<u8")])
_TYPES = {
    Type.BOOLEAN: ("bool", "uint8"),
    Type.INTEGER: ("int64",),
    Type.DECIMAL: ("uint64",),
    Type.MONEY: ("int64",),
    Type.STRING: (),
    Type.DATE: ("int32", "datetime64[D]"),
    Type.DATETIME: ("int64", "datetime64[us]"),
    Type.CHOICE: ("uint32",),
}


class Strings:
    """A column of strings; None is no value. Made once, used often."""

    def __init__(self, strings: Sequence[Optional[str]]):
        texts = [b"" if text is None else text.encode() for text in strings]
        sizes = numpy.fromiter((len(text) for text in texts), dtype="<u8", count=len(texts))
        self._bytes = numpy.frombuffer(b"".join(texts) or b"\0", dtype="u1")
        self.values = numpy.empty(len(texts), dtype=STRING)
        self.values["size"] = sizes
        self.values["data"] = self._bytes.ctypes.data + numpy.cumsum(sizes, dtype="<u8") - sizes
        self.present = numpy.fromiter((text is not None for text in strings), dtype=bool, count=len(texts))


class Shares:
    """The shares of all rows in one array (of dtype SHARE): those of row i from begin[i] on, before begin[i + 1].
    Looked through once, here; do not change the arrays afterwards."""

    def __init__(self, begin: numpy.ndarray[Any, Any], shares: numpy.ndarray[Any, Any]):
        self.begin = _array("shares.begin", begin, ("uint32",))
        self.shares = numpy.ascontiguousarray(shares)
        if self.shares.dtype != SHARE:
            raise TypeError(f"shares are of dtype policyc.columns.SHARE, not {self.shares.dtype}")
        if len(begin) == 0 or (begin[1:] < begin[:-1]).any() or begin[-1] > len(shares):
            raise ValueError("shares.begin has an entry more than there are rows, does not descend, and ends in shares")


class Columns:
    """Rows of a table. Columns that the decision does not read may be left out; of an attribute that is None, no row
    has a value."""

    def __init__(
        self,
        *,
        owner: Any = None,
        owning_unit: Any = None,
        away: Any = None,
        shares: Optional[Shares] = None,
        count: Optional[int] = None,
        attributes: Optional[Mapping[str, Any]] = None,
        **named: Any,
    ):
        self.owner = None if owner is None else _array("owner", owner, ("uint32",))
        self.owning_unit = None if owning_unit is None else _array("owning_unit", owning_unit, ("uint32",))
        self.away = None if away is None else _array("away", away, ("bool",))
        self.shares = shares
        self.attributes = {**(attributes or {}), **named}
        self.count = self._counted(count)

    def _counted(self, count: Optional[int]) -> int:
        lengths = {len(array) for array in (self.owner, self.owning_unit, self.away) if array is not None}
        lengths |= {len(self.shares.begin) - 1} if self.shares is not None else set()
        lengths |= {_length(column) for column in self.attributes.values() if column is not None}
        lengths |= {count} if count is not None else set()
        if len(lengths) != 1:
            raise ValueError(f"columns have one entry for each row: their lengths are {sorted(lengths)}")
        return lengths.pop()


def _length(column: Any) -> int:
    if isinstance(column, Strings):
        return len(column.values)
    return len(column[0] if isinstance(column, tuple) else column)


def _array(name: str, array: Any, types: Sequence[str]) -> Any:
    if not isinstance(array, numpy.ndarray) or array.dtype not in [numpy.dtype(one) for one in types]:
        kind = array.dtype if isinstance(array, numpy.ndarray) else type(array).__name__
        raise TypeError(f"{name}: a numpy array of {' or '.join(types) or 'policyc.Strings'}, not {kind}")
    if not array.flags.c_contiguous:
        raise TypeError(f"{name}: not contiguous; numpy.ascontiguousarray makes it so")
    return array


class _Filter:
    """Fills policy_columns; keeps alive what it points to."""

    def __init__(self, table: Table, columns: Columns):
        self.rows = new_struct("policy_columns")
        self._keep: list[Any] = []
        self._zeros: Any = None
        self._columns = columns
        self._count = columns.count
        self.rows.count = columns.count
        self._point("owner", columns.owner, "policy_principal*")
        self._point("owning_unit", columns.owning_unit, "uint32_t*")
        self._point("away", self._packed("away", columns.away), "uint64_t*")
        if columns.shares is not None:
            self._point("share_begin", columns.shares.begin, "uint32_t*")
            self._point("shares", columns.shares.shares, "policy_share*")
        self._attributes(table)

    def _point(self, field: str, array: Any, kind: str) -> None:
        if array is not None:
            setattr(self.rows, field, self._pointer(array, kind))

    def _pointer(self, array: Any, kind: str) -> Any:
        self._keep.append(array)
        return ffi.cast(kind, array.ctypes.data)

    def _packed(self, name: str, flags: Any) -> Any:
        if flags is None:
            return None
        words = numpy.zeros((self._count + 63) // 64, dtype="<u8")
        if isinstance(flags, tuple):  # no row at all
            return words
        if len(_array(name, flags, ("bool",))) != self._count:
            raise ValueError(f"{name}: one entry for each row")
        packed = numpy.packbits(flags, bitorder="little")
        words.view("u1")[: len(packed)] = packed
        return words

    def _attributes(self, table: Table) -> None:
        layout = table.attributes
        pointers = ffi.new("policy_column[]", max(len(layout), 1))
        self._keep.append(pointers)
        for name, column in self._columns.attributes.items():
            attribute = table.layout.find(name)
            values, present = self._column(attribute, column)
            pointers[attribute.number].values = self._pointer(values, "void*")
            if present is not None:
                pointers[attribute.number].present = self._pointer(self._packed(name, present), "uint64_t*")
        self.rows.attributes, self.rows.attribute_count = pointers, len(layout)

    def _nothing(self) -> Any:
        """Values for columns that have none, all in one place."""
        if self._zeros is None:
            self._zeros = numpy.zeros(WIDEST * self._count, dtype="u1")
        return self._zeros

    def _column(self, attribute: Attribute, column: Any) -> tuple[Any, Any]:
        if column is None:
            return self._nothing(), ()
        if isinstance(column, Strings):
            if attribute.type != Type.STRING:
                raise TypeError(f"{attribute.name} is no string")
            return column.values, None if column.present.all() else column.present
        values, present = column if isinstance(column, tuple) else (column, None)
        if isinstance(values, numpy.ma.MaskedArray):
            present = ~numpy.ma.getmaskarray(values) if present is None else present
            values = values.data
        _array(attribute.name, values, _TYPES[attribute.type])
        if values.shape != ((self._count, 2) if attribute.type == Type.DECIMAL else (self._count,)):
            raise ValueError(f"{attribute.name}: shape {values.shape}; decimals are (n, 2), others (n,)")
        return _moments(values, present) if values.dtype.kind == "M" else (values, present)


def _moments(values: Any, present: Any) -> tuple[Any, Any]:
    missing = numpy.isnat(values)
    if missing.any():
        present = ~missing if present is None else present & ~missing
    if values.dtype == numpy.dtype("datetime64[us]"):
        return values.view("int64"), present
    days = values.view("int64")
    if ((days != days.astype("int32")) & ~missing).any():
        raise ValueError("a date does not fit into 32 bits")
    return days.astype("int32"), present


def filter_columns(
    program: Program, table: Table, subject: Subject, right: int, columns: Columns, context: Any
) -> numpy.ndarray[Any, Any]:
    made = _Filter(table, columns)
    words, pointer = bitmap(columns.count)
    must(
        program._call(
            lib.policy_filter, subject._owned.pointer, table.number, right, made.rows, context, pointer, len(words)
        ),
        what=f"filter of {table.name}",
    )
    return bits_of(words, columns.count)


def choice_numbers(program: Program, labels: Sequence[str]) -> Any:
    """A column of a choice attribute from its labels."""
    known = {label: program._choice_number(label) for label in set(labels)}
    return numpy.fromiter((known[label] for label in labels), dtype="uint32", count=len(labels))


def bitmap(count: int) -> tuple[Any, Any]:
    words = numpy.zeros((count + 63) // 64, dtype="<u8")
    return words, ffi.cast("uint64_t*", words.ctypes.data)


def bits_of(words: Any, count: int) -> numpy.ndarray[Any, Any]:
    return numpy.unpackbits(words.view("u1"), count=count, bitorder="little").view(bool)
