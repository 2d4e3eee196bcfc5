"""The company's application through the browser: pages, forms, files, roles, and every way that it goes wrong."""

import re

import pytest
from sqlmodel import col, select

from portal.db.tables import Answer, AnswerDocument, Application, Document, Supplement
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from tests.factories import make_member, make_provider, make_staff, sign_in
from tests.factories_application import PDF, answer_all, attach, make_application, make_document, sets_of
from tests.statements import BUDGET, statements

CRITERION = "/villkor/GEN-25"
UNDATED = "/villkor/GEN-06"
HELP = re.compile(r"Det här skulle hjälpa</strong></p>(<ul.*?</ul>)", re.DOTALL)


def address(application, rest=""):
    return f"/foretag/ansokningar/{application.id}{rest}"


def form(*parts):
    """A form as a browser sends it: ``(name, text)`` and ``(name, filename, bytes)``, in order."""
    lines = []
    for name, *rest in parts:
        filename = f'; filename="{rest[0]}"' if len(rest) == 2 else ""
        value = rest[-1] if isinstance(rest[-1], bytes) else rest[-1].encode()
        head = f'--grans\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n'
        kind = "Content-Type: application/octet-stream\r\n" if filename else ""
        lines.append((head + kind + "\r\n").encode() + value + b"\r\n")
    return b"".join(lines) + b"--grans--\r\n"


def send(client, path, *parts):
    headers = {"content-type": "multipart/form-data; boundary=grans"}
    return client.post(path, content=form(*parts), headers=headers)


def kept(owner, application, criterion="GEN-25"):
    owner.expire_all()
    return owner.get(Answer, (application.id, criterion))


def files(owner, application, criterion="GEN-25"):
    statement = (
        select(Document)
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .where(AnswerDocument.application_id == application.id, AnswerDocument.criterion == criterion)
        .order_by(Document.name)
    )
    owner.expire_all()
    return owner.exec(statement).all()


# Pages


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("state", list(State))
def test_the_pages_of_an_application_open_in_every_state_and_language(client, owner, bjorkvik, anna, state, language):
    client.cookies.set("kundval_language", language)
    application = make_application(owner, bjorkvik, by=anna, state=state)

    for rest in ("", "/delar/company", CRITERION, "/granska"):
        answer = client.get(address(application, rest))

        assert answer.status_code == 200, (rest, answer.text)
        assert f'lang="{language}"' in answer.text
        assert "%(" not in answer.text


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("rest", ["", "/delar/company", CRITERION, "/granska"])
def test_a_page_asks_the_database_at_most_six_times(client, owner, resources, bjorkvik, anna, state, rest):
    application = make_application(owner, bjorkvik, by=anna, state=state)
    client.get(address(application, rest))  # the conditions are read once in a process

    with statements(resources.engine) as sent:
        assert client.get(address(application, rest)).status_code == 200

    assert len(sent) <= BUDGET, "\n".join(sent)


@pytest.mark.parametrize("rest", ["", "/delar/company", CRITERION, "/granska", "/kvitto", "/aterkalla", "/yttrande"])
def test_another_companys_application_is_not_found(browse, owner, bjorkvik, rest):
    theirs = make_application(owner, bjorkvik, state=State.PROPOSED_DECISION, heard=True)
    client = browse(sign_in(owner, make_member(owner, make_provider(owner, "Annan AB"))))

    assert client.get(address(theirs, rest)).status_code == 404


def test_the_list_shows_what_goes_on_and_what_is_over(client, owner, bjorkvik, anna):
    make_application(owner, bjorkvik, by=anna)
    make_application(owner, bjorkvik, "hemtjanst", by=anna, state=State.REJECTED)

    text = client.get("/foretag/ansokningar").text

    assert text.index("Pågår") < text.index("Familjerådgivning") < text.index("Avslutade") < text.index("Hemtjänst")


def test_one_sees_what_one_is_about_to_start_and_starts_it(client, owner, bjorkvik, anna):
    service = bjorkvik.services["familjeradgivning"]
    page = client.get(f"/foretag/ansokningar/ny?tjanst={service}")
    assert "37 villkor i" in page.text

    started = client.post("/foretag/ansokningar", data={"tjanst": str(service)})
    again = client.post("/foretag/ansokningar", data={"tjanst": str(service)})

    assert started.status_code == 303
    assert started.headers["location"] == again.headers["location"]
    assert client.get(started.headers["location"]).status_code == 200


