"""The forms about a company's people: what each asks, and what stands in it already."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.competence import KnownProfile
from portal.domain.actors import Actor
from portal.domain.competence import Area, Cefr, Level, Qualification, StaffRole, Subject, SupervisionKind
from portal.domain.competence_facts import Part
from portal.domain.criteria import STOPPED
from portal.errors import NotFound
from portal.locale import formats
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import competence_words as said
from portal.views.competence import HOME, SEGMENTS, company_of, one_profile

REUSABLE = 200


@dataclass(frozen=True)
class Field:
    """``kind``: text, number, select, choices, check. A ``choices`` is radio buttons."""

    name: str
    label: str
    kind: str = "text"
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True
    size: int | None = None


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """One form of a person: about them, or one claim.  ``values`` are as stored or as typed."""

    provider_id: UUID | None
    person: str
    heading: str
    lede: str
    back: str
    action: str
    fields: tuple[Field, ...]
    values: Mapping[str, str]
    remove: str = ""
    remove_words: str = ""
    problems: Problems = ()


def profile_form(
    db: Session,
    actor: Actor,
    profile_id: UUID | None,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> FormPage:
    """A new person, or the one that is there."""
    stored: Mapping[str, str] = {"namn": "", "roll": "", "titel": ""}
    person, at = "", HOME
    if profile_id is not None:
        profile = one_profile(db, actor, profile_id).profile
        person, at = profile.name, f"{HOME}/{profile_id}"
        stored = {"namn": profile.name, "roll": profile.role.value, "titel": profile.title}
    return FormPage(
        provider_id=actor.provider_id,
        person=person,
        heading=_("Ändra namn och roll") if person else _("Lägg till en person"),
        lede=_("Skriv inget personnummer. Det behövs inte för något villkor."),
        back=at,
        action=f"{at}/andra" if person else f"{HOME}/ny",
        fields=(
            Field("namn", _("Namn")),
            Field("roll", _("Roll hos er"), "choices", options=tuple((r.value, said.staff_role(r)) for r in StaffRole)),
            Field("titel", _("Titel"), help=_("Till exempel enhetschef eller familjebehandlare."), required=False),
        ),
        values=typed or stored,
        remove=f"{at}/ta-bort" if person else "",
        remove_words=_("Ta bort personen"),
        problems=problems,
    )


def claim_form(
    db: Session,
    actor: Actor,
    profile_id: UUID,
    part: Part,
    claim_id: UUID | None,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> FormPage:
    known = one_profile(db, actor, profile_id)
    at = f"{HOME}/{profile_id}"
    new = {
        Part.EDUCATION: _("Lägg till utbildning"),
        Part.EMPLOYMENT: _("Lägg till anställning"),
        Part.LANGUAGE: _("Lägg till språk"),
        Part.SUPERVISION: _("Lägg till handledning"),
    }
    change = {
        Part.EDUCATION: _("Ändra utbildning"),
        Part.EMPLOYMENT: _("Ändra anställning"),
        Part.LANGUAGE: _("Ändra språk"),
        Part.SUPERVISION: _("Ändra handledning"),
    }
    stored = _blank(part) if claim_id is None else _stored(part, known, claim_id)
    here = f"{at}/{SEGMENTS[part]}/{claim_id or 'ny'}"
    return FormPage(
        provider_id=actor.provider_id,
        person=known.profile.name,
        heading=(change if claim_id else new)[part],
        lede=_("Skriv som det står i intyget eller beviset."),
        back=f"{at}#{SEGMENTS[part]}",
        action=here,
        fields=_fields(part, _documents(db, company_of(actor))),
        values=typed or stored,
        remove=f"{here}/ta-bort" if claim_id else "",
        remove_words=_("Ta bort"),
        problems=problems,
    )


def _documents(db: Session, provider_id: UUID) -> tuple[tuple[str, str], ...]:
    """The company's documents, the latest first; what was stopped is no evidence."""
    rows = db.execute(
        sa.text(
            "SELECT id, name, size, uploaded_at FROM document WHERE provider_id = :ours AND state <> ALL(:stopped)"
            " ORDER BY uploaded_at DESC, name LIMIT :most"
        ),
        {"ours": provider_id, "stopped": [each.value for each in STOPPED], "most": REUSABLE},
    )
    named = tuple(
        (str(row.id), f"{row.name}, {formats.size(row.size)}, {formats.day(formats.day_of(row.uploaded_at))}")
        for row in rows
    )
    return (("", _("Inget underlag än")), *named)


