"""The same questions as check.c, in Python."""

import sys
import time

import numpy

import policyc
from policyc import Unit, user

ROUNDS, CALLS, ROWS = 7, 200_000, 4096


def best(count, work):
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        work()
        took.append((time.perf_counter_ns() - begin) / count)
    return min(took)


def calls(ask):
    for _ in range(CALLS):
        ask()


def main():
    club = policyc.open(sys.argv[1])
    sam = club.subject(user=3, unit=Unit(1, last=2), roles=["skipper"])
    table = club.table("trip")
    batch = club.batch([table.record(owner=user(3 + n % 2), unit=1) for n in range(ROWS)])
    trip = table.record(owner=user(3), unit=1)
    none = dict.fromkeys(table.attributes)
    numbers = numpy.arange(1 << 20, dtype="uint32")
    rows = policyc.Columns(
        owner=int(user(3)) + numbers % 2, owning_unit=numbers % 4, away=numbers > 1 << 20, attributes=none
    )
    with policyc.Store(club) as store:
        with store.transaction() as t:
            root = t.add_unit()
            number = t.add_user(root)
            t.give_role(user(number), "skipper", root)
            row = t.add_row("trip", owner=user(number))
        with store.reader() as reader:
            of_reader = best(CALLS, lambda: calls(lambda: reader.check(number, "write", row)))
    empty = best(CALLS, lambda: calls(lambda: None))
    check = best(CALLS, lambda: calls(lambda: club.check(sam, "write", trip))) - empty
    decide = best(CALLS, lambda: calls(lambda: club.decide(sam, "write", trip))) - empty
    many = best(ROWS, lambda: club.check_many(sam, "write", batch))
    filtered = best(rows.count, lambda: club.filter(sam, "write", "trip", rows))
    print(
        f"python: check {check:.0f} ns/call, decide {decide:.0f} ns/call, check_many {many:.1f} ns/row, "
        f"filter {filtered:.1f} ns/row, check of a reader {of_reader - empty:.0f} ns/call"
    )


main()