@pytest.mark.parametrize("service", ["", "nej", "00000000-0000-4000-8000-000000000000"])
def test_a_service_that_is_not_there_is_not_found(client, service):
    assert client.get(f"/foretag/ansokningar/ny?tjanst={service}").status_code == 404
    assert client.post("/foretag/ansokningar", data={"tjanst": service}).status_code == 404


# The question page


def test_an_answer_is_saved_and_leads_to_the_next_question(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-17"), ("svar", "ja"), ("beskrivning", ""), ("sedan", "next"))

    assert answer.status_code == 303
    assert "/villkor/" in answer.headers["location"]
    assert kept(owner, draft, "GEN-17").declared is True


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", "Åsa leder."), ("sedan", "next"))

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert "Svara ja eller nej." in answer.text
    assert "Bifoga minst ett dokument." in answer.text
    assert 'href="#svar"' in answer.text
    assert ">Åsa leder.</textarea>" in answer.text
    assert kept(owner, draft, "GEN-03").description == "Åsa leder."


def test_one_may_leave_a_question_half_answered(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", "Åsa"), ("sedan", "overview"))

    assert (answer.status_code, answer.headers["location"]) == (303, address(draft))
    assert kept(owner, draft, "GEN-03").description == "Åsa"


def test_a_no_needs_an_explanation(client, draft):
    answer = send(client, address(draft, CRITERION), ("svar", "nej"), ("beskrivning", ""), ("sedan", "next"))

    assert answer.status_code == 422
    assert "Förklara varför svaret är nej" in answer.text


def test_what_is_stated_beside_the_answer_is_compared_at_once(client, owner, draft):
    field = "uppgift-complaints-answered-within-days-p95"
    page = address(draft, "/villkor/GEN-21")
    client.post(page, data={"svar": "ja", field: "7,5", "sedan": "overview"})

    assert kept(owner, draft, "GEN-21").stated == {"complaints.answered_within_days_p95": "7.5"}
    shown = client.get(page).text
    assert 'value="7,5"' in shown
    assert "7,5 dagar hittades" in shown


def test_a_figure_that_cannot_be_read_is_said_at_its_field_and_costs_nothing_else(client, owner, draft):
    field = "uppgift-complaints-answered-within-days-p95"
    answer = client.post(
        address(draft, "/villkor/GEN-21"),
        data={"svar": "ja", "beskrivning": "Vi svarar fort.", field: "snart", "sedan": "overview"},
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="snart"' in answer.text
    assert "Skriv talet med siffror" in answer.text
    stored = kept(owner, draft, "GEN-21")
    assert (stored.declared, stored.description, stored.stated) == (True, "Vi svarar fort.", {})


def test_a_personal_identity_number_is_not_kept(client, owner, draft):
    text = "Hon heter Eva, 19811228-9874."
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", text), ("sedan", "overview"))

    assert answer.status_code == 422
    assert "personnummer" in answer.text
    assert text in answer.text
    assert kept(owner, draft, "GEN-03") is None


def test_a_text_that_is_too_long_is_given_back(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", "å" * 10_001), ("sedan", "overview"))

    assert answer.status_code == 422
    assert "å" * 10_001 in answer.text
    assert kept(owner, draft, "GEN-03") is None


def test_text_and_two_files_come_in_one_form(client, owner, resources, draft):
    answer = send(
        client,
        address(draft, UNDATED),
        ("svar", "ja"),
        ("beskrivning", "Se breven."),
        ("fil", "Försäkring å.pdf", PDF + b"1"),
        ("fil", "Bilaga.pdf", PDF + b"2"),
        ("sedan", "next"),
    )

    assert answer.status_code == 303, answer.text
    assert owner.get(Answer, (draft.id, "GEN-06")).description == "Se breven."
    bilaga, brev = files(owner, draft, "GEN-06")
    assert (bilaga.name, brev.name) == ("Bilaga.pdf", "Försäkring å.pdf")
    assert brev.state is DocumentState.WAITING
    assert resources.store.read(brev.object_key) == PDF + b"1"
    page = client.get(address(draft, UNDATED)).text
    assert "Väntar på kontroll" in page
    assert "uppladdad av Anna Lindqvist" in page


def test_an_upload_returns_to_the_page_and_saves_the_text(client, owner, draft):
    answer = send(client, address(draft, CRITERION + "/dokument"), ("beskrivning", "Text"), ("fil", "a.pdf", PDF))

    assert answer.headers["location"] == address(draft, CRITERION) + "#dok"
    assert len(files(owner, draft)) == 1
    assert kept(owner, draft).description == "Text"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("intyg.exe", b"MZ", "kan inte tas emot. Välj en fil i formatet PDF, PNG, JPG eller HEIC."),
        ("tom.pdf", b"", "är tom"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "är inte den sorts fil som namnet säger"),
    ],
)
def test_a_refused_file_is_named_and_costs_nothing_else(client, owner, draft, name, content, sentence):
    answer = send(
        client,
        address(draft, CRITERION),
        ("svar", "ja"),
        ("beskrivning", "Finns kvar."),
        ("fil", name, content),
        ("fil", "bra.pdf", PDF),
        ("sedan", "next"),
    )

    assert answer.status_code == 422
    assert name in answer.text
    assert sentence in answer.text
    assert 'id="svar-ja" value="ja" checked' in answer.text
    assert ">Finns kvar.</textarea>" in answer.text
    assert kept(owner, draft).description == "Finns kvar."
    assert [each.name for each in files(owner, draft)] == ["bra.pdf"]


def test_a_file_that_is_too_large_is_refused_while_it_streams(client, owner, resources, draft):
    before = set(resources.store.keys("quarantine/"))
    answer = send(
        client,
        address(draft, CRITERION),
        ("beskrivning", "Stor fil"),
        ("fil", "stor.pdf", PDF + b"0" * 50_000_001),
        ("sedan", "overview"),
    )

    assert answer.status_code == 422
    assert "stor.pdf” är större än 50 MB" in answer.text
    assert kept(owner, draft).description == "Stor fil"
    assert files(owner, draft) == []
    assert set(resources.store.keys("quarantine/")) == before


def test_a_form_that_breaks_off_leaves_nothing_in_the_store(client, owner, resources, draft):
    before = set(resources.store.keys("quarantine/"))
    body = form(("beskrivning", "x"), ("fil", "a.pdf", PDF))[:-20]

    headers = {"content-type": "multipart/form-data; boundary=grans"}
    answer = client.post(address(draft, CRITERION), content=body, headers=headers)

    assert answer.status_code == 400
    assert files(owner, draft) == []
    assert set(resources.store.keys("quarantine/")) == before


def test_no_file_is_taken_where_none_is_asked_for(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-17"), ("svar", "ja"), ("fil", "a.pdf", PDF))

    assert answer.status_code == 422
    assert "besvaras i ord" in answer.text
    assert files(owner, draft, "GEN-17") == []


def test_the_twenty_first_document_is_refused(client, owner, draft, anna):
    for _ in range(19):
        attach(owner, draft, "GEN-25", make_document(owner, anna.provider_id, by=anna), by=anna)
    owner.commit()

    answer = send(client, address(draft, CRITERION), ("fil", "tjugo.pdf", PDF), ("fil", "ett till.pdf", PDF + b"2"))

    assert answer.status_code == 422
    assert "ett till.pdf” fick inte plats" in answer.text
    assert len(files(owner, draft)) == 20


def test_a_document_is_removed_and_the_text_saved(client, owner, draft, anna):
    document = make_document(owner, anna.provider_id, by=anna)
    attach(owner, draft, "GEN-25", document, by=anna)
    owner.commit()

    answer = send(client, address(draft, f"{CRITERION}/dokument/{document.id}/ta-bort"), ("beskrivning", "Kvar"))

    assert answer.status_code == 303
    assert files(owner, draft) == []
    assert kept(owner, draft).description == "Kvar"


def test_an_earlier_document_is_offered_once_and_reused(client, owner, draft, anna):
    first = make_document(owner, anna.provider_id, by=anna, name="Brev.pdf", content=b"%PDF-1.7 a")
    make_document(owner, anna.provider_id, by=anna, name="Brev.pdf", content=b"%PDF-1.7 a")
    owner.commit()
    assert client.get(address(draft, CRITERION)).text.count(">Brev.pdf, ") == 1

    answer = send(client, address(draft, CRITERION + "/ateranvand"), ("ateranvand", str(first.id)))

    assert answer.status_code == 303
    assert [each.id for each in files(owner, draft)] == [first.id]


def test_nothing_chosen_to_reuse_is_said(client, draft):
    answer = send(client, address(draft, CRITERION + "/ateranvand"), ("beskrivning", "Hej"), ("ateranvand", ""))

    assert answer.status_code == 422
    assert "Välj ett dokument i listan." in answer.text
    assert ">Hej</textarea>" in answer.text


def test_an_answer_after_submission_is_refused_and_given_back(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)

    for body in (("beskrivning", "Det jag skrev"),), (("beskrivning", "Det jag skrev"), ("fil", "a.pdf", PDF)):
        answer = send(client, address(application, CRITERION), *body)

        assert answer.status_code == 409
        assert "Det jag skrev" in answer.text


def test_a_form_that_comes_after_the_session_is_kept_for_its_writer(browse, draft):
    answer = send(browse("utgangen"), address(draft, CRITERION), ("beskrivning", "Tappas inte"), ("fil", "a.pdf", PDF))

    assert answer.status_code == 303
    assert "/fortsatt/" in answer.headers["location"].replace("%2F", "/")


def test_a_form_without_files_is_taken_too(client, owner, draft):
    answer = client.post(address(draft, "/villkor/GEN-17"), data={"svar": "ja", "beskrivning": "", "sedan": "next"})

    assert answer.status_code == 303
    assert kept(owner, draft, "GEN-17").declared is True


def test_a_reader_sees_and_cannot_write(browse, owner, draft, anna):
    reader = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.READER)))

    page = reader.get(address(draft, CRITERION))
    answer = send(reader, address(draft, CRITERION), ("svar", "ja"))

    assert page.status_code == 200
    assert 'name="svar"' not in page.text
    assert answer.status_code == 403
    assert kept(owner, draft) is None


