"""Hands in an annual report and has it read, as the upload, the examination and the reading do it."""

from decimal import Decimal

from sqlmodel import Session

from documents.kinds import SIE, XHTML
from documents.store import Store
from portal.db.tables import Application, Document, Provider
from portal.domain.actors import Actor
from portal.domain.solvency import Key
from portal.services import figures
from portal.services.report_figures import read_file
from tests.annual_reports import k2
from tests.factories import NOW
from tests.factories_application import attach, make_document

CRITERION = "GEN-09"
# Of a balance sheet that is sound: the same as in the report below.
AMOUNTS = {
    Key.EQUITY: Decimal(1_200_000),
    Key.UNTAXED_RESERVES: Decimal(50_000),
    Key.ASSETS: Decimal(4_100_000),
    Key.CURRENT_ASSETS: Decimal(2_900_000),
    Key.INVENTORIES: Decimal(100_000),
    Key.SHORT_TERM_LIABILITIES: Decimal(2_000_000),
}


def orgnr_of(owner: Session, actor: Actor) -> str:
    return owner.get_one(Provider, actor.provider_id).orgnr


def make_report(
    owner: Session,
    application: Application,
    *,
    by: Actor,
    content: bytes | None = None,
    name: str = "Årsredovisning.xhtml",
    criterion: str = CRITERION,
    store: Store | None = None,
) -> Document:
    """Without more: a K2 report of the company's own, with a soliditet of 30.2 and a kassalikviditet of 140 %."""
    data = content if content is not None else k2(orgnr=orgnr_of(owner, by))
    media_type = SIE.media_type if name.endswith(".se") else XHTML.media_type
    document = make_document(
        owner, application.provider_id, by=by, name=name, content=data, media_type=media_type, store=store
    )
    attach(owner, application, criterion, document, by=by)
    found = read_file(data, media_type)
    assert found is not None
    subject = figures.subject_of(owner, document.id, scanner=True)
    assert subject is not None
    figures.keep(owner, subject, found, now=NOW)
    owner.commit()
    return document
