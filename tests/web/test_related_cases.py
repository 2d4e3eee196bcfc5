"""The same company and those near it, as an officer reads of them beside a case."""

from datetime import date

import pytest

from portal.db.tables import BeneficialOwner, Provider, ProviderMember
from portal.domain.application import State
from portal.domain.owners import Ownership, name_key
from portal.domain.roles import Role
from tests.factories import NOW, make_member, make_provider
from tests.factories_application import make_application
from tests.factories_review import make_decider, make_submitted
from tests.statements import BUDGET, statements


@pytest.fixture
def signatory(owner):
    return make_member(owner, make_provider(owner, "Nya Vega AB"), name="Anna Lindqvist")


def join(owner, actor, provider_id, role=Role.SIGNATORY, *, left=None):
    row = ProviderMember(
        provider_id=provider_id, person_id=actor.person_id, role=role, email="a@x.example", joined_at=NOW, left_at=left
    )
    owner.add(row)
    owner.commit()


def refused(owner, place, name):
    provider_id = make_provider(owner, name)
    by = make_member(owner, provider_id, name="Någon Annan")
    decider = make_decider(owner, place)
    return provider_id, make_application(owner, place, by=by, state=State.REJECTED, decider=decider)


def test_the_companys_other_applications_are_listed_with_how_they_went(
    as_officer, resources, owner, bjorkvik, signatory
):
    decider = make_decider(owner, bjorkvik)
    before = make_application(owner, bjorkvik, by=signatory, state=State.REJECTED, decider=decider)
    case = make_submitted(owner, bjorkvik, by=signatory)

    with statements(resources.engine) as sent:
        page = as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text

    assert before.number in page
    assert "Avslagen" in page
    assert len(sent) <= BUDGET, sent
    assert f"/kommun/arenden/{case.id}/narstaende" in as_officer.get(f"/kommun/arenden/{case.id}").text


@pytest.mark.parametrize("left", [None, NOW])
def test_a_refused_company_with_the_same_signatory_is_listed_with_why(as_officer, owner, bjorkvik, signatory, left):
    provider_id, other = refused(owner, bjorkvik, "Gamla Vega AB")
    join(owner, signatory, provider_id, left=left)
    case = make_submitted(owner, bjorkvik, by=signatory)

    page = as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text

    assert other.number in page
    assert "Anna Lindqvist är firmatecknare i sökanden och firmatecknare i det andra företaget" in page
    assert ("(en av rollerna är avslutad)" in page) == (left is not None)


def test_neither_a_readers_company_nor_an_approved_one_nor_another_municipalitys_is_listed(
    as_officer, owner, bjorkvik, ekholm, signatory
):
    read, _ = refused(owner, bjorkvik, "Läsarens Bolag AB")
    elsewhere, _ = refused(owner, ekholm, "Grannens Bolag AB")
    approved = make_provider(owner, "Godkända Bolaget AB")
    make_application(owner, bjorkvik, by=make_member(owner, approved), state=State.APPROVED)
    join(owner, signatory, read, Role.READER)
    join(owner, signatory, elsewhere)
    join(owner, signatory, approved)
    case = make_submitted(owner, bjorkvik, by=signatory)

    page = as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text

    assert "Inget annat företag med samma företrädare eller huvudman har fått avslag här." in page
    for name in ("Läsarens Bolag AB", "Grannens Bolag AB", "Godkända Bolaget AB"):
        assert name not in page


def test_a_link_is_made_shown_in_both_and_removed(as_officer, owner, bjorkvik):
    one, other = make_submitted(owner, bjorkvik), make_submitted(owner, bjorkvik)
    there = f"/kommun/arenden/{one.id}/narstaende"

    answer = as_officer.post(
        f"/kommun/arenden/{one.id}/kopplingar", data={"nummer": other.number, "varfor": "Samma verksamhet."}
    )

    assert answer.headers["location"] == f"{there}#kopplade"
    for case in (one, other):
        assert "Samma verksamhet." in as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text
        assert "kopplat till ett annat ärende" in as_officer.get(f"/kommun/arenden/{case.id}").text
    page = as_officer.get(there).text
    remove = page.split(f"/kommun/arenden/{one.id}/kopplingar/")[1].split("/ta-bort")[0]
    assert as_officer.post(f"/kommun/arenden/{one.id}/kopplingar/{remove}/ta-bort").status_code == 303
    assert "Ärendet är inte kopplat till något annat." in as_officer.get(there).text


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(as_officer, owner, bjorkvik):
    case = make_submitted(owner, bjorkvik)
    path = f"/kommun/arenden/{case.id}/kopplingar"

    empty, unknown = as_officer.post(path), as_officer.post(path, data={"nummer": "SN 1900/1", "varfor": "Samma sak."})

    assert (empty.status_code, unknown.status_code) == (422, 422)
    assert 'href="#nummer">Skriv det andra' in empty.text
    assert 'href="#varfor"' in empty.text
    assert 'href="#nummer">Det finns inget ärende' in unknown.text
    assert "Samma sak." in unknown.text


def own(owner, provider_id, name, *, until=None):
    """One beneficial owner, as the company has stated it."""
    person = owner.get_one(Provider, provider_id).registered_by
    row = BeneficialOwner(
        provider_id=provider_id,
        name=name,
        name_key=name_key(name),
        since=date(2020, 1, 1),
        until=until,
        stated_by=person,
        stated_at=NOW,
    )
    provider = owner.get_one(Provider, provider_id)
    provider.ownership, provider.ownership_at = Ownership.STATED, NOW
    owner.add_all((row, provider))
    owner.commit()


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("Åsa Öberg", "åsa  öberg", "uppgiven verklig huvudman i sökanden och uppgiven verklig huvudman i det andra"),
        ("Någon Annan", None, "uppgiven verklig huvudman i sökanden och firmatecknare i det andra"),
        (None, "ANNA LINDQVIST", "firmatecknare i sökanden och uppgiven verklig huvudman i det andra"),
    ],
)
def test_a_refused_company_with_an_owner_of_the_same_name_is_listed_as_a_hint(
    as_officer, resources, owner, bjorkvik, signatory, ours, theirs, why
):
    provider_id, other = refused(owner, bjorkvik, "Gamla Vega AB")
    if ours:
        own(owner, signatory.provider_id, ours)
    if theirs:
        own(owner, provider_id, theirs)
    case = make_submitted(owner, bjorkvik, by=signatory)

    with statements(resources.engine) as sent:
        page = as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text

    assert other.number in page
    assert why in page
    assert "Namnet kan vara en annan persons; kontrollera i registret" in page
    assert len(sent) <= BUDGET, sent


def test_the_applicants_own_word_on_its_owners_stands_there_and_other_names_match_nothing(
    as_officer, owner, bjorkvik, signatory
):
    provider_id, other = refused(owner, bjorkvik, "Gamla Vega AB")
    own(owner, provider_id, "Åsa Öberg")
    case = make_submitted(owner, bjorkvik, by=signatory)
    assert "Företaget har inte uppgett någon." in as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text
    own(owner, signatory.provider_id, "Karin Ståhl", until=date(2024, 6, 30))

    page = as_officer.get(f"/kommun/arenden/{case.id}/narstaende").text

    assert "Karin Ståhl, 1 januari 2020 till 30 juni 2024" in page
    assert other.number not in page
