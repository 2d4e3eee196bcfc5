"""Makes an application in any state, with its answers, documents and record, through the steps that lead there.

Written as the database's owner; company steps go through their services, the
municipality's by ``lifecycle.move`` with the rows that its services would write.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from documents.continuing import AT_ONCE
from documents.store import Store
from portal.db.conditions import read_sets
from portal.db.tables import (
    Answer,
    AnswerDocument,
    Application,
    Decision,
    Document,
    Hearing,
    Proposal,
    Supplement,
    SupplementItem,
    Upload,
)
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Demand, DocumentState
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.domain.validity import Stated
from portal.services import applications
from portal.services.lifecycle import move
from tests.factories import NOW, Place, make_member, make_provider, make_staff

# The criterion that asks for a liability insurance, a document that runs out.
INSURANCE = "GEN-25"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def make_application(
    owner: Session,
    place: Place,
    service: str = "familjeradgivning",
    *,
    by: Actor | None = None,
    complete: bool | None = None,
    state: State = State.DRAFT,
    officer: Actor | None = None,
    decider: Actor | None = None,
    asked_about: Iterable[str] = ("GEN-25", "GEN-01"),
    heard: bool = False,
    document_state: DocumentState = DocumentState.CLEAN,
    store: Store | None = None,
    now: datetime = NOW,
) -> Application:
    """An application of ``by``'s company (a new one otherwise) in ``state``.

    ``complete`` answers everything (default: wherever the state is past draft);
    ``asked_about`` are the criteria of a supplement; ``heard`` shows the draft
    of a refusal; with a ``store``, the documents' bytes are put there too.
    """
    by = by or make_member(owner, make_provider(owner))
    application = applications.start(owner, place.services[service], actor=by, now=now)
    if complete or (complete is None and state is not State.DRAFT):
        answer_all(owner, application, by=by, now=now, document_state=document_state, store=store)
    if state is not State.DRAFT:
        _walk(owner, application, state, by, officer, decider, tuple(asked_about), heard, now)
    owner.commit()
    return application


def sets_of(owner: Session, application: Application) -> ConditionSets:
    return read_sets(owner, general_id=application.general_version_id, service_id=application.service_version_id)


def answer_all(
    owner: Session,
    application: Application,
    *,
    by: Actor,
    now: datetime = NOW,
    document_state: DocumentState = DocumentState.CLEAN,
    store: Store | None = None,
    leave_out: Iterable[str] = (),
) -> None:
    """Answer yes to all that is asked, with a description and a document wherever one is demanded."""
    skipped = set(leave_out)
    for criterion in sets_of(owner, application).asked_criteria:
        if criterion.question is None or criterion.id in skipped:
            continue
        owner.add(
            Answer(
                application_id=application.id,
                criterion=criterion.id,
                municipality_id=application.municipality_id,
                provider_id=application.provider_id,
                declared=True,
                description="Så här gör vi." if criterion.question.description is Demand.REQUIRED else "",
                answered_by=by.person_id,
                answered_at=now,
            )
        )
        if criterion.question.documents is Demand.REQUIRED:
            make_attached(owner, application, criterion.id, by=by, state=document_state, store=store, now=now)
    owner.flush()


def make_document(
    owner: Session,
    provider_id: UUID,
    *,
    by: Actor,
    name: str = "Intyg.pdf",
    state: DocumentState = DocumentState.CLEAN,
    content: bytes | None = None,
    media_type: str = "application/pdf",
    store: Store | None = None,
    now: datetime = NOW,
) -> Document:
    """A document of the company's; each has bytes of its own unless ``content`` is given."""
    data = content if content is not None else PDF + uuid4().bytes
    document = Document(
        provider_id=provider_id,
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        object_key=f"quarantine/{uuid4()}",
        state=state,
        uploaded_by=by.person_id,
        uploaded_at=now,
    )
    if store is not None:
        store.put(document.object_key, data, media_type=document.media_type)
    owner.add(document)
    owner.flush()
    return document


def attach(
    owner: Session,
    application: Application,
    criterion: str,
    document: Document,
    *,
    by: Actor,
    now: datetime = NOW,
    stated: Stated | None = None,
) -> None:
    """Attach a document; unless something else is ``stated``, one that is fresh and ends in a year.

    Pages are asked for by the real clock, and services at the tests' time: it is fresh by both.
    """
    sets = sets_of(owner, application)
    accepted = sets.accepted(sets.by_id[criterion]) if criterion in sets.by_id else {}
    today = day_in_sweden(max(now, datetime.now(UTC)))
    fresh = Stated(next(iter(accepted), None), today, today + timedelta(days=365))
    said = stated or (fresh if any(each.any for each in accepted.values()) else Stated())
    owner.add(
        AnswerDocument(
            application_id=application.id,
            criterion=criterion,
            document_id=document.id,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            attached_by=by.person_id,
            attached_at=now,
            kind=said.kind,
            issued_on=said.issued_on,
            ends_on=said.ends_on,
        )
    )
    owner.flush()


def make_attached(
    owner: Session,
    application: Application,
    criterion: str,
    *,
    by: Actor,
    now: datetime = NOW,
    stated: Stated | None = None,
    **document: Any,
) -> Document:
    """A document that is made as ``make_document`` makes it and attached at once; not committed."""
    made = make_document(owner, application.provider_id, by=by, now=now, **document)
    attach(owner, application, criterion, made, by=by, now=now, stated=stated)
    return made


