"""The thin way: subjects, records, checks, decisions, values of every type."""

import copy
import datetime
import gc
import pickle
import subprocess
import sys
import threading
from decimal import Decimal

import pytest

import policyc
from policyc import NOBODY, SYSTEM, Level, Reason, Report, Right, Role, Share, Unit, team, user

UTC = datetime.timezone.utc


def trip(club, **options):
    return club.table("trip").record(**{"owner": user(4), "unit": 1, **options})


def test_check(club, sam):
    assert club.check(sam, "read", trip(club)) is True
    assert club.check(sam, Right.READ, trip(club)) is True
    assert club.check(sam, "write", trip(club)) is False
    assert club.check(sam, "write", trip(club, owner=user(3))) is True
    assert club.check(sam, "read", trip(club, unit=5)) is False


def test_rights_that_are_none(club, sam):
    for right in ("reed", None, 77, []):
        with pytest.raises(policyc.UnknownError, match="no right is called"):
            club.check(sam, right, trip(club))


def test_decide(club, sam):
    decision = club.decide(sam, "write", trip(club))
    assert not decision
    assert (decision.allowed, decision.reason) == (False, Reason.LEVEL)
    assert (decision.held, decision.needed) == (Level.USER, Level.BUSINESS_UNIT)
    allowed = club.decide(sam, "read", trip(club))
    assert repr(allowed) == "<policyc.Decision allow, role_level>"
    assert allowed == club.decide(sam, "read", trip(club)) != decision
    assert len({allowed, club.decide(sam, "read", trip(club)), decision}) == 2 and allowed != 1
    assert allowed and allowed.reason is Reason.ROLE_LEVEL and allowed.role == "skipper"
    grant = allowed.where()
    assert (grant.role, grant.table, grant.right, grant.level) == ("skipper", "trip", Right.READ, Level.BUSINESS_UNIT)
    assert grant.file.endswith("club.policy") and grant.line > 0 and not grant.conditional
    assert "skipper" in allowed.explain()
    assert decision.where() is None or decision.grant is not None


def test_a_right_that_the_table_does_not_take(club, sam):
    city = club.table("city").record()
    assert club.check(sam, "share", city) is False
    with pytest.raises(policyc.IllegalError):
        club.decide(sam, "share", city)


VALUES = {
    "by_distance": ("distance_km", Decimal("12.0000000001"), [Decimal("12"), Decimal("-12.0000000001"), 12, None]),
    "by_fee": ("fee", Decimal("-922337203685476.5807"), [Decimal("0"), None]),
    "by_urgent": ("urgent", True, [False, None]),
    "by_seats": ("seats", -9223372036854775807, [0, 9223372036854775807, None]),
    "by_harbour": ("harbour", "Ny-Ålesund", ["Ny-Ålesun", "", "Ny-Ålesund\0", None]),
    "by_day": ("day", datetime.date(1969, 12, 31), [datetime.date(1970, 1, 1), None]),
    "by_starts": (
        "starts",
        datetime.datetime(2026, 1, 31, 12, 0, 0, 1, UTC),
        [datetime.datetime(2026, 1, 31, 12, 0, 0, 0, UTC), None],
    ),
}


@pytest.mark.parametrize("role", VALUES)
def test_values_of_each_type(club, role):
    attribute, hit, misses = VALUES[role]
    subject = club.subject(user=3, roles=[role])
    record = trip(club, values={attribute: hit})
    assert club.check(subject, "read", record)
    for miss in misses:
        record[attribute] = miss
        assert not club.check(subject, "read", record), miss
    record[attribute] = hit
    assert club.check(subject, "read", record)
    del record[attribute]
    assert not club.check(subject, "read", record)
    assert club.decide(subject, "read", record).reason is Reason.CONDITION


def test_a_moment_is_the_same_in_every_zone(club):
    subject = club.subject(roles=["by_starts"])
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    there = datetime.datetime(2026, 1, 31, 17, 30, 0, 1, zone)
    assert club.check(subject, "read", trip(club, starts=there))


@pytest.mark.parametrize(
    "attribute, value, error",
    [
        ("distance_km", 0.1, TypeError),
        ("distance_km", Decimal("0.00000000001"), ValueError),
        ("distance_km", Decimal("1e40"), ValueError),
        ("distance_km", Decimal("NaN"), ValueError),
        ("distance_km", Decimal("-Infinity"), ValueError),
        ("distance_km", Decimal("1e999999999"), ValueError),
        ("distance_km", Decimal("1e-999999999"), ValueError),
        ("distance_km", True, TypeError),
        ("fee", Decimal("0.00001"), ValueError),
        ("fee", 10**18, ValueError),
        ("seats", 2**63, ValueError),
        ("seats", True, TypeError),
        ("seats", "3", TypeError),
        ("urgent", 1, TypeError),
        ("harbour", b"x", TypeError),
        ("harbour", "\ud800", ValueError),
        ("day", datetime.datetime(2026, 1, 1), TypeError),
        ("day", "2026-01-01", TypeError),
        ("starts", datetime.datetime(2026, 1, 1), ValueError),
        ("starts", datetime.date(2026, 1, 1), TypeError),
        ("status", "shut", policyc.UnknownError),
        ("status", 1, TypeError),
    ],
)
def test_values_that_a_type_does_not_have(club, attribute, value, error):
    with pytest.raises(error):
        trip(club, values={attribute: value})


