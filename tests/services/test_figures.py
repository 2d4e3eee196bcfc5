"""Figures that a person types from a PDF, and who sees what was read or typed."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from portal.db.figures import filed_reports
from portal.db.session import Scope, enter
from portal.db.tables import Event, FinancialFigure, FinancialReport
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Gap, Known, Why, sheet_faults
from portal.domain.roles import Role
from portal.domain.solvency import Doubt, Key, Origin, Ratio, standing
from portal.errors import NotAllowed, NotFound, TransitionRefused
from portal.library import declared
from portal.services import figures
from portal.services.fact_sources import FactCase
from portal.services.solvency_facts import SOLVENCY_FACTS, WHY
from tests.factories import make_member, make_provider, make_staff
from tests.factories_application import make_application, make_attached, sets_of
from tests.factories_figures import AMOUNTS, CRITERION


@pytest.fixture
def application(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)


@pytest.fixture
def document(owner, application, anna):
    made = make_attached(owner, application, CRITERION, by=anna, name="Årsredovisning.pdf")
    owner.commit()
    return made


def type_in(db, application, document, actor, now, *, criterion=CRITERION, **changed):
    enter(db, Scope.of(actor))
    given = {"day": date(2025, 12, 31), "first_day": date(2025, 1, 1), "amounts": AMOUNTS} | changed
    figures.type_in(db, application.id, criterion, document.id, **given, actor=actor, now=now)
    db.commit()
    enter(db, Scope.of(actor))


def test_typed_figures_are_marked_with_who_and_when_and_computed_like_others(db, application, document, anna, now):
    type_in(db, application, document, anna, now)

    filed = filed_reports(db, application.id, [CRITERION])
    (reading,) = standing(filed.reports(), orgnr=filed.orgnr, on=day_in_sweden(now)).latest

    assert (reading.report.origin, filed.documents[0].read_at) == (Origin.TYPED, now)
    assert filed.documents[0].typed_by
    assert reading.ratios[Ratio.SOLIDITET].percent == Decimal("30.2")


def test_typed_anew_they_replace_the_former_which_stay(db, owner, application, document, anna, now):
    type_in(db, application, document, anna, now)
    type_in(db, application, document, anna, now, amounts={**AMOUNTS, Key.EQUITY: Decimal(-5)})

    (filed,) = filed_reports(db, application.id, [CRITERION]).documents
    assert {each.amount for each in filed.report.figures if each.key is Key.EQUITY} == {-5}
    kept = select(FinancialReport.id).where(col(FinancialReport.document_id) == document.id)
    assert len(owner.exec(kept).all()) == 2


def test_the_record_says_that_figures_were_typed_and_holds_none_of_them(db, application, document, anna, now):
    type_in(db, application, document, anna, now)

    facts = db.exec(
        select(Event.facts).where(col(Event.case_id) == application.id, col(Event.kind) == "figures.typed")
    ).one()
    assert facts == {"criterion": CRITERION, "document": str(document.id)}


def test_figures_are_typed_only_from_a_pdf_on_a_criterion_that_asks_for_them(db, owner, application, anna, now):
    elsewhere = make_attached(owner, application, "GEN-25", by=anna)
    owner.commit()

    with pytest.raises(NotFound):
        type_in(db, application, elsewhere, anna, now)
    db.rollback()
    with pytest.raises(NotAllowed, match="no_figures_here"):
        type_in(db, application, elsewhere, anna, now, criterion="GEN-25")


def test_a_reader_and_another_company_type_nothing(db, owner, application, document, anna, now):
    reader = make_member(owner, anna.provider_id, role=Role.READER)
    stranger = make_member(owner, make_provider(owner))

    with pytest.raises(NotAllowed):
        type_in(db, application, document, reader, now)
    db.rollback()
    with pytest.raises(NotFound):
        type_in(db, application, document, stranger, now)


def test_nothing_is_typed_into_what_is_with_the_municipality(db, owner, bjorkvik, anna, now):
    submitted = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    made = make_attached(owner, submitted, CRITERION, by=anna)
    owner.commit()

    with pytest.raises(TransitionRefused):
        type_in(db, submitted, made, anna, now)


def test_a_municipality_sees_the_figures_when_the_application_is_submitted_and_others_never(
    db, owner, bjorkvik, ekholm, application, document, anna, now
):
    type_in(db, application, document, anna, now)
    officer, elsewhere = make_staff(owner, bjorkvik.id), make_staff(owner, ekholm.id)
    stranger = make_member(owner, make_provider(owner))

    def seen_by(actor):
        db.rollback()
        enter(db, Scope.of(actor))
        return len(
            db.exec(select(FinancialFigure.id).where(col(FinancialFigure.provider_id) == anna.provider_id)).all()
        )

    before = [seen_by(each) for each in (anna, officer, elsewhere, stranger)]
    owner.execute(
        sa.text("UPDATE application SET state = 'submitted', submitted_at = now(), number = 'x' WHERE id = :id"),
        {"id": application.id},
    )
    owner.commit()
    after = [seen_by(each) for each in (anna, officer, elsewhere, stranger)]

    assert (before, after) == ([6, 0, 0, 0], [6, 6, 0, 0])


@pytest.mark.parametrize("statement", ["DELETE FROM financial_figure", "UPDATE financial_figure SET amount = 1"])
def test_a_figure_can_only_be_added(db, application, document, anna, now, statement):
    type_in(db, application, document, anna, now)

    with pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(sa.text(statement))


def asked(owner, application):
    sets = sets_of(owner, application)
    return FactCase(
        application_id=application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=(sets.by_id[CRITERION],),
        on=date(2026, 3, 2),
        scanner=False,
    )


def test_the_rules_are_told_the_ratios_with_the_document_and_who_typed_them(
    db, owner, application, document, anna, now
):
    type_in(db, application, document, anna, now)

    stated = list(SOLVENCY_FACTS.facts_of(db, asked(owner, application)))

    assert [(each.fact, str(each.value)) for each in stated] == [
        ("finance.soliditet_pct", "30.2"),
        ("finance.kassalikviditet_pct", "140.0"),
    ]
    assert {(each.source_id, each.who, each.day) for each in stated} == {
        (str(document.id), "Anna Lindqvist", date(2025, 12, 31))
    }
    assert sheet_faults(stated, declared()) == ()


def test_a_doubt_is_a_gap_with_its_reason_and_never_a_number(db, owner, application, document, anna, now):
    type_in(db, application, document, anna, now, amounts={**AMOUNTS, Key.ASSETS: Decimal(0)})

    stated = list(SOLVENCY_FACTS.facts_of(db, asked(owner, application)))

    assert [type(each) for each in stated] == [Gap, Known]
    assert stated[0].why is Why.NO_DENOMINATOR


@pytest.mark.parametrize(
    ("state", "why"), [(DocumentState.WAITING, Why.DOCUMENT_WAITING), (DocumentState.CLEAN, Why.NOT_READ)]
)
def test_a_document_that_nothing_was_read_from_is_a_gap(db, owner, application, document, anna, state, why):
    owner.execute(sa.text("UPDATE document SET state = :state WHERE id = :id"), {"state": state, "id": document.id})
    owner.commit()
    enter(db, Scope.of(anna))

    assert {each.why for each in SOLVENCY_FACTS.facts_of(db, asked(owner, application))} == {why}


def test_every_doubt_has_its_reason_among_those_of_the_rules():
    assert set(WHY) == set(Doubt)
