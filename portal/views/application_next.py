"""What happens now: the one tinted panel of an application's page, in every state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlmodel import Session, col

from portal.db import hearings
from portal.db.papers import TRANSLATION
from portal.db.tables import Authorization, Decision, Paper, Person, ProviderMember
from portal.domain.application import APPLICATION, Action, State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.roles import Role
from portal.locale import formats, language, ngettext
from portal.locale import gettext as _
from portal.views.application_head import Head
from portal.views.application_supplement import Request
from portal.views.chrome import Crumb


@dataclass(frozen=True)
class Next:
    heading: str
    paragraphs: tuple[str, ...]
    links: tuple[Crumb, ...] = ()


@dataclass(frozen=True)
class HearingFacts:
    due_on: date
    answered: bool


@dataclass(frozen=True)
class DecisionFacts:
    approved: bool
    reasons: str
    review_until: date | None
    paper_id: UUID | None
    authorization_id: UUID | None
    authorization_state: AuthorizationState | None
    sign_by: date | None
    translated: bool | None = None


def signatories(db: Session, provider_id: UUID) -> tuple[str, ...]:
    """The names of those who may submit."""
    return tuple(sorted(db.scalars(_signatories_statement(), {"company": provider_id})))


@cache
def _signatories_statement() -> Any:
    return (
        select(col(Person.name))
        .join(ProviderMember, col(ProviderMember.person_id) == col(Person.id))
        .where(
            col(ProviderMember.provider_id) == bindparam("company", type_=Uuid()),
            col(ProviderMember.role) == Role.SIGNATORY,
            col(ProviderMember.left_at).is_(None),
        )
    )


def read_hearing(db: Session, application_id: UUID) -> HearingFacts | None:
    row = hearings.current(db, application_id)
    return None if row is None else HearingFacts(row.due_on, row.commented_at is not None)


def read_decision(db: Session, application_id: UUID) -> DecisionFacts | None:
    row = db.execute(_decision_statement(), {"application": application_id}).one_or_none()
    return None if row is None else DecisionFacts(*row)


@cache
def _decision_statement() -> Any:
    said: Any = col(Paper.facts)
    return (
        select(
            col(Decision.approved),
            col(Decision.reasons),
            col(Decision.review_until),
            col(Decision.paper_id),
            col(Authorization.id),
            col(Authorization.state),
            col(Authorization.sign_by),
            said.has_key(TRANSLATION),
        )
        .outerjoin(Paper, col(Paper.id) == col(Decision.paper_id))
        .outerjoin(Authorization, col(Authorization.case_id) == col(Decision.application_id))
        .where(col(Decision.application_id) == bindparam("application", type_=Uuid()))
    )


def next_of(
    head: Head,
    *,
    roles: frozenset[Role],
    today: date,
    ready: int,
    parts: int,
    first_open: Crumb | None,
    request: Request | None = None,
    hearing: HearingFacts | None = None,
    decision: DecisionFacts | None = None,
    submitters: Sequence[str] = (),
) -> Next:
    match head.state:
        case State.DRAFT:
            return _draft(head, roles, ready, parts, first_open, submitters)
        case State.SUBMITTED:
            return _submitted(head, today)
        case State.UNDER_REVIEW:
            return _under_review(head)
        case State.SUPPLEMENT_REQUESTED:
            return _supplement(head, request, today)
        case State.PROPOSED_DECISION:
            return _proposed(head, hearing, roles, today)
        case State.APPROVED:
            return _approved(decision)
        case State.REJECTED:
            return _rejected(head, decision)
        case State.WITHDRAWN:
            return _withdrawn(head)


def _draft(
    head: Head,
    roles: frozenset[Role],
    ready: int,
    parts: int,
    first_open: Crumb | None,
    submitters: Sequence[str],
) -> Next:
    if first_open is not None:
        heading = ngettext("%(ready)s av %(num)s del är klar", "%(ready)s av %(num)s delar är klara", parts) % {
            "ready": ready,
            "num": parts,
        }
        if ready == 0:
            heading = _("Börja med den del du vill")
        words = (
            _("Svara i vilken ordning du vill. Allt sparas efter hand, och flera i företaget kan skriva samtidigt."),
            _("Kommunen ser ingenting förrän ansökan är inskickad."),
        )
        link = Crumb(_("Fortsätt med %(part)s") % {"part": first_open.words}, first_open.address)
        return Next(heading, words, (link,) if Role.EDITOR in roles else ())
    check = Crumb(_("Granska svaren"), f"{head.address}/granska")
    if Action.SUBMIT in APPLICATION.open_actions(head.state, roles):
        return Next(_("Allt är besvarat"), (_("Läs igenom svaren en sista gång och skicka in ansökan."),), (check,))
    who = ", ".join(submitters)
    return Next(
        _("Allt är besvarat"),
        (
            _("En firmatecknare läser igenom svaren och skickar in. Det kan göras av: %(names)s.") % {"names": who}
            if who
            else _("En firmatecknare läser igenom svaren och skickar in. Be någon som är det att logga in."),
        ),
        (check,),
    )


def _submitted(head: Head, today: date) -> Next:
    receipt = Crumb(_("Visa kvittensen"), f"{head.address}/kvitto")
    if head.due_on is not None and head.due_on >= today:
        heading = _("Granskningen börjar senast %(day)s") % {"day": formats.weekday(head.due_on)}
    else:
        heading = _("Ansökan väntar på en handläggare")
    words = (
        _("Ansökan är registrerad med nummer %(number)s. Du behöver inte göra något nu.") % {"number": head.number},
        _("Vi skriver till er när en handläggare har börjat granska."),
    )
    return Next(heading, words, (receipt,))


def _under_review(head: Head) -> Next:
    heading = _("%(name)s granskar ansökan") % {"name": head.officer} if head.officer else _("Ansökan granskas")
    words = (
        _("Du behöver inte göra något nu. Behöver vi veta mer ber vi om en komplettering, och då får ni ett mejl."),
        getattr(head.handling_time, language()),
    )
    return Next(heading, words)


def _supplement(head: Head, request: Request | None, today: date) -> Next:
    if request is None:
        return _under_review(head)
    count = len(request.items)
    points = ngettext("en punkt", "%(num)s punkter", count) % {"num": _count(count)}
    late = request.due_on < today
    heading = (_("Svarstiden gick ut %(day)s") if late else _("Svara senast %(day)s")) % {
        "day": formats.weekday(request.due_on)
    }
    words = (
        _(
            "Handläggaren har gått igenom ansökan och behöver svar på %(points)s. När du skickar in fortsätter "
            "granskningen. Har du inte svarat i tid bedömer vi ansökan med det underlag som finns."
        )
        % {"points": points},
    )
    return Next(heading, words, (Crumb(_("Läs hela begäran om komplettering"), "#begaran"),))


def _proposed(head: Head, hearing: HearingFacts | None, roles: frozenset[Role], today: date) -> Next:
    if hearing is not None and not hearing.answered:
        heading = (
            _("Yttra dig senast %(day)s") if hearing.due_on >= today else _("Tiden för yttrande gick ut %(day)s")
        ) % {"day": formats.weekday(hearing.due_on)}
        words = (
            _("Kommunen överväger att inte godkänna ansökan. Innan den beslutar kan ni läsa skälen och svara på dem."),
        )
        return Next(heading, words, (Crumb(_("Läs skälen och yttra dig"), f"{head.address}/yttrande"),))
    if hearing is not None:
        read = (_("Yttrandet har kommit in. En beslutsfattare i kommunen läser det innan beslutet fattas."),)
        return Next(_("Ansökan väntar på beslut"), read, (Crumb(_("Läs yttrandet"), f"{head.address}/yttrande"),))
    waiting = (
        _("Handläggaren har granskat klart. En beslutsfattare i kommunen läser förslaget och fattar beslutet."),
        _("Du behöver inte göra något nu. Beslutet kommer hit och ni får ett mejl."),
    )
    return Next(_("Ansökan väntar på beslut"), waiting)


def _approved(decision: DecisionFacts | None) -> Next:
    if decision is None or decision.authorization_id is None:
        words = (_("Avtalet görs i ordning. Ni får ett mejl när det går att skriva under."),)
        return Next(_("Ansökan är godkänd"), words)
    contract = f"/foretag/avtal/{decision.authorization_id}"
    letter = _decision_letter(decision)
    if decision.authorization_state is AuthorizationState.OFFERED and decision.sign_by:
        return Next(
            _("Skriv under avtalet senast %(day)s") % {"day": formats.weekday(decision.sign_by)},
            (_("Ansökan är godkänd. När båda parter har skrivit under kan ni börja ta emot kunder."),),
            (Crumb(_("Läs och skriv under avtalet"), contract), *letter),
        )
    return Next(
        _("Ansökan är godkänd"),
        (_("Avtalet är undertecknat. Allt som rör avtalet finns på avtalets sida."),),
        (Crumb(_("Öppna avtalet"), contract), *letter),
    )


def _rejected(head: Head, decision: DecisionFacts | None) -> Next:
    words = [_("Skälen står i beslutet. Ni kan begära att en domstol prövar det, eller ansöka på nytt när som helst.")]
    if decision is not None and decision.review_until:
        words.append(
            _("En ansökan om överprövning ska ha kommit in till domstolen senast %(day)s.")
            % {"day": formats.day(decision.review_until)}
        )
    return Next(
        _("Ansökan är inte godkänd"),
        tuple(words),
        (*(_decision_letter(decision) if decision else ()), Crumb(_("Så begär ni överprövning"), "#overprovning")),
    )


def _withdrawn(head: Head) -> Next:
    return Next(
        _("Ansökan är återkallad"),
        (_("Den prövas inte. Ni kan ansöka på nytt när som helst."),),
        (Crumb(_("Läs om tjänsten"), f"{head.brand.home}/{head.service_slug}"),),
    )


def _decision_letter(decision: DecisionFacts) -> tuple[Crumb, ...]:
    if decision.paper_id is None:
        return ()
    letter = Crumb(_("Läs beslutet (PDF)"), f"/foretag/handlingar/{decision.paper_id}")
    if not decision.translated:
        return (letter,)
    return letter, Crumb(_("Beslutet på engelska, översättning (PDF)"), f"{letter.address}/oversattning")


def _count(number: int) -> str:
    """Small numbers in words, as in running text."""
    words = (_("noll"), _("en"), _("två"), _("tre"), _("fyra"), _("fem"), _("sex"), _("sju"), _("åtta"), _("nio"))
    return words[number] if number < len(words) else str(number)