@pytest.mark.parametrize("criterion", ["GEN-02", "FBH-03", "finns-inte"])
def test_a_criterion_that_is_not_asked_is_not_found(client, draft, criterion):
    assert client.get(address(draft, f"/villkor/{criterion}")).status_code == 404
    assert send(client, address(draft, f"/villkor/{criterion}"), ("svar", "ja")).status_code == 404


# Check and submit


def test_everything_that_is_missing_is_listed_and_linked(client, owner, draft, anna):
    answer_all(owner, draft, by=anna, leave_out=["GEN-25"])
    owner.commit()

    answer = client.post(address(draft, "/skicka-in"), data={"forsakran": "ja"})

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert f'href="{address(draft, CRITERION)}#svar"' in answer.text
    assert f'href="{address(draft, CRITERION)}#fil"' in answer.text
    assert 'value="ja" checked' in answer.text


def test_without_the_affirmation_nothing_is_submitted(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, complete=True)

    answer = client.post(address(application, "/skicka-in"), data={})

    assert answer.status_code == 422
    assert 'href="#forsakran"' in answer.text
    owner.expire_all()
    assert owner.get(Application, application.id).state is State.DRAFT


def test_a_signatory_submits_and_gets_a_receipt_and_a_second_press_is_told(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, complete=True)

    first = client.post(address(application, "/skicka-in"), data={"forsakran": "ja"})
    second = client.post(address(application, "/skicka-in"), data={"forsakran": "ja"})

    assert first.headers["location"] == address(application, "/kvitto")
    owner.expire_all()
    assert owner.get(Application, application.id).number in client.get(first.headers["location"]).text
    assert second.status_code == 409


