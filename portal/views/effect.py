"""The effect of a draft as a page: how far the counting has come, three numbers, each criterion, and each company."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.criteria import Outcome, Text, shown, worded
from portal.domain.effect import Looked, Tally
from portal.domain.finding_words import Explanation
from portal.domain.revision import with_numbers
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language, ngettext
from portal.views.finding import explained
from portal.views.words import Status

PAGE: Final = 30
CHOICES: Final = {"inte": Outcome.NOT_MET, "mer": Outcome.CANNOT_TELL, "uppfyller": Outcome.MET}
"""What stands in the address for each outcome, in the order in which somebody must look."""


@dataclass(frozen=True)
class Progress:
    """``state``: none, waiting, counting, finished or cancelled."""

    state: str
    words: str
    percent: int
    ordered_by: str
    ordered_at: datetime | None
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "counting")


@dataclass(frozen=True)
class CountRow:
    """A line of counts, in the order of ``CHOICES``; ``address`` is empty where there is nothing to choose."""

    words: str
    counts: tuple[str, ...]
    address: str
    current: bool = False


@dataclass(frozen=True)
class Choice:
    words: str
    count: str
    address: str
    current: bool


@dataclass(frozen=True)
class ConcernedRow:
    address: str
    company: str
    number: str
    kind: str
    status: Status
    about: tuple[str, ...]


@dataclass(frozen=True)
class EffectPage:
    """``stale``: the draft is another than the one that was counted. ``open``: it is not published yet."""

    draft_id: UUID
    draft: str
    about: str
    address: str
    run_id: UUID | None
    open: bool
    stale: bool
    progress: Progress
    conclusion: str
    totals: tuple[CountRow, ...]
    criteria: tuple[CountRow, ...]
    choices: tuple[Choice, ...]
    chosen_criterion: str
    clear: str
    rows: tuple[ConcernedRow, ...]
    following: str | None
    first_page: bool


@dataclass(frozen=True)
class OnePage:
    """One of them with the reasons; ``moved``: it has come to something else since it was counted."""

    draft_id: UUID
    address: str
    company: str
    number: str
    kind: str
    then: Status
    now: Status
    moved: bool
    on_own_day: bool
    findings: tuple[tuple[Text, Status, Explanation], ...]


_HEAD = sa.text("""
SELECT d.id, d.name, d.published_as, s.name_sv, s.name_en,
       r.id AS run_id, r.ordered_at, r.started_at, r.finished_at, r.cancelled_at, r.total, r.done, r.tally,
       p.name AS ordered_by, r.thresholds, r.titles,
       r.digest IS DISTINCT FROM encode(sha256(convert_to(d.content::text, 'UTF8')), 'hex') AS stale
  FROM condition_draft d
  LEFT JOIN service s ON s.id = d.service_id
  LEFT JOIN LATERAL (
    SELECT e.*, e.content -> 'thresholds' AS thresholds,
           (SELECT jsonb_object_agg(c ->> 'id', c -> 'title') FROM jsonb_array_elements(e.content -> 'criteria') c
             WHERE jsonb_exists(e.tally -> 'criteria', c ->> 'id')) AS titles
      FROM effect_run e WHERE e.draft_id = d.id ORDER BY e.ordered_at DESC LIMIT 1) r ON true
  LEFT JOIN person p ON p.id = r.ordered_by
 WHERE d.id = :draft AND d.municipality_id = :m AND d.discarded_at IS NULL
""")

_ROWS = sa.text("""
SELECT application_id, authorised, provider_name, sort_key, number, outcome, criteria
  FROM effect_result
 WHERE run_id = :run AND (CAST(:outcome AS text) IS NULL OR outcome = :outcome)
   AND (CAST(:criterion AS text) IS NULL OR criteria ->> :criterion IN ('not_met', 'cannot_tell'))
   AND (CAST(:key AS text) IS NULL OR (sort_key, application_id) > (:key, CAST(:last AS uuid)))
 ORDER BY sort_key, application_id LIMIT :limit
