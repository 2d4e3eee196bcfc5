"""How a number is printed in an inline XBRL report, by the name of its format.

The names are those of the transformation registries 1 to 5 (XBRL
International). What a format does not allow is no number: a guess here would be
a figure that nobody has written.
"""

import re
from decimal import Decimal
from typing import Final

_SPACE: Final = "[ \u00a0\u2007\u2009\u200a\u202f]"
_MOST_DIGITS: Final = 24


def _grouped(separator: str, point: str) -> re.Pattern[str]:
    return re.compile(rf"((?:[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+|[0-9]+))(?:{point}([0-9]+))?", re.ASCII)


_COMMA_DECIMAL: Final = _grouped(rf"(?:\.|{_SPACE})", ",")
_DOT_DECIMAL: Final = _grouped(rf"(?:,|{_SPACE})", r"\.")
_PLAIN: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)
FORMATS: Final = {
    "": _PLAIN,
    "numspacecomma": _grouped(_SPACE, ","),
    "numspacedot": _grouped(_SPACE, r"\."),
    "numdotcomma": _grouped(r"\.", ","),
    "numcommadot": _grouped(",", r"\."),
    "numcomma": re.compile(r"([0-9]+)(?:,([0-9]+))?", re.ASCII),
    "numdotdecimal": _DOT_DECIMAL,
    "numcommadecimal": _COMMA_DECIMAL,
    "num-dot-decimal": _DOT_DECIMAL,
    "num-comma-decimal": _COMMA_DECIMAL,
}
_DASH: Final = re.compile(r"[-\u2010\u2011\u2012\u2013\u2014\u2212]")
ZERO_BY_DASH: Final = frozenset({"numdash", "zerodash"})
ZERO: Final = frozenset({"fixed-zero"})
NOTHING: Final = frozenset({"nocontent", "fixed-empty"})
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]", re.ASCII)


def printed_number(text: str, format_name: str) -> tuple[Decimal, int] | None:
    """The number and how many decimals it is printed with; ``None`` where the text is none in that format."""
    if format_name in ZERO:
        return Decimal(0), 0
    stripped = text.strip()
    if format_name in ZERO_BY_DASH:
        return (Decimal(0), 0) if _DASH.fullmatch(stripped) else None
    pattern = FORMATS.get(format_name)
    found = pattern.fullmatch(stripped) if pattern and len(stripped) <= 2 * _MOST_DIGITS else None
    if found is None:
        return None
    whole, part = _NOT_A_DIGIT.sub("", found[1]), found[2] or ""
    if len(whole) + len(part) > _MOST_DIGITS:
        return None
    return Decimal(f"{whole}.{part}" if part else whole), len(part)