def test_who_may_not_submit_is_told_who_can(browse, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    editor = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.EDITOR, "Karin Ståhl")))

    page = editor.get(address(application, "/granska")).text
    answer = editor.post(address(application, "/skicka-in"), data={"forsakran": "ja"})

    assert "Anna Lindqvist" in page
    assert 'name="forsakran"' not in page
    assert answer.status_code == 409


def test_the_check_says_what_would_help_in_the_same_words_as_each_criterion(client, owner, draft, anna):
    answer_all(owner, draft, by=anna, leave_out=["GEN-25"])

    check = client.get(address(draft, "/granska")).text

    told = {}
    for id_ in sets_of(owner, draft).by_id:
        box = client.get(address(draft, f"/villkor/{id_}")).text.partition('aria-labelledby="systemet"')[2]
        told[id_] = HELP.findall(box.partition("</section>")[0])
        answered = check.partition(f'<span class="kv-id">{id_}</span>')[2].partition("</h3>")[2].partition("<h3")[0]
        assert HELP.findall(answered) == told[id_], id_
    assert "Bifoga: försäkringsbrev." in told["GEN-25"][0]
    assert [] in told.values()


# Supplement, hearing, withdrawal


def test_a_supplement_opens_only_what_was_asked_and_is_sent_in(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED, asked_about=["GEN-17"])
    assert "Vi behöver mer underlag för GEN-17." in client.get(address(application)).text

    closed = send(client, address(application, CRITERION), ("svar", "nej"))
    opened = send(client, address(application, "/villkor/GEN-17"), ("svar", "nej"), ("beskrivning", "Snart"))
    sent = client.post(address(application, "/komplettera"), data={"forklaring": ""})

    assert closed.status_code == 403
    assert opened.status_code == 303
    assert sent.headers["location"] == address(application)
    owner.expire_all()
    assert owner.get(Application, application.id).state is State.UNDER_REVIEW


