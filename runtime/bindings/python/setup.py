"""Builds the extension; `build_wheel` calls it with what it needs. All else is in pyproject.toml."""

from setuptools import setup

setup(
    cffi_modules=["ffi_build.py:ffibuilder"],
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
)
