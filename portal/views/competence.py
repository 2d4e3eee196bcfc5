"""The company's pages about its people: the list, and a person with a summary and every claim."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from portal.db.competence import KnownProfile, profiles_of
from portal.domain.actors import Actor
from portal.domain.competence_facts import Part
from portal.domain.deadlines import day_in_sweden
from portal.domain.experience import gaps, overloads
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import ngettext
from portal.views import competence_words as said
from portal.views.competence_finding import Finding, Line, Opening, Proof, education_line, of_profile
from portal.views.competence_timeline import Timeline, timeline

HOME = "/foretag/kompetens"
# The parts as they stand in the addresses.
SEGMENTS: dict[Part, str] = {
    Part.EDUCATION: "utbildning",
    Part.EMPLOYMENT: "anstallning",
    Part.LANGUAGE: "sprak",
    Part.SUPERVISION: "handledning",
}


@dataclass(frozen=True)
class PersonRow:
    name: str
    address: str
    role: str
    about: str


@dataclass(frozen=True)
class People:
    people: tuple[PersonRow, ...]
    may_write: bool
    done: str

    @classmethod
    def of(cls, db: Session, actor: Actor, *, now: datetime, done: str = "") -> "People":
        found = profiles_of(db, company_of(actor))
        return cls(tuple(_row(each, day_in_sweden(now)) for each in found), actor.may(Role.EDITOR), done)


def _row(known: KnownProfile, today: date) -> PersonRow:
    profile = known.profile
    care = of_profile(known, on=today, opening=Opening("", False))[0]
    about = [profile.title] if profile.title else []
    if profile.employments:
        about.append(_("%(title)s: %(found)s") % {"title": care.title, "found": care.found})
    else:
        about.append(_("Inga anställningar inskrivna än"))
    return PersonRow(profile.name, f"{HOME}/{profile.id}", said.staff_role(profile.role), ". ".join(about))


@dataclass(frozen=True)
class Claim:
    """A row of a part, with where it is changed and removed."""

    line: Line
    change: str
    remove: str


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    empty: str
    add: str
    add_words: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True)
class ProfilePage:
    id: UUID
    name: str
    role: str
    title: str
    address: str
    summary: tuple[Finding, ...]
    told: tuple[str, ...]
    timeline: Timeline | None
    sections: tuple[Section, ...]
    unproven: int
    may_write: bool
    done: str

    @classmethod
    def of(
        cls, db: Session, actor: Actor, profile_id: UUID, *, now: datetime, scanner: bool, done: str = ""
    ) -> "ProfilePage":
        known = one_profile(db, actor, profile_id)
        profile, today = known.profile, day_in_sweden(now)
        opening = Opening("/foretag/dokument", scanner)
        sections = tuple(_section(part, known, opening) for part in Part)
        return cls(
            id=profile_id,
            name=profile.name,
            role=said.staff_role(profile.role),
            title=profile.title,
            address=f"{HOME}/{profile_id}",
            summary=of_profile(known, on=today, opening=opening) if profile.employments else (),
            told=(*_overloads(known, today), *_gaps(known, today)),
            timeline=timeline(profile.employments, on=today),
            sections=sections,
            unproven=sum(not claim.line.proofs for section in sections for claim in section.claims),
            may_write=actor.may(Role.EDITOR),
            done=done,
        )


def one_profile(db: Session, actor: Actor, profile_id: UUID) -> KnownProfile:
    found = profiles_of(db, company_of(actor), profile_id=profile_id)
    if not found:
        raise NotFound("profile", profile_id)
    return found[0]


def company_of(actor: Actor) -> UUID:
    if actor.provider_id is None:
        raise NotFound("provider", "")
    return actor.provider_id


def _overloads(known: KnownProfile, today: date) -> tuple[str, ...]:
    sentence = _("%(span)s är anställningarna tillsammans %(percent)s procent. Högst 100 procent räknas.")
    return tuple(
        sentence % {"span": said.span(each.span.first, each.span.last), "percent": each.percent}
        for each in overloads(known.profile.employments, on=today)
    )


def _gaps(known: KnownProfile, today: date) -> tuple[str, ...]:
    sentence = _("%(span)s finns ingen anställning. Det är inget fel; lägg till något om det saknas.")
    return tuple(
        sentence % {"span": said.span(each.first, each.last)} for each in gaps(known.profile.employments, on=today)
    )


def _section(part: Part, known: KnownProfile, opening: Opening) -> Section:
    words = {
        Part.EDUCATION: (_("Ingen utbildning är inskriven."), _("Lägg till utbildning")),
        Part.EMPLOYMENT: (_("Ingen anställning är inskriven."), _("Lägg till anställning")),
        Part.LANGUAGE: (_("Inget språk är inskrivet. Det är frivilligt."), _("Lägg till språk")),
        Part.SUPERVISION: (_("Ingen handledning är inskriven. Det är frivilligt."), _("Lägg till handledning")),
    }
    at = f"{HOME}/{known.profile.id}/{SEGMENTS[part]}"
    lines = _lines(part, known, opening)
    claims = tuple(Claim(line, f"{at}/{id_}", f"{at}/{id_}/ta-bort") for id_, line in lines)
    return Section(SEGMENTS[part], said.part(part), words[part][0], f"{at}/ny", words[part][1], claims)


def _lines(part: Part, known: KnownProfile, opening: Opening) -> list[tuple[str, Line]]:
    profile = known.profile

    def proofs(document: str | None) -> tuple[Proof, ...]:
        return (opening.proof(known.evidence[document]),) if document and document in known.evidence else ()

    if part is Part.EDUCATION:
        return [(each.id, education_line(each, known, opening)) for each in profile.educations]
    if part is Part.EMPLOYMENT:
        return [
            (
                each.id,
                Line(
                    each.employer,
                    f"{each.role}. {said.area(each.area)}, {each.share} %",
                    said.span(each.start, each.end),
                    _leads(staff=each.leads_staff, operations=each.leads_operations),
                    "",
                    proofs(each.document),
                ),
            )
            for each in profile.employments
        ]
    if part is Part.LANGUAGE:
        return [
            (each.id, Line(said.spoken(each.language), said.cefr(each.level), "", "", "", proofs(each.document)))
            for each in profile.languages
        ]
    return [
        (
            each.id,
            Line(
                said.supervision(each.kind),
                _("Extern handledare") if each.external else _("Egen handledare"),
                "",
                ngettext("%(hours)s timme", "%(hours)s timmar", each.hours) % {"hours": each.hours},
                "",
                proofs(each.document),
            ),
        )
        for each in profile.supervisions
    ]


def _leads(*, staff: bool, operations: bool) -> str:
    if staff and operations:
        return _("Ansvar för personal och drift")
    if staff:
        return _("Ansvar för personal")
    return _("Ansvar för drift") if operations else ""
