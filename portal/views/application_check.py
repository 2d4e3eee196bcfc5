"""Check your answers: everything on one page, everything that is lacking, and the last button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from portal.db.answers import answers_of
from portal.db.tables import AnswerDocument, Document
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.criteria import Answer, Criterion, Lack, Obstacle, Text, obstacles
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import may_be_opened
from portal.domain.roles import Role
from portal.domain.validity import Days, Stated
from portal.locale import gettext as _
from portal.locale import language
from portal.views import words
from portal.views.application_head import Head, crumbs, read_head
from portal.views.application_next import signatories
from portal.views.application_supplement import Request, read_request
from portal.views.chrome import Brand, Crumb
from portal.views.evidence_dates import Dated, dated
from portal.views.words import Status


@dataclass(frozen=True)
class File:
    name: str
    size: int
    status: Status
    address: str | None
    stopped: str
    dated: Dated


@dataclass(frozen=True)
class Answered:
    id: str
    title: Text
    said: str
    description: str
    files: tuple[File, ...]
    change: str | None
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    id: str
    title: Text
    answers: tuple[Answered, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    groups: tuple[Group, ...]
    missing: tuple[Crumb, ...]
    request: Request | None
    untouched: tuple[Crumb, ...]
    may_submit: bool
    may_supplement: bool
    submitters: tuple[str, ...]
    attested: bool = False
    explanation: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    refused: bool = False


def check(
    db: Session,
    application_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    scanner: bool,
    refused: bool = False,
    attested: bool = False,
    explanation: str = "",
    problems: tuple[tuple[str, str], ...] = (),
) -> Check:
    head = read_head(db, application_id, provider_id=actor.provider_id)
    on = head.days(day_in_sweden(now))
    given = answers_of(db, head.id, sets=head.sets, on=on)
    files = _files(db, head, scanner=scanner, on=on)
    request = read_request(db, head.id) if head.state is State.SUPPLEMENT_REQUESTED else None
    offered = APPLICATION.open_actions(head.state, actor.roles)
    submitters = signatories(db, head.provider_id) if head.state is State.DRAFT and Action.SUBMIT not in offered else ()
    groups = tuple(
        Group(
            group.id,
            group.title,
            tuple(
                _answered(head, each, given, files.get(each.id, ()), _change(head, each, request, actor))
                for each in criteria
            ),
        )
        for group, criteria in head.sets.asked
    )
    missing = _missing(head, given) if head.state is State.DRAFT else ()
    untouched = tuple(
        Crumb(_say(each.title), head.criterion_address(each.id))
        for each in head.sets.asked_criteria
        if request is not None and each.id in request.untouched
    )
    return Check(
        brand=head.brand,
        head=head,
        crumbs=crumbs(head, Crumb(_say(head.service), head.address)),
        here=Crumb(_("Granska svaren") if head.is_editable else _("Det ni har skickat in"), f"{head.address}/granska"),
        groups=groups,
        missing=missing,
        request=request,
        untouched=untouched,
        may_submit=Action.SUBMIT in offered,
        may_supplement=Action.SUPPLEMENT in offered,
        submitters=submitters,
        refused=refused,
        attested=attested,
        explanation=explanation,
        problems=problems,
    )


def lack_words(lack: Lack, title: str) -> str:
    """One sentence that says what to do, for each thing that can be lacking."""
    sentences = {
        Lack.UNANSWERED: _("%(title)s: svara ja eller nej"),
        Lack.NOT_DECLARED: _("%(title)s: förklara varför svaret är nej"),
        Lack.DESCRIPTION_MISSING: _("%(title)s: beskriv hur ni uppfyller villkoret"),
        Lack.DOCUMENT_MISSING: _("%(title)s: bifoga minst ett dokument"),
        Lack.DOCUMENT_UNWANTED: _("%(title)s: ta bort dokumentet, här ska inget lämnas in"),
        Lack.DOCUMENT_INFECTED: _("%(title)s: ta bort filen som innehåller skadlig kod"),
        Lack.DOCUMENT_REFUSED: _("%(title)s: ta bort filen som stoppades vid kontrollen"),
        Lack.DOCUMENT_WAITING: _("%(title)s: ett dokument väntar på kontroll"),
        Lack.DOCUMENT_COULD_NOT_TELL: _("%(title)s: ett dokument är inte genomsökt"),
        Lack.DOCUMENT_KIND_MISSING: _("%(title)s: välj vilken sorts underlag dokumentet är"),
        Lack.DOCUMENT_DATE_MISSING: _("%(title)s: skriv dokumentets datum"),
        Lack.DOCUMENT_TOO_OLD: _("%(title)s: byt ut ett dokument som är för gammalt"),
        Lack.DOCUMENT_EXPIRED: _("%(title)s: byt ut ett dokument som har gått ut"),
    }
    return sentences[lack] % {"title": title}


def missing_of(head: Head, found: Sequence[Obstacle]) -> tuple[Crumb, ...]:
    """The obstacles that block, each as a link to the place where it is put right."""
    return tuple(
        dict.fromkeys(
            Crumb(
                lack_words(each.lack, _say(head.sets.by_id[each.criterion_id].title)),
                f"{head.criterion_address(each.criterion_id)}#{FIELD[each.lack]}",
            )
            for each in found
            if each.blocks
        )
    )


FIELD = {
    Lack.UNANSWERED: "svar",
    Lack.NOT_DECLARED: "beskrivning",
    Lack.DESCRIPTION_MISSING: "beskrivning",
    Lack.DOCUMENT_MISSING: "fil",
    Lack.DOCUMENT_UNWANTED: "dok",
    Lack.DOCUMENT_INFECTED: "dok",
    Lack.DOCUMENT_REFUSED: "dok",
    Lack.DOCUMENT_WAITING: "dok",
    Lack.DOCUMENT_COULD_NOT_TELL: "dok",
    Lack.DOCUMENT_KIND_MISSING: "dok",
    Lack.DOCUMENT_DATE_MISSING: "dok",
    Lack.DOCUMENT_TOO_OLD: "dok",
    Lack.DOCUMENT_EXPIRED: "dok",
}


def _missing(head: Head, given: Mapping[str, Answer]) -> tuple[Crumb, ...]:
    found = [each for c in head.sets.asked_criteria for each in obstacles(c, given.get(c.id))]
    return missing_of(head, found)


def _say(text: object) -> str:
    return str(getattr(text, language()))


def _change(head: Head, criterion: Criterion, request: Request | None, actor: Actor) -> str | None:
    if not head.is_editable or not actor.may(Role.EDITOR) or criterion.question is None:
        return None
    if request is not None and criterion.id not in request.items:
        return None
    return head.criterion_address(criterion.id)


def _answered(
    head: Head, criterion: Criterion, given: Mapping[str, Answer], files: Sequence[File], change: str | None
) -> Answered:
    answer = given.get(criterion.id)
    declared = answer.declared if answer else None
    lacking = obstacles(criterion, answer) if head.is_editable else ()
    return Answered(
        id=criterion.id,
        title=criterion.title,
        said={True: _("Ja"), False: _("Nej"), None: _("Inte besvarat")}[declared],
        description=answer.description if answer else "",
        files=tuple(files),
        change=change,
        lacking=tuple(lack_words(each.lack, "").removeprefix(": ") for each in lacking if each.blocks),
    )


def _files(db: Session, head: Head, *, scanner: bool, on: Days) -> dict[str, list[File]]:
    rows = db.execute(
        select(
            col(AnswerDocument.criterion),
            col(Document.id),
            col(Document.name),
            col(Document.size),
            col(Document.state),
            col(Document.because),
            col(AnswerDocument.kind),
            col(AnswerDocument.issued_on),
            col(AnswerDocument.ends_on),
        )
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .where(col(AnswerDocument.application_id) == head.id, col(AnswerDocument.ended_at).is_(None))
        .order_by(col(AnswerDocument.attached_at), col(Document.name))
    )
    found: dict[str, list[File]] = {}
    for id_of_criterion, id_, name, size, state, because, *said in rows:
        criterion = head.sets.by_id.get(id_of_criterion)
        address = f"/foretag/dokument/{id_}" if may_be_opened(state, scanner=scanner) else None
        stopped = words.stopped(state, because)
        about = dated(head.sets, criterion, Stated(*said), on=on) if criterion else Dated("", None)
        found.setdefault(id_of_criterion, []).append(File(name, size, words.document(state), address, stopped, about))
    return found
