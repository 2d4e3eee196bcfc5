"""The company's room: come in, register, choose, correct, and what each role sees of it."""

import re

import pytest
from sqlmodel import col, select

from portal.db.tables import Provider, ProviderMember
from portal.domain.roles import Role
from portal.services.providers import REGISTRATIONS_AN_HOUR
from tests.factories import make_member, make_orgnr, make_provider, make_staff, sign_in
from tests.factories_company import make_newcomer
from tests.statements import BUDGET, statements
from tests.web.reading import in_english, said_at

TYPED = {
    "namn": "Öster & Åström Familjestöd AB",
    "form": "",
    "gata": "Storgatan 1",
    "postnummer": "12345",
    "ort": "Björkvik",
    "epost": "info@oster.example",
    "telefon": "070-123 45 67",
    "intygar": "ja",
}


def test_without_a_company_one_comes_to_register(browse, owner):
    client = browse(sign_in(owner, make_newcomer(owner, email="asa@oster.example")))

    assert client.get("/foretag").headers["location"] == "/foretag/registrera"
    assert client.get("/foretag/valj").headers["location"] == "/foretag/registrera"
    answer = client.get("/foretag/registrera")
    assert 'value="asa@oster.example"' in answer.text


def test_without_a_session_one_is_sent_to_sign_in_and_back(browse):
    answer = browse().get("/foretag/personer")

    assert answer.headers["location"] == "/logga-in/foretag?till=%2Fforetag%2Fpersoner&skal=utloggad"


@pytest.mark.parametrize("path", ["/foretag", "/foretag/valj", "/foretag/registrera", "/foretag/uppgifter"])
def test_for_the_municipalitys_staff_the_room_is_not_there(browse, owner, bjorkvik, path):
    client = browse(sign_in(owner, make_staff(owner, bjorkvik.id)))

    assert client.get(path).status_code == 404


def test_who_registers_acts_for_the_company_at_once(browse, owner):
    person = make_newcomer(owner)
    client = browse(sign_in(owner, person))
    number = make_orgnr()

    answer = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": f"{number[:6]}-{number[6:]}"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/foretag")
    welcome = client.get("/foretag").text
    assert "Välkommen, Åsa" in welcome
    assert "Öster &amp; Åström Familjestöd AB, firmatecknare" in welcome
    stored = owner.exec(select(Provider).where(Provider.orgnr == number)).one()
    assert (stored.form, stored.postcode) == ("ab", "123 45")


def test_every_fault_is_said_at_once_and_nothing_typed_is_lost(browse, owner):
    client = browse(sign_in(owner, make_newcomer(owner)))
    typed = {
        "organisationsnummer": "559900-0143",
        "namn": "",
        "gata": "",
        "postnummer": "12 34",
        "ort": "",
        "epost": "åsa@öster.se",
        "telefon": "ring mig",
    }

    answer = client.post("/foretag/registrera", data=typed)

    assert answer.status_code == 422
    assert "<title>Fel: Registrera företaget" in answer.text
    for field in (*typed, "intygar"):
        assert said_at(answer.text, field)
    for value in ("559900-0143", "12 34", "åsa@öster.se", "ring mig"):
        assert f'value="{value}"' in answer.text


@pytest.mark.parametrize(
    ("number", "sentence", "english"),
    [
        ("", "Skriv företagets organisationsnummer.", "Write the company’s organisation number."),
        (
            "12345",
            "Organisationsnumret ska ha tio siffror, till exempel 559900-0142.",
            "The organisation number has ten digits, for example 559900-0142.",
        ),
        ("559900-0143", "Numret stämmer inte.", "The number is not right."),
        (
            "19850101-1234",
            "Enskilda firmor kan inte registreras här än.",
            "Sole traders cannot be registered here yet.",
        ),
    ],
)
def test_each_fault_of_a_number_has_its_own_sentence(browse, owner, number, sentence, english):
    client = browse(sign_in(owner, make_newcomer(owner)))

    swedish = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": number})
    in_other = in_english(client).post("/foretag/registrera", data={**TYPED, "organisationsnummer": number})

    assert sentence in said_at(swedish.text, "organisationsnummer")
    assert english in said_at(in_other.text, "organisationsnummer")


def test_a_sole_trader_is_told_what_to_do(browse, owner):
    client = browse(sign_in(owner, make_newcomer(owner)))

    answer = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": "850101-1234"})

    assert "Kontakta kommunen" in said_at(answer.text, "organisationsnummer")


def test_the_form_is_proposed_from_the_number_when_something_else_is_wrong(browse, owner):
    client = browse(sign_in(owner, make_newcomer(owner)))

    answer = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": make_orgnr(), "namn": ""})

    assert '<option value="ab" selected>' in answer.text


def test_without_attesting_nothing_is_registered(browse, owner):
    client = browse(sign_in(owner, make_newcomer(owner)))
    number = make_orgnr()

    answer = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": number, "intygar": ""})

    assert "firmatecknare" in said_at(answer.text, "intygar")
    assert owner.exec(select(Provider).where(Provider.orgnr == number)).all() == []


def test_a_number_that_is_taken_is_said_without_a_name(browse, owner):
    taken = owner.get_one(Provider, make_provider(owner, "Hemliga Bolaget AB"))
    make_member(owner, taken.id, name="Hemlig Person")
    client = browse(sign_in(owner, make_newcomer(owner)))

    answer = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": taken.orgnr})

    assert answer.status_code == 422
    assert "redan registrerat" in said_at(answer.text, "organisationsnummer")
    assert "bjuda in dig" in answer.text
    assert "Hemlig" not in answer.text
    assert f'value="{TYPED["gata"]}"' in answer.text


