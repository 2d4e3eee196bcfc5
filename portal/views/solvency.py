"""Soliditet and kassalikviditet as a page shows them: the figures, where each stands, and every doubt in words.

The same before the company and before the officer. Where two reports differ both
are shown and neither is chosen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from portal.db.figures import Filed, FiledReports
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, DocumentState
from portal.domain.documents import may_be_opened
from portal.domain.fact_words import amount, listed, number
from portal.domain.facts import Source, Unit
from portal.domain.rules import Op, leaves
from portal.domain.solvency import CURRENCY, Computed, Figure, Key, Origin, Ratio, Reading, standing
from portal.library import declared
from portal.locale import formats, language, spoken
from portal.locale import gettext as _
from portal.views import solvency_words as said
from portal.views.document_links import look_at


@dataclass(frozen=True)
class FigureShown:
    """``where`` it stands, and the address of that place in the document."""

    name: str
    amount: str
    where: str
    address: str | None


@dataclass(frozen=True)
class RatioShown:
    """``percent`` is empty where it is not known; ``doubt`` then says why. ``stated``: what the report says itself."""

    name: str
    percent: str
    formula: str
    sum: str
    doubt: str
    stated: str
    figures: tuple[FigureShown, ...]


@dataclass(frozen=True)
class ReportShown:
    """``typed``: a person has written the figures down, which is said wherever they are shown."""

    id: str
    name: str
    address: str | None
    origin: str
    typed: bool
    year: str
    remarks: tuple[str, ...]
    ratios: tuple[RatioShown, ...]


@dataclass(frozen=True)
class WithoutFigures:
    """A document whose figures are not read; ``type_in`` is where they can be typed, or typed anew."""

    name: str
    words: str
    type_in: str | None


@dataclass(frozen=True)
class SolvencyShown:
    reports: tuple[ReportShown, ...]
    differ: tuple[str, ...]
    restated: tuple[str, ...]
    older: tuple[str, ...]
    without: tuple[WithoutFigures, ...]
    other_ways: str


@dataclass(frozen=True)
class Reader:
    """Who looks: ``room`` is ``foretag`` or ``kommun``; ``typing`` is the address that figures are typed under."""

    room: str
    application_id: UUID
    criterion: str
    scanner: bool
    typing: str | None = None

    def address(self, filed: Filed, figure: str = "") -> str | None:
        """Of the document, or where in it a figure stands."""
        if not may_be_opened(filed.state, scanner=self.scanner):
            return None
        page = look_at(
            self.room, filed.document_id, filed.name, application_id=self.application_id, criterion=self.criterion
        ).page
        return f"{page}&{urlencode({'siffra': figure})}#siffra" if figure else page

    def type_in(self, filed: Filed) -> str | None:
        opens = may_be_opened(filed.state, scanner=self.scanner)
        return f"{self.typing}/{filed.document_id}/siffror" if self.typing and opens else None


def solvency_shown(
    filed: FiledReports, sets: ConditionSets, criterion: Criterion, *, on: date, reader: Reader
) -> SolvencyShown:
    """As an application of the day ``on`` sees it."""
    opened = {
        str(each.document_id): each
        for each in filed.documents
        if each.report is not None and may_be_opened(each.state, scanner=reader.scanner)
    }
    found = standing((each.report for each in opened.values() if each.report is not None), orgnr=filed.orgnr, on=on)
    return SolvencyShown(
        reports=tuple(_report(each, opened[each.report.id], reader) for each in found.latest),
        differ=tuple(_differ(found.latest, opened)),
        restated=tuple(
            f"{said.key(each.key)} {formats.day(each.day)}: "
            f"{_ways((opened[id_].name, _money(value)) for id_, value in each.values)}."
            for each in found.restated
        ),
        older=tuple(_older(each, opened[each.report.id].name) for each in found.older),
        without=tuple(_without(filed.documents, opened, reader)),
        other_ways=_other_ways(sets, criterion),
    )


def _report(reading: Reading, filed: Filed, reader: Reader) -> ReportShown:
    report = reading.report
    return ReportShown(
        id=report.id,
        name=filed.name,
        address=reader.address(filed),
        origin=said.origin(report.origin, filed.typed_by, filed.read_at),
        typed=report.origin is Origin.TYPED,
        year=said.year(reading.first_day, reading.day),
        remarks=tuple(_remarks(reading, filed)),
        ratios=tuple(_ratio(each, filed, reader, report.origin) for each in reading.ratios.values()),
    )


def _remarks(reading: Reading, filed: Filed) -> Iterator[str]:
    """What must be known of the figures to read them."""
    report = reading.report
    if report.unreadable:
        yield said.fault(filed.fault, filed.fault_line)
        return
    of_year = [each for each in report.figures if each.day == reading.day]
    for currency in sorted({each.currency for each in of_year if each.currency and each.currency != CURRENCY}):
        yield _("Beloppen är i %(currency)s.") % {"currency": currency}
    if report.is_group:
        yield _("Filen är en koncernredovisning: beloppen kan vara hela koncernens.")
    elif report.origin is Origin.IXBRL:
        yield _("Beloppen är företagets egna, inte en koncerns.")
    coarsest = max((each.step for each in of_year), default=Decimal(0))
    if coarsest >= 1000:
        yield _("Beloppen är avrundade till %(step)s.") % {"step": _money(coarsest)}
    if report.computed:
        yield _("Filen har inga saldon. De är uträknade ur verifikaten.")
    if reading.months not in (None, 12):
        yield _("Räkenskapsåret är %(months)s månader, inte tolv.") % {"months": reading.months}


def _ratio(computed: Computed, filed: Filed, reader: Reader, origin: Origin) -> RatioShown:
    percent = _percent(computed.percent) if computed.percent is not None else ""
    stated = ""
    if computed.stated is not None:
        own = _percent(computed.stated.amount)
        stated = (
            _("Rapporten anger själv %(percent)s, vilket skiljer sig från det uträknade.")
            if computed.differs_from_stated
            else _("Rapporten anger själv %(percent)s.")
        ) % {"percent": own}
    return RatioShown(
        name=said.ratio(computed.ratio),
        percent=percent,
        formula=said.formula(computed.ratio, _tax_part(computed)),
        sum=_sum(computed),
        doubt=said.doubt(computed.doubt, computed.about) if computed.doubt else "",
        stated=stated,
        figures=tuple(_figures(computed, filed, reader, origin)),
    )


def _tax_part(computed: Computed) -> str:
    """``79,4 %``: how much of the untaxed reserves counts; empty where there are none to count."""
    if computed.tax_rate is None:
        return ""
    return _percent((1 - computed.tax_rate) * 100)


def _sum(computed: Computed) -> str:
    """The formula with its figures; only where it gave a number."""
    if computed.percent is None:
        return ""

    def of(key: Key) -> str:
        found = computed.used.get(key)
        value = _number(found.amount) if found else "0"
        return f"({value})" if value.startswith("-") else value

    if computed.ratio is Ratio.SOLIDITET:
        above = of(Key.EQUITY)
        if computed.tax_rate is not None and Key.UNTAXED_RESERVES in computed.used:
            above = f"({above} + {of(Key.UNTAXED_RESERVES)} × {_tax_part(computed)})"
        return f"{above} / {of(Key.ASSETS)} = {_percent(computed.percent)}"
    above = of(Key.CURRENT_ASSETS)
    if Key.INVENTORIES in computed.used:
        above = f"({above} − {of(Key.INVENTORIES)})"
    return f"{above} / {of(Key.SHORT_TERM_LIABILITIES)} = {_percent(computed.percent)}"


def _figures(computed: Computed, filed: Filed, reader: Reader, origin: Origin) -> Iterator[FigureShown]:
    for key, figure in computed.used.items():
        yield FigureShown(
            said.key(key),
            _money(figure.amount, figure.currency),
            _where(figure, origin, filed.page),
            reader.address(filed, figure.id),
        )
    for key in sorted(computed.absent):
        yield FigureShown(said.key(key), _money(Decimal(0)), _("Har ingen egen rad, och räknas som 0."), None)


def _where(figure: Figure, origin: Origin, page: int | None) -> str:
    match origin:
        case Origin.TYPED:
            return _("Inskrivet, sida %(page)s") % {"page": page} if page else _("Inskrivet")
        case Origin.SIE:
            return _("Konto %(accounts)s") % {"accounts": figure.element} if figure.element else ""
        case Origin.IXBRL:
            row = _("Rad %(line)s i filen") % {"line": figure.line}
            return f"{row}, ”{figure.printed}”" if figure.printed else row


def _differ(latest: Sequence[Reading], opened: dict[str, Filed]) -> Iterator[str]:
    for ratio in Ratio:
        found = [(each, value) for each in latest if (value := each.ratios[ratio].percent) is not None]
        if len({value for _each, value in found}) > 1:
            ways = _ways((opened[each.report.id].name, _percent(percent)) for each, percent in found)
            yield f"{said.ratio(ratio)}: {ways}."


def _ways(given: Iterable[tuple[str, str]]) -> str:
    said_so = [_("%(value)s enligt %(document)s") % {"value": value, "document": name} for name, value in given]
    return listed(said_so, _("men"))


def _older(reading: Reading, name: str) -> str:
    percents = ", ".join(
        f"{said.ratio(ratio)} {_percent(each.percent)}"
        for ratio, each in reading.ratios.items()
        if each.percent is not None
    )
    found = percents or _("gick inte att räkna ut")
    return f"{said.year(reading.first_day, reading.day)} ({name}): {found}"


def _without(documents: Sequence[Filed], opened: dict[str, Filed], reader: Reader) -> Iterator[WithoutFigures]:
    """What is not read, and typed figures once more, since they can be corrected."""
    for each in documents:
        if str(each.document_id) in opened:
            if each.report is not None and each.report.origin is Origin.TYPED and reader.type_in(each):
                yield WithoutFigures(each.name, _("Siffrorna är inskrivna."), reader.type_in(each))
        elif each.media_type == said.PDF:
            yield WithoutFigures(each.name, _("Siffror läses inte ur en PDF."), reader.type_in(each))
        elif each.state is DocumentState.WAITING or each.media_type in said.READABLE:
            yield WithoutFigures(each.name, _("Siffrorna är inte lästa än."), None)


def _other_ways(sets: ConditionSets, criterion: Criterion) -> str:
    """``bankintyg eller moderbolagsgaranti``: what the rule takes instead, for a company without an annual report."""
    facts = (declared()[leaf.fact] for leaf in leaves(criterion.rule) if leaf.op is Op.EXISTS)
    names = [spoken(sets.evidence_type(each.of).name) for each in facts if each.source is Source.DOCUMENT]
    return listed([f"{name[:1].lower()}{name[1:]}" for name in names], _("eller")) if names else ""


def _money(value: Decimal, currency: str = CURRENCY) -> str:
    if currency == CURRENCY:
        return amount(value, Unit.KRONOR, language())
    return f"{_number(value)}\N{NO-BREAK SPACE}{currency}"


def _percent(value: Decimal) -> str:
    return amount(value, Unit.PERCENT, language())


def _number(value: Decimal) -> str:
    return number(value, language())
