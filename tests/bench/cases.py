"""Made-up cases: an application in some state, and the record that brought it there.

Every record is a true chain, so that ``verify`` holds for each case.  It is
shorter than a real one: judgements are recorded a group at a time.  Most cases
are old and decided; the open ones are of the last three months, a tenth of
them late.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.domain.application import State
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import case_number
from portal.domain.record import Recorded, chain_hash
from tests.bench.companies import Company, Maker

SHARE = {
    State.DRAFT: 5,
    State.SUBMITTED: 8,
    State.UNDER_REVIEW: 12,
    State.SUPPLEMENT_REQUESTED: 4,
    State.PROPOSED_DECISION: 3,
    State.APPROVED: 55,
    State.REJECTED: 8,
    State.WITHDRAWN: 5,
}
DECIDED = frozenset({State.APPROVED, State.REJECTED})
JUDGED = frozenset({State.PROPOSED_DECISION}) | DECIDED


@dataclass(frozen=True)
class ServicePlace:
    """A service and the versions in force; ``asked`` counts the criteria that an application answers."""

    id: UUID
    general_version: UUID
    service_version: UUID
    asked: int


@dataclass
class MunicipalityPlace:
    id: UUID
    slug: str
    prefix: str
    services: tuple[ServicePlace, ...]
    officers: tuple[UUID, ...]
    decision_maker: UUID
    serials: dict[int, int] = field(default_factory=dict)

    def next_number(self, year: int) -> str:
        self.serials[year] = self.serials.get(year, 0) + 1
        return case_number(self.prefix, year, self.serials[year])


@dataclass
class Case:
    id: UUID
    municipality: MunicipalityPlace
    company: Company
    service: ServicePlace
    state: State
    started_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    officer: UUID | None = None
    due_on: date | None = None
    judged: int = 0
    number: str | None = None
    events: list[tuple[Recorded, bytes]] = field(default_factory=list)

    def happened(
        self, kind: str, actor: UUID, side: str, at: datetime, facts: dict[str, Any], *, internal: bool = False
    ) -> None:
        before = self.events[-1][1] if self.events else b""
        event = Recorded(self.id, len(self.events) + 1, kind, actor, side, at, facts, internal)
        self.events.append((event, chain_hash(before, event)))


def make_cases(
    maker: Maker, places: list[MunicipalityPlace], companies: list[Company], count: int, *, now: datetime
) -> Iterator[Case]:
    """The first municipality is a large one with two fifths of all; the others share the rest."""
    random = maker.random
    states, weights = list(SHARE), list(SHARE.values())
    for _ in range(count):
        place = places[0] if random.random() < 0.4 else random.choice(places[1:])
        state = random.choices(states, weights)[0]
        yield make_case(maker, place, random.choice(companies), state, now=now)


def make_case(
    maker: Maker, place: MunicipalityPlace, company: Company, state: State, *, now: datetime, service: int | None = None
) -> Case:
    random = maker.random
    old = state in DECIDED or state is State.WITHDRAWN
    days = random.uniform(100, 1800) if old else random.uniform(1, 80)
    chosen = random.choice(place.services) if service is None else place.services[service]
    case = Case(maker.id(), place, company, chosen, state, now - timedelta(days=days))
    case.happened("application.started", company.signatory, "company", case.started_at, {})
    if state is not State.DRAFT:
        _submit(case, maker, now)
    return case


def _submit(case: Case, maker: Maker, now: datetime) -> None:
    place, random = case.municipality, maker.random
    at = case.submitted_at = case.started_at + (now - case.started_at) * random.uniform(0.05, 0.4)
    case.number = place.next_number(day_in_sweden(at).year)
    case.due_on = day_in_sweden(at) + timedelta(days=7)
    case.happened("application.submit", case.company.signatory, "company", at, {"from": "draft", "to": "submitted"})
    if case.state in (State.SUBMITTED, State.WITHDRAWN):
        if case.state is State.WITHDRAWN:
            case.due_on = None
            steps = {"from": "submitted", "to": "withdrawn"}
            case.happened("application.withdraw", case.company.signatory, "company", at + timedelta(days=1), steps)
        return
    officer = case.officer = random.choice(place.officers)
    at += (now - at) * 0.1
    case.due_on = day_in_sweden(now) + timedelta(days=random.randint(-4, 36))
    case.happened("conflict.declared_none", officer, "municipality", at, {}, internal=True)
    steps = {"from": "submitted", "to": "under_review"}
    case.happened("application.start_review", officer, "municipality", at, steps)
    case.judged = case.service.asked if case.state in JUDGED else random.randint(0, case.service.asked - 1)
    for position in range(0, case.judged, 6):
        at += timedelta(minutes=random.randint(2, 40))
        facts = {"from": position, "to": min(position + 6, case.judged)}
        case.happened("criteria.judged", officer, "municipality", at, facts, internal=True)
    if case.state is State.SUPPLEMENT_REQUESTED:
        steps = {"from": "under_review", "to": "supplement_requested", "due_on": str(case.due_on)}
        case.happened("application.request_supplement", officer, "municipality", at, steps)
    if case.state in JUDGED:
        steps = {"from": "under_review", "to": "proposed_decision"}
        case.happened("application.propose", officer, "municipality", at + timedelta(minutes=5), steps)
    if case.state in DECIDED:
        case.decided_at = at + timedelta(days=2)
        case.due_on = None
        verb = "approve" if case.state is State.APPROVED else "reject"
        steps = {"from": "proposed_decision", "to": case.state.value}
        case.happened(f"application.{verb}", place.decision_maker, "municipality", case.decided_at, steps)
