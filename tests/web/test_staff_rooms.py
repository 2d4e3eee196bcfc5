"""Where staff come in, and who finds nothing there: companies, reception, and another municipality's staff."""

from uuid import uuid4

import pytest
from sqlmodel import col, select

from portal.db.tables import SessionRow, StaffMember
from portal.domain.roles import Role
from portal.services.sessions import token_hash
from tests.factories import NOW, make_member, make_provider, make_staff, sign_in
from tests.factories_application import make_application
from tests.factories_review import REASON, make_decider, make_officer


def test_staff_come_to_where_their_work_is(as_officer, resources, owner, bjorkvik):
    assert as_officer.get("/kommun").headers["location"] == "/kommun/arenden"
    as_officer.cookies.set(resources.session_cookie, sign_in(owner, make_decider(owner, bjorkvik)))
    assert as_officer.get("/kommun").headers["location"] == "/kommun/att-besluta"


def test_a_person_in_two_municipalities_chooses_and_can_change(browse, owner, officer, ekholm):
    owner.add(
        StaffMember(
            municipality_id=ekholm.id,
            person_id=officer.person_id,
            name=officer.name,
            title="Utredare",
            email=f"{uuid4().hex}@ekholm.example",
            roles=["case_officer"],
            added_at=NOW,
        )
    )
    owner.commit()
    token = sign_in(owner, officer)
    row = owner.get_one(SessionRow, token_hash(token))
    row.municipality_id = None
    owner.commit()
    client = browse(token)

    assert client.get("/kommun").headers["location"] == "/kommun/valj"
    page = client.get("/kommun/valj").text
    assert "Björkviks kommun" in page
    assert "Utredare" in page
    assert client.post("/kommun/valj", data={"kommun": str(ekholm.id)}).status_code == 303
    assert client.get("/kommun/arenden").status_code == 200


def test_a_municipality_one_does_not_work_in_cannot_be_chosen(as_officer, ekholm):
    for typed in (str(ekholm.id), "vad som helst", ""):
        assert as_officer.post("/kommun/valj", data={"kommun": typed}).status_code == 404


def test_who_has_no_role_anywhere_is_told_what_to_do(browse, owner, officer):
    row = owner.exec(select(StaffMember).where(col(StaffMember.person_id) == officer.person_id)).one()
    row.active = False
    owner.commit()

    answer = browse(sign_in(owner, officer)).get("/kommun/valj")

    assert "Du har ingen roll här än" in answer.text


def test_a_company_does_not_find_the_staffs_rooms(browse, owner):
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))

    for path in ("/kommun", "/kommun/valj", "/kommun/arenden", "/kommun/att-besluta", f"/kommun/arenden/{uuid4()}"):
        assert client.get(path).status_code == 404


def test_reception_does_not_find_the_cases(browse, owner, bjorkvik):
    client = browse(sign_in(owner, make_staff(owner, bjorkvik.id, Role.RECEPTION)))

    assert client.get("/kommun/arenden").status_code == 404


PAGES = ("", "/protokoll", "/historik", "/lamna-over", "/komplettering", "/forslag", "/grupp/company")
FORMS = (
    "ta",
    "lamna-over",
    "villkor/GEN-25",
    "villkor/GEN-17/uppfyllt",
    "grupp/company",
    "anteckningar",
    "jav",
    "komplettering",
    "forslag",
)


@pytest.mark.parametrize("page", PAGES)
def test_another_municipalitys_page_is_not_found(browse, owner, taken, ekholm, page):
    stranger = browse(sign_in(owner, make_officer(owner, ekholm)))

    assert stranger.get(f"/kommun/arenden/{taken.id}{page}").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_another_municipalitys_form_is_not_found(browse, owner, taken, ekholm, form):
    stranger = browse(sign_in(owner, make_officer(owner, ekholm)))
    data = {"jav": "nej", "skal": "Ett två tre.", "bedomning": "met", "motivering": REASON, "anteckning": "Hej"}

    assert stranger.post(f"/kommun/arenden/{taken.id}/{form}", data=data).status_code == 404


def test_a_draft_is_not_found(as_officer, owner, bjorkvik):
    application = make_application(owner, bjorkvik)

    assert as_officer.get(f"/kommun/arenden/{application.id}").status_code == 404
