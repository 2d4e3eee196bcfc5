"""Makes drafts that ask for something new, those whom they concern, and the counting of their effect."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import Application, Confirmation, EffectPart, EffectRun
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.changeover import Need
from portal.domain.criteria import Outcome
from portal.domain.validity import Stated
from portal.jobs import effects as jobs
from portal.jobs.workshop import Workshop
from portal.services import confirmation_evidence, confirmations, drafts, effects
from tests.factories import NOW, Place, make_member, make_provider
from tests.factories_application import make_application
from tests.factories_company import make_authorization_row
from tests.factories_drafts import make_administrator, make_draft, make_place
from tests.factories_public import add_version
from tests.factories_review import make_officer, make_submitted
from tests.factories_scenes import LONG, Scene

STRICTER = "GEN-07"


def make_authorised(owner: Session, place: Place, company: str = "Vega Familjestöd AB", **more: object) -> UUID:
    """A provider whose authorization runs, with everything that it once handed in; its case's id."""
    by = make_member(owner, make_provider(owner, company))
    application = make_application(owner, place, by=by, state=State.APPROVED, **more)  # type: ignore[arg-type]
    make_authorization_row(owner, application, AuthorizationState.ACTIVE)
    owner.commit()
    return application.id


def make_stricter_draft(db: Session, actor: Actor, *, demand: str = "tax.f_skatt") -> UUID:
    """A draft of the general conditions in which one criterion's rule asks for something else."""
    draft_id = make_draft(db, actor)
    change(db, draft_id, STRICTER, rule={"fact": demand, "op": "eq", "value": True}, actor=actor)
    return draft_id


def change(db: Session, draft_id: UUID, id_: str, *, actor: Actor, **parts: object) -> None:
    enter(db, Scope.of(actor))
    draft = drafts.open_for_change(db, draft_id, actor=actor)
    criteria = [{**each, **parts} if each["id"] == id_ else each for each in draft.content["criteria"]]
    drafts.store(db, draft, {**draft.content, "criteria": criteria}, {"criteria": [id_]}, actor=actor, now=NOW)
    db.commit()
    enter(db, Scope.of(actor))


def order(db: Session, draft_id: UUID, actor: Actor) -> UUID:
    enter(db, Scope.of(actor))
    run_id = effects.order(db, draft_id, actor=actor, now=NOW)
    db.commit()
    enter(db, Scope.of(actor))
    return run_id


def count_all(owner: Session, workshop: Workshop, place: Place, run_id: UUID) -> int:
    """What the workers do of a run."""
    told = {"municipality_id": str(place.id), "run_id": str(run_id)}
    jobs.begin(workshop, **told)
    owner.rollback()
    parts = owner.exec(select(EffectPart.number).where(col(EffectPart.run_id) == run_id)).all()
    return sum(jobs.count(workshop, **told, number=number) for number in parts)


def effect(owner: Session, db: Session, place: Place) -> Scene:
    """One draft whose effect is counted, and one that is being counted."""
    own = make_place(owner)
    actor = make_administrator(owner, own)
    authorised = make_authorised(owner, own, LONG)
    make_submitted(owner, own)
    draft, counting = make_stricter_draft(db, actor), make_stricter_draft(db, actor)
    enter(db, Scope.of(actor))
    run_id = effects.order(db, draft, actor=actor, now=NOW)
    effects.begin(db, run_id, now=NOW)
    effects.count(db, run_id, 0, now=NOW)
    effects.begin(db, effects.order(db, counting, actor=actor, now=NOW), now=NOW)
    db.commit()
    return Scene(actor, {"draft": str(draft), "counting": str(counting), "application": str(authorised)})


def make_confirmation_row(owner: Session, application: Application, criterion: str, **more: object) -> Confirmation:
    """Something that a company is asked about, as a row that is not stored yet."""
    told = {
        "need": Need.CONFIRM,
        "seen": Outcome.MET,
        "due_on": date(2026, 5, 1),
        "version_id": application.general_version_id,
        **more,
    }
    return Confirmation(
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        case_id=application.id,
        criterion=criterion,
        asked_at=NOW,
        **told,
    )


def publish(
    owner: Session,
    db: Session,
    workshop: Workshop,
    place: Place,
    actor: Actor,
    draft_id: UUID,
    *,
    valid_from: date = date(2026, 5, 1),
) -> UUID:
    """The draft as a version, and everybody asked as the workers do it; the run's id."""
    enter(db, Scope.of(actor))
    version = drafts.publish(
        db,
        draft_id,
        decided_by="Socialnämnden",
        paragraph="41",
        decided_on=date(2026, 2, 20),
        valid_from=valid_from,
        actor=actor,
        now=NOW,
    )
    db.commit()
    owner.rollback()
    run_id = owner.exec(select(EffectRun.id).where(col(EffectRun.version_id) == version.id)).one()
    count_all(owner, workshop, place, run_id)
    return run_id


def asked(owner: Session, db: Session, place: Place) -> Scene:
    """A company that is asked about new conditions: one to prove, one answered, one given back."""
    by = make_member(owner, make_provider(owner, LONG))
    application = make_application(owner, place, by=by, state=State.APPROVED)
    owner.add_all(
        [
            make_confirmation_row(owner, application, "GEN-25", need=Need.PROVE),
            make_confirmation_row(owner, application, "GEN-17", declared=True, answered_at=NOW),
            make_confirmation_row(owner, application, "GEN-07", returned="Intyget är för gammalt."),
        ]
    )
    owner.commit()
    return Scene(by, {"application": str(application.id)})


def asked_of_staff(owner: Session, db: Session, place: Place) -> Scene:
    """What two companies are asked, one of it under a newer version; one has come to stand under it."""
    own = make_place(owner)
    asked(owner, db, own)
    newer = add_version(owner, own, None, number=2, valid_from=date(2026, 5, 1)).id
    case_id = make_authorised(owner, own)
    application = owner.get_one(Application, case_id)
    done = {"declared": True, "answered_at": NOW, "accepted_at": NOW}
    owner.add(make_confirmation_row(owner, application, "GEN-25", version_id=newer, **done))
    owner.commit()
    return Scene(make_officer(owner, own), {"case": str(case_id)})


def answer_with(
    db: Session,
    case_id: UUID,
    criterion: str,
    documents: Sequence[UUID],
    *,
    said: Stated | None = Stated(issued_on=date(2026, 2, 20)),  # noqa: B008 - frozen
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The company says yes, with documents that it has handed in before, and ``said`` of each."""
    asked = confirmation_evidence.open_to_answer(db, case_id, criterion, version=version, actor=actor)
    confirmation_evidence.hand_in(db, asked, documents=documents, actor=actor, now=now)
    if said is not None:
        confirmation_evidence.say(db, asked, dict.fromkeys(documents, said), actor=actor, now=now)
    confirmations.answer(db, case_id, criterion, declared=True, description="", version=version, actor=actor, now=now)
