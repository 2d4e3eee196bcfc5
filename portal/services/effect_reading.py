"""Reads what a new version of conditions means for those whom it concerns: many at a time, or one with its reasons.

From what they have shown already, and against each one's own conditions: what those ask for too is not read again.
Nothing is written here.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db import conditions, handed_in
from portal.db.handed_in import Given, HandedIn
from portal.db.handed_in_many import read_many
from portal.db.tables import EffectRun
from portal.domain.actors import Actor
from portal.domain.conditions import Conditions, ConditionSets, read_content
from portal.domain.criteria import Criterion, Outcome
from portal.domain.deadlines import day_in_sweden
from portal.domain.effect import Effect, Looked, answered, carried, changed, effect, replaced, together
from portal.domain.evaluation import Finding, evaluate
from portal.domain.facts import asked_by
from portal.errors import NotFound
from portal.services.competence_facts import COMPETENCE_FACTS
from portal.services.fact_sources import FactCase
from portal.services.facts import sheets_of

_CONCERNED = sa.text("""
SELECT a.id, a.provider_id, a.provider_name, a.provider_sort_key, coalesce(a.number, '') AS number, a.submitted_at,
       z.id IS NOT NULL AS authorised, z.offered_at,
       coalesce(z.general_version_id, a.general_version_id) AS general_id,
       coalesce(z.service_version_id, a.service_version_id) AS service_id, r.outcome AS "then",
       CASE WHEN z.id IS NULL THEN (SELECT jsonb_object_agg(j.criterion, j.outcome) FROM judgement j
                                     WHERE j.application_id = a.id) END AS judged
  FROM application a
  LEFT JOIN provider_authorization z ON z.case_id = a.id AND z.municipality_id = a.municipality_id
  LEFT JOIN effect_result r ON r.run_id = :run AND r.application_id = a.id
 WHERE a.id = ANY(:ids) ORDER BY a.id
""")

_CONFIRMED = sa.text("""
SELECT DISTINCT ON (c.case_id, c.criterion) c.case_id, c.criterion, c.declared, c.description, c.answered_at,
       p.name AS who
  FROM confirmation c JOIN person p ON p.id = c.answered_by
 WHERE c.case_id = ANY(:ids) AND c.accepted_at IS NOT NULL ORDER BY c.case_id, c.criterion, c.accepted_at DESC
""")


@dataclass(frozen=True)
class Read:
    """One of them, read: ``findings`` with the criteria that are asked otherwise, and what it comes to.

    ``stands`` is the version, of the set that is replaced, that it stands under.
    """

    row: Any
    stands: Conditions
    sets: ConditionSets
    findings: tuple[tuple[Criterion, Finding], ...]
    effect: Effect


def look(db: Session, draft_id: UUID, application_id: UUID, *, actor: Actor) -> Looked:
    """One of those that the newest run of a draft counted, read again with all that leads there.

    Raises:
        NotFound: there is no such draft here, or the run did not count it.
    """
    run = db.exec(
        select(EffectRun).where(col(EffectRun.draft_id) == draft_id).order_by(col(EffectRun.ordered_at).desc()).limit(1)
    ).one_or_none()
    if run is None or run.municipality_id != actor.municipality_id:
        raise NotFound("effect", draft_id)
    one = next(iter(read(db, run, [application_id])), None)
    if one is None or one.row.then is None:
        raise NotFound("application", application_id)
    return Looked(
        application_id=one.row.id,
        provider_name=one.row.provider_name,
        number=one.row.number,
        authorised=one.row.authorised,
        then=Outcome(one.row.then),
        now=one.effect.outcome,
        findings=one.findings,
        sets=one.sets,
    )


def read(db: Session, run: EffectRun, ids: Sequence[UUID]) -> tuple[Read, ...]:
    """Everybody of ``ids``: the facts of all with a few statements, then each by itself."""
    after = _after(run)
    rows = db.execute(_CONCERNED, {"ids": list(ids), "run": run.id}).all()
    conditions.read_all(db, {id_ for row in rows for id_ in (row.general_id, row.service_id)})
    sets = {
        (row.general_id, row.service_id): conditions.read_sets(db, general_id=row.general_id, service_id=row.service_id)
        for row in rows
    }
    anew = {key: changed(replaced(each, after), after) for key, each in sets.items()}
    said = {key: answered(each.asked_criteria, anew[key]) for key, each in sets.items()}
    given = _confirmed(db, _given(db, [row.id for row in rows], [*chain(*said.values())], [*chain(*anew.values())]))
    cases = {
        row.id: FactCase(
            application_id=row.id,
            provider_id=row.provider_id,
            sets=sets[key],
            criteria=said[key],
            read=anew[key],
            given=given[row.id],
            on=_day(row, run),
        )
        for row in rows
        if row.id in given
        for key in [(row.general_id, row.service_id)]
    }
    sheets = sheets_of(db, list(cases.values()))
    found = []
    for row in rows:
        case = cases.get(row.id)
        if case is None:
            continue
        findings = tuple(
            (each, evaluate(each, sheets[row.id], thresholds=after.thresholds, on=case.on)) for each in case.read or ()
        )
        new = together(case.sets, after)
        stands = carried(_judged(row), new.by_id, (each.id for each in case.read or ()))
        found_here = effect((finding for _, finding in findings), stands)
        found.append(Read(row, replaced(case.sets, after), new, findings, found_here))
    return tuple(found)


def _judged(row: Any) -> dict[str, Outcome]:
    return {criterion: Outcome(outcome) for criterion, outcome in (row.judged or {}).items()}


def _given(
    db: Session, ids: Sequence[UUID], said: Sequence[Criterion], asked: Sequence[Criterion]
) -> Mapping[UUID, HandedIn]:
    """One application in one statement, as a page has it; many with a few for them all."""
    if len(ids) == 1:
        return {ids[0]: handed_in.read(db, ids[0])}
    people = any(each.fact in COMPETENCE_FACTS.facts for each in asked_by(asked))
    return read_many(db, ids, criteria={each.id for each in said}, people=people)


def _confirmed(db: Session, given: Mapping[UUID, HandedIn]) -> Mapping[UUID, HandedIn]:
    """With what has been confirmed since the decision, and accepted, in the place of the answer that was decided on."""
    said: dict[UUID, dict[str, Given]] = {}
    for row in db.execute(_CONFIRMED, {"ids": list(given)}):
        before = given[row.case_id].of(row.criterion)
        said.setdefault(row.case_id, {})[row.criterion] = dataclasses.replace(
            before, declared=row.declared, description=row.description, who=row.who, at=row.answered_at
        )
    return {
        id_: dataclasses.replace(each, by_criterion={**each.by_criterion, **said[id_]}) if id_ in said else each
        for id_, each in given.items()
    }


def _after(run: EffectRun) -> Conditions:
    """The version as if it were published; what it says of its decision is not read."""
    return Conditions(
        id=run.id,
        municipality_id=run.municipality_id,
        service_id=run.service_id,
        number=0,
        valid_from=day_in_sweden(run.ordered_at),
        decided_by="",
        decided_on=day_in_sweden(run.ordered_at),
        decision_reference="",
        **read_content(run.content),
    )


def _day(row: Any, run: EffectRun) -> date:
    """An application is read as of the day it was sent, as everywhere; who is authorised has to meet it from now on."""
    at = run.ordered_at if row.authorised or row.submitted_at is None else row.submitted_at
    return day_in_sweden(at)
