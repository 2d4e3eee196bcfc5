"""The page of one criterion: what is asked, what was answered, and the documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, all_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from portal.db import handed_in
from portal.db.competence import profiles_of
from portal.db.figures import filed_reports
from portal.db.tables import AnswerDocument, Authorization, Document, Person
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.competence_facts import concern_of
from portal.domain.conditions import ConditionSets, EvidenceType
from portal.domain.criteria import STOPPED, Criterion, Demand, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import may_be_opened
from portal.domain.finding_words import Explanation
from portal.domain.roles import Role
from portal.domain.solvency import concerns
from portal.domain.stated import in_words, read_stated, stated_at
from portal.domain.uploads import RESUMABLE_FOR
from portal.domain.validity import Days, Stated
from portal.errors import NotFound
from portal.library import declared
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.views import upload_words, words
from portal.views.application_head import Head, crumbs, read_head
from portal.views.application_people import PeopleShown, people_shown
from portal.views.application_supplement import Request, read_request
from portal.views.chrome import Brand, Crumb
from portal.views.document_links import Look, look_at
from portal.views.evidence_dates import Dated, DateFields, date_fields, dated, ended_words
from portal.views.fact_fields import FactField, fact_fields
from portal.views.finding import Finds, chosen_language, explained
from portal.views.solvency import Reader, SolvencyShown, solvency_shown
from portal.views.words import Status

REUSABLE = 100
KNOWN = 20
Problems = tuple[tuple[str, str], ...]


class FileKind(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def extensions(self) -> tuple[str, ...]: ...


class Accepted(Protocol):
    """What files a criterion takes; ``documents.intake.IntakeRules`` is one."""

    @property
    def extensions(self) -> tuple[str, ...]: ...

    @property
    def allowed(self) -> Sequence[FileKind]: ...

    @property
    def max_bytes(self) -> int: ...

    @property
    def greatest(self) -> Mapping[str, int]: ...


# ``services.documents.rules_for``, which the route hands over: views know no services.
RulesFor = Callable[[ConditionSets, Criterion], Accepted | None]


@dataclass(frozen=True)
class Attached:
    id: UUID
    name: str
    kind: str
    size: int
    by: str
    at: datetime
    status: Status
    look: Look | None
    stopped: str
    remove: str
    replace: str
    dated: Dated
    fields: DateFields | None


@dataclass(frozen=True)
class Ended:
    """A document that no longer counts: what took its place, and when."""

    name: str
    address: str | None
    words: str


@dataclass(frozen=True)
class Upload:
    """What files may be handed in here."""

    label: str
    accept: str
    extensions: str
    sizes: str
    room: int


@dataclass(frozen=True)
class Unfinished:
    """An upload that was broken off; ``until`` is when it is given up if nobody goes on with it."""

    id: UUID
    name: str
    size: int
    received: int
    until: datetime
    cancel: str


@dataclass(frozen=True, kw_only=True)
class CriterionPage:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    kicker: str
    title: Text
    text: Text
    question: Text
    help: Text | None
    asked: str | None
    asked_by: str
    asked_at: datetime | None
    due_on: date | None
    description: Demand
    documents: Demand
    open: bool
    closed_because: str
    declared: bool | None
    described: str
    attached: tuple[Attached, ...]
    ended: tuple[Ended, ...]
    may_replace: bool
    reusable: tuple[tuple[str, str], ...]
    upload: Upload | None
    unfinished: tuple[Unfinished, ...]
    known: tuple[str, ...]
    control_points: tuple[str, ...]
    consequences: tuple[str, ...]
    evidence: tuple[EvidenceType, ...]
    never: tuple[EvidenceType, ...]
    scanner: bool
    finding: Explanation
    stated: tuple[FactField, ...] = ()
    stated_words: tuple[tuple[str, str], ...] = ()
    people: PeopleShown | None = None
    solvency: SolvencyShown | None = None
    saved: bool = False
    problems: Problems = ()

    @property
    def address(self) -> str:
        return self.here.address

    def corrected(
        self,
        problems: Problems,
        *,
        declared: bool | None,
        described: str,
        saved: bool,
        typed: Mapping[str, str],
        stated: Mapping[str, tuple[str, ...]],
    ) -> "CriterionPage":
        """The same page with what was typed, and what is wrong with it; ``typed`` are the fields of the documents."""
        attached = tuple(_retyped(each, typed, problems) for each in self.attached)
        return replace(
            self,
            problems=problems,
            declared=declared,
            described=described,
            saved=saved,
            attached=attached,
            stated=tuple(replace(each, typed=stated.get(each.name, ())) for each in self.stated),
        )


def _retyped(each: Attached, typed: Mapping[str, str], problems: Problems) -> Attached:
    if each.fields is None or not any(name.endswith(each.fields.suffix) for name in typed):
        return each
    wrong = any(field.endswith(each.fields.suffix) for field, _sentence in problems)
    fields = each.fields.retyped(lambda name: typed.get(name, ""))
    return replace(each, fields=replace(fields, open=fields.open or wrong))


def criterion_page(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    *,
    rules: RulesFor,
    room: int,
    scanner: bool,
    find: Finds,
    actor: Actor,
    now: datetime,
    known: Sequence[UUID] = (),
) -> CriterionPage:
    """``known`` are documents that the company had before it sent the same bytes now: the page says so."""
    head = read_head(db, application_id, provider_id=actor.provider_id)
    criterion = head.sets.by_id.get(criterion_id)
    if criterion is None or criterion.question is None:
        raise NotFound("criterion", criterion_id)
    request = read_request(db, head.id) if head.state is State.SUPPLEMENT_REQUESTED else None
    given = handed_in.read(db, head.id)
    answer = given.of(criterion_id)
    filed = filed_reports(db, head.id, [criterion_id]) if concerns(criterion) else None
    found = find(
        db,
        head.id,
        provider_id=head.provider_id,
        sets=head.sets,
        criteria=(criterion,),
        given=given,
        filed=filed,
        on=day_in_sweden(head.submitted_at or now),
    )
    concern = concern_of(criterion.rule)
    allowed = rules(head.sets, criterion)
    rows = db.execute(_attached_statement(), {"application": head.id, "criterion": criterion_id}).all()
    here = [row for row in rows if row.ended_at is None]
    hashes = frozenset(row.sha256 for row in here)
    attached = _attached(here, head, criterion, scanner=scanner, on=head.days(day_in_sweden(now)))
    closed = _closed_because(head, criterion_id, request, actor)
    asked = request.items.get(criterion_id) if request else None
    group = head.sets.group_of(criterion)
    inside = next(criteria for each, criteria in head.sets.asked if each is group)
    evidence = tuple(head.sets.evidence_type(id_) for id_ in criterion.evidence)
    kind = _("Särskilt villkor %(id)s") if group.service else _("Allmänt villkor %(id)s")
    return CriterionPage(
        brand=head.brand,
        head=head,
        crumbs=crumbs(
            head, Crumb(_say(head.service), head.address), Crumb(_say(group.title), head.part_address(group.id))
        ),
        here=Crumb(_say(criterion.title), head.criterion_address(criterion_id)),
        kicker=" · ".join(
            (
                kind % {"id": criterion.id},
                _("%(at)s av %(all)s") % {"at": inside.index(criterion) + 1, "all": len(inside)},
            )
        ),
        title=criterion.title,
        text=head.said(criterion, criterion.text),
        question=head.said(criterion, criterion.question.text),
        help=head.said(criterion, criterion.question.help) if criterion.question.help else None,
        asked=asked.question if asked else None,
        asked_by=request.officer if request else "",
        asked_at=request.requested_at if request else None,
        due_on=request.due_on if asked and request else None,
        description=criterion.question.description,
        documents=criterion.question.documents,
        open=not closed,
        closed_because=closed,
        declared=answer.declared,
        described=answer.description,
        attached=attached,
        ended=_ended(head, criterion_id, rows, scanner=scanner),
        may_replace=bool(attached) and _may_replace(db, head, closed, actor),
        reusable=_reusable(db, head, hashes, allowed) if allowed and not closed and len(attached) < room else (),
        upload=upload_of(evidence, allowed, room - len(attached)) if allowed else None,
        unfinished=_unfinished(head, criterion_id, given.coming) if not closed else (),
        known=_known(db, head, known) if known else (),
        control_points=tuple(words.control_point(each) for each in criterion.control_points),
        consequences=tuple(words.consequence(each) for each in criterion.on_breach),
        evidence=tuple(each for each in evidence if each.kinds and not each.never),
        never=tuple(each for each in evidence if each.never),
        scanner=scanner,
        finding=explained(found[criterion_id], head.sets, criterion),
        stated=fact_fields(stated_at(criterion, declared()), read_stated(answer.stated, declared()))
        if not closed
        else (),
        stated_words=in_words(answer.stated, declared(), chosen_language()),
        solvency=solvency_shown(
            filed,
            head.sets,
            criterion,
            on=day_in_sweden(head.submitted_at or now),
            reader=Reader(
                "foretag",
                head.id,
                criterion_id,
                scanner,
                None if closed else f"{head.criterion_address(criterion_id)}/dokument",
            ),
        )
        if filed
        else None,
        people=people_shown(
            profiles_of(db, head.provider_id),
            given.named,
            criterion,
            concern,
            head.sets.thresholds_for(criterion),
            on=day_in_sweden(head.submitted_at or now),
            scanner=scanner,
        )
        if concern
        else None,
    )


def following(head: Head, criterion_id: str, asked: Sequence[str] = ()) -> str:
    """Where "save and continue" leads: the next criterion that is open, and after the last, the check of them all."""
    order = [c.id for c in head.sets.asked_criteria if c.question is not None and (not asked or c.id in asked)]
    after = order[order.index(criterion_id) + 1 :] if criterion_id in order else []
    return head.criterion_address(after[0]) if after else f"{head.address}/granska"


def _say(text: object) -> str:
    return str(getattr(text, language()))


def _closed_because(head: Head, criterion_id: str, request: Request | None, actor: Actor) -> str:
    if not actor.may(Role.EDITOR):
        return _("Du har rollen läsare och kan inte ändra svaret.")
    if head.state is State.DRAFT:
        return ""
    if request is None:
        return _("Ansökan är inskickad, så svaret går inte att ändra.")
    if criterion_id not in request.items:
        return _("Handläggaren har inte frågat om det här villkoret, så svaret går inte att ändra nu.")
    return ""


# Statements are built once: to build one takes longer than to run it.
APPLICATION = bindparam("application", type_=Uuid())
CRITERION = bindparam("criterion", type_=String())


def _unfinished(head: Head, criterion_id: str, coming: Sequence[handed_in.Coming]) -> tuple[Unfinished, ...]:
    address = head.criterion_address(criterion_id)
    found = (
        Unfinished(
            each.id,
            each.name,
            each.size,
            each.received,
            each.continued_at + RESUMABLE_FOR,
            f"{address}/uppladdningar/{each.id}/avbryt",
        )
        for each in coming
        if each.criterion == criterion_id
    )
    return tuple(sorted(found, key=lambda each: (each.name, each.until)))


def _known(db: Session, head: Head, ids: Sequence[UUID]) -> tuple[str, ...]:
    rows = db.execute(
        select(col(Document.name), col(Document.uploaded_at)).where(
            col(Document.provider_id) == head.provider_id, col(Document.id).in_(ids[:KNOWN])
        )
    )
    return tuple(upload_words.known_before(row.name, formats.day_of(row.uploaded_at)) for row in rows)


@cache
def _attached_statement() -> Any:
    return (
        select(
            col(Document.id),
            col(Document.name),
            col(Document.size),
            col(Document.sha256),
            col(Document.state),
            col(Document.because),
            col(Document.uploaded_at),
            col(Person.name).label("by"),
            col(AnswerDocument.kind),
            col(AnswerDocument.issued_on),
            col(AnswerDocument.ends_on),
            col(AnswerDocument.ended_at),
            col(AnswerDocument.replaced_by),
        )
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .join(Person, col(Person.id) == col(Document.uploaded_by))
        .where(col(AnswerDocument.application_id) == APPLICATION, col(AnswerDocument.criterion) == CRITERION)
        .order_by(col(AnswerDocument.attached_at), col(Document.name))
    )


def _attached(
    rows: Sequence[Any], head: Head, criterion: Criterion, *, scanner: bool, on: Days
) -> tuple[Attached, ...]:
    address = head.criterion_address(criterion.id)
    return tuple(
        Attached(
            id=row.id,
            name=row.name,
            kind=kind_of(row.name),
            size=row.size,
            by=row.by,
            at=row.uploaded_at,
            status=words.document(row.state),
            look=look_at("foretag", row.id, row.name, application_id=head.id, criterion=criterion.id)
            if may_be_opened(row.state, scanner=scanner)
            else None,
            stopped=words.stopped(row.state, row.because),
            remove=f"{address}/dokument/{row.id}/ta-bort",
            replace=f"{address}/dokument/{row.id}/ersatt",
            dated=dated(head.sets, criterion, _stated(row), on=on),
            fields=date_fields(head.sets, criterion, row.id, _stated(row), on=on),
        )
        for row in rows
    )


def _stated(row: Any) -> Stated:
    return Stated(row.kind, row.issued_on, row.ends_on)


def _ended(head: Head, criterion: str, rows: Sequence[Any], *, scanner: bool) -> tuple[Ended, ...]:
    """What no longer counts, the latest first; what replaced it is among the documents of the criterion."""
    names = {row.id: row.name for row in rows}
    return tuple(
        Ended(
            row.name,
            look_at("foretag", row.id, row.name, application_id=head.id, criterion=criterion).page
            if may_be_opened(row.state, scanner=scanner)
            else None,
            ended_words(names.get(row.replaced_by), row.ended_at),
        )
        for row in sorted(rows, key=lambda row: row.ended_at or row.uploaded_at, reverse=True)
        if row.ended_at is not None
    )


def _may_replace(db: Session, head: Head, closed: str, actor: Actor) -> bool:
    if head.state is not State.APPROVED or not actor.may(Role.EDITOR):
        return not closed
    running = select(col(Authorization.id)).where(
        col(Authorization.case_id) == head.id, col(Authorization.state) == AuthorizationState.ACTIVE
    )
    return db.execute(running).first() is not None


def kind_of(name: str) -> str:
    """``PDF``, ``Word`` …: a file's kind as people call it, from the ending that its content was checked against."""
    ending = name.rpartition(".")[2].lower()
    known = {"docx": "Word", "xlsx": "Excel", "odt": "OpenDocument", "xhtml": "iXBRL", "html": "iXBRL", "htm": "iXBRL"}
    if ending in ("se", "si", "sie"):
        return "SIE"
    same = {"jpeg": "JPG", "heif": "HEIC"}
    return known.get(ending) or same.get(ending) or ending.upper()


