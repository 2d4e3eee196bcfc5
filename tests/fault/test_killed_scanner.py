"""clamd killed in the middle of a scan, and started again: nothing is clean meanwhile, and everything goes on after."""

from collections.abc import Iterator

import pytest

from documents.scan import Outcome, Scanner, WhyNot
from portal.embedded.child import Child
from portal.embedded.place import Place
from portal.embedded.virus_scanner import launch_virus_scanner
from tests.documents.files import EICAR
from tests.own_store import kill
from tests.shared_engines import open_folder


@pytest.fixture
def place() -> Iterator[Place]:
    held = Place(open_folder())
    yield held
    held.release()


def _started(place: Place) -> tuple[Child, Scanner]:
    launched = launch_virus_scanner(place)
    assert launched is not None, "clamd is not installed (Debian: apt install clamav-daemon)"
    child, environment = launched
    child.wait_ready()
    return child, Scanner(environment["KUNDVAL_CLAMD"], timeout=10)


def test_a_scanner_that_is_killed_in_the_middle_of_a_file_has_not_found_it_clean(place):
    child, scanner = _started(place)

    def killing() -> Iterator[bytes]:
        yield b"x" * 1_000_000
        kill(child)
        for _ in range(100):
            yield b"x" * 1_000_000

    verdict = scanner.scan(killing())

    assert verdict.outcome is Outcome.COULD_NOT_TELL
    assert verdict.reason in (WhyNot.UNREACHABLE, WhyNot.TOO_LARGE, WhyNot.BAD_ANSWER)
    assert (scanner.ping(), scanner.version()) == (False, None)


def test_a_scanner_that_was_killed_and_started_again_finds_what_it_found(place):
    child, scanner = _started(place)
    kill(child)

    child, scanner = _started(place)

    assert scanner.scan([EICAR]).outcome is Outcome.INFECTED
    assert scanner.scan([b"Hej"]).outcome is Outcome.CLEAN
    child.stop()
