"""An administrator reads how many files were stopped in a year, and that others wait for their examination."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.domain.actors import system
from portal.domain.criteria import DocumentState
from portal.services.lifecycle import record
from tests.factories_application import make_application, make_document


def stopped(owner, place, kind, number, *, at):
    application = make_application(owner, place)
    for _ in range(number):
        record(
            owner,
            application.id,
            kind,
            actor=system(municipality_id=place.id, provider_id=application.provider_id),
            now=at,
            facts={"document": str(uuid4()), "because": "Eicar"},
        )
    owner.commit()


def overview(as_administrator):
    return " ".join(as_administrator.get("/kommun/installningar").text.split())


@pytest.mark.parametrize(
    ("infected", "refused", "words"),
    [
        (0, 0, "Ingen fil som lämnats till er har stoppats."),
        (1, 0, "En fil till er hade skadlig kod, 0 stoppades för annat innehåll."),
        (0, 1, "0 filer till er hade skadlig kod, en stoppades för annat innehåll."),
        (2, 3, "2 filer till er hade skadlig kod, 3 stoppades för annat innehåll."),
    ],
)
def test_the_overview_counts_what_was_stopped_in_words(as_administrator, owner, place, infected, refused, words):
    recently = datetime.now(UTC) - timedelta(days=30)
    stopped(owner, place, "document.infected", infected, at=recently)
    stopped(owner, place, "document.refused", refused, at=recently)

    text = overview(as_administrator)

    assert words in text
    assert ("Filerna är borttagna och företagen har fått veta varför." in text) == bool(infected + refused)


def test_the_overview_counts_a_year_and_its_own_municipality(as_administrator, owner, place, bjorkvik):
    stopped(owner, place, "document.infected", 1, at=datetime.now(UTC) - timedelta(days=366))
    stopped(owner, bjorkvik, "document.infected", 1, at=datetime.now(UTC) - timedelta(days=1))

    assert "Ingen fil som lämnats till er har stoppats." in overview(as_administrator)


def test_the_overview_says_since_when_files_wait(as_administrator, owner, place, anna):
    since = datetime.now(UTC) - timedelta(minutes=20)
    waiting = make_document(owner, anna.provider_id, by=anna, state=DocumentState.WAITING, now=since)
    owner.commit()

    assert "Genomsökningen av filer står still" in as_administrator.get("/kommun/installningar").text

    waiting.state = DocumentState.CLEAN
    owner.add(waiting)
    owner.commit()
