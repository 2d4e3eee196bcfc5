"""What a company has handed in for one criterion, as the officer sees it beside the judgement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.db.handed_in import File, HandedIn
from portal.domain.criteria import Criterion
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import may_be_opened
from portal.domain.evaluation import Finding, leaf_findings
from portal.domain.evidence import Change
from portal.domain.validity import Days
from portal.locale import gettext as _
from portal.views import words
from portal.views.case_head import CaseHead
from portal.views.document_links import Look, look_at
from portal.views.evidence_dates import UNSAID, Dated, dated, ended_words
from portal.views.words import Status


@dataclass(frozen=True)
class Shown:
    """A document as the officer sees it; without a look it cannot be opened.

    The first page of the ``chosen`` one is shown large; ``choose`` is the address that makes it this one.
    ``read``: the system's reading of the criterion rests on it.
    """

    id: str
    name: str
    look: Look | None
    chosen: bool
    choose: str
    pages: int | None
    size: int
    who: str
    at: datetime
    status: Status
    stopped: str
    used_in: tuple[str, ...]
    dated: Dated
    ended: str  # what took its place, and when; empty while it counts
    mark: str  # how it differs from what was judged
    read: bool


@dataclass(frozen=True)
class Answered:
    declared: bool | None
    description: str
    who: str | None
    at: datetime | None
    documents: tuple[Shown, ...]


def answered(
    head: CaseHead,
    criterion: Criterion,
    given: HandedIn,
    finding: Finding,
    change: Change,
    *,
    scanner: bool,
    now: datetime,
    document: str = "",
) -> Answered:
    """``document`` is whose first page is shown; without it, one that the finding rests on, or the first."""
    here = given.of(criterion.id)
    rests_on = frozenset(known.source_id for leaf in leaf_findings(finding.tree) for known in leaf.known)
    on = Days.of(day_in_sweden(now), day_in_sweden(head.submitted_at))
    counting = [file for file in here.every_file if file.ended_at is None]
    ended = sorted((file for file in here.every_file if file.ended_at), key=lambda each: str(each.ended_at))
    documents = [
        _shown(
            file,
            head,
            criterion,
            change,
            used_in=given.used_in(file.id),
            rests_on=rests_on,
            scanner=scanner,
            on=on,
        )
        for file in (*counting, *reversed(ended))
    ]
    return Answered(here.declared, here.description, here.who or None, here.at, _chosen_of(documents, document))


def _chosen_of(found: Sequence[Shown], wanted: str) -> tuple[Shown, ...]:
    """One of those with pictures is shown large: the one asked for, or else one that counts and was read."""
    pictured = [each for each in found if each.look and each.look.large]
    best = sorted(pictured, key=lambda each: (each.id != wanted, bool(each.ended), not each.read))
    chosen = next(iter(best), None)
    return tuple(replace(each, chosen=each is chosen) for each in found)


def _shown(
    file: File,
    head: CaseHead,
    criterion: Criterion,
    change: Change,
    *,
    used_in: tuple[str, ...],
    rests_on: Collection[str],
    scanner: bool,
    on: Days,
) -> Shown:
    id_ = str(file.id)
    ended = ended_words(file.replaced_by, file.ended_at) if file.ended_at else ""
    marks = {
        _("Nytt sedan bedömningen"): change.added,
        _("Låg till grund för bedömningen"): change.gone,
        _("Filen är en annan än den som bedömdes"): change.altered,
    }
    opens = may_be_opened(file.state, scanner=scanner)
    return Shown(
        id=id_,
        name=file.name,
        look=look_at("kommun", id_, file.name, application_id=head.id, criterion=criterion.id) if opens else None,
        chosen=False,
        choose=f"{head.address}?villkor={criterion.id}&dokument={id_}#underlag",
        pages=file.pages,
        size=file.size,
        who=file.who,
        at=file.at,
        status=words.document(file.state),
        stopped=words.stopped(file.state, file.because or ""),
        used_in=used_in,
        dated=UNSAID if ended else dated(head.sets, criterion, file.said, file.state, on=on),
        ended=ended,
        mark=next((words for words, ids in marks.items() if id_ in ids), ""),
        read=id_ in rests_on,
    )
