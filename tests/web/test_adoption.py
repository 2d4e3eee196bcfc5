"""The version of conditions that an authorization stands under, on the pages of all who may know it."""

from datetime import UTC, datetime

import pytest

from portal.jobs.workshop import open_workshop
from portal.services import confirmations
from tests.factories import NOW, sign_in
from tests.factories_adoption import AuthorisedCase
from tests.factories_drafts import make_place
from tests.factories_review import acting
from tests.statements import BUDGET, statements


@pytest.fixture
def case(owner, db, settings):
    workshop = open_workshop(settings, clock=lambda: NOW)
    yield AuthorisedCase(owner, db, make_place(owner), workshop)
    workshop.engine.dispose()


def pages(case, browse, owner, slug):
    """The contract as each side reads it, and the public list."""
    contract = f"avtal/{case.authorization().id}"
    company = browse(sign_in(owner, case.signatory))
    officer = browse(sign_in(owner, case.officer))
    return (
        company.get(f"/foretag/{contract}").text,
        officer.get(f"/kommun/{contract}").text,
        browse().get(f"/{slug}/anordnare").text,
    )


def test_each_side_reads_the_version_and_the_contract_tells_that_of_the_decision(case, browse, owner, resources):
    slug = case.place.slug
    case.publish()
    *contracts, public = pages(case, browse, owner, slug)
    for page in contracts:
        assert "Allmänna villkor, version 1" in page
        assert "Nya villkor att bekräfta" in page
        assert "Vid beslutet" not in page
        assert "gäller från och med" not in page
    assert "allmänna villkor version 1" in public

    case.answer(2)
    case.accept(2)

    *contracts, public = pages(case, browse, owner, slug)
    for page in contracts:
        assert f'href="/{slug}/villkor/2">Allmänna villkor, version 2' in page
        assert "Vid beslutet: version 1" in page
        assert "gäller från och med 1 maj" in page
        assert "Står under allmänna villkor version 2" in page
        assert "Nya villkor att bekräfta" not in page
    assert "allmänna villkor version 2" in public
    with statements(resources.engine) as sent:
        assert "allmänna 2" in browse(sign_in(owner, case.signatory)).get("/foretag/avtal").text
    assert len(sent) <= BUDGET
    assert "allmänna 2" in browse(sign_in(owner, case.officer)).get("/kommun/anordnare").text


def test_what_is_adopted_after_its_day_applies_from_the_day_of_the_adoption(case, browse, owner):
    case.publish()
    case.answer(2)
    acting(
        case.db, confirmations.accept, case.rows()[2].id, actor=case.officer, now=datetime(2026, 6, 10, 9, tzinfo=UTC)
    )
    address = f"/foretag/avtal/{case.authorization().id}"
    company = browse(sign_in(owner, case.signatory))

    assert "gäller från och med 10 juni" in company.get(address).text
    company.cookies.set("kundval_language", "en")
    assert "applies from 10 June" in company.get(address).text


def test_of_two_versions_that_wait_each_has_its_own_page(case, browse, owner):
    case.publish()
    case.publish(demand="tax.employer_registered", valid_from=case.rows()[2].due_on.replace(month=9))
    company = browse(sign_in(owner, case.signatory))
    here = f"/foretag/nya-villkor/{case.id}"

    listed = company.get(here).text
    today = datetime.now(UTC).date().isoformat()
    said = {"svar": "ja", "underlag": str(case.document), f"utfardat-{case.document}": today}
    older = company.get(f"{here}/GEN-07?villkor=2").text
    answer = company.post(f"{here}/GEN-07?villkor=2", data=said)

    assert f'href="{here}/GEN-07"' in listed
    assert f'href="{here}/GEN-07?villkor=2"' in listed
    assert "version 2, från 1 maj" in older
    assert f'action="{here}/GEN-07?villkor=2"' in older
    assert answer.status_code == 303
    assert case.rows()[2].answered_at is not None
    assert case.rows()[3].answered_at is None
    assert "version 3" in company.get(f"{here}/GEN-07?villkor=strunt").text
    assert company.get(f"{here}/GEN-07?villkor=9").status_code == 404


def test_the_officer_lets_those_with_nothing_new_stand_under_it_together(case, browse, owner, resources):
    case.publish()
    case.answer(2)
    case.accept(2)
    case.publish(valid_from=case.rows()[2].due_on.replace(month=9))
    officer = browse(sign_in(owner, case.officer))
    with statements(resources.engine) as sent:
        page = officer.get("/kommun/nya-villkor").text
    assert len(sent) <= BUDGET
    assert "En anordnare har inget nytt att bekräfta, men står kvar under en äldre version." in page
    version = page.split('name="version" value="')[1].split('"')[0]
    administrator = browse(sign_in(owner, case.administrator))
    assert "Låt dem stå under" not in administrator.get("/kommun/nya-villkor").text

    assert officer.post("/kommun/nya-villkor/inget-nytt", data={"version": "strunt"}).status_code == 404
    assert officer.post("/kommun/nya-villkor/inget-nytt", data={"version": version}).status_code == 303

    assert case.stands() == 3
    assert "står kvar under en äldre version" not in officer.get("/kommun/nya-villkor").text
