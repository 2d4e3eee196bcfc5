"""The work list as a page: the sentence above it, the choices, the rows, and the way on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from portal.domain.application import State
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.worklist import CAP, Choice, Cursor, Found, Kept, Row, Sort, Wanted
from portal.locale import formats, ngettext
from portal.locale import gettext as _
from portal.views.case_head import status_of
from portal.views.words import Status

ADDRESS = "/kommun/arenden"


@dataclass(frozen=True)
class ChoiceLink:
    words: str
    count: str
    address: str
    current: bool


@dataclass(frozen=True)
class Heading:
    """A column that sorts: ``direction`` is what ``aria-sort`` says."""

    words: str
    address: str
    direction: str


@dataclass(frozen=True)
class ListedCase:
    address: str
    company: str
    number: str
    service: Text
    status: Status
    judged: str
    officer: str | None
    due_on: date | None
    due_words: str
    late: bool
    received: date


@dataclass(frozen=True)
class ViewLink:
    """A saved selection; ``whose`` where a colleague shares it."""

    words: str
    whose: str
    address: str
    current: bool


@dataclass(frozen=True)
class WorkListPage:
    today: date
    sentences: tuple[tuple[str, bool], ...]
    choices: tuple[ChoiceLink, ...]
    views: tuple[ViewLink, ...]
    save: str | None
    caption: str
    done: bool
    query: str
    service: str
    services: tuple[tuple[str, Text], ...]
    hidden: tuple[tuple[str, str], ...]
    company: Heading
    received: Heading
    due: Heading
    rows: tuple[ListedCase, ...]
    before: str | None
    after: str | None
    searching: bool
    clear: str
    empty: str


def build(found: Found, kept: tuple[Kept, ...], *, now: datetime) -> WorkListPage:
    """``kept``: the selections that the reader has saved, or is shown by colleagues."""
    wanted, today = found.wanted, day_in_sweden(now)
    here = replace(wanted, cursor=None)
    known = any(each.wanted == here for each in kept) or here == Wanted()
    searching = bool(wanted.query or wanted.service)
    return WorkListPage(
        today=today,
        sentences=_sentences(found),
        choices=tuple(
            ChoiceLink(
                _choice(choice),
                str(count) if count < CAP else f"{CAP - 1}+",
                _address(wanted, choice=choice, first=True),
                choice is wanted.choice,
            )
            for choice, count in found.counts.by_choice.items()
        ),
        views=tuple(
            ViewLink(each.name, "" if each.mine else each.whose, address_of(each.wanted), each.wanted == here)
            for each in kept
        ),
        save=None if known else f"{ADDRESS}/vyer?{urlencode({k: v for k, v in here.kept().items() if v})}",
        caption=_caption(wanted),
        done=wanted.choice is Choice.DONE,
        query=wanted.query,
        service=str(wanted.service or ""),
        services=tuple((str(id_), Text(sv, en)) for id_, sv, en in found.services),
        hidden=tuple(
            (name, value)
            for name, value in (("urval", wanted.choice.value), ("sortering", _sorting(wanted)))
            if value not in ("", Choice.ALL.value, Sort.DUE.value)
        ),
        company=_heading(wanted, Sort.COMPANY, _("Ärende")),
        received=_heading(wanted, Sort.RECEIVED, _("Inkom")),
        due=_heading(wanted, Sort.DUE, _("Klart senast")),
        rows=tuple(_case(row, today) for row in found.rows),
        before=_address(wanted, cursor=found.before) if found.before else None,
        after=_address(wanted, cursor=found.after) if found.after else None,
        searching=searching,
        clear=f"{ADDRESS}?{urlencode({'urval': wanted.choice.value})}",
        empty=_("Inget ärende stämmer med sökningen.") if searching else _empty(wanted.choice),
    )


def _sentences(found: Found) -> tuple[tuple[str, bool], ...]:
    """How the reader's own day looks, in words; the strong part is marked."""
    mine, late, tomorrow = found.counts.by_choice[Choice.MINE], found.counts.my_late, found.counts.my_tomorrow
    if not mine:
        return ((_("Du har inga ärenden just nu."), False),)
    said = [
        (_("Du har minst %(num)s ärenden.") % {"num": CAP - 1}, False)
        if mine >= CAP
        else (ngettext("Du har ett ärende.", "Du har %(num)s ärenden.", mine) % {"num": mine}, False)
    ]
    if late:
        said.append((ngettext("Ett är försenat.", "%(num)s är försenade.", late) % {"num": late}, True))
    if tomorrow:
        said.append(
            (
                ngettext("Ett ska vara klart i morgon.", "%(num)s ska vara klara i morgon.", tomorrow)
                % {"num": tomorrow},
                False,
            )
        )
    return tuple(said)


def _choice(choice: Choice) -> str:
    return {
        Choice.ALL: _("Alla"),
        Choice.MINE: _("Mina"),
        Choice.NEW: _("Nya"),
        Choice.WAITING: _("Väntar på komplettering"),
        Choice.LATE: _("Försenade"),
        Choice.DONE: _("Avslutade"),
    }[choice]


