"""Filters over numpy arrays agree with checks, row by row."""

import datetime
from decimal import Decimal

import numpy
import pytest

import policyc
from policyc import Columns, Principal, Share, Shares, Strings, user

COUNT = 1000
UTC = datetime.timezone.utc


def columns(**more):
    numbers = numpy.arange(COUNT, dtype="uint32")
    owner = (numbers % 7 + int(user(0))).astype("uint32")
    none = dict.fromkeys(["distance_km", "fee", "status", "urgent", "seats", "harbour", "day", "starts"])
    away = numpy.zeros(COUNT, dtype=bool)
    return {"owner": owner, "owning_unit": numbers % 4, "away": away, **none, **more}


def records(club, rows, **values):
    table = club.table("trip")
    return [
        table.record(
            owner=Principal(rows["owner"][n]),
            unit=int(rows["owning_unit"][n]),
            **{name: of[n] for name, of in values.items()},
        )
        for n in range(COUNT)
    ]


def assert_same(club, subject, rows, made, right="read"):
    found = club.filter(subject, right, "trip", Columns(**rows))
    assert found.dtype == bool and len(found) == COUNT
    assert found.tolist() == [club.check(subject, right, record) for record in made]
    assert found.any() and not found.all()


def test_owners_and_units(club, sam):
    rows = columns()
    assert_same(club, sam, rows, records(club, rows))
    assert_same(club, sam, rows, records(club, rows), "write")


