"""Programs: opening, names, and what misuse of them comes to."""

import errno
import importlib.metadata
import re
import subprocess
import sys
import threading

import pytest
from conftest import build, policyc_tool

import policyc
from policyc import Level, Ownership, Reason, Right, Status, Type


def test_what_a_program_says_of_itself(club):
    info = club.info
    assert info.policy_name == "club"
    assert info.kind is policyc.ProgramKind.IMAGE
    assert len(info.policy_hash) == len(info.layout_hash) == 64
    assert info.signer == ""
    assert info.slot_count > 0
    assert repr(club) == "<policyc.Program club>"


def test_names(club):
    assert club.tables == ("trip", "log_entry", "city")
    assert "skipper" in club.roles
    assert club.privileges == ("export_to_excel", "act_on_behalf_of_another_user")
    assert club.column_profiles == ("treasurer",)
    assert set(club.relationships) == {"trip_log", "visited"}
    assert club.flows == ("audit_trip",)
    assert club.steps("audit_trip") == ("write_log", "bill")


def test_tables(club):
    trip = club.table("trip")
    assert trip.ownership is Ownership.USER
    assert trip.rights == frozenset(Right)
    assert trip.columns == ("fee",)
    assert trip.attributes["day"].type is Type.DATE
    assert set(trip.attributes) == {"distance_km", "fee", "status", "urgent", "seats", "harbour", "day", "starts"}
    assert club.table("city").ownership is Ownership.ORGANIZATION
    assert club.table("city").rights == frozenset(Right) - {Right.ASSIGN, Right.SHARE}
    assert club.table(0) is trip


def test_steps(club):
    step = club.step("audit_trip", "bill")
    assert (step.right, step.table, step.named_user) == (Right.CREATE, "log_entry", "roohi")


def test_enums_are_the_librarys(club):
    from policyc._policy import ffi, lib

    for kind, words in ((1, Right), (2, Level), (3, Reason)):
        count = club._call(lib.policy_count, kind, 0)
        assert [ffi.string(club._call(lib.policy_name, kind, 0, n)).decode() for n in range(count)] == [
            word.word for word in words
        ]
    assert [ffi.string(lib.policy_status_name(status)).decode() for status in Status] == [
        status.name.lower().replace("_", " ") for status in Status
    ]
    assert len(Status) == lib.POLICY_STATUS_COUNT
    assert {status: kind.status for status, kind in policyc.errors.ERRORS.items()} == {
        status: status for status in Status if status is not Status.OK
    }
    headers = {
        "POLICY_TYPE_": Type,
        "POLICY_OPERATION_": policyc.OperationKind,
        "POLICY_CHANGE_": policyc.ChangeKind,
        "POLICY_OWNED_BY_": None,
        "POLICY_MODE_": policyc.AccessMode,
    }
    for prefix, words in headers.items():
        for word in words or ():
            assert getattr(lib, prefix + word.name) == word
    assert [lib.POLICY_OWNED_BY_USER, lib.POLICY_OWNED_BY_UNIT, lib.POLICY_OWNED_BY_ORGANIZATION] == list(Ownership)


def test_unknown_names_say_what_is_not_there(club):
    with pytest.raises(policyc.UnknownError, match="club has no table 'trips'"):
        club.table("trips")
    with pytest.raises(policyc.UnknownError):
        club.table(99)
    with pytest.raises(LookupError, match="role 'skiper'"):
        club.subject(roles=["skiper"])
    with pytest.raises(policyc.UnknownError) as caught:
        club.grant(10**6)
    assert caught.value.status is Status.UNKNOWN


def test_opening_what_is_no_image(tmp_path, image):
    with pytest.raises(policyc.NotReadableError):
        policyc.open(tmp_path / "nowhere.so")
    assert issubclass(policyc.NotReadableError, OSError)
    text = tmp_path / "text.so"
    text.write_text("not an image")
    with pytest.raises((policyc.ForeignError, policyc.DamagedError)):
        policyc.open(text)
    whole = image.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        with pytest.raises((policyc.ForeignError, policyc.DamagedError)):
            policyc.open_bytes(whole[:size])
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    with pytest.raises((policyc.DamagedError, policyc.ForeignError)):
        policyc.open_bytes(changed)


