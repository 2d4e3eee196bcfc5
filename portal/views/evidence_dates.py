"""A document's kind and dates as a page shows them: its validity in words, and the fields where they are stated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from portal.domain.conditions import ConditionSets
from portal.domain.criteria import STOPPED, Criterion, DocumentState
from portal.domain.validity import Days, Stated, Validity, assess
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.views import words
from portal.views.words import Status


class Counted(StrEnum):
    """From when a document's greatest age is counted back."""

    SUBMISSION = "submission"
    ANSWER = "answer"


@dataclass(frozen=True)
class DateFields:
    """The fields of one document, by ``suffix``; ``kinds`` is empty where the criterion accepts one only."""

    suffix: str
    kinds: tuple[tuple[str, str], ...]
    kind: str
    issued: str
    ends: str
    asks_issue: bool
    asks_end: bool
    ending_kinds: str  # the kinds that have an end date, where there are others too
    greatest_age: str
    open: bool

    def retyped(self, typed: Callable[[str], str]) -> "DateFields":
        """The same fields with what was typed in them."""
        return replace(
            self,
            kind=typed(f"sort-{self.suffix}"),
            issued=typed(f"utfardat-{self.suffix}"),
            ends=typed(f"galler-till-{self.suffix}"),
        )


@dataclass(frozen=True)
class Dated:
    """What is said of a document, as a line and a status; neither where nothing is to be said."""

    line: str
    status: Status | None


UNSAID = Dated("", None)
"""Of a document that counts as nothing, or no longer."""


def dated(sets: ConditionSets, criterion: Criterion, stated: Stated, state: DocumentState, *, on: Days) -> Dated:
    """``Försäkringsbrev, utfärdat 2 januari 2026, gäller till 31 december 2026``; nothing of one that was stopped."""
    if state in STOPPED:
        return UNSAID
    accepted = sets.accepted(criterion)
    validity = assess(stated, accepted, on=on)
    limited = any(each.any for each in accepted.values())
    parts = []
    if stated.kind in accepted and len(accepted) > 1 and stated.kind is not None:
        parts.append(name_of(sets, stated.kind))
    if stated.issued_on is not None:
        parts.append(_("utfärdat %(day)s") % {"day": formats.day(stated.issued_on)})
    if stated.ends_on is not None:
        parts.append(end_words(stated.ends_on, today=on.today))
    line = ", ".join(parts)
    shown = limited or validity is not Validity.VALID or stated.ends_on is not None
    return Dated(line[:1].upper() + line[1:], words.validity(validity) if shown else None)


def end_words(day: date, *, today: date) -> str:
    if day < today:
        return _("gällde till %(day)s") % {"day": formats.day(day)}
    return _("gäller till %(day)s") % {"day": formats.day(day)}


def ended_words(by: str | None, at: datetime) -> str:
    """``Ersatt av Försäkringsbrev 2026.pdf den 3 mars 2026``; or taken away, where nothing took its place."""
    day = formats.day(formats.day_of(at))
    if by is None:
        return _("Borttaget den %(day)s") % {"day": day}
    return _("Ersatt av %(name)s den %(day)s") % {"name": by, "day": day}


def date_fields(
    sets: ConditionSets,
    criterion: Criterion,
    suffix: str | UUID,
    stated: Stated,
    *,
    on: Days,
    state: DocumentState | None = None,
    opened: bool = False,
    counted: Counted = Counted.SUBMISSION,
) -> DateFields | None:
    """The fields for a document's kind and dates; None where the criterion asks for neither.

    One that was stopped is taken away or replaced, and has none; one that has not come yet has no ``state``.
    """
    if state in STOPPED:
        return None
    accepted = sets.accepted(criterion)
    limited = any(each.any for each in accepted.values())
    if not limited and len(accepted) < 2:
        return None
    ending = [id_ for id_, each in accepted.items() if each.has_end_date]
    ages = {id_: each.greatest_age_months for id_, each in accepted.items() if each.greatest_age_months is not None}
    validity = assess(stated, accepted, on=on)
    return DateFields(
        suffix=str(suffix),
        kinds=tuple((id_, name_of(sets, id_)) for id_ in accepted) if len(accepted) > 1 else (),
        kind=stated.kind or "",
        issued=stated.issued_on.isoformat() if stated.issued_on else "",
        ends=stated.ends_on.isoformat() if stated.ends_on else "",
        asks_issue=limited,
        asks_end=bool(ending),
        ending_kinds=", ".join(formats.in_sentence(name_of(sets, id_)) for id_ in ending)
        if len(ending) < len(accepted)
        else "",
        greatest_age=_ages(sets, ages, counted, alone=len(accepted) == 1),
        open=opened or (limited and validity not in (Validity.VALID, Validity.ENDING)),
    )


def name_of(sets: ConditionSets, kind: str) -> str:
    return str(getattr(sets.evidence_type(kind).name, language()))


def _ages(sets: ConditionSets, ages: Mapping[str, int], counted: Counted, *, alone: bool) -> str:
    """``Får vara högst 2 månader gammalt när ansökan skickas in.``"""
    if not ages:
        return ""
    if alone or len(set(ages.values())) == 1:
        months = next(iter(ages.values()))
        if counted is Counted.ANSWER:
            return _("Får vara högst %(months)s månader gammalt när ni svarar.") % {"months": months}
        return _("Får vara högst %(months)s månader gammalt när ansökan skickas in.") % {"months": months}
    each = (f"{name_of(sets, id_)}: {months}" for id_, months in ages.items())
    if counted is Counted.ANSWER:
        return _("Högsta ålder i månader när ni svarar: %(each)s.") % {"each": ", ".join(each)}
    return _("Högsta ålder i månader när ansökan skickas in: %(each)s.") % {"each": ", ".join(each)}