def test_attributes_that_are_not_there(club):
    with pytest.raises(policyc.UnknownError, match="trip has no attribute 'length'"):
        trip(club, length=3)
    with pytest.raises(policyc.UnknownError, match="it has: none"):
        club.table("city").record(length=3)
    with pytest.raises(policyc.UnknownError):
        club.subject(attributes={"shoe_size": 43})


def test_decimals_without_rounding(club):
    subject = club.subject(roles=["by_distance"])
    assert club.check(subject, "read", trip(club, distance_km=Decimal("12000000000.1").scaleb(-9)))
    assert club.check(subject, "read", trip(club, distance_km=Decimal("12.00000000010000")))


def test_strings_live_as_long_as_their_record(club):
    subject = club.subject(roles=["by_region"], attributes={"region": "har" + "bour" * 10, "grade": 3})
    records = [trip(club, harbour="har" + "bour" * 10) for _ in range(100)]
    gc.collect()
    assert all(club.check(subject, "read", record) for record in records)
    assert not club.check(club.subject(roles=["by_region"], attributes={"grade": 3}), "read", records[0])


def test_context(club):
    subject = club.subject(roles=["by_channel"])
    assert club.check(subject, "read", trip(club), club.context(channel="phone"))
    assert not club.check(subject, "read", trip(club), club.context(channel="web"))
    assert not club.check(subject, "read", trip(club))
    assert club.decide(subject, "read", trip(club), club.context(channel="phone")).allowed


def test_teams_units_and_anchors(club):
    of_team = club.subject(user=3, unit=1, teams=[2], roles=[Role("skipper", holder=team(2))])
    assert club.check(of_team, "write", trip(club, owner=team(2)))
    assert club.decide(of_team, "write", trip(club, owner=team(2))).reason is Reason.TEAM_OWNER
    elsewhere = club.subject(user=3, unit=1, roles=[Role("member", anchor=Unit(5, last=6))])
    assert club.check(elsewhere, "read", trip(club, unit=5))
    assert not club.check(elsewhere, "read", trip(club, unit=1))
    with pytest.raises(policyc.InvalidError):
        club.subject(user=3, roles=[Role("skipper", holder=team(2))])
    with pytest.raises(policyc.InvalidError):
        club.subject(user=3, roles=[Role("skipper", anchor=Unit(6, last=5))])
    with pytest.raises(ValueError):
        club.subject(unit=team(3))


def test_shares(club, sam):
    away = trip(club, unit=7)
    assert not club.check(sam, "read", away)
    away.shares = [Share(user(9), ["read"]), Share(user(3), rights=["read", "write"])]
    assert club.decide(sam, "read", away).reason is Reason.SHARE
    assert club.check(sam, "write", away)
    assert not club.check(sam, "delete", away)
    away.shares = [Share(user(3), inherited=["read"])]
    assert club.decide(sam, "read", away).reason is Reason.INHERITED_SHARE
    away.shares = []
    assert not club.check(sam, "read", away)
    away.away = True
    assert away.away and not club.check(sam, "read", away)
    with pytest.raises(AttributeError):
        away.shares


def test_reports_are_taken(club):
    club.subject(user=3, reports=[Report(user(4), ["read", "write"])])


def test_privileges(club, sam):
    assert club.holds(sam, "export_to_excel")
    assert not club.holds(sam, "act_on_behalf_of_another_user")
    with pytest.raises(policyc.UnknownError):
        club.holds(sam, "fly")


def test_run_as(club):
    assert club.run_as("audit_trip", "write_log", triggering=user(3), record_owner=user(4)) == user(4)
    assert club.run_as("audit_trip", "bill", triggering=user(3), record_owner=user(4), named=user(9)) == user(9)
    assert club.run_as("audit_trip", "bill", triggering=user(3), record_owner=user(4)) == NOBODY
    with pytest.raises(policyc.UnknownError):
        club.run_as("audit_trip", "sink", triggering=user(3), record_owner=user(4))


def test_check_many(club, sam):
    records = [trip(club, owner=user(n % 5), unit=n % 3) for n in range(200)]
    each = [club.check(sam, "write", record) for record in records]
    assert any(each) and not all(each)
    assert club.check_many(sam, "write", records).tolist() == each
    batch = club.batch(records)
    del records
    gc.collect()
    assert len(batch) == 200
    assert club.check_many(sam, "write", batch).tolist() == each
    assert club.check_many(sam, "write", []).tolist() == []
    with pytest.raises(ValueError):
        club.batch([trip(club), club.table("city").record()])