""")


def build(
    db: Session, draft_id: UUID, *, actor: Actor, outcome: str = "", criterion: str = "", after: str = ""
) -> EffectPage:
    """Three questions at most, whatever the number of companies.

    Raises:
        NotFound: there is no such draft in the municipality.
    """
    head = db.execute(_HEAD, {"draft": draft_id, "m": actor.municipality_id}).one_or_none()
    if head is None:
        raise NotFound("draft", draft_id)
    address = f"/kommun/villkor/utkast/{draft_id}/verkan"
    tally = Tally.read(head.tally or {})
    titles = {id_: _title(words, head.thresholds or {}) for id_, words in (head.titles or {}).items()}
    criterion = criterion if criterion in tally.criteria else ""
    key, _bar, last = after.rpartition("|")
    found = _rows(db, head.run_id, CHOICES.get(outcome), criterion, key, last) if head.run_id and head.done else []
    query = {name: value for name, value in (("utfall", outcome), ("villkor", criterion)) if value}
    following = None
    if len(found) > PAGE:
        tail = found[PAGE - 1]
        following = f"{address}?{urlencode({**query, 'efter': f'{tail.sort_key}|{tail.application_id}'})}"
    return EffectPage(
        draft_id=draft_id,
        draft=head.name,
        about=(head.name_en if language() == "en" else head.name_sv) or _("Allmänna villkor"),
        address=address,
        run_id=head.run_id,
        open=head.published_as is None,
        stale=head.run_id is not None and head.stale,
        progress=_progress(head),
        conclusion=_conclusion(tally),
        totals=_totals(tally),
        criteria=_criteria(tally, titles, address, criterion),
        choices=_choices(tally, address, outcome, criterion),
        chosen_criterion=titles.get(criterion, ""),
        clear=f"{address}?{urlencode({'utfall': outcome})}" if outcome else address,
        rows=tuple(_row(row, titles, address) for row in found[:PAGE]),
        following=following,
        first_page=not key,
    )


def one(looked: Looked, draft_id: UUID) -> OnePage:
    return OnePage(
        draft_id=draft_id,
        address=f"/kommun/villkor/utkast/{draft_id}/verkan",
        company=looked.provider_name,
        number=looked.number,
        kind=_kind(looked.authorised),
        then=status_of(looked.then),
        now=status_of(looked.now),
        moved=looked.then is not looked.now,
        on_own_day=not looked.authorised,
        findings=tuple(
            (
                worded(criterion.title, looked.sets.thresholds_for(criterion)),
                status_of(looked.outcomes[criterion.id]),
                explained(finding, looked.sets, criterion),
            )
            for criterion, finding in looked.findings
        ),
    )


def status_of(outcome: Outcome) -> Status:
    """A forecast, never a judgement."""
    return {
        Outcome.MET: Status("done", _("Ser ut att uppfylla")),
        Outcome.NOT_MET: Status("stop", _("Ser inte ut att uppfylla"), "danger"),
        Outcome.CANNOT_TELL: Status("ask", _("Behöver visa mer"), "warning"),
    }[outcome]


def _rows(db: Session, run: UUID, outcome: Outcome | None, criterion: str, key: str, last: str) -> list[Any]:
    """A place in the list that somebody made up is the list's beginning."""
    try:
        place = UUID(last) if key else None
    except ValueError:
        key, place = "", None
    told = {
        "run": run,
        "outcome": outcome.value if outcome else None,
        "criterion": criterion or None,
        "key": key or None,
        "last": place,
        "limit": PAGE + 1,
    }
    return list(db.execute(_ROWS, told).all())


