"""An officer's judgement of one criterion: made, made anew, confirmed as the rules find it, or let stand.

What is replaced is kept, and what lay before the officer is pinned.  A machine
proposes and a named person judges (Kommunallagen 6 kap. 38 §): where several are
confirmed at once each is a judgement of its own, and nothing is that was not in view.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.judgements import judgements_of
from portal.db.tables import AnswerDocument, Application, Document, FormerJudgement, Judgement
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.confirming import Ground, Seen, is_override, reason_needed, reason_of
from portal.domain.criteria import Outcome, Text
from portal.domain.evidence import Pinned, as_data
from portal.domain.phrases import Purpose, english_of
from portal.domain.record import text_hash
from portal.errors import Invalid, NotFound
from portal.services import phrases
from portal.services.lifecycle import record
from portal.services.review import conditions_of, judgements, lock_own, person_of
from portal.services.seen import look


def judge(
    db: Session,
    application_id: UUID,
    criterion: str,
    *,
    outcome: Outcome,
    reason: str,
    shown: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Judge one criterion, or judge it anew; what is replaced is kept.

    ``shown`` is the digest of what the officer had in view, where a page says so.

    Raises:
        Invalid: ``changed`` for the criterion when something else is seen now than was in view; ``reason`` when none
            is given, and the officer does not just agree that it is met.
    """
    application = lock_own(db, application_id, actor, State.UNDER_REVIEW, action="judge")
    seen = _look(db, application, (criterion,), now)[criterion]
    if shown is not None and shown != seen.digest:
        raise Invalid({criterion: "changed"})
    proposed = seen.finding.outcome
    if not reason.strip():
        if reason_needed(outcome, proposed):
            raise Invalid({"reason": "missing"})
        said = reason_of(seen, Ground.FINDING)
    else:
        said = Text(reason, english_of(reason, phrases.offered(db, Purpose.JUDGEMENT, actor=actor), criterion))
    _write(db, application, criterion, outcome, said, seen, actor=actor, now=now)
    _count(db, application)


def confirm_seen(
    db: Session,
    application_id: UUID,
    shown: Mapping[str, str],
    *,
    grounds: Collection[Ground],
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """Judge as met each criterion that was in view, has one of the grounds, and has no judgement that holds.

    ``shown`` is the digest of what the officer had in view, by criterion; each is a judgement of its own.

    Raises:
        Invalid: ``changed`` for every criterion of which something else is seen now; then nothing is judged.
    """
    application = lock_own(db, application_id, actor, State.UNDER_REVIEW, action="judge")
    seen = _look(db, application, shown, now)
    if changed := {criterion: "changed" for criterion, digest in shown.items() if seen[criterion].digest != digest}:
        raise Invalid(changed)
    judged = judgements_of(db, application.id)
    confirmed = []
    for criterion, found in seen.items():
        before = judged.get(criterion)
        if found.ground in grounds and found.ground is not None and not (before is not None and before.holds):
            said = reason_of(found, found.ground)
            _write(db, application, criterion, Outcome.MET, said, found, found.ground, actor=actor, now=now)
            confirmed.append(criterion)
    _count(db, application)
    return tuple(confirmed)


def _look(db: Session, application: Application, criteria: Iterable[str], now: datetime) -> dict[str, Seen]:
    """Raises: NotFound: one of them is no criterion of the application's."""
    sets = conditions_of(db, application)
    if unknown := [each for each in criteria if each not in sets.by_id]:
        raise NotFound("criterion", unknown[0])
    _given, seen = look(
        db,
        application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=[sets.by_id[each] for each in criteria],
        submitted_at=application.submitted_at or now,
        now=now,
    )
    return seen


def _write(
    db: Session,
    application: Application,
    criterion: str,
    outcome: Outcome,
    reason: Text,
    seen: Seen,
    ground: Ground | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The judgement and its event.

    The record is never rewritten, so it holds the hash of the reason and not
    the words, which may speak of a person.  What lies before the officer is
    pinned by hash, in the judgement and in the record.
    Words that stand unchanged keep the English that they had: a phrase may read otherwise since.
    What the system saw stands beside it, with a digest of all that was shown, and whether the officer found otherwise.
    """
    before = db.get(Judgement, (application.id, criterion))
    if before is not None:
        db.add(FormerJudgement(**before.model_dump()))
    row = before or Judgement(
        application_id=application.id,
        criterion=criterion,
        municipality_id=application.municipality_id,
        outcome=outcome,
        reason=reason.sv,
        judged_by=person_of(actor),
        judged_at=now,
    )
    if before is None or before.reason != reason.sv or not before.reason_en:
        row.reason, row.reason_en = reason.sv, reason.en
    row.outcome, row.judged_by, row.judged_at = outcome, person_of(actor), now
    row.evidence = as_data(_present(db, application.id, criterion))
    db.add(row)
    proposed = seen.finding.outcome
    record(
        db,
        application.id,
        "criterion.judged",
        actor=actor,
        now=now,
        facts={
            "criterion": criterion,
            "outcome": outcome.value,
            "reason_sha256": text_hash(reason.sv),
            "evidence": row.evidence,
            "proposed": proposed.value,
            "override": is_override(outcome, proposed),
            "seen_sha256": seen.digest,
            **({"confirmed": ground.value} if ground else {}),
        },
        internal=True,
    )


def _count(db: Session, application: Application) -> None:
    application.judged = len(judgements(db, application.id))
    db.add(application)
    db.flush()


def confirm(db: Session, application_id: UUID, criterion: str, *, actor: Actor, now: datetime) -> None:
    """Let a judgement stand on the evidence as it is now: it is made anew, with the same outcome and reason.

    Raises:
        NotFound: the criterion has not been judged.
    """
    lock_own(db, application_id, actor, State.UNDER_REVIEW, action="judge")
    before = db.get(Judgement, (application_id, criterion))
    if before is None:
        raise NotFound("judgement", criterion)
    judge(db, application_id, criterion, outcome=before.outcome, reason=before.reason, actor=actor, now=now)


def _present(db: Session, application_id: UUID, criterion: str) -> list[Pinned]:
    statement = (
        select(Document.id, Document.sha256)
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .where(
            col(AnswerDocument.application_id) == application_id,
            col(AnswerDocument.criterion) == criterion,
            col(AnswerDocument.ended_at).is_(None),
        )
    )
    return [Pinned(str(id_), sha256) for id_, sha256 in db.exec(statement)]
