"""A document page by page: the picture, its text, search in it, and who has opened it.

Every step is a link, and the search a form that is fetched: no script is
needed, and the address says where one is.  What is drawn and read comes from
the document library, handed over by the route.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.tables import Document
from portal.domain.actors import Actor
from portal.domain.documents import Opening
from portal.locale import gettext as _
from portal.locale import ngettext
from portal.views import words
from portal.views.chrome import Crumb
from portal.views.document_figure import FigureInFile
from portal.views.upload_offer import kind_of
from portal.views.words import Status

ZOOMS = (100, 150, 200)
TURNS = (0, 90, 180, 270)
HITS = 50
LONGEST_SEARCH = 100
AROUND = 60
LOG = 30


class Contents(Protocol):
    """What a file turned out to hold; ``documents.preview.Contents`` is one."""

    @property
    def pages(self) -> int: ...

    @property
    def texts(self) -> tuple[str, ...]: ...

    @property
    def whole(self) -> bool: ...


@dataclass(frozen=True)
class Place:
    """Where in a document one is, as the address says it; what cannot be is as near as can be."""

    base: str
    page: int = 1
    turn: int = 0
    zoom: int = 100
    search: str = ""
    application_id: UUID | None = None
    criterion: str = ""

    @classmethod
    def read(cls, base: str, *, sida: str, vrid: str, zoom: str, sok: str) -> "Place":
        return cls(
            base,
            page=max(1, int(sida)) if sida.isdecimal() and len(sida) < 7 else 1,
            turn=int(vrid) if vrid in map(str, TURNS) else 0,
            zoom=int(zoom) if zoom in map(str, ZOOMS) else 100,
            search=" ".join(sok.split())[:LONGEST_SEARCH],
        )

    def used(self, application_id: UUID | None, criterion: str | None) -> "Place":
        return replace(self, application_id=application_id, criterion=criterion or "")

    def at(self, contents: Contents, search: str, *, row: str, page: int | None) -> "Place":
        """Where a figure stands: the page that was said, or the first with its row, or the first with its number."""
        texts = list(enumerate(contents.texts, 1))
        there = [number for number, text in texts if search and _pattern(search).search(text)]
        if page is None:
            rows = (number for number, text in texts if row and _pattern(row).search(text))
            page = next(rows, there[0] if there else self.page)
        return replace(self, page=page, search=search if there else "")

    def within(self, pages: int) -> "Place":
        return replace(self, page=min(self.page, max(1, pages)))

    @property
    def reason(self) -> tuple[tuple[str, str], ...]:
        return (("arende", str(self.application_id)), ("villkor", self.criterion)) if self.criterion else ()

    @property
    def address(self) -> str:
        said = [*self.reason]
        said += [("sida", str(self.page))] if self.page != 1 else []
        said += [("vrid", str(self.turn))] if self.turn else []
        said += [("zoom", str(self.zoom))] if self.zoom != 100 else []
        said += [("sok", self.search)] if self.search else []
        return _with(f"{self.base}/visa", said)

    def picture(self, width: int) -> str:
        said = [("bredd", str(width)), *self.reason]
        return _with(f"{self.base}/sidor/{self.page}", [*said, *([("vrid", str(self.turn))] if self.turn else [])])

    @property
    def original(self) -> str:
        return _with(self.base, self.reason)


def _with(path: str, said: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(said)}" if said else path


@dataclass(frozen=True)
class Choice:
    words: str
    address: str
    current: bool


@dataclass(frozen=True)
class Hit:
    """Where the words were found first on a page, with what stands around them."""

    page: int
    address: str
    before: str
    found: str
    after: str
    count: int


@dataclass(frozen=True)
class Search:
    said: str
    words: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Reader:
    """Somebody who has opened the document on one day."""

    name: str
    side: str
    what: str
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class DocumentPage:
    crumbs: tuple[Crumb, ...]
    here: Crumb
    name: str
    kicker: str
    kind: str
    size: int
    by: str
    at: datetime
    status: Status
    used_in: tuple[str, ...]
    original: str
    cannot: str
    place: Place
    pages: int
    picture: str | None
    alternative: str
    previous: str | None
    following: str | None
    left: str
    right: str
    zooms: tuple[Choice, ...]
    text: tuple[tuple[str, bool], ...]
    search: Search | None
    readers: tuple[Reader, ...]
    figure: FigureInFile | None
    company: bool


def cannot_words(why: str) -> str:
    """What to tell of a file that cannot be shown; it can be downloaded."""
    return {
        "kind": _("Filer av det slaget visas inte här. Ladda ner filen och öppna den i ett annat program."),
        "locked": _("Filen är låst med ett lösenord, så den kan inte visas här. Be om en fil utan lösenord."),
        "too_large": _("Filen är för stor för att visas här. Ladda ner den i stället."),
        "too_slow": _("Filen tar för lång tid att rita, så den kan inte visas här. Ladda ner den i stället."),
        "busy": _("Många dokument visas just nu. Vänta en liten stund och ladda om sidan, eller ladda ner filen."),
    }.get(why, _("Filen är skadad eller skriven på ett sätt som vi inte kan läsa. Ladda ner den i stället."))


_FACTS = sa.text("""
SELECT u.name AS uploaded_by, c.number, o.name AS company,
       (SELECT coalesce(json_agg(DISTINCT d.criterion), '[]') FROM answer_document d
         WHERE d.document_id = :document AND d.application_id = :application) AS used_in,
       (SELECT coalesce(json_agg(x), '[]') FROM (
          SELECT p.name, m.name AS municipality, a.what, n.number, a.criterion, max(a.at) AS at,
                 json_agg(DISTINCT a.page) AS pages
            FROM document_access a
            JOIN person p ON p.id = a.person_id
            LEFT JOIN municipality m ON m.id = a.municipality_id
            LEFT JOIN case_file n ON n.id = a.application_id
           WHERE a.document_id = :document
           GROUP BY a.person_id, p.name, m.name, a.what, n.number, a.criterion,
                    (a.at AT TIME ZONE 'Europe/Stockholm')::date
           ORDER BY max(a.at) DESC LIMIT :most) x) AS readers
  FROM document f
  JOIN person u ON u.id = f.uploaded_by
  JOIN provider o ON o.id = f.provider_id
  LEFT JOIN case_file c ON c.id = :application
 WHERE f.id = :document
