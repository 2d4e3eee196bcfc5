"""A draft that waits in the demo: Björkvik's conditions for family treatment, revised as seed 001 revised them.

The length of treatment is taken out of the conditions, since the individual's decision governs it, and the revised
conditions are meant to apply from a first of May. Made by the services, as the administrator would have made it.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from portal import library
from portal.db.tables import ConditionDraft, Municipality, Service, StaffMember
from portal.demo.founding import known_person, person_of
from portal.domain import drafting
from portal.domain.actors import Actor
from portal.domain.criteria import Demand, Text
from portal.domain.roles import Role
from portal.services import draft_edits, drafts, effects

NAME = "Behandlingstiden styrs av beslutet"


def draft_revision(db: Session, *, issuer: str, now: datetime) -> None:
    """Once: a municipality that has a draft is left as its people have made it."""
    place = db.exec(select(Municipality.id).where(col(Municipality.slug) == "bjorkvik")).one()
    if db.exec(select(ConditionDraft.id).where(col(ConditionDraft.municipality_id) == place)).first() is not None:
        return
    member = db.exec(
        select(StaffMember).where(col(StaffMember.municipality_id) == place, col(StaffMember.name) == "Henrik Wallin")
    ).one()
    if member.person_id is None:
        member.person_id = person_of(db, known_person(member.name), issuer=issuer, now=member.added_at)
        db.add(member)
        db.flush()
    henrik = Actor(member.person_id, member.name, frozenset({Role.MUNICIPAL_ADMINISTRATOR}), municipality_id=place)
    service = db.exec(
        select(Service.id).where(col(Service.municipality_id) == place, col(Service.slug) == "familjebehandling")
    ).one()
    draft_id = drafts.create(db, service, NAME, actor=henrik, now=now)
    content = drafts.read(db, draft_id, actor=henrik).content
    seen = drafting.fingerprint(content, "FBH-E1")
    draft_edits.remove(db, draft_id, "FBH-E1", seen=seen, actor=henrik, now=now)
    data = library.load().data["FBH-06"]
    edit = drafting.Edit(
        group=data["group"],
        title=Text(**data["title"]),
        text=Text(**data["text"]),
        question=Text("", ""),
        help=Text("", ""),
        description=Demand.NONE,
        documents=Demand.NONE,
        evidence=tuple(data["evidence"]),
        control_points=tuple(data["control_points"]),
        on_breach=tuple(data["on_breach"]),
        thresholds={},
    )
    seen = drafting.fingerprint(content, "FBH-06")
    draft_edits.save(db, draft_id, "FBH-06", edit, seen=seen, actor=henrik, now=now)
    # What it would mean is counted by the worker, as when an administrator orders it.
    effects.order(db, draft_id, actor=henrik, now=now)
