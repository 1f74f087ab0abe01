"""What a type checker says of typed.py, where mypy is there."""

import pathlib

import pytest


def test_types():
    api = pytest.importorskip("mypy.api", reason="mypy is not there")
    file = pathlib.Path(__file__).with_name("typed.py")
    said, mistakes, status = api.run(
        ["--strict", "--disable-error-code=type-arg", "--cache-dir=/dev/null", "--config-file=", str(file)]
    )
    assert status == 0, said + mistakes