def test_after_too_many_tries_one_has_to_wait(browse, owner):
    taken = owner.get_one(Provider, make_provider(owner))
    client = browse(sign_in(owner, make_newcomer(owner)))
    for _ in range(REGISTRATIONS_AN_HOUR):
        client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": taken.orgnr})

    answer = client.post("/foretag/registrera", data={**TYPED, "organisationsnummer": taken.orgnr})

    assert answer.status_code == 429
    assert "För många försök" in answer.text


def two_companies(owner):
    """A person in two companies, signed in for neither."""
    person = make_newcomer(owner)
    for name in ("Ängens Samtal ek. för.", "Vega Familjestöd AB"):
        owner.add(
            ProviderMember(
                provider_id=make_provider(owner, name),
                person_id=person.person_id,
                role=Role.EDITOR,
                email="asa@x.example",
                joined_at=owner.exec(select(Provider.registered_at)).first(),
            )
        )
    owner.commit()
    return person


def test_with_several_companies_one_chooses_and_sees_for_which_one_acts(browse, owner):
    client = browse(sign_in(owner, two_companies(owner)))
    assert client.get("/foretag").headers["location"] == "/foretag/valj"
    assert client.get("/foretag/uppgifter").headers["location"] == "/foretag/valj?till=%2Fforetag%2Fuppgifter"

    html = client.get("/foretag/valj?till=/foretag/uppgifter").text
    assert html.index("Vega Familjestöd AB") < html.index("Ängens Samtal ek. för.")
    chosen = re.findall(r'name="foretag" value="(.*?)"', html)[1]
    answer = client.post("/foretag/valj", data={"foretag": chosen, "till": "/foretag/uppgifter"})

    assert answer.headers["location"] == "/foretag/uppgifter"
    assert "<small>Ängens Samtal ek. för.</small>" in client.get("/foretag").text


@pytest.mark.parametrize("wanted", ["not-an-id", "other"])
def test_a_company_one_does_not_belong_to_is_not_there_to_choose(browse, owner, wanted):
    client = browse(sign_in(owner, two_companies(owner)))

    answer = client.post("/foretag/valj", data={"foretag": str(make_provider(owner)) if wanted == "other" else wanted})

    assert answer.status_code == 404


def test_choosing_leads_nowhere_else_than_here(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))

    answer = client.post("/foretag/valj", data={"foretag": str(actor.provider_id), "till": "//elsewhere.example"})

    assert answer.headers["location"] == "/foretag"


def test_who_has_left_no_longer_acts_for_the_company(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))
    row = owner.exec(select(ProviderMember).where(col(ProviderMember.person_id) == actor.person_id)).one()
    row.left_at = row.joined_at
    owner.add(row)
    owner.commit()

    assert client.get("/foretag").headers["location"] == "/foretag/registrera"
    assert client.post("/foretag/valj", data={"foretag": str(actor.provider_id)}).status_code == 404


def details_of(actor, **changed):
    return {**TYPED, "form": "ab", "foretag": str(actor.provider_id), **changed}


def test_an_administrator_corrects_the_details(browse, owner):
    actor = make_member(owner, make_provider(owner), Role.ADMINISTRATOR)
    client = browse(sign_in(owner, actor))

    answer = client.post("/foretag/uppgifter/andra", data=details_of(actor, organisationsnummer="559900-0142"))

    assert answer.headers["location"] == "/foretag/uppgifter?gjort=sparat"
    page = client.get(answer.headers["location"]).text
    assert "Uppgifterna är sparade." in page
    assert "Öster &amp; Åström Familjestöd AB" in page
    assert "559900-0142" not in page  # The number that was sent along changes nothing.


def test_faults_in_the_details_keep_what_was_typed(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))

    answer = client.post("/foretag/uppgifter/andra", data=details_of(actor, namn="Å" * 201, form="x", epost=""))

    assert answer.status_code == 422
    assert said_at(answer.text, "namn") == "Texten är för lång. Skriv högst 200 tecken."
    assert said_at(answer.text, "form") == "Välj organisationsform."
    assert said_at(answer.text, "epost") == "Skriv en e-postadress."
    assert "Å" * 201 in answer.text


def test_a_form_opened_for_one_company_is_not_taken_for_another(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))

    answer = client.post("/foretag/uppgifter/andra", data=details_of(actor, foretag=str(make_provider(owner))))

    assert answer.status_code == 403
    assert "Du företräder ett annat företag nu" in answer.text
    assert owner.get_one(Provider, actor.provider_id).name == "Vega Familjestöd AB"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_who_may_not_change_sees_no_button_and_is_refused(browse, owner, role):
    actor = make_member(owner, make_provider(owner), role)
    client = browse(sign_in(owner, actor))

    assert "/foretag/uppgifter/andra" not in client.get("/foretag/uppgifter").text
    assert client.get("/foretag/uppgifter/andra").status_code == 403
    answer = client.post("/foretag/uppgifter/andra", data=details_of(actor))

    assert answer.status_code == 403
    assert "Din roll räcker inte till" in answer.text


@pytest.mark.parametrize(
    "path", ["/foretag/valj", "/foretag/registrera", "/foretag/uppgifter", "/foretag/uppgifter/andra"]
)
def test_no_page_about_the_company_asks_more_than_six_times(browse, owner, resources, path):
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))

    with statements(resources.engine) as sent:
        assert in_english(client).get(path).status_code == 200

    assert len(sent) <= BUDGET