""").bindparams(sa.bindparam("application", type_=sa.Uuid()), sa.bindparam("document", type_=sa.Uuid()))


def build(
    db: Session,
    document: Document,
    contents: Contents | None,
    place: Place,
    *,
    cannot: str,
    drawn: bool,
    widths: Sequence[int],
    application_id: UUID | None,
    actor: Actor,
    figure: FigureInFile | None = None,
) -> DocumentPage:
    """One statement.  ``widths``: the picture's at each zoom; ``drawn``: whether there are pictures at all."""
    values = {"document": document.id, "application": application_id, "most": LOG}
    row = db.execute(_FACTS, values).one()
    pages = contents.pages if contents else 0
    text = contents.texts[place.page - 1] if contents and place.page <= len(contents.texts) else ""
    company = actor.provider_id is not None
    shown = drawn and not cannot
    return DocumentPage(
        crumbs=_crumbs(row.number, row.company, application_id, place, company=company),
        here=Crumb(document.name, place.address),
        name=document.name,
        kicker=" · ".join(filter(None, (row.number, None if company else row.company))) or _("Dokument"),
        kind=kind_of(document.name),
        size=document.size,
        by=row.uploaded_by,
        at=document.uploaded_at,
        status=words.document(document.state),
        used_in=tuple(row.used_in),
        original=place.original,
        cannot=cannot_words(cannot) if cannot else "",
        place=place,
        pages=pages,
        picture=place.picture(dict(zip(ZOOMS, widths, strict=True))[place.zoom]) if shown else None,
        alternative=_alternative(document.name, place.page, pages, has_text=bool(text.strip())),
        previous=replace(place, page=place.page - 1).address if place.page > 1 else None,
        following=replace(place, page=place.page + 1).address if place.page < pages else None,
        left=replace(place, turn=(place.turn - 90) % 360).address,
        right=replace(place, turn=(place.turn + 90) % 360).address,
        zooms=tuple(Choice(f"{each} %", replace(place, zoom=each).address, each == place.zoom) for each in ZOOMS),
        text=marked(text, place.search),
        search=_search(contents, place) if contents and place.search else None,
        readers=tuple(_reader(each, company=company) for each in row.readers),
        figure=figure,
        company=company,
    )


