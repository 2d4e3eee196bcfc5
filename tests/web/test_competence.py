"""The company's pages about its people, and what the applicant and the officer see of them."""

import re
from dataclasses import replace

import pytest
from sqlmodel import col, select

from portal.db.tables import StaffEmployment
from portal.domain.competence import Area
from portal.domain.roles import Role
from portal.services import applications
from portal.services.competence_choice import choose
from tests.factories import NOW, make_member, make_provider, make_staff, sign_in
from tests.factories_application import answer_all, make_application, make_document
from tests.factories_competence import make_education, make_employment, make_profile
from tests.statements import BUDGET, statements

HOME = "/foretag/kompetens"
JOB = {
    "arbetsgivare": "Ängsgården",
    "befattning": "Enhetschef",
    "omrade": "elderly",
    "andel": "75",
    "start": "2020-01",
    "slut": "2021-12",
}


def test_a_person_is_entered_with_an_employment_and_its_months_are_counted(client, anna):
    form = {"foretag": str(anna.provider_id), "namn": "Örjan Ek", "roll": "manager", "titel": "Enhetschef"}
    made = client.post(f"{HOME}/ny", data=form)
    address = made.headers["location"].partition("?")[0]

    added = client.post(f"{address}/anstallning/ny", data=JOB)
    shown = client.get(address).text

    assert (made.status_code, added.status_code) == (303, 303)
    assert "18 månader hittades: 18 hos Ängsgården." in shown
    assert "Örjan Ek" in client.get(HOME).text


def test_every_fault_stands_at_its_field_and_nothing_typed_is_lost(client, owner, anna):
    address = f"{HOME}/{make_profile(owner, anna)}/anstallning/ny"

    answer = client.post(address, data={**JOB, "start": "2099-01", "slut": "2020-13", "andel": "0", "befattning": ""})

    assert answer.status_code == 422
    for field in ("befattning", "andel", "start", "slut"):
        assert f'id="{field}-fel"' in answer.text
    assert 'value="Ängsgården"' in answer.text
    assert 'value="2020-13"' in answer.text
    assert (
        owner.exec(select(StaffEmployment.id).where(col(StaffEmployment.provider_id) == anna.provider_id)).all() == []
    )


def test_a_personal_identity_number_is_refused(client, owner, anna):
    address = f"{HOME}/{make_profile(owner, anna)}/anstallning/ny"

    answer = client.post(address, data={**JOB, "befattning": "Chef 19811218-9876"})

    assert answer.status_code == 422
    assert 'id="befattning-fel"' in answer.text


def test_the_periods_stand_in_a_table_over_time_with_overlaps_and_gaps(client, owner, anna):
    jobs = (
        make_employment((2020, 1), (2020, 10)),
        replace(make_employment((2020, 6), (2020, 8), share=50), employer="Solbacken", area=Area.OTHER),
        make_employment((2021, 1), (2021, 6), share=50),
    )

    page = client.get(f"{HOME}/{make_profile(owner, anna, *jobs)}").text
    table = page[page.index('id="tidslinje"') :].partition("</table>")[0]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split('<tr role="row">')[2:]]

    assert [row.replace("\N{NO-BREAK SPACE}", " ") for row in rows[:4]] == [
        "Ängsgårdens hemtjänst jan 2020 – okt 2020 100 % 10 månader",
        "Solbacken juni 2020 – aug 2020 50 % Räknas inte: annat område",
        "Mer än heltid sammanlagt juni 2020 – aug 2020 150 % Högst en månad i månaden",
        "Ingen anställning inskriven nov 2020 – dec 2020 – –",
    ]
    assert 'x="0.00%"' in table
    assert "style=" not in table


@pytest.mark.parametrize("part", ["utbildning", "anstallning", "sprak", "handledning"])
def test_an_empty_form_names_what_is_missing(client, owner, anna, part):
    assert client.post(f"{HOME}/{make_profile(owner, anna)}/{part}/ny", data={}).status_code == 422


def test_the_applicant_names_a_person_keeps_what_was_typed_and_sees_what_was_found(client, owner, anna, bjorkvik):
    draft = make_application(owner, bjorkvik, "hemtjanst", by=anna)
    profile_id = make_profile(owner, anna, make_education(), make_employment())
    page = f"/foretag/ansokningar/{draft.id}/villkor/HTJ-02"

    answer = client.post(
        f"{page}/kompetens",
        data={"svar": "ja", "beskrivning": "Se intyg.", "profiler": "ja", "profil": str(profile_id)},
    )
    shown = client.get(page).text

    assert answer.status_code == 303
    assert "24 månader krävs de senaste 10 åren" in shown
    assert "24 månader krävs inom de senaste tio åren; " in shown
    assert "Det som syns når upp till villkoret." in shown
    assert "Se intyg." in shown
    assert "Åsa Öberg-Hjälmström" in shown
    wrong = client.post(f"{page}/kompetens", data={"profiler": "ja", "profil": "ingen"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("rest", ["/villkor/HTJ-02", "/villkor/GEN-03", "/granska"])
@pytest.mark.parametrize("role", [Role.SIGNATORY, Role.EDITOR])
def test_with_people_named_a_page_still_asks_the_database_at_most_six_times(
    browse, owner, resources, bjorkvik, rest, role
):
    by = make_member(owner, make_provider(owner), role)
    draft = make_application(owner, bjorkvik, "hemtjanst", by=by)
    choose(owner, draft.id, "HTJ-02", [make_profile(owner, by, make_education(), make_employment())], actor=by, now=NOW)
    owner.commit()
    client, address = browse(sign_in(owner, by)), f"/foretag/ansokningar/{draft.id}{rest}"
    client.get(address)  # the conditions are read once in a process

    with statements(resources.engine) as sent:
        assert client.get(address).status_code == 200

    assert len(sent) <= BUDGET, "\n".join(sent)


def test_the_officer_sees_the_same_with_the_evidence(browse, owner, anna, bjorkvik):
    draft = make_application(owner, bjorkvik, "hemtjanst", by=anna)
    document = make_document(owner, anna.provider_id, by=anna)
    profile_id = make_profile(owner, anna, make_employment(document=str(document.id)))
    choose(owner, draft.id, "HTJ-02", [profile_id], actor=anna, now=NOW)
    answer_all(owner, draft, by=anna)
    applications.submit(owner, draft.id, attested=True, actor=anna, now=NOW)
    owner.commit()

    officer = browse(sign_in(owner, make_staff(owner, bjorkvik.id)))
    shown = officer.get(f"/kommun/arenden/{draft.id}?villkor=HTJ-02").text

    assert "24 månader krävs de senaste 10 åren; 31 hittades: 31 hos Ängsgårdens hemtjänst." in shown
    assert f'/kommun/dokument/{document.id}"' in shown
