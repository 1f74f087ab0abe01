"""Values of attributes: from Python to what compiled code reads, exactly or not at all.

    boolean   bool                       date      datetime.date
    integer   int                        datetime  datetime.datetime with a time zone
    decimal   Decimal or int, 10 places  string    str
    money     Decimal or int, 4 places   choice    the label, a str

None is no value, whatever the type. A float is refused: 0.1 is not a tenth; write Decimal("0.1").
"""

from __future__ import annotations

import datetime
import decimal
import struct
from typing import Any, Callable, Mapping, NamedTuple, Optional, Union

from ._policy import ffi
from .words import Type

Value = Union[None, bool, int, decimal.Decimal, str, datetime.date, datetime.datetime]

EPOCH_DATE = datetime.date(1970, 1, 1).toordinal()
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)
MOST_DIGITS = 40  # more than 128 bits hold


class Encoded(NamedTuple):
    """As policy_value has it: a number of 128 bits in two halves, or text."""

    number: int
    text: Optional[bytes] = None


class Attribute(NamedTuple):
    """An attribute that conditions read: its number, and where it lies in a record."""

    name: str
    number: int
    type: Type
    offset: int
    size: int


def _expect(value: object, kind: Union[type, tuple[type, ...]], words: str) -> None:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{words}, not {type(value).__name__}")


def _signed(number: int, bits: int) -> Encoded:
    if not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise ValueError(f"{number} does not fit into {bits} bits")
    return Encoded(number)


def _scaled(value: Union[int, decimal.Decimal], places: int) -> int:
    """value x 10^places, without any rounding."""
    if isinstance(value, int):
        return value * int(10**places)
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)) or "0")
    shift = int(exponent) + places
    if number == 0:
        return 0
    if shift > MOST_DIGITS:
        raise ValueError(f"{value} is too great")
    if shift >= 0:
        number *= int(10**shift)
    else:
        if -shift > len(digits) or number % 10**-shift:
            raise ValueError(f"{value} has more than {places} places")
        number //= int(10**-shift)
    return -number if sign else number


def _boolean(value: Any, _: Any) -> Encoded:
    _expect(value, bool, "a boolean is a bool")
    return Encoded(int(value))


def _integer(value: Any, _: Any) -> Encoded:
    _expect(value, int, "an integer is an int")
    return _signed(value, 64)


def _decimal(value: Any, _: Any) -> Encoded:
    _expect(value, (int, decimal.Decimal), "a decimal is a Decimal or an int")
    return _signed(_scaled(value, 10), 128)


def _money(value: Any, _: Any) -> Encoded:
    _expect(value, (int, decimal.Decimal), "money is a Decimal or an int")
    return _signed(_scaled(value, 4), 64)


def _string(value: Any, _: Any) -> Encoded:
    _expect(value, str, "a string is a str")
    return Encoded(0, value.encode())


def _date(value: Any, _: Any) -> Encoded:
    if isinstance(value, datetime.datetime):
        raise TypeError("a date is a datetime.date, not a datetime")
    _expect(value, datetime.date, "a date is a datetime.date")
    return Encoded(value.toordinal() - EPOCH_DATE)


