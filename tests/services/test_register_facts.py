"""What registers have answered, as facts for the rules."""

from datetime import timedelta

import pytest

from portal.db.session import Scope, enter
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Each, Gap, Known, Source, Why, sheet_faults
from portal.domain.registers import PLUGS, Answer, Register, read_facts
from portal.library import declared
from portal.services import registers
from portal.services.fact_sources import FactCase
from portal.services.register_facts import REGISTERS
from tests.factories import NOW
from tests.factories_application import sets_of
from tests.factories_review import acting, make_officer, make_submitted

SAID = {
    Register.COMPANIES: {"org.active": True, "org.deregistered": False, "org.pending_proceedings": ["KK"]},
    Register.TAX: {"tax.f_skatt": True},
    Register.DEBTS: {"tax.enforcement_debt_sek": 4_200},
    Register.EXCLUSION: {"person_circle.business_ban": False},
    Register.PERMITS: {"ivo.permit_holder_orgnr": ""},
    Register.VAT: {"vat.number_holds": True},
}


@pytest.fixture
def application(owner, bjorkvik):
    return make_submitted(owner, bjorkvik)


def facts_of(owner, db, application, actor, *, days=0):
    sets = sets_of(owner, application)
    case = FactCase(
        application_id=application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=sets.asked_criteria,
        on=day_in_sweden(NOW + timedelta(days=days)),
        scanner=True,
    )
    enter(db, Scope.of(actor))
    found = list(REGISTERS.facts_of(db, case))
    db.rollback()
    return {each.fact: each for each in found}


def write_all(db, application, officer):
    for register, facts in SAID.items():
        answer = Answer(read_facts(facts), facts)
        acting(db, registers.write_down, application.provider_id, register, answer, source="Utdrag", actor=officer)


def test_a_register_that_nobody_has_asked_is_a_gap_and_never_a_no(owner, db, bjorkvik, application):
    found = facts_of(owner, db, application, make_officer(owner, bjorkvik))

    assert set(found) == set(REGISTERS.facts)
    assert all(isinstance(each, Gap) and each.why is Why.NOT_RUN for each in found.values())


def test_what_was_answered_is_stated_with_its_origin_and_of_the_declared_kind(owner, db, bjorkvik, application):
    officer = make_officer(owner, bjorkvik)
    write_all(db, application, officer)

    found = facts_of(owner, db, application, officer)

    known = [each for each in found.values() if isinstance(each, Known)]
    assert sheet_faults(known, declared()) == ()
    assert found["org.pending_proceedings"].value == frozenset({"KK"})
    assert found["person_circle.business_ban"].value == Each((("", False),))
    debt = found["tax.enforcement_debt_sek"]
    assert (debt.source, debt.source_id, debt.who) == (Source.REGISTER, "kronofogden", officer.name)
    # The register said nothing of the name, so that nothing is known of it.
    assert isinstance(found["org.unnotified_registry_changes"], Gap)


def test_an_answer_that_is_long_out_of_date_is_not_relied_on(owner, db, bjorkvik, application):
    officer = make_officer(owner, bjorkvik)
    write_all(db, application, officer)
    last = 2 * PLUGS[Register.TAX].again.days

    assert isinstance(facts_of(owner, db, application, officer, days=last)["tax.f_skatt"], Known)
    assert isinstance(facts_of(owner, db, application, officer, days=last + 1)["tax.f_skatt"], Gap)


def test_another_municipalitys_checks_are_not_this_ones_facts(owner, db, bjorkvik, ekholm, application):
    theirs = make_submitted(owner, ekholm)
    write_all(db, theirs, make_officer(owner, ekholm))

    found = facts_of(owner, db, application, make_officer(owner, bjorkvik))

    assert all(isinstance(each, Gap) for each in found.values())