def _caption(wanted: Wanted) -> str:
    what = {
        Choice.ALL: _("Alla pågående ärenden"),
        Choice.MINE: _("Mina ärenden"),
        Choice.NEW: _("Nya ärenden"),
        Choice.WAITING: _("Ärenden som väntar på komplettering"),
        Choice.LATE: _("Försenade ärenden"),
        Choice.DONE: _("Avslutade ärenden"),
    }[wanted.choice]
    how = {
        (Sort.DUE, False): _("de som brådskar först"),
        (Sort.DUE, True): _("de som brådskar minst först"),
        (Sort.COMPANY, False): _("efter företag, A till Ö"),
        (Sort.COMPANY, True): _("efter företag, Ö till A"),
        (Sort.RECEIVED, False): _("de äldsta först"),
        (Sort.RECEIVED, True): _("de senaste först"),
    }[wanted.sort, wanted.descending]
    return f"{what}, {how}"


def _empty(choice: Choice) -> str:
    return {
        Choice.ALL: _("Det finns inga pågående ärenden. När ett företag skickar in en ansökan står den här."),
        Choice.MINE: _("Du har inga ärenden. Under Nya finns de som väntar på en handläggare."),
        Choice.NEW: _("Inga nya ärenden väntar på en handläggare."),
        Choice.WAITING: _("Inget ärende väntar på komplettering."),
        Choice.LATE: _("Inget ärende är försenat."),
        Choice.DONE: _("Inget ärende är avslutat än."),
    }[choice]


def _case(row: Row, today: date) -> ListedCase:
    return ListedCase(
        address=f"{ADDRESS}/{row.id}",
        company=row.company,
        number=row.number,
        service=Text(row.service_sv, row.service_en),
        status=status_of(row.state, answered=row.answered),
        judged=_("%(judged)s av %(asked)s") % {"judged": row.judged, "asked": row.asked}
        if row.judged
        else _("Inte börjat"),
        officer=row.officer,
        due_on=row.due_on,
        due_words=_due_words(row, today),
        late=bool(row.due_on and row.due_on < today),
        received=formats.day_of(row.submitted_at),
    )


def _due_words(row: Row, today: date) -> str:
    if row.due_on is None:
        return ""
    said = formats.working_days(row.due_on, today)
    if row.state is State.SUBMITTED and row.due_on >= today:
        return _("Fördelas: %(when)s") % {"when": said}
    if row.state is State.SUPPLEMENT_REQUESTED:
        # The company's day, which was told to it as a day.
        if row.due_on < today:
            return _("Svarstiden har gått ut")
        return _("Svar senast %(when)s") % {"when": formats.until(row.due_on, today)}
    return said[:1].upper() + said[1:]


def _heading(wanted: Wanted, sort: Sort, words: str) -> Heading:
    current = wanted.sort is sort
    down = current and not wanted.descending
    return Heading(
        words,
        _address(wanted, sorting=f"-{sort.value}" if down else sort.value, first=True),
        ("descending" if wanted.descending else "ascending") if current else "none",
    )


def _sorting(wanted: Wanted) -> str:
    return wanted.kept()["sortering"]


def address_of(wanted: Wanted) -> str:
    """Where the selection is shown, from its first page."""
    return _address(wanted, first=True)


def in_words(wanted: Wanted, services: Mapping[str, Text]) -> tuple[str | Text, ...]:
    """What the selection holds: the choice with its order, the service, and what is searched for."""
    said: list[str | Text] = [_caption(wanted)]
    if wanted.service is not None and str(wanted.service) in services:
        said.append(services[str(wanted.service)])
    if wanted.query:
        said.append(_("sökning på ”%(words)s”") % {"words": wanted.query})
    return tuple(said)


def _address(
    wanted: Wanted,
    *,
    choice: Choice | None = None,
    sorting: str | None = None,
    cursor: Cursor | None = None,
    first: bool = False,
) -> str:
    """The same list with one thing changed; a new choice or order begins at its first page."""
    chosen = choice or wanted.choice
    order = sorting or ("" if choice and Choice.DONE in (choice, wanted.choice) else _sorting(wanted))
    pairs = {
        "urval": "" if chosen is Choice.ALL else chosen.value,
        "q": wanted.query,
        "tjanst": str(wanted.service or ""),
        "sortering": "" if order == Sort.DUE.value and chosen is not Choice.DONE else order,
        "efter": cursor.written() if cursor and not first else "",
    }
    kept = urlencode({name: value for name, value in pairs.items() if value})
    return f"{ADDRESS}?{kept}" if kept else ADDRESS


@dataclass(frozen=True)
class Workplace:
    id: UUID
    name: str
    title: str
    current: bool


@dataclass(frozen=True)
class ChoosePage:
    places: tuple[Workplace, ...]