def _datetime(value: Any, _: Any) -> Encoded:
    _expect(value, datetime.datetime, "a datetime is a datetime.datetime")
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError("a datetime without a time zone is no moment")
    return Encoded((value - EPOCH) // MICROSECOND)


def _choice(value: Any, number_of: Callable[[str], int]) -> Encoded:
    _expect(value, str, "a choice is its label, a str")
    return Encoded(number_of(value))


_ENCODERS: dict[Type, Callable[[Any, Callable[[str], int]], Encoded]] = {
    Type.BOOLEAN: _boolean,
    Type.INTEGER: _integer,
    Type.DECIMAL: _decimal,
    Type.MONEY: _money,
    Type.STRING: _string,
    Type.DATE: _date,
    Type.DATETIME: _datetime,
    Type.CHOICE: _choice,
}
_FORMATS = {
    Type.BOOLEAN: "=B",
    Type.INTEGER: "=q",
    Type.MONEY: "=q",
    Type.DATE: "=i",
    Type.DATETIME: "=q",
    Type.CHOICE: "=I",
}


class Layout:
    """The attributes of a table, of users or of the context, and where they lie."""

    def __init__(
        self, attributes: list[Attribute], choice: Callable[[str], int], whose: str, size: Optional[int] = None
    ):
        self.by_name: Mapping[str, Attribute] = {attribute.name: attribute for attribute in attributes}
        self.size = size if size is not None else _size_of(attributes)
        self._choice = choice
        self._whose = whose

    def find(self, name: str) -> Attribute:
        try:
            return self.by_name[name]
        except (KeyError, TypeError):
            from .errors import UnknownError

            known = ", ".join(self.by_name) or "none"
            raise UnknownError(
                f"{self._whose} has no attribute {name!r} that a condition reads; it has: {known}"
            ) from None

    def encode(self, attribute: Attribute, value: Value) -> Encoded:
        try:
            return _ENCODERS[attribute.type](value, self._choice)
        except (TypeError, ValueError, UnicodeError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"{self._whose}.{attribute.name}: {error}") from None

    def write(self, memory: Any, base: int, keep: dict[int, Any], name: str, value: Value) -> None:
        """To `memory`, in which the attributes begin at `base`; what it points to then is in `keep`."""
        attribute = self.find(name)
        at, bit = base + attribute.number // 8, 1 << attribute.number % 8
        present = memory[at][0] & ~bit
        if value is None:
            memory[at] = bytes([present])
            keep.pop(attribute.number, None)
            return
        encoded = self.encode(attribute, value)
        begin = base + attribute.offset
        memory[begin : begin + attribute.size] = _packed(attribute, encoded, keep)
        memory[at] = bytes([present | bit])

    def block(self, values: Mapping[str, Value]) -> Any:
        """Memory of its own with these values; NULL where there are no attributes."""
        keep: dict[int, Any] = {}
        if self.size == 0:
            for name in values:
                self.find(name)
            return ffi.NULL, keep
        block = new_block(self.size)
        memory = ffi.buffer(block)
        for name, value in values.items():
            self.write(memory, 0, keep, name, value)
        return block, keep

    def values(self, given: Mapping[str, Value]) -> tuple[Any, int, list[Any]]:
        """As policy_value, their count, and what must live as long."""
        values = ffi.new("policy_value[]", len(given))
        keep: list[Any] = [values]
        for value, (name, what) in zip(values, given.items()):
            attribute = self.find(name)
            value.attribute = attribute.number
            if what is None:
                continue
            encoded = self.encode(attribute, what)
            value.is_set = 1
            value.number = encoded.number & 0xFFFFFFFFFFFFFFFF
            value.high = encoded.number >> 64 if attribute.type == Type.DECIMAL else 0
            if encoded.text is not None:
                text = ffi.new("char[]", encoded.text)
                keep.append(text)
                value.text, value.text_size = text, len(encoded.text)
        return values, len(given), keep


def _packed(attribute: Attribute, encoded: Encoded, keep: dict[int, Any]) -> bytes:
    if attribute.type == Type.STRING:
        assert encoded.text is not None
        text = keep[attribute.number] = ffi.new("char[]", encoded.text)
        return struct.pack("=QQ", int(ffi.cast("uintptr_t", text)), len(encoded.text))
    if attribute.type == Type.DECIMAL:
        return struct.pack("=Qq", encoded.number & 0xFFFFFFFFFFFFFFFF, encoded.number >> 64)
    return struct.pack(_FORMATS[attribute.type], encoded.number)


def _size_of(attributes: list[Attribute]) -> int:
    ends = [attribute.offset + attribute.size for attribute in attributes]
    return (max(ends) + 7) // 8 * 8 if ends else 0


def new_block(size: int) -> Any:
    """Zeroed memory for that many bytes, aligned to 8."""
    return ffi.new("uint64_t[]", (size + 7) // 8)
