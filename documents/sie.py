"""Bookkeeping as SIE 4: the balances of each year, and on which line each stands.

The bytes decide how the letters are written, whatever ``#FORMAT`` says: many
programs write UTF-8 or Latin-1 under the name of code page 437. Closing
balances are taken where the file has them; where it has none they are computed
from the opening ones and the vouchers, and the result says so.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from documents.unreadable import Unreadable, Why

MAX_BYTES: Final = 20 * 1000 * 1000
MAX_LINES: Final = 1_000_000
_LONGEST_LINE: Final = 4096
_CP437_LETTERS: Final = b"\x86\x84\x94\x8f\x8e\x99\x82\x90\x81\x9a"  # å ä ö Å Ä Ö é É ü Ü
_LATIN_LETTERS: Final = b"\xe5\xe4\xf6\xc5\xc4\xd6\xe9\xc9\xfc\xdc"
_FIELD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})|([^\s"{}]+)')
_ESCAPED: Final = re.compile(r"\\(.)")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)
_BALANCES: Final = frozenset({"#IB", "#UB", "#RES"})
_READ: Final = frozenset(
    {"#IB", "#UB", "#RES", "#RAR", "#ORGNR", "#FNAMN", "#VALUTA", "#SIETYP", "#TRANS", "#OMFATTN", "#KONTO"}
)


@dataclass(frozen=True)
class Balance:
    """``account`` as in the file. ``line`` is where it stands, or where the first of what it was computed from does."""

    account: str
    amount: Decimal
    line: int


@dataclass(frozen=True, kw_only=True)
class Year:
    """``index`` 0 is the file's own year, -1 the one before. Liabilities, equity and income are negative, as in SIE.

    ``closing``: accounts of the balance sheet; ``result``: of income and costs. ``computed``: they were worked out
    from opening balances and vouchers.
    """

    index: int
    first: date
    last: date
    closing: tuple[Balance, ...]
    result: tuple[Balance, ...]
    computed: bool


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """``until`` is the day up to which a file of an unfinished year has been booked, where it says so."""

    company: str
    orgnr: str
    currency: str
    kind: str
    encoding: str
    until: date | None
    accounts: Mapping[str, str]
    years: tuple[Year, ...]


@dataclass
class _Read:
    single: dict[str, str] = field(default_factory=dict)
    years: dict[int, tuple[date, date]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    balances: dict[tuple[str, int], dict[str, Balance]] = field(default_factory=lambda: defaultdict(dict))
    moved: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    moved_at: dict[str, int] = field(default_factory=dict)
    until: date | None = None


def read_ledger(data: bytes) -> Ledger:
    """Read a SIE file of type 1 to 4.

    Raises:
        Unreadable: nothing else, whatever the bytes are.
    """
    if len(data) > MAX_BYTES or data.count(b"\n") + data.count(b"\r") > MAX_LINES:
        raise Unreadable(Why.TOO_LARGE)
    if b"\0" in data:
        raise Unreadable(Why.NOT_SIE)
    text, encoding = decoded(data)
    read = _Read()
    begun = False
    # Not splitlines(): that also breaks at characters which code page 437 has as letters.
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        stripped = line.strip()
        if not begun and stripped:
            if not stripped.upper().startswith("#FLAGGA"):
                raise Unreadable(Why.NOT_SIE, line=number)
            begun = True
        label = stripped.split(None, 1)[0].upper() if stripped.startswith("#") else ""
        if label in _READ:
            _take(read, label, fields(stripped, number)[1:], number)
    if not begun:
        raise Unreadable(Why.NOT_SIE)
    if 0 not in read.years:
        raise Unreadable(Why.NO_YEAR)
    years = tuple(_year(read, index) for index in sorted(read.years, reverse=True) if _has_balances(read, index))
    if not years or years[0].index != 0:
        raise Unreadable(Why.NO_BALANCES)
    return Ledger(
        company=read.single.get("#FNAMN", "")[:200],
        orgnr=re.sub(r"[^0-9]", "", read.single.get("#ORGNR", "")[:40]),
        currency=read.single.get("#VALUTA", "SEK").upper()[:10],
        kind=read.single.get("#SIETYP", "1")[:2],
        encoding=encoding,
        until=read.until,
        accounts=read.accounts,
        years=years,
    )


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and which of ``utf-8``, ``cp437`` and ``latin-1`` it was found to be written in."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        return data.decode("utf-8"), "ascii" if data.isascii() else "utf-8"
    except UnicodeDecodeError:
        counted = Counter(data)
        cp437 = sum(counted[byte] for byte in _CP437_LETTERS)
        latin = sum(counted[byte] for byte in _LATIN_LETTERS)
        encoding = "latin-1" if latin > cp437 else "cp437"
        return data.decode(encoding), encoding


def fields(line: str, number: int, *, most: int = 5) -> list[str]:
    """A record's first fields: strings without their quotes and escapes, objects in braces as they stand.

    Raises:
        Unreadable: a quote or a brace is not closed, or the line is longer than any record.
    """
    if len(line) > _LONGEST_LINE:
        raise Unreadable(Why.BROKEN_LINE, line=number)
    if '"' not in line and "{" not in line and "}" not in line:
        return line.split(None, most)[:most]
    found: list[str] = []
    at = 0
    while at < len(line) and len(found) < most:
        if line[at].isspace():
            at += 1
            continue
        match = _FIELD.match(line, at)
        if match is None:
            raise Unreadable(Why.BROKEN_LINE, line=number)
        found.append(_ESCAPED.sub(r"\1", match[1]) if match[1] is not None else match[0])
        at = match.end()
    return found


def _take(read: _Read, label: str, given: list[str], line: int) -> None:
    least = {"#RAR": 3, "#TRANS": 3, "#KONTO": 1}.get(label, 3 if label in _BALANCES else 0)
    if len(given) < least:
        raise Unreadable(Why.BROKEN_LINE, line=line)
    if label in _BALANCES:
        _take_balance(read, label, given, line)
    elif label == "#TRANS":
        account = given[0]
        read.moved[account] += _amount(given[2], line)
        read.moved_at.setdefault(account, line)
    elif label == "#RAR":
        first, last = _day(given[1], line), _day(given[2], line)
        index = _index(given[0], line)
        if first > last or read.years.setdefault(index, (first, last)) != (first, last):
            raise Unreadable(Why.DATE, line=line)
    elif label == "#OMFATTN":
        read.until = _day(given[0], line) if given else None
    elif label == "#KONTO":
        read.accounts[given[0][:20]] = given[1][:200] if len(given) > 1 else ""
    elif given:
        read.single.setdefault(label, given[0])


def _take_balance(read: _Read, label: str, given: list[str], line: int) -> None:
    of_year = read.balances[label, _index(given[0], line)]
    balance = Balance(given[1], _amount(given[2], line), line)
    if of_year.setdefault(given[1], balance).amount != balance.amount:
        raise Unreadable(Why.CONFLICT, line=line)


def _index(text: str, line: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,2}", text, re.ASCII):
        raise Unreadable(Why.BROKEN_LINE, line=line)
    return int(text)


def _amount(text: str, line: int) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise Unreadable(Why.AMOUNT, line=line)
    return Decimal(text)


def _day(text: str, line: int) -> date:
    try:
        if not re.fullmatch(r"[0-9]{8}", text, re.ASCII):
            raise ValueError(text)
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise Unreadable(Why.DATE, line=line) from None


def _has_balances(read: _Read, index: int) -> bool:
    return any(read.balances.get((label, index)) for label in _BALANCES) or (index == 0 and bool(read.moved))


def _year(read: _Read, index: int) -> Year:
    first, last = read.years[index]
    closing, result = (list(read.balances.get((label, index), {}).values()) for label in ("#UB", "#RES"))
    computed = index == 0 and not closing
    if computed:
        closing = _computed(read, read.balances.get(("#IB", index), {}).values(), of_result=False)
        result = _computed(read, (), of_result=True)
    return Year(
        index=index,
        first=first,
        last=last,
        closing=tuple(closing),
        result=tuple(result),
        computed=computed,
    )


def _computed(read: _Read, opening: Iterable[Balance], *, of_result: bool) -> list[Balance]:
    found = {each.account: each for each in opening}
    for account, moved in read.moved.items():
        if (account[:1] in "345678") is of_result:
            before = found.get(account)
            line = before.line if before else read.moved_at[account]
            found[account] = Balance(account, moved + (before.amount if before else 0), line)
    return list(found.values())
