"""What a municipality's settings may be: bounds, kinds and colours, for whoever changes them.

All faults of a value are its own; which sentence says them is the form's business.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.domain.municipality import THEME, contrast

READABLE = 7.0
"""The contrast that text in a municipality's colour has against what is behind it (WCAG 2.2, 1.4.6)."""

LONGEST_TEXT = 6000


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both included."""

    low: int
    high: int


@dataclass(frozen=True)
class OneOf:
    """One of a few values that a law or a scale has named."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Ratings:
    """Credit ratings that are accepted: letters and plus or minus signs, the best first."""


@dataclass(frozen=True)
class YearDay:
    """A day of every year, stored as XML Schema writes it: ``--02-28``."""


Kind = Whole | OneOf | Ratings | YearDay

DEADLINE_BOUNDS: Mapping[str, Whole] = {
    "assign_working_days": Whole(1, 20),
    "supplement_working_days": Whole(5, 60),
    "decide_days": Whole(7, 180),
    "hearing_working_days": Whole(5, 30),
    "sign_days": Whole(7, 90),
    "start_months": Whole(1, 24),
    "notice_months": Whole(1, 24),
}

_PER_CENT = Whole(0, 100)
_DAYS = Whole(0, 365)
_MONTHS = Whole(0, 120)
THRESHOLD_KINDS: Mapping[str, Kind] = {
    "manager_change_days": _DAYS,
    "tax_debt_sek": Whole(0, 10_000_000),
    "soliditet_pct": _PER_CENT,
    "kassalikviditet_pct": Whole(0, 500),
    "credit_ratings": Ratings(),
    "staff_competence_pct": _PER_CENT,
    "complaint_answer_days": _DAYS,
    "insurance_sek": Whole(0, 1_000_000_000),
    "swedish_cefr": OneOf(("A2", "B1", "B2", "C1", "C2")),
    "absence_days": _DAYS,
    "annual_report_due": YearDay(),
    "start_months": Whole(1, 24),
    "dormant_months": Whole(1, 60),
    "handover_days": _DAYS,
    "counsellor_experience_months": _MONTHS,
    "counsellor_supervision_hours": Whole(0, 200),
    "check_sessions": Whole(1, 50),
    "check_extra_sessions": Whole(0, 50),
    "therapist_experience_months": _MONTHS,
    "therapist_supervision_hours": Whole(0, 200),
    "outcome_measured_pct": _PER_CENT,
    "fixed_contact_pct": _PER_CENT,
    "home_care_plan_days": _DAYS,
    "home_care_review_months": _MONTHS,
    "continuity_staff_mean": Whole(1, 100),
    "visits_registered_pct": _PER_CENT,
    "home_care_start_days": _DAYS,
    "key_inventory_months": _MONTHS,
    "support_competence_pct": _PER_CENT,
    "daily_activities_competence_pct": _PER_CENT,
    "daily_activities_review_months": _MONTHS,
    "work_trial_pct": _PER_CENT,
}

TEXTS = ("intro", "handling_time", "supplement_letter", "hearing_letter", "court_review")
FOR_LAWYERS = ("court_review",)
"""Our wording of the law: a municipality's lawyers read and edit it before it is used for real."""

PLACEHOLDERS = frozenset(
    "municipality board court provider organisation_number service general_version service_version valid_from"
    " decide_days supplement_working_days hearing_working_days start_months dormant_months notice_months".split()
)


def unknown_placeholders(words: str) -> tuple[str, ...]:
    """Each ``{name}`` that nothing will ever fill in, once, in order."""
    found = re.findall(r"\{([^{}]*)\}", words)
    return tuple(dict.fromkeys(name for name in found if name not in PLACEHOLDERS))


@dataclass(frozen=True)
class ColourFault:
    """``form``: not ``#rrggbb``; ``contrast``: too near ``against``, with the ratio that it has and needs."""

    name: str
    reason: str
    against: str = ""
    ratio: float = 0.0
    needed: float = 0.0


_AGAINST: tuple[tuple[str, str, float], ...] = (
    # what is read, what is behind it (a colour of the theme, or white), and the contrast that this needs
    ("accent", "white", READABLE),
    ("accent_deep", "white", READABLE),
    ("accent_ink", "white", READABLE),
    ("band", "accent", 4.5),
)


def colour_faults(theme: Mapping[str, str]) -> Iterator[ColourFault]:
    """Every colour that is no colour or cannot be read; a band is measured with the text that stands on it."""
    good = {name for name, colour in theme.items() if name in THEME and re.fullmatch(r"#[0-9a-f]{6}", colour)}
    yield from (ColourFault(name, "form") for name in theme if name in THEME and name not in good)
    for name, against, needed in _AGAINST:
        if name not in good or (against != "white" and against not in good):
            continue
        ratio = contrast(theme[name], "#ffffff" if against == "white" else theme[against])
        if ratio < needed:
            good.discard(name)  # What cannot be read itself is no measure of others.
            yield ColourFault(name, "contrast", against, ratio, needed)
