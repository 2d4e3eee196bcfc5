"""Annual reports read by jobs: after they are found safe, once however often, and by nobody else's leave."""

import hashlib

import pytest
import sqlalchemy as sa

from documents.intake import Received
from documents.kinds import SIE, XHTML
from portal.db.figures import filed_reports
from portal.db.session import Scope, enter
from portal.domain.criteria import DocumentState
from portal.domain.deadlines import day_in_sweden
from portal.domain.solvency import Doubt, Key, Origin, Ratio, standing
from portal.jobs.tasks import examine_document, read_figures
from portal.services import documents, figures
from tests.annual_reports import k2, sie
from tests.factories_application import PDF, make_application
from tests.factories_figures import orgnr_of

CRITERION = "GEN-09"


@pytest.fixture
def application(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)


@pytest.fixture
def orgnr(owner, anna):
    return orgnr_of(owner, anna)


@pytest.fixture
def hand_in(db, workshop, application, anna, now):
    """As the upload does it; the examination and the reading follow, as the worker does them."""

    def handed_in(content, media_type=XHTML.media_type, name="Årsredovisning.xhtml", criterion=CRITERION):
        key = documents.fresh_key()
        workshop.store.put(key, content, media_type=media_type)
        received = Received(name, media_type, len(content), hashlib.sha256(content).hexdigest(), key)
        enter(db, Scope.of(anna))
        [document] = documents.attach(db, application.id, criterion, [received], actor=anna, now=now)
        db.commit()
        examine_document(workshop, provider_id=str(anna.provider_id), document_id=str(document.id))
        read_figures(workshop, provider_id=str(anna.provider_id), document_id=str(document.id))
        return document

    return handed_in


@pytest.fixture
def filed(db, application, anna):
    def found():
        db.rollback()
        enter(db, Scope.of(anna))
        return filed_reports(db, application.id, [CRITERION])

    return found


def test_a_report_that_is_found_safe_is_read_and_its_ratios_can_be_computed(hand_in, filed, orgnr, now):
    hand_in(k2(orgnr=orgnr))

    of_company = filed()
    (reading,) = standing(of_company.reports(), orgnr=of_company.orgnr, on=day_in_sweden(now)).latest

    assert str(reading.ratios[Ratio.SOLIDITET].percent) == "30.2"
    assert str(reading.ratios[Ratio.KASSALIKVIDITET].percent) == "140.0"
    assert reading.ratios[Ratio.SOLIDITET].used[Key.EQUITY].element == "ek"
    assert reading.months == 12


@pytest.mark.parametrize("closing", [None, ""], ids=["closing balances", "computed"])
def test_a_sie_file_gives_the_same_ratios_from_its_balances(hand_in, filed, orgnr, now, closing):
    given = {} if closing is None else {"closing": closing}
    content = sie(**given).replace(b"556677-8899", orgnr.encode())
    hand_in(content, media_type=SIE.media_type, name="Bokslut.se")

    of_company = filed()
    (reading,) = standing(of_company.reports(), orgnr=of_company.orgnr, on=day_in_sweden(now)).latest

    assert {each.value: str(computed.percent) for each, computed in reading.ratios.items()} == {
        "soliditet": "30.2",
        "kassalikviditet": "140.0",
    }
    assert reading.report.computed is (closing == "")
    assert reading.ratios[Ratio.SOLIDITET].used[Key.ASSETS].element == "1210–1910"


def test_another_companys_report_is_read_and_doubted(hand_in, filed, now):
    hand_in(k2(orgnr="559900-1122"))

    of_company = filed()
    (reading,) = standing(of_company.reports(), orgnr=of_company.orgnr, on=day_in_sweden(now)).latest

    assert reading.ratios[Ratio.SOLIDITET].doubt is Doubt.OTHER_COMPANY


def test_a_file_that_holds_no_figures_is_kept_with_its_reason(hand_in, filed):
    hand_in(b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">\n<p>Hej</p></html>')

    (document,) = filed().documents

    assert (document.fault, document.report.unreadable) == ("not_a_report", True)


def test_a_job_that_runs_twice_reads_once(hand_in, workshop, owner, orgnr, anna):
    document = hand_in(k2(orgnr=orgnr))
    read_figures(workshop, provider_id=str(anna.provider_id), document_id=str(document.id))

    counted = (
        "SELECT count(DISTINCT r.id), count(f.id) FROM financial_report r JOIN financial_figure f ON f.report_id = r.id"
    )
    reports, rows = owner.execute(sa.text(f"{counted} WHERE r.document_id = :id"), {"id": document.id}).one()
    assert (reports, rows) == (1, 16)


def test_a_later_reader_reads_again_and_keeps_what_was_read_before(hand_in, workshop, owner, orgnr, anna, monkeypatch):
    document = hand_in(k2(orgnr=orgnr))
    monkeypatch.setattr(figures, "READER", 2)
    read_figures(workshop, provider_id=str(anna.provider_id), document_id=str(document.id))

    rows = owner.execute(
        sa.text("SELECT reader, replaced_at IS NULL FROM financial_report WHERE document_id = :id ORDER BY reader"),
        {"id": document.id},
    ).all()
    assert [tuple(row) for row in rows] == [(1, False), (2, True)]


def test_a_pdf_is_not_read(hand_in, filed):
    hand_in(PDF, media_type="application/pdf", name="Årsredovisning.pdf")

    assert [each.report for each in filed().documents] == [None]


@pytest.mark.parametrize("state", [DocumentState.WAITING, DocumentState.INFECTED])
def test_a_document_that_may_not_be_opened_is_not_read(db, owner, hand_in, workshop, anna, orgnr, state):
    document = hand_in(k2(orgnr=orgnr))
    owner.execute(
        sa.text("UPDATE financial_report SET replaced_at = now() WHERE document_id = :id"), {"id": document.id}
    )
    owner.execute(
        sa.text("UPDATE document SET state = :state WHERE id = :id"), {"state": state.value, "id": document.id}
    )
    owner.commit()

    enter(db, Scope.of(anna))
    assert figures.subject_of(db, document.id, scanner=False) is None


def test_the_reading_is_ordered_where_the_document_becomes_openable(hand_in, owner, orgnr):
    document = hand_in(k2(orgnr=orgnr))
    tasks = sa.text(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'figures.read' AND args->>'document_id' = :id"
    )

    assert owner.execute(tasks, {"id": str(document.id)}).scalar_one() == 1


def test_the_origin_is_told(hand_in, filed, orgnr):
    hand_in(k2(orgnr=orgnr))

    assert filed().reports()[0].origin is Origin.IXBRL