def _crumbs(
    number: str | None, company_name: str, application_id: UUID | None, place: Place, *, company: bool
) -> tuple[Crumb, ...]:
    if company:
        first = Crumb(_("Ansökningar"), "/foretag/ansokningar")
        if not place.criterion:
            return (first,)
        case = f"/foretag/ansokningar/{application_id}"
        return first, Crumb(number or _("Utkast"), case), Crumb(place.criterion, f"{case}/villkor/{place.criterion}")
    case = f"/kommun/arenden/{application_id}"
    found = (Crumb(_("Arbetslista"), "/kommun/arenden"), Crumb(company_name, case))
    return (*found, Crumb(place.criterion, f"{case}?villkor={place.criterion}")) if place.criterion else found


def _alternative(name: str, page: int, pages: int, *, has_text: bool) -> str:
    facts = {"page": page, "pages": pages, "name": name}
    if has_text:
        return _("Sida %(page)s av %(pages)s i %(name)s. Texten på sidan står nedanför.") % facts
    return _("Sida %(page)s av %(pages)s i %(name)s. Sidan är en bild utan text.") % facts


def _pattern(search: str) -> re.Pattern[str]:
    """The words as they were typed, in any case and over the ends of lines."""
    return re.compile(r"\s+".join(map(re.escape, search.split())), re.IGNORECASE)


def marked(text: str, search: str) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it is what was looked for."""
    if not search:
        return ((text, False),) if text.strip() else ()
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _pattern(search).finditer(text):
        pieces += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return tuple((piece, hit) for piece, hit in [*pieces, (text[at:], False)] if piece)


def _search(contents: Contents, place: Place) -> Search:
    hits: list[Hit] = []
    count, pattern = 0, _pattern(place.search)
    for number, text in enumerate(contents.texts, 1):
        found = list(pattern.finditer(text))
        count += len(found)
        if found and len(hits) < HITS:
            start, end = found[0].span()
            before, after = (
                " ".join(part.split()) for part in (text[max(0, start - AROUND) : start], text[end : end + AROUND])
            )
            address = f"{replace(place, page=number).address}#text"
            hits.append(
                Hit(number, address, " ".join(before.split()), found[0][0], " ".join(after.split()), len(found))
            )
    if not count:
        said = _("Inget i texten är ”%(words)s”.") % {"words": place.search}
    else:
        said = ngettext("%(num)s träff.", "%(num)s träffar.", count) % {"num": count}
    if not contents.whole:
        said += " " + _("Bara de första %(num)s sidorna är genomsökta.") % {"num": len(contents.texts)}
    return Search(said, place.search, tuple(hits))


def _reader(told: dict[str, object], *, company: bool) -> Reader:
    pages = sorted(page for page in told["pages"] if page is not None)  # type: ignore[attr-defined]
    ours = told["municipality"] is None
    return Reader(
        name=str(told["name"]),
        side=(_("Ert företag") if company else _("Företaget")) if ours else str(told["municipality"]),
        what=opening(Opening(str(told["what"])), pages),
        at=datetime.fromisoformat(str(told["at"])),
        why=" · ".join(str(each) for each in (told["number"], told["criterion"]) if each),
    )


def opening(what: Opening, pages: Sequence[int]) -> str:
    """``Läste sidorna 1–3 och 7``."""
    if what is Opening.DOWNLOAD:
        return _("Hämtade originalet")
    return ngettext("Läste sida %(pages)s", "Läste sidorna %(pages)s", len(pages)) % {"pages": _runs(pages)}


def _runs(pages: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for page in pages:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    said = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    *first, last = said
    return " ".join((", ".join(first), _("och"), last)) if first else last
