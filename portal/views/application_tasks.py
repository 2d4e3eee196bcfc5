"""An application's own page: what happens now, what there is to do, the facts and what has happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select
from sqlmodel import Session, col

from portal.db.answers import answers_of
from portal.db.tables import Event
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.criteria import Answer, Criterion, Group, Progress, progress, progress_of
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.domain.validity import Validity
from portal.errors import NotFound
from portal.locale import formats, spoken
from portal.locale import gettext as _
from portal.views import words
from portal.views.application_head import Head, crumbs, read_head
from portal.views.application_next import (
    DecisionFacts,
    HearingFacts,
    Next,
    next_of,
    read_decision,
    read_hearing,
    signatories,
)
from portal.views.application_supplement import Request, read_request
from portal.views.chrome import Brand, Crumb
from portal.views.words import Status

STEPS = ("application.%", "authorization.%")


@dataclass(frozen=True)
class Row:
    address: str
    words: str
    hint: str
    status: Status


@dataclass(frozen=True)
class Section:
    id: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Closing:
    """The last part of the work: what remains before it can be sent, and the one button."""

    heading: str
    lead: str
    rest: str
    button: Crumb


@dataclass(frozen=True)
class Fact:
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Happened:
    words: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskList:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    status: Status
    next: Next
    sections: tuple[Section, ...]
    closing: Closing | None
    withdraw: Crumb | None
    request: Request | None
    decision: DecisionFacts | None
    facts: tuple[Fact, ...]
    help: tuple[Crumb, ...]
    timeline: tuple[Happened, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    kicker: str
    hint: str
    status: Status
    rows: tuple[Row, ...]
    go_on: Crumb | None


def task_list(db: Session, application_id: UUID, *, actor: Actor, now: datetime) -> TaskList:
    head = read_head(db, application_id, provider_id=actor.provider_id)
    today = day_in_sweden(now)
    given = answers_of(db, head.id, sets=head.sets, on=head.days(today))
    request = read_request(db, head.id) if head.state is State.SUPPLEMENT_REQUESTED else None
    hearing = read_hearing(db, head.id) if head.state is State.PROPOSED_DECISION else None
    decision = read_decision(db, head.id) if head.state in (State.APPROVED, State.REJECTED) else None
    submitters = _submitters(db, actor) if head.state is State.DRAFT else ()
    states = {group.id: progress_of(criteria, given) for group, criteria in head.sets.asked}
    return TaskList(
        brand=head.brand,
        head=head,
        crumbs=crumbs(head),
        status=words.application_for_company(head.state),
        next=_next(head, states, actor, today, request, hearing, decision, submitters),
        sections=(*_asked_again(head, request, given), *_sections(head, states, given)),
        closing=_closing(head, states, request, actor),
        withdraw=_withdraw(head, actor),
        request=request,
        decision=decision,
        facts=_facts(head),
        help=_help(head, actor),
        timeline=_timeline(db, head),
    )


def part(db: Session, application_id: UUID, group_id: str, *, actor: Actor, now: datetime) -> Part:
    """One group of criteria, each with how far it has come."""
    head = read_head(db, application_id, provider_id=actor.provider_id)
    found = next(((g, c) for g, c in head.sets.asked if g.id == group_id), None)
    if found is None:
        raise NotFound("part", group_id)
    group, criteria = found
    given = answers_of(db, head.id, sets=head.sets, on=head.days(day_in_sweden(now)))
    request = read_request(db, head.id) if head.state is State.SUPPLEMENT_REQUESTED else None
    rows = tuple(
        Row(
            head.criterion_address(each.id),
            spoken(each.title),
            spoken(head.said(each, each.text)),
            _status_of(head, each, given, request),
        )
        for each in criteria
    )
    unready = (c for c in criteria if progress(c, given.get(c.id)) is not Progress.READY)
    first = next(unready, None) if head.state is State.DRAFT and actor.may(Role.EDITOR) else None
    return Part(
        brand=head.brand,
        head=head,
        crumbs=crumbs(head, Crumb(spoken(head.service), head.address)),
        here=Crumb(spoken(group.title), head.part_address(group.id)),
        kicker=_kind(head, group),
        hint=spoken(group.hint),
        status=_group_status(head, criteria, given, progress_of(criteria, given)),
        rows=rows,
        go_on=Crumb(spoken(first.title), head.criterion_address(first.id)) if first else None,
    )


def _kind(head: Head, group: Group) -> str:
    return (
        _("Särskilda villkor för %(service)s") % {"service": formats.in_sentence(spoken(head.service))}
        if group.service
        else _("Allmänna villkor")
    )


def _submitters(db: Session, actor: Actor) -> tuple[str, ...]:
    return signatories(db, actor.provider_id) if actor.provider_id and not actor.may(Role.SIGNATORY) else ()


def _next(
    head: Head,
    states: Mapping[str, Progress],
    actor: Actor,
    today: date,
    request: Request | None,
    hearing: HearingFacts | None,
    decision: DecisionFacts | None,
    submitters: tuple[str, ...],
) -> Next:
    unready = (group for group, _criteria in head.sets.asked if states[group.id] is not Progress.READY)
    first = next(unready, None)
    return next_of(
        head,
        roles=actor.roles,
        today=today,
        ready=sum(state is Progress.READY for state in states.values()),
        parts=len(states),
        first_open=Crumb(spoken(first.title), head.part_address(first.id)) if first else None,
        request=request,
        hearing=hearing,
        decision=decision,
        submitters=submitters,
    )


def _sections(head: Head, states: Mapping[str, Progress], given: Mapping[str, Answer]) -> tuple[Section, ...]:
    general = [pair for pair in head.sets.asked if not pair[0].service]
    own = [pair for pair in head.sets.asked if pair[0].service]
    service = formats.in_sentence(spoken(head.service))
    both = (
        ("allmanna", _("Allmänna villkor"), general),
        ("sarskilda", _("Särskilda villkor för %(service)s") % {"service": service}, own),
    )
    return tuple(
        Section(
            id_,
            heading,
            tuple(
                Row(
                    head.part_address(group.id),
                    spoken(group.title),
                    _hint(group, criteria, states[group.id], given),
                    _group_status(head, criteria, given, states[group.id]),
                )
                for group, criteria in groups
            ),
        )
        for id_, heading, groups in both
        if groups
    )


def _answered(head: Head, state: Progress) -> Status:
    """Once it is with the municipality, "ready" would read as a judgement: it only says that there is an answer."""
    if head.is_editable or state is not Progress.READY:
        return words.progress(state)
    return Status("done", _("Besvarad"))


def _group_status(head: Head, criteria: tuple[Criterion, ...], given: Mapping[str, Answer], state: Progress) -> Status:
    """Evidence that has run out is said by that name: it is the company's to renew, also long after the decision."""
    run_out = [each for each in criteria if _run_out(given.get(each.id)) is not None]
    return words.validity(Validity.EXPIRED) if run_out else _answered(head, state)


