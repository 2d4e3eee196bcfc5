"""What the machine reads from a profile, with how: the same for the company, the applicant and the officer.

A finding proposes nothing by itself.  It says what was found, what is asked for,
which periods gave how much, and what was left out and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.db.competence import Evidence, KnownProfile
from portal.domain.competence import Education, Level, Profile
from portal.domain.competence_facts import CREDITS, FACTS, Concern, value_of
from portal.domain.criteria import Criterion
from portal.domain.documents import may_be_opened
from portal.domain.experience import MONTH, Contribution, Experience, Measure, experience
from portal.domain.manager_rule import FAMILY_WORK, LEADERSHIP, LSS_PRACTICE, PRACTICE, Credits, credits_of
from portal.domain.rules import Leaf, Value
from portal.locale import gettext as _
from portal.views import competence_words as said
from portal.views import words
from portal.views.words import Status


@dataclass(frozen=True)
class Proof:
    """The evidence of a claim; without an address it cannot be opened."""

    name: str
    address: str | None
    status: Status


@dataclass(frozen=True)
class Line:
    """One claim, and what it gives; ``why`` is said where it gives nothing or waits."""

    what: str
    about: str
    when: str
    gives: str
    why: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Finding:
    """``fill`` and ``need`` are per cent of the ruler's length; ``need`` is empty where no number is asked for."""

    id: str
    title: str
    sentence: str
    found: str
    asked: str
    fill: str
    need: str
    how: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PersonFound:
    id: str
    name: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Opening:
    """Where the reader's documents are opened, and whether they are scanned here."""

    at: str
    scanner: bool

    def proof(self, evidence: Evidence) -> Proof:
        opens = may_be_opened(evidence.state, scanner=self.scanner)
        return Proof(evidence.name, f"{self.at}/{evidence.id}" if opens else None, words.document(evidence.state))


def people_found(
    people: Sequence[KnownProfile],
    criterion: Criterion,
    concern: Concern,
    thresholds: Mapping[str, Value],
    *,
    on: date,
    opening: Opening,
) -> tuple[PersonFound, ...]:
    """What each person's profile says of the criterion."""
    by_fact = {each.fact: thresholds[each.name] for each in criterion.thresholds if each.name in thresholds}
    return tuple(
        PersonFound(
            known.profile.id,
            known.profile.name,
            known.profile.title,
            tuple(
                finding
                for leaf in concern.leaves
                if (finding := _of_leaf(leaf, known, by_fact.get(leaf.fact, leaf.value), on=on, opening=opening))
            ),
        )
        for known in people
    )


def of_profile(known: KnownProfile, *, on: date, opening: Opening) -> tuple[Finding, ...]:
    """The summary on a person's own page: every measure that anything of theirs counts in, and care always."""
    found = []
    for name, measure in (
        ("omsorg", PRACTICE),
        ("lss", LSS_PRACTICE),
        ("familj", FAMILY_WORK),
        ("ledning", LEADERSHIP),
    ):
        counted = experience(known.profile.employments, measure, on=on)
        if counted.hundredths or measure is PRACTICE:
            found.append(_of_experience(name, counted, measure, None, known, opening))
    return tuple(found)


def _of_leaf(leaf: Leaf, known: KnownProfile, asked: Value | None, *, on: date, opening: Opening) -> Finding | None:
    fact = FACTS[leaf.fact]
    number = asked if isinstance(asked, int) and not isinstance(asked, bool) else None
    if fact.measure is not None:
        measure = replace(fact.measure, window_years=leaf.window_years)
        counted = experience(known.profile.employments, measure, on=on)
        return _of_experience(leaf.fact, counted, measure, number, known, opening)
    if leaf.fact in CREDITS:
        level = CREDITS[leaf.fact]
        return _of_credits(leaf.fact, credits_of(known.profile.educations, level), level, number, known, opening)
    return _of_other(leaf.fact, known.profile, asked, on=on)


def _of_experience(
    id_: str, counted: Experience, measure: Measure, asked: int | None, known: KnownProfile, opening: Opening
) -> Finding:
    total = said.amount(counted.hundredths)
    parts = ", ".join(
        _("%(amount)s hos %(employer)s")
        % {"amount": said.amount(each.hundredths), "employer": each.employment.employer}
        for each in counted.giving
    )
    facts = {"found": total, "asked": asked, "years": measure.window_years, "parts": parts}
    if asked is None:
        sentence = _("%(months)s hittades") % {"months": said.months(counted.hundredths)}
    elif measure.window_years:
        sentence = _("%(asked)s månader krävs de senaste %(years)s åren; %(found)s hittades") % facts
    else:
        sentence = _("%(asked)s månader krävs; %(found)s hittades") % facts
    return Finding(
        id=id_,
        title=_title(measure),
        sentence=f"{sentence}: {parts}." if parts else f"{sentence}.",
        found=_("%(months)s hittade") % {"months": said.months(counted.hundredths)},
        asked=_("%(asked)s krävs") % {"asked": asked} if asked is not None else "",
        **_ruler(counted.hundredths / MONTH, asked),
        how=_how(counted, measure),
        lines=tuple(_line(each, known, opening) for each in reversed(counted.contributions)),
    )


