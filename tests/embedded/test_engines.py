"""The engines start, stop, survive being killed, and leave nobody behind."""

import os
import signal
import socket

import psycopg
import pytest

from portal.embedded import Engines, EnginesRefused
from portal.embedded.engines import BUCKET
from tests.embedded.conftest import all_end


def write(access) -> None:
    with psycopg.connect(access.environment["KUNDVAL_OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        owner.execute("INSERT INTO kept VALUES ('kvar')")
    access.object_store.client().put_object(Bucket=BUCKET, Key="kept", Body=b"kvar")


def read(access) -> tuple[list[tuple[str]], bytes]:
    with psycopg.connect(access.environment["KUNDVAL_OWNER_DATABASE_URL"]) as owner:
        rows = owner.execute("SELECT word FROM kept").fetchall()
    return rows, access.object_store.client().get_object(Bucket=BUCKET, Key="kept")["Body"].read()


def test_a_second_start_has_the_same_data_and_secrets(supervise, var):
    first = supervise(var)
    write(first.access)
    everyone = first.everyone()
    first.process.send_signal(signal.SIGINT)
    first.process.wait(timeout=40)
    assert all_end(everyone, patience=1)

    second = supervise(var, first.port)

    assert read(second.access) == ([("kvar",)], b"kvar")
    assert second.access.environment == first.access.environment


def test_after_the_supervisor_is_killed_nobody_survives_and_nothing_is_lost(supervise, var):
    first = supervise(var)
    write(first.access)
    everyone = first.everyone()
    assert len(everyone) > 6

    first.kill()

    assert all_end(everyone)
    assert read(supervise(var, first.port).access) == ([("kvar",)], b"kvar")


def test_after_everything_is_killed_at_once_nothing_is_lost(supervise, var):
    first = supervise(var)
    write(first.access)

    first.kill_everyone()
    second = supervise(var, first.port)

    assert read(second.access) == ([("kvar",)], b"kvar")


def test_a_start_right_after_a_kill_waits_for_those_that_still_stop(supervise, var):
    first = supervise(var)
    write(first.access)

    first.kill()
    second = supervise(var, first.port)

    assert read(second.access) == ([("kvar",)], b"kvar")


def test_a_killed_supervisor_that_nobody_has_buried_is_no_hindrance(supervise, var):
    """In a container the first process often buries nobody, and the dead keep their number."""
    first = supervise(var)
    write(first.access)

    first.process.kill()
    second = supervise(var, first.port)

    assert read(second.access) == ([("kvar",)], b"kvar")


def test_a_mark_of_a_server_whose_number_now_belongs_to_another_is_no_hindrance(supervise, var):
    first = supervise(var)
    write(first.access)
    mark = var / "postgres" / "postmaster.pid"
    killed = mark.read_text()
    first.kill_everyone()
    mark.write_text(killed.replace(killed.split("\n")[0], str(os.getpid()), 1))

    second = supervise(var, first.port)

    assert read(second.access)[0] == [("kvar",)]


def test_two_runs_do_not_share_a_folder(supervise, var):
    supervise(var)

    with pytest.raises(EnginesRefused, match="in use by another run"):
        Engines.start(var, port=0, with_idp=False)


def test_two_runs_stand_side_by_side(supervise, var):
    first, second = supervise(var), supervise(var.with_name("other"))
    write(first.access)
    write(second.access)

    assert read(first.access) == read(second.access)
    assert first.port != second.port


@pytest.mark.parametrize("above", [0, 1, 3, 4, 12, 10_012])
def test_a_port_in_use_is_named_before_anything_starts(var, above):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 22_100 + above))
        taken.listen()

        with pytest.raises(EnginesRefused, match=rf"Port {22_100 + above}, meant for .* is already in use"):
            Engines.start(var, port=22_100, with_idp=False)

    assert not (var / "postgres").exists()


def test_a_missing_node_is_one_sentence(var, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(EnginesRefused, match=r"Node\.js 20 or later .* was not found"):
        Engines.start(var, port=0)


def test_a_full_disk_is_one_sentence(var, monkeypatch):
    monkeypatch.setattr("portal.embedded.place.NEEDED_FREE_BYTES", 10**18)

    with pytest.raises(EnginesRefused, match="disk is nearly full"):
        Engines.start(var, port=0)


def test_a_folder_that_cannot_be_made_is_one_sentence(var):
    var.write_text("not a folder")

    with pytest.raises(EnginesRefused, match="cannot be used"):
        Engines.start(var, port=0)


def test_a_port_out_of_range_is_one_sentence(var):
    with pytest.raises(EnginesRefused, match="PORT must lie between"):
        Engines.start(var, port=80)
