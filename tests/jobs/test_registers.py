"""Registers asked by the clock and on an officer's word: what is written down, and who is asked to look."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import RegisterCheck
from portal.domain.authorization import State
from portal.domain.registers import Answer, Register, Said
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.jobs import registers as jobs
from portal.registers.companies import CompaniesRegister
from portal.services import registers
from tests.factories import NOW, make_member, make_municipality, make_provider, make_staff
from tests.factories_company import make_authorization_row
from tests.factories_review import acting, make_officer, make_submitted
from tests.registers.register_office import CLIENT, a_company, register_office

PERMITTED = "5560160680"
LIST = "Organisationsnummer;Tillståndshavare\n556016-0680;Nordljus Omsorg AB\n".encode("latin-1")
OTHER_LIST = b"Organisationsnummer\n559900-0147\n"


@pytest.fixture
def office():
    with register_office() as opened:
        yield opened


@pytest.fixture
def workshop(workshop, office):
    asks = CompaniesRegister(f"{office.url}/vardefulla-datamangder/v1", f"{office.url}/oauth2/token", *CLIENT)
    return replace(workshop, companies=asks)


@pytest.fixture
def company(owner, bjorkvik):
    """A provider with a contract in force in Björkvik: its id and its number."""
    application = make_submitted(owner, bjorkvik)
    make_authorization_row(owner, application, State.ACTIVE)
    owner.commit()
    number = owner.execute(
        sa.text("SELECT orgnr FROM provider WHERE id = :id"), {"id": application.provider_id}
    ).scalar_one()
    return application.provider_id, number


def checks(owner, provider_id):
    owner.rollback()
    statement = select(RegisterCheck).where(col(RegisterCheck.provider_id) == provider_id)
    return owner.exec(statement.order_by(col(RegisterCheck.asked_at))).all()


def ask(workshop, place, provider_id, register=Register.COMPANIES, **more):
    jobs.ask(workshop, municipality_id=str(place.id), provider_id=str(provider_id), register=register.value, **more)


def act(db, check_id, *, note, actor, now):
    """As the page does it."""
    registers.act(db, registers.check_of(db, check_id, actor=actor), note=note, actor=actor, now=now)


def later_on(workshop, **time):
    return replace(workshop, clock=lambda: NOW + timedelta(**time))


def test_the_clock_asks_once_a_day_and_a_changed_answer_wants_somebody(owner, workshop, office, bjorkvik, company):
    provider_id, number = company
    office.companies[number] = [a_company(number, "Vega Familjestöd AB")]

    ask(workshop, bjorkvik, provider_id)
    ask(later_on(workshop, hours=2), bjorkvik, provider_id)
    office.companies[number][0]["verksamOrganisation"]["kod"] = "NEJ"
    ask(later_on(workshop, days=1), bjorkvik, provider_id)
    ask(later_on(workshop, days=2), bjorkvik, provider_id)

    found = checks(owner, provider_id)
    assert [(each.said, each.act_because) for each in found] == [
        (Said.IN_ORDER, None),
        (Said.REMARK, "changed"),
        (Said.REMARK, None),
    ]
    assert {each.asked_by for each in found} == {None}


def test_a_register_that_does_not_answer_is_told_of_and_asked_again(owner, workshop, office, bjorkvik, company):
    provider_id, number = company
    office.companies[number], office.broken = [a_company(number, "Vega Familjestöd AB")], True

    ask(workshop, bjorkvik, provider_id)
    office.broken = False
    ask(later_on(workshop, minutes=5), bjorkvik, provider_id)

    assert [(each.said, each.why, each.act_because) for each in checks(owner, provider_id)] == [
        (Said.NO_ANSWER, "unreachable", None),
        (Said.IN_ORDER, "", None),
    ]


def test_every_provider_with_a_contract_in_force_is_asked_about_and_no_other(owner, workshop, bjorkvik, company):
    waiting = make_submitted(owner, bjorkvik).provider_id

    jobs.order_all(workshop)

    rows = owner.execute(
        sa.text(
            "SELECT args->>'provider_id', args->>'register' FROM procrastinate_jobs WHERE task_name='registers.ask'"
        )
    ).all()
    assert {(str(company[0]), "bolagsverket"), (str(company[0]), "ivo")} <= {tuple(row) for row in rows}
    assert str(waiting) not in {row[0] for row in rows}


def test_where_nothing_is_connected_only_who_asks_is_told(owner, workshop, bjorkvik, company):
    unconnected, officer = replace(workshop, companies=None), make_officer(owner, bjorkvik)

    ask(unconnected, bjorkvik, company[0])
    assert checks(owner, company[0]) == []
    ask(unconnected, bjorkvik, company[0], asked_by=str(officer.person_id))

    (check,) = checks(owner, company[0])
    assert (check.said, check.why, check.asked_by) == (Said.NO_ANSWER, "not_connected", officer.person_id)


def test_a_permit_is_looked_up_in_the_latest_list(owner, db, workshop):
    place = make_municipality(owner, own_slug=f"bjorkvik-{uuid4().hex[:8]}")
    administrator = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    provider_id = make_submitted(owner, place, by=make_member(owner, make_provider(owner, orgnr=PERMITTED))).provider_id
    first, second = NOW.date() - timedelta(days=9), NOW.date()

    ask(workshop, place, provider_id, Register.PERMITS)
    acting(db, registers.take_permit_list, LIST, name="januari.csv", dated=first, actor=administrator)
    ask(workshop, place, provider_id, Register.PERMITS)
    acting(db, registers.take_permit_list, OTHER_LIST, name="mars.csv", dated=second, actor=administrator)
    ask(later_on(workshop, days=31), place, provider_id, Register.PERMITS)

    assert [(each.facts, each.source, each.act_because) for each in checks(owner, provider_id)] == [
        ({"ivo.permit_holder_orgnr": PERMITTED}, "januari.csv", None),
        ({"ivo.permit_holder_orgnr": ""}, "mars.csv", "changed"),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "no_heading"),
        (b"Namn;Ort\nVega;Umea\n", "no_heading"),
        (b"Organisationsnummer\n", "empty"),
        (b"Organisationsnummer\n556016-0681\n", "bad_line"),
        (b"Organisationsnummer\n" + b"x" * 6_000_000, "too_large"),
        (b"Organisationsnummer\n850101-1234\n", "empty"),
    ],
)
def test_a_file_that_is_no_list_of_permits_is_refused(content, fault):
    with pytest.raises(Invalid) as refused:
        registers.read_permits(content)

    assert refused.value.errors == {"lista": fault}


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_list_is_read_however_it_was_saved(separator, encoding):
    text = f"Namn{separator}Organisationsnummer\nÅsö Omsorg{separator}556016-0680\n\n"

    assert registers.read_permits(text.encode(encoding)) == {PERMITTED: "Åsö Omsorg"}


def test_an_officer_writes_down_what_a_register_said_and_says_what_came_of_it(owner, db, bjorkvik, company):
    officer, debt = make_officer(owner, bjorkvik), {"tax.enforcement_debt_sek": 4_200}
    with pytest.raises(Invalid) as refused:
        acting(db, registers.check_by_hand, company[0], Register.DEBTS, debt, source="", note="", actor=officer)
    assert refused.value.errors == {"kalla": "missing", "anteckning": "missing"}

    said = {"source": "Utdrag 2 mars", "note": "En fordran."}
    check_id = acting(db, registers.check_by_hand, company[0], Register.DEBTS, debt, **said, actor=officer).id
    with pytest.raises(Invalid):
        acting(db, act, check_id, note=" ", actor=officer)
    acting(db, act, check_id, note="Betald enligt kvitto.", actor=officer)
    with pytest.raises(NotAllowed):
        acting(db, act, check_id, note="En gång till.", actor=officer)

    (kept,) = checks(owner, company[0])
    assert (kept.act_because, kept.acted_by, kept.acted_note) == ("remark", officer.person_id, "Betald enligt kvitto.")


def test_what_a_register_said_cannot_be_changed_afterwards(owner, db, bjorkvik, company):
    officer = make_officer(owner, bjorkvik)
    answer = Answer(Said.IN_ORDER, {"tax.f_skatt": True})
    acting(db, registers.write_down, company[0], Register.TAX, answer, source="Skatteverket", actor=officer)

    for statement in ("UPDATE register_check SET said = 'in_order'", "DELETE FROM register_check"):
        enter(db, Scope.of(officer))
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.execute(sa.text(statement))
        db.rollback()


def test_another_municipality_sees_no_check_and_makes_none(owner, db, bjorkvik, ekholm, company):
    officer, stranger = make_officer(owner, bjorkvik), make_officer(owner, ekholm)
    answer = Answer(Said.REMARK, {"tax.f_skatt": False})
    check = acting(db, registers.write_down, company[0], Register.TAX, answer, source="Skatteverket", actor=officer)

    for verb, subject, more in (
        (act, check.id, {"note": "Hej."}),
        (registers.write_down, company[0], {"register": Register.TAX, "answer": answer, "source": "x"}),
    ):
        with pytest.raises(NotFound):
            acting(db, verb, subject, **more, actor=stranger)

    assert len(checks(owner, company[0])) == 1
