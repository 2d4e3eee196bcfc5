"""Check your answers: everything on one page, everything that is lacking, and the last button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.db import handed_in
from portal.db.handed_in import Given
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.criteria import Answer, Criterion, Lack, Obstacle, Outcome, Text, obstacles
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import may_be_opened
from portal.domain.finding_words import Explanation
from portal.domain.roles import Role
from portal.domain.stated import in_words
from portal.domain.validity import Days
from portal.library import declared as declared_facts
from portal.locale import gettext as _
from portal.locale import language, spoken
from portal.locale.problems import Problems
from portal.views import words
from portal.views.application_head import Head, crumbs, read_head
from portal.views.application_next import signatories
from portal.views.application_supplement import Request, read_request
from portal.views.chrome import Brand, Crumb
from portal.views.document_links import look_at
from portal.views.evidence_dates import Dated, dated
from portal.views.finding import Finds, explained, seen
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
    stated: tuple[tuple[str, str], ...]
    files: tuple[File, ...]
    change: str | None
    lacking: tuple[str, ...]
    finding: Explanation
    seen: Status


@dataclass(frozen=True)
class Group:
    id: str
    title: Text
    answers: tuple[Answered, ...]


@dataclass(frozen=True)
class Tally:
    """The criteria of which the system sees the same."""

    status: Status
    criteria: tuple[Crumb, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    groups: tuple[Group, ...]
    tally: tuple[Tally, ...]
    missing: tuple[Crumb, ...]
    request: Request | None
    untouched: tuple[Crumb, ...]
    may_submit: bool
    may_supplement: bool
    submitters: tuple[str, ...]
    attested: bool = False
    explanation: str = ""
    problems: Problems = ()
    refused: bool = False


def check(
    db: Session,
    application_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    scanner: bool,
    find: Finds,
    refused: bool = False,
    attested: bool = False,
    explanation: str = "",
    problems: Problems = (),
) -> Check:
    head = read_head(db, application_id, provider_id=actor.provider_id)
    on = head.days(day_in_sweden(now))
    held = handed_in.read(db, head.id)
    given = held.answers(head.sets, on=on)
    found = find(
        db,
        head.id,
        provider_id=head.provider_id,
        sets=head.sets,
        criteria=head.sets.asked_criteria,
        given=held,
        on=day_in_sweden(head.submitted_at or now),
    )
    request = read_request(db, head.id) if head.state is State.SUPPLEMENT_REQUESTED else None
    offered = APPLICATION.open_actions(head.state, actor.roles)
    submitters = signatories(db, head.provider_id) if head.state is State.DRAFT and Action.SUBMIT not in offered else ()
    groups = tuple(
        Group(
            group.id,
            group.title,
            tuple(
                _answered(
                    head,
                    each,
                    given,
                    _files(head, each, held.of(each.id), scanner=scanner, on=on),
                    _change(head, each, request, actor),
                    explained(found[each.id], head.sets, each),
                )
                for each in criteria
            ),
        )
        for group, criteria in head.sets.asked
    )
    missing = _missing(head, given) if head.state is State.DRAFT else ()
    untouched = tuple(
        Crumb(spoken(each.title), head.criterion_address(each.id))
        for each in head.sets.asked_criteria
        if request is not None and each.id in request.untouched
    )
    return Check(
        brand=head.brand,
        head=head,
        crumbs=crumbs(head, Crumb(spoken(head.service), head.address)),
        here=Crumb(_("Granska svaren") if head.is_editable else _("Det ni har skickat in"), f"{head.address}/granska"),
        groups=groups,
        tally=_tally(head, groups),
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


def _tally(head: Head, groups: Sequence[Group]) -> tuple[Tally, ...]:
    """What falls short first, then what is unclear, then what looks fine."""
    answers = [each for group in groups for each in group.answers]
    return tuple(
        Tally(seen(outcome), criteria)
        for outcome in (Outcome.NOT_MET, Outcome.CANNOT_TELL, Outcome.MET)
        if (
            criteria := tuple(
                Crumb(spoken(each.title), head.criterion_address(each.id))
                for each in answers
                if each.finding.outcome is outcome
            )
        )
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
                lack_words(each.lack, spoken(head.sets.by_id[each.criterion_id].title)),
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


def _change(head: Head, criterion: Criterion, request: Request | None, actor: Actor) -> str | None:
    if not head.is_editable or not actor.may(Role.EDITOR) or criterion.question is None:
        return None
    if request is not None and criterion.id not in request.items:
        return None
    return head.criterion_address(criterion.id)


def _answered(
    head: Head,
    criterion: Criterion,
    given: Mapping[str, Answer],
    files: Sequence[File],
    change: str | None,
    finding: Explanation,
) -> Answered:
    answer = given.get(criterion.id)
    declared = answer.declared if answer else None
    lacking = obstacles(criterion, answer) if head.is_editable else ()
    return Answered(
        id=criterion.id,
        title=criterion.title,
        said={True: _("Ja"), False: _("Nej"), None: _("Inte besvarat")}[declared],
        description=answer.description if answer else "",
        stated=in_words(answer.stated, declared_facts(), language()) if answer else (),
        files=tuple(files),
        change=change,
        lacking=tuple(lack_words(each.lack, "").removeprefix(": ") for each in lacking if each.blocks),
        finding=finding,
        seen=seen(finding.outcome),
    )


def _files(head: Head, criterion: Criterion, given: Given, *, scanner: bool, on: Days) -> tuple[File, ...]:
    return tuple(
        File(
            each.name,
            each.size,
            words.document(each.state),
            look_at("foretag", each.id, each.name, application_id=head.id, criterion=criterion.id).page
            if may_be_opened(each.state, scanner=scanner)
            else None,
            words.stopped(each.state, each.because),
            dated(head.sets, criterion, each.said, each.state, on=on),
        )
        for each in given.files
    )
