"""A municipality's settings: what can be changed, section by section, with what it does in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Municipality
from portal.domain.actors import Actor
from portal.domain.documents import ALARM_AFTER
from portal.domain.municipal_rules import (
    DEADLINE_BOUNDS,
    FOR_LAWYERS,
    PLACEHOLDERS,
    TEXTS,
    THRESHOLD_KINDS,
    OneOf,
    Whole,
)
from portal.domain.municipality import THEME, contrast
from portal.domain.retention import BOUNDS
from portal.domain.second_review import BOUNDS as SAMPLE
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problem
from portal.views import admin_words
from portal.views.chrome import brand_of

CHANGES = tuple(
    f"settings.{section}"
    for section in ("deadlines", "thresholds", "texts", "contact", "theme", "mark", "retention", "second_review")
)
"""How the record names a change of each section."""


@dataclass(frozen=True)
class Section:
    address: str
    words: str
    hint: str


@dataclass(frozen=True)
class Overview:
    sections: tuple[Section, ...]
    changed_at: datetime
    changed_by: str
    infected: int
    refused: int
    waiting_since: datetime | None
    """Since when a document has waited too long for its scan, in the whole installation."""


@dataclass(frozen=True)
class Setting:
    """One field.  ``kind``: number, text, area, choice, email or tel; ``colour`` is what a swatch shows."""

    id: str
    label: str
    value: str
    help: str = ""
    kind: str = "number"
    options: tuple[str, ...] = ()
    colour: str = ""
    language: str = ""


@dataclass(frozen=True)
class Group:
    """Fields that belong together under a heading of their own; without one, they stand alone."""

    heading: str
    fields: tuple[Setting, ...]
    hint: str = ""
    lawyers: bool = False


@dataclass(frozen=True)
class SettingsPage:
    section: str
    heading: str
    lede: str
    action: str
    groups: tuple[Group, ...]
    problems: tuple[Problem, ...] = ()
    done: bool = False
    placeholders: tuple[str, ...] = ()
    mark_url: str = ""
    brand_name: str = ""


@dataclass(frozen=True)
class Held:
    """The municipality's row as the pages read it."""

    slug: str
    name: str
    settings: Mapping[str, Any]
    changed_at: datetime

    def names(self, section: str) -> tuple[str, ...]:
        """What this municipality has of a section, in the order in which it is shown."""
        order = {
            "deadlines": tuple(DEADLINE_BOUNDS),
            "thresholds": tuple(THRESHOLD_KINDS),
            "texts": TEXTS,
            "theme": THEME,
        }
        return tuple(name for name in order[section] if name in self.settings[section])


def held(db: Session, actor: Actor) -> Held:
    columns = select(Municipality.slug, Municipality.name, Municipality.settings, Municipality.changed_at)
    row = db.execute(columns.where(col(Municipality.id) == actor.municipality_id)).one()
    return Held(row.slug, row.name, row.settings, row.changed_at)


_LAST = sa.text("""
SELECT p.name FROM staff_event e JOIN person p ON p.id = e.actor_id
 WHERE e.municipality_id = :m AND e.kind = ANY(:kinds) ORDER BY e.at DESC LIMIT 1
""")


_STOPPED = sa.text("""
SELECT count(*) FILTER (WHERE kind = 'document.infected') AS infected,
       count(*) FILTER (WHERE kind = 'document.refused') AS refused,
       (SELECT oldest FROM documents_overdue(:overdue)) AS oldest
  FROM event WHERE municipality_id = :m AND at > :since AND kind IN ('document.infected', 'document.refused')
""")
COUNTED = timedelta(days=365)


def overview(db: Session, actor: Actor, *, now: datetime) -> Overview:
    kept = held(db, actor)
    when = {"m": actor.municipality_id, "since": now - COUNTED, "overdue": now - ALARM_AFTER}
    stopped = db.execute(_STOPPED, when).one()
    values = {"m": actor.municipality_id, "kinds": list(CHANGES)}
    base = "/kommun/installningar"
    return Overview(
        (
            Section(f"{base}/tider", _("Tider"), _("Hur länge var och en får på sig, från ansökan till start.")),
            Section(
                f"{base}/granser",
                _("Gränser i villkoren"),
                _("Tal som varje kommun bestämmer själv, till exempel soliditet."),
            ),
            Section(f"{base}/texter", _("Texter"), _("Inledning, brev och överprövning, på svenska och engelska.")),
            Section(
                f"{base}/kontakt",
                _("Avsändare och kontakt"),
                _("E-post, telefon och adress på sidor, i brev och i beslut."),
            ),
            Section(
                f"{base}/bevarande",
                _("Bevarande och gallring"),
                _("Hur länge det ett beslut vilar på finns kvar, och när något får föreslås för gallring."),
            ),
            Section(
                f"{base}/granskning",
                _("Andra granskning"),
                _("Hur stor del av ärendena som en andra handläggare läser."),
            ),
            Section(
                "/kommun/fraser",
                _("Fraser"),
                _("Egna texter till kompletteringar, bedömningar och avslag."),
            ),
            Section("/kommun/gallring", _("Gallring"), _("Ta ställning till listan över det som kan tas bort.")),
            Section(f"{base}/utseende", _("Färger och märke"), _("Så ser sidorna ut för alla som besöker er.")),
        ),
        kept.changed_at,
        db.execute(_LAST, values).scalar() or "",
        stopped.infected,
        stopped.refused,
        stopped.oldest,
    )


