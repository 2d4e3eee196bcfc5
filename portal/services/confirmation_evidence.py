"""What a company is asked about new conditions, and the documents that it hands in with its answer.

A document counts at the criterion in the company's case, with its kind and its dates, as one of the application does:
its validity, the reminders before it ends and the evidence library read the same rows.  What has come stays, also where
the answer itself is refused: nobody uploads twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from documents.intake import IntakeRules, Received
from portal.db import conditions
from portal.db.tables import AnswerDocument, Application, ConditionVersion, Confirmation, Document
from portal.domain.actors import Actor
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import STOPPED, Criterion
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.domain.validity import Days, Limits, Stated, Validity, assess, limits_of
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.documents import is_tied, rules_for, take, tie
from portal.services.evidence import keep, keep_unused
from portal.services.figures import read_later
from portal.services.lifecycle import record
from portal.services.room import claim


@dataclass(frozen=True)
class ToAnswer:
    """What a company is asked about one criterion; ``rules`` are of what may be handed in there, if anything.

    ``accepted`` are the kinds of evidence that the version takes there.
    """

    row: Confirmation
    application: Application
    sets: ConditionSets
    criterion: Criterion
    rules: IntakeRules | None
    accepted: Mapping[str, Limits]


@dataclass(frozen=True)
class HandedIn:
    """What lies at the criterion: whether anything of it can prove something, and what is lacking, by field."""

    proves: bool
    faults: Mapping[str, str]


def open_to_answer(
    db: Session, application_id: UUID, criterion_id: str, *, version: int | None = None, actor: Actor
) -> ToAnswer:
    """What is asked, locked while it is answered; under the newest version, where no number is given.

    Raises:
        NotFound: nothing is asked of this company there.
        NotAllowed: ``signatory_answers``: it binds the company; ``confirmation_accepted``.
    """
    row = _of_company(db, application_id, criterion_id, version, actor=actor)
    if not actor.may(Role.SIGNATORY):
        raise NotAllowed("signatory_answers")
    if row.accepted_at is not None:
        raise NotAllowed("confirmation_accepted")
    asked = conditions.read(db, row.version_id)
    criterion = asked.by_id[criterion_id]
    sets = ConditionSets(service=asked, general=asked)
    application = db.get_one(Application, application_id)
    return ToAnswer(row, application, sets, criterion, rules_for(sets, criterion), sets.accepted(criterion))


def hand_in(
    db: Session,
    asked: ToAnswer,
    *,
    documents: Collection[UUID] = (),
    received: Sequence[Received] = (),
    ahead: UUID | None = None,
    without: Collection[UUID] = (),
    actor: Actor,
    now: datetime,
) -> tuple[UUID, ...]:
    """Attach ``documents`` that the company has handed in before, and what has come now; the ids of the latter.

    ``ahead`` is what came before the form (``take_ahead``); it counts as what has come now.

    Those of ``without`` no longer count here.  The municipality has had them, and they are kept as they were.

    Raises:
        NotFound: a document is not the company's, or is discarded.
        NotAllowed: ``no_documents_here``, ``document_unsafe``.
        Invalid: ``underlag`` is ``type_not_allowed``; ``fil`` as ``documents.take``.
    """
    if (documents or received) and asked.rules is None:
        raise NotAllowed("no_documents_here")
    _reuse(db, asked, (*documents, ahead) if ahead else documents, actor=actor, now=now)
    made = (
        take(db, asked.application, asked.criterion.id, received, accepted=asked.accepted, actor=actor, now=now)
        if received
        else ()
    )
    newer = tuple(each.id for each in made) or ((ahead,) if ahead else ())
    _end(db, asked, without, newer[0] if newer else None, actor=actor, now=now)
    return newer


def take_ahead(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    received: Received,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Document:
    """Keep what is to go with an answer before the answer has come: the company's, and used nowhere yet.

    Raises as ``open_to_answer``, and ``Invalid``: there is no room for it (``fil``: too_many or no_room).
    """
    asked = open_to_answer(db, application_id, criterion_id, version=version, actor=actor)
    claim(db, asked.application, criterion_id, number=1, size=received.size)
    return keep_unused(db, asked.application, received, actor=actor, now=now)


def _end(
    db: Session, asked: ToAnswer, without: Collection[UUID], newer: UUID | None, *, actor: Actor, now: datetime
) -> None:
    for id_ in without:
        row = db.get(AnswerDocument, (asked.application.id, asked.criterion.id, id_), with_for_update=True)
        if row is None or row.ended_at is not None or id_ == newer:
            continue
        row.ended_at, row.replaced_by = now, newer
        db.add(row)
        facts = {"criterion": asked.criterion.id, "document": str(id_)}
        record(db, asked.application.id, "document.removed", actor=actor, now=now, facts=facts)


def say(db: Session, asked: ToAnswer, stated: Mapping[UUID, Stated], *, actor: Actor, now: datetime) -> None:
    """Keep what is said of the documents of the criterion; ``stated`` has been held against what it accepts."""
    for document_id, said in stated.items():
        row = db.get(AnswerDocument, (asked.application.id, asked.criterion.id, document_id))
        if row is not None and row.ended_at is None:
            keep(db, row, said, actor=actor, now=now)


def handed_in_with(db: Session, asked: ToAnswer, *, now: datetime) -> HandedIn:
    """What was handed in since it was asked for must say what it is and when it is from, and must not have run out.

    Age is counted back from the day of the answer.
    """
    rows = db.execute(
        select(AnswerDocument, Document.state)
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .where(
            col(AnswerDocument.application_id) == asked.application.id,
            col(AnswerDocument.criterion) == asked.criterion.id,
            col(AnswerDocument.ended_at).is_(None),
        )
        .order_by(col(AnswerDocument.attached_at))
    ).all()
    on = Days.of(day_in_sweden(now), None)
    proves, faults = False, {}
    for row, state in rows:
        if state in STOPPED:
            continue
        stated = Stated(row.kind, row.issued_on, row.ends_on)
        validity = assess(stated, asked.accepted, on=on)
        proves = proves or validity in (Validity.VALID, Validity.ENDING)
        if row.attached_at >= asked.row.asked_at and (field := _field(stated, asked.accepted, validity)):
            faults[f"{field}-{row.document_id}"] = validity.value
    return HandedIn(proves, faults)


def _field(stated: Stated, accepted: Mapping[str, Limits], validity: Validity) -> str:
    """Where it is mended; nothing is to be mended of one that is valid."""
    if validity is Validity.DATE_MISSING:
        limits = limits_of(stated.kind, accepted)
        ends = limits is not None and limits.has_end_date and stated.ends_on is None
        return "galler-till" if ends else "utfardat"
    return {Validity.KIND_MISSING: "sort", Validity.TOO_OLD: "utfardat", Validity.EXPIRED: "galler-till"}.get(
        validity, ""
    )


def _reuse(db: Session, asked: ToAnswer, documents: Collection[UUID], *, actor: Actor, now: datetime) -> None:
    allowed = {kind.media_type for kind in asked.rules.allowed} if asked.rules else set()
    for id_ in documents:
        document = db.get(Document, id_, with_for_update={"read": True}, populate_existing=True)
        if document is None or document.provider_id != actor.provider_id or document.discarded_at is not None:
            raise NotFound("document", id_)
        if document.state in STOPPED:
            raise NotAllowed("document_unsafe")
        if document.media_type not in allowed:
            raise Invalid({"underlag": "type_not_allowed"})
        if not is_tied(db, asked.application.id, asked.criterion.id, document.sha256):
            criterion_id = asked.criterion.id
            tie(db, asked.application, criterion_id, document.id, accepted=asked.accepted, actor=actor, now=now)
            read_later(db, document)


def _of_company(
    db: Session, application_id: UUID, criterion_id: str, version: int | None, *, actor: Actor
) -> Confirmation:
    """What is asked about a criterion, under the version with this number or the newest, locked."""
    statement = select(Confirmation).where(
        col(Confirmation.case_id) == application_id,
        col(Confirmation.criterion) == criterion_id,
        col(Confirmation.provider_id) == actor.provider_id,
        col(Confirmation.ended_at).is_(None),
    )
    if version is not None:
        numbered = select(ConditionVersion.id).where(col(ConditionVersion.number) == version)
        statement = statement.where(col(Confirmation.version_id).in_(numbered))
    row = db.exec(
        statement.order_by(col(Confirmation.asked_at).desc()).limit(1).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        raise NotFound("confirmation", application_id)
    return row
