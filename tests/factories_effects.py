"""Makes drafts that ask for something new, those whom they concern, and the counting of their effect."""

from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import Authorization, EffectPart
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.identifiers import sort_key
from portal.jobs import effects as jobs
from portal.jobs.workshop import Workshop
from portal.services import drafts, effects
from tests.factories import NOW, Place, make_member, make_provider
from tests.factories_application import make_application
from tests.factories_drafts import make_administrator, make_draft, make_place
from tests.factories_review import make_submitted
from tests.factories_scenes import LONG, Scene

STRICTER = "GEN-07"


def make_authorised(owner: Session, place: Place, company: str = "Vega Familjestöd AB", **more: object) -> UUID:
    """A provider whose authorization runs, with everything that it once handed in; its case's id."""
    by = make_member(owner, make_provider(owner, company))
    application = make_application(owner, place, by=by, state=State.APPROVED, **more)  # type: ignore[arg-type]
    row = owner.exec(select(Authorization).where(col(Authorization.case_id) == application.id)).one_or_none()
    if row is None:
        row = Authorization(
            case_id=application.id,
            municipality_id=place.id,
            provider_id=application.provider_id,
            service_id=application.service_id,
            general_version_id=application.general_version_id,
            service_version_id=application.service_version_id,
            state=AuthorizationState.ACTIVE,
            offered_at=NOW,
            sign_by=NOW.date(),
            active_from=NOW.date(),
            provider_name=company,
            provider_sort_key=sort_key(company),
            orgnr="5560000001",
        )
        owner.add(row)
        owner.commit()
    return application.id


def make_stricter_draft(db: Session, actor: Actor, *, demand: str = "tax.f_skatt") -> UUID:
    """A draft of the general conditions in which one criterion's rule asks for something else."""
    draft_id = make_draft(db, actor)
    change_rule(db, draft_id, STRICTER, {"fact": demand, "op": "eq", "value": True}, actor=actor)
    return draft_id


def change_rule(db: Session, draft_id: UUID, id_: str, rule: dict[str, object], *, actor: Actor) -> None:
    enter(db, Scope.of(actor))
    draft = drafts.open_for_change(db, draft_id, actor=actor)
    criteria = [{**each, "rule": rule} if each["id"] == id_ else each for each in draft.content["criteria"]]
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