def test_files_that_cannot_be_read(tmp_path, image):
    with pytest.raises(FileNotFoundError) as missing:
        policyc.open(tmp_path / "nowhere.so")
    assert isinstance(missing.value, policyc.NotReadableError) and missing.value.status is Status.NOT_READABLE
    assert (missing.value.errno, missing.value.filename) == (errno.ENOENT, str(tmp_path / "nowhere.so"))
    assert "No such file" in str(missing.value)
    with pytest.raises(policyc.NotReadableError) as folder:
        policyc.open(tmp_path)
    assert folder.value.errno == errno.EISDIR and not isinstance(folder.value, FileNotFoundError)
    for use in (
        lambda: policyc.open(f"{image}\0.unsigned"),
        lambda: policyc.open(image, policy_hash="0" * 64 + "\0"),
        lambda: policyc.open(image, layout_hash="\0"),
        lambda: policyc.Log(f"{tmp_path}/log\0"),
    ):
        with pytest.raises(ValueError, match="zero byte"):
            use()
    for keys in ("00" * 32, b"0" * 32):
        with pytest.raises(TypeError, match="keys: a list"):
            policyc.open(image, keys=keys)


def test_opening_from_memory(image, club):
    with policyc.open_bytes(bytearray(image.read_bytes())) as copy:
        assert copy.info.policy_hash == club.info.policy_hash


def test_opening_asks_what_it_is_told_to(image, club):
    policyc.open(image, policy_hash=club.info.policy_hash, layout_hash=club.info.layout_hash).close()
    with pytest.raises(policyc.MismatchError):
        policyc.open(image, policy_hash="0" * 64)
    with pytest.raises(policyc.MismatchError):
        policyc.open(image, layout_hash="0" * 64)
    with pytest.raises(policyc.UntrustedError):
        policyc.open(image, keys=["00" * 32])
    with pytest.raises(ValueError):
        policyc.open(image, keys=[b"short"])
    with pytest.raises(policyc.InvalidError, match="no key is accepted"):
        policyc.open(image, keys=[])


def test_signed_images(tmp_path):
    key, other = (
        re.search("[0-9a-f]{64}", policyc_tool("keys", "new", "-o", tmp_path / name))[0] for name in ("a.pem", "b.pem")
    )
    signed = build("club", tmp_path, "--sign", tmp_path / "a.pem")
    for keys in ([key], [bytes.fromhex(other), bytes.fromhex(key)]):
        with policyc.open(signed, keys=keys) as program:
            assert program.info.signer == key
    with pytest.raises(policyc.UntrustedError):
        policyc.open(signed, keys=[other])


def test_closing(image):
    program = policyc.open(image)
    sam = program.subject(roles=["skipper"])
    trip = program.table("trip").record(owner=policyc.user(0), unit=0)
    decision = program.decide(sam, "read", trip)
    program.close()
    program.close()
    assert program.closed
    for use in (
        lambda: program.check(sam, "read", trip),
        lambda: program.decide(sam, "read", trip),
        lambda: program.subject(),
        lambda: program.tables,
        lambda: decision.explain(),
        lambda: program.table("city"),
        lambda: program.holds(sam, 0),
        lambda: program.__enter__(),
    ):
        with pytest.raises(policyc.ClosedError):
            use()


def test_what_a_program_made_outlives_it(image):
    import gc

    sam = policyc.open(image).subject(user=1, roles=["skipper"])
    store = policyc.Store(policyc.open(image))
    gc.collect()
    with store.transaction() as t:
        t.add_unit()
    with policyc.open(image) as other:
        assert repr(sam) == "<policyc.Subject user(1)>"
        trip = other.table("trip").record(owner=policyc.user(1), unit=0)
        assert other.check(sam, "read", trip) in (True, False)  # of another handle: denied or allowed, never a crash
    store.close()


def test_many_threads_open_ask_and_close_at_once(image):
    failures = []

    def work():
        try:
            for _ in range(20):
                with policyc.open(image) as program:
                    sam = program.subject(user=1, unit=0, roles=["skipper"])
                    trip = program.table("trip").record(owner=policyc.user(1), unit=0)
                    assert all(program.check(sam, "write", trip) for _ in range(100))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_closing_while_another_thread_asks(image):
    for _ in range(20):
        program = policyc.open(image)
        sam = program.subject(user=1, unit=0, roles=["skipper"])
        trip = program.table("trip").record(owner=policyc.user(1), unit=0)
        seen = []

        def ask():
            try:
                while True:
                    assert program.check(sam, "write", trip)
            except policyc.ClosedError:
                seen.append("closed")

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        program.close()
        for thread in threads:
            thread.join()
        assert seen == ["closed"] * 3


def test_it_is_imported_without_numpy():
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "import policyc\n"
        "try: policyc.Columns\n"
        "except ImportError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "numpy" in said


def test_versions():
    assert policyc.library_version().count(".") == 2
    with pytest.raises(AttributeError):
        policyc.nothing_of_that_name
    assert {"Columns", "Shares", "Strings", "SHARE", "choice_numbers"} <= set(policyc.__all__)
    for name in policyc.__all__:
        assert getattr(policyc, name) is not None


def test_the_license_comes_along():
    files = importlib.metadata.files("policyc")
    assert any(file.name == "LICENSE" and "MIT License" in file.read_text() for file in files)