def _fields(part: Part, documents: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    evidence = Field(
        "underlag",
        _("Underlag som visar det"),
        "select",
        _("Ett dokument som ni har laddat upp i en ansökan. Det följer med till de villkor där personen väljs."),
        documents,
        required=False,
    )
    pick = ("", _("Välj"))
    if part is Part.EDUCATION:
        return (
            Field("larosate", _("Skola, högskola eller annan utbildare")),
            Field("utbildning", _("Utbildningens namn"), help=_("Till exempel socionomexamen.")),
            Field("niva", _("Nivå"), "select", options=(pick, *((e.value, said.level(e)) for e in Level))),
            Field(
                "inriktning", _("Inriktning"), "select", options=(pick, *((e.value, said.subject(e)) for e in Subject))
            ),
            Field(
                "examen",
                _("Är det någon av de här?"),
                "select",
                _("En del villkor frågar efter just dem."),
                tuple((e.value, said.qualification(e)) for e in Qualification),
            ),
            Field(
                "poang",
                _("Poäng"),
                "number",
                _("Högskolepoäng för högskola, yrkeshögskolepoäng för yrkeshögskola. Två år är 120 respektive 400."),
                required=False,
            ),
            Field("land", _("Land"), "select", options=said.countries()),
            evidence,
            Field(
                "uhr",
                _("Utlåtande från UHR, om utbildningen är utländsk"),
                "select",
                _("Utan utlåtande går det inte att säga om utbildningen räknas."),
                documents,
                required=False,
            ),
        )
    if part is Part.EMPLOYMENT:
        return (
            Field("arbetsgivare", _("Arbetsgivare")),
            Field("befattning", _("Befattning")),
            Field(
                "omrade",
                _("Vad arbetet handlade om"),
                "select",
                options=(pick, *((e.value, said.area(e)) for e in Area)),
            ),
            Field("andel", _("Tjänstgöringsgrad i procent"), "number", _("100 är heltid.")),
            Field("start", _("Första månaden"), help=_("År och månad, till exempel 2021-08."), size=9),
            Field(
                "slut",
                _("Sista månaden"),
                help=_("År och månad. Pågår anställningen: lämna tomt och kryssa nedan."),
                size=9,
                required=False,
            ),
            Field("pagar", _("Anställningen pågår"), "check", required=False),
            Field("personal", _("Arbetsledning: ansvar för personal"), "check", required=False),
            Field("drift", _("Arbetsledning: ansvar för drift"), "check", required=False),
            evidence,
        )
    if part is Part.LANGUAGE:
        return (
            Field("sprak", _("Språk"), "select", options=(pick, *said.languages())),
            Field("niva", _("Nivå"), "select", options=(pick, *((e.value, said.cefr(e)) for e in Cefr))),
            evidence,
        )
    return (
        Field("slag", _("Slag"), "choices", options=tuple((e.value, said.supervision(e)) for e in SupervisionKind)),
        Field("timmar", _("Timmar"), "number"),
        Field("extern", _("Handledaren kommer utifrån"), "check", required=False),
        evidence,
    )


def _blank(part: Part) -> Mapping[str, str]:
    return {
        Part.EDUCATION: {"land": "SE", "examen": Qualification.NONE.value},
        Part.EMPLOYMENT: {"andel": "100"},
        Part.LANGUAGE: {"sprak": "sv"},
        Part.SUPERVISION: {"extern": "ja"},
    }[part]


def _stored(part: Part, known: KnownProfile, claim_id: UUID) -> Mapping[str, str]:
    """A claim as it was typed."""
    profile, wanted = known.profile, str(claim_id)
    yes = {True: "ja", False: ""}
    if part is Part.EDUCATION:
        for each in profile.educations:
            if each.id == wanted:
                return {
                    "larosate": each.institution,
                    "utbildning": each.name,
                    "niva": each.level.value,
                    "inriktning": each.subject.value,
                    "examen": each.qualification.value,
                    "poang": "" if each.credits is None else str(each.credits),
                    "land": each.country,
                    "underlag": each.document or "",
                    "uhr": each.uhr_document or "",
                }
    elif part is Part.EMPLOYMENT:
        for job in profile.employments:
            if job.id == wanted:
                return {
                    "arbetsgivare": job.employer,
                    "befattning": job.role,
                    "omrade": job.area.value,
                    "andel": str(job.share),
                    "start": str(job.start),
                    "slut": str(job.end) if job.end else "",
                    "pagar": yes[job.end is None],
                    "personal": yes[job.leads_staff],
                    "drift": yes[job.leads_operations],
                    "underlag": job.document or "",
                }
    elif part is Part.LANGUAGE:
        for skill in profile.languages:
            if skill.id == wanted:
                return {"sprak": skill.language, "niva": skill.level.value, "underlag": skill.document or ""}
    else:
        for given in profile.supervisions:
            if given.id == wanted:
                return {
                    "slag": given.kind.value,
                    "timmar": str(given.hours),
                    "extern": yes[given.external],
                    "underlag": given.document or "",
                }
    raise NotFound("claim", claim_id)
