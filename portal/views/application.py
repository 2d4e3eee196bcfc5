"""A company's applications: the list, the start of one, its receipt, its withdrawal and the comment on a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from portal.db import hearings
from portal.db.conditions import in_force
from portal.db.tables import Application, Municipality, Provider, Service
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import Orgnr
from portal.domain.municipality import filled
from portal.domain.review import ReasonTold, reason_told
from portal.domain.roles import Role
from portal.errors import NotFound, TransitionRefused
from portal.locale import formats, language, spoken
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import words
from portal.views.application_head import Head, crumbs, read_head
from portal.views.application_next import signatories
from portal.views.chrome import Brand, Crumb, brand_of
from portal.views.words import Status

SHOWN = 200


@dataclass(frozen=True)
class Item:
    address: str
    words: str
    about: str
    status: Status


@dataclass(frozen=True)
class ApplicationList:
    crumbs: tuple[Crumb, ...]
    here: Crumb
    company: str
    open: tuple[Item, ...]
    closed: tuple[Item, ...]
    may_start: bool


@dataclass(frozen=True, kw_only=True)
class NewApplication:
    brand: Brand
    crumbs: tuple[Crumb, ...]
    here: Crumb
    service_id: UUID
    service: Text
    service_address: str
    municipality: str
    company: str
    orgnr: str
    is_open: bool
    may_start: bool
    draft: str | None
    under_way: tuple[Item, ...]
    general_version: int
    service_version: int
    asked: int
    parts: tuple[Text, ...]
    to_show: tuple[Text, ...]
    never_upload: Text | None
    handling_time: Text


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    pdf: str | None
    translation: str | None


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    is_draft: bool
    allowed: bool
    submitters: tuple[str, ...]
    reason: str = ""
    problems: Problems = ()


@dataclass(frozen=True)
class DraftReason:
    title: str
    told: ReasonTold


@dataclass(frozen=True, kw_only=True)
class HearingPage:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    due_on: date
    late: bool
    letter: str
    summary: str
    addition: str
    reasons: tuple[DraftReason, ...]
    comment: str
    commented_at: datetime | None
    may_comment: bool
    typed: str = ""
    problems: Problems = ()


def application_list(db: Session, *, actor: Actor, company: str) -> ApplicationList:
    """Newest first; those that are decided or withdrawn stand by themselves."""
    items = _items(db, actor.provider_id)
    return ApplicationList(
        crumbs=(Crumb(_("Översikt"), "/foretag"),),
        here=Crumb(_("Ansökningar"), "/foretag/ansokningar"),
        company=company,
        open=tuple(item for state, item in items if state not in CLOSED),
        closed=tuple(item for state, item in items if state in CLOSED),
        may_start=actor.may(Role.EDITOR),
    )


CLOSED = frozenset({State.APPROVED, State.REJECTED, State.WITHDRAWN})


def _items(db: Session, provider_id: UUID | None, service_id: UUID | None = None) -> list[tuple[State, Item]]:
    statement = (
        select(
            col(Application.id),
            col(Application.state),
            col(Application.number),
            col(Application.started_at),
            col(Application.submitted_at),
            col(Application.decided_at),
            col(Service.name_sv),
            col(Service.name_en),
            col(Municipality.name),
        )
        .join(Service, col(Service.id) == col(Application.service_id))
        .join(Municipality, col(Municipality.id) == col(Application.municipality_id))
        .where(col(Application.provider_id) == provider_id)
        .order_by(col(Application.started_at).desc())
        .limit(SHOWN)
    )
    if service_id is not None:
        statement = statement.where(col(Application.service_id) == service_id)
    return [(row.state, _item(row)) for row in db.execute(statement)]


def _item(row: Any) -> Item:
    name = Text(sv=f"{row.name_sv} i {row.name}", en=f"{row.name_en} in {row.name}")
    if row.decided_at is not None:
        when = _("beslutad %(day)s") % {"day": formats.day(formats.day_of(row.decided_at))}
    elif row.submitted_at is not None:
        when = _("inskickad %(day)s") % {"day": formats.day(formats.day_of(row.submitted_at))}
    else:
        when = _("påbörjad %(day)s") % {"day": formats.day(formats.day_of(row.started_at))}
    about = f"{row.number}, {when}" if row.number else when[:1].upper() + when[1:]
    return Item(f"/foretag/ansokningar/{row.id}", spoken(name), about, words.application_for_company(row.state))


def new_application(db: Session, service_id: UUID, *, actor: Actor, now: datetime) -> NewApplication:
    settings: Any = col(Municipality.settings)
    row = db.execute(
        select(
            Service,
            col(Municipality.slug).label("place"),
            col(Municipality.name).label("municipality"),
            col(Municipality.changed_at),
            settings["contact"].label("contact"),
            settings["deadlines"].label("deadlines"),
            settings["texts"]["handling_time"].label("handling_time"),
            col(Provider.name).label("company"),
            col(Provider.orgnr),
        )
        .join(Municipality, col(Municipality.id) == col(Service.municipality_id))
        .join(Provider, col(Provider.id) == actor.provider_id)
        .where(col(Service.id) == service_id)
    ).one_or_none()
    if row is None:
        raise NotFound("service", service_id)
    service: Service = row.Service
    today = day_in_sweden(now)
    general = in_force(db, service.municipality_id, None, on=today)
    own = in_force(db, service.municipality_id, service_id, on=today)
    groups = (*general.asked, *own.asked)
    earlier = _items(db, actor.provider_id, service_id)
    name = Text(sv=service.name_sv, en=service.name_en)
    address = f"/{row.place}/{service.slug}"
    never = service.content.get("never_upload")
    return NewApplication(
        brand=brand_of(
            row.place,
            row.municipality,
            row.changed_at,
            {"email": row.contact["email"], "phone": row.contact["telephone"]},
        ),
        crumbs=crumbs(None),
        here=Crumb(_("Ny ansökan"), f"/foretag/ansokningar/ny?tjanst={service_id}"),
        service_id=service_id,
        service=name,
        service_address=address,
        municipality=row.municipality,
        company=row.company,
        orgnr=str(Orgnr(row.orgnr)),
        is_open=service.open,
        may_start=actor.may(Role.EDITOR),
        draft=next((item.address for state, item in earlier if state is State.DRAFT), None),
        under_way=tuple(item for state, item in earlier if state is not State.DRAFT and state not in CLOSED),
        general_version=general.number,
        service_version=own.number,
        asked=sum(len(criteria) for _group, criteria in groups),
        parts=tuple(group.title for group, _criteria in groups),
        to_show=tuple(Text(**each) for each in service.content.get("to_show", ())),
        never_upload=Text(**never) if never else None,
        handling_time=filled(
            Text(**row.handling_time),
            {"decide_days": row.deadlines["decide_days"], "municipality": row.municipality},
        ),
    )


def receipt_page(db: Session, application_id: UUID, *, actor: Actor) -> ReceiptPage:
    head = read_head(db, application_id, provider_id=actor.provider_id)
    if head.submitted_at is None:
        raise NotFound("receipt", application_id)
    pdf = f"/foretag/handlingar/{head.receipt_id}" if head.receipt_id and head.receipt_ready else None
    return ReceiptPage(
        brand=head.brand,
        head=head,
        crumbs=_inside(head),
        here=Crumb(_("Kvittens"), f"{head.address}/kvitto"),
        pdf=pdf,
        translation=f"{pdf}/oversattning" if pdf and head.receipt_translated else None,
    )


def withdrawal(
    db: Session, application_id: UUID, *, actor: Actor, reason: str = "", problems: Problems = ()
) -> Withdrawal:
    """Raises ``TransitionRefused``: it is decided or withdrawn already."""
    head = read_head(db, application_id, provider_id=actor.provider_id)
    if head.state in CLOSED:
        raise TransitionRefused(APPLICATION.name, head.state.value, Action.WITHDRAW.value, tuple(sorted(actor.roles)))
    allowed = Action.WITHDRAW in APPLICATION.open_actions(head.state, actor.roles)
    is_draft = head.state is State.DRAFT
    return Withdrawal(
        brand=head.brand,
        head=head,
        crumbs=_inside(head),
        here=Crumb(_("Ta bort utkastet") if is_draft else _("Återkalla ansökan"), f"{head.address}/aterkalla"),
        is_draft=is_draft,
        allowed=allowed,
        submitters=() if allowed else signatories(db, head.provider_id),
        reason=reason,
        problems=problems,
    )


def hearing_page(
    db: Session, application_id: UUID, *, actor: Actor, now: datetime, typed: str = "", problems: Problems = ()
) -> HearingPage:
    head = read_head(db, application_id, provider_id=actor.provider_id)
    hearing = hearings.current(db, application_id)
    if hearing is None:
        raise NotFound("hearing", application_id)
    may = Action.COMMENT in APPLICATION.open_actions(head.state, actor.roles) and hearing.commented_at is None
    return HearingPage(
        brand=head.brand,
        head=head,
        crumbs=_inside(head),
        here=Crumb(_("Yttrande"), f"{head.address}/yttrande"),
        due_on=hearing.due_on,
        late=hearing.due_on < day_in_sweden(now),
        letter=_in_language(hearing.draft.get("letter")),
        summary=_in_language(hearing.draft.get("summary")),
        addition=_in_language(hearing.draft.get("addition")),
        reasons=tuple(_reason(head, each) for each in hearing.draft.get("reasons", ())),
        comment=hearing.comment,
        commented_at=hearing.commented_at,
        may_comment=may,
        typed=typed,
        problems=problems,
    )


def _reason(head: Head, raw: Mapping[str, Any]) -> DraftReason:
    """One reason of the draft, in the words that it was communicated with."""
    criterion = head.sets.by_id.get(str(raw.get("criterion", "")))
    title = _in_language(raw.get("title")) or (spoken(criterion.title) if criterion else "")
    heading = f"{raw.get('criterion', '')} {title}".strip()
    if "sentence" in raw:
        return DraftReason(heading, reason_told(raw, language()))
    text = spoken(head.said(criterion, criterion.text)) if criterion is not None else ""
    return DraftReason(heading, ReasonTold(text, str(raw.get("note", "")), "sv"))


def _in_language(value: Any) -> str:
    """A text of the draft, which is stored in both languages or as somebody wrote it."""
    return str(value.get(language(), "")) if isinstance(value, Mapping) else str(value or "")


def _inside(head: Head) -> tuple[Crumb, ...]:
    return crumbs(head, Crumb(spoken(head.service), head.address))
