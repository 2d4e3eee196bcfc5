"""New conditions as the company answers them and as the municipality takes a stand, on their pages."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from portal.db.tables import AnswerDocument, Application, Confirmation, Document, Event, Letter
from portal.domain.changeover import Need
from portal.domain.criteria import DocumentState
from portal.jobs.tasks import write_letters
from portal.jobs.timetable import evidence
from portal.jobs.workshop import open_workshop
from portal.views import confirmation_list
from tests.factories import NOW, make_member, make_staff, sign_in
from tests.factories_application import PDF
from tests.factories_drafts import make_administrator
from tests.factories_effects import asked, make_authorised, make_confirmation_row
from tests.factories_public import add_version, versions_of
from tests.factories_scenes import LONG
from tests.statements import BUDGET, statements

NEWER = "GEN-99"


@pytest.fixture
def scene(owner, db, place):
    return asked(owner, db, place)


@pytest.fixture
def company(browse, owner, scene):
    return browse(sign_in(owner, scene.actor))


def test_the_company_sees_what_is_asked_and_answers_with_a_file(company, owner, scene, resources):
    here = f"/foretag/nya-villkor/{scene.names['application']}"
    with statements(resources.engine) as sent:
        listed = company.get(here).text
    assert "2 nya villkor att svara på" in listed
    assert len(sent) <= BUDGET
    assert "Intyget är för gammalt." in company.get(f"{here}/GEN-07").text

    answer = company.post(
        f"{here}/GEN-25",
        data={"svar": "ja", "beskrivning": "Försäkringen gäller.", "galler-till-ny": "2099-12-31"},
        files={"fil": ("Försäkring.pdf", PDF, "application/pdf")},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, here)
    page = company.get(f"{here}/GEN-25").text
    assert "Besvarat, väntar på kommunen" in page
    assert "Försäkring.pdf" in page
    assert "Gäller till 31 december 2099" in page


def test_a_file_without_its_date_is_kept_and_the_date_is_asked_for_at_its_field(company, owner, scene):
    case_id = scene.names["application"]
    here = f"/foretag/nya-villkor/{case_id}/GEN-25"
    file = {"fil": ("Försäkring.pdf", PDF, "application/pdf")}

    refused = company.post(here, data={"svar": "ja", "beskrivning": "Den gäller."}, files=file)

    row = handed_in(owner, case_id)
    field = f"galler-till-{row.document_id}"
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert refused.text.count("Skriv dokumentets datum.") == 2
    assert "Den gäller." in refused.text
    wrong = company.post(here, data={"svar": "ja", field: "2026-02-31"})
    assert wrong.status_code == 422
    assert 'value="2026-02-31"' in wrong.text
    assert "Datumet finns inte." in wrong.text
    assert company.post(here, data={"svar": "ja", field: "2099-12-31"}).status_code == 303
    owner.refresh(row)
    assert row.ends_on == date(2099, 12, 31)


def test_a_file_that_was_stopped_says_so_and_is_asked_for_no_date(company, browse, owner, place, scene):
    here = f"/foretag/nya-villkor/{scene.names['application']}/GEN-25"
    company.post(here, data={"svar": "ja"}, files={"fil": ("Försäkring.pdf", PDF, "application/pdf")})
    document_id = handed_in(owner, scene.names["application"]).document_id
    waiting = company.get(here).text
    assert "Väntar på kontroll" in waiting
    assert f'name="galler-till-{document_id}"' in waiting

    owner.get_one(Document, document_id).state = DocumentState.INFECTED
    owner.commit()

    page = company.get(here).text
    assert "Stoppad: skadlig kod" in page
    assert "Datum saknas" not in page
    assert f'name="galler-till-{document_id}"' not in page
    officer = browse(sign_in(owner, make_staff(owner, place.id)))
    assert "Stoppad: skadlig kod" in officer.get("/kommun/nya-villkor?urval=alla").text


def test_what_is_wrong_in_the_dates_of_a_new_file_stands_at_that_file_on_the_next_page(company, owner, scene):
    here = f"/foretag/nya-villkor/{scene.names['application']}/GEN-25"
    file = {"fil": ("Försäkring.pdf", PDF, "application/pdf")}
    said = {"svar": "ja", "utfardat-ny": "2099-01-01", "galler-till-ny": "2099-12-31"}

    refused = company.post(here, data=said, files=file)

    row = handed_in(owner, scene.names["application"])
    assert refused.status_code == 422
    assert "Dagen har inte varit än." in refused.text
    assert f'name="utfardat-{row.document_id}" type="date" value="2099-01-01"' in refused.text
    assert f'name="galler-till-{row.document_id}" type="date" value="2099-12-31"' in refused.text


def test_a_document_for_a_criterion_that_is_new_is_in_the_library_and_is_replaced_and_told_of(
    browse, owner, place, settings, resources
):
    case_id = make_authorised(owner, place)
    application = owner.get_one(Application, case_id)
    owner.add(make_confirmation_row(owner, application, NEWER, version_id=make_newer(owner, place), need=Need.PROVE))
    owner.commit()
    client = browse(sign_in(owner, make_member(owner, application.provider_id)))
    here = f"/foretag/nya-villkor/{case_id}/{NEWER}"

    said = {"svar": "ja", "galler-till-ny": "2099-04-01"}
    answer = client.post(here, data=said, files={"fil": ("Brev.pdf", PDF, "application/pdf")})

    assert answer.status_code == 303
    of_it = col(AnswerDocument.application_id) == case_id, col(AnswerDocument.criterion) == NEWER
    row = owner.exec(select(AnswerDocument).where(*of_it)).one()
    shelved = client.get(f"/foretag/underlag/{row.document_id}").text
    assert f'href="{here}"' in shelved
    assert f"({NEWER})" in shelved
    replacing = f"/foretag/ansokningar/{case_id}/villkor/{NEWER}/dokument/{row.document_id}/ersatt"
    assert f'href="{replacing}"' in shelved
    assert f'href="{here}"' in client.get(replacing).text
    assert _reminded(owner, settings, application).link == here
    later = {"galler-till-ny": "2100-04-01"}
    replaced = client.post(replacing, data=later, files={"fil": ("Nytt.pdf", PDF, "application/pdf")})
    assert (replaced.status_code, replaced.headers["location"]) == (303, here)
    assert "Gäller till 1 april 2100" in client.get(here).text


def handed_in(owner, case_id, name="Försäkring.pdf"):
    of_it = col(AnswerDocument.application_id) == case_id, col(Document.name) == name
    return owner.exec(
        select(AnswerDocument).join(Document, col(Document.id) == col(AnswerDocument.document_id)).where(*of_it)
    ).one()


def make_newer(owner, place):
    """A version of the general conditions with a criterion that was never asked before; its id."""
    (first,) = versions_of(owner, place, None)
    (insurance,) = (each for each in first.content["criteria"] if each["id"] == "GEN-25")
    criteria = [*first.content["criteria"], {**insurance, "id": NEWER}]
    return add_version(owner, place, None, number=2, valid_from=date(2026, 5, 1), criteria=criteria).id


def _reminded(owner, settings, application):
    """The letter that is written when evidence is about to end."""
    workshop = open_workshop(settings, clock=lambda: datetime(2099, 3, 15, 9, tzinfo=UTC))
    evidence(workshop)
    event = owner.exec(
        select(Event).where(col(Event.case_id) == application.id, col(Event.kind) == "evidence.reminded")
    ).one()
    write_letters(
        workshop,
        municipality_id=str(event.municipality_id),
        provider_id=str(event.provider_id),
        case_id=str(event.case_id),
        seq=event.seq,
        kinds=["evidence_ending"],
    )
    workshop.engine.dispose()
    owner.rollback()
    return owner.exec(select(Letter).where(col(Letter.case_id) == application.id)).first()


def test_it_waits_on_the_companys_first_page_until_all_is_answered(company, owner, scene):
    here = f"/foretag/nya-villkor/{scene.names['application']}"
    assert f'href="{here}"' in company.get("/foretag").text
    rows = owner.exec(select(Confirmation).where(col(Confirmation.case_id) == scene.names["application"])).all()
    for row in rows:
        row.answered_at = row.asked_at
    owner.commit()

    assert here not in company.get("/foretag").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"beskrivning": "Vi har ordnat det."}, "Svara ja eller nej."),
        ({"svar": "nej"}, "Skriv vad som saknas och när ni räknar med att uppfylla det."),
        ({"svar": "ja", "beskrivning": "å" * 4001}, "Skriv högst 4 000 tecken."),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(company, owner, scene, data, sentence):
    answer = company.post(f"/foretag/nya-villkor/{scene.names['application']}/GEN-25", data=data)

    assert answer.status_code == 422
    assert answer.text.count(sentence) >= 2
    assert data.get("beskrivning", "") in answer.text


def test_a_file_that_cannot_be_taken_is_named(company, scene):
    answer = company.post(
        f"/foretag/nya-villkor/{scene.names['application']}/GEN-25",
        data={"svar": "ja"},
        files={"fil": ("virus.exe", b"MZ", "application/octet-stream")},
    )

    assert answer.status_code == 422
    assert "virus.exe" in answer.text


def test_the_officer_sees_who_has_not_and_takes_a_stand(browse, owner, place, scene, resources):
    officer = browse(sign_in(owner, make_staff(owner, place.id)))
    with statements(resources.engine) as sent:
        page = officer.get("/kommun/nya-villkor").text
    assert len(sent) <= BUDGET
    assert page.count("<h2") >= 3
    assert "0 av 1 anordnare har fått allt godtaget." in page
    assert officer.get("/kommun/nya-villkor?urval=svar").text.count("Godta svaret") == 1
    assert officer.get("/kommun/nya-villkor?urval=strunt&efter=strunt").status_code == 200
    answered = col(Confirmation.criterion) == "GEN-17"
    row = owner.exec(select(Confirmation).where(answered, col(Confirmation.municipality_id) == place.id)).one()

    refused = officer.post(f"/kommun/nya-villkor/{row.id}/aterlamna", data={"skal": ""})
    assert refused.status_code == 422
    assert "Skriv vad företaget behöver komplettera." in refused.text
    assert officer.post(f"/kommun/nya-villkor/{row.id}/godta").status_code == 303
    assert officer.post(f"/kommun/nya-villkor/{row.id}/godta").status_code == 409
    assert "Godtaget" in officer.get("/kommun/nya-villkor?urval=klara").text
    administrator = browse(sign_in(owner, make_administrator(owner, place)))
    assert administrator.get("/kommun/nya-villkor").status_code == 200
    assert administrator.post(f"/kommun/nya-villkor/{row.id}/godta").status_code == 404


def test_the_list_is_narrowed_by_service_version_state_and_case_and_goes_on_where_it_ended(
    browse, owner, place, scene, resources, monkeypatch
):
    other = make_authorised(owner, place, "Capella Omsorg AB", service="hemtjanst")
    application = owner.get_one(Application, other)
    owner.add_all(
        [
            make_confirmation_row(owner, application, NEWER, version_id=make_newer(owner, place)),
            make_confirmation_row(
                owner, application, "GEN-25", declared=True, answered_at=NOW, accepted_at=NOW, due_on=date(2020, 1, 1)
            ),
        ]
    )
    owner.commit()
    officer = browse(sign_in(owner, make_staff(owner, place.id)))

    def shown(query):
        with statements(resources.engine) as sent:
            text = officer.get(f"/kommun/nya-villkor?{query}").text
        assert len(sent) <= BUDGET
        return {html.unescape(name) for name in re.findall(r"<h2[^>]*>([^:<]+): ", text)}, text

    both, page = shown("")
    assert both == {LONG, "Capella Omsorg AB"}
    assert '<option value="allmanna-2">Allmänna villkor, version 2</option>' in page
    newer, page = shown("villkor=allmanna-2")
    assert newer == {"Capella Omsorg AB"}
    assert '<option value="allmanna-2" selected>' in page
    assert "0 av 1 anordnare" in page
    assert "urval=sena&amp;villkor=allmanna-2" in page
    assert shown("tjanst=hemtjanst&urval=klara")[0] == {"Capella Omsorg AB"}
    assert shown("tjanst=hemtjanst&urval=svar")[0] == set()
    assert shown(f"arende={scene.names['application']}")[0] == {LONG}
    assert shown("tjanst=strunt&villkor=strunt&arende=strunt&efter=strunt")[0] == both
    monkeypatch.setattr(confirmation_list, "PAGE", 2)
    following = re.search(r'rel="next" href="([^"]+)"', shown("tjanst=hemtjanst")[1])
    assert following is None
    following = re.search(r'rel="next" href="([^"]+)"', shown("villkor=allmanna-1")[1])
    assert "villkor=allmanna-1&amp;efter=" in following[1]
    rest = officer.get(html.unescape(following[1])).text
    assert len(re.findall(r"<h2[^>]*>[^:<]+: ", rest)) == 2
    assert 'href="/kommun/nya-villkor?villkor=allmanna-1">Till början' in rest


def test_the_officer_comes_back_to_the_selection_and_keeps_what_was_typed(browse, owner, place, scene):
    officer = browse(sign_in(owner, make_staff(owner, place.id)))
    row = owner.exec(
        select(Confirmation).where(
            col(Confirmation.case_id) == scene.names["application"], col(Confirmation.criterion) == "GEN-17"
        )
    ).one()
    selection = {"urval": "svar", "villkor": "allmanna-1"}

    too_long = officer.post(f"/kommun/nya-villkor/{row.id}/aterlamna", data={**selection, "skal": "å" * 4001})
    assert too_long.status_code == 422
    assert "å" * 4001 in too_long.text
    assert '<option value="allmanna-1" selected>' in too_long.text
    given_back = officer.post(f"/kommun/nya-villkor/{row.id}/aterlamna", data={**selection, "skal": "Mer."})
    assert given_back.headers["location"] == "/kommun/nya-villkor?urval=svar&villkor=allmanna-1"
