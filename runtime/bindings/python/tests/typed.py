"""What a type checker takes, and what it must refuse: a `type: ignore` that is needed no more is an error of its own."""

import numpy

import policyc
from policyc import Columns, Operation, Shares, Strings, user


def taken(club: policyc.Program, store: policyc.Store, owners: numpy.ndarray) -> None:
    sam = club.subject(user=3, unit=policyc.unit(1), roles=["skipper", policyc.Role("member", holder=policyc.team(1))])
    rows: Columns = Columns(owner=owners, harbour=Strings(["a"]), status=policyc.choice_numbers(club, ["open"]))
    club.filter(sam, "read", "trip", rows)
    Shares(numpy.zeros(1, dtype="uint32"), numpy.zeros(0, dtype=policyc.SHARE))
    with store.transaction(wait=1.5) as t, store.reader() as reader:
        row: int = t.add_row("trip", owner=user(3))
        t.perform(Operation.update(3, row, values={"seats": 3}))
        reader.check(3, "read", row)


def refused(club: policyc.Program, store: policyc.Store, sam: policyc.Subject) -> None:
    policyc.Nonsense  # type: ignore[attr-defined]
    club.filter(sam, "read", "trip", [1])  # type: ignore[arg-type]
    club.filter(sam, "read", "trip", Columns(owned=1), conext=None)  # type: ignore[call-arg]
    club.table("trip").record(owner=3)  # type: ignore[arg-type]
    number: int = user(3)  # type: ignore[assignment]
    with store.transaction() as t, store.reader() as reader:
        t.set_row_owner(number, number)  # type: ignore[arg-type]
        reader.check(user(3), "read", 1)  # type: ignore[arg-type]
