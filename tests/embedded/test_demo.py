"""``make run`` with small stand-ins for the portal's own processes."""

import os
import signal
import subprocess
import sys
import textwrap
import urllib.request
from pathlib import Path

import pytest

from portal.embedded.child import Child, surroundings
from portal.embedded.demo import PAUSES, Watched, main, welcome
from portal.embedded.ports import free_ports
from portal.embedded.refusal import EnginesRefused
from portal.embedded.waiting import answers_http, wait_until
from tests.embedded.conftest import all_end, descendants, runs
from tests.shared_engines import ROOT

STAND_IN = """
import http.server, os, pathlib, sys, time, urllib.parse
command, told = sys.argv[1], pathlib.Path(__file__).with_name("told")
with told.open("a") as file:
    print(command, os.environ["KUNDVAL_DATABASE_URL"].split(":")[1].strip("/"), file=file)
if command == "seed-demo" and pathlib.Path(__file__).with_name("fail").exists():
    sys.exit("no seed for you")
if command == "serve":
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(str(os.getpid()).encode())
    port = urllib.parse.urlsplit(os.environ["KUNDVAL_BASE_URL"]).port
    http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
if command == "worker":
    time.sleep(600)
"""
RUN = """
import sys
from pathlib import Path
from portal.embedded.demo import main
sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), [sys.executable, sys.argv[3]]))
"""


@pytest.fixture
def stand_in(tmp_path) -> Path:
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    return script


def test_the_demo_starts_restarts_what_dies_and_stops_everything(var, stand_in):
    port = free_ports().portal
    url = f"http://127.0.0.1:{port}/healthz"
    with (stand_in.with_name("out")).open("w+") as out:
        demo = subprocess.Popen([sys.executable, "-c", RUN, str(port), str(var), str(stand_in)], stdout=out, cwd=ROOT)
        try:
            assert wait_until(lambda: "Ctrl-C" in stand_in.with_name("out").read_text(), patience=60)
            with urllib.request.urlopen(url) as answer:
                first = int(answer.read())
            os.kill(first, signal.SIGKILL)
            assert wait_until(lambda: not runs(first) and answers_http(url), patience=30)
            with urllib.request.urlopen(url) as answer:
                assert int(answer.read()) != first
            everyone = descendants(demo.pid)
        finally:
            demo.send_signal(signal.SIGTERM)
            code = demo.wait(timeout=60)

    assert code == 0
    assert all_end(everyone)
    told = stand_in.with_name("told").read_text().splitlines()
    assert told[:2] == ["migrate kundval_app", "seed-demo kundval_app"]
    assert sorted(told[2:]) == ["serve kundval_app", "serve kundval_app", "worker kundval_app"]
    printed = stand_in.with_name("out").read_text()
    assert f"http://localhost:{port}" in printed
    assert printed.strip().endswith("Stopped.")


def test_a_failed_seeding_is_told_and_nothing_is_left_running(var, stand_in, capsys):
    stand_in.with_name("fail").touch()
    # Other tests' engines and children may hang on the same process.
    others = set(descendants(os.getpid()))

    code = main(free_ports().portal, var, [sys.executable, str(stand_in)])

    assert code == 1
    assert "The seeding of the demo failed:\nno seed for you" in capsys.readouterr().err
    assert all_end([pid for pid in descendants(os.getpid()) if pid not in others])


def test_what_keeps_dying_is_started_a_few_times_with_growing_pauses_and_then_left(tmp_path, capsys):
    child = Child(
        "The worker", [sys.executable, "-c", "raise SystemExit('boom')"], surroundings(), log=tmp_path / "log"
    )
    watched = Watched(child.launch(), since=0.0)
    now = 1.0

    for pause in PAUSES:
        assert wait_until(lambda: not child.alive, patience=10)
        watched.look(now)
        watched.look(now + pause / 2)
        assert not child.alive
        now += pause
        watched.look(now)
    assert wait_until(lambda: not child.alive, patience=10)

    with pytest.raises(EnginesRefused, match="keeps ending and is not started again: boom"):
        watched.look(now)
    assert capsys.readouterr().out.count("starts again in") == len(PAUSES)


def test_grandchildren_end_with_their_parent(tmp_path):
    script = textwrap.dedent("""
        import subprocess, sys, time
        print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
        time.sleep(600)
    """)
    child = Child("A parent", [sys.executable, "-c", script], surroundings(), log=tmp_path / "log").launch()
    assert wait_until(lambda: child.written().strip().isdigit(), patience=10)
    grandchild = int(child.written())
    assert runs(grandchild)

    child.stop()

    assert all_end([grandchild], patience=5)


def test_the_welcome_says_where_and_as_whom(tmp_path):
    said = welcome("http://localhost:8000", tmp_path)

    assert "http://localhost:8000" in said
    for word in ("Anna Lindqvist", "Firmatecknare", "Björkviks kommun", "Handläggare"):
        assert word in said
