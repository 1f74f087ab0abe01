"""Decision logs: what stands in the file, and the order in which things are closed."""

import json
import os

import pytest
from conftest import policyc_tool

import policyc
from policyc import user


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_readers_log_checks_and_decisions(store, world, tmp_path):
    path = tmp_path / "decisions.jsonl"
    with policyc.Log(path) as log:
        with store.reader(log=log) as reader:
            reader.check(world.sam, "read", world.hers)
            reader.decide(world.sam, "write", world.hers)
            with pytest.raises(policyc.BusyError):
                log.close()
        with store.reader() as silent:
            silent.check(world.sam, "read", world.hers)
        log.flush()
        assert log.counts() == policyc.LogCounts(written=2, dropped=0, failed=0)
        before = len(lines(path))
    assert before >= 2
    assert os.stat(path).st_mode & 0o077 == 0


def test_the_thin_way(club, sam, policies, tmp_path):
    path = tmp_path / "decisions.jsonl"
    trip = club.table("trip").record(owner=user(4), unit=1, harbour="Oslo")
    with policyc.Log(path, denials_only=True, ring_size=64, file_bytes=1 << 20, files_kept=1) as log:
        for right in ("read", "write"):
            assert log.decision(club.decide(sam, right, trip), sam, trip, user_name="sam", row_name="trip/1") in (
                True,
                False,
            )
        log.flush()
        assert log.counts().written == 1
    assert policyc_tool("replay", path, "--against", policies / "club.policy")
    text = path.read_text()
    assert "sam" in text and "trip/1" in text


def test_misuse(club, sam, tmp_path):
    with pytest.raises(policyc.NotReadableError):
        policyc.Log(tmp_path / "nowhere" / "decisions.jsonl")
    log = policyc.Log(tmp_path / "decisions.jsonl")
    trip = club.table("trip").record(owner=user(4), unit=1)
    for name in ("user_name", "row_name"):
        with pytest.raises(ValueError, match=f"{name}: there is a zero byte"):
            log.decision(club.decide(sam, "read", trip), sam, trip, **{name: "sam\0"})
    log.close()
    log.close()
    for use in (log.flush, log.counts):
        with pytest.raises(policyc.ClosedError):
            use()
