"""What a municipality decides about its own system: deadlines, thresholds, texts, sender, looks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.criteria import Text

DEADLINES = (
    "assign_working_days",
    "supplement_working_days",
    "decide_days",
    "hearing_working_days",
    "sign_days",
    "start_months",
)
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# First segments of the portal's own addresses: a municipality may not be called so.  A test compares with the routes.
RESERVED_SLUGS = frozenset(
    "brev demo foretag fortsatt healthz inbjudan kommun kontrollera logga-in logga-ut om readyz session sprak static"
    " tema underskrift".split(" ")
)
RESERVED_SERVICE_SLUGS = frozenset({"anordnare", "villkor"})
THEME = ("accent", "accent_deep", "accent_ink", "band", "ribbon")


def may_be_slug(segment: str) -> bool:
    """Whether a municipality can have this address at all: what cannot is not looked for."""
    return segment not in RESERVED_SLUGS and SLUG.fullmatch(segment) is not None


def may_be_service_slug(segment: str) -> bool:
    """The same of a service, whose address stands below its municipality's."""
    return segment not in RESERVED_SERVICE_SLUGS and SLUG.fullmatch(segment) is not None


@dataclass(frozen=True)
class Clause:
    """A numbered clause of the contract; its paragraphs may hold placeholders."""

    id: str
    heading: Text
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class MunicipalitySettings:
    """``Municipality.settings`` as it is read; ``raw`` is the JSON as stored."""

    board: Text
    court: Text
    delegation: str
    email: str
    telephone: str
    address: tuple[str, ...]
    theme: Mapping[str, str]
    deadlines: Mapping[str, int]
    thresholds: Mapping[str, Any]
    texts: Mapping[str, Text]
    contract: tuple[Clause, ...]
    raw: Mapping[str, Any]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "MunicipalitySettings":
        return cls(
            board=_text(raw["board"]),
            court=_text(raw["court"]),
            delegation=raw["delegation"],
            email=raw["contact"]["email"],
            telephone=raw["contact"]["telephone"],
            address=tuple(raw["contact"]["address"]),
            theme=raw["theme"],
            deadlines=raw["deadlines"],
            thresholds=raw["thresholds"],
            texts={name: _text(words) for name, words in raw["texts"].items()},
            contract=tuple(
                Clause(each["id"], _text(each["heading"]), tuple(_text(words) for words in each["paragraphs"]))
                for each in raw["contract"]
            ),
            raw=raw,
        )


def _text(words: Mapping[str, str]) -> Text:
    return Text(sv=words["sv"], en=words["en"])


def filled(text: Text, facts: Mapping[str, object]) -> Text:
    """The text with its ``{placeholders}`` filled in; one that is not known stays as it is written."""

    def fill(words: str) -> str:
        for name, value in facts.items():
            words = words.replace("{" + name + "}", str(value))
        return words

    return Text(sv=fill(text.sv), en=fill(text.en))


def contrast(one: str, other: str = "#ffffff") -> float:
    """The contrast of two colours, ``#rrggbb`` (WCAG 2.2, 1.4.3): 1 to 21."""

    def luminance(colour: str) -> float:
        parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