def test_a_supplement_with_something_untouched_asks_why(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED)

    refused = client.post(address(application, "/komplettera"), data={"forklaring": " "})
    sent = client.post(address(application, "/komplettera"), data={"forklaring": "Kommer i april."})

    assert refused.status_code == 422
    assert 'href="#forklaring"' in refused.text
    assert sent.status_code == 303
    supplement = owner.exec(select(Supplement).where(Supplement.application_id == application.id)).one()
    assert supplement.explanation == "Kommer i april."


def test_a_draft_refusal_is_shown_and_commented_once(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION, heard=True)
    assert "Försäkringen gäller inte." in client.get(address(application, "/yttrande")).text

    empty = client.post(address(application, "/yttrande"), data={"yttrande": ""})
    sent = client.post(address(application, "/yttrande"), data={"yttrande": "Den gäller."})
    again = client.post(address(application, "/yttrande"), data={"yttrande": "Den gäller verkligen."})

    assert empty.status_code == 422
    assert sent.status_code == 303
    assert again.status_code == 403
    assert "Den gäller verkligen." in again.text
    assert "Den gäller." in client.get(address(application, "/yttrande")).text


def test_where_nobody_was_heard_there_is_no_such_page(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION)

    assert client.get(address(application, "/yttrande")).status_code == 404


def test_a_withdrawal_gives_its_reason(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)

    empty = client.post(address(application, "/aterkalla"), data={"skal": ""})
    sent = client.post(address(application, "/aterkalla"), data={"skal": "Vi bygger om."})

    assert empty.status_code == 422
    assert sent.status_code == 303
    assert "Vi bygger om." in client.get(address(application)).text
    assert client.get(address(application, "/aterkalla")).status_code == 409


def test_an_editor_cannot_withdraw_and_is_told_who_can(browse, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    editor = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.EDITOR)))

    assert "Anna Lindqvist" in editor.get(address(application, "/aterkalla")).text
    assert editor.post(address(application, "/aterkalla"), data={"skal": "x"}).status_code == 409


# Documents


def test_a_document_is_downloaded_as_an_attachment_that_can_do_nothing(client, owner, resources, anna):
    document = make_document(owner, anna.provider_id, by=anna, name="Å och ö.pdf", content=PDF, store=resources.store)
    owner.commit()

    answer = client.get(f"/foretag/dokument/{document.id}")

    assert answer.status_code == 200
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C3%85%20och%20%C3%B6.pdf" in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unsafe_document_is_not_opened(client, owner, anna):
    document = make_document(owner, anna.provider_id, by=anna, state=DocumentState.INFECTED)
    owner.commit()

    assert client.get(f"/foretag/dokument/{document.id}").status_code == 403


def test_a_document_whose_bytes_are_gone_is_not_found(client, owner, anna):
    document = make_document(owner, anna.provider_id, by=anna)
    owner.commit()

    assert client.get(f"/foretag/dokument/{document.id}").status_code == 404


def test_staff_download_what_was_submitted_to_them_only(browse, owner, resources, bjorkvik, ekholm, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED, store=resources.store)
    document = files(owner, application)[0]
    client = browse()

    def status_for(actor):
        client.cookies.set(resources.session_cookie, sign_in(owner, actor))
        return client.get(f"/kommun/dokument/{document.id}").status_code

    assert status_for(make_staff(owner, bjorkvik.id)) == 200
    assert status_for(make_staff(owner, ekholm.id)) == 404
    assert status_for(make_staff(owner, bjorkvik.id, Role.RECEPTION)) == 404
