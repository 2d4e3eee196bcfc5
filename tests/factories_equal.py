"""Makes decided cases as rows, many at a time: who had them, how long they took and what was found in them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session

from portal.db.tables import Application
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.domain.deadlines import day_in_sweden
from portal.domain.followed_periods import Period, offered
from portal.domain.roles import Role
from portal.services.lifecycle import record
from tests.factories import NOW, Place, make_provider, make_staff
from tests.factories_company import make_application_row, make_supplement_row
from tests.factories_review import make_officer
from tests.factories_scenes import Scene

Seen = tuple[Outcome, Outcome]
"""What the system saw of a criterion, and what the officer found."""

AGREED, OVERRIDDEN = (Outcome.MET, Outcome.MET), (Outcome.NOT_MET, Outcome.MET)
UNCLEAR = (Outcome.CANNOT_TELL, Outcome.MET)


def make_decided_row(
    owner: Session,
    place: Place,
    officer: Actor | None,
    service: str = "hemtjanst",
    *,
    days: int = 30,
    refused: bool = False,
    asked: bool = False,
    judged: Iterable[Seen] = (),
    decided_at: datetime = NOW,
) -> Application:
    """A company's application, decided ``days`` after it came in; ``judged`` criterion by criterion."""
    state = State.REJECTED if refused else State.APPROVED
    row = make_application_row(owner, make_provider(owner), place, state, service=service)
    row.submitted_at, row.decided_at = decided_at - timedelta(days=days), decided_at
    row.officer_id = officer.person_id if officer else None
    owner.add(row)
    for number, (proposed, outcome) in enumerate(judged):
        judge_row(owner, row, f"GEN-{number:02d}", (proposed, outcome), officer)
    if asked:
        make_supplement_row(owner, row, decided_at.date())
    owner.commit()
    return row


def judge_row(owner: Session, row: Application, criterion: str, seen: Seen, officer: Actor | None) -> None:
    """The event of a judgement, as the service writes it."""
    proposed, outcome = seen
    facts = {"criterion": criterion, "outcome": outcome.value, "proposed": proposed.value}
    facts["override"] = proposed not in (Outcome.CANNOT_TELL, outcome)
    assert officer is not None
    record(owner, row.id, "criterion.judged", actor=officer, now=NOW, facts=facts, internal=True)


def last_twelve_months() -> Period:
    """By the real clock, as the page's is."""
    return offered(day_in_sweden(datetime.now(UTC)))[0]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def followed_up(owner: Session, db: Session, place: Place) -> Scene:
    """Enough decisions in the last twelve months for some of them to be shown, and groups that are too small to be."""
    at = noon(last_twelve_months().last)
    for name, many in (("Leila Haddad", 9), ("Mikael Öberg", 7), ("Åsa-Charlotta von Essen Lindström", 2)):
        officer = make_officer(owner, place, name)
        for each in range(many):
            make_decided_row(
                owner,
                place,
                officer,
                "hemtjanst" if each % 3 else "familjeradgivning",
                days=12 + 7 * each,
                refused=each % 4 == 1,
                asked=each % 2 == 0,
                judged=(AGREED, OVERRIDDEN if each % 5 == 0 else AGREED, UNCLEAR),
                decided_at=at,
            )
    return Scene(make_staff(owner, place.id, Role.CONTROLLER, name="Sofia Ek", title="Controller"))
