"""Gathers everything known of an application, and reads its criteria's rules against it.

The findings are proposals that pages show; nothing is written and nobody is judged here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import Session

from portal.db.figures import FiledReports
from portal.db.handed_in import HandedIn
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion
from portal.domain.evaluation import Finding, evaluate
from portal.domain.facts import FactSheet, Gap, Known
from portal.services.competence_facts import COMPETENCE_FACTS
from portal.services.fact_sources import AskedTogether, FactCase, FactSource
from portal.services.handed_in import HANDED_IN
from portal.services.register_facts import REGISTERS
from portal.services.solvency_facts import SOLVENCY_FACTS

# One line for each source; the order says nothing, since none of them goes before another.
SOURCES: tuple[FactSource, ...] = (HANDED_IN, REGISTERS, SOLVENCY_FACTS, COMPETENCE_FACTS)


def sheet_of(db: Session, case: FactCase, *, sources: Sequence[FactSource] = SOURCES) -> FactSheet:
    """What is known of the facts that the criteria of a page ask about.

    One statement for all the sources whose questions can be put together, and one for each of the others.
    """
    return FactSheet.of(_stated(db, case, sources))


def sheets_of(
    db: Session, cases: Sequence[FactCase], *, sources: Sequence[FactSource] = SOURCES
) -> dict[UUID, FactSheet]:
    """The same of many cases of one municipality, by application: one statement for each source, however many."""
    asked = {case.application_id: {each.fact for each in case.asked} for case in cases}
    stated: dict[UUID, list[Known | Gap]] = {id_: [] for id_ in asked}
    for source in sources:
        concerned = [case for case in cases if not asked[case.application_id].isdisjoint(source.facts)]
        if concerned:
            for id_, told in source.facts_of_many(db, concerned).items():
                stated[id_] += [each for each in told if each.fact in asked[id_]]
    return {id_: FactSheet.of(told) for id_, told in stated.items()}


def findings_of(
    db: Session,
    application_id: UUID,
    *,
    provider_id: UUID,
    sets: ConditionSets,
    criteria: Iterable[Criterion],
    given: HandedIn,
    filed: FiledReports | None = None,
    on: date,
) -> dict[str, Finding]:
    """What the rule of each of these criteria finds, by id; ``portal.views.finding.Finds`` is this."""
    case = FactCase(
        application_id=application_id,
        provider_id=provider_id,
        sets=sets,
        criteria=tuple(criteria),
        given=given,
        filed=filed,
        on=on,
    )
    sheet = sheet_of(db, case)
    return {each.id: evaluate(each, sheet, thresholds=sets.thresholds_for(each), on=on) for each in case.criteria}


def _stated(db: Session, case: FactCase, sources: Iterable[FactSource]) -> Iterator[Known | Gap]:
    asked = {each.fact for each in case.asked}
    wanted = [source for source in sources if not asked.isdisjoint(source.facts)]
    together = {each: each.values(case) for each in wanted if isinstance(each, AskedTogether)}
    questions = {each: values for each, values in together.items() if values is not None}
    answers: Mapping[Any, Any] = {}
    if questions:
        values = {name: value for each in questions.values() for name, value in each.items()}
        answers = dict(zip(questions, db.execute(_asking(*questions), values).one(), strict=True))
    for source in wanted:
        stated = source.facts_from(answers.get(source), case) if source in together else source.facts_of(db, case)
        yield from (each for each in stated if each.fact in asked)


@cache
def _asking(*sources: AskedTogether) -> Select[Any]:
    return select(*(each.column for each in sources))
