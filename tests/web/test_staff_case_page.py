"""What an officer reads of a case: answers, documents, findings, letters, judgements, and the company's own words."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select, update

from portal.db.tables import AnswerDocument, Document, Letter, Supplement
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.letters import LetterKind
from portal.services import review
from tests.factories import NOW, make_member, make_provider, sign_in
from tests.factories_application import make_application
from tests.factories_clean import make_clean
from tests.factories_review import acting, fresh
from tests.statements import BUDGET, statements


def test_the_answer_and_its_documents_stand_beside_the_judgement(as_officer, taken):
    page = as_officer.get(f"/kommun/arenden/{taken.id}?villkor=GEN-25").text

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
def test_what_is_not_clean_is_no_link_and_says_why(as_officer, owner, db, bjorkvik, officer, state, because, words):
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)
    tied = select(AnswerDocument.document_id).where(col(AnswerDocument.application_id) == application.id)
    owner.execute(update(Document).where(col(Document.id).in_(tied)).values(state=state, because=because))
    owner.commit()
    acting(db, review.take, application.id, conflicted=False, actor=officer)

    page = as_officer.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text

    assert words in page
    assert "/kommun/dokument/" not in page


def test_a_stopped_document_is_never_a_link(as_officer, owner, taken):
    owner.execute(sa.text("UPDATE document SET state = 'infected' WHERE provider_id = :id"), {"id": taken.provider_id})
    owner.commit()

    page = as_officer.get(f"/kommun/arenden/{taken.id}?villkor=GEN-25").text

    assert "Stoppad: skadlig kod" in page
    assert "/kommun/dokument/" not in page


def test_evidence_that_has_run_out_stands_first_and_is_judged_first(as_officer, owner, taken):
    of_it = (col(AnswerDocument.application_id) == taken.id, col(AnswerDocument.criterion) == "GEN-25")
    owner.execute(update(AnswerDocument).where(*of_it).values(ends_on=date(2026, 1, 31)))
    owner.commit()

    page = as_officer.get(f"/kommun/arenden/{taken.id}").text

    first = page[page.index("Se först") : page.index("kv-crit-group")]
    assert first.index("Underlaget har gått ut") < first.index("Oklart för systemet")
    assert "till, i grupperna nedan" in first
    assert '<p class="kv-kicker">GEN-25 ' in page


def test_the_officer_reads_the_finding_in_the_words_that_the_company_reads(
    browse, as_officer, owner, db, bjorkvik, officer
):
    signatory = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=signatory, state=State.SUBMITTED)
    acting(db, review.take, application.id, conflicted=False, actor=officer)
    found = re.compile(r'<section class="kv-finding[^>]*aria-labelledby="systemet">.*?</section>', re.DOTALL)

    theirs = browse(sign_in(owner, signatory)).get(f"/foretag/ansokningar/{application.id}/villkor/GEN-25").text
    ours = as_officer.get(f"/kommun/arenden/{application.id}?villkor=GEN-25").text

    assert "Ansvarsförsäkringens belopp" in found.findall(ours)[0]
    assert _without_levels(found.findall(ours)) == _without_levels(found.findall(theirs))
    assert "Systemets läsning bygger på det här." in ours


def _without_levels(sections: list[str]) -> list[str]:
    return [re.sub(r"</?h\d", "", each) for each in sections]


def test_a_case_in_which_people_are_named_shows_them_and_what_is_found_of_them(
    as_officer, owner, db, bjorkvik, officer
):
    application = make_clean(owner, db, bjorkvik, officer, now=datetime.now(UTC) - timedelta(days=3))

    answer = as_officer.get(f"/kommun/arenden/{application.id}?villkor=HTJ-01")

    assert answer.status_code == 200
    assert "Åsa Öberg" in answer.text
    assert "Alla bedömningar av villkoret" not in answer.text, "to name somebody is no judgement"


def test_a_letter_that_bounced_is_an_alarm_on_the_case(as_officer, owner, taken, bjorkvik):
    owner.add(
        Letter(
            case_id=taken.id,
            municipality_id=bjorkvik.id,
            provider_id=taken.provider_id,
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

    page = as_officer.get(f"/kommun/arenden/{taken.id}").text

    assert "Ett brev har inte kommit fram" in page
    assert "550 No such user" in page


def test_every_judgement_is_read_with_its_reason_though_the_record_holds_none(as_officer, taken):
    page = f"/kommun/arenden/{taken.id}"
    for outcome, reason in (("met", "Intyget är läst."), ("not_met", "Intyget gällde ett annat bolag.")):
        as_officer.post(f"{page}/villkor/GEN-25", data={"bedomning": outcome, "motivering": reason})

    shown, history = as_officer.get(f"{page}?villkor=GEN-25").text, as_officer.get(f"{page}/historik").text

    assert "Alla bedömningar av villkoret (2)" in shown
    for reason in ("Intyget är läst.", "Intyget gällde ett annat bolag."):
        assert f". {reason}<span" in shown
        assert f". {reason}<span" in history


def test_what_the_company_says_of_a_supplement_and_of_a_withdrawal_is_read_in_the_case(
    as_officer, owner, db, taken, officer, resources
):
    asked = {"questions": {"GEN-25": "Skicka brevet."}, "message": "Mer tack.", "due_on": date(2026, 3, 20)}
    supplement_id = acting(db, review.request_supplement, taken.id, **asked, actor=officer)
    row, supplement = fresh(owner, taken.id), owner.get_one(Supplement, supplement_id)
    supplement.explanation, supplement.answered_at = "Brevet kommer i april.", NOW
    row.withdrawal_reason = "Vi bygger om."
    owner.add_all([supplement, row])
    owner.commit()

    with statements(resources.engine) as sent:
        text = as_officer.get(f"/kommun/arenden/{taken.id}").text

    assert "Brevet kommer i april." in text
    assert "Vi bygger om." in text
    assert len(sent) <= BUDGET


def test_the_pages_speak_english_too(as_officer, taken):
    as_officer.cookies.set("kundval_language", "en")

    page = as_officer.get(f"/kommun/arenden/{taken.id}").text

    assert "Your assessment" in page
    assert "Din bedömning" not in page


@pytest.mark.parametrize("page", ["", "/protokoll", "/historik", "/lamna-over", "/forslag", "/grupp/company"])
def test_a_page_of_a_case_keeps_to_its_budget(as_officer, resources, taken, page):
    path = f"/kommun/arenden/{taken.id}{page}"
    as_officer.get(path)  # The conditions are read once a process.

    with statements(resources.engine) as sent:
        assert as_officer.get(path).status_code == 200

    assert len(sent) <= BUDGET, sent
