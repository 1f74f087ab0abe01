"""Builds the images that the tests open, once: POLICYC_BUILD is the build directory that has policyc."""

import os
import pathlib
import subprocess

import pytest

import policyc
from policyc import Unit, user

POLICIES = pathlib.Path(__file__).resolve().parents[2] / "testing"


def policyc_tool(*arguments):
    tool = pathlib.Path(os.environ["POLICYC_BUILD"], "bin", "policyc")
    return subprocess.run([tool, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def build(name, folder, *options):
    image = folder / f"{name}.policy.so"
    policyc_tool("build", POLICIES / f"{name}.policy", "-o", image, *options)
    return image


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    return build("club", tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="session")
def next_image(tmp_path_factory):
    return build("club_next", tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="session")
def policies():
    return POLICIES


@pytest.fixture
def club(image):
    with policyc.open(image) as program:
        yield program


@pytest.fixture
def next_club(next_image):
    with policyc.open(next_image) as program:
        yield program


@pytest.fixture
def sam(club):
    return club.subject(user=3, unit=Unit(1, last=2), roles=["skipper"])


class World:
    """Two units below a root, three users, two trips: what most tests of stores begin with."""

    def __init__(self, store):
        with store.transaction() as t:
            self.root = t.add_unit()
            self.north = t.add_unit(self.root)
            self.south = t.add_unit(self.root)
            self.sam = t.add_user(self.north, name="sam")
            self.ana = t.add_user(self.north, name="ana")
            self.roohi = t.add_user(self.root, name="roohi")
            t.give_role(user(self.sam), "skipper", self.north)
            t.give_role(user(self.ana), "member", self.north)
            t.give_role(user(self.roohi), "admiral", self.root)
            self.hers = t.add_row("trip", owner=user(self.ana), values={"status": "open"})
            self.his = t.add_row("trip", owner=user(self.sam), values={"status": "closed", "distance_km": 12})
        self.revision = t.revision


@pytest.fixture
def store(club):
    with policyc.Store(club) as made:
        yield made


@pytest.fixture
def world(store):
    return World(store)
