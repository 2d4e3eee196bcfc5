"""The municipality's pages of a case, from the work list to the proposal, as people press through them."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select, update

from portal.db.tables import (
    AnswerDocument,
    Document,
    Judgement,
    Letter,
    Note,
    Proposal,
    SessionRow,
    StaffMember,
    Supplement,
)
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from portal.services import review
from portal.services.sessions import token_hash
from tests.factories import NOW, make_member, make_provider, make_staff, sign_in
from tests.factories_application import make_application
from tests.factories_clean import make_clean
from tests.factories_review import (
    REASON,
    acting,
    fresh,
    judge_all,
    make_decider,
    make_officer,
    make_submitted,
    make_taken,
)
from tests.statements import BUDGET, statements


@pytest.fixture
def officer(owner, bjorkvik):
    return make_officer(owner, bjorkvik)


@pytest.fixture
def client(browse, owner, officer):
    return browse(sign_in(owner, officer))


def test_staff_come_to_where_their_work_is(client, resources, owner, bjorkvik):
    assert client.get("/kommun").headers["location"] == "/kommun/arenden"
    client.cookies.set(resources.session_cookie, sign_in(owner, make_decider(owner, bjorkvik)))
    assert client.get("/kommun").headers["location"] == "/kommun/att-besluta"


def test_a_person_in_two_municipalities_chooses_and_can_change(browse, owner, bjorkvik, ekholm):
    officer = make_officer(owner, bjorkvik)
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


def test_a_municipality_one_does_not_work_in_cannot_be_chosen(client, ekholm):
    for typed in (str(ekholm.id), "vad som helst", ""):
        assert client.post("/kommun/valj", data={"kommun": typed}).status_code == 404


def test_who_has_no_role_anywhere_is_told_what_to_do(browse, owner, bjorkvik):
    officer = make_officer(owner, bjorkvik)
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


def test_a_case_is_taken_with_the_answer_that_there_is_no_conflict(client, owner, bjorkvik, officer):
    application = make_submitted(owner, bjorkvik)
    path = f"/kommun/arenden/{application.id}"
    assert "Är du jävig i ärendet?" in client.get(path).text

    assert client.post(f"{path}/ta", data={"jav": "nej"}).status_code == 303

    assert fresh(owner, application.id).officer_id == officer.person_id
    assert "Din bedömning" in client.get(path).text


def test_without_an_answer_on_conflict_nothing_is_taken(client, owner, bjorkvik):
    application = make_submitted(owner, bjorkvik)

    answer = client.post(f"/kommun/arenden/{application.id}/ta", data={})

    assert answer.status_code == 422
    assert 'href="#jav"' in answer.text
    assert "<title>Fel: " in answer.text
    assert fresh(owner, application.id).state is State.SUBMITTED


def test_who_presses_second_is_told_that_somebody_was_first(client, owner, db, bjorkvik):
    application = make_submitted(owner, bjorkvik)
    acting(db, review.take, application.id, conflicted=False, actor=make_officer(owner, bjorkvik, "Leila Haddad"))

    answer = client.post(f"/kommun/arenden/{application.id}/ta", data={"jav": "nej"})

    assert answer.status_code == 409
    assert "Någon hann före" in answer.text


def test_a_judgement_is_saved_and_the_next_criterion_is_shown(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    first = review.conditions_of(owner, application).asked_criteria[0].id

    answer = client.post(
        f"/kommun/arenden/{application.id}/villkor/{first}", data={"bedomning": "met", "motivering": REASON}
    )

    second = review.conditions_of(owner, application).asked_criteria[1].id
    assert answer.headers["location"] == f"/kommun/arenden/{application.id}?villkor={second}&sparat={first}#villkor"
    assert owner.get_one(Judgement, (application.id, first)).reason == REASON
    assert f"Bedömningen av {first} är sparad" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ("#bedomning", "#motivering")),
        ({"bedomning": "kanske", "motivering": REASON}, ("#bedomning",)),
        ({"bedomning": "met", "motivering": "Ser bra"}, ("#motivering",)),
    ],
)
def test_a_judgement_without_outcome_or_reason_is_shown_again_with_what_was_typed(
    client, owner, db, bjorkvik, officer, data, fields
):
    application = make_taken(owner, db, bjorkvik, officer)

    answer = client.post(f"/kommun/arenden/{application.id}/villkor/GEN-25", data=data)

    assert answer.status_code == 422
    assert all(f'href="{field}"' in answer.text for field in fields)
    assert data.get("motivering", "") in answer.text
    assert fresh(owner, application.id).judged == 0


def test_another_officers_case_can_be_read_but_not_judged(browse, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    other = browse(sign_in(owner, make_officer(owner, bjorkvik, "Leila Haddad")))

    assert "Din bedömning" not in other.get(f"/kommun/arenden/{application.id}").text
    answer = other.post(
        f"/kommun/arenden/{application.id}/villkor/GEN-25", data={"bedomning": "met", "motivering": REASON}
    )
    assert answer.status_code == 403
    assert "Ärendet har en annan handläggare" in answer.text


def test_the_answer_and_its_documents_stand_beside_the_judgement(client, owner, db, bjorkvik, officer):
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)
    acting(db, review.take, application.id, conflicted=False, actor=officer)

    page = client.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text

    assert "Ja, vi uppfyller villkoret" in page
    assert "Intyg.pdf" in page
    assert "Genomsökt" in page
    assert "bara igen en ofarlig testfil" in page, "more than is true must not be claimed of the tests' own scanner"
    assert "/kommun/dokument/" in page


@pytest.mark.parametrize(
    ("state", "because", "words"),
    [
        (DocumentState.WAITING, None, "Väntar på kontroll"),
        (DocumentState.COULD_NOT_TELL, None, "Inte genomsökt"),
        (DocumentState.INFECTED, "Eicar", "Filen innehåller skadlig kod och är borttagen."),
        (DocumentState.REFUSED, "encrypted", "Spara den som PDF/A utan lösenord."),
    ],
)
def test_what_is_not_clean_is_no_link_and_says_why(client, owner, db, bjorkvik, officer, state, because, words):
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)
    tied = select(AnswerDocument.document_id).where(col(AnswerDocument.application_id) == application.id)
    owner.execute(update(Document).where(col(Document.id).in_(tied)).values(state=state, because=because))
    owner.commit()
    acting(db, review.take, application.id, conflicted=False, actor=officer)

    page = client.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text

    assert words in page
    assert "/kommun/dokument/" not in page


def test_a_stopped_document_is_never_a_link(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    owner.execute(
        sa.text("UPDATE document SET state = 'infected' WHERE provider_id = :id"), {"id": application.provider_id}
    )
    owner.commit()

    page = client.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text

    assert "Stoppad: skadlig kod" in page
    assert "/kommun/dokument/" not in page


def test_a_letter_that_bounced_is_an_alarm_on_the_case(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    owner.add(
        Letter(
            case_id=application.id,
            municipality_id=bjorkvik.id,
            provider_id=application.provider_id,
            kind=LetterKind.REVIEW_STARTED,
            to_company=True,
            recipient="anna@vega.example",
            recipient_name="Anna Lindqvist",
            language="sv",
            subject="Er ansökan granskas nu",
            body="…",
            created_at=NOW,
            delivery="bounced",
            problem="550 No such user",
        )
    )
    owner.commit()

    page = client.get(f"/kommun/arenden/{application.id}").text

    assert "Ett brev har inte kommit fram" in page
    assert "550 No such user" in page


def test_a_note_is_kept_and_an_empty_one_is_not(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}/anteckningar"

    assert client.post(path, data={"anteckning": " ", "villkor": "GEN-25"}).status_code == 422
    assert client.post(path, data={"anteckning": "Ringt.", "villkor": "GEN-25"}).status_code == 303

    assert owner.exec(select(Note.text).where(col(Note.application_id) == application.id)).all() == ["Ringt."]


def test_a_case_is_handed_over_with_a_reason(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}/lamna-over"
    assert client.get(path).status_code == 200

    assert client.post(path, data={"skal": ""}).status_code == 422
    assert client.post(path, data={"skal": "Jag går på semester."}).headers["location"] == "/kommun/arenden"

    assert fresh(owner, application.id).officer_id is None


def test_a_supplement_is_asked_for_in_two_steps(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}/komplettering"
    assert 'name="villkor" value="GEN-25"' in client.get(path).text
    questions = client.get(f"{path}?villkor=GEN-25&villkor=GEN-01&fraga=1").text
    assert "Vad behöver företaget göra?" in questions
    assert "info@vega.example" in questions
    form = {
        "villkor": ["GEN-25", "GEN-01"],
        "skal-GEN-25": "evidence_missing.document_missing",
        "fraga-GEN-25": "",
        "fraga-GEN-01": "Beskriv hur ni bidrar till målen.",
        "meddelande": "Vi behöver svar på två punkter.",
        "senast": "2099-01-07",
    }

    assert client.post(path, data=form).status_code == 303

    waiting = fresh(owner, application.id)
    assert waiting.state is State.SUPPLEMENT_REQUESTED
    asked = owner.exec(select(Supplement).where(col(Supplement.application_id) == application.id)).one()
    assert asked.message == "Vi behöver svar på två punkter."
    page = client.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text
    assert "Underlag saknas för villkoret" in page


def test_every_fault_of_a_supplement_is_named_and_nothing_typed_is_lost(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    form = {"villkor": "GEN-25", "fraga-GEN-25": "", "meddelande": "Kort", "senast": "2020-01-01"}

    answer = client.post(f"/kommun/arenden/{application.id}/komplettering", data=form)

    assert answer.status_code == 422
    for field in ("fraga-GEN-25", "meddelande", "senast"):
        assert f'href="#{field}"' in answer.text
    assert "2020-01-01" in answer.text
    assert ">Kort<" in answer.text


def test_a_supplement_about_nothing_is_refused(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)

    answer = client.get(f"/kommun/arenden/{application.id}/komplettering?fraga=1")

    assert answer.status_code == 422
    assert "Välj minst ett villkor att fråga om." in answer.text


def test_a_proposal_waits_for_every_judgement_and_links_to_each(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}/forslag"

    page = client.get(path).text
    refused = client.post(path, data={"sammanfattning": "Allt ser bra ut."})

    for criterion in review.conditions_of(owner, application).asked_criteria:
        assert f"?villkor={criterion.id}" in page
    assert refused.status_code == 422
    assert fresh(owner, application.id).state is State.UNDER_REVIEW


def test_approval_is_proposed_when_all_is_met(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, application, officer)
    path = f"/kommun/arenden/{application.id}/forslag"
    assert "Förslag: godkänn ansökan" in client.get(path).text

    assert client.post(path, data={"sammanfattning": "Alla villkor är uppfyllda."}).status_code == 303

    assert fresh(owner, application.id).state is State.PROPOSED_DECISION


def test_a_refusal_names_its_reasons_and_other_demands_words(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, application, officer, unmet=("GEN-25",))
    path = f"/kommun/arenden/{application.id}/forslag"
    typed = {"sammanfattning": "Försäkringen räcker inte till."}

    nothing = client.post(path, data=typed)
    no_words = client.post(path, data={**typed, "skal-GEN-25-1": "other"})
    done = client.post(path, data={**typed, "skal-GEN-25-1": "other", "not-GEN-25-1": "Den gäller inte vård."})

    assert 'href="#skal-GEN-25-1"' in nothing.text
    assert 'href="#not-GEN-25-1"' in no_words.text
    assert (nothing.status_code, no_words.status_code, done.status_code) == (422, 422, 303)
    row = owner.exec(select(Proposal).where(col(Proposal.application_id) == application.id)).one()
    assert row.reasons == [{"criterion": "GEN-25", "code": "other", "note": "Den gäller inte vård."}]


def test_the_officer_reads_the_finding_in_the_words_that_the_company_reads(
    browse, client, owner, db, bjorkvik, officer
):
    signatory = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=signatory, state=State.SUBMITTED)
    acting(db, review.take, application.id, conflicted=False, actor=officer)
    found = re.compile(r'<section class="kv-finding[^>]*aria-labelledby="systemet">.*?</section>', re.DOTALL)

    theirs = browse(sign_in(owner, signatory)).get(f"/foretag/ansokningar/{application.id}/villkor/GEN-25").text
    ours = client.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text

    assert "Ansvarsförsäkringens belopp" in found.findall(ours)[0]
    assert _without_levels(found.findall(ours)) == _without_levels(found.findall(theirs))
    assert "Systemets läsning bygger på det här." in ours


def _without_levels(sections: list[str]) -> list[str]:
    return [re.sub(r"</?h\d", "", each) for each in sections]


def test_evidence_that_has_run_out_stands_first_and_is_judged_first(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    of_it = (col(AnswerDocument.application_id) == application.id, col(AnswerDocument.criterion) == "GEN-25")
    owner.execute(update(AnswerDocument).where(*of_it).values(ends_on=date(2026, 1, 31)))
    owner.commit()

    page = client.get(f"/kommun/arenden/{application.id}").text

    first = page[page.index("Se först") : page.index("kv-crit-group")]
    assert first.index("Underlaget har gått ut") < first.index("Oklart för systemet")
    assert "till, i grupperna nedan" in first
    assert '<p class="kv-kicker">GEN-25 ' in page


def test_a_case_in_which_people_are_named_shows_them_and_what_is_found_of_them(client, owner, db, bjorkvik, officer):
    application = make_clean(owner, db, bjorkvik, officer, now=datetime.now(UTC) - timedelta(days=3))

    answer = client.get(f"/kommun/arenden/{application.id}?villkor=HTJ-01")

    assert answer.status_code == 200
    assert "Åsa Öberg" in answer.text
    assert "Alla bedömningar av villkoret" not in answer.text, "to name somebody is no judgement"


def hidden(page: str) -> dict[str, str]:
    """The digests that a page carries, by the name of their field."""
    return dict(re.findall(r'<input type="hidden" name="(sett[^"]*)" value="([0-9a-f]{64})">', page))


def test_a_finding_is_confirmed_with_one_press_and_the_next_criterion_is_shown(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}"
    page = client.get(f"{path}?villkor=GEN-17").text
    assert "Bekräfta: uppfyllt" in page

    answer = client.post(f"{path}/villkor/GEN-17/uppfyllt", data=hidden(page))

    assert answer.status_code == 303
    assert answer.headers["location"].endswith("&sparat=GEN-17#villkor")
    assert owner.get_one(Judgement, (application.id, "GEN-17")).reason


def test_what_was_not_in_view_is_not_confirmed_and_the_new_is_shown(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}"

    one = client.post(f"{path}/villkor/GEN-17/uppfyllt", data={"sett": "0" * 64})
    judged = client.post(
        f"{path}/villkor/GEN-17", data={"sett": "0" * 64, "bedomning": "met", "motivering": "Det ser bra ut."}
    )
    group = client.post(f"{path}/grupp/company", data={"sett-GEN-17": "0" * 64, "vilka": "alla"})

    assert [each.status_code for each in (one, judged, group)] == [422] * 3
    assert all("Det som syns av GEN-17 har ändrats sedan sidan visades" in each.text for each in (one, judged, group))
    assert 'href="#systemet"' in one.text
    assert "Det ser bra ut." in judged.text
    assert 'href="#GEN-17"' in group.text
    assert fresh(owner, application.id).judged == 0


def test_a_group_is_confirmed_as_read_and_the_next_group_is_shown(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}"
    assert f'href="{path}/grupp/company"' in client.get(path).text
    page = client.get(f"{path}/grupp/company").text
    assert page.count('aria-labelledby="systemet-') == 10, "each with its whole explanation"
    assert "Bedöms för sig" in page

    found = client.post(f"{path}/grupp/company", data={**hidden(page), "vilka": "systemet"})
    left = client.get(f"{path}/grupp/company").text
    read = client.post(f"{path}/grupp/company", data={**hidden(left), "vilka": "alla"})

    assert "/grupp/finance?bekraftade=" in found.headers["location"]
    assert "/grupp/finance?bekraftade=" in read.headers["location"]
    assert "bekräfta" in client.get(read.headers["location"]).text.split("kv-saved")[1][:200]
    assert not {"sett-GEN-17", "sett-GEN-34"} & set(hidden(client.get(f"{path}/grupp/company").text))
    judged = owner.exec(select(Judgement).where(col(Judgement.application_id) == application.id)).all()
    assert {each.judged_by for each in judged} == {officer.person_id}
    assert {each.criterion for each in judged} >= {"GEN-11", "GEN-12", "GEN-17", "GEN-34"}
    assert "GEN-08" not in {each.criterion for each in judged}, "no register has been asked"


def test_a_judgement_that_agrees_needs_no_words_and_one_that_overrides_does(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}/villkor"

    overrides = client.post(f"{path}/GEN-17", data={"bedomning": "not_met", "motivering": ""})
    unclear = client.post(f"{path}/GEN-25", data={"bedomning": "met", "motivering": ""})
    agrees = client.post(f"{path}/GEN-17", data={"bedomning": "met", "motivering": ""})

    assert (overrides.status_code, unclear.status_code, agrees.status_code) == (422, 422, 303)
    assert 'href="#motivering"' in overrides.text
    assert 'href="#motivering"' in unclear.text


def test_a_group_that_is_not_there_and_another_officers_group(browse, client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}/grupp"
    other = browse(sign_in(owner, make_officer(owner, bjorkvik, "Leila Haddad")))

    assert client.get(f"{path}/finns-inte").status_code == 404
    page = other.get(f"{path}/company")
    assert page.status_code == 200
    assert 'name="vilka"' not in page.text
    assert other.post(f"{path}/company", data={"vilka": "alla"}).status_code == 403


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
def test_another_municipalitys_page_is_not_found(browse, owner, db, bjorkvik, ekholm, officer, page):
    application = make_taken(owner, db, bjorkvik, officer)
    stranger = browse(sign_in(owner, make_officer(owner, ekholm)))

    assert stranger.get(f"/kommun/arenden/{application.id}{page}").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_another_municipalitys_form_is_not_found(browse, owner, db, bjorkvik, ekholm, officer, form):
    application = make_taken(owner, db, bjorkvik, officer)
    stranger = browse(sign_in(owner, make_officer(owner, ekholm)))
    data = {"jav": "nej", "skal": "Ett två tre.", "bedomning": "met", "motivering": REASON, "anteckning": "Hej"}

    assert stranger.post(f"/kommun/arenden/{application.id}/{form}", data=data).status_code == 404


def test_a_draft_is_not_found(client, owner, bjorkvik):
    application = make_application(owner, bjorkvik)

    assert client.get(f"/kommun/arenden/{application.id}").status_code == 404


@pytest.mark.parametrize("page", ["", "/protokoll", "/historik", "/lamna-over", "/forslag", "/grupp/company"])
def test_a_page_of_a_case_keeps_to_its_budget(client, resources, owner, db, bjorkvik, officer, page):
    application = make_taken(owner, db, bjorkvik, officer)
    path = f"/kommun/arenden/{application.id}{page}"
    client.get(path)  # The conditions are read once a process.

    with statements(resources.engine) as sent:
        assert client.get(path).status_code == 200

    assert len(sent) <= BUDGET, sent


def test_the_pages_speak_english_too(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    client.cookies.set("kundval_language", "en")

    page = client.get(f"/kommun/arenden/{application.id}").text

    assert "Your assessment" in page
    assert "Din bedömning" not in page


def test_every_judgement_is_read_with_its_reason_though_the_record_holds_none(client, owner, db, bjorkvik, officer):
    application = make_taken(owner, db, bjorkvik, officer)
    page = f"/kommun/arenden/{application.id}"
    for outcome, reason in (("met", "Intyget är läst."), ("not_met", "Intyget gällde ett annat bolag.")):
        client.post(f"{page}/villkor/GEN-25", data={"bedomning": outcome, "motivering": reason})

    shown, history = client.get(f"{page}?villkor=GEN-25").text, client.get(f"{page}/historik").text

    assert "Alla bedömningar av villkoret (2)" in shown
    for reason in ("Intyget är läst.", "Intyget gällde ett annat bolag."):
        assert f". {reason}<span" in shown
        assert f". {reason}<span" in history


def test_what_the_company_says_of_a_supplement_and_of_a_withdrawal_is_read_in_the_case(
    client, owner, db, bjorkvik, officer, resources
):
    application = make_taken(owner, db, bjorkvik, officer)
    asked = {"questions": {"GEN-25": "Skicka brevet."}, "message": "Mer tack.", "due_on": date(2026, 3, 20)}
    supplement_id = acting(db, review.request_supplement, application.id, **asked, actor=officer)
    row, supplement = fresh(owner, application.id), owner.get_one(Supplement, supplement_id)
    supplement.explanation, supplement.answered_at = "Brevet kommer i april.", NOW
    row.withdrawal_reason = "Vi bygger om."
    owner.add_all([supplement, row])
    owner.commit()

    with statements(resources.engine) as sent:
        text = client.get(f"/kommun/arenden/{application.id}").text

    assert "Brevet kommer i april." in text
    assert "Vi bygger om." in text
    assert len(sent) <= BUDGET
