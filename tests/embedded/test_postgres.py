"""PostgreSQL under a system user finds a home it can reach, and only there."""

import os
import pwd

import pytest

from portal.embedded.postgres import reachable_home, wheel_binaries
from tests.shared_engines import open_folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")


@pytest.fixture
def nobody():
    user = pwd.getpwnam("nobody")
    return user.pw_uid, user.pw_gid


def test_a_home_within_reach_is_used_as_it_is(nobody):
    var = open_folder()

    home = reachable_home(wheel_binaries(), var / "postgres", nobody)

    assert (home.data, home.remark) == (var / "postgres", None)
    var.rmdir()


def test_a_closed_folder_is_left_closed_and_the_data_is_kept_elsewhere(tmp_path, nobody):
    closed, state = tmp_path / "closed", open_folder()
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


def test_binaries_out_of_reach_are_copied_once(tmp_path, nobody):
    closed, state = tmp_path / "closed", open_folder()
    closed.mkdir(mode=0o700)
    (closed / "install").symlink_to(wheel_binaries().parent)

    home = reachable_home(closed / "install" / "bin", open_folder() / "postgres", nobody, state)

    assert home.binaries.parent.parent == state
    assert (home.binaries / "initdb").exists()
    assert (home.binaries.parent / "share").exists()
