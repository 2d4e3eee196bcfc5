"""Words in the reader's language.

Swedish is the source: a message is its own Swedish text.  English stands in
``en/*.po``, a file for each room, read once.  A test finds every word that has
no English.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from babel.messages.pofile import read_po

from portal.domain.criteria import Language, Text

P = ParamSpec("P")
T = TypeVar("T")

LANGUAGES: tuple[Language, ...] = ("sv", "en")

_language: ContextVar[Language] = ContextVar("language", default="sv")


def language() -> Language:
    """The language of the page or letter being made."""
    return _language.get()


def read_language(code: str | None) -> Language:
    """What a cookie or a row says; whatever is not English is Swedish."""
    return "en" if code == "en" else "sv"


def speak(chosen: Language) -> None:
    """Use ``chosen`` for the rest of this request."""
    _language.set(chosen)


def spoken(text: Text) -> str:
    """One of the texts that are kept in both languages."""
    return text.in_(_language.get())


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    token = _language.set(chosen)
    try:
        yield
    finally:
        _language.reset(token)


def said_once(words: Callable[P, T]) -> Callable[P, T]:
    """Of a function of values that are never many (a state, an outcome): its answer is found once in each language.

    Most are tables, which are built whole at each call, and a page calls them for each of its rows.
    """

    @cache
    def found(_language: Language, *values: P.args, **named: P.kwargs) -> T:
        return words(*values, **named)

    @wraps(words)
    def said(*values: P.args, **named: P.kwargs) -> T:
        return found(language(), *values, **named)  # type: ignore[arg-type]  # hashable, as its words are

    return said


@cache
def english() -> dict[str, tuple[str, ...]]:
    """Swedish text (singular) → its English forms."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((Path(__file__).parent / "en").glob("*.po")):
        with path.open("rb") as opened:
            for message in read_po(opened, locale="en"):
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                if key and all(forms):
                    found[key] = forms
    return found


def gettext(message: str) -> str:
    if _language.get() == "sv":
        return message
    forms = english().get(message)
    return forms[0] if forms else message


def ngettext(singular: str, plural: str, count: int) -> str:
    if _language.get() == "sv":
        return singular if count == 1 else plural
    forms = english().get(singular)
    if not forms:
        return singular if count == 1 else plural
    return forms[0] if count == 1 else forms[-1]
