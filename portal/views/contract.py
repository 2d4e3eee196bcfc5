"""A contract's page, for the company and for the municipality: how it stands, what is to be done, who signed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.db.papers import TRANSLATION, PaperKind
from portal.db.tables import (
    Authorization,
    ConditionVersion,
    Confirmation,
    Contract,
    Event,
    Municipality,
    Paper,
    Service,
    Signature,
)
from portal.domain.actors import Actor
from portal.domain.authorization import State, start_window
from portal.domain.deadlines import day_in_sweden
from portal.domain.registers import READS_CHECKS
from portal.domain.roles import READS_CASES, Role
from portal.errors import NotFound
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import words
from portal.views.chrome import Brand, Crumb, brand_of
from portal.views.paper_readers import PaperReader, paper_readers
from portal.views.words import Status


@dataclass(frozen=True)
class PaperLink:
    """``href`` is missing until the job has made it."""

    href: str | None
    number: str
    size: int | None
    translation: str | None


@dataclass(frozen=True)
class SignatureRow:
    party: str
    name: str
    title: str
    at: datetime
    how: str
    level: str


@dataclass(frozen=True)
class VersionLink:
    """A version that the contract stands under, on its public page; ``decided`` is that of the decision, if another.

    ``since`` is the day from which an adopted version applies to the contract: that of the adoption, or the version's
    own where that is later.
    """

    words: str
    address: str
    decided: str
    since: date | None


@dataclass(frozen=True)
class Step:
    words: str
    at: date
    current: bool


@dataclass(frozen=True)
class Sent:
    """The start form as it was sent, when it is refused."""

    confirmed: frozenset[str]
    active_from: str
    problems: Problems


@dataclass(frozen=True)
class StartForm:
    """What the officer confirms, and the days between which it may start."""

    conditions: tuple[tuple[str, str], ...]
    first: date
    last: date
    confirmed: frozenset[str]
    active_from: str
    problems: Problems


@dataclass(frozen=True)
class ContractPage:
    brand: Brand
    crumbs: tuple[Crumb, ...]
    here: Crumb
    id: UUID
    case_id: UUID | None
    """The case, for who may open it."""
    number: str
    company: str
    orgnr: str
    municipality: str
    municipality_slug: str
    service: str
    service_slug: str
    versions: tuple[VersionLink, ...]
    to_confirm: str | None
    """Where what is asked under a newer version is answered, or seen."""
    state: State
    status: Status
    sign_by: date
    late: bool
    active_from: date | None
    paper: PaperLink
    sealed: PaperLink | None
    signatures: tuple[SignatureRow, ...]
    steps: tuple[Step, ...]
    company_signed: bool
    may_sign: bool
    signs: bool
    digest: str
    telephone: str
    email: str
    start: StartForm | None = None
    readers: tuple[PaperReader, ...] = ()
    checked: UUID | None = None
    """The company, for who may read its checks in registers."""

    @property
    def heading(self) -> str:
        return _("%(service)s i %(municipality)s") % {"service": self.service, "municipality": self.municipality}


_SEALED = aliased(Paper)
CONTRACTS = (PaperKind.CONTRACT, PaperKind.SIGNED_CONTRACT)


def read(
    db: Session,
    authorization_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    signs: bool = True,
    sent: Sent | None = None,
) -> ContractPage:
    """The actor's own contract; an active one of another company is public elsewhere, and not found here.

    ``signs`` is whether the provider of identity signs; otherwise what can be had is an approval.
    """
    general = aliased(ConditionVersion)
    own = aliased(ConditionVersion)
    rows = (Authorization, Contract, Paper, _SEALED, Municipality, Service)
    waits = (
        sa.select(sa.literal(1))
        .select_from(Confirmation)
        .where(
            col(Confirmation.case_id) == col(Authorization.case_id),
            col(Confirmation.accepted_at).is_(None),
            col(Confirmation.ended_at).is_(None),
        )
        .exists()
    )
    wanted: tuple[Any, ...] = (*rows, general.number, general.valid_from, own.number, own.valid_from, waits)
    row = db.execute(
        sa.select(*wanted)
        .join(Contract, col(Contract.authorization_id) == col(Authorization.id))
        .join(Paper, col(Paper.id) == col(Contract.paper_id))
        .join(_SEALED, col(_SEALED.id) == col(Contract.sealed_paper_id), isouter=True)
        .join(Municipality, col(Municipality.id) == col(Authorization.municipality_id))
        .join(Service, col(Service.id) == col(Authorization.service_id))
        .join(general, col(general.id) == col(Authorization.general_version_id))
        .join(own, col(own.id) == col(Authorization.service_version_id))
        .where(col(Authorization.id) == authorization_id, theirs(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("authorization", authorization_id)
    authorization, contract, paper, sealed, municipality, service, *versions, waiting = row
    signatures = _signatures(db, contract.id)
    adopted = _adopted(db, authorization.case_id)
    parties = {each.party for each in signatures}
    company_side = actor.provider_id is not None
    contact = municipality.settings["contact"]
    name = service.name_sv if language() == "sv" else service.name_en
    room = "/foretag" if company_side else "/kommun"
    crumbs = (
        (Crumb(_("Översikt"), "/foretag"), Crumb(_("Avtal"), "/foretag/avtal"))
        if company_side
        else (Crumb(_("Anordnare"), "/kommun/anordnare"),)
    )
    may = Role.SIGNATORY if company_side else Role.DECISION_MAKER
    turn = "company" not in parties if company_side else "company" in parties and "municipality" not in parties
    return ContractPage(
        brand=brand_of(
            municipality.slug,
            municipality.name,
            municipality.changed_at,
            {"email": contact["email"], "phone": contact["telephone"]},
        ),
        crumbs=crumbs,
        here=Crumb(name if company_side else authorization.provider_name, f"{room}/avtal/{authorization.id}"),
        id=authorization.id,
        case_id=authorization.case_id if company_side or actor.roles & READS_CASES else None,
        checked=authorization.provider_id if actor.roles & READS_CHECKS else None,
        number=paper.facts["document_number"],
        company=authorization.provider_name,
        orgnr=f"{authorization.orgnr[:6]}-{authorization.orgnr[6:]}",
        municipality=municipality.name,
        municipality_slug=municipality.slug,
        service=name,
        service_slug=service.slug,
        versions=_versions(municipality.slug, service.slug, versions, adopted),
        to_confirm=_to_confirm(authorization.case_id, actor) if waiting else None,
        state=authorization.state,
        status=status_of(authorization.state, company_signed="company" in parties, company_side=company_side),
        sign_by=authorization.sign_by,
        late=authorization.sign_by < day_in_sweden(now),
        active_from=authorization.active_from,
        paper=_paper_link(paper, room),
        sealed=_paper_link(sealed, room) if sealed is not None else None,
        signatures=signatures,
        steps=_steps(authorization, signatures, adopted),
        company_signed="company" in parties,
        may_sign=turn and actor.may(may) and paper.ready_at is not None,
        signs=signs,
        digest=paper.sha256 or "",
        telephone=contact["telephone"],
        email=contact["email"],
        start=_start_form(authorization, municipality, sent) if actor.may(Role.CASE_OFFICER) else None,
        readers=paper_readers(db, authorization.case_id, kinds=CONTRACTS, company=company_side),
    )


def theirs(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.provider_id is not None:
        return col(Authorization.provider_id) == actor.provider_id
    return col(Authorization.municipality_id) == actor.municipality_id


def status_of(state: State, *, company_signed: bool, company_side: bool) -> Status:
    """Whose turn it is decides the shape: to act for one side is to wait for the other."""
    if state is not State.OFFERED:
        return words.authorization(state)
    if company_signed:
        waiting = Status("wait", _("Väntar på kommunens underskrift"))
        return waiting if company_side else Status("act", _("Att skriva under"), "warning")
    return words.authorization(state) if company_side else Status("wait", _("Väntar på företaget"))


def start_conditions() -> tuple[tuple[str, str], ...]:
    return (
        ("insurance", _("Ansvarsförsäkringen gäller på startdagen")),
        ("permit", _("Tillstånd från IVO finns, eller krävs inte för tjänsten")),
        ("invoice", _("E-fakturan är provad och fungerar")),
        ("profile", _("Presentationen är läst och kan visas offentligt")),
    )


def _start_form(authorization: Authorization, municipality: Municipality, sent: Sent | None) -> StartForm | None:
    if authorization.state is not State.SIGNED or authorization.signed_at is None:
        return None
    months = municipality.settings["deadlines"]["start_months"]
    first, last = start_window(day_in_sweden(authorization.signed_at), months)
    sent = sent or Sent(frozenset(), "", ())
    return StartForm(start_conditions(), first, last, sent.confirmed, sent.active_from, sent.problems)


def _paper_link(paper: Paper, room: str) -> PaperLink:
    ready = paper.ready_at is not None
    there = f"{room}/handlingar/{paper.id}" if ready else None
    translation = f"{there}/oversattning" if there and TRANSLATION in paper.facts else None
    return PaperLink(there, paper.number, paper.size, translation)


def _signatures(db: Session, contract_id: UUID) -> tuple[SignatureRow, ...]:
    wanted: tuple[Any, ...] = (
        Signature.party,
        Signature.name,
        Signature.title,
        Signature.signed_at,
        Signature.kind,
        Signature.acr,
    )
    rows = db.execute(
        sa.select(*wanted).where(col(Signature.contract_id) == contract_id).order_by(col(Signature.signed_at))
    )
    titles = {"Firmatecknare": _("Firmatecknare"), "Beslutsfattare": _("Beslutsfattare")}
    return tuple(
        SignatureRow(
            party=row.party,
            name=row.name,
            title=titles.get(row.title, row.title),
            at=row.signed_at,
            how=_("E-legitimation") if row.kind == "signature" else _("Godkännande genom ny inloggning"),
            level=row.acr.rsplit("loa", 1)[-1],
        )
        for row in rows
    )


@dataclass(frozen=True)
class _Adopted:
    """A step of the record: the authorization came to stand under a newer version of one set of conditions."""

    general: bool
    number: int
    was: int
    on: date


def _adopted(db: Session, case_id: UUID) -> tuple[_Adopted, ...]:
    rows = db.execute(
        sa.select(col(Event.at), col(Event.facts))
        .where(col(Event.case_id) == case_id, col(Event.kind) == "authorization.adopt")
        .order_by(col(Event.seq))
    )
    return tuple(
        _Adopted(facts["set"] == "general", facts["number"], facts["was_number"], formats.day_of(at))
        for at, facts in rows
    )


def _versions(slug: str, service: str, versions: list[Any], adopted: tuple[_Adopted, ...]) -> tuple[VersionLink, ...]:
    """The general conditions and the service's own, each with the version of the decision where it is another.

    ``versions``: the number of each, followed by the day from which it is valid.
    """

    def link(is_general: bool, words: str, address: str, number: int, valid_from: date) -> VersionLink:
        steps = [each for each in adopted if each.general is is_general]
        decided = _("Vid beslutet: version %(number)s") % {"number": steps[0].was} if steps else ""
        since = max(steps[-1].on, valid_from) if steps else None
        return VersionLink(words % {"number": number}, f"{address}/{number}", decided, since)

    general, own = versions[:2], versions[2:]
    return (
        link(True, _("Allmänna villkor, version %(number)s"), f"/{slug}/villkor", *general),
        link(False, _("Tjänstens villkor, version %(number)s"), f"/{slug}/{service}/villkor", *own),
    )


def _to_confirm(case_id: UUID, actor: Actor) -> str | None:
    if actor.provider_id is not None:
        return f"/foretag/nya-villkor/{case_id}"
    return f"/kommun/nya-villkor?arende={case_id}" if actor.roles & READS_CASES else None


def _steps(
    authorization: Authorization, signatures: tuple[SignatureRow, ...], adopted: tuple[_Adopted, ...]
) -> tuple[Step, ...]:
    """What has happened, newest first."""
    said = {"company": _("Undertecknat av företaget"), "municipality": _("Undertecknat av kommunen")}
    steps = [(_("Avtal skickat"), formats.day_of(authorization.offered_at))]
    steps += [(said[each.party], formats.day_of(each.at)) for each in signatures]
    if authorization.active_from is not None:
        steps.append((_("Avtalet gäller, tills vidare"), authorization.active_from))
    steps += [(_adopted_words(each), each.on) for each in adopted]
    steps.sort(key=lambda step: step[1])
    last = len(steps) - 1
    return tuple(Step(text, at, index == last) for index, (text, at) in reversed(list(enumerate(steps))))


def _adopted_words(each: _Adopted) -> str:
    words = _("Står under allmänna villkor version %(number)s") if each.general else ""
    words = words or _("Står under tjänstens villkor version %(number)s")
    return words % {"number": each.number}
