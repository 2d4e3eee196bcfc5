"""What a company says of its evidence, and how it renews it: the kind, the dates, a newer document in an older's place.

Nothing that the municipality has had is lost: what is replaced keeps its row,
with what took its place and when.  Whether a document is still valid is said by
``domain.validity``; whether it is enough, by a person.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from documents.intake import Received
from portal.db.tables import AnswerDocument, Application, Authorization, Document
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import STOPPED
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.domain.validity import Stated, faults
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.documents import bind, is_tied, new_document, rules_for
from portal.services.examination import order
from portal.services.lifecycle import record
from portal.services.room import claim
from portal.services.writing import held, open_part, sets_asking, touch


def state(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    stated: Mapping[UUID, Stated],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what is said of the documents of a criterion: which kind each is, and its dates.

    Of one that no longer counts there (a colleague took it away) nothing is kept.

    Raises:
        Invalid: a date cannot be right, or the kind is not one that the criterion takes.
    """
    application, sets = open_part(db, application_id, criterion_id, actor=actor)
    for document_id, said in stated.items():
        row = db.get(AnswerDocument, (application.id, criterion_id, document_id))
        if row is None or row.ended_at is not None:
            continue
        _refuse_faults(sets, criterion_id, said, now=now)
        if keep(db, row, said, actor=actor, now=now):
            touch(db, application, criterion_id, now=now)


def keep(db: Session, row: AnswerDocument, said: Stated, *, actor: Actor, now: datetime) -> bool:
    """Write down what is said of a document where it is handed in; whether it was something else than before."""
    if said == Stated(row.kind, row.issued_on, row.ends_on):
        return False
    _write(row, said)
    db.add(row)
    facts = {"criterion": row.criterion, "document": str(row.document_id), **_facts(said)}
    record(db, row.application_id, "document.dated", actor=actor, now=now, facts=facts)
    return True


def replace(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    document_id: UUID,
    newer: Received | UUID,
    said: Stated,
    *,
    actor: Actor,
    now: datetime,
) -> Document:
    """Hand in a newer document in the place of an older, which is kept and no longer counts.

    Where the company may write; and, once an authorization runs, of what is
    evidence for it: an insurance ends while the contract goes on.  ``newer`` came
    with the form, or ahead of it (``take_ahead``).

    Raises:
        Invalid: a date cannot be right.
        NotFound: that document does not count here, or is replaced already; or the newer one may not take its place.
        NotAllowed: the newer one was stopped.
    """
    application, sets, row = replaceable(db, application_id, criterion_id, document_id, actor=actor)
    _refuse_faults(sets, criterion_id, said, now=now)
    if isinstance(newer, Received):
        made = keep_unused(db, application, newer, actor=actor, now=now)
    elif (found := come_ahead(db, application_id, sets, criterion_id, newer, actor=actor)) is not None:
        made = found
        if made.state in STOPPED:
            raise NotAllowed("document_unsafe")
    else:
        raise NotFound("document", newer)
    accepted = sets.accepted(sets.by_id[criterion_id])
    standing = bind(db, application, criterion_id, made.id, accepted=accepted, actor=actor, now=now)
    _write(standing, said)
    row.ended_at, row.replaced_by = now, made.id
    db.add_all((standing, row))
    facts = {"criterion": criterion_id, "document": str(document_id), "by": str(made.id), **_facts(said)}
    record(db, application.id, "document.replaced", actor=actor, now=now, facts=facts)
    touch(db, application, criterion_id, now=now)
    return made


def take_ahead(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    document_id: UUID,
    received: Received,
    *,
    actor: Actor,
    now: datetime,
) -> Document:
    """Keep what is to replace a document before the form that says so has come: the company's, and used nowhere yet.

    Raises:
        Invalid: there is no room for it (``fil``: no_room).
        NotFound: the older document does not count here, or is replaced already.
    """
    application, _sets, _row = replaceable(db, application_id, criterion_id, document_id, actor=actor)
    claim(db, application, criterion_id, number=0, size=received.size)
    return keep_unused(db, application, received, actor=actor, now=now)


def come_ahead(
    db: Session, application_id: UUID, sets: ConditionSets, criterion_id: str, newer_id: UUID, *, actor: Actor
) -> Document | None:
    """The document that came ahead of its form, also where it was stopped since.

    None where it is not the company's, not of a kind that the criterion takes, or stands there already.
    """
    rules = rules_for(sets, sets.by_id[criterion_id])
    # Held, so that it is not discarded at the same moment.
    found = db.get(Document, newer_id, with_for_update={"read": True}, populate_existing=True)
    if found is None or rules is None or found.provider_id != actor.provider_id or found.discarded_at is not None:
        return None
    taken = found.media_type in {kind.media_type for kind in rules.allowed}
    return found if taken and not is_tied(db, application_id, criterion_id, found.sha256) else None


def keep_unused(db: Session, application: Application, received: Received, *, actor: Actor, now: datetime) -> Document:
    """The company's, and used nowhere yet."""
    made = new_document(application, received, actor=actor, now=now)
    db.add(made)
    db.flush()
    order(db, made)
    return made


def replaceable(
    db: Session, application_id: UUID, criterion_id: str, document_id: UUID, *, actor: Actor
) -> tuple[Application, ConditionSets, AnswerDocument]:
    """As ``open_to_replace``, with the older document's row, held until the transaction ends.

    Raises:
        NotFound: it does not count there, or is replaced already.
        NotAllowed: nothing is uploaded there.
    """
    application, sets = open_to_replace(db, application_id, criterion_id, actor=actor)
    row = db.get(AnswerDocument, (application.id, criterion_id, document_id), with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound("document", document_id)
    if rules_for(sets, sets.by_id[criterion_id]) is None:
        raise NotAllowed("no_documents_here")
    return application, sets, row


def open_to_replace(
    db: Session, application_id: UUID, criterion_id: str, *, actor: Actor
) -> tuple[Application, ConditionSets]:
    """The application, held while a document of it is replaced, and the conditions that ask for the document.

    Raises:
        TransitionRefused: it is with the municipality, or is over without a running authorization.
    """
    application = held(db, application_id, actor=actor)
    if application.state is not State.APPROVED or not runs(db, application.id):
        return open_part(db, application_id, criterion_id, actor=actor)
    sets = sets_asking(db, application, criterion_id)
    if criterion_id not in sets.by_id:
        raise NotFound("criterion", criterion_id)
    if not actor.may(Role.EDITOR):
        raise NotAllowed("role")
    return application, sets


def runs(db: Session, case_id: UUID) -> bool:
    """Whether the authorization that came of a case is active."""
    statement = select(Authorization.id).where(
        col(Authorization.case_id) == case_id, col(Authorization.state) == AuthorizationState.ACTIVE
    )
    return db.exec(statement).first() is not None


def _refuse_faults(sets: ConditionSets, criterion_id: str, said: Stated, *, now: datetime) -> None:
    found = faults(said, sets.accepted(sets.by_id[criterion_id]), today=day_in_sweden(now))
    if found:
        raise Invalid({part: fault.value for part, fault in found.items()})


def _write(row: AnswerDocument, said: Stated) -> None:
    if row.ends_on != said.ends_on:
        row.reminded_days = None
    row.kind, row.issued_on, row.ends_on = said.kind, said.issued_on, said.ends_on


def _facts(said: Stated) -> dict[str, str | None]:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {"kind": said.kind, "issued_on": day(said.issued_on), "ends_on": day(said.ends_on)}
