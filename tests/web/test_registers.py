"""The pages of checks in registers: who reads them, what is said of a mistake, and that nothing typed is lost."""

import pytest
from sqlmodel import col, select

from portal.db.tables import PermitList, RegisterCheck
from portal.domain.roles import Role
from tests.factories import make_staff, sign_in
from tests.factories_admin import make_own_municipality
from tests.factories_review import make_submitted
from tests.statements import BUDGET, statements


@pytest.fixture
def provider_id(owner, bjorkvik):
    return make_submitted(owner, bjorkvik).provider_id


def kept(owner, provider_id):
    owner.rollback()
    return owner.exec(select(RegisterCheck).where(col(RegisterCheck.provider_id) == provider_id)).all()


def test_an_answer_is_written_down_and_shown_with_who_and_where(as_officer, owner, provider_id):
    there = f"/kommun/anordnare/{provider_id}/kontroller"

    answer = as_officer.post(f"{there}/kronofogden/svar", data={"skuld": "0", "kalla": "Utdrag 2 mars"})

    assert answer.status_code == 303
    page = as_officer.get(f"{there}/kronofogden").text
    assert "Inga skulder." in as_officer.get(there).text
    assert all(words in page for words in ("Inga skulder.", "Utdrag 2 mars", "Mikael Öberg", "Utan anmärkning"))


@pytest.mark.parametrize(
    ("register", "form", "said"),
    [
        ("bolagsverket", {}, "Välj ja eller nej."),
        ("skatteverket", {"f_skatt": "ja"}, "Välj om företaget är registrerat som arbetsgivare."),
        ("kronofogden", {"skuld": "tusen"}, "Skriv skulden i hela kronor"),
        ("kronofogden", {"skuld": "5", "kalla": "Utdrag"}, "Skriv vad anmärkningen gäller."),
        ("moms", {"kalla": "Sökningen på webben"}, "Skriv momsregistreringsnumret"),
        ("ivo", {"tillstand": "kanske"}, "Välj ja eller nej."),
        ("uteslutning", {"naringsforbud": "nej"}, "Skriv var du såg det"),
    ],
)
def test_a_mistake_is_said_at_the_field_and_nothing_typed_is_lost(as_officer, owner, provider_id, register, form, said):
    answer = as_officer.post(f"/kommun/anordnare/{provider_id}/kontroller/{register}/svar", data=form)

    assert answer.status_code == 422
    assert said in answer.text
    assert all(f'value="{typed}"' in answer.text for typed in form.values() if typed != "kanske")
    assert kept(owner, provider_id) == []


def test_an_unknown_register_is_not_found(as_officer, provider_id):
    assert as_officer.post(f"/kommun/anordnare/{provider_id}/kontroller/polisen/svar", data={}).status_code == 404
    assert as_officer.get(f"/kommun/anordnare/{provider_id}/kontroller/polisen").status_code == 404


def test_what_came_of_a_remark_is_said_once_and_shown(as_officer, owner, provider_id):
    there = f"/kommun/anordnare/{provider_id}/kontroller/kronofogden"
    as_officer.post(f"{there}/svar", data={"skuld": "4 200", "kalla": "Utdrag", "anteckning": "En fordran."})
    (check,) = kept(owner, provider_id)
    assert "Registret har en anmärkning." in as_officer.get("/kommun/kontroller").text

    silent = as_officer.post(f"/kommun/kontroller/{check.id}/atgarda", data={"atgard": " "})
    said = as_officer.post(f"/kommun/kontroller/{check.id}/atgarda", data={"atgard": "Betald i går."})

    assert (silent.status_code, said.status_code) == (422, 303)
    assert "Skriv vad du kom fram till" in silent.text
    assert "Betald i går." in as_officer.get(there).text
    assert str(check.provider_id) not in as_officer.get("/kommun/kontroller").text


def test_a_register_that_only_people_ask_is_not_asked_by_a_job(as_officer, provider_id):
    assert as_officer.post(f"/kommun/anordnare/{provider_id}/kontroller/kronofogden/fraga").status_code == 403


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.MUNICIPAL_ADMINISTRATOR])
def test_who_has_nothing_to_do_with_it_does_not_read_checks(browse, owner, bjorkvik, provider_id, role):
    as_officer = browse(sign_in(owner, make_staff(owner, bjorkvik.id, role)))

    assert as_officer.get(f"/kommun/anordnare/{provider_id}/kontroller").status_code == 404
    assert as_officer.get("/kommun/kontroller").status_code == 404


def test_the_pages_ask_the_database_few_questions(as_officer, resources, provider_id):
    as_officer.post(
        f"/kommun/anordnare/{provider_id}/kontroller/kronofogden/svar", data={"skuld": "0", "kalla": "Utdrag"}
    )
    for address in (
        "/kommun/kontroller",
        f"/kommun/anordnare/{provider_id}/kontroller",
        f"/kommun/anordnare/{provider_id}/kontroller/ivo",
    ):
        with statements(resources.engine) as sent:
            assert as_officer.get(address).status_code == 200
        assert len(sent) <= BUDGET, sent


def test_the_administrator_uploads_a_list_and_is_told_what_is_wrong_with_one(browse, owner):
    place = make_own_municipality(owner)
    as_officer = browse(sign_in(owner, make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR, name="Henrik Wallin")))

    def send(content: bytes, day: str):
        files = {"lista": ("Tillstånd.csv", content, "text/csv")}
        return as_officer.post("/kommun/tillstandslista", data={"datum": day}, files=files)

    wrong = send(b"Organisationsnummer\nfel\n", "2026-03-01")
    undated = send(b"Organisationsnummer\n556016-0680\n", "i dag")
    future = send(b"Organisationsnummer\n556016-0680\n", "2199-01-01")
    right = send(b"Organisationsnummer\n556016-0680\n", "2026-03-01")

    assert (wrong.status_code, undated.status_code, future.status_code, right.status_code) == (422, 422, 422, 303)
    assert "Rad 2 har inget giltigt organisationsnummer" in wrong.text
    assert 'value="2026-03-01"' in wrong.text
    assert "Skriv vilken dag listan är hämtad" in undated.text
    assert "Dagen kan inte ligga i framtiden" in future.text
    assert "Nu används Tillstånd.csv" in as_officer.get("/kommun/tillstandslista").text
    owner.rollback()
    assert len(owner.exec(select(PermitList).where(col(PermitList.municipality_id) == place.id)).all()) == 1
