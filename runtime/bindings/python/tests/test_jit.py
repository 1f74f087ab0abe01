"""Policies compiled at run time, where libpolicy_jit is there; and what is said where it is not."""

import os
import subprocess
import sys

import pytest

import policyc
from policyc import user

needs_jit = pytest.mark.skipif(not policyc.can_compile(), reason="libpolicy_jit is not there")


@needs_jit
def test_compile(policies):
    with policyc.compile((policies / "club.policy").read_text(), name="club.policy") as club:
        assert club.info.kind is policyc.ProgramKind.JIT
        sam = club.subject(user=3, unit=1, roles=["skipper"])
        trip = club.table("trip").record(owner=user(3), unit=1)
        assert club.check(sam, "write", trip)
        club.wait()
        assert club.check(sam, "write", trip)


@needs_jit
def test_a_compiled_policy_decides_as_its_image_does(policies, image):
    with policyc.compile_file(policies / "club.policy") as compiled, policyc.open(image) as club:
        assert compiled.info.policy_hash == club.info.policy_hash
        assert compiled.info.layout_hash == club.info.layout_hash
        trip = club.table("trip").record(owner=user(4), unit=1)
        for program in (compiled, club):
            assert program.check(program.subject(user=3, unit=1, roles=["skipper"]), "read", trip)


@needs_jit
def test_mistakes_are_told():
    with pytest.raises(policyc.NotCompiledError) as caught:
        policyc.compile("policy club follows guide\nrole mate includes skiper\n", name="mine.policy")
    told = [one for one in caught.value.diagnostics if one.is_error]
    assert told and told[0].file == "mine.policy" and told[0].line == 2 and told[0].code.startswith("E")
    assert "mine.policy:2" in told[0].rendered
    assert caught.value.status is policyc.Status.NOT_COMPILED


@needs_jit
def test_warnings_come_with_a_program():
    with policyc.compile(
        "policy club follows guide\ntable trip owned by user\nrole mate { trip: read at none }\n"
    ) as club:
        assert [warning.is_error for warning in club.warnings] == [False]


@needs_jit
def test_files(tmp_path):
    (tmp_path / "base.policy").write_text("policy base follows guide\ntable trip owned by user\n")
    text = "policy club follows guide\nuse base\nrole mate { trip: read at user }\n"
    (tmp_path / "club.policy").write_text(text)
    assert policyc.compile_file(tmp_path / "club.policy").tables == ("trip",)
    assert policyc.compile(text, folder=tmp_path).tables == ("trip",)
    with pytest.raises(policyc.NotCompiledError):
        policyc.compile(text)
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    policyc.compile(text, folder=tmp_path, cache_folder=cache).wait()
    with pytest.raises(FileNotFoundError):
        policyc.compile_file(tmp_path / "nowhere.policy")
    for use in (
        lambda: policyc.compile(text, name="club\0"),
        lambda: policyc.compile(text, folder=f"{tmp_path}\0"),
        lambda: policyc.compile(text, cache_folder=f"{cache}\0"),
        lambda: policyc.compile_file(f"{tmp_path}/club.policy\0"),
    ):
        with pytest.raises(ValueError, match="zero byte"):
            use()


@needs_jit
def test_an_image_is_not_waited_for(club):
    with pytest.raises(policyc.InvalidError):
        club.wait()


def test_without_the_library():
    code = (
        "import policyc\n"
        "assert not policyc.can_compile()\n"
        "try: policyc.compile('policy club follows guide')\n"
        "except policyc.JitMissingError as error: print(error)"
    )
    environment = {**os.environ, "POLICYC_JIT_LIBRARY": "/nowhere/libpolicy_jit.so.1"}
    said = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, env=environment
    ).stdout
    assert "cannot be compiled here, only opened" in said and "/nowhere" in said
