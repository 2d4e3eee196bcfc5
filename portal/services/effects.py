"""Counts what a draft of conditions would mean for everybody whom it concerns, a few at a time, in the background.

Ordered, begun and counted by jobs.  Each part is counted whole in one transaction, or not at all: a worker that is
killed has counted nothing of its part, and whoever does the job again counts it.  Of a draft no case is touched:
what is written is a forecast. Of a published version each provider is asked to confirm or prove what is new to it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, col, select

from portal import library
from portal.db import conditions
from portal.db.queue import BEHIND, later
from portal.db.tables import Authorization, EffectPart, EffectRun
from portal.domain.actors import Actor, system
from portal.domain.authorization import LIVING
from portal.domain.changeover import last_day
from portal.domain.criteria import Outcome
from portal.domain.deadlines import day_in_sweden
from portal.domain.draft_faults import find
from portal.domain.drafting import finished
from portal.domain.effect import Tally, rewritten
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.services import confirmations, drafts
from portal.services.effect_reading import read
from portal.services.staff_record import tell

PART = 250
"""How many are counted in one transaction: some hundred milliseconds of work, and a step of the progress."""

# Of a draft's content as the database writes it: the same content has the same digest.
_DIGEST = sa.text("SELECT encode(sha256(convert_to(content::text, 'UTF8')), 'hex') FROM condition_draft WHERE id = :id")

# An authorization's case is the application that led to it, and there lies what its provider has shown. An application
# keeps the conditions that it was started under: of a version that is published nothing is asked there.
_PARTS = sa.text("""
INSERT INTO effect_part (run_id, number, municipality_id, applications)
SELECT :run, place / :size, :m, array_agg(id ORDER BY id) FROM (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM (
    SELECT case_id AS id FROM provider_authorization
     WHERE municipality_id = :m AND (CAST(:service AS uuid) IS NULL OR service_id = :service)
       AND state = ANY(:living)
    UNION
    SELECT id FROM application
     WHERE municipality_id = :m AND (CAST(:service AS uuid) IS NULL OR service_id = :service)
       AND CAST(:draft AS uuid) IS NOT NULL
       AND state IN ('submitted', 'under_review', 'supplement_requested', 'proposed_decision')) concerned) placed
 GROUP BY place / :size
RETURNING number, cardinality(applications) AS members
""")

_ADD = sa.text("""
INSERT INTO effect_result (run_id, application_id, municipality_id, authorised, provider_name, sort_key, number,
                           outcome, criteria)
SELECT :run, x.application_id, :m, x.authorised, x.provider_name, x.sort_key, x.number, x.outcome, x.criteria
  FROM jsonb_to_recordset(:rows) AS x(application_id uuid, authorised boolean, provider_name text, sort_key text,
                                      number text, outcome text, criteria jsonb)
""").bindparams(sa.bindparam("rows", type_=JSONB()))

# The runs of the versions that are newer than those of an application, locked; one that has not begun finds it itself.
_NEWER = sa.text("""
SELECT r.id, r.started_at, (SELECT coalesce(max(number), -1) + 1 FROM effect_part WHERE run_id = r.id) AS number
  FROM effect_run r JOIN condition_version v ON v.id = r.version_id
  JOIN condition_version under ON under.service_id IS NOT DISTINCT FROM v.service_id AND under.id IN (:general, :own)
 WHERE r.municipality_id = :m AND v.number > under.number
 ORDER BY v.number FOR UPDATE OF r
""")

_FORGET = (
    sa.text("DELETE FROM effect_result WHERE run_id IN (SELECT id FROM effect_run WHERE draft_id = :d AND id <> :r)"),
    sa.text("DELETE FROM effect_part WHERE run_id IN (SELECT id FROM effect_run WHERE draft_id = :d AND id <> :r)"),
)


def order(db: Session, draft_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Have the effect of a draft counted as it stands now; one that is being counted already goes on.

    Raises:
        NotAllowed: ``role``; ``draft_published``; ``draft_unfinished``: what cannot be published cannot be read.
        NotFound: there is no such draft here.
    """
    # Locked, so that of two who order at once the second meets the first one's run.
    draft = drafts.open_for_change(db, draft_id, actor=actor)
    if find(draft.content, library.declared()):
        raise NotAllowed("draft_unfinished")
    digest = db.execute(_DIGEST, {"id": draft.id}).scalar_one()
    running = newest(db, draft.id)
    if running is not None and running.finished_at is None and running.cancelled_at is None:
        if running.digest == digest:
            return running.id
        running.cancelled_at = now
        db.add(running)
    if actor.person_id is None:
        raise NotAllowed("role")
    run = EffectRun(
        municipality_id=draft.municipality_id,
        draft_id=draft.id,
        service_id=draft.service_id,
        digest=digest,
        content=finished(draft.content),
        ordered_at=now,
        ordered_by=actor.person_id,
    )
    db.add(run)
    db.flush()
    later(db, "effects.begin", municipality_id=str(run.municipality_id), run_id=str(run.id))
    _tell(db, "conditions.effect_ordered", run, actor=actor, now=now)
    return run.id


