"""The municipality's staff: added, given roles, stopped and let in again by an administrator, who is never lost."""

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import StaffMember
from portal.domain.roles import Role
from portal.services import staff
from tests.factories import make_staff, sign_in
from tests.factories_admin import make_own_municipality, member_id_of


@pytest.fixture
def place(owner):
    return make_own_municipality(owner)


def test_the_staff_are_listed_with_roles_and_whether_they_have_signed_in(as_administrator, owner, place, now):
    owner.add(
        StaffMember(
            municipality_id=place.id,
            name="Leila Haddad",
            title="Handläggare",
            email="leila@prov.example",
            roles=["case_officer", "decision_maker"],
            delegation="4.12",
            added_at=now,
        )
    )
    owner.commit()

    text = as_administrator.get("/kommun/personal").text

    assert "2 personer arbetar i Kundval" in text
    assert "Handläggare, Beslutsfattare" in text
    assert "Har inte loggat in än" in text
    assert "kan inte besluta i det" in text


def test_a_municipality_without_a_decision_maker_is_told_so(as_administrator):
    assert "Ingen kan ta hand om ansökningar än" in as_administrator.get("/kommun/personal").text


def test_a_person_is_added_with_several_roles(as_administrator, owner, place):
    form = {"epost": "maja@prov.example", "namn": "Maja Sjögren", "titel": "Handläggare", "delegation": "4.1"}

    answer = as_administrator.post(
        "/kommun/personal/lagg-till", data={**form, "roller": ["case_officer", "decision_maker"]}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/kommun/personal?klart=tillagd")
    row = owner.exec(
        select(StaffMember).where(col(StaffMember.municipality_id) == place.id, col(StaffMember.name) == "Maja Sjögren")
    ).one()
    assert row.roles == ["case_officer", "decision_maker"]
    assert "får ett brev" in as_administrator.get(answer.headers["location"]).text


def test_all_errors_are_said_at_once_and_nothing_typed_is_lost(as_administrator):
    answer = as_administrator.post(
        "/kommun/personal/lagg-till", data={"epost": "maja@prov", "namn": "", "titel": "", "roller": "decision_maker"}
    )

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    for field in ("epost", "namn", "titel", "delegation"):
        assert f'href="#{field}"' in answer.text
    assert 'value="maja@prov"' in answer.text
    assert 'value="decision_maker" aria-describedby="roller-decision_maker-om" checked' in answer.text


def test_an_address_that_is_there_is_said_at_its_field(as_administrator, owner, administrator):
    address = owner.get_one(StaffMember, member_id_of(owner, administrator)).email
    form = {"epost": address, "namn": "Henrik Wallin", "titel": "Förvaltare", "roller": "reception"}

    answer = as_administrator.post("/kommun/personal/lagg-till", data=form)

    assert answer.status_code == 422
    assert "Personen finns redan i listan." in answer.text


def test_ones_own_role_as_administrator_stays(as_administrator, owner, administrator):
    own = member_id_of(owner, administrator)

    answer = as_administrator.post(
        f"/kommun/personal/{own}", data={"namn": "Henrik Wallin", "titel": "Förvaltare", "roller": "reception"}
    )

    assert answer.status_code == 422
    assert 'href="#roller"' in answer.text
    assert "municipal_administrator" in owner.get_one(StaffMember, own, populate_existing=True).roles


def test_the_last_administrator_is_not_deactivated(as_administrator, owner, administrator):
    answer = as_administrator.post(f"/kommun/personal/{member_id_of(owner, administrator)}/avsluta")

    assert answer.status_code == 403
    assert "Någon måste kunna administrera" in answer.text


def test_a_deactivated_person_is_out_at_the_next_page(browse, db, owner, place, administrator, now):
    colleague = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR, name="Ingrid Åberg")
    theirs = browse(sign_in(owner, colleague))
    assert theirs.get("/kommun/personal").status_code == 200
    member_id = member_id_of(owner, colleague)

    enter(db, Scope.of(administrator))
    staff.deactivate(db, member_id, actor=administrator, now=now)
    db.commit()
    assert theirs.get("/kommun/personal").status_code == 404

    enter(db, Scope.of(administrator))
    staff.reactivate(db, member_id, actor=administrator, now=now)
    db.commit()
    assert theirs.get("/kommun/personal").status_code == 200


def test_who_is_deactivated_stands_apart_and_is_let_in_again(as_administrator, owner, place):
    member_id = member_id_of(owner, make_staff(owner, place.id, Role.CASE_OFFICER))

    assert as_administrator.post(f"/kommun/personal/{member_id}/avsluta").status_code == 303
    assert "Avstängda" in as_administrator.get("/kommun/personal").text
    assert as_administrator.post(f"/kommun/personal/{member_id}/aterstall").status_code == 303
    assert "Avstängda" not in as_administrator.get("/kommun/personal").text


def test_another_municipalitys_person_is_not_there(as_administrator, owner, ekholm):
    stranger = member_id_of(owner, make_staff(owner, ekholm.id))

    assert as_administrator.get(f"/kommun/personal/{stranger}").status_code == 404
    assert as_administrator.post(f"/kommun/personal/{stranger}/avsluta").status_code == 404


def test_a_persons_page_says_who_changed_the_roles_and_when(as_administrator, owner, place):
    member_id = member_id_of(owner, make_staff(owner, place.id, Role.CASE_OFFICER))

    as_administrator.post(f"/kommun/personal/{member_id}/avsluta")
    text = as_administrator.get(f"/kommun/personal/{member_id}").text

    assert "Ändringar" in text
    assert text.count("Avstängd<span") == 1
    assert "Henrik Wallin</span></li>" in text