def tied(owner: Session, application: Application, criterion: str = INSURANCE) -> Sequence[AnswerDocument]:
    """What an answer rests on, in the order in which it came."""
    owner.expire_all()
    of_it = (col(AnswerDocument.application_id) == application.id, col(AnswerDocument.criterion) == criterion)
    return owner.exec(select(AnswerDocument).where(*of_it).order_by(col(AnswerDocument.attached_at))).all()


def make_upload(
    owner: Session,
    application: Application,
    criterion: str,
    *,
    by: Actor,
    name: str = "Stor.pdf",
    size: int = 20_000_000,
    store: Store | None = None,
    now: datetime = NOW,
) -> Upload:
    """An upload of which nothing has come yet; with a ``store`` it is begun there too."""
    key = f"quarantine/{uuid4()}"
    upload = Upload(
        provider_id=application.provider_id,
        application_id=application.id,
        criterion=criterion,
        name=name,
        media_type="application/pdf",
        size=size,
        head_sha256=hashlib.sha256(PDF).hexdigest(),
        object_key=key,
        store_id=store.begin_parts(key, "application/pdf") if store is not None else uuid4().hex,
        next_number=1 - AT_ONCE,
        begun_by=by.person_id,
        begun_at=now,
        continued_at=now,
    )
    owner.add(upload)
    owner.flush()
    return upload


def ask_supplement(
    owner: Session,
    application: Application,
    *,
    officer: Actor,
    asked_about: Iterable[str] = ("GEN-25", "GEN-01"),
    message: str = "Vi har läst ansökan och behöver veta lite mer.",
    due_on: date = date(2026, 3, 16),
    now: datetime = NOW,
) -> Supplement:
    """A request for supplement, as the officer's service writes it."""
    supplement = Supplement(
        application_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        message=message,
        due_on=due_on,
        requested_by=officer.person_id,
        requested_at=now,
    )
    owner.add(supplement)
    owner.flush()
    for criterion in asked_about:
        owner.add(
            SupplementItem(
                supplement_id=supplement.id,
                criterion=criterion,
                municipality_id=application.municipality_id,
                provider_id=application.provider_id,
                question=f"Vi behöver mer underlag för {criterion}.",
            )
        )
    _step(owner, application, Action.REQUEST_SUPPLEMENT, officer, now)
    return supplement


def _walk(
    owner: Session,
    application: Application,
    state: State,
    by: Actor,
    officer: Actor | None,
    decider: Actor | None,
    asked_about: tuple[str, ...],
    heard: bool,
    now: datetime,
) -> None:
    """The steps up to ``state``, a minute apart."""

    def later(minutes: int) -> datetime:
        return now + timedelta(minutes=minutes)

    applications.submit(owner, application.id, attested=True, actor=by, now=later(1))
    if state is State.WITHDRAWN:
        applications.withdraw(owner, application.id, reason="Vi väntar.", actor=by, now=later(2))
    if state in (State.SUBMITTED, State.WITHDRAWN):
        return
    officer = officer or make_staff(owner, application.municipality_id)
    _step(owner, application, Action.START_REVIEW, officer, later(2), officer_id=officer.person_id)
    if state is State.SUPPLEMENT_REQUESTED:
        ask_supplement(owner, application, officer=officer, asked_about=asked_about, now=later(3))
    if state in (State.UNDER_REVIEW, State.SUPPLEMENT_REQUESTED):
        return
    refuses = heard or state is State.REJECTED
    reasons = [{"criterion": "GEN-25", "code": "missing", "note": "Försäkringen gäller inte."}] if refuses else []
    proposal = Proposal(
        application_id=application.id,
        municipality_id=application.municipality_id,
        approve=not refuses,
        summary="Alla villkor är uppfyllda." if not refuses else "Försäkringen saknas.",
        reasons=reasons,
        proposed_by=officer.person_id,
        proposed_at=later(4),
    )
    owner.add(proposal)
    owner.flush()
    _step(owner, application, Action.PROPOSE, officer, later(4), proposed_by=officer.person_id)
    decider = decider or make_staff(
        owner, application.municipality_id, Role.DECISION_MAKER, name="Eva Holm", title="Enhetschef"
    )
    if heard:
        owner.add(
            Hearing(
                application_id=application.id,
                municipality_id=application.municipality_id,
                provider_id=application.provider_id,
                proposal_id=proposal.id,
                draft={"summary": proposal.summary, "reasons": reasons},
                due_on=date(2026, 3, 16),
                communicated_at=later(5),
            )
        )
        owner.flush()
        _step(owner, application, Action.HEAR, decider, later(5))
    if state is State.PROPOSED_DECISION:
        return
    owner.add(
        Decision(
            application_id=application.id,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            approved=not refuses,
            reasons=proposal.summary,
            coded_reasons=reasons,
            protocol=[],
            decided_by=decider.person_id,
            decided_by_title="Enhetschef",
            delegation="4.12",
            decided_at=later(6),
            review_until=date(2026, 3, 23) if refuses else None,
        )
    )
    owner.flush()
    _step(owner, application, Action.REJECT if refuses else Action.APPROVE, decider, later(6), decided_at=later(6))


def _step(
    owner: Session, application: Application, action: Action, actor: Actor, now: datetime, **columns: Any
) -> None:
    move(owner, application, APPLICATION, action, case_id=application.id, actor=actor, now=now, **columns)