def test_shares(club, sam):
    rows = columns(owning_unit=numpy.full(COUNT, 3, dtype="uint32"))
    begin = numpy.minimum(numpy.arange(COUNT + 1) // 2, 400).astype("uint32")
    shares = numpy.zeros(400, dtype=policyc.SHARE)
    shares["principal"] = int(user(3))
    shares["rights"] = numpy.where(numpy.arange(400) % 3 == 0, 1 << 1, 0)
    made = records(club, rows)
    for n, record in enumerate(made):
        record.shares = [Share(user(3), ["read"] if shares["rights"][s] else []) for s in range(begin[n], begin[n + 1])]
    assert_same(club, sam, {**rows, "shares": Shares(begin, shares)}, made)


def with_nulls(values):
    return [None if n % 5 == 0 else value for n, value in enumerate(values)]


def masked(array):
    return numpy.ma.masked_array(array, mask=numpy.arange(COUNT) % 5 == 0)


CASES = {
    "by_urgent": lambda club: ("urgent", [n % 2 == 0 for n in range(COUNT)], lambda v: numpy.array(v)),
    "by_seats": lambda club: (
        "seats",
        [-9223372036854775807 if n % 3 else n for n in range(COUNT)],
        lambda v: numpy.array(v, dtype="int64"),
    ),
    "by_fee": lambda club: (
        "fee",
        [Decimal("-922337203685476.5807") if n % 3 else Decimal(n) for n in range(COUNT)],
        lambda v: numpy.array([int(x * 10000) for x in v], dtype="int64"),
    ),
    "by_distance": lambda club: (
        "distance_km",
        [Decimal("12.0000000001") if n % 3 else Decimal(n) for n in range(COUNT)],
        lambda v: numpy.array([(int(x * 10**10), 0) for x in v], dtype="uint64"),
    ),
    "by_day": lambda club: (
        "day",
        [datetime.date(1969, 12, 30 + n % 2) for n in range(COUNT)],
        lambda v: numpy.array(v, dtype="datetime64[D]"),
    ),
    "by_starts": lambda club: (
        "starts",
        [datetime.datetime(2026, 1, 31, 12, 0, 0, n % 2, UTC) for n in range(COUNT)],
        lambda v: numpy.array([x.replace(tzinfo=None) for x in v], dtype="datetime64[us]"),
    ),
}


@pytest.mark.parametrize("role", CASES)
def test_attributes(club, role):
    name, values, array_of = CASES[role](club)
    subject = club.subject(user=100, unit=9, roles=[role])
    rows, array = columns(), array_of(values)
    assert_same(club, subject, {**rows, name: array}, records(club, rows, **{name: values}))
    there = numpy.arange(COUNT) % 5 != 0
    made = records(club, rows, **{name: with_nulls(values)})
    assert_same(club, subject, {**rows, name: (array, there)}, made)
    if array.ndim == 1:
        assert_same(club, subject, {**rows, name: masked(array)}, made)


def test_not_a_time_is_no_value(club):
    subject = club.subject(user=100, unit=9, roles=["by_day"])
    days = numpy.full(COUNT, "1969-12-31", dtype="datetime64[D]")
    days[::2] = "NaT"
    found = club.filter(subject, "read", "trip", Columns(**columns(day=days)))
    assert found.tolist() == [n % 2 == 1 for n in range(COUNT)]


def test_strings(club):
    subject = club.subject(user=100, unit=9, roles=["by_harbour"])
    harbours = ["Ny-Ålesund" if n % 3 else "Oslo" for n in range(COUNT)]
    harbours[1] = None
    rows = columns()
    assert_same(club, subject, {**rows, "harbour": Strings(harbours)}, records(club, rows, harbour=harbours))


def test_choices(club):
    labels = ["closed" if n % 2 else "open" for n in range(COUNT)]
    rows = columns(owning_unit=numpy.full(COUNT, 9, dtype="uint32"))
    kilometres = numpy.zeros((COUNT, 2), dtype="uint64")
    subject = club.subject(user=100, unit=0, roles=[policyc.Role("admiral", anchor=policyc.Unit(0, last=20))])
    made = records(club, rows, status=labels, distance_km=[0] * COUNT)
    assert_same(
        club,
        subject,
        {**rows, "status": policyc.choice_numbers(club, labels), "distance_km": kilometres},
        made,
        "delete",
    )
    with pytest.raises(policyc.UnknownError):
        policyc.choice_numbers(club, ["ajar"])


def test_a_column_that_is_read_and_not_there(club):
    subject = club.subject(roles=["by_urgent"])
    with pytest.raises(policyc.MissingError, match="filter of trip: .* left out: owning_unit, away, .*urgent"):
        club.filter(subject, "read", "trip", Columns(owner=columns()["owner"], seats=None))


def test_no_rows(club, sam):
    none = numpy.zeros(0, dtype="uint32")
    assert club.filter(sam, "read", "trip", Columns(owner=none, owning_unit=none)).tolist() == []


def test_arrays_of_another_kind(club, sam):
    numbers = numpy.zeros(10, dtype="uint32")
    for wrong in (numbers.astype("int64"), numpy.zeros(20, dtype="uint32")[::2], [1, 2]):
        with pytest.raises(TypeError):
            Columns(owner=wrong, owning_unit=numbers)
    with pytest.raises(ValueError, match="lengths"):
        Columns(owner=numbers, owning_unit=numbers[:5])
    with pytest.raises(ValueError):
        Columns()
    with pytest.raises(TypeError, match="seats"):
        club.filter(sam, "read", "trip", Columns(owner=numbers, owning_unit=numbers, seats=numpy.zeros(10)))
    with pytest.raises(ValueError, match="shape"):
        club.filter(
            sam,
            "read",
            "trip",
            Columns(owner=numbers, owning_unit=numbers, distance_km=numpy.zeros((10, 3), dtype="uint64")),
        )
    with pytest.raises(TypeError):
        club.filter(sam, "read", "trip", Columns(owner=numbers, owning_unit=numbers, seats=Strings([""] * 10)))
    with pytest.raises(policyc.UnknownError):
        club.filter(sam, "read", "trip", Columns(owner=numbers, owning_unit=numbers, length=numbers))
    with pytest.raises(ValueError):
        club.filter(
            sam,
            "read",
            "trip",
            Columns(owner=numbers, owning_unit=numbers, seats=(numpy.zeros(10, "int64"), numpy.ones(3, bool))),
        )


@pytest.mark.parametrize("shape", [(10, 2), (10, 0), (10, 1), (2, 5)], ids=str)
def test_columns_have_one_dimension(shape):
    numbers, flags = numpy.zeros(shape, dtype="uint32"), numpy.zeros(shape, dtype=bool)
    for wrong in ({"owner": numbers}, {"owning_unit": numbers}, {"away": flags}):
        with pytest.raises(ValueError, match="dimension"):
            Columns(**wrong)
    with pytest.raises(ValueError, match="dimension"):
        Shares(numbers, numpy.zeros(3, dtype=policyc.SHARE))
    with pytest.raises(ValueError, match="dimension"):
        Shares(numpy.zeros(10, dtype="uint32"), numpy.zeros(shape, dtype=policyc.SHARE))


def test_each_row_has_an_owner(club, sam):
    numbers = numpy.ma.array(numpy.zeros(10, dtype="uint32"), mask=[True] * 10)
    for wrong in ({"owner": numbers}, {"owning_unit": numbers}, {"away": numbers.astype(bool)}):
        with pytest.raises(TypeError, match="masked"):
            Columns(**wrong)
    with pytest.raises(TypeError, match="masked"):
        Shares(numbers, numpy.zeros(3, dtype=policyc.SHARE))
    owner = numpy.zeros(10, dtype="uint32")
    present = (numpy.zeros(10, dtype="int64"), numbers.astype(bool))
    with pytest.raises(TypeError, match="masked"):
        club.filter(sam, "read", "trip", Columns(owner=owner, owning_unit=owner, seats=present))


def test_a_mask_counts_beside_what_is_present(club):
    subject = club.subject(user=100, unit=9, roles=["by_seats"])
    seats = numpy.ma.array(numpy.full(4, -9223372036854775807), mask=[True, False, True, False])
    rows = {name: column[:4] if column is not None else None for name, column in columns().items()}
    there = numpy.array([True, True, False, False])
    found = club.filter(subject, "read", "trip", Columns(**{**rows, "seats": (seats, there)}))
    assert found.tolist() == [False, True, False, False]
    distances = numpy.ma.array(
        numpy.full((4, 2), [120000000001, 0], dtype="uint64"), mask=[[True, True]] + [[False] * 2] * 3
    )
    subject = club.subject(user=100, unit=9, roles=["by_distance"])
    found = club.filter(subject, "read", "trip", Columns(**{**rows, "distance_km": distances}))
    assert found.tolist() == [False, True, True, True]


@pytest.mark.parametrize("strange", [2, 3, 255])
def test_booleans_are_0_and_1(club, strange):
    subject = club.subject(user=100, unit=9, roles=["by_urgent"])
    for bytes_ in (numpy.ones(COUNT, dtype="uint8"), numpy.ones(COUNT, dtype="uint8").view(bool)):
        assert club.filter(subject, "read", "trip", Columns(**columns(urgent=bytes_))).all()
        bytes_.view("uint8")[7] = strange
        with pytest.raises(ValueError, match="urgent: booleans are 0 and 1"):
            club.filter(subject, "read", "trip", Columns(**columns(urgent=bytes_)))
        there = numpy.arange(COUNT) != 7
        assert club.filter(subject, "read", "trip", Columns(**columns(urgent=(bytes_, there)))).sum() == COUNT - 1


def test_arrays_between_two_bytes(club):
    seats = numpy.zeros(8 * COUNT + 1, dtype="uint8")[1:].view("int64")
    subject = club.subject(user=100, unit=9, roles=["by_seats"])
    with pytest.raises(TypeError, match="aligned"):
        club.filter(subject, "read", "trip", Columns(**columns(seats=seats)))


def test_columns_are_what_they_were_made_of(club, sam):
    made = Columns(**columns())
    with pytest.raises(AttributeError):
        made.count = 10**9
    assert len(Strings(["a", None])) == 2 and not hasattr(Strings(["a"]), "values")
    with pytest.raises(TypeError, match="columns: a policyc.Columns"):
        club.filter(sam, "read", "trip", columns())
    with pytest.raises(TypeError, match="count: "):
        Columns(count=True)


def test_shares_that_point_nowhere():
    shares = numpy.zeros(3, dtype=policyc.SHARE)
    for begin in ([0, 4], [2, 1], []):
        with pytest.raises(ValueError):
            Shares(numpy.array(begin, dtype="uint32"), shares)
    with pytest.raises(TypeError):
        Shares(numpy.array([0, 1], dtype="uint32"), numpy.zeros(3, dtype="uint64"))