def deadlines(kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    fields = []
    for name in kept.names("deadlines"):
        label, means = admin_words.deadline(name)
        fields.append(Setting(name, label, typed[name], _with_bounds(means, DEADLINE_BOUNDS[name])))
    return SettingsPage(
        "tider",
        _("Tider"),
        _("Nya tider gäller det som börjar efter att du har sparat. Datum som redan är satta ändras inte."),
        "/kommun/installningar/tider",
        (Group("", tuple(fields)),),
        **said,
    )


def thresholds(kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    fields = []
    for name in kept.names("thresholds"):
        kind = THRESHOLD_KINDS[name]
        label = admin_words.threshold(name)
        if isinstance(kind, Whole):
            bounds = _("Från %(low)s till %(high)s.") % {"low": kind.low, "high": kind.high}
            fields.append(Setting(name, label, typed[name], bounds))
        elif isinstance(kind, OneOf):
            fields.append(Setting(name, label, typed[name], kind="choice", options=kind.values))
        else:
            fields.append(Setting(name, label, typed[name], kind="text"))
    return SettingsPage(
        "granser",
        _("Gränser i villkoren"),
        _(
            "Talen kommer in i nästa utkast till villkor som ni börjar, och gäller när det är publicerat."
            " Ansökningar som redan är påbörjade behåller de villkor de påbörjades under."
        ),
        "/kommun/installningar/granser",
        (Group("", tuple(fields)),),
        **said,
    )


def retention(kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    fields = []
    for name, bounds in BOUNDS.items():
        label, means = admin_words.retention(name)
        fields.append(Setting(name, label, typed[name], _with_bounds(means, bounds)))
    return SettingsPage(
        "bevarande",
        _("Bevarande och gallring"),
        _(
            "Följ nämndens dokumenthanteringsplan. Nya tider gäller beslut som fattas efter att du har sparat;"
            " det som redan bevaras blir aldrig bevarat kortare. Ingenting gallras utan att någon har godkänt listan."
        ),
        "/kommun/installningar/bevarande",
        (Group("", tuple(fields)),),
        **said,
    )


def second_review(kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    [(name, bounds)] = SAMPLE.items()
    label, means = admin_words.second_review(name)
    return SettingsPage(
        "granskning",
        _("Andra granskning"),
        _(
            "En andra handläggare läser bedömningarna i ett stickprov av ärendena. Vilka det blir följer av ärendets"
            " eget nummer i portalen, som lottas innan någon har läst ansökan. En handläggare kan alltid be om det."
        ),
        "/kommun/installningar/granskning",
        (Group("", (Setting(name, label, typed[name], _with_bounds(means, bounds)),)),),
        **said,
    )


def texts(kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    groups = []
    for name in kept.names("texts"):
        label, where = admin_words.text(name)
        fields = tuple(
            Setting(f"{name}_{tongue}", words, typed[f"{name}_{tongue}"], kind="area", language=tongue)
            for tongue, words in (("sv", _("På svenska")), ("en", _("På engelska")))
        )
        groups.append(Group(label, fields, where, lawyers=name in FOR_LAWYERS))
    return SettingsPage(
        "texter",
        _("Texter"),
        _("Ändringen syns genast på sidorna och i brev som skickas från och med nu."),
        "/kommun/installningar/texter",
        tuple(groups),
        placeholders=tuple(sorted(PLACEHOLDERS)),
        **said,
    )


def contact(_kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    fields = (
        Setting(
            "epost",
            _("E-post"),
            typed["epost"],
            _("Svar på portalens brev kommer hit. Välj en brevlåda som flera läser."),
            "email",
        ),
        Setting("telefon", _("Telefon"), typed["telefon"], kind="tel"),
        Setting(
            "adress",
            _("Postadress"),
            typed["adress"],
            _("En rad för varje del, så som den står på ett kuvert."),
            "area",
        ),
    )
    return SettingsPage(
        "kontakt",
        _("Avsändare och kontakt"),
        _("Så når företag och invånare er, på sidorna, i brev och i beslut."),
        "/kommun/installningar/kontakt",
        (Group("", fields),),
        **said,
    )


def looks(kept: Held, typed: Mapping[str, str], **said: Any) -> SettingsPage:
    now = kept.settings["theme"]
    fields = []
    for name in kept.names("theme"):
        label, means = admin_words.colour(name)
        against = now["accent"] if name == "band" else "#ffffff"
        ratio = f"{int(contrast(now[name], against) * 10) / 10:.1f}"
        shown = ratio if language() == "en" else ratio.replace(".", ",")
        if name != "ribbon":
            means = " ".join((means, _("Nu %(ratio)s:1.") % {"ratio": shown}))
        fields.append(Setting(name, label, typed[name], means, "text", colour=now[name]))
    brand = brand_of(kept.slug, kept.name, kept.changed_at)
    return SettingsPage(
        "utseende",
        _("Färger och märke"),
        _("Färgerna kontrolleras så att alla kan läsa. Ändringen syns för alla besökare så snart du har sparat."),
        "/kommun/installningar/utseende",
        (Group("", tuple(fields)),),
        mark_url=brand.mark_url or "",
        brand_name=kept.name,
        **said,
    )


def _with_bounds(means: str, bounds: Whole) -> str:
    return " ".join((means, _("Från %(low)s till %(high)s.") % {"low": bounds.low, "high": bounds.high}))