def _run_out(answer: Answer | None) -> Validity | None:
    if answer is None or answer.declared is False:
        return None
    return next((each.validity for each in answer.documents if each.validity.has_run_out), None)


def _hint(group: Group, criteria: tuple[Criterion, ...], state: Progress, given: Mapping[str, Answer]) -> str:
    if state not in (Progress.BEGUN, Progress.NEEDS_ATTENTION):
        return spoken(group.hint)
    ready = sum(progress(each, given.get(each.id)) is Progress.READY for each in criteria)
    counted = _("%(ready)s av %(all)s villkor är klara.") % {"ready": ready, "all": len(criteria)}
    return f"{spoken(group.hint)} {counted}"


def _asked_again(head: Head, request: Request | None, given: Mapping[str, Answer]) -> tuple[Section, ...]:
    """What the officer has asked about comes first."""
    if request is None:
        return ()
    rows = tuple(
        Row(
            head.criterion_address(criterion.id),
            spoken(criterion.title),
            request.items[criterion.id].question,
            _status_of(head, criterion, given, request),
        )
        for criterion in head.sets.asked_criteria
        if criterion.id in request.items
    )
    return (Section("svar", _("Behöver ditt svar"), rows),)


def _status_of(head: Head, criterion: Criterion, given: Mapping[str, Answer], request: Request | None) -> Status:
    state = progress(criterion, given.get(criterion.id))
    if (run_out := _run_out(given.get(criterion.id))) is not None:
        return words.validity(run_out)
    if request is None or criterion.id not in request.items:
        return _answered(head, state)
    if request.items[criterion.id].touched_at is None:
        return words.progress(Progress.NEEDS_ATTENTION)
    return words.progress(state)