def cancel(db: Session, draft_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Stop counting; what was counted stays to be seen.  Where nothing is being counted, nothing is done.

    Raises:
        NotFound: there is no such draft here.
        NotAllowed: ``role``.
    """
    draft = drafts.read(db, draft_id, actor=actor)
    if not actor.may(Role.MUNICIPAL_ADMINISTRATOR):
        raise NotAllowed("role")
    running = newest(db, draft.id)
    run = _locked(db, running.id) if running is not None else None
    if run is not None and run.finished_at is None and run.cancelled_at is None:
        run.cancelled_at = now
        db.add(run)
        db.flush()
        _tell(db, "conditions.effect_cancelled", run, actor=actor, now=now)


def begin(db: Session, run_id: UUID, *, now: datetime) -> int:
    """Find out whom it concerns and order a job for each part; how many they are.  The second time nothing is done."""
    run = _locked(db, run_id)
    if run.started_at is not None or run.cancelled_at is not None:
        return run.total
    for statement in _FORGET:
        db.execute(statement, {"d": run.draft_id, "r": run.id})
    told = {
        "run": run.id,
        "m": run.municipality_id,
        "service": run.service_id,
        "size": PART,
        "draft": run.draft_id,
        "living": [state.value for state in LIVING],
    }
    parts = db.execute(_PARTS, told).all()
    run.started_at, run.total = now, sum(part.members for part in parts)
    if run.total == 0:
        run.finished_at = now
    db.add(run)
    db.flush()
    for part in parts:
        _order(db, run, part.number)
    return run.total


def take_in(db: Session, authorization: Authorization) -> None:
    """Have an authorization counted that came after newer versions were published: it was applied for under older ones.

    It becomes a part of its own of their runs, and is asked as the others were.
    """
    versions = {"general": authorization.general_version_id, "own": authorization.service_version_id}
    for newer in db.execute(_NEWER, {**versions, "m": authorization.municipality_id}).all():
        if newer.started_at is None:
            continue
        run = _locked(db, newer.id)
        db.add(
            EffectPart(
                run_id=run.id,
                number=newer.number,
                municipality_id=run.municipality_id,
                applications=[authorization.case_id],
            )
        )
        run.total += 1
        db.add(run)
        _order(db, run, newer.number)


def _order(db: Session, run: EffectRun, number: int) -> None:
    told: dict[str, Any] = {"municipality_id": str(run.municipality_id), "run_id": str(run.id), "number": number}
    later(db, "effects.count", priority=BEHIND, **told)


def count(db: Session, run_id: UUID, number: int, *, now: datetime) -> int | None:
    """Count one part, unless that has been done; how many were counted.

    ``None``: somebody holds it now. That may be a worker that has died and whose connection is not found dead yet, so
    whoever comes meanwhile comes again.
    """
    run = db.get(EffectRun, run_id)
    if run is None or run.cancelled_at is not None or db.get(EffectPart, (run_id, number)) is None:
        return 0
    part = db.get(EffectPart, (run_id, number), with_for_update={"skip_locked": True}, populate_existing=True)
    if part is None:
        return None
    if part.done_at is not None:
        return 0
    counted = read(db, run, part.applications)
    tally = Tally()
    for each in counted:
        tally.add(each.effect, authorised=each.row.authorised)
    rows = [
        {
            "application_id": str(each.row.id),
            "authorised": each.row.authorised,
            "provider_name": each.row.provider_name,
            "sort_key": each.row.provider_sort_key,
            "number": each.row.number,
            "outcome": each.effect.outcome.value,
            "criteria": {id_: outcome.value for id_, outcome in each.effect.criteria.items()},
        }
        for each in counted
    ]
    db.execute(_ADD, {"run": run.id, "m": run.municipality_id, "rows": rows})
    if run.version_id is not None:
        clock = system(municipality_id=run.municipality_id)
        version = conditions.read(db, run.version_id)
        for each in counted:
            if each.stands.number >= version.number:
                continue
            seen = {**each.effect.criteria, **{one.id: Outcome.CANNOT_TELL for one in rewritten(each.stands, version)}}
            confirmations.ask(
                db,
                run,
                each.row.id,
                each.row.provider_id,
                seen,
                version.by_id,
                due_on=_due_on(run, each.row.offered_at, version.valid_from, now),
                actor=clock,
                now=now,
            )
    part.done_at = now
    db.add(part)
    db.flush()
    # Last of all, since the others wait for it from here on.
    run = _locked(db, run_id)
    run.tally = tally.and_(Tally.read(run.tally)).plain()
    run.done += len(part.applications)
    if run.done >= run.total:
        run.finished_at = now
    db.add(run)
    db.flush()
    return len(part.applications)


def _due_on(run: EffectRun, offered_at: datetime, valid_from: date, now: datetime) -> date | None:
    """As was decided; who came to be asked later has no less time than if the version were published now."""
    if run.due_on is None or offered_at <= run.ordered_at:
        return run.due_on
    return max(run.due_on, last_day(day_in_sweden(now), valid_from))


def newest(db: Session, draft_id: UUID) -> EffectRun | None:
    """The run of a draft that was ordered last."""
    return db.exec(
        select(EffectRun).where(col(EffectRun.draft_id) == draft_id).order_by(col(EffectRun.ordered_at).desc()).limit(1)
    ).one_or_none()


def _locked(db: Session, run_id: UUID) -> EffectRun:
    run = db.get(EffectRun, run_id, with_for_update={"key_share": True}, populate_existing=True)
    if run is None:
        raise NotFound("effect", run_id)
    return run


def _tell(db: Session, kind: str, run: EffectRun, *, actor: Actor, now: datetime) -> None:
    facts = {"draft": str(run.draft_id), "run": str(run.id)}
    tell(db, kind, municipality_id=run.municipality_id, facts=facts, actor=actor, now=now)
