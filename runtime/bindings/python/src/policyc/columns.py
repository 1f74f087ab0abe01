"""Rows column by column, in numpy arrays, for Program.filter.

    rows = Columns(owner=owners, owning_unit=units, shares=Shares(begin, shares),
                   attributes={"amount": amounts, "closed_on": (days, has_day), "status": statuses})
    may_read = crm.filter(sam, "read", "account", rows)      # an array of bools

Arrays are read where they are: of the right type, contiguous, one entry for each row.

    owner, owning_unit   uint32       integer, money (x 10^4)    int64              date       int32 or datetime64[D]
    away                 bool         decimal (x 10^10)          (n, 2) uint64,     datetime   int64 or datetime64[us]
    boolean              bool, uint8                             the lower first    choice     uint32: choice_numbers
    string               Strings

A pair (values, present) says which rows have a value; numpy.ma arrays of an attribute say so themselves. Not-a-time is no value, and
None for a whole column says that no row has one. Every column that the decision reads must be there: MissingError.
Needs numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from ._policy import ffi, lib
from .errors import MissingError, must, new_struct
from .given import number
from .values import Attribute
from .words import Type

try:
    import numpy
except ImportError as missing:
    raise ImportError("this needs numpy: pip install policyc[numpy]") from missing

if TYPE_CHECKING:
    from .program import Program, Subject, Table

WIDEST = 16  # bytes of an entry
SHARE = numpy.dtype([("principal", "<u4"), ("rights", "<u2"), ("inherited", "<u2")], align=True)
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
        self._values = numpy.empty(len(texts), dtype=STRING)
        self._values["size"] = sizes
        self._values["data"] = self._bytes.ctypes.data + numpy.cumsum(sizes, dtype="<u8") - sizes
        self._present = numpy.fromiter((text is not None for text in strings), dtype=bool, count=len(texts))

    def __len__(self) -> int:
        return len(self._values)


class Shares:
    """The shares of all rows in one array (of dtype SHARE): those of row i from begin[i] on, before begin[i + 1].
    Looked through once, here; do not change the arrays afterwards."""

    def __init__(self, begin: numpy.ndarray[Any, Any], shares: numpy.ndarray[Any, Any]):
        self._begin = array_of("shares.begin", begin, ("uint32",))
        self._shares = array_of("shares", shares, (SHARE,))
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
        self._owner = None if owner is None else array_of("owner", owner, ("uint32",))
        self._owning_unit = None if owning_unit is None else array_of("owning_unit", owning_unit, ("uint32",))
        self._away = None if away is None else array_of("away", away, ("bool",))
        self._shares = shares
        self._attributes = {**(attributes or {}), **named}
        self._count = self._counted(count)

    @property
    def count(self) -> int:
        """Of rows."""
        return self._count

    def _counted(self, count: Optional[int]) -> int:
        lengths = {len(array) for array in (self._owner, self._owning_unit, self._away) if array is not None}
        lengths |= {len(self._shares._begin) - 1} if self._shares is not None else set()
        lengths |= {_length(column) for column in self._attributes.values() if column is not None}
        lengths |= {number("count", count)} if count is not None else set()
        if len(lengths) != 1:
            raise ValueError(f"columns have one entry for each row: their lengths are {sorted(lengths)}")
        return lengths.pop()

    def _left_out(self, table: Table) -> list[str]:
        columns = {"owner": self._owner, "owning_unit": self._owning_unit, "away": self._away}
        left_out = [name for name, array in columns.items() if array is None]
        return left_out + [name for name in table.attributes if name not in self._attributes]


def _length(column: Any) -> int:
    return len(column[0] if isinstance(column, tuple) else column)


def array_of(name: str, array: Any, types: Sequence[Any], dimensions: int = 1) -> Any:
    """The array, which is to be read where it is: of one of these types, whole, and in one piece."""
    if not isinstance(array, numpy.ndarray) or array.dtype not in [numpy.dtype(one) for one in types]:
        kind = array.dtype if isinstance(array, numpy.ndarray) else type(array).__name__
        wanted = " or ".join(map(str, types)) or "policyc.Strings"
        raise TypeError(f"{name}: a numpy array of {wanted}, not {kind}")
    if isinstance(array, numpy.ma.MaskedArray):
        raise TypeError(f"{name}: not a masked array, since each row has one")
    if array.ndim != dimensions:
        raise ValueError(f"{name}: an array of {dimensions} dimension(s), not of shape {array.shape}")
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise TypeError(f"{name}: not contiguous and aligned; numpy.require(array, requirements='CA') makes it so")
    return array


def numbers_of(name: str, numbers: Sequence[int]) -> numpy.ndarray[Any, Any]:
    return numpy.fromiter((number(name, one) for one in numbers), dtype="uint32", count=len(numbers))


class _Filter:
    """Fills policy_columns; keeps alive what it points to."""

    def __init__(self, table: Table, columns: Columns):
        self.rows = new_struct("policy_columns")
        self._keep: list[Any] = []
        self._zeros: Any = None
        self._columns = columns
        self._count = columns.count
        self.rows.count = columns.count
        self._point("owner", columns._owner, "policy_principal*")
        self._point("owning_unit", columns._owning_unit, "uint32_t*")
        self._point("away", self._packed("away", columns._away), "uint64_t*")
        if columns._shares is not None:
            self._point("share_begin", columns._shares._begin, "uint32_t*")
            self._point("shares", columns._shares._shares, "policy_share*")
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
        if len(array_of(name, flags, ("bool",))) != self._count:
            raise ValueError(f"{name}: one entry for each row")
        packed = numpy.packbits(flags, bitorder="little")
        words.view("u1")[: len(packed)] = packed
        return words

    def _attributes(self, table: Table) -> None:
        layout = table.attributes
        pointers = ffi.new("policy_column[]", max(len(layout), 1))
        self._keep.append(pointers)
        for name, column in self._columns._attributes.items():
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
            return column._values, None if column._present.all() else column._present
        values, present = column if isinstance(column, tuple) else (column, None)
        if isinstance(values, numpy.ma.MaskedArray):
            unmasked = _unmasked(values)
            present = unmasked if present is None else array_of(attribute.name, present, ("bool",)) & unmasked
            values = values.data
        is_decimal = attribute.type == Type.DECIMAL
        array_of(attribute.name, values, _TYPES[attribute.type], 2 if is_decimal else 1)
        if values.shape != ((self._count, 2) if is_decimal else (self._count,)):
            raise ValueError(f"{attribute.name}: shape {values.shape}; decimals are (n, 2), others (n,)")
        if attribute.type == Type.BOOLEAN:
            _must_be_booleans(attribute.name, values, present)
        return _moments(values, present) if values.dtype.kind == "M" else (values, present)


def _unmasked(values: Any) -> Any:
    mask = numpy.ma.getmaskarray(values)
    return ~(mask.any(axis=1) if mask.ndim == 2 else mask)


def _must_be_booleans(name: str, values: Any, present: Any) -> None:
    strange = values.view("uint8") > 1
    if strange.any() and (present is None or (strange & present).any()):
        raise ValueError(f"{name}: booleans are 0 and 1")


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
    if not isinstance(columns, Columns):
        raise TypeError(f"columns: a policyc.Columns, not {type(columns).__name__}")
    made = _Filter(table, columns)
    words, pointer = bitmap(columns.count)
    asked = (subject._owned.pointer, table.number, right, made.rows, context, pointer, len(words))
    status = program._call(lib.policy_filter, *asked)
    what = f"filter of {table.name}"
    if status == MissingError.status:
        left_out = ", ".join(columns._left_out(table))
        raise MissingError(f"{what}: a column that the decision reads is among those that were left out: {left_out}")
    must(status, what=what)
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