def _closing(head: Head, states: Mapping[str, Progress], request: Request | None, actor: Actor) -> Closing | None:
    offered = APPLICATION.open_actions(head.state, actor.roles)
    check = f"{head.address}/granska"
    if request is not None and Action.SUPPLEMENT in offered:
        answered = len(request.items) - len(request.untouched)
        return Closing(
            _("Skicka in kompletteringen"),
            _("%(ready)s av %(all)s punkter är besvarade.") % {"ready": answered, "all": len(request.items)},
            _("Du kan skicka in när alla är besvarade, eller tidigare om du förklarar vad som saknas och varför."),
            Crumb(_("Granska och skicka in"), check),
        )
    if head.state is not State.DRAFT:
        return None
    ready = sum(state is Progress.READY for state in states.values())
    lead = _("%(ready)s av %(all)s delar är klara.") % {"ready": ready, "all": len(states)}
    if Action.SUBMIT in offered:
        return Closing(
            _("Granska och skicka in"),
            lead,
            _("Du ser alla svar på en sida och det som eventuellt saknas. Där skickar du också in ansökan."),
            Crumb(_("Granska och skicka in"), check),
        )
    return Closing(
        _("Granska svaren"),
        lead,
        _("Alla svar finns på en sida. Det är en firmatecknare som skickar in ansökan."),
        Crumb(_("Granska svaren"), check),
    )


def _withdraw(head: Head, actor: Actor) -> Crumb | None:
    if Action.WITHDRAW not in APPLICATION.open_actions(head.state, actor.roles):
        return None
    label = _("Ta bort utkastet") if head.state is State.DRAFT else _("Återkalla ansökan")
    return Crumb(label, f"{head.address}/aterkalla")


def _facts(head: Head) -> tuple[Fact, ...]:
    versions = _("%(service)s, version %(own)s. Allmänna villkor, version %(general)s.") % {
        "service": spoken(head.service),
        "own": head.sets.service.number,
        "general": head.sets.general.number,
    }
    facts = [Fact(_("Sökande"), (head.company, head.orgnr)), Fact(_("Tjänst och villkor"), (versions,))]
    if head.submitted_at is not None:
        sent = formats.day(formats.day_of(head.submitted_at))
        by = _("%(day)s av %(name)s") % {"day": sent, "name": head.submitted_by} if head.submitted_by else sent
        facts.append(Fact(_("Inskickad"), (by,)))
        if head.state not in (State.WITHDRAWN,):
            facts.append(Fact(_("Handläggare"), (head.officer or _("Inte utsedd än"),)))
    else:
        facts.append(Fact(_("Påbörjad"), (formats.day(formats.day_of(head.started_at)),)))
    if head.decided_at is not None:
        facts.append(Fact(_("Beslutad"), (formats.day(formats.day_of(head.decided_at)),)))
    elif head.state is not State.WITHDRAWN:
        facts.append(Fact(_("Handläggningstid"), (spoken(head.handling_time),)))
    return tuple(facts)


def _help(head: Head, actor: Actor) -> tuple[Crumb, ...]:
    links = []
    if head.brand.contact_email:
        links.append(Crumb(_("Skriv till kommunen"), f"mailto:{head.brand.contact_email}"))
    if actor.may(Role.ADMINISTRATOR):
        links.append(Crumb(_("Bjud in en kollega"), "/foretag/personer"))
    base = f"{head.brand.home}/{head.service_slug}"
    links.append(Crumb(_("Läs villkoren"), f"{base}/villkor/{head.sets.service.number}"))
    if head.receipt_id is not None:
        links.append(Crumb(_("Kvittensen"), f"{head.address}/kvitto"))
        links.append(Crumb(_("Allt ni har skickat in"), f"{head.address}/granska"))
    return tuple(links)


def _timeline(db: Session, head: Head) -> tuple[Happened, ...]:
    """The steps of the case, newest first; what goes on inside the office is not the company's."""
    rows = db.execute(_steps_statement(), {"case": head.id})
    return tuple(Happened(words.event(row.kind), row.at) for row in rows)


@cache
def _steps_statement() -> Any:
    kind = col(Event.kind)
    return (
        select(kind, col(Event.at))
        .where(
            col(Event.case_id) == sa.bindparam("case", type_=sa.Uuid()),
            col(Event.internal).is_(False),
            sa.or_(*(kind.like(pattern) for pattern in STEPS)),
        )
        .order_by(col(Event.seq).desc())
        .limit(50)
    )