def _title(measure: Measure) -> str:
    if measure.leads:
        return _("Arbetsledning med ansvar för personal och drift")
    if measure.areas == LSS_PRACTICE.areas:
        return _("Heltid med stöd enligt LSS")
    if measure.areas == FAMILY_WORK.areas:
        return _("Heltid med par, barn och familjer")
    return _("Heltid i omsorg om äldre eller personer med funktionsnedsättning")


def _how(counted: Experience, measure: Measure) -> str:
    if counted.window:
        window = said.span(counted.window.first, counted.window.last)
        when = _("Räknat för %(window)s.") % {"window": window}
    else:
        when = _("Räknat till och med %(month)s.") % {"month": said.month(counted.until)}
    if measure.full_time:
        rule = _("Deltid är omräknad till heltid, och i en månad räknas högst en månad.")
    else:
        rule = _("Kalendermånader, oavsett tjänstgöringsgrad. En månad räknas en gång.")
    return f"{when} {rule}"


def _line(each: Contribution, known: KnownProfile, opening: Opening) -> Line:
    job = each.employment
    return Line(
        what=job.employer,
        about=f"{job.role}, {job.share} %",
        when=said.span(job.start, job.end),
        gives=said.months(each.hundredths) if each.hundredths else _("0 månader"),
        why=said.left_out(each.left_out) if each.left_out else "",
        proofs=_proofs(known, opening, job.document),
    )


def _of_credits(
    id_: str, found: Credits, level: Level, asked: int | None, known: KnownProfile, opening: Opening
) -> Finding:
    university = level is Level.UNIVERSITY
    kind = _("högskolepoäng") if university else _("yrkeshögskolepoäng")
    facts = {"asked": asked, "found": found.counted, "kind": kind}
    sentence = _("%(asked)s %(kind)s i vård och omsorg krävs; %(found)s hittades.") % facts
    if found.waiting:
        sentence += " " + _("%(waiting)s väntar på UHR:s utlåtande.") % {"waiting": found.waiting}
    return Finding(
        id=id_,
        title=_("Högskolepoäng i vård och omsorg") if university else _("Yrkeshögskolepoäng i vård och omsorg"),
        sentence=sentence,
        found=_("%(found)s poäng hittade") % facts,
        asked=_("%(asked)s krävs") % facts if asked is not None else "",
        **_ruler(found.counted, asked),
        how=_("Bara utbildning i vård och omsorg räknas. Utländsk utbildning räknas när UHR har bedömt den."),
        lines=tuple(education_line(each, known, opening) for each in found.educations),
    )


def education_line(each: Education, known: KnownProfile, opening: Opening) -> Line:
    points = "–" if each.credits is None else _("%(points)s poäng") % {"points": each.credits}
    about = [said.level(each.level), said.subject(each.subject)]
    if each.country != "SE":
        about.append(said.country(each.country))
    return Line(
        what=each.name,
        about=f"{each.institution}. {', '.join(about)}",
        when="",
        gives=points,
        why="" if each.is_recognised else _("Väntar på UHR:s utlåtande"),
        proofs=_proofs(known, opening, each.document, each.uhr_document),
    )


def _of_other(fact: str, profile: Profile, asked: Value | None, *, on: date) -> Finding | None:
    """What is one value: a language level, hours of supervision, a degree.  What a person judges is left to them."""
    titles = {
        "manager.swedish_cefr": _("Svenska, nivå enligt språkintyg"),
        "manager.education_country": _("Land för utbildningen"),
        "staff.each.degree": _("Examen"),
        "staff.each.ects": _("Högskolepoäng"),
        "staff.each.psychotherapy_step": _("Psykoterapi, steg"),
        "staff.each.family_method_training": _("Utbildning i familjemetod"),
        "staff.new.intro_supervision_hours": _("Introduktionshandledning, timmar"),
        "staff.supervision_hours_year": _("Handledning, timmar per år"),
    }
    if fact not in titles:
        return None
    value = value_of(fact, [profile], on=on)
    found = _("Framgår inte av profilen") if value is None else _value(fact, value)
    number = isinstance(asked, int) and not isinstance(asked, bool)
    return Finding(
        id=fact,
        title=titles[fact],
        sentence=f"{titles[fact]}: {found[:1].lower() + found[1:] if value is None else found}.",
        found=found,
        asked=_("%(asked)s krävs") % {"asked": asked} if number or fact == "manager.swedish_cefr" else "",
        fill="",
        need="",
        how="",
        lines=(),
    )


def _value(fact: str, value: Value) -> str:
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if fact == "manager.education_country":
        return said.country(str(value))
    if fact == "staff.each.degree":
        return {
            "socionom": _("Socionom"),
            "psykolog": _("Psykolog"),
            "beteendevetare_hogskola": _("Beteendevetare från högskola"),
        }.get(str(value), str(value))
    return str(value)


def _proofs(known: KnownProfile, opening: Opening, *documents: str | None) -> tuple[Proof, ...]:
    return tuple(opening.proof(known.evidence[each]) for each in documents if each and each in known.evidence)


def _ruler(found: float, asked: int | None) -> dict[str, str]:
    """The requirement stands at two thirds, until what was found needs more room."""
    whole = max(found, 1.5 * (asked or 0), 1.0 if asked else 120.0)
    return {"fill": f"{100 * found / whole:.1f}%", "need": f"{100 * asked / whole:.1f}%" if asked else ""}
