"""The words of each letter: a text template a kind, subject on its first line, in the recipient's language.

A template that needs a fact which is not given fails, and the job with it: a
letter with a hole in it is never sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal import locale
from portal.domain.letters import LetterKind
from portal.locale import formats, refusals

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - plain text: there is no markup that a name could break
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(locale.gettext, locale.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(day=_day, weekday=_weekday, role=_role, in_language=_in_language, refused=refusals.refused)
    return made


def compose(kind: LetterKind, facts: Mapping[str, Any], *, language: str) -> Words:
    with locale.speaking(locale.read_language(language)):
        text = environment().get_template(f"letters/{kind.value}.txt").render(facts)
    subject, _, body = text.strip().partition("\n")
    return Words(subject.strip(), _tidy(body))


def _tidy(body: str) -> str:
    """At most one empty line in a row: what a condition left out must not leave a gap."""
    lines: list[str] = []
    for line in body.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _day(value: date | str) -> str:
    return formats.day(_date(value))


def _weekday(value: date | str) -> str:
    return formats.weekday(_date(value))


def _date(value: date | str) -> date:
    """Facts that travelled through the queue are JSON."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _role(value: str) -> str:
    words = {
        "signatory": locale.gettext("firmatecknare"),
        "administrator": locale.gettext("administratör"),
        "editor": locale.gettext("redaktör"),
        "reader": locale.gettext("läsare"),
        "case_officer": locale.gettext("handläggare"),
        "decision_maker": locale.gettext("beslutsfattare"),
        "reception": locale.gettext("reception"),
        "controller": locale.gettext("controller"),
        "municipal_administrator": locale.gettext("administratör"),
    }
    return words.get(value, value)


def _in_language(text: Any) -> str:
    """Of a ``Text``, or of ``{"sv": …, "en": …}`` as the queue carries it."""
    if isinstance(text, Mapping):
        return str(text[locale.language()])
    return str(getattr(text, locale.language()))