def _reusable(db: Session, head: Head, here: frozenset[str], allowed: Accepted) -> tuple[tuple[str, str], ...]:
    """The company's earlier documents, each content once (the latest), except those that are here already."""
    rows = db.execute(
        _reusable_statement(),
        {
            "ours": head.provider_id,
            "types": [kind.media_type for kind in allowed.allowed],
            "here": list(here),
        },
    )
    return tuple(
        (str(row.id), f"{row.name}, {formats.size(row.size)}, {formats.day(formats.day_of(row.uploaded_at))}")
        for row in rows
    )


@cache
def _reusable_statement() -> Any:
    latest = (
        select(
            col(Document.id), col(Document.name), col(Document.size), col(Document.sha256), col(Document.uploaded_at)
        )
        .ext(distinct_on(col(Document.sha256)))
        .where(
            col(Document.provider_id) == bindparam("ours", type_=Uuid()),
            col(Document.state).not_in(STOPPED),
            col(Document.media_type) == any_(bindparam("types", type_=ARRAY(String()))),
            col(Document.discarded_at).is_(None),
            col(Document.sha256) != all_(bindparam("here", type_=ARRAY(String()))),
        )
        .order_by(col(Document.sha256), col(Document.uploaded_at).desc())
        .subquery()
    )
    return select(latest).order_by(latest.c.uploaded_at.desc(), latest.c.name).limit(REUSABLE)


def upload_of(evidence: tuple[EvidenceType, ...], allowed: Accepted, room: int) -> Upload:
    wanted = [each for each in evidence if each.kinds and not each.never]
    label = (
        _("Ladda upp %(name)s") % {"name": _lower_first(_say(wanted[0].name))}
        if len(wanted) == 1
        else _("Ladda upp dokument")
    )
    kinds = [(kind_of(f"x{kind.extensions[0]}"), kind) for kind in allowed.allowed]
    sizes = upload_words.sizes([(name, allowed.greatest.get(kind.name, allowed.max_bytes)) for name, kind in kinds])
    return Upload(
        label=label,
        accept=",".join(allowed.extensions),
        extensions=accepted_formats(allowed),
        sizes=sizes,
        room=room,
    )


def accepted_formats(allowed: Accepted) -> str:
    """``PDF, JPG eller PNG``."""
    return _listed(list(dict.fromkeys(kind_of(f"x{extension}") for extension in allowed.extensions)))


def _lower_first(name: str) -> str:
    """``Årsredovisning`` inside a sentence; ``IVO-tillstånd`` stays as it is."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    either = _("%(first)s eller %(last)s")
    return either % {"first": ", ".join(first), "last": last} if first else last
