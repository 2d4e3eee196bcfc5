"""The page where a person types figures from a PDF: each amount with what it is called in the annual report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from portal.db.figures import filed_reports
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.solvency import TYPED_KEYS, ZERO_WHERE_ABSENT, Key, Origin, Report
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import spoken
from portal.locale.problems import Problems
from portal.views import solvency_words as said
from portal.views.application_head import crumbs, read_head
from portal.views.chrome import Brand, Crumb
from portal.views.document_links import look_at


@dataclass(frozen=True)
class AmountField:
    id: str
    label: str
    help: str
    value: str
    required: bool


@dataclass(frozen=True, kw_only=True)
class FiguresPage:
    """``anew``: figures were typed from this document before, and stand in the fields."""

    brand: Brand
    crumbs: tuple[Crumb, ...]
    here: Crumb
    back: str
    title: Text
    document: str
    look: str
    first_day: str
    last_day: str
    page: str
    amounts: tuple[AmountField, ...]
    anew: bool
    problems: Problems


def figures_page(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    document_id: UUID,
    *,
    names: Mapping[Key, str],
    days: tuple[str, str],
    page: str,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> FiguresPage:
    """``names``, ``days`` and ``page`` are what the fields are called in the form; ``typed`` is what stands in them."""
    head = read_head(db, application_id, provider_id=actor.provider_id)
    criterion = head.sets.by_id.get(criterion_id)
    filed = filed_reports(db, application_id, [criterion_id])
    document = next((each for each in filed.documents if each.document_id == document_id), None)
    if criterion is None or document is None:
        raise NotFound("document", document_id)
    before = document.report if document.report is not None and document.report.origin is Origin.TYPED else None
    values = typed if typed is not None else {**_values(before, names, days), page: str(document.page or "")}
    address = head.criterion_address(criterion_id)
    return FiguresPage(
        brand=head.brand,
        crumbs=crumbs(head, Crumb(spoken(head.service), head.address), Crumb(spoken(criterion.title), address)),
        here=Crumb(_("Skriv av siffrorna"), f"{address}/dokument/{document_id}/siffror"),
        back=f"{address}#ekonomi",
        title=criterion.title,
        document=document.name,
        look=look_at("foretag", document_id, document.name, application_id=head.id, criterion=criterion_id).page,
        first_day=values.get(days[0], ""),
        last_day=values.get(days[1], ""),
        page=values.get(page, ""),
        amounts=tuple(
            AmountField(names[key], said.key(key), _help(key), values.get(names[key], ""), key not in ZERO_WHERE_ABSENT)
            for key in TYPED_KEYS
        ),
        anew=before is not None,
        problems=problems,
    )


def _values(report: Report | None, names: Mapping[Key, str], days: tuple[str, str]) -> dict[str, str]:
    """What was typed before, as one types it."""
    if report is None or not report.figures:
        return {}
    first = report.figures[0]
    values = {names[each.key]: _typed(each.amount) for each in report.figures if each.key in names}
    return values | {days[0]: str(first.first_day or ""), days[1]: str(first.day)}


def _typed(amount: Decimal) -> str:
    plain = f"{amount:,.2f}".removesuffix(".00")
    return plain.replace(",", " ").replace(".", ",")


def _help(key: Key) -> str:
    return {
        Key.EQUITY: _("Summa eget kapital. Är det negativt, skriv minus framför."),
        Key.UNTAXED_RESERVES: _("Summa obeskattade reserver, om det finns några."),
        Key.ASSETS: _("Summan längst ner på balansräkningens tillgångssida."),
        Key.CURRENT_ASSETS: _("Summa omsättningstillgångar."),
        Key.INVENTORIES: _("Varulager m.m., om det finns något."),
        Key.SHORT_TERM_LIABILITIES: _("Summa kortfristiga skulder, utan minus."),
    }.get(key, "")