def _progress(head: Any) -> Progress:
    counts = {"done": _number(head.done or 0), "total": _number(head.total or 0)}
    if head.run_id is None:
        state, words = "none", ""
    elif head.cancelled_at is not None:
        state, words = "cancelled", _("Avbruten. %(done)s av %(total)s hann räknas.") % counts
    elif head.finished_at is not None:
        state, words = (
            "finished",
            ngettext("En är räknad.", "Alla %(num)s är räknade.", head.total) % {"num": counts["total"]},
        )
    elif head.started_at is None:
        state, words = "waiting", _("Beräkningen väntar på att börja.")
    else:
        state, words = "counting", _("%(done)s av %(total)s är räknade.") % counts
    percent = 100 * (head.done or 0) // head.total if head.total else 0
    return Progress(state, words, percent, head.ordered_by or "", head.ordered_at, head.finished_at)


def _conclusion(tally: Tally) -> str:
    """The sentence that somebody who prepares a decision needs first."""
    both = {each: _of(tally, each) for each in Outcome}
    total = sum(both.values())
    if total == 0:
        return _("Ingen godkänd anordnare eller öppen ansökan berörs.")
    if both[Outcome.MET] == total:
        return ngettext(
            "Den enda som berörs ser ut att uppfylla villkoren som de blir.",
            "Alla %(num)s som berörs ser ut att uppfylla villkoren som de blir.",
            total,
        ) % {"num": _number(total)}
    return _(
        "Av %(total)s som berörs ser %(met)s ut att uppfylla villkoren som de blir. %(short)s ser inte ut att göra"
        " det, och %(more)s behöver visa mer."
    ) % {
        "total": _number(total),
        "met": _number(both[Outcome.MET]),
        "short": _number(both[Outcome.NOT_MET]),
        "more": _number(both[Outcome.CANNOT_TELL]),
    }


def _totals(tally: Tally) -> tuple[CountRow, ...]:
    return tuple(
        CountRow(words, _counts(counts), "")
        for words, counts in ((_("Godkända anordnare"), tally.authorised), (_("Öppna ansökningar"), tally.applications))
    )


def _criteria(tally: Tally, titles: Mapping[str, str], address: str, current: str) -> tuple[CountRow, ...]:
    """Those in which most fall short first."""
    worst = sorted(
        tally.criteria.items(),
        key=lambda each: (-each[1].get("not_met", 0), -each[1].get("cannot_tell", 0), each[0]),
    )
    return tuple(
        CountRow(
            titles.get(id_, id_),
            _counts(counts),
            f"{address}?{urlencode({'villkor': id_})}" if counts.get("not_met") or counts.get("cannot_tell") else "",
            id_ == current,
        )
        for id_, counts in worst
    )


def _choices(tally: Tally, address: str, chosen: str, criterion: str) -> tuple[Choice, ...]:
    also = {"villkor": criterion} if criterion else {}
    counts = {"": sum(_of(tally, each) for each in Outcome), **{key: _of(tally, each) for key, each in CHOICES.items()}}
    names = {"": _("Alla"), **{key: status_of(each).words for key, each in CHOICES.items()}}
    return tuple(
        Choice(
            names[key],
            _number(count),
            f"{address}?{urlencode({**({'utfall': key} if key else {}), **also})}".rstrip("?"),
            key == (chosen if chosen in CHOICES else ""),
        )
        for key, count in counts.items()
    )


def _row(row: Any, titles: Mapping[str, str], address: str) -> ConcernedRow:
    return ConcernedRow(
        address=f"{address}/{row.application_id}",
        company=row.provider_name,
        number=row.number,
        kind=_kind(row.authorised),
        status=status_of(Outcome(row.outcome)),
        about=tuple(titles.get(id_, id_) for id_, outcome in row.criteria.items() if outcome != Outcome.MET.value),
    )


def _kind(authorised: bool) -> str:
    return _("Godkänd anordnare") if authorised else _("Ansökan")


def _of(tally: Tally, outcome: Outcome) -> int:
    return tally.authorised.get(outcome.value, 0) + tally.applications.get(outcome.value, 0)


def _counts(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(_number(counts.get(outcome.value, 0)) for outcome in CHOICES.values())


def _title(words: Mapping[str, str], thresholds: Mapping[str, Any]) -> str:
    chosen = language()
    return with_numbers(words[chosen], thresholds, chosen)


def _number(count: int) -> str:
    return shown(count, language())
