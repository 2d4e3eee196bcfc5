"""Cases that an officer says concern the same matter: linked with a note, and unlinked.  Nothing is merged.

Either case keeps its own record, and the record of both says that they were
linked and that they no longer are.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Application, CaseLink
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION
from portal.domain.roles import Role
from portal.errors import Invalid, NotFound, TransitionRefused
from portal.services.lifecycle import record
from portal.services.review import lock_case, person_of, refuse_conflicted


def link(db: Session, application_id: UUID, number: str, *, note: str, actor: Actor, now: datetime) -> UUID:
    """Link this case with the one that has this number in the municipality's diary.

    Raises:
        Invalid: ``{"number": "unknown" | "same" | "linked"}``.
        NotAllowed: ``conflict``, when this person has declared one in either case.
    """
    wanted = select(Application.id).where(
        col(Application.municipality_id) == actor.municipality_id, col(Application.number) == " ".join(number.split())
    )
    other_id = db.exec(wanted).first()
    if other_id is None:
        lock_case(db, application_id, actor)  # Another's case is not there, whatever number is typed.
        raise Invalid({"number": "unknown"})
    if other_id == application_id:
        raise Invalid({"number": "same"})
    first, second = sorted((application_id, other_id))
    for each in (first, second):
        _lock(db, each, actor)
    there = select(CaseLink.id).where(
        col(CaseLink.case_id) == first, col(CaseLink.other_id) == second, col(CaseLink.unlinked_at).is_(None)
    )
    if db.exec(there).first() is not None:
        raise Invalid({"number": "linked"})
    row = CaseLink(
        municipality_id=lock_case(db, first, actor).municipality_id,
        case_id=first,
        other_id=second,
        note=note,
        linked_by=person_of(actor),
        linked_at=now,
    )
    db.add(row)
    _tell(db, row, "case.linked", actor=actor, now=now)
    return row.id


def unlink(db: Session, application_id: UUID, link_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End a link of this case; one that somebody has ended already stays as it is."""
    row = db.get(CaseLink, link_id)
    if row is None or row.municipality_id != actor.municipality_id or application_id not in (row.case_id, row.other_id):
        raise NotFound("case_link", link_id)
    for each in (row.case_id, row.other_id):
        _lock(db, each, actor)
    db.refresh(row)
    if row.unlinked_at is not None:
        return
    row.unlinked_at, row.unlinked_by = now, person_of(actor)
    db.add(row)
    _tell(db, row, "case.unlinked", actor=actor, now=now)


def _lock(db: Session, application_id: UUID, actor: Actor) -> None:
    application = lock_case(db, application_id, actor)
    if not actor.may(Role.CASE_OFFICER):
        raise TransitionRefused(APPLICATION.name, application.state.value, "link", tuple(sorted(actor.roles)))
    refuse_conflicted(db, application_id, actor)


def _tell(db: Session, row: CaseLink, kind: str, *, actor: Actor, now: datetime) -> None:
    for case, other in ((row.case_id, row.other_id), (row.other_id, row.case_id)):
        facts = {"link": str(row.id), "other": str(other)}
        record(db, case, kind, actor=actor, now=now, facts=facts, internal=True)
