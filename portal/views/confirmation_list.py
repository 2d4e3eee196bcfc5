"""A municipality's list of what its providers have and have not confirmed: by service, version, state and case."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.adoption import COUNTED
from portal.domain.actors import Actor
from portal.domain.authorization import LIVING
from portal.domain.changeover import Standing
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problems
from portal.views.confirmation import DOCUMENTS, Row, rows_of

HERE: Final = "/kommun/nya-villkor"
PAGE: Final = 30
CHOICES: Final = {"sena": Standing.LATE, "oppna": Standing.OPEN, "svar": Standing.ANSWERED, "klara": Standing.ACCEPTED}
GENERAL: Final = "allmanna"


@dataclass(frozen=True)
class Wanted:
    """From an address that anyone may have typed: what is not understood is left out.

    ``version`` is the set's name and the number, such as ``allmanna-2``.
    """

    choice: str = ""
    service: str = ""
    version: str = ""
    case: UUID | None = None

    @classmethod
    def read(cls, text: Callable[[str], str]) -> "Wanted":
        choice = text("urval")
        return cls(choice if choice in CHOICES else "", text("tjanst"), text("villkor"), _id(text("arende")))

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """As the address and the hidden fields of the forms say it."""
        said = (("urval", self.choice), ("tjanst", self.service), ("villkor", self.version))
        case = (("arende", str(self.case)),) if self.case else ()
        return (*((name, value) for name, value in said if value), *case)

    @property
    def address(self) -> str:
        return f"{HERE}?{urlencode(self.asked)}" if self.asked else HERE

    def after(self, day: date, last: UUID) -> str:
        return f"{HERE}?{urlencode((*self.asked, ('efter', f'{day.isoformat()}_{last}')))}"


@dataclass(frozen=True)
class Choice:
    words: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True)
class Option:
    value: str
    words: str
    current: bool


@dataclass(frozen=True)
class Unasked:
    """How many stand under an older version although the newest asks nothing new of them."""

    id: UUID
    version: str
    number: int
    count: int


@dataclass(frozen=True)
class StaffList:
    """``confirmed`` of ``companies`` have had all accepted, of what is selected."""

    rows: tuple[Row, ...]
    choices: tuple[Choice, ...]
    services: tuple[Option, ...]
    versions: tuple[Option, ...]
    unasked: tuple[Unasked, ...]
    wanted: Wanted
    any: bool
    narrowed: bool
    companies: int
    confirmed: int
    late: int
    may_accept: bool
    following: str | None
    first_page: bool
    here: str
    """The place in the list, so that a refused form comes back to the same page."""
    typed: str
    problems: Problems


_STANDING = """CASE WHEN c.accepted_at IS NOT NULL THEN 'accepted' WHEN c.answered_at IS NOT NULL THEN 'answered'
                    WHEN c.due_on < :today THEN 'late' ELSE 'open' END"""

_COUNTS = sa.text(f"""
SELECT s.slug AS service, s.name_sv, s.name_en, v.number, o.slug AS of, o.name_sv AS of_sv, o.name_en AS of_en,
       n.standing, n.many
  FROM (SELECT a.service_id, c.version_id, {_STANDING} AS standing, count(*) AS many
          FROM confirmation c JOIN application a ON a.id = c.case_id
         WHERE c.municipality_id = :m AND c.ended_at IS NULL
           AND (CAST(:case AS uuid) IS NULL OR c.case_id = :case) GROUP BY 1, 2, 3) n
  JOIN service s ON s.id = n.service_id JOIN condition_version v ON v.id = n.version_id
  LEFT JOIN service o ON o.id = v.service_id
 ORDER BY o.name_sv NULLS FIRST, v.number DESC, s.name_sv
""")  # noqa: S608 - constants only

_SELECTED = f"""
  FROM confirmation c JOIN application a ON a.id = c.case_id JOIN service s ON s.id = a.service_id
  JOIN condition_version v ON v.id = c.version_id LEFT JOIN service o ON o.id = v.service_id
 WHERE c.municipality_id = :m AND c.ended_at IS NULL AND (CAST(:case AS uuid) IS NULL OR c.case_id = :case)
   AND (:service = '' OR s.slug = :service)
   AND (:version = '' OR coalesce(o.slug, '{GENERAL}') || '-' || v.number = :version)"""

_COMPANIES = sa.text(f"""
SELECT count(*) AS companies, count(*) FILTER (WHERE whole) AS confirmed
  FROM (SELECT c.case_id, bool_and(c.accepted_at IS NOT NULL) AS whole {_SELECTED} GROUP BY c.case_id) cases
