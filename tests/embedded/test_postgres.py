"""PostgreSQL under a system user finds a home it can reach, and only there."""

import os
import pwd
import shutil
import subprocess

import pytest

from portal.embedded.postgres import reachable_home, wheel_binaries
from tests.shared_engines import open_folder as make_open_folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")


@pytest.fixture
def nobody():
    user = pwd.getpwnam("nobody")
    return user.pw_uid, user.pw_gid


@pytest.fixture
def reachable():
    folder = make_open_folder()
    yield folder
    shutil.rmtree(folder)


def test_a_home_within_reach_is_used_as_it_is(reachable, nobody):
    home = reachable_home(wheel_binaries(), reachable / "postgres", nobody)

    assert (home.data, home.remark) == (reachable / "postgres", None)


def test_a_closed_folder_is_left_closed_and_the_data_is_kept_elsewhere(tmp_path, reachable, nobody):
    closed, state = tmp_path / "closed", reachable
    closed.mkdir(mode=0o700)
    var = closed / "var"
    var.mkdir()

    home = reachable_home(wheel_binaries(), var / "postgres", nobody, state)
    home.data.mkdir()
    again = reachable_home(wheel_binaries(), var / "postgres", nobody, state)

    assert home.data.parent == state
    assert str(home.data) in home.remark
    assert again == home
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (var / "postgres").readlink() == home.data


def test_binaries_out_of_reach_are_copied_once(tmp_path, reachable, nobody):
    closed = tmp_path / "closed"
    wheel = wheel_binaries().parents[1]
    shutil.copytree(wheel, closed / wheel.name, symlinks=True)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), closed / f"{wheel.name}.libs")
    closed.chmod(0o700)
    binaries = closed / wheel_binaries().relative_to(wheel.parent)

    home = reachable_home(binaries, reachable / "postgres", nobody, reachable / "state")
    again = reachable_home(binaries, reachable / "postgres", nobody, reachable / "state")

    assert home == again
    assert home.binaries.is_relative_to(reachable / "state")
    for program in ("initdb", "postgres"):
        subprocess.run([home.binaries / program, "--version"], user=nobody[0], cwd="/", env={}, check=True)
