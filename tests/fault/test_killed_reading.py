"""The worker killed at each step of reading an annual report: its figures are there once and whole, or not yet."""

from sqlmodel import Session, col, select

from documents.kinds import XHTML
from documents.store import Store
from portal.db.tables import FinancialFigure, FinancialReport
from tests.annual_reports import k2
from tests.factories import Place, make_member, make_provider
from tests.factories_application import attach, make_application, make_document
from tests.factories_figures import CRITERION, orgnr_of
from tests.fault.conftest import Killable


def test_killed_at_every_step_of_a_reading_the_figures_are_kept_once(
    killable: Killable, owner: Session, store: Store, bjorkvik: Place
) -> None:
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=by)
    document = make_document(
        owner,
        application.provider_id,
        by=by,
        name="Årsredovisning.xhtml",
        content=k2(orgnr=orgnr_of(owner, by)),
        media_type=XHTML.media_type,
        store=store,
    )
    attach(owner, application, CRITERION, document, by=by)
    owner.commit()
    given = {"provider_id": str(document.provider_id), "document_id": str(document.id)}

    steps = killable.kill_at_every_step("read_figures", **given)

    def kept() -> list[int]:
        owner.rollback()
        reports = owner.exec(select(FinancialReport.id).where(col(FinancialReport.document_id) == document.id)).all()
        return [
            len(owner.exec(select(FinancialFigure.id).where(col(FinancialFigure.report_id) == each)).all())
            for each in reports
        ]

    assert {"before read", "after read", "commit"} <= set(steps)
    assert kept() == [16]
    assert killable.attempt("read_figures", **given).ended == "done"
    assert kept() == [16]