def test_records_of_another_layout_are_refused(club, next_club, sam):
    other = next_club.table("boat").record(owner=user(3), unit=1)
    for ask in (club.check, club.decide):
        with pytest.raises(policyc.InvalidError, match="another layout"):
            ask(sam, "read", other)
    with pytest.raises(policyc.InvalidError):
        club.check_many(sam, "read", [other])
    with pytest.raises(policyc.InvalidError):
        club.check(sam, "read", trip(club), next_club.context())


def test_subjects_of_another_program_are_denied(club, next_club):
    other = next_club.subject(user=4, unit=1, roles=["skipper"])
    assert club.check(other, "read", trip(club)) is False
    with pytest.raises(policyc.UnknownError):
        club.decide(other, "read", trip(club))


def test_a_record_fits_the_same_policy_opened_again(club, image):
    with policyc.open(image) as again:
        subject = again.subject(user=4, unit=1, roles=["skipper"])
        assert again.check(subject, "write", trip(club))


def test_things_that_are_no_subjects_or_records(club, sam):
    with pytest.raises((TypeError, AttributeError)):
        club.check(None, "read", trip(club))
    with pytest.raises((TypeError, AttributeError)):
        club.check(sam, "read", None)


def test_principals():
    assert repr(user(3)) == "user(3)" and user(3).index == 3
    assert team(3).kind is policyc.PrincipalKind.TEAM
    assert policyc.unit(2).kind is policyc.PrincipalKind.UNIT
    assert SYSTEM.kind is policyc.PrincipalKind.SYSTEM
    for number in (-1, 1 << 29):
        with pytest.raises(ValueError):
            user(number)


def test_a_principal_is_no_number():
    assert user(3) == user(3) != team(3) and len({user(3), user(3), team(3)}) == 2
    assert user(3) != int(user(3)) and not isinstance(user(3), int)
    assert policyc.Principal(int(team(3))) == team(3) == pickle.loads(pickle.dumps(team(3)))
    for number in (3, -1, 1 << 32, 7 << 29):
        with pytest.raises(ValueError):
            policyc.Principal(number)
    for make in (user, team, policyc.unit, policyc.Principal):
        for wrong in (None, "3", 1.5, True):
            with pytest.raises(TypeError):
                make(wrong)


@pytest.mark.parametrize("wrong", [3, "536870915", 1.5, True, None])
def test_what_is_no_principal_is_refused(club, wrong):
    with pytest.raises(TypeError, match="^owner: a principal"):
        club.table("trip").record(owner=wrong)
    with pytest.raises(TypeError, match="^share: a principal"):
        trip(club, shares=[Share(wrong, ["read"])])
    with pytest.raises(TypeError, match="^report: a principal"):
        club.subject(reports=[Report(wrong, ["read"])])
    with pytest.raises(TypeError, match="^triggering: a principal"):
        club.run_as("audit_trip", "write_log", triggering=wrong, record_owner=user(4))
    if wrong is not None:
        with pytest.raises(TypeError, match="^holder: a principal"):
            club.subject(roles=[Role("skipper", holder=wrong)])


def test_units_and_names_that_are_none(club):
    for wrong, error in (
        (-1, ValueError),
        (2**32 - 1, ValueError),
        (1.5, TypeError),
        ("x", TypeError),
        (True, TypeError),
    ):
        with pytest.raises(error, match="^unit: "):
            trip(club, unit=wrong)
        with pytest.raises(error, match="^unit: "):
            club.subject(unit=wrong)
        with pytest.raises(error, match="^anchor: "):
            club.subject(roles=[Role("skipper", anchor=wrong)])
    with pytest.raises(TypeError, match="^away: True or False"):
        trip(club, away="false")
    with pytest.raises(TypeError, match="^table: "):
        club.table(None)
    with pytest.raises(TypeError, match="^role: "):
        club.subject(roles=[True])
    with pytest.raises(TypeError, match="^roles: a list"):
        club.subject(roles="skipper")


def test_names_are_not_cut_short(club):
    for use in (
        lambda: club.table("trip\0zz"),
        lambda: club.subject(roles=["skipper\0admiral"]),
        lambda: club.steps("audit_trip\0"),
        lambda: club.holds(club.subject(), "export_to_excel\0"),
    ):
        with pytest.raises(ValueError, match="zero byte"):
            use()


def test_nothing_is_copied(club, sam, image):
    record = trip(club)
    for thing in (club, sam, record, club.context(), policyc.Cursor()):
        for copied in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="cannot be copied or pickled"):
                copied(thing)
    code = (
        "import copy, sys, policyc\n"
        "program = policyc.open(sys.argv[1])\n"
        "try: copy.deepcopy([program, policyc.Store(program)])\n"
        "except TypeError as error: print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, image], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True
    )
    assert "cannot be copied" in ran.stdout and ran.stderr == ""


def test_threads_share_a_program_and_its_subjects(club, sam):
    record, wrong = trip(club), []

    def ask():
        for _ in range(5000):
            if not club.check(sam, "read", record) or club.check(sam, "write", record):
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
