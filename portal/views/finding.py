"""What the system sees of a criterion, as the company and the officer both see it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlmodel import Session

from portal.db.figures import FiledReports
from portal.db.handed_in import HandedIn
from portal.domain.conditions import ConditionSets
from portal.domain.confirming import Seen
from portal.domain.criteria import Criterion, Outcome
from portal.domain.evaluation import Finding
from portal.domain.finding_words import Explanation, explain
from portal.library import declared
from portal.locale import gettext as _
from portal.locale import language, said_once
from portal.views.words import Status


class Finds(Protocol):
    """``services.facts.findings_of``, which the route hands over: views know no services."""

    def __call__(
        self,
        db: Session,
        application_id: UUID,
        *,
        provider_id: UUID,
        sets: ConditionSets,
        criteria: Iterable[Criterion],
        given: HandedIn,
        filed: FiledReports | None = None,
        on: date,
    ) -> Mapping[str, Finding]: ...


class Looks(Protocol):
    """``services.seen.look``, which the route hands over: what was handed in, and what an officer sees of it."""

    def __call__(
        self,
        db: Session,
        application_id: UUID,
        *,
        provider_id: UUID,
        sets: ConditionSets,
        criteria: Iterable[Criterion],
        submitted_at: datetime,
        now: datetime,
    ) -> tuple[HandedIn, Mapping[str, Seen]]: ...


def explained(finding: Finding, sets: ConditionSets, criterion: Criterion) -> Explanation:
    """The finding in the reader's language."""
    chosen = language()
    names = {id_: sets.evidence_type(id_).name.in_(chosen) for id_ in criterion.evidence}
    return explain(finding, declared(), chosen, names)


@said_once
def seen(outcome: Outcome) -> Status:
    """The system's reading; it is never worded as the judgement that a person makes."""
    return {
        Outcome.MET: Status("done", _("Ser ut att räcka")),
        Outcome.NOT_MET: Status("stop", _("Når inte upp")),
        Outcome.CANNOT_TELL: Status("ask", _("Oklart för systemet")),
    }[outcome]