""")  # noqa: S608 - constants only

_ROWS = sa.text(f"""
SELECT c.*, a.provider_name, coalesce(a.number, '') AS number, {DOCUMENTS} {_SELECTED}
   AND (CAST(:standing AS text) IS NULL OR {_STANDING} = :standing)
   AND (CAST(:day AS date) IS NULL OR (c.due_on, c.id) > (:day, CAST(:last AS uuid)))
 ORDER BY c.due_on, c.id LIMIT :limit
""")


def of_municipality(
    db: Session,
    wanted: Wanted,
    *,
    actor: Actor,
    now: datetime,
    after: str = "",
    typed: str = "",
    problems: Problems = (),
) -> StaffList:
    """Those whose time is over or nearest first, a page at a time; of a service or version without any, all."""
    today = day_in_sweden(now)
    told = {"m": actor.municipality_id, "today": today, "case": wanted.case}
    counted = db.execute(_COUNTS, told).all()
    services = {row.service: Text(row.name_sv, row.name_en) for row in counted}
    versions = {_key(row): _version_words(row) for row in counted}
    wanted = replace(
        wanted,
        service=wanted.service if wanted.service in services else "",
        version=wanted.version if wanted.version in versions else "",
    )
    counts = dict.fromkeys(Standing, 0)
    for row in counted:
        if wanted.service in ("", row.service) and wanted.version in ("", _key(row)):
            counts[Standing(row.standing)] += row.many
    selected = {"m": actor.municipality_id, "case": wanted.case, "service": wanted.service, "version": wanted.version}
    companies = db.execute(_COMPANIES, selected).one()
    standing = CHOICES.get(wanted.choice)
    day, last = _place(after)
    found = db.execute(
        _ROWS,
        {
            **selected,
            "today": today,
            "standing": standing.value if standing else None,
            "day": day,
            "last": last,
            "limit": PAGE + 1,
        },
    ).all()
    tail = found[PAGE - 1] if len(found) > PAGE else None
    english = language() == "en"
    return StaffList(
        rows=rows_of(db, found[:PAGE], now, "/kommun"),
        choices=tuple(
            Choice(
                words,
                sum(counts.values()) if key == "" else counts[CHOICES[key]],
                replace(wanted, choice=key).address,
                key == wanted.choice,
            )
            for key, words in _choices().items()
        ),
        services=tuple(
            Option(slug, name.en if english else name.sv, slug == wanted.service)
            for slug, name in sorted(services.items(), key=lambda each: each[1].sv)
        ),
        unasked=_unasked(db, actor) if wanted == Wanted() else (),
        versions=tuple(Option(key, words, key == wanted.version) for key, words in versions.items()),
        wanted=wanted,
        any=bool(counted) or wanted.case is not None,
        narrowed=bool(wanted.service or wanted.version or wanted.case),
        companies=companies.companies,
        confirmed=companies.confirmed,
        late=counts[Standing.LATE],
        may_accept=actor.may(Role.CASE_OFFICER),
        following=wanted.after(tail.due_on, tail.id) if tail else None,
        first_page=day is None,
        here=after if day is not None else "",
        typed=typed,
        problems=problems,
    )


def _unasked(db: Session, actor: Actor) -> tuple[Unasked, ...]:
    told = {"m": actor.municipality_id, "living": [each.value for each in LIVING]}
    found = db.execute(COUNTED, told)
    return tuple(
        Unasked(row.id, _named(row.slug, row.name_sv, row.name_en, row.number), row.number, row.many) for row in found
    )


def _choices() -> dict[str, str]:
    return {
        "": _("Alla"),
        "sena": _("Försenade"),
        "oppna": _("Inte besvarade"),
        "svar": _("Att ta ställning till"),
        "klara": _("Godtagna"),
    }


def _key(row: Any) -> str:
    return f"{row.of or GENERAL}-{row.number}"


def _version_words(row: Any) -> str:
    return _named(row.of, row.of_sv, row.of_en, row.number)


def _named(slug: str | None, name_sv: str, name_en: str, number: int) -> str:
    if slug is None:
        return _("Allmänna villkor, version %(number)s") % {"number": number}
    service = name_en if language() == "en" else name_sv
    return _("%(service)s, version %(number)s") % {"service": service, "number": number}


def _place(after: str) -> tuple[date | None, UUID | None]:
    """A place that somebody made up is the beginning."""
    day, _bar, last = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(last)
    except ValueError:
        return None, None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
