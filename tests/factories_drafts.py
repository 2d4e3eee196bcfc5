"""Makes a municipality of a test's own with its conditions, an administrator in it, and drafts."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal import library
from portal.db.session import Scope, enter
from portal.db.tables import ConditionDraft, ConditionVersion
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.drafting import criterion_in, fingerprint
from portal.domain.roles import Role
from portal.forms.settings import as_typed
from portal.services import draft_edits, drafts
from tests.factories import NOW, Place, make_municipality, make_staff
from tests.factories_public import add_version, versions_of
from tests.factories_scenes import Scene

# How a draft is published where a test asks for nothing else.
DECISION = {
    "decided_by": "Socialnämnden",
    "paragraph": "41",
    "decided_on": date(2026, 2, 20),
    "valid_from": date(2026, 5, 1),
}


def make_place(owner: Session) -> Place:
    """Published versions cannot be taken away again, so that a test that publishes has a municipality of its own."""
    return make_municipality(owner, own_slug=f"villkor-{secrets.token_hex(4)}")


def make_administrator(owner: Session, place: Place, name: str = "Henrik Wallin") -> Actor:
    return make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR, name=name, title="Systemförvaltare")


def make_draft(
    db: Session, actor: Actor, service_id: UUID | None = None, *, name: str = "Villkor från maj", now=NOW
) -> UUID:
    """A draft as it is when it has just been begun; stored."""
    enter(db, Scope.of(actor))
    draft_id = drafts.create(db, service_id, name, actor=actor, now=now)
    db.commit()
    enter(db, Scope.of(actor))
    return draft_id


def revise(owner: Session, place: Place, service: str, *, valid_from: date) -> ConditionVersion:
    """Version 2 as seed 001 revised it: the length of treatment is gone, and a number is another."""
    first = versions_of(owner, place, service)[0].content
    kept = [each for each in first["criteria"] if each["id"] != "FBH-E1"]
    worded = [
        {**each, "text": library.load().data["FBH-06"]["text"]} if each["id"] == "FBH-06" else each for each in kept
    ]
    numbers = {**first["thresholds"], "therapist_experience_months": 36}
    return add_version(owner, place, service, number=2, valid_from=valid_from, criteria=worded, thresholds=numbers)


def compared(owner: Session, db: Session, place: Place) -> Scene:
    """Anyone, before two versions of a set."""
    own = make_place(owner)
    revise(owner, own, "familjebehandling", valid_from=date(2026, 5, 1))
    add_version(owner, own, None, number=2, valid_from=date(2026, 5, 1))
    return Scene(None, {"slug": own.slug})


def make_draft_row(owner: Session, municipality_id: UUID, *, staff_id: UUID | None, name: str) -> ConditionDraft:
    """A draft of the general conditions as a row, not stored yet; for those who only need that there is one."""
    version = drafts.newest(owner, municipality_id, None)
    return ConditionDraft(
        municipality_id=municipality_id,
        name=name,
        based_on=version.id,
        content=version.content,
        created_at=NOW,
        created_by=staff_id,
        changed_at=NOW,
        changed_by=staff_id,
    )


def form_of(content: Mapping[str, Any], id_: str, **changes: str) -> dict[str, Any]:
    """A criterion's form as a browser that changes nothing else would send it."""
    data = criterion_in(content, id_)
    assert data is not None
    asks = data.get("asks", {})
    form: dict[str, Any] = {
        "sett": fingerprint(content, id_),
        "del": data["group"],
        "underlag": data["evidence"],
        "kontroll": data["control_points"],
        "brist": data["on_breach"],
        "beskrivning": asks.get("description", "none"),
        "dokument": asks.get("documents", "none"),
        **{f"grans-{name}": as_typed(content["thresholds"][name]) for name in data.get("thresholds", {})},
    }
    for name, part in (("rubrik", "title"), ("text", "text"), ("fraga", "question"), ("hjalp", "help")):
        form |= {f"{name}_{tongue}": data.get(part, {}).get(tongue, "") for tongue in ("sv", "en")}
    return form | changes


def today() -> date:
    """By the clock of the portal that answers on the pages, in Sweden."""
    return day_in_sweden(datetime.now(UTC))


def decision_form(page: str, **changes: str) -> dict[str, str]:
    """The form of the publishing page as its reader has it, with a decision of today."""
    hidden = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("revision", "mot")}
    return {
        **hidden,
        "beslutad_av": "Socialnämnden",
        "paragraf": "§ 41",
        "beslutsdag": today().isoformat(),
        "galler_fran": (today() + timedelta(days=30)).isoformat(),
        **changes,
    }


def drafted(owner: Session, db: Session, place: Place) -> Scene:
    """An administrator with one draft that is being written, with a fault in it, and one that is published."""
    own = make_place(owner)
    actor = make_administrator(owner, own)
    draft_id = make_draft(db, actor, own.services["familjebehandling"])
    content = drafts.read(db, draft_id, actor=actor).content
    for id_ in ("FBH-E1", "FBH-11"):
        draft_edits.remove(db, draft_id, id_, seen=fingerprint(content, id_), actor=actor, now=NOW)
    draft_edits.write_own(db, draft_id, Text("Hund", "Dog"), "fbh_delivery", actor=actor, now=NOW)
    done = drafts.create(db, own.services["hemtjanst"], "Hemtjänsten", actor=actor, now=NOW)
    drafts.publish(
        db,
        done,
        decided_by="Socialnämnden",
        paragraph="41",
        decided_on=NOW.date(),
        valid_from=date(2026, 5, 1),
        actor=actor,
        now=NOW,
    )
    whole = drafts.create(db, None, "Klart att publicera", actor=actor, now=NOW)
    db.commit()
    return Scene(actor, {"draft": str(draft_id), "published": str(done), "whole": str(whole)})
